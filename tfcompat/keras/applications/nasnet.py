"""tf.keras.applications.nasnet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras._naming import name_scope
from tfcompat.keras.applications._drawing import (
    STORE,
    Options,
    before_stride,
    check,
    finished,
    first,
    image,
    pooled_head,
    shape_of,
    topped,
    width,
)
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["NASNetLarge", "NASNetMobile", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")


def _norm(x: Any, name: str) -> Any:
    return layers.BatchNormalization(axis=-1, momentum=0.9997, epsilon=1e-3, name=name)(x)


def _pointwise(x: Any, filters: int, name: str) -> Any:
    return layers.Conv2D(filters, (1, 1), padding="same", name=name, use_bias=False, kernel_initializer="he_normal")(x)


def _average(x: Any, name: str) -> Any:
    return layers.AveragePooling2D((3, 3), strides=(1, 1), padding="same", name=name)(x)


def _separable(x: Any, filters: int, kernel: int, name: str, stride: int = 1) -> Any:
    """Two separable convolutions, the stride in the first."""
    with name_scope(f"separable_conv_block_{name}"):
        padding = "same"
        x = layers.Activation("relu")(x)
        if stride == 2:
            padding = "valid"
            x = layers.ZeroPadding2D(before_stride(x, kernel), name=f"separable_conv_1_pad_{name}")(x)
        for step in (1, 2):
            x = layers.Activation("relu")(x) if step == 2 else x
            x = layers.SeparableConv2D(
                filters,
                (kernel, kernel),
                strides=(stride, stride) if step == 1 else (1, 1),
                name=f"separable_conv_{step}_{name}",
                padding=padding if step == 1 else "same",
                use_bias=False,
            )(x)
            x = _norm(x, f"separable_conv_{step}_bn_{name}")
    return x


def _fitted(p: Any, x: Any, filters: int, name: str) -> Any:
    """What the cell before the last gave, in the size of what the last gave and with as many channels as filters."""
    with name_scope("adjust_block"):
        if p is None:
            return x
        if p.shape[2] != x.shape[2]:
            with name_scope(f"adjust_reduction_block_{name}"):
                return _halved(p, filters, name)
        if width(p) != filters:
            with name_scope(f"adjust_projection_block_{name}"):
                p = layers.Activation("relu")(p)
                p = _pointwise(p, filters, f"adjust_conv_projection_{name}")
                return _norm(p, f"adjust_bn_{name}")
    return p


def _halved(p: Any, filters: int, name: str) -> Any:
    """Every second element, and those a step further on, half of the filters from each."""
    p = layers.Activation("relu", name=f"adjust_relu_1_{name}")(p)
    halves = []
    for index in (1, 2):
        half = p
        if index == 2:
            half = layers.ZeroPadding2D(((0, 1), (0, 1)))(half)
            half = layers.Cropping2D(((1, 0), (1, 0)))(half)
        half = layers.AveragePooling2D((1, 1), strides=(2, 2), name=f"adjust_avg_pool_{index}_{name}")(half)
        halves.append(_pointwise(half, filters // 2, f"adjust_conv_{index}_{name}"))
    return _norm(layers.concatenate(halves, axis=-1), f"adjust_bn_{name}")


def _started(x: Any, p: Any, filters: int, kind: str, name: str) -> tuple[Any, Any]:
    p = _fitted(p, x, filters, name)
    h = _pointwise(layers.Activation("relu")(x), filters, f"{kind}_conv_1_{name}")
    return p, _norm(h, f"{kind}_bn_1_{name}")


def _normal(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    """A cell that keeps the size; what it gives, and what the one before gave."""
    with name_scope(f"normal_A_block_{name}"):
        p, h = _started(x, p, filters, "normal", name)
        sums = []

        def added(index: int, *make: Callable[[], Any]) -> None:
            with name_scope(f"block_{index}"):
                sums.append(layers.add([one() for one in make], name=f"normal_add_{index}_{name}"))

        left, right = (lambda i: f"normal_left{i}_{name}"), (lambda i: f"normal_right{i}_{name}")
        added(1, lambda: _separable(h, filters, 5, left(1)), lambda: _separable(p, filters, 3, right(1)))
        added(2, lambda: _separable(p, filters, 5, left(2)), lambda: _separable(p, filters, 3, right(2)))
        added(3, lambda: _average(h, left(3)), lambda: p)
        added(4, lambda: _average(p, left(4)), lambda: _average(p, right(4)))
        added(5, lambda: _separable(h, filters, 3, left(5)), lambda: h)
        return layers.concatenate([p, *sums], axis=-1, name=f"normal_concat_{name}"), x


def _reduction(x: Any, p: Any, filters: int, name: str) -> tuple[Any, Any]:
    """A cell that halves the size; what it gives, and what the one before gave."""
    with name_scope(f"reduction_A_block_{name}"):
        p, h = _started(x, p, filters, "reduction", name)
        padded = layers.ZeroPadding2D(before_stride(h, 3), name=f"reduction_pad_1_{name}")(h)

        def pooled(kind: Any, place: str) -> Any:
            return kind((3, 3), strides=(2, 2), padding="valid", name=f"reduction_{place}_{name}")(padded)

        with name_scope("block_1"):
            a = _separable(h, filters, 5, f"reduction_left1_{name}", stride=2)
            b = _separable(p, filters, 7, f"reduction_right1_{name}", stride=2)
            one = layers.add([a, b], name=f"reduction_add_1_{name}")
        with name_scope("block_2"):
            a = pooled(layers.MaxPooling2D, "left2")
            b = _separable(p, filters, 7, f"reduction_right2_{name}", stride=2)
            two = layers.add([a, b], name=f"reduction_add_2_{name}")
        with name_scope("block_3"):
            a = pooled(layers.AveragePooling2D, "left3")
            b = _separable(p, filters, 5, f"reduction_right3_{name}", stride=2)
            three = layers.add([a, b], name=f"reduction_add3_{name}")
        with name_scope("block_4"):
            four = layers.add([two, _average(one, f"reduction_left4_{name}")])
        with name_scope("block_5"):
            a = _separable(one, filters, 3, f"reduction_left4_{name}")
            b = pooled(layers.MaxPooling2D, "right5")
            five = layers.add([a, b], name=f"reduction_add4_{name}")
        return layers.concatenate([two, three, four, five], axis=-1, name=f"reduction_concat_{name}"), x


def _draw(x: Any, filters: int, count: int, stem: int, skip: bool) -> Any:
    x = layers.Conv2D(stem, (3, 3), strides=(2, 2), use_bias=False, name="stem_conv1", kernel_initializer="he_normal")(
        x
    )
    x, p = _norm(x, "stem_bn1"), None
    x, p = _reduction(x, p, filters // 4, "stem_1")
    x, p = _reduction(x, p, filters // 2, "stem_2")
    for stage in range(3):
        if stage:
            x, before = _reduction(x, p, filters << stage, f"reduce_{stage * count}")
            p = p if skip else before
        for step in range(count):
            x, p = _normal(x, p, filters << stage, str(stage * count + step + (stage > 0)))
    return layers.Activation("relu")(x)


def _build(options: Options, size: int, last: int, count: int, stem: int, skip: bool, kind: str) -> Any:
    if first():
        raise ValueError(
            "NASNet does not support the `channels_first` image data format. Switch to `channels_last` with "
            "`keras.config.set_image_data_format`."
        )
    check(options)
    shape = options.input_shape
    if shape is not None and None in shape and options.weights == "imagenet":
        raise ValueError(
            "When specifying the input shape of a NASNet and loading `ImageNet` weights, the input_shape argument must "
            f"be static (no None entries). Got: `input_shape={shape}`."
        )
    start = image(options, shape_of(options, size, 32))
    x = topped(_draw(start, last // 24, count, stem, skip), options, pooled_head(None))
    end = "" if options.include_top else "_no_top"
    remote = f"NASNet-{kind}{end.replace('_', '-')}.h5"
    return finished(start, x, options, lambda: (f"nasnet_{kind}{end}.h5", f"{STORE}nasnet/{remote}"))


def NASNetMobile(
    input_shape: Any = None,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "nasnet_mobile",
) -> Any:
    """The NASNetMobile architecture; arguments as ResNet50's (tf.keras.applications.NASNetMobile)."""
    if not include_top and input_shape is None:
        input_shape = (224, 224, 3)
    options = Options(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    return _build(options, 224, 1056, 4, 32, False, "mobile")


def NASNetLarge(
    input_shape: Any = None,
    include_top: bool = True,
    weights: Any = "imagenet",
    input_tensor: Any = None,
    pooling: str | None = None,
    classes: int = 1000,
    classifier_activation: Any = "softmax",
    name: str = "nasnet_large",
) -> Any:
    """The NASNetLarge architecture; arguments as ResNet50's (tf.keras.applications.NASNetLarge)."""
    options = Options(include_top, weights, input_tensor, input_shape, pooling, classes, classifier_activation, name)
    return _build(options, 331, 4032, 6, 96, True, "large")


__getattr__ = _names.module_getattr("tf.keras.applications.nasnet", globals())
