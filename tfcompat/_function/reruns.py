"""Branches and loops in graphs that sessions run: built for what they give, and built again in each run's function.

Building one within a session's function, with the values of that run for the graph's tensors, makes it what it is in
any tf.function: sizes may differ from run to run, and gradients flow. So the recipe of a branch or loop is to call its
Python functions again, in the variable scope and under the names that they had, where they find the variables that
they made the first time.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._core import random_state, structure
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat._function.symbolic import Operation, SymbolicTensor


class Noted:
    """What a graph is asked for while one of its parts is built: tensors, variables, operations that come before."""

    def __init__(self) -> None:
        self.tensors: dict[int, Tensor] = {}
        self.variables: dict[int, Any] = {}
        self.assigned: dict[int, Any] = {}
        self.operations: dict[Operation, None] = {}
        self.names: set[str] = set()  # of the variables that are made; functions that are called twice find them again


class _Place:
    """The scopes that functions are called in: those of names, and of variables with how often each was opened."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.scopes, self.scope, self.opened = state.scopes, state.variable_scope, dict(graph.scopes_opened)

    @contextmanager
    def again(self) -> Iterator[None]:
        """Within, the scopes are as they were."""
        graph = self.graph
        before = state.scopes, state.variable_scope, graph.scopes_opened
        state.scopes, state.variable_scope, graph.scopes_opened = self.scopes, self.scope, dict(self.opened)
        try:
            yield
        finally:
            state.scopes, state.variable_scope, graph.scopes_opened = before


def controlled(graph: Any, make: Callable[[Any, Any], Any], given: Any, kind: type[Any]) -> Any:
    """What `make(graph, given)` builds, whose recipe is to build it again in the function of a run.

    given: a nest of what the part takes: tensors, TensorArrays, Python values. kind: makes recipes.
    """
    given = structure.map_structure(lambda x: x.copied() if isinstance(x, TensorArray) else x, given)
    place, key, seeds = _Place(graph), object(), random_state.seeds_in(graph)
    initial = graph.initial_seeds
    with graph.noting() as noted:
        result = make(graph, given)
    needed = [*noted.tensors.values(), *noted.variables.values()]
    needed += [x for array in _arrays(given) for x in _held(array)]

    def run(places: Any, given: Any, needed: Any) -> Any:
        known = graph.known
        if id(key) not in known:
            with place.again():
                known[id(key)] = _tensors(make(state.graph, given))
        return [known[id(key)][i] for i in places]

    # A run makes no variables, to which the first of the seeds went.
    seeds = seeds[0], seeds[1] + graph.initial_seeds - initial
    symbols = _tensors(result)
    order = {id(symbol._held): i for i, symbol in enumerate(symbols)}
    for op in {symbol.op: None for symbol in symbols}:
        recipe = graph.recipes[op] = kind(run, [[order[id(t._held)] for t in op._outputs], given, needed])
        op.seeds = seeds
        recipe.assigns = list(noted.assigned.values())
        op._control_inputs = list(dict.fromkeys([*op._control_inputs, *noted.operations]))
    return result


def _arrays(given: Any) -> list[TensorArray]:
    return [x for x in structure.flatten(given) if isinstance(x, TensorArray)]


def _held(array: TensorArray) -> list[SymbolicTensor]:
    """The symbolic tensors that an array holds."""
    return [x for x in [*(array._items or ()), array._stacked, array._size] if isinstance(x, SymbolicTensor)]


def _tensors(result: Any) -> list[Any]:
    """The tensors of a nest, those of its TensorArrays, too."""
    found: list[Any] = []
    for x in structure.flatten(result, expand_composites=True):
        if isinstance(x, TensorArray):
            x._buffer()
            found.append(x._stacked)
        elif isinstance(x, Tensor):
            found.append(x)
    return found


def with_operations(graph: Any, function: Callable[..., Any], true: Callable[[], Any]) -> Callable[..., Any]:
    """`function`, whose results are tensors where it gives operations: ``true()``, after these.

    TensorFlow 1's branches may give operations; a branch's own have run where the branch has.
    """

    def call(*args: Any) -> Any:
        result = function(*args)
        if result is None or isinstance(result, Operation):
            return _done(graph, result, true)
        if isinstance(result, (list, tuple)) and any(isinstance(x, Operation) for x in result):
            return type(result)(_done(graph, x, true) if isinstance(x, Operation) else x for x in result)
        return result

    return call


def _done(graph: Any, op: Operation | None, true: Callable[[], Any]) -> Any:
    if op is not None and op.graph is graph and graph.noted is not None:
        graph.noted.operations[op] = None
    return true()


def bodies(graph: Any, functions: Sequence[Any], true: Callable[[], Any]) -> list[Any]:
    """Functions that may give operations as ones that give tensors."""
    return [with_operations(graph, as_it_is(f), true) for f in functions]


def as_it_is(function: Any) -> Any:
    """A Python function with the variables around it as they are now: ``x = tf.cond(p, lambda: x + 1, lambda: x)``."""
    if isinstance(function, functools.partial):
        return functools.partial(as_it_is(function.func), *function.args, **function.keywords)
    if not isinstance(function, types.FunctionType):
        return function
    cells = tuple(_copied(cell) for cell in function.__closure__ or ())
    copy = types.FunctionType(
        function.__code__, dict(function.__globals__), function.__name__, function.__defaults__, cells
    )
    functools.update_wrapper(copy, function)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _copied(cell: Any) -> Any:
    try:
        return types.CellType(cell.cell_contents)
    except ValueError:  # empty: what is not assigned yet
        return cell
