"""The base classes of Keras 2's layers that programs subclass, under the names that Keras 2 has for them."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.layers.batch_normalization import BatchNormalization as BatchNormalizationBase
from tfcompat.keras.layers.convolutional import _Convolution
from tfcompat.keras.layers.experimental.fourier import RandomFourierFeatures
from tfcompat.keras.layers.experimental.normalization import SyncBatchNormalization
from tfcompat.keras.layers.merging import Merge as _Merge
from tfcompat.keras.layers.recurrent._cell import DropoutRNNCell

__all__ = [
    "BaseConv",
    "BatchNormalizationBase",
    "Conv",
    "DropoutRNNCell",
    "RandomFourierFeatures",
    "SyncBatchNormalization",
    "_Conv",
    "_Merge",
]


class Conv(_Convolution):
    """A convolution whose number of spatial dimensions is its first argument, `rank` (1, 2 or 3).

    The other arguments are those of Conv1D, Conv2D and Conv3D. ValueError for another rank.
    """

    def __init__(self, rank: int, filters: int, kernel_size: Any, **kwargs: Any) -> None:
        if rank not in (1, 2, 3):
            raise ValueError(f"rank must be 1, 2 or 3. Received: rank={rank}")
        self.rank = rank
        super().__init__(filters, kernel_size, **kwargs)


_Conv = Conv
BaseConv = _Convolution
