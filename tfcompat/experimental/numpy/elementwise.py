"""tf.experimental.numpy's functions of one array, element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat import bitwise, math
from tfcompat._arrays.creation import zeros, zeros_like
from tfcompat._arrays.selecting import where
from tfcompat._core.convert import convert_to_tensor
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._arrays import (
    array,
    asarray,
    converted,
    is_inexact,
    is_kind,
    to_inexact,
    weak_or_plain,
    weakly,
)
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._promotion import default_float, result_type

# ---- exponentials and logarithms ----


@weakly()
def exp(x: Any) -> Any:
    """e to the power of x (numpy.exp); integers count as float64."""
    return math.exp(to_inexact(x))


@weakly()
def exp2(x: Any) -> Any:
    """2 to the power of x (numpy.exp2); integers count as float64."""
    x = to_inexact(x)
    return math.pow(convert_to_tensor(2, x.dtype), x)


@weakly()
def expm1(x: Any) -> Any:
    """exp(x) - 1, exact near 0 (numpy.expm1); integers count as float64."""
    return math.expm1(to_inexact(x))


@weakly()
def log(x: Any) -> Any:
    """The natural logarithm (numpy.log); integers count as float64."""
    return math.log(to_inexact(x))


@weakly()
def log2(x: Any) -> Any:
    """The logarithm to base 2 (numpy.log2); integers count as float64."""
    return over_constant(log(x), np.log(2))


@weakly()
def log10(x: Any) -> Any:
    """The logarithm to base 10 (numpy.log10); integers count as float64."""
    return over_constant(log(x), np.log(10))


@weakly()
def log1p(x: Any) -> Any:
    """log(1 + x), exact near 0 (numpy.log1p); integers count as float64."""
    return math.log1p(to_inexact(x))


# ---- powers ----


@weakly()
def sqrt(x: Any) -> Any:
    """The square root (numpy.sqrt); integers count as float64."""
    return math.sqrt(to_inexact(x))


@weakly()
def cbrt(x: Any) -> Any:
    """The real cube root, negative for negative x (numpy.cbrt); integers count as float64."""
    x = to_inexact(x)
    if behavior.prefer_float32:
        x = converted(x, result_type(x, 1.0 / 3))
    root = math.pow(math.abs(x), convert_to_tensor(1.0 / 3, x.dtype))
    return where(_negative(x), math.negative(root), root)


@weakly()
def square(x: Any) -> Any:
    """x * x (numpy.square)."""
    return math.square(asarray(x))


@weakly()
def reciprocal(x: Any) -> Any:
    """1 / x (numpy.reciprocal)."""
    return math.reciprocal(asarray(x))


# ---- trigonometry ----


@weakly()
def sin(x: Any) -> Any:
    """The sine (numpy.sin); integers count as float64."""
    return math.sin(to_inexact(x))


@weakly()
def cos(x: Any) -> Any:
    """The cosine (numpy.cos); integers count as float64."""
    return math.cos(to_inexact(x))


@weakly()
def tan(x: Any) -> Any:
    """The tangent (numpy.tan); integers count as float64."""
    return math.tan(to_inexact(x))


@weakly()
def arcsin(x: Any) -> Any:
    """The inverse sine (numpy.arcsin); integers count as float64."""
    return math.asin(to_inexact(x))


@weakly()
def arccos(x: Any) -> Any:
    """The inverse cosine (numpy.arccos); integers count as float64."""
    return math.acos(to_inexact(x))


@weakly()
def arctan(x: Any) -> Any:
    """The inverse tangent (numpy.arctan); integers count as float64."""
    return math.atan(to_inexact(x))


@weakly()
def sinh(x: Any) -> Any:
    """The hyperbolic sine (numpy.sinh); integers count as float64."""
    return math.sinh(to_inexact(x))


@weakly()
def cosh(x: Any) -> Any:
    """The hyperbolic cosine (numpy.cosh); integers count as float64."""
    return math.cosh(to_inexact(x))


@weakly()
def tanh(x: Any) -> Any:
    """The hyperbolic tangent (numpy.tanh); integers count as float64."""
    return math.tanh(to_inexact(x))


@weakly()
def arcsinh(x: Any) -> Any:
    """The inverse hyperbolic sine (numpy.arcsinh); integers count as float64."""
    return math.asinh(to_inexact(x))


def arccosh(x: Any) -> Any:
    """The inverse hyperbolic cosine (numpy.arccosh); integers count as float64. Never weak, as in TensorFlow."""
    return weak_or_plain(math.acosh(to_inexact(x)), False)


@weakly()
def arctanh(x: Any) -> Any:
    """The inverse hyperbolic tangent (numpy.arctanh); integers count as float64."""
    return math.atanh(to_inexact(x))


@weakly()
def sinc(x: Any) -> Any:
    """sin(pi x) / (pi x), 1 where x is 0 (numpy.sinc); integers count as float64."""
    x = to_inexact(x)
    turned = _scaled(x, np.pi)
    at_zero = math.equal(x, zeros([], x.dtype))
    return where(at_zero, convert_to_tensor(1, x.dtype), math.truediv(math.sin(turned), turned))


@weakly()
def deg2rad(x: Any) -> Any:
    """Degrees as radians (numpy.deg2rad); integers count as float64."""
    return _scaled(to_inexact(x), np.pi / 180.0)


@weakly()
def rad2deg(x: Any) -> Any:
    """Radians as degrees (numpy.rad2deg); integers count as float64."""
    x = asarray(x)
    kept = is_inexact(x) or (
        x.dtype.is_floating and behavior.mode == "off"
    )  # bfloat16, which numpy's rules do not know
    wanted = np.float64 if behavior.mode == "off" else result_type(x, 180.0 / np.pi)
    return _scaled(x if kept else cast(x, wanted), 180.0 / np.pi)


def _scaled(x: Any, factor: float) -> Any:
    dtype = result_type(x, factor) if behavior.prefer_float32 else x.dtype
    return math.multiply(converted(x, dtype), convert_to_tensor(factor, dtype))


def over_constant(x: Any, constant: np.float64) -> Any:
    """x / constant: numpy's float64, so that where numpy behaviour is enabled the dtypes meet in float64 at least."""
    dtype = x.dtype if behavior.mode == "off" else result_type(x, default_float())
    return math.truediv(converted(x, dtype), convert_to_tensor(constant, dtype))


