"""keras.ops: functions of one tensor, element by element. Integers become floatx() where the result is no integer."""

from __future__ import annotations

import math
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat.keras._dtypes import is_float_dtype, is_int_dtype, standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import keras_op, tensor_op


def _whole(x: Any) -> bool:
    """Whether x holds integers or booleans."""
    return is_int_dtype(x.dtype) or x.dtype is tf.bool


def _float(x: Any) -> Any:
    """x, its integers and booleans as floatx()."""
    return tf.cast(x, settings.floatx) if _whole(x) else x


# ---- signs and rounding ----


@tensor_op("x")
def negative(x: Any) -> Any:
    """-x, elementwise."""
    return tf.negative(x)


@tensor_op("x")
def absolute(x: Any) -> Any:
    """The absolute value, elementwise."""
    name = standardize_dtype(x.dtype)
    return x if name == "bool" or name.startswith("uint") else tf.abs(x)


@tensor_op("x")
def abs(x: Any) -> Any:
    """The absolute value, elementwise."""
    return absolute(x)


@tensor_op("x")
def fabs(x: Any) -> Any:
    """The absolute value as a float, elementwise."""
    return tf.abs(_float(x))


@tensor_op("x")
def sign(x: Any) -> Any:
    """-1, 0 or 1, elementwise."""
    if standardize_dtype(x.dtype).startswith("uint"):
        return tf.cast(tf.cast(x, tf.bool), x.dtype)
    return tf.sign(x)


@keras_op("x")
def signbit(x: Any) -> Any:
    """Whether the sign is a minus, elementwise; -0.0 has one."""
    return torch.signbit(x) if x.is_floating_point() or x.dtype is torch.bool else x < 0


@tensor_op("x")
def round(x: Any, decimals: int = 0) -> Any:
    """x rounded to `decimals` decimals, halves to even."""
    if decimals == 0:
        return tf.round(x)
    whole = is_int_dtype(x.dtype)
    if whole and decimals > 0:
        return x
    number = tf.cast(x, settings.floatx) if whole else x
    factor = tf.cast(math.pow(10, decimals), number.dtype)
    return tf.cast(tf.round(number * factor) / factor, x.dtype)


@tensor_op("x")
def trunc(x: Any) -> Any:
    """x with its decimals cut off, elementwise."""
    return x if _whole(x) else tf.where(x < 0, tf.math.ceil(x), tf.math.floor(x))


@tensor_op("x", to_float=True)
def floor(x: Any) -> Any:
    """The largest whole number not above x, elementwise."""
    return tf.floor(x)


@tensor_op("x", to_float=True)
def ceil(x: Any) -> Any:
    """The smallest whole number not below x, elementwise."""
    return tf.math.ceil(x)


@tensor_op("x")
def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """x with what lies outside of [x_min, x_max] moved to its border."""
    x = tf.cast(x, tf.int32) if x.dtype is tf.bool else x
    low, high = (None if b is None else tf.cast(tf.convert_to_tensor(b), x.dtype) for b in (x_min, x_max))
    if low is None or high is None:
        raise ValueError(f"None values not supported: x_min={x_min}, x_max={x_max}.")
    return tf.clip_by_value(x, low, high)


# ---- powers, exponentials and logarithms ----


@tensor_op("x")
def square(x: Any) -> Any:
    """x * x, elementwise."""
    return tf.square(tf.cast(x, tf.int32) if x.dtype is tf.bool else x)


@tensor_op("x", to_float=True)
def sqrt(x: Any) -> Any:
    """The square root, elementwise."""
    return tf.sqrt(x)


@tensor_op("x", wide=True)
def cbrt(x: Any) -> Any:
    """The cube root, elementwise."""
    return tf.sign(x) * tf.pow(tf.abs(x), 1.0 / 3.0)


@tensor_op("x")
def reciprocal(x: Any) -> Any:
    """1 / x, elementwise."""
    return tf.math.reciprocal(x)


