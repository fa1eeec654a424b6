"""Graphs whose operations have recipes: what a run of some of them needs, its order, and the values it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import EagerTensor
from tfcompat._core.variable import Variable
from tfcompat._function.graph import FuncGraph
from tfcompat._function.program import Program
from tfcompat._function.recipes import Recipe
from tfcompat._function.recorder import is_fake
from tfcompat._function.symbolic import Operation, SymbolicTensor


class RecipeGraph(FuncGraph):
    """A graph that keeps its operations' recipes, and, while a run is captured, what its tensors are there."""

    def __init__(self) -> None:
        super().__init__("graph", None, may_create=True)
        self.recipes: dict[Operation, Recipe] = {}
        self.placeholders: dict[Operation, SymbolicTensor] = {}
        self._given: dict[int, Any] | None = None

    def needs(self, op: Operation) -> list[Any]:
        """What an operation needs when it runs: symbolic tensors and variables."""
        recipe = self.recipe(op)
        return [] if recipe is None else [x for x in recipe.leaves() if isinstance(x, (SymbolicTensor, Variable))]

    def recipe(self, op: Operation) -> Recipe | None:
        """The recipe of an operation; None for constants, placeholders and what does nothing."""
        found = self.recipes.get(op)
        if found is None and op not in self.placeholders and any(is_fake(t._held) for t in op._outputs):
            found = self.recipes[op] = self._captured_ops(op)
        return found

    def _captured_ops(self, op: Operation) -> Recipe:
        """The torch ops that were captured on the way to an operation's results, as its recipe."""
        recorder = self.recorder
        known: dict[Any, Any] = {}
        for other in self._operations:
            if other is op:
                break
            for tensor in other._outputs:
                if isinstance(tensor, SymbolicTensor) and is_fake(tensor._held):
                    known.setdefault(recorder.node(tensor._held), tensor)
        known.update({recorder.node(slot.source): slot.variable for slot in self.slots.values()})
        known.update({recorder.node(inner): outer for outer, inner in self.captures.values()})
        wanted = [recorder.node(t._held) for t in op._outputs]
        inputs = _stops(wanted, set(known))
        nodes = list(recorder.graph.nodes)  # of which those with effects are other operations' concern
        program = Program(nodes, inputs, wanted, frozenset(nodes), followed=True)
        run = program.compile(recorder.tracer.root, "captured")

        def again(*values: Any) -> Any:
            return wrap(tuple(run(*(convert_to_tensor(v)._t for v in values))))

        recipe = Recipe(again, [known[node] for node in inputs])
        recipe.plain = not any(node.meta.get("effect") for node in program.nodes)
        return recipe

    def outside(self, tensor: SymbolicTensor, kind: type[Exception] = TypeError) -> Any:
        """The value of a tensor where a session runs the graph; elsewhere there is none, TypeError."""
        found = self.stand_in(tensor)
        return super().outside(tensor, kind) if found is None else found._t

    def stand_in(self, tensor: SymbolicTensor) -> Any:
        """What a tensor is in the run that is being captured; None outside of one."""
        if self._given is None:
            return None
        found = self._given.get(id(tensor))
        if found is None and isinstance(tensor._held, torch.Tensor) and not is_fake(tensor._held):
            found = self._given[id(tensor)] = EagerTensor(tensor._held)  # a constant
        return found

    @property
    def is_running(self) -> bool:
        """Whether a run is being captured."""
        return self._given is not None

    @property
    def known(self) -> dict[int, Any]:
        """The values of the run that is being captured, by the ids of what they are of."""
        return {} if self._given is None else self._given

    @contextmanager
    def running(self, given: dict[int, Any]) -> Iterator[None]:
        """Within, the graph's tensors have the values `given`, by their ids."""
        before, self._given = self._given, given
        try:
            yield
        finally:
            self._given = before

    def ordered(
        self, wanted: Sequence[Operation], fed: set[int], done: frozenset[Operation] = frozenset()
    ) -> list[Operation]:
        """The operations that run for the `wanted` ones where the tensors `fed` are given, in the graph's order.

        done: operations that have run.
        """
        places = {op: i for i, op in enumerate(self._operations)}
        found: set[Operation] = set(done)
        todo = list(wanted)
        while todo:
            op = todo.pop()
            if op in found or (op._outputs and all(id(t) in fed for t in op._outputs)):
                continue
            found.add(op)
            todo += op._control_inputs
            todo += operations_of([x for x in self.needs(op) if id(x) not in fed])
        return sorted(found - done, key=lambda op: places[op])


def operations_of(values: Any) -> list[Operation]:
    """The operations of tensors, variables that were assigned, and operations, in nests of any kind."""
    found = []
    for x in values if isinstance(values, (list, tuple, set)) else [values]:
        if isinstance(x, (list, tuple)):
            found += operations_of(x)
        elif isinstance(x, Operation):
            found.append(x)
        elif isinstance(x, SymbolicTensor):
            found.append(x.op)
        elif "_written_by" in getattr(x, "__dict__", ()):
            found.append(x.__dict__["_written_by"])
    return found


def _stops(wanted: Sequence[Any], known: set[Any]) -> list[Any]:
    """The nodes among `known` that the ways back from `wanted` end at."""
    found, seen, todo = [], set(), list(wanted)
    while todo:
        node = todo.pop()
        if node in seen:
            continue
        seen.add(node)
        if node in known:
            found.append(node)
        else:
            todo += node.all_input_nodes
    return found
