"""tf.keras.layers.experimental, where Keras 2 had its preprocessing layers and some that moved since."""

from tfcompat import _names
from tfcompat.keras.layers.einsum_dense import EinsumDense
from tfcompat.keras.layers.experimental import preprocessing
from tfcompat.keras.layers.experimental.fourier import RandomFourierFeatures
from tfcompat.keras.layers.experimental.normalization import SyncBatchNormalization

__getattr__ = _names.module_getattr("tf.keras.layers.experimental", globals())
