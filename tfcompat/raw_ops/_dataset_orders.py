"""Raw ops on datasets by chance, in memory and in files; seeds, caches and iterators for several devices."""

from __future__ import annotations

import collections
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat import data
from tfcompat._core import errors
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value
from tfcompat.autograph.experimental import do_not_convert
from tfcompat.data._random import Seeds
from tfcompat.data._saving import load_dataset, save_dataset
from tfcompat.data._sources import _RandomDataset
from tfcompat.data.experimental.readers import CsvDataset, SqlDataset
from tfcompat.raw_ops._datasets import (
    DatasetVariant,
    Given,
    Iterating,
    Made,
    _outputs,
    both,
    dataset_of,
    dataset_op,
    tuples,
)
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._tables import _store, initialize_table
from tfcompat.raw_ops._variants import Resource, Variant

# ---- seeds and caches ----


class _Generator(Resource):
    """What gives each pass over a dataset its seeds; None where the dataset's own count."""

    def __init__(self, seeds: Seeds | None) -> None:
        self.seeds = seeds


class _Cache(Resource):
    """A place for a dataset's elements: each dataset keeps its own."""


@raw("AnonymousSeedGenerator")
def anonymous_seed_generator(seed: Value, seed2: Value, reshuffle: Value) -> tuple[_Generator, Variant]:
    """What gives each pass its seeds, and what deletes it."""
    return _Generator(Seeds.of_pair(int(seed), int(seed2), bool(reshuffle))), Variant()


@raw("AnonymousRandomSeedGenerator")
def anonymous_random_seed_generator(seed: Value, seed2: Value) -> tuple[_Generator, Variant]:
    """What gives each pass other seeds, and what deletes it."""
    return _Generator(Seeds.of_pair(int(seed), int(seed2), True)), Variant()


@raw("AnonymousMemoryCache")
def anonymous_memory_cache() -> tuple[_Cache, Variant]:
    """A cache, and what deletes it."""
    return _Cache(), Variant()


raw("DummySeedGenerator")(lambda: _Generator(None))
raw("DummyMemoryCache")(lambda: _Cache())
raw("DummyIterationCounter")(lambda: Resource())


@raw("DeleteSeedGenerator", "DeleteRandomSeedGenerator", "DeleteMemoryCache")
def delete(handle: Any, deleter: Any) -> None:
    """Does nothing: what nobody refers to goes by itself."""


# ---- by chance ----


def _seeds(a: Given, each_pass: str, otherwise: bool = True) -> Seeds:
    """The seeds of a generator, else those that are given."""
    generator = a.values.get("seed_generator")
    if isinstance(generator, _Generator) and generator.seeds is not None:
        return generator.seeds
    return Seeds.of_pair(a.number("seed"), a.number("seed2"), a.values.get(each_pass, otherwise))


def _shuffled(a: Given) -> Any:
    return a.dataset.shuffle(a.number("buffer_size"), _seeds(a, "reshuffle_each_iteration"))


def _drawn(a: Given) -> Any:
    return _RandomDataset(_seeds(a, "rerandomize_each_iteration", otherwise=False))


def _sampled(a: Given) -> Any:
    rate, seeds = float(a.values["rate"]), Seeds.of_pair(a.number("seed"), a.number("seed2"), False)

    def elements() -> Iterator[Any]:
        for element, word in zip(a.dataset, seeds.words()):
            if (word & 0x7FFFFF) / 0x800000 < rate:
                yield element

    return Made(elements, a)


def _all_shuffled(a: Given) -> Any:
    seeds, dataset = _seeds(a, "reshuffle_each_iteration"), a.dataset
    size = int(dataset.cardinality())
    if size < 0:
        raise Invalid(
            "`global_shuffle` requires a dataset of a known, finite cardinality", errors.FailedPreconditionError
        )

    def elements() -> Iterator[Any]:
        from tfcompat.random.stateless import _places

        key = torch.tensor(seeds.three())
        places = _places(torch.arange(size), key, torch.tensor(size - 1), 8)
        rows = list(dataset)
        return (rows[i] for i in places.tolist())

    return Made(elements, a, size)


dataset_op("ShuffleDataset ShuffleDatasetV2 ShuffleDatasetV3", _shuffled)
dataset_op(
    "ShuffleAndRepeatDataset ShuffleAndRepeatDatasetV2", lambda a: tuples(_shuffled(a)).repeat(a.number("count"))
)
dataset_op(f"{both('RandomDataset')} RandomDatasetV2", _drawn)
dataset_op("SamplingDataset", _sampled)
dataset_op("GlobalShuffleDataset", _all_shuffled)


# ---- files ----


