"""Small parts of images: all of them, or one each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import tensor_of, vector
from tfcompat._core.ops import Invalid, Value, op
from tfcompat.nn._windows import pad as pad_last
from tfcompat.nn._windows import windows


def extract_image_patches(
    images: Value, ksizes: Sequence[int], strides: Sequence[int], rates: Sequence[int], padding: str
) -> torch.Tensor:
    """Patches of images [batch, height, width, channels], each laid out along the channels."""
    if images.ndim != 4:
        raise Invalid(f"input must be 4-dimensional, got shape {list(images.shape)}")
    for name, numbers in (("ksizes", ksizes), ("strides", strides), ("rates", rates)):
        if len(numbers) != 4 or numbers[0] != 1 or numbers[3] != 1 or min(numbers) < 1:
            raise Invalid(f"Argument `{name}` takes [1, rows, columns, 1], got {list(numbers)}")
    frames = windows(images.shape[1:3], ksizes[1:3], strides[1:3], rates[1:3], padding)
    x = pad_last(images.movedim(-1, 1), [(f.before, f.after) for f in frames])
    if any(x.shape[2 + i] < f.extent for i, f in enumerate(frames)):
        raise Invalid(f"The images, {list(images.shape)}, are smaller than the patches")
    for i, f in enumerate(frames):
        x = x.unfold(2 + i, f.extent, f.stride)
    x = x[..., :: frames[0].dilation, :: frames[1].dilation]
    return x.permute(0, 2, 3, 4, 5, 1).flatten(3)


@op("ExtractImagePatches")
def extract_patches(
    images: Value,
    sizes: Sequence[int],
    strides: Sequence[int],
    rates: Sequence[int],
    padding: str,
    name: str | None = None,
) -> torch.Tensor:
    """Patches of images [batch, height, width, channels], each laid out along the channels (tf.image.extract_patches).

    sizes, strides, rates: [1, rows, columns, 1], of the patches, between them and between their pixels. padding:
    "VALID" for those that lie within, "SAME" for all, with zeros. Returns [batch, rows, columns, size * channels].
    """
    return extract_image_patches(images, sizes, strides, rates, padding)


def _check_glimpse(images: torch.Tensor, size: Any, offsets: torch.Tensor, noise: str) -> None:
    if images.ndim != 4:
        raise Invalid(f"input must be 4-dimensional, got shape {list(images.shape)}")
    wanted = vector(size, "T", "size")
    if len(wanted) != 2 or min(wanted) <= 0:
        raise Invalid(f"glimpse window size must be two positive numbers, got {wanted}")
    if offsets.ndim != 2 or tuple(offsets.shape) != (images.shape[0], 2):
        raise Invalid(f"offsets must be a matrix [batch, 2], got shape {list(offsets.shape)}")
    if noise not in ("uniform", "gaussian", "zero"):
        raise Invalid(f"Unknown noise type {noise}: it is uniform, gaussian or zero")


@op("ExtractGlimpseV2")
def extract_glimpse(
    input: Value,
    size: Any,
    offsets: Value,
    centered: bool = True,
    normalized: bool = True,
    noise: str = "uniform",
    name: str | None = None,
) -> torch.Tensor:
    """A window of `size` of each image [batch, height, width, channels], around a place (tf.image.extract_glimpse).

    offsets: [batch, 2], the places (y, x). normalized: they count in image sizes; centered: from the middle, -1 to 1.
    noise: what is outside of the image: "uniform", "gaussian" or "zero". Returns float32.
    """
    _check_glimpse(input, size, offsets, noise)
    sides = tensor_of(input.shape[1:3], torch.float32, input.device)
    window = tensor_of(vector(size, "T", "size"), torch.float32, input.device)
    at = offsets.to(torch.float32)
    if normalized:
        at = at * sides
        if centered:
            at = at / 2 + sides / 2 - window / 2
    elif centered:
        at = at + sides / 2
    return glimpse(input, size, at, noise)


def glimpse(images: torch.Tensor, size: Any, places: torch.Tensor, noise: str) -> torch.Tensor:
    """Windows of images, from `places` [batch, 2] on, in pixels."""
    wanted = vector(size, "T", "size")
    corner = torch.trunc(places).long()
    rows = corner[:, :1] + torch.arange(wanted[0], device=images.device)
    columns = corner[:, 1:] + torch.arange(wanted[1], device=images.device)
    inside = ((rows >= 0) & (rows < images.shape[1])).unsqueeze(2) & (
        (columns >= 0) & (columns < images.shape[2])
    ).unsqueeze(1)
    batch = torch.arange(images.shape[0], device=images.device).reshape(-1, 1, 1)
    picked = images[
        batch, rows.clamp(0, images.shape[1] - 1).unsqueeze(2), columns.clamp(0, images.shape[2] - 1).unsqueeze(1)
    ]
    return torch.where(inside.unsqueeze(-1), picked, _noise(noise, images, picked))


def _noise(kind: str, images: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    if kind == "zero":
        return torch.zeros_like(like)
    flat = images.detach().reshape(len(images), -1)
    shape = (-1, *(1,) * (like.ndim - 1))
    if kind == "gaussian":
        return torch.randn_like(like) * flat.std(1, correction=0).reshape(shape) + flat.mean(1).reshape(shape)
    low, high = flat.amin(1).reshape(shape), flat.amax(1).reshape(shape)
    return torch.rand_like(like) * (high - low) + low
