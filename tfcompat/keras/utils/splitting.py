"""keras.utils.split_dataset."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from tfcompat.keras import tree


def _elements(dataset: Any) -> list[Any]:
    """The elements of a dataset, or the rows of arrays."""
    if hasattr(dataset, "element_spec"):
        source = dataset.unbatch() if _batch_size(dataset) is not None else dataset
        return [tree.map_structure(lambda x: x.numpy() if hasattr(x, "numpy") else x, row) for row in source]
    if isinstance(dataset, np.ndarray):
        return list(dataset)
    if not dataset:
        raise ValueError("Received an empty list of arrays. Please pass a non-empty list of arrays.")
    lengths = [len(array) if hasattr(array, "__len__") else None for array in dataset]
    if None in lengths or len(set(lengths)) != 1:
        raise ValueError(
            "Received a list of arrays with different lengths. Please provide a list of arrays of the same length. "
            f"Received: lengths={lengths}"
        )
    return list(zip(*dataset))


def _batch_size(dataset: Any) -> Any:
    return getattr(dataset, "_batch_size", None)


def _sizes(left: Any, right: Any, total: int) -> tuple[int, int]:
    """How many elements each part gets; sizes below 1 are shares."""
    for name, size in (("left_size", left), ("right_size", right)):
        if size is not None and not isinstance(size, (int, float)):
            raise TypeError(
                f"Invalid `{name}` Type. Expected: int or float or None, Received: type({name})={type(size)}"
            )
        if size == 0:
            raise ValueError(
                f"Both `left_size` and `right_size` are zero, or one of them is: {name}=0. At least one element must "
                "be "
                "in each split."
            )
        bound = total if isinstance(size, int) else 1
        if size is not None and not 0 < size < bound:
            raise ValueError(
                f"`{name}` should be either a positive integer smaller than {total}, or a float within the range `[0, "
                "1]`. "
                f"Received: {name}={size}"
            )
    if isinstance(left, float):
        left = round(left * total)
    if isinstance(right, float):
        right = round(right * total)
    left = total - right if left is None else left
    right = total - left if right is None else right
    if left + right > total:
        raise ValueError(
            f"The sum of `left_size` and `right_size` is greater than the length of the dataset, {total}. "
            f"Received: left_size={left} and right_size={right}"
        )
    if not left or not right:
        raise ValueError(
            f"With a dataset of length={total}, left_size={left} and right_size={right}, a split is empty."
        )
    return left, right


def split_dataset(
    dataset: Any,
    left_size: Any = None,
    right_size: Any = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> Any:
    """Two tf.data.Datasets of the first and the last elements of a dataset or of arrays (keras.utils.split_dataset).

    left_size, right_size: how many elements each has, or which share where below 1; one may be None, for the rest.
    shuffle: by `seed`, before. TypeError for other data.
    """
    from tfcompat import data

    if not (isinstance(dataset, (tuple, list, np.ndarray)) or hasattr(dataset, "element_spec")):
        raise TypeError(
            "The `dataset` argument must be either a `tf.data.Dataset` object, or a list/tuple of arrays. "
            f"Received: dataset={dataset} of type {type(dataset)}"
        )
    if preferred_backend not in (None, "tensorflow"):
        raise ValueError(
            f'`preferred_backend` should be "tensorflow" or None. Received: preferred_backend={preferred_backend}'
        )
    if right_size is None and left_size is None:
        raise ValueError(
            "At least one of the `left_size` or `right_size` must be specified. Received: left_size=None and "
            "right_size=None"
        )
    rows = _elements(dataset)
    if shuffle:
        random.Random(random.randint(0, int(1e6)) if seed is None else seed).shuffle(rows)
    left, right = _sizes(left_size, right_size, len(rows))
    parts = []
    for part in (rows[:left], rows[-right:]):
        rows_alone = isinstance(dataset, np.ndarray)
        columns = part if rows_alone else tree.map_structure(lambda *values: np.array(values), *part)
        found = data.Dataset.from_tensor_slices(columns)
        if _batch_size(dataset) is not None:
            found = found.batch(_batch_size(dataset))
        parts.append(found.prefetch(data.AUTOTUNE))
    return tuple(parts)
