"""tf.keras.applications.vgg19."""

from tfcompat import _names
from tfcompat.keras.applications._drawing import kernels_file, standard
from tfcompat.keras.applications.imagenet_utils import decode_predictions, preprocessing
from tfcompat.keras.applications.vgg16 import head, stages

__all__ = ["VGG19", "decode_predictions", "preprocess_input"]

preprocess_input = preprocessing("caffe")

VGG19 = standard("VGG19", "vgg19", stages((2, 2, 4, 4, 4)), lambda o: kernels_file("vgg19", "vgg19", o), head=head)

__getattr__ = _names.module_getattr("tf.keras.applications.vgg19", globals())
