"""Sums, products and extremes of the values in each segment; segments of rows give rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core.arguments import NUMBERS, REALS, expect
from tfcompat._core.ops import Value, op
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import number
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.tensor import RaggedTensor
from tfcompat.math.segments import reduce_rows

Segments = Callable[[Any, Any, Any], Any]


def _identity_of(how: str, dtype: torch.dtype) -> Any:
    """What a segment without values gives."""
    if how in ("sum", "prod"):
        return 0 if how == "sum" else 1
    limits = torch.finfo(dtype) if dtype.is_floating_point else torch.iinfo(dtype)
    return limits.min if how == "amax" else limits.max


def _reduced(values: torch.Tensor, ids: torch.Tensor, count: Any, how: str) -> torch.Tensor:
    start = values.new_full((count, *values.shape[1:]), _identity_of(how, values.dtype))
    if how == "sum":
        return start.index_add(0, ids.long(), values)
    if how == "prod":
        return reduce_rows(values, ids.long(), count, "prod", 1)
    where = ids.long().reshape(-1, *(1,) * (values.ndim - 1)).expand(values.shape)
    return start.scatter_reduce(0, where, values, how)


@op("UnsortedSegmentSum")
def segment_sum(values: Value, ids: Value, count: Any) -> torch.Tensor:
    """The sum of the values of each segment, of `count` segments; ids as tf.math.unsorted_segment_sum has them."""
    return _reduced(expect(values, NUMBERS), ids, count, "sum")


@op("UnsortedSegmentProd")
def segment_prod(values: Value, ids: Value, count: Any) -> torch.Tensor:
    """The product of the values of each segment, 1 where there is none."""
    return _reduced(expect(values, NUMBERS), ids, count, "prod")


@op("UnsortedSegmentMax")
def segment_max(values: Value, ids: Value, count: Any) -> torch.Tensor:
    """The largest value of each segment, the dtype's lowest where there is none."""
    return _reduced(expect(values, REALS), ids, count, "amax")


@op("UnsortedSegmentMin")
def segment_min(values: Value, ids: Value, count: Any) -> torch.Tensor:
    """The smallest value of each segment, the dtype's highest where there is none."""
    return _reduced(expect(values, REALS), ids, count, "amin")


def aggregate(segments: Segments, values: Any, ids: Any, count: Any) -> Any:
    """`segments`, one of the above, of a tensor or ragged tensor: rows of one segment are combined place by place."""
    if not isinstance(values, RaggedTensor):
        return segments(values, ids, count)
    splits, places, total = _places(values.row_splits, ids, count)
    return RaggedTensor._of(aggregate(segments, values.values, places, number(total)), RowPartition(splits))


@op("RaggedSegmentPlaces")
def _places(splits: Value, ids: Value, count: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The splits of the combined rows, which are as long as a segment's longest, and each value's place among them."""
    lengths = splits[1:] - splits[:-1]
    longest = lengths.new_zeros(count).scatter_reduce(0, ids.long(), lengths, "amax")
    combined = kernels.lengths_to_splits(longest)
    return combined, kernels.ranges(combined[:-1][ids.long()], lengths), combined[-1]
