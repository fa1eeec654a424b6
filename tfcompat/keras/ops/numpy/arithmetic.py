"""keras.ops: functions of two tensors, with Keras's dtype promotion (Python numbers adapt to tensors)."""

from __future__ import annotations

from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import is_float_dtype, is_int_dtype, result_type, standardize_dtype
from tfcompat.keras.ops._operation import keras_op, tensor_op

_UNSIGNED = ("uint8", "uint16", "uint32", "uint64")


def _name(x: Any) -> str:
    return standardize_dtype(x.dtype)


# ---- arithmetic ----


@tensor_op("x1", "x2", promote=True)
def add(x1: Any, x2: Any) -> Any:
    """x1 + x2, elementwise, with broadcasting."""
    return tf.add(x1, x2)


@tensor_op("x1", "x2", promote=True)
def subtract(x1: Any, x2: Any) -> Any:
    """x1 - x2, elementwise, with broadcasting."""
    return tf.subtract(x1, x2)


@tensor_op("x1", "x2", promote=True)
def multiply(x1: Any, x2: Any) -> Any:
    """x1 * x2, elementwise, with broadcasting."""
    return tf.multiply(x1, x2)


@tensor_op("x1", "x2", promote=True, to_float=True)
def divide(x1: Any, x2: Any) -> Any:
    """x1 / x2, elementwise, with broadcasting; integers give floats."""
    return tf.divide(x1, x2)


@tensor_op("x1", "x2", promote=True, to_float=True)
def true_divide(x1: Any, x2: Any) -> Any:
    """x1 / x2, elementwise, with broadcasting; integers give floats."""
    return tf.divide(x1, x2)


@tensor_op("x1", "x2", promote=True, to_float=True)
def divide_no_nan(x1: Any, x2: Any) -> Any:
    """x1 / x2, elementwise, 0 where x2 is 0."""
    return tf.math.divide_no_nan(x1, x2)


