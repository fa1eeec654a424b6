"""tf.ragged's functions of values and rows: map_flat_values, range, boolean_mask and segment ids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.selecting import boolean_mask as dense_boolean_mask
from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Alike, Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat._core.tensor import Tensor
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import index_tensor, invalid, number
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.segments import segment_sum
from tfcompat._ragged.selecting import take_rows
from tfcompat._ragged.tensor import (
    RaggedTensor,
    match_row_splits_dtypes,
    outer_size,
    same_splits,
    to_tensor_or_ragged,
)
from tfcompat.dtypes.casting import cast


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`op(*args, **kwargs)` on the flat values of the ragged tensors among the arguments (tf.ragged.map_flat_values).

    They may stand in nested lists, tuples and dicts, and have the same row splits. The result has these splits, and so
    as many values as they; without ragged arguments it is that of `op`. ValueError where the numbers of values differ.
    """
    found = [v for v in structure.flatten((args, kwargs)) if isinstance(v, RaggedTensor)]
    if not found:
        return op(*args, **kwargs)
    match_row_splits_dtypes(*found)
    sizes = [outer_size(v.flat_values) for v in found]
    if any(size != sizes[0] for size in sizes):
        raise ValueError(
            f"Input RaggedTensors' flat_values must all have the same outer-dimension size.  Got sizes: {set(sizes)}"
        )
    _same_partitions(found)
    args, kwargs = structure.map_structure(
        lambda v: v.flat_values if isinstance(v, RaggedTensor) else v, (args, kwargs)
    )
    result, size = op(*args, **kwargs), sizes[0]
    if result.shape.rank is not None and (not result.shape.rank or outer_size(result) != size):
        raise ValueError(
            "tf.ragged.map_flat_values requires that the output of `op` have the same outer-dimension size as "
            f"flat_values of any ragged inputs. (output shape: {result.shape}; expected outer dimension size: {size})"
        )
    return found[0].with_flat_values(result)


def _same_partitions(values: list[RaggedTensor]) -> None:
    first = values[0].nested_row_splits
    for v in values[1:]:
        if len(v.nested_row_splits) != len(first):
            raise ValueError("Inputs must have identical ragged splits")
        for a, b in zip(first, v.nested_row_splits):
            same_splits(a, b, "Inputs must have identical ragged splits")


# ---- ranges ----

_RANGE_DTYPES = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = dtypes.int64,
) -> RaggedTensor:
    """Row i is `range(starts[i], limits[i], deltas[i])`, of vectors or scalars (tf.ragged.range).

    With one argument alone it is the limits, and the rows start at 0. dtype: of the values; where None, the widest of
    the arguments', which are int32, int64, float32 or float64. InvalidArgumentError for a delta of 0, or where the
    vectors are not equally long.
    """
    splits_dtype = dtypes.as_dtype(row_splits_dtype)
    if limits is None:
        starts, limits = 0, starts
    with op_name_scope(name, "RaggedRange"):
        given = [convert_to_tensor(v, dtype_hint=None if dtype is None else dtype) for v in (starts, limits, deltas)]
        kind = dtypes.as_dtype(dtype) if dtype is not None else _widest([t.dtype for t in given])
        lengths, values = _ranges(*(cast(t, kind) for t in given), splits_dtype)
        return RaggedTensor._of(values, RowPartition(kernels.splits_of_lengths(lengths)))


def _widest(kinds: list[dtypes.DType]) -> dtypes.DType:
    for kind in kinds:
        if kind not in _RANGE_DTYPES:
            raise AssertionError(f"tf.ragged.range takes {', '.join(d.name for d in _RANGE_DTYPES)}, got {kind.name}.")
    return max(kinds, key=_RANGE_DTYPES.index)


