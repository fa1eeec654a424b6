"""Raw ops on sound: spectrograms and the coefficients of speech (MFCC)."""

from __future__ import annotations

import math

import torch

from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import raw


@raw("AudioSpectrogram")
def audio_spectrogram(input: Value, window_size: int, stride: int, magnitude_squared: bool) -> torch.Tensor:
    """[channels, slices, frequencies] of [samples, channels]: the magnitudes of windows' Fourier transforms.

    The windows are Hann's, filled up with zeros to a power of two.
    """
    if input.ndim != 2:
        raise Invalid(f"input should be 2-dimensional, got shape {list(input.shape)}")
    if window_size < 2:
        raise Invalid(f"window_size must be at least 2, got {window_size}")
    if stride < 1:
        raise Invalid(f"stride must be at least 1, got {stride}")
    length = 1 << (window_size - 1).bit_length()
    sound = input.t().to(torch.float64)
    if sound.shape[1] < window_size:
        return input.new_zeros(sound.shape[0], 0, length // 2 + 1)
    window = torch.hann_window(window_size, periodic=True, dtype=torch.float64, device=input.device)
    spectrum = torch.fft.rfft(sound.unfold(1, window_size, stride) * window, length)
    power = spectrum.real.square() + spectrum.imag.square()
    return (power if magnitude_squared else power.sqrt()).to(torch.float32)


@raw("Mfcc")
def mfcc(
    spectrogram: Value,
    sample_rate: Value,
    upper_frequency_limit: float,
    lower_frequency_limit: float,
    filterbank_channel_count: int,
    dct_coefficient_count: int,
) -> torch.Tensor:
    """[channels, slices, coefficients] of a spectrogram: the cosine transform of the logarithms of mel bands."""
    if spectrogram.ndim != 3:
        raise Invalid(f"spectrogram must be 3-dimensional, got shape {list(spectrogram.shape)}")
    if filterbank_channel_count < 1 or dct_coefficient_count < 1:
        raise Invalid("filterbank_channel_count and dct_coefficient_count must be positive")
    if dct_coefficient_count > filterbank_channel_count:
        raise Invalid("dct_coefficient_count must not be larger than filterbank_channel_count")
    limits = lower_frequency_limit, upper_frequency_limit
    bank = _mel_bank(spectrogram.shape[2], int(sample_rate), limits, filterbank_channel_count)
    bands = spectrogram.to(torch.float64).sqrt() @ bank.to(spectrogram.device)
    logs = bands.clamp(min=1e-12).log()
    number = torch.arange(dct_coefficient_count, dtype=torch.float64)[:, None]
    place = torch.arange(filterbank_channel_count, dtype=torch.float64) + 0.5
    cosines = math.sqrt(2 / filterbank_channel_count) * torch.cos(number * math.pi / filterbank_channel_count * place)
    return (logs @ cosines.t().to(logs.device)).to(torch.float32)


def _mel(frequency: torch.Tensor) -> torch.Tensor:
    return 1127.0 * torch.log1p(frequency / 700.0)


def _mel_bank(bins: int, sample_rate: int, limits: tuple[float, float], channels: int) -> torch.Tensor:
    """[bins, channels]: how much each frequency counts in each band, triangles of equal width in mels."""
    if not 0 <= limits[0] < limits[1]:
        raise Invalid(f"lower_frequency_limit must be nonnegative and below upper_frequency_limit, got {limits}")
    low, high = _mel(torch.tensor(limits, dtype=torch.float64))
    centers = low + (high - low) / (channels + 1) * torch.arange(1, channels + 2, dtype=torch.float64)
    per_bin = 0.5 * sample_rate / (bins - 1)
    first, last = int(1.5 + limits[0] / per_bin), int(limits[1] / per_bin)
    place = torch.arange(bins, dtype=torch.float64)
    mels = _mel(place * per_bin)
    band = torch.searchsorted(centers, mels) - 1  # the band whose center is at or below
    below, above = (
        torch.cat([low[None], centers])[band + 1],
        torch.cat([low[None], centers])[(band + 2).clamp(max=channels + 1)],
    )
    weight = (above - mels) / (above - below)
    used = (place >= first) & (place <= last) & (band < channels)
    bank = torch.zeros(bins, channels + 1, dtype=torch.float64)
    rows = torch.arange(bins)
    bank[rows, band.clamp(0, channels)] += torch.where(used & (band >= 0), weight, 0)
    bank[rows, (band + 1).clamp(0, channels)] += torch.where(used & (band + 1 < channels), 1 - weight, 0)
    return bank[:, :channels]
