"""One signature of a function: its graph, captured where needed, or plain Python where it can't be captured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor
from tfcompat._function import fallback
from tfcompat._function.graph import FuncGraph, outside_of_graphs
from tfcompat._function.recorder import NotCapturable
from tfcompat._function.signature import Leaf, rebuild
from tfcompat._function.trace import Captured, returned


class ConcreteFunction:
    """A function for one signature (tf.types.experimental.ConcreteFunction)."""

    __module__ = "tensorflow.python.eager.polymorphic_function.concrete_function"

    def __init__(self, function: Any, plan: list[Any], named: dict[str, Any], leaves: list[Leaf]) -> None:
        self._function, self._plan, self._named, self._leaves = function, plan, named, leaves
        self._captured: list[Captured] = []
        self._eager = False
        self._lenient = False

    # ---- running ----

    def run(self, tensors: Sequence[Tensor]) -> Any:
        """What the function returns for these tensors."""
        if self._eager:
            return self._run_eagerly(tensors)
        values = [x._t for x in tensors]
        captured = self._captured[-1]
        if self._lenient and not captured.fits(values):
            captured = self._fitting(tensors, values)
            if captured is None:
                return self._run_eagerly(tensors)
        return captured(values)

    def _fitting(self, tensors: Sequence[Tensor], values: Sequence[Any]) -> Captured | None:
        for captured in self._captured:
            if captured.fits(values):
                return captured
        self._capture(tensors)
        return None if self._eager else self._captured[-1]

    def _run_eagerly(self, tensors: Sequence[Tensor]) -> Any:
        args = [rebuild(p, tensors) for p in self._plan]
        kwargs = {k: rebuild(p, tensors) for k, p in self._named.items()}
        if state.graph is None:
            return returned(self._function._python_function(*args, **kwargs), self._function._python_function)
        return self._function._python_function(*args, **kwargs)

    # ---- capturing ----

    def prepare(self, tensors: Sequence[Tensor]) -> None:
        """Captures the function for these tensors; twice where it made variables, which it must not the second time."""
        function = self._function
        first = function._creates_variables is None
        created = self._capture(tensors, may_create=first or not function._creates_variables)
        if first:
            function._creates_variables = bool(created)
            if created and not self._eager:
                self._captured.clear()
                self._capture(tensors, may_create=False)
        elif created:
            raise ValueError("Creating variables on a non-first call to a function decorated with tf.function.")

    def _capture(self, tensors: Sequence[Tensor], may_create: bool = False) -> Sequence[Any]:
        function = self._function
        function._traces += 1
        if any(isinstance(x._t, np.ndarray) for x in tensors):
            self._eager = True
            fallback.warn(function, NotCapturable("it takes a tf.string tensor"))
            return ()
        graph = FuncGraph(function._name, state.graph, may_create)
        try:
            with graph.as_default():
                symbols = [
                    graph.argument(x._t if state.graph is None else _outer_value(graph, x), leaf.name, _unknown(leaf))
                    for x, leaf in zip(tensors, self._leaves, strict=True)
                ]
                args = [rebuild(p, symbols) for p in self._plan]
                kwargs = {k: rebuild(p, symbols) for k, p in self._named.items()}
                result = returned(function._python_function(*args, **kwargs), function._python_function)
                captured = Captured(graph, result)
        except Exception as e:
            if not fallback.is_due_to_capture(e, function):
                raise
            fallback.warn(function, e)
            self._eager = True
            return graph.variables_created
        self._captured.append(captured)
        self._lenient = any(_unknown(leaf) for leaf in self._leaves) or captured.depends_on_variable_shapes()
        return graph.variables_created


def _outer_value(graph: FuncGraph, tensor: Tensor) -> torch.Tensor:
    return graph._value_outside(tensor)


def _unknown(leaf: Leaf) -> Sequence[int]:
    return [i for i, d in enumerate(leaf.spec.shape.as_list()) if d is None]
