"""tf.keras.layers.experimental, where Keras 2 had its preprocessing layers."""

from tfcompat import _names
from tfcompat.keras.layers.experimental import preprocessing

__getattr__ = _names.module_getattr("tf.keras.layers.experimental", globals())
