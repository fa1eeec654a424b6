"""TensorFlow's checkpoints: PREFIX.index, a table of entries, and their bytes in PREFIX.data-00000-of-00001.

An entry is a tensor's dtype and shape, where its bytes lie, and their checksum. A tensor may be stored as parts
(slices); its entry then lists them, and each has one of its own. The bytes may be in several files (shards).
"""

from __future__ import annotations

import glob
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, cast

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._formats import sstable
from tfcompat._formats.crc32c import Stream, crc32c, mask, unmask
from tfcompat._formats.files import Replacing, remove, sync_directory
from tfcompat._formats.ordered_code import Extent, extents_of, slice_key
from tfcompat._formats.protos import message
from tfcompat._formats.random_access import RandomAccessFile
from tfcompat._formats.snappy import varint

Path = str | os.PathLike[str]
OBJECT_GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
_PIECE = 1 << 20
_LARGE = 8 * _PIECE  # bytes from which on a thread of its own sums up a tensor while it is written, or several read it
_LIMIT = 1 << 62


def index_path(prefix: Path) -> str:
    """The file that a checkpoint cannot be without."""
    return f"{os.fspath(prefix)}.index"


def data_path(prefix: Path, shard: int, shards: int) -> str:
    """The file of the bytes of shard number `shard`."""
    return f"{os.fspath(prefix)}.data-{shard:05d}-of-{shards:05d}"


def data_files(prefix: Path) -> list[str]:
    """The files of data that there are under a prefix, of whatever number of shards."""
    return sorted(glob.glob(f"{glob.escape(os.fspath(prefix))}.data-?????-of-?????"))


class Entry:
    """What the index says of a tensor: dtype, shape, where its bytes lie, their checksum, and its slices."""

    __slots__ = ("checksum", "dtype", "offset", "shape", "shard", "size", "slices")

    def __init__(self, proto: Any) -> None:
        self.dtype = dtypes.as_dtype(proto.dtype)
        self.shape = tuple(dim.size for dim in proto.shape.dim)
        self.shard, self.offset, self.size = proto.shard_id, proto.offset, proto.size
        self.checksum = proto.crc32c
        self.slices = [extents_of(each) for each in proto.slices]
        if proto.shape.unknown_rank or min((*self.shape, self.offset, self.size, self.shard)) < 0:
            raise ValueError("a shape, offset or size is negative or unknown")
        if math.prod(self.shape) > _LIMIT:
            raise ValueError(f"its shape {self.shape} is too large")

    @property
    def nbytes(self) -> int:
        """How many bytes the values take in memory, but for those of strings, whose number the file does not tell."""
        if self.dtype is dtypes.string:
            return self.size
        return math.prod(self.shape) * np.dtype(self.dtype.as_numpy_dtype).itemsize


