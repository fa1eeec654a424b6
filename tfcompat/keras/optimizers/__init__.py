"""tf.keras.optimizers: what changes variables by their gradients, by name or as objects."""

from __future__ import annotations

from typing import Any

from tfcompat import _keras_modules, _names
from tfcompat.keras._version import is_legacy
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


def serialize(optimizer: Any, use_legacy_format: bool = False) -> Any:
    """The serialized form of an optimizer, in Keras 2's first format where `use_legacy_format`."""
    from tfcompat.keras.saving.serialization import serialize_as

    return serialize_as(optimizer, use_legacy_format)


def deserialize(
    config: dict[str, Any],
    custom_objects: dict[str, Any] | None = None,
    use_legacy_format: bool = False,
    **kwargs: Any,
) -> Any:
    """The optimizer that `serialize` described; its class may be named in any case.

    In Keras 2 one of its first optimizers, where `use_legacy_optimizer` or where the config is of none of the others.
    """
    from tfcompat.keras.saving.serialization import deserialize_as

    first = kwargs.pop("use_legacy_optimizer", False)
    if kwargs:
        raise TypeError(f"Invalid keyword arguments: {kwargs}")
    name = str(config["class_name"]).lower()
    table = ALL_OBJECTS_DICT
    if is_legacy():
        inner = config["config"]
        if inner and "ema_momentum" not in inner:
            first = inner.get("is_legacy_optimizer", name not in _SECOND)
        name = name.rpartition(">")[2].removeprefix("experimental")
        table = {**table, **_FIRST} if first and name == config["class_name"].lower() else table
    if name in table:
        config = {**config, "class_name": name}
    return deserialize_as(config, table, custom_objects, use_legacy_format, "optimizer")


_FIRST = {name.lower(): getattr(legacy, name) for name in legacy.__all__ if name != "Optimizer"}
_SECOND = [name for name in ALL_OBJECTS_DICT if name not in _FIRST]


def get(identifier: Any, **kwargs: Any) -> Optimizer | None:
    """The optimizer of a name, config or optimizer; None for None. ValueError for anything else.

    use_legacy_optimizer: whether a name is of one of Keras 2's first optimizers. In Keras 2 it also gives one around an
    optimizer of TensorFlow 1's.
    """
    if kwargs.keys() - {"use_legacy_optimizer"}:
        raise TypeError(f"Invalid keyword arguments: {kwargs}")
    if identifier is None:
        return None
    found = identifier
    if isinstance(identifier, (str, dict)):
        config = {"class_name": identifier, "config": {}} if isinstance(identifier, str) else identifier
        found = deserialize(config, use_legacy_format=is_legacy() and "module" not in config, **kwargs)
    if not isinstance(found, Optimizer) and is_legacy():
        from tfcompat.compat.v1._optimizer import Optimizer as OptimizerOf1
        from tfcompat.keras.optimizers._tf1 import TFOptimizer

        found = TFOptimizer(found) if isinstance(found, OptimizerOf1) else found
    if not isinstance(found, Optimizer):
        raise ValueError(f"Could not interpret optimizer identifier: {identifier}")
    return found


_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.optimizers", globals())
