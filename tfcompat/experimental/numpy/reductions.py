"""tf.experimental.numpy's sums, means, extremes and the like, over some axes or all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat import linalg, math
from tfcompat._arrays.selecting import where
from tfcompat._arrays.shaping import broadcast_to, reshape
from tfcompat._core import dtypes
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.tensor import Tensor
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._arrays import array, asarray, dims, from_start, is_inexact, to_inexact, weakly
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._promotion import result_type
from tfcompat.experimental.numpy.elementwise import isnan


def _wide(a: Any) -> Any:
    """Integers and bools as the integers that numpy adds: 64 bits; of a weak mode's 32 bits at least."""
    kind = np.dtype(a.dtype.as_numpy_dtype)
    bits = 32 if behavior.weak else 64
    if kind.kind not in "iub" or kind.itemsize * 8 >= bits:
        return a
    return cast(a, f"{'uint' if kind.kind == 'u' else 'int'}{bits}")


def _floating(a: Any) -> Any:
    return cast(a, result_type(float)) if a.dtype.is_integer or a.dtype.is_bool else a


def _same(a: Any) -> Any:
    return a


def _reduce(
    function: Callable[..., Any],
    a: Any,
    axis: Any,
    dtype: Any,
    keepdims: bool | None,
    promote: Callable[[Any], Any],
    truth: Callable[..., Any] | None = None,
    keeps_bool: bool = False,
) -> Any:
    """One body for all reductions.

    promote: what becomes of an array before, where no dtype is given. truth: the reduction of bools, which serves where
    bool is asked for, and where `keeps_bool` for every array of them.
    """
    wanted = None if dtype is None else result_type(dtype)
    a, keepdims = asarray(a, wanted), bool(keepdims)
    if truth is not None and (wanted is dtypes.bool or (keeps_bool and a.dtype.is_bool)):
        return truth(a, axis=axis, keepdims=keepdims)
    if isinstance(axis, Tensor) and axis.dtype not in (dtypes.int32, dtypes.int64):
        axis = cast(axis, dtypes.int64)
    return function(a if wanted is not None else promote(a), axis=axis, keepdims=keepdims)


# ---- sums and means ----


@weakly()
def sum(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool | None = None) -> Any:
    """The sums over some axes, all by default (numpy.sum); integers and bools are added as 64 bits.

    dtype: what to add as; tf.bool gives whether any element is true.
    """
    return _reduce(math.reduce_sum, a, axis, dtype, keepdims, _wide, math.reduce_any)


@weakly()
def prod(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool | None = None) -> Any:
    """The products over some axes, all by default (numpy.prod); integers and bools are multiplied as 64 bits.

    dtype: what to multiply as; tf.bool gives whether all elements are true.
    """
    return _reduce(math.reduce_prod, a, axis, dtype, keepdims, _wide, math.reduce_all)


@weakly()
def mean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool | None = None) -> Any:
    """The means over some axes, all by default (numpy.mean); integers and bools count as float64.

    ValueError for `out`, which TensorFlow does not have.
    """
    _refuse_out(out, "mean")
    return _reduce(math.reduce_mean, a, axis, dtype, keepdims, _floating)


@weakly()
def var(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: Any = 0, keepdims: bool | None = None
) -> Any:
    """The variances over some axes, all by default (numpy.var); integers and bools count as float64.

    dtype: of the result; the work is done in what it and `a` meet in. ddof: what is taken off the number of elements
    before dividing by it. ValueError for `out`, which TensorFlow does not have.
    """
    working = None if dtype is None else result_type(a, dtype)
    _refuse_out(out, "var")

    def corrected(x: Any, axis: Any, keepdims: bool) -> Any:
        apart = math.subtract(x, math.reduce_mean(x, axis=axis, keepdims=True))
        squares = cast(math.real(math.multiply(apart, math.conj(apart))), x.dtype)
        total = math.reduce_sum(squares, axis=axis, keepdims=keepdims)
        sizes = dims(x)
        counted = sizes if axis is None else [sizes[d] for d in np.ravel(axis)]
        return math.truediv(total, cast(np.prod(counted, dtype=object) - ddof, x.dtype))

    function = corrected if ddof != 0 else math.reduce_variance
    result = _reduce(function, a, axis, working, keepdims, _floating)
    return result if dtype is None else cast(result, result_type(dtype))


@weakly()
def std(a: Any, axis: Any = None, keepdims: bool | None = None) -> Any:
    """The standard deviations over some axes, all by default (numpy.std); integers and bools count as float64."""
    return _reduce(math.reduce_std, a, axis, None, keepdims, _floating)


def _refuse_out(out: Any, function: str) -> None:
    if out is not None:
        raise ValueError(f"tf.experimental.numpy.{function} does not support setting out, got {out!r}.")


@weakly()
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False) -> Any:
    """The mean over one axis, or over all, weighted where `weights` are given (numpy.average).

    weights: of the shape of `a`, or a vector along `axis`. returned: also returns the sums of the weights. Integers
    count as float64. ValueError for an axis that is no int, InvalidArgumentError for weights of another shape.
    """
    if axis is not None and not isinstance(axis, int):
        raise ValueError(f"Argument `axis` must be an integer. Received axis={axis} (of type {type(axis)})")
    a = array(a)
    if weights is None:
        a = to_inexact(a)
        mean = math.reduce_mean(a, axis=axis)
        sizes = dims(a)
        count = np.prod(sizes, dtype=object) if axis is None else sizes[axis]
        total = cast(count, a.dtype) if returned else None
    else:
        floats = () if is_inexact(a) else (result_type(float),)
        wanted = result_type(a.dtype, weights, *floats)
        mean, total = _weighted(cast(a, wanted), array(weights, wanted), axis)
    return (mean, broadcast_to(total, dims(mean))) if returned else mean


