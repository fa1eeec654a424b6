"""tf.keras.preprocessing.image: images from arrays and files, changed at random."""

from tfcompat import _names
from tfcompat.keras.preprocessing.image.files import DataFrameIterator, DirectoryIterator
from tfcompat.keras.preprocessing.image.generator import ImageDataGenerator
from tfcompat.keras.preprocessing.image.iterators import Iterator, NumpyArrayIterator
from tfcompat.keras.preprocessing.image.transforms import (
    apply_affine_transform,
    apply_brightness_shift,
    apply_channel_shift,
    random_brightness,
    random_channel_shift,
    random_rotation,
    random_shear,
    random_shift,
    random_zoom,
)
from tfcompat.keras.utils.images import array_to_img, img_to_array, load_img, save_img, smart_resize

__getattr__ = _names.module_getattr("tf.keras.preprocessing.image", globals())
