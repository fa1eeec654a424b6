"""Batches of elements, their rows, batches of another size, and windows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import int64 as int64_dtype
from tfcompat._core.specs import TensorSpec
from tfcompat._ragged import RaggedTensorSpec
from tfcompat.data import _structure
from tfcompat.data._mapping import parallel_calls, positive
from tfcompat.data._rows import Ordered
from tfcompat.data._sources import _VariantDataset, known
from tfcompat.data._spec import DatasetSpec
from tfcompat.data.dataset import UNKNOWN_CARDINALITY, Dataset, UnaryDataset


class BatchingDataset(UnaryDataset):
    """What the datasets of batches share: how many elements make one, and how many batches there are."""

    def __init__(self, input_dataset: Dataset, batch_size: Any, drop_remainder: Any, kernel: str) -> None:
        super().__init__(input_dataset)
        self._batch_size = positive(batch_size, "Batch size", kernel)
        self._drop = bool(drop_remainder)

    def _is_batched(self) -> bool:
        return True

    @property
    def _static_size(self) -> int | None:
        return self._batch_size if self._drop and isinstance(self._batch_size, int) else None

    def _spec_of(self, spec: Any) -> Any:
        return _structure.batched_spec(spec, self._static_size)

    @property
    def element_spec(self) -> Any:
        """The specs of a batch."""
        return self._spec_of(self._input_dataset.element_spec)

    def _known_spec(self) -> Any:
        spec = self._input_dataset._known_spec()
        return None if spec is None else self._spec_of(spec)

    def _cardinality(self) -> int:
        size, batch = self._input_dataset._cardinality(), known(self._batch_size)
        if size < 0:
            return size
        return size // batch if self._drop else -(-size // batch)

    def _made(self, elements: list[Any]) -> Any:
        return _structure.stack(elements)

    def _first(self) -> list[Any]:
        elements = self._input_dataset._samples()
        if self._static_size is not None:
            return [self._made(list(itertools.islice(itertools.cycle(elements), self._static_size)))]
        return [self._made(elements * 2), self._made(elements[:1])]  # of two sizes, as any may come

    def _iterate(self) -> Iterator[Any]:
        elements, size = self._input_dataset._iterate(), known(self._batch_size)

        def step() -> Any:
            batch = list(itertools.islice(elements, size))
            if not batch or (self._drop and len(batch) < size):
                raise StopIteration
            return self._made(batch)

        return _structure.Steps(step)


class _BatchDataset(BatchingDataset):
    """Batches of elements of one shape."""

    __module__ = "tensorflow.python.data.ops.batch_op"

    def __init__(self, input_dataset: Dataset, batch_size: Any, drop_remainder: Any) -> None:
        super().__init__(input_dataset, batch_size, drop_remainder, "BatchDatasetV2")

    def _iterate(self) -> Iterator[Any]:
        ordered = self._input_dataset._ordered_once()
        return super()._iterate() if ordered is None else self._read(ordered)

    def _made(self, elements: list[Any]) -> Any:
        spec = self._input_dataset._known_spec()
        if spec is None or not any(isinstance(s, RaggedTensorSpec) for s in structure.flatten(spec)):
            return _structure.stack(elements)
        from tfcompat.data._padding import stack_ragged

        return stack_ragged(elements, self._spec_of(spec))

    def _read(self, ordered: Ordered) -> Iterator[Any]:
        size = known(self._batch_size)
        while True:
            count, batch = ordered.read(size)
            if not count or (self._drop and count < size):
                return
            yield batch


class _ParallelBatchDataset(_BatchDataset):
    """Batches, several at a time."""

    __module__ = "tensorflow.python.data.ops.batch_op"


def batch_dataset(dataset: Dataset, batch_size: Any, drop_remainder: Any, num_parallel_calls: Any) -> Dataset:
    """Dataset.batch."""
    if parallel_calls(num_parallel_calls, "ParallelBatchDataset") is None:
        return _BatchDataset(dataset, batch_size, drop_remainder)
    return _ParallelBatchDataset(dataset, batch_size, drop_remainder)


class _UnbatchDataset(UnaryDataset):
    """The rows of elements."""

    def _is_batched(self) -> bool:
        return False

    __module__ = "tensorflow.python.data.ops.unbatch_op"

    def __init__(self, input_dataset: Dataset) -> None:
        super().__init__(input_dataset)
        spec = input_dataset._known_spec()
        if spec is not None:
            self._spec_of(spec)

    @staticmethod
    def _spec_of(spec: Any) -> Any:
        for leaf in structure.flatten(spec):
            shape = getattr(leaf, "shape", None)
            if shape is not None and shape.rank == 0:
                raise ValueError("Cannot unbatch an input with scalar components.")
        _structure.leading_size(spec)
        return _structure.map_specs(_row_spec, spec)

    @property
    def element_spec(self) -> Any:
        """The specs of a row."""
        return self._spec_of(self._input_dataset.element_spec)

    def _known_spec(self) -> Any:
        spec = self._input_dataset._known_spec()
        return None if spec is None else self._spec_of(spec)

    def _iterate(self) -> Iterator[Any]:
        for element in self._input_dataset._iterate():
            yield from _structure.rows(element)

    def _cardinality(self) -> int:
        size = self._input_dataset._cardinality()
        if size <= 0:
            return size
        spec = self._input_dataset._known_spec()
        rows = None if spec is None else _structure.leading_size(spec)
        return UNKNOWN_CARDINALITY if rows is None else size * rows


def _row_spec(spec: Any) -> Any:
    if isinstance(spec, TensorSpec) and spec.shape.rank is None:
        return TensorSpec(None, spec.dtype)
    return spec._unbatch()


def unbatch_dataset(dataset: Dataset) -> Dataset:
    """Dataset.unbatch."""
    return _UnbatchDataset(dataset)


class _RebatchDataset(UnaryDataset):
    """Batches of other sizes."""

    __module__ = "tensorflow.python.data.ops.rebatch_op"

    def __init__(self, input_dataset: Dataset, batch_sizes: Any, drop_remainder: Any) -> None:
        super().__init__(input_dataset)
        sizes = np.asarray(convert_to_tensor(batch_sizes, int64_dtype).numpy())
        self._sizes, self._drop = sizes.ravel().tolist(), bool(drop_remainder)
        if not self._sizes or min(self._sizes) <= 0:
            raise ValueError(f"Invalid `batch_size`. Batch sizes must be above 0, got {batch_sizes!r}.")
        spec = input_dataset._known_spec()
        if spec is not None:
            self._spec_of(spec)

    def _spec_of(self, spec: Any) -> Any:
        try:
            row = _structure.map_specs(_row_spec, spec)
        except ValueError:
            raise ValueError(
                "Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset with scalar elements. "
                "Fix the issue by adding the `batch` transformation to the dataset."
            ) from None
        same = self._drop and len(set(self._sizes)) == 1
        return _structure.batched_spec(row, self._sizes[0] if same else None)

    @property
    def element_spec(self) -> Any:
        """The specs of a batch."""
        return self._spec_of(self._input_dataset.element_spec)

    def _known_spec(self) -> Any:
        spec = self._input_dataset._known_spec()
        return None if spec is None else self._spec_of(spec)

    def _iterate(self) -> Iterator[Any]:
        sizes = itertools.cycle(self._sizes)
        wanted = next(sizes)
        held: list[Any] = []
        count = 0
        for element in self._input_dataset._iterate():
            start, stop = 0, _structure.batch_size(element) or 0
            while start < stop:
                taken = min(wanted - count, stop - start)
                held.append(_structure.sliced(element, start, start + taken))
                start, count = start + taken, count + taken
                if count == wanted:
                    yield _structure.joined(held)
                    held, count, wanted = [], 0, next(sizes)
        if held and not self._drop:
            yield _structure.joined(held)


class _WindowDataset(UnaryDataset):
    """Datasets of elements that follow one another."""

    def _is_batched(self) -> bool:
        return False

    __module__ = "tensorflow.python.data.ops.window_op"

    def __init__(self, input_dataset: Dataset, size: Any, shift: Any, stride: Any, drop_remainder: Any) -> None:
        super().__init__(input_dataset)
        self._size = positive(size, "Window size", "WindowDataset")
        self._shift = self._size if shift is None else positive(shift, "Window shift", "WindowDataset")
        self._stride = positive(stride, "Window stride", "WindowDataset")
        self._drop = bool(drop_remainder)

    @property
    def element_spec(self) -> Any:
        """The structure of an element, with datasets of its leaves."""
        return _structure.map_specs(DatasetSpec, self._input_dataset.element_spec)

    def _known_spec(self) -> Any:
        return None if self._input_dataset._known_spec() is None else self.element_spec

    def _window(self, elements: list[Any]) -> Any:
        first = elements[0]
        columns = zip(*(structure.flatten(e) for e in elements), strict=True)
        specs = structure.flatten(self._input_dataset.element_spec)
        datasets = [_VariantDataset(list(c), s) for c, s in zip(columns, specs, strict=True)]
        return datasets[0] if structure.node_of(type(first)) is None else structure.pack_sequence_as(first, datasets)

    def _iterate(self) -> Iterator[Any]:
        size, shift, stride = known(self._size), known(self._shift), known(self._stride)
        span = (size - 1) * stride + 1
        elements = self._input_dataset._iterate()
        buffer = list(itertools.islice(elements, span))
        while buffer and (len(buffer) >= span or not self._drop):
            yield self._window(buffer[:span:stride])
            if shift < len(buffer):
                buffer = buffer[shift:]
                buffer.extend(itertools.islice(elements, span - len(buffer)))
            else:
                gap = shift - len(buffer)
                if gap:
                    next(itertools.islice(elements, gap - 1, gap), None)
                buffer = list(itertools.islice(elements, span))

    def _cardinality(self) -> int:
        count = self._input_dataset._cardinality()
        if count < 0:
            return count
        size, shift, stride = known(self._size), known(self._shift), known(self._stride)
        if self._drop:
            span = (size - 1) * stride + 1
            return 0 if count < span else (count - span) // shift + 1
        return -(-count // shift)
