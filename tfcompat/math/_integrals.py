"""Special functions that torch lacks, by series and continued fractions, of float64 tensors."""

from __future__ import annotations

import math

import torch

_EULER = 0.57721566490153286


def dawson(x: torch.Tensor) -> torch.Tensor:
    """Dawson's integral, by Rybicki's sum of Gaussians around an even multiple of the step; near 0 by its series."""
    h = 0.2
    origin = 2 * torch.round(0.5 * torch.clamp(x, -1e6, 1e6) / h)
    rest = x - origin * h
    odd = torch.arange(-31, 32, 2, dtype=x.dtype, device=x.device)
    terms = torch.exp(-((rest.unsqueeze(-1) - odd * h) ** 2)) / (odd + origin.unsqueeze(-1))
    far = terms.sum(-1) / math.sqrt(math.pi)
    square, near, term = x * x, x, x
    for n in range(1, 12):
        term = -term * 2 * square / (2 * n + 1)
        near = near + term
    large = 1 / (2 * x)
    value = torch.where(x.abs() < 0.2, near, torch.where(x.abs() > 1e5, large, far))
    return torch.where(torch.isinf(x), 0.0, value)


def exponential(x: torch.Tensor) -> torch.Tensor:
    """The exponential integral Ei for positive x: its series, and from 40 on its asymptotic expansion."""
    small = torch.clamp(x, 1e-300, 40.0)
    term = torch.ones_like(small)
    series = _EULER + torch.log(small)
    for n in range(1, 150):
        term = term * small / n
        series = series + term / n
    large = torch.clamp_min(x, 40.0)
    term = torch.ones_like(large)
    expansion = torch.ones_like(large)
    for n in range(1, 35):
        term = term * n / large
        expansion = expansion + term
    value = torch.where(x < 40.0, series, torch.exp(x) / large * expansion)
    return torch.where(x == 0, float("-inf"), torch.where(x < 0, float("nan"), value))


def _fresnel(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Fresnel's integrals (cos, sin) of |x|: their series, and from 1.5 on the continued fraction of erfc."""
    a = x.abs()
    small = torch.clamp_max(a, 1.5)
    quarter = math.pi / 2 * small * small
    cos = torch.zeros_like(small)
    sin = torch.zeros_like(small)
    term = small
    for n in range(30):
        # The terms of the integral of exp(i pi t^2 / 2), real and imaginary by turns.
        part = term / (2 * n + 1)
        sign = 1 if n % 4 < 2 else -1
        if n % 2 == 0:
            cos = cos + sign * part
        else:
            sin = sin + sign * part
        term = term * quarter / (n + 1)
    large = torch.clamp(a, 1.5, 1e8)
    square = math.pi * large * large
    b = torch.complex(torch.ones_like(large), -square)
    fraction = 1 / b
    c, d = torch.full_like(b, 1e300), fraction
    for n in range(1, 200, 2):
        b = b + 4
        numerator = -n * (n + 1)
        d = 1 / (numerator * d + b)
        c = b + numerator / c
        fraction = fraction * c * d
    fraction = fraction * torch.complex(large, -large)
    phase = torch.complex(torch.cos(square / 2), torch.sin(square / 2))
    whole = torch.complex(torch.tensor(0.5, dtype=x.dtype), torch.tensor(0.5, dtype=x.dtype)) * (1 - phase * fraction)
    sign = torch.sign(x)
    far = a >= 1.5
    infinite = torch.isinf(x)
    found = [torch.where(far, w, s) for w, s in ((whole.real, cos), (whole.imag, sin))]
    return tuple(torch.where(infinite, 0.5, f) * sign for f in found)  # type: ignore[return-value]


def fresnel_cos(x: torch.Tensor) -> torch.Tensor:
    """The integral of cos(pi t^2 / 2) from 0 to x."""
    return _fresnel(x)[0]


def fresnel_sin(x: torch.Tensor) -> torch.Tensor:
    """The integral of sin(pi t^2 / 2) from 0 to x."""
    return _fresnel(x)[1]


# B(2k) / (2k + 1)! for k = 1, 2, ...: the coefficients of the dilogarithm in u = -log(1 - z).
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798, -174611 / 330)


def _dilogarithm(x: torch.Tensor) -> torch.Tensor:
    """Spence's function for x in [0.5, 2]."""
    u = -torch.log(x)
    square, power = u * u, u
    value = u - square / 4
    for k, bernoulli in enumerate(_BERNOULLI, 1):
        power = power * square
        value = value + bernoulli / math.factorial(2 * k + 1) * power
    return value


def spence(x: torch.Tensor) -> torch.Tensor:
    """The integral of log(t) / (1 - t) from 1 to x, brought into [0.5, 2] by its symmetries; NaN for negative x."""
    middle = _dilogarithm(torch.clamp(x, 0.5, 2.0))
    low = torch.clamp(x, 1e-300, 0.5)
    small = math.pi**2 / 6 - torch.log(low) * torch.log1p(-low) - _dilogarithm(1 - low)
    high = torch.clamp_min(x, 2.0)
    inverse = 1 / high
    logs = torch.log(high)
    # 1 / x lies in [0, 0.5]
    tail = math.pi**2 / 6 + logs * torch.log1p(-inverse) - _dilogarithm(1 - inverse)
    large = -0.5 * logs * logs - tail
    value = torch.where(x < 0.5, small, torch.where(x > 2.0, large, middle))
    return torch.where(x < 0, float("nan"), torch.where(x == 0, math.pi**2 / 6, value))
