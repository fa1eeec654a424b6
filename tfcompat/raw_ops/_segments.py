"""Raw ops that reduce segments of rows which indices pick: SparseSegmentSum and its like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._arrays.sizes import scalar
from tfcompat._core.ops import Invalid, Value
from tfcompat.math.segments import reduce_rows
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import raw

Reduce = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
# By what the sum of each segment is divided, from how many rows it has.
_DIVISORS: dict[str, Reduce | None] = {
    "Sum": None,
    "Mean": lambda n, like: n.to(like.dtype),
    "SqrtN": lambda n, like: torch.sqrt(n.to(like.dtype)),
}


def _reduced(data: torch.Tensor, indices: torch.Tensor, ids: torch.Tensor, count: Any, how: str) -> torch.Tensor:
    rows = data.index_select(0, indices.long())
    total = reduce_rows(rows, ids.long(), count, "sum", 0)
    divisor = _DIVISORS[how]
    if divisor is None:
        return total
    sizes = torch.bincount(ids.long(), minlength=count).clamp_min(1)
    return total / divisor(sizes, data).reshape(-1, *[1] * (data.ndim - 1))


def _checked(data: torch.Tensor, indices: torch.Tensor, ids: torch.Tensor, count: Any | None) -> int:
    """How many segments there are; InvalidArgumentError for ids and indices that do not fit."""
    if not data.ndim:
        raise Invalid("input must be at least rank 1")
    if indices.ndim != 1 or ids.ndim != 1:
        raise Invalid("indices and segment_ids should be vectors.")
    if len(indices) != len(ids):
        raise Invalid("segment_ids and indices should have same size.")
    size = None if count is None else scalar(count, what="num_segments")
    if isinstance(size, int) and size < 0:
        raise Invalid(f"segment ids must be >= 0, num_segments is {size}")
    if not len(ids):
        return size or 0
    if int(ids[0]) < 0:
        raise Invalid("segment ids must be >= 0")
    if bool((ids[1:] < ids[:-1]).any()):
        raise Invalid("segment ids are not increasing")
    if size is not None and int(ids[-1]) >= size:
        raise Invalid(f"segment ids must be < num_segments, got {int(ids[-1])} of {size}")
    low, high = int(indices.min()), int(indices.max())
    if low < 0 or high >= data.shape[0]:
        raise Invalid(f"Segment indices must lie in [0, {data.shape[0]}), got {low if low < 0 else high}")
    return int(ids[-1]) + 1 if size is None else size


def _register(how: str) -> None:
    def plain(data: Value, indices: Value, segment_ids: Value, sparse_gradient: bool) -> torch.Tensor:
        return _reduced(data, indices, segment_ids, _checked(data, indices, segment_ids, None), how)

    def with_count(
        data: Value, indices: Value, segment_ids: Value, num_segments: Any, sparse_gradient: bool
    ) -> torch.Tensor:
        return _reduced(data, indices, segment_ids, _checked(data, indices, segment_ids, num_segments), how)

    def dense_grad(grad: Value, indices: Value, segment_ids: Value, output_dim0: Any) -> torch.Tensor:
        rows = scalar(output_dim0, what="output_dim0")
        zeros = grad.new_zeros((rows, *grad.shape[1:]))
        count = _checked(zeros, indices, segment_ids, len(grad))
        return pullback(lambda data: _reduced(data, indices, segment_ids, count, how), grad, zeros)

    def rows_grad(
        grad: Value, indices: Value, segment_ids: Value, dense_output_dim0: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.unique(indices)
        return dense_grad(grad, indices, segment_ids, dense_output_dim0).index_select(0, rows.long()), rows

    plain.__doc__ = f"The {how} of the rows `indices` of each segment; how the gradient is laid out does not matter."
    with_count.__doc__ = f"As SparseSegment{how}, with `num_segments` segments."
    dense_grad.__doc__ = f"The gradient of SparseSegment{how} by its data, which has `output_dim0` rows."
    rows_grad.__doc__ = f"The rows of SparseSegment{how}Grad that are not 0, and which they are."
    raw(f"SparseSegment{how}")(plain)
    raw(f"SparseSegment{how}WithNumSegments")(with_count)
    raw(f"SparseSegment{how}Grad")(dense_grad)
    raw(f"SparseSegment{how}GradV2")(rows_grad)


for _how in _DIVISORS:
    _register(_how)
