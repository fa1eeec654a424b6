"""tf.compat.v1.image: functions of tf.image that took other arguments in TensorFlow 1, and those that are gone.

Images are resized from the top left corner of each element there, not from its middle.
"""

from __future__ import annotations

from typing import Any

import torch

from tfcompat import image
from tfcompat._arrays.sizes import tensor_of, vector
from tfcompat._core.ops import Invalid, Value, op
from tfcompat.compat.v1._fallback import module_getattr
from tfcompat.image import _kernels
from tfcompat.image._checks import as_batch, unbatched
from tfcompat.image.patches import glimpse
from tfcompat.image.resizing import fitted, wanted_size


class ResizeMethod:
    """The numbers of ways to resize (tf.compat.v1.image.ResizeMethod)."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


_METHODS = ("bilinear", "nearest", "bicubic", "area")


def _resized(images: torch.Tensor, size: list[Any], method: Any, align_corners: bool) -> torch.Tensor:
    """A batch of images in another size: themselves where they have it already."""
    if list(images.shape[1:3]) == size:
        return images
    kind = _METHODS.index(method) if method in _METHODS else method
    if kind not in range(len(_METHODS)):
        raise Invalid(f"Resize method is not implemented: {method}", ValueError)
    if kind == ResizeMethod.AREA:
        return _kernels.resize_area(images, size, align_corners)
    if kind == ResizeMethod.NEAREST_NEIGHBOR:
        return _kernels.resize_nearest_neighbor(images, size, align_corners, False)
    kernel = _kernels.resize_bilinear if kind == ResizeMethod.BILINEAR else _kernels.resize_bicubic
    return kernel(images, size, align_corners, False)


@op("ResizeV1")
def resize(
    images: Value,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
    preserve_aspect_ratio: bool = False,
    name: str | None = None,
) -> torch.Tensor:
    """An image or a batch of them in another size, as float32; as they are where they have it already
    (tf.compat.v1.image.resize).

    method: of ResizeMethod. align_corners: whether the corners' middles stay in place. ValueError for another method.
    """
    if images.ndim not in (3, 4):
        raise Invalid("'images' must have either 3 or 4 dimensions.", ValueError)
    batch = as_batch(images)
    return unbatched(_resized(batch, wanted_size(size, batch, preserve_aspect_ratio), method, align_corners), images)


resize_images = resize


@op("ResizeWithPadV1")
def resize_image_with_pad(
    image: Value,
    target_height: Any,
    target_width: Any,
    method: Any = ResizeMethod.BILINEAR,
    align_corners: bool = False,
) -> torch.Tensor:
    """An image or a batch of them resized to fit, its sides in proportion, and zeros beside it
    (tf.compat.v1.image.resize_image_with_pad).
    """
    return fitted(
        image, target_height, target_width, lambda images, size: _resized(images, size, method, align_corners)
    )


@op("ResizeBilinear")
def resize_bilinear(
    images: Value, size: Any, align_corners: bool = False, name: str | None = None, half_pixel_centers: bool = False
) -> torch.Tensor:
    """A batch of images in another size, by linear interpolation (tf.compat.v1.image.resize_bilinear)."""
    return _kernels.resize_bilinear(images, vector(size, "T", "size"), align_corners, half_pixel_centers)


@op("ResizeBicubic")
def resize_bicubic(
    images: Value, size: Any, align_corners: bool = False, name: str | None = None, half_pixel_centers: bool = False
) -> torch.Tensor:
    """A batch of images in another size, by cubic interpolation (tf.compat.v1.image.resize_bicubic)."""
    return _kernels.resize_bicubic(images, vector(size, "T", "size"), align_corners, half_pixel_centers)


@op("ResizeNearestNeighbor")
def resize_nearest_neighbor(
    images: Value, size: Any, align_corners: bool = False, name: str | None = None, half_pixel_centers: bool = False
) -> torch.Tensor:
    """A batch of images in another size, by the nearest element (tf.compat.v1.image.resize_nearest_neighbor)."""
    return _kernels.resize_nearest_neighbor(images, vector(size, "T", "size"), align_corners, half_pixel_centers)


@op("ResizeArea")
def resize_area(images: Value, size: Any, align_corners: bool = False, name: str | None = None) -> torch.Tensor:
    """A batch of images in another size, by means of areas (tf.compat.v1.image.resize_area)."""
    return _kernels.resize_area(images, vector(size, "T", "size"), align_corners)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_ind: Any = None,
    crop_size: Any = None,
    method: str = "bilinear",
    extrapolation_value: float = 0,
    name: str | None = None,
    box_indices: Any = None,
) -> torch.Tensor:
    """tf.image.crop_and_resize; `box_ind` is the old name of `box_indices` (tf.compat.v1.image.crop_and_resize).

    ValueError for both.
    """
    if box_ind is not None and box_indices is not None:
        raise ValueError("Cannot specify both 'box_ind' and 'box_indices'.")
    indices = box_ind if box_indices is None else box_indices
    return _crop_and_resize(image, boxes, indices, crop_size, method, extrapolation_value, name)


_crop_and_resize = image.crop_and_resize


@op("ExtractGlimpse")
def extract_glimpse(
    input: Value,
    size: Any,
    offsets: Value,
    centered: bool = True,
    normalized: bool = True,
    uniform_noise: bool = True,
    name: str | None = None,
) -> torch.Tensor:
    """A window of `size` of each image, around a place, as tf.image.extract_glimpse, but also where the place counts
    in pixels (tf.compat.v1.image.extract_glimpse). uniform_noise: not of use, as in TensorFlow: noise is uniform.
    """
    sides = tensor_of(input.shape[1:3], torch.float32, input.device)
    window = torch.tensor(vector(size, "T", "size"), dtype=torch.float32, device=input.device)
    at = offsets.to(torch.float32)
    if normalized:
        at = at * sides
    if centered:
        at = at / 2 + sides / 2
    return glimpse(input.detach(), size, at - window / 2, "uniform")


def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: int | None = None,
    seed2: int | None = None,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: Any = None,
    use_image_if_no_bounding_boxes: Any = None,
    name: str | None = None,
) -> Any:
    """tf.image.sample_distorted_bounding_box with two seeds (tf.compat.v1.image.sample_distorted_bounding_box)."""
    how = (min_object_covered, aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes)
    own = (seed or 0) ^ ((seed2 or 0) << 32)
    return image.sample_distorted_bounding_box(image_size, bounding_boxes, own, *how, name)


def draw_bounding_boxes(images: Any, boxes: Any, name: str | None = None, colors: Any = None) -> torch.Tensor:
    """tf.image.draw_bounding_boxes, whose colours came last (tf.compat.v1.image.draw_bounding_boxes)."""
    return image.draw_bounding_boxes(images, boxes, colors, name)


def extract_image_patches(
    images: Any,
    ksizes: Any = None,
    strides: Any = None,
    rates: Any = None,
    padding: Any = None,
    name: str | None = None,
    sizes: Any = None,
) -> torch.Tensor:
    """tf.image.extract_patches; `ksizes` is the old name of `sizes` (tf.compat.v1.image.extract_image_patches).

    ValueError for both.
    """
    if sizes is not None and ksizes is not None:
        raise ValueError("Cannot specify both 'ksizes' and 'sizes'.")
    return image.extract_patches(images, ksizes if sizes is None else sizes, strides, rates, padding, name)


__getattr__ = module_getattr("tf.compat.v1.image", globals(), {})
