"""Sorted string tables, LevelDB's file format, in which TensorFlow keeps the index of a checkpoint.

A table is blocks of keys and values in order, a block that tells where each of them lies, and a footer. A block ends
with its kind of compression and a checksum. Keys leave out what they share with the key before them.
"""

from __future__ import annotations

import bisect
import os
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from tfcompat._formats.crc32c import crc32c, mask, masked_crc32c
from tfcompat._formats.snappy import decompress, varint

_MAGIC = struct.pack("<Q", 0xDB4775248B80FB57)
_FOOTER = 48
_TRAILER = 5  # of a block: its compression and checksum
_BLOCK = 1 << 18
_RESTART = 16
_NONE, _SNAPPY = b"\0", b"\1"


class TableError(ValueError):
    """Bytes that are no table, or one that is cut short or damaged."""


def is_table(path: str) -> bool:
    """Whether a file ends as a table does."""
    with open(path, "rb") as file:
        file.seek(max(0, os.fstat(file.fileno()).st_size - len(_MAGIC)))
        return file.read() == _MAGIC


class Table:
    """A table to look keys up in; iterating it gives keys and values in order.

    data: its bytes, or a mapped file. TableError, with the offset, where it is damaged.
    """

    def __init__(self, data: Any) -> None:
        if len(data) < _FOOTER:
            raise TableError("file is too short to be an sstable")
        if data[-8:] != _MAGIC:
            raise TableError("not an sstable (bad magic number)")
        self._data, footer = data, data[-_FOOTER:-8]
        try:
            _, _, at = _handle(footer, 0)  # the index of further data, of which TensorFlow has none
            offset, size, _ = _handle(footer, at)
        except ValueError as error:
            raise TableError(f"the footer at byte {len(data) - _FOOTER}: {error}") from None
        self._lasts, self._blocks = [], []
        for key, handle in _entries(data, offset, size):
            try:
                where, length, _ = _handle(handle, 0)
            except ValueError as error:
                raise TableError(f"the index block at byte {offset}: {error}") from None
            self._lasts.append(key)
            self._blocks.append((where, length))

    def get(self, key: bytes) -> bytes | None:
        """The value of a key; None where there is none."""
        number = bisect.bisect_left(self._lasts, key)
        if number == len(self._blocks):
            return None
        return next((value for found, value in _entries(self._data, *self._blocks[number]) if found == key), None)

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        previous = None
        for where, length in self._blocks:
            for key, value in _entries(self._data, where, length):
                if previous is not None and key <= previous:
                    raise TableError(f"the block at byte {where}: the keys are not in order")
                previous = key
                yield key, value


def read(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a table, in order; TableError, with the offset, where it is damaged."""
    yield from Table(data)


def _handle(data: bytes, at: int) -> tuple[int, int, int]:
    """Where a block starts, its size, and where this ends."""
    offset, at = varint(data, at)
    size, at = varint(data, at)
    return offset, size, at


def _block(data: Any, offset: int, size: int) -> bytes:
    end = offset + size
    if end + _TRAILER > len(data) - _FOOTER:
        raise TableError(f"the block at byte {offset}: its {size} bytes reach beyond the file's {len(data)}")
    if mask(crc32c(data[offset : end + 1])) != int.from_bytes(data[end + 1 : end + _TRAILER], "little"):
        raise TableError(f"the block at byte {offset}: block checksum mismatch")
    compression = data[end : end + 1]
    if compression == _NONE:
        return data[offset:end]
    if compression != _SNAPPY:
        raise TableError(f"the block at byte {offset}: unknown compression {compression[0]}")
    try:
        return decompress(data[offset:end])
    except ValueError as error:
        raise TableError(f"the block at byte {offset}: {error}") from None


def _entries(data: Any, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    block = _block(data, offset, size)
    try:
        yield from _pairs(block)
    except ValueError as error:
        raise TableError(f"the block at byte {offset}: {error}") from None


def _pairs(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    if len(block) < 4:
        raise ValueError("it is too short")
    limit = len(block) - 4 - 4 * int.from_bytes(block[-4:], "little")
    if limit < 0:
        raise ValueError("its restart points do not fit in it")
    key, at = b"", 0
    while at < limit:
        shared, at = varint(block, at)
        unshared, at = varint(block, at)
        length, at = varint(block, at)
        middle, end = at + unshared, at + unshared + length
        if shared > len(key) or end > limit:
            raise ValueError(f"bad entry at {at}")
        key = key[:shared] + block[at:middle]
        yield key, block[middle:end]
        at = end


def write(pairs: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The table of keys, in ascending order, and their values; ValueError where they are in no such order."""
    out = bytearray()
    index: list[tuple[bytes, bytes]] = []
    pending: list[tuple[bytes, bytes]] = []
    room, last = _BLOCK, None
    for key, value in pairs:
        if last is not None and key <= last:
            raise ValueError(f"Keys of a table are to ascend, got {key!r} after {last!r}")
        if room <= 0:
            index.append((_between(pending[-1][0], key), _append(out, pending)))
            pending, room = [], _BLOCK
        last = key
        pending.append((key, value))
        room -= len(key) + len(value) + 3
    if pending:
        index.append((_after(pending[-1][0]), _append(out, pending)))
    handles = _append(out, []) + _append(out, index, restart=1)
    return bytes(out + handles.ljust(_FOOTER - 8, b"\0") + _MAGIC)


def _between(low: bytes, high: bytes) -> bytes:
    """A short key that is no lower than `low` and lower than `high`."""
    shared = _shared(low, high)
    if shared < min(len(low), len(high)) and low[shared] < 255 and low[shared] + 1 < high[shared]:
        return low[:shared] + bytes([low[shared] + 1])
    return low


def _after(key: bytes) -> bytes:
    """A short key that is no lower than `key`."""
    for i, byte in enumerate(key):
        if byte < 255:
            return key[:i] + bytes([byte + 1])
    return key


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes at the front are the same."""
    size = min(len(one), len(other))
    if one[:size] == other[:size]:
        return size
    return next(i for i in range(size) if one[i] != other[i])


def _append(out: bytearray, pairs: list[tuple[bytes, bytes]], restart: int = _RESTART) -> bytes:
    """Adds a block; where it lies and its size, as a table's index stores them."""
    block, restarts = bytearray(), []
    before = b""
    for i, (key, value) in enumerate(pairs):
        shared = 0
        if i % restart:
            shared = _shared(before, key)
        else:
            restarts.append(len(block))
        block += encode_varint(shared) + encode_varint(len(key) - shared) + encode_varint(len(value))
        block += key[shared:] + value
        before = key
    restarts = restarts or [0]
    block += struct.pack(f"<{len(restarts) + 1}I", *restarts, len(restarts))
    handle = encode_varint(len(out)) + encode_varint(len(block))
    out += block + _NONE + struct.pack("<I", masked_crc32c(block + _NONE))
    return handle


def encode_varint(value: int) -> bytes:
    """A number of at most 64 bits, seven a byte from the lowest."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
