"""tf.types: the types of TensorFlow's values, for `isinstance` and annotations."""

from tfcompat import _names
from tfcompat.types import experimental

__all__ = ["experimental"]

__getattr__ = _names.module_getattr("tf.types", globals())
