"""Ragged tensors joined along a dimension, or stacked along a new one: tf.concat, tf.stack and tf.ragged.stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays import joining as dense
from tfcompat._core import dtypes
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Values, op
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import require
from tfcompat._ragged.dispatch import Handler, handler
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.selecting import take_rows
from tfcompat._ragged.tensor import (
    RaggedTensor,
    checked_axis,
    match_row_splits_dtypes,
    outer_size,
    same_splits,
    to_tensor_or_ragged,
)


def stack(values: Any, axis: Any = 0, name: str | None = None) -> Any:
    """Tensors and ragged tensors of one rank, but perhaps other sizes, stacked along a new `axis` (tf.ragged.stack).

    Returns a ragged tensor; a tensor where only scalars, or the last dimension of tensors, are stacked. ValueError for
    none at all, for different ranks or an axis that is not there; InvalidArgumentError where the rows do not fit.
    """
    with op_name_scope(name, "RaggedConcat"):
        return _joined(values if isinstance(values, (list, tuple)) else [values], axis, True)


@handler("Pack")
def _stack(function: Handler, values: Any, axis: Any, name: Any = None) -> Any:
    return stack(values, axis, name)


@handler("ConcatV2")
def _concat(function: Handler, values: Any, axis: Any, name: Any = None) -> Any:
    with op_name_scope(name, "RaggedConcat"):
        return _joined(values, axis, False)


def _joined(inputs: Sequence[Any], axis: Any, stacked: bool) -> Any:
    if not inputs:
        raise ValueError("rt_inputs may not be empty.")
    hint = next((v.dtype for v in inputs if hasattr(v, "row_splits")), None)
    values = [to_tensor_or_ragged(v, dtype_hint=hint) for v in inputs]
    match_row_splits_dtypes(*values)
    if len(values) == 1 and not stacked:
        return values[0]
    rank = values[0].shape.rank
    for v in values:
        v.shape.assert_has_rank(rank)
    axis = checked_axis(axis, rank + stacked)
    ragged = [v for v in values if isinstance(v, RaggedTensor)]
    if not ragged and axis == rank + stacked - 1:
        return dense.stack(values, axis) if stacked else dense.concat(values, axis)
    dtype = ragged[0].row_splits.dtype if ragged else dtypes.int64
    if rank == 1:  # and stacked along axis 0: each is a row
        lengths = dense.stack([_length(v, dtypes.int32) for v in values])
        return RaggedTensor._of(dense.concat(values, 0), RowPartition.from_row_lengths(lengths, validate=False))
    depth = max([1, *(v.ragged_rank for v in ragged)])
    return _join([_with_depth(v, depth, dtype) for v in values], axis, stacked)


def _length(value: Any, dtype: Any) -> Any:
    from tfcompat._core.convert import convert_to_tensor

    return convert_to_tensor(outer_size(value), dtype)


def _with_depth(value: Any, depth: int, dtype: Any) -> Any:
    """`value` with `depth` partitioned dimensions: uniform ones become rows, too."""
    if not depth:
        return value
    if not isinstance(value, RaggedTensor):
        return RaggedTensor.from_tensor(value, ragged_rank=depth, row_splits_dtype=dtype)
    return value.with_values(_with_depth(value.values, depth - 1, dtype))


def _join(values: Sequence[Any], axis: int, stacked: bool) -> Any:
    """Ragged tensors of one ragged rank joined; tensors where the recursion has reached the flat values."""
    if not isinstance(values[0], RaggedTensor):
        if stacked and axis == 0:
            raise ValueError("Tensors that are no rows can't be stacked along their first dimension.")
        return dense.stack(values, axis) if stacked else dense.concat(values, axis)
    if axis == 0:
        rows = _all_rows(values)
        if not stacked:
            return rows
        counts = dense.stack([v.nrows() for v in values])
        return RaggedTensor._of(rows, RowPartition(kernels.splits_of_lengths(counts)))
    if axis == 1:
        return _interleaved(values, stacked)
    for v in values[1:]:
        same_splits(values[0].row_splits, v.row_splits)
    inner = _join([v.values for v in values], axis - 1, stacked)
    return RaggedTensor._of(inner, RowPartition(values[0].row_splits))


def _all_rows(values: Sequence[Any]) -> Any:
    """The rows of all, one after the other."""
    if not isinstance(values[0], RaggedTensor):
        return dense.concat(list(values), 0)
    splits = _splits_of_all([v.row_splits for v in values])
    return RaggedTensor._of(_all_rows([v.values for v in values]), RowPartition(splits))


@op("RaggedConcatSplits")
def _splits_of_all(splits: Values) -> torch.Tensor:
    return kernels.lengths_to_splits(torch.cat([s[1:] - s[:-1] for s in splits]))


def _interleaved(values: Sequence[RaggedTensor], stacked: bool) -> RaggedTensor:
    """Row i of all, for every i: as rows of row i of the result, or joined to be it."""
    count, rows = len(values), outer_size(values[0])
    for i, v in enumerate(values[1:], 1):
        size = outer_size(v)
        if isinstance(size, int) and isinstance(rows, int):
            message = f"Input tensors at index 0 (=x) and {i} (=y) have incompatible shapes."
            require(size == rows, rows, size, "==", message)
    mixed = take_rows(_all_rows(values), _transposed_order(count, rows))
    if stacked:
        return RaggedTensor._of(mixed, RowPartition(kernels.splits_of_uniform(rows, count, mixed.row_splits.dtype)))
    return RaggedTensor._of(mixed.values, RowPartition(mixed.row_splits[::count]))


@op("RaggedTransposedOrder")
def _transposed_order(count: int, rows: Any) -> torch.Tensor:
    return torch.arange(count * rows).reshape(count, rows).t().reshape(-1)
