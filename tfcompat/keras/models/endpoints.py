"""Losses and metrics on tensors of a functional model's graph: Keras 2's `model.add_loss` and `add_metric`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat.keras import tree
from tfcompat.keras._function import Function
from tfcompat.keras._graph import map_graph


class Endpoints:
    """What a functional model computes besides its outputs: tensors whose values are handed to functions.

    add: takes a KerasTensor of the graph, and what is called with its value each time the model is called.
    """

    def __init__(self, inputs: Any, outputs: Any) -> None:
        self._inputs, self._outputs = inputs, outputs
        self._tensors: list[Any] = []
        self._takers: list[Callable[[Any], Any]] = []
        self.function: Function | None = None
        self.layers: list[Any] = []  # those that Keras 2 tells among the model's, with their calls
        self.nodes: set[Any] = set()

    def add(self, tensor: Any, taker: Callable[[Any], Any]) -> None:
        """Adds a tensor; ValueError where it does not come from the model's inputs."""
        self._tensors.append(tensor)
        self._takers.append(taker)
        self.function = Function(self._inputs, [self._outputs, *self._tensors])

    def show(self, tensor: Any, layer: Any, known: list[Any]) -> None:
        """Takes the layers that lead to a tensor, but for the `known` ones, and the one after it among the model's."""
        layer(tensor)
        graph = map_graph(tree.flatten(self._inputs), [tensor])
        before = {id(one) for one in (*known, *self.layers)}
        self.layers += [one for one in graph.operations if id(one) not in before]
        self.layers.append(layer)
        self.nodes.update(*graph.nodes_by_depth.values(), layer._inbound_nodes)

    def run(self, values: list[Any], operation_fn: Callable[[Any], Callable[..., Any]]) -> Any:
        """The model's outputs, after the tensors' values were handed on."""
        assert self.function is not None
        outputs, *found = self.function._run_through_graph(tree.flatten(values), operation_fn=operation_fn)
        for taker, value in zip(self._takers, found):
            taker(value)
        return outputs
