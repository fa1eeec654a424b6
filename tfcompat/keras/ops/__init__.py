"""tf.keras.ops: numpy's and neural network functions over tensors and KerasTensors."""

from tfcompat import _names
from tfcompat.keras.ops import image, linalg, nn, numpy
from tfcompat.keras.ops._core_control import *  # noqa: F403
from tfcompat.keras.ops._core_slices import *  # noqa: F403
from tfcompat.keras.ops.core import *  # noqa: F403
from tfcompat.keras.ops.linalg import *  # noqa: F403
from tfcompat.keras.ops.math import *  # noqa: F403
from tfcompat.keras.ops.nn import *  # noqa: F403
from tfcompat.keras.ops.numpy import *  # noqa: F403

__getattr__ = _names.module_getattr("tf.keras.ops", globals())
