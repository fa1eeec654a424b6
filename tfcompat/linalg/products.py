"""tf.linalg's products of matrices and vectors."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes, ops
from tfcompat._core.arguments import FLOATS, NUMBERS, expect
from tfcompat._core.operators import _matmul_problem as matmul_problem
from tfcompat._core.operators import matmul_operator, matrix_product
from tfcompat._core.ops import Alike, Value, op
from tfcompat._core.tensor import EagerTensor
from tfcompat.dtypes.casting import cast_storage

_SMALL = frozenset({torch.int8, torch.int16})


def oriented(x: torch.Tensor, transpose: bool, adjoint: bool) -> torch.Tensor:
    """The matrices of `x`, transposed or conjugated and transposed where asked for; a view."""
    if x.ndim < 2 or not (transpose or adjoint):
        return x
    return x.mH if adjoint else x.mT


def _product(a: torch.Tensor, b: torch.Tensor, ta: Any, tb: Any, aa: Any, ab: Any) -> torch.Tensor:
    return matrix_product(oriented(a, ta, aa), oriented(b, tb, ab))


def _explain(a: torch.Tensor, b: torch.Tensor, ta: Any, tb: Any, aa: Any, ab: Any, *_: Any) -> str | None:
    return matmul_problem(oriented(a, ta, aa), oriented(b, tb, ab))


@op("MatMul", explain=_explain)
def _matmul(
    a: Alike, b: Alike, transpose_a: Any, transpose_b: Any, adjoint_a: Any, adjoint_b: Any, name: str | None = None
) -> torch.Tensor:
    expect(a, NUMBERS - _SMALL)
    return _product(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


@op("BatchMatMulV2", explain=_explain)
def _batch_matmul(
    a: Alike, b: Alike, transpose_a: Any, transpose_b: Any, adjoint_a: Any, adjoint_b: Any, name: str | None = None
) -> torch.Tensor:
    expect(a, NUMBERS - {torch.int8})
    return _product(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b)


@op("BatchMatMulV3", explain=_explain)
def _mixed_matmul(
    a: Value, b: Value, ta: Any, tb: Any, aa: Any, ab: Any, kind: Any, name: str | None = None
) -> torch.Tensor:
    # Products of int8 numbers are summed in the dtype of the result.
    a, b = cast_storage(a, kind), cast_storage(b, kind)
    return _product(a, b, ta, tb, aa, ab)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> Any:
    """The matrix product over the last two dimensions, those before them broadcast (tf.linalg.matmul).

    transpose_, adjoint_: take the (conjugate) transpose of that operand first; ValueError for both. output_type: the
    dtype to compute and return, for int8 above all. a_is_sparse and b_is_sparse, grad_a and grad_b only tell
    TensorFlow's kernels how to go about it: the product is the same. InvalidArgumentError where sizes do not fit.
    """
    if not (transpose_a or transpose_b or adjoint_a or adjoint_b) and output_type is None:
        if _is_plain_matrix(a) and _is_plain_matrix(b):
            return matmul_operator(a, b, name)  # the same product, without the options' way round
    for side, transpose, adjoint in (("a", transpose_a, adjoint_a), ("b", transpose_b, adjoint_b)):
        if transpose and adjoint:
            raise ValueError(
                f"Only one of `transpose_{side}` and `adjoint_{side}` can be True. "
                f"Received `transpose_{side}`={transpose}, `adjoint_{side}`={adjoint}."
            )
    how = (transpose_a, transpose_b, adjoint_a, adjoint_b)
    if output_type is not None:
        return _mixed_matmul(a, b, *how, dtypes.as_dtype(output_type), name)
    if _rank(a) > 2 or _rank(b) > 2:
        return _batch_matmul(a, b, *how, name)
    return _matmul(a, b, *how, name)


def _is_plain_matrix(x: Any) -> bool:
    t = x._t if type(x) is EagerTensor else x._storage.t if type(x) is ops.VARIABLE else None
    return t is not None and t.ndim == 2 and t.dtype in FLOATS


def _rank(x: Any) -> int:
    if type(x) is EagerTensor:
        return x._t.ndim
    return getattr(getattr(x, "shape", None), "rank", None) or getattr(x, "ndim", 2)
