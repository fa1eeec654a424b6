"""Torch kernels that resize and warp images [batch, height, width, channels] and change their colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import tensor_of, vector
from tfcompat._core import errors
from tfcompat._core.convert import to_storage
from tfcompat._core.derivatives import unregistered
from tfcompat._core.ops import Invalid, Value


def sizes(images: torch.Tensor, size: Any) -> list[int]:
    if images.ndim != 4:
        raise Invalid(f"input must be 4-dimensional {list(images.shape)}")
    wanted = vector(size, "T", "size")
    if len(wanted) != 2:
        raise Invalid(f"shape_t must be a vector of 2 elements, got {wanted}")
    for n in wanted:
        if isinstance(n, int) and n <= 0:
            raise Invalid("output dimensions must be positive")
    if 0 in images.shape[1:3]:
        raise Invalid("input image must be of non-zero size")
    return wanted


def check_options(align_corners: bool, half_pixel_centers: bool) -> None:
    if align_corners and half_pixel_centers:
        raise Invalid("If half_pixel_centers is True, align_corners must be False.")


def _scale(size: int, out: int, align_corners: bool, like: torch.Tensor) -> torch.Tensor:
    if align_corners and out > 1:
        size, out = size - 1, out - 1
    own, wanted = tensor_of([size, out], torch.float32, like.device).unbind()
    return own / wanted


def _sources(
    size: int, out: int, align_corners: bool, half: bool, like: torch.Tensor, shift: float = 0.5
) -> torch.Tensor:
    """Where in the input, along one dimension, each output element is taken from."""
    scale = _scale(size, out, align_corners, like)
    places = torch.arange(out, dtype=torch.float32, device=like.device)
    return (places + 0.5) * scale - shift if half else places * scale


def _column(weights: torch.Tensor, dim: int) -> torch.Tensor:
    return weights.reshape([-1 if d == dim else 1 for d in range(4)])


def neighbours(
    size: int, out: int, align_corners: bool, half: bool, like: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Between which two elements of a dimension each output element lies, and how far from the first, in float32."""
    at = _sources(size, out, align_corners, half, like)
    first = torch.floor(at)
    return first.clamp_min(0).long(), torch.ceil(at).clamp_max(size - 1).long(), at - first


def bilinear(images: torch.Tensor, size: Sequence[int], align_corners: bool, half: bool) -> torch.Tensor:
    x = images if images.dtype == torch.float64 else images.to(torch.float32)
    for dim, out in ((2, size[1]), (1, size[0])):
        low, high, share = neighbours(x.shape[dim], out, align_corners, half, x)
        first, second = x.index_select(dim, low), x.index_select(dim, high)
        x = first + (second - first) * _column(share.to(x.dtype), dim)
    return x


def resize_bilinear(images: Value, size: Any, align_corners: bool, half_pixel_centers: bool) -> torch.Tensor:
    """The images in another size, as float32, by linear interpolation."""
    wanted = sizes(images, size)
    check_options(align_corners, half_pixel_centers)
    return bilinear(images, wanted, align_corners, half_pixel_centers).to(torch.float32)


def nearest(images: torch.Tensor, size: Sequence[int], align_corners: bool, half: bool) -> torch.Tensor:
    for dim, out in ((1, size[0]), (2, size[1])):
        at = _sources(images.shape[dim], out, align_corners, half, images, shift=0.0)
        at = torch.floor(at + 0.5) if align_corners else torch.floor(at)
        images = images.index_select(dim, at.long().clamp(0, images.shape[dim] - 1))
    return images


def resize_nearest_neighbor(images: Value, size: Any, align_corners: bool, half_pixel_centers: bool) -> torch.Tensor:
    """The images in another size, by taking the nearest element."""
    wanted = sizes(images, size)
    check_options(align_corners, half_pixel_centers)
    return nearest(images, wanted, align_corners, half_pixel_centers)


_CUBIC_STEPS = 1024  # TensorFlow's kernel looks the weights up in a table of so many steps


