"""Raw ops that resize images by a kernel: ScaleAndTranslate, and convolutions that pad or resize first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.ops import Value
from tfcompat.image._kernels import resize_bilinear
from tfcompat.image._scaling import scale_and_translate, scaled
from tfcompat.raw_ops._arrays import mirror_pad
from tfcompat.raw_ops._convolutions import convolve
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import raw

raw("ScaleAndTranslate")(scale_and_translate)


@raw("ScaleAndTranslateGrad")
def scale_and_translate_grad(
    grads: Value, original_image: Value, scale: Any, translation: Any, kernel_type: str, antialias: bool
) -> torch.Tensor:
    """The gradient of ScaleAndTranslate."""
    how = (list(grads.shape[1:3]), scale, translation, kernel_type, antialias)
    return pullback(lambda x: scaled(x, *how), grads, torch.zeros_like(original_image))


@raw("FusedPadConv2D")
def fused_pad_conv2d(
    input: Value, paddings: Any, filter: Value, mode: str, strides: Sequence[int], padding: str
) -> torch.Tensor:
    """Conv2D of images with their mirror image around them."""
    return convolve(2, mirror_pad(input, paddings, mode), filter, strides, padding, "NHWC", [1, 1, 1, 1])


@raw("FusedResizeAndPadConv2D")
def fused_resize_and_pad_conv2d(
    input: Value,
    size: Any,
    paddings: Any,
    filter: Value,
    mode: str,
    strides: Sequence[int],
    padding: str,
    resize_align_corners: bool,
) -> torch.Tensor:
    """FusedPadConv2D of images that ResizeBilinear brought to another size."""
    resized = resize_bilinear(input, size, resize_align_corners, False).to(input.dtype)
    return fused_pad_conv2d(resized, paddings, filter, mode, strides, padding)
