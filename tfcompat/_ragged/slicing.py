"""`rt[...]` by TensorFlow's rules for ragged tensors: no integer may index a ragged dimension but the outermost."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core.composite import CompositeTensor
from tfcompat._core.ops import Value, op
from tfcompat._core.tensor import Tensor
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import invalid, number
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.selecting import take_rows
from tfcompat._ragged.tensor import RaggedTensor, outer_size


def getitem(rt: RaggedTensor, key: Any) -> Any:
    """A piece of a ragged tensor: `key` is an integer, slice, Ellipsis, None or scalar tensor, or a tuple of such.

    Returns a tensor where the piece has no ragged dimension. ValueError for an integer in a ragged inner dimension,
    IndexError or InvalidArgumentError where one is out of bounds, TypeError for other keys.
    """
    return _outer(rt, list(key) if isinstance(key, (list, tuple)) else [key])


def _outer(value: Any, keys: list[Any]) -> Any:
    """`value[keys]`."""
    if not keys:
        return value
    if not isinstance(value, RaggedTensor):
        return value[tuple(keys)]
    key, rest = keys[0], keys[1:]
    if key is Ellipsis:
        return _outer(value, _without_ellipsis(keys, value.shape.rank))
    if key is None:
        inner = _outer(value, rest)
        return RaggedTensor.from_uniform_row_length(inner, outer_size(inner), nrows=1, validate=False)
    if isinstance(key, slice):
        return _inner(slice_rows(value, key), rest)
    if isinstance(key, CompositeTensor):
        raise TypeError(f"Only integers, slices, Ellipsis, None and scalar tensors index a RaggedTensor, got {key!r}")
    return _outer(_row(value, key), rest)


def _row(rt: RaggedTensor, key: Any) -> Any:
    count = outer_size(rt)
    if isinstance(key, (int, np.integer)) and not isinstance(key, bool) and isinstance(count, int) and key >= count:
        raise IndexError(f"Row key {key} out of bounds")
    return rt.values[rt.row_starts()[key] : rt.row_limits()[key]]


def slice_rows(rt: RaggedTensor, key: slice) -> RaggedTensor:
    """The rows that a slice takes, whatever its step."""
    if key == slice(None):
        return rt
    uniform = rt._row_partition.uniform_row_length
    size = rt._row_partition.static_nrows
    if key.step in (None, 1) and size is not None and _are_numbers(key):
        start, stop, _ = key.indices(size)
        splits = rt.row_splits[start : max(start, stop) + 1]
        first, last = splits[0], splits[-1]
        return RaggedTensor._of(rt.values[first:last], RowPartition(splits - first, uniform))
    starts = rt.row_starts()[key]
    lengths = rt.row_limits()[key] - starts
    values = take_rows(rt.values, kernels.ranges_of(starts, lengths))
    return RaggedTensor._of(values, RowPartition(kernels.splits_of_lengths(lengths), uniform))


def _are_numbers(key: slice) -> bool:
    return all(isinstance(v, (int, type(None))) for v in (key.start, key.stop))


def _inner(value: Any, keys: list[Any]) -> Any:
    """`value[(slice(None), *keys)]`."""
    if not keys:
        return value
    if not isinstance(value, RaggedTensor):
        return value[(slice(None), *keys)]
    key, rest = keys[0], keys[1:]
    if key is Ellipsis:
        return _inner(value, _without_ellipsis(keys, value.values.shape.rank))
    if key is None:
        inner = _inner(value, rest)
        return RaggedTensor.from_uniform_row_length(inner, 1, nrows=outer_size(inner), validate=False)
    if isinstance(key, slice):
        rows = value if key == slice(None) else _slice_columns(value, key)
        return rows.with_values(_inner(rows.values, rest))
    return _inner(_column(value, key), rest)


def _column(rt: RaggedTensor, key: Any) -> Any:
    """One element of each row, where all rows are equally long."""
    length = rt._row_partition.uniform_row_length
    if length is None:
        raise ValueError("Cannot index into an inner ragged dimension.")
    index = number(key)
    if not -length <= index < length:
        relation, bound = (">=", -length) if index < 0 else ("<", length)
        raise invalid(
            f"Index out of bounds when indexing into a ragged tensor\nCondition x {relation} y did not hold.\n"
            f"First 1 elements of x:\n[{index}]\nFirst 1 elements of y:\n[{bound}]"
        )
    return _outer(rt.values, [slice(index % length, None, length)])


def _slice_columns(rt: RaggedTensor, key: slice) -> RaggedTensor:
    """The same slice of every row."""
    if not all(isinstance(v, (int, Tensor, type(None))) for v in (key.start, key.stop)):
        raise TypeError("slice offsets must be integers or None")
    start, stop, step = (None if v is None else number(v) for v in (key.start, key.stop, key.step))
    firsts, lengths = _column_ranges(rt.row_splits, start, stop, step)
    values = take_rows(rt.values, _steps(firsts, lengths, 1 if step is None else step))
    uniform = rt._row_partition.uniform_row_length
    if uniform is not None:
        uniform = len(range(uniform)[start:stop:step])
    return RaggedTensor._of(values, RowPartition(kernels.splits_of_lengths(lengths), uniform))


@op("RaggedColumnRanges")
def _column_ranges(splits: Value, start: Any, stop: Any, step: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """The first value and the number of values that a slice takes of each row, as Python slices."""
    if step == 0:
        raise ValueError("slice step cannot be zero")
    begins, lengths = splits[:-1], splits[1:] - splits[:-1]
    backwards = step is not None and step < 0
    low, high = (lengths * 0 - 1, lengths - 1) if backwards else (lengths * 0, lengths)

    def bound(value: int | None, default: torch.Tensor) -> torch.Tensor:
        if value is None:
            return default
        placed = lengths + value if value < 0 else torch.full_like(lengths, value)
        return torch.minimum(torch.maximum(placed, low), high)

    first, last = bound(start, high if backwards else low), bound(stop, low if backwards else high)
    stride = 1 if step is None else step
    count = -torch.div(first - last, stride, rounding_mode="floor")
    return begins + first, count.clamp(min=0)


@op("RaggedSteps")
def _steps(firsts: Value, lengths: Value, step: int) -> torch.Tensor:
    offsets = kernels.ranges(torch.zeros_like(lengths), lengths)
    return kernels.repeat(firsts, lengths) + offsets * step


def _without_ellipsis(keys: list[Any], rank: int | None) -> list[Any]:
    """The keys with the Ellipsis at their beginning put off by a dimension, or dropped where it stands for none."""
    if rank is None:
        raise ValueError("Ellipsis not supported for unknown shape RaggedTensors")
    used = sum(k is not None for k in keys)
    if used > rank + 1:
        raise IndexError("Too many indices for RaggedTensor")
    return keys[1:] if used == rank + 1 else [slice(None), *keys]
