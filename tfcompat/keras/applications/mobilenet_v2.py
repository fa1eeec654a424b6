"""tf.keras.applications.mobilenet_v2."""

from __future__ import annotations

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
    image,
    last,
    pooled_head,
    shape_of,
    topped,
    usual_size,
    width,
)
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing
from tfcompat.keras.applications.mobilenet import pretrained_rows

__all__ = ["MobileNetV2", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

# Filters, how many blocks, and the stride of the first of them.
_STAGES = ((16, 1, 1), (24, 2, 2), (32, 3, 2), (64, 4, 2), (96, 3, 1), (160, 3, 2), (320, 1, 1))
_NORM = {"axis": -1, "epsilon": 1e-3, "momentum": 0.999}


def _norm() -> dict[str, Any]:
    return {**_NORM, "axis": last()}


def _block(x: Any, filters: int, stride: int, index: int) -> Any:
    """Six times the channels, convolved by themselves, then few again."""
    start, name = x, f"block_{index}_" if index else "expanded_conv_"
    if index:
        names = {"conv": f"{name}expand", "norm": f"{name}expand_BN", "act": f"{name}expand_relu"}
        x = convolved(x, 6 * width(x), 1, activation=6.0, **names, **_norm())
    if stride == 2:
        x = layers.ZeroPadding2D(before_stride(x, 3), name=f"{name}pad")(x)
    x = layers.DepthwiseConv2D(
        3, strides=stride, use_bias=False, padding="same" if stride == 1 else "valid", name=f"{name}depthwise"
    )(x)
    x = layers.BatchNormalization(name=f"{name}depthwise_BN", **_norm())(x)
    x = activated(x, 6.0, f"{name}depthwise_relu")
    x = convolved(x, filters, 1, activation=None, conv=f"{name}project", norm=f"{name}project_BN", **_norm())
    if stride == 1 and width(start) == filters:
        x = layers.Add(name=f"{name}add")([start, x])
    return x


def _check_tensor(input_shape: Any, input_tensor: Any) -> None:
    if input_shape is None or not isinstance(input_tensor, KerasTensor):
        return
    if input_tensor.shape[2] != input_shape[1]:
        raise ValueError(
            "input_tensor.shape[2] must equal input_shape[1]; Received "
            f"`input_tensor.shape={input_tensor.shape}`, `input_shape={input_shape}`"
        )


def MobileNetV2(
    input_shape: Any = None,
    alpha: float = 1.0,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str | None = None,
) -> Any:
    """The MobileNetV2 architecture (tf.keras.applications.MobileNetV2).

    alpha: how many times the filters. The other arguments are ResNet50's. ValueError for ImageNet's weights with other
    than they were trained with.
    """
    options = Options(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    check(options)
    _check_tensor(input_shape, input_tensor)
    sizes = (96, 128, 160, 192, 224)
    shape = shape_of(options, usual_size(options, sizes), 32)
    if weights == "imagenet" and alpha not in (0.35, 0.5, 0.75, 1.0, 1.3, 1.4):
        raise ValueError(
            "If imagenet weights are being loaded, alpha must be one of `0.35`, `0.50`, `0.75`, `1.0`, `1.3` or `1.4` "
            f"only; Received `alpha={alpha}`"
        )
    rows = pretrained_rows(options, shape, sizes)
    start = image(options, shape)
    names = {"conv": "Conv1", "norm": "bn_Conv1", "act": "Conv1_relu"}
    x = convolved(start, divisible(32 * alpha), 3, (2, 2), activation=6.0, **names, **_norm())
    index = 0
    for filters, count, stride in _STAGES:
        for step in range(count):
            x = _block(x, divisible(int(filters * alpha)), stride if step == 0 else 1, index)
            index += 1
    top = divisible(1280 * alpha) if alpha > 1.0 else 1280
    names = {"conv": "Conv_1", "norm": "Conv_1_bn", "act": "out_relu"}
    x = convolved(x, top, 1, padding="valid", activation=6.0, **names, **_norm())
    x = topped(x, options, pooled_head(None))
    options.name = f"mobilenetv2_{alpha:0.2f}_{rows}" if name is None else name
    file = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{float(alpha)}_{rows}{'' if include_top else '_no_top'}.h5"
    return finished(start, x, options, lambda: (file, f"{STORE}mobilenet_v2/{file}"))


__getattr__ = _names.module_getattr("tf.keras.applications.mobilenet_v2", globals())
