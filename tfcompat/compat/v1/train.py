"""tf.compat.v1.train: the variable that counts steps, and what tf.train has under the same names."""

from tfcompat.compat.v1._eager import create_global_step, get_global_step, get_or_create_global_step
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr

__all__ = ["create_global_step", "get_global_step", "get_or_create_global_step"]

__getattr__ = _module_getattr("tf.compat.v1.train", globals(), lazy={})
