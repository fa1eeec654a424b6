"""tf.keras.applications.vgg16."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import Options, kernels_file, standard
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["VGG16", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("caffe")


def stages(depths: tuple[int, ...]) -> Callable[[Any], Any]:
    """Stages of so many 3x3 convolutions, each with twice the filters, and a pooling after each."""

    def draw(x: Any) -> Any:
        for stage, depth in enumerate(depths, 1):
            filters = min(32 << stage, 512)
            for step in range(1, depth + 1):
                name = f"block{stage}_conv{step}"
                x = layers.Conv2D(filters, (3, 3), activation="relu", padding="same", name=name)(x)
            x = layers.MaxPooling2D((2, 2), strides=(2, 2), name=f"block{stage}_pool")(x)
        return x

    return draw


def head(x: Any, options: Options) -> Any:
    """Two hidden layers and the classes."""
    x = layers.Flatten(name="flatten")(x)
    for name in ("fc1", "fc2"):
        x = layers.Dense(4096, activation="relu", name=name)(x)
    return layers.Dense(options.classes, activation=options.classifier_activation, name="predictions")(x)


VGG16 = standard("VGG16", "vgg16", stages((2, 2, 3, 3, 3)), lambda o: kernels_file("vgg16", "vgg16", o), head=head)

__getattr__ = _names.module_getattr("tf.keras.applications.vgg16", globals())
