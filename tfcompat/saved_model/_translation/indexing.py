"""Taking elements at places that tensors tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, like, shaped
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


@translates("aten.embedding.default")
def _embedding(g: Body, out: Any, table: Ref, rows: Ref, *_: Any) -> Ref:
    return g.op("GatherV2", table, rows, g.int32(0))


@translates("aten.index_select.default")
def _index_select(g: Body, out: Any, x: Ref, dim: int, places: Ref) -> Ref:
    return g.op("GatherV2", x, places, g.int32(dim % x.rank))


@translates("aten.repeat_interleave.Tensor")
def _repeated(g: Body, out: Any, counts: Ref, **named: Any) -> Ref:
    """The place of each count, as often as it says."""
    ends = g.op("Cumsum", counts, g.int32(0))
    total = g.op("Sum", counts, g.int32([0]))
    numbers = g.op("Range", g.const(0, counts.dtype), total, g.const(1, counts.dtype))
    rows = [g.op("ExpandDims", t, g.int32(0)) for t in (ends, numbers)]
    return g.op("Squeeze", g.op("UpperBound", *rows, out_type=counts.dtype), axis=[0])


@translates("aten.take.default")
def _take(g: Body, out: Any, x: Ref, places: Ref) -> Ref:
    flat = shaped(g.op("Reshape", x, g.int32([-1])), [None])
    return g.op("GatherV2", flat, positive(g, places, g.product(g.sizes(x))), g.int32(0))


@translates("aten.gather.default")
def _gather(g: Body, out: Any, x: Ref, dim: int, places: Ref, **named: Any) -> Ref:
    return g.op("GatherNd", x, coordinates(g, places, dim)) if x.rank else x


@translates("aten.masked_select.default")
def _masked_select(g: Body, out: Any, x: Ref, mask: Ref) -> Ref:
    if mask.shape != x.shape or None in (x.shape or ()):
        raise NotTranslatable("elements where a mask of another shape is true")
    return _masked(g, x, mask, 0)


def coordinates(g: Body, places: Ref, dim: int) -> Ref:
    """For each place along one dimension its coordinates in all."""
    rank, sizes = places.rank, g.sizes(places)
    parts = []
    for d in range(rank):
        if d == dim % rank:
            parts.append(places)
            continue
        counted = g.op("Range", *(g.tensor(n, places.dtype) for n in (0, sizes[d], 1)))
        wide = g.op("Reshape", counted, g.int32([-1, *[1] * (rank - 1 - d)]))
        parts.append(g.op("BroadcastTo", wide, g.vector(sizes)))
    return g.op("Pack", parts, axis=rank)


def positive(g: Body, places: Ref, size: Any) -> Ref:
    """Places of which negative ones count from the end."""
    zero, length = g.const(0, places.dtype), g.tensor(size, places.dtype)
    return like(g.op("SelectV2", g.op("Less", places, zero), g.op("AddV2", places, length), places), places)


@translates("aten.index.Tensor", "aten._unsafe_index.Tensor")
def _index(g: Body, out: Any, x: Ref, indices: Sequence[Ref | None]) -> Ref:
    masks = [i for i in indices if i is not None and i.dtype == dtypes.bool]
    if masks:
        if len(masks) != sum(i is not None for i in indices) or len(masks) > 1:
            raise NotTranslatable("an index of a mask and numbers")
        return _masked(g, x, masks[0], list(indices).index(masks[0]))
    dims = [d for d, i in enumerate(indices) if i is not None]
    if len(dims) == 1:
        places = indices[dims[0]]
        assert places is not None
        return g.op("GatherV2", x, positive(g, places, g.size(x, dims[0])), g.int32(dims[0]))
    turned, places, count = stacked(g, x, indices)
    found = g.op("GatherNd", turned, places)
    first = dims[0] if dims[-1] - dims[0] == len(dims) - 1 else 0
    found.shape = [None] * (count + x.rank - len(dims))
    order = [*range(count, count + first), *range(count), *range(count + first, found.rank)]
    return g.transpose(found, order)


def stacked(g: Body, x: Ref, indices: Sequence[Ref | None]) -> tuple[Ref, Ref, int]:
    """A tensor with the indexed dimensions first, the coordinates in these, and how many dimensions places have."""
    dims = [d for d, i in enumerate(indices) if i is not None]
    rest = [d for d in range(x.rank) if d not in dims]
    given = [g.cast(i, dtypes.int64) for i in indices if i is not None]
    given = [positive(g, i, g.size(x, d)) for d, i in zip(dims, given)]
    count = max(i.rank for i in given)
    if len({tuple(i.shape or ()) for i in given}) > 1 or any(None in (i.shape or ()) for i in given):
        common = g.op("Shape", given[0])
        for other in given[1:]:
            common = g.op("BroadcastArgs", common, g.op("Shape", other))
        given = [g.op("BroadcastTo", i, common) for i in given]
    return g.transpose(x, [*dims, *rest]), g.op("Pack", given, axis=count), count


def _masked(g: Body, x: Ref, mask: Ref, dim: int) -> Ref:
    """The elements where a mask, over as many dimensions from `dim` on as it has, is true."""
    sizes, rank = g.sizes(x), mask.rank
    flat = x
    if rank != 1:
        flat = g.op("Reshape", x, g.vector([*sizes[:dim], g.product(sizes[dim : dim + rank]), *sizes[dim + rank :]]))
    places = g.op("Squeeze", g.op("Where", g.op("Reshape", mask, g.int32([-1]))), axis=[1])
    return g.op("GatherV2", flat, places, g.int32(dim))
