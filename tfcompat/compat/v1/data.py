"""tf.compat.v1.data: datasets in graphs, their iterators, and what tells a dataset's types, as TensorFlow 1 did."""

from __future__ import annotations

import itertools
import weakref
from typing import Any

import tfcompat as tf
from tfcompat._core import errors, random_state
from tfcompat._function.scopes import outside_of_graphs
from tfcompat.compat.v1._fallback import module_getattr
from tfcompat.compat.v1._recorded import Recorded, is_building, version_of
from tfcompat.data import _structure
from tfcompat.data._iterators import OwnedIterator
from tfcompat.data.dataset import Dataset as _Dataset

Dataset = version_of(_Dataset, "Dataset")


def _spec(dataset_or_iterator: Any) -> Any:
    if not isinstance(dataset_or_iterator, (_Dataset, OwnedIterator, Recorded, Iterator)):
        raise TypeError(
            "Invalid `dataset_or_iterator`. `dataset_or_iterator` must be a `tf.data.Dataset` or tf.data.Iterator "
            f"object, but got {type(dataset_or_iterator)}."
        )
    return dataset_or_iterator.element_spec


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The shapes of an element, in its structure (tf.compat.v1.data.get_output_shapes)."""
    return _structure.legacy(_spec(dataset_or_iterator), "shapes")


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The dtypes of an element, in its structure (tf.compat.v1.data.get_output_types)."""
    return _structure.legacy(_spec(dataset_or_iterator), "types")


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of the parts of an element, in its structure (tf.compat.v1.data.get_output_classes)."""
    return _structure.legacy(_spec(dataset_or_iterator), "classes")


_handles: weakref.WeakValueDictionary[bytes, Any] = weakref.WeakValueDictionary()
_numbers = itertools.count()


class Iterator:
    """Takes elements of a dataset whenever a session runs what `get_next` gives (tf.compat.v1.data.Iterator).

    Made by a dataset's make_one_shot_iterator or make_initializable_iterator, by `from_structure`, whose iterators
    `make_initializer` makes begin with any dataset of that structure, or by `from_string_handle`.
    """

    def __init__(
        self,
        iterator_resource: Any,
        initializer: Any,
        output_types: Any,
        output_shapes: Any,
        output_classes: Any,
    ) -> None:
        self._source, self._initializer = iterator_resource, initializer
        self._types, self._shapes, self._classes = output_types, output_shapes, output_classes
        self._graph = tf.compat.v1.get_default_graph()
        self._running: weakref.WeakKeyDictionary[Any, Any] = weakref.WeakKeyDictionary()
        self._name = f"iterator {next(_numbers)}".encode()
        _handles[self._name] = self
        self._graph.add_to_collection("iterators", self)  # which lives as long as the graph

    @staticmethod
    def from_structure(
        output_types: Any, output_shapes: Any = None, shared_name: str | None = None, output_classes: Any = None
    ) -> Iterator:
        """An iterator for any dataset of these dtypes and shapes; `make_initializer` says which."""
        return Iterator(None, None, output_types, output_shapes, output_classes)

    @staticmethod
    def from_string_handle(
        string_handle: Any, output_types: Any, output_shapes: Any = None, output_classes: Any = None
    ) -> Iterator:
        """An iterator that takes its elements of the one whose `string_handle` is fed."""
        return Iterator(tf.convert_to_tensor(string_handle), None, output_types, output_shapes, output_classes)

    # ---- what it gives ----

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return _structure.from_legacy(self._types, self._shapes)

    @property
    def output_types(self) -> Any:
        """The dtypes of an element."""
        return self._types

    @property
    def output_shapes(self) -> Any:
        """The shapes of an element."""
        return _structure.legacy(self.element_spec, "shapes")

    @property
    def output_classes(self) -> Any:
        """The classes of the parts of an element."""
        return _structure.legacy(self.element_spec, "classes")

    @property
    def initializer(self) -> Any:
        """The operation that makes it begin; ValueError for an iterator that needs none, or that has none yet."""
        if self._initializer is None:
            raise ValueError(
                "The iterator does not have an initializer. This means it was likely created using "
                "`tf.data.Dataset.make_one_shot_iterator()`. For an initializable iterator, use "
                "`tf.data.Dataset.make_initializable_iterator()` instead."
            )
        return self._initializer

    def make_initializer(self, dataset: Any, name: str | None = None) -> Any:
        """The operation that makes it begin with `dataset`; TypeError where that is of another structure."""
        tf.nest.assert_same_structure(self._types, _structure.legacy(_spec(dataset), "types"))

        def begin(*values: Any) -> None:
            self._begin(dataset, values)

        return tf.py_function(begin, getattr(dataset, "symbols", []), [], name=name)

    def _begin(self, dataset: Any, values: Any = ()) -> Any:
        with outside_of_graphs():
            real = dataset.of_values(values) if isinstance(dataset, Recorded) else dataset
            found = self._running[self._session()] = iter(real)
        return found

    def _session(self) -> Any:
        return self._graph.__dict__["_session"]

    def _elements(self) -> Any:
        """The elements that are left, in the session that runs."""
        found = self._running.get(self._session())
        if found is None and isinstance(self._source, (Recorded, _Dataset)) and self._initializer is None:
            found = self._begin(self._source)
        if found is None:
            raise errors.FailedPreconditionError(
                None,
                None,
                "GetNext() failed because the iterator has not been initialized. Ensure that you have run the "
                "initializer operation for this iterator before getting the next element.",
            )
        return found

    def get_next(self, name: str | None = None) -> Any:
        """The next element, whenever a session runs it; OutOfRangeError where there is none."""
        spec = self.element_spec
        flat = tf.nest.flatten(spec, expand_composites=True)
        by_handle = isinstance(self._source, tf.Tensor)

        def take(*handle: Any) -> Any:
            iterator = _handles[handle[0].numpy()] if by_handle else self
            try:
                with outside_of_graphs():
                    element = next(iterator._elements())
            except StopIteration:
                raise errors.OutOfRangeError(None, None, "End of sequence") from None
            return tf.nest.flatten(element, expand_composites=True)

        parts = tf.py_function(take, [self._source] if by_handle else [], flat, name=name)
        if not by_handle and is_building():
            self._graph.pulls[parts[0].op] = take
        return tf.nest.pack_sequence_as(spec, list(parts), expand_composites=True)

    def string_handle(self, name: str | None = None) -> Any:
        """A string tensor to feed to an iterator made by `from_string_handle`."""
        return tf.constant(self._name, name=name or "IteratorToStringHandle")


def _iterator(dataset: Any, has_initializer: bool) -> Iterator:
    spec = _spec(dataset)
    types, shapes = (_structure.legacy(spec, what) for what in ("types", "shapes"))
    made = Iterator(dataset, None, types, shapes, None)
    if has_initializer:
        made._initializer = made.make_initializer(dataset)
    return made


def make_one_shot_iterator(dataset: Any) -> Any:
    """An iterator over `dataset`, whose get_next() gives the elements (tf.compat.v1.data.make_one_shot_iterator).

    In a graph for sessions it begins by itself, and ValueError is raised for a dataset of the graph's tensors.
    """
    _spec(dataset)
    if not is_building():
        return iter(dataset)
    if getattr(dataset, "symbols", None):
        raise ValueError(
            "A Dataset.make_one_shot_iterator() does not support datasets that capture stateful objects, such as a "
            "placeholder or a variable; use `Dataset.make_initializable_iterator()` instead."
        )
    random_state.get_seed(None)  # TensorFlow has one for the function that makes the dataset
    return _iterator(dataset, has_initializer=False)


def make_initializable_iterator(dataset: Any, shared_name: str | None = None) -> Any:
    """An iterator whose `initializer` a session is to run first (tf.compat.v1.data.make_initializable_iterator).

    RuntimeError where ops run when they are called.
    """
    if not is_building():
        raise RuntimeError(
            "`make_initializable_iterator()` is not supported in eager mode. Use Python-style iteration instead."
        )
    return _iterator(dataset, has_initializer=True)


FixedLengthRecordDataset = version_of(tf.data.FixedLengthRecordDataset, "FixedLengthRecordDataset")
TFRecordDataset = version_of(tf.data.TFRecordDataset, "TFRecordDataset")
TextLineDataset = version_of(tf.data.TextLineDataset, "TextLineDataset")

__getattr__ = module_getattr("tf.compat.v1.data", globals(), {})
