"""Products of matrices and vectors."""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import NotTranslatable, translates

_MATMUL = {d.name for d in (dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64,
                            dtypes.complex64, dtypes.complex128)}  # fmt: skip


def matmul(g: Body, a: Ref, b: Ref) -> Ref:
    """The product of two matrices; the op transposes what was transposed for it."""
    if a.dtype.name not in _MATMUL:
        raise NotTranslatable(f"a product of matrices of {a.dtype.name}")
    (a, turn_a), (b, turn_b) = _turned(a), _turned(b)
    return g.op("MatMul", a, b, transpose_a=turn_a, transpose_b=turn_b)


def _turned(x: Ref) -> tuple[Ref, bool]:
    return (x.origin[0], True) if x.origin is not None and x.origin[1] == (1, 0) else (x, False)


@translates("aten.mm.default")
def _mm(g: Body, out: Any, a: Ref, b: Ref) -> Ref:
    return matmul(g, a, b)


@translates("aten.bmm.default", "aten.matmul.default")
def bmm(g: Body, out: Any, a: Ref, b: Ref) -> Ref:
    """The products of stacks of matrices."""
    if min(a.rank, b.rank) < 2:
        raise NotTranslatable("a product with a vector")
    if a.dtype.name not in _MATMUL:
        raise NotTranslatable(f"a product of matrices of {a.dtype.name}")
    return g.op("BatchMatMulV2", a, b)


@translates("aten.addmm.default", "aten.addmv.default")
def _addmm(g: Body, out: Any, bias: Ref, a: Ref, b: Ref, *, beta: Any = 1, alpha: Any = 1) -> Ref:
    product = matmul(g, a, b) if b.rank == 2 else _mv(g, out, a, b)
    return _sum(g, out, bias, product, beta, alpha)


@translates("aten.baddbmm.default")
def _baddbmm(g: Body, out: Any, bias: Ref, a: Ref, b: Ref, *, beta: Any = 1, alpha: Any = 1) -> Ref:
    return _sum(g, out, bias, bmm(g, out, a, b), beta, alpha)


def _sum(g: Body, out: Any, bias: Ref, product: Ref, beta: Any, alpha: Any) -> Ref:
    if alpha != 1:
        product = g.op("Mul", product, g.const(alpha, kind(out)))
    if beta == 0:
        return product
    if beta != 1:
        bias = g.op("Mul", bias, g.const(beta, kind(out)))
    plain = bias.rank == 1 and out.dim() >= 2 and kind(out).is_floating and bias.shape == [out.shape[-1]]
    return g.op("BiasAdd", product, bias) if plain else g.op("AddV2", product, bias)


@translates("aten.mv.default")
def _mv(g: Body, out: Any, a: Ref, b: Ref) -> Ref:
    return g.op("Squeeze", matmul(g, a, g.op("ExpandDims", b, g.int32(1))), axis=[1])


@translates("aten.dot.default", "aten.vdot.default")
def _dot(g: Body, out: Any, a: Ref, b: Ref) -> Ref:
    return g.op("Sum", g.op("Mul", a, b), g.int32([0]))


@translates("aten.linear.default")
def _linear(g: Body, out: Any, x: Ref, weight: Ref, bias: Ref | None = None) -> Ref:
    flat = g.reshape(x, [-1, g.size(x, -1)])
    product = g.op("MatMul", flat, weight, transpose_b=True)
    product = g.reshape(product, [*g.sizes(x)[:-1], g.size(weight, 0)])
    return product if bias is None else g.op("AddV2", product, bias)
