"""Kernels that reduce dimensions, and those that run along one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.comparing import truth
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


def reduced(g: Body, op: str, x: Ref, dims: Any, keep: bool) -> Ref:
    """A tensor reduced over dimensions: None or none for all."""
    if isinstance(dims, int):
        dims = [dims]
    axes = sorted(d % x.rank for d in dims) if dims and x.rank else list(range(x.rank))
    kept = [1 if d in axes else n for d, n in enumerate(x.shape or ()) if keep or d not in axes]
    return shaped(g.op(op, x, g.int32(axes), keep_dims=keep), kept)


def _summed(name: str, op: str) -> None:
    @translates(f"aten.{name}.default", f"aten.{name}.dim_IntList", f"aten.{name}.dim", f"aten.{name}.dim_int")
    def translator(g: Body, out: Any, x: Ref, dims: Any = None, keep: bool = False, **named: Any) -> Ref:
        return reduced(g, op, g.cast(x, kind(out)), dims, keep or named.get("keepdim", False))


def _largest(name: str, op: str) -> None:
    @translates(f"aten.{name}.default")
    def translator(g: Body, out: Any, x: Ref, dims: Sequence[int] = (), keep: bool = False) -> Ref:
        return reduced(g, op, x, dims, keep)


def _truths(name: str, op: str) -> None:
    @translates(f"aten.{name}.default", f"aten.{name}.dim", f"aten.{name}.dims")
    def translator(g: Body, out: Any, x: Ref, dims: Any = None, keep: bool = False) -> Ref:
        return reduced(g, op, truth(g, x), dims, keep)


def _pair(name: str, op: str, argument: str) -> None:
    @translates(f"aten.{name}.dim")
    def translator(g: Body, out: Any, x: Ref, dim: int, keep: bool = False) -> tuple[Ref, Ref]:
        return reduced(g, op, x, dim, keep), _place(g, argument, x, dim, keep)


def _number(name: str, op: str) -> None:
    @translates(f"aten.{name}.default")
    def translator(g: Body, out: Any, x: Ref, dim: int | None = None, keep: bool = False) -> Ref:
        if dim is None:
            return _place(g, op, g.op("Reshape", x, g.int32([-1])), 0, False)
        return _place(g, op, x, dim, keep)


def _running(name: str, op: str) -> None:
    @translates(f"aten.{name}.default")
    def translator(g: Body, out: Any, x: Ref, dim: int, **named: Any) -> Ref:
        return g.op(op, g.cast(x, kind(out)), g.int32(dim % max(x.rank, 1))) if x.rank else g.cast(x, kind(out))


for _name, _op in {"sum": "Sum", "mean": "Mean", "prod": "Prod"}.items():
    _summed(_name, _op)
for _name, _op in {"amax": "Max", "amin": "Min", "max": "Max", "min": "Min"}.items():
    _largest(_name, _op)
for _name, _op in {"all": "All", "any": "Any"}.items():
    _truths(_name, _op)
for _name, _op in {"max": "Max", "min": "Min"}.items():
    _pair(_name, _op, f"Arg{_op}")
for _name, _op in {"argmax": "ArgMax", "argmin": "ArgMin"}.items():
    _number(_name, _op)
for _name, _op in {"cumsum": "Cumsum", "cumprod": "Cumprod", "logcumsumexp": "CumulativeLogsumexp"}.items():
    _running(_name, _op)


def _place(g: Body, op: str, x: Ref, dim: int, keep: bool) -> Ref:
    x = g.cast(x, dtypes.int32) if x.dtype == dtypes.bool else x
    found = g.op(op, x, g.int32(dim % x.rank), output_type=dtypes.int64)
    return g.op("ExpandDims", found, g.int32(dim % x.rank)) if keep else found


def moments(g: Body, x: Ref, axes: Sequence[int]) -> tuple[Ref, Ref]:
    """Mean and variance over dimensions, which stay with size 1."""
    mean = reduced(g, "Mean", x, axes, True)
    return mean, reduced(g, "Mean", g.op("SquaredDifference", x, mean), axes, True)


@translates("aten.var.correction")
def variance(g: Body, out: Any, x: Ref, dims: Any = None, correction: Any = 1, keepdim: bool = False) -> Ref:
    """The variance over dimensions."""
    axes = list(range(x.rank)) if not dims else [d % x.rank for d in dims]
    mean = reduced(g, "Mean", x, axes, True)
    squares = g.op("SquaredDifference", x, mean)
    correction = 1 if correction is None else correction
    if correction == 0:
        return reduced(g, "Mean", squares, axes, keepdim)
    count = g.total(g.product([g.size(x, d) for d in axes]), -correction)
    return g.op("RealDiv", reduced(g, "Sum", squares, axes, keepdim), g.tensor(count, x.dtype))


@translates("aten.std.correction")
def _deviation(g: Body, out: Any, x: Ref, dims: Any = None, correction: Any = 1, keepdim: bool = False) -> Ref:
    return g.op("Sqrt", variance(g, out, x, dims, correction, keepdim))


@translates("aten.var_mean.correction")
def _variance_and_mean(
    g: Body, out: Any, x: Ref, dims: Any = None, correction: Any = 1, keepdim: bool = False
) -> tuple[Ref, Ref]:
    return variance(g, out, x, dims, correction, keepdim), reduced(g, "Mean", x, dims, keepdim)


@translates("aten.logsumexp.default")
def _logsumexp(g: Body, out: Any, x: Ref, dims: Any, keepdim: bool = False) -> Ref:
    x = g.cast(x, kind(out))
    top = reduced(g, "Max", x, dims, True)
    top = g.op("SelectV2", g.op("IsFinite", top), top, g.const(0, x.dtype))
    total = reduced(g, "Sum", g.op("Exp", g.op("Sub", x, top)), dims, True)
    found = g.op("AddV2", g.op("Log", total), top)
    return found if keepdim else g.op("Squeeze", found, axis=sorted(d % x.rank for d in dims))


@translates("aten.linalg_vector_norm.default")
def _norm(g: Body, out: Any, x: Ref, order: Any = 2, dims: Any = None, keepdim: bool = False, **named: Any) -> Ref:
    x = g.op("Abs", g.cast(x, kind(out)))
    if order == 2:
        return g.op("Sqrt", reduced(g, "Sum", g.op("Square", x), dims, keepdim))
    if order == 1:
        return reduced(g, "Sum", x, dims, keepdim)
    if order in (float("inf"), float("-inf")):
        return reduced(g, "Max" if order > 0 else "Min", x, dims, keepdim)
    raise NotTranslatable(f"a norm of order {order}")


@translates("aten.cummax.default")
def _running_maximum(g: Body, out: Any, x: Ref, dim: int) -> tuple[Ref, None]:
    """All places are compared with those up to them: TensorFlow has no op that runs along."""
    dim %= x.rank
    length = g.tensor(g.size(x, dim), dtypes.int32)
    steps = g.op("Range", g.int32(0), length, g.int32(1))
    later = g.op("LessEqual", g.op("ExpandDims", steps, g.int32(0)), g.op("ExpandDims", steps, g.int32(1)))
    later = g.op("Reshape", later, g.vector([length, length, *[1] * (x.rank - 1 - dim)]))
    wide = g.op("ExpandDims", x, g.int32(dim))
    low = g.const(x.dtype.min, x.dtype)
    return g.op("Max", g.op("SelectV2", later, wide, low), g.int32(dim + 1)), None
