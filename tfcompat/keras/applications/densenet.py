"""tf.keras.applications.densenet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import channels, first, kernels_file, standard, width
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["DenseNet121", "DenseNet169", "DenseNet201", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("torch")

_GROWTH = 32


def _norm(x: Any, norm: str, relu: str) -> Any:
    x = layers.BatchNormalization(axis=channels(), epsilon=1.001e-5, name=norm)(x)
    return layers.Activation("relu", name=relu)(x)


def _step(x: Any, name: str) -> Any:
    """What was there, and 32 new channels."""
    new = _norm(x, f"{name}_0_bn", f"{name}_0_relu")
    new = layers.Conv2D(4 * _GROWTH, 1, use_bias=False, name=f"{name}_1_conv")(new)
    new = _norm(new, f"{name}_1_bn", f"{name}_1_relu")
    new = layers.Conv2D(_GROWTH, 3, padding="same", use_bias=False, name=f"{name}_2_conv")(new)
    return layers.Concatenate(axis=channels(), name=f"{name}_concat")([x, new])


def _halved(x: Any, name: str) -> Any:
    """Half of the channels, half of the size."""
    x = _norm(x, f"{name}_bn", f"{name}_relu")
    x = layers.Conv2D(width(x) // 2, 1, use_bias=False, name=f"{name}_conv")(x)
    return layers.AveragePooling2D(2, strides=2, name=f"{name}_pool")(x)


def _dense(depths: tuple[int, ...]) -> Callable[[Any], Any]:
    def draw(x: Any) -> Any:
        if first():
            raise ValueError(
                "DenseNet does not support the `channels_first` image data format. Switch to `channels_last` with "
                "`keras.config.set_image_data_format`."
            )
        x = layers.ZeroPadding2D(((3, 3), (3, 3)))(x)
        x = layers.Conv2D(64, 7, strides=2, use_bias=False, name="conv1_conv")(x)
        x = _norm(x, "conv1_bn", "conv1_relu")
        x = layers.ZeroPadding2D(((1, 1), (1, 1)))(x)
        x = layers.MaxPooling2D(3, strides=2, name="pool1")(x)
        for stage, depth in enumerate(depths, 2):
            for step in range(1, depth + 1):
                x = _step(x, f"conv{stage}_block{step}")
            x = _halved(x, f"pool{stage}") if stage < 5 else x
        return _norm(x, "bn", "relu")

    return draw


def _variant(layers_: int, depths: tuple[int, ...]) -> Callable[..., Any]:
    name = f"densenet{layers_}"
    return standard(
        f"DenseNet{layers_}",
        name,
        _dense(depths),
        lambda options: kernels_file(name, "densenet", options),
        names=("avg_pool", "max_pool"),
    )


DenseNet121 = _variant(121, (6, 12, 24, 16))
DenseNet169 = _variant(169, (6, 12, 32, 32))
DenseNet201 = _variant(201, (6, 12, 48, 32))

__getattr__ = _names.module_getattr("tf.keras.applications.densenet", globals())
