"""tf.keras.saving: models and weights on disk, and the registry of custom objects."""

from tfcompat import _names
from tfcompat.keras.saving.api import load_model, load_weights, save_model, save_weights
from tfcompat.keras.saving.registration import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from tfcompat.keras.saving.serialization import deserialize_keras_object, serialize_keras_object

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "deserialize_keras_object",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "load_model",
    "load_weights",
    "register_keras_serializable",
    "save_model",
    "save_weights",
    "serialize_keras_object",
]

__getattr__ = _names.module_getattr("tf.keras.saving", globals())
