"""TensorFlow's first format of checkpoints: one table of slices of tensors, or several that a pattern names.

The value of the empty key tells the tensors' names, dtypes and shapes and which slices there are; each slice has a key
of its own, whose value holds its elements as a TensorProto does.
"""

from __future__ import annotations

import glob
import mmap
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._formats import sstable
from tfcompat._formats.files import Replacing
from tfcompat._formats.ordered_code import Extent, extents_of, slice_key
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import add_elements, with_elements

Path = str | os.PathLike[str]
_MOST_BYTES = (1 << 31) - 1
_ROOM = 64  # bytes of a message beside names and elements, more than there ever are
# The bytes that an element takes at most; dtypes that are not here are in no such checkpoint.
_BYTES = {
    "bool": 1,
    "float16": 3,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
    "string": 0,
    "uint8": 2,
    "quint8": 2,
    "uint16": 3,
    **dict.fromkeys("int8 int16 int32 int64 qint8 qint32".split(), 10),
}


class SliceEntry:
    """What the tables say of a tensor: its dtype and shape, and the slices that there are, each with its table."""

    __slots__ = ("dtype", "places", "shape")

    def __init__(self, proto: Any) -> None:
        self.dtype = dtypes.as_dtype(proto.type)
        self.shape = tuple(dim.size for dim in proto.shape.dim)
        self.places: dict[tuple[Extent, ...], _Table] = {}


class _Table:
    """A file of slices."""

    def __init__(self, path: str) -> None:
        from google.protobuf.message import DecodeError

        self.path = path
        with open(path, "rb") as file:
            is_empty = not os.fstat(file.fileno()).st_size
            self.data: Any = b"" if is_empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        try:
            self.table = sstable.Table(self.data)
            found = self.table.get(b"")
            if found is None:
                raise sstable.TableError("it has no entry that tells of its tensors")
            self.meta = message("SavedTensorSlices").FromString(found).meta
        except (sstable.TableError, DecodeError) as error:
            self.close()
            raise errors.DataLossError(
                None,
                None,
                f"Unable to open table file {path}: Data loss: {error}: perhaps your file is in a different file "
                "format and you need to use a different restore operator?",
            ) from None

    def read(self, name: str, extents: tuple[Extent, ...], dtype: dtypes.DType, shape: Sequence[int]) -> np.ndarray:
        from google.protobuf.message import DecodeError

        try:
            found = self.table.get(slice_key(name, extents))
            if found is None:
                raise ValueError("it is not in the table")
            proto = message("SavedTensorSlices").FromString(found).data.data
            return with_elements(proto, dtype, shape)
        except (ValueError, DecodeError) as error:
            raise errors.DataLossError(
                None, None, f"The slice {extents} of tensor {name!r} in {self.path} can't be read: {error}"
            ) from None

    def close(self) -> None:
        if isinstance(self.data, mmap.mmap):
            self.data.close()


class SliceReader:
    """The tensors of the tables that a pattern names, read one at a time; a context manager.

    NotFoundError where there are none; DataLossError, naming file and tensor, where one is damaged or of another kind.
    """

    def __init__(self, pattern: Path) -> None:
        self.prefix = os.fspath(pattern)
        self._tables: list[_Table] = []
        self.entries: dict[str, SliceEntry] = {}
        paths = matching(pattern)
        if not paths:
            raise errors.NotFoundError(
                None,
                None,
                f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {self.prefix}",
            )
        try:
            for path in paths:
                self._add(path)
        except BaseException:
            self.close()
            raise

    def _add(self, path: str) -> None:
        table = _Table(path)
        self._tables.append(table)
        for proto in table.meta.tensor:
            made = SliceEntry(proto)
            entry = self.entries.setdefault(proto.name, made)
            if (entry.dtype, entry.shape) != (made.dtype, made.shape):
                raise errors.DataLossError(
                    None,
                    None,
                    f"Incompatible tensor shapes or dtypes detected for tensor {proto.name} in {path}: existing = "
                    f"{entry.dtype.name} {list(entry.shape)}, new = {made.dtype.name} {list(made.shape)}",
                )
            entry.places.update(dict.fromkeys(map(extents_of, proto.slice), table))

    def read(self, name: str) -> np.ndarray:
        """The values of a tensor, bytes objects for strings. NotFoundError for a name that is not there."""
        entry = self.entries.get(name)
        if entry is None:
            raise errors.NotFoundError(None, None, f"Key {name} not found in checkpoint")
        return self.read_slice(name, [(0, -1)] * len(entry.shape))

    def read_into(self, name: str, target: np.ndarray) -> None:
        """Puts the values of a tensor of numbers into an array of its shape and dtype."""
        target[...] = self.read(name)

    def read_slice(self, name: str, extents: Sequence[Extent]) -> np.ndarray:
        """The values of a part of a tensor, (start, length) for each dimension, from whichever slices have them."""
        entry = self.entries[name]
        wanted = _ranges(entry.shape, extents)
        result = np.empty([stop - start for start, stop in wanted], entry.dtype.as_numpy_dtype)
        filled = 0
        for place, table in entry.places.items():
            held = _ranges(entry.shape, place)
            both = [(max(a, c), min(b, d)) for (a, b), (c, d) in zip(wanted, held)]
            if any(start >= stop for start, stop in both) and result.size:
                continue
            values = table.read(name, place, entry.dtype, [stop - start for start, stop in held])
            part = values[tuple(slice(a - start, b - start) for (a, b), (start, _) in zip(both, held))]
            result[tuple(slice(a - start, b - start) for (a, b), (start, _) in zip(both, wanted))] = part
            filled += part.size
        if filled < result.size:
            raise errors.InvalidArgumentError(
                None, None, f"Error copying slice data: {self.prefix} lacks parts of {list(extents)} of {name}"
            )
        return result

    def close(self) -> None:
        """Closes the files."""
        for table in self._tables:
            table.close()
        self._tables.clear()

    def __enter__(self) -> SliceReader:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


