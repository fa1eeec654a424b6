"""tf.keras.applications.inception_v3."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras import layers
from tfcompat.keras.applications._drawing import channels, convolved, kernels_file, standard
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing

__all__ = ["InceptionV3", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")


def step(x: Any, filters: int, rows: int, columns: int | None = None, strides: int = 1, padding: str = "same") -> Any:
    """A convolution, its normalization without a scale, and ReLU."""
    window = (rows, rows if columns is None else columns)
    return convolved(x, filters, window, (strides, strides), padding, scale=False)


def path(x: Any, *steps: Any) -> Any:
    """Steps one after another: (filters, rows[, columns]), or with "/2" at the end a valid one with a stride of 2."""
    for given in steps:
        *sizes, end = given
        x = step(x, *sizes, strides=2, padding="valid") if end == "/2" else step(x, *given)
    return x


def _pool(x: Any, filters: int) -> Any:
    return step(layers.AveragePooling2D((3, 3), strides=(1, 1), padding="same")(x), filters, 1)


def _joined(branches: list[Any], name: str | None = None) -> Any:
    return layers.concatenate(branches, axis=channels(), name=name)


def _sevens(x: Any, n: int, name: str) -> Any:
    """Windows of 7 in each direction by themselves, with n filters in between."""
    return _joined(
        [
            path(x, (192, 1)),
            path(x, (n, 1), (n, 1, 7), (192, 7, 1)),
            path(x, (n, 1), (n, 7, 1), (n, 1, 7), (n, 7, 1), (192, 1, 7)),
            _pool(x, 192),
        ],
        name,
    )


def _wide(x: Any, index: int) -> Any:
    """Branches that part once more."""
    ones = step(x, 320, 1)
    threes = step(x, 384, 1)
    threes = _joined([step(threes, 384, 1, 3), step(threes, 384, 3, 1)], f"mixed9_{index}")
    twice = path(x, (448, 1), (384, 3))
    twice = _joined([step(twice, 384, 1, 3), step(twice, 384, 3, 1)])
    return _joined([ones, threes, twice, _pool(x, 192)], f"mixed{9 + index}")


def stem(x: Any) -> Any:
    """The first convolutions, which make images a ninth of their size."""
    x = path(x, (32, 3, "/2"))
    x = step(step(x, 32, 3, padding="valid"), 64, 3)
    x = layers.MaxPooling2D((3, 3), strides=(2, 2))(x)
    x = step(step(x, 80, 1, padding="valid"), 192, 3, padding="valid")
    return layers.MaxPooling2D((3, 3), strides=(2, 2))(x)


def _draw(x: Any) -> Any:
    x = stem(x)
    for index, pooled in enumerate((32, 64, 64)):
        branches = [path(x, (64, 1)), path(x, (48, 1), (64, 5)), path(x, (64, 1), (96, 3), (96, 3)), _pool(x, pooled)]
        x = _joined(branches, f"mixed{index}")
    branches = [path(x, (384, 3, "/2")), path(x, (64, 1), (96, 3), (96, 3, "/2"))]
    x = _joined([*branches, layers.MaxPooling2D((3, 3), strides=(2, 2))(x)], "mixed3")
    for index, n in enumerate((128, 160, 160, 192), 4):
        x = _sevens(x, n, f"mixed{index}")
    branches = [path(x, (192, 1), (320, 3, "/2")), path(x, (192, 1), (192, 1, 7), (192, 7, 1), (192, 3, "/2"))]
    x = _joined([*branches, layers.MaxPooling2D((3, 3), strides=(2, 2))(x)], "mixed8")
    return _wide(_wide(x, 0), 1)


InceptionV3 = standard(
    "InceptionV3",
    "inception_v3",
    _draw,
    lambda options: kernels_file("inception_v3", "inception_v3", options),
    size=299,
    smallest=75,
)

__getattr__ = _names.module_getattr("tf.keras.applications.inception_v3", globals())