def _weighted(a: Any, weights: Any, axis: int | None) -> tuple[Any, Any]:
    if axis is None or len(dims(a)) == len(dims(weights)):
        if dims(a) != dims(weights):
            raise InvalidArgumentError(None, None, f"average: weights of shape {weights.shape} for a of {a.shape}")
        total = math.reduce_sum(weights, axis=axis)
        return math.truediv(math.reduce_sum(math.multiply(a, weights), axis=axis), total), total
    if len(dims(weights)) != 1:
        raise InvalidArgumentError(None, None, f"average: weights must be a vector, got shape {weights.shape}")
    total = math.reduce_sum(weights)
    return math.truediv(linalg.tensordot(a, weights, [[axis], [0]]), total), total


# ---- extremes and truth ----


@weakly()
def amax(a: Any, axis: Any = None, out: Any = None, keepdims: bool | None = None) -> Any:
    """The largest elements over some axes, all by default; `any` of bools (numpy.amax).

    ValueError for `out`, which TensorFlow does not have.
    """
    _refuse_out(out, "amax")
    return _reduce(math.reduce_max, a, axis, None, keepdims, _same, math.reduce_any, keeps_bool=True)


@weakly()
def amin(a: Any, axis: Any = None, out: Any = None, keepdims: bool | None = None) -> Any:
    """The smallest elements over some axes, all by default; `all` of bools (numpy.amin).

    ValueError for `out`, which TensorFlow does not have.
    """
    _refuse_out(out, "amin")
    return _reduce(math.reduce_min, a, axis, None, keepdims, _same, math.reduce_all, keeps_bool=True)


@weakly()
def max(a: Any, axis: Any = None, keepdims: bool | None = None) -> Any:
    """The largest elements over some axes, all by default; `any` of bools (numpy.max)."""
    return amax(a, axis=axis, keepdims=keepdims)


@weakly()
def min(a: Any, axis: Any = None, keepdims: bool | None = None) -> Any:
    """The smallest elements over some axes, all by default; `all` of bools (numpy.min)."""
    return amin(a, axis=axis, keepdims=keepdims)


def ptp(a: Any, axis: Any = None, keepdims: bool | None = None) -> Any:
    """The largest elements less the smallest over some axes, all by default (numpy.ptp)."""
    return math.subtract(amax(a, axis=axis, keepdims=keepdims), amin(a, axis=axis, keepdims=keepdims))


def all(a: Any, axis: Any = None, keepdims: bool | None = None) -> Any:
    """Whether all elements over some axes, all by default, are true (numpy.all); numbers other than 0 are."""
    return math.reduce_all(asarray(a, bool), axis=axis, keepdims=bool(keepdims))


def any(a: Any, axis: Any = None, keepdims: bool | None = None) -> Any:
    """Whether any element over some axes, all by default, is true (numpy.any); numbers other than 0 are."""
    return math.reduce_any(asarray(a, bool), axis=axis, keepdims=bool(keepdims))


def count_nonzero(a: Any, axis: Any = None) -> Any:
    """How many elements over some axes, all by default, are not 0, as int64 (numpy.count_nonzero)."""
    return math.count_nonzero(array(a), axis)


# ---- without NaN ----


def nansum(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """The sums over some axes, all by default, NaN counted as 0 (numpy.nansum)."""
    return sum(_without_nan(a, 0), axis=axis, dtype=dtype, keepdims=keepdims)


def nanprod(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Any:
    """The products over some axes, all by default, NaN counted as 1 (numpy.nanprod)."""
    return prod(_without_nan(a, 1), axis=axis, dtype=dtype, keepdims=keepdims)


def _without_nan(a: Any, value: int) -> Any:
    a = array(a)
    return where(isnan(a), cast(value, a.dtype), a)


@weakly()
def nanmean(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool | None = None) -> Any:
    """The means of what is not NaN over some axes, all by default (numpy.nanmean); NaN where nothing else is."""
    a = array(a)
    if a.dtype.is_bool or a.dtype.is_integer:
        return mean(a, axis=axis, dtype=dtype, keepdims=keepdims)
    wanted = a.dtype if dtype is None else result_type(dtype)
    count = sum(math.logical_not(isnan(a)), axis=axis, dtype=wanted, keepdims=keepdims)
    return math.truediv(nansum(a, axis=axis, dtype=wanted, keepdims=bool(keepdims)), count)


# ---- running ones ----


@weakly()
def cumsum(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The running sums along an axis, of all elements in a row by default (numpy.cumsum); integers as 64 bits."""
    return _running(math.cumsum, a, axis, dtype)


@weakly()
def cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    """The running products along an axis, of all elements in a row by default (numpy.cumprod); integers as 64 bits."""
    return _running(math.cumprod, a, axis, dtype)


def _running(function: Callable[..., Any], a: Any, axis: Any, dtype: Any) -> Any:
    a = asarray(a, dtype)
    if dtype is None and a.dtype.is_integer:
        kind = np.promote_types(a.dtype.as_numpy_dtype, int)
        a = asarray(a, a.dtype if behavior.weak and a.dtype is dtypes.int64 else kind)
    if axis is None:
        return function(reshape(a, [-1]), 0)
    return function(a, from_start(axis, len(dims(a))))
