"""Distributed snapshots: datasets that workers of the tf.data service write to a directory, each its share.

The directory holds snapshot.metadata, a DistributedSnapshotMetadata in protobuf's text format, and the elements in
chunks/chunk_WORKER_NUMBER_COUNT; a file called DONE says that it is whole, ERROR why it will not be.
"""

from __future__ import annotations

import itertools
import os
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

from tfcompat._core import errors
from tfcompat._formats.files import replacing
from tfcompat.data import _copies, _elements
from tfcompat.data._functions import DatasetFunction
from tfcompat.data._sources import _VariantDataset
from tfcompat.data._spec import DatasetSpec
from tfcompat.data.dataset import Dataset
from tfcompat.io import _paths

_SPEC, _METADATA, _CHUNKS, _DONE, _ERROR = "dataset_spec.pb", "snapshot.metadata", "chunks", "DONE", "ERROR"
_COMPRESSIONS = {None: "", "AUTO": "GZIP", "GZIP": "GZIP", "SNAPPY": "SNAPPY"}
_CHUNK = re.compile(r"chunk_(\d+)_(\d+)_(\d+)")  # number of the worker, of the chunk, and of the elements in it
_CHUNK_ELEMENTS = 10_000


def distributed_save(dataset: Dataset, path: str, data_service_address: str, compression: str | None = "AUTO") -> None:
    """Has the workers of a tf.data service write a dataset (tf.data.experimental.distributed_save).

    path: the directory, which tf.data.Dataset.load reads, with wait=True while it is written: this returns at once.
    data_service_address: "host:port" of a dispatcher. compression: "AUTO", which is GZIP here, "GZIP", "SNAPPY" or
    None. ValueError for an empty address or another compression, InvalidArgumentError for a dispatcher that does
    not tolerate faults, AlreadyExistsError where the directory has a snapshot.
    """
    from tfcompat.data.experimental.service._servers import dispatcher_at, parse_service

    if not isinstance(data_service_address, str):
        raise ValueError(
            "`data_service_address` must be a string, but `data_service_address` was of type "
            f"{type(data_service_address)}: {data_service_address}"
        )
    if not data_service_address:
        raise ValueError("`data_service_address` must not be empty")
    if compression not in _COMPRESSIONS:
        raise ValueError(f"`compression` must be 'AUTO', 'GZIP', 'SNAPPY' or None, got {compression!r}.")
    if not path:
        raise errors.InvalidArgumentError(None, None, "directory must be nonempty")
    folder, kind = _paths.local(path), _COMPRESSIONS[compression]
    dispatcher = dispatcher_at(parse_service(data_service_address)[1])
    if not dispatcher.tolerates_faults:
        raise errors.InvalidArgumentError(
            None,
            None,
            "Failed to snapshot: tf.data distributed snapshot requires running tf.data service in the fault tolerant "
            "mode. To enable the fault tolerant mode, set `DispatcherConfig.fault_tolerant_mode` to true and provide a "
            "valid `DispatcherConfig.work_dir`.",
        )
    if os.path.exists(os.path.join(folder, _METADATA)):
        raise errors.AlreadyExistsError(
            None, None, f"Failed to snapshot: tf.data snapshot at {path} is already started or completed"
        )
    copy, spec = _copies.copied(dataset), dataset.element_spec
    _begin(folder, spec, kind)
    threading.Thread(
        target=_write, args=(folder, copy, max(1, len(dispatcher.workers)), kind), name="tf_data_snapshot"
    ).start()


def _begin(folder: str, spec: Any, compression: str) -> None:
    from google.protobuf import text_format

    from tfcompat._formats.protos import message
    from tfcompat._formats.structures import encoded

    data = encoded(spec).SerializeToString()
    about = message("DistributedSnapshotMetadata")(element_spec=data, compression=compression)
    with _paths.translated(folder):
        os.makedirs(os.path.join(folder, _CHUNKS), exist_ok=True)
    for name, content in ((_SPEC, data), (_METADATA, text_format.MessageToString(about).encode())):
        _put(os.path.join(folder, name), content)


