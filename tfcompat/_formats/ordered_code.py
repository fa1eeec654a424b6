"""The keys of parts of tensors in a checkpoint's index: numbers and strings as bytes that sort as they do."""

from __future__ import annotations

from collections.abc import Sequence

Extent = tuple[int, int]  # where a part starts in a dimension, and its length; -1 for all of it


def slice_key(name: str, extents: Sequence[Extent]) -> bytes:
    """The key of the part of the tensor `name` that `extents` describe, one for each dimension."""
    key = _number(0) + _string(name.encode("utf8")) + _number(len(extents))
    return key + b"".join(_signed(start) + _signed(length) for start, length in extents)


def _number(value: int) -> bytes:
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return bytes([len(data)]) + data


def _string(value: bytes) -> bytes:
    escaped = {0: b"\0\xff", 255: b"\xff\0"}
    return b"".join(escaped.get(byte) or bytes([byte]) for byte in value) + b"\0\1"


def _signed(value: int) -> bytes:
    """As many leading ones as there are bytes, then the number; all of it inverted where it is negative."""
    magnitude = ~value if value < 0 else value
    size = (magnitude.bit_length() + 7) // 7
    header = ((1 << size) - 1) << 7 * size
    return (value & ((1 << 8 * size) - 1) ^ header).to_bytes(size, "big")
