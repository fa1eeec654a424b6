"""What the functions of tf.image take for images, and how they say that something is not one."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Invalid


def expect(condition: Any, message: str) -> None:
    """ValueError with the message where a condition is known not to hold: sizes may be unknown in a capture."""
    if isinstance(condition, bool) and not condition:
        raise Invalid(message, ValueError)


def at_least_3d(image: torch.Tensor) -> torch.Tensor:
    """The image; ValueError where it lacks dimensions or one of its last three is 0."""
    shape = tuple(image.shape)
    expect(len(shape) >= 3, f"'image' (shape {shape}) must be at least three-dimensional.")
    expect(
        all(not isinstance(n, int) or n > 0 for n in shape[-3:]), f"inner 3 dims of 'image.shape' must be > 0: {shape}"
    )
    return image


def one_or_batch(image: torch.Tensor, name: str = "image") -> torch.Tensor:
    """The image or batch of images; ValueError for another rank."""
    expect(image.ndim in (3, 4), f"'{name}' (shape {tuple(image.shape)}) must have either 3 or 4 dimensions.")
    return image


def as_batch(image: torch.Tensor, name: str = "image") -> torch.Tensor:
    """The images with a batch dimension."""
    return one_or_batch(image, name) if image.ndim == 4 else one_or_batch(image, name).unsqueeze(0)


def unbatched(images: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """The images without a batch dimension where `like` has none."""
    return images.squeeze(0) if like.ndim == 3 else images


def number(value: Any, name: str) -> Any:
    """A size or offset as an int, or symbolic."""
    from tfcompat._arrays.sizes import scalar

    return scalar(value, what=name)
