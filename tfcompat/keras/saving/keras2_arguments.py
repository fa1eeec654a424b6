"""The arguments that saving and loading take in Keras 2, and what they refuse there, in its words."""

from __future__ import annotations

import os
from typing import Any

from tfcompat._core.errors import NotFoundError

_H5 = (".h5", ".hdf5")
_FORMATS = {"keras": "keras", "keras_v3": "keras", "h5": "h5", "hdf5": "h5", "tf": "tf", "tensorflow": "tf"}
_OPTIONS = ("include_optimizer", "signatures", "options", "save_traces")


def format_of_model(name: str, save_format: str | None, options: dict[str, Any]) -> str:
    """The format of a file or directory to save a model to: "keras", "h5" or "tf".

    ValueError for a `save_format` that is none, or does not fit the name, and for options that the format has not;
    TypeError for those that none has.
    """
    if not save_format:
        found = "keras" if name.endswith(".keras") else "h5" if name.endswith(_H5) else "tf"
    elif save_format in _FORMATS:
        found = _FORMATS[save_format]
    else:
        raise ValueError(
            "Unknown `save_format` argument. Expected one of 'keras', 'tf', or 'h5'. Received: "
            f"save_format={save_format}"
        )
    if found == "keras" and options:
        raise ValueError(
            f"The following argument(s) are not supported with the native TF-Keras format: {list(options)}"
        )
    if found == "keras" and not name.endswith(".keras"):
        raise ValueError(f"Invalid `filepath` argument: expected a `.keras` extension. Received: filepath={name}")
    unknown = [option for option in options if option not in _OPTIONS]
    if unknown:
        raise TypeError(f"save_model() got an unexpected keyword argument '{unknown[0]}'")
    return found


def format_of_weights(name: str, save_format: str | None) -> str:
    """The format of a file to save weights to, "h5" or "tf"; ValueError for a `save_format` that is none or does not
    fit the name.
    """
    is_h5 = name.endswith((*_H5, ".keras"))
    if save_format is None:
        return "h5" if is_h5 else "tf"
    if save_format.lower().strip() not in ("tf", "tensorflow", "h5", "hdf5", "keras"):
        raise ValueError(f'Unknown format. Received: `save_format`={save_format}. Was expecting one of {{"tf", "h5"}}.')
    found = "tf" if save_format.lower().strip() in ("tf", "tensorflow") else "h5"
    if found == "tf" and is_h5:
        raise ValueError(
            f'save_weights got save_format="tf"/"tensorflow", but the filepath ({name}) looks like an HDF5 file. Omit '
            'the ".h5"/".keras" when saving in TensorFlow format.'
        )
    return found


def check_weights_to_load(model: Any, name: str, is_prefix: bool, by_name: Any, skip_mismatch: bool) -> None:
    """ValueError for weights that are skipped though not found by name, and for a model that has none yet to take those
    of a file; NotImplementedError for names in a checkpoint.
    """
    if name.endswith((".weights.h5", ".keras")):
        return
    if skip_mismatch and not by_name:
        raise ValueError("When calling model.load_weights, skip_mismatch can only be set to True when by_name is True.")
    if is_prefix and by_name:
        raise NotImplementedError(
            "Weights may only be loaded based on topology into Models when loading TensorFlow-formatted weights (got "
            "by_name=True to load_weights)."
        )
    if name.endswith(_H5) and not model._is_graph_network and not model.built:
        raise ValueError(
            "Unable to load weights saved in HDF5 format into a subclassed Model which has not created its variables "
            "yet. Call the Model first, then load the weights."
        )
    if not is_prefix and not os.path.exists(name) and not name.endswith(_H5):
        raise NotFoundError(
            None, None, f"Unsuccessful TensorSliceReader constructor: Failed to find any matching files for {name}"
        )


def other_saved_model(name: str) -> Any:
    """What a SavedModel that is no Keras model's gives: an object with its functions.

    OSError where there is no such file or SavedModel; ValueError for a Keras model that lacks its description.
    """
    from tfcompat.saved_model.load import contains_saved_model, load, read_model

    if not os.path.exists(name):
        raise OSError(f"No file or directory found at {name}")
    if not os.path.isdir(name):
        raise OSError(
            f"Unable to load model. Filepath is not an hdf5 file (or h5py is not available) or SavedModel. Received: "
            f"filepath={name}"
        )
    if not contains_saved_model(name):
        raise OSError(f"SavedModel file does not exist at: {name}/{{saved_model.pbtxt|saved_model.pb}}")
    nodes = read_model(name).object_graph_def.nodes
    if nodes and nodes[0].user_object.identifier.startswith("_tf_keras_"):
        raise ValueError(
            f"Unable to create a TF-Keras model from SavedModel at {name}. This SavedModel was exported with "
            "`tf.saved_model.save`, and lacks the TF-Keras metadata file. Please save your TF-Keras model by calling "
            "`model.save` or `tf.keras.models.save_model`. Note that you can still load this SavedModel with "
            "`tf.saved_model.load`."
        )
    return load(name)
