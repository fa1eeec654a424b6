"""TensorFlow's registry of its ops' gradients: tf.RegisterGradient, tf.no_gradient and tf.AggregationMethod."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tfcompat import _names

F = TypeVar("F", bound=Callable[..., Any])

_registered: dict[str, Callable[..., Any] | None] = {}


class AggregationMethod:
    """How TensorFlow 1 adds up a tensor's gradients (tf.AggregationMethod); torch always adds them as they come."""

    __module__ = "tensorflow.python.ops.gradients_util"

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


def _register(op_type: Any, gradient: Callable[..., Any] | None) -> None:
    if not isinstance(op_type, str):
        raise TypeError("op_type must be a string")
    if op_type in _registered or op_type in _names.api().get("tf.raw_ops", ()):
        raise KeyError(
            f"Registering two gradient with name '{op_type}'! TensorFlow's own ops have torch's gradients here; "
            "tf.custom_gradient makes a function with another one."
        )
    _registered[op_type] = gradient


class RegisterGradient:
    """Decorates `gradient(op, *gradients)`, for a name that no op has (tf.RegisterGradient).

    In TensorFlow such a name serves `tf.Graph.gradient_override_map`, or an op of a plug-in. KeyError for a name that
    is taken, as those of all of TensorFlow's ops are; TypeError for what is no string.
    """

    __slots__ = ("_op_type",)
    __module__ = "tensorflow.python.framework.ops"

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError("op_type must be a string")
        self._op_type = op_type

    def __call__(self, f: F) -> F:
        """Registers `f` and returns it."""
        _register(self._op_type, f)
        return f


def no_gradient(op_type: str) -> None:
    """Registers that an op has no gradient, for a name that no op has (tf.no_gradient); errors as RegisterGradient."""
    _register(op_type, None)
