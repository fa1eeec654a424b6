"""Torch kernels on boxes [y1, x1, y2, x2] in images: cropping, and picking those that overlap little."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.sizes import scalar, vector
from tfcompat._core import errors
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value

# ---- crops ----


def _places(low: torch.Tensor, high: torch.Tensor, size: int, crop: int) -> torch.Tensor:
    """Where each element of the crops lies in the image, along one dimension: [boxes, crop]."""
    if crop == 1:
        return (0.5 * (low + high) * (size - 1)).unsqueeze(1)
    step = (high - low) * (size - 1) / (crop - 1)
    return (low * (size - 1)).unsqueeze(1) + torch.arange(crop, device=low.device) * step.unsqueeze(1)


def cropped(
    image: torch.Tensor, boxes: torch.Tensor, which: torch.Tensor, size: list[int], method: str, outside: float
) -> torch.Tensor:
    height, width = image.shape[1:3]
    y = _places(boxes[:, 0], boxes[:, 2], height, size[0]).unsqueeze(2)
    x = _places(boxes[:, 1], boxes[:, 3], width, size[1]).unsqueeze(1)
    inside = ((y >= 0) & (y <= height - 1) & (x >= 0) & (x <= width - 1)).unsqueeze(-1)
    batch = which.long().reshape(-1, 1, 1)

    def at(rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        return image[batch, rows.long().clamp(0, height - 1), columns.long().clamp(0, width - 1)].to(torch.float32)

    if method == "nearest":
        found = at(torch.floor(y + 0.5), torch.floor(x + 0.5))
    else:
        top, left, bottom, right = torch.floor(y), torch.floor(x), torch.ceil(y), torch.ceil(x)
        across, down = (x - left).unsqueeze(-1), (y - top).unsqueeze(-1)
        upper = at(top, left) + (at(top, right) - at(top, left)) * across
        lower = at(bottom, left) + (at(bottom, right) - at(bottom, left)) * across
        found = upper + (lower - upper) * down
    return torch.where(inside, found, outside)


def check(image_shape: Any, boxes: torch.Tensor, which: torch.Tensor, size: list[int]) -> None:
    if len(image_shape) != 4:
        raise Invalid("input image must be 4-D")
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise Invalid(f"boxes must have 4 columns, got shape {list(boxes.shape)}")
    if which.ndim != 1 or len(which) != len(boxes):
        raise Invalid("box_index has incompatible shape")
    if len(size) != 2 or min(size) <= 0:
        raise Invalid(f"crop dimensions must be positive, got {size}")
    if len(which) and (int(which.min()) < 0 or int(which.max()) >= image_shape[0]):
        raise Invalid("box_index has values outside [0, batch_size)", errors.OutOfRangeError)


def crop_and_resize(
    image: Value, boxes: Value, box_ind: Value, crop_size: Any, method: str, extrapolation_value: float
) -> torch.Tensor:
    """The parts of images in boxes, whose sides count from 0 to 1, brought to one size, as float32."""
    size = vector(crop_size, "T", "crop_size")
    check(image.shape, boxes, box_ind, size)
    return cropped(image, boxes, box_ind, size, method, extrapolation_value)


# ---- picking ----


def overlaps(boxes: torch.Tensor) -> torch.Tensor:
    """How much each two boxes share of what they cover together; corners may be given in any order."""
    y1, x1 = torch.minimum(boxes[:, 0], boxes[:, 2]), torch.minimum(boxes[:, 1], boxes[:, 3])
    y2, x2 = torch.maximum(boxes[:, 0], boxes[:, 2]), torch.maximum(boxes[:, 1], boxes[:, 3])
    area = (y2 - y1) * (x2 - x1)
    height = (torch.minimum(y2[:, None], y2) - torch.maximum(y1[:, None], y1)).clamp_min(0)
    width = (torch.minimum(x2[:, None], x2) - torch.maximum(x1[:, None], x1)).clamp_min(0)
    shared = height * width
    total = area[:, None] + area - shared
    real = (area[:, None] > 0) & (area > 0)
    return torch.where(real, shared / torch.where(real, total, 1), 0)


def _picked(
    shared: torch.Tensor, scores: torch.Tensor, most: Any, limit: Any, least: Any, sigma: float = 0.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """The boxes by falling scores, without those that share over `limit` with one picked before; and their scores.

    sigma: over 0 the other boxes' scores fall too, by exp(-share^2 / (2 sigma)).
    """
    count, limit, least = int(to_storage(most)), float(to_storage(limit)), float(to_storage(least))
    if not 0 <= limit <= 1:
        raise Invalid("iou_threshold must be in [0, 1]")
    keep = torch.exp(-0.5 / sigma * shared * shared) if sigma > 0 else torch.where(shared <= limit, 1.0, 0.0)
    keep = keep.to(scores.dtype)
    current, found, values = scores.detach().clone(), [], []
    current[~(current > least)] = float("-inf")
    while len(found) < count and len(current):
        best = int(current.argmax())  # the first of equal ones
        if float(current[best]) == float("-inf"):
            break
        found.append(best)
        values.append(float(current[best]))
        current[best] = float("-inf")
        left = keep[:, best]
        falling = current * torch.where(torch.isinf(current), 1, left)
        current = falling if sigma > 0 else torch.where(left > 0, falling, float("-inf"))
        current[~(current > least)] = float("-inf")
    return torch.tensor(found, dtype=torch.int32), torch.tensor(values, dtype=scores.dtype)


def _checked(boxes: torch.Tensor, scores: torch.Tensor, most: Any) -> torch.Tensor:
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise Invalid(f"boxes must be 2-D with 4 columns, got shape {list(boxes.shape)}")
    if scores.ndim != 1 or len(scores) != len(boxes):
        raise Invalid("scores has incompatible shape")
    count = scalar(most, what="max_output_size")
    if isinstance(count, int) and count < 0:
        raise Invalid("max_output_size must be non-negative")
    return overlaps(boxes.detach())


def non_max_suppression(boxes: Value, scores: Value, max_output_size: Any, iou_threshold: float) -> torch.Tensor:
    """The indices of the boxes picked by falling scores."""
    return _picked(_checked(boxes, scores, max_output_size), scores, max_output_size, iou_threshold, float("-inf"))[0]


def non_max_suppression_v2(boxes: Value, scores: Value, max_output_size: Any, iou_threshold: Any) -> torch.Tensor:
    """As NonMaxSuppression, with a threshold that a tensor gives."""
    return _picked(_checked(boxes, scores, max_output_size), scores, max_output_size, iou_threshold, float("-inf"))[0]


def non_max_suppression_v3(
    boxes: Value, scores: Value, max_output_size: Any, iou_threshold: Any, score_threshold: Any
) -> torch.Tensor:
    """As NonMaxSuppressionV2, of the boxes whose score is over a threshold."""
    shared = _checked(boxes, scores, max_output_size)
    return _picked(shared, scores, max_output_size, iou_threshold, score_threshold)[0]


def _padded(t: torch.Tensor, most: Any, pad: bool) -> torch.Tensor:
    return torch.nn.functional.pad(t, (0, int(to_storage(most)) - len(t))) if pad else t


def non_max_suppression_v4(
    boxes: Value,
    scores: Value,
    max_output_size: Any,
    iou_threshold: Any,
    score_threshold: Any,
    pad_to_max_output_size: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """(the indices, padded with 0 if asked for; how many there are)."""
    shared = _checked(boxes, scores, max_output_size)
    found, _ = _picked(shared, scores, max_output_size, iou_threshold, score_threshold)
    return _padded(found, max_output_size, pad_to_max_output_size), torch.tensor(len(found), dtype=torch.int32)


def non_max_suppression_v5(
    boxes: Value,
    scores: Value,
    max_output_size: Any,
    iou_threshold: Any,
    score_threshold: Any,
    soft_nms_sigma: Any,
    pad_to_max_output_size: bool,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(the indices, their scores, how many there are); with soft_nms_sigma over 0 scores fall with what boxes share."""
    shared = _checked(boxes, scores, max_output_size)
    sigma = float(to_storage(soft_nms_sigma))
    if sigma < 0:
        raise Invalid("soft_nms_sigma must be non-negative")
    found, values = _picked(shared, scores, max_output_size, iou_threshold, score_threshold, sigma)
    pad = pad_to_max_output_size
    count = torch.tensor(len(found), dtype=torch.int32)
    return _padded(found, max_output_size, pad), _padded(values, max_output_size, pad), count


def non_max_suppression_with_overlaps(
    overlaps: Value, scores: Value, max_output_size: Any, overlap_threshold: Any, score_threshold: Any
) -> torch.Tensor:
    """As NonMaxSuppressionV3, by a matrix of how much boxes overlap."""
    if overlaps.ndim != 2 or overlaps.shape[0] != overlaps.shape[1] or len(scores) != len(overlaps):
        raise Invalid(f"overlaps must be square and fit the scores, got shape {list(overlaps.shape)}")
    return _picked(overlaps.detach(), scores, max_output_size, overlap_threshold, score_threshold)[0]
