"""tf.keras.applications.mobilenet_v3: MobileNetV3Small and MobileNetV3Large, which tf.keras.applications has too."""

from __future__ import annotations

import warnings
from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.applications._drawing import (
    STORE,
    Options,
    activated,
    before_stride,
    check,
    convolved,
    divisible,
    finished,
    first,
    image,
    last,
    topped,
    width,
)
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["MobileNetV3Large", "MobileNetV3Small", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing(None)

# Expansion, filters, whether the window is the large one, stride, whether channels are weighted, and whether the
# activation is the hard swish.
_SMALL = (
    (1, 16, False, 2, True, False),
    (72.0 / 16, 24, False, 2, False, False),
    (88.0 / 24, 24, False, 1, False, False),
    (4, 40, True, 2, True, True),
    (6, 40, True, 1, True, True),
    (6, 40, True, 1, True, True),
    (3, 48, True, 1, True, True),
    (3, 48, True, 1, True, True),
    (6, 96, True, 2, True, True),
    (6, 96, True, 1, True, True),
    (6, 96, True, 1, True, True),
)
_LARGE = (
    (1, 16, False, 1, False, False),
    (4, 24, False, 2, False, False),
    (3, 24, False, 1, False, False),
    (3, 40, True, 2, True, False),
    (3, 40, True, 1, True, False),
    (3, 40, True, 1, True, False),
    (6, 80, False, 2, False, True),
    (2.5, 80, False, 1, False, True),
    (2.3, 80, False, 1, False, True),
    (2.3, 80, False, 1, False, True),
    (6, 112, False, 1, True, True),
    (6, 112, False, 1, True, True),
    (6, 160, True, 2, True, True),
    (6, 160, True, 1, True, True),
    (6, 160, True, 1, True, True),
)


def _relu(x: Any) -> Any:
    return layers.ReLU()(x)


def _norm() -> dict[str, Any]:
    return {"axis": last(), "epsilon": 1e-3, "momentum": 0.999}


def _weighted(x: Any, filters: int, name: str) -> Any:
    """The channels, each times a number that their means tell."""
    name = f"{name}squeeze_excite_"
    share = layers.GlobalAveragePooling2D(keepdims=True, name=f"{name}avg_pool")(x)
    share = layers.Conv2D(divisible(filters * 0.25), 1, padding="same", name=f"{name}conv")(share)
    share = layers.ReLU(name=f"{name}relu")(share)
    share = layers.Conv2D(filters, 1, padding="same", name=f"{name}conv_1")(share)
    share = layers.ReLU(6.0)(share + 3.0) * (1.0 / 6.0)
    return layers.Multiply(name=f"{name}mul")([x, share])


def _block(
    x: Any, expansion: float, filters: int, kernel: int, stride: int, weighted: bool, activation: Any, index: int
) -> Any:
    start, before = x, width(x)
    name = f"expanded_conv_{index}_" if index else "expanded_conv_"
    if index:
        names = {"conv": f"{name}expand", "norm": f"{name}expand_bn"}
        x = convolved(x, divisible(before * expansion), 1, activation=activation, **names, **_norm())
    if stride == 2:
        x = layers.ZeroPadding2D(before_stride(x, kernel), name=f"{name}depthwise_pad")(x)
    x = layers.DepthwiseConv2D(
        kernel, strides=stride, padding="same" if stride == 1 else "valid", use_bias=False, name=f"{name}depthwise"
    )(x)
    x = layers.BatchNormalization(name=f"{name}depthwise_bn", **_norm())(x)
    x = activated(x, activation)
    if weighted:
        x = _weighted(x, divisible(before * expansion), name)
    x = convolved(x, filters, 1, activation=None, conv=f"{name}project", norm=f"{name}project_bn", **_norm())
    return layers.Add(name=f"{name}add")([start, x]) if stride == 1 and before == filters else x


def _shape(options: Options) -> tuple[Any, ...]:
    shape, given = options.input_shape, options.input_tensor
    if isinstance(given, KerasTensor):
        if shape is not None and given.shape[2] != shape[1]:
            raise ValueError(
                "input_shape[1] must equal input_tensor.shape[2]. Received "
                f"input_shape={shape}, input_tensor.shape={given.shape}"
            )
        shape = given.shape[1:] if shape is None else shape
    if shape is None:
        shape = (3, None, None) if first() else (None, None, 3)
    rows, columns = shape[1:] if first() else shape[:2]
    if rows and columns and min(rows, columns) < 32:
        raise ValueError(f"Input size must be at least 32x32; Received `input_shape={shape}`")
    if options.weights == "imagenet" and (rows != columns or rows != 224):
        warnings.warn(
            "`input_shape` is undefined or non-square, or `rows` is not 224. Weights for input shape (224, 224) will "
            "be loaded as the default.",
            stacklevel=4,
        )
    return tuple(shape)


def _build(
    blocks: Any,
    points: int,
    kind: str,
    alpha: float,
    minimalistic: bool,
    dropout_rate: float,
    include_preprocessing: bool,
    options: Options,
) -> Any:
    check(options)
    shape = _shape(options)
    if options.weights == "imagenet" and alpha not in ((1.0,) if minimalistic else (0.75, 1.0)):
        raise ValueError(
            "If imagenet weights are being loaded, alpha can be one of `0.75`, `1.0` for non minimalistic or `1.0` for "
            f"minimalistic only. Received: alpha={alpha}"
        )
    start = x = image(options, shape)
    swish = _relu if minimalistic else "hard_swish"
    if include_preprocessing:
        x = layers.Rescaling(scale=1.0 / 127.5, offset=-1.0)(x)
    x = convolved(x, 16, 3, (2, 2), conv="conv", norm="conv_bn", activation=swish, **_norm())
    for index, (expansion, filters, large, stride, weighted, swished) in enumerate(blocks):
        kernel = 5 if large and not minimalistic else 3
        weighted = weighted and not minimalistic
        filters = divisible(filters * alpha)
        x = _block(x, expansion, filters, kernel, stride, weighted, swish if swished else _relu, index)
    x = convolved(x, divisible(width(x) * 6), 1, conv="conv_1", norm="conv_1_bn", activation=swish, **_norm())

    def head(x: Any, options: Options) -> Any:
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Conv2D(divisible(points * alpha) if alpha > 1.0 else points, 1, padding="same", name="conv_2")(x)
        x = activated(x, swish)
        x = layers.Dropout(dropout_rate)(x) if dropout_rate > 0 else x
        x = layers.Conv2D(options.classes, 1, padding="same", name="logits")(x)
        return layers.Activation(options.classifier_activation, name="predictions")(layers.Flatten()(x))

    x = topped(x, options, head, ("avg_pool", "max_pool"))
    file = f"weights_mobilenet_v3_{kind}{'_minimalistic' if minimalistic else ''}_224_{alpha}_float"
    file += ".h5" if options.include_top else "_no_top_v2.h5"
    return finished(start, x, options, lambda: (file, f"{STORE}mobilenet_v3/{file}"))


def MobileNetV3Small(
    input_shape: Any = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "MobileNetV3Small",
) -> Any:
    """The MobileNetV3Small architecture (tf.keras.applications.MobileNetV3Small).

    alpha: how many times the filters. minimalistic: without weighted channels, hard swish and large windows.
    include_preprocessing: whether the model brings pixels in [0, 255] to [-1, 1]. The others are ResNet50's.
    """
    options = Options(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    return _build(_SMALL, 1024, "small", alpha, minimalistic, dropout_rate, include_preprocessing, options)


def MobileNetV3Large(
    input_shape: Any = None,
    alpha: float = 1.0,
    minimalistic: bool = False,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    classes: int = 1000,
    pooling: str | None = None,
    dropout_rate: float = 0.2,
    classifier_activation: Any = "softmax",
    include_preprocessing: bool = True,
    name: str = "MobileNetV3Large",
) -> Any:
    """The MobileNetV3Large architecture; arguments as MobileNetV3Small's (tf.keras.applications.MobileNetV3Large)."""
    options = Options(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    return _build(_LARGE, 1280, "large", alpha, minimalistic, dropout_rate, include_preprocessing, options)


__getattr__ = _names.module_getattr("tf.keras.applications.mobilenet_v3", globals())
