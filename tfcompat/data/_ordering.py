"""Which elements, in which order, how often: shuffle, repeat, take, skip, shard, concatenate, zip, prefetch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from tfcompat._core import errors, structure
from tfcompat.data import _rows, _structure
from tfcompat.data._mapping import invalid
from tfcompat.data._options import Options
from tfcompat.data._random import Seeds
from tfcompat.data._rows import Ordered
from tfcompat.data._sources import int64, known
from tfcompat.data._threads import Prefetched
from tfcompat.data.dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset, UnaryUnchanged

SHARD_HINT = -1  # the number of shards that stands for the number of workers
_AHEAD = 4  # how many elements tf.data.AUTOTUNE makes ahead


class _ShuffleDataset(UnaryUnchanged):
    """The elements in random order."""

    __module__ = "tensorflow.python.data.ops.shuffle_op"

    def __init__(self, input_dataset: Dataset, buffer_size: Any, seed: Any, each_iteration: Any) -> None:
        super().__init__(input_dataset)
        self._size = int64(buffer_size)
        if isinstance(self._size, int) and self._size <= 0 and self._size != UNKNOWN_CARDINALITY:
            raise invalid("buffer_size must be greater than zero or UNKNOWN_CARDINALITY", "ShuffleDatasetV3")
        given = isinstance(seed, Seeds)
        self._seeds = seed if given else Seeds(seed, each_pass=each_iteration is None or bool(each_iteration))

    def _buffer(self) -> int:
        size = known(self._size)
        return 2**62 if size == UNKNOWN_CARDINALITY else size

    def _iterate(self) -> Iterator[Any]:
        return _rows.shuffled(self._input_dataset._iterate(), self._buffer(), self._seeds.words())

    def _skip_pass(self) -> None:
        self._seeds.skip()
        super()._skip_pass()

    def _cardinality(self) -> int:
        return self._input_dataset._cardinality()

    def _ordered(self) -> Ordered | None:
        ordered = self._input_dataset._ordered()
        if ordered is None:
            return None
        blocks = _rows.shuffled_blocks(ordered.blocks(), ordered.count, self._buffer(), self._seeds)
        return Ordered(ordered.rows, blocks, ordered.count)


class _RepeatDataset(UnaryUnchanged):
    """The elements several times over, or for ever."""

    __module__ = "tensorflow.python.data.ops.repeat_op"

    def __init__(self, input_dataset: Dataset, count: Any) -> None:
        super().__init__(input_dataset)
        self._count = -1 if count is None else int64(count)

    def _rounds(self) -> Any:
        count = known(self._count)
        return itertools.repeat(None) if count < 0 else itertools.repeat(None, count)

    def _iterate(self) -> Iterator[Any]:
        for _ in self._rounds():
            empty = True
            for element in self._input_dataset._iterate():
                empty = False
                yield element
            if empty and known(self._count) < 0:
                return

    def _cardinality(self) -> int:
        count, size = known(self._count), self._input_dataset._cardinality()
        if count == 0 or size == 0:
            return 0
        if count < 0:
            return INFINITE_CARDINALITY
        return size * count if size > 0 else size

    def _ordered(self) -> Ordered | None:
        first = self._input_dataset._ordered()
        if first is None:
            return None
        count = known(self._count)
        total = None if count < 0 or first.count is None else first.count * count
        return Ordered(first.rows, self._blocks(first), total) if first.count != 0 else first

    def _blocks(self, first: Ordered) -> Iterator[Any]:
        ordered: Ordered | None = first
        for _ in self._rounds():
            if ordered is None:
                ordered = self._input_dataset._ordered()
            if ordered is not None:
                yield from ordered.blocks()
            ordered = None


class _TakeDataset(UnaryUnchanged):
    """The first elements."""

    __module__ = "tensorflow.python.data.ops.take_op"

    def __init__(self, input_dataset: Dataset, count: Any) -> None:
        super().__init__(input_dataset)
        self._count = int64(count)

    def _iterate(self) -> Iterator[Any]:
        count = known(self._count)
        elements = self._input_dataset._iterate()
        return elements if count < 0 else itertools.islice(elements, count)

    def _cardinality(self) -> int:
        count, size = known(self._count), self._input_dataset._cardinality()
        if count < 0:
            return size
        if size == INFINITE_CARDINALITY:
            return count
        return size if size < 0 else min(count, size)

    def _ordered(self) -> Ordered | None:
        ordered, count = self._input_dataset._ordered(), known(self._count)
        if ordered is None or count < 0:
            return ordered
        size = None if ordered.count is None else min(count, ordered.count)
        return Ordered(ordered.rows, _rows.limited(ordered.blocks(), count), size)


class _SkipDataset(UnaryUnchanged):
    """All elements but the first."""

    __module__ = "tensorflow.python.data.ops.skip_op"

    def __init__(self, input_dataset: Dataset, count: Any) -> None:
        super().__init__(input_dataset)
        self._count = int64(count)

    def _iterate(self) -> Iterator[Any]:
        count = known(self._count)
        return iter(()) if count < 0 else itertools.islice(self._input_dataset._iterate(), count, None)

    def _cardinality(self) -> int:
        count, size = known(self._count), self._input_dataset._cardinality()
        if count < 0:
            return 0
        return size if size < 0 else max(0, size - count)

    def _ordered(self) -> Ordered | None:
        ordered, count = self._input_dataset._ordered(), known(self._count)
        if ordered is None or count < 0:
            return None
        size = None if ordered.count is None else max(0, ordered.count - count)
        return Ordered(ordered.rows, _rows.skipped(ordered.blocks(), count), size)


class _ShardDataset(UnaryUnchanged):
    """Every so many'th element."""

    __module__ = "tensorflow.python.data.ops.shard_op"

    def __init__(self, input_dataset: Dataset, num_shards: Any, index: Any) -> None:
        super().__init__(input_dataset)
        self._shards, self._index = int64(num_shards), int64(index)
        if isinstance(self._shards, int) and isinstance(self._index, int):
            self._check(self._shards, self._index)

    @staticmethod
    def _check(shards: int, index: int) -> None:
        if shards == SHARD_HINT:
            return
        if shards < 1:
            raise invalid(
                f"Number of shards must be greater than zero (currently num_shards = {shards}).", "ShardDataset"
            )
        if not 0 <= index < shards:
            raise invalid(f"Index must be between 0 and {shards - 1} (currently index = {index}).", "ShardDataset")

    def _iterate(self) -> Iterator[Any]:
        shards, index = known(self._shards), known(self._index)
        if shards == SHARD_HINT:
            raise errors.FailedPreconditionError(
                None,
                None,
                "`tf.data.Dataset.shard(SHARD_HINT, ...)` can only be used in tf.data service with "
                "`tf.data.experimental.service.ShardingPolicy.HINT` processing mode.",
            )
        return itertools.islice(self._input_dataset._iterate(), index, None, shards)

    def _cardinality(self) -> int:
        size, shards, index = self._input_dataset._cardinality(), known(self._shards), known(self._index)
        if shards == SHARD_HINT:
            return UNKNOWN_CARDINALITY
        return size if size < 0 else size // shards + (index < size % shards)

    def _ordered(self) -> Ordered | None:
        ordered = self._input_dataset._ordered()
        if ordered is None or known(self._shards) == SHARD_HINT:
            return None
        shards, index = known(self._shards), known(self._index)
        size = None if ordered.count is None else ordered.count // shards + (index < ordered.count % shards)
        return Ordered(ordered.rows, _rows.every(ordered.blocks(), shards, index), size)


