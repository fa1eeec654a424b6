"""The queues: elements of one or more tensors, put in and taken out by any number of threads."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.calling import py_function
from tfcompat._core import dtypes, errors
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.random_state import get_seed
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor
from tfcompat.queue._stores import Element, PaddingStore, PriorityStore, ShuffleStore, Store


def _dtype_list(given: Any) -> list[dtypes.DType]:
    found = [dtypes.as_dtype(d) for d in (given if isinstance(given, (list, tuple)) else [given])]
    if not found:
        raise errors.InvalidArgumentError(None, None, "A queue takes at least one dtype, got [].")
    return found


def _shape_list(given: Any, dtypes: Sequence[Any]) -> list[TensorShape] | None:
    """The shapes of the components, all of them known; None where nothing is said about them."""
    if given is None:
        return None
    if isinstance(given, TensorShape):
        given = [given]
    if not isinstance(given, (tuple, list)):
        raise TypeError(f"Shapes must be a TensorShape or a list or tuple of TensorShapes, got {type(given)} instead.")
    if all(d is None or isinstance(d, int) for d in given):
        given = [given]
    shapes = [as_shape(s) for s in given]
    if not all(s.is_fully_defined() for s in shapes):
        raise ValueError(f"All shapes must be fully defined: {shapes}")
    if len(shapes) != len(dtypes):
        text = f"Different number of component types.  Types: {list(dtypes)}, Shapes: {shapes}"
        raise errors.InvalidArgumentError(None, None, text)
    return shapes


def _partial_shape_list(given: Any, dtypes: Sequence[Any]) -> list[TensorShape]:
    """The shapes of the components of a queue that pads: their ranks are known, of dimensions any."""
    if not isinstance(given, Sequence) or not given or any(s is None or isinstance(s, int) for s in given):
        raise ValueError("When providing partial shapes, a list of shapes must be provided.")
    shapes = [as_shape(s) for s in given]
    if any(s.rank is None for s in shapes):
        raise ValueError(f"All shapes must have a defined rank: {shapes}")
    if len(shapes) != len(dtypes):
        raise ValueError(
            f"Shapes must be provided for all components, but received {len(dtypes)} dtypes and {len(shapes)} shapes."
        )
    return shapes


def _name_list(given: Any, dtypes: Sequence[Any]) -> list[str] | None:
    if given is None:
        return None
    names = list(given) if isinstance(given, (list, tuple)) else [given]
    if len(names) != len(dtypes):
        raise ValueError(
            "List of names must have the same length as the list of dtypes, received "
            f"len(names)={len(names)},len(dtypes)={len(dtypes)}"
        )
    return names


def _capacity(value: Any) -> int:
    if not isinstance(value, (int, float, np.number)):
        raise TypeError(f"Expected int for argument 'capacity' not {value!r}.")
    return int(value)


def _common(a: TensorShape, b: TensorShape) -> TensorShape:
    """What two shapes have in common: the ranks, then each dimension."""
    if a.rank is None or a.rank != b.rank:
        return TensorShape(None)
    return TensorShape([p if p == q else None for p, q in zip(a.as_list(), b.as_list(), strict=True)])


def _batch(values: Sequence[Any], shape: TensorShape, dtype: dtypes.DType) -> Any:
    """One component of many elements, stacked; zeros (or "") fill up the smaller ones."""
    sizes = [tuple(v.shape) for v in values] or [tuple(d or 0 for d in shape.as_list())]
    most = tuple(max(each) for each in zip(*sizes, strict=True))
    if values and all(s == most for s in sizes):
        return torch.stack(list(values)) if isinstance(values[0], torch.Tensor) else np.stack(list(values))
    if dtype.torch is None:
        out: Any = np.zeros((len(values), *most), dtype=dtype.as_numpy_dtype)
        if dtype is dtypes.string:
            out[...] = b""
    else:
        out = torch.zeros((len(values), *most), dtype=dtype.torch, device=values[0].device if values else None)
    for row, value, size in zip(out, values, sizes, strict=False):
        row[tuple(slice(n) for n in size)] = value
    return out


class QueueBase:
    """What all queues are: put elements in, take them out, in this thread or others (tf.queue.QueueBase).

    An element is a tensor of each of `dtypes`, with `shapes`, or unknown ones where None; with `names` it is a dict.
    Who finds the queue full or empty waits. In a tf.function the queue is used each time that the function runs.
    """

    def __init__(self, dtypes: Sequence[Any], shapes: Any, names: Any, queue_ref: Any) -> None:
        if shapes is not None and len(shapes) != len(dtypes):
            raise ValueError(
                "Queue shapes must have the same length as dtypes, received "
                f"len(shapes)={len(shapes)}, len(dtypes)={len(dtypes)}"
            )
        if names is not None and len(names) != len(dtypes):
            raise ValueError(
                "Queue names must have the same length as dtypes,received "
                f"len(names)={len(names)},len(dtypes)={len(dtypes)}"
            )
        self._dtypes, self._names, self._queue_ref = dtypes, names, queue_ref
        self._shapes = [TensorShape(None) for _ in dtypes] if shapes is None else [TensorShape(s) for s in shapes]
        self._name = state.scopes or "Empty"

    @staticmethod
    def from_list(index: Any, queues: Any) -> QueueBase:
        """The queue number `index` of a list of queues whose dtypes and names are the same, else TypeError."""
        if not isinstance(queues, list) or not queues or not all(isinstance(q, QueueBase) for q in queues):
            raise TypeError("A list of queues expected")
        first, *others = queues
        if any(q.dtypes != first.dtypes for q in others):
            raise TypeError("Queues do not have matching component dtypes.")
        if any(q.names != first.names for q in others):
            raise TypeError("Queues do not have matching component names.")
        shapes = [functools.reduce(_common, each) for each in zip(*(q.shapes for q in queues), strict=True)]
        return QueueBase(first.dtypes, shapes, first.names, queues[integer(index, "index")].queue_ref)

    queue_ref: Any = property(operator.attrgetter("_queue_ref"), doc="What holds the elements.")
    name: Any = property(operator.attrgetter("_name"), doc="The name scope the queue was made in, 'Empty' outside.")
    dtypes: Any = property(operator.attrgetter("_dtypes"), doc="The dtype of each component of an element.")
    shapes: Any = property(operator.attrgetter("_shapes"), doc="The tf.TensorShape of each component.")
    names: Any = property(operator.attrgetter("_names"), doc="The name of each component, or None.")

    @property
    def _store(self) -> Store:
        return self._queue_ref

    def _run(self, function: Callable[..., Any], inputs: Sequence[Any], kinds: Any) -> Any:
        """What `function` gives for tensors, tensors of the TensorSpecs `kinds`: now, or when the graph runs."""
        return function(*inputs) if state.graph is None else py_function(function, inputs, kinds)

    def _components(self, vals: Any) -> list[Any]:
        """An element, or many, as a tensor for each component."""
        if isinstance(vals, dict):
            if not self._names:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(self._names, key=str) != sorted(vals, key=str):
                raise ValueError(
                    "Keys in dictionary to enqueue do not match names of Queue.  Dictionary: "
                    f"{sorted(vals)},Queue: {sorted(self._names)}"
                )
            vals = [vals[name] for name in self._names]
        elif self._names:
            raise ValueError("You must enqueue a dictionary in a Queue with names")
        elif not isinstance(vals, (list, tuple)):
            vals = [vals]
        if len(vals) < len(self._dtypes):
            text = f"Signature mismatch, have: {len(vals)} components, expected: {list(self._dtypes)}"
            raise errors.InvalidArgumentError(None, None, text)
        return [convert_to_tensor(v, d) for v, d in zip(vals, self._dtypes, strict=False)]

    def enqueue(self, vals: Any, name: str | None = None) -> None:
        """Puts one element in: a tensor, a list of them, or a dict, of the queue's dtypes; waits while it is full.

        CancelledError where the queue is closed, ValueError or TypeError where the element is not of its kind.
        """
        tensors = self._components(vals)
        for tensor, shape in zip(tensors, self._shapes, strict=True):
            tensor.shape.assert_is_compatible_with(shape)
        return self._run(lambda *element: self._put([_held(element)]), tensors, [])

    def enqueue_many(self, vals: Any, name: str | None = None) -> None:
        """Puts the rows of the tensors `vals` in as one element each; waits while the queue is full.

        Errors as `enqueue`, and ValueError where the tensors have not the same number of rows.
        """
        tensors = self._components(vals)
        rows = tensors[0].shape.with_rank_at_least(1)[:1]
        for tensor, shape in zip(tensors, self._shapes, strict=True):
            if not tensor.shape.with_rank_at_least(1)[:1].is_compatible_with(rows):
                raise ValueError(f"Dimensions {rows[0]} and {tensor.shape[0]} are not compatible")
            tensor.shape[1:].assert_is_compatible_with(shape)
        return self._run(lambda *many: self._put([*zip(*map(_rows, _held(many)), strict=True)]), tensors, [])

    def _put(self, elements: Sequence[Element]) -> None:
        self._store.put(elements)

    def _result(self, tensors: Sequence[Any]) -> Any:
        if self._names:
            return dict(zip(self._names, tensors, strict=True))
        return tensors[0] if len(tensors) == 1 else list(tensors)

    def _specs(self, outer: Sequence[Any]) -> list[TensorSpec]:
        shapes = [TensorShape(outer).concatenate(s) for s in self._shapes]
        return [TensorSpec(s, d) for s, d in zip(shapes, self._dtypes, strict=True)]

    def dequeue(self, name: str | None = None) -> Any:
        """Takes one element out, a tensor, a list of them or a dict; waits while the queue is empty.

        OutOfRangeError where the queue is closed and empty.
        """
        return self._result(self._run(lambda: [wrap(v) for v in self._store.take(1)[0]], [], self._specs([])))

    def _many(self, n: Any, fewer: bool, kernel: str) -> Any:
        count = integer(to_storage(n, dtypes.int32), "n")
        if count < 0:
            raise errors.InvalidArgumentError(None, None, f"{kernel}Op requested {count} < 0 elements")
        if not self._batches():
            text = f"{self._store.kind}'s DequeueMany and DequeueUpTo require the components to have specified shapes."
            raise errors.InvalidArgumentError(None, None, text)

        def run() -> list[Any]:
            taken = self._store.take(count, fewer)
            columns = zip(*taken, strict=True) if taken else ([] for _ in self._dtypes)
            kinds = zip(self._shapes, self._dtypes, strict=True)
            return [wrap(_batch([*each], shape, dtype)) for each, (shape, dtype) in zip(columns, kinds, strict=True)]

        return self._result(self._run(run, [], self._specs([None if fewer else count])))

    def _batches(self) -> bool:
        """Whether elements can be put together to batches."""
        return all(s.is_fully_defined() for s in self._shapes) or self._store.kind == PaddingStore.kind

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """Takes `n` elements out, put together along a new first dimension; waits until there are as many.

        OutOfRangeError where the queue is closed and has fewer, which stay. InvalidArgumentError where the queue was
        made without shapes.
        """
        return self._many(n, False, "DequeueMany")

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """As `dequeue_many`, but takes the last elements of a closed queue also where there are less than `n`."""
        return self._many(n, True, "DequeueUpTo")

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> None:
        """Lets no more elements in; those in the queue can be taken out.

        cancel_pending_enqueues: whether who waits to put elements in gets a CancelledError; otherwise they are waited
        for. CancelledError where the queue is closed already.
        """
        return self._run(lambda: self._store.close(cancel_pending_enqueues), [], [])

    def is_closed(self, name: str | None = None) -> Any:
        """Whether the queue is closed, a bool scalar."""
        return self._run(lambda: convert_to_tensor(self._store.closed), [], TensorSpec((), dtypes.bool))

    def size(self, name: str | None = None) -> Any:
        """How many elements are in the queue, an int32 scalar."""
        return self._run(lambda: convert_to_tensor(len(self._store), dtypes.int32), [], TensorSpec((), dtypes.int32))


def _held(tensors: Sequence[EagerTensor]) -> Element:
    """What tensors hold, without a history."""
    held = (to_storage(t) for t in tensors)
    return tuple(t.detach() if isinstance(t, torch.Tensor) else t for t in held)


def _rows(many: Any) -> Sequence[Any]:
    return many.unbind(0) if isinstance(many, torch.Tensor) else [np.asarray(row, dtype=many.dtype) for row in many]


class FIFOQueue(QueueBase):
    """A queue that gives elements back in the order in which they came (tf.queue.FIFOQueue).

    capacity: the most elements it holds, any number where negative. dtypes, shapes: of the components of an element;
    without shapes they may differ, and only single elements can be taken. names: makes elements dicts. As in eager
    TensorFlow, `shared_name` shares nothing, and `name` is the scope's.
    """

    def __init__(
        self,
        capacity: Any,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        kinds = _dtype_list(dtypes)
        super().__init__(kinds, _shape_list(shapes, kinds), _name_list(names, kinds), Store(_capacity(capacity)))


class PaddingFIFOQueue(QueueBase):
    """A FIFOQueue of elements whose sizes differ, which batches fill up with zeros (tf.queue.PaddingFIFOQueue).

    shapes: of each component, None for the dimensions that differ. Other arguments as in `FIFOQueue`.
    """

    def __init__(
        self,
        capacity: Any,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        kinds = _dtype_list(dtypes)
        store = PaddingStore(_capacity(capacity))
        super().__init__(kinds, _partial_shape_list(shapes, kinds), _name_list(names, kinds), store)


class PriorityQueue(QueueBase):
    """A queue that gives the element with the smallest first component, an int64, first (tf.queue.PriorityQueue).

    types, shapes: of the other components. Equal priorities keep their order. Other arguments as in `FIFOQueue`.
    """

    def __init__(
        self,
        capacity: Any,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        kinds = _dtype_list(types)
        known = _shape_list(shapes, kinds)
        # The priority is a scalar in any case.
        sizes = [TensorShape(()), *(known or (TensorShape(None) for _ in kinds))]
        super().__init__([dtypes.int64, *kinds], sizes, names, PriorityStore(_capacity(capacity)))


class RandomShuffleQueue(QueueBase):
    """A queue that gives elements back in random order (tf.queue.RandomShuffleQueue).

    min_after_dequeue: how many elements must stay, so that they mix, until the queue is closed; less than capacity,
    else InvalidArgumentError. seed: makes the order the same every time. Other arguments as in `FIFOQueue`.
    """

    def __init__(
        self,
        capacity: Any,
        min_after_dequeue: Any,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        kinds, most, least = _dtype_list(dtypes), _capacity(capacity), _capacity(min_after_dequeue)
        if least < 0:
            raise errors.InvalidArgumentError(None, None, f"min_after_dequeue {least} must be >= 0")
        if 0 <= most <= least:
            raise errors.InvalidArgumentError(None, None, f"min_after_dequeue {least} must be < capacity {most}")
        first, second = get_seed(seed)
        store = ShuffleStore(most, least, None if first is None or second is None else (first, second))
        super().__init__(kinds, _shape_list(shapes, kinds), _name_list(names, kinds), store)
