"""Datasets that give each replica its part: of each batch, or of the elements in turn."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tfcompat._core import structure
from tfcompat._core.device import to_torch
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._sparse import SparseTensor
from tfcompat.data._iterators import OwnedIterator
from tfcompat.data._options import AutoShardPolicy
from tfcompat.data.dataset import Dataset
from tfcompat.distribute._inputs import InputContext, InputOptions, InputReplicationMode
from tfcompat.distribute._reductions import copied
from tfcompat.distribute._values import PerReplica, PerReplicaSpec

_INPUT = "tensorflow.python.distribute.input_lib"


def divided(element: Any, count: int, own: range | None = None) -> Any:
    """A batch as a nest of PerReplicas of its rows, as many for each replica; the last ones get what is left.

    own: the numbers of those of the `count` replicas that are meant, by default all.
    """
    rows = row_count(element)
    size = -(-rows // count)
    parts = [(min(i * size, rows), min((i + 1) * size, rows)) for i in (range(count) if own is None else own)]

    def part(x: Any) -> Any:
        return x if x is None else PerReplica([_rows(x, start, end) for start, end in parts])

    return structure.map_structure(part, element)


def row_count(element: Any) -> int:
    """How many rows a batch has."""
    first = next(x for x in structure.flatten(element) if x is not None)
    return int(first.shape[0] if not isinstance(first, SparseTensor) else first.dense_shape[0])


def rows_of(element: Any, start: int, end: int) -> Any:
    """Some rows of a batch, as far as it has them."""
    end = min(end, row_count(element))
    return structure.map_structure(lambda x: x if x is None else _rows(x, min(start, end), end), element)


def placed(element: Any, devices: Sequence[str]) -> Any:
    """A nest of PerReplicas with each replica's values on its device."""
    if len({to_torch(name) for name in devices}) == 1:
        return element

    def moved(x: Any) -> Any:
        values = zip(x.values, devices) if isinstance(x, PerReplica) else ()
        return PerReplica([copied(value, [name]) for value, name in values]) if values else x

    return structure.map_structure(moved, element)


def _rows(x: Any, start: int, end: int) -> Any:
    if not isinstance(x, SparseTensor):
        return x[start:end]
    from tfcompat.sparse.joining import slice as sparse_slice

    shape = [int(n) for n in x.dense_shape]
    return sparse_slice(x, [start, *[0] * (len(shape) - 1)], [end - start, *shape[1:]])


def first_dimension(spec: Any) -> int | None:
    """The size of a spec's first dimension; None where it is not known, or there is none."""
    return spec.shape[0] if spec.shape.rank else None


def with_rows(spec: Any, rows: int | None) -> Any:
    """A spec with another size of the first dimension."""
    if isinstance(spec, TensorSpec):
        return TensorSpec(TensorShape([rows, *spec.shape[1:]]), spec.dtype, spec.name)
    kind = type(spec)
    parts = list(spec._serialize())
    at = next(i for i, part in enumerate(parts) if isinstance(part, TensorShape))
    parts[at] = TensorShape([rows, *parts[at][1:]])
    return kind._deserialize(tuple(parts))


class _ReplicasDataset(Dataset):
    """A dataset of nests of PerReplicas."""

    def __init__(self, inputs: Sequence[Dataset], count: int) -> None:
        super().__init__()
        self._sources, self._count = list(inputs), count

    def _inputs(self) -> list[Any]:
        return self._sources

    def _is_batched(self) -> bool:
        return False  # the replicas' parts may be of different sizes

    def _spec_of(self, spec: Any) -> Any:
        return PerReplicaSpec(*[spec] * self._count)

    @property
    def element_spec(self) -> Any:
        """The specs of an element, of PerReplicas."""
        return structure.map_structure(self._spec_of, self._sources[0].element_spec)


class _DividedDataset(_ReplicasDataset):
    """The batches of a dataset, the rows of each divided among the replicas."""

    def __init__(self, source: Dataset, count: int) -> None:
        super().__init__([source], count)

    def _spec_of(self, spec: Any) -> Any:
        size = first_dimension(spec)
        rows = size // self._count if size is not None and size % self._count == 0 else None
        return PerReplicaSpec(*[with_rows(spec, rows)] * self._count)

    def _iterate(self) -> Iterator[Any]:
        for element in self._sources[0]._iterate():
            yield divided(element, self._count)

    def _cardinality(self) -> int:
        return self._sources[0]._cardinality()


