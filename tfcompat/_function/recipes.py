"""Recipes: what to call again with the values of a run for an operation's results in a graph that sessions run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core import structure
from tfcompat._core.convert import to_storage
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._core.variable import Variable
from tfcompat._function.symbolic import SymbolicTensor


class Recipe:
    """What gives an operation's results again: a function, and its arguments with symbolic tensors in them."""

    # What does the same for several recipes in a row that have the very same one: takes the arguments of each.
    together: Callable[[list[list[Any]]], None] | None = None

    def __init__(self, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any] | None = None) -> None:
        self.function, self.args, self.kwargs = function, list(args), kwargs or {}
        self.assigns: list[Variable] = []  # the variables that get new values
        self.seeds: Sequence[Any] = ()  # those of the random ops within
        self.plain = False  # whether it is ops alone, which can be called outside of the graph, too
        target = getattr(function, "__self__", None)
        if isinstance(target, Variable):
            self.assigns.append(target)

    def leaves(self) -> list[Any]:
        """The arguments, out of their nests."""
        return leaves_of([self.args, self.kwargs])

    def given(self, given: Callable[[Any], Any]) -> list[Any]:
        """The arguments, with `given(x)` in the place of each symbolic tensor x."""
        return _mapped(self.args, given)

    def run(self, given: Callable[[Any], Any]) -> Any:
        """The results, with `given(x)` in the place of each symbolic tensor x."""
        return self.function(*_mapped(self.args, given), **_mapped(self.kwargs, given))


def of_one_dtype(op: Any, given: Sequence[Any]) -> list[Any]:
    """The arguments of a call, where a number before a tensor is of its dtype: ``1 + x`` is not ``add(1, x)``."""
    args = list(given)
    places = [i for i, kind in op.alike if kind == "Alike" and i < len(args)]
    tensors = [args[i] for i in places if isinstance(args[i], (Tensor, Variable))]
    if tensors and type(args[places[0]]) in (int, float, complex):
        args[places[0]] = EagerTensor(to_storage(args[places[0]], tensors[0].dtype, soft=True))
    return args


def shape_alone(op: Any, given: Sequence[Any]) -> list[Any]:
    """The arguments of a call that needs but the shape of a tensor, without the tensor where that is known."""
    args = list(given)
    x = args[0] if op.kernel in ("OnesLike", "ZerosLike") and args else None
    if isinstance(x, (Tensor, Variable)) and x.shape.is_fully_defined() and x.dtype.torch is not None:
        args[0] = np.broadcast_to(np.zeros((), x.dtype.as_numpy_dtype), tuple(map(int, x.shape)))
    return args


def _mapped(x: Any, given: Callable[[Any], Any]) -> Any:
    if isinstance(x, slice):
        return slice(*(_mapped(part, given) for part in (x.start, x.stop, x.step)))
    if isinstance(x, tuple) and hasattr(x, "_fields"):
        return type(x)(*(_mapped(v, given) for v in x))
    if type(x) in (list, tuple):
        return type(x)(_mapped(v, given) for v in x)
    if type(x) is dict:
        return {k: _mapped(v, given) for k, v in x.items()}
    if structure.is_nested_or_composite(x):
        return structure.map_structure(lambda v: _mapped(v, given), x, expand_composites=True)
    return given(x) if isinstance(x, SymbolicTensor) else x


def leaves_of(x: Any) -> list[Any]:
    found: list[Any] = []
    if isinstance(x, slice):
        x = [x.start, x.stop, x.step]
    if isinstance(x, dict):
        x = list(x.values())
    if isinstance(x, (list, tuple)):
        for v in x:
            found += leaves_of(v)
    elif structure.is_nested_or_composite(x):
        found += structure.flatten(x, expand_composites=True)
    else:
        found.append(x)
    return found
