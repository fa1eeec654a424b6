"""Kernels that make tensors of sizes and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import translates


def full(g: Body, sizes: Sequence[Any], value: Any, dtype: dtypes.DType) -> Ref:
    """A tensor that has the same number everywhere."""
    held = g.tensor(value, dtype)
    return g.op("Fill", g.vector(sizes), held) if sizes else held


@translates("aten.full.default")
def _full(g: Body, out: Any, sizes: Sequence[Any], value: Any, **named: Any) -> Ref:
    return full(g, sizes, value, kind(out))


@translates("aten.zeros.default", "aten.empty.memory_format", "aten.empty_strided.default")
def _zeros(g: Body, out: Any, sizes: Sequence[Any], *_: Any, **named: Any) -> Ref:
    return full(g, sizes, 0, kind(out))


@translates("aten.ones.default")
def _ones(g: Body, out: Any, sizes: Sequence[Any], **named: Any) -> Ref:
    return full(g, sizes, 1, kind(out))


@translates("aten.zeros_like.default", "aten.empty_like.default")
def _zeros_like(g: Body, out: Any, x: Ref, **named: Any) -> Ref:
    return full(g, g.sizes(x), 0, kind(out))


@translates("aten.ones_like.default")
def _ones_like(g: Body, out: Any, x: Ref, **named: Any) -> Ref:
    return full(g, g.sizes(x), 1, kind(out))


@translates("aten.full_like.default", "aten.fill.Scalar", "aten.fill.Tensor")
def _full_like(g: Body, out: Any, x: Ref, value: Any, **named: Any) -> Ref:
    return full(g, g.sizes(x), value, kind(out))


@translates("aten.zero.default")
def _zero(g: Body, out: Any, x: Ref) -> Ref:
    return full(g, g.sizes(x), 0, x.dtype)


@translates("aten.new_zeros.default", "aten.new_empty.default", "aten.new_empty_strided.default")
def _new_zeros(g: Body, out: Any, x: Ref, sizes: Sequence[Any], *_: Any, **named: Any) -> Ref:
    return full(g, sizes, 0, kind(out))


@translates("aten.new_ones.default")
def _new_ones(g: Body, out: Any, x: Ref, sizes: Sequence[Any], **named: Any) -> Ref:
    return full(g, sizes, 1, kind(out))


@translates("aten.new_full.default")
def _new_full(g: Body, out: Any, x: Ref, sizes: Sequence[Any], value: Any, **named: Any) -> Ref:
    return full(g, sizes, value, kind(out))


@translates("aten.copy.default")
def _copy(g: Body, out: Any, x: Ref, source: Ref, *_: Any) -> Ref:
    return g.op("BroadcastTo", g.cast(source, x.dtype), g.vector(g.sizes(x)))


@translates("aten.scalar_tensor.default")
def _scalar(g: Body, out: Any, value: Any, **named: Any) -> Ref:
    return g.tensor(value, kind(out))


@translates("aten.arange.default")
def _count(g: Body, out: Any, end: Any, **named: Any) -> Ref:
    return _range(g, out, 0, end)


@translates("aten.arange.start", "aten.arange.start_step")
def _range(g: Body, out: Any, start: Any, end: Any, step: Any = 1, **named: Any) -> Ref:
    whole = all(isinstance(n, Ref) or float(n).is_integer() for n in (start, end, step))
    chosen = dtypes.int32 if whole and kind(out).size <= 4 else dtypes.int64 if whole else kind(out)
    return g.cast(g.op("Range", *(g.tensor(n, chosen) for n in (start, end, step))), kind(out))


@translates("aten.linspace.default")
def _linspace(g: Body, out: Any, start: Any, end: Any, steps: Any, **named: Any) -> Ref:
    return g.op("LinSpace", g.tensor(start, kind(out)), g.tensor(end, kind(out)), g.tensor(steps, dtypes.int32))


@translates("aten.eye.default", "aten.eye.m")
def _eye(g: Body, out: Any, rows: Any, columns: Any = None, **named: Any) -> Ref:
    columns = rows if columns is None else columns
    down, across = (g.op("Range", g.int32(0), g.tensor(n, dtypes.int32), g.int32(1)) for n in (rows, columns))
    same = g.op("Equal", g.op("ExpandDims", down, g.int32(1)), g.op("ExpandDims", across, g.int32(0)))
    return g.cast(same, kind(out))
