"""tf.keras.datasets.cifar100: small pictures of a hundred kinds of things."""

from __future__ import annotations

import os
from typing import Any

from tfcompat import _names
from tfcompat.keras.datasets._cifar import batch
from tfcompat.keras.datasets._files import fetched

_HASH = "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7"


def load_data(label_mode: str = "fine") -> Any:
    """((x, y) for training, (x, y) for testing): 50,000 and 10,000 images [32, 32, 3] as uint8, and their classes
    [count, 1]: 100 "fine" or 20 "coarse" ones. ValueError for another mode.
    """
    if label_mode not in ("fine", "coarse"):
        raise ValueError(f'`label_mode` must be one of `"fine"`, `"coarse"`. Received: label_mode={label_mode}.')
    origin = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz"
    folder = fetched("cifar-100-python-target", origin, extract=True, file_hash=_HASH)
    folder = os.path.join(folder, "cifar-100-python")
    return batch(folder, ["train"], f"{label_mode}_labels"), batch(folder, ["test"], f"{label_mode}_labels")


__getattr__ = _names.module_getattr("tf.keras.datasets.cifar100", globals())
