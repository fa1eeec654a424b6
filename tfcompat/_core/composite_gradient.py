"""Which of a composite tensor's parts have gradients: the values of a ragged tensor, but not its row splits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tfcompat._core.composite import CompositeTensor


def gradient_tensors(values: Sequence[Any]) -> list[Any]:
    """`values` with every composite tensor replaced by the tensor of it that has a gradient."""
    return [_component(v) for v in values]


def with_gradients(values: Sequence[Any], gradients: Sequence[Any]) -> list[Any]:
    """A gradient for each of `values`, like it where it is composite, from those of their `gradient_tensors`."""
    return [_rebuilt(v, g) for v, g in zip(values, gradients, strict=True)]


def _levels(value: Any) -> Iterator[CompositeTensor]:
    """A composite tensor, and those that it holds in each other."""
    while isinstance(value, CompositeTensor):
        yield value
        value = value._gradient_component()


def _component(value: Any) -> Any:
    for level in _levels(value):
        value = level._gradient_component()
    return value


def _rebuilt(value: Any, gradient: Any) -> Any:
    for level in reversed(list(_levels(value))):
        gradient = level._with_gradient_component(gradient)
    return gradient
