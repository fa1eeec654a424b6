"""Raw ops of linear algebra: products, decompositions and the older names of them."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.operators import matrix_product
from tfcompat._core.ops import Invalid, Value
from tfcompat.linalg import decompositions, diagonals, products, tridiagonal
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import body, raw, same


@raw("MatMul")
def matmul(a: Value, b: Value, transpose_a: bool, transpose_b: bool) -> torch.Tensor:
    """The product of two matrices."""
    if a.ndim != 2 or b.ndim != 2:
        raise Invalid(f"In[0] and In[1] must be matrices, got shapes {list(a.shape)} and {list(b.shape)}")
    return body(products._matmul)(a, b, transpose_a, transpose_b, False, False)


@raw("BatchMatMul")
def batch_matmul(x: Value, y: Value, adj_x: bool, adj_y: bool) -> torch.Tensor:
    """The products of matrices of the same batch."""
    if x.shape[:-2] != y.shape[:-2]:
        raise Invalid(f"In[0] and In[1] must have the same batch: {list(x.shape)} vs. {list(y.shape)}")
    return batch_matmul_v2(x, y, adj_x, adj_y)


@raw("BatchMatMulV2")
def batch_matmul_v2(x: Value, y: Value, adj_x: bool, adj_y: bool) -> torch.Tensor:
    """The products of matrices, batches broadcast."""
    if x.ndim < 2 or y.ndim < 2:
        raise Invalid(f"In[0] and In[1] ndims must be >= 2: {list(x.shape)} vs. {list(y.shape)}")
    return body(products._batch_matmul)(x, y, False, False, adj_x, adj_y)


@raw("BatchMatMulV3")
def batch_matmul_v3(x: Value, y: Value, Tout: dtypes.DType, adj_x: bool, adj_y: bool) -> torch.Tensor:
    """The products of matrices, batches broadcast, in the dtype Tout."""
    return body(products._mixed_matmul)(x, y, False, False, adj_x, adj_y, Tout)


@raw("SparseMatMul")
def sparse_matmul(a: Value, b: Value, transpose_a: bool, transpose_b: bool) -> torch.Tensor:
    """The float32 product of two matrices of float32 or bfloat16."""
    return matmul(a.to(torch.float32), b.to(torch.float32), transpose_a, transpose_b)


@raw("TridiagonalMatMul")
def tridiagonal_matmul(superdiag: Value, maindiag: Value, subdiag: Value, rhs: Value) -> torch.Tensor:
    """The product of tridiagonal matrices, of diagonals [..., 1, n], and `rhs`."""
    parts = [d.squeeze(-2) for d in (superdiag, maindiag, subdiag)]
    return body(tridiagonal._matmul)(parts, rhs, "sequence")


@raw("TridiagonalSolve")
def tridiagonal_solve(diagonals: Value, rhs: Value, partial_pivoting: bool, perturb_singular: bool) -> torch.Tensor:
    """The solution of tridiagonal systems, of diagonals [..., 3, n]."""
    if perturb_singular and not partial_pivoting:
        raise Invalid("partial_pivoting must be True if perturb_singular is True.")
    return body(tridiagonal._solve)([diagonals], rhs, "compact", False, False, partial_pivoting, perturb_singular)


# ---- decompositions ----


def _nothing(x: torch.Tensor) -> torch.Tensor:
    return torch.zeros((), dtype=x.dtype, device=x.device)


@raw("Svd")
def svd(input: Value, compute_uv: bool, full_matrices: bool) -> tuple[torch.Tensor, ...]:
    """(s, u, v); u and v are scalars without compute_uv."""
    if compute_uv:
        s, u, v = body(decompositions._svd)(input, full_matrices)
        return s.to(input.dtype), u, v
    s = body(decompositions._singular_values)(input)
    return s.to(input.dtype), _nothing(input), _nothing(input)


@raw("SelfAdjointEigV2")
def self_adjoint_eig(input: Value, compute_v: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """(e, v); v is a scalar without compute_v."""
    if compute_v:
        return body(decompositions.eigh)(input)
    return body(decompositions.eigvalsh)(input), _nothing(input)


@raw("Eig")
def eig(input: Value, Tout: dtypes.DType, compute_v: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """(e, v) as Tout; v is a scalar without compute_v."""
    if compute_v:
        values, vectors = body(decompositions.eig)(input)
    else:
        values = body(decompositions.eigvals)(input)
        vectors = _nothing(values)
    return values.to(Tout.torch), vectors.to(Tout.torch)


@raw("CholeskyGrad")
def cholesky_grad(l: Value, grad: Value) -> torch.Tensor:  # noqa: E741 - TensorFlow's name
    """The gradient by a matrix of its Cholesky factor `l`."""
    factor = l.tril()
    return pullback(decompositions.cholesky_factor, grad.tril(), matrix_product(factor, factor.mH))


# ---- diagonals ----


@raw("MatrixDiag", strings=True)
def matrix_diag(diagonal: Value) -> torch.Tensor:
    """Matrices with the given diagonals."""
    return body(diagonals.diag)(diagonal)


@raw("MatrixDiagV2", strings=True)
def matrix_diag_v2(diagonal: Value, k: Any, num_rows: Any, num_cols: Any, padding_value: Any) -> torch.Tensor:
    """As MatrixDiagV3, the diagonals aligned to the left."""
    return body(diagonals.diag)(diagonal, None, k, num_rows, num_cols, padding_value, "LEFT_LEFT")


@raw("MatrixDiagPart", strings=True)
def matrix_diag_part(input: Value) -> torch.Tensor:
    """The diagonals of matrices."""
    return body(diagonals.diag_part)(input)


@raw("MatrixDiagPartV2", strings=True)
def matrix_diag_part_v2(input: Value, k: Any, padding_value: Any) -> torch.Tensor:
    """As MatrixDiagPartV3, the diagonals aligned to the left."""
    return body(diagonals.diag_part)(input, None, k, padding_value, "LEFT_LEFT")


@raw("MatrixSetDiag", strings=True)
def matrix_set_diag(input: Value, diagonal: Value) -> torch.Tensor:
    """Matrices with their diagonals replaced."""
    return body(diagonals.set_diag)(input, diagonal)


@raw("MatrixSetDiagV2", strings=True)
def matrix_set_diag_v2(input: Value, diagonal: Value, k: Any) -> torch.Tensor:
    """As MatrixSetDiagV3, the diagonals aligned to the left."""
    return body(diagonals.set_diag)(input, diagonal, None, k, "LEFT_LEFT")


same(diagonals.diag, "MatrixDiagV3")
same(diagonals.diag_part, "MatrixDiagPartV3")
same(diagonals.set_diag, "MatrixSetDiagV3")
