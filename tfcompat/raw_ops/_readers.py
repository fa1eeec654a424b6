"""Raw ops that read the files of a queue, a record at a time."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Invalid, Value
from tfcompat._formats.tfrecord import read_records
from tfcompat.data._records import opened
from tfcompat.io import _paths
from tfcompat.raw_ops._queues import _queue
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Resource, each_time

Records = Callable[[str], Iterator[tuple[bytes, bytes]]]


class _Reader(Resource):
    """Records of files, one file after the other.

    single: whether a file is one record, with which it ends. saves: whether the state can be had as a string.
    """

    def __init__(self, kernel: str, records: Records, single: bool = False, saves: bool = False) -> None:
        self.kernel, self.records, self.single, self.saves = kernel, records, single, saves
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forgets all that was read."""
        self.current: Iterator[tuple[bytes, bytes]] | None = None
        self.started = self.finished = self.produced = 0

    def next(self, queue: Any, wait: bool = True) -> tuple[bytes, bytes] | None:
        """The next key and record; OutOfRangeError where files and queue are at their ends.

        Without `wait` None where another file would have to be begun.
        """
        while True:
            if self.current is None:
                if not wait:
                    return None
                name = queue.dequeue().numpy()
                self.started += 1
                self.current = self.records(name.decode())
            found = next(self.current, None)
            if found is not None:
                self.produced += 1
                if self.single:
                    self.current = None
                    self.finished += 1
                return found
            self.current = None
            self.finished += 1


_shared: dict[tuple[str, str, str], _Reader] = {}


def _made(reader: _Reader, container: str, shared_name: str) -> _Reader:
    return _shared.setdefault((reader.kernel, container, shared_name), reader) if shared_name else reader


# ---- kinds of readers ----


@raw("IdentityReaderV2")
def identity_reader(container: str, shared_name: str) -> _Reader:
    """A reader whose records are the names in the queue."""

    def records(name: str) -> Iterator[tuple[bytes, bytes]]:
        yield name.encode(), name.encode()

    return _made(_Reader("IdentityReader", records, single=True, saves=True), container, shared_name)


@raw("WholeFileReaderV2")
def whole_file_reader(container: str, shared_name: str) -> _Reader:
    """A reader whose records are whole files."""

    def records(name: str) -> Iterator[tuple[bytes, bytes]]:
        with _paths.translated(name), open(_paths.local(name), "rb") as file:
            yield name.encode(), file.read()

    return _made(_Reader("WholeFileReader", records, single=True), container, shared_name)


@raw("TextLineReaderV2")
def text_line_reader(skip_header_lines: int, container: str, shared_name: str) -> _Reader:
    """A reader of lines, but for the first ones of each file."""
    if skip_header_lines < 0:
        raise Invalid(f"skip_header_lines must be >= 0 not {skip_header_lines}")

    def records(name: str) -> Iterator[tuple[bytes, bytes]]:
        with _paths.translated(name), open(_paths.local(name), "rb") as file:
            for number, line in enumerate(file, 1):
                if number > skip_header_lines:
                    yield f"{name}:{number}".encode(), line.removesuffix(b"\n").removesuffix(b"\r")

    return _made(_Reader("TextLineReader", records), container, shared_name)


@raw("TFRecordReaderV2")
def tf_record_reader(container: str, shared_name: str, compression_type: str) -> _Reader:
    """A reader of TFRecord files."""

    def records(name: str) -> Iterator[tuple[bytes, bytes]]:
        at = 0
        for record in read_records(_paths.local(name), compression_type):
            yield f"{name}:{at}".encode(), record
            at += len(record) + 16  # a length, its checksum, and the record's

    return _made(_Reader("TFRecordReader", records), container, shared_name)