def _cubic_weights(size: int, out: int, align_corners: bool, half: bool, like: torch.Tensor) -> Any:
    """The four elements and weights of each output element: with `half` those outside of the image count nothing."""
    at = _sources(size, out, align_corners, half, like)
    base = torch.floor(at)
    t = torch.round((at - base) * _CUBIC_STEPS) / _CUBIC_STEPS
    a = -0.5 if half else -0.75

    def near(x: torch.Tensor) -> torch.Tensor:
        return ((a + 2) * x - (a + 3)) * x * x + 1

    def far(x: torch.Tensor) -> torch.Tensor:
        return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a

    weights = torch.stack([far(t + 1), near(t), near(1 - t), far(2 - t)])
    places = base.long() + torch.arange(-1, 3, device=like.device).reshape(-1, 1)
    bounded = places.clamp(0, size - 1)
    if half:
        weights = torch.where(places == bounded, weights, 0)
        total = weights.sum(0)
        weights = torch.where(torch.abs(total) >= 1000 * torch.finfo(torch.float32).tiny, weights / total, weights)
    return bounded, weights


def bicubic(images: torch.Tensor, size: Sequence[int], align_corners: bool, half: bool) -> torch.Tensor:
    x = images if images.dtype == torch.float64 else images.to(torch.float32)
    for dim, out in ((1, size[0]), (2, size[1])):
        places, weights = _cubic_weights(x.shape[dim], out, align_corners, half, x)
        parts = [x.index_select(dim, p) * _column(w.to(x.dtype), dim) for p, w in zip(places, weights, strict=True)]
        x = parts[0] + parts[1] + parts[2] + parts[3]
    return x


def resize_bicubic(images: Value, size: Any, align_corners: bool, half_pixel_centers: bool) -> torch.Tensor:
    """The images in another size, as float32, by cubic interpolation."""
    wanted = sizes(images, size)
    check_options(align_corners, half_pixel_centers)
    return bicubic(images, wanted, align_corners, half_pixel_centers).to(torch.float32)


def resize_area(images: Value, size: Any, align_corners: bool) -> torch.Tensor:
    """The images in another size, as float32: each output element is the mean of the area it covers."""
    x = images.detach().to(torch.float32)
    for dim, out in zip((1, 2), sizes(images, size), strict=True):
        n = x.shape[dim]
        scale = _scale(n, out, align_corners, x)
        starts = torch.arange(out, dtype=torch.float32, device=x.device).reshape(-1, 1) * scale
        cells = torch.arange(n, dtype=torch.float32, device=x.device)
        stops = cells + 1
        stops[-1] = torch.inf  # what lies beyond the image is its last element
        cover = (torch.minimum(starts + scale, stops) - torch.maximum(starts, cells)).clamp_min(0) / scale
        x = (x.movedim(dim, -1) @ cover.T).movedim(-1, dim)
    return x


# ---- warping ----


def _reflected(at: torch.Tensor, size: int) -> torch.Tensor:
    both = 2 * size
    below = both * torch.trunc(-at / both) + at
    below = torch.where(below < -size, below + both, -below - 1)
    above = at - both * torch.trunc(at / both)
    above = torch.where(above >= size, both - above - 1, above)
    return torch.where(at < 0, below, torch.where(at > size - 1, above, at)).clamp(0, size - 1)


def _wrapped(at: torch.Tensor, size: int) -> torch.Tensor:
    if size <= 1:
        return torch.zeros_like(at)
    below = at + size * (torch.trunc(-at / (size - 1)) + 1)
    above = at - size * torch.trunc(at / (size - 1))
    return torch.where(at < 0, below, torch.where(at > size - 1, above, at)).clamp(0, size - 1)


_FILL = {
    "REFLECT": _reflected,
    "WRAP": _wrapped,
    "NEAREST": lambda at, size: at.clamp(0, size - 1),
    "CONSTANT": lambda at, size: at,
}


