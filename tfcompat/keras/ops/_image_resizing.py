"""keras.ops.image: resizing, and scaling along any axes, which is a matrix of weights along each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.ops._image_layout import need_images, on_batch, one_of
from tfcompat.keras.ops._operation import keras_op, operation, promoted

_METHODS = ("bilinear", "nearest", "lanczos3", "lanczos5", "bicubic", "area")


# ---- kernels, of the distance from the middle ----


def _triangle(x: torch.Tensor) -> torch.Tensor:
    return torch.clamp(1 - x.abs(), min=0)


def _cubic(x: torch.Tensor) -> torch.Tensor:
    near = ((1.5 * x - 2.5) * x) * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return torch.where(x >= 2, torch.zeros_like(x), torch.where(x >= 1, far, near))


def _lanczos(radius: float) -> Callable[[torch.Tensor], torch.Tensor]:
    def kernel(x: torch.Tensor) -> torch.Tensor:
        wave = radius * torch.sin(math.pi * x) * torch.sin(math.pi * x / radius)
        middle = torch.ones_like(x)
        found = torch.where(x > 1e-3, wave / torch.where(x != 0, math.pi**2 * x * x, middle), middle)
        return torch.where(x > radius, torch.zeros_like(x), found)

    return kernel


_KERNELS = {"bilinear": _triangle, "bicubic": _cubic, "lanczos3": _lanczos(3.0), "lanczos5": _lanczos(5.0)}


# ---- matrices of weights, (old size, new size) ----


def _sampled(
    old: int, new: int, scale: Any, shift: Any, kernel: Callable[..., Any], antialias: bool, like: torch.Tensor
) -> torch.Tensor:
    """The weights of an interpolation kernel at scaled and moved places."""
    inverse = 1.0 / scale
    stretch = torch.clamp(torch.as_tensor(inverse), min=1.0) if antialias else 1.0
    places = (torch.arange(new, dtype=like.dtype, device=like.device) + 0.5) * inverse - shift * inverse - 0.5
    lines = torch.arange(old, dtype=like.dtype, device=like.device)
    weights = kernel((places[None, :] - lines[:, None]).abs() / stretch)
    total = weights.sum(0, keepdim=True)
    weights = torch.where(
        total.abs() > 1000 * torch.finfo(torch.float32).eps,
        weights / torch.where(total != 0, total, torch.ones_like(total)),
        torch.zeros_like(weights),
    )
    inside = (places >= -0.5) & (places <= old - 0.5)
    return torch.where(inside[None, :], weights, torch.zeros_like(weights))


# ---- resize ----


def _resized(batch: torch.Tensor, size: Sequence[int], interpolation: str, antialias: bool) -> torch.Tensor:
    found = tf.image.resize(wrap(batch.permute(0, 2, 3, 1)), size, method=interpolation, antialias=antialias)
    return to_storage(found).permute(0, 3, 1, 2)


def _cropped(batch: torch.Tensor, size: Sequence[int]) -> torch.Tensor:
    """The largest part in the middle that has the target's aspect ratio."""
    height, width = batch.shape[2:]
    rows = max(min(height, int(width * size[0] / size[1])), 1)
    columns = max(min(width, int(height * size[1] / size[0])), 1)
    return batch.narrow(2, (height - rows) // 2, rows).narrow(3, (width - columns) // 2, columns)


def _padded(batch: torch.Tensor, size: Sequence[int], value: float) -> torch.Tensor:
    """The images in the middle of a border that gives them the target's aspect ratio."""
    height, width = batch.shape[2:]
    rows = max(height, int(width * size[0] / size[1]))
    columns = max(width, int(height * size[1] / size[0]))
    top, left = (rows - height) // 2, (columns - width) // 2
    return F.pad(batch, (left, left, top, top), value=value)


def _as(resized: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Resized images in the dtype that they had, integers rounded and within its range."""
    if resized.dtype is dtype or dtype.is_floating_point:
        return resized.to(dtype)
    bounds = torch.iinfo(dtype)
    return torch.round(resized).clamp(bounds.min, bounds.max).to(dtype)


@keras_op("images")
def resize(
    images: Any,
    size: Sequence[int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Any:
    """Images of (height, width) `size`, of their dtype; integers are rounded.

    interpolation: "bilinear", "nearest", "bicubic", "lanczos3", "lanczos5" or "area". antialias: whether pixels are
    averaged where images shrink. crop_to_aspect_ratio, pad_to_aspect_ratio: whether what does not fit the target's
    shape is cut off, or filled with `fill_value`, before. ValueError for other values and tensors that are no images.
    """
    one_of("interpolation", interpolation, _METHODS)
    one_of("fill_mode", fill_mode, ("constant",))
    if pad_to_aspect_ratio and crop_to_aspect_ratio:
        raise ValueError("Only one of `pad_to_aspect_ratio` & `crop_to_aspect_ratio` can be `True`.")
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers. Received: size={size}")
    need_images(images)
    target = tuple(int(n) for n in size)

    def change(batch: torch.Tensor) -> torch.Tensor:
        if crop_to_aspect_ratio:
            batch = _cropped(batch, target)
        elif pad_to_aspect_ratio:
            batch = _padded(batch, target, fill_value)
        return _as(_resized(batch, target, interpolation, antialias), batch.dtype)

    return on_batch(change, images, data_format)


_SCALED = {
    **dict.fromkeys(("linear", "bilinear", "trilinear"), "bilinear"),
    **dict.fromkeys(("cubic", "bicubic", "tricubic"), "bicubic"),
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
}


@operation("images", "scale", "translation")
def scale_and_translate(
    images: Any,
    output_shape: Sequence[int],
    scale: Any,
    translation: Any,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Any:
    """Images scaled and moved along the axes `spatial_dims`, as part of `output_shape`; zeros around them.

    method: "linear", "cubic", "lanczos3" or "lanczos5", or another name of the first two. antialias: whether pixels
    are averaged where images shrink. Integers are rounded, within the range that they had.
    """
    one_of("method", method, _SCALED)
    x = to_storage(images)
    factors, shifts = promoted([scale, translation], weak=False)
    kernel = _KERNELS[_SCALED[method]]
    out = x if x.is_floating_point() else x.to(torch.float32)
    for i, d in enumerate(spatial_dims):
        axis = d % x.ndim
        weights = _sampled(x.shape[axis], output_shape[axis], factors[i], shifts[i], kernel, antialias, factors)
        out = torch.movedim(torch.movedim(out, axis, -1) @ weights.to(out.dtype), -1, axis)
    if not x.is_floating_point() and len(spatial_dims):
        out = torch.round(out).clamp(x.min(), x.max())
    return wrap(out.to(x.dtype))
