"""tf.math.special: Bessel functions, and the integrals of Dawson, Fresnel, Spence and the exponential one."""

from __future__ import annotations

import math

import torch

from tfcompat import _names
from tfcompat._core.arguments import FLOATS, HALVES, expect
from tfcompat._core.derivatives import differentiable
from tfcompat._core.ops import Value, op
from tfcompat.math import _integrals as integrals
from tfcompat.math._derivatives import widened

_special = torch.special


def _by_x(function, x):
    """function / x: a term of the derivatives of the functions of order 1."""
    return function / x


def _from_zero(function, limit):
    """`function` of positive numbers, `limit` for the others."""
    return lambda x: torch.where(x <= 0, limit, function(x))


_INFINITY = float("inf")
# TensorFlow's derivative of I1 at 0 is 1; it should be 0.5.
_I0 = differentiable(_special.i0, lambda x: _I1(x))
_I1 = differentiable(_special.i1, lambda x: torch.where(x == 0, 1.0, _I0(x) - _by_x(_I1(x), x)))
_J0 = differentiable(_special.bessel_j0, lambda x: -_J1(x))
_J1 = differentiable(_special.bessel_j1, lambda x: torch.where(x == 0, 0.5, _J0(x) - _by_x(_J1(x), x)))
_Y0 = differentiable(_from_zero(_special.bessel_y0, -_INFINITY), lambda x: -_Y1(x))
_Y1 = differentiable(_from_zero(_special.bessel_y1, -_INFINITY), lambda x: _Y0(x) - _by_x(_Y1(x), x))
_K0 = differentiable(_from_zero(_special.modified_bessel_k0, _INFINITY), lambda x: -_K1(x))
_K1 = differentiable(_from_zero(_special.modified_bessel_k1, _INFINITY), lambda x: -_K0(x) - _by_x(_K1(x), x))
_K0E = differentiable(_from_zero(_special.scaled_modified_bessel_k0, _INFINITY), lambda x: _K0E(x) - _K1E(x))
_K1E = differentiable(
    _from_zero(_special.scaled_modified_bessel_k1, _INFINITY), lambda x: _K1E(x) - _K0E(x) - _by_x(_K1E(x), x)
)
_DAWSN = differentiable(widened(integrals.dawson), lambda x: 1 - 2 * x * _DAWSN(x))
_EXPINT = differentiable(widened(integrals.exponential), lambda x: torch.exp(x) / x)
_FRESNEL_COS = differentiable(widened(integrals.fresnel_cos), lambda x: torch.cos(math.pi / 2 * x * x))
_FRESNEL_SIN = differentiable(widened(integrals.fresnel_sin), lambda x: torch.sin(math.pi / 2 * x * x))
_SPENCE = differentiable(widened(integrals.spence), lambda x: torch.where(x == 1, -1.0, torch.log(x) / (1 - x)))


def _applied(function, x: torch.Tensor) -> torch.Tensor:
    """`function` of floats; half precision in float32."""
    expect(x, FLOATS)
    return function(x.to(torch.float32)).to(x.dtype) if x.dtype in HALVES else function(x)


@op("BesselI0")
def bessel_i0(x: Value, name: str | None = None) -> torch.Tensor:
    """The modified Bessel function of the first kind of order 0, elementwise (tf.math.special.bessel_i0)."""
    return _applied(_I0, x)


@op("BesselI0e")
def bessel_i0e(x: Value, name: str | None = None) -> torch.Tensor:
    """exp(-|x|) * bessel_i0(x), elementwise (tf.math.special.bessel_i0e)."""
    return _applied(_special.i0e, x)


@op("BesselI1")
def bessel_i1(x: Value, name: str | None = None) -> torch.Tensor:
    """The modified Bessel function of the first kind of order 1, elementwise (tf.math.special.bessel_i1)."""
    return _applied(_I1, x)


@op("BesselI1e")
def bessel_i1e(x: Value, name: str | None = None) -> torch.Tensor:
    """exp(-|x|) * bessel_i1(x), elementwise (tf.math.special.bessel_i1e)."""
    return _applied(_special.i1e, x)


@op("BesselJ0")
def bessel_j0(x: Value, name: str | None = None) -> torch.Tensor:
    """The Bessel function of the first kind of order 0, elementwise (tf.math.special.bessel_j0)."""
    return _applied(_J0, x)


@op("BesselJ1")
def bessel_j1(x: Value, name: str | None = None) -> torch.Tensor:
    """The Bessel function of the first kind of order 1, elementwise (tf.math.special.bessel_j1)."""
    return _applied(_J1, x)


@op("BesselY0")
def bessel_y0(x: Value, name: str | None = None) -> torch.Tensor:
    """The Bessel function of the second kind of order 0, elementwise (tf.math.special.bessel_y0)."""
    return _applied(_Y0, x)


@op("BesselY1")
def bessel_y1(x: Value, name: str | None = None) -> torch.Tensor:
    """The Bessel function of the second kind of order 1, elementwise (tf.math.special.bessel_y1)."""
    return _applied(_Y1, x)


@op("BesselK0")
def bessel_k0(x: Value, name: str | None = None) -> torch.Tensor:
    """The modified Bessel function of the second kind of order 0, elementwise (tf.math.special.bessel_k0)."""
    return _applied(_K0, x)


@op("BesselK0e")
def bessel_k0e(x: Value, name: str | None = None) -> torch.Tensor:
    """exp(x) * bessel_k0(x), elementwise (tf.math.special.bessel_k0e)."""
    return _applied(_K0E, x)


@op("BesselK1")
def bessel_k1(x: Value, name: str | None = None) -> torch.Tensor:
    """The modified Bessel function of the second kind of order 1, elementwise (tf.math.special.bessel_k1)."""
    return _applied(_K1, x)


@op("BesselK1e")
def bessel_k1e(x: Value, name: str | None = None) -> torch.Tensor:
    """exp(x) * bessel_k1(x), elementwise (tf.math.special.bessel_k1e)."""
    return _applied(_K1E, x)


@op("Dawsn")
def dawsn(x: Value, name: str | None = None) -> torch.Tensor:
    """Dawson's integral exp(-x^2) * integral of exp(t^2) from 0 to x, elementwise (tf.math.special.dawsn)."""
    return _applied(_DAWSN, x)


@op("Expint")
def expint(x: Value, name: str | None = None) -> torch.Tensor:
    """The exponential integral Ei, elementwise; NaN for negative x, as TensorFlow's (tf.math.special.expint)."""
    return _applied(_EXPINT, x)


@op("FresnelCos")
def fresnel_cos(x: Value, name: str | None = None) -> torch.Tensor:
    """Fresnel's integral of cos(pi t^2 / 2) from 0 to x, elementwise (tf.math.special.fresnel_cos)."""
    return _applied(_FRESNEL_COS, x)


@op("FresnelSin")
def fresnel_sin(x: Value, name: str | None = None) -> torch.Tensor:
    """Fresnel's integral of sin(pi t^2 / 2) from 0 to x, elementwise (tf.math.special.fresnel_sin)."""
    return _applied(_FRESNEL_SIN, x)


@op("Spence")
def spence(x: Value, name: str | None = None) -> torch.Tensor:
    """Spence's integral of log(t) / (1 - t) from 1 to x, the dilogarithm of 1 - x (tf.math.special.spence)."""
    return _applied(_SPENCE, x)


__getattr__ = _names.module_getattr("tf.math.special", globals())
