"""tf.saved_model.experimental: policies for variables, and fingerprints."""

from tfcompat import _names
from tfcompat.saved_model.options import VariablePolicy

__all__ = ["VariablePolicy"]

__getattr__ = _names.module_getattr("tf.saved_model.experimental", globals())
