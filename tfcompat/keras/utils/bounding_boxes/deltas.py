"""Boxes told by how they differ from anchors, as detectors learn them."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.utils.bounding_boxes.formats import convert_format

_EPSILON = 1e-7


def _checked(variance: Any, encoding: str, name: str) -> Any:
    if encoding not in ("center_xywh", "center_yxhw"):
        raise ValueError(f"`{name}` should be one of 'center_xywh' or 'center_yxhw', got {encoding}")
    if variance is None:
        return None
    found = to_storage(variance).to(torch.float32)
    if found.shape[-1] != 4:
        raise ValueError(f"`variance` must be length 4, got {variance}")
    return found


def _centred(boxes: Any, source: str, target: str, image_shape: Any) -> torch.Tensor:
    height, width = (None, None) if image_shape is None else tuple(image_shape)[:2]
    return to_storage(convert_format(boxes, source, target, height=height, width=width))


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """What boxes differ from anchors by: centres in the anchors' sizes, and logarithms of sizes
    (tf.keras.utils.bounding_boxes.encode_box_to_deltas).

    variance: four numbers to divide by. image_shape: (height, width, channels), for relative formats.
    """
    spread = _checked(variance, encoding_format, "encoding_format")
    anchor = _centred(anchors, anchor_format, encoding_format, image_shape)
    box = _centred(boxes, box_format, encoding_format, image_shape)
    size = anchor[..., 2:].clamp_min(_EPSILON)
    moved = (box[..., :2] - anchor[..., :2]) / size
    found = torch.cat([moved, torch.log(box[..., 2:].clamp_min(_EPSILON) / size)], -1)
    return wrap(found if spread is None else found / spread)


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """The boxes that `encode_box_to_deltas` told of (tf.keras.utils.bounding_boxes.decode_deltas_to_boxes).

    Dicts of anchors and differences, by level, give a dict of boxes.
    """
    spread = _checked(variance, encoded_format, "encoded_format")
    height, width = (None, None) if image_shape is None else tuple(image_shape)[:2]

    def decoded(anchors: Any, delta: Any) -> Any:
        anchor = _centred(anchors, anchor_format, encoded_format, image_shape)
        change = to_storage(delta) if spread is None else to_storage(delta) * spread
        centre = change[..., :2] * anchor[..., 2:] + anchor[..., :2]
        box = torch.cat([centre, torch.exp(change[..., 2:]) * anchor[..., 2:]], -1)
        return convert_format(wrap(box), encoded_format, box_format, height=height, width=width)

    if isinstance(anchors, dict) and isinstance(boxes_delta, dict):
        return {level: decoded(anchor, boxes_delta[level]) for level, anchor in anchors.items()}
    return decoded(anchors, boxes_delta)
