"""Boxes with their labels, and the classes of pixels, drawn into batches of images."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat.keras import ops
from tfcompat.keras._dtypes import is_int_dtype, standardize_dtype
from tfcompat.keras.backend import standardize_data_format


def need_batch(images: Any) -> tuple[int, ...]:
    """The shape of a batch of images; ValueError for another rank."""
    shape = ops.shape(images)
    if len(shape) != 4:
        raise ValueError(f"`images` must be batched 4D tensor. Received: images.shape={shape}")
    return shape


def _bytes(images: np.ndarray) -> np.ndarray:
    """Images as uint8; floats up to 1 are scaled."""
    if images.dtype.kind == "f" and images.size:
        images = np.clip(images, 0, 1) * 255 if images.max() <= 1.0 else np.clip(images, 0, 255)
    return images.astype(np.uint8)


def _text_place(x: int, y: int, font_scale: float, thickness: int) -> tuple[int, int]:
    """Where a label stands: above the box, or within where there is no room."""
    height = int(font_scale * 12)
    return (x, y - 8) if y - 8 - 2 * height > 0 else (x + 3, y + 2 * height + thickness + 3)


def draw_bounding_boxes(
    images: Any,
    bounding_boxes: dict[str, Any],
    bounding_box_format: str,
    class_mapping: dict[int, str] | None = None,
    color: tuple[int, int, int] = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray:
    """A batch of images, as uint8 arrays, with boxes drawn into them, and the labels that `class_mapping` names.

    bounding_boxes: a dict of "boxes" (batch, count, 4) in `bounding_box_format`, "labels" (-1: no box) and perhaps
    "confidences". Needs pillow. ValueError and TypeError for images and boxes of another form.
    """
    shape = need_batch(images)
    if not isinstance(bounding_boxes, dict):
        raise TypeError(f"`bounding_boxes` should be a dict. Received: {bounding_boxes} of type {type(bounding_boxes)}")
    if "boxes" not in bounding_boxes or "labels" not in bounding_boxes:
        raise ValueError(f"`bounding_boxes` should have the keys 'boxes' and 'labels'. Got {sorted(bounding_boxes)}")
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise ImportError("keras.visualization.draw_bounding_boxes needs pillow: pip install pillow") from None
    from tfcompat.keras.utils.bounding_boxes import convert_format

    height, width = shape[1:3] if standardize_data_format(data_format) == "channels_last" else shape[2:]
    boxes = convert_format(bounding_boxes["boxes"], bounding_box_format, "xyxy", height, width)
    corners = np.asarray(boxes).astype(np.int32)
    labels = np.asarray(bounding_boxes["labels"]).astype(np.int64)
    confidences = bounding_boxes.get("confidences")
    names = class_mapping or {}
    font = ImageFont.load_default(22 * font_scale)
    drawn = []
    for i, image in enumerate(_bytes(ops.convert_to_numpy(images))):
        picture = Image.fromarray(image)
        pen = ImageDraw.Draw(picture)
        for k, (x1, y1, x2, y2) in enumerate(corners[i].tolist()):
            label = int(labels[i][k])
            if label == -1:
                continue
            pen.rectangle((min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)), outline=color, width=line_thickness)
            if label in names:
                text = names[label]
                if confidences is not None:
                    text = f"{text} | {float(np.asarray(confidences)[i][k]):.2f}"
                at = _text_place(x1, y1, font_scale, text_thickness or line_thickness)
                pen.text(at, text, fill=color, font=font, anchor="ls", stroke_width=max(text_thickness - 1, 0))
        drawn.append(np.asarray(picture))
    return np.stack(drawn)


def _palette(count: int) -> list[list[int]]:
    """Colors that tell neighbouring classes apart."""
    steps = np.array([2**25 - 1, 2**15 - 1, 2**21 - 1])
    return [(i * steps % 255).tolist() for i in range(count)]


def draw_segmentation_masks(
    images: Any,
    segmentation_masks: Any,
    num_classes: int | None = None,
    color_mapping: dict[int, Any] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> Any:
    """Images whose pixels have the colors of their classes, as uint8 arrays; float tensors where not `blend`.

    segmentation_masks: the classes (batch, height, width, 1), integers; `ignore_index` is none. color_mapping: a color
    for each class below `num_classes`. alpha: the share of the colors. ValueError and TypeError for other forms.
    """
    need_batch(images)
    if standardize_data_format(data_format) == "channels_first":
        images, segmentation_masks = (ops.transpose(x, (0, 2, 3, 1)) for x in (images, segmentation_masks))
    pictures = ops.convert_to_tensor(images, dtype="float32")
    masks = ops.convert_to_tensor(segmentation_masks)
    if not is_int_dtype(masks.dtype):
        raise TypeError(
            "`segmentation_masks` must be in integer dtype. Received: segmentation_masks.dtype="
            f"{standardize_dtype(masks.dtype)}"
        )
    count = int(ops.max(masks)) if num_classes is None else num_classes
    colors = np.array(
        _palette(count) if color_mapping is None else [color_mapping[i] for i in range(count)], np.float32
    )
    classes = ops.convert_to_numpy(masks)[..., 0]
    drawn = ops.convert_to_numpy(pictures)
    inside = (classes >= 0) & (classes < count)
    drawn[inside] = colors.reshape(count, -1)[classes[inside]]
    outputs = ops.convert_to_tensor(drawn)
    if not blend:
        return outputs
    mixed = pictures * (1 - alpha) + outputs * alpha
    valid = ops.expand_dims(ops.convert_to_tensor(classes != ignore_index), -1)
    return ops.convert_to_numpy(ops.cast(ops.where(valid, mixed, pictures), "uint8"))
