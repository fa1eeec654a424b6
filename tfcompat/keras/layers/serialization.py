"""tf.keras.layers' serialize and deserialize."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import _version


def serialize(layer: Any) -> dict[str, Any]:
    """The layer as a JSON-ready dict, from which `deserialize` makes one like it (tf.keras.layers.serialize)."""
    from tfcompat.keras.saving.serialization import serialize_keras_object

    return serialize_keras_object(layer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The layer that `serialize` described (tf.keras.layers.deserialize).

    custom_objects: {name: class or function} for what is not registered. ValueError where it is no layer.
    """
    from tfcompat.keras.layers.base import Layer
    from tfcompat.keras.saving.serialization import deserialize_keras_object

    if isinstance(config, dict) and "class_name" in config and "module" not in config:  # Keras 2's form
        name = config["class_name"]
        module = {"Functional": "keras.models", "Model": "keras", "Sequential": "keras"}.get(name, "keras.layers")
        known = {**(custom_objects or {})}
        config = dict(config) if name in known else {"module": module, "registered_name": None, **config}
    if isinstance(config, list) and _version.is_legacy():
        raise TypeError(
            f"`model_from_config` expects a dictionary, not a list. Received: config={config}. Did you meant to use "
            "`Sequential.from_config(config)`?"
        )
    layer = deserialize_keras_object(config, custom_objects=custom_objects)
    if not isinstance(layer, Layer):
        raise ValueError(f"`keras.layers.deserialize` was passed a `config` object that is not a layer: {config}")
    return layer
