"""tfcompat._formats.crc32c: published check values, and the same remainder however the data is cut."""

import random

import numpy as np
import pytest

from tfcompat._formats import crc32c


def _by_definition(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize(
    ("data", "expected"),
    [  # RFC 3720, B.4, and the check value of the CRC catalogues
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
        (bytes(reversed(range(32))), 0x113FDB5C),
    ],
)
def test_known_values(data: bytes, expected: int) -> None:
    assert crc32c.crc32c(data) == expected


@pytest.mark.parametrize("size", [1, 3, 31, 32, 33, 511, 512, 513, 1025, 5000, 104559, 104560, 104567, 160007])
def test_every_size_follows_the_definition(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert crc32c.crc32c(data) == _by_definition(data)
    assert crc32c.crc32c(np.frombuffer(data, np.uint8)) == _by_definition(data)


@pytest.mark.parametrize("size", [2, 100, 2000, 400_000])
def test_pieces(size: int) -> None:
    data = random.Random(size).randbytes(size)
    for cut in (1, size // 3, size - 1):
        head, tail = data[:cut], data[cut:]
        assert crc32c.crc32c(tail, crc32c.crc32c(head)) == crc32c.crc32c(data)
        assert crc32c.combined(crc32c.crc32c(head), crc32c.crc32c(tail), len(tail)) == crc32c.crc32c(data)


def test_a_flipped_bit_shows_anywhere_in_long_data() -> None:
    data = np.zeros(300_000, np.uint8)
    clean = crc32c.crc32c(data)
    for at in (0, 7, 50_343, 150_000, 299_999):
        data[at] ^= 16
        assert crc32c.crc32c(data) != clean
        data[at] ^= 16
    assert crc32c.crc32c(data) == clean


def test_arrays_of_other_types() -> None:
    array = np.arange(1000, dtype=np.float32)
    assert crc32c.crc32c(array) == crc32c.crc32c(array.tobytes())


def test_mask() -> None:
    for crc in (0, 1, 0xE3069283, 0xFFFFFFFF):
        assert crc32c.unmask(crc32c.mask(crc)) == crc
    assert crc32c.mask(0) == 0xA282EAD8
