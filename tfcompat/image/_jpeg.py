"""The pixels of a JPEG as TensorFlow's decoder gives them, from what Pillow can be asked for.

TensorFlow's default is libjpeg's fast transform with smooth upsampling of colours. Pillow has the fast one as a draft,
which repeats colours: they are asked for before they become red, green and blue, and upsampled here.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np

_ADOBE_PLAIN = 0  # what a file's components are that Adobe's marker leaves as they are: red, green, blue
_HALF = 1 << 15


def _fixed(x: float) -> int:
    return round(x * (1 << 16))


# What a sample of blue or red difference adds to a colour; to green, both, as their parts are rounded together.
_AROUND = np.arange(256) - 128
_RED = ((_fixed(1.402) * _AROUND + _HALF) >> 16).astype(np.int16)
_BLUE = ((_fixed(1.772) * _AROUND + _HALF) >> 16).astype(np.int16)
_GREEN_OF_BLUE, _GREEN_OF_RED = _HALF - _fixed(0.34414) * _AROUND, -_fixed(0.71414) * _AROUND
_GREEN = ((_GREEN_OF_BLUE[:, None] + _GREEN_OF_RED) >> 16).astype(np.int16).reshape(-1)


def pixels(pillow: Any, data: bytes, channels: int, ratio: int, fancy: bool, fast: bool) -> Any:
    """A Pillow image that is loaded, or [height, width, 3] as uint8 where colours were upsampled here.

    channels: 1 for the brightness alone, else the file's own. ratio: 1, 2, 4 or 8, to read it at a fraction of its
    size. fancy: whether colours are upsampled smoothly. fast: whether the transform is the fast one; the accurate one
    always upsamples smoothly. What Pillow raises for damaged files passes through.
    """
    image = pillow.open(io.BytesIO(data), formats=["JPEG"])
    smooth = _smooth(image, ratio) if fast and fancy and channels != 1 and image.mode == "RGB" else None
    mode = "L" if channels == 1 else "YCbCr" if smooth else None
    if ratio > 1 or mode is not None:
        expected = -(-image.width // ratio), -(-image.height // ratio)
        image.draft(mode, (max(image.width // ratio, 1), max(image.height // ratio, 1)))
        if image.size != expected:
            raise ValueError(
                f"Pillow reads no image as small as {expected[1]} x {expected[0]} at 1/{ratio} of its size"
            )
    if fast:
        image.decoderconfig = (ratio, 1)
    image.load()
    return image if smooth is None else _in_colour(np.asarray(image), *smooth)


def _smooth(image: Any, ratio: int) -> tuple[bool, bool] | None:
    """Whether colours have half the columns, and half the rows, where that is to be made up for smoothly."""
    (_, wide, high, *_), *others = image.layer
    if any(layer[1:3] != (1, 1) for layer in others) or image.info.get("adobe_transform") == _ADOBE_PLAIN:
        return None
    if (wide, high) not in ((2, 1), (1, 2), (2, 2)) or ((wide, high) == (2, 2) and ratio > 1):
        return None
    return None if wide == 2 and image.width <= 4 * ratio else (wide == 2, high == 2)


def _in_colour(image: np.ndarray, halves_columns: bool, halves_rows: bool) -> np.ndarray:
    """Red, green and blue of brightness and the two differences, which are repeated where they have half the size."""
    height, width, _ = image.shape
    y = image[..., 0].astype(np.int16)
    few = image[:: 1 + halves_rows, :: 1 + halves_columns].astype(np.uint16)
    blue, red = (_upsampled(few[..., i], halves_columns, halves_rows)[:height, :width] for i in (1, 2))
    out = np.empty((height, width, 3), np.uint8)
    for i, (table, at) in enumerate(((_RED, red), (_GREEN, (blue << 8) + red), (_BLUE, blue))):
        colour = table.take(at)
        colour += y
        out[..., i] = np.clip(colour, 0, 255, out=colour)
    return out


def _upsampled(x: np.ndarray, columns: bool, rows: bool) -> np.ndarray:
    """Twice as many columns, or rows, or both, which are rounded together."""
    if not (columns and rows):
        return _doubled(x, 1, 2, 2) if rows else _doubled(x.T, 1, 2, 2).T
    return _doubled(_doubled(x, 0, 0, 0).T, 8, 7, 4).T


def _doubled(x: np.ndarray, before: int, after: int, bits: int) -> np.ndarray:
    """Twice as many rows: three parts of each and one of a neighbour, rounded by what is added."""
    three = 3 * x
    out = np.empty((2 * len(x), *x.shape[1:]), x.dtype)
    out[2::2], out[1:-1:2] = three[1:] + x[:-1], three[:-1] + x[1:]
    out[0], out[-1] = 4 * x[0], 4 * x[-1]
    if bits:
        out[0::2] += before
        out[1::2] += after
        out >>= bits
    return out
