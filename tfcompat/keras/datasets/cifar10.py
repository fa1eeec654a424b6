"""tf.keras.datasets.cifar10: small pictures of ten kinds of things."""

from __future__ import annotations

import os
from typing import Any

from tfcompat import _names
from tfcompat.keras.datasets._cifar import batch
from tfcompat.keras.datasets._files import fetched

_HASH = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"


def load_data() -> Any:
    """((x, y) for training, (x, y) for testing): 50,000 and 10,000 images [32, 32, 3] as uint8, and their classes
    [count, 1] from 0 to 9.
    """
    origin = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
    folder = fetched("cifar-10-batches-py-target", origin, extract=True, file_hash=_HASH)
    folder = os.path.join(folder, "cifar-10-batches-py")
    train = batch(folder, [f"data_batch_{i}" for i in range(1, 6)], "labels")
    test = batch(folder, ["test_batch"], "labels")
    return (train[0], train[1].astype("uint8")), (test[0], test[1].astype("uint8"))


__getattr__ = _names.module_getattr("tf.keras.datasets.cifar10", globals())
