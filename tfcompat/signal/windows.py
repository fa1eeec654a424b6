"""Windows: weights that let a frame of a signal fade in and out."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core import device, dtypes
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import Invalid, Value, op


def _floating(dtype: Any) -> Any:
    """The torch dtype of a window; ValueError where `dtype` is no floating point type."""
    kind = dtypes.as_dtype(dtype)
    if not kind.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {kind}")
    return kind.torch


def _length(window_length: Any) -> Any:
    """The number of weights, an int32 scalar; ValueError for other ranks, TypeError for what is no integer."""
    t = to_storage(window_length, dtypes.int32)
    if t.ndim:
        raise ValueError(f"Shape {tuple(t.shape)} must have rank 0")
    n = t.item()
    if isinstance(n, int) and n < 0:
        raise Invalid(f"Argument `window_length` must be >= 0, got {n}")
    return n


def _count(n: Any, kind: torch.dtype) -> torch.Tensor:
    """0, 1, ... n - 1."""
    return torch.arange(n, device=device.default()).to(kind)


def _raised_cosine(window_length: Any, periodic: Any, dtype: Any, a: float, b: float) -> torch.Tensor:
    """a - b * cos, over one period of the cosine; `periodic` leaves its last point out where the length is even."""
    kind = _floating(dtype)
    n = _length(window_length)
    whole = to_storage(periodic, dtypes.bool)
    if whole.ndim:
        raise ValueError(f"Shape {tuple(whole.shape)} must have rank 0")
    if isinstance(n, int) and n == 1:
        return torch.ones(1, dtype=kind, device=device.default())
    count = _count(n, kind)
    last = (n - 1 + whole.to(torch.int32) * (1 - n % 2)).to(device=count.device, dtype=kind)
    turn = torch.tensor(2 * math.pi, dtype=kind, device=count.device)
    return a - b * torch.cos(turn * count / last)


@op("HannWindow")
def hann_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> torch.Tensor:
    """Half of a cosine that is raised to begin at 0 (tf.signal.hann_window).

    periodic: whether an even window ends a step before 0, as a spectrum needs it; otherwise it is symmetric. Shape:
    [window_length]. ValueError where `dtype` is not floating.
    """
    return _raised_cosine(window_length, periodic, dtype, 0.5, 0.5)


@op("HammingWindow")
def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> torch.Tensor:
    """As `hann_window`, but from 0.08: 0.54 - 0.46 * cos (tf.signal.hamming_window)."""
    return _raised_cosine(window_length, periodic, dtype, 0.54, 0.46)


@op("VorbisWindow")
def vorbis_window(window_length: Any, dtype: Any = dtypes.float32, name: str | None = None) -> torch.Tensor:
    """The power-complementary window of the Vorbis codec, for `mdct` (tf.signal.vorbis_window).

    Shape: [window_length]. ValueError where `dtype` is not floating.
    """
    kind = _floating(dtype)
    n = _length(window_length)
    count = _count(n, kind)
    step = math.pi / torch.scalar_tensor(n, dtype=kind, device=count.device)
    return torch.sin(math.pi / 2 * torch.sin(step * (count + 0.5)) ** 2)


def _kaiser(n: Any, beta: torch.Tensor) -> torch.Tensor:
    if isinstance(n, int) and n == 1:
        return torch.ones(1, dtype=beta.dtype, device=beta.device)
    half = (torch.scalar_tensor(n, dtype=torch.float32, device=beta.device) - 1) / 2
    at = (torch.arange(n, device=beta.device) - half).to(beta.dtype) / half.to(beta.dtype)
    bend = beta * torch.sqrt(torch.relu(1 - torch.square(at)))
    return torch.exp(bend - beta) * (_i0e(bend) / _i0e(beta))


def _i0e(x: torch.Tensor) -> torch.Tensor:
    wide = x if x.dtype in (torch.float32, torch.float64) else x.float()
    return torch.special.i0e(wide).to(x.dtype)


@op("KaiserWindow")
def _kaiser_window(window_length: Any, beta: Value, dtype: Any, name: str | None = None) -> torch.Tensor:
    kind = _floating(dtype)
    n = _length(window_length)
    if isinstance(n, int) and n < 1:
        raise Invalid(f"Argument `window_length` must be >= 1, got {n}")
    return _kaiser(n, beta.to(kind))


def kaiser_window(window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None) -> Any:
    """The window of Kaiser and Bessel: the larger `beta`, the wider and the cleaner its spectrum.

    Differentiable in beta. Shape: [window_length]. InvalidArgumentError for a length of 0, ValueError where `dtype` is
    not floating. (tf.signal.kaiser_window)
    """
    return _kaiser_window(window_length, convert_to_tensor(beta), dtype, name)


@op("KaiserBesselDerivedWindow")
def _kaiser_bessel_derived(window_length: Any, beta: Value, dtype: Any, name: str | None = None) -> torch.Tensor:
    kind = _floating(dtype)
    total = torch.cumsum(_kaiser(_length(window_length) // 2 + 1, beta.to(kind)), 0)
    half = torch.sqrt(total[:-1] / total[-1])
    return torch.cat([half, half.flip(0)])


def kaiser_bessel_derived_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None
) -> Any:
    """The power-complementary window made of a `kaiser_window`, for `mdct` (tf.signal.kaiser_bessel_derived_window).

    Shape: [window_length], one less where that is odd. ValueError where `dtype` is not floating.
    """
    return _kaiser_bessel_derived(window_length, convert_to_tensor(beta), dtype, name)
