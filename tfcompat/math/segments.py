"""tf.math's reductions of segments: of the rows that have the same number in `segment_ids`.

The segment_ ops take sorted ids, and have a row for every id up to the last; the unsorted_segment_ ops take
`num_segments` and ids of any order, drop the rows of negative ones, and their ids may cover several dimensions.
"""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.arguments import FLOATS, INTEGERS, NUMBERS, REALS, UNSIGNED, expect, integer
from tfcompat._core.convert import to_storage
from tfcompat._core.operators import _DIVIDES_AS as DIVIDES_AS
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, is_symbolic, kernel_dtype, op
from tfcompat._core.unsigned import by_order


def _dims(shape: Any) -> str:
    return f"[{','.join(map(str, shape))}]"


def _index(segment_ids: torch.Tensor, short: bool = False) -> torch.Tensor:
    """The ids as int64; int16 ones are taken where `short`."""
    if segment_ids.dtype not in (torch.int32, torch.int64) and not (short and segment_ids.dtype is torch.int16):
        got = kernel_dtype(BY_STORAGE[segment_ids.dtype])
        raise Invalid(f"Value for attr 'Tindices' of {got} is not in the list of allowed values: int32, int64")
    return segment_ids.long()


def _sorted_ids(data: torch.Tensor, segment_ids: torch.Tensor) -> tuple[torch.Tensor, Any]:
    """The ids and how many segments there are, checked as TensorFlow's CPU kernels check them."""
    ids = _index(segment_ids)
    if not data.ndim:
        raise Invalid("input must be at least rank 1")
    if ids.ndim != 1:
        raise Invalid("segment_ids should be a vector.")
    if ids.shape[0] != data.shape[0]:
        raise Invalid("segment_ids should be the same size as dimension 0 of input.")
    if not is_symbolic(ids):
        if not len(ids):
            return ids, 0
        if ids.is_cpu:
            count = int(ids[-1]) + 1
            if bool((ids[1:] < ids[:-1]).any()):
                raise Invalid("segment ids are not increasing")
            if int(ids[0]) < 0:
                raise Invalid(
                    f"Segment id {int(ids[0])} out of range [0, {count}), possibly because 'segment_ids' input is not "
                    "sorted."
                )
            return ids, count
    return ids, ids[-1].item() + 1


def reduce_rows(data: torch.Tensor, ids: torch.Tensor, count: Any, how: str, start: Any) -> torch.Tensor:
    """The rows of `data` reduced by their ids; a row that no id names is `start`."""
    shape = (count, *data.shape[1:])
    if how == "sum":
        return torch.zeros(shape, dtype=data.dtype, device=data.device).index_add(0, ids, data)
    if data.dtype is torch.uint64 and how in ("amax", "amin"):
        least, most = torch.iinfo(torch.int64).min, torch.iinfo(torch.int64).max
        return by_order(lambda t: reduce_rows(t, ids, count, how, least if how == "amax" else most), data)
    rows = ids.reshape(-1, *(1,) * (data.ndim - 1)).expand(data.shape)
    begin = torch.full(shape, start, dtype=data.dtype, device=data.device)
    if data.is_complex():
        return _complex_product(data, ids, count)
    if data.requires_grad and 0 in data.shape:  # still connected to the data, whose gradient is empty
        return begin + data.sum() * 0
    if how == "prod" and data.requires_grad:
        return _Product.apply(data, ids, count)  # type: ignore[return-value]
    return begin.scatter_reduce(0, rows, data, how, include_self=False)


class _Product(torch.autograd.Function):
    """The product of rows by their ids. torch's own gradient of it reads a value, which a graph can't hold."""

    generate_vmap_rule = True

    @staticmethod
    def forward(data: torch.Tensor, ids: torch.Tensor, count: Any) -> torch.Tensor:
        rows = ids.reshape(-1, *(1,) * (data.ndim - 1)).expand(data.shape)
        begin = torch.ones((count, *data.shape[1:]), dtype=data.dtype, device=data.device)
        return begin.scatter_reduce(0, rows, data, "prod", include_self=False)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        data, ids, ctx.count = inputs
        ctx.save_for_backward(data, ids)
        ctx.save_for_forward(data, ids)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:  # type: ignore[override]
        data, ids = ctx.saved_tensors
        return gradient[ids] * _product_of_others(data, ids, ctx.count), None, None

    @staticmethod
    def jvp(ctx: Any, tangent: torch.Tensor, *_: Any) -> torch.Tensor:  # type: ignore[override]
        data, ids = ctx.saved_tensors
        return reduce_rows(tangent * _product_of_others(data, ids, ctx.count), ids, ctx.count, "sum", 0)


