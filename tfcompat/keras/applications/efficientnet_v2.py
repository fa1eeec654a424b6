"""tf.keras.applications.efficientnet_v2."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import initializers, layers
from tfcompat.keras.applications._drawing import (
    STORE,
    Options,
    channels,
    check,
    convolved,
    finished,
    first,
    image,
    pooled_head,
    shape_of,
    topped,
)
from tfcompat.keras.applications.efficientnet import DENSE_SPREAD, SPREAD, skipped, weighted
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = [
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "decode_predictions",
    "preprocess_input",
]

preprocess_input = preprocessing(None)

# Whether one convolution does what otherwise two do, repeats, filters in and out, expansion, stride. The channels are
# weighted in the stages that are not fused.
_STAGES = {
    "s": (
        (True, 2, 24, 24, 1, 1),
        (True, 4, 24, 48, 4, 2),
        (True, 4, 48, 64, 4, 2),
        (False, 6, 64, 128, 4, 2),
        (False, 9, 128, 160, 6, 1),
        (False, 15, 160, 256, 6, 2),
    ),
    "m": (
        (True, 3, 24, 24, 1, 1),
        (True, 5, 24, 48, 4, 2),
        (True, 5, 48, 80, 4, 2),
        (False, 7, 80, 160, 4, 2),
        (False, 14, 160, 176, 6, 1),
        (False, 18, 176, 304, 6, 2),
        (False, 5, 304, 512, 6, 1),
    ),
    "l": (
        (True, 4, 32, 32, 1, 1),
        (True, 7, 32, 64, 4, 2),
        (True, 7, 64, 96, 4, 2),
        (False, 10, 96, 192, 4, 2),
        (False, 19, 192, 224, 6, 1),
        (False, 25, 224, 384, 6, 2),
        (False, 7, 384, 640, 6, 1),
    ),
    "b": (
        (True, 1, 32, 16, 1, 1),
        (True, 2, 16, 32, 4, 2),
        (True, 2, 32, 48, 4, 2),
        (False, 3, 48, 96, 4, 2),
        (False, 5, 96, 112, 6, 1),
        (False, 8, 112, 192, 6, 2),
    ),
}


def _step(x: Any, filters: int, kernel: int, strides: int, name: str, activation: Any = "swish") -> Any:
    names: dict[str, Any] = {"conv": f"{name}conv", "norm": f"{name}bn", "act": f"{name}activation"}
    options = {"kernel_initializer": SPREAD}
    return convolved(x, filters, kernel, strides, activation=activation, momentum=0.9, options=options, **names)


def _block(x: Any, fused: bool, before: int, after: int, expansion: int, stride: int, rate: float, name: str) -> Any:
    start, filters = x, before * expansion
    if fused and expansion == 1:
        x = _step(x, after, 3, stride, f"{name}project_")
    elif fused:
        x = _step(x, filters, 3, stride, f"{name}expand_")
        x = _step(x, after, 1, 1, f"{name}project_", activation=None)
    else:
        x = _step(x, filters, 1, 1, f"{name}expand_") if expansion != 1 else x
        x = layers.DepthwiseConv2D(
            3, strides=stride, padding="same", use_bias=False, depthwise_initializer=SPREAD, name=f"{name}dwconv2"
        )(x)
        x = layers.BatchNormalization(axis=channels(), momentum=0.9, name=f"{name}bn")(x)
        x = layers.Activation("swish", name=f"{name}activation")(x)
        x = weighted(x, filters, max(1, before // 4), name)
        x = _step(x, after, 1, 1, f"{name}project_", activation=None)
    return skipped(x, start, rate, name) if stride == 1 and before == after else x


def _prepared(x: Any, kind: str) -> Any:
    """Pixels in [0, 255] as the model wants them."""
    depth = x.shape[1 if first() else -1]
    if kind == "b" and depth == 3:
        x = layers.Rescaling(scale=1.0 / 255)(x)
        variance = [0.229**2, 0.224**2, 0.225**2]
        return layers.Normalization(mean=[0.485, 0.456, 0.406], variance=variance, axis=channels())(x)
    return layers.Rescaling(scale=1.0 / 128.0, offset=-1)(x)


def _draw(x: Any, kind: str, wide: float, deep: float) -> Any:
    def filters(n: int) -> int:
        return max(8, int(n * wide + 4) // 8 * 8)

    stages = _STAGES[kind]
    x = _step(x, filters(stages[0][2]), 3, 2, "stem_")
    total = sum(repeats for _, repeats, *_ in stages)
    done = 0
    for stage, (fused, repeats, before, after, expansion, stride) in enumerate(stages, 1):
        for step in range(math.ceil(deep * repeats)):
            name = f"block{stage}{chr(ord('a') + step)}_"
            inner = filters(after if step else before)
            rate = 0.2 * done / total
            x = _block(x, fused, inner, filters(after), expansion, 1 if step else stride, rate, name)
            done += 1
    return _step(x, filters(1280), 1, 1, "top_")


def _variant(kind: str, size: int, number: str = "", wide: float = 1.0, deep: float = 1.0) -> Callable[..., Any]:
    model_name = f"efficientnetv2-{kind}{number}"

    def build(
        include_top: bool = True,
        weights: Any = "imagenet",
        input_tensor: Any = None,
        input_shape: Any = None,
        pooling: str | None = None,
        classes: int = 1000,
        classifier_activation: Any = "softmax",
        include_preprocessing: bool = True,
        name: str = model_name,
    ) -> Any:
        options = Options(
            include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name
        )
        check(options)
        start = x = image(options, shape_of(options, size, 32))
        x = _prepared(x, kind) if include_preprocessing else x
        x = _draw(x, kind, wide, deep)
        zeros = initializers.Constant(0.0)
        head = pooled_head(rate=0.2, kernel_initializer=DENSE_SPREAD, bias_initializer=zeros)
        x = topped(x, options, head, ("avg_pool", "max_pool"))
        file = f"{name}{'' if include_top else '_notop'}.h5"
        return finished(start, x, options, lambda: (file, f"{STORE}efficientnet_v2/{file}"))

    build.__name__ = build.__qualname__ = function = f"EfficientNetV2{kind.upper()}{number}"
    build.__doc__ = f"""The {function} architecture, for images of {size} pixels (tf.keras.applications.{function}).

    include_preprocessing: whether the model takes pixels in [0, 255], else in [-1, 1]. The others are ResNet50's.
    """
    return build


EfficientNetV2B0 = _variant("b", 224, "0")
EfficientNetV2B1 = _variant("b", 240, "1", 1.0, 1.1)
EfficientNetV2B2 = _variant("b", 260, "2", 1.1, 1.2)
EfficientNetV2B3 = _variant("b", 300, "3", 1.2, 1.4)
EfficientNetV2S, EfficientNetV2M, EfficientNetV2L = _variant("s", 384), _variant("m", 480), _variant("l", 480)

__getattr__ = _names.module_getattr("tf.keras.applications.efficientnet_v2", globals())
