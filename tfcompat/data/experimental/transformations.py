"""The functions of tf.data.experimental that make a dataset of a dataset, most for Dataset.apply."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.optional import Optional
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import EagerTensor
from tfcompat._formats.files import replacing
from tfcompat._formats.tfrecord import RecordWriter, checked_compression
from tfcompat.data import _structure
from tfcompat.data._batching import _BatchDataset
from tfcompat.data._functions import DatasetFunction
from tfcompat.data._grouping import _GroupByReducerDataset
from tfcompat.data._mapping import _AssertCardinalityDataset, invalid
from tfcompat.data._nesting import _ParallelInterleaveDataset
from tfcompat.data._ordering import _PassedOn, _PrefetchDataset, _RepeatDataset
from tfcompat.data._sources import _ListDataset, _RandomDataset, int64, known
from tfcompat.data._structure import normalized
from tfcompat.data.dataset import UNKNOWN_CARDINALITY, Dataset, UnaryDataset
from tfcompat.io import _paths

Transformation = Callable[[Dataset], Dataset]


# ---- what is known of a dataset ----


def cardinality(dataset: Any) -> Any:
    """The number of elements of `dataset`, as Dataset.cardinality tells it."""
    return dataset.cardinality()


def assert_cardinality(expected_cardinality: Any) -> Transformation:
    """For Dataset.apply: says how many elements there are. FailedPreconditionError at the end where it is wrong."""
    return lambda dataset: _AssertCardinalityDataset(dataset, expected_cardinality)


def get_structure(dataset_or_iterator: Any) -> Any:
    """The element_spec of a dataset or an iterator; TypeError for anything else."""
    try:
        return dataset_or_iterator.element_spec
    except AttributeError:
        raise TypeError(
            "Invalid `dataset_or_iterator`. `dataset_or_iterator` must be a `tf.data.Dataset` or tf.data.Iterator "
            f"object, but got {type(dataset_or_iterator)}."
        ) from None


def at(dataset: Any, index: Any) -> Any:
    """Element number `index` of `dataset`; OutOfRangeError where there is none."""
    number, size = known(int64(index)), dataset._cardinality()
    if number < 0 or 0 <= size <= number:
        text = f"Index out of range [0, {size}):{number} [Op:GetElementAtIndex] name: "
        raise errors.OutOfRangeError(None, None, text)
    return next(iter(dataset.skip(number)))


def get_single_element(dataset: Any) -> Any:
    """The only element of `dataset`, as Dataset.get_single_element."""
    return dataset.get_single_element()


def get_next_as_optional(iterator: Any) -> Optional:
    """The next element of an iterator as an Optional, as Iterator.get_next_as_optional."""
    return iterator.get_next_as_optional()


def to_variant(dataset: Any) -> Any:
    """A scalar that holds `dataset`, for `from_variant` and tf.raw_ops."""
    return dataset._variant_tensor


def from_variant(variant: Any, structure: Any) -> Any:
    """The dataset in what `to_variant` or a raw op gave. structure: its element_spec; TypeError where it is another."""
    from tfcompat.raw_ops._datasets import DatasetVariant

    if not isinstance(variant, DatasetVariant):
        raise TypeError(f"tf.data.experimental.from_variant takes what to_variant gives, got {variant!r}.")
    return variant.of(structure)


# ---- the same as methods ----


def bucket_by_sequence_length(
    element_length_func: Callable[..., Any],
    bucket_boundaries: Any,
    bucket_batch_sizes: Any,
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: bool = False,
) -> Transformation:
    """For Dataset.apply: Dataset.bucket_by_sequence_length."""
    return lambda dataset: dataset.bucket_by_sequence_length(
        element_length_func,
        bucket_boundaries,
        bucket_batch_sizes,
        padded_shapes,
        padding_values,
        pad_to_bucket_boundary,
        no_padding,
        drop_remainder,
    )


def choose_from_datasets(datasets: Any, choice_dataset: Any, stop_on_empty_dataset: bool = False) -> Any:
    """Dataset.choose_from_datasets, which by default goes on where a dataset has ended."""
    return Dataset.choose_from_datasets(datasets, choice_dataset, stop_on_empty_dataset)


def sample_from_datasets(
    datasets: Any, weights: Any = None, seed: Any = None, stop_on_empty_dataset: bool = False
) -> Any:
    """Dataset.sample_from_datasets."""
    return Dataset.sample_from_datasets(datasets, weights, seed, stop_on_empty_dataset)


def dense_to_ragged_batch(
    batch_size: Any, drop_remainder: bool = False, row_splits_dtype: dtypes.DType = dtypes.int64
) -> Transformation:
    """For Dataset.apply: Dataset.ragged_batch."""
    return lambda dataset: dataset.ragged_batch(batch_size, drop_remainder, row_splits_dtype)


def dense_to_sparse_batch(batch_size: Any, row_shape: Any) -> Transformation:
    """For Dataset.apply: Dataset.sparse_batch."""
    return lambda dataset: dataset.sparse_batch(batch_size, row_shape)


def enumerate_dataset(start: Any = 0) -> Transformation:
    """For Dataset.apply: Dataset.enumerate."""
    return lambda dataset: dataset.enumerate(start)


def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: Any = None,
    window_size_func: Callable[..., Any] | None = None,
) -> Transformation:
    """For Dataset.apply: Dataset.group_by_window."""
    return lambda dataset: dataset.group_by_window(key_func, reduce_func, window_size, window_size_func)


def ignore_errors(log_warning: bool = False) -> Transformation:
    """For Dataset.apply: Dataset.ignore_errors."""
    return lambda dataset: dataset.ignore_errors(log_warning)


def rejection_resample(
    class_func: Callable[..., Any], target_dist: Any, initial_dist: Any = None, seed: Any = None
) -> Transformation:
    """For Dataset.apply: Dataset.rejection_resample."""
    return lambda dataset: dataset.rejection_resample(class_func, target_dist, initial_dist, seed)


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """For Dataset.apply: Dataset.scan."""
    return lambda dataset: dataset.scan(initial_state, scan_func)


def snapshot(
    path: str,
    compression: str | None = "AUTO",
    reader_func: Callable[[Any], Any] | None = None,
    shard_func: Callable[..., Any] | None = None,
) -> Transformation:
    """For Dataset.apply: Dataset.snapshot."""
    return lambda dataset: dataset.snapshot(path, compression, reader_func, shard_func)


def take_while(predicate: Callable[..., Any]) -> Transformation:
    """For Dataset.apply: Dataset.take_while."""
    return lambda dataset: dataset.take_while(predicate)


def unbatch() -> Transformation:
    """For Dataset.apply: Dataset.unbatch."""
    return lambda dataset: dataset.unbatch()


def unique() -> Transformation:
    """For Dataset.apply: Dataset.unique."""
    return lambda dataset: dataset.unique()


def save(
    dataset: Any,
    path: str,
    compression: str | None = None,
    shard_func: Callable[..., Any] | None = None,
    checkpoint_args: dict[str, Any] | None = None,
) -> None:
    """Dataset.save."""
    dataset.save(path, compression, shard_func, checkpoint_args)


def load(
    path: str,
    element_spec: Any = None,
    compression: str | None = None,
    reader_func: Callable[[Any], Any] | None = None,
) -> Any:
    """Dataset.load."""
    return Dataset.load(path, element_spec, compression, reader_func)


# ---- what has no method ----


class _MapAndBatchDataset(_BatchDataset):
    """Batches of what a function makes of elements."""


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: Any = None,
    drop_remainder: bool = False,
    num_parallel_calls: Any = None,
) -> Transformation:
    """For Dataset.apply: map and batch in one. num_parallel_batches: batches that are made at once, as so many calls.

    ValueError where both numbers are given.
    """
    if num_parallel_batches is not None and num_parallel_calls is not None:
        raise ValueError(
            "`map_and_batch` allows only one of `num_parallel_batches` and `num_parallel_calls` to be set, but "
            f"`num_parallel_batches` was set to {num_parallel_batches} and `num_parallel_calls` was set to "
            f"{num_parallel_calls}."
        )
    calls = num_parallel_calls
    if num_parallel_batches is not None:
        calls = batch_size * num_parallel_batches
    return lambda dataset: _MapAndBatchDataset(dataset.map(map_func, calls), batch_size, drop_remainder)


class _ShuffleAndRepeatDataset(_RepeatDataset):
    """Elements in random order, several times over."""


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """For Dataset.apply: shuffle and repeat in one."""
    return lambda dataset: _ShuffleAndRepeatDataset(dataset.shuffle(buffer_size, seed), count)


class ParallelInterleaveDataset(_ParallelInterleaveDataset):
    """What parallel_interleave gives."""


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """For Dataset.apply: Dataset.interleave with a thread for each open dataset, where that pays.

    The order of the elements is the same whether `sloppy` or not. The other two numbers, of elements made ahead, are
    left to the threads.
    """
    return lambda dataset: ParallelInterleaveDataset(
        dataset, map_func, int64(cycle_length), int64(block_length), os.cpu_count() or 1
    )


class Reducer:
    """What group_by_reducer does with the elements of a key (tf.data.experimental.Reducer).

    init_func: gives the first state of a key; reduce_func: the next, of a state and an element; finalize_func: what
    the last one comes to.
    """

    __module__ = "tensorflow.python.data.experimental.ops.grouping"

    def __init__(
        self, init_func: Callable[..., Any], reduce_func: Callable[..., Any], finalize_func: Callable[..., Any]
    ) -> None:
        self._functions = init_func, reduce_func, finalize_func

    @property
    def init_func(self) -> Callable[..., Any]:
        """Gives the first state of a key."""
        return self._functions[0]

    @property
    def reduce_func(self) -> Callable[..., Any]:
        """Gives the next state."""
        return self._functions[1]

    @property
    def finalize_func(self) -> Callable[..., Any]:
        """Gives what the last state comes to."""
        return self._functions[2]


def group_by_reducer(key_func: Callable[..., Any], reducer: Reducer) -> Transformation:
    """For Dataset.apply: one element for each key, an int64 scalar that `key_func` gives; `reducer` says what."""
    return lambda dataset: _GroupByReducerDataset(dataset, key_func, reducer)


class _PadToCardinalityDataset(UnaryDataset):
    """Dicts, filled up with zeros to a number of them."""

    def __init__(self, input_dataset: Dataset, size: Any, mask_key: str) -> None:
        super().__init__(input_dataset)
        self._size, self._key = known(int64(size)), mask_key
        spec = input_dataset.element_spec
        if not isinstance(spec, dict):
            raise ValueError("`pad_to_cardinality` requires its input dataset to be a dictionary.")
        own = input_dataset._cardinality()
        if own == UNKNOWN_CARDINALITY:
            raise ValueError("The dataset passed into `pad_to_cardinality` must have a known cardinality.")
        if not 0 <= own <= self._size:
            raise ValueError(
                "The dataset passed into `pad_to_cardinality` must have a cardinalty less than the target cardinality "
                f"({self._size}), but has cardinality {own}"
            )

    @property
    def element_spec(self) -> Any:
        """The specs of a dict, with a mask."""
        return {**self._input_dataset.element_spec, self._key: TensorSpec((), dtypes.bool)}

    def _iterate(self) -> Iterator[Any]:
        count = 0
        for element in self._input_dataset._iterate():
            count += 1
            yield {**element, self._key: convert_to_tensor(True)}
        zeros = _structure.map_specs(_zeros, self._input_dataset.element_spec)
        for _ in range(self._size - count):
            yield {**zeros, self._key: convert_to_tensor(False)}

    def _cardinality(self) -> int:
        return self._size


_PadToCardinalityDataset.__name__ = "_ConcatenateDataset"


def _zeros(spec: Any) -> Any:
    if not isinstance(spec, TensorSpec) or not spec.shape.is_fully_defined():
        raise invalid(f"pad_to_cardinality: there is no element of zeros for {spec!r}.")
    return normalized(np.zeros(tuple(spec.shape), spec.dtype.as_numpy_dtype))


def pad_to_cardinality(cardinality: Any, mask_key: str = "valid") -> Transformation:
    """For Dataset.apply, of datasets of dicts: adds dicts of zeros until there are `cardinality`.

    mask_key: the name of a bool in each, which says whether it was there. ValueError where there are more.
    """
    return lambda dataset: _PadToCardinalityDataset(dataset, cardinality, mask_key)


# ---- devices ----


class _CopyToDeviceDataset(_PassedOn):
    """The elements on a device."""

    def __init__(self, input_dataset: Dataset, device: Any) -> None:
        super().__init__(input_dataset)
        self._device = DeviceSpec.from_string(device) if isinstance(device, str) else device

    def _iterate(self) -> Iterator[Any]:
        from tfcompat._core import device

        spec = self._device.to_string()

        def moved(leaf: Any) -> Any:
            import tfcompat

            if not isinstance(leaf, EagerTensor):
                return leaf
            with device.device(spec):
                return tfcompat.identity(leaf)

        elements = self._input_dataset._iterate()
        return (structure.map_structure(moved, e, expand_composites=True) for e in elements)

    def _ordered(self) -> None:
        return None


def copy_to_device(target_device: Any, source_device: Any = "/cpu:0") -> Transformation:
    """For Dataset.apply: the elements on `target_device`. source_device: where they are, which is the CPU."""
    if DeviceSpec.from_string(source_device).device_type not in (None, "CPU"):
        raise ValueError(f"copy_to_device: datasets live on the CPU, source_device={source_device!r} does not exist.")
    return lambda dataset: _CopyToDeviceDataset(dataset, target_device)


def prefetch_to_device(device: Any, buffer_size: Any = None) -> Transformation:
    """For Dataset.apply: the elements, made ahead, on `device`. buffer_size: how many; None leaves it open."""
    return lambda dataset: _PrefetchDataset(_CopyToDeviceDataset(dataset, device), buffer_size)


# ---- sources ----


def Counter(start: Any = 0, step: Any = 1, dtype: Any = dtypes.int64) -> Any:
    """The endless numbers start, start + step..., as Dataset.counter."""
    return Dataset.counter(start, step, dtype)


def from_list(elements: Any, name: str | None = None) -> Any:
    """A dataset of the items of a list, which are of one structure and may have different shapes.

    ValueError for an empty list and for what is no list.
    """
    return _ListDataset(elements)


class RandomDataset(_RandomDataset):
    """Endless random numbers (tf.data.experimental.RandomDataset), as Dataset.random."""

    __module__ = "tensorflow.python.data.experimental.ops.random_ops"


RandomDataset.__name__ = RandomDataset.__qualname__ = "RandomDatasetV2"


class TFRecordWriter:
    """Writes a dataset of strings to a TFRecord file (tf.data.experimental.TFRecordWriter).

    compression_type: None, "", "ZLIB" or "GZIP". Write such files with tf.io.TFRecordWriter rather.
    """

    __module__ = "tensorflow.python.data.experimental.ops.writers"

    def __init__(self, filename: Any, compression_type: Any = None) -> None:
        self._path = _paths.local(convert_to_tensor(filename, dtypes.string).numpy())
        self._compression = checked_compression(compression_type)

    def write(self, dataset: Any) -> None:
        """Writes the elements. TypeError for what is no dataset, or elements that are no string scalars."""
        if not isinstance(dataset, Dataset):
            raise TypeError(f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {type(dataset)}.")
        spec = dataset.element_spec
        if not TensorSpec((), dtypes.string).is_compatible_with(spec):
            raise TypeError(
                "Invalid `dataset`. Expected a`dataset` that produces scalar `tf.string` elements, but got a dataset "
                f"which produces elements of {spec}."
            )
        with replacing(self._path) as temporary, RecordWriter(temporary, self._compression) as writer:
            for record in dataset.as_numpy_iterator():
                writer.write(record)


def enable_debug_mode() -> None:
    """Runs the functions of datasets that are made from here on as plain Python, for each element.

    So a debugger stops in them, and `print` and numpy see the elements.
    """
    DatasetFunction.debug = True


def get_model_proto(iterator: Any) -> Any:
    """Refused: there is no model of a pipeline's speed to be tuned by. NotImplementedError."""
    raise NotImplementedError(
        "tf.data.experimental.get_model_proto: tfcompat's datasets keep no model of how fast they are; profile the "
        "program with torch.profiler."
    )


def make_saveable_from_iterator(iterator: Any, external_state_policy: Any = None) -> Any:
    """Refused: tf.train.Checkpoint saves iterators itself. NotImplementedError."""
    raise NotImplementedError(
        "tf.data.experimental.make_saveable_from_iterator makes what tf.compat.v1.train.Saver takes: use "
        "tf.train.Checkpoint(iterator=iterator)."
    )
