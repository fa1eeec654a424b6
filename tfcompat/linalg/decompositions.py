"""tf.linalg's decompositions: Cholesky, QR, LU, singular values and eigenvalues."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import INEXACT, expect, integers
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Invalid, Value, kernel_dtype, op
from tfcompat.linalg import _spectral

PRECISE = INEXACT - {torch.float16, torch.bfloat16}
_HALF = frozenset({torch.float16})


def matrices(x: torch.Tensor, square: bool = False, half: bool = False) -> torch.Tensor:
    """`x`, where it is a batch of matrices of a dtype that the kernels take; InvalidArgumentError where it is not.

    half: they take float16, too; else it is NotFoundError.
    """
    if not (half and x.dtype is torch.float16):
        expect(x, PRECISE, _HALF)
    if x.ndim < 2:
        raise Invalid(f"Input tensor must have rank >= 2, got shape {list(x.shape)}")
    if square and x.shape[-1] != x.shape[-2]:
        raise Invalid(f"Input matrix must be square, got shape {list(x.shape)}")
    return x


def widened(x: torch.Tensor) -> torch.Tensor:
    """`x`, in float32 where it is float16, for which torch has few kernels."""
    return x.to(torch.float32) if x.dtype is torch.float16 else x


def _lower_triangle(x: torch.Tensor) -> torch.Tensor:
    """Self-adjoint matrices from their lower triangles; so these get all of the gradient, as in TensorFlow."""
    return x.tril() + x.tril(-1).mH if x.requires_grad else x


class Qr(NamedTuple):
    """What `qr` returns."""

    q: Any
    r: Any


class Lu(NamedTuple):
    """What `lu` returns."""

    lu: Any
    p: Any


def cholesky_factor(x: torch.Tensor) -> torch.Tensor:
    """The lower Cholesky factor, NaN where a matrix is not positive definite."""
    factor, info = torch.linalg.cholesky_ex(x)
    return (factor * torch.where(info > 0, float("nan"), 1.0)[..., None, None]).tril()


@op("Cholesky")
def cholesky(input: Value, name: str | None = None) -> torch.Tensor:
    """The lower triangular L with L L^H the matrix, for positive definite ones (tf.linalg.cholesky).

    Reads the lower triangle only. NaN for a matrix that is not positive definite.
    """
    return cholesky_factor(matrices(input, square=True))


@op("Qr")
def qr(input: Value, full_matrices: bool = False, name: str | None = None) -> Qr:
    """Orthogonal q and upper triangular r with q r the matrix, as a named tuple (tf.linalg.qr).

    full_matrices: q is square; else it has as many columns as the smaller side of the matrix.
    """
    x = widened(matrices(input, half=True))
    q, r = torch.linalg.qr(x, mode="complete" if full_matrices else "reduced")
    return Qr(q.to(input.dtype), r.to(input.dtype))


def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None) -> Any:
    """Singular values, largest first, and vectors: (s, u, v) with u diag(s) v^H the matrix (tf.linalg.svd).

    full_matrices: u and v are square. compute_uv: False returns s alone.
    """
    return _svd(tensor, full_matrices, name) if compute_uv else _singular_values(tensor, name)


@op("Svd")
def _svd(tensor: Value, full_matrices: Any, name: str | None = None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    return _spectral.svd(matrices(tensor), bool(full_matrices))


@op("Svd")
def _singular_values(tensor: Value, name: str | None = None) -> torch.Tensor:
    finite = torch.isfinite(matrices(tensor)).all(-1).all(-1)
    values = torch.linalg.svdvals(torch.where(finite[..., None, None], tensor, 0.0))
    return torch.where(finite.unsqueeze(-1), values, float("nan"))


@op("SelfAdjointEigV2")
def eigh(tensor: Value, name: str | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Eigenvalues, smallest first, and eigenvectors of self-adjoint matrices (tf.linalg.eigh).

    Reads the lower triangle only. The eigenvalues have the dtype of the matrix.
    """
    values, vectors = _spectral.eigh(_lower_triangle(matrices(tensor, square=True)))
    return values.to(tensor.dtype), vectors