# ---- signs and rounding ----


@weakly()
def abs(x: Any) -> Any:
    """The absolute value, real for complex x (numpy.abs)."""
    return math.abs(asarray(x))


@weakly()
def absolute(x: Any) -> Any:
    """The absolute value, real for complex x (numpy.absolute)."""
    return abs(x)


@weakly()
def fabs(x: Any) -> Any:
    """The absolute value (numpy.fabs); integers stay integers."""
    return abs(x)


@weakly()
def negative(x: Any) -> Any:
    """-x (numpy.negative)."""
    return math.negative(asarray(x))


@weakly()
def positive(x: Any) -> Any:
    """+x (numpy.positive)."""
    return asarray(x)


def sign(x: Any, out: Any = None, where: Any = None, **kwargs: Any) -> Any:
    """-1, 0 or 1 by the sign of x, x / |x| for complex x (numpy.sign).

    ValueError for the options that numpy has and TensorFlow does not: out, where and any other.
    """
    for name, value in {"out": out, "where": where}.items():
        if value:
            raise ValueError(f"tf.experimental.numpy.sign doesn't support setting {name}, got {value!r}.")
    if kwargs:
        raise ValueError(f"tf.experimental.numpy.sign doesn't support setting {', '.join(kwargs)}.")
    return math.sign(asarray(x))


def signbit(x: Any) -> Any:
    """Whether x is below 0 (numpy.signbit); False for -0.0."""
    x = asarray(x)
    return math.not_equal(x, x) if x.dtype.is_bool else _negative(x)


@weakly()
def ceil(x: Any) -> Any:
    """The least integer not below x (numpy.ceil); integers count as float64."""
    return math.ceil(to_inexact(x))


@weakly()
def floor(x: Any) -> Any:
    """The greatest integer not above x (numpy.floor); integers count as float64."""
    return math.floor(to_inexact(x))


