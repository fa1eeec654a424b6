"""tf.tpu: what of TensorFlow's names for TPUs means something elsewhere, the configuration of embedding tables."""

from tfcompat import _names
from tfcompat.tpu import experimental

__all__ = ["experimental"]

__getattr__ = _names.module_getattr("tf.tpu", globals())
