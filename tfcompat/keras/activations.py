"""tf.keras.activations: activation functions, by name or as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _names
from tfcompat.keras import _version, ops
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._relu import ReLU, rectified
from tfcompat.keras.ops._operation import draw_as_in_keras2
from tfcompat.keras.ops.nn import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    mish,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    sparse_plus,
    sparse_sigmoid,
    sparsemax,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from tfcompat.keras.ops.numpy import exp

swish = silu
hard_swish = hard_silu


def relu(
    x: Any,
    negative_slope: float = 0.0,
    max_value: float | None = None,
    threshold: float = 0.0,
    *,
    alpha: float | None = None,
) -> Any:
    """x where it is at least `threshold` and at most `max_value`, `negative_slope * (x - threshold)` below.

    With the defaults, max(x, 0). alpha: Keras 2's name of `negative_slope`.
    """
    negative_slope = negative_slope if alpha is None else alpha
    if isinstance(x, KerasTensor):
        if _version.is_legacy():
            return draw_as_in_keras2(rectified, (x, negative_slope, max_value, threshold), {})
        return ReLU(negative_slope, max_value, threshold)(x)
    return rectified(x, negative_slope, max_value, threshold)


def gelu(x: Any, approximate: bool = False) -> Any:
    """x times the normal distribution's cumulative function of x; by tanh where `approximate`."""
    return ops.gelu(x, approximate=approximate)


def exponential(x: Any) -> Any:
    """exp(x)."""
    return exp(x)


def linear(x: Any) -> Any:
    """x itself."""
    return x


def hard_sigmoid(x: Any) -> Any:
    """x / 6 + 0.5 within 0 and 1; in Keras 2 0.2 x + 0.5."""
    return _keras2_hard_sigmoid(x) if _version.is_legacy() else ops.hard_sigmoid(x)


def _keras2_hard_sigmoid(x: Any) -> Any:
    """Keras 2's hard sigmoid: 0.2 x + 0.5 within 0 and 1, where Keras 3's has x / 6."""
    return ops.clip(ops.add(ops.multiply(x, 0.2), 0.5), 0.0, 1.0)


_keras2_hard_sigmoid.__name__ = "hard_sigmoid"


_FUNCTIONS: list[Callable[..., Any]] = [
    relu, leaky_relu, relu6, softmax, celu, elu, selu, softplus, softsign, squareplus, soft_shrink, sparse_plus, silu,
    gelu, glu, tanh, tanh_shrink, threshold, sigmoid, sparse_sigmoid, exponential, hard_sigmoid, hard_silu, hard_tanh,
    hard_shrink, linear, mish, log_softmax, log_sigmoid, sparsemax,
]  # fmt: skip
ALL_OBJECTS_DICT = {function.__name__: function for function in _FUNCTIONS} | {
    "swish": silu,
    "hard_swish": hard_silu,
    "keras2>hard_sigmoid": _keras2_hard_sigmoid,  # as models have it that were read from Keras 2's files
}


def serialize(activation: Any) -> Any:
    """The name of an activation function of this module, else its serialized form."""
    from tfcompat.keras.saving.serialization import serialize_keras_object

    if activation is silu and _version.is_legacy():
        return "swish"
    if any(activation is function for function in _FUNCTIONS):
        return activation.__name__
    if activation is _keras2_hard_sigmoid:
        return "hard_sigmoid" if _version.is_legacy() else "keras2>hard_sigmoid"
    if _version.is_legacy() and getattr(activation, "__name__", None) in ALL_OBJECTS_DICT:
        return activation.__name__  # also TensorFlow's functions, by name
    config = serialize_keras_object(activation)
    if not isinstance(config, dict) or "config" not in config:
        raise ValueError(f"Unknown activation function {activation!r} cannot be serialized.")
    return config


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The activation of a name or of what `serialize` returned."""
    if config == "hard_sigmoid" and _version.is_legacy():
        return _keras2_hard_sigmoid
    from tfcompat.keras.saving.serialization import deserialize_named

    return deserialize_named(config, ALL_OBJECTS_DICT, custom_objects)


def get(identifier: Any) -> Callable[..., Any]:
    """The activation function of a name, a config or a callable; `linear` for None. ValueError for anything else."""
    if identifier is None:
        return linear
    if isinstance(identifier, dict):
        found = deserialize(identifier)
    elif isinstance(identifier, str):
        named = "keras2>hard_sigmoid" if identifier == "hard_sigmoid" and _version.is_legacy() else identifier
        found = ALL_OBJECTS_DICT.get(named)
        if found is None:
            from tfcompat.keras.saving.registration import get_registered_object

            found = get_registered_object(identifier)
            if found is None and _version.is_legacy():
                raise ValueError(f"Unknown activation function '{identifier}' cannot be deserialized.")
    else:
        found = identifier
    if not callable(found):
        if _version.is_legacy() and not isinstance(identifier, dict):
            raise TypeError(f"Could not interpret activation function identifier: {identifier}")
        raise ValueError(f"Could not interpret activation function identifier: {identifier}")
    return found


__getattr__ = _names.module_getattr("tf.keras.activations", globals())
