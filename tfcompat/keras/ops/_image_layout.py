"""How images lie in a tensor: with their channels last or first, alone or in a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat.keras.backend import standardize_data_format


def need_images(images: torch.Tensor, name: str = "images") -> None:
    """ValueError where `images` is neither an image nor a batch of them."""
    if images.ndim not in (3, 4):
        raise ValueError(
            f"Invalid {name} rank: expected rank 3 (single image) or rank 4 (batch of images). "
            f"Received: {name}.shape={tuple(images.shape)}"
        )


def channels_first(data_format: str | None) -> bool:
    """Whether the channels come before height and width; ValueError for another format."""
    return standardize_data_format(data_format) == "channels_first"


def on_batch(function: Callable[[torch.Tensor], torch.Tensor], images: torch.Tensor, data_format: Any) -> torch.Tensor:
    """`function` of (batch, channels, height, width), applied to images in any layout; the result lies as they did."""
    first = channels_first(data_format)
    batch = images if images.ndim == 4 else images.unsqueeze(0)
    out = function(batch if first else batch.permute(0, 3, 1, 2))
    out = out if first else out.permute(0, 2, 3, 1)
    return out if images.ndim == 4 else out.squeeze(0)


def one_of(name: str, value: Any, allowed: Any) -> None:
    """ValueError where an argument's value is not among the allowed ones."""
    if value not in allowed:
        raise ValueError(
            f"Invalid value for argument `{name}`. Expected one of {tuple(allowed)}. Received: {name}={value}"
        )
