"""Parts of tensors in checkpoints: as text, and as keys of an index, numbers and strings that sort as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Extent = tuple[int, int]  # where a part starts in a dimension, and its length; -1 for all of it


def extents_of(proto: Any) -> tuple[Extent, ...]:
    """What a TensorSliceProto says."""
    return tuple((e.start, e.length if e.HasField("length") else -1) for e in proto.extent)


Place = tuple[list[int], list[Extent]]  # the shape of a tensor, and where a part lies in it


def place(text: str) -> Place | None:
    """The shape and the part that "4 5 0,2:-" tells, rows 0 and 1 of a matrix; None for "", all of a tensor.

    ValueError for what is no such text.
    """
    if not text:
        return None
    *words, extents = text.split(" ")
    try:
        sizes = [int(word) for word in words]
        parts = [(0, -1) if e == "-" else tuple(map(int, e.split(","))) for e in extents.split(":")]
        if len(parts) != len(sizes) or any(len(part) != 2 for part in parts):
            raise ValueError
    except ValueError:
        raise ValueError(f"Expected a shape and a slice, as in '4 5 0,2:-', got '{text}'") from None
    return sizes, parts  # type: ignore[return-value]


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
