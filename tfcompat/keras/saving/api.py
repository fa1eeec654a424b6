"""save_model, load_model, save_weights, load_weights: the format is told by the file's name."""

from __future__ import annotations

import logging
import os
from typing import Any

from tfcompat._formats import hdf5
from tfcompat.keras import _version
from tfcompat.keras._session_values import values_of
from tfcompat.keras.saving import archive, folders, keras2_arguments, legacy, prefixes, shards, tensors, weights
from tfcompat.keras.utils._io import ask_to_proceed_with_overwrite

Path = str | os.PathLike[str]
_H5 = (".h5", ".hdf5")
_logger = logging.getLogger("absl")


def _may_write(path: Path, overwrite: bool) -> bool:
    return overwrite or not os.path.exists(path) or ask_to_proceed_with_overwrite(path)


def _refuse_hub(path: str) -> None:
    if path.startswith("hf://"):
        raise NotImplementedError(
            f"Models of the Hugging Face Hub ({path}) are not in tfcompat: download them with "
            "huggingface_hub.snapshot_download and load the directory, or save with `zipped=False` and upload that."
        )


def save_model(model: Any, filepath: Path, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any) -> None:
    """Saves a model: ".keras", ".h5" (".hdf5"), or a directory, a SavedModel (tf.keras.models.save_model).

    overwrite: whether an existing file is replaced without asking. zipped: False for a directory with the files of a
    ".keras" archive. include_optimizer: whether a .h5 file gets the
    training's state too. save_format: Keras 2's "keras", "h5" or "tf"; a name without suffix is a directory, as in
    Keras 2, whose model `load_model` reads and whose call tf.saved_model.load. ValueError for another kind of file.
    """
    if _version.is_legacy() and zipped is None:
        _save_model_of_keras2(model, os.fspath(filepath), overwrite, **kwargs)
        return
    include_optimizer = kwargs.pop("include_optimizer", True)
    save_format = kwargs.pop("save_format", None)
    if kwargs:
        raise ValueError(f"The following argument(s) are not supported: {list(kwargs)}")
    name = os.fspath(filepath)
    _refuse_hub(name)
    if zipped is False:
        if name.endswith(".keras"):
            raise ValueError(
                "When using `zipped=False`, the `filepath` argument should not end in `.keras`. Received: "
                f"filepath={name}"
            )
        if _may_write(filepath, overwrite):
            archive.save_folder(model, filepath)
        return
    if save_format not in (None, "keras", "h5", "tf"):
        raise ValueError(f"`save_format` must be 'keras', 'h5' or 'tf'. Received: save_format={save_format!r}")
    known = ".keras" if name.endswith(".keras") else ".h5" if name.endswith(_H5) else os.path.splitext(name)[1]
    kind = known or {"h5": ".h5", "keras": ".keras"}.get(save_format or "", "")
    if (save_format == "tf" or kind in ("", ".tf")) and not zipped:
        folders.save(model, name, lambda path: _may_write(path, overwrite))
        return
    if kind not in (".keras", ".h5"):
        raise ValueError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension for the native Keras format "
            "(recommended) or a `.h5` extension. Use `model.export(filepath)` if you want to export a SavedModel for "
            f"use with TFLite/TFServing/etc. Received: filepath={name}."
        )
    if not _may_write(filepath, overwrite):
        return
    if kind == ".keras":
        archive.save(model, filepath)
        return
    _logger.warning(
        "A model saved as an HDF5 file is in a legacy format. Keras's own is recommended: save to '.keras'."
    )
    legacy.save(model, filepath, include_optimizer)


def _save_model_of_keras2(
    model: Any, name: str, overwrite: bool, save_format: str | None = None, **options: Any
) -> None:
    kind = keras2_arguments.format_of_model(name, save_format, options)
    if kind == "tf":
        folders.save(model, name, lambda path: _may_write(path, overwrite), **options)
    elif _may_write(name, overwrite):
        if kind == "keras":
            archive.save(model, name)
        else:
            legacy.save(model, name, options.get("include_optimizer", True))


def load_model(
    filepath: Path, custom_objects: dict[str, Any] | None = None, compile: bool = True, safe_mode: bool = True
) -> Any:
    """The model in a ".keras" or ".h5" (".hdf5") file or a directory that was saved (tf.keras.models.load_model).

    custom_objects: {name: class or function} for what is not registered. compile: whether it is compiled as it was.
    ValueError for another kind of file, and for a file that is damaged or does not fit.
    """
    if not isinstance(filepath, (str, os.PathLike)) and _version.is_legacy():
        raise OSError(
            "Unable to load model. Filepath is not an hdf5 file (or h5py is not available) or SavedModel. Received: "
            f"filepath={filepath}"
        )
    if not isinstance(filepath, (str, os.PathLike)):
        raise ValueError(f"File format not supported: a path is needed. Received: filepath={filepath!r}")
    name = os.fspath(filepath)
    _refuse_hub(name)
    if _version.is_legacy() and not os.path.exists(name):
        raise OSError(f"No file or directory found at {name}")
    with values_of([]):  # where sessions run the graph, too, what is loaded has values at once
        if name.endswith(".keras") or archive.is_folder(name):
            return archive.load(filepath, custom_objects, compile, safe_mode)
        if name.endswith(_H5) or (_version.is_legacy() and os.path.isfile(name)):
            return legacy.load(filepath, custom_objects, compile, safe_mode)
        if folders.holds_model(name):
            return folders.load(name, custom_objects, compile, safe_mode)
    if _version.is_legacy():
        return keras2_arguments.other_saved_model(name)
    raise ValueError(
        f"File format not supported: filepath={name!r}. Models are read from '.keras' files, legacy '.h5' files, and "
        "directories that tfcompat saved. Another SavedModel is read with tf.saved_model.load, or used for inference "
        f"with keras.layers.TFSMLayer({name!r}, call_endpoint='serving_default')."
    )


