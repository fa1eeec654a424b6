"""tf.nn.dilation2d and tf.nn.erosion2d: grayscale morphology of images."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import errors
from tfcompat._core.arguments import REALS, expect
from tfcompat._core.gathering import dims
from tfcompat._core.operators import negative
from tfcompat._core.ops import Alike, Invalid, op
from tfcompat.nn._windows import Window, pad, to_channels_first, windows


def _quad(value: Any, what: str, argument: str) -> tuple[int, int]:
    """The two spatial numbers of four, the others of which are 1."""
    numbers = [int(v) for v in value]
    if len(numbers) != 4:
        raise Invalid(f"Length for attr '{argument}' of {len(numbers)} must be at least minimum 4")
    if (numbers[0], numbers[3]) != (1, 1):
        raise Invalid(f"{what} is only supported across spatial dimensions.", errors.UnimplementedError)
    for v in numbers:
        if v < 1:
            raise Invalid(f"{what} must be > 0, but got {v}")
    return numbers[1], numbers[2]


def _views(x: torch.Tensor, frames: list[Window]) -> torch.Tensor:
    """The windows of x [N, C, H, W] as a view [N, C, rows, columns, height, width]."""
    for i, f in enumerate(frames):
        x = x.unfold(2 + i, f.extent, f.stride)[..., :: f.dilation]
    return x


@op("Dilation2D")
def _dilation(input: Alike, filters: Alike, strides: Any, padding: Any, dilations: Any) -> torch.Tensor:
    if padding not in ("SAME", "VALID"):
        raise Invalid(
            f'Value for attr \'padding\' of "{padding}" is not in the list of allowed values: "SAME", "VALID"'
        )
    steps, rates = _quad(strides, "Stride", "strides"), _quad(dilations, "Rate", "rates")
    if expect(input, REALS).ndim != 4:
        raise Invalid(f"input must be 4-dimensional{dims(input.shape)}")
    if filters.ndim != 3:
        raise Invalid(f"filter must be 3-dimensional: {dims(filters.shape)}")
    if input.shape[3] != filters.shape[2]:
        raise Invalid(f"input and filter must have the same depth: {input.shape[3]} vs {filters.shape[2]}")
    x, w = to_channels_first(input, False, 2), filters.movedim(-1, 0)
    frames = windows(x.shape[2:], w.shape[1:], steps, rates, padding)
    pads = [(f.before, f.after) for f in frames]
    if any(isinstance(s, int) and s + sum(p) < f.extent for s, p, f in zip(x.shape[2:], pads, frames)):
        sizes = [max((s - f.extent) // f.stride + 1, 0) for s, f in zip(x.shape[2:], frames)]
        nothing = input.reshape(-1)[:0].sum() + filters.reshape(-1)[:0].sum()  # which both have a gradient by
        return nothing.expand(input.shape[0], *sizes, input.shape[3])
    if x.is_floating_point():
        sums = _views(pad(x, pads, float("-inf")), frames) + w[:, None, None]
    else:  # the border is no number that an integer could stand for
        sums = _views(pad(x, pads), frames) + w[:, None, None]
        inside = _views(pad(torch.ones_like(x[:1, :1]), pads), frames) > 0
        sums = torch.where(inside, sums, torch.iinfo(x.dtype).min)
    return sums.flatten(-2).max(-1).values.movedim(1, -1)


def _checked_format(data_format: str) -> None:
    if data_format != "NHWC":
        raise ValueError(
            f"`data_format` values other  than 'NHWC' are not supported. Received: data_format={data_format}"
        )


def dilation2d(
    input: Any, filters: Any, strides: Any, padding: Any, data_format: str, dilations: Any, name: str | None = None
) -> Any:
    """The largest of input + filters in each window of images (tf.nn.dilation2d).

    input: [batch, height, width, depth], real. filters: [height, width, depth]. strides, dilations: four numbers.
    padding: "SAME" (the border never counts) or "VALID". data_format: "NHWC". The gradient goes to the first of equal
    elements. InvalidArgumentError for shapes that do not fit, ValueError for another data_format.
    """
    _checked_format(data_format)
    return _dilation(input, filters, strides, padding, dilations)


@op("Reverse")
def _turned(filters: Alike) -> torch.Tensor:
    if filters.ndim < 2:
        raise Invalid(f"filter must be 3-dimensional: {dims(filters.shape)}")
    return filters.flip((0, 1))


def erosion2d(
    value: Any, filters: Any, strides: Any, padding: Any, data_format: str, dilations: Any, name: str | None = None
) -> Any:
    """The smallest of value - filters in each window of images: minus the dilation of -value by the turned filters.

    Arguments as `dilation2d`'s; unsigned integers have no negative, and raise. Follows tf.nn.erosion2d.
    """
    _checked_format(data_format)
    return negative(_dilation(negative(value), _turned(filters), strides, padding, dilations), name)
