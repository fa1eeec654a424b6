"""Checkpoints under a prefix: TensorFlow's bundle, one safetensors file, or, to read, TensorFlow's first format.

PREFIX.safetensors holds the tensors under TensorFlow's names, and the object graph in its metadata. What safetensors
has no dtype for, strings among it, is kept as bytes; the metadata tells its dtype and shape.
"""

from __future__ import annotations

import base64
import json
import math
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.storage import to_numpy
from tfcompat._formats import safetensors, sstable
from tfcompat._formats.files import remove
from tfcompat._formats.ordered_code import Place
from tfcompat._formats.protos import message
from tfcompat._formats.snappy import varint
from tfcompat._formats.tensor_bundle import OBJECT_GRAPH_KEY, BundleReader, BundleWriter, data_files, index_path
from tfcompat._formats.tensor_slices import SliceReader, matching, slice_files

Path = str | os.PathLike[str]
FORMATS = ("safetensors", "tf")
_GRAPH, _DTYPES = "tensorflow_object_graph", "tensorflow_dtypes"
_BY_NAME = {short: dtypes.as_dtype(name) for name, short in safetensors.DTYPES.items()}


class Item(NamedTuple):
    """A tensor to write: its name, dtype and shape, and what gives its values.

    held, owner: the torch tensor or array of strings in a program, and the object that has it, where there is one.
    """

    name: str
    dtype: dtypes.DType
    shape: tuple[int, ...]
    values: Callable[[], np.ndarray]
    held: Any = None
    owner: Any = None


def item(name: str, array: np.ndarray, dtype: dtypes.DType | None = None) -> Item:
    """The item of an array that is there already."""
    if dtype is None:
        dtype = dtypes.string if array.dtype.kind in "OSU" else dtypes.as_dtype(array.dtype)
    return Item(name, dtype, tuple(array.shape), lambda: array)


def safetensors_path(prefix: Path) -> str:
    """The file of a checkpoint in the safetensors format."""
    return f"{os.fspath(prefix)}.safetensors"


def files(prefix: Path) -> list[str]:
    """The files of the checkpoint at a prefix, in whichever format, that there are."""
    found = [*data_files(prefix), index_path(prefix), safetensors_path(prefix), *slice_files(prefix)]
    return [path for path in found if os.path.exists(path)]


def _leading(prefix: Path) -> list[str]:
    """The files that make it a checkpoint, of those that there are."""
    found = [path for path in (index_path(prefix), safetensors_path(prefix)) if os.path.exists(path)]
    return found or slice_files(prefix)


def exists(prefix: Path) -> bool:
    """Whether there is a checkpoint at a prefix."""
    return bool(_leading(prefix))


def time_of(prefix: Path) -> float:
    """When the checkpoint at a prefix was written; NotFoundError where there is none."""
    times = [os.stat(path).st_mtime for path in _leading(prefix)]
    if not times:
        raise errors.NotFoundError(None, None, f"{os.fspath(prefix)}; No such file or directory")
    return max(times)


def delete(prefix: Path) -> None:
    """Removes the checkpoint at a prefix: what makes it one first, so that half of it is never taken for it."""
    remove(index_path(prefix))
    for path in files(prefix):
        remove(path)


def write(prefix: Path, items: Iterable[Item], object_graph: bytes | None, format: str) -> None:
    """Writes a checkpoint; one that was there, in either format, is replaced when it is whole."""
    if format == "tf":
        with BundleWriter(prefix) as writer:
            for name, dtype, _, values, *_ in items:
                writer.add(name, values(), dtype)
            if object_graph is not None:
                graph = np.empty((), object)
                graph[()] = object_graph
                writer.add(OBJECT_GRAPH_KEY, graph)
        remove(safetensors_path(prefix))
    else:
        _write_safetensors(prefix, items, object_graph)
        remove(index_path(prefix))
        for path in data_files(prefix):
            remove(path)


def write_shards(prefix: Path, shards: Sequence[Iterable[tuple[Item, Place | None]]]) -> None:
    """Writes a checkpoint in TensorFlow's format, in several files of data: tensors, and where they lie in larger ones.

    One that was there, in either format, is replaced when this is whole.
    """
    with BundleWriter(prefix, len(shards)) as writer:
        for number, shard in enumerate(shards):
            for (name, dtype, _, values, *_), place in shard:
                if place is None:
                    writer.add(name, values(), dtype, number)
                else:
                    writer.add_slice(name, *place, values(), dtype, number)
    remove(safetensors_path(prefix))


def _write_safetensors(prefix: Path, items: Iterable[Item], object_graph: bytes | None) -> None:
    parts, special = [], {}
    for name, dtype, shape, values, *_ in items:
        if dtype.name in safetensors.DTYPES:
            parts.append(safetensors.Part(name, dtype.name, shape, values))
            continue
        special[name] = [dtype.name, list(shape)]
        raw = np.frombuffer(_packed(values(), dtype), np.uint8)
        parts.append(safetensors.Part(name, "uint8", raw.shape, lambda raw=raw: raw))
    metadata = {"format": "pt"}
    if object_graph is not None:
        metadata[_GRAPH] = base64.b64encode(object_graph).decode()
    if special:
        metadata[_DTYPES] = json.dumps(special)
    safetensors.write(safetensors_path(prefix), parts, metadata)


