"""Tensor bundles: TensorFlow's files are read and written byte for byte; damage is told, never read as values."""

import base64
import json
import pathlib
import random

import ml_dtypes
import numpy as np
import pytest

from tests.oracle import ask_tensorflow
from tfcompat._core import dtypes, errors
from tfcompat._formats import snappy, sstable
from tfcompat._formats.ordered_code import slice_key
from tfcompat._formats.tensor_bundle import BundleReader, BundleWriter, data_files, data_path, index_path

RECORDED = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())
NUMBERS = np.array([[0, 1, 2], [3, 4, 5]])


@pytest.fixture
def recorded(tmp_path: pathlib.Path) -> pathlib.Path:
    """A directory of files that TensorFlow wrote: the checkpoints "all", "sl" and "obj_ckpt-1"."""
    for name, data in RECORDED.items():
        if name != "made":
            (tmp_path / name).write_bytes(base64.b64decode(data))
    return tmp_path


def _content(prefix: pathlib.Path) -> dict[str, bytes]:
    start = len(prefix.name)
    return {path.name[start:]: path.read_bytes() for path in prefix.parent.glob(f"{prefix.name}.*")}


def test_reads_every_dtype(recorded: pathlib.Path) -> None:
    with BundleReader(recorded / "all") as reader:
        seen = set()
        for name in reader.entries:
            if name.startswith("t/"):
                dtype = dtypes.as_dtype(name[2:])
                values = reader.read(name)
                assert values.dtype == dtype.as_numpy_dtype
                np.testing.assert_array_equal(values, NUMBERS.astype(dtype.as_numpy_dtype))
                seen.add(dtype)
        assert len(seen) == 17
        assert reader.read("s/scalar")[()] == "héllo".encode()
        assert reader.read("s/vec").tolist() == [b"", b"a\0b", b"x" * 300]
        assert reader.read("empty").shape == (0, 3)
        assert reader.read("scalar") == np.float32(7.5)


def test_reads_slices(recorded: pathlib.Path) -> None:
    with BundleReader(recorded / "sl") as reader:
        np.testing.assert_array_equal(reader.read("p"), np.arange(1000, dtype=np.float32).reshape(5, 200))
        assert list(reader.entries) == ["p", "q"]


@pytest.mark.parametrize("name", ["all", "obj_ckpt-1"])
def test_writes_tensorflows_bytes(recorded: pathlib.Path, name: str) -> None:
    mine = recorded / "mine"
    with BundleReader(recorded / name) as reader, BundleWriter(mine) as writer:
        for each in sorted(reader.entries, key=lambda name: reader.entries[name].offset):
            writer.add(each, reader.read(each))
    assert _content(mine) == _content(recorded / name)


def test_writes_slices(tmp_path: pathlib.Path) -> None:
    values = np.arange(1000, dtype=np.float32).reshape(5, 200)
    with BundleWriter(tmp_path / "s") as writer:
        writer.add_slice("p", (5, 200), ((0, -1), (100, 100)), values[:, 100:])
        writer.add_slice("p", (5, 200), ((0, -1), (0, 100)), values[:, :100])
        with pytest.raises(ValueError, match="there already"):
            writer.add_slice("p", (5, 200), ((0, -1), (0, 100)), values[:, :100])
    with BundleReader(tmp_path / "s") as reader:
        np.testing.assert_array_equal(reader.read("p"), values)


def test_keys_of_slices() -> None:
    assert slice_key("p", ((0, -1), (100, 100))) == b"\0p\0\1\1\2\x80\x7f\xc0d\xc0d"
    assert slice_key("", ()) == b"\0\0\1\0"
    keys = [slice_key("a", ((start, -1),)) for start in (0, 5, 63, 64, 127, 8191, 8192, 1 << 20, 1 << 40, 1 << 62)]
    assert keys == sorted(keys)


def test_replacing_a_checkpoint_leaves_no_old_data(tmp_path: pathlib.Path) -> None:
    prefix = tmp_path / "c"
    for value in range(3):
        with BundleWriter(prefix) as writer:
            writer.add("v", np.array(value))
        with BundleReader(prefix) as reader:
            assert reader.read("v") == value
        assert len(data_files(prefix)) == 1


def test_an_error_while_writing_leaves_the_old_checkpoint(tmp_path: pathlib.Path) -> None:
    prefix = tmp_path / "c"
    with BundleWriter(prefix) as writer:
        writer.add("v", np.array(1.0))
    before = _content(prefix)
    writer = BundleWriter(prefix)
    writer.add("v", np.array(2.0))
    with pytest.raises(TypeError), writer:
        writer.add("w", np.array("2020-01-01", "datetime64[D]"))
    assert _content(prefix) == before
    assert len(list(tmp_path.iterdir())) == 2


