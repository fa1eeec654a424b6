"""What == between tensors means: their values' comparison as in TensorFlow 2, or identity as in TensorFlow 1."""

from __future__ import annotations

from typing import Any

from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable

# TensorFlow's eager tensors can't be hashed either way.
_METHODS: dict[Any, tuple[str, ...]] = {Tensor: ("__eq__", "__ne__"), Variable: ("__eq__", "__ne__", "__hash__")}
_OF_VALUES = {cls: [getattr(cls, name) for name in names] for cls, names in _METHODS.items()}


def disable_tensor_equality() -> None:
    """Compares tensors and variables by identity from now on (tf.compat.v1.disable_tensor_equality)."""
    for cls, names in _METHODS.items():
        for name in names:
            setattr(cls, name, getattr(object, name))


def enable_tensor_equality() -> None:
    """Compares tensors and variables by their values again (tf.compat.v1.enable_tensor_equality)."""
    for cls, names in _METHODS.items():
        for name, method in zip(names, _OF_VALUES[cls], strict=True):
            setattr(cls, name, method)
