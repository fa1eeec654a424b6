"""tf.keras.applications.resnet_v2."""

from tfcompat import _names
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing
from tfcompat.keras.applications.resnet import variant

__all__ = ["ResNet50V2", "ResNet101V2", "ResNet152V2", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("tf")

ResNet50V2, ResNet101V2, ResNet152V2 = variant(50, "V2"), variant(101, "V2"), variant(152, "V2")

__getattr__ = _names.module_getattr("tf.keras.applications.resnet_v2", globals())
