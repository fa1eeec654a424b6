"""Iterators over datasets: what iter(dataset) and Dataset.as_numpy_iterator give, and their specs."""

from __future__ import annotations

import abc
import collections.abc
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core import device, draws, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.dtypes import int64, string
from tfcompat._core.optional import Optional
from tfcompat._core.specs import NoneTensorSpec, TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.trace_type import CastContext
from tfcompat._core.type_spec import TypeSpec
from tfcompat._ragged import RaggedTensor, RaggedTensorSpec
from tfcompat._sparse import SparseTensor, SparseTensorSpec
from tfcompat.data._spec import DatasetSpec
from tfcompat.sparse.conversion import to_dense


class Iterator(collections.abc.Iterator, metaclass=abc.ABCMeta):
    """An iterator of tf.data.Datasets (tf.data.Iterator), as iter(dataset) gives it."""

    __module__ = "tensorflow.python.data.ops.iterator_ops"

    @property
    @abc.abstractmethod
    def element_spec(self) -> Any:
        """The specs of an element, in its structure."""
        raise NotImplementedError("Iterator.element_spec")

    @abc.abstractmethod
    def get_next(self) -> Any:
        """The next element; OutOfRangeError where there is none."""
        raise NotImplementedError("Iterator.get_next()")

    @abc.abstractmethod
    def get_next_as_optional(self) -> Any:
        """The next element as a tf.experimental.Optional, without a value where there is none."""
        raise NotImplementedError("Iterator.get_next_as_optional()")


Iterator.__name__ = Iterator.__qualname__ = "IteratorBase"


class OwnedIterator(Iterator):
    """An iterator over a dataset."""

    __module__ = "tensorflow.python.data.ops.iterator_ops"

    def __init__(self, dataset: Any = None, components: Any = None, element_spec: Any = None) -> None:
        if dataset is None:
            raise ValueError(
                "tf.data.Iterator: `dataset` must be given; an iterator can't be made of `components` and "
                "`element_spec`."
            )
        if components is not None or element_spec is not None:
            raise ValueError("When `dataset` is provided, `element_spec` and `components` must not be specified.")
        self._dataset = dataset
        self._start()

    def _start(self) -> None:
        self._streams = draws.Streams()  # what functions of the dataset draw starts again with each iterator
        self._elements = draws.call_with(self._streams, self._dataset._iterate)
        self._taken = 0

    def __iter__(self) -> OwnedIterator:
        if state.graph is not None:  # a loop that AutoGraph does not see: it would never end
            _refuse_capture("iterates over a dataset's iterator")
        return self

    def __next__(self) -> Any:
        if state.graph is not None:
            return self._captured().get_next()
        tapes, state.tapes = state.tapes, ()
        streams, draws.local.streams = draws.local.streams, self._streams
        try:
            element = next(self._elements)
        finally:
            state.tapes, draws.local.streams = tapes, streams
        self._taken += 1
        return element

    def next(self) -> Any:
        """The next element; StopIteration where there is none."""
        return self.__next__()

    def _give_back(self, element: Any) -> None:
        """Undoes the taking of the last element, which is the next one again."""
        self._elements = itertools.chain([element], self._elements)
        self._taken -= 1

    def _captured(self) -> Any:
        """What stands for it in the graph that is being captured."""
        from tfcompat.data._captured import GraphIterator, as_tensor

        return GraphIterator(as_tensor(self), self.element_spec, self._is_batched())

    def _graph_loop(self) -> Any:
        from tfcompat.data._captured import graph_loop

        return graph_loop(self)

    @property
    def element_spec(self) -> Any:
        """The specs of an element, in its structure."""
        return self._dataset.element_spec

    def get_next(self) -> Any:
        """The next element; OutOfRangeError where there is none."""
        try:
            return self.__next__()
        except StopIteration:
            count = len(structure.flatten(self.element_spec))
            node = f"__wrapped__IteratorGetNext_output_types_{count}_device_{device.default_name()}"
            text = f"{{{{function_node {node}}}}} End of sequence [Op:IteratorGetNext] name: "
            raise errors.OutOfRangeError(None, None, text) from None

    def get_next_as_optional(self) -> Any:
        """The next element as a tf.experimental.Optional, without a value where there is none."""
        if state.graph is not None:
            return self._captured().get_next_as_optional()
        try:
            return Optional.from_value(self.__next__())
        except StopIteration:
            return Optional.empty(self.element_spec)

    @property
    def _type_spec(self) -> IteratorSpec:
        return IteratorSpec.from_value(self)

    def _is_batched(self) -> bool:
        return self._dataset._is_batched()

    # ---- checkpoints: how far the iterator is ----

    def _save(self) -> Any:
        """The state of the iterator, to be saved: how many elements it gave."""
        return convert_to_tensor(np.int64(self._taken))

    def _restore(self, state: Any) -> None:
        """Goes to where an iterator over such a dataset was when `_save` was called.

        InvalidArgumentError for what `_save` does not give, such as TensorFlow's states.
        """
        tensor = convert_to_tensor(state)
        if tensor.dtype is not int64 or tensor.shape.rank:
            raise errors.InvalidArgumentError(
                None, None, f"The state of an iterator is an int64 scalar, how many elements it gave, got {tensor!r}."
            )
        self._start()
        for _ in range(int(tensor)):
            self.__next__()

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"_STATE": self._save()}

    def _restore_from_tensors(self, tensors: dict[str, Any]) -> None:
        self._restore(tensors["_STATE"])


