"""What TensorFlow's array functions do with ragged tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._arrays import shaping
from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Value, Values, op
from tfcompat._ragged import kernels
from tfcompat._ragged.broadcasting import map_flat
from tfcompat._ragged.checks import invalid, known, number, numbers, require, require_non_negative
from tfcompat._ragged.conversion import coordinates
from tfcompat._ragged.dispatch import Handler, handler
from tfcompat._ragged.partitioning import stack_dynamic_partitions
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.selecting import take_rows
from tfcompat._ragged.tensor import RaggedTensor, checked_axis, outer_size, to_tensor_or_ragged

# ---- sizes and shapes ----


@handler("Size")
def _size(function: Handler, value: Any, out_type: Any = None, name: Any = None) -> Any:
    return function(value.flat_values, out_type, name)


@handler("Rank")
def _rank(function: Handler, value: Any, name: Any = None) -> Any:
    return convert_to_tensor(value.shape.rank, dtypes.int32)


@handler("Reshape")
def _reshape(function: Handler, value: Any, shape: Any, name: Any = None) -> Any:
    return function(value.flat_values, shape, name)


@handler("ExpandDims")
def _expand_dims(function: Handler, value: Any, axis: Any, name: Any = None) -> Any:
    axis = checked_axis(axis, value.shape.rank + 1)
    if axis > 1:
        return value.with_values(shaping.expand_dims(value.values, axis - 1))
    rows = outer_size(value)
    count, length = (1, rows) if axis == 0 else (rows, 1)
    return RaggedTensor.from_uniform_row_length(value, length, nrows=count, validate=False)


@handler("Squeeze")
def _squeeze(function: Handler, value: Any, axis: Any = None, name: Any = None) -> Any:
    if axis is None:
        raise ValueError("Ragged.squeeze must have an axis argument.")
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    for a in sorted((checked_axis(a, value.shape.rank) for a in axes), reverse=True):
        value = _without_axis(function, value, a, a)
    return value


def _without_axis(function: Handler, value: Any, axis: int, told: int) -> Any:
    if not isinstance(value, RaggedTensor):
        return function(value, [axis])
    if axis > 1:
        return value.with_values(_without_axis(function, value.values, axis - 1, told))
    lengths = known(value.row_lengths() if axis else value.nrows())
    if lengths is not None and (lengths != 1).any():
        raise invalid(
            "Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: "
            f"b'the given axis (axis = {told}) is not squeezable!'"
        )
    return value.values


# ---- the same values in another order, or repeated ----


@handler("ReverseV2")
def _reverse(function: Handler, value: Any, axis: Any, name: Any = None) -> Any:
    if not isinstance(axis, (list, tuple)) and getattr(axis, "shape", ()) == ():
        raise TypeError("`axis` must be a list of int or a constant tensorwhen reversing axes in a ragged tensor")
    rank = value.shape.rank
    turned = {checked_axis(number(a), rank, f"axis[{i}]") for i, a in enumerate(axis)}
    return value[tuple(slice(None, None, -1 if i in turned else None) for i in range(rank))]


@handler("Tile")
def _tile(function: Handler, value: Any, multiples: Any, name: Any = None) -> Any:
    counts = numbers(multiples)
    if len(counts) != value.shape.rank:
        raise invalid(
            f"Expected multiples argument to be a vector of length {value.shape.rank} but got length {len(counts)}"
        )
    return _tiled(function, value, counts)


def _tiled(function: Handler, value: Any, counts: list[int]) -> Any:
    if not isinstance(value, RaggedTensor):
        return function(value, counts)
    inner = _tiled(function, value.values, [1, *counts[2:]])
    splits, order = _tiled_rows(value.row_splits, counts[0], counts[1])
    return RaggedTensor._of(take_rows(inner, order), RowPartition(splits))


@op("RaggedTileRows")
def _tiled_rows(splits: Value, outer: int, inner: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The splits of rows repeated `outer` times, each made of `inner` copies of itself, and its values' indices."""
    starts, lengths = splits[:-1].repeat(outer), (splits[1:] - splits[:-1]).repeat(outer)
    order = kernels.ranges(starts.repeat_interleave(inner), lengths.repeat_interleave(inner))
    return kernels.lengths_to_splits(lengths * inner), order


# ---- parts ----


