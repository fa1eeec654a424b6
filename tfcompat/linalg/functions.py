"""tf.linalg's functions of matrices: exponential, logarithm and square root."""

from __future__ import annotations

import numpy as np
import torch

from tfcompat._core.arguments import COMPLEXES, INTEGERS, UNSIGNED, expect
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat.linalg._gradients import unconjugated
from tfcompat.linalg.decompositions import matrices

_ROUNDS = 40


@op("MatrixExponential")
def expm(input: Value, name: str | None = None) -> torch.Tensor:
    """The exponential of square matrices: sum of input^k / k! (tf.linalg.expm)."""
    if input.dtype in INTEGERS - UNSIGNED or input.dtype is torch.bfloat16:
        raise ValueError(f"tf.linalg.expm takes matrices of a floating or complex dtype, got {input.dtype}.")
    return torch.linalg.matrix_exp(matrices(input, square=True))


def _wide(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.complex128 if x.dtype in COMPLEXES else torch.float64)


def _square_root(x: torch.Tensor) -> torch.Tensor:
    """The principal square root, by the scaled product form of Denman and Beavers' iteration."""
    size = x.shape[-1]
    one = torch.eye(size, dtype=x.dtype, device=x.device)
    root, product = x, x
    for _ in range(_ROUNDS):
        determinant = torch.linalg.det(product.detach()).abs()
        scale = torch.where(determinant > 0, determinant, 1.0) ** (-0.5 / max(size, 1))
        scale = scale.clamp(1e-8, 1e8)[..., None, None]
        error = (product.detach() - one).abs().amax((-2, -1), keepdim=True) if size else scale
        scale = torch.where(error < 1e-2, torch.ones_like(scale), scale)
        inverse, singular = torch.linalg.inv_ex(product)
        inverse = torch.where((singular > 0)[..., None, None], float("nan"), inverse)
        root = 0.5 * scale * root @ (one + inverse / scale**2)
        product = 0.5 * (one + 0.5 * (scale**2 * product + inverse / scale**2))
        if not is_symbolic(x) and (not error.numel() or float(error.max()) < 1e-15):
            break
    return root


@op("MatrixSquareRoot")
def sqrtm(input: Value, name: str | None = None) -> torch.Tensor:
    """The principal square root of square matrices: root root is the matrix (tf.linalg.sqrtm).

    The matrix must be invertible, and have no eigenvalue on the negative real axis where it is real.
    """
    root = _square_root(_wide(unconjugated(matrices(input, square=True))))
    return unconjugated(root.to(input.dtype))


@op("MatrixLogarithm")
def logm(input: Value, name: str | None = None) -> torch.Tensor:
    """The principal logarithm of square complex matrices: expm(logm(A)) is A (tf.linalg.logm).

    By the square root taken until the matrix is near the identity, where Gauss-Legendre quadrature gives a Padé
    approximation of log(I + X).
    """
    if input.dtype not in COMPLEXES:
        expect(input, COMPLEXES)
    x = _wide(matrices(input, square=True))
    one = torch.eye(x.shape[-1], dtype=x.dtype, device=x.device)
    roots = 0
    while x.numel() and float((x.detach() - one).abs().sum(-2).amax()) > 0.25:
        x = _square_root(x)
        roots += 1
        if roots > 60:
            raise Invalid("Input matrix has no principal logarithm.")
    points, weights = np.polynomial.legendre.leggauss(9)
    away = x - one
    total = torch.zeros_like(x)
    for point, weight in zip((points + 1) / 2, weights / 2, strict=True):
        total = total + weight * torch.linalg.solve(one + point * away, away)
    return (total * 2.0**roots).to(input.dtype)
