"""Datasets of the records in files: TFRecordDataset, TextLineDataset, FixedLengthRecordDataset."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import os
import zlib
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import EagerTensor
from tfcompat._formats.tfrecord import read_records
from tfcompat.data import _structure
from tfcompat.data._mapping import invalid
from tfcompat.data._nesting import open_datasets
from tfcompat.data._sources import int64
from tfcompat.data._threads import Prefetched
from tfcompat.data.dataset import AUTOTUNE, Dataset
from tfcompat.io import _paths

_READERS = "tensorflow.python.data.ops.readers"
_PIECE = 1 << 18
_END = object()


def filenames_dataset(filenames: Any, names: str = "filenames") -> Dataset:
    """The names of files, a string tensor of any shape or a dataset of scalars, as a dataset. TypeError for others."""
    if isinstance(filenames, Dataset):
        spec = filenames._known_spec()
        if spec is not None and getattr(spec, "dtype", None) is not dtypes.string:
            kind = getattr(spec, "dtype", spec)
            raise TypeError(
                f"The `{names}` argument must contain `tf.string` elements. Got a dataset of `{kind!r}` elements."
            )
        if spec is not None and not TensorSpec((), dtypes.string).is_compatible_with(spec):
            raise TypeError(
                f"The `{names}` argument must contain `tf.string` elements of shape [] (i.e. scalars). Got a dataset "
                f"of element shape {spec.shape}."
            )
        return filenames
    with _structure.on_host():
        tensor = convert_to_tensor(filenames)
    if tensor.dtype is not dtypes.string:
        raise TypeError(f"The `{names}` argument must contain `tf.string` elements. Got `{tensor.dtype!r}` elements.")
    return Dataset.from_tensor_slices(tensor if tensor.shape.rank == 1 else _flat(tensor))


def _flat(tensor: Any) -> Any:
    import tfcompat

    return tfcompat.reshape(tensor, [-1])


class _FilesDataset(Dataset):
    """Strings from files, one file after the other, or several in turn."""

    def __init__(self, filenames: Any, compression_type: Any, buffer_size: Any, num_parallel_reads: Any = None) -> None:
        super().__init__()
        self._filenames = filenames_dataset(filenames)
        self._compression = _text(compression_type)
        self._buffer_size = None if buffer_size is None else int64(buffer_size)
        self._reads = None if num_parallel_reads is None else int64(num_parallel_reads)

    def _inputs(self) -> list[Dataset]:
        return [self._filenames]

    @property
    def element_spec(self) -> Any:
        """A string."""
        return TensorSpec((), dtypes.string)

    def _strings(self, path: str) -> Iterator[bytes]:
        raise NotImplementedError(f"{type(self).__name__}._strings")

    def _elements(self, filename: Any) -> Iterator[Any]:
        path = os.fsdecode(filename.numpy())
        with reading(path):
            for string in self._strings(_paths.local(path)):
                yield EagerTensor(_scalar(string))

    def _iterate(self) -> Iterator[Any]:
        files = self._filenames._iterate()
        if self._reads is None or self._reads in (0, 1):
            return itertools.chain.from_iterable(map(self._elements, files))
        return self._interleaved(files, open_datasets(AUTOTUNE) if self._reads == AUTOTUNE else self._reads)

    def _interleaved(self, files: Iterator[Any], count: int) -> Iterator[Any]:
        """One element of each of `count` files in turn."""
        slots: list[Any] = [None] * count
        more, at = True, 0
        while more or any(s is not None for s in slots):
            if slots[at] is None and more:
                name = next(files, _END)
                more = name is not _END
                slots[at] = Prefetched(self._elements(name), 16) if more else None
            if slots[at] is not None:
                element = next(slots[at], _END)
                if element is _END:
                    slots[at] = None
                else:
                    yield element
            at = (at + 1) % count


@contextlib.contextmanager
def reading(path: str) -> Iterator[None]:
    """Raises what goes wrong with a file as a dataset's error."""
    try:
        with _paths.translated(path):
            yield
    except errors.OpError as e:
        if "[Op:" in e.message:
            raise
        kind: Any = type(e)
        raise kind(None, None, f"{e.message} [Op:IteratorGetNext] name: ") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = convert_to_tensor(value, dtypes.string).numpy()
    return text.decode()


