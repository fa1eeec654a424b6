"""Sorting, the largest elements, and places of elements."""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.comparing import truth
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


@translates("aten.topk.default")
def _topk(g: Body, out: Any, x: Ref, k: Any, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    return _largest(g, x, k, dim, largest)


@translates("aten.sort.default", "aten.sort.stable")
def _sort(g: Body, out: Any, x: Ref, dim: int = -1, descending: bool = False, **named: Any) -> Any:
    dim, descending = named.get("dim", dim), named.get("descending", descending)
    return _largest(g, x, g.size(x, dim), dim, descending)


@translates("aten.argsort.default", "aten.argsort.stable")
def _argsort(g: Body, out: Any, x: Ref, dim: int = -1, descending: bool = False, **named: Any) -> Ref:
    dim, descending = named.get("dim", dim), named.get("descending", descending)
    return _largest(g, x, g.size(x, dim), dim, descending)[1]


def _largest(g: Body, x: Ref, k: Any, dim: int, largest: bool) -> tuple[Ref, Ref]:
    """The k largest elements, those that come first first, and their places; else the smallest."""
    if not largest and (x.dtype.is_unsigned or x.dtype == dtypes.bool):
        raise NotTranslatable(f"sorting {x.dtype.name} upwards")
    order = list(range(x.rank))
    order[dim], order[-1] = order[-1], order[dim]
    turned = g.transpose(x, order)
    # Bits turned over order integers the other way round, the least one too; floats have a sign for that.
    away = "Neg" if x.dtype.is_floating else "Invert"
    values, places = g.op("TopKV2", turned if largest else g.op(away, turned), g.tensor(k, dtypes.int32))
    values.shape = places.shape = [None] * x.rank
    values = values if largest else g.op(away, values)
    values.shape = places.shape
    return g.transpose(values, order), g.cast(g.transpose(places, order), dtypes.int64)


@translates("aten._unique2.default")
def _unique(
    g: Body, out: Any, x: Ref, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False
) -> tuple[Any, ...]:
    if x.rank != 1:
        x = g.reshape(x, [-1])
    found, _, counts = g.op(
        "UniqueWithCounts", _largest(g, x, g.size(x, 0), 0, False)[0], out_idx=dtypes.int64
    )  # in order, as what they are among is
    places = None
    if return_inverse:
        rows = [g.op("ExpandDims", each, g.int32(0)) for each in (found, x)]
        places = g.op("Squeeze", g.op("LowerBound", *rows, out_type=dtypes.int64), axis=[0])
    return found, places, counts


@translates("aten.nonzero.default")
def _nonzero(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("Where", truth(g, x))
