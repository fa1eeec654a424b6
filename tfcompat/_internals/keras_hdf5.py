"""keras.saving.hdf5_format of Keras 2: the weights of layers in groups of an HDF5 file."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tfcompat._formats import hdf5
from tfcompat.keras.saving import legacy

__all__ = [
    "load_attributes_from_hdf5_group",
    "load_weights_from_hdf5_group",
    "load_weights_from_hdf5_group_by_name",
    "preprocess_weights_for_loading",
    "save_attributes_to_hdf5_group",
    "save_weights_to_hdf5_group",
]


def _model(model: Any) -> Any:
    """A model, or what stands for one with only the layers of a list."""
    if not isinstance(model, (list, tuple)):
        return model
    return SimpleNamespace(layers=list(model), weights=[], _own_weights=list)


def save_attributes_to_hdf5_group(group: Any, name: str, data: Any) -> None:
    """Keeps texts as an attribute of a group, in parts where they are long."""
    hdf5.write_names(group, name, [text.decode("utf-8") if isinstance(text, bytes) else text for text in data])


def load_attributes_from_hdf5_group(group: Any, name: str) -> list[str]:
    """The texts that `save_attributes_to_hdf5_group` kept."""
    return list(hdf5.read_names(group, name)) if f"{name}0" in group.attrs or name in group.attrs else []


def save_weights_to_hdf5_group(f: Any, model: Any) -> None:
    """Puts the weights of a model's layers, or of a list of layers, into a group."""
    legacy.write_weights(f, _model(model))


def load_weights_from_hdf5_group(f: Any, model: Any) -> None:
    """Takes the weights of a model's layers, or of a list's, from a group, in their order."""
    legacy.read_weights(f, _model(model))


def load_weights_from_hdf5_group_by_name(f: Any, model: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
    """Takes the weights of those layers from a group that have the names of saved ones."""
    if kwargs.pop("reshape", False) or kwargs:
        raise NotImplementedError(
            f"load_weights_from_hdf5_group_by_name does not take {kwargs or 'reshape=True'}: weights keep their shapes."
        )
    legacy.read_weights_by_name(f, _model(model), skip_mismatch)


def preprocess_weights_for_loading(
    layer: Any, weights: Any, original_keras_version: Any = None, original_backend: Any = None, reshape: bool = False
) -> Any:
    """The weights as the layer takes them: as they are, for files of Keras 2 with TensorFlow.

    NotImplementedError for Keras 1's files, other backends' and `reshape`.
    """
    if reshape or original_keras_version == "1" or original_backend not in (None, "tensorflow"):
        raise NotImplementedError(
            "preprocess_weights_for_loading: only weights of Keras 2 with TensorFlow are read, without reshaping. "
            f"Received: original_keras_version={original_keras_version}, original_backend={original_backend}, "
            f"reshape={reshape}"
        )
    return weights
