"""keras.ops: reductions, running sums, and those that pass over NaN. `axis` is None (all), an int or several."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat._core.errors import InvalidArgumentError
from tfcompat.keras._dtypes import is_float_dtype, is_int_dtype, result_type, standardize_dtype
from tfcompat.keras.ops._operation import tensor_op

# The dtypes that sums and products of narrow ones have.
_WIDER = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}


def widened(x: Any) -> Any:
    """x in the dtype that its sum has."""
    name = standardize_dtype(x.dtype)
    return tf.cast(x, _WIDER[name]) if name in _WIDER else x


@tensor_op("x")
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum over `axis`. Narrow integers and booleans add up as int32 or uint32."""
    return tf.reduce_sum(widened(x), axis=axis, keepdims=keepdims)


@tensor_op("x")
def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """The product over `axis`, as `dtype`. Narrow integers and booleans multiply as int32 or uint32."""
    x = widened(x) if dtype is None else tf.cast(x, standardize_dtype(dtype))
    return tf.reduce_prod(x, axis=axis, keepdims=keepdims)


@tensor_op("x")
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean over `axis`, found in float32 at least; integers give floats."""
    compute = result_type(x.dtype, "float32")
    whole = is_int_dtype(x.dtype) or x.dtype is tf.bool
    output = tf.reduce_mean(tf.cast(x, compute), axis=axis, keepdims=keepdims)
    return output if whole else tf.cast(output, x.dtype)


@tensor_op("x")
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance over `axis`, found in float32 at least; integers give floats."""
    kind = result_type(x.dtype, float)
    x = tf.cast(x, result_type(x.dtype, "float32"))
    return tf.cast(tf.math.reduce_variance(x, axis=axis, keepdims=keepdims), kind)


