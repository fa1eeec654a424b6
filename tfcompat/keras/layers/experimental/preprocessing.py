"""tf.keras.layers.experimental.preprocessing, where Keras 2 had its preprocessing layers: those of tf.keras.layers."""

from tfcompat import _names
from tfcompat.keras.layers.preprocessing import LAYERS

__getattr__ = _names.module_getattr("tf.keras.layers.experimental.preprocessing", globals(), lazy=LAYERS)
