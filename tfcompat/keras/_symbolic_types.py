"""Classes of libraries' own that stand for tensors in Keras models, as the distributions of tfp.layers do."""

from __future__ import annotations

from typing import Any

_registered: tuple[type, ...] = ()


def register_symbolic_tensor_type(cls: type) -> None:
    """Makes layers and losses pass instances of `cls` on as they are (keras.__internal__.utils)."""
    global _registered
    _registered = (*_registered, cls)


def stands_for_tensor(value: Any) -> bool:
    """Whether `value` is of a registered class."""
    return isinstance(value, _registered)
