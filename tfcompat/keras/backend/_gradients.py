"""Gradients with respect to KerasTensors, as a part of the graph that they are in (keras.backend.gradients)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tfcompat as tf
from tfcompat.keras._function import Function
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import KerasTensor


class Gradients(Operation):
    """What gives the gradients of the sum of `loss` with respect to KerasTensors, of these and of other inputs."""

    def __init__(self, loss: KerasTensor, variables: Sequence[KerasTensor], others: Sequence[KerasTensor]) -> None:
        super().__init__()
        self._count = len(variables)
        self._function = Function([*variables, *others], loss)

    @property
    def variables(self) -> list[Any]:
        """The variables of the layers on the way."""
        return [v for operation in self._function.operations for v in getattr(operation, "variables", ())]

    def compute_output_spec(self, *values: Any) -> Any:
        """One KerasTensor like each of the variables."""
        return [KerasTensor(x.shape, x.dtype) for x in values[: self._count]]

    def call(self, *values: Any) -> Any:
        """The gradients at these values."""
        wanted = list(values[: self._count])
        with tf.GradientTape() as tape:
            tape.watch(wanted)
            loss = self._function(list(values))
        return tape.gradient(loss, wanted)


def gradients(loss: KerasTensor, variables: Sequence[KerasTensor]) -> list[Any]:
    """The gradients' KerasTensors; None for a variable that the loss does not depend on."""
    reached, inputs = _way_back(loss, variables)
    used = [x for x in variables if id(x) in reached]
    if not used:
        return [None] * len(variables)
    found = iter(Gradients(loss, used, inputs)(*used, *inputs))
    return [next(found) if id(x) in reached else None for x in variables]


def _way_back(loss: KerasTensor, variables: Sequence[KerasTensor]) -> tuple[set[int], list[KerasTensor]]:
    """The ids of what `loss` is computed from, as far back as `variables`, and the inputs among it beside these."""
    ends, reached, inputs = {id(x) for x in variables}, set(), []
    waiting = [loss]
    while waiting:
        x = waiting.pop()
        if id(x) in reached:
            continue
        reached.add(id(x))
        if id(x) in ends:
            continue
        history = x._keras_history
        node = history.operation._inbound_nodes[history.node_index]
        if node.is_input:
            inputs.append(x)
        waiting += node.input_tensors
    return reached, inputs
