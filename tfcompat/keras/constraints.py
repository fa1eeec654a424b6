"""tf.keras.constraints: what optimizers apply to a variable after each update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat import _keras_modules, _names
from tfcompat._keras_modules import to_snake_case
from tfcompat.keras import ops
from tfcompat.keras._state import settings
from tfcompat.keras._version import by_version, is_legacy


class Constraint:
    """A callable that returns a weight that satisfies something (tf.keras.constraints.Constraint); this one,
    anything.
    """

    def __call__(self, w: Any) -> Any:
        """The nearest allowed value of `w`."""
        return w

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The constraint that `get_config` described."""
        return cls(**config)


def _norms(w: Any, axis: Any) -> Any:
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


class MaxNorm(Constraint):
    """Norms along `axis` of at most `max_value` (tf.keras.constraints.MaxNorm)."""

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value, self.axis = max_value, axis

    def __call__(self, w: Any) -> Any:
        """`w`, scaled down where its norm is too large."""
        norms = _norms(w, self.axis)
        return ops.multiply(w, ops.clip(norms, 0, self.max_value) / (settings.epsilon + norms))

    def get_config(self) -> dict[str, Any]:
        """The maximum and the axis."""
        return {"max_value": self.max_value, "axis": self.axis}


class NonNeg(Constraint):
    """No element below 0 (tf.keras.constraints.NonNeg)."""

    def __call__(self, w: Any) -> Any:
        """`w` with 0 for its negative elements."""
        return ops.maximum(w, 0)


class UnitNorm(Constraint):
    """Norms of 1 along `axis` (tf.keras.constraints.UnitNorm)."""

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """`w` divided by its norm."""
        return ops.divide(w, settings.epsilon + _norms(w, self.axis))

    def get_config(self) -> dict[str, Any]:
        """The axis."""
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Norms along `axis` within [min_value, max_value], approached by the share `rate` each time.

    `rate=1.0` enforces it at once (tf.keras.constraints.MinMaxNorm).
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0) -> None:
        self.min_value, self.max_value, self.rate, self.axis = min_value, max_value, rate, axis

    def __call__(self, w: Any) -> Any:
        """`w`, scaled towards an allowed norm."""
        norms = _norms(w, self.axis)
        wanted = self.rate * ops.clip(norms, self.min_value, self.max_value) + (1 - self.rate) * norms
        return ops.multiply(w, wanted / (settings.epsilon + norms))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}


max_norm, non_neg, unit_norm, min_max_norm = MaxNorm, NonNeg, UnitNorm, MinMaxNorm
maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm  # the names in Keras 1 and early versions of 2
_CLASSES = [Constraint, MaxNorm, NonNeg, UnitNorm, MinMaxNorm]
ALL_OBJECTS_DICT = {cls.__name__: cls for cls in _CLASSES} | {to_snake_case(cls.__name__): cls for cls in _CLASSES}


def serialize(constraint: Any, use_legacy_format: bool = False) -> Any:
    """The serialized form of a constraint, in Keras 2's first format where `use_legacy_format`."""
    from tfcompat.keras.saving.serialization import serialize_as

    return serialize_as(constraint, use_legacy_format)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """The constraint of a name or of what `serialize` returned."""
    from tfcompat.keras.saving.serialization import deserialize_as

    return deserialize_as(config, ALL_OBJECTS_DICT, custom_objects, use_legacy_format, "constraint")


def get(identifier: Any) -> Callable[[Any], Any] | None:
    """The constraint of a name, config, class or callable; None for None. ValueError for anything else."""
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    found = found() if isinstance(found, type) else found
    if found is not None and not callable(found):
        if isinstance(identifier, (str, dict)) and is_legacy():
            from tfcompat.keras.saving.registration import unknown

            raise unknown("constraint", identifier if isinstance(identifier, str) else identifier["class_name"])
        what = by_version("constraint", "constraint function")
        raise ValueError(f"Could not interpret {what} identifier: {identifier}")
    return found


_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.constraints", globals())
