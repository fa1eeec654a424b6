"""Decompositions of matrices and what is solved by them."""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.creation import full
from tfcompat.saved_model._translation.elementwise import kind
from tfcompat.saved_model._translation.registry import NotTranslatable, translates


@translates("aten.linalg_inv_ex.default")
def _inverse(g: Body, out: Any, x: Ref, **named: Any) -> tuple[Ref, None]:
    return g.op("MatrixInverse", x), None


@translates("aten.linalg_cholesky_ex.default")
def _cholesky(g: Body, out: Any, x: Ref, upper: bool = False, **named: Any) -> tuple[Ref, Ref]:
    lower = shaped(g.op("Cholesky", x), x.shape)
    found = g.transpose(lower, [*range(x.rank - 2), x.rank - 1, x.rank - 2]) if upper else lower
    return found, full(g, g.sizes(x)[:-2], 0, dtypes.int32)  # TensorFlow's op tells by itself what went wrong


@translates("aten._linalg_solve_ex.default")
def _solve(g: Body, out: Any, a: Ref, b: Ref, *, left: bool = True, **named: Any) -> tuple[Any, ...]:
    if not left or a.rank != b.rank:
        raise NotTranslatable("equations with the unknowns on the left")
    return g.op("MatrixSolve", a, b), None, None, None


@translates("aten.linalg_solve_triangular.default")
def _triangular(
    g: Body, out: Any, a: Ref, b: Ref, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Ref:
    if not left or unitriangular:
        raise NotTranslatable("equations with the unknowns on the left, or with ones on the diagonal")
    return g.op("MatrixTriangularSolve", a, b, lower=not upper)


@translates("aten._linalg_det.default")
def _determinant(g: Body, out: Any, x: Ref) -> tuple[Any, ...]:
    return g.op("MatrixDeterminant", x), None, None


@translates("aten._linalg_slogdet.default")
def _log_determinant(g: Body, out: Any, x: Ref) -> tuple[Any, ...]:
    sign, logarithm = g.op("LogMatrixDeterminant", x)
    return sign, logarithm, None, None


@translates("aten._linalg_eigh.default")
def _eigen(g: Body, out: Any, x: Ref, UPLO: str = "L", compute_v: bool = True) -> tuple[Any, Any]:
    if UPLO != "L":
        raise NotTranslatable("eigenvalues of an upper triangle")
    values, vectors = g.op("SelfAdjointEigV2", x, compute_v=compute_v)
    return values, vectors if compute_v else None


@translates("aten._linalg_svd.default")
def _singular(
    g: Body, out: Any, x: Ref, full_matrices: bool = False, compute_uv: bool = True, **named: Any
) -> tuple[Any, ...]:
    values, left, right = g.op("Svd", x, compute_uv=compute_uv, full_matrices=full_matrices)
    if not compute_uv:
        return None, values, None
    return left, values, g.op("Transpose", right, g.int32([*range(x.rank - 2), x.rank - 1, x.rank - 2]))


@translates("aten.linalg_qr.default")
def _orthogonal(g: Body, out: Any, x: Ref, mode: str = "reduced") -> tuple[Any, ...]:
    left, right = g.op("Qr", x, full_matrices=mode == "complete")
    return None if mode == "r" else left, right


# ---- Fourier transforms ----

_FORWARD, _BACKWARD = ("FFT", "FFT2D", "FFT3D"), ("IFFT", "IFFT2D", "IFFT3D")


def _last(x: Ref, dims: Any) -> int:
    """How many dimensions are transformed, which must be the last."""
    count = len(dims)
    if sorted(d % x.rank for d in dims) != list(range(x.rank - count, x.rank)) or not 1 <= count <= 3:
        raise NotTranslatable("a Fourier transform over other dimensions than the last")
    return count


@translates("aten._fft_c2c.default")
def _fourier(g: Body, out: Any, x: Ref, dims: Any, normalization: int, forward: bool) -> Ref:
    count = _last(x, dims)
    if (forward and normalization != 0) or (not forward and normalization not in (0, 2)):
        raise NotTranslatable("a Fourier transform divided by another number")
    found = g.op((_FORWARD if forward else _BACKWARD)[count - 1], x)
    if forward or normalization == 2:
        return found
    number = g.tensor(g.product([g.size(x, d) for d in dims]), dtypes.float32)
    return g.op("Mul", found, g.cast(number, x.dtype))


@translates("aten._fft_r2c.default")
def _real_fourier(g: Body, out: Any, x: Ref, dims: Any, normalization: int, onesided: bool) -> Ref:
    if _last(x, dims) != 1 or normalization != 0:
        raise NotTranslatable("a Fourier transform of real numbers over several dimensions")
    if not onesided:
        return g.op("FFT", g.cast(x, kind(out)))
    return g.op("RFFT", x, g.vector([g.size(x, -1)]), Tcomplex=kind(out))


@translates("aten._fft_c2r.default")
def _to_real(g: Body, out: Any, x: Ref, dims: Any, normalization: int, size: Any) -> Ref:
    if _last(x, dims) != 1 or normalization != 2:
        raise NotTranslatable("a Fourier transform to real numbers over several dimensions")
    return g.op("IRFFT", x, g.vector([size]), Treal=kind(out))
