"""tf.keras.applications.resnet50: what resnet has of that depth."""

from tfcompat import _names
from tfcompat.keras.applications.resnet import ResNet50, decode_predictions, preprocess_input

__all__ = ["ResNet50", "decode_predictions", "preprocess_input"]

__getattr__ = _names.module_getattr("tf.keras.applications.resnet50", globals())
