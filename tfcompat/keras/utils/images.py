"""Images as Pillow's objects, files and arrays (the `images` extra)."""

from __future__ import annotations

import io
import os
import pathlib
import warnings
from typing import Any

import numpy as np

from tfcompat.image import resizing
from tfcompat.image.codecs import pillow
from tfcompat.keras._state import settings

_RESAMPLING = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")


def data_format_of(value: str | None) -> str:
    """ "channels_last" or "channels_first", Keras's setting for None; ValueError for another."""
    chosen = settings.image_data_format if value is None else str(value).lower()
    if chosen not in ("channels_last", "channels_first"):
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={value}"
        )
    return chosen


def array_to_img(x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None) -> Any:
    """The Pillow image of an array [height, width, 1, 3 or 4] (keras.utils.array_to_img).

    scale: whether its least and greatest elements become 0 and 255. ValueError for other shapes.
    """
    first = data_format_of(data_format) == "channels_first"
    image = pillow()
    x = np.asarray(x, dtype=settings.floatx if dtype is None else dtype)
    if x.ndim != 3:
        raise ValueError(f"Expected image array to have rank 3 (single image). Got array with shape: {x.shape}")
    x = x.transpose(1, 2, 0) if first else x
    if scale:
        x = x - np.min(x)
        top = np.max(x)
        x = (x / top if top != 0 else x) * 255
    if x.shape[2] in (3, 4):
        return image.fromarray(np.ascontiguousarray(x.astype("uint8")))
    if x.shape[2] != 1:
        raise ValueError(f"Unsupported channel number: {x.shape[2]}")
    return image.fromarray(x[:, :, 0].astype("int32" if np.max(x) > 255 else "uint8"))


def img_to_array(img: Any, data_format: str | None = None, dtype: Any = None) -> np.ndarray:
    """The array [height, width, channels] of a Pillow image, float32 unless said otherwise
    (keras.utils.img_to_array).
    """
    first = data_format_of(data_format) == "channels_first"
    x = np.asarray(img, dtype=settings.floatx if dtype is None else dtype)
    if x.ndim not in (2, 3):
        raise ValueError(f"Unsupported image shape: {x.shape}")
    x = x[..., None] if x.ndim == 2 else x
    return x.transpose(2, 0, 1) if first else x


def save_img(
    path: Any, x: Any, data_format: str | None = None, file_format: str | None = None, scale: bool = True, **kwargs: Any
) -> None:
    """Writes an array as an image file (keras.utils.save_img), in the format of the path's suffix unless one is
    given.
    """
    if file_format is None and isinstance(path, (str, pathlib.Path)):
        file_format = pathlib.Path(path).suffix[1:].lower()
    file_format = "jpeg" if file_format and file_format.lower() == "jpg" else file_format
    image = array_to_img(x, data_format=data_format, scale=scale)
    if image.mode == "RGBA" and file_format == "jpeg":
        warnings.warn("The JPEG format does not support RGBA images, converting to RGB.", stacklevel=2)
        image = image.convert("RGB")
    if not isinstance(path, (str, os.PathLike)):
        image.save(path, format=file_format, **kwargs)
        return
    from tfcompat._formats.files import replacing

    with replacing(path) as temporary:
        image.save(temporary, format=file_format, **kwargs)


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: Any = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """The Pillow image of a file, path or io.BytesIO (keras.utils.load_img).

    color_mode: "rgb", "rgba" or "grayscale". target_size: (height, width) to resize to, by "nearest", "bilinear",
    "bicubic", "hamming", "box" or "lanczos"; keep_aspect_ratio crops the middle first.
    """
    opened = pillow()
    if isinstance(path, io.BytesIO):
        image = opened.open(path)
    elif isinstance(path, (pathlib.Path, bytes, str)):
        with open(path, "rb") as file:
            image = opened.open(io.BytesIO(file.read()))
    else:
        raise TypeError(f"path should be path-like or io.BytesIO, not {type(path)}")
    if color_mode not in ("grayscale", "rgb", "rgba"):
        raise ValueError('color_mode must be "grayscale", "rgb", or "rgba"')
    mode = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}[color_mode]
    if image.mode != mode and not (mode == "L" and image.mode in ("I;16", "I")):
        image = image.convert(mode)
    if target_size is None or image.size == (target_size[1], target_size[0]):
        return image
    if interpolation not in _RESAMPLING:
        raise ValueError(
            f"Invalid interpolation method {interpolation} specified. Supported methods are {', '.join(_RESAMPLING)}"
        )
    resample = getattr(opened.Resampling, interpolation.upper())
    size = (target_size[1], target_size[0])
    if not keep_aspect_ratio:
        return image.resize(size, resample)
    (width, height), (target_width, target_height) = image.size, size
    crop_height = min(height, width * target_height // target_width)
    crop_width = min(width, height * target_width // target_height)
    left, top = (width - crop_width) // 2, (height - crop_height) // 2
    return image.resize(size, resample, box=(left, top, left + crop_width, top + crop_height))


def _middle(image: Any, height: int, width: int) -> Any:
    """The greatest part in the middle of images with the proportions of a size."""
    import tfcompat

    own, across = image.shape[-3], image.shape[-2]
    if own is None or across is None:
        sides = tfcompat.shape(image)
        own, across = sides[-3], sides[-2]
        tall = tfcompat.clip_by_value(tfcompat.cast(across * height / width, "int32"), 1, own)
        wide = tfcompat.clip_by_value(tfcompat.cast(own * width / height, "int32"), 1, across)
        top, left = (own - tall) // 2, (across - wide) // 2
    else:
        tall = max(min(own, int(float(across * height) / width)), 1)
        wide = max(min(across, int(float(own * width) / height)), 1)
        top, left = int(float(own - tall) / 2), int(float(across - wide) / 2)
    return image[..., top : top + tall, left : left + wide, :]


def smart_resize(
    x: Any, size: Any, interpolation: str = "bilinear", data_format: str = "channels_last", **kwargs: Any
) -> Any:
    """Images, [height, width, channels] or a batch of them, cropped in the middle to the proportions of `size` and
    resized to it (keras.preprocessing.image.smart_resize). A numpy array gives one.
    """
    import tfcompat

    kwargs.pop("backend_module", None)
    if kwargs:
        raise TypeError(f"smart_resize() got unexpected keyword arguments: {list(kwargs)}")
    if len(size) != 2:
        raise ValueError(f"Expected `size` to be a tuple of 2 integers, but got: {size}.")
    image = tfcompat.convert_to_tensor(x)
    rank = len(image.shape)
    if rank not in (3, 4):
        raise ValueError(
            "Expected an image array with shape `(height, width, channels)`, or `(batch_size, height, width, "
            "channels)`, "
            f"but got input with incorrect rank, of shape {image.shape}."
        )
    first = data_format_of(data_format) == "channels_first"
    order = ([0] if rank == 4 else []) + [d + rank - 3 for d in (1, 2, 0)]
    image = tfcompat.transpose(image, order) if first else image
    image = _middle(image, *size)
    found = resizing.resize(image, tuple(size), method=interpolation)
    if first:
        found = tfcompat.transpose(found, ([0] if rank == 4 else []) + [d + rank - 3 for d in (2, 0, 1)])
    found = tfcompat.cast(found, image.dtype) if not image.dtype.is_floating and interpolation == "nearest" else found
    return found.numpy() if isinstance(x, np.ndarray) else found
