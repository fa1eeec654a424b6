"""Raw ops on boxes [y1, x1, y2, x2] in images: the kernels of tf.image, and their gradients."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.sizes import vector
from tfcompat._core.ops import Value
from tfcompat.image import _box_kernels as kernels
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import raw

_KERNELS = {
    "CropAndResize": kernels.crop_and_resize,
    "NonMaxSuppression": kernels.non_max_suppression,
    "NonMaxSuppressionV2": kernels.non_max_suppression_v2,
    "NonMaxSuppressionV3": kernels.non_max_suppression_v3,
    "NonMaxSuppressionV4": kernels.non_max_suppression_v4,
    "NonMaxSuppressionV5": kernels.non_max_suppression_v5,
    "NonMaxSuppressionWithOverlaps": kernels.non_max_suppression_with_overlaps,
}
for _name, _kernel in _KERNELS.items():
    raw(_name)(_kernel)


@raw("CropAndResizeGradImage")
def crop_and_resize_grad_image(
    grads: Value, boxes: Value, box_ind: Value, image_size: Any, T: Any, method: str
) -> torch.Tensor:
    """The gradient of CropAndResize by the image, of shape image_size and dtype T."""
    shape = vector(image_size, "T", "image_size")
    kernels.check(shape, boxes, box_ind, list(grads.shape[1:3]))
    zeros = grads.new_zeros(shape)
    how = (list(grads.shape[1:3]), method, 0.0)
    return pullback(lambda image: kernels.cropped(image, boxes, box_ind, *how), grads, zeros).to(T.torch)


@raw("CropAndResizeGradBoxes")
def crop_and_resize_grad_boxes(grads: Value, image: Value, boxes: Value, box_ind: Value, method: str) -> torch.Tensor:
    """The gradient of CropAndResize by the boxes."""
    kernels.check(image.shape, boxes, box_ind, list(grads.shape[1:3]))
    how = (box_ind, list(grads.shape[1:3]), method, 0.0)
    return pullback(lambda b: kernels.cropped(image, b, *how), grads, boxes)
