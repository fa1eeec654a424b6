"""tf.compat.v1.train: the variable that counts steps, checkpoints by name, what tf.train has by these names."""

from tfcompat.compat.v1._eager import create_global_step, get_global_step, get_or_create_global_step
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1.saver import Saver, checkpoint_exists, init_from_checkpoint

__all__ = [
    "Saver",
    "checkpoint_exists",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
    "init_from_checkpoint",
]

__getattr__ = _module_getattr("tf.compat.v1.train", globals(), lazy={})
