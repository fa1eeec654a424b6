"""Raw ops of Fourier transforms over the last one to three dimensions, or over given axes."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.sizes import vector
from tfcompat._core import dtypes
from tfcompat._core.arguments import axis
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import raw


def _last(x: torch.Tensor, n: int) -> list[int]:
    if x.ndim < n:
        raise Invalid(f"Input must have rank of at least {n} but got: {list(x.shape)}")
    return list(range(-n, 0))


def _lengths(fft_length: Any, n: int) -> list[int]:
    lengths = vector(fft_length, "T", "fft_length")
    if len(lengths) != n:
        raise Invalid(f"fft_length must have shape [{n}], got {lengths}")
    if any(isinstance(m, int) and m < 0 for m in lengths):
        raise Invalid(f"fft_length must be >= 0, got {lengths}")
    return lengths


def _fits(x: torch.Tensor, lengths: list[int], where: list[int]) -> None:
    """InvalidArgumentError where the input is smaller than the transform: the kernels crop it and do not pad it."""
    for d, n in zip(where, lengths, strict=True):
        if isinstance(n, int) and isinstance(x.shape[d], int) and x.shape[d] < n:
            raise Invalid(f"Input dimension {d % x.ndim} must have length of at least {n} but got: {x.shape[d]}")


def _as(x: torch.Tensor, dtype: dtypes.DType) -> torch.Tensor:
    if x.dtype != dtype.torch:
        raise Invalid(f"Wrong types for FFT: it gives {x.dtype}, not {dtype.name}")
    return x


def _empty(shape: list[Any], like: torch.Tensor, dtype: dtypes.DType) -> torch.Tensor:
    return torch.zeros(shape, dtype=dtype.torch, device=like.device)


def _register(n: int) -> None:
    suffix = "" if n == 1 else f"{n}D"

    def fft(input: Value) -> torch.Tensor:
        return torch.fft.fftn(input, dim=_last(input, n)) if input.numel() else input

    def ifft(input: Value) -> torch.Tensor:
        return torch.fft.ifftn(input, dim=_last(input, n)) if input.numel() else input

    def rfft(input: Value, fft_length: Any, Tcomplex: dtypes.DType) -> torch.Tensor:
        where, lengths = _last(input, n), _lengths(fft_length, n)
        if not input.numel() or 0 in lengths:
            return _empty(
                [*input.shape[:-n], *lengths[:-1], lengths[-1] // 2 + 1 if lengths[-1] else 0], input, Tcomplex
            )
        _fits(input, lengths, where)
        return _as(torch.fft.rfftn(input, lengths, where), Tcomplex)

    def irfft(input: Value, fft_length: Any, Treal: dtypes.DType) -> torch.Tensor:
        where, lengths = _last(input, n), _lengths(fft_length, n)
        if not input.numel() or 0 in lengths:
            return _empty([*input.shape[:-n], *lengths], input, Treal)
        _fits(input, [*lengths[:-1], lengths[-1] // 2 + 1], where)
        return _as(torch.fft.irfftn(input, lengths, where), Treal)

    inner = f"over the last {n} dimension{'s' if n > 1 else ''}"
    fft.__doc__, ifft.__doc__ = f"The Fourier transform {inner}.", f"The inverse Fourier transform {inner}."
    rfft.__doc__ = f"The Fourier transform of real numbers {inner}, cropped to fft_length."
    irfft.__doc__ = f"The inverse of RFFT{suffix}."
    for prefix, body in (("FFT", fft), ("IFFT", ifft), ("RFFT", rfft), ("IRFFT", irfft)):
        raw(f"{prefix}{suffix}")(body)


for _n in (1, 2, 3):
    _register(_n)


def _over(x: torch.Tensor, fft_length: Any, axes: Any) -> tuple[list[int], list[int]]:
    where = [axis(a, x.ndim, "axes") for a in vector(axes, "T", "axes")]
    if len(set(where)) != len(where):
        raise Invalid(f"axes must be unique, got {where}")
    return _lengths(fft_length, len(where)), where


@raw("FFTND")
def fftnd(input: Value, fft_length: Any, axes: Any) -> torch.Tensor:
    """The Fourier transform over `axes`, cropped or padded to fft_length."""
    return torch.fft.fftn(input, *_over(input, fft_length, axes))


@raw("IFFTND")
def ifftnd(input: Value, fft_length: Any, axes: Any) -> torch.Tensor:
    """The inverse of FFTND."""
    return torch.fft.ifftn(input, *_over(input, fft_length, axes))


@raw("RFFTND")
def rfftnd(input: Value, fft_length: Any, axes: Any, Tcomplex: dtypes.DType) -> torch.Tensor:
    """The Fourier transform of real numbers over `axes`, cropped or padded to fft_length."""
    return _as(torch.fft.rfftn(input, *_over(input, fft_length, axes)), Tcomplex)


@raw("IRFFTND")
def irfftnd(input: Value, fft_length: Any, axes: Any, Treal: dtypes.DType) -> torch.Tensor:
    """The inverse of RFFTND."""
    return _as(torch.fft.irfftn(input, *_over(input, fft_length, axes)), Treal)
