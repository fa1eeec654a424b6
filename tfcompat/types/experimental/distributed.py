"""tf.types.experimental.distributed: what values with a component for each replica are to `isinstance`."""

from tfcompat import _names
from tfcompat._core.callables import Mirrored, PerReplica

__all__ = ["Mirrored", "PerReplica"]

__getattr__ = _names.module_getattr("tf.types.experimental.distributed", globals())
