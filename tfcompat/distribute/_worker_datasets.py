"""A worker's part of a dataset, where several processes train in sync."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfcompat._core import structure
from tfcompat.data.dataset import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from tfcompat.distribute._datasets import first_dimension, row_count, rows_of, with_rows


class _WorkersDataset(Dataset):
    """A dataset made of another one, in a process of several."""

    def __init__(self, source: Dataset, workers: Any) -> None:
        super().__init__()
        self._source, self._workers = source, workers

    def _inputs(self) -> list[Dataset]:
        return [self._source]

    @property
    def element_spec(self) -> Any:
        """The spec of the worker's elements."""
        return structure.map_structure(self._spec_of, self._source.element_spec)

    def _spec_of(self, spec: Any) -> Any:
        return spec

    def _cardinality(self) -> int:
        return self._source._cardinality()


class OwnRows(_WorkersDataset):
    """The worker's part of each batch: the first worker has the first rows, and so on; the last one what is left.

    So it is under every AutoShardPolicy but OFF: with FILE, too, each worker reads all files.
    """

    def _spec_of(self, spec: Any) -> Any:
        size, count = first_dimension(spec), self._workers.count
        return with_rows(spec, size // count if size is not None and size % count == 0 else None)

    def _iterate(self) -> Iterator[Any]:
        rank = self._workers.rank
        for element in self._source._iterate():
            size = -(-row_count(element) // self._workers.count)
            yield rows_of(element, rank * size, (rank + 1) * size)


class AllRows(OwnRows):
    """All rows of each batch, as many at a time as a worker's part of the first one: each worker gets all of them."""

    def _iterate(self) -> Iterator[Any]:
        size = 0
        for element in self._source._iterate():
            rows = row_count(element)
            size = size or max(1, -(-rows // self._workers.count))
            for start in range(0, rows, size):
                yield rows_of(element, start, start + size)

    def _cardinality(self) -> int:
        size = self._source._cardinality()
        return size * self._workers.count if size > 0 else size


class InStep(_WorkersDataset):
    """A worker's own elements, as many as each of the others has.

    A worker whose elements end before the others' goes on with batches of no rows; where the number of rows is known,
    all end with the first one.
    """

    def _iterate(self) -> Iterator[Any]:
        if self._source._cardinality() == INFINITE_CARDINALITY:
            yield from self._source._iterate()
            return
        whole = all(spec.shape.is_fully_defined() for spec in structure.flatten(self._source.element_spec))
        found, last = self._source._iterate(), None
        while True:
            element = next(found, None)
            having = self._workers.counted(element is not None)
            if having == 0 or (whole and having < self._workers.count):
                return
            if element is None:
                last = last if last is not None else self._source._samples()[0]
                element = rows_of(last, 0, 0)
            last = element
            yield element

    def _cardinality(self) -> int:
        size = self._source._cardinality()
        return size if size == INFINITE_CARDINALITY else UNKNOWN_CARDINALITY