def _product_of_others(data: torch.Tensor, ids: torch.Tensor, count: Any) -> torch.Tensor:
    """For each element the product of the others in its segment; those that are 0 are counted apart."""
    zero = data == 0
    one, nothing = torch.ones_like(data), torch.zeros_like(data)
    some = torch.where(zero, one, data)
    product = reduce_rows(some, ids, count, "prod", 1)[ids] / some
    here = torch.where(zero, data, nothing)
    zeros = reduce_rows(zero.to(torch.int32), ids, count, "sum", 0)[ids] - zero.to(torch.int32)
    rest = reduce_rows(here, ids, count, "sum", 0)[ids] - here  # where one of them is 0, that one
    return product * torch.where(zeros == 0, one, torch.where(zeros == 1, rest, nothing))


def _complex_product(data: torch.Tensor, ids: torch.Tensor, count: Any) -> torch.Tensor:
    """The product of complex rows, by their logarithms; zeros are counted apart."""
    zero = data == 0
    logs = torch.log(torch.where(zero, torch.ones_like(data), data))
    product = torch.exp(reduce_rows(logs, ids, count, "sum", 0))
    return torch.where(reduce_rows(zero.to(torch.int32), ids, count, "sum", 0) > 0, 0, product)


def _rows(data: torch.Tensor, ids: torch.Tensor, count: Any) -> torch.Tensor:
    """How many rows each segment has, shaped to broadcast to the reduced data."""
    ones = torch.ones(ids.shape, dtype=torch.int64, device=ids.device)
    return reduce_rows(ones, ids, count, "sum", 0).reshape(-1, *(1,) * (data.ndim - 1))


def _counts(data: torch.Tensor, ids: torch.Tensor, count: Any) -> torch.Tensor:
    """How many rows each segment has, at least 1, to divide the sums by."""
    return _rows(data, ids, count).clamp_min(1)


@op("SegmentSum")
def segment_sum(data: Value, segment_ids: Value, name: str | None = None) -> torch.Tensor:
    """The sum of the rows of each segment; 0 for one without rows (tf.math.segment_sum)."""
    ids, count = _sorted_ids(expect(data, NUMBERS), segment_ids)
    return reduce_rows(data, ids, count, "sum", 0)


@op("SegmentProd")
def segment_prod(data: Value, segment_ids: Value, name: str | None = None) -> torch.Tensor:
    """The product of the rows of each segment; 1 for one without rows (tf.math.segment_prod)."""
    ids, count = _sorted_ids(expect(data, NUMBERS), segment_ids)
    return reduce_rows(data, ids, count, "prod", 1)


@op("SegmentMax")
def segment_max(data: Value, segment_ids: Value, name: str | None = None) -> torch.Tensor:
    """The largest element over the rows of each segment; 0 for one without rows (tf.math.segment_max)."""
    ids, count = _sorted_ids(expect(data, REALS), segment_ids)
    # A start of 0 would share the gradient with elements that are 0.
    extreme = reduce_rows(data, ids, count, "amax", _limits(data).min)
    return torch.where(_rows(data, ids, count) > 0, extreme, torch.zeros_like(extreme))


@op("SegmentMin")
def segment_min(data: Value, segment_ids: Value, name: str | None = None) -> torch.Tensor:
    """The smallest element over the rows of each segment; 0 for one without rows (tf.math.segment_min)."""
    ids, count = _sorted_ids(expect(data, REALS), segment_ids)
    # A start of 0 would share the gradient with elements that are 0.
    extreme = reduce_rows(data, ids, count, "amin", _limits(data).max)
    return torch.where(_rows(data, ids, count) > 0, extreme, torch.zeros_like(extreme))


@op("SegmentMean")
def segment_mean(data: Value, segment_ids: Value, name: str | None = None) -> torch.Tensor:
    """The mean of the rows of each segment, integers rounded towards 0; 0 without rows (tf.math.segment_mean)."""
    ids, count = _sorted_ids(expect(data, NUMBERS), segment_ids)
    total, n = reduce_rows(data, ids, count, "sum", 0), _counts(data, ids, count)
    if data.dtype in INTEGERS:
        return torch.div(total, n.to(total.dtype), rounding_mode="trunc")
    return total / n.to(total.dtype)


# ---- unsorted ----


