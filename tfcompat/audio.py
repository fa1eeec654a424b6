"""tf.audio: sound as the bytes of a WAV file."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat import _names
from tfcompat._core import device, dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, kernel_dtype
from tfcompat._core.storage import to_numpy
from tfcompat._formats import wav
from tfcompat.strings.elements import array, as_strings, filled, string_op

_SCALE = 1 << 15


class DecodeWav(NamedTuple):
    """What `decode_wav` returns."""

    audio: Any
    sample_rate: Any


@string_op("DecodeWav")
def _decode_wav(contents: Value, desired_channels: int, desired_samples: int, name: str | None = None) -> DecodeWav:
    data = array(contents)
    if data.ndim:
        raise Invalid(f"contents must be scalar, got shape {_dims(data.shape)}")
    for argument, value in (("desired_channels", desired_channels), ("desired_samples", desired_samples)):
        if value < -1:
            raise Invalid(f"{argument} must be >= -1, got {value}")
    try:
        samples, rate = wav.read(data.item())
    except wav.WavError as e:
        raise Invalid(str(e)) from None
    found, channels = samples.shape
    count, width = (
        want if want >= 0 else has for want, has in ((desired_samples, found), (desired_channels, channels))
    )
    audio = torch.zeros((count, width), dtype=torch.float32)
    taken = np.minimum(np.arange(width), channels - 1)  # the last channel serves for those that are missing
    audio[:found] = torch.from_numpy(samples[:count, taken].astype(np.float32)) / _SCALE
    return DecodeWav(audio.to(device.default()), torch.tensor(rate, dtype=torch.int32))


def decode_wav(contents: Any, desired_channels: int = -1, desired_samples: int = -1, name: str | None = None) -> Any:
    """The samples of a WAV file of 16 bits, in [-1, 1), and their rate (tf.audio.decode_wav).

    contents: the bytes, a scalar string. desired_channels, desired_samples: how many to return, those of the file where
    -1; the last channel is repeated and the end filled up with zeros. Returns (audio, sample_rate): float32 of
    [samples, channels] and an int32 scalar. InvalidArgumentError for bytes that are no such file.
    """
    return DecodeWav(*_decode_wav(as_strings(contents), desired_channels, desired_samples, name))


def _as_samples(audio: torch.Tensor) -> np.ndarray:
    """Numbers in [-1, 1] as int16, rounded half away from zero, those beyond set to the nearest."""
    scaled = to_numpy(audio).astype(np.float64) * _SCALE
    rounded = np.trunc(scaled + np.copysign(0.5, scaled))
    return np.nan_to_num(np.clip(rounded, -_SCALE, _SCALE - 1)).astype(np.int16)


@string_op("EncodeWav")
def _encode_wav(audio: Value, sample_rate: Value, name: str | None = None) -> np.ndarray:
    if not isinstance(audio, torch.Tensor) or audio.dtype != torch.float32:
        kind = kernel_dtype(BY_STORAGE[audio.dtype])
        raise Invalid(f"input #0(zero-based) was expected to be a float tensor but is a {kind} tensor")
    if audio.ndim != 2:
        raise Invalid(f"audio must be 2-dimensional, got {_dims(audio.shape)}")
    if sample_rate.ndim:
        raise Invalid(f"Input sample_rate should be a scalar tensor, got {_dims(sample_rate.shape)} instead.")
    try:
        return filled([wav.write(_as_samples(audio), int(sample_rate))], ())
    except wav.WavError as e:
        raise Invalid(str(e)) from None


def encode_wav(audio: Any, sample_rate: Any, name: str | None = None) -> Any:
    """The bytes of a WAV file of 16 bits with the samples `audio`, a scalar string (tf.audio.encode_wav).

    audio: float32 of [samples, channels], in [-1, 1]: what is beyond is set to the nearest bound. sample_rate: int32,
    samples a second. InvalidArgumentError for other dtypes and shapes, and where there is no channel.
    """
    x = audio if hasattr(audio, "dtype") else convert_to_tensor(audio, dtypes.float32)
    return _encode_wav(x, convert_to_tensor(sample_rate, dtypes.int32), name)


__getattr__ = _names.module_getattr("tf.audio", globals())
