"""tf.experimental.numpy's new arrays: constant ones, ranges, grids and the diagonals of matrices."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from tfcompat import linalg, math
from tfcompat._arrays import creation as arrays
from tfcompat._arrays import shaping
from tfcompat._core import dtypes
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.errors import InvalidArgumentError
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._arrays import array, asarray, dims, made, weakly
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._promotion import default_float, numpy_dtype, result_type, result_type_of
from tfcompat.experimental.numpy.elementwise import log10, real, sign
from tfcompat.experimental.numpy.reductions import sum
from tfcompat.experimental.numpy.searching import nonzero, where
from tfcompat.experimental.numpy.shaping import atleast_1d, moveaxis

# ---- of one value ----


def zeros(shape: Any, dtype: Any = float) -> Any:
    """An array of zeros (numpy.zeros); float64 by default."""
    return arrays.zeros(shape, result_type(dtype) if dtype is not None else default_float())


def empty(shape: Any, dtype: Any = float) -> Any:
    """An array of the given shape (numpy.empty): of zeros."""
    return zeros(shape, dtype)


def ones(shape: Any, dtype: Any = float) -> Any:
    """An array of ones (numpy.ones); float64 by default."""
    return arrays.ones(shape, None if dtype is None else result_type(dtype))  # type: ignore[arg-type]


@weakly()
def zeros_like(a: Any, dtype: Any = None) -> Any:
    """An array of zeros of the shape and, unless `dtype` is given, the dtype of `a` (numpy.zeros_like)."""
    return arrays.zeros_like(a, result_type_of(a, dtype))


@weakly()
def empty_like(a: Any, dtype: Any = None) -> Any:
    """An array of the shape and dtype of `a` (numpy.empty_like): of zeros."""
    return zeros_like(a, dtype)


@weakly()
def ones_like(a: Any, dtype: Any = None) -> Any:
    """An array of ones of the shape and, unless `dtype` is given, the dtype of `a` (numpy.ones_like)."""
    return arrays.ones_like(a, result_type_of(a, dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """An array of `fill_value`, broadcast to `shape` (numpy.full)."""
    sizes = atleast_1d(convert_to_tensor(shape, dtype_hint=dtypes.int32))
    return shaping.broadcast_to(asarray(fill_value, dtype), sizes)


def broadcast_to(array: Any, shape: Any) -> Any:
    """The array repeated along dimensions of size 1, and new ones put first, to `shape` (numpy.broadcast_to)."""
    return full(shape, array)


@weakly()
def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Any:
    """An array of `fill_value` of the shape and, unless `dtype` is given, the dtype of `a` (numpy.full_like).

    ValueError for another `order`, `subok` or `shape` than the default.
    """
    if order != "K":
        raise ValueError(f"full_like takes order='K' only, got {order!r}: non-standard orders are not supported.")
    if not subok:
        raise ValueError("full_like takes subok=True only: subok being False is not supported.")
    if shape:
        raise ValueError(f"full_like takes no `shape`, got {shape!r}: overriding the shape is not supported.")
    a = asarray(a)
    return shaping.broadcast_to(asarray(fill_value, result_type(a) if dtype is None else dtype), dims(a))


# ---- matrices ----


def eye(N: Any, M: Any = None, k: Any = 0, dtype: Any = float) -> Any:
    """A matrix [N, M] of zeros with ones on diagonal `k` (numpy.eye); float64 by default."""
    wanted = None if dtype is None else result_type(dtype)
    rows, k = int(N), int(k)
    columns = int(M) if M else rows
    if k >= columns or -k >= rows:
        return zeros([rows, columns], wanted)
    length = builtins.min(rows + builtins.min(k, 0), columns - builtins.max(k, 0))
    return linalg.diag(arrays.ones([length], wanted), k=k, num_rows=rows, num_cols=columns)  # type: ignore[arg-type]


def identity(n: Any, dtype: Any = float) -> Any:
    """The identity matrix [n, n] (numpy.identity); float64 by default."""
    return eye(N=n, M=n, dtype=dtype)


def tri(N: Any, M: Any = None, k: Any = 0, dtype: Any = None) -> Any:
    """A matrix [N, M] with ones on and below diagonal `k`, else zeros (numpy.tri); float64 by default."""
    row = math.greater_equal(
        shaping.expand_dims(arrays.range(N), 1),
        arrays.range(N if M is None else M) - convert_to_tensor(k, dtypes.int32),
    )
    return cast(row, result_type(float if dtype is None else dtype))


def tril(m: Any, k: Any = 0) -> Any:
    """The matrices [..., M, N] with zeros above diagonal `k` (numpy.tril); ValueError for less than two dimensions."""
    m = asarray(m)
    return where(_below(m, k, "tril"), m, arrays.zeros([], m.dtype))


@weakly()
def triu(m: Any, k: Any = 0) -> Any:
    """The matrices [..., M, N] with zeros below diagonal `k` (numpy.triu); ValueError for less than two dimensions."""
    m = asarray(m)
    return where(_below(m, k - 1, "triu"), arrays.zeros([], m.dtype), m)


def _below(m: Any, k: Any, function: str) -> Any:
    if len(dims(m)) < 2:
        raise ValueError(f"Argument to {function} must have rank at least 2, got shape {m.shape}")
    rows, columns = dims(m)[-2:]
    return tri(rows, columns, k=k, dtype=bool)


@weakly()
def diag(v: Any, k: Any = 0) -> Any:
    """The matrix with the vector `v` on diagonal `k`, or diagonal `k` of the matrix `v` (numpy.diag).

    ValueError or InvalidArgumentError for an array of other than one or two dimensions.
    """
    v = asarray(v)
    rank = len(dims(v))
    if rank > 2:
        raise ValueError(f"Shape {v.shape} must have rank at most 2")
    if rank == 0:
        raise InvalidArgumentError(None, None, f"diag takes one or two dimensions, got shape {v.shape}")
    if rank == 2:
        return _diagonals(v, k)
    if dims(v) == [0]:
        return arrays.zeros([abs(k), abs(k)], v.dtype)
    return linalg.diag(v, k=k)


@weakly()
def diagflat(v: Any, k: Any = 0) -> Any:
    """The matrix with the elements of `v`, row by row, on diagonal `k` (numpy.diagflat)."""
    return diag(shaping.reshape(asarray(v), [-1]), k)


@weakly()
def diagonal(a: Any, offset: Any = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Diagonal `offset` of the matrices that `axis1` and `axis2` span, as the last dimension (numpy.diagonal)."""
    return _diagonals(moveaxis(asarray(a), (axis1, axis2), (-2, -1)), offset)


