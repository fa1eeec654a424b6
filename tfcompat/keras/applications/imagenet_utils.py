"""tf.keras.applications.imagenet_utils: pixels as the architectures want them, and the classes' names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat.keras import ops
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._state import settings
from tfcompat.keras.applications._drawing import cached, obtain_input_shape

__all__ = ["decode_predictions", "preprocess_input"]

_obtain_input_shape = obtain_input_shape  # Keras 2 has it under both names

_CLASSES = (
    "imagenet_class_index.json",
    "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json",
)
_MEANS = {"torch": (0.485, 0.456, 0.406), "caffe": (103.939, 116.779, 123.68)}
_DEVIATIONS = (0.229, 0.224, 0.225)


def preprocess_input(x: Any, data_format: str | None = None, mode: str = "caffe") -> Any:
    """Images of pixels in [0, 255] as models want them (tf.keras.applications.imagenet_utils.preprocess_input).

    mode: "caffe" for BGR less ImageNet's means, "tf" for [-1, 1], "torch" for [0, 1] less means and over deviations.
    A numpy array of floats is changed in place. ValueError for another mode or data format.
    """
    if mode not in ("caffe", "tf", "torch"):
        raise ValueError(f"Expected mode to be one of `caffe`, `tf` or `torch`. Received: mode={mode}")
    data_format = settings.image_data_format if data_format is None else data_format
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(
            "Expected data_format to be one of `channels_first` or `channels_last`. Received: "
            f"data_format={data_format}"
        )
    rank = len(x.shape)
    axis = rank - 3 if data_format == "channels_first" else rank - 1
    shape = [3 if i == axis else 1 for i in range(rank)]
    if isinstance(x, np.ndarray):
        return _array(x, mode, axis, shape)
    if mode == "tf":
        return x / 127.5 - 1.0
    if mode == "torch":
        x = x / 255.0
    elif isinstance(x, KerasTensor):  # the operations that a model's summary shows
        before = (...,) if axis == rank - 1 else (slice(None),) * axis
        x = ops.stack([x[(*before, i)] for i in (2, 1, 0)], axis=axis)
    else:
        x = ops.flip(x, axis=axis)

    def along(values: Any) -> Any:
        return ops.convert_to_tensor(np.reshape(np.array(values), shape), dtype=x.dtype)

    x = x + along(-np.array(_MEANS[mode]))
    return x if mode == "caffe" else x / along(_DEVIATIONS)


def _array(x: np.ndarray, mode: str, axis: int, shape: list[int]) -> np.ndarray:
    x = x if np.issubdtype(x.dtype, np.floating) else x.astype(settings.floatx)
    if mode == "tf":
        x /= 127.5
        x -= 1.0
        return x
    if mode == "caffe":
        x = np.flip(x, axis)
    else:
        x /= 255.0
    x -= np.reshape(_MEANS[mode], shape).astype(x.dtype)
    if mode == "torch":
        x /= np.reshape(_DEVIATIONS, shape).astype(x.dtype)
    return x


def decode_predictions(preds: Any, top: int = 5) -> list[list[tuple[Any, ...]]]:
    """For each row of 1000 scores the `top` highest, as (WordNet id, class name, score).

    The names come from imagenet_class_index.json, in the cache or from the net (OSError where it is not to be had).
    ValueError for another shape (tf.keras.applications.imagenet_utils.decode_predictions).
    """
    if len(preds.shape) != 2 or preds.shape[1] != 1000:
        raise ValueError(
            "`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape (samples, 1000)). Received "
            f"array with shape: {preds.shape}"
        )
    with open(cached(*_CLASSES), encoding="utf-8") as file:
        names = json.load(file)
    found = []
    for row in ops.convert_to_numpy(preds):
        highest = row.argsort()[-top:][::-1]
        found.append([(*names[str(i)], row[i]) for i in highest])
    return found


def preprocessing(mode: str | None) -> Callable[..., Any]:
    """The `preprocess_input` of a module of architectures: in a mode, or None where the models do it themselves."""

    def prepare(x: Any, data_format: str | None = None) -> Any:
        """The images as this module's models want them: pixels in [0, 255] before."""
        return x if mode is None else preprocess_input(x, data_format, mode)

    prepare.__name__ = prepare.__qualname__ = "preprocess_input"
    return prepare


__getattr__ = _names.module_getattr("tf.keras.applications.imagenet_utils", globals())
