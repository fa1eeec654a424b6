"""Single images, as numpy arrays, turned, moved, zoomed and coloured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat.image import _kernels as kernels
from tfcompat.keras.utils.images import array_to_img, img_to_array

_MODES = {"nearest": "NEAREST", "reflect": "REFLECT", "wrap": "WRAP", "constant": "CONSTANT"}


def _sampled(
    image: np.ndarray, matrix: np.ndarray, offset: np.ndarray, order: int, mode: str, fill: float
) -> np.ndarray:
    """image[matrix @ place + offset] for each place, [channels, height, width]."""
    if mode not in _MODES:
        raise ValueError(f"`fill_mode` must be one of {sorted(_MODES)}. Received: fill_mode={mode}")
    if order not in (0, 1):
        raise NotImplementedError(
            "tfcompat's image transforms interpolate with `order` 0 (nearest) or 1 (linear), not by splines. "
            f"Received: order={order}"
        )
    x = torch.from_numpy(np.ascontiguousarray(image)).to(torch.float64)
    height, width = x.shape[1:]
    rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = torch.stack([rows, columns]).to(torch.float64).reshape(2, -1)
    at = torch.from_numpy(matrix) @ places + torch.from_numpy(offset).reshape(2, 1)
    inside = ((at >= 0) & (at <= torch.tensor([[height - 1.0], [width - 1.0]], dtype=torch.float64))).all(0)
    at_y, at_x = (kernels._FILL[_MODES[mode]](a, n) for a, n in zip(at, (height, width)))
    at_y, at_x = at_y.clamp(0, height - 1), at_x.clamp(0, width - 1)
    if order == 0:
        found = x[:, torch.floor(at_y + 0.5).long(), torch.floor(at_x + 0.5).long()]
    else:
        top, left = torch.floor(at_y).long(), torch.floor(at_x).long()
        below, right = (top + 1).clamp_max(height - 1), (left + 1).clamp_max(width - 1)
        down, across = at_y - top, at_x - left
        upper = x[:, top, left] * (1 - across) + x[:, top, right] * across
        lower = x[:, below, left] * (1 - across) + x[:, below, right] * across
        found = upper * (1 - down) + lower * down
    found = torch.where(inside, found, fill) if mode == "constant" else found
    return found.reshape(x.shape).numpy().astype(image.dtype)


def _matrix(theta: float, tx: float, ty: float, shear: float, zx: float, zy: float) -> np.ndarray:
    """Turning, moving, shearing and zooming as one matrix on (x, y, 1)."""
    turn, slant = np.deg2rad(theta), np.deg2rad(shear)
    parts = [
        [[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]],
        [[1, 0, tx], [0, 1, ty], [0, 0, 1]],
        [[1, -np.sin(slant), 0], [0, np.cos(slant), 0], [0, 0, 1]],
        [[zx, 0, 0], [0, zy, 0], [0, 0, 1]],
    ]
    return np.linalg.multi_dot([np.array(part, dtype=np.float64) for part in parts])


def apply_affine_transform(
    x: Any,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> np.ndarray:
    """An image turned by `theta` degrees, moved by `tx` columns and `ty` rows, sheared by `shear` degrees and zoomed by
    `zx` and `zy` about its middle (tf.keras.preprocessing.image.apply_affine_transform).

    fill_mode: what is beyond its edge: "nearest", "reflect", "wrap" or "constant", which is `cval`. order: 0 or 1, the
    interpolation.
    """
    axes = {row_axis, col_axis, channel_axis}
    if len(axes) != 3:
        raise ValueError("'row_axis', 'col_axis', and 'channel_axis' must be distinct")
    if axes != {0, 1, 2}:
        raise ValueError(f"Invalid axis' indices: {axes - {0, 1, 2}}")
    x = np.asarray(x)
    if x.ndim != 3:
        raise ValueError("Input arrays must be multi-channel 2D images.")
    if channel_axis not in (0, 2):
        raise ValueError("Channels are allowed and the first and last dimensions.")
    if (theta, tx, ty, shear) == (0, 0, 0, 0) and (zx, zy) == (1, 1):
        return x
    matrix = _matrix(theta, tx, ty, shear, zx, zy)
    middle = np.array([x.shape[row_axis] / 2 - 0.5, x.shape[col_axis] / 2 - 0.5])
    linear = matrix[:2, :2]
    offset = middle + matrix[:2, 2] - linear @ middle
    planes = np.moveaxis(x, channel_axis, 0)
    if col_axis > row_axis:  # the matrix is on (x, y), and the planes' first dimension is y then
        linear, offset = linear[::-1, ::-1], offset[::-1]
    found = _sampled(planes, np.ascontiguousarray(linear), np.ascontiguousarray(offset), order, fill_mode, cval)
    return np.moveaxis(found, 0, channel_axis)


def _affine(x: Any, how: Sequence[Any], **change: float) -> np.ndarray:
    row_axis, col_axis, channel_axis, fill_mode, cval, order = how
    axes = {"row_axis": row_axis, "col_axis": col_axis, "channel_axis": channel_axis}
    return apply_affine_transform(x, **change, **axes, fill_mode=fill_mode, cval=cval, order=order)


def random_rotation(
    x: Any,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image turned by up to `rg` degrees either way (tf.keras.preprocessing.image.random_rotation)."""
    how = (row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    return _affine(x, how, theta=np.random.uniform(-rg, rg))


def random_shift(
    x: Any,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image moved by up to the shares `wrg` of its width and `hrg` of its height
    (tf.keras.preprocessing.image.random_shift).
    """
    how = (row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    tx = np.random.uniform(-hrg, hrg) * x.shape[row_axis]
    ty = np.random.uniform(-wrg, wrg) * x.shape[col_axis]
    return _affine(x, how, tx=tx, ty=ty)


def random_shear(
    x: Any,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image sheared by up to `intensity` degrees either way (tf.keras.preprocessing.image.random_shear)."""
    how = (row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    return _affine(x, how, shear=np.random.uniform(-intensity, intensity))


def random_zoom(
    x: Any,
    zoom_range: Any,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> np.ndarray:
    """An image zoomed by factors from `zoom_range`, two numbers (tf.keras.preprocessing.image.random_zoom)."""
    if len(zoom_range) != 2:
        raise ValueError(f"`zoom_range` should be a tuple or list of two floats. Received: {zoom_range}")
    how = (row_axis, col_axis, channel_axis, fill_mode, cval, interpolation_order)
    still = zoom_range[0] == 1 and zoom_range[1] == 1
    zx, zy = (1, 1) if still else np.random.uniform(zoom_range[0], zoom_range[1], 2)
    return _affine(x, how, zx=zx, zy=zy)


def apply_channel_shift(x: Any, intensity: float, channel_axis: int = 0) -> np.ndarray:
    """An image with `intensity` added, within its range (tf.keras.preprocessing.image.apply_channel_shift)."""
    x = np.asarray(x)
    return np.clip(x + intensity, np.min(x), np.max(x))


def random_channel_shift(x: Any, intensity_range: float, channel_axis: int = 0) -> np.ndarray:
    """An image with up to `intensity_range` added or taken away (tf.keras.preprocessing.image.random_channel_shift)."""
    return apply_channel_shift(x, np.random.uniform(-intensity_range, intensity_range), channel_axis=channel_axis)


def apply_brightness_shift(x: Any, brightness: float, scale: bool = True) -> np.ndarray:
    """An image `brightness` times as bright, by Pillow (tf.keras.preprocessing.image.apply_brightness_shift).

    scale: whether its range is first brought to 0 to 255.
    """
    low, high = np.min(x), np.max(x)
    beyond = bool(low < 0 or high > 255)
    image = array_to_img(x, scale=beyond or scale)
    from PIL import ImageEnhance

    found = img_to_array(ImageEnhance.Brightness(image).enhance(brightness))
    return found / 255 * (high - low) + low if beyond and not scale else found


def random_brightness(x: Any, brightness_range: Any, scale: bool = True) -> np.ndarray:
    """An image made brighter by a factor from `brightness_range` (tf.keras.preprocessing.image.random_brightness)."""
    if len(brightness_range) != 2:
        raise ValueError(f"`brightness_range should be tuple or list of two floats. Received: {brightness_range}")
    return apply_brightness_shift(x, np.random.uniform(brightness_range[0], brightness_range[1]), scale)