def test_names(tmp_path: pathlib.Path) -> None:
    names = [f"{'layer' * (i % 7)}/{i:04x}/kernel/.ATTRIBUTES/VARIABLE_VALUE" for i in range(9000)] + ["é\0ÿ", "z"]
    with BundleWriter(tmp_path / "c") as writer:
        for i, name in enumerate(names):
            writer.add(name, np.array(i))
        for bad in ("", "z"):
            with pytest.raises(ValueError, match="must be new and not empty"):
                writer.add(bad, np.array(0))
    assert (tmp_path / "c.index").stat().st_size > 1 << 18  # more than one block
    with BundleReader(tmp_path / "c") as reader:
        assert list(reader.entries) == sorted(names, key=lambda name: name.encode())
        assert reader.read("z") == len(names) - 1
        with pytest.raises(errors.NotFoundError, match="Key nobody not found in checkpoint"):
            reader.read("nobody")


def test_a_missing_checkpoint(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.NotFoundError, match="Failed to find any matching files for .*/none"):
        BundleReader(tmp_path / "none")
    with BundleWriter(tmp_path / "c") as writer:
        writer.add("v", np.array(1.0))
    data_files(tmp_path / "c") and pathlib.Path(data_path(tmp_path / "c", 0, 1)).unlink()
    with pytest.raises(errors.NotFoundError, match="c.data-00000-of-00001; No such file or directory"):
        BundleReader(tmp_path / "c").read("v")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda index: index[:-1], "not an sstable (bad magic number)"),
        (lambda index: index[:20], "file is too short to be an sstable"),
        (lambda index: b"", "file is too short to be an sstable"),
        (lambda index: index[:30] + b"zz" + index[32:], "block at byte 0: block checksum mismatch"),
    ],
)
def test_damaged_index(recorded: pathlib.Path, change, message: str) -> None:
    path = pathlib.Path(index_path(recorded / "all"))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(errors.DataLossError) as caught:
        BundleReader(recorded / "all")
    assert message in caught.value.message
    assert str(path) in caught.value.message


def test_damaged_data_names_file_tensor_and_offset(recorded: pathlib.Path) -> None:
    path = pathlib.Path(data_path(recorded / "all", 0, 1))
    data = path.read_bytes()
    path.write_bytes(bytes(255 - byte for byte in data))
    with BundleReader(recorded / "all") as reader:
        offset = reader.entries["t/float32"].offset
        with pytest.raises(errors.DataLossError) as caught:
            reader.read("t/float32")
        for name in ("s/vec", "scalar"):
            with pytest.raises(errors.DataLossError):
                reader.read(name)
    # The numbers are TensorFlow's for the same damage.
    assert (
        "shard 0 (24 bytes): Checksum does not match: stored 2020883037 vs. calculated on the restored bytes "
        f"3977598583 (tensor 't/float32', at byte {offset} of {path})"
    ) in caught.value.message


def _all(prefix: pathlib.Path) -> dict[str, bytes]:
    with BundleReader(prefix) as reader:
        return {name: str(reader.read(name).tolist()).encode() for name in reader.entries}


def test_random_damage_is_an_error_or_no_change(recorded: pathlib.Path) -> None:
    """Truncations and flipped bytes: an error each, or the same values where the byte is not used."""
    dice = random.Random(0)
    prefixes = [recorded / "all", recorded / "sl", recorded / "obj_ckpt-1"]
    expected = {prefix: _all(prefix) for prefix in prefixes}
    failures = 0
    for _ in range(400):
        prefix = dice.choice(prefixes)
        path = dice.choice(sorted(recorded.glob(f"{prefix.name}.*")))
        data = path.read_bytes()
        at = dice.randrange(len(data))
        path.write_bytes(
            data[:at]
            if dice.random() < 0.5
            else data[:at] + bytes([data[at] ^ dice.randrange(1, 256)]) + data[at + 1 :]
        )
        try:
            assert _all(prefix) == expected[prefix]
        except (errors.DataLossError, errors.NotFoundError):
            failures += 1
        finally:
            path.write_bytes(data)
    assert failures > 350


