"""Datasets and iterators in functions that are captured: what stands for them, and the nodes that take elements.

An iterator or dataset among a function's arguments is a tensor to the graph, of one object, which only nodes of ours
look into. So there is one graph for all that have the same element_spec.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from tfcompat._core import draws, errors, random_state, structure
from tfcompat._core.dtypes import SYMBOLIC_STRING
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat.data import _elements
from tfcompat.data._functions import DatasetFunction
from tfcompat.data._iterators import Iterator as IteratorBase
from tfcompat.data._iterators import IteratorSpec
from tfcompat.data._mapping import invalid
from tfcompat.data._spec import DatasetSpec
from tfcompat.data.dataset import Dataset

_END = object()


def as_tensor(value: Any) -> EagerTensor:
    """A scalar tensor that holds an object."""
    return EagerTensor(_holder(value))


def _holder(value: Any) -> np.ndarray:
    array = np.empty((), dtype=object)
    array[()] = value
    return array


def held(component: Any, symbolic: Callable[[Any], Any]) -> Any:
    """The object in a tensor that `as_tensor` made; what `symbolic` makes of one in a graph."""
    return component._t[()] if isinstance(component, EagerTensor) else symbolic(component)


# ---- nodes ----


def _likes(graph: Any, spec: Any, batched: bool = False) -> list[torch.Tensor]:
    """What stands for the tensors of an element before there is one.

    batched: whether all have the same first dimension, where that is not known.
    """
    from tfcompat._function.recorder import NotCapturable

    likes = []
    with _disable_current_modes():
        size = graph.recorder._size() if batched else None
    for leaf in structure.flatten(spec):
        if isinstance(leaf, DatasetSpec):
            raise NotCapturable("it takes an element with a dataset in it")
        for s in leaf.flatten():
            if s.shape.rank is None:
                raise NotCapturable("it takes an element of a dataset whose rank is not known")
            sizes = s.shape.as_list()
            if batched and sizes[:1] == [None]:
                sizes[0] = size
            likes.append(graph.recorder.empty_of(sizes, s.dtype.torch or SYMBOLIC_STRING, "cpu"))
    return likes


def _record(
    run: Callable[..., Sequence[Any]],
    likes: Sequence[Any],
    args: Sequence[Any],
    effect: bool,
    ends: bool = False,
    undoable: bool = False,
) -> list[Any]:
    from tfcompat._function import opaque

    node = opaque.Node(run, likes, effect)
    node.undoable = undoable
    results = opaque.record(state.graph, node, args)
    if ends and results:
        state.graph.may_end(node, results[0])
    return results


def _element(run: Callable[..., Any], source: Any, args: Sequence[Any], effect: bool, more: int = 0) -> list[Any]:
    """Symbolic tensors of what `run` gives whenever the graph runs: `more` booleans, then an element of `source`."""
    graph, spec, batched = state.graph, source.element_spec, source._is_batched()
    likes = [graph.recorder.empty((), torch.bool, "cpu") for _ in range(more)] + _likes(graph, spec, batched)

    def values(*given: Any) -> Sequence[Any]:
        *flags, element = run(*given)
        leaves = [x for x in structure.flatten(element, expand_composites=True) if x is not None]
        if batched and len({x._t.shape[:1] for x in leaves if x.shape.rank}) > 1:
            raise invalid("A function was captured for batches, whose tensors have the same first dimension.")
        return [*(torch.tensor(f) for f in flags), *(x._t for x in leaves)]

    recorded = _record(values, likes, args, effect, ends=effect and not more, undoable=True)
    symbols = graph.named(recorded, "IteratorGetNext")
    return [*symbols[:more], _elements.packed(spec, iter(symbols[more:]))]


class GraphIterator(IteratorBase):
    """An iterator among the arguments of a function that is captured."""

    __module__ = "tensorflow.python.data.ops.iterator_ops"

    def __init__(self, handle: Any, spec: Any, batched: bool) -> None:
        self._handle, self._spec, self._batched = handle, spec, batched

    def _is_batched(self) -> bool:
        return self._batched

    def __iter__(self) -> GraphIterator:
        return self

    def __next__(self) -> Any:
        return self.get_next()

    @property
    def element_spec(self) -> Any:
        """The specs of an element, in its structure."""
        return self._spec

    @property
    def _type_spec(self) -> IteratorSpec:
        return IteratorSpec(self._spec)

    def _graph_loop(self) -> Any:
        return graph_loop(self)

    def get_next(self) -> Any:
        """The next element, whenever the graph runs; OutOfRangeError where there is none."""
        return _element(lambda handle: [_next(handle[()])], self, [self._handle._t], effect=True)[0]

    def get_next_as_optional(self) -> Any:
        """The next element as an Optional, without a value where there is none."""
        from tfcompat._core.optional import _OptionalImpl

        def run(handle: Any) -> Sequence[Any]:
            optional = handle[()].get_next_as_optional()
            if optional.has_value():
                _note(handle[()], optional._held)
            return [bool(optional.has_value()), optional._held if optional.has_value() else _zeros(self._spec)]

        present, element = _element(run, self, [self._handle._t], effect=True, more=1)
        return _OptionalImpl(present, element, self._spec)


def _next(iterator: Any) -> Any:
    try:
        element = next(iterator)
        _note(iterator, element)
        return element
    except StopIteration:
        raise errors.OutOfRangeError(None, None, "End of sequence [Op:IteratorGetNext] name: ") from None


def _note(iterator: Any, element: Any) -> None:
    """Has an iterator get an element back where the run that took it is given up."""
    from tfcompat._function import undo

    undo.note(lambda: iterator._give_back(element))


def _zeros(spec: Any) -> Any:
    """What stands for an element that is not there."""
    from tfcompat._core.optional import _zeros

    return structure.map_structure(_zeros, spec)


class _Bound(threading.local):
    """The dataset that a graph runs with in this thread."""

    dataset: Any = None


class GraphDataset(Dataset):
    """A dataset among the arguments of a function that is captured; the one that the graph runs with, when it runs."""

    def __init__(self, handle: Any, spec: Any, batched: bool) -> None:
        super().__init__()
        self._handle, self._spec, self._batched = handle, spec, batched
        self._bound = _Bound()

    def _is_batched(self) -> bool:
        return self._batched

    def bind(self, dataset: Any) -> None:
        """Makes `dataset` what this one stands for, in this thread."""
        self._bound.dataset = dataset

    @property
    def element_spec(self) -> Any:
        """The specs of an element, in its structure."""
        return self._spec

    def _dataset(self) -> Any:
        if self._bound.dataset is None or state.graph is not None:
            from tfcompat.data._iterators import _refuse_capture

            _refuse_capture("takes elements of a dataset that is an argument")
        return self._bound.dataset

    def _iterate(self) -> Iterator[Any]:
        return self._dataset()._iterate()

    def _ordered(self) -> Any:
        return self._dataset()._ordered()

    def _ordered_once(self) -> Any:
        return self._dataset()._ordered_once()

    def _cardinality(self) -> int:
        return self._dataset()._cardinality()


GraphDataset.__name__ = "_VariantDataset"


def arguments_in(value: Any) -> list[GraphDataset] | None:
    """The datasets of a function's arguments that a dataset, or a part of what makes one, is made of.

    None where other tensors of a graph are in it.
    """
    if isinstance(value, GraphDataset):
        return [value]
    if isinstance(value, DatasetFunction):
        return [] if value.is_known else None
    if isinstance(value, Tensor):
        return [] if isinstance(value, EagerTensor) else None
    parts: Any = ()
    if isinstance(value, Dataset):
        parts = vars(value).values()
    elif isinstance(value, (list, tuple, dict)) or structure.is_composite_class(type(value)):
        parts = structure.flatten(value, expand_composites=not isinstance(value, (list, tuple, dict)))
    found: list[GraphDataset] = []
    for part in parts:
        inner = None if part is value else arguments_in(part)
        if inner is None:
            return None
        found.extend(inner)
    return found


class Cursor:
    """Goes through the elements of a dataset; tells of each number whether there is such an element, and what it is."""

    def __init__(self, elements: Iterator[Any]) -> None:
        self._elements, self._number, self._current = elements, -1, None

    def has(self, number: int) -> bool:
        """Whether there is an element of this number, which is asked for in order."""
        while self._number < number:
            self._current = next(self._elements, _END)
            self._number += 1
        return self._current is not _END

    def get(self, number: int) -> Any:
        """The element of this number."""
        self.has(number)
        return self._current


def graph_loop(source: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Two functions of a symbolic number, for a loop of a graph over a dataset or an iterator: whether there is such an
    element, and what it is.
    """
    graph, spec = state.graph, source.element_spec
    _likes(graph, spec)  # refuses what can't be an element here, before anything is recorded
    like = graph.recorder.empty((), SYMBOLIC_STRING, "cpu")
    start, handles = _start(source)
    numbers: set[int] = set()

    def begin(*handles: Any) -> Sequence[Any]:
        draws.local.streams.forget([f";graph {n}," for n in numbers])  # the body draws as if it were a new function
        return start(*handles)

    (cursor,) = _record(begin, [like], [h._t for h in handles], effect=True)
    held_cursor = graph.named(cursor, "DatasetIterator")

    def more(i: Any) -> Any:
        likes = [state.graph.recorder.empty((), torch.bool, "cpu")]
        args = [held_cursor._t, i._t]
        (found,) = _record(lambda c, n: [torch.tensor(c[()].has(int(n)))], likes, args, effect=False)
        return state.graph.named(found, "HasNext")

    def item(i: Any) -> Any:
        numbers.add(random_state.number_of(state.graph))
        return _element(lambda c, n: [c[()].get(int(n))], source, [held_cursor._t, i._t], effect=False)[0]

    return more, item


def _start(source: Any) -> tuple[Callable[..., Any], list[Any]]:
    """What makes the cursor of a loop whenever the graph runs, and the handles that it takes."""
    if isinstance(source, GraphIterator):
        return lambda handle: [_holder(Cursor(handle[()]))], [source._handle]
    if not isinstance(source, Dataset):
        return lambda: [_holder(Cursor(source))], []
    arguments = arguments_in(source)
    if arguments is None:
        from tfcompat.data._iterators import _refuse_capture

        _refuse_capture("iterates over a dataset that is made of its tensors")
        raise AssertionError

    def start(*handles: Any) -> Sequence[Any]:
        for argument, handle in zip(arguments, handles, strict=True):
            argument.bind(handle[()])
        return [_holder(Cursor(source._iterate()))]

    return start, [a._handle for a in arguments]
