"""Raw ops of convolutions, of one window over all positions, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import vector
from tfcompat._core import errors
from tfcompat._core.ops import Invalid, Value
from tfcompat.nn import convolutions
from tfcompat.nn._windows import pad, windows
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import body, raw


def padding_argument(padding: str, explicit_paddings: Sequence[int]) -> Any:
    """The padding as public ops take it: a string, or a (before, after) pair for each dimension."""
    if padding != "EXPLICIT":
        if explicit_paddings:
            raise Invalid(f"explicit_paddings attribute must be empty if the padding is not EXPLICIT: {padding}")
        return padding
    if len(explicit_paddings) % 2:
        raise Invalid(f"explicit_paddings must hold pairs, got {list(explicit_paddings)}")
    return [tuple(explicit_paddings[i : i + 2]) for i in range(0, len(explicit_paddings), 2)]


def _convolve(
    x: torch.Tensor, w: torch.Tensor, strides: Any, padding: Any, data_format: str, dilations: Any
) -> torch.Tensor:
    for name, numbers in (("Strides", strides), ("Dilations", dilations)):
        if len(numbers) != w.ndim:
            raise Invalid(f"{name} must have {w.ndim} numbers, got {list(numbers)}")
    if x.ndim != w.ndim:
        raise Invalid(f"input must be {w.ndim}-dimensional, got shape {list(x.shape)}")
    function = convolutions.conv3d if w.ndim == 5 else convolutions.conv2d
    return body(function)(x, w, strides, padding, data_format, dilations)


def _by_input(sizes: Any, w: torch.Tensor, dy: torch.Tensor, *how: Any) -> torch.Tensor:
    """The gradient of a convolution by its input, of shape `sizes`."""
    zeros = torch.zeros(vector(sizes, "T", "input_sizes"), dtype=dy.dtype, device=dy.device)
    return _checked(lambda x: _convolve(x, w, *how), dy, zeros)


def _by_filter(x: torch.Tensor, sizes: Any, dy: torch.Tensor, *how: Any) -> torch.Tensor:
    """The gradient of a convolution by its filter, of shape `sizes`."""
    zeros = torch.zeros(vector(sizes, "T", "filter_sizes"), dtype=dy.dtype, device=dy.device)
    return _checked(lambda w: _convolve(x, w, *how), dy, zeros)


def _checked(function: Any, dy: torch.Tensor, zeros: torch.Tensor) -> torch.Tensor:
    try:
        return pullback(function, dy, zeros)
    except ValueError as e:
        raise Invalid(str(e)) from None


@raw("Conv2D")
def conv2d(
    input: Value,
    filter: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The convolution of images; strides and dilations have four numbers."""
    if filter.ndim != 4:
        raise Invalid(f"filter must be 4-dimensional: {list(filter.shape)}")
    return _convolve(input, filter, strides, padding_argument(padding, explicit_paddings), data_format, dilations)


