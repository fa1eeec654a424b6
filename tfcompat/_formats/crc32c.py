"""CRC-32C, the checksum of TFRecords and of TensorFlow's checkpoints, at gigabytes a second in numpy.

A checksum is the remainder of the data, as a polynomial over GF(2), modulo one of degree 32. Long data is folded first:
with w = x^64 for a word of eight bytes, w^6777 + w^484 + w^100 + 1 is a multiple of the modulus, so the first words of
the data may be added (xor) to those 6293, 6677 and 6777 words later and dropped. So is w^563 + w^109 + w^58 + w^53 +
w^31 + 1, which folds the 54 KB that are left then; in it w may be squared any number of times, as squaring a
polynomial over GF(2) squares its terms. The last few KB are looked up in tables.
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
_BATCH = 8 * _NEAR  # words that are folded in memory of our own, which a processor's cache holds
_SHORT = (454, 505, 510, 532, 563)  # as above, of the multiple of lower degree
_SQUARES = (16, 8, 4, 2, 1)  # the powers of w that it is taken of
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
            rest[:_TAIL].view(_WORD)[:] ^= self._carry[:_FOLD]
        elif rest.size < 4:
            return _bytewise(rest.tobytes(), start) ^ _ONES
        return _looked_up(rest, start) ^ _ONES

    def _fold(self, data: np.ndarray) -> None:
        """Adds whole chunks to the words that follow them: those of `carry`, which begins with what is to be added."""
        if not data.size:
            return
        words, xor = data.view(_WORD), np.bitwise_xor
        if self._carry is None:
            self._carry = np.zeros(_BATCH + _FOLD, _WORD)
            self._carry[0] = self._start
        carry = self._carry
        for at in range(0, words.size, _BATCH):
            batch = words[at : at + _BATCH]
            size = batch.size
            both = min(size, _FOLD)
            xor(carry[:both], batch[:both], out=carry[:both])
            carry[both:size] = batch[both:]
            carry[max(size, _FOLD) : size + _FOLD] = 0
            for i in range(0, size, _NEAR):
                chunk = carry[i : i + _NEAR]
                for later in (i + _NEAR, i + _MIDDLE, i + _FOLD):
                    part = carry[later : later + _NEAR]
                    xor(part, chunk, out=part)
            carry[:_FOLD] = carry[size : size + _FOLD]


def _looked_up(flat: np.ndarray, start: int) -> int:
    """The remainder of at least four bytes."""
    if flat.size > 8 * _SHORT[-1] + _BLOCK:
        flat, start = _folded(flat, start), 0
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
    crc = 0
    one, two, three, four = _move_tables()
    for found in np.bitwise_xor.reduce(table.take(blocks), axis=1).tolist():
        crc = one[crc & 255] ^ two[crc >> 8 & 255] ^ three[crc >> 16 & 255] ^ four[crc >> 24] ^ found
    return crc


def _folded(flat: np.ndarray, start: int) -> np.ndarray:
    """Few bytes with the same remainder, those of `flat` being more than the lower multiple's degree."""
    flat = flat.copy()
    flat[:4] ^= np.frombuffer(start.to_bytes(4, "little"), np.uint8)
    words = flat[: flat.size & -8].view(_WORD)
    at = 0
    for power in _SQUARES:
        while (left := words.size - at - _SHORT[-1] * power) > 0:
            size = min(_SHORT[0] * power, left)
            chunk = words[at : at + size]
            for shift in _SHORT:
                part = words[at + shift * power :][:size]
                np.bitwise_xor(part, chunk, out=part)
            at += size
    return flat[8 * at :]


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
def _move_tables() -> list[list[int]]:
    """For each byte of a remainder, the lowest first: what becomes of it when a block of zeros follows the data."""
    power = _power(8 * _BLOCK)
    tables = []
    for byte in range(4):
        table = [0]
        for bit in range(8):
            moved = _product(1 << 8 * byte + bit, power)
            table += [moved ^ other for other in table]
        tables.append(table)
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
