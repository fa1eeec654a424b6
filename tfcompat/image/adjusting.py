"""Brightness, contrast, gamma, hue and saturation of images, whose integers count as shares of their greatest."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, is_symbolic, op
from tfcompat.image import _kernels as kernels
from tfcompat.image._checks import at_least_3d
from tfcompat.image.colors import as_floats, converted


def _factor(value: Any, like: torch.Tensor) -> torch.Tensor:
    return to_storage(value).to(like)


@op("AdjustBrightness")
def adjust_brightness(image: Value, delta: Any) -> torch.Tensor:
    """Images with `delta` added, of the range from 0 to 1 that integers are brought to (tf.image.adjust_brightness)."""
    x = as_floats(image)
    return converted(x + _factor(delta, x), BY_STORAGE[image.dtype], saturate=True)


@op("AdjustContrastv2")
def adjust_contrast(images: Value, contrast_factor: Any) -> torch.Tensor:
    """Images with the distance of pixels from their mean times `contrast_factor` (tf.image.adjust_contrast)."""
    x = as_floats(images)
    return converted(kernels.adjust_contrast(x, _factor(contrast_factor, x)), BY_STORAGE[images.dtype], saturate=True)


@op("AdjustGamma")
def adjust_gamma(image: Value, gamma: Any = 1, gain: Any = 1) -> torch.Tensor:
    """gain * image ** gamma, with pixels from 0 to 1 (tf.image.adjust_gamma); ValueError for a negative gamma."""
    power = to_storage(gamma)
    if not is_symbolic(power) and bool((power < 0).any()):
        raise Invalid("Gamma should be a non-negative real number.", ValueError)
    x = as_floats(image)
    return converted(_factor(gain, x) * x ** _factor(gamma, x), BY_STORAGE[image.dtype], saturate=True)


@op("AdjustHue")
def adjust_hue(image: Value, delta: Any, name: str | None = None) -> torch.Tensor:
    """RGB images with `delta` added to their hue, of which the whole circle is 1 (tf.image.adjust_hue).

    ValueError for a delta outside of [-1, 1].
    """
    turn = to_storage(delta)
    if not is_symbolic(turn) and bool((turn.abs() > 1).any()):
        raise Invalid("delta must be in the interval [-1, 1]", ValueError)
    x = as_floats(at_least_3d(image))
    return converted(kernels.adjust_hue(x, turn.to(x)), BY_STORAGE[image.dtype])


@op("AdjustSaturation")
def adjust_saturation(image: Value, saturation_factor: Any, name: str | None = None) -> torch.Tensor:
    """RGB images with their saturation times `saturation_factor`, at most 1 (tf.image.adjust_saturation)."""
    x = as_floats(at_least_3d(image))
    return converted(kernels.adjust_saturation(x, _factor(saturation_factor, x)), BY_STORAGE[image.dtype])


@op("PerImageStandardization")
def per_image_standardization(image: Value) -> torch.Tensor:
    """Each image as float32 with mean 0 and variance 1 (tf.image.per_image_standardization).

    The deviation divided by is at least 1 / sqrt(pixels), for images of one colour.
    """
    x = at_least_3d(image).to(torch.float32)
    count = x.shape[-1] * x.shape[-2] * x.shape[-3]
    centred = x - x.mean((-1, -2, -3), keepdim=True)
    deviation = centred.square().mean((-1, -2, -3), keepdim=True).sqrt()
    return centred / deviation.clamp_min(count**-0.5)
