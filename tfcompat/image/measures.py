"""How alike images are, how rough, and where their edges are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, op
from tfcompat.image._checks import expect
from tfcompat.image.colors import converted


def _alike(a: torch.Tensor, b: torch.Tensor) -> None:
    """ValueError where two stacks of images do not go together."""
    expect(a.ndim >= 3, f"Shape {tuple(a.shape)} must have rank at least 3")
    expect(b.ndim >= 3, f"Shape {tuple(b.shape)} must have rank at least 3")
    expect(
        tuple(a.shape[-3:]) == tuple(b.shape[-3:]),
        f"Shapes {tuple(a.shape[-3:])} and {tuple(b.shape[-3:])} are incompatible",
    )
    pairs = list(zip(reversed(a.shape[:-3]), reversed(b.shape[:-3])))
    expect(
        all(m == n or 1 in (m, n) for m, n in pairs),
        f"Two images are not compatible: {tuple(a.shape)} and {tuple(b.shape)}",
    )


def _as_floats(a: torch.Tensor, b: torch.Tensor, max_val: Any) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    top = to_storage(max_val).to(a)
    return converted(a, dtypes.float32), converted(b, dtypes.float32), converted(top, dtypes.float32)


@op("PSNR")
def psnr(a: Value, b: Value, max_val: Any, name: str | None = None) -> torch.Tensor:
    """The peak signal-to-noise ratio of images, in decibels (tf.image.psnr): [...], of [..., height, width, channels].

    max_val: the greatest value that a pixel may have (255 for uint8).
    """
    x, y, top = _as_floats(a, b, max_val)
    error = (x - y).square().mean((-3, -2, -1))
    _alike(a, b)
    return 20 * torch.log(top) / math.log(10.0) - (10 / math.log(10)) * torch.log(error)


def _window(size: int, sigma: float, channels: int, like: torch.Tensor) -> torch.Tensor:
    """A Gaussian window for each channel, as the kernel of a convolution."""
    at = torch.arange(size, dtype=like.dtype, device=like.device) - (size - 1) / 2
    g = at.square() * (-0.5 / sigma**2)
    window = torch.softmax((g.reshape(1, -1) + g.reshape(-1, 1)).reshape(-1), 0)
    return window.reshape(1, 1, size, size).expand(channels, 1, size, size)


def _similarity(
    x: torch.Tensor, y: torch.Tensor, top: torch.Tensor, size: int, sigma: float, k1: float, k2: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The structural similarity around each place, and the part of it that is not luminance."""
    for t in (x, y):
        if not all(side >= size for side in t.shape[-3:-1]):
            raise Invalid(f"Images of shape {list(t.shape)} are smaller than the window of {size}")
    channels = x.shape[-1]
    kernel = _window(size, sigma, channels, x)

    def local(t: torch.Tensor) -> torch.Tensor:
        flat = t.reshape(-1, *t.shape[-3:]).movedim(-1, 1)
        found = F.conv2d(flat, kernel, groups=channels).movedim(1, -1)
        return found.reshape(*t.shape[:-3], *found.shape[1:])

    c1, c2 = (k1 * top) ** 2, (k2 * top) ** 2
    mean_x, mean_y = local(x), local(y)
    product, squares = mean_x * mean_y * 2.0, mean_x.square() + mean_y.square()
    luminance = (product + c1) / (squares + c1)
    contrast = (local(x * y) * 2.0 - product + c2) / (local(x.square() + y.square()) - squares + c2)
    return luminance * contrast, contrast


@op("SSIM")
def ssim(
    img1: Value,
    img2: Value,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> torch.Tensor:
    """The structural similarity of images, at most 1 (tf.image.ssim): [...], of [..., height, width, channels].

    max_val: the greatest value that a pixel may have. filter_size, filter_sigma: of the Gaussian window, at most as
    large as the images. return_index_map: the similarity at each place instead of its mean.
    """
    _alike(img1, img2)
    x, y, top = _as_floats(img1, img2, max_val)
    found, _ = _similarity(x, y, top, int(filter_size), float(filter_sigma), k1, k2)
    return found.mean(-1) if return_index_map else found.mean((-3, -2)).mean(-1)


_POWERS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def _halved(t: torch.Tensor) -> torch.Tensor:
    """Images at half their size, by means of four pixels; an odd last row or column counts twice."""
    flat = t.reshape(-1, *t.shape[-3:]).movedim(-1, 1)
    odd = [side % 2 for side in flat.shape[2:]]
    flat = F.pad(flat, (0, odd[1], 0, odd[0]), mode="replicate")
    found = F.avg_pool2d(flat, 2).movedim(1, -1)
    return found.reshape(*t.shape[:-3], *found.shape[1:])


@op("SSIM")
def ssim_multiscale(
    img1: Value,
    img2: Value,
    max_val: Any,
    power_factors: Sequence[float] = _POWERS,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> torch.Tensor:
    """The structural similarity of images at several sizes, each half the one before (tf.image.ssim_multiscale).

    power_factors: how much each size counts. The rest: as tf.image.ssim's.
    """
    _alike(img1, img2)
    x, y, top = _as_floats(img1, img2, max_val)
    powers = to_storage(power_factors).to(x)
    parts = []
    for scale in range(len(powers)):
        if scale:
            x, y = _halved(x), _halved(y)
        full, contrast = _similarity(x, y, top, int(filter_size), float(filter_sigma), k1, k2)
        parts.append((full if scale == len(powers) - 1 else contrast).mean((-3, -2)).relu())
    return torch.stack(parts, -1).pow(powers).prod(-1).mean(-1)


@op("TotalVariation")
def total_variation(images: Value, name: str | None = None) -> torch.Tensor:
    """The sum of the differences of neighbouring pixels, for each image (tf.image.total_variation)."""
    if images.ndim not in (3, 4):
        raise Invalid("'images' must be either 3 or 4-dimensional.", ValueError)
    dims = (-3, -2, -1)
    return images.diff(dim=-3).abs().sum(dims, dtype=images.dtype) + images.diff(dim=-2).abs().sum(
        dims, dtype=images.dtype
    )


@op("ImageGradients")
def image_gradients(image: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """(dy, dx): what each pixel of images [batch, height, width, channels] differs from the next by, 0 at the end
    (tf.image.image_gradients).
    """
    if image.ndim != 4:
        shape = tuple(image.shape)
        raise Invalid(f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {shape}.", ValueError)
    down = F.pad(image.diff(dim=1), (0, 0, 0, 0, 0, 1))
    return down, F.pad(image.diff(dim=2), (0, 0, 0, 1))


@op("SobelEdges")
def sobel_edges(image: Value) -> torch.Tensor:
    """Edges of images [batch, height, width, channels] by Sobel's filter: [..., 2], along the height and the width
    (tf.image.sobel_edges).
    """
    if image.ndim != 4:
        raise Invalid(f"sobel_edges expects a 4D tensor [batch_size, h, w, d], not {tuple(image.shape)}.", ValueError)
    down = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    kernels = torch.tensor([down, list(map(list, zip(*down)))], dtype=image.dtype, device=image.device)
    channels = image.shape[-1]
    around = F.pad(image.movedim(-1, 1), (1, 1, 1, 1), mode="reflect")
    found = F.conv2d(around, kernels.unsqueeze(1).repeat(channels, 1, 1, 1), groups=channels)
    return found.reshape(found.shape[0], channels, 2, *found.shape[2:]).permute(0, 3, 4, 1, 2)
