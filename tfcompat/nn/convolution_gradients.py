"""Convolutions as kernels: their gradients by input and filter, and tf.conv, which takes every number of dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.arguments import FLOATS, expect, integer, integers
from tfcompat._core.gathering import dims
from tfcompat._core.ops import Alike, Invalid, op
from tfcompat.nn._windows import (
    Window,
    channels_first,
    every,
    from_channels_first,
    listed,
    pad,
    padding_of,
    spatial,
    to_channels_first,
    windows,
)
from tfcompat.nn.convolutions import convolve_channels, fits, groups_of, transpose_convolve, zeros_of

# Defaults, which TensorFlow spells as lists; nothing changes them.
_ONES = [1, 1, 1, 1]
_NONE: list[int] = []


def _filter_gradient(
    x: torch.Tensor, shape: Sequence[Any], dy: torch.Tensor, frames: Sequence[Window], groups: int
) -> torch.Tensor:
    """The gradient of a convolution by its filter of `shape` [out, in / groups, ...], for x and dy [N, C, ...]."""
    if 0 in (*shape, groups):
        return zeros_of(x, dy, shape)
    n = len(frames)
    x = pad(x, [(f.before, f.after) for f in frames])
    strides, dilations = [f.stride for f in frames], [f.dilation for f in frames]
    w = x.new_empty(1).expand(shape)
    return torch.ops.aten.convolution_backward(
        dy, x, w, None, strides, [0] * n, dilations, False, [0] * n, groups, [False, True, False]
    )[1]


class _Call:
    """The arguments of a 2-D convolution that its gradients share, checked."""

    def __init__(
        self,
        label: str,
        x_shape: Sequence[Any],
        w_shape: Sequence[Any],
        dy: torch.Tensor,
        options: tuple[Any, Any, Any, Any],
        depthwise: bool,
    ) -> None:
        strides, padding, data_format, dilations = options
        self.first = channels_first(data_format, 2)
        for what, shape in (("input", x_shape), ("filter", w_shape), ("out_backprop", dy.shape)):
            if len(shape) != 4:
                raise Invalid(f"{label}: {what} must be 4-dimensional")
        steps = spatial(strides, 2, self.first, "strides")
        spread = spatial(dilations, 2, self.first, "dilations")
        channels, *sizes = (x_shape[1:4]) if self.first else (x_shape[3], *x_shape[1:3])
        self.sizes, self.dy = sizes, to_channels_first(expect(dy, FLOATS), self.first, 2)
        height, width, inner, outer = w_shape
        if depthwise:
            if channels != inner:
                raise Invalid(f"{label}: input and filter must have the same in_depth")
            self.groups, out = channels, inner * outer
        else:
            self.groups, out = groups_of(channels, w_shape), outer
        if self.dy.shape[1] != out:
            of = "depth_multiplier * in_depth not equal to out_depth" if depthwise else "filter and out_backprop differ"
            raise Invalid(f"{label}: {of}")
        if x_shape[0] != dy.shape[0]:
            raise Invalid(f"{label}: input and out_backprop must have the same batch size")
        self.frames = windows(sizes, (height, width), steps, spread, padding_of(padding, 2, self.first))
        fits(self.dy, sizes, self.frames)

    def by_input(self, w: torch.Tensor, depthwise: bool) -> torch.Tensor:
        """The gradient by the input, for a filter of TensorFlow's layout."""
        kernel = w.permute(2, 3, 0, 1).flatten(0, 1).unsqueeze(1) if depthwise else w.permute(3, 2, 0, 1)
        y = transpose_convolve(self.dy, kernel, self.sizes, self.frames, self.groups)
        return from_channels_first(y, self.first, 2)

    def by_filter(self, x: torch.Tensor, w_shape: Sequence[Any], depthwise: bool) -> torch.Tensor:
        """The gradient by the filter, in TensorFlow's layout."""
        height, width, inner, outer = w_shape
        shape = (inner * outer, 1, height, width) if depthwise else (outer, inner, height, width)
        dw = _filter_gradient(to_channels_first(x, self.first, 2), shape, self.dy, self.frames, self.groups)
        return dw.reshape(inner, outer, height, width).permute(2, 3, 0, 1) if depthwise else dw.permute(2, 3, 1, 0)


@op("DepthwiseConv2dNativeBackpropInput")
def depthwise_conv2d_backprop_input(
    input_sizes: Any,
    filter: Alike,
    out_backprop: Alike,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = _ONES,
    name: str | None = None,
) -> torch.Tensor:
    """The gradient of `depthwise_conv2d` by its input, which has the shape `input_sizes`.

    filter: [height, width, channels, multiplier]. out_backprop: the gradient by the result. The others are those of
    the convolution; InvalidArgumentError where shapes do not fit. Follows tf.nn.depthwise_conv2d_backprop_input.
    """
    sizes, options = integers(input_sizes, "input_sizes"), (strides, listed(padding), data_format, dilations)
    call = _Call("DepthwiseConv2DBackpropInput", sizes, filter.shape, out_backprop, options, True)
    return call.by_input(filter, True)


