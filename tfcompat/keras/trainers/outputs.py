"""What predict() makes of the outputs of batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.tensor import Tensor


def joined(parts: Any) -> Any:
    """Batches of outputs as one; scalars as a vector."""
    import torch

    values = [to_storage(part) for part in parts]
    if len(values) == 1:
        return wrap(values[0])
    if isinstance(values[0], np.ndarray):
        return wrap(np.concatenate(values))
    return wrap(torch.cat(values) if values[0].ndim else torch.stack(values))


def to_numpy(x: Any) -> Any:
    return np.asarray(x.numpy()) if isinstance(x, Tensor) else x
