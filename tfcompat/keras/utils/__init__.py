"""tf.keras.utils: helpers for data, seeds, progress and serialization."""

from tfcompat import _names
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._keras_tensor import is_keras_tensor
from tfcompat.keras.backend import clear_session
from tfcompat.keras.saving.registration import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from tfcompat.keras.saving.serialization import deserialize_keras_object, serialize_keras_object
from tfcompat.keras.trainers.data import pack_x_y_sample_weight, unpack_x_y_sample_weight
from tfcompat.keras.utils._io import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from tfcompat.keras.utils.numerical import normalize, to_categorical, to_ordinal
from tfcompat.keras.utils.progbar import Progbar
from tfcompat.keras.utils.py_dataset import PyDataset, Sequence
from tfcompat.keras.utils.seeds import set_random_seed

__all__ = [
    "CustomObjectScope",
    "Progbar",
    "PyDataset",
    "Sequence",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "normalize",
    "pack_x_y_sample_weight",
    "register_keras_serializable",
    "serialize_keras_object",
    "set_random_seed",
    "standardize_dtype",
    "to_categorical",
    "to_ordinal",
    "unpack_x_y_sample_weight",
]

_LAZY = _names.lazy_names(
    {
        "tfcompat.compat.v1._style_variables": (
            "DeterministicRandomTestTool get_or_create_layer track_tf1_style_variables"
        ),
        "tfcompat.keras.layers.preprocessing.feature_space": "FeatureSpace",
        "tfcompat.keras.utils.config_dict": "Config",
        "tfcompat.keras.utils.directories": (
            "audio_dataset_from_directory image_dataset_from_directory text_dataset_from_directory"
        ),
        "tfcompat.keras.utils.drawing": "model_to_dot plot_model",
        "tfcompat.keras.utils.enqueuers": "GeneratorEnqueuer OrderedEnqueuer SequenceEnqueuer",
        "tfcompat.keras.utils.files": "get_file",
        "tfcompat.keras.utils.graphs": "get_source_inputs",
        "tfcompat.keras.utils.images": "array_to_img img_to_array load_img save_img",
        "tfcompat.keras.utils.sequences": "pad_sequences",
        "tfcompat.keras.utils.splitting": "split_dataset",
        "tfcompat.keras.utils.timeseries": "timeseries_dataset_from_array",
    }
)
_LAZY |= {name: f"tfcompat.keras.utils.{name}" for name in ("bounding_boxes", "legacy")}
__getattr__ = _names.module_getattr("tf.keras.utils", globals(), lazy=_LAZY)
