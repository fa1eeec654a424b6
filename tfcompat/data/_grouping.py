"""Elements grouped by a key: group_by_window, bucket_by_sequence_length, group_by_reducer."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tfcompat._core import dtypes, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat.data import _structure
from tfcompat.data._functions import DatasetFunction, scalar
from tfcompat.data._mapping import _check_state, invalid
from tfcompat.data._sources import _VariantDataset, int64, known
from tfcompat.data._spec import DatasetSpec
from tfcompat.data.dataset import Dataset, UnaryDataset

_KEY = TensorSpec((), dtypes.int64)


def _key_function(key_func: Any, dataset: Dataset, what: str) -> Callable[[Any], int]:
    """A function of elements that gives their keys as Python ints."""
    function = DatasetFunction(key_func, dataset._known_spec(), what)
    spec = function.known_spec
    if spec is not None and not (isinstance(spec, TensorSpec) and spec.is_compatible_with(_KEY)):
        raise ValueError(f"Invalid `key_func`. Expected `key_func` to return a scalar tf.int64 tensor, but got {spec}.")
    return lambda element: scalar(function(element))


class _GroupByWindowDataset(UnaryDataset):
    """Datasets made of groups of elements with the same key."""

    def _is_batched(self) -> bool:
        return False

    __module__ = "tensorflow.python.data.ops.group_by_window_op"

    def __init__(self, input_dataset: Dataset, key_func: Any, reduce_func: Any, size: Any, size_func: Any) -> None:
        super().__init__(input_dataset)
        if (size is not None) == (size_func is not None):
            raise ValueError(
                "The `window_size` argument and the `window_size_func` argument cannot be both specified."
                if size is not None
                else "Either the `window_size` argument or the `window_size_func` argument must be specified."
            )
        self._key = _key_function(key_func, input_dataset, "group_by_window")
        self._size = self._size_function(size, size_func)
        given = input_dataset._known_spec()
        self._reduce = DatasetFunction(
            reduce_func, None if given is None else (_KEY, DatasetSpec(given)), "group_by_window"
        )
        spec = self._reduce.known_spec
        if spec is not None and not isinstance(spec, DatasetSpec):
            raise TypeError("Invalid `reduce_func`. `reduce_func` must return a single `tf.data.Dataset` object.")

    @staticmethod
    def _size_function(size: Any, size_func: Any) -> Callable[[int], int]:
        if size is not None:
            count = int64(size)
            return lambda key: known(count)
        function = DatasetFunction(size_func, _KEY, "group_by_window")
        return lambda key: scalar(function(convert_to_tensor(key, dtypes.int64)))

    @property
    def element_spec(self) -> Any:
        """The specs of the elements of the datasets."""

        def samples() -> list[Any]:
            elements = self._input_dataset._samples()
            window = _VariantDataset(elements, self._input_dataset.element_spec)
            return [(convert_to_tensor(self._key(elements[0]), dtypes.int64), window)]

        return self._reduce.spec(samples).element_spec

    def _known_spec(self) -> Any:
        return None if self._reduce.known_spec is None else self._reduce.known_spec.element_spec

    def _reduced(self, key: int, elements: list[Any]) -> Iterator[Any]:
        window = _VariantDataset(elements, self._input_dataset.element_spec)
        dataset = self._reduce((convert_to_tensor(key, dtypes.int64), window))
        if not isinstance(dataset, Dataset):
            raise TypeError("Invalid `reduce_func`. `reduce_func` must return a single `tf.data.Dataset` object.")
        return dataset._iterate()

    def _iterate(self) -> Iterator[Any]:
        groups: dict[int, list[Any]] = {}
        sizes: dict[int, int] = {}
        for element in self._input_dataset._iterate():
            key = self._key(element)
            if key not in groups:
                groups[key], sizes[key] = [], self._size(key)
                if sizes[key] <= 0:
                    raise invalid(f"Window size must be greater than zero, but got {sizes[key]}.")
            groups[key].append(element)
            if len(groups[key]) >= sizes[key]:
                yield from self._reduced(key, groups.pop(key))
        for key in sorted(groups):
            yield from self._reduced(key, groups[key])


class _BucketDataset(_GroupByWindowDataset):
    """Batches of elements of similar length."""

    def __init__(
        self, input_dataset: Dataset, length_func: Any, boundaries: Sequence[int], sizes: Sequence[int], batch: Any
    ) -> None:
        UnaryDataset.__init__(self, input_dataset)
        length = DatasetFunction(length_func, input_dataset._known_spec(), "bucket_by_sequence_length")
        self._key = lambda element: bisect.bisect_right(boundaries, scalar(length(element)))
        self._size = lambda key: sizes[key]
        self._batched: Callable[[int, Dataset], Dataset] = batch

    @property
    def element_spec(self) -> Any:
        """The specs of a batch."""
        return self._batched(0, _VariantDataset(None, self._input_dataset.element_spec)).element_spec

    def _known_spec(self) -> Any:
        return None if self._input_dataset._known_spec() is None else self.element_spec

    def _reduced(self, key: int, elements: list[Any]) -> Iterator[Any]:
        return self._batched(key, _VariantDataset(elements, self._input_dataset.element_spec))._iterate()


_BucketDataset.__name__ = "_GroupByWindowDataset"


def bucket_dataset(
    dataset: Dataset,
    length_func: Any,
    buckets: tuple[Any, Any],
    padding: tuple[Any, Any],
    to_boundary: bool,
    no_padding: bool,
    drop_remainder: bool,
) -> Dataset:
    """Dataset.bucket_by_sequence_length."""
    boundaries, sizes = ([int(v) for v in each] for each in buckets)
    if len(sizes) != len(boundaries) + 1:
        raise ValueError(
            "`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but `len(bucket_batch_sizes)="
            f"{len(sizes)}` and `len(bucket_boundaries)={len(boundaries)}`."
        )
    shapes, values = padding

    def batch(key: int, window: Dataset) -> Dataset:
        if no_padding:
            return window.batch(sizes[key], drop_remainder=drop_remainder)
        wanted = shapes
        if to_boundary:
            if key == len(boundaries):
                raise invalid("When pad_to_bucket_boundary=True, elements must have length < max(bucket_boundaries).")
            wanted = _filled(window.element_spec if shapes is None else shapes, boundaries[key] - 1)
        return window.padded_batch(sizes[key], wanted, values, drop_remainder=drop_remainder)

    result = _BucketDataset(dataset, length_func, boundaries, sizes, batch)
    if to_boundary:
        result.__class__ = _BoundedBucketDataset
    return result


class _BoundedBucketDataset(_BucketDataset):
    """Batches whose padding depends on their bucket, so that their length is not known."""

    @property
    def element_spec(self) -> Any:
        """The specs of a batch."""
        spec = _structure.map_specs(_open, self._input_dataset.element_spec)
        return _VariantDataset(None, spec).padded_batch(1).element_spec


_BoundedBucketDataset.__name__ = "_GroupByWindowDataset"


def _open(spec: Any) -> Any:
    rank = spec.shape.rank
    return spec if rank is None else TensorSpec([None] * rank, spec.dtype)


def _filled(shapes: Any, length: int) -> Any:
    """Shapes with `length` for the sizes that are not known."""

    def fill(shape: Any) -> Any:
        sizes = TensorShape(getattr(shape, "shape", shape)).as_list()
        return TensorShape([length if d is None or d == -1 else d for d in sizes])

    if isinstance(shapes, (TensorShape, TensorSpec, list, int)):
        return fill(shapes)
    node = structure.node_of(type(shapes))
    if node is None or all(d is None or isinstance(d, int) for d in node.children(shapes)):
        return fill(shapes)
    return node.rebuild(shapes, [_filled(child, length) for child in node.children(shapes)])


class _GroupByReducerDataset(UnaryDataset):
    """One element for each key: what is left of all elements with it."""

    def _is_batched(self) -> bool:
        return False

    def __init__(self, input_dataset: Dataset, key_func: Any, reducer: Any) -> None:
        super().__init__(input_dataset)
        self._key = _key_function(key_func, input_dataset, "group_by_reducer")
        self._start = DatasetFunction(reducer.init_func, _KEY, "group_by_reducer")
        given = input_dataset._known_spec()
        spec = self._start.spec(lambda: [convert_to_tensor(0, dtypes.int64)])
        self._reduce = DatasetFunction(
            reducer.reduce_func, None if given is None else (spec, given), "group_by_reducer"
        )
        if self._reduce.known_spec is not None:
            _check_state(spec, self._reduce.known_spec)
        self._finish = DatasetFunction(reducer.finalize_func, spec, "group_by_reducer")

    @property
    def element_spec(self) -> Any:
        """The specs of what a key's elements come to."""
        return self._finish.spec(lambda: [self._start(convert_to_tensor(0, dtypes.int64))])

    def _iterate(self) -> Iterator[Any]:
        held: dict[int, Any] = {}
        for element in self._input_dataset._iterate():
            key = self._key(element)
            if key not in held:
                held[key] = self._start(convert_to_tensor(key, dtypes.int64))
            held[key] = self._reduce((held[key], element))
        for value in held.values():
            yield self._finish(value)