def _packed(array: np.ndarray, dtype: dtypes.DType) -> bytes:
    if dtype is not dtypes.string:
        return np.ascontiguousarray(array).tobytes()
    strings = [value.encode("utf8") if isinstance(value, str) else bytes(value) for value in array.reshape(-1)]
    return b"".join([*(sstable.encode_varint(len(string)) for string in strings), *strings])


def _unpacked(data: bytes, dtype: dtypes.DType, shape: tuple[int, ...]) -> np.ndarray:
    count = math.prod(shape)
    if dtype is not dtypes.string:
        return np.frombuffer(data, dtype.as_numpy_dtype, count).reshape(shape).copy()
    if count > len(data):
        raise ValueError(f"{len(data)} bytes hold no {count} strings")
    lengths, at = [], 0
    for _ in range(count):
        length, at = varint(data, at)
        lengths.append(length)
    if at + sum(lengths) != len(data):
        raise ValueError("the lengths of the strings do not fit")
    array = np.empty(count, object)
    for i, length in enumerate(lengths):
        array[i] = data[at : at + length]
        at += length
    return array.reshape(shape)


class Checkpoint:
    """The checkpoint at a prefix, in whichever format it is, read a tensor at a time; a context manager.

    entries: {name: (dtype, shape)}. object_graph: the bytes of a TrackableObjectGraph, None where it has none.
    NotFoundError where there is no checkpoint; DataLossError, which names file and tensor, where it is damaged.
    """

    def __init__(self, prefix: Path) -> None:
        self.prefix = os.fspath(prefix)
        self._bundle: BundleReader | SliceReader | None = None
        single = safetensors_path(prefix)
        if os.path.exists(single) and not _is_newer(index_path(prefix), single):
            self._open_safetensors(single)
            return
        is_first_format = not os.path.exists(index_path(prefix)) and matching(prefix)
        bundle = self._bundle = SliceReader(prefix) if is_first_format else BundleReader(prefix)
        self.entries = {name: (entry.dtype, entry.shape) for name, entry in bundle.entries.items()}
        has_graph = OBJECT_GRAPH_KEY in self.entries
        self.object_graph: bytes | None = bytes(bundle.read(OBJECT_GRAPH_KEY).reshape(-1)[0]) if has_graph else None

    def _open_safetensors(self, path: str) -> None:
        from google.protobuf.message import DecodeError

        try:
            reader = safetensors.Reader(path)
            special = json.loads(reader.metadata.get(_DTYPES, "{}"))
            self._special = {name: (dtypes.as_dtype(kind), tuple(shape)) for name, (kind, shape) in special.items()}
            self.entries = {
                name: self._special.get(name) or (_BY_NAME[reader.dtype(name)], reader.shape(name))
                for name in reader.names
            }
            graph = reader.metadata.get(_GRAPH)
            self.object_graph = None if graph is None else base64.b64decode(graph, validate=True)
            message("TrackableObjectGraph").FromString(self.object_graph or b"")
            self._single: safetensors.Reader | None = reader
        except (ValueError, TypeError, KeyError, AttributeError, DecodeError) as error:
            raise errors.DataLossError(None, None, f"The checkpoint {path} can't be read: {error}") from None

    def read(self, name: str) -> np.ndarray:
        """The values of a tensor, bytes objects for strings; NotFoundError for a name that is not there."""
        if self._bundle is not None:
            return self._bundle.read(name)
        if name not in self.entries:
            raise errors.NotFoundError(None, None, f"Key {name} not found in checkpoint")
        try:
            values = to_numpy(self._reader().read(name))
            if name in self._special:
                return _unpacked(values.tobytes(), *self._special[name])
            return values
        except (ValueError, FileNotFoundError) as error:
            raise self._lost(name, error) from None

    def read_into(self, name: str, target: torch.Tensor) -> None:
        """Puts the values of a tensor into `target`, a contiguous one of its shape and dtype in the CPU's memory.

        What is found to be damaged leaves `target` as it was.
        """
        if self._bundle is not None:
            self._bundle.read_into(name, to_numpy(target))
        elif name in self._special:
            to_numpy(target)[...] = self.read(name)
        else:
            try:
                self._reader().read_into(name, target)
            except (ValueError, FileNotFoundError) as error:
                raise self._lost(name, error) from None

    def _reader(self) -> safetensors.Reader:
        if self._single is None:
            self._single = safetensors.Reader(safetensors_path(self.prefix))
        return self._single

    def _lost(self, name: str, error: Exception) -> errors.DataLossError:
        path = safetensors_path(self.prefix)
        return errors.DataLossError(None, None, f"The tensor {name!r} of {path} can't be read: {error}")

    def close(self) -> None:
        """Closes the files; reading opens them again."""
        if self._bundle is not None:
            self._bundle.close()
        elif self._single is not None:
            self._single.__exit__()
            self._single = None

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


def _is_newer(path: str, other: str) -> bool:
    return os.path.exists(path) and os.stat(path).st_mtime > os.stat(other).st_mtime
