"""Images changed at random: by the global and operation seeds, or `stateless_`, by a seed of two integers alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat import random
from tfcompat._arrays.sizes import tensor_of, vector
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._core.random_state import Source, source
from tfcompat.image._checks import at_least_3d
from tfcompat.image._windows import sample_window
from tfcompat.image.adjusting import adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation
from tfcompat.image.codecs import adjust_jpeg_quality
from tfcompat.random.algorithms import seeded


def _uniform(seed: Any, stateless: bool) -> Callable[..., Any]:
    """A function that draws uniform numbers: shape, low, high and dtype to a tensor."""

    def draw(shape: Any, low: Any, high: Any, dtype: Any = "float32") -> Any:
        if stateless:
            return random.stateless_uniform(shape, seed=seed, minval=low, maxval=high, dtype=dtype)
        return random.uniform(shape, low, high, dtype=dtype, seed=seed)

    return draw


def _require(condition: Any, message: str) -> None:
    if not condition:
        raise ValueError(message)


# ---- mirroring ----


@op("RandomFlip")
def _flipped(image: Value, draw: Any, dim: int, name: str | None = None) -> torch.Tensor:
    at_least_3d(image)
    if image.ndim == 3:
        flips = to_storage(draw([], 0, 1.0)).to(image.device) < 0.5
    elif image.ndim == 4:
        flips = torch.round(to_storage(draw([image.shape[0]], 0, 1.0))).bool().reshape(-1, 1, 1, 1).to(image.device)
    else:
        raise Invalid(f"'image' (shape {tuple(image.shape)}) must have either 3 or 4 dimensions.", ValueError)
    return torch.where(flips, image.flip(dim), image)


def random_flip_left_right(image: Any, seed: int | None = None) -> Any:
    """An image, or each of a batch, mirrored along the width in half of the cases (tf.image.random_flip_left_right)."""
    return _flipped(image, _uniform(seed, False), -2)


def random_flip_up_down(image: Any, seed: int | None = None) -> Any:
    """An image, or each of a batch, mirrored along the height in half of the cases (tf.image.random_flip_up_down)."""
    return _flipped(image, _uniform(seed, False), -3)


def stateless_random_flip_left_right(image: Any, seed: Any) -> Any:
    """As tf.image.random_flip_left_right, by `seed` alone (tf.image.stateless_random_flip_left_right)."""
    return _flipped(image, _uniform(seed, True), -2)


def stateless_random_flip_up_down(image: Any, seed: Any) -> Any:
    """As tf.image.random_flip_up_down, by `seed` alone (tf.image.stateless_random_flip_up_down)."""
    return _flipped(image, _uniform(seed, True), -3)


# ---- colours ----


def _delta(limit: Any, draw: Callable[..., Any]) -> Any:
    _require(limit >= 0, "max_delta must be non-negative.")
    return draw([], -limit, limit)


def _hue(limit: Any, draw: Callable[..., Any]) -> Any:
    _require(limit <= 0.5, "max_delta must be <= 0.5.")
    return _delta(limit, draw)


def _between(lower: Any, upper: Any, draw: Callable[..., Any]) -> Any:
    _require(upper > lower, "upper must be > lower.")
    _require(lower >= 0, "lower must be non-negative.")
    return draw([], lower, upper)


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Any:
    """Images with a number from -max_delta to max_delta added (tf.image.random_brightness)."""
    return adjust_brightness(image, _delta(max_delta, _uniform(seed, False)))


def stateless_random_brightness(image: Any, max_delta: float, seed: Any) -> Any:
    """As tf.image.random_brightness, by `seed` alone (tf.image.stateless_random_brightness)."""
    return adjust_brightness(image, _delta(max_delta, _uniform(seed, True)))


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Any:
    """Images with their contrast times a number from `lower` to `upper` (tf.image.random_contrast)."""
    return adjust_contrast(image, _between(lower, upper, _uniform(seed, False)))


def stateless_random_contrast(image: Any, lower: float, upper: float, seed: Any) -> Any:
    """As tf.image.random_contrast, by `seed` alone (tf.image.stateless_random_contrast)."""
    return adjust_contrast(image, _between(lower, upper, _uniform(seed, True)))


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Any:
    """RGB images with a number from -max_delta to max_delta, at most 0.5, added to their hue (tf.image.random_hue)."""
    return adjust_hue(image, _hue(max_delta, _uniform(seed, False)))


def stateless_random_hue(image: Any, max_delta: float, seed: Any) -> Any:
    """As tf.image.random_hue, by `seed` alone (tf.image.stateless_random_hue)."""
    return adjust_hue(image, _hue(max_delta, _uniform(seed, True)))


def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Any:
    """RGB images with their saturation times a number from `lower` to `upper` (tf.image.random_saturation)."""
    return adjust_saturation(image, _between(lower, upper, _uniform(seed, False)))


def stateless_random_saturation(image: Any, lower: float, upper: float, seed: Any = None) -> Any:
    """As tf.image.random_saturation, by `seed` alone (tf.image.stateless_random_saturation)."""
    return adjust_saturation(image, _between(lower, upper, _uniform(seed, True)))


def _quality(lowest: int, highest: int, draw: Callable[..., Any]) -> Any:
    _require(
        min(lowest, highest) >= 0 and max(lowest, highest) <= 100, "jpeg encoding range must be between 0 and 100."
    )
    _require(lowest < highest, "`min_jpeg_quality` must be less than `max_jpeg_quality`.")
    return draw([], lowest, highest, "int32")


def random_jpeg_quality(image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: int | None = None) -> Any:
    """An image as JPEG of some quality shows it (tf.image.random_jpeg_quality)."""
    return adjust_jpeg_quality(image, _quality(min_jpeg_quality, max_jpeg_quality, _uniform(seed, False)))


def stateless_random_jpeg_quality(image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: Any) -> Any:
    """As tf.image.random_jpeg_quality, by `seed` alone (tf.image.stateless_random_jpeg_quality)."""
    return adjust_jpeg_quality(image, _quality(min_jpeg_quality, max_jpeg_quality, _uniform(seed, True)))


# ---- crops ----


@op("RandomCrop")
def _cropped(value: Value, size: Any, draw: Any, name: str | None = None) -> torch.Tensor:
    wanted = vector(size, "T", "size")
    known = [(m, n) for m, n in zip(wanted, value.shape) if isinstance(m, int) and isinstance(n, int)]
    if len(wanted) != value.ndim or any(m > n for m, n in known):
        raise Invalid(f"Need value.shape >= size, got {list(value.shape)} and {wanted}")
    room = tensor_of([n - m + 1 for m, n in zip(wanted, value.shape)], torch.int32)
    drawn = draw([len(wanted)], 0, 2**31 - 1, "int32")
    starts = to_storage(drawn).cpu() % room
    if is_symbolic(starts):  # rows by number, as a start that is not known yet would keep a graph from taking batches
        for dim, length in enumerate(wanted):
            if length != value.shape[dim]:
                index = starts[dim] + torch.arange(length, device=starts.device)
                value = value.index_select(dim, index.to(value.device))
        return value
    for dim, (start, length) in enumerate(zip(starts.tolist(), wanted)):
        value = value.narrow(dim, start, length)
    return value


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Any:
    """A part of a tensor, of the given size in each dimension, from a random place (tf.image.random_crop).

    InvalidArgumentError where the tensor is smaller.
    """
    return _cropped(value, size, _uniform(seed, False), name)


def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> Any:
    """As tf.image.random_crop, by `seed` alone (tf.image.stateless_random_crop)."""
    return _cropped(value, size, _uniform(seed, True), name)


_SAMPLES = "SampleDistortedBoundingBoxV2"


@op(_SAMPLES)
def _sampled(
    image_size: Value,
    bounding_boxes: Value,
    where: Source,
    min_object_covered: Any,
    aspect_ratio_range: Any,
    area_range: Any,
    max_attempts: Any,
    use_image: Any,
    name: str | None = None,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    aspects, areas = list(aspect_ratio_range or (0.75, 1.33)), list(area_range or (0.05, 1.0))
    if tuple(image_size.shape) != (3,):
        raise Invalid(f"image_size must contain 3 elements, got shape {list(image_size.shape)}")
    if bounding_boxes.ndim != 3 or bounding_boxes.shape[-1] != 4:
        raise Invalid(f"input boxes must be 3-dimensional [batch, num_boxes, coords]: {list(bounding_boxes.shape)}")
    if len(aspects) != 2 or min(aspects) <= 0:
        raise Invalid(f"aspect_ratio_range must be two positive numbers, got {aspects}")
    if len(areas) != 2 or min(areas) <= 0 or max(areas) > 1:
        raise Invalid(f"area_range must be two numbers in (0, 1], got {areas}")
    tries = 100 if max_attempts is None else int(max_attempts)
    if tries <= 0:
        raise Invalid(f"max_attempts must be positive, got {tries}")
    boxes = bounding_boxes.detach().to(torch.float32).reshape(-1, 4).cpu()
    if not is_symbolic(boxes) and bool(((boxes < 0) | (boxes > 1)).any()):
        raise Invalid(f"All bounding box coordinates must be in [0.0, 1.0]: {boxes.tolist()}")
    if not len(boxes):
        if not use_image:
            raise Invalid(
                "No bounding boxes provided as input. One must enable use_image_if_no_bounding_boxes if you wish to "
                "not provide any bounding boxes."
            )
        boxes = torch.tensor([[0.0, 0.0, 1.0, 1.0]])
    least = to_storage(min_object_covered).to(torch.float32)
    if not is_symbolic(least) and not bool(least >= 0):
        raise Invalid(f"Min object covered must be non-negative: {least.item()}")
    sides = image_size[:2].to(torch.int64).cpu()
    found = sample_window(sides, boxes, least.cpu(), where.stream, where.seed, aspects, areas, tries)
    start, extent = found[:2], found[2:]
    kind, zero = image_size.dtype, found.new_zeros(1)
    box = (torch.cat([start, start + extent]).to(torch.float32) / sides.repeat(2)).reshape(1, 1, 4)
    return torch.cat([start, zero]).to(kind), torch.cat([extent, zero - 1]).to(kind), box


def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: int = 0,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: Any = None,
    use_image_if_no_bounding_boxes: Any = None,
    name: str | None = None,
) -> Any:
    """(begin, size, box): a random window of an image, for tf.slice and, as [1, 1, 4], for tf.image.draw_bounding_boxes
    (tf.image.sample_distorted_bounding_box).

    image_size: [height, width, channels]. bounding_boxes: [batch, count, 4], of which the window covers a share of
    `min_object_covered`. aspect_ratio_range, area_range: of the window, by default (0.75, 1.33) and (0.05, 1). The
    whole image where `max_attempts`, by default 100, found none.
    """
    how = (min_object_covered, aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes)
    where = source(_SAMPLES, "int64", seed) if seed else Source("")
    return _sampled(image_size, bounding_boxes, where, *how, name)


def stateless_sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: Any,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: Any = None,
    use_image_if_no_bounding_boxes: Any = None,
    name: str | None = None,
) -> Any:
    """As tf.image.sample_distorted_bounding_box, by `seed` alone (tf.image.stateless_sample_distorted_bounding_box)."""
    how = (min_object_covered, aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes)
    return _sampled(image_size, bounding_boxes, seeded(to_storage(seed)), *how, name)
