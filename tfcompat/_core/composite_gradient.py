"""Which of a composite tensor's parts have gradients: the values of a ragged tensor, but not its row splits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tfcompat._core import structure
from tfcompat._core.composite import CompositeTensor


def gradient_tensors(values: Sequence[Any]) -> list[Any]:
    """`values`, each composite one replaced by the tensor of it that has a gradient, or a structure of several."""
    return [_components(v) for v in values]


def with_gradients(values: Sequence[Any], gradients: Sequence[Any]) -> list[Any]:
    """A gradient for each of `values`, like it where it is composite, from those of their flat `gradient_tensors`."""
    remaining = iter(gradients)
    return [_rebuilt(v, remaining) for v in values]


def _components(value: Any) -> Any:
    if not isinstance(value, CompositeTensor):
        return value
    return structure.map_structure(_components, value._gradient_component())


def _rebuilt(value: Any, gradients: Iterator[Any]) -> Any:
    if not isinstance(value, CompositeTensor):
        return next(gradients)
    component = value._gradient_component()
    rebuilt = [_rebuilt(part, gradients) for part in structure.flatten(component)]
    return value._with_gradient_component(structure.pack_sequence_as(component, rebuilt))
