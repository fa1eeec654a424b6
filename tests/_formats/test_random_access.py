"""Reading anywhere in a file: the bytes that are there, their checksum, and files that end too soon."""

import pathlib

import numpy as np
import pytest

from tfcompat._formats import random_access
from tfcompat._formats.crc32c import crc32c
from tfcompat._formats.random_access import RandomAccessFile


@pytest.mark.parametrize("system_reads_anywhere", [True, False])
@pytest.mark.parametrize("size", [0, 1, 1000, 16_000_001, 40_000_000])
def test_bytes_and_their_checksum(
    tmp_path: pathlib.Path, size: int, system_reads_anywhere: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random_access, "_THREADS", 3)
    if not system_reads_anywhere:
        monkeypatch.setattr(random_access, "_preadv", None)
    data = np.random.default_rng(size).integers(0, 256, size + 9, np.uint8)
    (tmp_path / "f").write_bytes(data.tobytes())
    file = RandomAccessFile(tmp_path / "f")
    target = np.zeros(size, np.uint8)
    file.read_into(5, target)
    assert np.array_equal(target, data[5 : size + 5])
    assert file.crc32c(5, size) == crc32c(data[5 : size + 5])
    file.close()


def test_a_file_that_ends_too_soon_leaves_the_target_alone(tmp_path: pathlib.Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    file = RandomAccessFile(tmp_path / "f")
    target = np.zeros(3, np.uint8)
    with pytest.raises(EOFError, match="bytes 1 to 4 of 3"):
        file.read_into(1, target)
    with pytest.raises(EOFError):
        file.crc32c(1, 3)
    assert not target.any()
    file.close()
    with pytest.raises(FileNotFoundError):
        RandomAccessFile(tmp_path / "none")