def _pixels(images: torch.Tensor, y: torch.Tensor, x: torch.Tensor, fill: Any) -> torch.Tensor:
    """images[b, y, x], and `fill` where that is outside."""
    height, width = images.shape[1:3]
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    batch = torch.arange(len(images), device=images.device).reshape(-1, 1, 1)
    found = images[batch, y.clamp(0, height - 1).long(), x.clamp(0, width - 1).long()]
    return torch.where(inside.unsqueeze(-1), found, fill)


def image_projective_transform(
    images: Value,
    transforms: Value,
    output_shape: Any,
    fill_value: Any,
    interpolation: str,
    fill_mode: str,
) -> torch.Tensor:
    """The images warped: output (x, y) is taken from ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), of
    transforms [a0, a1, a2, b0, b1, b2, c0, c1] and k = c0 x + c1 y + 1, one for all images or one for each.
    """
    if interpolation not in ("NEAREST", "BILINEAR"):
        raise Invalid(f"Invalid interpolation: {interpolation}, expected NEAREST or BILINEAR.")
    if fill_mode not in _FILL:
        raise Invalid(f"Invalid fill_mode {fill_mode}. Expected one of: {', '.join(_FILL)}")
    if images.ndim != 4:
        raise Invalid(f"Input images must have rank 4, got shape {list(images.shape)}")
    if transforms.ndim != 2 or transforms.shape[0] not in (1, images.shape[0]) or transforms.shape[1] != 8:
        raise Invalid(f"Input transform should be num_images x 8 or 1 x 8, got {list(transforms.shape)}")
    out = vector(output_shape, "T", "output_shape")
    if len(out) != 2 or min(out) <= 0:
        raise Invalid(f"output_shape must be two positive numbers, got {out}")
    t = transforms.to(torch.float32).T.reshape(8, -1, 1, 1)
    y = torch.arange(out[0], dtype=torch.float32, device=images.device).reshape(1, -1, 1)
    x = torch.arange(out[1], dtype=torch.float32, device=images.device).reshape(1, 1, -1)
    k = t[6] * x + t[7] * y + 1
    fill = to_storage(fill_value).to(images.dtype)
    at_x = _FILL[fill_mode]((t[0] * x + t[1] * y + t[2]) / k, images.shape[2])
    at_y = _FILL[fill_mode]((t[3] * x + t[4] * y + t[5]) / k, images.shape[1])
    at_x, at_y = (a.expand(len(images), *out) for a in (at_x, at_y))
    if interpolation == "NEAREST":
        warped = _pixels(images, torch.round(at_y), torch.round(at_x), fill)
    else:
        top, left = torch.floor(at_y), torch.floor(at_x)
        wide = images if images.is_floating_point() else images.to(torch.float32)
        corners = [_pixels(wide, top + i, left + j, fill.to(wide.dtype)) for i in (0, 1) for j in (0, 1)]
        right, down = (at_x - left).unsqueeze(-1).to(wide.dtype), (at_y - top).unsqueeze(-1).to(wide.dtype)
        upper = corners[0] * (1 - right) + corners[1] * right
        lower = corners[2] * (1 - right) + corners[3] * right
        warped = (upper * (1 - down) + lower * down).to(images.dtype)
    return torch.where((k == 0).expand(len(images), *out).unsqueeze(-1), fill, warped)


def image_projective_transform_v2(
    images: Value, transforms: Value, output_shape: Any, interpolation: str, fill_mode: str
) -> torch.Tensor:
    """As ImageProjectiveTransformV3, with zeros outside of the images."""
    return image_projective_transform(images, transforms, output_shape, 0.0, interpolation, fill_mode)


# ---- colours ----


def _three(images: torch.Tensor) -> torch.Tensor:
    if not images.ndim or images.shape[-1] != 3:
        text = f"input must have 3 channels but instead has shape {list(images.shape)}"
        raise Invalid(text, errors.FailedPreconditionError)
    return images


