"""tf.math's functions of one number: powers, exponentials, trigonometry, rounding and the parts of a complex number."""

from __future__ import annotations

import torch

from tfcompat._core.arguments import BOOLEAN, COMPLEXES, FLOATS, INEXACT, INTEGERS, NUMBERS, expect
from tfcompat._core.ops import Value, op

_ROUNDED = INEXACT | {torch.int8, torch.int16, torch.int32, torch.int64}


@op("Exp")
def exp(x: Value, name: str | None = None) -> torch.Tensor:
    """e to the power of x, elementwise, for floating or complex x (tf.math.exp)."""
    return torch.exp(expect(x, INEXACT))


@op("Expm1")
def expm1(x: Value, name: str | None = None) -> torch.Tensor:
    """exp(x) - 1, elementwise and exact near 0 (tf.math.expm1)."""
    return torch.expm1(expect(x, INEXACT))


@op("Log")
def log(x: Value, name: str | None = None) -> torch.Tensor:
    """The natural logarithm, elementwise, for floating or complex x (tf.math.log)."""
    return torch.log(expect(x, INEXACT))


@op("Log1p")
def log1p(x: Value, name: str | None = None) -> torch.Tensor:
    """log(1 + x), elementwise and exact near 0 (tf.math.log1p)."""
    return torch.log1p(expect(x, INEXACT))


@op("Sqrt")
def sqrt(x: Value, name: str | None = None) -> torch.Tensor:
    """The square root, elementwise, for floating or complex x (tf.math.sqrt)."""
    return torch.sqrt(expect(x, INEXACT))


@op("Rsqrt")
def rsqrt(x: Value, name: str | None = None) -> torch.Tensor:
    """1 / sqrt(x), elementwise, for floating or complex x (tf.math.rsqrt)."""
    return torch.rsqrt(expect(x, INEXACT))


@op("Square")
def square(x: Value, name: str | None = None) -> torch.Tensor:
    """x * x, elementwise, for any numbers (tf.math.square)."""
    return torch.mul(expect(x, NUMBERS), x)


@op("Reciprocal")
def reciprocal(x: Value, name: str | None = None) -> torch.Tensor:
    """1 / x, elementwise, for floating or complex x (tf.math.reciprocal)."""
    return torch.reciprocal(expect(x, INEXACT, without_kernel=_ROUNDED))


@op("Sin")
def sin(x: Value, name: str | None = None) -> torch.Tensor:
    """The sine of x in radians, elementwise (tf.math.sin)."""
    return torch.sin(expect(x, INEXACT))


@op("Cos")
def cos(x: Value, name: str | None = None) -> torch.Tensor:
    """The cosine of x in radians, elementwise (tf.math.cos)."""
    return torch.cos(expect(x, INEXACT))


@op("Tan")
def tan(x: Value, name: str | None = None) -> torch.Tensor:
    """The tangent of x in radians, elementwise (tf.math.tan)."""
    return torch.tan(expect(x, INEXACT))


@op("Asin")
def asin(x: Value, name: str | None = None) -> torch.Tensor:
    """The angle in [-pi/2, pi/2] whose sine is x, elementwise (tf.math.asin)."""
    return torch.asin(expect(x, INEXACT))


@op("Acos")
def acos(x: Value, name: str | None = None) -> torch.Tensor:
    """The angle in [0, pi] whose cosine is x, elementwise (tf.math.acos)."""
    return torch.acos(expect(x, INEXACT))


@op("Atan")
def atan(x: Value, name: str | None = None) -> torch.Tensor:
    """The angle in [-pi/2, pi/2] whose tangent is x, elementwise (tf.math.atan)."""
    return torch.atan(expect(x, INEXACT))


@op("Sinh")
def sinh(x: Value, name: str | None = None) -> torch.Tensor:
    """The hyperbolic sine, elementwise (tf.math.sinh)."""
    return torch.sinh(expect(x, INEXACT))


@op("Cosh")
def cosh(x: Value, name: str | None = None) -> torch.Tensor:
    """The hyperbolic cosine, elementwise (tf.math.cosh)."""
    return torch.cosh(expect(x, INEXACT))


@op("Tanh")
def tanh(x: Value, name: str | None = None) -> torch.Tensor:
    """The hyperbolic tangent, elementwise (tf.math.tanh, tf.nn.tanh)."""
    return torch.tanh(expect(x, INEXACT))


@op("Asinh")
def asinh(x: Value, name: str | None = None) -> torch.Tensor:
    """The number whose hyperbolic sine is x, elementwise (tf.math.asinh)."""
    return torch.asinh(expect(x, INEXACT))


