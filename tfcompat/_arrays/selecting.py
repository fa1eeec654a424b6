"""Elements chosen by a mask: tf.where and tf.boolean_mask."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._arrays.sizes import scalar
from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import BY_STORAGE, Alike, Invalid, Value, kernel_dtype, op, wrap


@op("Where")
def _positions(condition: Value, name: str | None = None) -> torch.Tensor:
    if not isinstance(condition, torch.Tensor):
        raise Invalid(f"Value for attr 'T' of {BY_STORAGE[condition.dtype].name} is not in the list of allowed values")
    if not condition.ndim:
        raise Invalid("WhereOp : Unhandled input dimensions: 0")
    return torch.nonzero(condition)


def _select_problem(condition: Any, x: Any, y: Any, *_: Any) -> str | None:
    try:
        torch.broadcast_shapes(condition.shape, x.shape, y.shape)
    except RuntimeError:
        shapes = [_dims(t.shape) for t in (condition, x, y)]
        return f"condition {shapes[0]}, then {shapes[1]}, and else {shapes[2]} must be broadcastable"
    return None


@op("SelectV2", strings=True, explain=_select_problem)
def _select(condition: Value, x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    if condition.dtype is not torch.bool:
        kind = kernel_dtype(BY_STORAGE[condition.dtype])
        raise Invalid(f"input #0(zero-based) was expected to be a bool tensor but is a {kind} tensor")
    return torch.where(condition, x, y)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """`x` where `condition` is true and `y` elsewhere, all three broadcast; or where it is true (tf.where).

    With neither x nor y: the int64 coordinates of the nonzero elements of `condition`, shape [count, rank], in
    row-major order. ValueError where only one of them is given.
    """
    if x is None and y is None:
        return _positions(condition, name)
    if x is None or y is None:
        raise ValueError("x and y must both be non-None or both be None.")
    if not hasattr(condition, "dtype"):
        condition = wrap(to_storage(condition, dtypes.bool))
    return _select(condition, x, y, name)


@op("BooleanMask", strings=True)
def boolean_mask(tensor: Value, mask: Value, axis: Any = None, name: str | None = "boolean_mask") -> torch.Tensor:
    """The slices of `tensor` for which `mask` is true, its dimensions flattened into one (tf.boolean_mask).

    mask: bool (or numbers, of which 0 is false), of the shape of `tensor` from dimension `axis` on, the first where
    None. ValueError for a scalar mask or one of another shape.
    """
    first = 0 if axis is None else scalar(axis)
    first += tensor.ndim if first < 0 else 0
    if not mask.ndim:
        raise ValueError("mask cannot be scalar.")
    if tuple(tensor.shape[first : first + mask.ndim]) != tuple(mask.shape):
        masked = _shape(tensor.shape[first : first + mask.ndim])
        raise ValueError(f"Shapes {masked} and {_shape(mask.shape)} are incompatible")
    flat = tensor.reshape((*tensor.shape[:first], math.prod(mask.shape), *tensor.shape[first + mask.ndim :]))
    return flat.index_select(first, torch.nonzero(mask.reshape(-1)).reshape(-1))


def _shape(sizes: Any) -> str:
    return f"({', '.join(str(d) for d in sizes)}{',' if len(sizes) == 1 else ''})"
