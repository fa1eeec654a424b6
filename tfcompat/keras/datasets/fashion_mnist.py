"""tf.keras.datasets.fashion_mnist: articles of clothing."""

from __future__ import annotations

import gzip
import os
from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat.keras.datasets._files import BASE, fetched


def _bytes(name: str, header: int) -> np.ndarray:
    path = fetched(name, BASE + name, cache_subdir=os.path.join("datasets", "fashion-mnist"))
    with gzip.open(path, "rb") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def load_data() -> Any:
    """((x, y) for training, (x, y) for testing): 60,000 and 10,000 images [28, 28] of clothes, as uint8, and their
    classes from 0 to 9.
    """
    parts = []
    for part in ("train", "t10k"):
        labels = _bytes(f"{part}-labels-idx1-ubyte.gz", 8)
        images = _bytes(f"{part}-images-idx3-ubyte.gz", 16).reshape(len(labels), 28, 28)
        parts.append((images, labels))
    return tuple(parts)


__getattr__ = _names.module_getattr("tf.keras.datasets.fashion_mnist", globals())
