"""tf.saved_model.Asset: a file that belongs to a SavedModel."""

from __future__ import annotations

from typing import Any


class Asset:
    """A file, by its path, that functions read (tf.saved_model.Asset); `asset_path` is a string tensor."""

    __module__ = "tensorflow.python.trackable.asset"

    def __init__(self, path: Any) -> None:
        self._path = path.numpy().decode() if hasattr(path, "numpy") else str(path)

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return {}

    @property
    def asset_path(self) -> Any:
        """The path, a string tensor."""
        from tfcompat._core.convert import convert_to_tensor

        return convert_to_tensor(self._path)
