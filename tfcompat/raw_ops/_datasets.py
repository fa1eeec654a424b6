"""Raw ops on datasets: those of tf.data. Elements are tuples of tensors here, as they are to TensorFlow's kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat import data
from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, Values, wrap
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import Tensor
from tfcompat._sparse import SparseTensor
from tfcompat.autograph.experimental import do_not_convert
from tfcompat.data._sources import Again, _VariantDataset
from tfcompat.data._spec import DatasetSpec
from tfcompat.data.dataset import UNKNOWN_CARDINALITY
from tfcompat.raw_ops._control import call
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Resource, Variant


class DatasetVariant(Variant):
    """A dataset of tuples; `whole` where it is one of tf.data's, of any elements."""

    def __init__(self, dataset: Any, whole: bool = False) -> None:
        self.dataset, self.whole = dataset, whole

    def __repr__(self) -> str:
        return f"<tf.Tensor: shape=(), dtype=variant, value={self.dataset!r}>"

    def of(self, spec: Any) -> Any:
        """The dataset, of elements of the specs `spec`."""
        return _VariantDataset(Again(self.dataset) if self.whole else _Packed(self.dataset, spec), spec)


class _Packed:
    """Iterates over elements of specs `spec` that are made of a dataset's tuples."""

    def __init__(self, dataset: Any, spec: Any) -> None:
        self.dataset, self.spec = dataset, spec

    def __iter__(self) -> Iterator[Any]:
        return map(self._packed, self.dataset._iterate())

    def _packed(self, element: Any) -> Any:
        parts = iter(element)
        return structure.map_structure(
            lambda s: next(parts) if isinstance(s, DatasetSpec) else s.from_tensors(parts), self.spec
        )


def dataset_of(value: Any) -> Any:
    """The dataset of tuples in a variant; InvalidArgumentError for another one."""
    if not isinstance(value, DatasetVariant):
        raise Invalid("Tensor must be a Dataset object.")
    if not value.whole:
        return value.dataset

    @do_not_convert
    def parts(*element: Any) -> tuple[Any, ...]:
        return tuple(structure.flatten(element, expand_composites=True))

    return value.dataset.map(parts)


