"""Matrix products, cumulative sums and sums by segment of ragged tensors."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.creation import ones_like
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._ragged import segments
from tfcompat._ragged.checks import number
from tfcompat._ragged.dispatch import Handler, handler
from tfcompat._ragged.tensor import RaggedTensor, same_splits, to_tensor_or_ragged
from tfcompat.math.arithmetic import maximum
from tfcompat.math.elementwise import sqrt


@handler("Cumsum")
def _cumsum(function: Handler, x: Any, *options: Any) -> Any:
    if not isinstance(x, RaggedTensor):
        return NotImplemented
    return RaggedTensor.from_tensor(function(x.to_tensor(), *options), lengths=x.nested_row_lengths())


# ---- segments ----


def _by_segment(over: segments.Segments, data: Any, segment_ids: Any, num_segments: Any) -> Any:
    if isinstance(segment_ids, RaggedTensor):
        if not isinstance(data, RaggedTensor):
            raise ValueError("If `segment_ids` is a RaggedTensor, then `data` must be a RaggedTensor.")
        same_splits(data.row_splits, segment_ids.row_splits)
        return _by_segment(over, data.values, segment_ids.values, num_segments)
    return segments.aggregate(over, data, convert_to_tensor(segment_ids), number(convert_to_tensor(num_segments)))


@handler("UnsortedSegmentSum")
def _sum(function: Handler, *args: Any) -> Any:
    return _by_segment(segments.segment_sum, *args[:3])


@handler("UnsortedSegmentProd")
def _prod(function: Handler, *args: Any) -> Any:
    return _by_segment(segments.segment_prod, *args[:3])


@handler("UnsortedSegmentMax")
def _max(function: Handler, *args: Any) -> Any:
    return _by_segment(segments.segment_max, *args[:3])


@handler("UnsortedSegmentMin")
def _min(function: Handler, *args: Any) -> Any:
    return _by_segment(segments.segment_min, *args[:3])


def _sum_and_count(data: Any, *args: Any) -> tuple[Any, Any]:
    total = _by_segment(segments.segment_sum, data, *args[:2])
    return total, _by_segment(segments.segment_sum, ones_like(data), *args[:2])


@handler("UnsortedSegmentMean")
def _mean(function: Handler, *args: Any) -> Any:
    total, count = _sum_and_count(*args)
    return total / maximum(count, ones_like(count))


@handler("UnsortedSegmentSqrtN")
def _sqrt_n(function: Handler, *args: Any) -> Any:
    total, count = _sum_and_count(*args)
    return total / sqrt(maximum(count, ones_like(count)))


# ---- matrices ----

_RAGGED_INSIDE = "The matrices in `a` and `b` may not be ragged in their innermost dimension."


@handler("MatMul")
@handler("BatchMatMulV2")
def _matmul(function: Handler, a: Any, b: Any, *options: Any) -> Any:
    """The products of pairs of matrices, each pair of sizes of its own."""
    if len(options) < 4:
        return NotImplemented
    a, b = to_tensor_or_ragged(a), to_tensor_or_ragged(b)
    if a.shape.rank != b.shape.rank:
        raise ValueError("`a` and `b` must have the same rank.")
    if a.shape.rank > 3:
        if not (isinstance(a, RaggedTensor) and isinstance(b, RaggedTensor)):
            raise ValueError(f"`a` and `b` of rank {a.shape.rank} must both be ragged.")
        same_splits(a.row_splits, b.row_splits)
        return a.with_values(function(a.values, b.values, *options))
    turned = [bool(transpose or adjoint) for transpose, adjoint in zip(options[:2], options[2:4], strict=True)]
    if a.shape.rank == 2:
        return function(*(x if not isinstance(x, RaggedTensor) else _matrix(x) for x in (a, b)), *options)
    (rows, inner), (other, columns) = (_sides(x, turn) for x, turn in zip((a, b), turned, strict=True))
    _expect_equal(rows, inner, other, columns)
    dense = function(*(x.to_tensor() if isinstance(x, RaggedTensor) else x for x in (a, b)), *options)
    even = turned[0] if isinstance(a, RaggedTensor) and a.ragged_rank == 1 else not isinstance(a, RaggedTensor)
    result = RaggedTensor.from_tensor(dense, lengths=None if even else rows)
    if not isinstance(b, RaggedTensor) or (b.ragged_rank == 1 and not turned[1]):
        return result
    return result.with_values(RaggedTensor.from_tensor(result.values, lengths=_repeated(columns, rows)))


def _matrix(x: RaggedTensor) -> Any:
    """A ragged matrix whose rows are of one length; InvalidArgumentError where they are not."""
    _expect_even(x.row_lengths())
    return x.to_tensor()


def _sides(x: Any, turned: bool) -> tuple[Any, Any]:
    """How many rows and columns each matrix of a batch has, after it was transposed where `turned`."""
    if not isinstance(x, RaggedTensor):
        sides = _uniform(x, -2), _uniform(x, -1)
    elif x.ragged_rank == 1:
        sides = x.row_lengths(), _uniform(x.to_tensor(), -1)
    else:
        sides = x.row_lengths(), _width(x.values.row_lengths(), x.row_lengths())
    return (sides[1], sides[0]) if turned else sides


@op("MatMul")
def _uniform(x: Value, dim: int) -> torch.Tensor:
    return torch.full(x.shape[:1], x.shape[dim], dtype=torch.int64, device=x.device)


@op("MatMul")
def _expect_even(lengths: Value) -> torch.Tensor:
    if not is_symbolic(lengths) and bool((lengths != lengths[:1]).any()):
        raise Invalid(_RAGGED_INSIDE)
    return lengths


@op("MatMul")
def _width(lengths: Value, rows: Value) -> torch.Tensor:
    """The length that all rows of each matrix have, 0 without rows."""
    which = torch.repeat_interleave(torch.arange(rows.shape[0], device=rows.device), rows)
    widest = torch.zeros_like(rows).scatter_reduce(0, which, lengths, "amax")
    if not is_symbolic(lengths) and bool((lengths != widest[which]).any()):
        raise Invalid(_RAGGED_INSIDE)
    return widest


@op("MatMul")
def _repeated(columns: Value, rows: Value) -> torch.Tensor:
    return torch.repeat_interleave(columns, rows)


def _expect_equal(*sides: Any) -> None:
    rows, inner, other, columns = (to_storage(s).to(torch.int64) for s in sides)
    if is_symbolic(inner) or is_symbolic(other) or inner.shape != other.shape:
        return
    bad = (inner != other).nonzero()
    if bad.numel():
        i = int(bad[0])
        pairs = [f"[{int(p[i])},{int(q[i])}]" for p, q in ((rows, inner), (other, columns))]
        text = "Matrix size-incompatible: In[0]: {}, In[1]: {} [Op:MatMul] name: ".format(*pairs)
        raise InvalidArgumentError(None, None, text)
