"""keras.ops.image: parts of images, and borders around them."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F

from tfcompat.keras.ops._image_layout import channels_first, need_images, one_of
from tfcompat.keras.ops._operation import keras_op


def _two_of(**values: int | None) -> None:
    if sum(v is None for v in values.values()) != 1:
        told = ", ".join(f"{name}={value}" for name, value in values.items())
        raise ValueError(f"Must specify exactly two of {', '.join(values)}. Received: {told}")


def _need_positive(**values: int) -> None:
    for name, value in values.items():
        if value < 0:
            raise ValueError(f"{name} must be >= 0. Received: {name}={value}")


@keras_op("images")
def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images with zeros around them: two of the paddings above and below and the height say how many, and so sideways.

    ValueError where one or all of the three are given, or a padding is negative.
    """
    first = channels_first(data_format)
    need_images(images)
    height, width = images.shape[-2:] if first else images.shape[-3:-1]
    _two_of(top_padding=top_padding, bottom_padding=bottom_padding, target_height=target_height)
    _two_of(left_padding=left_padding, right_padding=right_padding, target_width=target_width)
    top = target_height - bottom_padding - height if top_padding is None else top_padding  # type: ignore[operator]
    bottom = target_height - top - height if bottom_padding is None else bottom_padding  # type: ignore[operator]
    left = target_width - right_padding - width if left_padding is None else left_padding  # type: ignore[operator]
    right = target_width - left - width if right_padding is None else right_padding  # type: ignore[operator]
    _need_positive(top_padding=top, left_padding=left, right_padding=right, bottom_padding=bottom)
    return F.pad(images, (left, right, top, bottom) if first else (0, 0, left, right, top, bottom))


@keras_op("images")
def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Any:
    """Images without some rows and columns: two of those above and below and the height say which, and so sideways.

    ValueError where one or all of the three are given, or more is cut off than there is.
    """
    first = channels_first(data_format)
    need_images(images)
    height, width = images.shape[-2:] if first else images.shape[-3:-1]
    _two_of(top_cropping=top_cropping, bottom_cropping=bottom_cropping, target_height=target_height)
    _two_of(left_cropping=left_cropping, right_cropping=right_cropping, target_width=target_width)
    top = height - target_height - bottom_cropping if top_cropping is None else top_cropping  # type: ignore[operator]
    rows = height - bottom_cropping - top if target_height is None else target_height  # type: ignore[operator]
    left = width - target_width - right_cropping if left_cropping is None else left_cropping  # type: ignore[operator]
    columns = width - right_cropping - left if target_width is None else target_width  # type: ignore[operator]
    _need_positive(top_cropping=top, target_height=rows, left_cropping=left, target_width=columns)
    axis = images.ndim - (2 if first else 3)
    return images.narrow(axis, top, rows).narrow(axis + 1, left, columns)


# ---- patches ----


def _sizes(name: str, value: Any, count: int) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,) * count
    if len(value) != count:
        raise ValueError(f"`{name}` must be an int or a tuple of {count}. Received: {name}={value}")
    return tuple(int(v) for v in value)


def _windows(x: torch.Tensor, axis: int, size: int, stride: int, dilation: int, same: bool) -> torch.Tensor:
    """x with `axis` split in two: the places of the windows along it, and the elements of each."""
    length = x.shape[axis]
    reach = (size - 1) * dilation + 1
    if same:
        missing = max((-(-length // stride) - 1) * stride + reach - length, 0)
        around = [0, 0] * (x.ndim - 1 - axis) + [missing // 2, missing - missing // 2]
        x = F.pad(x, around)
    return x.unfold(axis, reach, stride)[..., ::dilation].movedim(-1, axis + 1)


def _patches(
    images: torch.Tensor, size: Any, strides: Any, dilation_rate: Any, padding: str, first: bool, n: int
) -> Any:
    padding = padding.lower() if isinstance(padding, str) else padding
    one_of("padding", padding, ("valid", "same"))
    sizes = _sizes("size", size, n)
    steps = _sizes("strides", size if strides is None else strides, n)
    dilations = _sizes("dilation_rate", dilation_rate, n)
    if max(steps) > 1 and max(dilations) > 1:
        raise ValueError(
            f"`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: strides={strides} and "
            f"dilation_rate={dilation_rate}"
        )
    batch = images if images.ndim == n + 2 else images.unsqueeze(0)
    batch = batch.movedim(1, -1) if first else batch
    for i in range(n):
        batch = _windows(batch, 1 + 2 * i, sizes[i], steps[i], dilations[i], padding == "same")
    places, elements = range(1, 2 * n, 2), range(2, 2 * n + 1, 2)
    out = batch.permute(0, *places, *elements, 2 * n + 1).flatten(n + 1)
    out = out.movedim(-1, 1) if first else out
    return out if images.ndim == n + 2 else out.squeeze(0)


@keras_op("images")
def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The patches of (height, width) `size` in images, `strides` apart (side by side where None), flat in the channels.

    A size of 3 takes patches of volumes. ValueError for strides with a dilation rate, TypeError for other sizes.
    """
    first = channels_first(data_format)
    count = 2 if isinstance(size, int) else len(size)
    if count not in (2, 3):
        raise TypeError(f"Invalid `size` argument. Expected an int or a tuple of length 2 or 3. Received: size={size}")
    if count == 2:
        need_images(images)
    return _patches(images, size, strides, dilation_rate, padding, first, count)


@keras_op("volumes", name="ExtractPatches3D")
def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The patches of (depth, height, width) `size` in volumes; see `extract_patches`."""
    if not isinstance(size, int) and len(size) != 3:
        raise TypeError(f"Invalid `size` argument. Expected an int or a tuple of length 3. Received: size={size}")
    if volumes.ndim not in (4, 5):
        raise ValueError(f"`volumes` must have rank 4 or 5. Received: volumes.shape={tuple(volumes.shape)}")
    return _patches(volumes, size, strides, dilation_rate, padding, channels_first(data_format), 3)
