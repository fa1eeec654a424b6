"""Colour spaces and the ranges of dtypes: conversions of images whose last dimension is the channels."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, op
from tfcompat.dtypes.casting import cast_storage
from tfcompat.image import _kernels as kernels
from tfcompat.image._checks import expect

_WIDER = {torch.uint16: torch.int32, torch.uint32: torch.int64}


def _cast(t: torch.Tensor, dtype: dtypes.DType, saturate: bool) -> torch.Tensor:
    """As tf.cast, or tf.saturate_cast."""
    if saturate:
        own = BY_STORAGE[t.dtype]
        low, high = float(max(own.min, dtype.min)), float(min(own.max, dtype.max))
        if own.is_floating and dtype.is_integer:  # the next floats that the integers can hold
            like = torch.tensor(0.0, dtype=t.dtype)
            low, high = (_inward(bound, dtype, like) for bound in (low, high))
        t = t.to(_WIDER.get(t.dtype, t.dtype)).clamp(low, high)
    return cast_storage(t, dtype)


def _inward(bound: float, dtype: dtypes.DType, like: torch.Tensor) -> float:
    near = torch.full_like(like, bound)
    if not int(dtype.min) <= int(near) <= int(dtype.max):
        near = torch.nextafter(near, like)
    return float(near)


def converted(t: torch.Tensor, dtype: Any, saturate: bool = False) -> torch.Tensor:
    """Pixels in the range of another dtype: floats from 0 to 1, integers from 0 to their greatest."""
    kind, own = dtypes.as_dtype(dtype), BY_STORAGE[t.dtype]
    if kind == own:
        return t
    if own.is_floating and kind.is_floating:
        return t.to(kind.torch)
    if own.is_integer and kind.is_integer:
        if own.max > kind.max:
            wide = t.to(_WIDER.get(t.dtype, t.dtype))
            scaled = torch.div(wide, (own.max + 1) // (kind.max + 1), rounding_mode="floor").to(t.dtype)
            return _cast(scaled, kind, saturate)
        wide = _cast(t, kind, saturate)
        return (wide.to(_WIDER.get(wide.dtype, wide.dtype)) * ((kind.max + 1) // (own.max + 1))).to(wide.dtype)
    if own.is_integer:
        return t.to(kind.torch) * (1.0 / own.max)
    return _cast(t * (kind.max + 0.5), kind, saturate)  # half more, so that cutting off rounds


@op("Identity")
def convert_image_dtype(image: Value, dtype: Any, saturate: bool = False, name: str | None = None) -> torch.Tensor:
    """Images as another dtype, scaled to its range (tf.image.convert_image_dtype): floats count from 0 to 1, integers
    from 0 to their greatest.

    saturate: clips what does not fit before it is cast. AttributeError for dtypes that are no floats or integers.
    """
    kind, own = dtypes.as_dtype(dtype), BY_STORAGE[image.dtype]
    for what, each in (("dtype", kind), ("image dtype", own)):
        if not (each.is_floating or each.is_integer):
            raise Invalid(f"{what} must be either floating point or integer", AttributeError)
    return converted(image, kind, saturate)


def as_floats(t: torch.Tensor) -> torch.Tensor:
    """Images as float32, or float16 where they are that already."""
    return t if t.dtype in (torch.float16, torch.float32) else converted(t, dtypes.float32)


@op("RGBToGrayscale")
def rgb_to_grayscale(images: Value, name: str | None = None) -> torch.Tensor:
    """RGB images in grey, one channel, of the same dtype (tf.image.rgb_to_grayscale)."""
    weights = torch.tensor([0.2989, 0.5870, 0.1140], device=images.device)
    grey = converted(images, dtypes.float32) @ weights
    return converted(grey.unsqueeze(-1), BY_STORAGE[images.dtype])


@op("Tile")
def grayscale_to_rgb(images: Value, name: str | None = None) -> torch.Tensor:
    """Images of one channel with that channel three times (tf.image.grayscale_to_rgb); ValueError for others."""
    expect(images.ndim >= 2, f"A grayscale image (shape {tuple(images.shape)}) must be at least two-dimensional.")
    expect(images.shape[-1] == 1, "Last dimension of a grayscale image should be size 1.")
    return torch.cat([images] * 3, -1)


@op("RGBToHSV")
def rgb_to_hsv(images: Value, name: str | None = None) -> torch.Tensor:
    """Hue, saturation and value, from 0 to 1, of red, green and blue (tf.image.rgb_to_hsv)."""
    return kernels.rgb_to_hsv(_floats(images))


@op("HSVToRGB")
def hsv_to_rgb(images: Value, name: str | None = None) -> torch.Tensor:
    """Red, green and blue of hue, saturation and value, from 0 to 1 (tf.image.hsv_to_rgb)."""
    return kernels.hsv_to_rgb(_floats(images))


def _floats(images: torch.Tensor) -> torch.Tensor:
    if not images.is_floating_point():
        kind = BY_STORAGE[images.dtype].name
        raise Invalid(
            f"Value for attr 'T' of {kind} is not in the list of allowed values: half, bfloat16, float, double"
        )
    return images


_RGB_TO_YIQ = ((0.299, 0.59590059, 0.2115), (0.587, -0.27455667, -0.52273617), (0.114, -0.32134392, 0.31119955))
_YIQ_TO_RGB = ((1.0, 1.0, 1.0), (0.95598634, -0.27201283, -1.10674021), (0.6208248, -0.64720424, 1.70423049))
_RGB_TO_YUV = ((0.299, -0.14714119, 0.61497538), (0.587, -0.28886916, -0.51496512), (0.114, 0.43601035, -0.10001026))
_YUV_TO_RGB = ((1.0, 1.0, 1.0), (0.0, -0.394642334, 2.03206185), (1.13988303, -0.58062185, 0.0))


def _mixed(images: torch.Tensor, matrix: Any) -> torch.Tensor:
    if images.shape[-1] != 3:
        raise Invalid(f"Matrix size-incompatible: images have {images.shape[-1]} channels, not 3")
    return images @ torch.tensor(matrix, dtype=images.dtype, device=images.device)


@op("Tensordot")
def rgb_to_yiq(images: Value) -> torch.Tensor:
    """Luma and two chroma channels (YIQ) of red, green and blue in [0, 1] (tf.image.rgb_to_yiq)."""
    return _mixed(images, _RGB_TO_YIQ)


@op("Tensordot")
def yiq_to_rgb(images: Value) -> torch.Tensor:
    """Red, green and blue of YIQ (tf.image.yiq_to_rgb)."""
    return _mixed(images, _YIQ_TO_RGB)


@op("Tensordot")
def rgb_to_yuv(images: Value) -> torch.Tensor:
    """Luma and two chroma channels (YUV) of red, green and blue in [0, 1] (tf.image.rgb_to_yuv)."""
    return _mixed(images, _RGB_TO_YUV)


@op("Tensordot")
def yuv_to_rgb(images: Value) -> torch.Tensor:
    """Red, green and blue of YUV (tf.image.yuv_to_rgb)."""
    return _mixed(images, _YUV_TO_RGB)
