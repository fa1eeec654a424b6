"""Raw ops that sort, count and search."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays import sorting
from tfcompat._arrays.sizes import scalar
from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value
from tfcompat.math import counting, ranking
from tfcompat.raw_ops._registry import body, raw


@raw("InTopK")
def in_top_k(predictions: Value, targets: Value, k: int) -> torch.Tensor:
    """Whether the prediction for each row's target is among the `k` largest."""
    return body(ranking._in_top_k)(targets, predictions, k)


@raw("NthElement")
def nth_element(input: Value, n: Any, reverse: bool) -> torch.Tensor:
    """The element of rank `n` of the last dimension: of the smallest, or with `reverse` of the largest."""
    rank = scalar(n, what="n")
    if not input.ndim:
        raise Invalid("input must be at least rank 1")
    size = input.shape[-1]
    if isinstance(rank, int) and rank < 0:
        raise Invalid(f"n must be non-negative, got {rank}")
    if isinstance(rank, int) and isinstance(size, int) and rank >= size:
        raise Invalid(f"Input must have last dimension > n = {rank}")
    return torch.kthvalue(input, size - rank if reverse else rank + 1, -1).values


@raw("LowerBound", strings=True)
def lower_bound(sorted_inputs: Value, values: Value, out_type: dtypes.DType) -> torch.Tensor:
    """Where the values of each row go into the row of sorted inputs, before equal ones."""
    return _bound(sorted_inputs, values, "left", out_type)


@raw("UpperBound", strings=True)
def upper_bound(sorted_inputs: Value, values: Value, out_type: dtypes.DType) -> torch.Tensor:
    """As LowerBound, after equal ones."""
    return _bound(sorted_inputs, values, "right", out_type)


def _bound(rows: torch.Tensor, values: torch.Tensor, side: str, out_type: dtypes.DType) -> torch.Tensor:
    if rows.ndim != 2 or values.ndim != 2:
        raise Invalid(f"sorted input argument and values must be matrices: {list(rows.shape)}, {list(values.shape)}")
    return body(sorting.searchsorted)(rows, values, side, out_type)


def _counted(input: torch.Tensor, size: Any, weights: torch.Tensor, rows: bool, binary: bool) -> torch.Tensor:
    count = scalar(size, what="size")
    if isinstance(count, int) and count < 0:
        raise Invalid(f"size ({count}) must be non-negative")
    return body(counting._bincount)(input, weights, count, count, None, rows, binary)


@raw("Bincount")
def bincount(arr: Value, size: Any, weights: Value) -> torch.Tensor:
    """How often each number below `size` occurs, or what the weights of its occurrences add up to."""
    return _counted(arr, size, weights, False, False)


@raw("DenseBincount")
def dense_bincount(input: Value, size: Any, weights: Value, binary_output: bool) -> torch.Tensor:
    """As Bincount, of a matrix row by row; binary_output: only whether a number occurs."""
    if input.ndim > 2:
        raise Invalid(f"Shape must be at most rank 2 but is rank {input.ndim}")
    return _counted(input, size, weights, True, binary_output)


@raw("HistogramFixedWidth")
def histogram_fixed_width(values: Value, value_range: Value, nbins: Any, dtype: dtypes.DType) -> torch.Tensor:
    """How many values lie in each of `nbins` bins of one width over a range; what lies outside is in the outer ones."""
    count = scalar(nbins, what="nbins")
    if isinstance(count, int) and count <= 0:
        raise Invalid(f"nbins should be a positive number, but got {count}")
    if value_range.ndim != 1 or len(value_range) != 2:
        raise Invalid(f"value_range should be a vector of 2 elements, but got shape {list(value_range.shape)}")
    low, high = value_range.to(torch.float64).tolist()
    if low >= high:
        raise Invalid(f"value_range should satisfy value_range[0] < value_range[1], but got [{low}, {high}]")
    bins = torch.floor((values.to(torch.float64) - low) * (count / (high - low))).clamp(0, count - 1)
    found = torch.bincount(bins.to(torch.int64).reshape(-1), minlength=count)
    return found.to(dtype.torch)
