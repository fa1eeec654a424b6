"""Dataset.cache: elements that are kept, in memory or in files, by the first pass over them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.tensor import EagerTensor
from tfcompat._formats.files import replacing
from tfcompat._formats.structures import decoded, encoded
from tfcompat.data import _elements, _rows, _structure
from tfcompat.data._rows import Index, Ordered, Rows
from tfcompat.data.dataset import Dataset, UnaryUnchanged
from tfcompat.io import _paths

_MOST_BYTES = 1 << 36


class CacheDataset(UnaryUnchanged):
    """The elements, kept by the first whole pass over them."""

    __module__ = "tensorflow.python.data.ops.cache_op"

    def __init__(self, input_dataset: Dataset, filename: Any = "") -> None:
        super().__init__(input_dataset)
        name = convert_to_tensor(filename, dtypes.string).numpy()
        self._path = _paths.local(os.fsdecode(name)) if name else ""
        self._begin_anew()

    def _begin_anew(self) -> None:
        super()._begin_anew()
        self._kept: list[Any] | None = None
        self._numbers: list[Any] | None = None
        self._rows: Rows | None = None
        self._lock = threading.Lock()

    def _cardinality(self) -> int:
        return self._input_dataset._cardinality()

    def _iterate(self) -> Iterator[Any]:
        if self._path:
            return self._from_files()
        ordered = self._ordered()
        return self._from_memory() if ordered is None or self._numbers is None else _rows.OneByOne(ordered)

    # ---- in memory ----

    def _from_memory(self) -> Iterator[Any]:
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[Any] = []
        count = self._cardinality()
        for element in self._input_dataset._iterate():
            kept.append(element)
            if len(kept) == count:  # training, for one, takes the elements that there are and doesn't ask for the end
                self._kept = kept
            yield element
        self._kept = kept

    def _skip_pass(self) -> None:
        if self._kept is None and self._numbers is None:
            super()._skip_pass()

    def _ordered(self) -> Ordered | None:
        """See Dataset. The rows of elements that can be had many at a time are kept as they are asked for."""
        if self._path:
            return None
        ordered = None
        with self._lock:
            if self._numbers is None and self._kept is not None:
                self._rows = self._stacked()
            elif self._numbers is None:
                ordered = self._input_dataset._ordered()
                if ordered is None or ordered.count is None:
                    return None
                self._rows = self._rows or KeptRows.of(ordered.rows)
                if self._rows is not None and ordered.plain:
                    self._numbers = [range(self._rows.size)]
        if self._rows is None:
            return None
        if self._numbers is None and ordered is not None:
            return Ordered(self._rows, self._drawn(ordered), ordered.count)
        numbers = self._numbers or []
        return Ordered(self._rows, numbers, sum(map(len, numbers)), plain=numbers == [range(self._rows.size)])

    def _drawn(self, ordered: Ordered) -> Iterator[Any]:
        """The numbers of a first pass, one by one: their order is kept once the last was had."""
        drawn = []
        for block in ordered.blocks():
            for number in _rows.as_tensor(block).split(1):
                drawn.append(number)
                if len(drawn) == ordered.count:
                    self._numbers = [torch.cat(drawn)]
                yield number

    def _stacked(self) -> Rows | None:
        """The kept elements as rows, where they are tensors of one shape; they are kept once."""
        kept = self._kept or []
        leaves = [structure.flatten(e) for e in kept]
        if not kept or any(type(x) is not EagerTensor for x in leaves[0]):
            return None
        shapes = [[x._t.shape for x in each] for each in leaves]
        if any(s != shapes[0] for s in shapes):
            return None
        self._numbers = [range(len(kept))]
        return _rows.TensorRows(_structure.stack(kept), len(kept))

    # ---- in files ----

    def _from_files(self) -> Iterator[Any]:
        index = f"{self._path}.index"
        if os.path.exists(index):
            with open(index, "rb") as file:
                held = file.read()
            if held:
                yield from _elements.read(f"{self._path}.data-00000-of-00001", decoded(held))
            return
        lock = f"{self._path}_0.lockfile"
        if os.path.exists(lock):
            raise _paths.failure(
                "IteratorGetNext",
                f"There appears to be a concurrent caching iterator running - cache lockfile already exists "
                f"('{lock}'). "
                "If you are sure no other running TF computations are using this cache prefix, delete the lockfile and "
                "re-initialize the iterator.",
                _already_exists(),
            )
        with _paths.translated(lock):
            open(lock, "x").close()
        try:
            data = f"{self._path}.data-00000-of-00001"
            spec = b""
            with _elements.Writer(data) as writer:
                for element in self._input_dataset._iterate():
                    spec = spec or encoded(_structure.spec_of(element)).SerializeToString()
                    writer.write(element)
                    yield element
            with replacing(index) as temporary, open(temporary, "wb") as file:
                file.write(spec)
        finally:
            os.unlink(lock)


def _already_exists() -> Any:
    from tfcompat._core import errors

    return errors.AlreadyExistsError


class KeptRows(Rows):
    """Other rows, each of which is made once."""

    def __init__(self, rows: Rows, first: Any) -> None:
        self._made, self.size = rows, rows.size
        self._have = torch.zeros(rows.size, dtype=torch.bool)
        self._all = False
        self._kept = structure.map_structure(self._room, first)
        self._lock = threading.Lock()

    @staticmethod
    def of(rows: Rows) -> Rows | None:
        """The rows, kept; as they are where they are kept as they are; None where they take too much memory."""
        if isinstance(rows, (_rows.TensorRows, KeptRows)) or not rows.size:
            return rows
        first = rows.take(slice(0, 1))
        bytes_each = sum(
            x._t.nbytes if isinstance(x._t, np.ndarray) else x._t.numel() * x._t.element_size()
            for x in structure.flatten(first)
        )
        if bytes_each * rows.size > _MOST_BYTES:
            return None
        return KeptRows(rows, first)

    def _room(self, x: EagerTensor) -> EagerTensor:
        t: Any = x._t
        if isinstance(t, np.ndarray):
            return EagerTensor(np.empty((self.size, *t.shape[1:]), t.dtype))
        return EagerTensor(torch.empty((self.size, *t.shape[1:]), dtype=t.dtype))

    def take(self, index: Index) -> Any:
        """See Rows."""
        if not self._all:
            self._make(index)
        return _rows.TensorRows(self._kept, self.size).take(index)

    def _make(self, index: Index) -> None:
        with self._lock:
            numbers = torch.arange(*index.indices(self.size)) if isinstance(index, slice) else index
            missing = numbers[~self._have[numbers]]
            if len(missing):
                made = self._made.take(missing)
                for kept, new in zip(structure.flatten(self._kept), structure.flatten(made), strict=True):
                    kept._t[missing if isinstance(kept._t, torch.Tensor) else missing.numpy()] = new._t
                self._have[missing] = True
                self._all = bool(self._have.all())