@tensor_op("x")
def exp(x: Any) -> Any:
    """e to the power x, elementwise."""
    return tf.exp(_float(x))


@tensor_op("x")
def exp2(x: Any) -> Any:
    """2 to the power x, elementwise."""
    x = _float(x)
    return tf.pow(tf.cast(2.0, x.dtype), x)


@tensor_op("x")
def expm1(x: Any) -> Any:
    """exp(x) - 1, elementwise, exact near 0."""
    return tf.math.expm1(_float(x))


@tensor_op("x", to_float=True)
def log(x: Any) -> Any:
    """The natural logarithm, elementwise."""
    return tf.math.log(x)


@tensor_op("x", to_float=True)
def log10(x: Any) -> Any:
    """The logarithm to base 10, elementwise."""
    return tf.math.log(x) / tf.math.log(tf.constant(10, x.dtype))


@tensor_op("x", to_float=True)
def log2(x: Any) -> Any:
    """The logarithm to base 2, elementwise."""
    return tf.math.log(x) / tf.math.log(tf.constant(2, x.dtype))


@tensor_op("x", to_float=True)
def log1p(x: Any) -> Any:
    """log(1 + x), elementwise, exact near 0."""
    return tf.math.log1p(x)


@tensor_op("x", wide=True)
def i0(x: Any) -> Any:
    """The modified Bessel function of the first kind, of order 0, elementwise."""
    return tf.math.bessel_i0(x)


# ---- trigonometry ----


@tensor_op("x", to_float=True)
def sin(x: Any) -> Any:
    """The sine, elementwise."""
    return tf.sin(x)


@tensor_op("x", to_float=True)
def cos(x: Any) -> Any:
    """The cosine, elementwise."""
    return tf.cos(x)


@tensor_op("x", to_float=True)
def tan(x: Any) -> Any:
    """The tangent, elementwise."""
    return tf.tan(x)


@tensor_op("x", to_float=True)
def arcsin(x: Any) -> Any:
    """The inverse of the sine, elementwise."""
    return tf.asin(x)


@tensor_op("x", to_float=True)
def arccos(x: Any) -> Any:
    """The inverse of the cosine, elementwise."""
    return tf.acos(x)


@tensor_op("x", to_float=True)
def arctan(x: Any) -> Any:
    """The inverse of the tangent, elementwise."""
    return tf.atan(x)


@tensor_op("x", to_float=True)
def sinh(x: Any) -> Any:
    """The hyperbolic sine, elementwise."""
    return tf.sinh(x)


@tensor_op("x", to_float=True)
def cosh(x: Any) -> Any:
    """The hyperbolic cosine, elementwise."""
    return tf.cosh(x)


@tensor_op("x", to_float=True)
def tanh(x: Any) -> Any:
    """The hyperbolic tangent, elementwise."""
    return tf.tanh(x)


@tensor_op("x", to_float=True)
def arcsinh(x: Any) -> Any:
    """The inverse of the hyperbolic sine, elementwise."""
    return tf.asinh(x)


@tensor_op("x", to_float=True)
def arccosh(x: Any) -> Any:
    """The inverse of the hyperbolic cosine, elementwise."""
    return tf.acosh(x)


@tensor_op("x", to_float=True)
def arctanh(x: Any) -> Any:
    """The inverse of the hyperbolic tangent, elementwise."""
    return tf.atanh(x)


@tensor_op("x", to_float=True)
def sinc(x: Any) -> Any:
    """sin(pi * x) / (pi * x), elementwise, 1 at 0."""
    angle = x * tf.constant(math.pi, dtype=x.dtype)
    return tf.where(tf.equal(x, 0), tf.ones_like(x), tf.sin(angle) / angle)


@tensor_op("x", wide=True)
def deg2rad(x: Any) -> Any:
    """Degrees as radians, elementwise."""
    return x * (tf.constant(math.pi, x.dtype) / tf.constant(180.0, x.dtype))


