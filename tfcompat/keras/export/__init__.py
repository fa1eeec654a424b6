"""tf.keras.export: models as SavedModels."""

from tfcompat import _names
from tfcompat.keras.saving.export import ExportArchive

__all__ = ["ExportArchive"]

__getattr__ = _names.module_getattr("tf.keras.export", globals())
