"""WAV files of 16-bit samples: the bytes of a RIFF container, read and written."""

from __future__ import annotations

import struct

import numpy as np

_BEFORE_FORMAT = frozenset({b"JUNK", b"axml", b"bext", b"iXML", b"levl", b"link", b"mext", b"qlty"})
_BYTES = 2  # of one sample
_MOST = 2**31 - 1


class WavError(ValueError):
    """Bytes that are no WAV file, or not one of 16-bit samples; or samples that none can hold."""


class _Reader:
    """Bytes taken from the front, one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes; WavError where there are not as many."""
        end = self.at + count
        if end > len(self.data):
            raise WavError("Data too short when trying to read string")
        part, self.at = self.data[self.at : end], end
        return part

    def expect(self, tag: bytes) -> None:
        """Takes `tag`; WavError where there is something else."""
        if (found := self.take(len(tag))) != tag:
            raise WavError(f"Header mismatch: Expected {tag.decode()} but found {_shown(found)}")

    def number(self) -> int:
        """The next four bytes as an unsigned number."""
        return struct.unpack("<I", self.take(4))[0]


def _shown(tag: bytes) -> str:
    return tag.decode("latin-1")


def _format(reader: _Reader) -> tuple[int, int]:
    """The number of channels and the sample rate, from the chunk of the format."""
    reader.expect(b"RIFF")
    reader.take(4)
    reader.expect(b"WAVE")
    while (tag := reader.take(4)) != b"fmt ":
        if tag not in _BEFORE_FORMAT:
            raise WavError(f"Unexpected field {_shown(tag)}")
        reader.take(reader.number())
    size = reader.number()
    if size not in (16, 18):
        raise WavError(f"Bad format chunk size for WAV: Expected 16 or 18, but got {size}")
    kind, channels, rate, per_second, per_frame, bits = struct.unpack("<HHIIHH", reader.take(16))
    reader.take(size - 16)
    if kind != 1:
        raise WavError(f"Bad audio format for WAV: Expected 1 (PCM), but got {kind}")
    if not channels:
        raise WavError("Bad number of channels for WAV: Expected at least 1, but got 0")
    if bits != 8 * _BYTES:
        raise WavError(f"Can only read 16-bit WAV files, but received {bits}")
    if per_frame != channels * _BYTES:
        raise WavError(f"Bad bytes per sample in WAV header: Expected {channels * _BYTES} but got {per_frame}")
    if per_second != per_frame * rate:
        raise WavError(
            f"Bad bytes per second in WAV header: Expected {per_frame * rate} but got {per_second} "
            f"(sample_rate={rate}, bytes_per_sample={per_frame})"
        )
    return channels, rate


def read(data: bytes) -> tuple[np.ndarray, int]:
    """The samples of a WAV file, int16 of [samples, channels], and its sample rate; WavError where it is none."""
    reader = _Reader(data)
    channels, rate = _format(reader)
    samples = None
    while reader.at < len(data):
        tag, size = reader.take(4), reader.number()
        if size > _MOST:
            raise WavError(f"WAV data chunk '{_shown(tag)}' is too large: {size} bytes, but the limit is {_MOST}")
        if tag != b"data":
            reader.at += size
        elif samples is None:
            frame = channels * _BYTES
            samples = np.frombuffer(reader.take(size // frame * frame), dtype="<i2").reshape(-1, channels)
        else:
            raise WavError("More than one data chunk found in WAV")
    if samples is None:
        raise WavError("No data chunk found in WAV")
    return samples, rate


def write(samples: np.ndarray, rate: int) -> bytes:
    """The WAV file of int16 `samples`, [samples, channels]; WavError where their number or `rate` do not fit in it."""
    channels = samples.shape[1]
    if not 0 < rate < 2**32:
        raise WavError(f"sample_rate must be in (0, 2^32), got: {rate % 2**64}")
    if not 0 < channels < 2**16:
        raise WavError(f"num_channels must be in (0, 2^16), got: {channels}")
    data, frame = samples.astype("<i2").tobytes(), channels * _BYTES
    if len(data) + 36 >= 2**32 or rate * frame >= 2**32 or frame >= 2**16:
        raise WavError(f"Too many samples for a WAV file: {samples.shape[0]} of {channels} channels at {rate} a second")
    header = struct.pack(
        "<4sI4s4sIHHIIHH",
        *(b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, channels),
        *(rate, rate * frame, frame, 8 * _BYTES),
    )
    return header + struct.pack("<4sI", b"data", len(data)) + data
