"""tf.keras.experimental: Keras 2's linear and wide-and-deep models, features of sequences, and the cosine schedules."""

from tfcompat import _names
from tfcompat.keras.experimental.linear import LinearModel
from tfcompat.keras.experimental.wide_deep import WideDeepModel
from tfcompat.keras.layers.feature_columns import SequenceFeatures
from tfcompat.keras.optimizers.schedules import CosineDecay, CosineDecayRestarts

__all__ = ["CosineDecay", "CosineDecayRestarts", "LinearModel", "SequenceFeatures", "WideDeepModel"]

__getattr__ = _names.module_getattr("tf.keras.experimental", globals())
