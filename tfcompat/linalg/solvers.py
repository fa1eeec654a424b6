"""tf.linalg's inverses, determinants and solvers of linear equations."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from tfcompat._core.arguments import COMPLEXES, HALVES, UNSIGNED, expect
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Alike, Invalid, Value, is_symbolic, op
from tfcompat.linalg._gradients import unconjugated_factor
from tfcompat.linalg._spectral import svd
from tfcompat.linalg.decompositions import PRECISE, cholesky_factor, matrices, widened


class LogMatrixDeterminant(NamedTuple):
    """What `slogdet` returns."""

    sign: Any
    log_abs_determinant: Any


def _singular(*_: Any) -> str:
    return "Input matrix is not invertible."


@op("MatrixInverse", explain=_singular)
def inv(input: Value, adjoint: bool = False, name: str | None = None) -> torch.Tensor:
    """The inverse of square matrices, or of their adjoints (tf.linalg.inv). InvalidArgumentError for singular ones."""
    inverse = torch.linalg.inv(widened(matrices(input, square=True, half=True))).to(input.dtype)
    return inverse.mH if adjoint else inverse


@op("MatrixDeterminant")
def det(input: Value, name: str | None = None) -> torch.Tensor:
    """The determinant of square matrices (tf.linalg.det)."""
    return unconjugated_factor(torch.linalg.det(matrices(input, square=True)))


@op("LogMatrixDeterminant")
def slogdet(input: Value, name: str | None = None) -> LogMatrixDeterminant:
    """The sign of the determinant and the logarithm of its absolute value, a named tuple (tf.linalg.slogdet)."""
    sign, log = torch.linalg.slogdet(matrices(input, square=True))
    if not input.is_complex():
        return LogMatrixDeterminant(sign, log)
    # As in TensorFlow, the logarithm has the gradient of the complex one, and the sign has none.
    whole = torch.log(sign) + log
    return LogMatrixDeterminant(sign.detach(), whole - torch.complex(torch.zeros_like(log), whole.imag).detach())


@op("LogDet")
def logdet(matrix: Value, name: str | None = None) -> torch.Tensor:
    """The logarithm of the determinant of positive definite matrices, real (tf.linalg.logdet)."""
    factor = cholesky_factor(matrices(matrix, square=True))
    diagonal = torch.diagonal(factor, dim1=-2, dim2=-1)
    return 2 * torch.log(diagonal.real if matrix.dtype in COMPLEXES else diagonal).sum(-1)


def _fits(
    matrix: torch.Tensor, rhs: torch.Tensor, square: bool = True, without_kernel: frozenset[torch.dtype] = frozenset()
) -> None:
    expect(matrix, PRECISE, without_kernel | {torch.float16})
    matrices(matrix, square)
    if rhs.ndim < 2:
        raise Invalid(f"Input tensor 1 must have rank >= 2, got shape {list(rhs.shape)}")
    if matrix.shape[-2] != rhs.shape[-2]:
        raise Invalid(f"Input matrix and rhs are incompatible: {list(matrix.shape)} and {list(rhs.shape)}")


@op("MatrixSolve", explain=_singular)
def solve(matrix: Alike, rhs: Alike, adjoint: bool = False, name: str | None = None) -> torch.Tensor:
    """x with matrix x = rhs, or with the adjoint of the matrix (tf.linalg.solve).

    matrix: [..., n, n], rhs: [..., n, k]. InvalidArgumentError for a singular matrix.
    """
    _fits(matrix, rhs)
    if tuple(matrix.shape[:-2]) != tuple(rhs.shape[:-2]):
        raise Invalid(
            f"All input tensors must have the same outer dimensions, got {list(matrix.shape)}, {list(rhs.shape)}"
        )
    return torch.linalg.solve(matrix.mH if adjoint else matrix, rhs)


@op("MatrixTriangularSolve", explain=_singular)
def triangular_solve(
    matrix: Alike, rhs: Alike, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> torch.Tensor:
    """x with matrix x = rhs for triangular matrices, of which one triangle is read (tf.linalg.triangular_solve).

    lower: which one. adjoint: solves with the adjoint of the matrix. Batches broadcast. InvalidArgumentError where a
    diagonal has a 0.
    """
    _fits(matrix, rhs, without_kernel=HALVES)
    return _solve_triangular(matrix, rhs, lower, adjoint)


def _solve_triangular(matrix: torch.Tensor, rhs: torch.Tensor, lower: bool, adjoint: bool) -> torch.Tensor:
    return torch.linalg.solve_triangular(matrix.mH if adjoint else matrix, rhs, upper=bool(lower) == bool(adjoint))


@op("CholeskySolve")
def cholesky_solve(chol: Alike, rhs: Alike, name: str | None = None) -> torch.Tensor:
    """x with A x = rhs, for the Cholesky factor `chol` of A (tf.linalg.cholesky_solve)."""
    _fits(chol, rhs, without_kernel=HALVES)
    return _solve_triangular(chol, _solve_triangular(chol, rhs, True, False), True, True)


@op("BandedTriangularSolve", explain=_singular)
def banded_triangular_solve(
    bands: Alike, rhs: Alike, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> torch.Tensor:
    """x with A x = rhs for triangular A given by its diagonals (tf.linalg.banded_triangular_solve).

    bands: [..., k, n], the main diagonal first for lower ones, which are aligned to the right; last for upper ones,
    aligned to the left.
    """
    count, size = matrices(bands).shape[-2:]
    if not bands.numel() or not rhs.numel():
        raise Invalid(f"The inputs must not be empty, got shapes {list(bands.shape)} and {list(rhs.shape)}")
    if not is_symbolic(bands) and not bands[..., 0 if lower else -1, :].reshape(-1, size)[0].abs().min() > 0:
        raise Invalid(_singular())  # of a batch TensorFlow looks at the first
    r = torch.arange(size, device=bands.device).unsqueeze(1)
    c = torch.arange(size, device=bands.device).unsqueeze(0)
    away = r - c if lower else c - r
    inside = (away >= 0) & (away < count)
    which = torch.where(inside, away if lower else count - 1 - away, 0)
    place = which * size + r
    matrix = torch.where(inside, bands.flatten(-2)[..., place], torch.zeros((), dtype=bands.dtype, device=bands.device))
    return _solve_triangular(matrix, rhs, lower, adjoint)


def _regularized(matrix: torch.Tensor, rhs: torch.Tensor, factor: Any) -> torch.Tensor:
    """The least squares solution by the normal equations, with `factor` added to their diagonal."""
    rows, columns = matrix.shape[-2:]
    eye = torch.eye(min(rows, columns), dtype=matrix.dtype, device=matrix.device)
    if rows >= columns:
        chol = cholesky_factor(matrix.mH @ matrix + factor * eye)
        return _solve_triangular(chol, _solve_triangular(chol, matrix.mH @ rhs, True, False), True, True)
    chol = cholesky_factor(matrix @ matrix.mH + factor * eye)
    return matrix.mH @ _solve_triangular(chol, _solve_triangular(chol, rhs, True, False), True, True)


@op("MatrixSolveLs")
def lstsq(
    matrix: Alike, rhs: Alike, l2_regularizer: Any = 0.0, fast: bool = True, name: str | None = None
) -> torch.Tensor:
    """x with the least |matrix x - rhs|^2 + l2_regularizer |x|^2 (tf.linalg.lstsq).

    fast: by the normal equations, for well conditioned matrices; else by a complete orthogonal decomposition, which
    gives the least x where there are several and takes no regularizer.
    """
    _fits(matrix, rhs, square=False, without_kernel=UNSIGNED)
    factor = float(l2_regularizer)
    if fast:
        return _regularized(matrix, rhs, factor)
    if matrix.shape[:-2] != rhs.shape[:-2]:
        raise Invalid("All input tensors must have the same rank and outer dimensions.")
    return torch.linalg.pinv(matrix) @ rhs


def _refuse_other_than_floats(a: torch.Tensor) -> None:
    if not a.is_floating_point():
        raise TypeError(f"Input `a` must have a floating dtype, got {a.dtype}.")


@op("Pinv")
def pinv(a: Value, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> torch.Tensor:
    """The Moore-Penrose inverse of real matrices (tf.linalg.pinv).

    rcond: singular values below this share of the largest count as 0, 10 * max(rows, columns) * eps where None.
    validate_args: checks that `a` has at least two dimensions, which is done always. TypeError for dtypes that are
    not floating.
    """
    _refuse_other_than_floats(a)
    if a.ndim < 2:
        raise ValueError(f"Input `a` must have at least 2 dimensions; got: {a.ndim}.")
    eps = torch.finfo(a.dtype).eps
    share = 10.0 * max(a.shape[-2:]) * eps if rcond is None else convert_to_tensor(rcond)._t.to(a.device)
    s, u, v = svd(matrices(a), False)
    if not s.shape[-1]:
        return a.mT
    share = share.to(s.dtype).unsqueeze(-1) if isinstance(share, torch.Tensor) else share
    kept = s > share * s.amax(-1, keepdim=True)
    inverse = torch.where(kept, 1 / torch.where(kept, s, 1.0), 0.0)
    return (v * inverse.unsqueeze(-2)) @ u.mT


@op("MatrixRank")
def matrix_rank(a: Value, tol: Any = None, validate_args: bool = False, name: str | None = None) -> torch.Tensor:
    """How many singular values are above `tol`, as int32 (tf.linalg.matrix_rank).

    tol: max(rows, columns) * the largest singular value * eps where None. validate_args: checks that `a` has at least
    two dimensions, which is done always.
    """
    _refuse_other_than_floats(a)
    if a.ndim < 2:
        raise ValueError(f"Input `a` must have at least 2 dimensions; saw: {a.ndim}.")
    s = torch.linalg.svdvals(matrices(a))
    if not s.shape[-1]:
        return s.new_zeros(s.shape[:-1], dtype=torch.int32)
    if tol is None:
        bound = torch.finfo(a.dtype).eps * max(a.shape[-2:]) * s.amax(-1, keepdim=True)
    else:
        bound = convert_to_tensor(tol)._t.to(s.dtype).to(s.device)
    return (s > bound).sum(-1).to(torch.int32)


# ---- with a factorization of `lu` ----


def _factors(lower_upper: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    one = torch.eye(lower_upper.shape[-1], dtype=lower_upper.dtype, device=lower_upper.device)
    return torch.tril(lower_upper, -1) + one, torch.triu(lower_upper)


def _checked_lu(lower_upper: torch.Tensor, perm: torch.Tensor) -> None:
    if lower_upper.ndim < 2 or lower_upper.shape[-1] != lower_upper.shape[-2]:
        raise ValueError(
            f"Input `lower_upper` must be a batch of square matrices, got shape {list(lower_upper.shape)}."
        )
    if perm.ndim + 1 != lower_upper.ndim or perm.shape[-1] != lower_upper.shape[-1]:
        raise ValueError(
            f"Input `perm` must have one dimension less than `lower_upper`, got shapes {list(perm.shape)} and "
            f"{list(lower_upper.shape)}."
        )


def _rows(x: torch.Tensor, order: torch.Tensor) -> torch.Tensor:
    """The rows of matrices in the given order."""
    return torch.gather(x, -2, order.long().unsqueeze(-1).expand(*order.shape, x.shape[-1]))


@op("LuReconstruct")
def lu_reconstruct(
    lower_upper: Value, perm: Value, validate_args: bool = False, name: str | None = None
) -> torch.Tensor:
    """The matrix whose factorization by `lu` is given (tf.linalg.lu_reconstruct).

    validate_args: checks the shapes, which is done always.
    """
    _checked_lu(lower_upper, perm)
    lower, upper = _factors(lower_upper)
    return _rows(lower @ upper, torch.argsort(perm.long(), -1))


@op("LuSolve")
def lu_solve(
    lower_upper: Alike, perm: Value, rhs: Alike, validate_args: bool = False, name: str | None = None
) -> torch.Tensor:
    """x with A x = rhs, for the factorization by `lu` of A (tf.linalg.lu_solve).

    validate_args: checks the shapes, which is done always.
    """
    _checked_lu(lower_upper, perm)
    if rhs.ndim < 2 or rhs.shape[-2] != lower_upper.shape[-1]:
        raise ValueError(f"Input `rhs` must have {lower_upper.shape[-1]} rows, got shape {list(rhs.shape)}.")
    batch = torch.broadcast_shapes(lower_upper.shape[:-2], rhs.shape[:-2])
    lower, upper = (t.expand(*batch, *t.shape[-2:]) for t in _factors(lower_upper))
    ordered = _rows(rhs.expand(*batch, *rhs.shape[-2:]), perm.expand(*batch, perm.shape[-1]))
    first = torch.linalg.solve_triangular(lower, ordered, upper=False, unitriangular=True)
    return torch.linalg.solve_triangular(upper, first, upper=True)


@op("LuMatrixInverse")
def lu_matrix_inverse(
    lower_upper: Value, perm: Value, validate_args: bool = False, name: str | None = None
) -> torch.Tensor:
    """The inverse of the matrix whose factorization by `lu` is given (tf.linalg.lu_matrix_inverse).

    validate_args: checks the shapes, which is done always.
    """
    _checked_lu(lower_upper, perm)
    lower, upper = _factors(lower_upper)
    one = torch.eye(lower.shape[-1], dtype=lower.dtype, device=lower.device).expand(lower.shape)
    first = torch.linalg.solve_triangular(lower, _rows(one, perm), upper=False, unitriangular=True)
    return torch.linalg.solve_triangular(upper, first, upper=True)
