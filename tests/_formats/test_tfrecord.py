"""tfcompat._formats.tfrecord: the bytes TensorFlow writes, and what it says of damaged files."""

import gzip
import pathlib
import random
import zlib

import pytest

from tfcompat._core.errors import DataLossError, FailedPreconditionError
from tfcompat._formats.tfrecord import RecordWriter, read_records

RECORDS = [b"", b"hello", b"x" * 300]
# What TensorFlow 2.21 writes for RECORDS.
FILE = (
    bytes.fromhex("0000000000000000 29039807 d8ea82a2 0500000000000000 eab2043e 68656c6c6f bb1f1c19 2c01000000000000")
    + bytes.fromhex("f2fe5b9d")
    + b"x" * 300
    + bytes.fromhex("cd829421")
)


def _read(path: pathlib.Path, data: bytes, compression: str = "") -> list[bytes]:
    path.write_bytes(data)
    return list(read_records(path, compression))


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    return tmp_path / "records"


def test_writes_tensorflows_bytes(path: pathlib.Path) -> None:
    with RecordWriter(path) as writer:
        for record in RECORDS:
            writer.write(record)
    assert path.read_bytes() == FILE


@pytest.mark.parametrize("compression", [None, "", "GZIP", "ZLIB"])
@pytest.mark.parametrize("buffer_size", [None, 0, 1, 7, 1 << 20])
def test_round_trip(path: pathlib.Path, compression: str | None, buffer_size: int | None) -> None:
    records = [*RECORDS, random.Random(0).randbytes(300_000), b"end"]
    with RecordWriter(path, compression) as writer:
        for record in records:
            writer.write(record)
    assert list(read_records(path, compression, buffer_size)) == records


def test_zlibs_own_options(path: pathlib.Path) -> None:
    with RecordWriter(path, "ZLIB", level=9, window_bits=12, mem_level=4, strategy=zlib.Z_HUFFMAN_ONLY) as writer:
        writer.write(b"a" * 1000)
    assert zlib.decompress(path.read_bytes())[12:-4] == b"a" * 1000
    assert list(read_records(path, "ZLIB")) == [b"a" * 1000]


@pytest.mark.parametrize("compression", ["", "GZIP"])
def test_what_was_flushed_can_be_read(path: pathlib.Path, compression: str) -> None:
    with RecordWriter(path, compression) as writer:
        writer.write(b"one")
        writer.flush()
        assert list(read_records(path, compression)) == [b"one"]


def test_closed_writer(path: pathlib.Path) -> None:
    writer = RecordWriter(path)
    writer.close()
    writer.close()
    for use in (writer.flush, lambda: writer.write(b"")):
        with pytest.raises(FailedPreconditionError, match=r"Writer is closed\."):
            use()


def test_gzip_members_follow_one_another(path: pathlib.Path) -> None:
    member = gzip.compress(FILE)
    assert _read(path, member + member, "GZIP") == RECORDS * 2


def test_a_file_that_ends_within_a_header_ends_there(path: pathlib.Path) -> None:
    assert _read(path, FILE[:5]) == []
    assert _read(path, FILE[:20]) == [b""]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("data", "compression", "message"),
    [
        (FILE[:-1], "", "truncated record at 37' failed with Read less bytes than requested"),
        (_flipped(FILE, 16), "", "corrupted record at 16"),
        (_flipped(FILE, 30), "", "corrupted record at 28"),
        (b"this is no such file", "", "corrupted record at 0 (Is this even a TFRecord file?)"),
        (gzip.compress(FILE), "", "corrupted record at 0 (Is this even a TFRecord file?)"),
        (FILE, "GZIP", "inflate() failed with error -3: incorrect header check"),
        (FILE, "ZLIB", "inflate() failed with error -3: unknown compression method"),
        (gzip.compress(FILE)[:-10], "GZIP", "truncated record at 37' failed with EOF reached"),
        (gzip.compress(FILE[:-3]), "GZIP", "truncated record at 37' failed with EOF reached"),
    ],
    ids=lambda value: value if isinstance(value, str) else len(value),  # not the bytes, in which gzip writes the time
)
def test_damage(path: pathlib.Path, data: bytes, compression: str, message: str) -> None:
    with pytest.raises(DataLossError) as caught:
        _read(path, data, compression)
    assert caught.value.message == message


def test_every_flipped_byte_is_noticed(path: pathlib.Path) -> None:
    for at in range(len(FILE)):
        with pytest.raises(DataLossError):
            _read(path, _flipped(FILE, at))


def test_arguments(path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match='Not a valid compression_type: "LZ4"'):
        RecordWriter(path, "LZ4")
    with pytest.raises(ValueError, match='Not a valid compression_type: "LZ4"'):
        list(read_records(path, "LZ4"))
    with pytest.raises(FileNotFoundError):
        list(read_records(path))
