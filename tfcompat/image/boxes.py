"""Boxes (y1, x1, y2, x2) in images: picking those that overlap little, and drawing."""

from __future__ import annotations

from typing import Any, NoReturn

import torch

from tfcompat._arrays.sizes import scalar, tensor_of
from tfcompat._core import errors
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Invalid, Value, op
from tfcompat.image import _box_kernels as kernels

_NONE = float("-inf")


@op("NonMaxSuppressionV3")
def non_max_suppression(
    boxes: Value,
    scores: Value,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    name: str | None = None,
) -> torch.Tensor:
    """The indices of boxes picked by falling scores, at most `max_output_size`, int32 (tf.image.non_max_suppression).

    Left out are boxes [count, 4] that share more than `iou_threshold` of what they and a picked one cover together, and
    those whose score is not over `score_threshold`.
    """
    return kernels.non_max_suppression_v3(boxes, scores, max_output_size, iou_threshold, score_threshold)


@op("NonMaxSuppressionV5")
def non_max_suppression_with_scores(
    boxes: Value,
    scores: Value,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """(indices, scores) of boxes picked by falling scores (tf.image.non_max_suppression_with_scores).

    soft_nms_sigma: over 0 the scores of boxes that share with a picked one fall, by exp(-share^2 / (2 sigma)), instead
    of their being left out. The rest: as tf.image.non_max_suppression's.
    """
    found = kernels.non_max_suppression_v5(
        boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma, False
    )
    return found[0], found[1]


@op("NonMaxSuppressionWithOverlaps")
def non_max_suppression_overlaps(
    overlaps: Value,
    scores: Value,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    name: str | None = None,
) -> torch.Tensor:
    """As tf.image.non_max_suppression, by a matrix of how much boxes overlap
    (tf.image.non_max_suppression_overlaps).
    """
    return kernels.non_max_suppression_with_overlaps(
        overlaps, scores, max_output_size, overlap_threshold, score_threshold
    )


@op("NonMaxSuppressionPadded")
def non_max_suppression_padded(
    boxes: Value,
    scores: Value,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    pad_to_max_output_size: bool = False,
    name: str | None = None,
    sorted_input: bool = False,
    canonicalized_coordinates: bool = False,
    tile_size: int = 512,
) -> tuple[torch.Tensor, torch.Tensor]:
    """(indices, how many) of boxes picked by falling scores, for each of a batch [..., count, 4]
    (tf.image.non_max_suppression_padded).

    pad_to_max_output_size: whether the indices are filled with 0 to `max_output_size`; a batch needs it.
    sorted_input: the scores fall already; canonicalized_coordinates: the corners are in order. Neither changes what is
    picked, nor does `tile_size`.
    """
    if not pad_to_max_output_size and boxes.ndim > 2:
        raise Invalid("'pad_to_max_output_size' (value False) must be True for batched input", ValueError)
    most = scalar(max_output_size, what="max_output_size")
    flat, flat_scores = boxes.reshape(-1, *boxes.shape[-2:]), scores.reshape(-1, scores.shape[-1])
    indices, counts = [], []
    for one, own in zip(flat, flat_scores):
        area = (one[:, 2] - one[:, 0]).abs() * (one[:, 3] - one[:, 1]).abs()
        found = kernels.non_max_suppression_v3(
            one, torch.where(area > 0, own, _NONE), most, iou_threshold, score_threshold
        )
        counts.append(len(found))
        indices.append(torch.nn.functional.pad(found, (0, most - len(found))))
    number = torch.tensor(counts, dtype=torch.int32).reshape(boxes.shape[:-2])
    if not pad_to_max_output_size:
        return indices[0][: counts[0]], number
    return torch.stack(indices).reshape(*boxes.shape[:-2], most), number


@op("CombinedNonMaxSuppression")
def _combined(
    boxes: Value,
    scores: Value,
    per_class: Any,
    total: Any,
    iou_threshold: Any,
    score_threshold: Any,
    pad_per_class: bool,
    clip_boxes: bool,
    name: str | None = None,
) -> tuple[torch.Tensor, ...]:
    if boxes.ndim != 4 or boxes.shape[3] != 4:
        raise Invalid(f"boxes must be [batch, count, classes or 1, 4], got shape {list(boxes.shape)}")
    if scores.ndim != 3 or tuple(scores.shape[:2]) != tuple(boxes.shape[:2]):
        raise Invalid(f"scores must be [batch, count, classes], got shape {list(scores.shape)}")
    classes = scores.shape[2]
    if boxes.shape[2] not in (1, classes):
        raise Invalid("third dimension of boxes must be either 1 or num classes")
    each, most = scalar(per_class, what="max_output_size_per_class"), scalar(total, what="max_total_size")
    if each <= 0 or most <= 0:
        raise Invalid("max_size_per_class and max_total_size must be > 0")
    size = min(most, each * classes) if pad_per_class else most
    rows = [_of_image(b, s, each, size, iou_threshold, score_threshold, clip_boxes) for b, s in zip(boxes, scores)]
    return tuple(torch.stack(part) for part in zip(*rows, strict=True))


def _of_image(
    boxes: torch.Tensor, scores: torch.Tensor, each: int, size: int, limit: Any, least: Any, clip: bool
) -> tuple[torch.Tensor, ...]:
    """The picked boxes of all classes in one image, by falling scores, filled with 0 to `size`."""
    found_boxes, found_scores, found_classes = [], [], []
    for k in range(scores.shape[1]):
        own = boxes[:, k if boxes.shape[1] > 1 else 0]
        at = kernels.non_max_suppression_v3(own, scores[:, k].contiguous(), each, limit, least).long()
        found_boxes.append(own[at])
        found_scores.append(scores[at, k])
        found_classes.append(torch.full((len(at),), k, dtype=torch.float32))
    all_scores = torch.cat(found_scores)
    order = torch.argsort(all_scores, descending=True, stable=True)[:size]
    picked = torch.cat(found_boxes)[order]
    picked = picked.clamp(0, 1) if clip else picked
    short = size - len(order)
    fill = torch.nn.functional.pad
    return (
        fill(picked, (0, 0, 0, short)),
        fill(all_scores[order], (0, short)),
        fill(torch.cat(found_classes)[order], (0, short)),
        torch.tensor(len(order), dtype=torch.int32),
    )


def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = _NONE,
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> Any:
    """Boxes picked within each class, then the best of all classes (tf.image.combined_non_max_suppression).

    boxes: [batch, count, classes or 1, 4]; scores: [batch, count, classes]. Returns (boxes, scores, classes, how many),
    filled with 0 to `max_total_size`, or to what the classes can give where `pad_per_class`. clip_boxes: to [0, 1].
    """
    from collections import namedtuple

    result = namedtuple("CombinedNonMaxSuppression", "nmsed_boxes nmsed_scores nmsed_classes valid_detections")
    how = (iou_threshold, score_threshold, pad_per_class, clip_boxes)
    return result(*_combined(boxes, scores, max_output_size_per_class, max_total_size, *how, name))


# ---- drawing ----

_COLORS = (
    (1, 1, 0, 1), (0, 0, 1, 1), (1, 0, 0, 1), (0, 1, 0, 1), (0.5, 0, 0.5, 1), (0.5, 0.5, 0, 1), (0.5, 0, 0, 1),
    (0, 0, 0.5, 1), (0, 1, 1, 1), (1, 0, 1, 1),
)  # fmt: skip


@op("DrawBoundingBoxesV2")
def draw_bounding_boxes(images: Value, boxes: Value, colors: Any, name: str | None = None) -> torch.Tensor:
    """Images [batch, height, width, channels] with the outlines of boxes [batch, count, 4], whose sides count from 0 to
    1, drawn on them (tf.image.draw_bounding_boxes).

    colors: [colors, channels], used in turn; None or none for TensorFlow's own. What is outside is not drawn.
    """
    if images.ndim != 4 or images.shape[3] not in (1, 3, 4):
        raise Invalid(f"Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA), got shape {list(images.shape)}")
    if boxes.ndim != 3 or boxes.shape[2] != 4 or len(boxes) != len(images):
        raise Invalid(f"boxes must be [batch, count, 4], got shape {list(boxes.shape)}")
    height, width, channels = images.shape[1:]
    table = None if colors is None else to_storage(colors)
    if table is None or not table.numel():
        table = torch.tensor(_COLORS)
        if channels == 1:
            table[:, 0] = 1
    if table.ndim != 2 or table.shape[1] < channels:
        raise Invalid(f"colors must be [count, {channels}], got shape {list(table.shape)}")
    table = table[:, :channels].to(images)
    result = images.detach().clone()
    ends = tensor_of([height - 1, width - 1] * 2, torch.float32, boxes.device)
    for image, own in zip(result, torch.trunc(boxes.to(torch.float32) * ends).nan_to_num(-1).long().tolist()):
        for i, box in enumerate(own):
            _outline(image, box, table[i % len(table)])
    return result


def _outline(image: torch.Tensor, box: list[int], color: torch.Tensor) -> None:
    top, left, bottom, right = box
    height, width = image.shape[:2]
    if top > bottom or left > right or top >= height or bottom < 0 or left >= width or right < 0:
        return
    rows = slice(max(top, 0), min(bottom, height - 1) + 1)
    columns = slice(max(left, 0), min(right, width - 1) + 1)
    for row in (top, bottom):
        if 0 <= row < height:
            image[row, columns] = color
    for column in (left, right):
        if 0 <= column < width:
            image[rows, column] = color


def generate_bounding_box_proposals(
    scores: Any,
    bbox_deltas: Any,
    image_info: Any,
    anchors: Any,
    nms_threshold: float = 0.7,
    pre_nms_topn: int = 6000,
    min_size: int = 16,
    post_nms_topn: int = 300,
    name: str | None = None,
) -> NoReturn:
    """Not in tfcompat: NotFoundError, as in TensorFlow, which has it for some GPUs alone
    (tf.image.generate_bounding_box_proposals).
    """
    raise errors.NotFoundError(
        None,
        None,
        "tf.image.generate_bounding_box_proposals is not in tfcompat, and TensorFlow has no kernel for it on CPUs. "
        "Decode the boxes and use tf.image.non_max_suppression.",
    )