@op("SelfAdjointEigV2")
def eigvalsh(tensor: Value, name: str | None = None) -> torch.Tensor:
    """The eigenvalues of self-adjoint matrices, smallest first (tf.linalg.eigvalsh)."""
    return torch.linalg.eigvalsh(_lower_triangle(matrices(tensor, square=True))).to(tensor.dtype)


@op("Eig")
def eig(tensor: Value, name: str | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    """Eigenvalues and eigenvectors of square matrices, complex and in no order (tf.linalg.eig)."""
    values, vectors = torch.linalg.eig(matrices(tensor, square=True))
    return values, vectors


@op("Eig")
def eigvals(tensor: Value, name: str | None = None) -> torch.Tensor:
    """The eigenvalues of square matrices, complex and in no order (tf.linalg.eigvals)."""
    return torch.linalg.eigvals(matrices(tensor, square=True))


@op("Lu")
def lu(input: Value, output_idx_type: Any = dtypes.int32, name: str | None = None) -> Lu:
    """L and U in one matrix, and the permutation p of the rows: L U is the matrix's rows p (tf.linalg.lu).

    L, below the diagonal, has ones on it. output_idx_type: int32 or int64, for p. InvalidArgumentError for a singular
    matrix.
    """
    kind = dtypes.as_dtype(output_idx_type)
    if kind not in (dtypes.int32, dtypes.int64):
        got = kernel_dtype(kind)
        raise Invalid(f"Value for attr 'output_idx_type' of {got} is not in the list of allowed values: int32, int64")
    if not matrices(input, square=True).shape[-1]:
        return Lu(input, torch.zeros(input.shape[:-1], dtype=kind.torch, device=input.device))
    packed, pivots = torch.linalg.lu_factor(input)
    permutation, _, _ = torch.lu_unpack(packed.detach(), pivots, unpack_data=False)
    return Lu(packed, permutation.abs().argmax(-2).to(kind.torch))


def eigh_tridiagonal(
    alpha: Any,
    beta: Any,
    eigvals_only: bool = True,
    select: str = "a",
    select_range: Any = None,
    tol: Any = None,
    name: str | None = None,
) -> Any:
    """Eigenvalues of the Hermitian matrix with diagonal `alpha` and off-diagonal `beta` (tf.linalg.eigh_tridiagonal).

    alpha: [n], whose real part counts; beta: [n - 1], of the same dtype. select: "a" for all, "v" for those in the
    half-open interval `select_range`, "i" for those numbered so, both included. eigvals_only: False adds the
    eigenvectors. tol: the absolute error allowed; the result is exact to the dtype. Raises ValueError and TypeError for
    arguments that do not fit.
    """
    a, b = convert_to_tensor(alpha), convert_to_tensor(beta)
    if select not in ("a", "v", "i"):
        raise ValueError(f"'select must have a value in {{'a', 'i', 'v'}}. Received: select={select!r}")
    if select != "a" and (select_range is None or len(select_range) != 2 or not select_range[0] <= select_range[1]):
        raise ValueError(f"Got empty or invalid select_range={select_range!r} for select={select!r}.")
    if a.dtype != b.dtype:
        raise ValueError(f"'alpha' and 'beta' must have the same type, got {a.dtype!r} and {b.dtype!r}.")
    if not (a.dtype.is_floating or a.dtype.is_complex):
        raise ValueError(f"'alpha' must have a floating or complex dtype, got {a.dtype!r}.")
    if a.shape.rank != 1 or b.shape.rank != 1 or b.shape[0] + 1 != a.shape[0]:
        raise ValueError(f"'beta' must have one element less than 'alpha', got shapes {b.shape} and {a.shape}.")
    values, vectors = _tridiagonal_eigen(a, b, select, None if select == "a" else list(select_range), name)
    return values if eigvals_only else (values, vectors)


@op("EighTridiagonal")
def _tridiagonal_eigen(
    alpha: Value, beta: Value, select: str, bounds: Any, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    matrix = torch.diag(alpha) + torch.diag(beta, -1)
    values, vectors = torch.linalg.eigh(matrix)
    if select == "i":
        low, high = integers(bounds, "select_range")
        return values[low : high + 1], vectors[:, low : high + 1]
    if select == "v":
        keep = (values > float(bounds[0])) & (values <= float(bounds[1]))
        return values[keep], vectors[:, keep]
    return values, vectors
