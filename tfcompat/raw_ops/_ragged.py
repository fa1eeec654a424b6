"""Raw ops on the row splits and values of ragged tensors, and gradients of sparse ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import scalar, vector
from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._ragged import conversion, functional, kernels
from tfcompat.raw_ops._registry import body, raw


@raw("RaggedGather", strings=True)
def ragged_gather(
    params_nested_splits: Values,
    params_dense_values: Value,
    indices: Value,
    OUTPUT_RAGGED_RANK: int,
) -> tuple[list[torch.Tensor], torch.Tensor]:
    """Rows of a ragged tensor: (the nested splits, the values)."""
    rank = len(params_nested_splits) + indices.ndim - 1
    if rank != OUTPUT_RAGGED_RANK:
        raise Invalid(f"OUTPUT_RAGGED_RANK must be {rank} here, got {OUTPUT_RAGGED_RANK}")
    first = params_nested_splits[0]
    rows = indices.reshape(-1).long()
    if len(rows) and (int(rows.min()) < 0 or int(rows.max()) >= len(first) - 1):
        raise Invalid(f"indices must be in [0, {len(first) - 1})")
    shape = tuple(indices.shape)
    splits = [
        torch.arange(math.prod(shape[:d]) + 1, dtype=first.dtype, device=first.device) * shape[d]
        for d in range(1, indices.ndim)
    ]
    for level in params_nested_splits:
        starts, lengths = level[rows], level[rows + 1] - level[rows]
        splits.append(kernels.lengths_to_splits(lengths))
        rows = kernels.ranges(starts, lengths).long()
    return splits, params_dense_values.index_select(0, rows)


@raw("RaggedRange")
def ragged_range(
    starts: Value, limits: Value, deltas: Value, Tsplits: dtypes.DType
) -> tuple[torch.Tensor, torch.Tensor]:
    """The row splits and the elements of ranges, one a row."""
    lengths, values = body(functional._ranges)(starts, limits, deltas, Tsplits)
    return kernels.lengths_to_splits(lengths), values


@raw("RaggedTensorToSparse", strings=True)
def ragged_tensor_to_sparse(
    rt_nested_splits: Values, rt_dense_values: Value
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The indices, values and shape of a sparse tensor of the same elements."""
    for s in rt_nested_splits:
        if not len(s) or int(s[0]) != 0:
            raise Invalid("First value of ragged splits must be 0.")
    if int(rt_nested_splits[-1][-1]) != rt_dense_values.shape[0]:
        raise Invalid("Final value of ragged splits must match the length the corresponding ragged array.")
    indices, values = body(conversion._sparse_parts)(rt_dense_values, rt_nested_splits)
    sizes = [len(rt_nested_splits[0]) - 1, *map(conversion._longest, rt_nested_splits), *rt_dense_values.shape[1:]]
    return indices, values, torch.tensor(sizes, dtype=torch.int64)


@raw("RaggedTensorToTensor", strings=True)
def ragged_tensor_to_tensor(
    shape: Any,
    values: Value,
    default_value: Value,
    row_partition_tensors: Sequence[Any],
    row_partition_types: Sequence[str],
) -> torch.Tensor:
    """The dense tensor of a ragged one, given by row splits or by row ids and a number of rows first."""
    parts, rows, splits = [to_storage(t) for t in row_partition_tensors], None, []
    if len(parts) != len(row_partition_types):
        raise Invalid("row_partition_types must have one element for each of row_partition_tensors")
    for i, (part, kind) in enumerate(zip(parts, row_partition_types, strict=True)):
        if kind == "FIRST_DIM_SIZE":
            rows = int(scalar(part))
        elif kind == "ROW_SPLITS":
            splits.append(part)
        elif kind == "VALUE_ROWIDS":
            count = rows if not splits else int(splits[-1][-1])
            if count is None:
                raise Invalid(f"row_partition_tensors[{i}]: VALUE_ROWIDS needs FIRST_DIM_SIZE before it")
            splits.append(body(kernels.splits_of_rowids)(part, count))
        else:
            raise Invalid(f"Unsupported partition type: {kind}")
    given = to_storage(shape)
    wanted = None if not given.ndim else [None if d < 0 else d for d in vector(shape)]
    return body(conversion._to_tensor)(values, default_value, splits, wanted or None)


# ---- gradients of sparse ops ----


@raw("SparseFillEmptyRowsGrad")
def sparse_fill_empty_rows_grad(reverse_index_map: Value, grad_values: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """(by the values, by the default value) of SparseFillEmptyRows."""
    places = reverse_index_map.long()
    if len(places) and (int(places.min()) < 0 or int(places.max()) >= len(grad_values)):
        raise Invalid(f"Elements in reverse index must be in [0, {len(grad_values)})")
    by_values = grad_values.index_select(0, places)
    left = torch.ones_like(grad_values).index_fill(0, places, 0)
    return by_values, (grad_values * left).sum(dtype=grad_values.dtype)


def _matched(rows: torch.Tensor, among: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """For each of `rows` the value of the same row in `among`; 0 where it is not there."""
    both, number = torch.unique(torch.cat([among, rows]), dim=0, return_inverse=True)
    number = number.long()  # torch 2.11 captures it as a tensor of floats
    table = values.new_zeros(len(both)).index_copy(0, number[: len(among)], values)
    return table.index_select(0, number[len(among) :])


@raw("SparseAddGrad")
def sparse_add_grad(
    backprop_val_grad: Value, a_indices: Value, b_indices: Value, sum_indices: Value
) -> tuple[torch.Tensor, torch.Tensor]:
    """(by the values of a, by those of b) of SparseAdd."""
    if a_indices.ndim != 2 or b_indices.ndim != 2 or sum_indices.ndim != 2:
        raise Invalid("Input indices should be matrices")
    if len(sum_indices) != len(backprop_val_grad):
        raise Invalid("backprop_val_grad and sum_indices must have the same number of elements")
    by_a, by_b = (_matched(i, sum_indices, backprop_val_grad) for i in (a_indices, b_indices))
    return by_a, by_b


@raw("SparseSliceGrad")
def sparse_slice_grad(
    backprop_val_grad: Value, input_indices: Value, input_start: Value, output_indices: Value
) -> torch.Tensor:
    """By the values of SparseSlice's input."""
    if input_indices.ndim != 2 or output_indices.ndim != 2 or len(output_indices) != len(backprop_val_grad):
        raise Invalid("Input indices should be matrices, output_indices with a row for each gradient")
    return _matched(input_indices - input_start, output_indices, backprop_val_grad)
