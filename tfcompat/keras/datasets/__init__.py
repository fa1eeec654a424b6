"""tf.keras.datasets: small data sets, from Keras's cache folder or its addresses."""

from tfcompat import _names
from tfcompat.keras.datasets import (
    boston_housing,
    california_housing,
    cifar10,
    cifar100,
    fashion_mnist,
    imdb,
    mnist,
    reuters,
)

__getattr__ = _names.module_getattr("tf.keras.datasets", globals())
