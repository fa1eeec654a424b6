"""tf.data.Dataset: a sequence of elements, made anew by whoever goes through it."""

from __future__ import annotations

import abc
import collections.abc
import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state
from tfcompat.data._constructors import Constructors
from tfcompat.data._options import Options
from tfcompat.data._random import Seeds
from tfcompat.data._rows import Ordered
from tfcompat.data._spec import DatasetSpec

INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2
AUTOTUNE = -1
_SAMPLES = 3  # so many elements tell what is the same in all of them


class Dataset(Constructors, collections.abc.Iterable, metaclass=abc.ABCMeta):
    """A sequence of elements (tf.data.Dataset): nests of tensors, composite tensors and datasets, all of one structure.

    Made by the static methods from_tensor_slices, from_generator, range and the like, and from other datasets by the
    methods, which leave them as they are. Each iteration starts at the first element. Elements live in the CPU's
    memory. Arguments called `name` name the operation in TensorFlow's graph, of which there is none here.
    """

    __module__ = "tensorflow.python.data.ops.dataset_ops"
    _options_given: Options | None = None
    _sampled: list[Any] | None = None

    def __init__(self, variant_tensor: Any = None) -> None:
        self._given_variant = variant_tensor

    @property
    def _variant_tensor(self) -> Any:
        """A scalar that stands for the dataset in tf.raw_ops."""
        from tfcompat.raw_ops._datasets import DatasetVariant

        return DatasetVariant(self, whole=True) if self._given_variant is None else self._given_variant

    # ---- what a kind of dataset defines ----

    def _skip_pass(self) -> None:
        """Leaves out the seeds of one pass: what a TensorFlow iterator draws when it is made, though it is not used."""
        for dataset in self._inputs():
            dataset._skip_pass()

    def _inputs(self) -> list[Dataset]:
        """The datasets that this one takes elements from."""
        return []

    def _begin_anew(self) -> None:
        """Forgets what passes have left behind: the numbers that they drew, and elements that they kept."""
        for name, value in vars(self).items():
            if isinstance(value, Seeds):
                vars(self)[name] = value.anew()

    def _has_symbols(self) -> bool:
        """Whether it is made of tensors of a function that is being captured."""
        return any(dataset._has_symbols() for dataset in self._inputs())

    @property
    def element_spec(self) -> Any:
        """The specs of an element, in its structure. It may take an element to tell them."""
        raise NotImplementedError("Dataset.element_spec")

    def _iterate(self) -> Iterator[Any]:
        """The elements, from the first; goes on after an element that could not be made, where that is possible."""
        raise NotImplementedError(f"{type(self).__name__}: iterating over it.")

    def _cardinality(self) -> int:
        """How many elements there are; negative for infinitely many, or where that is not known."""
        return UNKNOWN_CARDINALITY

    def _ordered(self) -> Ordered | None:
        """The elements of the next pass as rows that can be had many at a time; None where they can't."""
        return None

    def _ordered_once(self) -> Ordered | None:
        """As `_ordered`, of rows that are had once each, in their order: they may come of random numbers."""
        return self._ordered()

    def _known_spec(self) -> Any:
        """As `element_spec`, but None where it takes an element to tell it."""
        return self.element_spec

    def _first(self) -> list[Any]:
        """Some elements, to learn from what the elements are."""
        return list(itertools.islice(self._iterate(), _SAMPLES))

    def _samples(self) -> list[Any]:
        """Some elements, always the same; ValueError where there is none."""
        if self._sampled is None:
            self._sampled = self._first()
        if not self._sampled:
            raise ValueError(f"{type(self).__name__}: it takes an element to tell element_spec, and there is none.")
        return self._sampled

    # ---- iterating ----

    def __iter__(self) -> Any:
        from tfcompat.data._iterators import OwnedIterator, _refuse_capture

        if state.graph is not None:
            _refuse_capture("iterates over a dataset")
        return OwnedIterator(self)

    def _graph_loop(self) -> Any:
        """What AutoGraph makes a loop of, over the elements, in a function that is captured."""
        from tfcompat.data._captured import graph_loop

        return graph_loop(self)

    def __bool__(self) -> bool:
        return True

    def __len__(self) -> int:
        """The number of elements; TypeError where there are infinitely many, or it is not known."""
        length = self._cardinality()
        if length == INFINITE_CARDINALITY:
            raise TypeError("The dataset is infinite.")
        if length == UNKNOWN_CARDINALITY:
            raise TypeError("The dataset length is unknown.")
        return length

    def __repr__(self) -> str:
        return f"<{type(self).__name__} element_spec={self.element_spec}>"

    @property
    def _type_spec(self) -> DatasetSpec:
        return DatasetSpec.from_value(self)

    def _is_batched(self) -> bool:
        """Whether the tensors of an element have the same first dimension, as they are a batch."""
        return False

    def as_numpy_iterator(self) -> Any:
        """An iterator that gives the elements as numpy arrays and scalars, in their structure.

        TypeError where the elements have parts that are no tensors.
        """
        from tfcompat.data._iterators import NumpyIterator

        return NumpyIterator(self)

    def cardinality(self) -> Any:
        """The number of elements, an int64 scalar: tf.data.INFINITE_CARDINALITY where they never end,
        tf.data.UNKNOWN_CARDINALITY where it is not known.
        """
        return convert_to_tensor(self._cardinality(), dtypes.int64)

    def options(self) -> Options:
        """The options of this dataset, and of those it is made from."""
        options = Options()
        for dataset in self._inputs():
            options = options.merge(dataset.options())
        return options if self._options_given is None else options.merge(self._options_given)

    def with_options(self, options: Options, name: str | None = None) -> Dataset:
        """The elements with `options`, a tf.data.Options, over those that were given before."""
        from tfcompat.data._ordering import _OptionsDataset

        return _OptionsDataset(self, options)

    def apply(self, transformation_func: Callable[[Dataset], Any]) -> Any:
        """The dataset that `transformation_func`, a function of one, makes of this one. TypeError for no dataset."""
        dataset = transformation_func(self)
        if not isinstance(dataset, Dataset):
            raise TypeError(f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(dataset)}.")
        return dataset

    def fingerprint(self) -> Any:
        """A uint64 scalar that is the same for datasets made in the same way of the same data."""
        from tfcompat.data._saving import fingerprint

        return fingerprint(self)

    # ---- element by element ----

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        synchronous: bool | None = None,
        use_unbounded_threadpool: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """`map_func` of each element; of the parts of an element that is a tuple.

        The function is captured as tf.function captures; where it can't be, it runs as Python for each element.
        num_parallel_calls: at most so many calls run at once, in threads, where that pays; tf.data.AUTOTUNE for as
        many as there are CPUs. The order of the elements stays, whatever `deterministic` says. synchronous: no calls
        ahead of what is asked for. TypeError for a result that no tensors can be made of.
        """
        from tfcompat.data._mapping import map_dataset

        return map_dataset(self, map_func, num_parallel_calls, synchronous)

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements for which `predicate` gives a true tf.bool scalar. ValueError where it gives another kind."""
        from tfcompat.data._mapping import _FilterDataset

        return _FilterDataset(self, predicate)

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements of the datasets that `map_func` makes of the elements, one dataset after the other."""
        from tfcompat.data._nesting import _FlatMapDataset

        return _FlatMapDataset(self, map_func)

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """As `flat_map`, with `cycle_length` datasets open at a time, and `block_length` elements from each in turn.

        cycle_length: by default `num_parallel_calls`; the number of CPUs where that is None, a third of it where it is
        AUTOTUNE, as in TensorFlow. num_parallel_calls: the datasets are read in so many threads, where that pays; the
        order of the elements stays, whatever `deterministic` says.
        """
        from tfcompat.data._nesting import interleave_dataset

        return interleave_dataset(self, map_func, cycle_length, block_length, num_parallel_calls)

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements before the first one for which `predicate` gives a false tf.bool scalar."""
        from tfcompat.data._mapping import _TakeWhileDataset

        return _TakeWhileDataset(self, predicate)

    def scan(self, initial_state: Any, scan_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """`scan_func(state, element)`, a pair of the next state and a new element, of each element.

        TypeError where it gives no pair, or a state of other dtypes.
        """
        from tfcompat.data._mapping import _ScanDataset

        return _ScanDataset(self, initial_state, scan_func)

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any], name: str | None = None) -> Any:
        """The last state of `reduce_func(state, element)`, the next state, over all elements.

        TypeError where it gives a state of other dtypes, InvalidArgumentError for another structure.
        """
        from tfcompat.data._mapping import reduce_dataset

        return reduce_dataset(self, initial_state, reduce_func)

    def enumerate(self, start: Any = 0, name: str | None = None) -> Dataset:
        """Pairs of a number, counted from `start` as int64, and an element."""
        last = np.iinfo(np.int64).max
        return Dataset.zip((Dataset.range(start, last), self))

    def unique(self, name: str | None = None) -> Dataset:
        """The elements without those that were there before. Each is one tensor of an integer dtype or of strings."""
        from tfcompat.data._mapping import _UniqueDataset

        return _UniqueDataset(self)

    def ignore_errors(self, log_warning: bool = False, name: str | None = None) -> Dataset:
        """The elements that can be made: those with an error are left out, with a warning if `log_warning`."""
        from tfcompat.data._mapping import _IgnoreErrorsDataset

        return _IgnoreErrorsDataset(self, log_warning)

    def rejection_resample(
        self,
        class_func: Callable[..., Any],
        target_dist: Any,
        initial_dist: Any = None,
        seed: Any = None,
        name: str | None = None,
    ) -> Dataset:
        """Pairs (class, element), some left out so that the classes are distributed as `target_dist`.

        class_func: gives the int32 class of an element. target_dist and initial_dist: the share of each class, wanted
        and in this dataset; the latter is estimated on the way where it is None.
        """
        from tfcompat.data._choosing import rejection_resample

        return rejection_resample(self, class_func, target_dist, initial_dist, seed)

    # ---- order ----

    def shuffle(
        self, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = True, name: str | None = None
    ) -> Dataset:
        """The elements in random order: each is drawn from a buffer of the next `buffer_size` ones.

        buffer_size: tf.data.UNKNOWN_CARDINALITY for all of them. seed: makes the order repeat in another run.
        reshuffle_each_iteration: whether every iteration has an order of its own; None is True.
        """
        from tfcompat.data._ordering import _ShuffleDataset

        return _ShuffleDataset(self, buffer_size, seed, reshuffle_each_iteration)

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """The elements `count` times over; for ever where it is None or -1."""
        from tfcompat.data._ordering import _RepeatDataset

        return _RepeatDataset(self, count)

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """At most the first `count` elements; all of them for -1."""
        from tfcompat.data._ordering import _TakeDataset

        return _TakeDataset(self, count)

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """The elements but the first `count`; none for -1."""
        from tfcompat.data._ordering import _SkipDataset

        return _SkipDataset(self, count)

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """Every `num_shards`th element, from number `index` on. InvalidArgumentError where these do not fit."""
        from tfcompat.data._ordering import _ShardDataset

        return _ShardDataset(self, num_shards, index)

    def concatenate(self, dataset: Dataset, name: str | None = None) -> Dataset:
        """The elements, and then those of `dataset`. TypeError where they are of other structures or dtypes."""
        from tfcompat.data._ordering import _ConcatenateDataset

        return _ConcatenateDataset(self, dataset)

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Dataset:
        """The elements, made ahead in a thread, up to `buffer_size` of them, where making them takes long.

        tf.data.AUTOTUNE leaves the size to the dataset.
        """
        from tfcompat.data._ordering import _PrefetchDataset

        return _PrefetchDataset(self, buffer_size)

    def cache(self, filename: Any = "", name: str | None = None) -> Dataset:
        """The elements, kept by the first whole iteration for later ones: in memory, or in files at `filename`."""
        from tfcompat.data._caching import CacheDataset

        return CacheDataset(self, filename)

    def snapshot(
        self,
        path: str,
        compression: str | None = "AUTO",
        reader_func: Callable[[Any], Any] | None = None,
        shard_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The elements, saved under `path` by the first whole iteration, from where later ones and programs read.

        compression: None, "AUTO", which is GZIP here, "GZIP", or "SNAPPY", which makes nothing smaller. shard_func:
        the file that an element goes to, an int64. reader_func: makes the dataset of a dataset of the files' datasets.
        """
        from tfcompat.data._saving import snapshot_dataset

        return snapshot_dataset(self, path, compression, reader_func, shard_func)

    def save(
        self,
        path: str,
        compression: str | None = None,
        shard_func: Callable[..., Any] | None = None,
        checkpoint_args: dict[str, Any] | None = None,
    ) -> None:
        """Writes the elements to the directory `path`, for Dataset.load.

        compression: None or "GZIP". shard_func: the file that an element goes to, an int64 scalar. checkpoint_args:
        of a checkpoint of the saving itself: refused.
        """
        from tfcompat.data._saving import save_dataset

        save_dataset(self, path, compression, shard_func, checkpoint_args)

    # ---- batches ----

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """`batch_size` elements at a time, stacked along a new first axis; the last batch may be smaller.

        drop_remainder: leaves a smaller one out, so that the batches' shape is known. InvalidArgumentError for elements
        of different shapes. Batches are made in whole, which leaves nothing to num_parallel_calls and `deterministic`.
        """
        from tfcompat.data._batching import batch_dataset

        return batch_dataset(self, batch_size, drop_remainder, num_parallel_calls)

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """As `batch`, with the elements padded at their ends to one shape.

        padded_shapes: in the elements' structure; None or -1 for the longest in the batch, which is the default for
        sizes that are not known. padding_values: scalars, by default 0 and "". DataLossError for what is longer.
        """
        from tfcompat.data._padding import padded_batch_dataset

        return padded_batch_dataset(self, batch_size, padded_shapes, padding_values, drop_remainder)

    def ragged_batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        row_splits_dtype: dtypes.DType = dtypes.int64,
        name: str | None = None,
    ) -> Dataset:
        """As `batch`, with elements of different shapes as tf.RaggedTensors; those of known shapes stay tensors."""
        from tfcompat.data._padding import ragged_batch_dataset

        return ragged_batch_dataset(self, batch_size, drop_remainder, row_splits_dtype)

    def sparse_batch(self, batch_size: Any, row_shape: Any, name: str | None = None) -> Dataset:
        """As `batch`, as tf.SparseTensors whose rows have the shape `row_shape`, which the elements fit into."""
        from tfcompat.data._padding import _DenseToSparseBatchDataset

        return _DenseToSparseBatchDataset(self, batch_size, row_shape)

    def unbatch(self, name: str | None = None) -> Dataset:
        """The rows of the elements. ValueError for scalars."""
        from tfcompat.data._batching import unbatch_dataset

        return unbatch_dataset(self)

    def rebatch(self, batch_size: Any, drop_remainder: bool = False, name: str | None = None) -> Dataset:
        """Batches of another size; of the sizes in turn where `batch_size` is a list."""
        from tfcompat.data._batching import _RebatchDataset

        return _RebatchDataset(self, batch_size, drop_remainder)

    def window(
        self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: bool = False, name: str | None = None
    ) -> Dataset:
        """Datasets of `size` elements each, every `stride`th one, starting `shift` elements after one another.

        shift: `size` where it is None. drop_remainder: leaves smaller windows out. For elements that are structures
        there is such a structure of datasets.
        """
        from tfcompat.data._batching import _WindowDataset

        return _WindowDataset(self, size, shift, stride, drop_remainder)

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The elements of `reduce_func(key, dataset)` for groups of elements with the same key, an int64 scalar.

        window_size: how many elements with a key make a group, or window_size_func of the key. ValueError where both
        or neither are given.
        """
        from tfcompat.data._grouping import _GroupByWindowDataset

        return _GroupByWindowDataset(self, key_func, reduce_func, window_size, window_size_func)

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Any,
        bucket_batch_sizes: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Padded batches of elements of similar length.

        element_length_func: the int32 length of an element. bucket_boundaries: ascending lengths, the upper ends of
        the buckets but the last. bucket_batch_sizes: one for each bucket. pad_to_bucket_boundary: pads to the length
        of the bucket, less 1, not of the longest element. no_padding: batches without padding, perhaps sparse.
        """
        from tfcompat.data._grouping import bucket_dataset

        return bucket_dataset(
            self,
            element_length_func,
            (bucket_boundaries, bucket_batch_sizes),
            (padded_shapes, padding_values),
            pad_to_bucket_boundary,
            no_padding,
            drop_remainder,
        )

    def get_single_element(self, name: str | None = None) -> Any:
        """The only element. InvalidArgumentError where there is none, or more."""
        from tfcompat.data._mapping import single_element

        return single_element(self)

    # ---- tf.compat.v1's names for element_spec ----

    @property
    def _flat_shapes(self) -> list[Any]:
        return [s.shape for s in structure.flatten(self.element_spec, expand_composites=True)]

    @property
    def _flat_types(self) -> list[Any]:
        return [s.dtype for s in structure.flatten(self.element_spec, expand_composites=True)]


Dataset.__name__ = Dataset.__qualname__ = "DatasetV2"


class UnaryDataset(Dataset):
    """A dataset made from one other."""

    def __init__(self, input_dataset: Dataset) -> None:
        super().__init__()
        self._input_dataset = input_dataset

    def _inputs(self) -> list[Dataset]:
        return [self._input_dataset]

    def _is_batched(self) -> bool:
        return self._input_dataset._is_batched()


class UnaryUnchanged(UnaryDataset):
    """A dataset with the elements of one other, or some of them."""

    @property
    def element_spec(self) -> Any:
        """The specs of an element, in its structure."""
        return self._input_dataset.element_spec

    def _known_spec(self) -> Any:
        return self._input_dataset._known_spec()

    def _first(self) -> list[Any]:
        return self._input_dataset._samples()
