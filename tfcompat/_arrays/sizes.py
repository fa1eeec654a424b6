"""Shapes, sizes and positions as arguments: lists, numbers among tensors, or tensors, read as Python integers."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import has_tensor, to_storage
from tfcompat._core.dimension import Dimension
from tfcompat._core.ops import BY_STORAGE, Invalid, is_symbolic, kernel_dtype
from tfcompat._core.shapes import TensorShape

INDEX = (torch.int32, torch.int64)
_WITHOUT_DEFAULT = frozenset({"Tshift", "Taxis", "Tlen"})


def wrong_dtype(t: Any, attribute: str, allowed: str = "int32, int64") -> Invalid:
    """TensorFlow's error for a tensor of a dtype that an op's argument does not take."""
    kind = kernel_dtype(BY_STORAGE[t.dtype])
    return Invalid(f"Value for attr '{attribute}' of {kind} is not in the list of allowed values: {allowed}")


def index_tensor(value: Any, attribute: str) -> torch.Tensor:
    """`value` as an int32 or int64 torch tensor; InvalidArgumentError for other dtypes.

    Tensors in a list are cast to int32, as TensorFlow does where that is the default of the attribute.
    """
    t = to_storage(value)
    if t.dtype not in INDEX:
        if not isinstance(value, (list, tuple)) or (len(value) and not _is_cast(value, attribute)):
            raise wrong_dtype(t, attribute)
        t = to_storage(value, dtypes.int32) if len(value) else t.to(torch.int32)
    return t


def _is_cast(values: Sequence[Any], attribute: str) -> bool:
    return attribute not in _WITHOUT_DEFAULT and has_tensor(values) and not _has_float(values)


def _has_float(values: Sequence[Any]) -> bool:
    """Whether a nested list has a Python float in it, which no integer dtype takes."""
    return any(_has_float(v) if isinstance(v, (list, tuple)) else isinstance(v, (float, np.floating)) for v in values)


def elements(t: torch.Tensor) -> list[Any]:
    """The elements of an integer tensor: ints, or torch.SymInts where a capture does not know them yet."""
    if is_symbolic(t):
        return [v.item() for v in t.reshape(-1).unbind()]
    return t.reshape(-1).tolist()


def tensor_of(sizes: Sequence[Any], dtype: torch.dtype, device: Any = None) -> torch.Tensor:
    """Sizes as a vector; those that a capture does not know yet stay open, as torch.tensor does not leave them."""
    if all(type(n) is int for n in sizes):
        return torch.tensor(sizes, dtype=dtype, device=device)
    return torch.stack([torch.scalar_tensor(n, dtype=dtype, device=device) for n in sizes])


_INTEGER = {int}


def vector(value: Any, attribute: str = "Tshape", what: str = "shape") -> list[Any]:
    """A vector of integers, in any form that makes a tensor, as a list of ints.

    Raises InvalidArgumentError for other dtypes and ranks (`attribute` and `what` name them), ValueError for None.
    """
    kind = type(value)
    if kind is list or kind is tuple:
        if {*map(type, value)} <= _INTEGER:
            return list(value)
        mixed = _mixed(value)
        if mixed is not None:
            return mixed
    elif kind is torch.Size:
        return list(value)
    t = index_tensor(value, attribute)
    if t.ndim != 1:
        raise Invalid(f"{what} must be 1-D, not [{','.join(str(d) for d in t.shape)}]")
    return elements(t)


def vector_or_scalar(value: Any, attribute: str = "Tidx", what: str = "axis") -> list[Any]:
    """As `vector`, or one integer."""
    if type(value) is int:
        return [value]
    if isinstance(value, (list, tuple)):
        return vector(value, attribute, what)
    t = index_tensor(value, attribute)
    return elements(t)


def scalar(value: Any, attribute: str = "Tidx", what: str = "axis") -> Any:
    """One integer, in any form that makes a tensor of a single element."""
    if type(value) is int or isinstance(value, torch.SymInt):
        return value
    t = index_tensor(value, attribute)
    if t.numel() != 1:
        raise Invalid(f"'{what}' must be a tensor with a single value")
    return t.item()


def _mixed(values: Sequence[Any]) -> list[Any] | None:
    """The integers of a list that has scalar tensors, symbolic sizes or Dimensions in it; None where it is not that."""
    out: list[Any] = []
    for v in values:
        if isinstance(v, torch.SymInt):
            out.append(v)
        elif isinstance(v, (int, np.integer, Dimension)) and not isinstance(v, bool):
            out.append(operator.index(v))
        elif hasattr(v, "dtype") and not isinstance(v, np.ndarray):
            t = to_storage(v)
            if isinstance(t, np.ndarray) or t.ndim or t.dtype not in INDEX:
                return None
            out.append(t.item())
        else:
            return None
    return out


def shape_sizes(value: Any, attribute: str = "index_type", what: str = "dims") -> tuple[Any, ...]:
    """The sizes of a new tensor: `vector`, or one integer; InvalidArgumentError where one is negative."""
    found = [value] if type(value) is int else None
    if found is None and not isinstance(value, (list, tuple, TensorShape)):
        t = index_tensor(value, attribute)
        found = elements(t) if t.ndim < 2 else None
    if found is None:
        found = vector(value, attribute, what)
    for d in found:
        if isinstance(d, int) and d < 0:
            raise Invalid(f"Dimension {d} must be >= 0")
    return tuple(found)


def size_vector(sizes: Sequence[Any], dtype: Any = None) -> torch.Tensor:
    """Sizes as a vector of int32 or `dtype`, on the CPU as TensorFlow's are; symbolic where one of them is."""
    kind = dtypes.int32 if dtype is None else dtypes.as_dtype(dtype)
    if kind.torch not in INDEX:
        raise Invalid(f"Value for attr 'out_type' of {kind.name} is not in the list of allowed values: int32, int64")
    if all(type(d) is int for d in sizes):
        return torch.tensor(list(sizes), dtype=kind.torch)
    return torch.stack([torch.scalar_tensor(d, dtype=kind.torch) for d in sizes])
