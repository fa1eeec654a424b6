"""What tf.linalg's functions do with an operator among their arguments, by the names of their kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat.linalg.diagonals import adjoint as adjoint_of_tensor

_HANDLERS: dict[str, Callable[..., Any]] = {
    "Adjoint": lambda matrix, name=None: matrix.adjoint(),
    "Cholesky": lambda input, name=None: input.cholesky(),
    "MatrixDeterminant": lambda input, name=None: input.determinant(),
    "MatrixDiagPartV3": lambda input, *_: input.diag_part(),
    "Trace": lambda x, name=None: x.trace(),
}


def _handler(*kernels: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(handle: Callable[..., Any]) -> Callable[..., Any]:
        _HANDLERS.update(dict.fromkeys(kernels, handle))
        return handle

    return register


def dispatch(kernel: str, args: list[Any]) -> Any:
    """What the op `kernel` gives for `args`, all of its arguments; NotImplemented where it takes no operator."""
    handle = _HANDLERS.get(kernel)
    return NotImplemented if handle is None else handle(*args)


@_handler("MatrixInverse")
def _inverse(input: Any, adjoint: bool = False, name: str | None = None) -> Any:
    inverse = input.inverse()
    return inverse.adjoint() if adjoint else inverse


@_handler("LogDet")
def _logdet(matrix: Any, name: str | None = None) -> Any:
    if not (matrix.is_positive_definite and matrix.is_self_adjoint):
        raise ValueError("Expected matrix to be self-adjoint positive definite.")
    return matrix.log_abs_determinant()


@_handler("MatMul", "BatchMatMulV2", "BatchMatMulV3")
def _matmul(a: Any, b: Any, *options: Any) -> Any:
    transpose_a, transpose_b, adjoint_a, adjoint_b = options[:4] if len(options) > 1 else (False,) * 4
    if transpose_a or transpose_b:
        raise ValueError("tf.linalg.matmul can't transpose where an operator is among its arguments; take an adjoint.")
    if _is_operator(a):
        return a.matmul(b, adjoint=adjoint_a, adjoint_arg=adjoint_b)
    return adjoint_of_tensor(b.matmul(a, adjoint=not adjoint_b, adjoint_arg=not adjoint_a))


@_handler("MatVec")
def _matvec(a: Any, b: Any, transpose_a: bool = False, adjoint_a: bool = False, name: str | None = None) -> Any:
    if transpose_a:
        raise ValueError("tf.linalg.matvec can't transpose an operator; take its adjoint.")
    if not _is_operator(a):
        raise ValueError("tf.linalg.matvec takes an operator as its first argument only, got one as `b`.")
    return a.matvec(b, adjoint=adjoint_a)


@_handler("MatrixSolve")
def _solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Any:
    if not _is_operator(matrix):
        raise ValueError("Passing in `matrix` as a Tensor and `rhs` as a LinearOperator is not supported.")
    return matrix.solve(rhs, adjoint=adjoint)


def _is_operator(x: Any) -> bool:
    return hasattr(x, "domain_dimension_tensor")
