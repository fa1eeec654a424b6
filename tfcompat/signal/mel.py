"""The Mel scale, on which equal steps sound equally far apart."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.creation import linspace
from tfcompat._core import dtypes
from tfcompat._core.ops import Value, op
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat.dtypes.casting import cast

_BREAK_HERTZ = 700.0
_HIGH_QUOTIENT = 1127.0


def _mel(hertz: torch.Tensor) -> torch.Tensor:
    return _HIGH_QUOTIENT * torch.log(1 + hertz / _BREAK_HERTZ)


def _check(num_mel_bins: Any, sample_rate: Any, lower: Any, upper: Any, kind: dtypes.DType) -> None:
    if num_mel_bins <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {num_mel_bins}")
    if lower < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower}")
    if lower >= upper:
        raise ValueError(f"lower_edge_hertz {lower:.1f} >= upper_edge_hertz {upper:.1f}")
    if not isinstance(sample_rate, Tensor):
        if sample_rate <= 0.0:
            raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
        if upper > sample_rate / 2:
            raise ValueError(
                "upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). "
                f"Got {upper} for sample_rate: {sample_rate}"
            )
    if not kind.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {kind}")


@op("LinearToMelWeightMatrix")
def _weights(sample_rate: Value, mel_bins: int, bins: Any, lower: Any, upper: Any, name: str | None = None) -> Any:
    spaced = linspace.op.body
    zero = sample_rate.new_zeros(())
    # The first bin, of frequency 0, belongs to no band.
    points = _mel(spaced(zero, sample_rate / 2, bins)[1:]).unsqueeze(1)
    edges = spaced(_mel(zero + lower), _mel(zero + upper), mel_bins + 2)
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    slopes = torch.minimum((points - left) / (centre - left), (right - points) / (right - centre))
    return torch.nn.functional.pad(torch.maximum(zero, slopes), (0, 0, 1, 0))


def linear_to_mel_weight_matrix(
    num_mel_bins: Any = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Any:
    """The matrix by which spectrograms are multiplied to have their energy in bands of the Mel scale.

    Each of the num_mel_bins columns is a triangle over frequency, between lower_edge_hertz and upper_edge_hertz, of the
    num_spectrogram_bins from 0 to sample_rate / 2. ValueError for numbers out of range or a `dtype` that is not
    floating. (tf.signal.linear_to_mel_weight_matrix)
    """
    if isinstance(sample_rate, EagerTensor):
        sample_rate = sample_rate.numpy()
    kind = dtypes.as_dtype(dtype)
    _check(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, kind)
    rate = cast(sample_rate, kind)
    return _weights(rate, int(num_mel_bins), num_spectrogram_bins, lower_edge_hertz, upper_edge_hertz, name)