class _ConcatenateDataset(Dataset):
    """The elements of one dataset, and then those of another."""

    __module__ = "tensorflow.python.data.ops.concatenate_op"

    def __init__(self, first: Dataset, second: Dataset) -> None:
        super().__init__()
        if not isinstance(second, Dataset):
            raise TypeError(f"Dataset.concatenate: `dataset` must be a dataset, got {second!r}.")
        self._first_dataset, self._second = first, second
        self._structure = _structure.merged_spec(first.element_spec, second.element_spec)

    def _inputs(self) -> list[Dataset]:
        return [self._first_dataset, self._second]

    @property
    def element_spec(self) -> Any:
        """The specs that the elements of both fit."""
        return self._structure

    def _iterate(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(d._iterate() for d in self._inputs())

    def _cardinality(self) -> int:
        return total([d._cardinality() for d in self._inputs()])


def total(sizes: list[int]) -> int:
    """The cardinality of datasets one after the other."""
    if INFINITE_CARDINALITY in sizes:
        return INFINITE_CARDINALITY
    return UNKNOWN_CARDINALITY if UNKNOWN_CARDINALITY in sizes else sum(sizes)


class _ZipDataset(Dataset):
    """Elements that are structures of other datasets' elements."""

    __module__ = "tensorflow.python.data.ops.zip_op"

    def __init__(self, datasets: Any) -> None:
        super().__init__()
        for each in structure.flatten(datasets):
            if not isinstance(each, Dataset):
                raise TypeError(
                    "Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset` "
                    f"objects but encountered object of type {type(each)}."
                )
        self._datasets = datasets

    def _inputs(self) -> list[Dataset]:
        return structure.flatten(self._datasets)

    @property
    def element_spec(self) -> Any:
        """The structure of the datasets' specs."""
        return structure.map_structure(lambda d: d.element_spec, self._datasets)

    def _known_spec(self) -> Any:
        specs = [d._known_spec() for d in self._inputs()]
        return None if any(s is None for s in specs) else self.element_spec

    def _first(self) -> list[Any]:
        samples = zip(*(d._samples() for d in self._inputs()))
        return [structure.pack_sequence_as(self._datasets, list(each)) for each in samples]

    def _iterate(self) -> Iterator[Any]:
        parts = [d._iterate() for d in self._inputs()]
        if type(self._datasets) is tuple and len(parts) == len(self._datasets):
            return _zipped(parts)
        return (structure.pack_sequence_as(self._datasets, list(p)) for p in _zipped(parts))

    def _cardinality(self) -> int:
        sizes = [s for d in self._inputs() if (s := d._cardinality()) != INFINITE_CARDINALITY]
        if not sizes:
            return INFINITE_CARDINALITY
        return UNKNOWN_CARDINALITY if UNKNOWN_CARDINALITY in sizes else min(sizes)

    def _ordered(self) -> Ordered | None:
        parts = []
        for dataset in self._inputs():
            ordered = dataset._ordered()
            if ordered is None or not ordered.plain:
                return None
            parts.append(ordered.rows)
        return Ordered.of(_rows.ZippedRows(self._datasets, parts))


def _zipped(parts: list[Iterator[Any]]) -> Iterator[Any]:
    return zip(*parts)


def zip_datasets(args: Any, datasets: Any) -> Dataset:
    """Dataset.zip."""
    if not args and datasets is None:
        raise TypeError("Must pass at least one dataset to `zip`.")
    if args and datasets is not None:
        raise TypeError("Both `*args` and `datasets` cannot be set.")
    if len(args) == 1:
        datasets = args[0]
    elif args:
        datasets = args
    if isinstance(datasets, list):
        raise TypeError(
            "Invalid input to `zip`. Inputs are expected to be (nested) structures of `tf.data.Dataset` objects. "
            "Python `list` is not supported and you should use `tuple` instead."
        )
    return _ZipDataset(datasets)


class _PassedOn(UnaryUnchanged):
    """The elements as they are, however they are made."""

    def _iterate(self) -> Iterator[Any]:
        return self._input_dataset._iterate()

    def _cardinality(self) -> int:
        return self._input_dataset._cardinality()

    def _ordered(self) -> Ordered | None:
        return self._input_dataset._ordered()

    def _ordered_once(self) -> Ordered | None:
        return self._input_dataset._ordered_once()


class _PrefetchDataset(_PassedOn):
    """The elements, made ahead in a thread where that pays."""

    __module__ = "tensorflow.python.data.ops.prefetch_op"

    def __init__(self, input_dataset: Dataset, buffer_size: Any) -> None:
        super().__init__(input_dataset)
        self._size = AUTOTUNE if buffer_size is None else int64(buffer_size)
        if isinstance(self._size, int) and self._size < AUTOTUNE:
            raise invalid("buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning", "PrefetchDataset")

    def _iterate(self) -> Iterator[Any]:
        size = known(self._size)
        elements = self._input_dataset._iterate()
        return Prefetched(elements, _AHEAD if size == AUTOTUNE else size) if size else elements


class _OptionsDataset(_PassedOn):
    """The elements, with options."""

    __module__ = "tensorflow.python.data.ops.dataset_ops"

    def __init__(self, input_dataset: Dataset, options: Options) -> None:
        super().__init__(input_dataset)
        if not isinstance(options, Options):
            raise TypeError(f"Dataset.with_options: `options` must be a tf.data.Options, got {options!r}.")
        self._options_given = options.copied()
