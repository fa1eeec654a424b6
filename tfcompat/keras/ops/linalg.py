"""tf.keras.ops.linalg: decompositions, solvers and norms of matrices, over leading batch dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

import tfcompat as tf
from tfcompat import _names
from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.ops._operation import axes_of, operation, tensor_op

__all__ = [
    "cholesky",
    "cholesky_inverse",
    "det",
    "eig",
    "eigh",
    "inv",
    "jvp",
    "lstsq",
    "lu_factor",
    "matrix_rank",
    "norm",
    "pinv",
    "qr",
    "solve",
    "solve_triangular",
    "svd",
]


def _need_matrix(x: Any, square: bool = False) -> None:
    if x.shape.rank < 2:
        raise ValueError(f"Expected input to have rank >= 2. Received input with shape {x.shape}.")
    if square and x.shape[-1] != x.shape[-2]:
        raise ValueError(f"Expected a square matrix. Received non-square input with shape {x.shape}")


def _need_equations(a: Any, b: Any) -> None:
    _need_matrix(a, square=True)
    if not b.shape.rank:
        raise ValueError("Expected input to have rank >= 1. Received a scalar for `b`.")
    axis = -2 if a.shape.rank == b.shape.rank else -1
    if a.shape.rank - b.shape.rank in (0, 1) and a.shape[axis] != b.shape[axis]:
        raise ValueError(f"Incompatible shapes between `a` and `b`. Received: a.shape={a.shape}, b.shape={b.shape}")


@tensor_op("x", to_float=True)
def cholesky(x: Any, upper: bool = False) -> Any:
    """The lower (or upper) triangular factor of positive definite matrices; ValueError for others."""
    _need_matrix(x, square=True)
    try:
        factor = tf.linalg.cholesky(x)
        if state.graph is None:
            tf.debugging.check_numerics(factor, "Cholesky")
    except InvalidArgumentError as error:
        raise ValueError(f"Cholesky decomposition failed: {error}") from None
    return tf.linalg.adjoint(factor) if upper else factor


@tensor_op("x", to_float=True)
def cholesky_inverse(x: Any, upper: bool = False) -> Any:
    """The inverse of the matrices whose lower (or upper) Cholesky factors are x."""
    _need_matrix(x, square=True)
    identity = tf.eye(x.shape[-1], dtype=x.dtype)
    try:
        factor = tf.linalg.triangular_solve(x, identity, lower=not upper)
    except InvalidArgumentError as error:
        raise ValueError(f"Cholesky inverse failed: {error}") from None
    return tf.matmul(factor, factor, transpose_a=not upper, transpose_b=upper)


@tensor_op("x", to_float=True)
def det(x: Any) -> Any:
    """The determinant."""
    _need_matrix(x, square=True)
    return tf.linalg.det(x)


@tensor_op("x", to_float=True)
def eig(x: Any) -> Any:
    """The eigenvalues and the eigenvectors, in columns, both complex."""
    _need_matrix(x, square=True)
    return tf.linalg.eig(x)


@tensor_op("x", to_float=True)
def eigh(x: Any) -> Any:
    """The eigenvalues, ascending, and the eigenvectors, in columns, of Hermitian matrices."""
    _need_matrix(x, square=True)
    return tf.linalg.eigh(x)


@tensor_op("x", to_float=True)
def inv(x: Any) -> Any:
    """The inverse matrix; InvalidArgumentError where there is none."""
    _need_matrix(x, square=True)
    return tf.linalg.inv(x)


def _lu_spec(x: Any) -> tuple[KerasTensor, KerasTensor]:
    if len(x.shape) < 2:
        raise ValueError(f"Expected input to have rank >= 2. Received input with shape {x.shape}.")
    rows, columns = x.shape[-2:]
    pivots = None if rows is None or columns is None else min(rows, columns)
    return KerasTensor(x.shape, x.dtype), KerasTensor((*x.shape[:-2], pivots), "int32")


@tensor_op("x", to_float=True, spec=_lu_spec)
def lu_factor(x: Any) -> Any:
    """The factors L (below the diagonal, which is 1) and U in one matrix, and the order of the rows."""
    _need_matrix(x)
    factors, order = tf.linalg.lu(x)
    return factors, tf.math.invert_permutation(order) if order.shape.rank == 1 else tf.argsort(order, axis=-1)


@tensor_op("x", name="Qr", to_float=True)
def qr(x: Any, mode: str = "reduced") -> Any:
    """The orthogonal and the triangular factor; mode "complete" has all columns of the former.

    ValueError for another mode.
    """
    _need_matrix(x)
    if mode not in ("reduced", "complete"):
        raise ValueError(f"`mode` must be 'reduced' or 'complete'. Received: mode={mode}")
    q, r = tf.linalg.qr(x, full_matrices=mode == "complete")
    return q, r


@tensor_op("x", name="SVD", to_float=True)
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The factors U, s and V's adjoint of the singular value decomposition; just s where not `compute_uv`."""
    _need_matrix(x)
    if not compute_uv:
        return tf.linalg.svd(x, full_matrices=full_matrices, compute_uv=False)
    s, u, v = tf.linalg.svd(x, full_matrices=full_matrices)
    return u, s, tf.linalg.adjoint(v)


