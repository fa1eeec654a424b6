"""Encodings and norms of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat.keras import ops


def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Class numbers as one-hot vectors (tf.keras.utils.to_categorical); a tensor for tensors, else a numpy array.

    num_classes: how many there are, one more than the largest number where None.
    """
    if ops.is_tensor(x):
        if num_classes is None:
            num_classes = int(np.max(np.asarray(x))) + 1
        shape = ops.shape(x)
        if len(shape) > 1 and shape[-1] == 1:
            x = ops.reshape(x, shape[:-1])
        return ops.one_hot(x, num_classes)
    labels = np.array(x, dtype="int64")
    shape = labels.shape[:-1] if labels.ndim > 1 and labels.shape[-1] == 1 else labels.shape
    labels = labels.reshape(-1)
    classes = num_classes or int(np.max(labels)) + 1
    categorical = np.zeros((labels.shape[0], classes))
    categorical[np.arange(labels.shape[0]), labels] = 1
    return categorical.reshape((*shape, classes))


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """`x` divided by its norm along `axis`, left alone where that is 0 (tf.keras.utils.normalize)."""
    if not isinstance(x, np.ndarray):
        return ops.normalize(x, axis=axis, order=order)
    norm = np.atleast_1d(np.linalg.norm(x, order, axis))
    norm[norm == 0] = 1
    return x / np.expand_dims(norm, axis)
