"""Images in other sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._arrays.sizes import elements, tensor_of, vector
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, op
from tfcompat.image import _box_kernels, _kernels, _scaling
from tfcompat.image._checks import as_batch, at_least_3d, expect, number, unbatched
from tfcompat.image.geometry import padded


class ResizeMethod:
    """The names of ways to resize (tf.image.ResizeMethod)."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


_SCALED = {"bilinear": "triangle", "bicubic": "keyscubic"}  # the kernels that shrink without aliasing
_ALWAYS_SCALED = ("lanczos3", "lanczos5", "gaussian", "mitchellcubic")
_FIXED = {"bilinear": _kernels.resize_bilinear, "bicubic": _kernels.resize_bicubic}


def resized(images: torch.Tensor, size: list[Any], method: Any, antialias: bool = False) -> torch.Tensor:
    """A batch of images in another size."""
    if method in _ALWAYS_SCALED or (antialias and method in _SCALED):
        if not images.dtype.is_floating_point and images.dtype == torch.bool:
            raise Invalid(f"Images of {BY_STORAGE[images.dtype].name} can't be resized")
        scale = tensor_of(size, torch.float32) / tensor_of(images.shape[1:3], torch.float32)
        kind = _SCALED.get(method, method)
        return _scaling.scale_and_translate(images, size, scale, [0.0, 0.0], kind, antialias)
    if method in _FIXED:
        return _FIXED[method](images, size, False, True)
    if method == "nearest":
        return _kernels.resize_nearest_neighbor(images, size, False, True)
    if method == "area":
        return _kernels.resize_area(images, size, False)
    raise Invalid(f"Resize method is not implemented: {method}", ValueError)


def wanted_size(size: Any, images: torch.Tensor, keep: bool) -> list[Any]:
    """The height and width that images are brought to."""
    try:
        given = to_storage(size) if not isinstance(size, (list, tuple)) else None
        if given is not None and given.is_floating_point():
            raise TypeError
        wanted = vector(size, "T", "size")
    except (TypeError, ValueError):
        raise Invalid("'size' must be a 1-D int32 Tensor", ValueError) from None
    expect(len(wanted) == 2, "'size' must be a 1-D Tensor of 2 elements: new_height, new_width")
    if not keep:
        return wanted
    own, target = tensor_of(images.shape[1:3], torch.float32), tensor_of(wanted, torch.float32)
    return elements(torch.round((target / own).min() * own).to(torch.int32))


@op("Resize")
def resize(
    images: Value,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> torch.Tensor:
    """An image or a batch of them in another size (tf.image.resize), as float32 (with "nearest": of the same dtype).

    size: height and width. method: of tf.image.ResizeMethod. preserve_aspect_ratio: the size is the greatest within
    which the image fits. antialias: whether shrinking takes the mean of what it leaves out; "area", "lanczos3" and the
    like are of use for shrinking by themselves. ValueError for other ranks, sizes and methods.
    """
    if images.ndim not in (3, 4):
        raise Invalid("'images' must have either 3 or 4 dimensions.", ValueError)
    batch = as_batch(images)
    return unbatched(resized(batch, wanted_size(size, batch, preserve_aspect_ratio), method, antialias), images)


def fitted(
    image: torch.Tensor, height: Any, width: Any, resize: Callable[[torch.Tensor, list[int]], torch.Tensor]
) -> torch.Tensor:
    """An image or a batch of them, resized by `resize` to fit into a size, in the middle of zeros."""
    batch = at_least_3d(as_batch(image))
    height, width = number(height, "target_height"), number(width, "target_width")
    expect(width > 0, "target_width must be > 0.")
    expect(height > 0, "target_height must be > 0.")
    own, wanted = tensor_of(batch.shape[1:3], torch.float32), tensor_of([height, width], torch.float32)
    inner = own / (own / wanted).max()
    top, left = elements(torch.floor((wanted - inner) / 2).clamp_min(0).int())
    found = resize(batch, elements(torch.floor(inner).int()))
    return unbatched(padded(found, top, left, height, width), image)


@op("ResizeWithPad")
def resize_with_pad(
    image: Value,
    target_height: Any,
    target_width: Any,
    method: Any = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> torch.Tensor:
    """An image or a batch of them resized to fit, its sides in proportion, and zeros beside it
    (tf.image.resize_with_pad). method, antialias: as tf.image.resize's.
    """
    return fitted(image, target_height, target_width, lambda images, size: resized(images, size, method, antialias))


@op("CropAndResize")
def crop_and_resize(
    image: Value,
    boxes: Value,
    box_indices: Value,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> torch.Tensor:
    """Parts of images [batch, height, width, channels], each brought to `crop_size` (tf.image.crop_and_resize).

    boxes: [count, 4], their (y1, x1, y2, x2) from 0 to 1. box_indices: [count], the image that each is taken from.
    method: "bilinear" or "nearest". extrapolation_value: what lies outside of images. Returns float32.
    """
    if method not in ("bilinear", "nearest"):
        raise Invalid(
            f'Value for attr \'method\' of "{method}" is not in the list of allowed values: "bilinear", "nearest"'
        )
    found = _box_kernels.crop_and_resize(image, boxes, box_indices, crop_size, method, extrapolation_value)
    return found.to(torch.float32)
