"""What orders ops in TensorFlow's graphs, and where ops run: tf.group, tf.control_dependencies."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tfcompat._core import structure
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state


def group(*inputs: Any, **kwargs: Any) -> Any:
    """None: eager ops have run already, and a captured function runs its side effects in their order (tf.group).

    In a graph that a session runs it is the operation that runs `inputs`.
    inputs: tensors and nests of them. name: of the op. ValueError for other keyword arguments.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError(f"Unknown keyword arguments: {', '.join(kwargs)}.")
    if state.graph is not None and state.graph.deferred:
        return state.graph.group(inputs, name or "group_deps")
    for value in structure.flatten(inputs, expand_composites=True):
        if state.graph is not None and value is not None and not hasattr(value, "dtype"):
            raise TypeError(f"'inputs' should be zero or more (nested) Tensors. Received '{value}' of {type(value)}.")


def no_op(name: str | None = None) -> Any:
    """Does nothing (tf.no_op): None, or in a graph that a session runs an operation."""
    if state.graph is not None and state.graph.deferred:
        return state.graph.group((), name or "NoOp")
    return None


def tuple(tensors: Sequence[Any], control_inputs: Any = None, name: str | None = None) -> list[Any]:
    """The tensors, once all of them and `control_inputs` are computed, which eager ones always are (tf.tuple).

    None stays None. The result is a list, of tensors. TypeError where `control_inputs` are no ops or tensors.
    """
    for value in control_inputs or ():
        if not hasattr(value, "dtype") and value is not None:
            raise TypeError(f"'control_inputs' must only contain Operation or Tensor. Received: {type(value)}")
    return [t if t is None or isinstance(t, CompositeTensor) else convert_to_tensor(t) for t in tensors]


def control_dependencies(control_inputs: Any) -> AbstractContextManager[None]:
    """A context whose ops run after `control_inputs`, as all ops do in program order here (tf.control_dependencies).

    control_inputs: ops and tensors, None, or a callable, which is called.
    """
    if callable(control_inputs):
        control_inputs()
    if state.graph is not None and state.graph.deferred:
        return state.graph.control_dependencies(control_inputs)
    return nullcontext()


def executing_eagerly() -> bool:
    """Whether ops run now, rather than being captured into a function's graph (tf.executing_eagerly)."""
    return state.graph is None
