"""Datasets whose elements can be had many at a time: rows by number, and the order that they come in.

So a dataset of tensors that is shuffled, mapped and batched takes a whole batch with one kernel for each tensor. An
`Ordered` is made for each pass over a dataset; batch() reads from it.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import torch

from tfcompat._core import structure
from tfcompat._core.tensor import EagerTensor
from tfcompat.data import _structure
from tfcompat.data._random import Seeds

Index = Any  # a slice, or an int64 tensor of numbers
_BLOCK = 4096
# So many elements, of so many bytes, are had at once where they are asked for one by one.
_FIRST, _MOST, _AT_A_TIME = 16, 256, 1 << 24


class Rows:
    """Elements by number: `take` gives several, stacked. size: how many there are."""

    size: int

    def take(self, index: Index) -> Any:
        """The elements with these numbers, stacked along a new first axis."""
        raise NotImplementedError


class TensorRows(Rows):
    """The rows of a nest of tensors."""

    def __init__(self, tensors: Any, size: int) -> None:
        self._tensors, self.size = tensors, size

    def take(self, index: Index) -> Any:
        """See Rows."""
        if isinstance(index, slice):
            return structure.map_structure(lambda x: EagerTensor(x._t[index]), self._tensors)
        return structure.map_structure(lambda x: EagerTensor(_selected(x._t, index)), self._tensors)


def _selected(t: Any, index: torch.Tensor) -> Any:
    return t.index_select(0, index) if isinstance(t, torch.Tensor) else t[index.numpy()]


class RangeRows(Rows):
    """The numbers start, start + step..."""

    def __init__(self, start: Any, step: Any, size: int, dtype: torch.dtype) -> None:
        self._start, self._step, self.size, self._dtype = start, step, size, dtype

    def take(self, index: Index) -> Any:
        """See Rows."""
        if isinstance(index, slice):
            index = torch.arange(*index.indices(self.size))
        return EagerTensor((index * self._step + self._start).to(self._dtype))


class MappedRows(Rows):
    """A function of batches of elements, of other rows."""

    def __init__(self, function: Callable[[Any], Any], rows: Rows) -> None:
        self._function, self._rows, self.size = function, rows, rows.size

    def take(self, index: Index) -> Any:
        """See Rows."""
        return self._function(self._rows.take(index))


class ZippedRows(Rows):
    """A structure of rows: elements have the structure, too."""

    def __init__(self, like: Any, parts: list[Rows]) -> None:
        self._like, self._parts = like, parts
        self.size = min(part.size for part in parts)

    def take(self, index: Index) -> Any:
        """See Rows."""
        if isinstance(index, slice):
            index = slice(*index.indices(self.size))
        return structure.pack_sequence_as(self._like, [part.take(index) for part in self._parts])


class Ordered:
    """Rows in an order.

    numbers: the numbers of the elements, in blocks: ranges with step 1 and int64 tensors. count: how many numbers
    there are, None where that is not known. plain: whether the order is that of the rows. ahead: whether it makes no
    difference if more elements are made than are asked for.
    """

    def __init__(
        self, rows: Rows, numbers: Iterable[Any], count: int | None, plain: bool = False, ahead: bool = True
    ) -> None:
        self.rows, self.count, self.plain, self.ahead = rows, count, plain, ahead
        self._blocks: Iterator[Any] = iter(numbers)
        self._rest: Any = None

    @staticmethod
    def of(rows: Rows) -> Ordered:
        """All rows, in their order."""
        return Ordered(rows, [range(rows.size)], rows.size, plain=True)

    def blocks(self) -> Iterator[Any]:
        """The numbers that are left."""
        if self._rest is not None:
            rest, self._rest = self._rest, None
            yield rest
        yield from self._blocks

    def read(self, count: int) -> tuple[int, Any]:
        """At most the next `count` elements, stacked, and how many these are; (0, None) at the end."""
        numbers = self.numbers(count)
        return (0, None) if numbers is None else (len(numbers), self.rows.take(index_of(numbers)))

    def numbers(self, count: int) -> Any:
        """At most the next `count` numbers, None at the end."""
        parts: list[Any] = []
        found = 0
        while found < count:
            block = self._rest
            self._rest = None
            if block is None:
                block = next(self._blocks, None)
                if block is None:
                    break
            here, self._rest = cut(block, count - found)
            if len(here):
                parts.append(here)
                found += len(here)
            if self._rest is not None and not len(self._rest):
                self._rest = None
        if not found:
            return None
        return parts[0] if len(parts) == 1 else torch.cat([as_tensor(p) for p in parts])


def cut(block: Any, count: int) -> tuple[Any, Any]:
    """The first `count` numbers of a block, and the others, None where there are none."""
    if count >= len(block):
        return block, None
    return block[:count], block[count:]


def index_of(block: Any) -> Index:
    """A block of numbers as Rows.take has them."""
    return slice(block.start, block.stop) if isinstance(block, range) else block


def as_tensor(block: Any) -> torch.Tensor:
    """A block of numbers as an int64 tensor."""
    return torch.arange(block.start, block.stop) if isinstance(block, range) else block


class OneByOne:
    """The elements of an `Ordered`, one by one; they are had many at a time. Goes on after one that can't be made."""

    def __init__(self, ordered: Ordered) -> None:
        self._ordered = ordered
        self._size = _FIRST
        self._ready: collections.deque[Any] = collections.deque()
        self._single: collections.deque[int] = collections.deque()

    def __iter__(self) -> OneByOne:
        return self

    def __next__(self) -> Any:
        if not self._ready and not self._single:
            self._read()
        if self._ready:
            return self._ready.popleft()
        number = self._single.popleft()
        return _structure.rows(self._ordered.rows.take(slice(number, number + 1)))[0]

    def _read(self) -> None:
        numbers = self._ordered.numbers(self._size)
        if numbers is None:
            raise StopIteration
        try:
            rows = self._ordered.rows.take(index_of(numbers))
        except Exception:  # of one of them: which, shows when they are made one by one
            self._single.extend(numbers if isinstance(numbers, range) else numbers.tolist())
            return
        self._ready.extend(_structure.rows(rows))
        tensors = [x._t for x in structure.flatten(rows) if isinstance(x._t, torch.Tensor)]
        width = sum(t.nbytes for t in tensors) // len(numbers)
        self._size = max(1, min(4 * self._size, _MOST, _AT_A_TIME // max(width, 1)))


# ---- orders ----


def limited(blocks: Iterable[Any], count: int) -> Iterator[Any]:
    """The first `count` numbers."""
    for block in blocks:
        if count <= 0:
            return
        here, _ = cut(block, count)
        count -= len(here)
        yield here


def skipped(blocks: Iterable[Any], count: int) -> Iterator[Any]:
    """All numbers but the first `count`."""
    for block in blocks:
        if count >= len(block):
            count -= len(block)
            continue
        yield block[count:]
        count = 0


def every(blocks: Iterable[Any], step: int, first: int) -> Iterator[Any]:
    """Every `step`th number, from number `first` on."""
    for block in blocks:
        here = as_tensor(block)[first::step]
        first = (first - len(block)) % step if first < len(block) else first - len(block)
        if len(here):
            yield here


def chosen(blocks: Iterable[Any], holds: Callable[[Index], torch.Tensor]) -> Iterator[Any]:
    """The numbers of the elements that a function of many of them holds for."""
    for block in blocks:
        for start in range(0, len(block), _MOST):
            part = block[start : start + _MOST]
            yield as_tensor(part)[holds(index_of(part))]


def shuffled_blocks(blocks: Iterable[Any], count: int | None, size: int, seeds: Seeds) -> Iterator[Any]:
    """The numbers in random order, each drawn from a buffer of the next `size`."""
    if seeds.by_chance and count is not None and count <= size:
        numbers = torch.cat([torch.empty(0, dtype=torch.int64), *(as_tensor(b) for b in blocks)])
        yield numbers[torch.from_numpy(np.random.default_rng().permutation(len(numbers)))]
        return
    flat = itertools.chain.from_iterable(b if isinstance(b, range) else b.tolist() for b in blocks)
    drawn = shuffled(flat, size, seeds.words())
    while block := list(itertools.islice(drawn, _BLOCK)):
        yield torch.tensor(block)


def shuffled(items: Iterator[Any], size: int, words: Iterator[int]) -> Iterator[Any]:
    """`items` in random order, each drawn from a buffer of the next `size`.

    The buffer is a ring: what is drawn leaves its place to the oldest item, and that one its own to the next item.
    """
    buffer = list(itertools.islice(items, size))
    oldest = 0
    if len(buffer) == size:
        for item in items:
            place = (oldest + next(words) % size) % size
            yield buffer[place]
            buffer[place] = buffer[oldest]
            buffer[oldest] = item
            oldest = (oldest + 1) % size
        buffer = buffer[oldest:] + buffer[:oldest]
    count = len(buffer)
    for oldest in range(count):
        place = oldest + next(words) % (count - oldest)
        yield buffer[place]
        buffer[place] = buffer[oldest]