class BundleReader:
    """The tensors of the checkpoint at a prefix, read one at a time; a context manager.

    NotFoundError where there is none; DataLossError, naming the file, the tensor and the offset, where it is damaged.
    """

    def __init__(self, prefix: Path) -> None:
        self._files: dict[int, RandomAccessFile] = {}
        self.prefix = os.fspath(prefix)
        self._entries: dict[str, Entry] = {}
        self._slices: dict[bytes, Entry] = {}
        path = index_path(prefix)
        try:
            with open(path, "rb") as file:
                table = file.read()
        except FileNotFoundError:
            raise errors.NotFoundError(
                None,
                None,
                "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for " + self.prefix,
            ) from None
        try:
            self._read_index(table)
        except sstable.TableError as error:
            raise errors.DataLossError(None, None, f"Unable to open table file {path}: {error}") from None

    def _read_index(self, table: bytes) -> None:
        from google.protobuf.message import DecodeError

        pairs = sstable.read(table)
        key, value = next(pairs, (b"", b""))
        header = message("BundleHeaderProto")
        try:
            self._header = header.FromString(value)
            if key or not value:
                raise sstable.TableError("it has no header entry")
            self._check_header()
            for key, value in pairs:
                entry = Entry(message("BundleEntryProto").FromString(value))
                if key.startswith(b"\0"):
                    self._slices[key] = entry
                else:
                    self._entries[key.decode("utf8")] = entry
        except (DecodeError, ValueError, TypeError) as error:
            if isinstance(error, sstable.TableError):
                raise
            raise sstable.TableError(f"the entry {key!r} can't be read: {error}") from None

    def _check_header(self) -> None:
        if self._header.endianness != 0:
            raise errors.UnimplementedError(
                None, None, f"The checkpoint {self.prefix} was written on a big-endian machine: tfcompat can't read it."
            )
        if self._header.version.min_consumer > 1:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"The checkpoint {self.prefix} needs version {self._header.version.min_consumer} of the format, and "
                "tfcompat reads version 1.",
            )
        if self._header.num_shards < 1:
            raise sstable.TableError(f"its header says that there are {self._header.num_shards} shards")

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What the index says of each tensor, by name."""
        return self._entries

    @property
    def shards(self) -> int:
        """In how many files the data lies."""
        return self._header.num_shards

    def stored(self) -> Iterator[tuple[str, tuple[Extent, ...] | None, Entry]]:
        """All that there are values of: tensors, and slices of tensors with their extents."""
        for name, entry in self._entries.items():
            if not entry.slices:
                yield name, None, entry
            for extents in entry.slices:
                part = self._slices.get(slice_key(name, extents))
                if part is None:
                    raise self._lost(name, f"its slice {extents} is missing from the index")
                yield name, extents, part

    def read(self, name: str) -> np.ndarray:
        """The values of a tensor, bytes objects for strings. NotFoundError for a name that is not there."""
        entry = self._entries.get(name)
        if entry is None:
            raise errors.NotFoundError(None, None, f"Key {name} not found in checkpoint")
        return self._joined(name, entry) if entry.slices else self._values(name, entry)

    def read_into(self, name: str, target: np.ndarray) -> None:
        """Puts the values of a tensor of numbers into a contiguous array of its shape and dtype, if they are good."""
        entry = self._entries.get(name)
        if entry is None or entry.slices or target.shape != entry.shape or entry.dtype is dtypes.string:
            target[...] = self.read(name)
        else:
            self._fill(name, entry, target)

    def read_slice(self, name: str, extents: Sequence[Extent]) -> np.ndarray:
        """The values of a part of a tensor, (start, length) for each dimension, also where other parts are missing."""
        part = self._slices.get(slice_key(name, tuple(extents)))
        return self.read(name)[_index(extents)] if part is None else self._values(name, part)

    def _joined(self, name: str, entry: Entry) -> np.ndarray:
        parts = [(extents, self._slices.get(slice_key(name, extents))) for extents in entry.slices]
        filled = 0
        for extents, part in parts:
            if part is None or part.dtype != entry.dtype or part.shape != _part_shape(entry.shape, extents):
                raise self._lost(name, f"its slice {extents} is missing from the index, or of another shape")
            self._file(name, part)
            filled += math.prod(part.shape)
        if filled != math.prod(entry.shape):
            raise self._lost(name, f"its slices hold {filled} of {math.prod(entry.shape)} values")
        result = np.empty(entry.shape, entry.dtype.as_numpy_dtype)
        for extents, part in parts:
            result[_index(extents)] = self._values(name, cast(Entry, part))
        return result

    def _values(self, name: str, entry: Entry) -> np.ndarray:
        if entry.dtype is dtypes.string:
            return self._strings(name, entry)
        if entry.dtype in (dtypes.variant, dtypes.resource):
            raise errors.UnimplementedError(
                None,
                None,
                f"The tensor {name} of the checkpoint {self.prefix} is a {entry.dtype.name}: not in tfcompat.",
            )
        self._file(name, entry)  # before memory is asked for that only a damaged entry needs
        array = np.empty(entry.shape, entry.dtype.as_numpy_dtype)
        self._fill(name, entry, array)
        return array

    def _fill(self, name: str, entry: Entry, target: np.ndarray) -> None:
        """Puts numbers into `target`, but nothing of what is damaged."""
        file = self._file(name, entry)
        flat = target.reshape(-1).view(np.uint8)
        try:
            if entry.size >= _LARGE:  # read twice: that is faster than a copy in memory that is new to the process
                self._check(name, entry, file.crc32c(entry.offset, entry.size))
                file.read_into(entry.offset, flat)
                return
            data = np.empty(entry.size, np.uint8)
            file.read_into(entry.offset, data)
        except EOFError as error:
            raise self._lost(name, f"Read less bytes than requested: {error}", entry) from None
        self._check(name, entry, crc32c(data))
        flat[:] = data

    def _strings(self, name: str, entry: Entry) -> np.ndarray:
        file, count = self._file(name, entry), math.prod(entry.shape)
        if count > entry.size:
            raise self._lost(name, f"Read less bytes than requested: {count} strings are not in {entry.size}", entry)
        buffer = np.empty(entry.size, np.uint8)
        try:
            file.read_into(entry.offset, buffer)
        except EOFError as error:
            raise self._lost(name, f"Read less bytes than requested: {error}", entry) from None
        data = buffer.tobytes()
        lengths, at = [], 0
        try:
            for _ in range(count):
                length, at = varint(data, at)
                lengths.append(length)
        except ValueError as error:
            raise self._lost(name, f"the length of a string: {error}", entry) from None
        crc = _lengths_crc(lengths)
        body = at + 4
        if mask(crc) != int.from_bytes(data[at:body], "little"):
            stored = unmask(int.from_bytes(data[at:body], "little"))
            raise self._lost(
                name,
                f"The length checksum does not match: stored {stored} vs. calculated on the restored bytes {crc}",
                entry,
            )
        if sum(lengths) != entry.size - body:
            raise self._lost(name, f"its strings have {sum(lengths)} bytes, {entry.size - body} are stored", entry)
        self._check(name, entry, crc32c(memoryview(data)[at:], crc))
        array = np.empty(count, object)
        for i, length in enumerate(lengths):
            array[i] = data[body : body + length]
            body += length
        return array.reshape(entry.shape)

    def _file(self, name: str, entry: Entry) -> RandomAccessFile:
        """The open file of an entry's shard, which has all its bytes."""
        if entry.nbytes != entry.size:
            raise self._lost(name, f"{entry.size} bytes can't be {entry.dtype.name} of shape {entry.shape}")
        file = self._files.get(entry.shard)
        if file is None:
            path = data_path(self.prefix, entry.shard, self._header.num_shards)
            try:
                file = self._files[entry.shard] = RandomAccessFile(path)
            except FileNotFoundError:
                raise errors.NotFoundError(None, None, f"{path}; No such file or directory") from None
        if entry.offset + entry.size > file.size():
            raise self._lost(name, "Read less bytes than requested: the file is cut short", entry)
        return file

    def _check(self, name: str, entry: Entry, crc: int) -> None:
        if mask(crc) != entry.checksum:
            raise self._lost(
                name,
                f"Checksum does not match: stored {unmask(entry.checksum)} vs. calculated on the restored bytes {crc}",
                entry,
            )

    def _lost(self, name: str, reason: str, entry: Entry | None = None) -> errors.DataLossError:
        where = f"TensorBundle at {self.prefix}"
        if entry is not None:
            where += f" shard {entry.shard} ({entry.size} bytes)"
            reason += f" (tensor {name!r}, at byte {entry.offset} of "
            reason += f"{data_path(self.prefix, entry.shard, self._header.num_shards)})"
        else:
            reason = f"the tensor {name!r}: {reason}"
        return errors.DataLossError(None, None, f"{where}: {reason}")

    def close(self) -> None:
        """Closes the files of data."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def __enter__(self) -> BundleReader:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


def _part_shape(shape: Sequence[int], extents: Sequence[Extent]) -> tuple[int, ...]:
    if len(shape) != len(extents) or any(s < 0 or s + max(n, 0) > size for (s, n), size in zip(extents, shape)):
        return (-1,)
    return tuple(size if length < 0 else length for size, (_, length) in zip(shape, extents))


def _index(extents: Sequence[Extent]) -> tuple[slice, ...]:
    return tuple(slice(start, None if length < 0 else start + length) for start, length in extents)


def _lengths_crc(lengths: Sequence[int]) -> int:
    """The checksum of strings' lengths: of four bytes each, of eight where one does not fit."""
    if all(length <= 0xFFFFFFFF for length in lengths):
        return crc32c(np.array(lengths, "<u4"))
    return crc32c(b"".join(n.to_bytes(4 if n <= 0xFFFFFFFF else 8, "little") for n in lengths))


