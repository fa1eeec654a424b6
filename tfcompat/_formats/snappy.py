"""Snappy, the compression of older TensorFlow tables and of snapshots (raw blocks, no framing)."""

from __future__ import annotations


class SnappyError(ValueError):
    """Bytes that are no Snappy block, or one that is cut short or damaged."""


def varint(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """The number at `at`, seven bits a byte from the lowest, and where it ends; ValueError where it does not."""
    value = shift = 0
    while shift < 64:
        if at >= len(data):
            raise ValueError("a number is cut short")
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("a number is longer than 64 bits")


def decompress(data: bytes | memoryview) -> bytes:
    """The bytes that a block holds; SnappyError where it is damaged. At most 64 times as long as the block."""
    try:
        size, at = varint(data, 0)
    except ValueError as error:
        raise SnappyError(f"The length of a Snappy block: {error}") from None
    if size > 64 * len(data):  # a copy of three bytes makes 64 at the most
        raise SnappyError(f"A Snappy block of {len(data)} bytes claims to hold {size}")
    out = bytearray()
    while at < len(data):
        at = _element(data, at, out, size)
    if len(out) != size:
        raise SnappyError(f"A Snappy block holds {len(out)} bytes, not {size} as it says")
    return bytes(out)


def _element(data: bytes | memoryview, at: int, out: bytearray, size: int) -> int:
    """Adds what the element at `at` stands for, bytes or a copy of earlier ones; where the element ends."""
    tag = data[at]
    at += 1
    kind, length = tag & 3, (tag >> 2) + 1
    if kind == 0:
        if length > 60:
            extra = length - 60
            length = int.from_bytes(data[at : at + extra], "little") + 1
            at += extra
        end = at + length
        if end > len(data):
            raise SnappyError(f"Bytes are missing at {at} of a Snappy block")
        out += data[at:end]
    else:
        if kind == 1:
            length = ((tag >> 2) & 7) + 4
            end = at + 1
            offset = (tag >> 5) << 8 | int.from_bytes(data[at:end], "little")
        else:
            end = at + (2 if kind == 2 else 4)
            offset = int.from_bytes(data[at:end], "little")
        if end > len(data) or not 0 < offset <= len(out):
            raise SnappyError(f"A copy at {at} of a Snappy block reaches {offset} bytes back from {len(out)}")
        start = len(out) - offset
        piece = out[start : start + length]
        # A copy may overlap what it writes: the bytes so far then repeat.
        out += (piece * (length // len(piece) + 1))[:length]
    if len(out) > size:
        raise SnappyError(f"A Snappy block holds more than the {size} bytes that it says")
    return end


def literal(data: bytes | memoryview) -> bytes:
    """A block that holds the bytes as they are."""
    size, rest = bytearray(), len(data)
    while rest > 127:
        size.append(rest & 127 | 128)
        rest >>= 7
    size.append(rest)
    return bytes(size) + (b"\xfc" + (len(data) - 1).to_bytes(4, "little") + bytes(data) if data else b"")
