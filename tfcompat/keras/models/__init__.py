"""tf.keras.models: Model, Sequential, and loading and saving them."""

from tfcompat import _keras_modules, _names
from tfcompat.keras.models.cloning import clone_model
from tfcompat.keras.models.functional import Functional
from tfcompat.keras.models.model import Model, model_from_json
from tfcompat.keras.models.sequential import Sequential
from tfcompat.keras.saving.api import load_model, save_model

__all__ = ["Functional", "Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]

_KERAS_2 = {  # what Keras 2 had here too
    "Input": "tfcompat.keras.layers.input_layer:Input",
    "model_from_config": "tfcompat.keras.layers.serialization:deserialize",
    "model_from_yaml": "tfcompat.keras.models.model:model_from_yaml",
}

_keras_modules.name_classes(globals())
__getattr__ = _names.module_getattr("tf.keras.models", globals(), lazy=_KERAS_2)
