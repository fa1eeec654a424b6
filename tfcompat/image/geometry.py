"""Images turned, mirrored, cropped and padded."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, op
from tfcompat.image._checks import as_batch, at_least_3d, expect, number, one_or_batch, unbatched


@op("ReverseV2")
def flip_left_right(image: Value) -> torch.Tensor:
    """An image or a batch of them mirrored along the width (tf.image.flip_left_right); ValueError for other ranks."""
    return one_or_batch(at_least_3d(image)).flip(-2)


@op("ReverseV2")
def flip_up_down(image: Value) -> torch.Tensor:
    """An image or a batch of them mirrored along the height (tf.image.flip_up_down); ValueError for other ranks."""
    return one_or_batch(at_least_3d(image)).flip(-3)


@op("Rot90")
def rot90(image: Value, k: Any = 1, name: str | None = None) -> torch.Tensor:
    """An image or a batch of them turned `k` times by 90 degrees, counter-clockwise (tf.image.rot90)."""
    one_or_batch(at_least_3d(image))
    turns = to_storage(k)
    if turns.ndim or turns.is_floating_point():
        raise Invalid(f"k must be a scalar integer, got {k!r}", ValueError)
    return torch.rot90(image, int(turns) % 4, (-3, -2))


@op("Transpose")
def transpose(image: Value, name: str | None = None) -> torch.Tensor:
    """An image or a batch of them with height and width swapped (tf.image.transpose)."""
    return one_or_batch(at_least_3d(image)).transpose(-3, -2)


@op("CentralCrop")
def central_crop(image: Value, central_fraction: Any) -> torch.Tensor:
    """The middle of an image or a batch of them: `central_fraction`, in (0, 1], of height and width
    (tf.image.central_crop).
    """
    fraction = float(to_storage(central_fraction))
    expect(0 < fraction <= 1, "central_fraction must be within (0, 1]")
    if fraction == 1:
        return image
    at_least_3d(image)
    expect(
        image.ndim in (3, 4),
        f"`image` should either be a Tensor with rank = 3 or rank = 4. Had rank = {image.ndim}.",
    )
    for dim in (-3, -2):
        size = image.shape[dim]
        start = int((size - size * fraction) / 2)
        image = image.narrow(dim, start, size - 2 * start)
    return image


def padded(images: torch.Tensor, top: Any, left: Any, height: Any, width: Any) -> torch.Tensor:
    """Images in the midst of zeros."""
    below, right = height - top - images.shape[-3], width - left - images.shape[-2]
    expect(top >= 0, "offset_height must be >= 0")
    expect(left >= 0, "offset_width must be >= 0")
    expect(right >= 0, "width must be <= target - offset")
    expect(below >= 0, "height must be <= target - offset")
    return F.pad(images, (0, 0, left, right, top, below))


@op("PadToBoundingBox")
def pad_to_bounding_box(
    image: Value, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> torch.Tensor:
    """An image or a batch of them with zeros around, `target_height` by `target_width` (tf.image.pad_to_bounding_box).

    offset_height, offset_width: how many rows and columns of zeros come before. ValueError where it does not fit.
    """
    at_least_3d(one_or_batch(image))
    given = (offset_height, offset_width, target_height, target_width)
    names = ("offset_height", "offset_width", "target_height", "target_width")
    return padded(image, *(number(value, name) for value, name in zip(given, names)))


def cropped(images: torch.Tensor, top: Any, left: Any, height: Any, width: Any) -> torch.Tensor:
    """A part of images."""
    expect(left >= 0, "offset_width must be >= 0.")
    expect(top >= 0, "offset_height must be >= 0.")
    expect(width > 0, "target_width must be > 0.")
    expect(height > 0, "target_height must be > 0.")
    expect(images.shape[-2] >= width + left, "width must be >= target + offset.")
    expect(images.shape[-3] >= height + top, "height must be >= target + offset.")
    return images.narrow(-3, top, height).narrow(-2, left, width)


@op("CropToBoundingBox")
def crop_to_bounding_box(
    image: Value, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> torch.Tensor:
    """The part of an image or a batch of them, `target_height` by `target_width`, that starts at the offsets
    (tf.image.crop_to_bounding_box). ValueError where it does not lie within.
    """
    at_least_3d(one_or_batch(image))
    given = (offset_height, offset_width, target_height, target_width)
    names = ("offset_height", "offset_width", "target_height", "target_width")
    return cropped(image, *(number(value, name) for value, name in zip(given, names)))


@op("ResizeWithCropOrPad")
def resize_with_crop_or_pad(image: Value, target_height: Any, target_width: Any) -> torch.Tensor:
    """An image or a batch of them cropped and padded with zeros, evenly at both sides, to a size
    (tf.image.resize_with_crop_or_pad).
    """
    x = at_least_3d(as_batch(image))
    height, width = number(target_height, "target_height"), number(target_width, "target_width")
    expect(width > 0, "target_width must be > 0.")
    expect(height > 0, "target_height must be > 0.")
    for dim, wanted in ((1, height), (2, width)):
        missing = wanted - x.shape[dim]
        if missing < 0:
            x = x.narrow(dim, -missing // 2, wanted)
        elif missing > 0:
            ends = (missing // 2, missing - missing // 2)
            x = F.pad(x, (0, 0, *ends) if dim == 2 else (0, 0, 0, 0, *ends))
    return unbatched(x, image)
