"""CRC-32C, the checksum of TFRecords and of TensorFlow's checkpoints, at gigabytes a second in numpy.

A checksum is the remainder of the data, as a polynomial over GF(2), modulo one of degree 32. Long data is folded first:
with x^64 for a word of eight bytes, w^6777 + w^484 + w^100 + 1 is a multiple of the modulus, so the first words of the
data may be added (xor) to those 6293, 6677 and 6777 words later and dropped. What is left is looked up in tables.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

Data = Any  # bytes, bytearray, memoryview or a contiguous array

_POLYNOMIAL = 0x82F63B78  # of bits in reverse: x^0 is the highest
_ONES = 0xFFFFFFFF
_MASK_DELTA = 0xA282EAD8
_BLOCK = 512  # bytes looked up together
_FOLD = 6777  # words: the multiple's degree, and how far its other terms lie below it
_NEAR, _MIDDLE = 6293, 6677
_CHUNK, _TAIL = 8 * _NEAR, 8 * _FOLD  # bytes that are folded at once, and that must follow them
_TINY = 32  # bytes below which plain Python is faster
_WORD = np.dtype("<u8")


def crc32c(data: Data, crc: int = 0) -> int:
    """The CRC-32C of `data`, or of the data whose checksum is `crc` followed by `data`."""
    view = memoryview(data)
    if not view.nbytes:
        return crc
    start = crc ^ _ONES
    if view.nbytes < _TINY:
        return _bytewise(view.cast("B") if view.ndim else bytes(view), start) ^ _ONES
    flat = np.frombuffer(view, np.uint8)
    if flat.size < _TAIL + _CHUNK:
        return _looked_up(flat, start) ^ _ONES
    stream = Stream(crc)
    stream.update(flat)
    return stream.value()


def mask(crc: int) -> int:
    """A checksum as files store it, so that data that holds checksums has a good one itself."""
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & _ONES


def unmask(masked: int) -> int:
    """The checksum that `mask` made `masked` of."""
    rotated = (masked - _MASK_DELTA) & _ONES
    return ((rotated >> 17) | (rotated << 15)) & _ONES


def masked_crc32c(data: Data) -> int:
    """The masked CRC-32C of `data`."""
    return mask(crc32c(data))


def combined(first: int, second: int, length: int) -> int:
    """The checksum of two pieces of data from those of each; `length` is that of the second, in bytes."""
    return _product(first, _power(8 * length)) ^ second


def _bytewise(data: Any, crc: int) -> int:
    table = _byte_table()
    for byte in data:
        crc = table[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc


class Stream:
    """The checksum of data that comes in pieces, best of some megabytes each, which a processor's cache holds.

    The last bytes of a piece wait for the next, as what is folded is added to bytes that follow.
    """

    def __init__(self, crc: int = 0) -> None:
        self._start = crc ^ _ONES
        self._carry: np.ndarray | None = None
        self._waiting = np.empty(0, np.uint8)

    def update(self, data: np.ndarray) -> None:
        """Takes the next bytes, an array of uint8."""
        waiting = self._waiting
        if waiting.size:
            lacking = -waiting.size % _CHUNK
            if data.size < lacking + _TAIL + _CHUNK:
                data = np.concatenate([waiting, data])
            else:
                self._fold(np.concatenate([waiting, data[:lacking]]))
                data = data[lacking:]
        count = max(0, data.size - _TAIL) // _CHUNK * _CHUNK
        self._fold(data[:count])
        self._waiting = data[count:].copy()

    def value(self) -> int:
        """The checksum of what came so far."""
        rest, start = self._waiting, self._start
        if self._carry is not None:
            rest, start = rest.copy(), 0
            rest[:_TAIL].view(_WORD)[:] ^= self._carry
        elif rest.size < 4:
            return _bytewise(rest.tobytes(), start) ^ _ONES
        return _looked_up(rest, start) ^ _ONES

    def _fold(self, data: np.ndarray) -> None:
        """Adds whole chunks to the words that follow them: at first those of `carry`, of which the rest is zero."""
        if not data.size:
            return
        words, chunk = data.view(_WORD), np.empty(_NEAR, _WORD)
        if self._carry is None:
            self._carry = np.zeros(_FOLD, _WORD)
            self._carry[0] = self._start
        carry = self._carry
        parts = [carry[shift : shift + _NEAR] for shift in (_MIDDLE - _NEAR, _FOLD - _NEAR)]
        for at in range(0, words.size, _NEAR):
            np.bitwise_xor(words[at : at + _NEAR], carry[:_NEAR], out=chunk)
            later = carry[_NEAR:].copy()
            carry[:_NEAR] = chunk
            carry[_NEAR:] = 0
            for part in parts:
                np.bitwise_xor(part, chunk, out=part)
            carry[: later.size] ^= later


def _looked_up(flat: np.ndarray, start: int) -> int:
    """The remainder of at least four bytes."""
    count = -(-flat.size // _BLOCK)
    length = flat.size if count == 1 else count * _BLOCK
    padded = np.zeros(length, np.intp)  # zeros before the data change nothing
    front = length - flat.size
    padded[front:] = flat
    padded[front : front + 4] ^= np.frombuffer(start.to_bytes(4, "little"), np.uint8)
    offsets, table = _block_table()
    if count == 1:
        padded += offsets[-length:]
        return int(np.bitwise_xor.reduce(table.take(padded)))
    blocks = padded.reshape(count, _BLOCK)
    blocks += offsets
    found = np.bitwise_xor.reduce(table.take(blocks), axis=1)
    size = _BLOCK
    while found.size > 1:
        if found.size % 2:
            found = np.concatenate([np.zeros(1, np.uint32), found])
        found = _moved(found[::2], size) ^ found[1::2]
        size *= 2
    return int(found[0])


def _moved(crcs: np.ndarray, size: int) -> np.ndarray:
    """The remainders of what `crcs` are the remainders of, followed by `size` zero bytes."""
    tables = _move_tables(size)
    parts = np.ascontiguousarray(crcs).astype("<u4").view(np.uint8).reshape(-1, 4)
    return tables[0][parts[:, 0]] ^ tables[1][parts[:, 1]] ^ tables[2][parts[:, 2]] ^ tables[3][parts[:, 3]]


@functools.cache
def _byte_table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (_POLYNOMIAL if byte & 1 else 0)
        table.append(byte)
    return table


@functools.cache
def _block_table() -> tuple[np.ndarray, np.ndarray]:
    """The remainder of each byte at each place in a block, in one row, and where each place's part begins."""
    step = np.array(_byte_table(), np.uint32)
    table = np.empty((_BLOCK, 256), np.uint32)
    table[-1] = step
    for i in range(_BLOCK - 1, 0, -1):
        table[i - 1] = (table[i] >> 8) ^ step[table[i] & 255]
    return np.arange(_BLOCK, dtype=np.intp) * 256, table.ravel()


@functools.cache
def _move_tables(size: int) -> np.ndarray:
    power = _power(8 * size)
    bits = np.array([_product(1 << bit, power) for bit in range(32)], np.uint32).reshape(4, 8)
    tables = np.zeros((4, 256), np.uint32)
    for bit in range(8):
        tables[:, 1 << bit : 2 << bit] = tables[:, : 1 << bit] ^ bits[:, bit, None]
    return tables


def _product(left: int, right: int) -> int:
    result = 0
    for bit in range(31, -1, -1):
        if right >> bit & 1:
            result ^= left
        left = (left >> 1) ^ (_POLYNOMIAL if left & 1 else 0)
    return result


@functools.lru_cache(maxsize=256)
def _power(exponent: int) -> int:
    """x^exponent."""
    result, square = 1 << 31, 1 << 30
    while exponent:
        if exponent & 1:
            result = _product(result, square)
        square = _product(square, square)
        exponent >>= 1
    return result
