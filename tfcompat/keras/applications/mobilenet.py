"""tf.keras.applications.mobilenet."""

from __future__ import annotations

import warnings
from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import (
    STORE,
    Options,
    activated,
    check,
    convolved,
    finished,
    first,
    image,
    last,
    shape_of,
    topped,
    usual_size,
)
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["MobileNet", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

# The filters of the blocks; where they grow the stride is 2, but in the first.
_FILTERS = (64, 128, 128, 256, 256, *(512,) * 6, 1024, 1024)


def pretrained_rows(options: Options, shape: Any, sizes: tuple[int, ...]) -> Any:
    """The rows that the name tells: of the input or, with ImageNet's weights for no such size, 224."""
    rows, columns = shape[1:] if first() else shape[:2]
    if options.weights == "imagenet" and (rows != columns or rows not in sizes):
        warnings.warn(
            f"`input_shape` is undefined or non-square, or `rows` is not in {list(sizes)}. Weights for input shape "
            "(224, 224) will be loaded as the default.",
            stacklevel=3,
        )
        return 224
    return rows


def _block(x: Any, filters: int, multiplier: int, stride: int, index: int) -> Any:
    if stride == 2:
        x = layers.ZeroPadding2D(((0, 1), (0, 1)), name=f"conv_pad_{index}")(x)
    name = f"conv_dw_{index}"
    x = layers.DepthwiseConv2D(
        (3, 3),
        padding="same" if stride == 1 else "valid",
        depth_multiplier=multiplier,
        strides=(stride, stride),
        use_bias=False,
        name=name,
    )(x)
    x = layers.BatchNormalization(axis=last(), name=f"{name}_bn")(x)
    x = activated(x, 6.0, f"{name}_relu")
    name = f"conv_pw_{index}"
    return convolved(
        x, filters, (1, 1), (1, 1), conv=name, norm=f"{name}_bn", act=f"{name}_relu", activation=6.0, axis=last()
    )


def MobileNet(
    input_shape: Any = None,
    alpha: float = 1.0,
    depth_multiplier: int = 1,
    dropout: float = 0.001,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Any:
    """The MobileNet architecture (tf.keras.applications.MobileNet).

    alpha: how many times the filters. depth_multiplier: how many filters a channel has. dropout: its rate in the head.
    The other arguments are ResNet50's. ValueError for ImageNet's weights with other than they were trained with.
    """
    options = Options(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    check(options)
    sizes = (128, 160, 192, 224)
    shape = shape_of(options, usual_size(options, sizes), 32)
    if weights == "imagenet" and (depth_multiplier != 1 or alpha not in (0.25, 0.5, 0.75, 1.0)):
        raise ValueError(
            "If imagenet weights are being loaded, depth multiplier must be 1 and alpha one of 0.25, 0.50, 0.75 or "
            f"1.0. Received: depth_multiplier={depth_multiplier}, alpha={alpha}"
        )
    rows = pretrained_rows(options, shape, sizes)
    start = image(options, shape)
    names: dict[str, Any] = {"conv": "conv1", "norm": "conv1_bn", "act": "conv1_relu"}
    x = convolved(start, int(32 * alpha), (3, 3), (2, 2), activation=6.0, axis=last(), **names)
    before = 64
    for index, filters in enumerate(_FILTERS, 1):
        x = _block(x, int(filters * alpha), depth_multiplier, 2 if filters > before else 1, index)
        before = filters

    def head(x: Any, options: Options) -> Any:
        x = layers.GlobalAveragePooling2D(keepdims=True)(x)
        x = layers.Dropout(dropout, name="dropout")(x)
        x = layers.Conv2D(classes, (1, 1), padding="same", name="conv_preds")(x)
        x = layers.Reshape((classes,), name="reshape_2")(x)
        return layers.Activation(classifier_activation, name="predictions")(x)

    x = topped(x, options, head)
    options.name = f"mobilenet_{alpha:0.2f}_{rows}" if name is None else name
    text = {1.0: "1_0", 0.75: "7_5", 0.5: "5_0"}.get(alpha, "2_5")
    file = f"mobilenet_{text}_{rows}_tf{'' if include_top else '_no_top'}.h5"
    return finished(start, x, options, lambda: (file, f"{STORE}mobilenet/{file}"))


__getattr__ = _names.module_getattr("tf.keras.applications.mobilenet", globals())