def matching(pattern: Path) -> list[str]:
    """The files that a pattern names."""
    return sorted(path for path in glob.glob(os.fspath(pattern)) if os.path.isfile(path))


def slice_files(pattern: Path) -> list[str]:
    """The files that a pattern names where they are all tables, and none otherwise."""
    paths = matching(pattern)
    return paths if all(map(sstable.is_table, paths)) else []


def _ranges(shape: Sequence[int], extents: Sequence[Extent]) -> list[tuple[int, int]]:
    return [
        (start, size if length < 0 else start + length) for size, (start, length) in zip(shape, extents, strict=True)
    ]


class SliceWriter:
    """Writes a table of slices of tensors; `close` puts it in its place."""

    def __init__(self, path: Path) -> None:
        self.path = os.fspath(path)
        self._meta = message("SavedTensorSlices")()
        self._meta.meta.versions.producer = 1
        self._data: dict[bytes, bytes] = {}
        self._known: dict[str, Any] = {}

    def add(
        self, name: str, values: np.ndarray, dtype: dtypes.DType, shape: Sequence[int], extents: Sequence[Extent]
    ) -> None:
        """Adds a slice of a tensor of shape `shape`; its elements lie where `extents` tell.

        UnimplementedError or InvalidArgumentError for a dtype that such files can't hold; InvalidArgumentError for a
        slice of another dtype or shape than those before, or one that is too large.
        """
        most = _BYTES.get(dtype.name)
        if most is None and dtype in (dtypes.uint32, dtypes.uint64):
            text = f"Tensor slice serialization not implemented for dtype {dtype.as_datatype_enum}"
            raise errors.InvalidArgumentError(None, None, text)
        if most is None:
            raise errors.UnimplementedError(None, None, f"Saving data type {dtype.name} not yet supported")
        if values.size * most + len(name) + _ROOM > _MOST_BYTES:
            raise errors.InvalidArgumentError(None, None, f"Tensor slice of {name} is too large to serialize")
        about = self._known.get(name)
        if about is None:
            about = self._known[name] = self._meta.meta.tensor.add(name=name, type=dtype.as_datatype_enum)
            about.shape.SetInParent()
            for size in shape:
                about.shape.dim.add(size=size)
        elif about.type != dtype.as_datatype_enum or [d.size for d in about.shape.dim] != list(shape):
            raise errors.InvalidArgumentError(None, None, f"Mismatching shapes or dtypes of slices of {name}")
        saved = message("SavedTensorSlices")()
        saved.data.name = name
        for proto in (about.slice.add(), saved.data.slice):
            proto.SetInParent()
            for start, length in extents:
                proto.extent.add(**({} if length < 0 else {"start": start, "length": length}))
        add_elements(saved.data.data, values, dtype)
        saved.data.data.SetInParent()
        self._data[slice_key(name, tuple(extents))] = saved.SerializeToString(deterministic=True)

    def close(self) -> None:
        """Puts the table in its place."""
        pairs = [(b"", self._meta.SerializeToString(deterministic=True)), *sorted(self._data.items())]
        with Replacing(self.path) as file:
            file.write(sstable.write(pairs))
