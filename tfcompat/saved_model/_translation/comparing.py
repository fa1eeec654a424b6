"""Comparisons, truths and bits, and choosing between two tensors by them."""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import NotTranslatable, translates

_COMPARISONS = {
    "eq": "Equal", "ne": "NotEqual", "lt": "Less", "le": "LessEqual", "gt": "Greater", "ge": "GreaterEqual",
}  # fmt: skip
_LOGICAL = {"logical_and": "LogicalAnd", "logical_or": "LogicalOr", "logical_xor": "NotEqual"}
_BITS = {
    "bitwise_and": ("BitwiseAnd", "LogicalAnd"),
    "bitwise_or": ("BitwiseOr", "LogicalOr"),
    "bitwise_xor": ("BitwiseXor", "NotEqual"),
    "__and__": ("BitwiseAnd", "LogicalAnd"),
    "__or__": ("BitwiseOr", "LogicalOr"),
    "__xor__": ("BitwiseXor", "NotEqual"),
}


def common(g: Body, a: Any, b: Any) -> tuple[Ref, Ref]:
    """Two tensors, of which one may be a number, as torch compares them: of the dtype that takes both."""
    refs = [x for x in (a, b) if isinstance(x, Ref)]
    whole = all(isinstance(x, Ref) or not isinstance(x, float) or x.is_integer() for x in (a, b))
    if len(refs) == 1:
        found = refs[0].dtype if whole or not refs[0].dtype.is_integer else dtypes.float32
        if found == dtypes.bool and any(type(x) is int for x in (a, b)):
            found = dtypes.int32
    else:
        rated = [r for r in refs if r.rank] or refs
        found = max((r.dtype for r in rated), key=_rating)
    return g.tensor(a, found), g.tensor(b, found)


def _rating(dtype: dtypes.DType) -> tuple[int, int]:
    group = 3 if dtype.is_complex else 2 if dtype.is_floating else 1 if dtype.is_integer else 0
    return group, dtype.size


def _comparison(name: str, op: str) -> None:
    @translates(f"aten.{name}.Tensor", f"aten.{name}.Scalar")
    def translator(g: Body, out: Any, a: Any, b: Any) -> Ref:
        a, b = common(g, a, b)
        if a.dtype == dtypes.bool and op not in ("Equal", "NotEqual"):
            a, b = g.cast(a, dtypes.int32), g.cast(b, dtypes.int32)
        return g.op(op, a, b)


def _logical(name: str, op: str) -> None:
    @translates(f"aten.{name}.default")
    def translator(g: Body, out: Any, a: Ref, b: Ref) -> Ref:
        return g.op(op, truth(g, a), truth(g, b))


def _bits(name: str, op: str, logical: str) -> None:
    @translates(f"aten.{name}.Tensor", f"aten.{name}.Scalar", f"aten.{name}.Scalar_Tensor")
    def translator(g: Body, out: Any, a: Any, b: Any) -> Ref:
        chosen = logical if kind(out) == dtypes.bool else op
        return g.op(chosen, g.tensor(a, kind(out)), g.tensor(b, kind(out)))


for _name, _op in _COMPARISONS.items():
    _comparison(_name, _op)
for _name, _op in _LOGICAL.items():
    _logical(_name, _op)
for _name, (_op, _truths) in _BITS.items():
    _bits(_name, _op, _truths)


def truth(g: Body, x: Ref) -> Ref:
    """Whether values are not 0."""
    return x if x.dtype == dtypes.bool else g.op("NotEqual", x, g.const(0, x.dtype))


@translates("aten.signbit.default")
def _negative(g: Body, out: Any, x: Ref) -> Ref:
    if x.dtype != dtypes.float32:
        return g.op("Less", x, g.const(0, x.dtype))
    return g.op("Less", g.op("Bitcast", x, type=dtypes.int32), g.int32(0))


@translates("aten.logical_not.default")
def _not(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("LogicalNot", truth(g, x))


@translates("aten.bitwise_not.default")
def _invert(g: Body, out: Any, x: Ref) -> Ref:
    return g.op("LogicalNot" if x.dtype == dtypes.bool else "Invert", x)


@translates("aten.where.self", "aten.where.ScalarSelf", "aten.where.ScalarOther", "aten.where.Scalar")
def where(g: Body, out: Any, condition: Ref, a: Any, b: Any) -> Ref:
    """The elements of one tensor where a condition holds, else of another."""
    return g.op("SelectV2", truth(g, condition), g.tensor(a, kind(out)), g.tensor(b, kind(out)))


@translates("aten.masked_fill.Scalar", "aten.masked_fill.Tensor")
def _masked_fill(g: Body, out: Any, x: Ref, mask: Ref, value: Any) -> Ref:
    return g.op("SelectV2", mask, g.tensor(value, x.dtype), x)


@translates("aten.bucketize.Tensor")
def _bucketize(g: Body, out: Any, x: Ref, boundaries: Ref, out_int32: bool = False, right: bool = False) -> Ref:
    flat = g.op("Reshape", x, g.int32([1, -1]))
    row = g.op("ExpandDims", boundaries, g.int32(0))
    if x.dtype != boundaries.dtype:
        raise NotTranslatable(f"boundaries of {boundaries.dtype.name} for {x.dtype.name}")
    found = g.op("UpperBound" if right else "LowerBound", row, flat, out_type=kind(out))
    return g.reshape(found, g.sizes(x))


@translates("aten.searchsorted.Tensor")
def _search(g: Body, out: Any, rows: Ref, x: Ref, out_int32: bool = False, right: bool = False, **named: Any) -> Ref:
    if named.get("sorter") is not None or rows.rank not in (1, x.rank):
        raise NotTranslatable("a search in such rows")
    if rows.rank == 1:
        return _bucketize(g, out, x, rows, right=right or named.get("side") == "right")
    flat = [g.op("Reshape", t, g.vector([-1, g.size(t, -1)])) for t in (rows, x)]
    op = "UpperBound" if right or named.get("side") == "right" else "LowerBound"
    return g.reshape(g.op(op, *flat, out_type=kind(out)), g.sizes(x))
