"""tf.keras.estimator, which TensorFlow dropped together with tf.estimator."""

from tfcompat import _names
from tfcompat.estimator._keras_model import model_to_estimator

__all__ = ["model_to_estimator"]

__getattr__ = _names.module_getattr("tf.keras.estimator", globals())
