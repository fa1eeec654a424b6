"""tf.saved_model: objects with their variables and functions as directories."""

from tfcompat import _names
from tfcompat.saved_model import experimental
from tfcompat.saved_model.assets import Asset
from tfcompat.saved_model.constants import *  # noqa: F403
from tfcompat.saved_model.load import contains_saved_model, load
from tfcompat.saved_model.options import LoadOptions, SaveOptions
from tfcompat.saved_model.save import save

__all__ = ["Asset", "LoadOptions", "SaveOptions", "contains_saved_model", "experimental", "load", "save"]

__getattr__ = _names.module_getattr("tf.saved_model", globals())
