"""How much boxes share."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.utils.bounding_boxes.formats import convert_format

_EPSILON = 1e-7


def _corners(boxes: Any, kind: str, image_shape: Any) -> torch.Tensor:
    if "rel" in kind and image_shape is None:
        raise ValueError(
            "When using relative bounding box formats (e.g. `rel_yxyx`) the `image_shape` argument must be provided. "
            f"Received `image_shape`: {image_shape}"
        )
    height, width = (None, None) if image_shape is None else tuple(image_shape)[:2]
    return to_storage(convert_format(boxes, kind, "xyxy", height=height, width=width))


def _area(boxes: torch.Tensor) -> torch.Tensor:
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Any = None,
) -> Any:
    """How much of what two boxes cover together they share, for all pairs (tf.keras.utils.bounding_boxes.compute_iou):
    [..., m, n] of boxes [..., m, 4] and [..., n, 4].

    use_masking: whether pairs with a box of negative numbers get `mask_val`. image_shape: for relative formats.
    """
    ranks = [len(b.shape) if hasattr(b, "shape") else to_storage(b).ndim for b in (boxes1, boxes2)]
    for name, rank in zip(("boxes1", "boxes2"), ranks):
        if rank not in (2, 3):
            raise ValueError(
                f"compute_iou() expects {name} to be batched, or to be unbatched. Received "
                f"len(boxes1.shape)={ranks[0]}, "
                f"len(boxes2.shape)={ranks[1]}. Expected either len({name}.shape)=2 or len({name}.shape)=3."
            )
    first, second = (_corners(b, bounding_box_format, image_shape) for b in (boxes1, boxes2))
    one, other = first.unsqueeze(-2), second.unsqueeze(-3)
    sides = torch.minimum(one[..., 2:], other[..., 2:]) - torch.maximum(one[..., :2], other[..., :2])
    shared = sides.clamp_min(0).prod(-1)
    found = shared / (_area(one) + _area(other) - shared + _EPSILON)
    if use_masking:
        masked = (first.amax(-1) < 0).unsqueeze(-1) | (second.amax(-1) < 0).unsqueeze(-2)
        found = torch.where(masked, float(mask_val), found)
    return wrap(found)


def compute_ciou(boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Any = None) -> Any:
    """The complete intersection over union of boxes, pair by pair (tf.keras.utils.bounding_boxes.compute_ciou): less
    where their centres are apart and their proportions differ.
    """
    one, other = (_corners(b, bounding_box_format, image_shape) for b in (boxes1, boxes2))
    wide = [b[..., 2] - b[..., 0] for b in (one, other)]
    tall = [b[..., 3] - b[..., 1] + _EPSILON for b in (one, other)]
    sides = torch.minimum(one[..., 2:], other[..., 2:]) - torch.maximum(one[..., :2], other[..., :2])
    shared = sides.clamp_min(0).prod(-1)
    together = wide[0] * tall[0] + wide[1] * tall[1] - shared + _EPSILON
    iou = shared / (together + _EPSILON)
    around = torch.maximum(one[..., 2:], other[..., 2:]) - torch.minimum(one[..., :2], other[..., :2])
    diagonal = around.square().sum(-1) + _EPSILON
    apart = ((one[..., :2] + one[..., 2:] - other[..., :2] - other[..., 2:]) / 2).square().sum(-1)
    v = (4 / math.pi**2) * (torch.atan(wide[1] / tall[1]) - torch.atan(wide[0] / tall[0])).square()
    alpha = v / (v - iou + (1 + _EPSILON))
    return wrap(iou - (apart / diagonal + v * alpha))
