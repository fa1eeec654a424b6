"""Reductions of segments of some rows of a tensor: tf.sparse.segment_sum, segment_mean and segment_sqrt_n."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import FLOATS, REALS, expect, integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.gathering import take_rows
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._sparse.indices import sizes
from tfcompat.math.segments import reduce_rows


def reduced(
    data: torch.Tensor,
    indices: torch.Tensor,
    segment_ids: torch.Tensor,
    num_segments: Any,
    power: float,
    rows_alone: bool,
) -> torch.Tensor:
    """The sums of the rows `indices` of `data` by segment, over their number to `power`.

    rows_alone: the gradient of `data` has these rows alone, not all of them.
    """
    ids, rows = segment_ids.long(), indices.long()
    if not data.ndim:
        raise Invalid("input must be at least rank 1.")
    for t, what in ((indices, "indices"), (segment_ids, "segment_ids")):
        if t.ndim != 1:
            raise Invalid(f"{what} should be a vector.")
        if t.dtype not in (torch.int32, torch.int64):
            raise Invalid(f"{what} must be int32 or int64")
    if indices.shape[0] != segment_ids.shape[0]:
        raise Invalid("segment_ids and indices should have same size.")
    count = _count(ids, num_segments)
    if not is_symbolic(rows) and len(rows) and not is_symbolic(ids):
        _check(rows, ids, data.shape[0], count)
    take = partial(take_rows, data) if rows_alone else partial(data.index_select, 0)
    total = reduce_rows(take(rows), ids, count, "sum", 0)
    if not power:
        return total
    counts = reduce_rows(torch.ones_like(ids), ids, count, "sum", 0).clamp_min(1).to(total.dtype)
    return total / counts.pow(power).reshape(-1, *(1,) * (data.ndim - 1))


def _count(ids: torch.Tensor, num_segments: Any) -> Any:
    if num_segments is not None:
        count = integer(num_segments, "num_segments")
        if isinstance(count, int) and count < 0:
            raise Invalid(f"num_segments should be non-negative, got {count}")
        return count
    return sizes(torch.cat([ids.new_full((1,), -1), ids])[-1:] + 1)[0]


def _check(rows: torch.Tensor, ids: torch.Tensor, limit: int, count: int) -> None:
    if bool((ids[1:] < ids[:-1]).any()):
        raise Invalid("segment ids are not increasing")
    if int(ids[0]) < 0:
        raise Invalid(
            f"Segment id {int(ids[0])} out of range [0, {count}), possibly because 'segment_ids' input is not sorted."
        )
    if int(ids[-1]) >= count:
        raise Invalid("segment ids must be < num_segments")
    bad = torch.nonzero((rows < 0) | (rows >= limit)).reshape(-1)
    if len(bad):
        at = int(bad[0])
        raise Invalid(f"Bad: indices[{at}] == {int(rows[at])} out of range [0, {limit})")


def _kernels(how: str, kinds: frozenset[torch.dtype], power: float) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The ops of one reduction: of as many segments as the last id says, and of `num_segments`."""

    @op(f"SparseSegment{how}")
    def plain(
        data: Value, indices: Value, segment_ids: Value, sparse_gradient: bool = False, name: str | None = None
    ) -> torch.Tensor:
        return reduced(expect(data, kinds), indices, segment_ids, None, power, sparse_gradient)

    @op(f"SparseSegment{how}WithNumSegments")
    def counted(
        data: Value,
        indices: Value,
        segment_ids: Value,
        num_segments: Any,
        sparse_gradient: bool = False,
        name: str | None = None,
    ) -> torch.Tensor:
        return reduced(expect(data, kinds), indices, segment_ids, num_segments, power, sparse_gradient)

    return plain, counted


_sum, _sum_of = _kernels("Sum", REALS, 0)
_mean, _mean_of = _kernels("Mean", FLOATS, 1)
_sqrt_n, _sqrt_n_of = _kernels("SqrtN", FLOATS, 0.5)


def _called(
    kernels: tuple[Callable[..., Any], Callable[..., Any]],
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any,
    name: str | None,
    sparse_gradient: bool,
) -> Any:
    rows, ids = (convert_to_tensor(value, dtype_hint=dtypes.int32) for value in (indices, segment_ids))
    plain, counted = kernels
    if num_segments is None:
        return plain(data, rows, ids, sparse_gradient, name)
    return counted(data, rows, ids, num_segments, sparse_gradient, name)


def segment_sum(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Any:
    """The sum, by segment, of the rows `indices` of `data`; zeros for a segment of none (tf.sparse.segment_sum).

    indices: int32 or int64, [n]. segment_ids: the segment of each, ascending, [n]. num_segments: how many there are,
    up to the last id where None. sparse_gradient: the gradient of `data` is IndexedSlices. InvalidArgumentError for ids
    out of order and for rows and segments that are not there.
    """
    return _called((_sum, _sum_of), data, indices, segment_ids, num_segments, name, sparse_gradient)


def segment_mean(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Any:
    """As `segment_sum`, over the number of rows of each segment; floats only (tf.sparse.segment_mean)."""
    return _called((_mean, _mean_of), data, indices, segment_ids, num_segments, name, sparse_gradient)


def segment_sqrt_n(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Any:
    """As `segment_sum`, over the square root of the number of rows; floats only (tf.sparse.segment_sqrt_n)."""
    return _called((_sqrt_n, _sqrt_n_of), data, indices, segment_ids, num_segments, name, sparse_gradient)