def _solved(solver: Callable[..., Any], a: Any, b: Any) -> Any:
    _need_equations(a, b)
    if b.shape.rank == a.shape.rank - 1:
        return tf.squeeze(solver(a, b[..., tf.newaxis]), axis=-1)
    return solver(a, b)


@tensor_op("a", "b", promote=True, to_float=True)
def solve(a: Any, b: Any) -> Any:
    """The x for which a @ x is b; b may have one axis less. ValueError for shapes that do not fit."""
    return _solved(tf.linalg.solve, a, b)


@tensor_op("a", "b", promote=True, to_float=True)
def solve_triangular(a: Any, b: Any, lower: bool = False) -> Any:
    """The x for which a @ x is b, of an upper (or lower) triangular matrix a."""
    return _solved(lambda a, b: tf.linalg.triangular_solve(a, b, lower=lower), a, b)


@tensor_op("a", "b", promote=True, to_float=True)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The x for which a @ x is nearest to b, of one matrix a; singular values below `rcond` times the largest are 0.

    ValueError where a and b differ in rows, TypeError where they are no matrix and vector or matrix.
    """
    if a.shape[0] != b.shape[0]:
        raise ValueError("Leading dimensions of input arrays must match")
    if a.shape.rank != 2 or b.shape.rank not in (1, 2):
        raise TypeError(
            f"`lstsq` takes a matrix and a vector or matrix. Received: ranks {a.shape.rank}, {b.shape.rank}"
        )
    columns = b[:, tf.newaxis] if b.shape.rank == 1 else b
    t = to_storage(a)
    eps = torch.finfo(t.dtype).eps
    bound: Any = eps * max(a.shape) if rcond is None else eps if isinstance(rcond, float) and rcond < 0 else rcond
    u, s, vt = svd(a, full_matrices=False)
    mask = s >= tf.cast(bound, s.dtype) * s[0]
    inverse = tf.where(mask, 1 / tf.where(mask, s, tf.ones_like(s)), tf.zeros_like(s))
    x = tf.matmul(vt, inverse[:, tf.newaxis] * tf.matmul(u, columns, adjoint_a=True), adjoint_a=True)
    return tf.reshape(x, [-1]) if b.shape.rank == 1 else x


@tensor_op("x", to_float=True)
def matrix_rank(x: Any, tol: Any = None) -> Any:
    """How many singular values are above `tol` (None: a multiple of the largest), as int32."""
    _need_matrix(x)
    return tf.linalg.matrix_rank(x, tol=tol)


@tensor_op("x", to_float=True)
def pinv(x: Any, rcond: Any = None) -> Any:
    """The pseudo-inverse; singular values below `rcond` times the largest are 0."""
    _need_matrix(x)
    return tf.linalg.pinv(x, rcond=rcond)


# ---- norms ----


def _vector_norm(x: torch.Tensor, ord: Any, axis: Any, keepdims: bool) -> torch.Tensor:
    if isinstance(ord, str):
        raise ValueError(f"Invalid `ord` argument for vector norm. Received: ord={ord}")
    return torch.linalg.vector_norm(x, 2 if ord is None else ord, axis, keepdims)


@tensor_op("x", to_float=True)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm of vectors (one axis) or matrices (two), over all axes where `axis` is None.

    ord: None (the Euclidean or Frobenius norm), a number, inf or -inf; for matrices also "fro" and "nuc". ValueError
    for others, and for `ord` with more than two axes.
    """
    rank = x.shape.rank
    axes = axes_of(axis, rank)
    t = to_storage(x)
    if ord is not None and isinstance(ord, str) and ord not in ("fro", "nuc"):
        raise ValueError(
            f"Invalid `ord` argument. Expected one of 'fro', 'nuc' when it is a string. Received: ord={ord}"
        )
    if len(axes) == 1:
        return wrap(_vector_norm(t, ord, axes[0], keepdims))
    if len(axes) != 2:
        if ord is not None or axis is not None:
            raise ValueError(f"Invalid axis values. Received: axis={axis}, ord={ord} for rank {rank}")
        return wrap(_vector_norm(t, None, axes, keepdims))
    if ord is None or ord == "fro":
        return wrap(_vector_norm(t, None, axes, keepdims))
    if ord not in (1, -1, 2, -2, float("inf"), float("-inf"), "nuc"):
        raise ValueError(f"Invalid `ord` argument for matrix norm. Received: ord={ord}")
    return wrap(torch.linalg.matrix_norm(t, ord, axes, keepdims))


# ---- derivatives ----


@operation("primals", "tangents", name="JVP")
def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """The value of `fun` at `primals` and its derivative along `tangents`, by forward differentiation.

    has_aux: whether `fun` returns a pair, whose second part is returned as it is.
    """
    points = tf.nest.map_structure(lambda p: wrap(to_storage(p)), tuple(primals))
    directions = [
        tf.cast(wrap(to_storage(t)), p.dtype) for p, t in zip(tf.nest.flatten(points), tf.nest.flatten(tangents))
    ]
    with tf.autodiff.ForwardAccumulator(tf.nest.flatten(points), directions) as accumulator:
        found = fun(*points)
        value, aux = found if has_aux else (found, None)
        derivative = tf.nest.map_structure(accumulator.jvp, value)
    return (value, derivative, aux) if has_aux else (value, derivative)


__getattr__ = _names.module_getattr("tf.keras.ops.linalg", globals())
