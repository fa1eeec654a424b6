"""tf.keras.ops.image: colors, sizes, patches and geometric transforms of images, alone or in batches.

Images are (height, width, channels), or (channels, height, width) where `data_format` is "channels_first".
"""

from tfcompat import _names
from tfcompat.keras.ops._image_filters import gaussian_blur, hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv, sobel_edges, ssim
from tfcompat.keras.ops._image_regions import crop_images, extract_patches, extract_patches_3d, pad_images
from tfcompat.keras.ops._image_resizing import resize, scale_and_translate
from tfcompat.keras.ops._image_transforms import (
    affine_transform,
    elastic_transform,
    map_coordinates,
    perspective_transform,
)

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]

__getattr__ = _names.module_getattr("tf.keras.ops.image", globals())
