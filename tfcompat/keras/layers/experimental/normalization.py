"""Keras 2's name for batch normalization over all replicas."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.layers.batch_normalization import BatchNormalization


class SyncBatchNormalization(BatchNormalization):
    """BatchNormalization(synchronized=True) under its name of Keras 2."""

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(axis, **{"synchronized": True, **kwargs})
