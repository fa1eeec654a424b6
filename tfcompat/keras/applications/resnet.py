"""tf.keras.applications.resnet: residual networks, of the first version and (for resnet_v2) of the second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import channels, kernels_file, standard
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["ResNet50", "ResNet101", "ResNet152", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("caffe")

_EPSILON = 1.001e-5
DEPTHS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def _norm(x: Any, name: str, relu: str | None = None) -> Any:
    x = layers.BatchNormalization(axis=channels(), epsilon=_EPSILON, name=name)(x)
    return x if relu is None else layers.Activation("relu", name=relu)(x)


def _stem(x: Any, second: bool) -> Any:
    x = layers.ZeroPadding2D(((3, 3), (3, 3)), name="conv1_pad")(x)
    x = layers.Conv2D(64, 7, strides=2, use_bias=True, name="conv1_conv")(x)
    if not second:
        x = _norm(x, "conv1_bn", "conv1_relu")
    x = layers.ZeroPadding2D(((1, 1), (1, 1)), name="pool1_pad")(x)
    return layers.MaxPooling2D(3, strides=2, name="pool1_pool")(x)


def _block(x: Any, filters: int, stride: int, name: str, project: bool) -> Any:
    """Normalization after each convolution, the stride in the first."""
    around = x
    if project:
        around = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(x)
        around = _norm(around, f"{name}_0_bn")
    x = layers.Conv2D(filters, 1, strides=stride, name=f"{name}_1_conv")(x)
    x = _norm(x, f"{name}_1_bn", f"{name}_1_relu")
    x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_2_conv")(x)
    x = _norm(x, f"{name}_2_bn", f"{name}_2_relu")
    x = _norm(layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x), f"{name}_3_bn")
    x = layers.Add(name=f"{name}_add")([around, x])
    return layers.Activation("relu", name=f"{name}_out")(x)


def _block_v2(x: Any, filters: int, stride: int, name: str, project: bool) -> Any:
    """Normalization before each convolution, the stride in the second."""
    start = _norm(x, f"{name}_preact_bn", f"{name}_preact_relu")
    if project:
        around = layers.Conv2D(4 * filters, 1, strides=stride, name=f"{name}_0_conv")(start)
    else:
        around = layers.MaxPooling2D(1, strides=stride)(x) if stride > 1 else x
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_1_conv")(start)
    x = _norm(x, f"{name}_1_bn", f"{name}_1_relu")
    x = layers.ZeroPadding2D(((1, 1), (1, 1)), name=f"{name}_2_pad")(x)
    x = layers.Conv2D(filters, 3, strides=stride, use_bias=False, name=f"{name}_2_conv")(x)
    x = _norm(x, f"{name}_2_bn", f"{name}_2_relu")
    x = layers.Conv2D(4 * filters, 1, name=f"{name}_3_conv")(x)
    return layers.Add(name=f"{name}_out")([around, x])


def residual(depth: int, second: bool) -> Callable[[Any], Any]:
    """Four stages of blocks: in the first version the first block of each has the stride, in the second the last."""

    def draw(x: Any) -> Any:
        x = _stem(x, second)
        for stage, count in enumerate(DEPTHS[depth]):
            for step in range(1, count + 1):
                name, filters = f"conv{stage + 2}_block{step}", 64 << stage
                if second:
                    stride = 2 if step == count and stage < 3 else 1
                    x = _block_v2(x, filters, stride, name, project=step == 1)
                else:
                    stride = 2 if step == 1 and stage > 0 else 1
                    x = _block(x, filters, stride, name, project=step == 1)
        return _norm(x, "post_bn", "post_relu") if second else x

    return draw


def variant(depth: int, version: str = "") -> Callable[..., Any]:
    """The public function of a depth and a version, "" or "V2"."""
    name = f"resnet{depth}{version.lower()}"
    return standard(
        f"ResNet{depth}{version}",
        name,
        residual(depth, bool(version)),
        lambda options: kernels_file(name, "resnet", options),
        names=("avg_pool", "max_pool"),
    )


ResNet50, ResNet101, ResNet152 = variant(50), variant(101), variant(152)

__getattr__ = _names.module_getattr("tf.keras.applications.resnet", globals())
