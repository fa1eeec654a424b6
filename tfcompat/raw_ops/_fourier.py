"""Raw ops of Fourier transforms that public ops serve with other parameters: of real numbers, and over given axes."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import body, raw
from tfcompat.signal import fourier


def _as(x: torch.Tensor, dtype: dtypes.DType) -> torch.Tensor:
    if x.dtype != dtype.torch:
        raise Invalid(f"Wrong types for FFT: it gives {x.dtype}, not {dtype.name}")
    return x


def _register(n: int) -> None:
    suffix, where = ("", "last dimension") if n == 1 else (f"{n}D", f"last {n} dimensions")

    @raw(f"RFFT{suffix}")
    def rfft(input: Value, fft_length: Any, Tcomplex: dtypes.DType) -> torch.Tensor:
        return _as(fourier.analysed(input, fft_length, n), Tcomplex)

    @raw(f"IRFFT{suffix}")
    def irfft(input: Value, fft_length: Any, Treal: dtypes.DType) -> torch.Tensor:
        return _as(fourier.synthesized(input, fft_length, n), Treal)

    rfft.__doc__ = f"The Fourier transform of real numbers over the {where}, cropped to fft_length."
    irfft.__doc__ = f"The inverse of RFFT{suffix}."


for _n in (1, 2, 3):
    _register(_n)


@raw("FFTND")
def fftnd(input: Value, fft_length: Any, axes: Any) -> torch.Tensor:
    """The Fourier transform over `axes`, cropped or padded to fft_length."""
    return body(fourier._fftnd)(input, fft_length, axes, None)


@raw("IFFTND")
def ifftnd(input: Value, fft_length: Any, axes: Any) -> torch.Tensor:
    """The inverse of FFTND."""
    return body(fourier._ifftnd)(input, fft_length, axes, None)


@raw("RFFTND")
def rfftnd(input: Value, fft_length: Any, axes: Any, Tcomplex: dtypes.DType) -> torch.Tensor:
    """The Fourier transform of real numbers over `axes`, cropped or padded to fft_length."""
    return _as(body(fourier._rfftnd)(input, fft_length, axes, None), Tcomplex)


@raw("IRFFTND")
def irfftnd(input: Value, fft_length: Any, axes: Any, Treal: dtypes.DType) -> torch.Tensor:
    """The inverse of RFFTND."""
    return _as(body(fourier._irfftnd)(input, fft_length, axes, None), Treal)
