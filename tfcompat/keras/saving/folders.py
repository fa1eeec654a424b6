"""Models as directories: a SavedModel for tf.saved_model.load, with a .keras archive in it for load_model.

Keras 2 wrote SavedModels with the models' descriptions in a file of their own, or among the objects: they are read too.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tfcompat.keras.saving import archive
from tfcompat.keras.saving.serialization import SafeModeScope

_METADATA = "keras_metadata.pb"
_ARCHIVE = os.path.join("assets.extra", "model.keras")


def save(
    model: Any,
    directory: str,
    may_write: Callable[[str], bool],
    include_optimizer: bool = True,
    signatures: Any = None,
    options: Any = None,
    save_traces: bool = True,
) -> None:
    """Writes a model. may_write: asked for a SavedModel that there is already.

    include_optimizer: whether it is compiled when it is loaded. signatures, options: of tf.saved_model.save.
    save_traces: Keras 2's; the model's functions are written in any case, for tf.saved_model.load.
    """
    from tfcompat.saved_model.save import save as save_objects

    if not may_write(os.path.join(directory, "saved_model.pb")):
        return
    file = os.path.join(directory, _ARCHIVE)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    archive.save(model, file, compiled=include_optimizer)
    save_objects(model, directory, signatures, options)


def holds_model(directory: str) -> bool:
    """Whether a directory is one that `save` wrote, or Keras 2's `model.save`."""
    return os.path.isfile(os.path.join(directory, _ARCHIVE)) or _description(directory) is not None


def load(directory: str, custom_objects: dict[str, Any] | None, compile: bool, safe_mode: bool) -> Any:
    """The model in a directory."""
    path = os.path.join(directory, _ARCHIVE)
    if os.path.isfile(path):
        return archive.load(path, custom_objects, compile, safe_mode)
    return _load_keras2(directory, custom_objects, compile, safe_mode)


# ---- Keras 2 ----


def _description(directory: str) -> dict[str, Any] | None:
    """What Keras 2 tells of the model in a SavedModel; None where there is none of it."""
    from google.protobuf.message import DecodeError

    from tfcompat._formats.protos import message
    from tfcompat.keras.saving import legacy

    try:
        with open(os.path.join(directory, _METADATA), "rb") as file:
            nodes = message("KerasSavedMetadata").FromString(file.read()).nodes
            texts = [node.metadata for node in nodes if node.node_path == "root"]
    except FileNotFoundError:
        texts = _told_by_objects(directory)
    except DecodeError as error:
        raise ValueError(f"{_METADATA} in {directory!r} is damaged: {error}") from None
    found = legacy.decode(texts[0], "description of the model", directory) if texts else None
    return found if isinstance(found, dict) and "class_name" in found else None


def _told_by_objects(directory: str) -> list[str]:
    """The description among a SavedModel's objects, where Keras had it before TensorFlow 2.5."""
    from tfcompat.saved_model.load import contains_saved_model, read_model

    if not contains_saved_model(directory):
        return []
    nodes = read_model(directory).object_graph_def.nodes
    return [nodes[0].user_object.metadata] if nodes and nodes[0].user_object.metadata else []


def _load_keras2(directory: str, custom_objects: dict[str, Any] | None, compile: bool, safe_mode: bool) -> Any:
    from tfcompat.keras.saving import keras2, legacy, registration
    from tfcompat.train.checkpoint import Checkpoint

    told = _description(directory) or {}
    name, config = told["class_name"], told.get("config")
    known = registration.get_registered_object(name, custom_objects) is not None
    if not isinstance(config, dict) or not (known or name in ("Functional", "Sequential", "Model")):
        raise ValueError(
            f"The model in {directory!r} is of the class {name!r}. Pass it in `custom_objects`, with a "
            f"`from_config()`, or use keras.layers.TFSMLayer({directory!r}, call_endpoint='serving_default') to run "
            "it."
        )
    with legacy._LegacyConfigs(), SafeModeScope(safe_mode):
        model = legacy.layer_from_config(
            keras2.modernized({"class_name": name, "config": config}), custom_objects=custom_objects
        )
    training = told.get("training_config")
    if compile and training is not None:
        with registration.CustomObjectScope(custom_objects):
            model.compile(**legacy._compile_arguments(keras2.modernized(training)))
            model._build_compiled()
        if model.built:
            model.optimizer.build(model.trainable_variables)
    Checkpoint(root=model).read(os.path.join(directory, "variables", "variables")).expect_partial()
    for layer in model._flatten_layers():
        legacy.use_statistics(layer)
    return model
