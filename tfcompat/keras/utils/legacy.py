"""tf.keras.utils.legacy: objects as {"class_name": ..., "config": ...}, as Keras 2 wrote them."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras import _version
from tfcompat.keras.saving import registration


def serialize_keras_object(instance: Any) -> Any:
    """The name and config of an object, or the name of a function (tf.keras.utils.legacy.serialize_keras_object).

    ValueError for what has neither.
    """
    if instance is None:
        return None
    if hasattr(instance, "get_config"):
        name = _registered_name(type(instance))
        config = {}
        for key, value in instance.get_config().items():
            plain = isinstance(value, (str, type(None))) or not hasattr(value, "get_config")
            config[key] = value if plain else serialize_keras_object(value)
        return {"class_name": name, "config": config}
    if hasattr(instance, "__name__"):
        return registration.get_registered_name(instance)
    raise ValueError(f"Cannot serialize {instance!r} because it doesn't implement `get_config()`.")


def _registered_name(cls: type) -> str:
    """The name of a class; Keras 2 has registered its optimizers, but for the first ones, as users do theirs."""
    name = registration.get_registered_name(cls)
    from tfcompat.keras.optimizers import legacy, loss_scale
    from tfcompat.keras.optimizers.base import Optimizer
    from tfcompat.keras.saving.serialization import public_name

    known = issubclass(cls, Optimizer) and not issubclass(cls, (legacy.Optimizer, loss_scale.LossScaleOptimizer))
    return f"Custom>{name}" if known and public_name(cls) and _version.is_legacy() else name


def deserialize_keras_object(
    identifier: Any, module_objects: Any = None, custom_objects: Any = None, printable_module_name: str = "object"
) -> Any:
    """The object of a name and config, or of a name alone (tf.keras.utils.legacy.deserialize_keras_object).

    module_objects, custom_objects: {name: class or function} to look in, after what is registered; a name alone is
    looked for in custom_objects first. ValueError for names that are in none.
    """
    if identifier is None or not isinstance(identifier, (dict, str)):
        if callable(identifier) or identifier is None:
            return identifier
        raise ValueError(f"Could not interpret serialized {printable_module_name}: {identifier}")
    if isinstance(identifier, dict) and not {"class_name", "config"} <= identifier.keys():
        raise ValueError(
            f"Improper config format for {identifier}. Expecting python dict contains `class_name` and `config` as keys"
        )
    by_name = isinstance(identifier, str)
    name = identifier if by_name else identifier["class_name"]
    found = (custom_objects or {}).get(name) if by_name else None
    if found is None:
        found = registration.get_registered_object(name, custom_objects, module_objects)
    if found is None:
        raise registration.unknown(printable_module_name, name)
    if by_name:
        return found() if isinstance(found, type) else found
    config = identifier.get("config") or {}
    with registration.CustomObjectScope(custom_objects or {}):
        return found.from_config(config) if hasattr(found, "from_config") else found(**config)


__getattr__ = _names.module_getattr("tf.keras.utils.legacy", globals())
