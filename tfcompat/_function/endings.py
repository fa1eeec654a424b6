"""What becomes of variables where data ends while a graph runs: they have the values of that time, as in TensorFlow.

A graph assigns its variables when all of it has run. A node that may find no more data is given their values, as they
are where it stands, and assigns those before it raises OutOfRangeError.
"""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import errors
from tfcompat._function.recorder import is_fake


class Ending:
    """A node that may find no more data: its place in the graph, and the variables' values there, by their storage."""

    def __init__(self, graph: Any, node: Any, result: torch.Tensor) -> None:
        self.node, self.call = node, graph.recorder.node(result).args[0]
        self.values = {key: slot.value for key, slot in graph.slots.items() if slot.written}

    def settle(self, graph: Any, within: bool) -> None:
        """Gives the node the values of the variables that the graph assigns; `within` a loop of those it will, too."""
        pairs = []
        for key, slot in graph.slots.items():
            value = self.values.get(key, slot.source if within else None)
            if slot.written and is_fake(value):
                pairs.append((slot.variable._storage, graph.recorder.node(value)))
        count, function = len(self.call.args), self.node.function
        self.call.args = (*self.call.args, *(value for _, value in pairs))

        def run(*args: Any) -> Any:
            try:
                return function(*args[:count])
            except errors.OutOfRangeError:
                for (storage, _), value in zip(pairs, args[count:], strict=True):
                    storage.t = value.detach().clone()
                raise

        self.node.function = run
