"""tf.math's gamma function and its relatives: error functions, incomplete gamma and beta functions, zeta."""

from __future__ import annotations

import math

import torch

from tfcompat._core.arguments import FLOATS, HALVES, INEXACT, axes, expect
from tfcompat._core.derivatives import differentiable
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.operators import incompatible_shapes
from tfcompat._core.ops import Alike, Invalid, Value, op
from tfcompat.math.arithmetic import xlog1py_, xlogy_

_DOUBLE = frozenset({torch.float32, torch.float64})


@op("Lgamma")
def lgamma(x: Value, name: str | None = None) -> torch.Tensor:
    """log(|gamma(x)|), elementwise, for floats (tf.math.lgamma)."""
    return _lgamma(expect(x, FLOATS))


def _digamma_value(x: torch.Tensor) -> torch.Tensor:
    return torch.where((x <= 0) & (torch.floor(x) == x), float("nan"), torch.digamma(x))


_lgamma = differentiable(torch.lgamma, lambda x: _digamma(x))
_digamma = differentiable(_digamma_value, lambda x: _polygamma(torch.ones_like(x), x))


@op("Digamma")
def digamma(x: Value, name: str | None = None) -> torch.Tensor:
    """The derivative of lgamma, elementwise, for floats; NaN at its poles (tf.math.digamma)."""
    return _digamma(expect(x, FLOATS))


@op("Erf")
def erf(x: Value, name: str | None = None) -> torch.Tensor:
    """The error function, elementwise, for floats (tf.math.erf)."""
    return torch.erf(expect(x, FLOATS))


@op("Erfc")
def erfc(x: Value, name: str | None = None) -> torch.Tensor:
    """1 - erf(x), elementwise and exact for large x, for floats (tf.math.erfc)."""
    return torch.erfc(expect(x, FLOATS))


@op("Erfinv")
def erfinv(x: Value, name: str | None = None) -> torch.Tensor:
    """The number whose erf is x, elementwise, for floats (tf.math.erfinv)."""
    return torch.erfinv(expect(x, FLOATS))


def _ndtri(x: torch.Tensor) -> torch.Tensor:
    return torch.special.ndtri(x.to(torch.float32)).to(x.dtype) if x.dtype in HALVES else torch.special.ndtri(x)


@op("Ndtri")
def ndtri(x: Value, name: str | None = None) -> torch.Tensor:
    """The number below which a share x of the standard normal distribution lies, for floats (tf.math.ndtri)."""
    return _ndtri(expect(x, FLOATS))


@op("Erfcinv")
def erfcinv(x: Value, name: str | None = None) -> torch.Tensor:
    """The number whose erfc is x, elementwise, for floats (tf.math.erfcinv)."""
    if x.dtype not in INEXACT:
        raise Invalid(f"Argument `x` takes floats, got dtype {BY_STORAGE[x.dtype]!r}.", TypeError)
    return -_ndtri(0.5 * expect(x, FLOATS)) * math.sqrt(0.5)


@op("Lbeta")
def lbeta(x: Value, name: str | None = None) -> torch.Tensor:
    """The logarithm of the multivariate beta function along the last axis, for floats (tf.math.lbeta)."""
    dims = axes(-1, expect(x, FLOATS).ndim)
    return torch.sum(torch.lgamma(x), dims) - torch.lgamma(torch.sum(x, dims))


def _igamma(a: torch.Tensor, x: torch.Tensor, upper: bool) -> torch.Tensor:
    function = torch.special.gammaincc if upper else torch.special.gammainc
    wide = a.dtype in HALVES
    p, q = (a.to(torch.float32), x.to(torch.float32)) if wide else (a, x)
    value = torch.where((p > 0) & (q >= 0), function(p, q), float("nan"))
    return (value if upper else torch.where(q == 0, 0.0, value)).to(a.dtype)