def _csv(a: Given) -> Any:
    selected, left_out = (a.values[n].tolist() if n in a else [] for n in ("select_cols", "exclude_cols"))
    names = ("compression_type", "buffer_size", "header", "field_delim", "use_quote_delim", "na_value")
    options = {name: a.number(name) for name in names}
    return CsvDataset(
        a.tensor("filenames"),
        list(a.tensors("record_defaults")),
        select_cols=selected or None,
        exclude_cols=left_out or None,
        **options,
    )


def _sql(a: Given) -> Any:
    texts = [a.number(name) for name in ("driver_name", "data_source_name", "query")]
    return SqlDataset(texts[0], texts[1], texts[2], tuple(a.values["output_types"]))


def _records(a: Given) -> Any:
    if a.values["byte_offsets"].numel():
        text = "TFRecordDatasetV2: byte_offsets are not supported, files are read from their first record"
        raise Invalid(text, errors.UnimplementedError)
    return data.TFRecordDataset(a.tensor("filenames"), a.number("compression_type") or None)


def _sharding(a: Given) -> Any:
    if not a.values.get("use_shard_func", True):
        return None
    run = a.function("shard_func", "shard_func_other_args")
    return do_not_convert(lambda *components: run(*components)[0])


def _reading(a: Given) -> Any:
    run = a.function("reader_func", "reader_func_other_args")

    @do_not_convert
    def read(shards: Any) -> Any:
        handles = shards.map(do_not_convert(lambda d: d))
        return dataset_of(run(DatasetVariant(handles))[0])

    return read


def _loaded(a: Given) -> Any:
    how = a.values["compression"] or None
    return load_dataset(a.number("path"), a.spec, how, _reading(a), False)


def _save(**values: Any) -> None:
    """Writes the elements of a dataset to a directory."""
    a = Given(values)
    save_dataset(a.dataset, a.number("path"), a.values["compression"] or None, _sharding(a), None)


raw("SaveDataset")(_save)


def _saved(a: Given) -> Any:
    """A dataset that writes its elements as it gives them."""

    def elements() -> Iterator[Any]:
        save_dataset(a.dataset, a.number("path"), a.values["compression"] or None, _sharding(a), None)
        return iter(a.dataset)

    return Made(elements, a, a.dataset._cardinality())


def _snapshot(a: Given) -> Any:
    with_functions = "reader_func" in a
    functions = {"reader_func": _reading(a), "shard_func": _sharding(a)} if with_functions else {}
    return a.dataset.snapshot(a.number("path"), a.values["compression"] or None, **functions)


dataset_op(f"{both('CSVDataset')} CSVDatasetV2", _csv)
dataset_op(both("SqlDataset"), _sql)
dataset_op("TFRecordDatasetV2", _records)
dataset_op("LoadDataset", _loaded)
dataset_op("SaveDatasetV2", _saved)
dataset_op("SnapshotDataset SnapshotDatasetV2", _snapshot)


# ---- what is asked of a dataset ----


@raw("DatasetFingerprint")
def dataset_fingerprint(input_dataset: Any) -> Any:
    """A number that equal datasets share."""
    return to_storage(dataset_of(input_dataset).fingerprint())


@raw("GetOptions")
def get_options(input_dataset: Any) -> np.ndarray:
    """The options of a dataset as a serialized message: none of them is kept here."""
    dataset_of(input_dataset)
    return np.array(b"", object)


@raw("InitializeTableFromDataset")
def initialize_table_from_dataset(table_handle: Any, dataset: Any) -> None:
    """Fills a table with the pairs of a dataset."""
    pairs = list(dataset_of(dataset))
    if pairs and len(pairs[0]) != 2:
        raise Invalid(f"The dataset must have two components, keys and values, got {len(pairs[0])}")
    if pairs:
        keys, values = (np.stack([x.numpy() for x in column]) for column in zip(*pairs))
        store = _store(table_handle)
        initialize_table(table_handle, to_storage(keys, store.key), to_storage(values, store.value))


class _Statistics(Resource):
    """Numbers about a running dataset: none are counted here."""


raw("StatsAggregatorHandle", "ExperimentalStatsAggregatorHandle", "StatsAggregatorHandleV2")(lambda: _Statistics())
dataset_op(both("SetStatsAggregatorDataset"), lambda a: a.dataset)


@raw("StatsAggregatorSummary", "ExperimentalStatsAggregatorSummary")
def stats_aggregator_summary(iterator: Any) -> np.ndarray:
    """A Summary of what was counted, which is nothing."""
    return np.array(b"", object)


@raw("StatsAggregatorSetSummaryWriter")
def stats_aggregator_set_summary_writer(stats_aggregator: Any, summary: Any) -> None:
    """Where to write what is counted, which is nothing."""


