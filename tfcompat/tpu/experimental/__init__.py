"""tf.tpu.experimental: embedding tables that were, or will be, trained on TPUs."""

from tfcompat import _names
from tfcompat.tpu.experimental import embedding
from tfcompat.tpu.experimental.hardware import HardwareFeature

__all__ = ["HardwareFeature", "embedding"]

__getattr__ = _names.module_getattr("tf.tpu.experimental", globals())
