"""tf.keras.optimizers: what changes variables by their gradients, by name or as objects."""

from __future__ import annotations

from typing import Any

from tfcompat import _keras_modules, _names
from tfcompat.keras.optimizers import legacy as legacy
from tfcompat.keras.optimizers import schedules as schedules
from tfcompat.keras.optimizers.adam import Adam, Adamax, AdamW, Nadam
from tfcompat.keras.optimizers.adaptive import Adadelta, Adagrad, Ftrl, RMSprop
from tfcompat.keras.optimizers.base import Optimizer
from tfcompat.keras.optimizers.large_batch import Adafactor, Lamb, Lion
from tfcompat.keras.optimizers.loss_scale import LossScaleOptimizer
from tfcompat.keras.optimizers.multi import MultiOptimizer, OptimizerMap
from tfcompat.keras.optimizers.muon import Muon, ScheduleFreeAdamW
from tfcompat.keras.optimizers.sgd import SGD

_CLASSES: list[Any] = [
    Optimizer, Adam, SGD, RMSprop, Adadelta, AdamW, Adagrad, Adamax, Adafactor, Nadam, Ftrl, Lamb, Lion,
    LossScaleOptimizer, MultiOptimizer, OptimizerMap, Muon, ScheduleFreeAdamW,
]  # fmt: skip
ALL_OBJECTS_DICT: dict[str, Any] = {cls.__name__.lower(): cls for cls in _CLASSES}


def serialize(optimizer: Any) -> Any:
    """The serialized form of an optimizer."""
    from tfcompat.keras.saving.serialization import serialize_keras_object

    return serialize_keras_object(optimizer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The optimizer that `serialize` described; its class may be named in any case."""
    from tfcompat.keras.saving.serialization import deserialize_named

    name = str(config["class_name"]).lower()
    if name in ALL_OBJECTS_DICT:
        config = {**config, "class_name": name}
    return deserialize_named(config, ALL_OBJECTS_DICT, custom_objects)


def get(identifier: Any) -> Optimizer | None:
    """The optimizer of a name, config or optimizer; None for None. ValueError for anything else."""
    if identifier is None:
        return None
    found = identifier
    if isinstance(identifier, (str, dict)):
        found = deserialize({"class_name": identifier, "config": {}} if isinstance(identifier, str) else identifier)
    if not isinstance(found, Optimizer):
        raise ValueError(f"Could not interpret optimizer identifier: {identifier}")
    return found


_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.optimizers", globals())