@tensor_op("x1", "x2", promote=True)
def floor_divide(x1: Any, x2: Any) -> Any:
    """The largest whole number not above x1 / x2, elementwise."""
    return tf.math.floordiv(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def mod(x1: Any, x2: Any) -> Any:
    """The remainder of the floor division, elementwise."""
    if x1.dtype is tf.bool:
        x1, x2 = tf.cast(x1, tf.int32), tf.cast(x2, tf.int32)
    return tf.math.floormod(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def fmod(x1: Any, x2: Any) -> Any:
    """The remainder of the division that cuts off, elementwise: it has the sign of x1."""
    kind = x1.dtype
    if kind is tf.bool or _name(x1) in _UNSIGNED:
        x1, x2 = tf.cast(x1, tf.int32), tf.cast(x2, tf.int32)
    result = tf.sign(x1) * tf.math.floormod(tf.abs(x1), tf.abs(x2))
    return result if kind is tf.bool else tf.cast(result, kind)


@tensor_op("x1", "x2", promote=True)
def power(x1: Any, x2: Any) -> Any:
    """x1 to the power x2, elementwise."""
    if _name(x1) in _UNSIGNED:
        return tf.cast(tf.pow(tf.cast(x1, tf.int32), tf.cast(x2, tf.int32)), x1.dtype)
    return tf.pow(x1, x2)


@tensor_op("x1", "x2", promote=True)
def maximum(x1: Any, x2: Any) -> Any:
    """The larger of x1 and x2, elementwise."""
    return tf.maximum(x1, x2)


@tensor_op("x1", "x2", promote=True)
def minimum(x1: Any, x2: Any) -> Any:
    """The smaller of x1 and x2, elementwise."""
    return tf.minimum(x1, x2)


@keras_op("x1", "x2", promote=True)
def fmax(x1: Any, x2: Any) -> Any:
    """The larger of x1 and x2, elementwise; where one is NaN, the other."""
    return torch.fmax(x1, x2)


@keras_op("x1", "x2", promote=True)
def fmin(x1: Any, x2: Any) -> Any:
    """The smaller of x1 and x2, elementwise; where one is NaN, the other."""
    return torch.fmin(x1, x2)


@tensor_op("x1", "x2", promote=True, to_float=True, weak=False)
def arctan2(x1: Any, x2: Any) -> Any:
    """The angle of the point (x2, x1), elementwise."""
    return tf.math.atan2(x1, x2)


@keras_op("x1", "x2", promote=True, wide=True, weak=False)
def hypot(x1: Any, x2: Any) -> Any:
    """sqrt(x1^2 + x2^2), elementwise."""
    return torch.hypot(x1, x2)


@keras_op("x1", "x2", promote=True, wide=True, weak=False)
def heaviside(x1: Any, x2: Any) -> Any:
    """0 where x1 is negative, 1 where it is positive, x2 where it is 0, elementwise."""
    return torch.where(x1 < 0, torch.zeros_like(x1), torch.where(x1 > 0, torch.ones_like(x1), x2))


@keras_op("x1", "x2", promote=True, to_float=True, weak=False)
def logaddexp(x1: Any, x2: Any) -> Any:
    """log(exp(x1) + exp(x2)), elementwise, without overflow."""
    return torch.logaddexp(x1, x2)


@keras_op("x1", "x2", promote=True, to_float=True, weak=False)
def logaddexp2(x1: Any, x2: Any) -> Any:
    """log2(2^x1 + 2^x2), elementwise, without overflow."""
    return torch.logaddexp2(x1, x2)


@tensor_op("x1", "x2", promote=True, to_float=True, weak=False)
def nextafter(x1: Any, x2: Any) -> Any:
    """The next float64 from x1 towards x2, elementwise, in the dtype that both give together."""
    return tf.cast(tf.math.nextafter(tf.cast(x1, tf.float64), tf.cast(x2, tf.float64)), x1.dtype)


@tensor_op("x1", "x2")
def ldexp(x1: Any, x2: Any) -> Any:
    """x1 * 2^x2, elementwise; TypeError where x2 holds no integers."""
    if not is_int_dtype(x2.dtype):
        raise TypeError(f"ldexp exponent must be an integer type. Received: x2 dtype={x2.dtype}")
    kind = result_type(x1.dtype, x2.dtype, float)
    number = tf.cast(x1, kind)
    result = number * tf.pow(tf.constant(2.0, dtype=kind), tf.cast(x2, kind))
    return tf.where(tf.math.is_inf(number) | (number == 0), number, result)


def _need_integers(function: str, x1: torch.Tensor, x2: torch.Tensor) -> None:
    for x in (x1, x2):
        if x.is_floating_point() or x.is_complex() or x.dtype is torch.bool:
            raise TypeError(f"Arguments to {function} must be integers. Received: {wrap(x1).dtype}, {wrap(x2).dtype}")


@keras_op("x1", "x2", promote=True, weak=False)
def gcd(x1: Any, x2: Any) -> Any:
    """The greatest common divisor of integers, elementwise; TypeError for other dtypes."""
    _need_integers("gcd", x1, x2)
    return torch.gcd(x1.long(), x2.long()).to(x1.dtype)


@keras_op("x1", "x2", promote=True, weak=False)
def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple of integers, elementwise; TypeError for other dtypes."""
    _need_integers("lcm", x1, x2)
    return torch.lcm(x1.long(), x2.long()).to(x1.dtype)


# ---- comparison and logic ----


@tensor_op("x1", "x2", promote=True, weak=False)
def equal(x1: Any, x2: Any) -> Any:
    """x1 == x2, elementwise."""
    return tf.equal(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def not_equal(x1: Any, x2: Any) -> Any:
    """x1 != x2, elementwise."""
    return tf.not_equal(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def less(x1: Any, x2: Any) -> Any:
    """x1 < x2, elementwise."""
    return tf.less(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def less_equal(x1: Any, x2: Any) -> Any:
    """x1 <= x2, elementwise."""
    return tf.less_equal(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def greater(x1: Any, x2: Any) -> Any:
    """x1 > x2, elementwise."""
    return tf.greater(x1, x2)


@tensor_op("x1", "x2", promote=True, weak=False)
def greater_equal(x1: Any, x2: Any) -> Any:
    """x1 >= x2, elementwise."""
    return tf.greater_equal(x1, x2)


@tensor_op("x1", "x2")
def logical_and(x1: Any, x2: Any) -> Any:
    """x1 and x2, elementwise."""
    return tf.logical_and(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))


@tensor_op("x1", "x2")
def logical_or(x1: Any, x2: Any) -> Any:
    """x1 or x2, elementwise."""
    return tf.logical_or(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))


@tensor_op("x1", "x2")
def logical_xor(x1: Any, x2: Any) -> Any:
    """x1 or x2 but not both, elementwise."""
    return tf.math.logical_xor(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))


@tensor_op("x")
def logical_not(x: Any) -> Any:
    """not x, elementwise."""
    return tf.logical_not(tf.cast(x, tf.bool))


@tensor_op("x1", "x2", promote=True, weak=False)
def isclose(x1: Any, x2: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Any:
    """Whether |x1 - x2| <= atol + rtol * |x2|, elementwise; NaN is close to NaN where `equal_nan`."""
    if not is_float_dtype(x1.dtype):
        return tf.equal(x1, x2)
    close = tf.abs(x1 - x2) <= (atol + rtol * tf.abs(x2))
    return close | (tf.math.is_nan(x1) & tf.math.is_nan(x2)) if equal_nan else close


@tensor_op("x1", "x2", promote=True, weak=False, name="AllClose")
def allclose(x1: Any, x2: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Any:
    """Whether all elements are close, see `isclose`; infinities are close to themselves."""
    if not is_float_dtype(x1.dtype):
        return tf.reduce_all(tf.equal(x1, x2))
    close = tf.math.is_finite(x1) & tf.math.is_finite(x2) & (tf.abs(x1 - x2) <= (atol + rtol * tf.abs(x2)))
    close = close | tf.equal(x1, x2)
    if equal_nan:
        close = close | (tf.math.is_nan(x1) & tf.math.is_nan(x2))
    return tf.reduce_all(close)


# ---- bits ----


@tensor_op("x", "y", promote=True, weak=False)
def bitwise_and(x: Any, y: Any) -> Any:
    """The bits that x and y both have, elementwise."""
    return tf.bitwise.bitwise_and(x, y)


@tensor_op("x", "y", promote=True, weak=False)
def bitwise_or(x: Any, y: Any) -> Any:
    """The bits that x or y has, elementwise."""
    return tf.bitwise.bitwise_or(x, y)


@tensor_op("x", "y", promote=True, weak=False)
def bitwise_xor(x: Any, y: Any) -> Any:
    """The bits that one of x and y has, elementwise."""
    return tf.bitwise.bitwise_xor(x, y)


@tensor_op("x")
def bitwise_invert(x: Any) -> Any:
    """The bits that x has not, elementwise."""
    return tf.bitwise.invert(x)


@tensor_op("x")
def bitwise_not(x: Any) -> Any:
    """The bits that x has not, elementwise."""
    return tf.bitwise.invert(x)


@tensor_op("x", "y", promote=True)
def bitwise_left_shift(x: Any, y: Any) -> Any:
    """The bits of x moved up by y, elementwise."""
    return tf.bitwise.left_shift(x, y)


@tensor_op("x", "y", promote=True)
def left_shift(x: Any, y: Any) -> Any:
    """The bits of x moved up by y, elementwise."""
    return tf.bitwise.left_shift(x, y)


@tensor_op("x", "y", promote=True)
def bitwise_right_shift(x: Any, y: Any) -> Any:
    """The bits of x moved down by y, elementwise."""
    return tf.bitwise.right_shift(x, y)


@tensor_op("x", "y", promote=True)
def right_shift(x: Any, y: Any) -> Any:
    """The bits of x moved down by y, elementwise."""
    return tf.bitwise.right_shift(x, y)
