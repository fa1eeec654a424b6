"""tf.keras.applications.xception."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import convolved, kernels_file, last, standard
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["Xception", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")


def _separable(x: Any, filters: int, name: str) -> Any:
    x = layers.SeparableConv2D(filters, (3, 3), padding="same", use_bias=False, name=name)(x)
    return layers.BatchNormalization(axis=last(), name=f"{name}_bn")(x)


def _smaller(x: Any, block: int, filters: tuple[int, int]) -> Any:
    """Two separable convolutions and a pooling, around which a convolution with a stride goes."""
    around = convolved(x, filters[1], (1, 1), (2, 2), activation=None, axis=last())
    for step, size in enumerate(filters, 1):
        if block > 2 or step > 1:
            x = layers.Activation("relu", name=f"block{block}_sepconv{step}_act")(x)
        x = _separable(x, size, f"block{block}_sepconv{step}")
    x = layers.MaxPooling2D((3, 3), strides=(2, 2), padding="same", name=f"block{block}_pool")(x)
    return layers.add([x, around])


def _same(x: Any, block: int) -> Any:
    """Three separable convolutions, added to what they start from."""
    start = x
    for step in range(1, 4):
        x = layers.Activation("relu", name=f"block{block}_sepconv{step}_act")(x)
        x = _separable(x, 728, f"block{block}_sepconv{step}")
    return layers.add([x, start])


def _draw(x: Any) -> Any:
    for step, (filters, stride) in enumerate(((32, 2), (64, 1)), 1):
        name = f"block1_conv{step}"
        x = convolved(x, filters, (3, 3), stride, "valid", conv=name, norm=f"{name}_bn", act=f"{name}_act", axis=last())
    for block, filters in enumerate((128, 256, 728), 2):
        x = _smaller(x, block, (filters, filters))
    for block in range(5, 13):
        x = _same(x, block)
    x = _smaller(x, 13, (728, 1024))
    for step, filters in enumerate((1536, 2048), 1):
        x = _separable(x, filters, f"block14_sepconv{step}")
        x = layers.Activation("relu", name=f"block14_sepconv{step}_act")(x)
    return x


Xception = standard(
    "Xception", "xception", _draw, lambda o: kernels_file("xception", "xception", o), size=299, smallest=71
)

__getattr__ = _names.module_getattr("tf.keras.applications.xception", globals())