@raw("Conv3D")
def conv3d(
    input: Value,
    filter: Value,
    strides: Sequence[int],
    padding: str,
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The convolution of volumes; strides and dilations have five numbers."""
    if filter.ndim != 5:
        raise Invalid(f"filter must be 5-dimensional: {list(filter.shape)}")
    return _convolve(input, filter, strides, padding, data_format, dilations)


@raw("Conv2DBackpropInput")
def conv2d_backprop_input(
    input_sizes: Any,
    filter: Value,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of Conv2D by its input."""
    sizes = vector(input_sizes, "T", "input_sizes")
    if len(sizes) == 2:  # height and width alone
        groups = 1
        batch, channels = out_backprop.shape[0], filter.shape[2] * groups
        sizes = [batch, *sizes, channels] if data_format == "NHWC" else [batch, channels, *sizes]
    pads = padding_argument(padding, explicit_paddings)
    return _by_input(sizes, filter, out_backprop, strides, pads, data_format, dilations)


@raw("Conv2DBackpropInputV2")
def conv2d_backprop_input_v2(
    input: Value,
    filter: Value,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of Conv2D by its input, which tells its shape."""
    pads = padding_argument(padding, explicit_paddings)
    return _by_input(list(input.shape), filter, out_backprop, strides, pads, data_format, dilations)


@raw("Conv2DBackpropFilter")
def conv2d_backprop_filter(
    input: Value,
    filter_sizes: Any,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of Conv2D by its filter."""
    pads = padding_argument(padding, explicit_paddings)
    return _by_filter(input, filter_sizes, out_backprop, strides, pads, data_format, dilations)


@raw("Conv2DBackpropFilterV2")
def conv2d_backprop_filter_v2(
    input: Value,
    filter: Value,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of Conv2D by its filter, which tells its shape."""
    pads = padding_argument(padding, explicit_paddings)
    return _by_filter(input, list(filter.shape), out_backprop, strides, pads, data_format, dilations)


@raw("Conv3DBackpropInputV2")
def conv3d_backprop_input_v2(
    input_sizes: Any,
    filter: Value,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of Conv3D by its input."""
    return _by_input(input_sizes, filter, out_backprop, strides, padding, data_format, dilations)


@raw("Conv3DBackpropFilterV2")
def conv3d_backprop_filter_v2(
    input: Value,
    filter_sizes: Any,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of Conv3D by its filter."""
    return _by_filter(input, filter_sizes, out_backprop, strides, padding, data_format, dilations)


# ---- depthwise ----


def _depthwise(
    x: torch.Tensor, w: torch.Tensor, strides: Any, padding: Any, data_format: str, dilations: Any
) -> torch.Tensor:
    first = data_format == "NCHW"
    spread = dilations[2:] if first else dilations[1:3]
    steps = strides[2:] if first else strides[1:3]
    if len(set(steps)) > 1:
        raise Invalid("Current implementation only supports equal length strides in the row and column dimensions.")
    return body(convolutions.depthwise_conv2d)(x, w, strides, padding, data_format, spread)


@raw("DepthwiseConv2dNative")
def depthwise_conv2d_native(
    input: Value,
    filter: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """Each channel convolved with filters of its own."""
    pads = padding_argument(padding, explicit_paddings)
    return _depthwise(input, filter, strides, pads, data_format, dilations)


@raw("DepthwiseConv2dNativeBackpropInput")
def depthwise_conv2d_native_backprop_input(
    input_sizes: Any,
    filter: Value,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of DepthwiseConv2dNative by its input."""
    pads = padding_argument(padding, explicit_paddings)
    zeros = out_backprop.new_zeros(vector(input_sizes, "T", "input_sizes"))
    return _checked(lambda x: _depthwise(x, filter, strides, pads, data_format, dilations), out_backprop, zeros)


@raw("DepthwiseConv2dNativeBackpropFilter")
def depthwise_conv2d_native_backprop_filter(
    input: Value,
    filter_sizes: Any,
    out_backprop: Value,
    strides: Sequence[int],
    padding: str,
    explicit_paddings: Sequence[int],
    data_format: str,
    dilations: Sequence[int],
) -> torch.Tensor:
    """The gradient of DepthwiseConv2dNative by its filter."""
    pads = padding_argument(padding, explicit_paddings)
    zeros = out_backprop.new_zeros(vector(filter_sizes, "T", "filter_sizes"))
    return _checked(lambda w: _depthwise(input, w, strides, pads, data_format, dilations), out_backprop, zeros)


# ---- dilation ----


def _dilate(
    x: torch.Tensor, w: torch.Tensor, strides: Sequence[int], rates: Sequence[int], padding: str
) -> torch.Tensor:
    """The largest of input plus filter over each window: grey-scale dilation, channels last."""
    for name, numbers in (("strides", strides), ("rates", rates)):
        if len(numbers) != 4 or numbers[0] != 1 or numbers[3] != 1:
            text = f"{name} in the batch and depth dimensions must be 1, got {list(numbers)}"
            raise Invalid(text, errors.InvalidArgumentError)
    if x.ndim != 4 or w.ndim != 3 or x.shape[-1] != w.shape[-1]:
        raise Invalid(f"input and filter must have the same depth: {list(x.shape)} vs {list(w.shape)}")
    frames = windows(x.shape[1:3], w.shape[:2], strides[1:3], rates[1:3], padding)
    x = pad(x.movedim(-1, 1), [(f.before, f.after) for f in frames], float("-inf"))
    for i, f in enumerate(frames):
        x = x.unfold(2 + i, f.extent, f.stride)
    x = x[..., :: frames[0].dilation, :: frames[1].dilation]
    sums = (x.permute(0, 2, 3, 1, 4, 5) + w.movedim(-1, 0)).flatten(4)
    return sums.gather(-1, sums.argmax(-1, keepdim=True)).squeeze(-1)


@raw("Dilation2D")
def dilation2d(input: Value, filter: Value, strides: Sequence[int], rates: Sequence[int], padding: str) -> torch.Tensor:
    """The grey-scale dilation of images [batch, height, width, depth] by a filter [height, width, depth]."""
    return _dilate(input, filter, strides, rates, padding)


@raw("Dilation2DBackpropInput")
def dilation2d_backprop_input(
    input: Value, filter: Value, out_backprop: Value, strides: Sequence[int], rates: Sequence[int], padding: str
) -> torch.Tensor:
    """The gradient of Dilation2D by its input."""
    return pullback(lambda x: _dilate(x, filter, strides, rates, padding), out_backprop, input)


@raw("Dilation2DBackpropFilter")
def dilation2d_backprop_filter(
    input: Value, filter: Value, out_backprop: Value, strides: Sequence[int], rates: Sequence[int], padding: str
) -> torch.Tensor:
    """The gradient of Dilation2D by its filter."""
    return pullback(lambda w: _dilate(input, w, strides, rates, padding), out_backprop, filter)