def save_weights(
    model: Any,
    filepath: Path,
    overwrite: bool = True,
    max_shard_size: float | None = None,
    save_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Saves the weights of a model: ".weights.h5", ".safetensors", ".h5" (Keras 2's), or a prefix of checkpoint files.

    A name without suffix, or one in ".ckpt" or ".tf", is a prefix: a checkpoint of the model as tf.train.Checkpoint
    writes it, which tf.train.latest_checkpoint finds. save_format: Keras 2's "h5" or "tf", where the name does not
    tell. objects_to_skip: layers that a ".weights.h5" file is to lack. max_shard_size: the GiB that a file may have,
    where "NAME.weights.json" tells which of several has what. ValueError for another kind of file.
    """
    skipped = kwargs.pop("objects_to_skip", None)
    options = kwargs.pop("options", None) if _version.is_legacy() else None
    if kwargs:
        raise ValueError(f"Invalid keyword arguments: {kwargs}")
    if max_shard_size is not None:
        if _may_write(filepath, overwrite):
            shards.save(model, filepath, max_shard_size, skipped or ())
        return
    name = os.fspath(filepath)
    if _version.is_legacy():
        save_format = keras2_arguments.format_of_weights(name, save_format)
    elif save_format not in (None, "h5", "keras", "tf"):
        raise ValueError(f"`save_format` must be 'h5' or 'tf'. Received: save_format={save_format!r}")
    if name.endswith(".weights.h5"):
        if _may_write(filepath, overwrite):
            weights.save(model, filepath, skipped or ())
        return
    if skipped is not None:
        raise ValueError(f"`objects_to_skip` only supports saving '.weights.h5' files. Received: {name}")
    if name.endswith(".safetensors"):
        if _may_write(filepath, overwrite):
            tensors.save(model, filepath)
    elif name.endswith(_H5) or save_format == "h5":
        if _may_write(filepath, overwrite):
            legacy.save_weights(model, filepath)
    elif save_format == "tf" or prefixes.is_prefix(name):
        prefixes.save(model, name, lambda path: _may_write(path, overwrite), options)
    else:
        raise ValueError(f"The filename must end in `.weights.h5` (or `.safetensors`). Received: filepath={name!r}")


def load_weights(model: Any, filepath: Path, skip_mismatch: bool = False, **kwargs: Any) -> Any:
    """Loads weights from a ".weights.h5", ".keras", ".safetensors" or legacy ".h5" file, or checkpoint files' prefix.

    skip_mismatch: whether what does not fit is left as it is, with a warning. by_name: for legacy .h5 files, whether
    layers are matched by name instead of by order. objects_to_skip: for ".weights.h5" files, layers that are left as
    they are. For a prefix it returns the status object of Checkpoint.restore.
    """
    by_name, skipped = kwargs.pop("by_name", None), kwargs.pop("objects_to_skip", None)
    options = kwargs.pop("options", None) if _version.is_legacy() else None
    if kwargs:
        raise ValueError(f"Invalid keyword arguments: {kwargs}")
    name = os.fspath(filepath)
    is_prefix = not os.path.exists(name) and prefixes.exists(name)
    if _version.is_legacy():
        keras2_arguments.check_weights_to_load(model, name, is_prefix, by_name, skip_mismatch)
        by_name = by_name or None
    if is_prefix:
        if by_name or skip_mismatch:
            raise ValueError(f"`by_name` and `skip_mismatch` do not work for checkpoints. Received: {name!r}")
        return prefixes.load(model, name, options)
    legacy_h5 = name.endswith(_H5) and not name.endswith(".weights.h5")
    if by_name is not None and not legacy_h5:
        raise ValueError(f"`by_name` only supports loading legacy '.h5' or '.hdf5' files. Received: {name}")
    if skipped is not None and not name.endswith((".weights.h5", shards.SUFFIX)):
        raise ValueError(f"`objects_to_skip` only supports loading '.weights.h5' files.Received: {name}")
    if name.endswith(".safetensors"):
        tensors.load(model, filepath, skip_mismatch)
    elif name.endswith(".keras"):
        archive.load_weights(model, filepath, skip_mismatch)
    elif name.endswith(".weights.h5"):
        weights.load(model, filepath, skip_mismatch, skipped or ())
    elif name.endswith(shards.SUFFIX):
        shards.load(model, filepath, skip_mismatch, skipped or ())
    elif legacy_h5:
        with hdf5.reading(filepath) as file:
            group = file
            if "layer_names" not in file.attrs and "model_weights" in file:
                group = hdf5.group(file, "model_weights")
            (legacy.read_weights_by_name if by_name else legacy.read_weights)(group, model, skip_mismatch)
    elif prefixes.is_prefix(name):
        raise FileNotFoundError(f"There is neither a file {name!r} nor a checkpoint of that prefix.")
    else:
        raise ValueError(
            f"File format not supported: filepath={name!r}. Weights are read from '.weights.h5', '.keras', "
            "'.safetensors' and legacy '.h5' files, and from checkpoints."
        )
    return None