@handler("Split")
def _split(function: Handler, value: Any, count: int, axis: Any, name: Any = None) -> Any:
    size = _splittable(value, checked_axis(axis, value.shape.rank))
    if size is None:
        return _split_values(function, value, count, axis)
    require(count > 0 and size % count == 0, size, 0, "==", _UNEVEN)
    return _pieces(value, [size // count] * count, checked_axis(axis, value.shape.rank))


@handler("SplitV")
def _split_sizes(function: Handler, value: Any, sizes: Any, count: Any, axis: Any, name: Any = None) -> Any:
    size = _splittable(value, checked_axis(axis, value.shape.rank))
    if size is None:
        return _split_values(function, value, sizes, count, axis)
    found = numbers(sizes)
    require_non_negative(np.array(found), "`num_or_size_splits` must be non-negative.")
    require(sum(found) == size, size, sum(found), "==", _UNEVEN)
    if count is not None and count != len(found):
        raise ValueError(f"`num`={count} does not match the number of splits, {len(found)}.")
    return _pieces(value, found, checked_axis(axis, value.shape.rank))


_UNEVEN = "Cannot exactly split the `axis` dimension of `value` with the given `num_or_size_split`."


def _splittable(value: RaggedTensor, axis: int) -> Any:
    """The size of a dimension that is made of rows; None where it is one of the flat values'."""
    if axis > value.ragged_rank:
        return None
    size = value._partitions()[axis - 1].uniform_row_length if axis else outer_size(value)
    if size is None:
        raise ValueError(f"Cannot split a ragged dimension. Got `value` with shape {value.shape} and `axis` {axis}.")
    return size


def _split_values(function: Handler, value: RaggedTensor, *sizes_and_axis: Any) -> list[Any]:
    *args, axis = sizes_and_axis
    inner = checked_axis(axis, value.shape.rank) - value.ragged_rank
    return [value.with_flat_values(part) for part in function(value.flat_values, *args, inner)]


def _pieces(value: RaggedTensor, sizes: list[int], axis: int) -> list[Any]:
    pieces, start = [], 0
    for size in sizes:
        pieces.append(value[(*(slice(None),) * axis, slice(start, start + size))])
        start += size
    return pieces


@handler("DynamicPartition")
def _dynamic_partition(function: Handler, data: Any, partitions: Any, count: Any, name: Any = None) -> list[Any]:
    parts = stack_dynamic_partitions(data, partitions, count)
    return [parts[i] for i in range(number(count))]


# ---- by condition and index ----


@handler("Where")
def _positions(function: Handler, condition: Any, name: Any = None) -> Any:
    flat = function(condition.flat_values)
    return _positions_in_rows(flat, condition.nested_row_splits, outer_size(condition.flat_values))


@op("RaggedWhere")
def _positions_in_rows(flat: Value, splits: Values, count: Any) -> torch.Tensor:
    columns = [c.long()[flat[:, 0]] for c in coordinates(splits, count)]
    return torch.cat([torch.stack(columns, 1), flat[:, 1:]], 1)


@handler("SelectV2")
def _select(function: Handler, condition: Any, x: Any, y: Any, name: Any = None) -> Any:
    hint = next((v.dtype for v in (x, y) if hasattr(v, "dtype")), None)
    condition, x, y = to_tensor_or_ragged(condition), *(to_tensor_or_ragged(v, dtype_hint=hint) for v in (x, y))
    return map_flat(lambda *flat: function(*flat), condition, x, y)


@handler("OneHot")
def _one_hot(function: Handler, indices: Any, depth: Any, on: Any, off: Any, axis: Any, name: Any = None) -> Any:
    if 0 <= axis <= indices.ragged_rank:
        raise ValueError(f"axis ({axis}) must be greater than indices.ragged_rank ({indices.ragged_rank}).")
    inner = axis if axis < 0 else axis - indices.ragged_rank
    return indices.with_flat_values(function(indices.flat_values, depth, on, off, inner))


@handler("bincount")
def _bincount(function: Handler, values: Any, *options: Any) -> Any:
    from tfcompat.sparse.counting import dense_counts

    return dense_counts(values, *options) if isinstance(values, RaggedTensor) else NotImplemented


@handler("dropout")
@handler("Dropout")
def _dropout(function: Handler, x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: Any = None) -> Any:
    if noise_shape is not None:
        raise ValueError("noise_shape is not supported yet for RaggedTensor x")
    return x.with_flat_values(function(x.flat_values, rate, None, seed))