@op("Acosh")
def acosh(x: Value, name: str | None = None) -> torch.Tensor:
    """The number >= 0 whose hyperbolic cosine is x, elementwise; NaN for x < 1 (tf.math.acosh)."""
    y = torch.acosh(expect(x, INEXACT))
    # TensorFlow derives it from y: NaN has the gradient NaN.
    return y * torch.where(torch.isnan(y.detach()), float("nan"), 1.0).to(y.dtype) if x.requires_grad else y


@op("Atanh")
def atanh(x: Value, name: str | None = None) -> torch.Tensor:
    """The number whose hyperbolic tangent is x, elementwise (tf.math.atanh)."""
    return torch.atanh(expect(x, INEXACT))


@op("Sigmoid")
def sigmoid(x: Value, name: str | None = None) -> torch.Tensor:
    """1 / (1 + exp(-x)), elementwise (tf.math.sigmoid, tf.nn.sigmoid)."""
    return torch.sigmoid(expect(x, INEXACT))


@op("LogSigmoid")
def log_sigmoid(x: Value, name: str | None = None) -> torch.Tensor:
    """log(sigmoid(x)), elementwise, for floating x; no overflow for large negative ones (tf.math.log_sigmoid)."""
    return -softplus_(-expect(x, FLOATS))


def softplus_(x: torch.Tensor) -> torch.Tensor:
    """log(1 + exp(x)) of a torch tensor; above the threshold 1 + exp(x) is exp(x) in x's precision."""
    return torch.nn.functional.softplus(x, threshold=40.0 if x.dtype is torch.float64 else 20.0)


@op("Softplus")
def softplus(features: Value, name: str | None = None) -> torch.Tensor:
    """log(1 + exp(features)), elementwise, for floating features (tf.math.softplus, tf.nn.softplus)."""
    return softplus_(expect(features, FLOATS))


@op("Softsign")
def softsign(features: Value, name: str | None = None) -> torch.Tensor:
    """features / (1 + |features|), elementwise, for floating features (tf.math.softsign, tf.nn.softsign)."""
    infinite = torch.isinf(expect(features, FLOATS))
    x = torch.where(infinite, torch.zeros_like(features), features)  # infinity / infinity, but with the gradient 0
    return torch.where(infinite, float("nan"), x / (1 + torch.abs(x)))


@op("Floor")
def floor(x: Value, name: str | None = None) -> torch.Tensor:
    """The largest whole number that is not above x, elementwise, for floating x; has no gradient (tf.math.floor)."""
    return torch.floor(expect(x, FLOATS).detach())


@op("Ceil")
def ceil(x: Value, name: str | None = None) -> torch.Tensor:
    """The smallest whole number that is not below x, elementwise, for floating x; no gradient (tf.math.ceil)."""
    return torch.ceil(expect(x, FLOATS).detach())


@op("Round")
def round(x: Value, name: str | None = None) -> torch.Tensor:
    """x to the nearest whole number, halves to the even one; integers stay; no gradient (tf.math.round)."""
    if x.dtype in INTEGERS:
        return x
    x = expect(x, _ROUNDED).detach()
    return torch.complex(torch.round(x.real), torch.round(x.imag)) if x.dtype in COMPLEXES else torch.round(x)


@op("Rint")
def rint(x: Value, name: str | None = None) -> torch.Tensor:
    """x to the nearest whole number, halves to the even one, for floating x; no gradient (tf.math.rint)."""
    return torch.round(expect(x, FLOATS).detach())


@op("Sign")
def sign(x: Value, name: str | None = None) -> torch.Tensor:
    """-1, 0 or 1 by the sign of x; x / |x| for complex x, NaN for NaN; its gradient is 0 (tf.math.sign)."""
    expect(x, _ROUNDED)
    if x.dtype in COMPLEXES:
        return torch.sgn(x)
    # torch.sign gives 0 for NaN; adding x * 0 would give NaN for infinities as well.
    return torch.where(torch.isnan(x), x.detach(), torch.sign(x)) if x.dtype in FLOATS else torch.sign(x)


@op("LogicalNot")
def logical_not(x: Value, name: str | None = None) -> torch.Tensor:
    """Whether x is False, elementwise, for bool x (tf.math.logical_not)."""
    return torch.logical_not(expect(x, BOOLEAN))


@op("IsNan")
def is_nan(x: Value, name: str | None = None) -> torch.Tensor:
    """Whether x is NaN, elementwise, for floating x (tf.math.is_nan)."""
    return torch.isnan(expect(x, FLOATS))


@op("IsInf")
def is_inf(x: Value, name: str | None = None) -> torch.Tensor:
    """Whether x is infinite, elementwise, for floating x (tf.math.is_inf)."""
    return torch.isinf(expect(x, FLOATS))


@op("IsFinite")
def is_finite(x: Value, name: str | None = None) -> torch.Tensor:
    """Whether x is neither infinite nor NaN, elementwise, for floating x (tf.math.is_finite)."""
    return torch.isfinite(expect(x, FLOATS))
