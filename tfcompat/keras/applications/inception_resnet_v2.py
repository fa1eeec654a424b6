"""tf.keras.applications.inception_resnet_v2."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import channels, convolved, kernels_file, standard, width
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing
from tfcompat.keras.applications.inception_v3 import path, stem, step

__all__ = ["InceptionResNetV2", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")


class CustomScaleLayer(layers.Layer):
    """The first input plus `scale` times the second."""

    _api_name = "keras.src.applications.inception_resnet_v2.CustomScaleLayer"

    def __init__(self, scale: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale

    def call(self, inputs: Any) -> Any:
        """The sum."""
        return inputs[0] + inputs[1] * self.scale

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The first input's shape."""
        return input_shape[0]

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "scale": self.scale}


_BRANCHES = {
    "block35": (((32, 1),), ((32, 1), (32, 3)), ((32, 1), (48, 3), (64, 3))),
    "block17": (((192, 1),), ((128, 1), (160, 1, 7), (192, 7, 1))),
    "block8": (((192, 1),), ((192, 1), (224, 1, 3), (256, 3, 1))),
}


def _mixed(branches: list[Any], name: str) -> Any:
    return layers.Concatenate(axis=channels(), name=name)(branches)


def _block(x: Any, scale: float, kind: str, index: int, activation: str | None = "relu") -> Any:
    """A share of what branches give, added."""
    name = f"{kind}_{index}"
    mixed = _mixed([path(x, *steps) for steps in _BRANCHES[kind]], f"{name}_mixed")
    up = layers.Conv2D(width(x), 1, padding="same", name=f"{name}_conv")(mixed)
    x = CustomScaleLayer(scale)([x, up])
    return x if activation is None else layers.Activation(activation, name=f"{name}_ac")(x)


def _draw(x: Any) -> Any:
    x = stem(x)
    branches = [step(x, 96, 1), path(x, (48, 1), (64, 5)), path(x, (64, 1), (96, 3), (96, 3))]
    pooled = step(layers.AveragePooling2D(3, strides=1, padding="same")(x), 64, 1)
    x = _mixed([*branches, pooled], "mixed_5b")
    for index in range(1, 11):
        x = _block(x, 0.17, "block35", index)
    branches = [path(x, (384, 3, "/2")), path(x, (256, 1), (256, 3), (384, 3, "/2"))]
    x = _mixed([*branches, layers.MaxPooling2D(3, strides=2)(x)], "mixed_6a")
    for index in range(1, 21):
        x = _block(x, 0.1, "block17", index)
    steps = (((256, 1), (384, 3, "/2")), ((256, 1), (288, 3, "/2")), ((256, 1), (288, 3), (320, 3, "/2")))
    branches = [path(x, *given) for given in steps]
    x = _mixed([*branches, layers.MaxPooling2D(3, strides=2)(x)], "mixed_7a")
    for index in range(1, 10):
        x = _block(x, 0.2, "block8", index)
    x = _block(x, 1.0, "block8", 10, activation=None)
    return convolved(x, 1536, 1, conv="conv_7b", norm="conv_7b_bn", act="conv_7b_ac", scale=False)


InceptionResNetV2 = standard(
    "InceptionResNetV2",
    "inception_resnet_v2",
    _draw,
    lambda options: kernels_file("inception_resnet_v2", "inception_resnet_v2", options),
    size=299,
    smallest=75,
)

__getattr__ = _names.module_getattr("tf.keras.applications.inception_resnet_v2", globals())
