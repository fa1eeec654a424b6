"""keras.utils.bounding_boxes.convert_format."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras.ops._operation import torch_dtype

FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh",
)  # fmt: skip


def _corners(boxes: torch.Tensor, kind: str) -> torch.Tensor:
    """Boxes of a format as x1, y1, x2, y2."""
    a, b, c, d = boxes.unbind(-1)
    if kind == "xyxy":
        return boxes
    if kind == "yxyx":
        return torch.stack([b, a, d, c], -1)
    if kind == "xywh":
        return torch.stack([a, b, a + c, b + d], -1)
    if kind == "center_yxhw":
        a, b, c, d = b, a, d, c
    return torch.stack([a - c / 2, b - d / 2, a + c / 2, b + d / 2], -1)


def _from_corners(boxes: torch.Tensor, kind: str) -> torch.Tensor:
    """x1, y1, x2, y2 as boxes of a format."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    width, height = x2 - x1, y2 - y1
    if kind == "xyxy":
        return boxes
    if kind == "yxyx":
        return torch.stack([y1, x1, y2, x2], -1)
    if kind == "xywh":
        return torch.stack([x1, y1, width, height], -1)
    if kind == "center_yxhw":
        return torch.stack([y1 + height / 2, x1 + width / 2, height, width], -1)
    return torch.stack([x1 + width / 2, y1 + height / 2, width, height], -1)


def side(value: Any, like: torch.Tensor) -> Any:
    """A height or width, a number or a tensor that broadcasts with boxes but for their last dimension."""
    if isinstance(value, (int, float, torch.SymInt)):
        return value
    found = to_storage(value).to(like)
    return found.squeeze(-1) if found.ndim == like.ndim and found.shape[-1] == 1 else found


def converted(boxes: torch.Tensor, source: str, target: str, height: Any, width: Any) -> torch.Tensor:
    """Boxes of one format in another."""
    relative = source.startswith("rel_"), target.startswith("rel_")
    found = _corners(boxes, source.removeprefix("rel_"))
    if relative[0] != relative[1]:
        x, y = side(width, boxes), side(height, boxes)
        x1, y1, x2, y2 = found.unbind(-1)
        scaled = (x1 * x, y1 * y, x2 * x, y2 * y) if relative[0] else (x1 / x, y1 / y, x2 / x, y2 / y)
        found = torch.stack(scaled, -1)
    return _from_corners(found, target.removeprefix("rel_"))


def convert_format(
    boxes: Any, source: str, target: str, height: Any = None, width: Any = None, dtype: Any = "float32"
) -> Any:
    """Boxes [..., 4] of the format `source` in the format `target` (tf.keras.utils.bounding_boxes.convert_format).

    Formats: "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", and with "rel_" before them from 0 to 1, for which
    the image's height and width must be known. A dict has its "boxes" converted. ValueError for other formats.
    """
    if isinstance(boxes, dict):
        boxes["boxes"] = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return boxes
    t = to_storage(boxes)
    if t.shape[-1] != 4:
        raise ValueError(
            f"`boxes` must be a tensor with the last dimension of 4. Received: boxes.shape={tuple(t.shape)}"
        )
    source, target = source.lower(), target.lower()
    if source not in FORMATS or target not in FORMATS:
        raise ValueError(
            f"Invalid source or target format. Supported formats: {FORMATS}. Received: source={source}, target={target}"
        )
    if (source.startswith("rel_") or target.startswith("rel_")) and (width is None or height is None):
        raise ValueError(
            "convert_format() must receive `height` and `width` transforming between relative and absolute formats. "
            f"convert_format() received source=`{source}`, target=`{target}`, but height={height} and width={width}."
        )
    t = t.to(torch_dtype(standardize_dtype(dtype)))
    return wrap(t if source == target else converted(t, source, target, height, width))
