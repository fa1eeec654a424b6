"""Models as directories: a SavedModel for tf.saved_model.load, with a .keras archive in it for load_model."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tfcompat.keras.saving import archive

_ARCHIVE = os.path.join("assets.extra", "model.keras")


def save(model: Any, directory: str, may_write: Callable[[str], bool]) -> None:
    """Writes a model. may_write: asked for a SavedModel that there is already."""
    from tfcompat.saved_model.save import save as save_objects

    if not may_write(os.path.join(directory, "saved_model.pb")):
        return
    archive.save(model, os.path.join(directory, _ARCHIVE))
    save_objects(model, directory)


def holds_model(directory: str) -> bool:
    """Whether a directory is one that `save` wrote."""
    return os.path.isfile(os.path.join(directory, _ARCHIVE))


def load(directory: str, custom_objects: dict[str, Any] | None, compile: bool, safe_mode: bool) -> Any:
    """The model in a directory."""
    return archive.load(os.path.join(directory, _ARCHIVE), custom_objects, compile, safe_mode)
