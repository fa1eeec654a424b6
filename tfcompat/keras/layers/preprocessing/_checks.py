"""What the preprocessing layers check of their arguments, and how `adapt` reads data."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core.tensor import Tensor
from tfcompat._ragged import RaggedTensor
from tfcompat._sparse import SparseTensor

_OLD_MODES = {"binary": "multi_hot", "tf-idf": "tf_idf"}


def one_of(
    value: Any, allowed: Sequence[str], layer: Any, name: str, none: bool = False, functions: bool = False
) -> Any:
    """`value`, a string among `allowed`, or None or a function where these are taken; ValueError for another."""
    if (none and value is None) or (functions and callable(value)) or (isinstance(value, str) and value in allowed):
        return value
    raise ValueError(
        f"Unknown value for `{name}` argument of {type(layer).__name__}. Allowed values are: {tuple(allowed)}. "
        f"Received: {name}={value}"
    )


def output_mode(value: Any, allowed: Sequence[str], layer: Any) -> str:
    """An output mode under its name of today."""
    return one_of(_OLD_MODES.get(value, value), allowed, layer, "output_mode")


def no_sparse_ints(sparse: bool, mode: str, allowed: Sequence[str]) -> None:
    """ValueError for sparse integers, which there are none of."""
    if sparse and mode == "int":
        others = [f'`"{m}"`' for m in allowed if m != "int"]
        listed = others[0] if len(others) == 1 else f"{', '.join(others[:-1])}, or {others[-1]}"
        raise ValueError(
            f"`sparse` may only be true if `output_mode` is {listed}. Received: sparse={sparse} and output_mode={mode}"
        )


def salt_pair(salt: Any, layer: Any) -> list[int] | None:
    """The two numbers that a salt stands for; ValueError where it is neither one integer nor two."""
    if salt is None:
        return None
    if isinstance(salt, (tuple, list)) and len(salt) == 2:
        return list(salt)
    if isinstance(salt, int):
        return [salt, salt]
    raise ValueError(
        f"The `salt` argument of {type(layer).__name__} must be an integer or a tuple of 2 integers. "
        f"Received: salt={salt}"
    )


def is_tensor(x: Any) -> bool:
    """Whether `x` is a dense, ragged or sparse tensor."""
    return isinstance(x, (Tensor, RaggedTensor, SparseTensor))


def ensure_tensor(x: Any, dtype: Any = None) -> Any:
    """`x` as a tensor, ragged and sparse ones as they are, cast to `dtype` where one is given."""
    import tfcompat

    if not is_tensor(x):
        from tfcompat.keras._variable import Variable

        if isinstance(x, Variable):
            x = x.value
        wanted = tfcompat.as_dtype(dtype) if dtype is not None else None
        if wanted is not None and isinstance(x, np.ndarray) and wanted.is_integer and x.dtype.kind in "iub":
            x = x.astype(wanted.as_numpy_dtype)
        x = tfcompat.convert_to_tensor(x, dtype)
    if dtype is not None and x.dtype != tfcompat.as_dtype(dtype):
        x = tfcompat.cast(x, dtype)
    return x


def batches(data: Any, steps: int | None, lists_are_data: bool = True) -> Iterator[Any] | None:
    """An iterator over the first `steps` batches of a tf.data.Dataset or another iterable; None for an array.

    lists_are_data: whether a list or tuple is one array, not batches.
    """
    if isinstance(data, np.ndarray) or is_tensor(data) or not hasattr(data, "__iter__"):
        return None
    if lists_are_data and isinstance(data, (list, tuple)):
        return None
    return iter(data) if steps is None else itertools.islice(iter(data), steps)


def plain(value: Any) -> Any:
    """A tensor or array as lists, for configs; all else as it is."""
    if is_tensor(value):
        value = value.numpy()
    return value.tolist() if isinstance(value, np.ndarray) else value
