"""Encodings and norms of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat.keras import ops
from tfcompat.keras._version import is_legacy


def to_categorical(x: Any, num_classes: int | None = None, dtype: Any = None) -> Any:
    """Class numbers as one-hot vectors (tf.keras.utils.to_categorical); a tensor for tensors, else a numpy array.

    num_classes: how many there are, one more than the largest number where None. dtype: the array's, an argument that
    Keras 2 has; there it is float32 and tensors give arrays, too.
    """
    if is_legacy() and dtype is None:
        dtype = "float32"
    if dtype is None and ops.is_tensor(x):
        if num_classes is None:
            num_classes = int(np.max(np.asarray(x))) + 1
        shape = ops.shape(x)
        if len(shape) > 1 and shape[-1] == 1:
            x = ops.reshape(x, shape[:-1])
        return ops.one_hot(x, num_classes)
    labels, shape = _labels(x)
    classes = num_classes or int(np.max(labels)) + 1
    categorical = np.zeros((labels.shape[0], classes), dtype=dtype)
    categorical[np.arange(labels.shape[0]), labels] = 1
    return categorical.reshape((*shape, classes))


def to_ordinal(y: Any, num_classes: int | None = None, dtype: Any = "float32") -> Any:
    """Class numbers as vectors that begin with as many ones (tf.keras.utils.to_ordinal of Keras 2), a numpy array.

    num_classes: how many classes there are, one more than the vectors' length; one more than the largest number where
    None.
    """
    labels, shape = _labels(y)
    length = (num_classes or int(np.max(labels)) + 1) - 1
    ordinal = (np.arange(length) < labels[:, None]).astype(dtype)
    return ordinal.reshape((*shape, length))


def _labels(y: Any) -> tuple[Any, tuple[int, ...]]:
    """The class numbers in one row, and the shape they had, without a last axis of size 1."""
    labels = np.array(y, dtype="int64")
    shape = labels.shape[:-1] if labels.ndim > 1 and labels.shape[-1] == 1 else labels.shape
    return labels.reshape(-1), shape


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """`x` divided by its norm along `axis`, left alone where that is 0 (tf.keras.utils.normalize)."""
    if not isinstance(x, np.ndarray):
        return ops.normalize(x, axis=axis, order=order)
    norm = np.atleast_1d(np.linalg.norm(x, order, axis))
    norm[norm == 0] = 1
    return x / np.expand_dims(norm, axis)
