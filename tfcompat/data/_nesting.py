"""Functions that make a dataset of each element: flat_map, interleave."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from tfcompat.data._functions import DatasetFunction
from tfcompat.data._mapping import invalid, parallel_calls
from tfcompat.data._sources import int64, known
from tfcompat.data._spec import DatasetSpec
from tfcompat.data._threads import Prefetched, parallelism
from tfcompat.data.dataset import AUTOTUNE, Dataset, UnaryDataset

_END = object()


class _FlatMapDataset(UnaryDataset):
    """The elements of datasets that are made of elements, one after the other."""

    def _is_batched(self) -> bool:
        return False

    __module__ = "tensorflow.python.data.ops.flat_map_op"

    _what = "flat_map"

    def __init__(self, input_dataset: Dataset, map_func: Any) -> None:
        super().__init__(input_dataset)
        self._function = DatasetFunction(map_func, input_dataset._known_spec(), self._what)
        spec = self._function.known_spec
        if spec is not None and not isinstance(spec, DatasetSpec):
            self._refuse(spec)

    def _refuse(self, got: Any) -> None:
        raise TypeError(f"The `map_func` argument must return a `Dataset` object. Got {got!r}.")

    def _dataset(self, element: Any) -> Dataset:
        dataset = self._function(element)
        if not isinstance(dataset, Dataset):
            self._refuse(dataset)
        return dataset

    @property
    def element_spec(self) -> Any:
        """The specs of the elements of the datasets."""
        spec = self._function.spec(self._input_dataset._samples)
        return spec.element_spec if isinstance(spec, DatasetSpec) else self._refuse(spec)

    def _known_spec(self) -> Any:
        spec = self._function.known_spec
        return None if spec is None else spec.element_spec

    def _iterate(self) -> Iterator[Any]:
        for element in self._input_dataset._iterate():
            yield from self._dataset(element)._iterate()


class _InterleaveDataset(_FlatMapDataset):
    """The elements of several such datasets in turn."""

    __module__ = "tensorflow.python.data.ops.interleave_op"

    _what = "interleave"

    def __init__(self, input_dataset: Dataset, map_func: Any, cycle: Any, block: Any, calls: int | None = None) -> None:
        super().__init__(input_dataset, map_func)
        self._cycle, self._block, self._calls = cycle, block, calls

    def _opened(self, element: Any) -> Iterator[Any]:
        elements = self._dataset(element)._iterate()
        if self._calls is None or parallelism(self._calls) < 2:
            return elements
        return Prefetched(elements, max(known(self._block), 2))

    def _iterate(self) -> Iterator[Any]:
        size, block = known(self._cycle), known(self._block)
        inputs = self._input_dataset._iterate()
        slots: list[Iterator[Any] | None] = [None] * size
        more, at = True, 0
        while more or any(s is not None for s in slots):
            taken = 0
            while taken < block:
                elements = slots[at]
                if elements is None:
                    element = next(inputs, _END) if more else _END
                    if element is _END:
                        more = False
                        break
                    elements = slots[at] = self._opened(element)
                item = next(elements, _END)
                if item is _END:
                    slots[at] = None
                    break
                taken += 1
                yield item
            at = (at + 1) % size


class _ParallelInterleaveDataset(_InterleaveDataset):
    """The elements of several such datasets in turn, which are read in threads."""

    __module__ = "tensorflow.python.data.ops.interleave_op"


def open_datasets(calls: Any) -> int:
    """How many datasets are open where nothing tells: one for each CPU, or for each thread that reads.

    As in TensorFlow: where the number of threads is left to it, each dataset has up to three.
    """
    if calls not in (None, AUTOTUNE):
        return calls
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cpus if calls is None else -(-cpus // 3)


def interleave_dataset(dataset: Dataset, map_func: Any, cycle: Any, block: Any, num_parallel_calls: Any) -> Dataset:
    """Dataset.interleave."""
    calls = parallel_calls(num_parallel_calls, "ParallelInterleaveDatasetV4")
    if block is None:
        block = 1
    cycle, block = AUTOTUNE if cycle is None else int64(cycle), int64(block)
    if cycle == AUTOTUNE:
        cycle = open_datasets(calls)
    elif calls not in (None, AUTOTUNE) and isinstance(cycle, int) and 0 < cycle < calls:
        raise invalid(
            "If `cycle_length` is set to a fixed value, `num_parallel_calls` must be either `tf.data.AUTOTUNE` or a "
            "value less than or equal to `cycle_length`. However, `num_parallel_calls` is "
            f"{calls} and `cycle_length` is {cycle}",
            "ParallelInterleaveDatasetV4",
        )
    kernel = "InterleaveDataset" if calls is None else "ParallelInterleaveDatasetV4"
    for name, value in (("cycle_length", cycle), ("block_length", block)):
        if isinstance(value, int) and value <= 0:
            raise invalid(f"{name} must be greater than zero.", kernel)
    if calls is None:
        return _InterleaveDataset(dataset, map_func, cycle, block)
    return _ParallelInterleaveDataset(dataset, map_func, cycle, block, calls)