def _diagonals(matrices: Any, k: Any) -> Any:
    *batch, rows, columns = dims(matrices)
    if k and (k <= -rows or k >= columns):
        return arrays.zeros([*batch, 0], matrices.dtype)
    return linalg.diag_part(matrices, k=k)


@weakly()
def trace(a: Any, offset: Any = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    """The sums over diagonal `offset` of the matrices that `axis1` and `axis2` span (numpy.trace).

    dtype: of the sums. Integers narrower than 64 bits are added as such, except for the main diagonal of the last two
    axes, which keeps its dtype.
    """
    a = asarray(a, dtype)
    rank = len(dims(a))
    if offset == 0 and axis1 in (-2, rank - 2) and axis2 in (-1, rank - 1):
        return linalg.trace(a)
    return sum(diagonal(a, offset, axis1, axis2), -1, dtype)


@weakly()
def vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    """The matrix [n, N] of the powers of a vector [n], falling unless `increasing` (numpy.vander).

    ValueError for an array that is no vector, and for a negative N.
    """
    x = asarray(x)
    if N is None:
        N = dims(x)[0]
    count = integer(N, "N")
    if count < 0:
        raise ValueError(f"N must be nonnegative, got {count}")
    if len(dims(x)) != 1:
        raise ValueError(f"x must be a one-dimensional array, got shape {x.shape}")
    powers = arrays.range(count) if increasing else arrays.range(count - 1, -1, -1)
    return math.pow(shaping.expand_dims(x, -1), cast(powers, x.dtype))


# ---- ranges ----


@weakly()
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    """The numbers from `start` (0 where `stop` is not given) up to `stop`, `step` apart (numpy.arange).

    dtype: by default what start, stop and step meet in. ValueError for a step of 0.
    """
    if not step:
        raise ValueError("step must be non-zero.")
    bounds = (start, step) if stop is None else (start, step, stop)
    wanted = result_type(*bounds) if dtype is None else result_type(dtype)
    distance = start if stop is None else stop - start
    if (step > 0 and distance < 0) or (step < 0 and distance > 0):
        return array([], wanted)
    return cast(arrays.range(start, stop, step), wanted)


def linspace(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = float,
    axis: Any = 0,
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, included unless `endpoint` is false (numpy.linspace).

    retstep: returns (numbers, step). dtype: None, or anything for the floating dtype of start and stop. axis: where the
    numbers lie if start and stop are arrays. ValueError for a negative `num`.
    """
    wanted = None if dtype is None else result_type([start * 1.0, stop * 1.0])
    start, stop = array(start, wanted), array(stop, wanted)
    if num < 0:
        raise ValueError(
            f"Argument `num` (number of samples) must be a non-negative integer. Received: num={num}",
        )
    step = convert_to_tensor(np.nan)
    steps = num - 1 if endpoint else num
    if steps > 0:
        step = math.truediv(math.subtract(stop, start), cast(steps, start.dtype))
    if not endpoint and num > 1:
        stop = math.subtract(cast(stop, step.dtype), step)
        start = cast(start, stop.dtype)
    numbers = arrays.linspace(start, stop, num, axis=axis)
    if wanted is not None:
        numbers = cast(math.floor(numbers) if wanted.is_integer else numbers, wanted)
    return (numbers, step) if retstep else numbers


def logspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: Any = 0
) -> Any:
    """`base` to the power of `linspace(start, stop, num)` (numpy.logspace), of the floating dtype of start and stop.

    dtype is taken and, as in TensorFlow, does not change the result.
    """
    wanted = result_type([start * 1.0, stop * 1.0])
    powers = linspace(start, stop, num=num, endpoint=endpoint, dtype=wanted, axis=axis)
    return cast(math.pow(cast(base, powers.dtype), powers), wanted)


def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None, axis: Any = 0) -> Any:
    """`num` numbers from `start` to `stop`, each the same multiple of the one before (numpy.geomspace).

    Both may be negative. dtype: of the result, by default what start, stop and a Python float meet in.
    """
    if dtype is not None:
        wanted = dtypes.as_dtype(dtype)
    else:
        wanted = result_type(start, stop, float(num), zeros((), dtype))
    inner = np.promote_types(numpy_dtype(wanted), np.float32)
    start, stop = asarray(start, inner), asarray(stop, inner)
    one, two = cast(1, start.dtype), cast(2, start.dtype)
    signs = math.multiply(math.subtract(one, sign(real(start))), math.subtract(one, sign(real(stop))))
    flip = math.subtract(one, math.floordiv(signs, two))
    exponents = log10(math.multiply(flip, start)), log10(math.multiply(flip, stop))
    numbers = math.multiply(flip, logspace(*exponents, num, endpoint=endpoint, base=10.0, dtype=inner, axis=0))
    return cast(moveaxis(numbers, 0, axis) if axis != 0 else numbers, wanted)


# ---- indices ----


def meshgrid(*xi: Any, **kwargs: Any) -> Any:
    """The coordinates of a grid whose axes are the vectors `xi` (numpy.meshgrid): a list of arrays.

    indexing: "xy" (the first two axes swapped) or "ij". sparse and copy: False and True only, else ValueError.
    """
    if kwargs.get("sparse", False):
        raise ValueError(
            f"Function `meshgrid` does not support returning sparse arrays yet. Received: sparse={kwargs['sparse']}"
        )
    if not kwargs.get("copy", True):
        raise ValueError(f"Function `meshgrid` only supports copy=True. Received: copy={kwargs['copy']}")
    vectors, indexing = [made(x) for x in xi], kwargs.get("indexing", "xy")
    kinds = [x.dtype if behavior.mode == "off" else result_type(x.dtype, vectors[0].dtype) for x in vectors]
    if len(set(kinds)) <= 1:
        return arrays.meshgrid(*(cast(x, kind) for x, kind in zip(vectors, kinds, strict=True)), indexing=indexing)
    # Each has the dtype that it and the first meet in.
    return [arrays.meshgrid(*(cast(x, kind) for x in vectors), indexing=indexing)[i] for i, kind in enumerate(kinds)]


def diag_indices(n: Any, ndim: Any = 2) -> Any:
    """The indices of the main diagonal of an array with `ndim` dimensions of size `n` (numpy.diag_indices)."""
    for name, value in (("n", n), ("ndim", ndim)):
        if value < 0:
            raise ValueError(f"{name} argument to diag_indices must be nonnegative, got {value}")
    return (arrays.range(n),) * ndim


def ix_(*args: Any) -> Any:
    """Vectors of indices, or bool masks, shaped to index one dimension each (numpy.ix_): a list of arrays.

    ValueError for what is no vector, and for other dtypes.
    """
    out = []
    for i, a in enumerate(map(asarray, args)):
        if len(dims(a)) != 1:
            raise ValueError(f"Arguments must be 1-d, got arg {i} of rank {len(dims(a))}")
        if not a.dtype.is_bool and not a.dtype.is_integer:
            raise ValueError(f"Only integer and bool dtypes are supported, got {a.dtype}")
        places = nonzero(a)[0] if a.dtype.is_bool else a
        out.append(shaping.reshape(places, [-1 if j == i else 1 for j in range(len(args))]))
    return out