def _refuse_capture(what: str) -> None:
    from tfcompat._function.recorder import NotCapturable

    raise NotCapturable(f"it {what}")


class IteratorSpec(TypeSpec):
    """The type of a tf.data.Iterator (tf.data.IteratorSpec): `element_spec` are the specs of its elements."""

    __slots__ = ("_batched", "_element_spec")
    __module__ = "tensorflow.python.data.ops.iterator_ops"

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec
        self._batched = False

    @property
    def value_type(self) -> type:
        """The class of iterators over datasets."""
        return OwnedIterator

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return self._element_spec

    @staticmethod
    def from_value(value: Any) -> IteratorSpec:
        """The spec of an iterator."""
        spec = IteratorSpec(value.element_spec)
        spec._batched = value._is_batched()
        return spec

    def cast(self, value: Any, cast_context: CastContext) -> Any:
        """`value`, an iterator over such elements; TypeError for any other."""
        own = DatasetSpec(self._element_spec)
        if not isinstance(value, OwnedIterator) or not own.is_compatible_with(DatasetSpec(value.element_spec)):
            raise TypeError(f"Can not cast {value!r} to {self!r}")
        return value

    def _serialize(self) -> tuple:
        return (self._element_spec,)

    @property
    def _component_specs(self) -> list[Any]:
        return [TensorSpec((), string)]  # which holds the object

    def _to_components(self, value: Any) -> list[Any]:
        from tfcompat.data._captured import as_tensor

        return [value._handle if hasattr(value, "_handle") else as_tensor(value)]

    def _from_components(self, components: Sequence[Any]) -> Any:
        from tfcompat.data._captured import GraphIterator, held

        return held(components[0], lambda handle: GraphIterator(handle, self._element_spec, self._batched))


class NumpyIterator:
    """An iterator that gives a dataset's elements as numpy arrays (tf.data.NumpyIterator)."""

    __module__ = "tensorflow.python.data.ops.dataset_ops"

    def __init__(self, dataset: Any) -> None:
        self._iterator = iter(dataset)
        known = dataset._known_spec()
        for spec in () if known is None else structure.flatten(known):
            if not isinstance(spec, (TensorSpec, RaggedTensorSpec, SparseTensorSpec, NoneTensorSpec)):
                raise TypeError(
                    "`tf.data.Dataset.as_numpy_iterator()` is not supported for datasets that produce values of type "
                    f"{spec.value_type}"
                )

    def __repr__(self) -> str:
        return f"NumpyIterator(iterator={self._iterator!r})"

    def __iter__(self) -> NumpyIterator:
        return self

    def __next__(self) -> Any:
        return structure.map_structure(_to_numpy, next(self._iterator))

    def next(self) -> Any:
        """The next element; StopIteration where there is none."""
        return self.__next__()

    def save(self) -> Any:
        """The state of the iterator: how many elements it gave."""
        return self._iterator._save()

    def restore(self, state: Any) -> None:
        """Goes to where an iterator over such a dataset was when `save` was called."""
        self._iterator._restore(state)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return self._iterator._serialize_to_tensors()

    def _restore_from_tensors(self, tensors: dict[str, Any]) -> None:
        self._iterator._restore_from_tensors(tensors)


def _to_numpy(leaf: Any) -> Any:
    if isinstance(leaf, Tensor):
        array = leaf.numpy()
    elif isinstance(leaf, SparseTensor):
        array = to_dense(leaf).numpy()
    elif isinstance(leaf, RaggedTensor):
        array = leaf.numpy()
    else:
        return leaf
    if isinstance(array, np.ndarray):
        array = array.view()
        array.setflags(write=False)
    return array