class Given:
    """The arguments of an op by name, as tf.data's methods take them."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    @property
    def dataset(self) -> Any:
        """The dataset that the op changes."""
        return dataset_of(self.values["input_dataset"])

    def tensor(self, name: str) -> Any:
        """A tensor."""
        return wrap(self.values[name])

    def tensors(self, name: str) -> tuple[Any, ...]:
        """A list of tensors."""
        return tuple(wrap(x) if isinstance(x, (torch.Tensor, np.ndarray)) else x for x in self.values[name])

    def number(self, name: str) -> Any:
        """The number, truth or string in a scalar tensor."""
        t = self.values[name]
        if t.ndim:
            raise Invalid(f"{name} must be a scalar, got shape {list(t.shape)}")
        found = t.item()
        return found.decode() if isinstance(found, bytes) else found

    @property
    def spec(self) -> tuple[TensorSpec, ...]:
        """The specs that the op is told of."""
        pairs = zip(self.values["output_shapes"], self.values["output_types"], strict=True)
        return tuple(TensorSpec(shape, dtype) for shape, dtype in pairs)

    def function(self, name: str, others: str = "other_arguments") -> Callable[..., tuple[Any, ...]]:
        """A function of tensors that gives a tuple; `others` names what it gets besides."""
        function = self.values[name]
        more = self.tensors(others) if others in self.values else ()

        @do_not_convert
        def run(*components: Any) -> tuple[Any, ...]:
            return tuple(call(function, [*map(_component, components), *more]))

        return run


class Made(data.Dataset):
    """Tuples that a Python function iterates over. count: how many there are, where that is known."""

    def __init__(self, elements: Callable[[], Iterator[Any]], a: Given, count: int = UNKNOWN_CARDINALITY) -> None:
        super().__init__()
        self._elements, self._spec, self._count = elements, a.spec, count

    @property
    def element_spec(self) -> Any:
        """The specs that the op is told of."""
        return self._spec

    def _iterate(self) -> Iterator[Any]:
        return self._elements()

    def _cardinality(self) -> int:
        return self._count


def tuples(dataset: Any) -> Any:
    """A dataset of tensors as one of tuples."""
    spec = dataset.element_spec
    return dataset if isinstance(spec, tuple) and type(spec) is tuple else dataset.map(do_not_convert(lambda x: (x,)))


def dataset_op(kernels: str, make: Callable[[Given], Any]) -> None:
    """Registers ops whose result is the dataset that `make` gives for the arguments."""

    def run(**values: Any) -> DatasetVariant:
        return DatasetVariant(tuples(make(Given(values))))

    run.__doc__ = f"A dataset ({kernels})."
    for kernel in kernels.split():
        raw(kernel)(run)


def both(kernels: str) -> str:
    """The ops of these names, and those of their names with "Experimental" before them."""
    return " ".join(f"{k} Experimental{k}" for k in kernels.split())


# ---- sources ----

Dataset = data.Dataset
dataset_op("TensorDataset", lambda a: Dataset.from_tensors(a.tensors("components")))
dataset_op("RangeDataset", lambda a: _range(a))
dataset_op("TextLineDataset", lambda a: data.TextLineDataset(a.tensor("filenames"), **_reading(a)))
dataset_op("TFRecordDataset", lambda a: data.TFRecordDataset(a.tensor("filenames"), **_reading(a)))
dataset_op("MatchingFilesDataset", lambda a: Dataset.list_files(a.tensor("patterns"), shuffle=False))
dataset_op("ExperimentalMatchingFilesDataset", lambda a: Dataset.list_files(a.tensor("patterns"), shuffle=False))
dataset_op("FixedLengthRecordDataset FixedLengthRecordDatasetV2", lambda a: _fixed(a))
dataset_op("ListDataset", lambda a: _listed(a))


def _reading(a: Given) -> dict[str, Any]:
    size = a.number("buffer_size") if a.values["buffer_size"].numel() else None
    return {"compression_type": a.number("compression_type") or None, "buffer_size": size or None}


def _range(a: Given) -> Any:
    kinds = a.values["output_types"]
    if len(kinds) != 1:
        raise Invalid(f"RangeDataset has one component, got output_types {[d.name for d in kinds]}")
    return Dataset.range(a.number("start"), a.number("stop"), a.number("step"), output_type=kinds[0])


def _fixed(a: Given) -> Any:
    sizes = [a.number(name) for name in ("record_bytes", "header_bytes", "footer_bytes")]
    how = a.number("compression_type") if "compression_type" in a else ""
    return data.FixedLengthRecordDataset(a.tensor("filenames"), *sizes, compression_type=how or None)


def _listed(a: Given) -> Any:
    width = len(a.values["output_types"])
    held = a.tensors("tensors")
    rows = [tuple(held[i : i + width]) for i in range(0, len(held), width)]
    whole = Dataset.from_tensors(rows[0])
    for row in rows[1:]:
        whole = whole.concatenate(Dataset.from_tensors(row))
    return whole


@raw("TensorSliceDataset")
def tensor_slice_dataset(
    components: Values, output_shapes: list[Any], is_files: bool, metadata: str, replicate_on_split: bool
) -> DatasetVariant:
    """A dataset of the rows of tensors; how TensorFlow shares files among workers changes nothing."""
    if any(not t.ndim for t in components):
        raise Invalid("Slicing of scalars: all components must have at least one dimension")
    return DatasetVariant(Dataset.from_tensor_slices(tuple(wrap(t) for t in components)))


@raw("SparseTensorSliceDataset")
def sparse_tensor_slice_dataset(indices: Value, values: Value, dense_shape: Value) -> DatasetVariant:
    """A dataset of the rows of a sparse tensor, each as its indices, values and shape."""
    given = Dataset.from_tensor_slices(SparseTensor(*(wrap(t) for t in (indices, values, dense_shape))))
    return DatasetVariant(given.map(do_not_convert(lambda row: (row.indices, row.values, row.dense_shape))))


# ---- transformations without functions ----


def _limited(a: Given, name: str) -> Any:
    return getattr(a.dataset, name)(a.number("count"))


dataset_op("BatchDataset", lambda a: a.dataset.batch(a.number("batch_size")))
dataset_op(
    "BatchDatasetV2 ParallelBatchDataset",
    lambda a: a.dataset.batch(a.number("batch_size"), drop_remainder=a.number("drop_remainder")),
)
dataset_op("PaddedBatchDataset PaddedBatchDatasetV2", lambda a: _padded(a))
dataset_op("ConcatenateDataset", lambda a: a.dataset.concatenate(dataset_of(a.values["another_dataset"])))
dataset_op("ZipDataset", lambda a: _zipped([dataset_of(d) for d in a.values["input_datasets"]]))
dataset_op("RepeatDataset", lambda a: _limited(a, "repeat"))
dataset_op("TakeDataset", lambda a: _limited(a, "take"))
dataset_op("SkipDataset", lambda a: _limited(a, "skip"))
dataset_op("ShardDataset", lambda a: a.dataset.shard(a.number("num_shards"), a.number("index")))
dataset_op("CacheDataset CacheDatasetV2", lambda a: a.dataset.cache(a.number("filename")))
dataset_op("PrefetchDataset", lambda a: a.dataset.prefetch(a.number("buffer_size")))
dataset_op(both("UnbatchDataset"), lambda a: a.dataset.unbatch())
dataset_op(both("UniqueDataset"), lambda a: a.dataset.unique())
dataset_op("IgnoreErrorsDataset ExperimentalIgnoreErrorsDataset", lambda a: _without_errors(a))
dataset_op(
    "AssertCardinalityDataset",
    lambda a: a.dataset.apply(data.experimental.assert_cardinality(a.number("cardinality"))),
)
dataset_op("RebatchDatasetV2", lambda a: _rebatched(a))
dataset_op("WindowDataset", lambda a: _windows(a))
dataset_op("DirectedInterleaveDataset ExperimentalDirectedInterleaveDataset", lambda a: _directed(a))
dataset_op(both("DenseToSparseBatchDataset"), lambda a: _sparse_batches(a))
# What only asks TensorFlow's runtime to do something in another way leaves the elements as they are.
dataset_op(
    f"{both('NonSerializableDataset MaxIntraOpParallelismDataset PrivateThreadPoolDataset AssertNextDataset')} "
    "AssertPrevDataset ModelDataset OptimizeDataset OptimizeDatasetV2 OptionsDataset FinalizeDataset RewriteDataset",
    lambda a: a.dataset,
)


def _padded(a: Given) -> Any:
    shapes = tuple(tuple(t.tolist()) for t in a.values["padded_shapes"])
    drop = a.number("drop_remainder") if "drop_remainder" in a else False
    return a.dataset.padded_batch(a.number("batch_size"), shapes, a.tensors("padding_values"), drop)


def _zipped(datasets: Sequence[Any]) -> Any:
    return Dataset.zip(tuple(datasets)).map(do_not_convert(lambda *parts: tuple(x for part in parts for x in part)))


def _without_errors(a: Given) -> Any:
    return a.dataset.ignore_errors(a.values["log_warning"])


def _rebatched(a: Given) -> Any:
    return a.dataset.rebatch(a.tensor("batch_sizes"), a.number("drop_remainder"))


def _windows(a: Given) -> Any:
    sizes = [a.number(name) for name in ("size", "shift", "stride")]
    return a.dataset.window(*sizes, drop_remainder=a.number("drop_remainder"))


def _directed(a: Given) -> Any:
    chosen = dataset_of(a.values["selector_input_dataset"]).map(do_not_convert(lambda i: i))
    stop = a.values.get("stop_on_empty_dataset", False)
    return Dataset.choose_from_datasets([dataset_of(d) for d in a.values["data_input_datasets"]], chosen, stop)


def _sparse_batches(a: Given) -> Any:
    flat = a.dataset.map(do_not_convert(lambda x: x))
    row_shape = a.values["row_shape"].tolist()
    batches = flat.apply(data.experimental.dense_to_sparse_batch(a.number("batch_size"), row_shape))
    return batches.map(do_not_convert(lambda s: (s.indices, s.values, s.dense_shape)))


# ---- transformations by functions ----

_MAPS = "MapDataset ParallelMapDataset ParallelMapDatasetV2 ExperimentalMapDataset"
dataset_op(_MAPS, lambda a: a.dataset.map(a.function("f")))
dataset_op("FilterDataset ParallelFilterDataset", lambda a: a.dataset.filter(_truth(a)))
dataset_op(both("TakeWhileDataset"), lambda a: a.dataset.take_while(_truth(a)))
dataset_op(both("MapAndBatchDataset"), lambda a: _mapped_batches(a))
dataset_op(both("ScanDataset"), lambda a: _scanned(a))


def _truth(a: Given) -> Callable[..., Any]:
    run = a.function("predicate")

    @do_not_convert
    def keep(*components: Any) -> Any:
        return run(*components)[0]

    return keep


def _mapped_batches(a: Given) -> Any:
    return a.dataset.map(a.function("f")).batch(a.number("batch_size"), drop_remainder=a.number("drop_remainder"))


def _scanned(a: Given) -> Any:
    run, first = a.function("f"), a.tensors("initial_state")

    @do_not_convert
    def step(held: Any, components: Any) -> Any:
        found = run(*held, *components)
        return found[: len(first)], found[len(first) :]

    return a.dataset.scan(first, step)


@raw("ReduceDataset")
def reduce_dataset(**values: Any) -> list[Any]:
    """What a function makes of all elements, one after the other."""
    a = Given(values)
    run = a.function("f")

    @do_not_convert
    def step(held: Any, components: Any) -> Any:
        return run(*held, *components)

    return [to_storage(x) for x in a.dataset.reduce(a.tensors("initial_state"), step)]


# ---- what is asked of a dataset ----


@raw("DatasetCardinality")
def dataset_cardinality(input_dataset: Any, cardinality_options: str) -> torch.Tensor:
    """How many elements there are; -1 for infinitely many, -2 where that is not known."""
    return to_storage(dataset_of(input_dataset).cardinality())


@raw("ExperimentalDatasetCardinality")
def experimental_dataset_cardinality(input_dataset: Any) -> torch.Tensor:
    """As DatasetCardinality."""
    return dataset_cardinality(input_dataset, "")


def _outputs(element: Any, kinds: Sequence[dtypes.DType], shapes: Sequence[Any]) -> list[Any]:
    """The components of an element, which must have these dtypes and shapes."""
    parts = [_component(x) for x in element]
    if [x.dtype for x in parts] != list(kinds):
        raise Invalid(f"The dataset has {[x.dtype.name for x in parts]}, not {[d.name for d in kinds]}")
    for x, shape in zip(parts, shapes, strict=True):
        if isinstance(x, Tensor) and not shape.is_compatible_with(x.shape):
            raise Invalid(f"The dataset has a component of shape {x.shape}, not {shape}")
    return [to_storage(x) if isinstance(x, Tensor) else x for x in parts]


def _component(x: Any) -> Any:
    return DatasetVariant(tuples(x)) if isinstance(x, Dataset) else x


@raw("DatasetToSingleElement")
def dataset_to_single_element(
    dataset: Any, output_types: list[Any], output_shapes: list[Any], metadata: str
) -> list[Any]:
    """The one element of a dataset."""
    return _outputs(dataset_of(dataset).get_single_element(), output_types, output_shapes)


@raw("GetElementAtIndex")
def get_element_at_index(dataset: Any, index: Value, output_types: list[Any], output_shapes: list[Any]) -> list[Any]:
    """The element number `index`; OutOfRangeError where there is none."""
    found = data.experimental.at(dataset_of(dataset), int(index))
    return _outputs(found, output_types, output_shapes)


def _text(t: Any) -> str:
    return t.item().decode()


def _to_records(input_dataset: Any, filename: Value, compression_type: Value) -> None:
    """Writes the strings of a dataset as a TFRecord file."""
    from tfcompat.io import TFRecordOptions, TFRecordWriter

    how = TFRecordOptions(compression_type=_text(compression_type) or None)
    with TFRecordWriter(_text(filename), how) as writer:
        for (text,) in dataset_of(input_dataset):
            writer.write(text.numpy())


raw("DatasetToTFRecord", "ExperimentalDatasetToTFRecord")(_to_records)


# ---- iterators ----


class Iterating(Resource):
    """An iterator: the elements of a dataset, one after the other."""

    def __init__(self, kinds: Sequence[Any], shapes: Sequence[Any]) -> None:
        self.kinds, self.shapes = kinds, shapes
        self.rest: Any = None
        self.dataset: Any = None
        self.count = 0

    def start(self, dataset: Any) -> None:
        """Begins with the first element of a dataset."""
        self.dataset, self.rest, self.count = dataset, iter(dataset), 0

    def next(self) -> Any:
        """The next element; StopIteration where there is none."""
        self.count += 1
        return next(self.rest)


_iterators: dict[tuple[str, str], Iterating] = {}


@raw("IteratorV2", "Iterator")
def iterator(shared_name: str, container: str, output_types: list[Any], output_shapes: list[Any]) -> Iterating:
    """An iterator without a dataset; the same one for the same name."""
    made = Iterating(output_types, output_shapes)
    return _iterators.setdefault((container, shared_name), made) if shared_name else made


@raw("AnonymousIterator", "AnonymousIteratorV3")
def anonymous_iterator(output_types: list[Any], output_shapes: list[Any]) -> Iterating:
    """An iterator without a dataset."""
    return Iterating(output_types, output_shapes)


@raw("AnonymousIteratorV2")
def anonymous_iterator_v2(output_types: list[Any], output_shapes: list[Any]) -> tuple[Iterating, Variant]:
    """As AnonymousIterator, and what DeleteIterator takes besides."""
    return Iterating(output_types, output_shapes), Variant()


def iterator_of(dataset: Any, kinds: Sequence[Any], shapes: Sequence[Any]) -> Iterating:
    """An iterator at the first element of a dataset."""
    made = Iterating(kinds, shapes)
    make_iterator(DatasetVariant(dataset), made)
    return made


@raw("MakeIterator")
def make_iterator(dataset: Any, iterator: Iterating) -> None:
    """Begins with the first element of a dataset."""
    spec = dataset_of(dataset).element_spec
    kinds = [s.dtype if isinstance(s, TensorSpec) else dtypes.variant for s in spec]
    if kinds != list(iterator.kinds):
        raise Invalid(f"The dataset has {[d.name for d in kinds]}, the iterator {[d.name for d in iterator.kinds]}")
    iterator.start(dataset_of(dataset))


def _next(iterator: Iterating) -> Any:
    if not isinstance(iterator, Iterating) or iterator.rest is None:
        text = "GetNext() failed because the iterator has not been initialized."
        raise Invalid(text, errors.FailedPreconditionError)
    return iterator.next()


@raw("IteratorGetNext", "IteratorGetNextSync")
def iterator_get_next(iterator: Iterating, output_types: list[Any], output_shapes: list[Any]) -> list[Any]:
    """The next element; OutOfRangeError where there is none."""
    try:
        element = _next(iterator)
    except StopIteration:
        raise Invalid("End of sequence", errors.OutOfRangeError) from None
    return _outputs(element, output_types, output_shapes)


@raw("IteratorGetNextAsOptional")
def iterator_get_next_as_optional(iterator: Iterating, output_types: list[Any], output_shapes: list[Any]) -> Variant:
    """The next element as an optional value, which is not there where there is none."""
    from tfcompat.raw_ops._control import optional_from_value, optional_none

    try:
        return optional_from_value(_outputs(_next(iterator), output_types, output_shapes))
    except StopIteration:
        return optional_none()


@raw("DeleteIterator")
def delete_iterator(handle: Iterating, deleter: Any) -> None:
    """Ends an iterator."""
    handle.rest = None


_handles: dict[bytes, Iterating] = {}


@raw("IteratorToStringHandle")
def iterator_to_string_handle(resource_handle: Iterating) -> np.ndarray:
    """A string that stands for an iterator in this process."""
    name = b"iterator_%d" % id(resource_handle)
    _handles[name] = resource_handle
    return np.array(name, object)


@raw("IteratorFromStringHandle", "IteratorFromStringHandleV2")
def iterator_from_string_handle(string_handle: Value, output_types: list[Any], output_shapes: list[Any]) -> Iterating:
    """The iterator that a string stands for."""
    name: Any = string_handle.item()
    found = _handles.get(name)
    if found is None:
        raise Invalid("string_handle stands for no iterator of this process")
    if output_types and list(found.kinds) != output_types:
        raise Invalid(f"The iterator has {[d.name for d in found.kinds]}, not {[d.name for d in output_types]}")
    return found


@raw("IteratorGetDevice", "ExperimentalIteratorGetDevice")
def iterator_get_device(resource: Iterating) -> np.ndarray:
    """Where the elements are: in the CPU's memory."""
    return np.array(b"/job:localhost/replica:0/task:0/device:CPU:0", object)