@tensor_op("x", wide=True)
def rad2deg(x: Any) -> Any:
    """Radians as degrees, elementwise."""
    return x * (tf.constant(180.0, x.dtype) / tf.constant(math.pi, x.dtype))


# ---- complex numbers ----


@tensor_op("x")
def real(x: Any) -> Any:
    """The real part, elementwise; x itself where it is real."""
    return tf.math.real(x)


@tensor_op("x")
def imag(x: Any) -> Any:
    """The imaginary part, elementwise."""
    return tf.math.imag(x)


@tensor_op("x")
def conj(x: Any) -> Any:
    """The complex conjugate, elementwise."""
    return tf.math.conj(x)


@tensor_op("x")
def conjugate(x: Any) -> Any:
    """The complex conjugate, elementwise."""
    return tf.math.conj(x)


@tensor_op("x", to_float=True)
def angle(x: Any) -> Any:
    """The angle of complex numbers in radians, elementwise."""
    return tf.math.angle(x)


# ---- tests ----


@keras_op("x")
def isfinite(x: Any) -> Any:
    """Whether each element is neither infinite nor NaN."""
    return torch.isfinite(x)


@keras_op("x")
def isinf(x: Any) -> Any:
    """Whether each element is infinite."""
    return torch.isinf(x)


@keras_op("x")
def isnan(x: Any) -> Any:
    """Whether each element is NaN."""
    return torch.isnan(x)


@keras_op("x")
def isneginf(x: Any) -> Any:
    """Whether each element is minus infinity."""
    return torch.isneginf(x)


@keras_op("x")
def isposinf(x: Any) -> Any:
    """Whether each element is plus infinity."""
    return torch.isposinf(x)


@keras_op("x")
def isreal(x: Any) -> Any:
    """Whether each element has no imaginary part."""
    return torch.isreal(x)


@tensor_op("x")
def nan_to_num(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    """x with `nan` for NaN, and `posinf` and `neginf` for infinities (None: the dtype's largest and smallest)."""
    if not (is_float_dtype(x.dtype) or x.dtype.is_complex):
        return x
    high, low = x.dtype.max if posinf is None else posinf, x.dtype.min if neginf is None else neginf
    x = tf.where(tf.math.is_nan(x), tf.constant(nan, x.dtype), x)
    x = tf.where(tf.math.is_inf(x) & (x > 0), tf.constant(high, x.dtype), x)
    return tf.where(tf.math.is_inf(x) & (x < 0), tf.constant(low, x.dtype), x)


# ---- the same values ----


@tensor_op("x")
def copy(x: Any) -> Any:
    """A tensor of the same values."""
    return tf.identity(x)


@tensor_op("x")
def view(x: Any, dtype: Any = None) -> Any:
    """The same bytes read as another dtype; the last axis grows or shrinks with the elements' size.

    ValueError where the bytes of the last axis are no whole number of elements.
    """
    new = dtypes.as_dtype(standardize_dtype(dtype) if dtype else x.dtype)
    old_size, new_size = x.dtype.size, new.size
    last = x.shape[-1] if x.shape.rank else None
    if old_size != new_size and (last is None or last * old_size % new_size):
        raise ValueError(
            f"Cannot view a tensor of shape {x.shape} and dtype {x.dtype} as dtype {new}: the bytes along the last "
            "axis are no multiple of the new dtype's size."
        )
    if old_size > new_size:
        return tf.reshape(tf.bitcast(x, new), [*x.shape[:-1], last * (old_size // new_size)])
    if old_size < new_size:
        ratio = new_size // old_size
        x = tf.reshape(x, [*x.shape[:-1], last // ratio, ratio])
    return tf.bitcast(x, new)


def ndim(x: Any) -> Any:
    """The number of dimensions, an int."""
    rank = getattr(x, "ndim", None)
    return rank if isinstance(rank, int) else to_storage(x).ndim


@tensor_op("x")
def size(x: Any) -> Any:
    """The number of elements."""
    return tf.size(x)
