"""Copies of datasets that read other inputs: splits that workers share, or a worker's shard."""

from __future__ import annotations

import copy
import itertools
import threading
from collections.abc import Callable, Iterator
from typing import Any

from tfcompat._core import errors, structure
from tfcompat.data._nesting import _FlatMapDataset
from tfcompat.data._ordering import SHARD_HINT, _RepeatDataset, _ShardDataset
from tfcompat.data._records import _FilesDataset
from tfcompat.data._sources import known
from tfcompat.data.dataset import Dataset

_END = object()


def copied(dataset: Dataset, replaced: Callable[[Dataset], Dataset | None] = lambda dataset: None) -> Dataset:
    """The dataset made again, whose passes begin anew; `replaced` may give another in the place of each part."""
    other = replaced(dataset)
    if other is not None:
        return other
    made = copy.copy(dataset)
    made._begin_anew()
    inputs = {id(each): copied(each, replaced) for each in dataset._inputs()}
    for name, value in vars(made).items():
        if any(id(leaf) in inputs for leaf in structure.flatten(value)):
            vars(made)[name] = structure.map_structure(lambda leaf: inputs.get(id(leaf), leaf), value)
    return made


# ---- splits that several take from one source ----


class Splits:
    """The elements of a source, each for the first that asks; every pass over them begins again."""

    def __init__(self, source: Dataset) -> None:
        self.source = source
        self._passes: list[Iterator[Any]] = []
        self._ended: set[int] = set()
        self._lock = threading.Lock()

    def next(self, number: int) -> Any:
        """The next element of a pass; StopIteration at its end."""
        with self._lock:
            while len(self._passes) <= number:
                self._passes.append(self.source._iterate())
            if number in self._ended:
                raise StopIteration
            try:
                return next(self._passes[number])
            except StopIteration:
                self._ended.add(number)
                raise


class _SplitDataset(Dataset):
    """What one of several gets of the splits. A pass of one that repeats for ever goes on with the next one's."""

    def __init__(self, splits: Splits, forever: bool) -> None:
        super().__init__()
        self._splits, self._forever = splits, forever
        self._pass = -1

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return self._splits.source.element_spec

    def _iterate(self) -> Iterator[Any]:
        self._pass += 1
        return self._elements(self._pass)

    def _elements(self, number: int) -> Iterator[Any]:
        got = False
        while True:
            try:
                element = self._splits.next(number)
            except StopIteration:
                if got or not self._forever or self._splits.source._cardinality() == 0:
                    return
                self._pass += 1  # the others have taken all of that pass
                number = self._pass
                continue
            got = True
            yield element


def sources_of(dataset: Dataset) -> list[Dataset]:
    """The datasets at the beginning, each once."""
    below = dataset._inputs()
    if not below:
        return [dataset]
    return list({id(s): s for each in below for s in sources_of(each)}.values())


def of_splits(dataset: Dataset, splits: dict[int, Splits]) -> Dataset:
    """A copy whose sources are the `splits`, by the ids of the sources."""
    made: dict[int, _SplitDataset] = {}  # a source that comes twice is read in two passes

    def part(dataset: Dataset, forever: bool) -> Dataset:
        if id(dataset) in splits:
            return made.setdefault(id(dataset), _SplitDataset(splits[id(dataset)], forever))
        forever = forever or (isinstance(dataset, _RepeatDataset) and known(dataset._count) < 0)
        return copied(dataset, lambda each: None if each is dataset else part(each, forever))

    return part(dataset, False)


# ---- shards ----


def shard_of_elements(dataset: Dataset, count: int, index: int) -> Dataset:
    """Every `count`th element."""
    return copied(dataset).shard(count, index)


def shard_of_hints(dataset: Dataset, count: int, index: int) -> Dataset:
    """A copy in which each ``shard(SHARD_HINT, ...)`` is this shard."""

    def part(dataset: Dataset) -> Dataset | None:
        if isinstance(dataset, _ShardDataset) and known(dataset._shards) == SHARD_HINT:
            return copied(dataset._input_dataset, part).shard(count, index)
        return None

    return copied(dataset, part)


def shard_of_files(dataset: Dataset, count: int, index: int) -> Dataset:
    """A copy that reads every `count`th file.

    NotFoundError where elements come of no files, InvalidArgumentError where there are fewer files than shards.
    """

    def part(dataset: Dataset) -> Dataset | None:
        if isinstance(dataset, _FilesDataset) or _reads_files(dataset):
            (names,) = dataset._inputs()
            return copied(dataset, lambda each: _shard(names, count, index) if each is names else None)
        if not dataset._inputs():
            raise errors.NotFoundError(None, None, f"Found an unshardable source dataset: {type(dataset).__name__}")
        return None

    return copied(dataset, part)


def _reads_files(dataset: Dataset) -> bool:
    """Whether it reads the files whose names its input gives."""
    if not isinstance(dataset, _FlatMapDataset):
        return False
    first = next(copied(dataset._input_dataset)._iterate(), _END)
    return first is not _END and _has_files(dataset._function(first))


def _has_files(dataset: Any) -> bool:
    return isinstance(dataset, _FilesDataset) or any(map(_has_files, dataset._inputs()))


def _shard(names: Dataset, count: int, index: int) -> Dataset:
    found = len(list(itertools.islice(copied(names)._iterate(), count)))
    if found < count:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Could not apply FILE based sharding: the dataset only has {found} file(s), which is not enough for the "
            f"required {count} shards/workers. Split the input into more files, or take another sharding policy.",
        )
    return copied(names).shard(count, index)
