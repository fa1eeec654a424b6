"""tf.keras.visualization: boxes and masks drawn into images, and galleries of images (needs pillow and matplotlib)."""

from tfcompat import _names
from tfcompat.keras.visualization.drawing import draw_bounding_boxes, draw_segmentation_masks
from tfcompat.keras.visualization.galleries import (
    plot_bounding_box_gallery,
    plot_image_gallery,
    plot_segmentation_mask_gallery,
)

__all__ = [
    "draw_bounding_boxes",
    "draw_segmentation_masks",
    "plot_bounding_box_gallery",
    "plot_image_gallery",
    "plot_segmentation_mask_gallery",
]

__getattr__ = _names.module_getattr("tf.keras.visualization", globals())
