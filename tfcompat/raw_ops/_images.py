"""Raw ops that resize and warp images and change their colours: the kernels of tf.image, and their gradients."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Value
from tfcompat.image import _kernels as kernels
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import raw

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