@weakly()
def fix(x: Any) -> Any:
    """x rounded towards 0 (numpy.fix); integers count as float64."""
    x = to_inexact(x)
    return where(_negative(x), math.ceil(x), math.floor(x))


@weakly()
def around(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to `decimals` digits after the point, halves to even (numpy.around); keeps the dtype."""
    a = asarray(a)
    x = to_inexact(a)
    factor = cast(float(10**decimals) if decimals >= 0 else 10.0**decimals, x.dtype)
    return cast(math.truediv(math.round(math.multiply(x, factor)), factor), a.dtype)


@weakly()
def round(a: Any, decimals: int = 0) -> Any:
    """`a` rounded to `decimals` digits after the point, halves to even (numpy.round); keeps the dtype."""
    return around(a, decimals=decimals)


def _negative(x: Any) -> Any:
    return math.less(x, zeros([], x.dtype))


@weakly()
def bitwise_not(x: Any) -> Any:
    """The complement of the bits of integers; `not` on bool (numpy.bitwise_not)."""
    x = asarray(x)
    return math.logical_not(x) if x.dtype.is_bool else bitwise.invert(x)


# ---- complex numbers ----


@weakly()
def real(val: Any) -> Any:
    """The real part (numpy.real)."""
    return math.real(asarray(val))


@weakly()
def imag(val: Any) -> Any:
    """The imaginary part, zeros for a real array (numpy.imag)."""
    val = asarray(val)
    return math.imag(val) if val.dtype.is_complex else zeros_like(val)


@weakly()
def conj(x: Any) -> Any:
    """The complex conjugate (numpy.conj)."""
    return math.conj(asarray(x))


@weakly()
def conjugate(x: Any) -> Any:
    """The complex conjugate (numpy.conjugate)."""
    return conj(x)


@weakly()
def angle(z: Any, deg: bool = False) -> Any:
    """The angle of complex numbers, in radians unless `deg` (numpy.angle); 0 or pi, as float32, for real ones."""
    z = to_inexact(z)
    if z.dtype.is_complex:
        turned = math.angle(z)
    else:
        turned = where(_negative(z), convert_to_tensor(np.pi), convert_to_tensor(0.0))
    return rad2deg(turned) if deg else turned


# ---- kinds of numbers ----


def isnan(x: Any) -> Any:
    """Whether x is NaN (numpy.isnan)."""
    return math.is_nan(to_inexact(x))


def isfinite(x: Any) -> Any:
    """Whether x is neither infinite nor NaN (numpy.isfinite)."""
    return math.is_finite(to_inexact(x))


def isinf(x: Any) -> Any:
    """Whether x is infinite (numpy.isinf): an array for a floating tensor, Python's False for any other."""
    return math.is_inf(asarray(x)) if x.dtype.is_floating else False


def isneginf(x: Any) -> Any:
    """Whether x is minus infinity (numpy.isneginf): an array for a floating tensor, Python's False for any other."""
    return _equals(x, -np.inf) if x.dtype.is_floating else False


def isposinf(x: Any) -> Any:
    """Whether x is plus infinity (numpy.isposinf): an array for a floating tensor, Python's False for any other."""
    return _equals(x, np.inf) if x.dtype.is_floating else False


def _equals(x: Any, value: float) -> Any:
    return math.equal(x, convert_to_tensor(value, x.dtype))


def iscomplex(x: Any) -> Any:
    """Whether x has an imaginary part other than 0 (numpy.iscomplex)."""
    parts = imag(x)
    return math.not_equal(parts, zeros([], parts.dtype))


def isreal(x: Any) -> Any:
    """Whether x has no imaginary part other than 0 (numpy.isreal)."""
    return math.logical_not(iscomplex(x))


def iscomplexobj(x: Any) -> bool:
    """Whether the dtype of x is complex (numpy.iscomplexobj): a Python bool."""
    return is_kind(array(x), np.complexfloating)


def isrealobj(x: Any) -> bool:
    """Whether the dtype of x is not complex (numpy.isrealobj): a Python bool."""
    return not iscomplexobj(x)