def _index_of(*entries: tuple[bytes, bytes]) -> bytes:
    return sstable.write([(b"", b"\x08\x01\x1a\x02\x08\x01"), *entries])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (b"\x08\x01\x12\x0b\x12\x09\x08\x80\x80\x80\x80\x80\x80\x80\x40(\x04", "too large|can't be float32"),
        (b"\x08\x01\x12\x04\x12\x02\x08\x05(\x04", r"4 bytes can't be float32 of shape \(5,\)"),
        (b"\x08\x01\x12\x00 \x10(\x04", "cut short"),
        (b"\x08\x07\x12\x06\x12\x04\x08\xff\xff\x7f(\x04", "Read less bytes"),
        (b"\x08\x01\x12\x02\x18\x01(\x04", "unknown"),
        (b"\x08\x63\x12\x00(\x04", "Cannot convert"),
        (b"\xff\xff", "can't be read"),
    ],
)
def test_hostile_entries_with_good_checksums(tmp_path: pathlib.Path, entry: bytes, message: str) -> None:
    (tmp_path / "h.index").write_bytes(_index_of((b"v", entry)))
    (tmp_path / "h.data-00000-of-00001").write_bytes(b"1234")
    with pytest.raises(errors.DataLossError, match=message):
        BundleReader(tmp_path / "h").read("v")


def test_tables_with_snappy_blocks(tmp_path: pathlib.Path) -> None:
    # A block of one entry, compressed by hand: ten bytes of "a" as one byte and a copy of nine.
    assert snappy.decompress(bytes([10, 0, 97, (9 - 4) << 2 | 1, 1])) == b"a" * 10
    assert snappy.decompress(bytes([4, 3 << 2]) + b"abcd") == b"abcd"
    assert snappy.decompress(bytes([70, 60 << 2, 65]) + b"x" * 66 + bytes([3 << 2 | 2, 66, 0])) == b"x" * 70
    for bad in (
        b"",
        b"\xff" * 11,
        bytes([10, 0, 97, 5 << 2 | 1, 2]),
        bytes([4, 3 << 2]) + b"abc",
        bytes([3, 3 << 2]) + b"abcd",
    ):
        with pytest.raises(snappy.SnappyError):
            snappy.decompress(bad)


def test_table_keys_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        sstable.write([(b"b", b""), (b"a", b"")])


def test_extended_dtypes_round_trip(tmp_path: pathlib.Path) -> None:
    values = {
        "float8": np.array([1, 2], ml_dtypes.float8_e5m2),
        "qint8": np.array([(1,), (2,)], dtypes.as_dtype("qint8").as_numpy_dtype),
        "text": np.array(["a", "bc"]),
    }
    with BundleWriter(tmp_path / "c") as writer:
        for name, value in values.items():
            writer.add(name, value)
    with BundleReader(tmp_path / "c") as reader:
        assert reader.read("float8").tolist() == [1, 2]
        assert reader.read("qint8").tolist() == [(1,), (2,)]
        assert reader.read("text").tolist() == [b"a", b"bc"]


@pytest.mark.oracle
def test_tensorflow_reads_ours(tmp_path: pathlib.Path) -> None:
    prefix = tmp_path / "c"
    values = np.random.default_rng(0).standard_normal((400, 300)).astype(np.float32)
    for _ in range(2):  # the second replaces the first
        with BundleWriter(prefix) as writer:
            writer.add("a/b", values)
            writer.add("s", np.array([b"x", b"", b"y" * 1000], object))
            writer.add_slice("p", (4, 6), ((2, 2), (0, -1)), np.arange(12.0).reshape(2, 6))
            writer.add_slice("p", (4, 6), ((0, 2), (0, -1)), -np.arange(12.0).reshape(2, 6))
    told = ask_tensorflow(
        f"""
        reader = tf.train.load_checkpoint({str(prefix)!r})
        answer([tf.train.list_variables({str(prefix)!r}), reader.get_tensor("a/b"), reader.get_tensor("s"),
                reader.get_tensor("p")[:, 1]])
        """
    )
    assert told[0] == [["a/b", [400, 300]], ["p", [4, 6]], ["s", [3]]]
    np.testing.assert_array_equal(np.array(told[1], np.float32), values)
    assert told[2:] == [["x", "", "y" * 1000], [-1.0, -7.0, 1.0, 7.0]]


def test_data_that_the_index_tells_of_is_never_written_over(tmp_path: pathlib.Path) -> None:
    """Not where a writer that died left older data beside it either."""
    prefix = tmp_path / "c"

    def write(value: float) -> BundleWriter:
        writer = BundleWriter(prefix)
        writer.add("v", np.full(10, value, np.float32))
        return writer

    write(1).close()
    left = (tmp_path / "c.data-00000-of-00001").read_bytes()
    write(2).close()
    (tmp_path / "c.data-00000-of-00001").write_bytes(left)
    writer = write(3)
    writer._data[0].commit()  # and dies before its index is there
    with BundleReader(prefix) as reader:
        assert reader.read("v").tolist() == [2.0] * 10
    write(4).close()
    with BundleReader(prefix) as reader:
        assert reader.read("v").tolist() == [4.0] * 10