class _InTurnDataset(_ReplicasDataset):
    """The elements of a dataset, or of one for each replica, which go to the replicas in turn.

    Where they end before each replica got one, the others get none of its rows; where the number of rows is known, none
    gets any.
    """

    def _iterate(self) -> Iterator[Any]:
        each = [source._iterate() for source in self._sources]
        sources = each if len(each) > 1 else each * self._count
        whole = all(spec.shape.is_fully_defined() for spec in structure.flatten(self._sources[0].element_spec))
        while True:
            parts = list(itertools.islice((next(source, None) for source in sources), self._count))
            got = [part for part in parts if part is not None]
            if not got or (whole and len(got) < self._count):
                return
            empty = None
            if len(got) < self._count:
                empty = rows_of(got[0], 0, 0)
            parts = [empty if part is None else part for part in parts]
            yield structure.map_structure(lambda *values: PerReplica(values), *parts)

    def _cardinality(self) -> int:
        size = self._sources[0]._cardinality()
        return size if size < 0 or len(self._sources) > 1 else -(-size // self._count)


class DistributedDataset:
    """A dataset whose elements are divided among the replicas (tf.distribute.DistributedDataset)."""

    __module__ = _INPUT
    _is_divided = True

    def __init__(self, dataset: Any, strategy: Any) -> None:
        self._dataset, self._strategy = dataset, strategy

    @property
    def element_spec(self) -> Any:
        """The elements' spec; with several replicas, of PerReplicas."""
        return self._dataset.element_spec

    @property
    def cardinality(self) -> Any:
        """How many elements there are, an int; negative where there are infinitely many or nobody knows."""
        return int(self._dataset.cardinality())

    def __iter__(self) -> Any:
        iter(self._dataset)  # refused while a function is captured
        return DistributedIterator(self._dataset)

    def _graph_loop(self) -> Any:
        return self._dataset._graph_loop()

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
        """The state after `reduce_func(state, element)` for all elements."""
        return self._dataset.reduce(initial_state, reduce_func)

    def _batches(self) -> Any:
        """The dataset itself, for who takes one: with a single replica its elements are whole."""
        return self._dataset


class DistributedDatasetsFromFunction(DistributedDataset):
    """What `strategy.distribute_datasets_from_function` returns."""

    __module__ = _INPUT

    @property
    def cardinality(self) -> Any:
        """How many elements the dataset has that the function made."""
        return int(getattr(self._dataset, "_sources", [self._dataset])[0].cardinality())


class DistributedIterator(OwnedIterator):
    """An iterator of a DistributedDataset (tf.distribute.DistributedIterator)."""

    __module__ = _INPUT


def distributed(dataset: Any, strategy: Any, options: InputOptions | None) -> DistributedDataset:
    """The dataset with each batch divided among the strategy's replicas."""
    dataset.element_spec  # noqa: B018 - what has none is refused here
    if options is not None and options.experimental_replication_mode is InputReplicationMode.PER_REPLICA:
        raise NotImplementedError(
            "InputReplicationMode.PER_REPLICA is only supported in `distribute_datasets_from_function`."
        )
    count, workers = strategy._local_count, strategy._workers
    if strategy._has_several:
        _check_has_rows(dataset.element_spec)
    if workers is not None:
        from tfcompat.distribute._worker_datasets import AllRows, OwnRows

        whole = dataset.options().experimental_distribute.auto_shard_policy is AutoShardPolicy.OFF
        dataset = (AllRows if whole else OwnRows)(dataset, workers)
    return DistributedDataset(_DividedDataset(dataset, count) if strategy._has_several else dataset, strategy)


def _check_has_rows(element_spec: Any) -> None:
    """IndexError where a part of the elements is a scalar."""
    if any(spec.shape.rank == 0 for spec in structure.flatten(element_spec)):
        raise IndexError(
            "experimental_distribute_dataset() divides the first dimension of a dataset's elements among the "
            f"replicas, and they have none: element_spec={element_spec}. Batch the dataset."
        )


def distributed_from_function(
    dataset_fn: Callable[..., Any], strategy: Any, options: InputOptions | None
) -> DistributedDataset:
    """The elements of the dataset that `dataset_fn(InputContext)` makes, or of one for each replica."""
    count, workers = strategy._local_count, strategy._workers
    each = options is not None and options.experimental_replication_mode is InputReplicationMode.PER_REPLICA
    here = count if each else 1
    processes, rank = (1, 0) if workers is None else (workers.count, workers.rank)
    made = [dataset_fn(InputContext(here * processes, here * rank + i, count * processes)) for i in range(here)]
    if workers is not None:
        from tfcompat.distribute._worker_datasets import InStep

        made = [InStep(dataset, workers) for dataset in made]
    whole = _InTurnDataset(made, count) if strategy._has_several else made[0]
    return DistributedDatasetsFromFunction(whole, strategy)
