"""Sizes that are only known when the graph runs, as scalars of int32, and Python's arithmetic on them."""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.registry import translates


@translates("aten.sym_size.int")
def _size(g: Body, out: Any, x: Ref, dim: int) -> Any:
    return g.size(x, dim)


@translates("aten.sym_numel.default")
def _count(g: Body, out: Any, x: Ref) -> Any:
    return g.product(g.sizes(x))


def _pair(g: Body, a: Any, b: Any) -> tuple[Ref, Ref]:
    """Two numbers as scalars of one dtype: float64 where one is no integer."""
    plain = all(x.dtype.is_integer if isinstance(x, Ref) else isinstance(x, int) for x in (a, b))
    kind = dtypes.int32 if plain else dtypes.float64
    return g.tensor(a, kind), g.tensor(b, kind)


_OPS = {
    "add": "AddV2", "sub": "Sub", "mul": "Mul", "floordiv": "FloorDiv", "mod": "FloorMod", "pow": "Pow",
    "lt": "Less", "le": "LessEqual", "gt": "Greater", "ge": "GreaterEqual", "eq": "Equal", "ne": "NotEqual",
    "sym_max": "Maximum", "sym_min": "Minimum",
}  # fmt: skip


def _add(name: str, op: str) -> None:
    @translates(f"operator.{name}")
    def translator(g: Body, out: Any, a: Any, b: Any) -> Any:
        return shaped(g.op(op, *_pair(g, a, b)), [])


for _name, _op in _OPS.items():
    _add(_name, _op)


@translates("operator.truediv")
def _divide(g: Body, out: Any, a: Any, b: Any) -> Any:
    return shaped(g.op("RealDiv", g.tensor(a, dtypes.float64), g.tensor(b, dtypes.float64)), [])


@translates("operator.neg")
def _negative(g: Body, out: Any, a: Ref) -> Any:
    return shaped(g.op("Neg", a), [])


@translates("operator.sym_float")
def _float(g: Body, out: Any, a: Ref) -> Any:
    return g.cast(a, dtypes.float64)


@translates("operator.sym_int")
def _int(g: Body, out: Any, a: Ref) -> Any:
    return g.cast(a, dtypes.int32)


@translates("operator.ceil")
def _ceil(g: Body, out: Any, a: Ref) -> Any:
    return g.cast(shaped(g.op("Ceil", a), []), dtypes.int32) if a.dtype.is_floating else a


@translates("operator.floor")
def _floor(g: Body, out: Any, a: Ref) -> Any:
    return g.cast(shaped(g.op("Floor", a), []), dtypes.int32) if a.dtype.is_floating else a


@translates("operator.sym_not", "operator.not_")
def _not(g: Body, out: Any, a: Ref) -> Any:
    return shaped(g.op("LogicalNot", a), [])


@translates("operator.and_")
def _and(g: Body, out: Any, a: Any, b: Any) -> Any:
    return shaped(g.op("LogicalAnd", g.tensor(a, dtypes.bool), g.tensor(b, dtypes.bool)), [])


@translates("operator.or_")
def _or(g: Body, out: Any, a: Any, b: Any) -> Any:
    return shaped(g.op("LogicalOr", g.tensor(a, dtypes.bool), g.tensor(b, dtypes.bool)), [])


@translates("aten._local_scalar_dense.default")
def _value(g: Body, out: Any, x: Ref) -> Any:
    return g.cast(g.reshape(x, []), dtypes.int32)
