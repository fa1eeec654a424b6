"""Raw ops of convolutions, of one window over all positions, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import vector
from tfcompat._core.ops import Invalid, Value
from tfcompat.nn import convolution_gradients as gradients
from tfcompat.nn import convolutions, morphology
from tfcompat.nn.convolution_gradients import explicit_padding
from tfcompat.raw_ops._pullback import pullback
from tfcompat.raw_ops._registry import body, raw


def convolve(
    n: int, x: torch.Tensor, w: torch.Tensor, strides: Any, padding: Any, data_format: str, dilations: Any
) -> torch.Tensor:
    """The convolution over `n` dimensions; strides and dilations have a number for each dimension of `x`."""
    if w.ndim != n + 2:
        raise Invalid(f"filter must be {n + 2}-dimensional: {list(w.shape)}")
    for name, numbers in (("Strides", strides), ("Dilations", dilations)):
        if len(numbers) != w.ndim:
            raise Invalid(f"{name} must have {w.ndim} numbers, got {list(numbers)}")
    if x.ndim != w.ndim:
        raise Invalid(f"input must be {w.ndim}-dimensional, got shape {list(x.shape)}")
    function = convolutions.conv3d if n == 3 else convolutions.conv2d
    return body(function)(x, w, strides, padding, data_format, dilations)


def _shaped(sizes: Sequence[Any], like: torch.Tensor) -> torch.Tensor:
    """A tensor of which only the shape counts."""
    return like.new_empty(1).expand(sizes)


def _register(n: int) -> None:
    @raw(f"Conv{n}D")
    def convolution(
        input: Value,
        filter: Value,
        strides: Sequence[int],
        padding: str,
        data_format: str,
        dilations: Sequence[int],
        explicit_paddings: Sequence[int] = (),
    ) -> torch.Tensor:
        pads = explicit_padding(padding, explicit_paddings, n + 2)
        return convolve(n, input, filter, strides, pads, data_format, dilations)

    convolution.__doc__ = f"The convolution over {n} dimensions; strides and dilations have {n + 2} numbers."


_register(2)
_register(3)


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
        batch, channels = out_backprop.shape[0], filter.shape[2]
        sizes = [batch, *sizes, channels] if data_format == "NHWC" else [batch, channels, *sizes]
    how = (strides, padding, True, explicit_paddings, data_format, dilations)
    return body(gradients.conv2d_backprop_input_v2)(_shaped(sizes, filter), filter, out_backprop, *how)


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
    filter = _shaped(vector(filter_sizes, "T", "filter_sizes"), input)
    how = (strides, padding, True, explicit_paddings, data_format, dilations)
    return body(gradients.conv2d_backprop_filter_v2)(input, filter, out_backprop, *how)


def _pulled_back(function: Any, dy: torch.Tensor, zeros: torch.Tensor) -> torch.Tensor:
    try:
        return pullback(function, dy, zeros)
    except ValueError as e:  # of shapes that do not fit
        raise Invalid(str(e)) from None


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
    zeros = out_backprop.new_zeros(vector(input_sizes, "T", "input_sizes"))
    how = (strides, padding, data_format, dilations)
    return _pulled_back(lambda x: convolve(3, x, filter, *how), out_backprop, zeros)


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
    zeros = out_backprop.new_zeros(vector(filter_sizes, "T", "filter_sizes"))
    how = (strides, padding, data_format, dilations)
    return _pulled_back(lambda w: convolve(3, input, w, *how), out_backprop, zeros)


# ---- depthwise ----


def _depthwise_options(
    strides: Any, padding: str, explicit_paddings: Sequence[int], data_format: str, dilations: Any
) -> tuple[Any, ...]:
    """What public ops take for a depthwise convolution: (strides, padding, data_format, dilations)."""
    first = data_format == "NCHW"
    spread = dilations[2:] if first else dilations[1:3]
    steps = strides[2:] if first else strides[1:3]
    if len(set(steps)) > 1:
        raise Invalid("Current implementation only supports equal length strides in the row and column dimensions.")
    return strides, explicit_padding(padding, explicit_paddings, 4), data_format, spread


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
    how = _depthwise_options(strides, padding, explicit_paddings, data_format, dilations)
    return body(convolutions.depthwise_conv2d)(input, filter, *how)


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
    how = _depthwise_options(strides, padding, explicit_paddings, data_format, dilations)
    return body(gradients.depthwise_conv2d_backprop_input)(input_sizes, filter, out_backprop, *how)


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
    how = _depthwise_options(strides, padding, explicit_paddings, data_format, dilations)
    return body(gradients.depthwise_conv2d_backprop_filter)(input, filter_sizes, out_backprop, *how)


# ---- dilation ----


_dilate = body(morphology._dilation)


@raw("Dilation2DBackpropInput")
def dilation2d_backprop_input(
    input: Value, filter: Value, out_backprop: Value, strides: Sequence[int], rates: Sequence[int], padding: str
) -> torch.Tensor:
    """The gradient of Dilation2D by its input."""
    return pullback(lambda x: _dilate(x, filter, strides, padding, rates), out_backprop, input)


@raw("Dilation2DBackpropFilter")
def dilation2d_backprop_filter(
    input: Value, filter: Value, out_backprop: Value, strides: Sequence[int], rates: Sequence[int], padding: str
) -> torch.Tensor:
    """The gradient of Dilation2D by its filter."""
    return pullback(lambda w: _dilate(input, w, strides, padding, rates), out_backprop, filter)