@raw("FixedLengthRecordReaderV2")
def fixed_length_record_reader(
    record_bytes: int,
    header_bytes: int,
    footer_bytes: int,
    hop_bytes: int,
    container: str,
    shared_name: str,
    encoding: str,
) -> _Reader:
    """A reader of records of one length, `hop_bytes` (their length where 0) from one to the next.

    encoding: "ZLIB" where files are compressed; anything else stands for plain ones.
    """
    sizes = {"header_bytes": header_bytes, "footer_bytes": footer_bytes, "hop_bytes": hop_bytes}
    if record_bytes <= 0:
        raise Invalid(f"record_bytes must be > 0 not {record_bytes}")
    for what, size in sizes.items():
        if size < 0:
            raise Invalid(f"{what} must be >= 0 not {size}")

    def records(name: str) -> Iterator[tuple[bytes, bytes]]:
        with _paths.translated(name), opened(_paths.local(name), "ZLIB" if encoding == "ZLIB" else "") as file:
            data = file.read()
        last = len(data) - footer_bytes - record_bytes
        for number, at in enumerate(range(header_bytes, last + 1, hop_bytes or record_bytes)):
            yield f"{name}:{number}".encode(), data[at : at + record_bytes]

    return _made(_Reader("FixedLengthRecordReader", records), container, shared_name)


# ---- reading ----


def _strings(values: list[bytes]) -> np.ndarray:
    found = np.empty(len(values), object)
    found[:] = values
    return found


def _names(queue_handle: Any) -> Any:
    queue = _queue(queue_handle)
    if list(queue.dtypes) != [dtypes.string]:
        raise Invalid(f"queue_handle must have one component of dtype string, has {[d.name for d in queue.dtypes]}")
    return queue


@raw("ReaderReadV2")
def reader_read(reader_handle: _Reader, queue_handle: Any) -> Any:
    """The next key and record."""
    queue = _names(queue_handle)

    def read() -> list[Any]:
        with reader_handle.lock:
            found: Any = reader_handle.next(queue)
        return [np.array(part, object) for part in found]

    return tuple(each_time(read, [], [dtypes.string] * 2))


@raw("ReaderReadUpToV2")
def reader_read_up_to(reader_handle: _Reader, queue_handle: Any, num_records: Value) -> Any:
    """The next keys and records, at most `num_records` of one file."""
    queue = _names(queue_handle)

    def read(most: Any) -> list[Any]:
        if int(most) <= 0:
            raise Invalid(f"num_records must be positive, got {int(most)}")
        with reader_handle.lock:
            found: list[Any] = [reader_handle.next(queue)]
            more = iter(lambda: reader_handle.next(queue, wait=False), None)
            found += itertools.islice(more, int(most) - 1)
        return [_strings([pair[i] for pair in found]) for i in (0, 1)]

    return tuple(each_time(read, [num_records], [dtypes.string] * 2))


def _count(kernel: str, name: str) -> None:
    @raw(kernel)
    def count(reader_handle: _Reader) -> torch.Tensor:
        return each_time(lambda: [torch.tensor(getattr(reader_handle, name))], [], [dtypes.int64])[0]

    count.__doc__ = f"How many were {name} so far ({kernel})."


_count("ReaderNumRecordsProducedV2", "produced")
_count("ReaderNumWorkUnitsCompletedV2", "finished")


@raw("ReaderResetV2")
def reader_reset(reader_handle: _Reader) -> None:
    """Takes a reader back to where it was made."""
    each_time(reader_handle.reset, [], None)


def _saving(reader: _Reader, what: str) -> None:
    if not reader.saves:
        raise Invalid(f"Reader {what}", errors.UnimplementedError)


@raw("ReaderSerializeStateV2")
def reader_serialize_state(reader_handle: _Reader) -> np.ndarray:
    """How far a reader is, as a string."""
    _saving(reader_handle, "SerializeState")
    numbers = reader_handle.started, reader_handle.finished, reader_handle.produced
    return np.array(np.array(numbers, "<i8").tobytes(), object)


@raw("ReaderRestoreStateV2")
def reader_restore_state(reader_handle: _Reader, state: Value) -> None:
    """Takes a reader to where it was."""
    _saving(reader_handle, "RestoreState")
    text: Any = state.item()
    if len(text) != 24:
        raise Invalid(f"Could not parse state for {reader_handle.kernel}: {text!r}")
    reader_handle.reset()
    numbers = np.frombuffer(text, "<i8").tolist()
    reader_handle.started, reader_handle.finished, reader_handle.produced = numbers
