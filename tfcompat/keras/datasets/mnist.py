"""tf.keras.datasets.mnist: handwritten digits."""

from __future__ import annotations

from typing import Any

from tfcompat import _names
from tfcompat.keras.datasets._files import BASE, arrays_of_npz, fetched

_HASH = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"


def load_data(path: str = "mnist.npz") -> Any:
    """((x, y) for training, (x, y) for testing): 60,000 and 10,000 images [28, 28] of digits, as uint8, and the digits.

    path: the file's name in the cache folder, $KERAS_HOME/datasets or ~/.keras/datasets.
    """
    found = arrays_of_npz(fetched(path, f"{BASE}mnist.npz", file_hash=_HASH))
    return (found["x_train"], found["y_train"]), (found["x_test"], found["y_test"])


__getattr__ = _names.module_getattr("tf.keras.datasets.mnist", globals())
