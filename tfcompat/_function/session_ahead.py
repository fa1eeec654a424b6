"""What a session computes before it captures the rest of a run: iterators' elements, and what depends on them alone.

The sizes that strings, sparse tensors and filters have are known then, so that the rest is captured with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.symbolic import Operation, SymbolicTensor

_RANDOM = re.compile("Random|Truncated|Multinomial|Shuffle|Dropout|Poisson|Gamma|Uniform|Normal|Sample")


class Ahead:
    """The part of a run that comes first. steps: the run's operations, in order. fed: the ids of what is fed.

    pulls: the operations that take elements. tensors: those that it gives to the rest, `rest`.
    """

    def __init__(self, graph: Any, steps: Sequence[Operation], fed: set[int], wanted: set[int]) -> None:
        self._graph = graph
        self.pulls = [op for op in steps if op in graph.pulls and not any(id(t) in fed for t in op._outputs)]
        self._steps: list[Operation] = []
        first: set[Operation] = set(self.pulls)
        if self.pulls:
            self._find(steps, first)
        self.rest = [op for op in steps if op not in first]
        made = {id(t): t for op in steps if op in first for t in op._outputs}
        used = {id(x) for op in self.rest for x in graph.needs(op)} | wanted
        self.tensors = [t for key, t in made.items() if key in used]

    def _find(self, steps: Sequence[Operation], first: set[Operation]) -> None:
        """Finds what depends on elements and constants alone, up to what gradients are asked of."""
        graph, known = self._graph, {id(t) for op in self.pulls for t in op._outputs}
        asked = {id(x) for op in steps if op.type == "Gradient" for x in graph.recipe(op).args[1]}
        if asked & known:
            return
        for op in steps:
            recipe = None if op in first else graph.recipe(op)
            if recipe is None or not recipe.plain or _RANDOM.search(op.type) or not op._outputs:
                continue
            needs = graph.needs(op)
            tensors = all(isinstance(x, SymbolicTensor) for x in needs)
            here = tensors and all(id(x) in known or self._is_constant(x) for x in needs)
            if not here or not any(id(x) in known for x in needs) or any(c not in first for c in op._control_inputs):
                continue
            if not asked.isdisjoint(map(id, op._outputs)):
                continue
            self._steps.append(op)
            first.add(op)
            known.update(map(id, op._outputs))

    def _is_constant(self, tensor: Any) -> bool:
        return tensor.op not in self._graph.placeholders and self._graph.recipe(tensor.op) is None

    def values(self) -> list[Any]:
        """The values of `tensors`, of the next elements."""
        known: dict[int, Any] = {}
        for op in self.pulls:
            known.update({id(t): v for t, v in zip(op._outputs, self._graph.pulls[op](), strict=True)})

        def given(x: SymbolicTensor) -> Any:
            return known[id(x)] if id(x) in known else EagerTensor(x._held)

        with outside_of_graphs():
            for op in self._steps:
                found = [r for r in flat(self._graph.recipe(op).run(given)) if isinstance(r, Tensor)]
                known.update({id(t): r for t, r in zip(op._outputs, found, strict=True)})
        return [known[id(t)] for t in self.tensors]


def flat(x: Any) -> list[Any]:
    """What is in lists and tuples of any depth."""
    return [v for part in x for v in flat(part)] if isinstance(x, (list, tuple)) else [x]
