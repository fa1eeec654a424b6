"""Raw ops that resize and warp images and change their colours: the kernels of tf.image, and their gradients."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.sizes import tensor_of, vector
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value
from tfcompat._core.random_state import stream
from tfcompat.image import _kernels as kernels
from tfcompat.image import boxes as image_boxes
from tfcompat.image import codecs, patches, randoms
from tfcompat.random.algorithms import seeded
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import body, raw

_KERNELS = {
    "ResizeBilinear": kernels.resize_bilinear,
    "ResizeNearestNeighbor": kernels.resize_nearest_neighbor,
    "ResizeBicubic": kernels.resize_bicubic,
    "ResizeArea": kernels.resize_area,
    "ImageProjectiveTransformV3": kernels.image_projective_transform,
    "ImageProjectiveTransformV2": kernels.image_projective_transform_v2,
    "RGBToHSV": kernels.rgb_to_hsv,
    "HSVToRGB": kernels.hsv_to_rgb,
    "AdjustHue": kernels.adjust_hue,
    "AdjustSaturation": kernels.adjust_saturation,
    "AdjustContrastv2": kernels.adjust_contrast,
}
for _name, _kernel in _KERNELS.items():
    raw(_name)(_kernel)


@raw("ResizeBilinearGrad")
def resize_bilinear_grad(
    grads: Value, original_image: Value, align_corners: bool, half_pixel_centers: bool
) -> torch.Tensor:
    """The gradient of ResizeBilinear, in the dtype of the image."""
    size = kernels.sizes(grads, list(grads.shape[1:3]))
    kernels.check_options(align_corners, half_pixel_centers)
    zeros = torch.zeros(original_image.shape, dtype=grads.dtype, device=grads.device)
    dx = pullback(lambda x: kernels.bilinear(x, size, align_corners, half_pixel_centers), grads, zeros)
    return dx.to(original_image.dtype)


@raw("ResizeNearestNeighborGrad")
def resize_nearest_neighbor_grad(
    grads: Value, size: Any, align_corners: bool, half_pixel_centers: bool
) -> torch.Tensor:
    """The gradient of ResizeNearestNeighbor, for images of the given size."""
    height, width = kernels.sizes(grads, size)
    out = list(grads.shape[1:3])
    zeros = grads.new_zeros((grads.shape[0], height, width, grads.shape[3]))
    return pullback(lambda x: kernels.nearest(x, out, align_corners, half_pixel_centers), grads, zeros)


@raw("ResizeBicubicGrad")
def resize_bicubic_grad(
    grads: Value, original_image: Value, align_corners: bool, half_pixel_centers: bool
) -> torch.Tensor:
    """The gradient of ResizeBicubic."""
    size = kernels.sizes(grads, list(grads.shape[1:3]))
    zeros = torch.zeros_like(original_image)
    dy = grads.to(original_image.dtype)
    return pullback(lambda x: kernels.bicubic(x, size, align_corners, half_pixel_centers), dy, zeros)


# ---- boxes, glimpses and windows ----


@raw("CombinedNonMaxSuppression")
def combined_non_max_suppression(
    boxes: Value,
    scores: Value,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Value,
    score_threshold: Value,
    pad_per_class: bool,
    clip_boxes: bool,
) -> Any:
    """Boxes picked within each class, then the best of all classes."""
    how = (iou_threshold, score_threshold, pad_per_class, clip_boxes)
    return body(image_boxes._combined)(boxes, scores, max_output_size_per_class, max_total_size, *how)


@raw("DrawBoundingBoxes")
def draw_bounding_boxes(images: Value, boxes: Value) -> torch.Tensor:
    """Images with the outlines of boxes drawn on them, in TensorFlow's colours."""
    return body(image_boxes.draw_bounding_boxes)(images, boxes, None)


@raw("ExtractGlimpseV2")
def extract_glimpse(
    input: Value, size: Any, offsets: Value, centered: bool, normalized: bool, uniform_noise: bool, noise: str
) -> torch.Tensor:
    """A window of each image around a place; `noise` says what is outside of the image."""
    if uniform_noise and noise != "uniform":
        raise Invalid(f"uniform_noise and noise='{noise}' should not be specified at the same time")
    return body(patches.extract_glimpse)(input, size, offsets, centered, normalized, noise)


@raw("ExtractGlimpse")
def extract_glimpse_v1(
    input: Value, size: Any, offsets: Value, centered: bool, normalized: bool, uniform_noise: bool, noise: str
) -> torch.Tensor:
    """As ExtractGlimpseV2, but the offsets are those of the windows' middles."""
    if uniform_noise and noise != "uniform":
        raise Invalid(f"uniform_noise and noise='{noise}' should not be specified at the same time")
    patches._check_glimpse(input, size, offsets, noise)
    sides = tensor_of(input.shape[1:3], torch.float32, input.device)
    window = torch.tensor(vector(size, "T", "size"), dtype=torch.float32, device=input.device)
    at = offsets * sides if normalized else offsets
    return patches.glimpse(input, size, ((at + sides) / 2 if centered else at) - window / 2, noise)


@raw("EncodeJpegVariableQuality")
def encode_jpeg_variable_quality(images: Value, quality: Value) -> Any:
    """An image as the bytes of a JPEG of a quality from 0 to 100."""
    if quality.ndim:
        raise Invalid(f"quality must be scalar: {list(quality.shape)}")
    if not 0 <= int(quality) <= 100:
        raise Invalid(f"quality must be in the range [0, 100], got {int(quality)}")
    return body(codecs.encode_jpeg)(images, quality=int(quality))


def _sampled(kernel: str, stateless: bool) -> None:
    def sample(**given: Any) -> Any:
        if stateless:
            where = seeded(to_storage(given["seed"]))
        else:
            where = stream(kernel, "int64", given["seed"], given["seed2"])
        names = ("aspect_ratio_range", "area_range", "max_attempts", "use_image_if_no_bounding_boxes")
        how = (given[name] for name in names)
        least = given["min_object_covered"]
        return body(randoms._sampled)(given["image_size"], given["bounding_boxes"], where, least, *how)

    sample.__doc__ = "A random window of an image that covers a share of a box."
    raw(kernel)(sample)


_sampled("SampleDistortedBoundingBox", False)
_sampled("SampleDistortedBoundingBoxV2", False)
_sampled("StatelessSampleDistortedBoundingBox", True)