def _put(path: str, content: bytes) -> None:
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(content)


def _write(folder: str, dataset: Dataset, workers: int, compression: str) -> None:
    """Writes the chunks, one worker's after the other's, and says how it ended."""
    splits = {id(s): _copies.Splits(s) for s in _copies.sources_of(dataset)}
    try:
        for worker in range(workers):
            elements = _copies.of_splits(dataset, splits)._iterate()
            for number in itertools.count():
                if not _write_chunk(folder, worker, number, elements, compression):
                    break
    except Exception as e:  # told to whoever loads it
        _put(os.path.join(folder, _ERROR), f"{type(e).__name__}: {e}".encode())
    else:
        _put(os.path.join(folder, _DONE), b"")


def _write_chunk(folder: str, worker: int, number: int, elements: Iterator[Any], compression: str) -> bool:
    """Writes the next elements; whether there were any. A chunk's name tells how many it holds."""
    path = os.path.join(folder, f"chunk_{worker}_{number}")
    with _elements.Writer(path, compression) as writer:
        for element in itertools.islice(elements, _CHUNK_ELEMENTS):
            writer.write(element)
    if not writer.count:
        os.unlink(path)
        return False
    os.replace(path, os.path.join(folder, _CHUNKS, f"chunk_{worker}_{number}_{writer.count}"))
    return True


# ---- reading ----


def metadata(path: str) -> Any:
    """The DistributedSnapshotMetadata in a file; None where there is none."""
    from google.protobuf import text_format

    from tfcompat._formats.protos import message

    try:
        with open(path, encoding="utf-8") as file:
            return text_format.Parse(file.read(), message("DistributedSnapshotMetadata")())
    except (OSError, UnicodeDecodeError, text_format.ParseError):
        return None


def load(folder: str, about: Any, reader_func: Any) -> Dataset:
    """The dataset of a distributed snapshot, which may still be written: its elements are waited for."""
    from tfcompat._formats.structures import decoded

    spec = decoded(about.element_spec)
    chunks = _VariantDataset(_Chunks(folder, spec, about.compression), DatasetSpec(spec))
    if reader_func is None:
        return chunks.interleave(lambda chunk: chunk, cycle_length=os.cpu_count() or 1)
    return DatasetFunction(reader_func, DatasetSpec(DatasetSpec(spec)), "load", spread=False)(chunks)


class _Chunks:
    """Iterates over the datasets of a snapshot's chunks."""

    def __init__(self, folder: str, spec: Any, compression: str) -> None:
        self._folder, self._spec, self._compression = folder, spec, compression

    def __iter__(self) -> Iterator[Any]:
        for path in chunk_files(self._folder):
            yield _VariantDataset(_Chunk(path, self._spec, self._compression), self._spec)


def chunk_files(folder: str) -> Iterator[str]:
    """The chunks of a snapshot: those that are there, then what comes, until it is whole.

    InternalError where it will not be.
    """
    seen: set[str] = set()
    chunks = os.path.join(folder, _CHUNKS)
    while True:
        whole = os.path.exists(os.path.join(folder, _DONE))
        if os.path.exists(failed := os.path.join(folder, _ERROR)):
            with open(failed, encoding="utf-8", errors="replace") as file:
                raise errors.InternalError(None, None, f"The snapshot at {folder} failed: {file.read()}")
        names = os.listdir(chunks) if os.path.isdir(chunks) else []
        found = [m for m in map(_CHUNK.fullmatch, names) if m and m[0] not in seen]
        for match in sorted(found, key=lambda m: (int(m[2]), int(m[1]))):
            seen.add(match[0])
            yield os.path.join(chunks, match[0])
        if whole:
            return
        time.sleep(0.05)


class _Chunk:
    """Iterates over the elements of a chunk."""

    def __init__(self, path: str, spec: Any, compression: str) -> None:
        self._path, self._spec, self._compression = path, spec, compression

    def __iter__(self) -> Iterator[Any]:
        return _elements.read(self._path, self._spec, self._compression)