@op("RaggedRange")
def _ranges(
    starts: Alike, limits: Alike, deltas: Alike, splits_dtype: Any, name: Any = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """The lengths of the ranges and their elements."""
    if splits_dtype not in (dtypes.int32, dtypes.int64):
        kind = splits_dtype.name if splits_dtype.torch is None else kernel_dtype(splits_dtype)
        raise Invalid(f"Value for attr 'Tsplits' of {kind} is not in the list of allowed values: int32, int64")
    for t, what in ((starts, "starts"), (limits, "limits"), (deltas, "deltas")):
        if t.ndim > 1:
            raise Invalid(f"{what} must be a scalar or vector")
    sizes = [t.shape[0] for t in (starts, limits, deltas) if t.ndim]
    if any(n != sizes[0] for n in sizes):
        raise Invalid("starts, limits, and deltas must have the same shape")
    if not is_symbolic(deltas) and not bool((deltas != 0).all()):
        raise Invalid("Requires delta != 0")
    starts, limits, deltas = torch.broadcast_tensors(*(t.reshape(-1) for t in (starts, limits, deltas)))
    lengths = -torch.div(starts - limits, deltas, rounding_mode="floor")
    lengths = lengths.clamp(min=0).to(splits_dtype.torch)
    if starts.dtype.is_floating_point and not is_symbolic(starts):
        return lengths, _running_sums(starts.detach(), deltas.detach(), lengths)
    steps = kernels.ranges(torch.zeros_like(lengths), lengths).to(starts.dtype)
    return lengths, kernels.repeat(starts, lengths) + steps * kernels.repeat(deltas, lengths)


def _running_sums(starts: torch.Tensor, deltas: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """start, start + delta, start + delta + delta... : added one by one, for the same rounding as TensorFlow's."""
    rows = []
    for start, delta, n in zip(starts.cpu().numpy(), deltas.cpu().numpy(), lengths.tolist()):
        row = np.full(n, delta, dtype=start.dtype)
        row[:1] = start
        rows.append(np.add.accumulate(row))
    joined = np.concatenate(rows) if rows else np.zeros(0, dtype=starts.cpu().numpy().dtype)
    return torch.from_numpy(joined).to(starts.device)


# ---- masks ----


def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The elements of `data` where `mask` is true, in the rows they were in (tf.ragged.boolean_mask).

    mask: bool, a tensor or ragged tensor of the shape of data's outer dimensions, which have the rows of its last one
    shortened; of a vector, whole rows are dropped. ValueError for a scalar mask, and as InvalidArgumentError where the
    shapes do not fit.
    """
    with op_name_scope(name, "RaggedMask"):
        data, mask = to_tensor_or_ragged(data), to_tensor_or_ragged(mask, dtypes.bool)
        match_row_splits_dtypes(data, mask)
        if not mask.shape.rank:
            raise ValueError("mask cannot be scalar.")
        return _masked(data, mask)


def _masked(data: Any, mask: Any) -> Any:
    rank = mask.shape.rank
    if rank == 1:
        if not isinstance(data, RaggedTensor):
            return dense_boolean_mask(data, mask)
        data.shape[:1].assert_is_compatible_with(mask.shape)
        return take_rows(data, _true(mask))
    dtype = next((v.row_splits.dtype for v in (data, mask) if isinstance(v, RaggedTensor)), dtypes.int64)
    if not isinstance(mask, RaggedTensor):
        mask = RaggedTensor.from_tensor(mask, ragged_rank=rank - 1, row_splits_dtype=dtype)
    if not isinstance(data, RaggedTensor):
        data = RaggedTensor.from_tensor(data, ragged_rank=mask.ragged_rank, row_splits_dtype=dtype)
    same_splits(mask.row_splits, data.row_splits, "Inputs must have identical ragged splits")
    values = _masked(data.values, mask.values)
    if rank > 2:
        return RaggedTensor._of(values, data._row_partition)
    lengths = segment_sum(cast(mask.values, dtype), mask.value_rowids(), outer_size(mask))
    return RaggedTensor._of(values, RowPartition(kernels.splits_of_lengths(lengths)))


@op("Where")
def _true(mask: Value) -> torch.Tensor:
    return torch.nonzero(mask).reshape(-1)


# ---- row splits and segment ids ----


def row_splits_to_segment_ids(splits: Any, name: str | None = None, out_type: Any = None) -> Any:
    """The row of each value, of rows with these splits: [0, 3, 3, 5] is [0, 0, 0, 2, 2], as `out_type`.

    ValueError for splits that are no vector of int32 or int64, or an empty one (tf.ragged's function of this name).
    """
    with op_name_scope(name, "RaggedSplitsToSegmentIds"):
        splits = index_tensor(splits, "splits")
        splits.shape.assert_has_rank(1)
        if splits.shape[0] == 0:
            raise ValueError("Invalid row_splits: []")
        ids = kernels.rowids_of_splits(splits)
        return ids if out_type is None else cast(ids, index_dtype_of(dtypes.as_dtype(out_type)))


def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None
) -> Any:
    """The splits of rows whose values have these numbers: [0, 0, 0, 2, 2] is [0, 3, 3, 5], as `out_type`.

    num_segments: how many rows there are, where it is not the last number and one more. out_type: int32 or int64; where
    None, that of the first of both arguments that is a tensor, else int64. TypeError for numbers that are no integers,
    ValueError where they are no vector (tf.ragged's function of this name).
    """
    with op_name_scope(name, "SegmentIdsToRaggedSplits"):
        held = next((v.dtype for v in (segment_ids, num_segments) if isinstance(v, Tensor)), dtypes.int64)
        ids = convert_to_tensor(segment_ids, dtype_hint=dtypes.int64)
        if not ids.dtype.is_integer:
            raise TypeError(f"segment_ids must be an integer tensor; dtype={ids.dtype!r}")
        kind = index_dtype_of(held if out_type is None else dtypes.as_dtype(out_type))
        ids = cast(ids, dtypes.int64)
        ids.shape.assert_has_rank(1)
        count = number(_rows_needed(ids) if num_segments is None else num_segments)
        return cast(kernels.splits_of_rowids(ids, count), kind)


def index_dtype_of(kind: dtypes.DType) -> dtypes.DType:
    """`kind`, where row splits can have it; InvalidArgumentError where not."""
    if kind not in (dtypes.int32, dtypes.int64):
        got = kernel_dtype(kind)
        raise invalid(f"Value for attr 'Tsplits' of {got} is not in the list of allowed values: int32, int64")
    return kind


@op("RaggedRowsNeeded")
def _rows_needed(ids: Value) -> torch.Tensor:
    """How many rows there are up to the last that one of the ids names."""
    return torch.cat([ids, ids.new_full((1,), -1)]).amax() + 1
