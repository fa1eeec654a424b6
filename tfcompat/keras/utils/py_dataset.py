"""keras.utils.PyDataset: data in batches, by number."""

from __future__ import annotations

import collections
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch

from tfcompat.keras import _version


class PyDataset:
    """Batches by number (tf.keras.utils.PyDataset): subclasses implement `__getitem__(index)` and `__len__()`.

    A batch is (x, y) or (x, y, sample_weight). workers: how many threads make batches ahead, or processes where
    `use_multiprocessing`; up to 1 thread they are made in the training loop's. max_queue_size: how many are made ahead.
    """

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        self.workers, self.use_multiprocessing, self.max_queue_size = workers, use_multiprocessing, max_queue_size

    # What a subclass has that does not call `super().__init__()`.
    workers: int = 1
    use_multiprocessing: bool = False
    max_queue_size: int = 10

    def __getitem__(self, index: int) -> Any:
        if _version.is_legacy():
            raise NotImplementedError
        raise NotImplementedError(f"{type(self).__name__} must implement `__getitem__(index)`.")

    def __iter__(self) -> Iterator[Any]:
        number = self.num_batches
        return (self[i] for i in (itertools.count() if number is None else range(number)))

    @property
    def num_batches(self) -> int | None:
        """How many batches an epoch has: the length; None for endless data, which Keras 2 has not."""
        try:
            return len(self)  # type: ignore[arg-type]
        except TypeError:
            if _version.is_legacy() and not hasattr(type(self), "__len__"):
                raise NotImplementedError from None
            return None

    def on_epoch_begin(self) -> None:
        """Called before an epoch."""

    def on_epoch_end(self) -> None:
        """Called after an epoch."""


def batches_of(source: PyDataset, order: Iterable[int] | None) -> Iterator[Any]:
    """The batches with the numbers `order`, or all from 0 on where it is None, made ahead where there are workers."""
    numbers = iter(order) if order is not None else iter(range(1 << 62))
    if source.use_multiprocessing and source.workers > 0:
        yield from _by_processes(source, numbers)
    elif source.workers > 1:
        yield from _by_threads(source.__getitem__, numbers, source.workers, source.max_queue_size)
    else:
        for number in numbers:
            yield source[number]


def _by_threads(make: Callable[[int], Any], numbers: Iterator[int], workers: int, ahead: int) -> Iterator[Any]:
    waiting: collections.deque[Any] = collections.deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for number in numbers:
                waiting.append(pool.submit(make, number))
                if len(waiting) > max(ahead, workers):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


class _ByNumber(torch.utils.data.IterableDataset):
    """A worker process's share of the batches: every `num_workers`-th, so that together they come in order."""

    def __init__(self, source: PyDataset, numbers: Iterator[int]) -> None:
        self._source, self._numbers = source, numbers

    def __iter__(self) -> Iterator[Any]:
        info = torch.utils.data.get_worker_info()
        assert info is not None
        for position, number in enumerate(self._numbers):
            if position % info.num_workers == info.id:
                yield self._source[number]


def _same(batch: Any) -> Any:
    return batch


def _by_processes(source: PyDataset, numbers: Iterator[int]) -> Iterator[Any]:
    ahead = max(math.ceil(source.max_queue_size / source.workers), 1)
    data = _ByNumber(source, numbers)
    return iter(
        torch.utils.data.DataLoader(
            data, batch_size=None, num_workers=source.workers, collate_fn=_same, prefetch_factor=ahead
        )
    )


Sequence = PyDataset
