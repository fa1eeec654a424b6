"""Elements of datasets in files: TFRecords, in which each tensor of an element is a record, a TensorProto.

TensorFlow's saved datasets have the same records, for elements that are made of tensors alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from tfcompat._core import errors, structure
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.storage import to_numpy
from tfcompat._core.tensor import EagerTensor
from tfcompat._formats.files import replacing
from tfcompat._formats.tfrecord import RecordWriter, SnappyRecordWriter, read_records, read_snappy_records
from tfcompat.io import _paths


class Writer:
    """Writes elements to the file at `path`, which is there when it is whole; a context manager."""

    def __init__(self, path: str, compression: str | None = None) -> None:
        self._path, self._compression = path, compression
        self.count = 0

    def __enter__(self) -> Writer:
        with _paths.translated(self._path):
            os.makedirs(os.path.dirname(self._path) or ".", exist_ok=True)
            self._replacing = replacing(self._path)
            path = self._replacing.__enter__()
            snappy = self._compression == "SNAPPY"
            self._records = SnappyRecordWriter(path) if snappy else RecordWriter(path, self._compression)
        return self

    def write(self, element: Any) -> None:
        """Adds an element."""
        from tfcompat._formats.tensor_proto import with_content

        for leaf in _tensors(element):
            proto = with_content(to_numpy(leaf._t), BY_STORAGE[leaf._t.dtype])
            self._records.write(proto.SerializeToString())
        self.count += 1

    def __exit__(self, *exception: Any) -> None:
        self._records.close()
        self._replacing.__exit__(*(exception or (None, None, None)))


def _tensors(element: Any) -> list[Any]:
    leaves = [x for x in structure.flatten(element, expand_composites=True) if x is not None]
    for leaf in leaves:
        if not isinstance(leaf, EagerTensor):
            raise TypeError(f"An element with a {type(leaf).__name__} in it can't be written to a file.")
    return leaves


def read(path: str, spec: Any, compression: str | None = None) -> Iterator[Any]:
    """The elements of the specs `spec` in the file at `path`. DataLossError where it is damaged or ends within one."""
    from tfcompat.io.tensors import tensor_of_bytes

    flat = [s for leaf in structure.flatten(spec) for s in leaf.flatten()]
    with _paths.translated(path):
        records = read_snappy_records(path) if compression == "SNAPPY" else read_records(path, compression)
        while True:
            tensors = []
            for each in flat:
                record = next(records, None)
                if record is None:
                    break
                tensors.append(EagerTensor(tensor_of_bytes(record, each.dtype, "IteratorGetNext")))
            if not tensors:
                return
            if len(tensors) < len(flat):
                raise errors.DataLossError(None, None, f"{path} ends within an element.")
            yield packed(spec, iter(tensors))


def packed(spec: Any, tensors: Iterator[Any]) -> Any:
    """The element of specs `spec` that is made of these tensors."""
    return structure.map_structure(lambda s: s.from_tensors(tensors), spec)
