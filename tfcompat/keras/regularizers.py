"""tf.keras.regularizers: penalties on weights and outputs that are added to the loss."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tfcompat import _keras_modules, _names
from tfcompat._keras_modules import to_snake_case
from tfcompat.keras import ops
from tfcompat.keras._version import is_legacy


class Regularizer:
    """A callable that gives the penalty of a tensor, a scalar (tf.keras.Regularizer); this one, 0."""

    def __call__(self, x: Any) -> Any:
        """The penalty of `x`."""
        return 0.0

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        raise NotImplementedError(f"{type(self).__name__} must implement `get_config`.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The regularizer that `get_config` described."""
        return cls(**config)


def _penalty(x: Any, l1: float, l2: float) -> Any:
    x = ops.convert_to_tensor(x)
    total = ops.convert_to_tensor(0.0, dtype=x.dtype)
    if l1:
        total = total + ops.multiply(l1, ops.sum(ops.absolute(x)))
    if l2:
        total = total + ops.multiply(l2, ops.sum(ops.square(x)))
    return total


class L1L2(Regularizer):
    """l1 * sum(|x|) + l2 * sum(x^2) (tf.keras.regularizers.L1L2). ValueError for factors that are not >= 0."""

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = _factor(0.0 if l1 is None else l1, "l1")
        self.l2 = _factor(0.0 if l2 is None else l2, "l2")

    def __call__(self, x: Any) -> Any:
        """The penalty of `x`."""
        return _penalty(x, self.l1, self.l2)

    def get_config(self) -> dict[str, Any]:
        """The factors."""
        return {"l1": self.l1, "l2": self.l2}


class L1(Regularizer):
    """l1 * sum(|x|) (tf.keras.regularizers.L1). ValueError for a factor that is not >= 0."""

    def __init__(self, l1: float | None = 0.01) -> None:
        self.l1 = _factor(0.01 if l1 is None else l1, "l1")

    def __call__(self, x: Any) -> Any:
        """The penalty of `x`."""
        return _penalty(x, self.l1, 0.0)

    def get_config(self) -> dict[str, Any]:
        """The factor."""
        return {"l1": self.l1}


class L2(Regularizer):
    """l2 * sum(x^2) (tf.keras.regularizers.L2). ValueError for a factor that is not >= 0."""

    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = _factor(0.01 if l2 is None else l2, "l2")

    def __call__(self, x: Any) -> Any:
        """The penalty of `x`."""
        return _penalty(x, 0.0, self.l2)

    def get_config(self) -> dict[str, Any]:
        """The factor."""
        return {"l2": self.l2}


class OrthogonalRegularizer(Regularizer):
    """factor * the mean |cosine| of pairs of rows (or columns) of a matrix (tf.keras.regularizers).

    mode: "rows" or "columns". ValueError for other modes and, when called, for other ranks than 2.
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        self.factor = _factor(factor, "factor")
        if mode not in ("rows", "columns"):
            raise ValueError(f"`mode` must be 'rows' or 'columns'. Received: mode={mode!r}")
        self.mode = mode

    def __call__(self, inputs: Any) -> Any:
        """The penalty of a matrix."""
        if len(inputs.shape) != 2:
            raise ValueError(f"OrthogonalRegularizer takes tensors of rank 2. Received: inputs.shape={inputs.shape}")
        unit = ops.normalize(inputs, axis=1 if self.mode == "rows" else 0)
        unit = unit if self.mode == "rows" else ops.transpose(unit)
        size = unit.shape[0]
        cosines = ops.matmul(unit, ops.transpose(unit)) * (1.0 - ops.eye(size, dtype=unit.dtype))
        return self.factor * 0.5 * ops.sum(ops.absolute(cosines)) / (size * (size - 1.0) / 2.0)

    def get_config(self) -> dict[str, Any]:
        """The factor and the mode."""
        return {"factor": self.factor, "mode": self.mode}


l1, l2, l1_l2, orthogonal_regularizer = L1, L2, L1L2, OrthogonalRegularizer
_CLASSES = [Regularizer, L1L2, L1, L2, OrthogonalRegularizer]
ALL_OBJECTS_DICT = {cls.__name__: cls for cls in _CLASSES} | {to_snake_case(cls.__name__): cls for cls in _CLASSES}
ALL_OBJECTS_DICT |= {"l1_l2": L1L2}


def _factor(value: Any, name: str) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise ValueError(f"Invalid value for argument {name}: expected a non-negative float.Received: {name}={value}")
    return float(value)


def serialize(regularizer: Any, use_legacy_format: bool = False) -> Any:
    """The serialized form of a regularizer, in Keras 2's first format where `use_legacy_format`."""
    from tfcompat.keras.saving.serialization import serialize_as

    return serialize_as(regularizer, use_legacy_format)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """The regularizer of a name or of what `serialize` returned."""
    from tfcompat.keras.saving.serialization import deserialize_as

    return deserialize_as(config, ALL_OBJECTS_DICT, custom_objects, use_legacy_format, "regularizer")


def get(identifier: Any) -> Callable[[Any], Any] | None:
    """The regularizer of a name, config, class or callable; None for None. ValueError for anything else."""
    if identifier == "l1_l2" and is_legacy():
        return L1L2(0.01, 0.01)
    found = deserialize(identifier) if isinstance(identifier, (dict, str)) else identifier
    found = found() if isinstance(found, type) else found
    if found is not None and not callable(found):
        if isinstance(identifier, (str, dict)) and is_legacy():
            from tfcompat.keras.saving.registration import unknown

            raise unknown("regularizer", identifier if isinstance(identifier, str) else identifier["class_name"])
        raise ValueError(f"Could not interpret regularizer identifier: {identifier}")
    return found


_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.regularizers", globals())