@tensor_op("x", to_float=True)
def std(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The standard deviation over `axis`."""
    return tf.math.reduce_std(x, axis=axis, keepdims=keepdims)


@tensor_op("x", "weights")
def average(x: Any, axis: Any = None, weights: Any = None) -> Any:
    """The mean over `axis`, weighted with `weights`: of x's shape, or one weight for each place along `axis`."""
    if weights is None:
        return tf.reduce_mean(tf.cast(x, result_type(x.dtype, float)), axis=axis)
    kind = result_type(x.dtype, weights.dtype, float)
    x, weights = tf.cast(x, kind), tf.cast(weights, kind)
    if axis is None or x.shape.rank == weights.shape.rank:
        return tf.reduce_sum(x * weights, axis=axis) / tf.reduce_sum(weights, axis=axis)
    return tf.tensordot(x, weights, [[axis], [0]]) / tf.reduce_sum(weights)


def _extreme(x: Any, axis: Any, keepdims: bool, initial: Any, largest: bool) -> Any:
    if x.dtype is tf.bool:
        found = (tf.reduce_any if largest else tf.reduce_all)(x, axis=axis, keepdims=keepdims)
        if initial is None:
            return found
        pick = tf.maximum if largest else tf.minimum
        return tf.cast(pick(tf.cast(found, tf.int32), tf.cast(initial, tf.int32)), tf.bool)
    if initial is None and 0 in x.shape:
        what = "max" if largest else "min"
        raise InvalidArgumentError(None, None, f"Cannot compute the {what} of an empty tensor.")
    found = (tf.reduce_max if largest else tf.reduce_min)(x, axis=axis, keepdims=keepdims)
    return found if initial is None else (tf.maximum if largest else tf.minimum)(found, initial)


@tensor_op("x")
def max(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The maximum over `axis`, at least `initial`; InvalidArgumentError where x is empty and there is no `initial`."""
    return _extreme(x, axis, keepdims, initial, True)


@tensor_op("x")
def min(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The minimum over `axis`, at most `initial`; InvalidArgumentError where x is empty and there is no `initial`."""
    return _extreme(x, axis, keepdims, initial, False)


@tensor_op("x")
def amax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The maximum over `axis`."""
    return _extreme(x, axis, keepdims, None, True)


@tensor_op("x")
def amin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The minimum over `axis`."""
    return _extreme(x, axis, keepdims, None, False)


@tensor_op("x")
def ptp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The maximum minus the minimum over `axis`."""
    return tf.reduce_max(x, axis=axis, keepdims=keepdims) - tf.reduce_min(x, axis=axis, keepdims=keepdims)


@tensor_op("x")
def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any element over `axis` is true."""
    return tf.reduce_any(tf.cast(x, tf.bool), axis=axis, keepdims=keepdims)


@tensor_op("x")
def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements over `axis` are true."""
    return tf.reduce_all(tf.cast(x, tf.bool), axis=axis, keepdims=keepdims)


@tensor_op("x")
def count_nonzero(x: Any, axis: Any = None) -> Any:
    """How many elements over `axis` are not 0, as int32."""
    return tf.math.count_nonzero(x, axis=axis, dtype=tf.int32)


def _position(x: Any, axis: int | None, keepdims: bool, largest: bool) -> Any:
    rank = x.shape.rank
    flat = tf.reshape(x, [-1]) if axis is None else x
    if is_float_dtype(x.dtype) and rank:
        # A negative zero counts as below zero, as the smallest number that is.
        flat = tf.cast(flat, result_type(x.dtype, "float32"))
        tiny = tf.constant(
            -1.1754943508222875e-38 if flat.dtype is tf.float32 else -2.2250738585072014e-308, flat.dtype
        )
        flat = tf.where(tf.equal(flat, 0.0) & _signbit(flat), tiny, flat)
    found = (tf.argmax if largest else tf.argmin)(flat, axis=0 if axis is None else axis, output_type=tf.int32)
    if not keepdims:
        return found
    return tf.reshape(found, [1] * rank) if axis is None else tf.expand_dims(found, axis)


def _signbit(x: Any) -> Any:
    from tfcompat.keras.ops.numpy.elementwise import signbit

    return signbit(x)


@tensor_op("x")
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the largest element along `axis` (of the flat tensor where None), as int32."""
    return _position(x, axis, keepdims, True)


@tensor_op("x")
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the smallest element along `axis` (of the flat tensor where None), as int32."""
    return _position(x, axis, keepdims, False)


# ---- running ----


def _running(function: Any, x: Any, axis: int | None, dtype: Any) -> Any:
    x = x if dtype is None else tf.cast(x, standardize_dtype(dtype))
    x = tf.cast(x, tf.int32) if x.dtype is tf.bool else x
    return function(tf.reshape(x, [-1]), axis=0) if axis is None else function(x, axis=axis)


@tensor_op("x")
def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The running sum along `axis` (of the flat tensor where None), as `dtype`."""
    return _running(tf.cumsum, x, axis, dtype)


@tensor_op("x")
def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The running product along `axis` (of the flat tensor where None), as `dtype`."""
    return _running(tf.math.cumprod, x, axis, dtype)


# ---- without NaN ----


def without_nan(x: Any, number: float) -> Any:
    """x with `number` for NaN."""
    return tf.where(tf.math.is_nan(x), tf.constant(number, x.dtype), x) if is_float_dtype(x.dtype) else x


@tensor_op("x")
def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The running sum along `axis`, NaN counted as 0."""
    from tfcompat.keras.ops.numpy.elementwise import nan_to_num

    return _running(tf.cumsum, nan_to_num(x), axis, dtype)


@tensor_op("x")
def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The running product along `axis`, NaN counted as 1."""
    from tfcompat.keras.ops.numpy.elementwise import nan_to_num

    return _running(tf.math.cumprod, nan_to_num(x, nan=1.0), axis, dtype)


@tensor_op("x")
def nansum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum over `axis`, NaN counted as 0."""
    return tf.reduce_sum(widened(without_nan(x, 0.0)), axis=axis, keepdims=keepdims)


@tensor_op("x")
def nanprod(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The product over `axis`, NaN counted as 1."""
    return tf.reduce_prod(widened(without_nan(x, 1.0)), axis=axis, keepdims=keepdims)


def _nan_extreme(x: Any, axis: Any, keepdims: bool, largest: bool) -> Any:
    if not is_float_dtype(x.dtype):
        return _extreme(x, axis, keepdims, None, largest)
    all_nan = tf.reduce_all(tf.math.is_nan(x), axis=axis, keepdims=keepdims)
    clean = without_nan(x, float("-inf") if largest else float("inf"))
    found = (tf.reduce_max if largest else tf.reduce_min)(clean, axis=axis, keepdims=keepdims)
    return tf.where(all_nan, tf.constant(float("nan"), x.dtype), found)


@tensor_op("x")
def nanmax(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The maximum over `axis` of what is no NaN; NaN where all are."""
    return _nan_extreme(x, axis, keepdims, True)


@tensor_op("x")
def nanmin(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The minimum over `axis` of what is no NaN; NaN where all are."""
    return _nan_extreme(x, axis, keepdims, False)


def _nan_position(x: Any, axis: int | None, keepdims: bool, largest: bool) -> Any:
    if not is_float_dtype(x.dtype):
        return _position(x, axis, keepdims, largest)
    all_nan = tf.reduce_all(tf.math.is_nan(x), axis=axis, keepdims=keepdims)
    found = _position(without_nan(x, float("-inf") if largest else float("inf")), axis, keepdims, largest)
    return tf.where(all_nan, tf.constant(-1, tf.int32), found)


@tensor_op("x")
def nanargmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the largest element along `axis` that is no NaN; -1 where all are."""
    return _nan_position(x, axis, keepdims, True)


@tensor_op("x")
def nanargmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the smallest element along `axis` that is no NaN; -1 where all are."""
    return _nan_position(x, axis, keepdims, False)


def _nan_mean(x: Any, axis: Any, keepdims: bool) -> Any:
    count = tf.reduce_sum(tf.cast(~tf.math.is_nan(x), x.dtype), axis=axis, keepdims=keepdims)
    return tf.divide(tf.reduce_sum(without_nan(x, 0.0), axis=axis, keepdims=keepdims), count)


@tensor_op("x")
def nanmean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean over `axis` of what is no NaN."""
    if axis in ((), []):
        return x
    if not is_float_dtype(x.dtype):
        return tf.reduce_mean(tf.cast(x, tf.float32), axis=axis, keepdims=keepdims)
    return _nan_mean(x, axis, keepdims)


def _nan_variance(x: Any, axis: Any, keepdims: bool) -> Any:
    valid = ~tf.math.is_nan(x)
    centered = tf.square(tf.where(valid, x - _nan_mean(x, axis, True), tf.zeros_like(x)))
    count = tf.reduce_sum(tf.cast(valid, x.dtype), axis=axis, keepdims=keepdims)
    return tf.reduce_sum(centered, axis=axis, keepdims=keepdims) / count


@tensor_op("x", to_float=True)
def nanvar(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance over `axis` of what is no NaN."""
    return _nan_variance(x, axis, keepdims)


@tensor_op("x", to_float=True)
def nanstd(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The standard deviation over `axis` of what is no NaN."""
    return tf.sqrt(_nan_variance(x, axis, keepdims))
