"""Boxes of images that are cropped, padded, turned: all in the format "xyxy"."""

from __future__ import annotations

import math
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.utils.bounding_boxes.formats import side


def _only(given: str, *allowed: str) -> None:
    if given not in allowed:
        raise NotImplementedError(f"`bounding_box_format` must be one of {allowed}. Received: {given}")


def _clipped(boxes: torch.Tensor, height: Any, width: Any) -> torch.Tensor:
    x1, y1, x2, y2 = boxes.unbind(-1)

    def within(t: torch.Tensor, most: Any) -> torch.Tensor:
        return (
            t.clamp(0, most) if isinstance(most, (int, float)) else torch.minimum(t.clamp_min(0), torch.as_tensor(most))
        )

    return torch.stack([within(x1, width), within(y1, height), within(x2, width), within(y2, height)], -1)


def clip_to_image_size(
    bounding_boxes: dict[str, Any], height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> dict[str, Any]:
    """A dict of "boxes" and "labels" with the boxes cut off at the image's edges; those that lie outside get the label
    -1 (tf.keras.utils.bounding_boxes.clip_to_image_size). bounding_box_format: "xyxy" or "rel_xyxy".
    """
    _only(bounding_box_format, "xyxy", "rel_xyxy")
    if bounding_box_format == "xyxy" and (height is None or width is None):
        raise ValueError("`height` and `width` must be set if `format='xyxy'`.")
    boxes = to_storage(bounding_boxes["boxes"])
    relative = bounding_box_format == "rel_xyxy"
    found = _clipped(boxes, 1.0, 1.0) if relative else _clipped(boxes, side(height, boxes), side(width, boxes))
    result = {**bounding_boxes, "boxes": wrap(found)}
    if bounding_boxes.get("labels") is not None:
        labels = to_storage(bounding_boxes["labels"])
        area = (found[..., 2] - found[..., 0]) * (found[..., 3] - found[..., 1])
        result["labels"] = wrap(torch.where(area > 0, labels, torch.full_like(labels, -1)))
    return result


def crop(boxes: Any, top: Any, left: Any, height: Any, width: Any, bounding_box_format: str = "xyxy") -> Any:
    """Boxes in the part of an image that starts at (top, left) (tf.keras.utils.bounding_boxes.crop)."""
    _only(bounding_box_format, "xyxy")
    t = to_storage(boxes)
    x, y = side(left, t), side(top, t)
    x1, y1, x2, y2 = t.unbind(-1)
    return wrap(_clipped(torch.stack([x1 - x, y1 - y, x2 - x, y2 - y], -1), side(height, t), side(width, t)))


def pad(
    boxes: Any, top: Any, left: Any, height: Any = None, width: Any = None, bounding_box_format: str = "xyxy"
) -> Any:
    """Boxes in an image that has `top` more rows and `left` more columns before (tf.keras.utils.bounding_boxes.pad)."""
    _only(bounding_box_format, "xyxy")
    t = to_storage(boxes)
    x, y = side(left, t), side(top, t)
    x1, y1, x2, y2 = t.unbind(-1)
    return wrap(torch.stack([x1 + x, y1 + y, x2 + x, y2 + y], -1))


def inverse_matrix(
    center: tuple[Any, Any],
    angle: torch.Tensor,
    translate: tuple[Any, Any],
    scale: torch.Tensor,
    shear: tuple[Any, Any],
    height: Any,
    width: Any,
) -> list[torch.Tensor]:
    """The numbers a0, a1, a2, b0, b1, b2 of each image's transform of (x, y), that takes points along with the pixels.

    Angles are in degrees, the centre and the translations in shares of the image.
    """
    turn = -angle * (math.pi / 180)
    slant_x, slant_y = (-to_storage(s).to(angle) * (math.pi / 180) for s in shear)
    cx, cy = center[0] * (width - 1), center[1] * (height - 1)
    tx, ty = (-to_storage(t).to(angle) * (n - 1) for t, n in zip(translate, (width, height)))
    a = torch.cos(turn - slant_y) / torch.cos(slant_y)
    b = a * torch.tan(slant_x) + torch.sin(turn)
    c = -torch.sin(turn - slant_y) / torch.cos(slant_y)
    d = torch.cos(turn) - c * torch.tan(slant_x)
    a0, a1, b0, b1 = d * scale, -b * scale, -c * scale, a * scale
    return [a0, a1, cx - a0 * (cx + tx) - a1 * (cy + ty), b0, b1, cy - b0 * (cx + tx) - b1 * (cy + ty)]


def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """The boxes around boxes [batch, count, 4] whose images are turned, moved, scaled and sheared
    (tf.keras.utils.bounding_boxes.affine_transform).

    angle, shear_x, shear_y: degrees; translate_x, translate_y: shares of the image; all [batch]. center_x, center_y:
    the point that stays, by default the middle.
    """
    _only(bounding_box_format, "xyxy")
    turn = to_storage(angle)
    turn = turn if turn.is_floating_point() else turn.to(torch.float32)
    center = (0.5 if center_x is None else center_x, 0.5 if center_y is None else center_y)
    ratio = to_storage(scale).to(turn)
    numbers = inverse_matrix(center, turn, (translate_x, translate_y), ratio, (shear_x, shear_y), height, width)
    a0, a1, a2, b0, b1, b2 = (n.reshape(-1, 1, 1) for n in numbers)
    t = to_storage(boxes).to(turn.dtype)
    x, y = t[..., [0, 2, 2, 0]], t[..., [1, 1, 3, 3]]
    points = torch.stack([a0 * x + a1 * y + a2, b0 * x + b1 * y + b2], -1)
    return wrap(torch.cat([points.amin(-2), points.amax(-2)], -1))
