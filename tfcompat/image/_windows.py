"""Random windows of an image that cover a share of an object, as TensorFlow's kernel draws them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import draws
from tfcompat._core.rejection import Words
from tfcompat._core.value_ops import value_op

_F = np.float32


def _window_like(sides: torch.Tensor, *_: Any) -> torch.Tensor:
    return sides.new_empty(4)


@value_op(
    "(Tensor sides, Tensor boxes, Tensor covered, str stream, Tensor? seed, float[] aspects, float[] areas, int tries)"
    " -> Tensor",
    _window_like,
    random=True,
)
def sample_window(
    sides: torch.Tensor,
    boxes: torch.Tensor,
    covered: torch.Tensor,
    stream: str,
    seed: Any,
    aspects: Sequence[float],
    areas: Sequence[float],
    tries: int,
) -> torch.Tensor:
    """Top, left, height and width of a window, int64: the first of `tries` that fits, else the whole image.

    sides: height and width of the image. boxes: objects, [count, 4], in shares of the sides. covered: the share of an
    object that the window must cover.
    """
    height, width = map(int, sides.tolist())
    words = draws.words(stream, seed, tries)
    scale = np.array([height, width, height, width], _F)
    objects = (boxes.numpy() * scale).astype(np.int64)
    least, (narrow, wide) = covered.numpy(), map(_F, aspects)
    for _ in range(tries):
        aspect = words.single() * (wide - narrow) + narrow
        window = _window(height, width, _F(areas[0]), _F(areas[1]), aspect, words)
        if window is not None and _covers(window, objects, least):
            return torch.tensor(window)
    return torch.tensor([0, 0, height, width])


def _window(
    height: int, width: int, smallest: np.float32, largest: np.float32, aspect: np.float32, words: Words
) -> tuple[int, int, int, int] | None:
    """A window of the given aspect ratio whose area is a share of the image's; None where there is none."""
    if smallest > largest or not height or not width:
        return None
    least, most = (share * _F(width) * _F(height) for share in (smallest, largest))
    tall, tallest = (int(np.rint(np.sqrt(area / aspect))) for area in (least, most))
    if _wide(tallest, aspect) > width:
        tallest = int(_F(width + 0.5 - 1e-7) / aspect)
        tallest -= _wide(tallest, aspect) > width
    tallest = min(tallest, height)
    tall = min(tall, tallest)
    if tall < tallest:
        tall += words.below(tallest - tall + 1)
    if _F(tall * _wide(tall, aspect)) < least:
        tall += 1
    if _F(tall * _wide(tall, aspect)) > most:
        tall -= 1
    wide = _wide(tall, aspect)
    if not least <= _F(tall * wide) <= most or not 0 < wide <= width or not 0 < tall <= height:
        return None
    top = words.below(height - tall) if tall < height else 0
    left = words.below(width - wide) if wide < width else 0
    return top, left, tall, wide


def _wide(tall: int, aspect: np.float32) -> int:
    return int(np.rint(_F(tall) * aspect))


def _covers(window: tuple[int, int, int, int], objects: np.ndarray, least: Any) -> bool:
    """Whether a window covers a share of one of the objects that have pixels."""
    top, left, tall, wide = window
    low = np.maximum(objects[:, :2], (top, left))
    high = np.minimum(objects[:, 2:], (top + tall, left + wide))
    shared = np.where((high >= low).all(1), (high - low).prod(1), 0).astype(_F)
    area = (objects[:, 2:] - objects[:, :2]).prod(1).astype(_F)
    with np.errstate(divide="ignore", invalid="ignore"):
        return bool(((area >= 1) & (shared / area >= least)).any())
