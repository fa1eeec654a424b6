"""Datasets of graphs that sessions run: made anew, of the values of that run, whenever an iterator is initialized.

Such a dataset remembers the calls that made it, and an example of itself, by which its structure is known while the
graph is built. Where no tensor of the graph goes into it, the example is the dataset.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._core import random_state
from tfcompat._core.state import state
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.symbolic import SymbolicTensor
from tfcompat.data import _structure
from tfcompat.data.dataset import Dataset as _Dataset


def is_building() -> bool:
    """Whether a graph that sessions run is being built."""
    return state.graph is not None and state.graph.deferred


class Recorded:
    """A dataset of a graph: its methods are tf.data.Dataset's, and those by which TensorFlow 1 makes iterators."""

    def __init__(self, make: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._make, self._args, self._kwargs = make, args, kwargs
        self._symbols: dict[int, Any] = {}
        self._seeds = random_state.Fixed(state.graph)
        _mapped([args, kwargs], self._note)
        with outside_of_graphs():
            self._example = self._made(_like)

    def _note(self, x: Any) -> Any:
        for symbol in [x] if isinstance(x, SymbolicTensor) else x._symbols.values():
            self._symbols[id(symbol)] = symbol
        return x

    def _made(self, value_of: Callable[[Any], Any]) -> Any:
        def given(x: Any) -> Any:
            return value_of(x) if isinstance(x, SymbolicTensor) else x._example if not x._symbols else x._made(value_of)

        args, kwargs = _mapped([self._args, self._kwargs], given)
        with self._seeds:
            return self._make(*args, **kwargs)

    @property
    def symbols(self) -> list[Any]:
        """The graph's tensors that it is made of."""
        return list(self._symbols.values())

    def of_values(self, values: Any) -> Any:
        """The dataset, of these values for `symbols`."""
        if not self._symbols:
            return self._example
        known = dict(zip(self._symbols, values, strict=True))
        return self._made(lambda symbol: known[id(symbol)])

    @property
    def element_spec(self) -> Any:
        """The specs of an element."""
        return self._example.element_spec

    @property
    def output_shapes(self) -> Any:
        """The shapes of an element."""
        return _structure.legacy(self.element_spec, "shapes")

    @property
    def output_types(self) -> Any:
        """The dtypes of an element."""
        return _structure.legacy(self.element_spec, "types")

    @property
    def output_classes(self) -> Any:
        """The classes of the parts of an element."""
        return _structure.legacy(self.element_spec, "classes")

    def make_one_shot_iterator(self) -> Any:
        """An iterator that needs no initializer."""
        return tf.compat.v1.data.make_one_shot_iterator(self)

    def make_initializable_iterator(self, shared_name: str | None = None) -> Any:
        """An iterator whose `initializer` is to be run first."""
        return tf.compat.v1.data.make_initializable_iterator(self, shared_name)

    def __getattr__(self, name: str) -> Any:
        method = getattr(_Dataset, name)  # AttributeError where there is none
        if not callable(method) or name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: Recorded(method, [self, *args], kwargs)


def _like(symbol: Any) -> Any:
    """A value for a graph's tensor while only the structure of what is made of it counts."""
    held = symbol._held
    if not isinstance(held, np.ndarray) and not hasattr(held, "fake_mode"):
        return tf.convert_to_tensor(held.numpy())
    sizes = [7 if n is None else n for n in (symbol.shape.as_list() if symbol.shape.rank is not None else [])]
    return tf.ones(sizes, symbol.dtype) if symbol.dtype != tf.string else tf.fill(sizes, "")


def _mapped(x: Any, function: Callable[[Any], Any]) -> Any:
    if isinstance(x, (SymbolicTensor, Recorded)):
        return function(x)
    if isinstance(x, dict):
        return {k: _mapped(v, function) for k, v in x.items()}
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*(_mapped(v, function) for v in x))
    if type(x) in (list, tuple):
        return type(x)(_mapped(v, function) for v in x)
    return x


class _Kind(type):
    """The class of a class whose static methods record in a graph, and are another class's elsewhere."""

    _of: Any

    def __getattr__(cls, name: str) -> Any:
        method = getattr(cls._of, name)
        if not callable(method) or name.startswith("__"):
            return method
        return lambda *args, **kwargs: recorded(method, args, kwargs)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return recorded(cls._of, args, kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, (Recorded, cls._of))


def recorded(make: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What `make` gives: a recorded dataset in a graph."""
    return Recorded(make, list(args), kwargs) if is_building() else make(*args, **kwargs)


def version_of(kind: Any, name: str) -> Any:
    """TensorFlow 1's version of a class of datasets."""
    doc = f"tf.data.{name}, in graphs for sessions, too (tf.compat.v1.data.{name})."
    return _Kind(name, (), {"_of": kind, "__doc__": doc})