# ---- iterators ----


class _Place(Variant):
    """How far an iterator is."""

    def __init__(self, iterator: Iterating) -> None:
        self.iterator, self.count = iterator, iterator.count


@raw("SerializeIterator")
def serialize_iterator(resource_handle: Iterating, external_state_policy: int) -> _Place:
    """How far an iterator is."""
    return _Place(resource_handle)


@raw("DeserializeIterator")
def deserialize_iterator(resource_handle: Iterating, serialized: Any) -> None:
    """Takes an iterator to where another one was."""
    if not isinstance(serialized, _Place):
        raise Invalid("serialized must be what SerializeIterator gives")
    resource_handle.start(serialized.iterator.dataset)
    for _ in range(serialized.count):
        resource_handle.next()


class _Devices(Resource):
    """An iterator whose elements go to one shard after the other."""

    def __init__(self, count: int, kinds: Sequence[Any], shapes: Sequence[Any]) -> None:
        self.count, self.kinds, self.shapes, self.incarnation = count, kinds, shapes, 0
        self.waiting: list[collections.deque[Any]] = []
        self.rest: Iterator[Any] = iter(())

    def start(self, dataset: Any) -> int:
        """Begins with the first element of a dataset; the number of this beginning."""
        self.rest, self.incarnation = iter(dataset), self.incarnation + 1
        self.waiting = [collections.deque() for _ in range(self.count)]
        self.turn = 0
        return self.incarnation

    def next(self, shard: int) -> Any:
        """The next element of a shard; StopIteration where there is none."""
        while not self.waiting[shard]:
            element = next(self.rest)
            self.waiting[self.turn % self.count].append(element)
            self.turn += 1
        return self.waiting[shard].popleft()


_by_name: dict[Any, _Devices] = {}


@raw("AnonymousMultiDeviceIterator")
def anonymous_devices(devices: list[str], output_types: list[Any], output_shapes: list[Any]) -> Any:
    """An iterator for several devices, and what deletes it."""
    return _Devices(len(devices), output_types, output_shapes), Variant()


@raw("AnonymousMultiDeviceIteratorV3")
def anonymous_devices_v3(devices: list[str], output_types: list[Any], output_shapes: list[Any]) -> _Devices:
    """An iterator for several devices."""
    return _Devices(len(devices), output_types, output_shapes)


@raw("MultiDeviceIterator")
def devices(
    devices: list[str], shared_name: str, container: str, output_types: list[Any], output_shapes: list[Any]
) -> _Devices:
    """An iterator for several devices; the same one for the same name."""
    return _by_name.setdefault((container, shared_name), _Devices(len(devices), output_types, output_shapes))


@raw("MultiDeviceIteratorInit")
def devices_init(dataset: Any, multi_device_iterator: _Devices, max_buffer_size: Value) -> torch.Tensor:
    """Begins with the first element of a dataset; gives the number of this beginning."""
    return torch.tensor(multi_device_iterator.start(dataset_of(dataset)))


@raw("MultiDeviceIteratorGetNextFromShard")
def devices_next(
    multi_device_iterator: _Devices,
    shard_num: Value,
    incarnation_id: Value,
    output_types: list[Any],
    output_shapes: list[Any],
) -> list[Any]:
    """The next element of a shard; OutOfRangeError where there is none."""
    held, shard = multi_device_iterator, int(shard_num)
    if int(incarnation_id) != held.incarnation:
        text = f"Invalid incarnation id. Provided: {int(incarnation_id)}; Expected: {held.incarnation}"
        raise Invalid(text)
    try:
        if not 0 <= shard < held.count:
            raise StopIteration
        element = held.next(shard)
    except StopIteration:
        raise Invalid("End of sequence", errors.OutOfRangeError) from None
    return _outputs(element, output_types, output_shapes)


@raw("MultiDeviceIteratorToStringHandle")
def devices_to_string(multi_device_iterator: _Devices) -> np.ndarray:
    """A string that stands for an iterator in this process."""
    name = b"devices_%d" % id(multi_device_iterator)
    _by_name[name] = multi_device_iterator
    return np.array(name, object)


@raw("MultiDeviceIteratorFromStringHandle")
def devices_from_string(string_handle: Value, output_types: list[Any], output_shapes: list[Any]) -> _Devices:
    """The iterator that a string stands for."""
    found = _by_name.get(string_handle.item())
    if found is None:
        raise Invalid("string_handle stands for no iterator of this process")
    return found


@raw("DeleteMultiDeviceIterator")
def delete_devices(multi_device_iterator: Any, iterators: list[Any], deleter: Any) -> None:
    """Ends an iterator."""
    multi_device_iterator.rest = iter(())
