"""Rows of ragged tensors by their indices."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._ragged import kernels
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.tensor import RaggedTensor


@op("RaggedGather", strings=True)
def _take(values: Value, indices: Value) -> torch.Tensor:
    return values[indices.long()]


@op("RaggedGather")
def _row_ranges(splits: Value, indices: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the rows begin that `indices` names, and their lengths."""
    rows = splits.shape[0] - 1
    if not is_symbolic(indices) and indices.numel():
        wrong = ((indices < 0) | (indices >= rows)).nonzero()
        if wrong.numel():
            at = int(wrong[0])
            raise Invalid(f"indices[{at}] = {int(indices[at])} is not in [0, {rows})")
    starts = splits[:-1][indices.long()]
    return starts, splits[1:][indices.long()] - starts


def take_rows(values: Any, indices: Any) -> Any:
    """The rows of a tensor or ragged tensor that a vector of indices names, in its order."""
    if not isinstance(values, RaggedTensor):
        return _take(values, indices)
    starts, lengths = _row_ranges(values.row_splits, indices)
    inner = take_rows(values.values, kernels.ranges_of(starts, lengths))
    return RaggedTensor._of(
        inner, RowPartition(kernels.splits_of_lengths(lengths), values._row_partition.uniform_row_length)
    )