def rgb_to_hsv(images: Value) -> torch.Tensor:
    """Hue, saturation and value, from 0 to 1, of red, green and blue."""
    r, g, b = _three(images).unbind(-1)
    value = torch.maximum(torch.maximum(r, g), b)
    span = value - torch.minimum(torch.minimum(r, g), b)
    saturation = torch.where(value > 0, span / torch.where(value > 0, value, 1), 0)
    norm = 1 / (6 * torch.where(span > 0, span, 1))
    hue = torch.where(
        r == value, norm * (g - b), torch.where(g == value, norm * (b - r) + 2 / 6, norm * (r - g) + 4 / 6)
    )
    hue = torch.where(span > 0, hue, 0)
    return torch.stack([torch.where(hue < 0, hue + 1, hue), saturation, value], -1)


def hsv_to_rgb(images: Value) -> torch.Tensor:
    """Red, green and blue of hue, saturation and value."""
    h, s, v = _three(images).unbind(-1)
    dh = h * 6
    parts = [(torch.abs(dh - 3) - 1), (2 - torch.abs(dh - 2)), (2 - torch.abs(dh - 4))]
    return torch.stack([(1 - s + s * p.clamp(0, 1)) * v for p in parts], -1)


def _number(value: Any, name: str, like: torch.Tensor) -> torch.Tensor:
    t = to_storage(value)
    if t.ndim:
        raise Invalid(f"{name} must be scalar: {list(t.shape)}")
    return t.to(like.dtype)


def _sixths(images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The hue of RGB images in sixths of the circle, and the least and greatest of their channels."""
    r, g, b = _three(images).unbind(-1)
    (low, middle, high), _ = torch.sort(torch.stack([r, g, b]), 0)
    span = high - low
    share = torch.where(span > 0, (middle - low) / torch.where(span > 0, span, 1), 0)
    below = torch.where(b < r, 1, torch.where(b > g, 3, 2))  # where red is less than green
    above = torch.where(b < g, 0, torch.where(b > r, 4, 5))
    sixth = torch.where(r < g, below, above)
    hue = sixth + torch.where(sixth % 2 == 0, share, 1 - share)
    return torch.where(span > 0, hue, 0), low, high


def adjust_hue(images: Value, delta: Value) -> torch.Tensor:
    """RGB images with `delta`, of which the whole circle is 1, added to their hue."""
    hue, low, high = _sixths(images)
    hue = torch.remainder(hue + _number(delta, "delta", hue) * 6, 6)
    sixth = torch.floor(hue).clamp_max(5)
    share = hue - sixth
    middle = low + torch.where(sixth % 2 == 0, share, 1 - share) * (high - low)
    order = torch.tensor([[2, 1, 0], [1, 2, 0], [0, 2, 1], [0, 1, 2], [1, 0, 2], [2, 0, 1]], device=images.device)
    return unregistered(torch.stack([low, middle, high], -1).gather(-1, order[sixth.long()]), "AdjustHue")


def adjust_saturation(images: Value, scale: Value) -> torch.Tensor:
    """RGB images with their saturation multiplied by `scale`."""
    h, s, v = rgb_to_hsv(images).unbind(-1)
    adjusted = hsv_to_rgb(torch.stack([h, (s * _number(scale, "scale", s)).clamp(0, 1), v], -1))
    return unregistered(adjusted, "AdjustSaturation")


def adjust_contrast(images: Value, contrast_factor: Value) -> torch.Tensor:
    """Images with the distance of their elements from the channel's mean multiplied by `contrast_factor`."""
    if images.ndim < 3:
        raise Invalid(f"input must be at least 3-D, got shape {list(images.shape)}")
    mean = images.to(torch.float32).mean((-3, -2), keepdim=True).to(images.dtype)
    adjusted = (images - mean) * _number(contrast_factor, "contrast_factor", images) + mean
    return unregistered(adjusted, "AdjustContrastv2")
