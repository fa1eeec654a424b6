"""Raw ops on datasets whose functions give datasets, group elements or make them, and what is left to one machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from tfcompat import data
from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import Invalid, Values
from tfcompat.autograph.experimental import do_not_convert
from tfcompat.data._batching import BatchingDataset
from tfcompat.data._options import AutoShardPolicy
from tfcompat.data._sources import known
from tfcompat.data.dataset import UnaryUnchanged
from tfcompat.raw_ops._control import call
from tfcompat.raw_ops._datasets import (
    Dataset,
    DatasetVariant,
    Given,
    Iterating,
    Made,
    both,
    dataset_of,
    dataset_op,
    iterator_of,
    tuples,
)
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Resource, Variant

_UNKNOWN = -1

# ---- functions that give datasets ----


def _to_dataset(a: Given) -> Callable[..., Any]:
    run = a.function("f")

    @do_not_convert
    def dataset(*components: Any) -> Any:
        return dataset_of(run(*components)[0])

    return dataset


def _interleaved(a: Given) -> Any:
    sizes = [a.number(name) for name in ("cycle_length", "block_length")]
    return a.dataset.interleave(_to_dataset(a), *sizes)


dataset_op("FlatMapDataset", lambda a: a.dataset.flat_map(_to_dataset(a)))
# Elements come in one order, whichever thread has its own first.
dataset_op(
    f"InterleaveDataset {both('ParallelInterleaveDataset')} ParallelInterleaveDatasetV2 ParallelInterleaveDatasetV3 "
    "ParallelInterleaveDatasetV4 LegacyParallelInterleaveDatasetV2",
    _interleaved,
)


# ---- functions that group elements ----


def _first(run: Callable[..., tuple[Any, ...]]) -> Callable[..., Any]:
    @do_not_convert
    def first(*components: Any) -> Any:
        return run(*components)[0]

    return first


def _grouped(a: Given) -> Any:
    key, reduce, size = (
        a.function(name, f"{name}_other_arguments") for name in ("key_func", "reduce_func", "window_size_func")
    )

    @do_not_convert
    def reduced(number: Any, window: Any) -> Any:
        return dataset_of(reduce(number, DatasetVariant(tuples(window)))[0])

    return a.dataset.group_by_window(_first(key), reduced, window_size_func=_first(size))


def _reduced(a: Given) -> Any:
    key, start, reduce, finish = (
        a.function(f"{name}_func", f"{name}_func_other_arguments") for name in ("key", "init", "reduce", "finalize")
    )
    reducer = data.experimental.Reducer(
        start,
        do_not_convert(lambda held, components: reduce(*held, *components)),
        do_not_convert(lambda *held: finish(*held)),
    )
    return a.dataset.apply(data.experimental.group_by_reducer(_first(key), reducer))


dataset_op(both("GroupByWindowDataset"), _grouped)
dataset_op(both("GroupByReducerDataset"), _reduced)


# ---- functions that make elements ----


def _generated(a: Given) -> Any:
    start, following, finish = (a.function(f"{n}_func", f"{n}_func_other_args") for n in ("init", "next", "finalize"))

    def elements() -> Iterator[Any]:
        state = start()
        try:
            while True:
                yield following(*state)
        except errors.OutOfRangeError:
            return
        finally:
            finish(*state)

    return Made(elements, a)


def _by_index(a: Given) -> Any:
    to_components, place = (a.function(f, f"{f}_other_args") for f in ("map_func", "index_map_func"))
    count = a.number("output_cardinality")

    def elements() -> Iterator[Any]:
        parts = [to_components(*row) for row in a.dataset]
        for number in range(count):
            outer, inner = (int(x.numpy()) for x in place(convert_to_tensor(number, dtypes.int64)))
            yield tuple(x[inner] for x in parts[outer])

    return Made(elements, a, count)


dataset_op("GeneratorDataset", _generated)
dataset_op("IndexFlatMapDataset", _by_index)


@raw("OneShotIterator")
def one_shot_iterator(
    dataset_factory: Any, output_types: list[Any], output_shapes: list[Any], container: str, shared_name: str
) -> Iterating:
    """An iterator over the dataset that a function gives."""
    if shared_name:
        raise Invalid("OneShotIterator does not share iterators by name outside of graphs")
    (made,) = call(dataset_factory, [])
    return iterator_of(dataset_of(made), output_types, output_shapes)


# ---- elements after a while, by windows, by the last component ----


def _slept(a: Given) -> Any:
    pause = a.number("sleep_microseconds")
    if pause < 0:
        raise Invalid(f"sleep_microseconds must be >= 0, got {pause}")

    def elements() -> Iterator[Any]:
        for element in a.dataset:
            time.sleep(pause / 1e6)
            yield element

    return Made(elements, a, a.dataset._cardinality())


def _slid(a: Given) -> Any:
    size, shift, stride = (a.number(f"window_{name}") for name in ("size", "shift", "stride"))
    for name, value in (("size", size), ("shift", shift), ("stride", stride)):
        if value <= 0:
            raise Invalid(f"window_{name} must be greater than zero, got {value}")
    drop = a.values.get("drop_remainder", True)
    windows = a.dataset.window(size, shift, stride, drop_remainder=drop)
    return windows.flat_map(do_not_convert(lambda *parts: Dataset.zip(parts).batch(size)))


def _batch_sizes(a: Given) -> Any:
    replicas = a.number("num_replicas")
    if replicas <= 0:
        raise Invalid(f"num_replicas must be greater than zero, got {replicas}")

    def elements() -> Iterator[Any]:
        for element in a.dataset:
            rows = int(element[0].shape[0])
            step = -(-rows // replicas)
            for at in range(0, rows, step):
                yield tuple(x[at : at + step] for x in element)

    return Made(elements, a)


dataset_op(both("SleepDataset"), _slept)
dataset_op(both("SlidingWindowDataset"), _slid)
dataset_op(both("RebatchDataset"), _batch_sizes)
dataset_op("WindowOp", lambda a: Dataset.from_tensors(a.tensors("inputs")))


@raw("ComputeBatchSize")
def compute_batch_size(input_dataset: Any) -> Any:
    """How many rows the batches of a dataset have; -1 where that is not known."""
    dataset = dataset_of(input_dataset)
    while isinstance(dataset, UnaryUnchanged):
        dataset = dataset._input_dataset
    size = known(dataset._batch_size) if isinstance(dataset, BatchingDataset) else _UNKNOWN
    return to_storage(convert_to_tensor(size, dtypes.int64))


# ---- one of several, and parts for workers ----


def _sharded(a: Given) -> Any:
    workers, index, policy = a.number("num_workers"), a.number("index"), a.values["auto_shard_policy"]
    if workers < 1 or not 0 <= index < workers:
        raise Invalid(f"index must be in [0, num_workers), got {index} and {workers}")
    return a.dataset if policy == AutoShardPolicy.OFF.value else a.dataset.shard(workers, index)


dataset_op(both("AutoShardDataset"), _sharded)
dataset_op(both("ChooseFastestDataset"), lambda a: dataset_of(a.values["input_datasets"][0]))
dataset_op(both("BytesProducedStatsDataset LatencyStatsDataset ThreadPoolDataset"), lambda a: a.dataset)


class _Pool(Resource):
    """Threads for a dataset: its elements are made by those that tfcompat has."""


@raw("ThreadPoolHandle", "ExperimentalThreadPoolHandle")
def thread_pool_handle(num_threads: int, max_intra_op_parallelism: int, display_name: str) -> _Pool:
    """Stands for threads."""
    return _Pool()


# ---- datasets and elements as variants ----


class _Wrapped(Variant):
    """A variant that holds another one."""

    def __init__(self, held: Any) -> None:
        self.held = held


@raw("WrapDatasetVariant")
def wrap_dataset_variant(input_handle: Any) -> _Wrapped:
    """A variant with a dataset in it."""
    return _Wrapped(DatasetVariant(dataset_of(input_handle)))


@raw("UnwrapDatasetVariant")
def unwrap_dataset_variant(input_handle: Any) -> Any:
    """The dataset in a variant."""
    if not isinstance(input_handle, _Wrapped):
        raise Invalid("Tensor must be a WrappedDataset variant object.")
    return input_handle.held


class _Element(Variant):
    """An element's components."""

    def __init__(self, components: list[Any]) -> None:
        self.components = components


@raw("CompressElement")
def compress_element(components: Values) -> _Element:
    """An element as one variant; it is held as it is."""
    return _Element(list(components))


@raw("UncompressElement")
def uncompress_element(compressed: Any, output_types: list[Any], output_shapes: list[Any]) -> list[Any]:
    """The components of an element; FailedPreconditionError for other dtypes."""
    if not isinstance(compressed, _Element):
        raise Invalid("Tensor does not contain a compressed element")
    kinds = [dtypes.BY_STORAGE[x.dtype] for x in compressed.components]
    if kinds != output_types:
        text = f"The element has the dtypes {[d.name for d in kinds]}, not {[d.name for d in output_types]}"
        raise Invalid(text, errors.FailedPreconditionError)
    return compressed.components


def _first_branch(a: Given) -> Any:
    """What the first of several ways makes: which of them is the fastest changes no element."""
    count, others = a.values["other_arguments_lengths"][0], a.tensors("other_arguments")
    function = a.values["branches"][0]
    (made,) = call(function, [DatasetVariant(a.dataset), *others[:count]])
    return dataset_of(made)


dataset_op("ChooseFastestBranchDataset", _first_branch)
