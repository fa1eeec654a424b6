"""keras.ops.image: colors, blurring, edges and structural similarity."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.ops._image_layout import channels_first, need_images, on_batch
from tfcompat.keras.ops._operation import float_of, keras_op, operation

_GRAY = (0.2989, 0.5870, 0.1140)

# ---- colors ----


@keras_op("images", name="RGBToGrayscale")
def rgb_to_grayscale(images: Any, data_format: str | None = None) -> Any:
    """Images with one channel, the brightness; of 3 channels or 1, else ValueError. The dtype stays."""
    axis = -3 if channels_first(data_format) else -1
    need_images(images)
    if images.shape[axis] not in (1, 3):
        raise ValueError(
            f"Invalid channel size: expected 3 (RGB) or 1 (Grayscale). Received: images.shape={tuple(images.shape)}"
        )
    if images.shape[axis] == 1:
        return images
    values = float_of(wrap(images))
    weights = torch.tensor(_GRAY, dtype=values.dtype, device=values.device)
    return (torch.movedim(values, axis, -1) @ weights).unsqueeze(axis).to(images.dtype)


def _need_colors(images: torch.Tensor, axis: int) -> None:
    need_images(images)
    if images.shape[axis] != 3:
        raise ValueError(f"Input images must have 3 channels. Received: images.shape={tuple(images.shape)}")
    if not images.is_floating_point():
        raise ValueError(f"Invalid images dtype: expected a float, got {wrap(images).dtype.name}")


@keras_op("images", name="RGBToHSV")
def rgb_to_hsv(images: Any, data_format: str | None = None) -> Any:
    """Hue, saturation and value, in [0, 1], of red, green and blue; ValueError for images that are no floats."""
    axis = -3 if channels_first(data_format) else -1
    _need_colors(images, axis)
    red, green, blue = images.unbind(axis)
    value = torch.maximum(torch.maximum(red, green), blue)
    span = value - torch.minimum(torch.minimum(red, green), blue)
    safe = torch.where(span > 0, span, torch.ones_like(span))
    norm = 1 / (6 * safe)
    hue = torch.where(
        red == value,
        norm * (green - blue),
        torch.where(green == value, norm * (blue - red) + 2 / 6, norm * (red - green) + 4 / 6),
    )
    hue = torch.where(span > 0, hue, torch.zeros_like(hue))
    saturation = torch.where(value > 0, span / torch.where(value > 0, value, 1), torch.zeros_like(value))
    return torch.stack([torch.where(hue < 0, hue + 1, hue), saturation, value], axis)


@keras_op("images", name="HSVToRGB")
def hsv_to_rgb(images: Any, data_format: str | None = None) -> Any:
    """Red, green and blue of hue, saturation and value; ValueError for images that are no floats."""
    axis = -3 if channels_first(data_format) else -1
    _need_colors(images, axis)
    hue, saturation, value = images.unbind(axis)
    turn = hue * 6
    colors = ((turn - 3).abs() - 1, 2 - (turn - 2).abs(), 2 - (turn - 4).abs())
    return torch.stack([((1 - saturation) + saturation * c.clamp(0, 1)) * value for c in colors], axis)


# ---- filters ----


def _bell(size: int, sigma: Any, like: torch.Tensor) -> torch.Tensor:
    """The normal distribution's weights at `size` points around its middle; they sum to 1."""
    x = torch.arange(size, dtype=like.dtype, device=like.device) - (size - 1) / 2
    weights = torch.exp(-0.5 * (x / sigma).square())
    return weights / weights.sum()


def _filtered(batch: torch.Tensor, kernels: torch.Tensor, same: bool = False) -> torch.Tensor:
    """Each channel of (batch, channels, height, width) convolved with the same kernels (count, height, width)."""
    channels = batch.shape[1]
    if same:
        (top, down), (left, right) = (((k - 1) // 2, k // 2) for k in kernels.shape[1:])
        batch = F.pad(batch, (left, right, top, down))
    return F.conv2d(batch, kernels[:, None].repeat(channels, 1, 1, 1), groups=channels)


def blurred(images: torch.Tensor, kernel_size: Any, sigma: Any, data_format: Any) -> torch.Tensor:
    """`gaussian_blur` of a torch tensor."""
    height, width = (int(k) for k in kernel_size)
    sigma = to_storage(sigma).to(images) if hasattr(sigma, "dtype") else sigma
    kernel = torch.outer(_bell(width, sigma[1], images), _bell(height, sigma[0], images)).reshape(1, height, width)
    return on_batch(lambda batch: _filtered(batch, kernel, same=True), images, data_format)


@keras_op("images")
def gaussian_blur(
    images: Any, kernel_size: Any = (3, 3), sigma: Any = (1.0, 1.0), data_format: str | None = None
) -> Any:
    """Images blurred with a Gaussian kernel of (height, width) `kernel_size` and `sigma`, zeros around the borders."""
    need_images(images)
    return blurred(images, kernel_size, sigma, data_format or "channels_last")


@keras_op("images")
def sobel_edges(images: Any, data_format: str | None = None) -> Any:
    """The gradients of each pixel along height and width, as a new last axis."""
    if images.ndim != 4:
        raise ValueError(f"`sobel_edges` takes a batch of images, of rank 4. Received: {tuple(images.shape)}")
    first = channels_first(data_format)
    batch = images if first else images.permute(0, 3, 1, 2)
    down = torch.tensor([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], dtype=images.dtype, device=images.device)
    edges = _filtered(F.pad(batch, (1, 1, 1, 1), mode="reflect"), torch.stack([down, down.T]))
    edges = edges.reshape(batch.shape[0], batch.shape[1], 2, *batch.shape[2:])
    return edges.permute(0, 1, 3, 4, 2) if first else edges.permute(0, 3, 4, 1, 2)


# ---- similarity ----


@operation("image1", "image2", name="SSIM")
def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Any:
    """The structural similarity of two images, or of each pair in two batches: 1 where they are the same.

    max_val: how far values reach. filter_size, filter_sigma: the window that pixels are compared in. k1, k2: what keeps
    divisions stable. ValueError for tensors that are no images.
    """
    first, second = (to_storage(x) for x in (image1, image2))
    need_images(first, "image1")
    need_images(second, "image2")
    layout = channels_first(data_format)
    a, b = (float_of(wrap(x)) for x in (first, second))
    a, b = ((x if x.ndim == 4 else x.unsqueeze(0)) for x in (a, b))
    a, b = ((x if layout else x.permute(0, 3, 1, 2)) for x in (a, b))
    bell = _bell(filter_size, filter_sigma, a)
    kernel = torch.outer(bell, bell).unsqueeze(0)

    def mean(x: torch.Tensor) -> torch.Tensor:
        return _filtered(x, kernel)

    mean_a, mean_b = mean(a), mean(b)
    spread_a, spread_b = mean(a * a) - mean_a * mean_a, mean(b * b) - mean_b * mean_b
    common = mean(a * b) - mean_a * mean_b
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    above = (2 * mean_a * mean_b + c1) * (2 * common + c2)
    below = (mean_a * mean_a + mean_b * mean_b + c1) * (spread_a + spread_b + c2)
    found = (above / below).mean((2, 3)).mean(-1)
    return wrap((found if first.ndim == 4 else found.squeeze(0)).to(first.dtype))