def _unsorted(
    data: torch.Tensor, segment_ids: torch.Tensor, num_segments: Any, short: bool = False
) -> tuple[torch.Tensor, torch.Tensor, Any]:
    """The rows, their ids and the number of segments; one more segment takes the rows to drop."""
    ids = _index(segment_ids, short)
    size = to_storage(num_segments) if hasattr(num_segments, "dtype") or isinstance(num_segments, list) else None
    if size is not None and size.ndim:
        raise Invalid(f"num_segments should be a scalar, not shape {_dims(size.shape)}")
    count = integer(num_segments, "num_segments")
    if isinstance(count, int) and count < 0:
        raise Invalid(f"Input num_segments == {count} must not be negative.")
    if tuple(data.shape[: ids.ndim]) != tuple(ids.shape):
        raise Invalid(
            f"data.shape = {_dims(data.shape)} does not start with segment_ids.shape = {_dims(segment_ids.shape)}"
        )
    rows = data.reshape(ids.numel(), *data.shape[ids.ndim :])
    flat = ids.reshape(-1)
    if not flat.is_cpu or is_symbolic(flat) or not len(flat):
        return rows, torch.where((flat < 0) | (flat >= count), count, flat), count
    least, most = torch.aminmax(flat)
    if int(most) >= count:
        where = int(torch.nonzero(flat >= count)[0])
        place = torch.unravel_index(torch.tensor(where), ids.shape)
        raise Invalid(
            f"segment_ids[{','.join(str(int(p)) for p in place)}] = {int(flat[where])} is out of range [0, {count})"
        )
    return rows, flat if int(least) >= 0 else torch.where(flat < 0, count, flat), count


@op("UnsortedSegmentSum")
def unsorted_segment_sum(data: Value, segment_ids: Value, num_segments: Any, name: str | None = None) -> torch.Tensor:
    """The sum of the rows of each of `num_segments` segments; 0 without rows (tf.math.unsorted_segment_sum)."""
    rows, ids, count = _unsorted(expect(data, NUMBERS), segment_ids, num_segments, short=True)
    return reduce_rows(rows, ids, count + 1, "sum", 0).narrow(0, 0, count)


@op("UnsortedSegmentProd")
def unsorted_segment_prod(data: Value, segment_ids: Value, num_segments: Any, name: str | None = None) -> torch.Tensor:
    """The product of the rows of each of `num_segments` segments; 1 without rows (tf.math.unsorted_segment_prod)."""
    rows, ids, count = _unsorted(expect(data, NUMBERS), segment_ids, num_segments)
    return reduce_rows(rows, ids, count + 1, "prod", 1)[:count]


@op("UnsortedSegmentMax")
def unsorted_segment_max(data: Value, segment_ids: Value, num_segments: Any, name: str | None = None) -> torch.Tensor:
    """The largest element of each of `num_segments` segments (tf.math.unsorted_segment_max).

    The lowest number of the dtype where there are no rows.
    """
    rows, ids, count = _unsorted(expect(data, REALS), segment_ids, num_segments)
    return reduce_rows(rows, ids, count + 1, "amax", _limits(data).min)[:count]


@op("UnsortedSegmentMin")
def unsorted_segment_min(data: Value, segment_ids: Value, num_segments: Any, name: str | None = None) -> torch.Tensor:
    """The smallest element of each of `num_segments` segments (tf.math.unsorted_segment_min).

    The highest number of the dtype where there are no rows.
    """
    rows, ids, count = _unsorted(expect(data, REALS), segment_ids, num_segments)
    return reduce_rows(rows, ids, count + 1, "amin", _limits(data).max)[:count]


def _limits(x: torch.Tensor) -> Any:
    return torch.finfo(x.dtype) if x.dtype.is_floating_point else torch.iinfo(x.dtype)


@op("UnsortedSegmentMean")
def unsorted_segment_mean(data: Value, segment_ids: Value, num_segments: Any, name: str | None = None) -> torch.Tensor:
    """The mean of the rows of each of `num_segments` segments, 0 without rows (tf.math.unsorted_segment_mean).

    The mean of integers is float64, that of integers of up to 16 bits float32.
    """
    summed = data.to(torch.int64) if data.dtype in UNSIGNED else expect(data, REALS)  # torch adds up few unsigned ones
    rows, ids, count = _unsorted(summed, segment_ids, num_segments, short=True)
    total, n = reduce_rows(rows, ids, count + 1, "sum", 0), _counts(rows, ids, count + 1)
    wide = total.to(data.dtype).to(DIVIDES_AS.get(data.dtype, data.dtype))
    return (wide / n.to(wide.dtype))[:count]


@op("UnsortedSegmentSqrtN")
def unsorted_segment_sqrt_n(
    data: Value, segment_ids: Value, num_segments: Any, name: str | None = None
) -> torch.Tensor:
    """The sum of the rows of each segment over the square root of their number (tf.math.unsorted_segment_sqrt_n)."""
    rows, ids, count = _unsorted(expect(data, FLOATS), segment_ids, num_segments, short=True)
    total, n = reduce_rows(rows, ids, count + 1, "sum", 0), _counts(rows, ids, count + 1)
    return (total / torch.sqrt(n.to(total.dtype)))[:count]
