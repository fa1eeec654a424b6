"""Cosine transforms, and what is made of them for audio: coefficients of Mel spectrograms."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.ops import Value, op

_INVERSE = {1: 1, 2: 3, 3: 2, 4: 4}


def _checked(input: Any, type: int, n: Any, axis: int, norm: str | None) -> Any:
    """The input of a transform as a tensor, its arguments being right."""
    x = convert_to_tensor(input)
    if axis != -1:
        raise NotImplementedError(f"axis must be -1. Got: {axis}")
    if n is not None and n < 1:
        raise ValueError("n should be a positive integer or None")
    if type not in _INVERSE:
        raise ValueError("Types I, II, III and IV (I)DCT are supported.")
    x.shape.with_rank_at_least(1)
    if type == 1:
        if norm == "ortho":
            raise ValueError("Normalization is not supported for the Type-I DCT.")
        if x.shape[-1] is not None and x.shape[-1] < 2:
            raise ValueError("Type-I DCT requires the dimension to be greater than one.")
    if norm not in (None, "ortho"):
        raise ValueError(f"Unknown normalization. Expected None or 'ortho', got: {norm}")
    if x.dtype not in (dtypes.float32, dtypes.float64):
        raise TypeError(f"The (I)DCT takes tf.float32 and tf.float64, got an input of {x.dtype!r}.")
    return x


def _resized(x: torch.Tensor, n: Any) -> torch.Tensor:
    """The first `n` elements along the last axis, with zeros where there are not as many."""
    size = x.shape[-1]
    return x[..., :n] if n <= size else torch.nn.functional.pad(x, (0, n - size))


def _turns(n: Any, like: torch.Tensor, direction: int) -> torch.Tensor:
    """2 * exp(i pi k / 2n), for k = 0, 1, ... n - 1."""
    angles = direction * torch.arange(n, device=like.device).to(like.dtype) * math.pi * 0.5 / n
    return 2 * torch.exp(torch.complex(torch.zeros_like(angles), angles))


def _first_apart(first: torch.Tensor, others: torch.Tensor, n: Any) -> torch.Tensor:
    """A vector of `first` and then n - 1 times `others`."""
    return torch.cat([first.reshape(1), others.expand(n - 1)])


def _second(x: torch.Tensor, norm: str | None) -> torch.Tensor:
    n = x.shape[-1]
    y = (torch.fft.rfft(x, 2 * n)[..., :n] * _turns(n, x, -1)).real
    if norm == "ortho":
        scale = 0.5 * torch.rsqrt(torch.scalar_tensor(n, dtype=x.dtype, device=x.device))
        y = y * _first_apart(scale, scale * math.sqrt(2), n)
    return y


def _third(x: torch.Tensor, norm: str | None) -> torch.Tensor:
    n = x.shape[-1]
    if norm == "ortho":
        scale = torch.sqrt(torch.scalar_tensor(n, dtype=x.dtype, device=x.device))
        x = x * _first_apart(scale, scale * math.sqrt(0.5), n)
    else:
        x = x * n
    return torch.fft.irfft(_turns(n, x, 1) * x, 2 * n)[..., :n]


def _fourth(x: torch.Tensor, norm: str | None) -> torch.Tensor:
    n = x.shape[-1]
    y = _second(_resized(x, 2 * n), None)[..., 1::2]
    return y * (math.sqrt(0.5) / torch.sqrt(torch.scalar_tensor(n, dtype=x.dtype))).to(y) if norm == "ortho" else y


def transformed(x: torch.Tensor, type: int, norm: str | None = None) -> torch.Tensor:
    """The cosine transform of a torch tensor along its last axis."""
    if not x.numel():
        return x.view_as(x)
    if type == 1:
        return torch.fft.rfft(torch.cat([x, x[..., 1:-1].flip(-1)], -1)).real
    return {2: _second, 3: _third, 4: _fourth}[type](x, norm)


@op("DCT")
def _dct(input: Value, type: int, n: Any, norm: str | None, name: str | None = None) -> torch.Tensor:
    return transformed(input if n is None else _resized(input, integer(n, "n")), type, norm)


@dispatchable
def dct(
    input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None, name: str | None = None
) -> Any:
    """The discrete cosine transform of type 1, 2, 3 or 4 along the last axis, not scaled (tf.signal.dct).

    n: to how many samples the axis is cut or filled up with zeros first. norm: "ortho" makes types 2, 3 and 4
    orthonormal. TypeError for dtypes other than float32 and float64, NotImplementedError for another axis, ValueError
    for other arguments that are wrong.
    """
    return _dct(_checked(input, type, n, axis, norm), type, n, norm, name)


@dispatchable
def idct(
    input: Any, type: int = 2, n: Any = None, axis: int = -1, norm: str | None = None, name: str | None = None
) -> Any:
    """The inverse of `dct` of that type with norm "ortho", else a multiple of it: 2n times, 2 (n - 1) for type 1.

    The arguments are those of `dct`. (tf.signal.idct)
    """
    return _dct(_checked(input, type, n, axis, norm), _INVERSE[type], n, norm, name)


@op("MFCCsFromLogMelSpectrograms")
def _mfccs(log_mel_spectrograms: Value, name: str | None = None) -> torch.Tensor:
    x = log_mel_spectrograms
    bins = torch.scalar_tensor(x.shape[-1], dtype=x.dtype, device=x.device)
    return transformed(x, 2) * torch.rsqrt(bins * 2)


@dispatchable
def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Any:
    """Mel-frequency cepstral coefficients: the cosine transform, over the square root of twice the number of bins.

    log_mel_spectrograms: [..., num_mel_bins], float32 or float64; the shape stays. ValueError where there are no bins.
    (tf.signal.mfccs_from_log_mel_spectrograms)
    """
    x = _checked(log_mel_spectrograms, 2, None, -1, None)
    if x.shape[-1] == 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {x!s}")
    return _mfccs(x, name)
