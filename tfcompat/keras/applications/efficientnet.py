"""tf.keras.applications.efficientnet."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import (
    Options,
    before_stride,
    channels,
    check,
    convolved,
    divisible,
    finished,
    first,
    image,
    pooled_head,
    shape_of,
    topped,
)
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = [
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "decode_predictions",
    "preprocess_input",
]

preprocess_input = preprocessing(None)

_STORE = "https://storage.googleapis.com/keras-applications/"
SPREAD = {
    "class_name": "VarianceScaling",
    "config": {"scale": 2.0, "mode": "fan_out", "distribution": "truncated_normal"},
}
DENSE_SPREAD = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0 / 3.0, "mode": "fan_out", "distribution": "uniform"},
}
# Window, repeats, filters in and out, expansion, stride.
_STAGES = (
    (3, 1, 32, 16, 1, 1),
    (3, 2, 16, 24, 6, 2),
    (5, 2, 24, 40, 6, 2),
    (3, 3, 40, 80, 6, 2),
    (5, 3, 80, 112, 6, 1),
    (5, 4, 112, 192, 6, 2),
    (3, 1, 192, 320, 6, 1),
)


def weighted(x: Any, filters: int, few: int, name: str) -> Any:
    """The channels, each times a number that their means tell by way of `few` channels."""
    share = layers.GlobalAveragePooling2D(name=f"{name}se_squeeze")(x)
    share = layers.Reshape((filters, 1, 1) if first() else (1, 1, filters), name=f"{name}se_reshape")(share)
    for size, activation, step in ((few, "swish", "reduce"), (filters, "sigmoid", "expand")):
        share = layers.Conv2D(
            size, 1, padding="same", activation=activation, kernel_initializer=SPREAD, name=f"{name}se_{step}"
        )(share)
    return layers.multiply([x, share], name=f"{name}se_excite")


def skipped(x: Any, start: Any, rate: float, name: str) -> Any:
    """x, dropped as a whole for a share of the examples in training, added to what it starts from."""
    if rate > 0:
        x = layers.Dropout(rate, noise_shape=(None, 1, 1, 1), name=f"{name}drop")(x)
    return layers.add([x, start], name=f"{name}add")


def _spread() -> dict[str, Any]:
    return {"options": {"kernel_initializer": SPREAD}}


def _block(x: Any, kernel: int, before: int, after: int, expansion: int, stride: int, rate: float, name: str) -> Any:
    start, filters = x, before * expansion
    if expansion != 1:
        names = {"conv": f"{name}expand_conv", "norm": f"{name}expand_bn", "act": f"{name}expand_activation"}
        x = convolved(x, filters, 1, activation="swish", **names, **_spread())
    if stride == 2:
        x = layers.ZeroPadding2D(before_stride(x, kernel), name=f"{name}dwconv_pad")(x)
    x = layers.DepthwiseConv2D(
        kernel,
        strides=stride,
        padding="valid" if stride == 2 else "same",
        use_bias=False,
        depthwise_initializer=SPREAD,
        name=f"{name}dwconv",
    )(x)
    x = layers.BatchNormalization(axis=channels(), name=f"{name}bn")(x)
    x = layers.Activation("swish", name=f"{name}activation")(x)
    x = weighted(x, filters, max(1, before // 4), name)
    x = convolved(x, after, 1, activation=None, conv=f"{name}project_conv", norm=f"{name}project_bn", **_spread())
    return skipped(x, start, rate, name) if stride == 1 and before == after else x


def _draw(x: Any, wide: float, deep: float, pretrained: bool) -> Any:
    def filters(n: float) -> int:
        return divisible(n * wide)

    x = layers.Rescaling(1.0 / 255.0)(x)
    x = layers.Normalization(axis=channels())(x)
    if pretrained:  # the weights were trained with deviations that the normalization takes the root of once too often
        x = layers.Rescaling([1.0 / math.sqrt(deviation) for deviation in (0.229, 0.224, 0.225)])(x)
    x = layers.ZeroPadding2D(before_stride(x, 3), name="stem_conv_pad")(x)
    names = {"conv": "stem_conv", "norm": "stem_bn", "act": "stem_activation"}
    x = convolved(x, filters(32), 3, 2, "valid", activation="swish", **names, **_spread())
    total = sum(math.ceil(deep * repeats) for _, repeats, *_ in _STAGES)
    done = 0
    for stage, (kernel, repeats, before, after, expansion, stride) in enumerate(_STAGES, 1):
        for step in range(math.ceil(deep * repeats)):
            name = f"block{stage}{chr(ord('a') + step)}_"
            inner = filters(after if step else before)
            rate = 0.2 * done / total
            x = _block(x, kernel, inner, filters(after), expansion, 1 if step else stride, rate, name)
            done += 1
    names = {"conv": "top_conv", "norm": "top_bn", "act": "top_activation"}
    return convolved(x, filters(1280), 1, activation="swish", **names, **_spread())


def _variant(number: int, wide: float, deep: float, size: int, dropout: float) -> Callable[..., Any]:
    model_name = f"efficientnetb{number}"

    def build(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        name: str = model_name,
    ) -> Any:
        options = Options(
            include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
        )
        check(options)
        start = image(options, shape_of(options, size, 32))
        x = _draw(start, wide, deep, weights == "imagenet")
        head = pooled_head(rate=dropout, kernel_initializer=DENSE_SPREAD)
        x = topped(x, options, head, ("avg_pool", "max_pool"))
        file = f"{name}{'' if include_top else '_notop'}.h5"
        return finished(start, x, options, lambda: (file, _STORE + file))

    build.__name__ = build.__qualname__ = f"EfficientNetB{number}"
    build.__doc__ = f"""The EfficientNetB{number} architecture, for images of {size} pixels in [0, 255].

    Arguments as ResNet50's (tf.keras.applications.EfficientNetB{number}).
    """
    return build


EfficientNetB0 = _variant(0, 1.0, 1.0, 224, 0.2)
EfficientNetB1 = _variant(1, 1.0, 1.1, 240, 0.2)
EfficientNetB2 = _variant(2, 1.1, 1.2, 260, 0.3)
EfficientNetB3 = _variant(3, 1.2, 1.4, 300, 0.3)
EfficientNetB4 = _variant(4, 1.4, 1.8, 380, 0.4)
EfficientNetB5 = _variant(5, 1.6, 2.2, 456, 0.4)
EfficientNetB6 = _variant(6, 1.8, 2.6, 528, 0.5)
EfficientNetB7 = _variant(7, 2.0, 3.1, 600, 0.5)

__getattr__ = _names.module_getattr("tf.keras.applications.efficientnet", globals())
