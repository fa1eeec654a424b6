"""tf.keras.optimizers.schedules: learning rates that change with the steps."""

from __future__ import annotations

from typing import Any

from tfcompat import _keras_modules, _names
from tfcompat.keras.optimizers.schedules.base import LearningRateSchedule
from tfcompat.keras.optimizers.schedules.decays import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

_CLASSES: list[Any] = [
    LearningRateSchedule, ExponentialDecay, PiecewiseConstantDecay, PolynomialDecay, InverseTimeDecay, CosineDecay,
    CosineDecayRestarts,
]  # fmt: skip
ALL_OBJECTS_DICT: dict[str, Any] = {cls.__name__: cls for cls in _CLASSES}


def serialize(learning_rate_schedule: LearningRateSchedule, use_legacy_format: bool = False) -> Any:
    """The serialized form of a schedule, in Keras 2's first format where `use_legacy_format`."""
    from tfcompat.keras.saving.serialization import serialize_as

    return serialize_as(learning_rate_schedule, use_legacy_format)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None, use_legacy_format: bool = False) -> Any:
    """The schedule that `serialize` described."""
    from tfcompat.keras.saving.serialization import deserialize_as

    return deserialize_as(config, ALL_OBJECTS_DICT, custom_objects, use_legacy_format, "decay")


_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.optimizers.schedules", globals())
