"""tf.experimental.extension_type: functions on the values of extension types."""

from tfcompat import _names
from tfcompat._core.extension_type import as_dict

__all__ = ["as_dict"]

__getattr__ = _names.module_getattr("tf.experimental.extension_type", globals())