@op("DepthwiseConv2dNativeBackpropFilter")
def depthwise_conv2d_backprop_filter(
    input: Alike,
    filter_sizes: Any,
    out_backprop: Alike,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = _ONES,
    name: str | None = None,
) -> torch.Tensor:
    """The gradient of `depthwise_conv2d` by its filter, which has the shape `filter_sizes`.

    Follows tf.nn.depthwise_conv2d_backprop_filter; see `depthwise_conv2d_backprop_input`.
    """
    sizes, options = integers(filter_sizes, "filter_sizes"), (strides, listed(padding), data_format, dilations)
    call = _Call("DepthwiseConv2DBackpropFilter", input.shape, sizes, out_backprop, options, True)
    return call.by_filter(input, sizes, True)


def explicit_padding(padding: Any, explicit_paddings: Any, ndim: int) -> Any:
    """The padding of a kernel, whose explicit numbers come flat in an argument of their own."""
    numbers = [int(v) for v in explicit_paddings]
    if padding != "EXPLICIT":
        if numbers:
            raise Invalid(
                f"explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT: {padding}"
            )
        return padding
    if len(numbers) != 2 * ndim:
        raise Invalid(f"explicit_paddings attribute must contain {2 * ndim} values, but got: {len(numbers)}")
    return list(zip(numbers[::2], numbers[1::2]))


@op("Conv2DBackpropInputV2")
def conv2d_backprop_input_v2(
    input: Alike,
    filter: Alike,
    out_backprop: Alike,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    explicit_paddings: Any = _NONE,
    data_format: str = "NHWC",
    dilations: Any = _ONES,
    name: str | None = None,
) -> torch.Tensor:
    """The gradient of `tf.nn.conv2d` by its input, of which only the shape counts (tf.conv2d_backprop_input_v2).

    padding: "SAME", "VALID" or "EXPLICIT" with eight explicit_paddings. use_cudnn_on_gpu: torch picks its kernels, so
    either value computes the same. InvalidArgumentError where shapes do not fit.
    """
    options = (strides, explicit_padding(padding, explicit_paddings, 4), data_format, dilations)
    call = _Call("Conv2DBackpropInput", input.shape, filter.shape, out_backprop, options, False)
    return call.by_input(filter, False)


@op("Conv2DBackpropFilterV2")
def conv2d_backprop_filter_v2(
    input: Alike,
    filter: Alike,
    out_backprop: Alike,
    strides: Any,
    padding: Any,
    use_cudnn_on_gpu: bool = True,
    explicit_paddings: Any = _NONE,
    data_format: str = "NHWC",
    dilations: Any = _ONES,
    name: str | None = None,
) -> torch.Tensor:
    """The gradient of `tf.nn.conv2d` by its filter, of which only the shape counts (tf.conv2d_backprop_filter_v2).

    The other arguments are those of `conv2d_backprop_input_v2`.
    """
    options = (strides, explicit_padding(padding, explicit_paddings, 4), data_format, dilations)
    call = _Call("Conv2DBackpropFilter", input.shape, filter.shape, out_backprop, options, False)
    return call.by_filter(input, filter.shape, False)


_FIRST = {"CHANNELS_FIRST": True, "CHANNELS_LAST": False}
_NAMES = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


@op("Conv")
def conv(
    input: Alike,
    filter: Alike,
    strides: Any,
    padding: Any,
    explicit_paddings: Any = _NONE,
    data_format: str = "CHANNELS_LAST",
    dilations: Any = _NONE,
    batch_dims: Any = 1,
    groups: Any = 1,
    name: str | None = None,
) -> torch.Tensor:
    """The convolution with filters [spatial..., in / groups, out] of one to three spatial dimensions (tf.conv).

    input: `batch_dims` batch dimensions, then the spatial ones and the channels (before them where data_format is
    "CHANNELS_FIRST"). strides, dilations: a number for the batch, each spatial dimension and the channels; no
    dilations are all 1. padding: "SAME", "VALID" or "EXPLICIT" with two explicit_paddings for each of those.
    InvalidArgumentError where shapes do not fit.
    """
    n, batch, parts = filter.ndim - 2, integer(batch_dims, "batch_dims"), integer(groups, "groups")
    if data_format not in _FIRST:
        raise Invalid(
            f"Value for attr 'data_format' of \"{data_format}\" is not in the list of allowed values: "
            '"CHANNELS_FIRST", "CHANNELS_LAST"'
        )
    if n not in _NAMES or input.ndim != batch + n + 1:
        raise Invalid(
            f"The input must have 1 to 3 spatial dimensions, as many as the filter, after {batch} batch dimensions: "
            f"{dims(input.shape)} and {dims(filter.shape)}"
        )
    first = _FIRST[data_format]
    steps = every(strides, n + 2, "strides")
    spread = every(dilations, n + 2, "dilations") if len(dilations) else None
    depth = input.shape[batch if first else -1]
    if depth != filter.shape[-2] * parts:
        raise Invalid(f"Input depth must be equal to filter depth: {depth} vs {filter.shape[-2]}")
    flat = input.reshape(-1, *input.shape[batch:])
    pads = explicit_padding(padding, explicit_paddings, n + 2)
    y = convolve_channels(flat, filter, steps, pads, _NAMES[n][first], spread, n)
    return y.reshape(*input.shape[:batch], *y.shape[1:])
