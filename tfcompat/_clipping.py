"""tf.clip_by_value, tf.clip_by_norm and tf.clip_by_global_norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import INEXACT, REALS, axes, expect, like
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.operators import incompatible_shapes
from tfcompat._core.ops import BY_STORAGE, Alike, Alikes, Invalid, Value, op
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._core.unsigned import by_order


@op("ClipByValue", explain=incompatible_shapes)
def _clip_by_value(t: Alike, clip_value_min: Alike, clip_value_max: Alike, name: str | None = None) -> torch.Tensor:
    if t.dtype is torch.uint64:
        r = by_order(
            lambda x, low, high: torch.clamp_min(torch.clamp_max(x, high), low), t, clip_value_min, clip_value_max
        )
    else:
        r = torch.clamp_min(torch.clamp_max(expect(t, REALS), clip_value_max), clip_value_min)
    if r.shape != t.shape:
        raise ValueError(f"Shapes {TensorShape(t.shape)} and {TensorShape(r.shape)} are incompatible")
    return r


@op("ClipByValue")
def _clip_to_numbers(t: Value, low: float, high: float, name: str | None = None) -> torch.Tensor:
    return torch.clamp(t, low, high) if low <= high else torch.clamp_min(torch.clamp_max(t, high), low)


def _are_floats(*values: Any) -> bool:
    """Whether all values are Python numbers that a float tensor takes; False for NaN."""
    return all(type(v) is int or (type(v) is float and v == v) for v in values)


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """`t` with what is below `clip_value_min` or above `clip_value_max` set to that bound (tf.clip_by_value).

    The bounds broadcast to the shape of `t`, ValueError where they would enlarge it. Takes tf.IndexedSlices too. The
    gradient is 0 where t is outside of the bounds and passes on them.
    """
    if isinstance(t, IndexedSlices):
        values = clip_by_value(t.values, clip_value_min, clip_value_max, name)
        return IndexedSlices(values, t.indices, t.dense_shape)
    kind = t.dtype if isinstance(t, Tensor) else None
    if (kind is dtypes.float32 or kind is dtypes.float64) and _are_floats(clip_value_min, clip_value_max):
        return _clip_to_numbers(t, clip_value_min, clip_value_max, name)
    return _clip_by_value(t, clip_value_min, clip_value_max, name)


@op("ClipByNorm", explain=incompatible_shapes)
def _clip_by_norm(t: Value, clip_norm: Any, axis: Any, name: str | None = None) -> torch.Tensor:
    dims = axes(axis, expect(t, INEXACT).ndim)
    clip_norm = like(clip_norm, t)
    squares = torch.sum(t * t, dims, keepdim=True) if dims else t * t
    # sqrt has no finite gradient at 0.
    positive = squares > 0 if not t.is_complex() else squares != 0
    norm = torch.where(positive, torch.sqrt(torch.where(positive, squares, torch.ones_like(squares))), squares)
    r = t * clip_norm / torch.clamp_min(norm, clip_norm)
    if r.shape != t.shape:
        raise ValueError(f"Shapes {TensorShape(t.shape)} and {TensorShape(r.shape)} are incompatible")
    return r


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """`t` scaled down so that its L2 norm over `axes` (None: all of them) is at most `clip_norm` (tf.clip_by_norm).

    Takes tf.IndexedSlices too. A clip_norm that is not positive gives zeros.
    """
    if not hasattr(clip_norm, "dtype"):
        clip_norm = max(clip_norm, 0.0) if isinstance(clip_norm, (int, float)) else clip_norm
    if isinstance(t, IndexedSlices):
        return IndexedSlices(_clip_by_norm(t.values, clip_norm, axes, name), t.indices, t.dense_shape)
    return _clip_by_norm(t, clip_norm, axes, name)


@op("GlobalNorm")
def _global_norm(tensors: Alikes, name: str | None = None) -> torch.Tensor:
    squares = [torch.sum(expect(t, INEXACT) * t) for t in tensors]
    return torch.sqrt(torch.sum(torch.stack(squares)))


def _checked(t_list: Any) -> list[Any]:
    if isinstance(t_list, str) or not isinstance(t_list, Sequence):
        raise TypeError(f"`t_list` should be a sequence of tensors. Received {type(t_list)}.")
    return [None if t is None else t if isinstance(t, IndexedSlices) else convert_to_tensor(t) for t in t_list]


def global_norm(t_list: Any, name: str | None = None) -> Any:
    """sqrt of the sum of the squares of all elements of the tensors of a list, None among them left out.

    Follows tf.linalg.global_norm; TypeError where `t_list` is no sequence.
    """
    values = [t.values if isinstance(t, IndexedSlices) else t for t in _checked(t_list) if t is not None]
    return _global_norm(values, name) if values else convert_to_tensor(0.0)


@op("ClipByGlobalNorm")
def _scale(tensors: Alikes, norm: Value, clip_norm: Value, name: str | None = None) -> list[torch.Tensor]:
    if norm.dtype not in INEXACT:
        got = BY_STORAGE[norm.dtype].name
        raise Invalid(f"Argument `use_norm` takes a floating number, got dtype {got}.", TypeError)
    clip_norm = clip_norm.to(norm.dtype)
    one = torch.ones_like(clip_norm)
    scale = clip_norm * torch.minimum(1 / norm, one / clip_norm)
    scale = scale + (norm - norm)  # NaN where the norm is not finite: the caller shall see it
    return [t * scale.to(t.dtype) for t in tensors]


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Any]:
    """The tensors of a list, all scaled so that their common norm is at most `clip_norm`, and that norm before.

    use_norm: the norm, where it was computed already by `tf.linalg.global_norm`. None in the list stays, all results
    are NaN where the norm is not finite. Follows tf.clip_by_global_norm; TypeError where `t_list` is no sequence.
    """
    items = _checked(t_list)
    norm = global_norm(items, name) if use_norm is None else convert_to_tensor(use_norm)
    values = [t.values if isinstance(t, IndexedSlices) else t for t in items if t is not None]
    scaled = iter(_scale(values, norm, clip_norm, name) if values else ())
    clipped: list[Any] = []
    for t in items:
        new = None if t is None else next(scaled)
        clipped.append(IndexedSlices(new, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else new)
    return clipped, norm