def _scalar(value: bytes) -> np.ndarray:
    array = np.empty((), dtype=object)
    array[()] = value
    return array


class TFRecordDataset(_FilesDataset):
    """The records of TFRecord files (tf.data.TFRecordDataset), as tf.string scalars.

    filenames: a string tensor, or a dataset of names. compression_type: None, "", "ZLIB" or "GZIP". buffer_size: how
    many bytes are read at once. num_parallel_reads: how many files are read at a time, a record of each in turn.
    NotFoundError for a file that is not there, DataLossError for one that is damaged.
    """

    __module__ = _READERS

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _strings(self, path: str) -> Iterator[bytes]:
        if self._compression not in ("", "ZLIB", "GZIP"):
            raise invalid(f"Unsupported compression type: {self._compression}")
        return read_records(path, self._compression, self._buffer_size)


class TextLineDataset(_FilesDataset):
    """The lines of text files (tf.data.TextLineDataset), as tf.string scalars without their ends.

    The arguments are those of TFRecordDataset.
    """

    __module__ = _READERS

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _strings(self, path: str) -> Iterator[bytes]:
        with opened(path, self._compression, self._buffer_size) as file:
            for line in file:
                line = line.removesuffix(b"\n")
                yield line.removesuffix(b"\r")


class FixedLengthRecordDataset(_FilesDataset):
    """Records of `record_bytes` bytes each (tf.data.FixedLengthRecordDataset), as tf.string scalars.

    header_bytes, footer_bytes: what is left out at a file's start and end. The other arguments are those of
    TFRecordDataset. InvalidArgumentError for a file that is not made of whole records.
    """

    __module__ = _READERS

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)
        self._record = int64(record_bytes)
        self._header = 0 if header_bytes is None else int64(header_bytes)
        self._footer = 0 if footer_bytes is None else int64(footer_bytes)

    def _strings(self, path: str) -> Iterator[bytes]:
        if self._record <= 0:
            raise invalid("`record_bytes` must be > 0")
        with opened(path, self._compression, self._buffer_size) as file:
            if self._compression:
                data = file.read()
                self._check(len(data), path)
                stop = len(data) - self._footer
                for start in range(self._header, stop, self._record):
                    yield data[start : start + self._record]
                return
            size = os.path.getsize(path)
            self._check(size, path)
            file.seek(self._header)
            for _ in range((size - self._header - self._footer) // self._record):
                yield file.read(self._record)

    def _check(self, size: int, path: str) -> None:
        body = size - self._header - self._footer
        if body % self._record or body < 0:
            raise invalid(
                f"Excluding the header ({self._header} bytes) and footer ({self._footer} bytes), input file "
                f'"{path}" has body length {body} bytes, which is not an exact multiple of the record length '
                f"({self._record} bytes)."
            )


def opened(path: str, compression: str, buffer_size: int | None = None) -> IO[bytes]:
    """The file at `path`, to be read through its compression: "", "GZIP" or "ZLIB"; else InvalidArgumentError."""
    if compression == "GZIP":
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if compression == "ZLIB":
        import io

        with open(path, "rb") as file:
            try:
                return io.BytesIO(zlib.decompress(file.read()))
            except zlib.error as e:
                raise errors.DataLossError(None, None, f"inflate() failed: {e}") from None
    if compression:
        raise invalid(f"Unsupported compression type: {compression}")
    return open(path, "rb", buffering=buffer_size if buffer_size and buffer_size > 1 else _PIECE)


for _cls in (TFRecordDataset, TextLineDataset, FixedLengthRecordDataset):
    _cls.__name__ = _cls.__qualname__ = f"{_cls.__name__}V2"
