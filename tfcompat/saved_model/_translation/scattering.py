"""Putting elements at places that tensors tell, into a copy of a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.arranging import cut
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.indexing import coordinates, stacked
from tfcompat.saved_model._translation.registry import NotTranslatable, translates

_REDUCTIONS = {"sum": "TensorScatterAdd", "amax": "TensorScatterMax", "amin": "TensorScatterMin"}


def _scattered(g: Body, op: str, x: Ref, dim: int, places: Ref, source: Any) -> Ref:
    source = g.tensor(source, x.dtype)
    if not source.shape:
        source = g.op("BroadcastTo", source, g.vector(g.sizes(places)))
    elif source.shape != places.shape or None in source.shape:
        source = g.op("Slice", source, g.int32([0] * source.rank), g.vector(g.sizes(places)))
    return g.op(op, x, coordinates(g, places, dim), source)


@translates("aten.scatter.src", "aten.scatter.value")
def _scatter(g: Body, out: Any, x: Ref, dim: int, places: Ref, source: Any) -> Ref:
    return _scattered(g, "TensorScatterUpdate", x, dim, places, source)


@translates("aten.scatter_add.default")
def _scatter_add(g: Body, out: Any, x: Ref, dim: int, places: Ref, source: Ref) -> Ref:
    return _scattered(g, "TensorScatterAdd", x, dim, places, source)


@translates("aten.scatter_reduce.two")
def _reduce(g: Body, out: Any, x: Ref, dim: int, places: Ref, source: Ref, how: str, include_self: bool = True) -> Ref:
    if how not in _REDUCTIONS:
        raise NotTranslatable(f"scattering by {how}")
    if not include_self:  # the places that get anything begin with what changes nothing
        neutral = {"sum": 0, "amax": x.dtype.min, "amin": x.dtype.max}[how]
        blank = g.op("Fill", g.vector(g.sizes(places)), g.const(neutral, x.dtype))
        x = shaped(_scattered(g, "TensorScatterUpdate", x, dim, places, shaped(blank, places.shape)), x.shape)
    return _scattered(g, _REDUCTIONS[how], x, dim, places, source)


def _rows(g: Body, op: str, x: Ref, dim: int, places: Ref, source: Ref) -> Ref:
    order = [dim % x.rank, *(d for d in range(x.rank) if d != dim % x.rank)]
    back = [order.index(d) for d in range(x.rank)]
    column = g.op("ExpandDims", places, g.int32(-1))
    made = g.op(op, g.transpose(x, order), column, g.transpose(source, order))
    made.shape = [None] * x.rank
    return g.transpose(made, back)


@translates("aten.index_add.default")
def _index_add(g: Body, out: Any, x: Ref, dim: int, places: Ref, source: Ref, alpha: Any = 1) -> Ref:
    source = source if alpha == 1 else g.op("Mul", source, g.const(alpha, x.dtype))
    return _rows(g, "TensorScatterAdd", x, dim, places, source)


@translates("aten.index_copy.default")
def _index_copy(g: Body, out: Any, x: Ref, dim: int, places: Ref, source: Ref) -> Ref:
    return _rows(g, "TensorScatterUpdate", x, dim, places, source)


@translates("aten.index_put.default", "aten._index_put_impl.default", "aten._unsafe_index_put.default")
def _put(
    g: Body, out: Any, x: Ref, indices: Sequence[Ref | None], values: Ref, accumulate: bool = False, *_: Any
) -> Ref:
    masks = [i for i in indices if i is not None and i.dtype == dtypes.bool]
    if masks:
        if values.rank or len(indices) > 1 or accumulate:
            raise NotTranslatable("putting several values where a mask is true")
        mask = g.op("Reshape", masks[0], g.vector([*g.sizes(masks[0]), *[1] * (x.rank - masks[0].rank)]))
        return g.op("SelectV2", mask, values, x)
    dims = [d for d, i in enumerate(indices) if i is not None]
    if dims != list(range(len(dims))):
        raise NotTranslatable("putting values at places along other dimensions than the first")
    turned, places, count = stacked(g, x, indices)
    shape = g.op("Shape", places)
    shape = g.op("StridedSlice", shape, g.int32([0]), g.int32([count]), g.int32([1]))
    rest = g.vector([g.size(x, d) for d in range(len(dims), x.rank)])
    wide = g.op("BroadcastTo", values, g.op("ConcatV2", [shape, rest], g.int32(0)))
    return g.op("TensorScatterAdd" if accumulate else "TensorScatterUpdate", turned, places, wide)


@translates("aten.select_scatter.default")
def _select_scatter(g: Body, out: Any, x: Ref, source: Ref, dim: int, index: Any) -> Ref:
    dim %= x.rank
    if isinstance(index, Ref) or index < 0:
        index = g.total(index, g.size(x, dim)) if not isinstance(index, Ref) else index
    wide = g.op("ExpandDims", source, g.int32(dim))
    return g.op("ConcatV2", [cut(g, x, dim, 0, index), wide, cut(g, x, dim, g.total(index, 1), None)], g.int32(dim))


@translates("aten.slice_scatter.default")
def _slice_scatter(
    g: Body, out: Any, x: Ref, source: Ref, dim: int = 0, start: Any = None, end: Any = None, step: Any = 1
) -> Ref:
    dim %= x.rank
    if step != 1 or isinstance(start, Ref) or isinstance(end, Ref) or (start or 0) < 0:
        raise NotTranslatable("putting a slice with steps, or of sizes that are not known")
    size = g.size(x, dim)
    parts = [cut(g, x, dim, 0, start)] if start else []
    parts.append(source)
    if end is not None and end < 2**31 and (isinstance(size, Ref) or end < size):
        parts.append(cut(g, x, dim, end, None))
    return g.op("ConcatV2", parts, g.int32(dim)) if len(parts) > 1 else source
