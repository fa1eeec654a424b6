"""Assertions on dtypes and Python types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.tensor import Tensor


def prefix(message: str | None) -> str:
    """How a caller's message comes before an assertion's own."""
    return f"{message}.  " if message else ""


def _tensor(value: Any) -> Any:
    return value if isinstance(value, CompositeTensor) else convert_to_tensor(value)


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> None:
    """Asserts that a tensor is of dtype `tf_type`; TypeError where it is not (tf.debugging.assert_type)."""
    wanted = dtypes.as_dtype(tf_type)
    found = _tensor(tensor).dtype
    if found is not wanted:
        raise TypeError(f"{prefix(message)}tensor must be of type {wanted!r}; got {found!r}")


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> None:
    """Asserts that a tensor is of an integer dtype; TypeError where it is not (tf.debugging.assert_integer)."""
    found = convert_to_tensor(x).dtype
    if not found.is_integer:
        raise TypeError(
            f'{prefix(message)}Expected "x" to be integer type.  Found: tensor of dtype <dtype: {found.name!r}>'
        )


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> dtypes.DType:
    """Asserts that all `tensors` have one floating dtype, `dtype` where given, and returns it, else float32.

    Raises ValueError where they differ or the dtype is no floating one. (tf.debugging.assert_same_float_dtype)
    """
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    first: Any = None
    for tensor in tensors or ():
        if tensor is None:
            continue
        tensor = _tensor(tensor)
        if wanted is None:
            wanted, first = tensor.dtype, tensor
        elif tensor.dtype is not wanted:
            other = "" if first is None else f" as {first!s}"
            raise ValueError(f"{tensor!s}, type={tensor.dtype!r}, must be of the same type ({wanted!r}){other}.")
    wanted = wanted or dtypes.float32
    if not wanted.is_floating:
        raise ValueError(f"Expected floating point type, got {wanted!r}.")
    return wanted


def assert_proper_iterable(values: Any) -> None:
    """Asserts that `values` is iterable and no tensor, array or string; TypeError where it is not.

    (tf.debugging.assert_proper_iterable)
    """
    if isinstance(values, (Tensor, np.ndarray, bytes, str)):
        raise TypeError(f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}')
    if not isinstance(values, Iterable) or isinstance(values, CompositeTensor):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether `tensor` is a tf.Tensor of numbers (tf.debugging.is_numeric_tensor)."""
    return isinstance(tensor, Tensor) and tensor.dtype.is_numeric
