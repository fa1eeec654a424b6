"""What the two CIFAR data sets share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat.keras._state import settings
from tfcompat.keras.datasets._files import arrays_of_pickle


def batch(folder: str, names: Sequence[str], labels: str) -> tuple[np.ndarray, np.ndarray]:
    """The images [count, 32, 32, 3] and labels [count, 1] of some of the files, in Keras's order of dimensions."""
    found: list[dict[str, Any]] = [arrays_of_pickle(os.path.join(folder, name)) for name in names]
    x = np.concatenate([np.asarray(each["data"], dtype="uint8").reshape(-1, 3, 32, 32) for each in found])
    y = np.concatenate([np.asarray(each[labels]) for each in found]).reshape(-1, 1)
    return (x.transpose(0, 2, 3, 1) if settings.image_data_format == "channels_last" else x), y