def _shards_of(index: str) -> int:
    """In how many shards the data lies that an index tells of; 0 where there is none that can be read."""
    from google.protobuf.message import DecodeError

    try:
        with open(index, "rb") as file:
            _, header = next(sstable.read(file.read()), (b"", b""))
        return message("BundleHeaderProto").FromString(header).num_shards
    except (FileNotFoundError, sstable.TableError, DecodeError):
        return 0


class _Sum:
    """The checksum of a tensor of `size` bytes that comes in pieces; a context manager, to be asked after its block."""

    def __init__(self, size: int) -> None:
        self._stream = Stream()
        self._thread = ThreadPoolExecutor(1) if size >= _LARGE else None
        self._given: list[Future[None]] = []

    def update(self, piece: np.ndarray) -> None:
        """Takes the next bytes, which nobody changes until the block ends."""
        if self._thread is None:
            self._stream.update(piece)
        else:
            self._given.append(self._thread.submit(self._stream.update, piece))

    def value(self) -> int:
        """The checksum of all pieces."""
        for each in self._given:
            each.result()
        return self._stream.value()

    def __enter__(self) -> _Sum:
        return self

    def __exit__(self, *exception: Any) -> None:
        if self._thread is not None:
            self._thread.shutdown()


class BundleWriter:
    """Writes the checkpoint at a prefix, a tensor at a time; a context manager.

    It is there, in place of one that was, when the block ends without an error: the index takes its place last, and
    what it tells of was written before under a name that no older index has.
    """

    def __init__(self, prefix: Path, shards: int = 1) -> None:
        self.prefix = os.fspath(prefix)
        self._old = data_files(prefix)
        # The data of an older checkpoint stays until the index is replaced: then ours are the first of one shard more.
        self._shards = shards + (_shards_of(index_path(prefix)) == shards)
        self._data: list[Replacing] = []
        self._offsets = [0] * shards
        self._entries: dict[bytes, bytes] = {}
        self._parts: dict[str, tuple[Any, list[tuple[Extent, ...]]]] = {}
        try:
            for shard in range(shards):
                self._data.append(Replacing(data_path(prefix, shard, self._shards)))
        except BaseException:
            self._discard()
            raise

    def add(self, name: str, values: np.ndarray, dtype: dtypes.DType | None = None, shard: int = 0) -> None:
        """Adds a tensor. dtype: that of `values` by default; string for an array of bytes objects.

        ValueError where there is one of that name already, TypeError for values that a checkpoint can't hold.
        """
        key = name.encode("utf8")
        if key in self._entries or name in self._parts or not name:
            raise ValueError(f"A tensor's name must be new and not empty, got {name!r}")
        self._entries[key] = self._put(values, dtype, shard).SerializeToString(deterministic=True)

    def add_slice(
        self,
        name: str,
        shape: Sequence[int],
        extents: Sequence[Extent],
        values: np.ndarray,
        dtype: dtypes.DType | None = None,
        shard: int = 0,
    ) -> None:
        """Adds a part of the tensor `name` of shape `shape`: for each dimension its start and length (-1: all)."""
        extents = tuple(extents)
        if tuple(values.shape) != _part_shape(shape, extents):
            raise ValueError(f"The slice {extents} of {name!r} can't have shape {values.shape}")
        if tuple(values.shape) == tuple(shape):
            self.add(name, values, dtype, shard)
            return
        part = self._put(values, dtype, shard)
        full = message("BundleEntryProto")(dtype=part.dtype)
        for size in shape:
            full.shape.dim.add(size=size)
        whole, known = self._parts.setdefault(name, (full, []))
        key = slice_key(name, extents)
        if whole != full or key in self._entries or name.encode() in self._entries:
            raise ValueError(f"The slice {extents} of {name!r} is there already, or of another dtype or shape")
        known.append(extents)
        self._entries[key] = part.SerializeToString(deterministic=True)

    def _put(self, values: np.ndarray, dtype: dtypes.DType | None, shard: int) -> Any:
        if dtype is None:
            dtype = dtypes.string if values.dtype.kind in "OSU" else dtypes.as_dtype(values.dtype)
        entry = message("BundleEntryProto")(dtype=dtype.as_datatype_enum, shard_id=shard, offset=self._offsets[shard])
        entry.shape.SetInParent()
        for size in values.shape:
            entry.shape.dim.add(size=size)
        is_text = dtype is dtypes.string
        with _Sum(0 if is_text else values.nbytes) as total:
            for piece, summed in _string_pieces(values) if is_text else ((piece, piece) for piece in _pieces(values)):
                total.update(np.frombuffer(cast(Any, summed), np.uint8))
                self._data[shard].write(piece)
                entry.size += memoryview(piece).nbytes  # type: ignore[arg-type]
        entry.crc32c = mask(total.value())
        self._offsets[shard] += entry.size
        return entry

    def close(self) -> None:
        """Puts the checkpoint in its place."""
        for name, (entry, parts) in self._parts.items():
            for extents in parts:
                added = entry.slices.add()
                for start, length in extents:
                    added.extent.add(start=start, **({} if length < 0 else {"length": length}))
            self._entries[name.encode("utf8")] = entry.SerializeToString(deterministic=True)
        header = message("BundleHeaderProto")(num_shards=self._shards)
        header.version.producer = 1
        pairs = [(b"", header.SerializeToString()), *sorted(self._entries.items())]
        with Replacing(index_path(self.prefix)) as index:
            index.write(sstable.write(pairs))
            for data in self._data:
                data.commit()
        for path in set(self._old) - {data.target for data in self._data}:
            remove(path)
        sync_directory(os.path.dirname(os.path.abspath(self.prefix)))

    def __enter__(self) -> BundleWriter:
        return self

    def __exit__(self, kind: Any, *exception: Any) -> None:
        if kind is None:
            self.close()
        else:
            self._discard()

    def _discard(self) -> None:
        for data in self._data:
            data.discard()


def _pieces(values: np.ndarray) -> Iterator[np.ndarray]:
    """The bytes of numbers, a few at a time."""
    if values.size:
        flat = np.ascontiguousarray(values).reshape(-1).view(np.uint8)
        for at in range(0, flat.size, _PIECE):
            yield flat[at : at + _PIECE]


def _string_pieces(values: np.ndarray) -> Iterator[tuple[Any, Any]]:
    """The bytes of strings: what is written, and what the checksum is of."""
    strings = [value.encode("utf8") if isinstance(value, str) else bytes(value) for value in values.reshape(-1)]
    lengths = [len(string) for string in strings]
    numbers = b"".join(n.to_bytes(4 if n <= 0xFFFFFFFF else 8, "little") for n in lengths)
    yield b"".join(map(sstable.encode_varint, lengths)), numbers
    check = mask(crc32c(numbers)).to_bytes(4, "little")
    yield check, check
    for string in strings:
        yield string, string
