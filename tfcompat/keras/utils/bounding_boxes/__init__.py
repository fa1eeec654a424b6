"""tf.keras.utils.bounding_boxes: boxes in images, from one format to another."""

from tfcompat import _names
from tfcompat.keras.utils.bounding_boxes.changing import affine_transform, clip_to_image_size, crop, pad
from tfcompat.keras.utils.bounding_boxes.deltas import decode_deltas_to_boxes, encode_box_to_deltas
from tfcompat.keras.utils.bounding_boxes.formats import convert_format
from tfcompat.keras.utils.bounding_boxes.overlaps import compute_ciou, compute_iou

__getattr__ = _names.module_getattr("tf.keras.utils.bounding_boxes", globals())