def _igamma_slope(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of the lower regularized incomplete gamma function by `a`, by a five-point difference."""
    p, q = a.detach().to(torch.float64), x.detach().to(torch.float64)
    h = 1e-3 * torch.clamp_min(p, 1e-2)
    f = [torch.special.gammainc(p + k * h, q) for k in (-2, -1, 1, 2)]
    slope = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)
    return torch.where((p > 0) & (q >= 0), slope, float("nan")).to(a.dtype)


def _igamma_density(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative by `x`."""
    return torch.exp(-x + (a - 1) * torch.log(x) - _lgamma(a))


_lower = differentiable(lambda a, x: _igamma(a, x, upper=False), _igamma_slope, _igamma_density)
_upper = differentiable(
    lambda a, x: _igamma(a, x, upper=True),
    lambda a, x: -_igamma_slope(a, x),
    lambda a, x: -_igamma_density(a, x),
)


@op("Igamma", explain=incompatible_shapes)
def igamma(a: Alike, x: Alike, name: str | None = None) -> torch.Tensor:
    """The lower regularized incomplete gamma function, elementwise with broadcasting, for floats (tf.math.igamma)."""
    return _lower(expect(a, FLOATS), x)


@op("Igammac", explain=incompatible_shapes)
def igammac(a: Alike, x: Alike, name: str | None = None) -> torch.Tensor:
    """1 - igamma(a, x), exact for large x, elementwise with broadcasting, for floats (tf.math.igammac)."""
    return _upper(expect(a, FLOATS), x)


@op("Zeta", explain=incompatible_shapes)
def zeta(x: Alike, q: Alike, name: str | None = None) -> torch.Tensor:
    """The Hurwitz zeta function, elementwise with broadcasting; differentiable by q (tf.math.zeta)."""
    return _zeta(expect(x, _DOUBLE), q)


def _zeta_value(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    # At its poles, the whole q <= 0, TensorFlow has infinity for the even x alone.
    pole = (q <= 0) & (torch.floor(q) == q) & (x > 1) & (torch.remainder(x, 2) != 0)
    value = torch.where(torch.isposinf(q) & (x > 1), 0.0, torch.special.zeta(x, q))  # NaN in torch
    return torch.where(pole, float("nan"), value)


_zeta = differentiable(_zeta_value, None, lambda x, q: -x * _zeta(x + 1, q))


@op("Polygamma", explain=incompatible_shapes)
def polygamma(a: Alike, x: Alike, name: str | None = None) -> torch.Tensor:
    """The a-th derivative of digamma, elementwise with broadcasting; differentiable by x (tf.math.polygamma).

    a: whole numbers that are not negative, as floats; NaN for others.
    """
    return _polygamma(expect(a, _DOUBLE), x)


def _polygamma_value(order: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    valid = (order >= 0) & (torch.floor(order) == order)
    wide = x.to(torch.float32) if x.dtype in HALVES else x
    n = torch.where(valid & (order > 0), order, 1.0).to(wide.dtype)
    sign = torch.where(n % 2 == 0, -1.0, 1.0).to(wide.dtype)
    higher = sign * torch.exp(torch.lgamma(n + 1)) * _zeta_value(n + 1, wide)
    value = torch.where(valid, torch.where(order == 0, _digamma_value(wide), higher), float("nan"))
    return value.to(x.dtype)


_polygamma = differentiable(_polygamma_value, None, lambda a, x: _polygamma(a + 1, x))


_ITERATIONS = 200


def _beta_fraction(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The continued fraction of the incomplete beta function, by Lentz's method; it converges for x below its mean."""
    tiny = 1e-300

    def nonzero(t: torch.Tensor) -> torch.Tensor:
        return torch.where(t.abs() < tiny, tiny, t)

    c = torch.ones_like(x)
    d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, _ITERATIONS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / nonzero(1 + even * d), nonzero(1 + even / c)
        h = h * d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / nonzero(1 + odd * d), nonzero(1 + odd / c)
        h = h * d * c
    return h


def _log_beta(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return _lgamma(a) + _lgamma(b) - _lgamma(a + b)


@op("Betainc", explain=incompatible_shapes)
def betainc(a: Alike, b: Alike, x: Alike, name: str | None = None) -> torch.Tensor:
    """The regularized incomplete beta function, elementwise; differentiable by x (tf.math.betainc).

    a, b: positive, x: in [0, 1]; NaN elsewhere. InvalidArgumentError for shapes that differ, unless one is a scalar's.
    """
    expect(a, _DOUBLE)
    if len({tuple(t.shape) for t in (a, b, x) if t.ndim}) > 1:
        shapes = ", ".join(f"[{','.join(map(str, t.shape))}]" for t in (a, b, x))
        raise Invalid(f"Shapes of a, b and x are inconsistent: {shapes}")
    return _betainc(a, b, x)


def _betainc_value(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    p, q, t = torch.broadcast_tensors(a.double(), b.double(), x.double())
    front = torch.exp(p * torch.log(t) + q * torch.log1p(-t) - _log_beta(p, q))
    low = t <= (p + 1) / (p + q + 2)
    direct = front * _beta_fraction(torch.where(low, p, q), torch.where(low, q, p), torch.where(low, t, 1 - t))
    direct = direct / torch.where(low, p, q)
    value = torch.where(low, direct, 1 - direct)
    value = torch.where(t == 0, 0.0, torch.where(t == 1, 1.0, value))
    return torch.where((p > 0) & (q > 0) & (t >= 0) & (t <= 1), value, float("nan")).to(a.dtype)


def _beta_density(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative by `x`; the powers tend to 1 where their exponent is 0."""
    return torch.exp(xlog1py_(b - 1, -x) + xlogy_(a - 1, x) - _log_beta(a, b))


_betainc = differentiable(_betainc_value, None, None, _beta_density)
