"""Torch kernels that resize images by weighing what lies near, as wide as shrinking needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, is_symbolic
from tfcompat.image._kernels import sizes


def _lanczos(radius: int) -> Callable[[torch.Tensor], torch.Tensor]:
    def kernel(x: torch.Tensor) -> torch.Tensor:
        at = math.pi * x
        value = radius * torch.sin(at) * torch.sin(at / radius) / torch.where(x == 0, 1, at * at)
        return torch.where(x > radius, 0, torch.where(x <= 1e-3, 1, value))

    return kernel


def _gaussian(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x >= 1.5, 0, torch.exp(-x * x / (2 * 0.5 * 0.5)))


def _box(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x < 0.5, 1.0, torch.where(x == 0.5, 0.5, 0.0))


def _triangle(x: torch.Tensor) -> torch.Tensor:
    return (1 - x).clamp_min(0)


def _keys_cubic(x: torch.Tensor) -> torch.Tensor:
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return torch.where(x >= 2, 0, torch.where(x >= 1, far, ((1.5 * x - 2.5) * x) * x + 1))


def _mitchell_cubic(x: torch.Tensor) -> torch.Tensor:
    far = (((-7 / 18) * x + 2) * x - 10 / 3) * x + 16 / 9
    return torch.where(x >= 2, 0, torch.where(x >= 1, far, (((7 / 6) * x - 2) * x) * x + 8 / 9))


_KERNELS: dict[str, tuple[float, Callable[[torch.Tensor], torch.Tensor]]] = {
    "lanczos1": (1, _lanczos(1)),
    "lanczos3": (3, _lanczos(3)),
    "lanczos5": (5, _lanczos(5)),
    "gaussian": (1.5, _gaussian),
    "box": (0.5, _box),
    "triangle": (1, _triangle),
    "keyscubic": (2, _keys_cubic),
    "mitchellcubic": (2, _mitchell_cubic),
}


def _weights(size: int, out: int, scale: torch.Tensor, shift: torch.Tensor, kind: str, antialias: bool) -> torch.Tensor:
    """How much each of `size` elements counts for each of `out`: a matrix, whose rows add up to 1 or are 0."""
    radius, kernel = _KERNELS[kind]
    inverse = 1 / scale
    wide = inverse.clamp_min(1.0) if antialias else 1.0
    centres = ((torch.arange(out, dtype=torch.float32) + 0.5) * inverse - inverse * shift).unsqueeze(1)
    first = torch.ceil(centres - radius * wide - 0.5).clamp_min(0)
    last = torch.floor(centres + radius * wide - 0.5).clamp_max(size - 1)
    places = torch.arange(size, dtype=torch.float32)
    weights = kernel(torch.abs(places + 0.5 - centres) / wide)
    weights = torch.where((places >= first) & (places <= last), weights, 0)
    total = weights.sum(1, keepdim=True)
    usable = (torch.abs(total) >= 1000 * torch.finfo(torch.float32).tiny) & (centres >= 0) & (centres <= size)
    return torch.where(usable, weights / torch.where(usable, total, 1), 0)


def scaled(x: torch.Tensor, size: Sequence[int], scale: Any, shift: Any, kind: str, antialias: bool) -> torch.Tensor:
    if kind not in _KERNELS:
        raise Invalid(f"Unrecognized kernel type: {kind}")
    pairs = [to_storage(t) for t in (scale, shift)]
    if any(tuple(p.shape) != (2,) for p in pairs):
        raise Invalid("scale and translation must have two elements")
    scales, shifts = (p.cpu().to(torch.float64) for p in pairs)
    if not is_symbolic(scales) and bool((scales <= 0).any()):
        raise Invalid(f"Scale must be positive, got {scales.tolist()}")
    x = x if x.dtype == torch.float64 else x.to(torch.float32)
    for dim in (1, 2):
        n = x.shape[dim]
        weights = _weights(n, size[dim - 1], scales[dim - 1], shifts[dim - 1], kind, antialias).to(x)
        x = (x.movedim(dim, -1) @ weights.T).movedim(-1, dim)
    return x


def scale_and_translate(
    images: Value, size: Any, scale: Any, translation: Any, kernel_type: str, antialias: bool
) -> torch.Tensor:
    """The images scaled, then moved, within a given size, as float32; antialias: smaller by wider kernels."""
    return scaled(images, sizes(images, size), scale, translation, kernel_type, antialias)
