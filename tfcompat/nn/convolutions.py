"""tf.nn's convolutions, in one to three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from tfcompat._core.arguments import FLOATS, expect, integers
from tfcompat._core.gathering import dims
from tfcompat._core.ops import Alike, Invalid, op
from tfcompat.nn._windows import (
    Window,
    channels_first,
    every,
    from_channels_first,
    kernel_first,
    listed,
    named,
    nonnegative,
    pad,
    padding_of,
    spatial,
    to_channels_first,
    windows,
)

_CONVOLVE = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
_TRANSPOSED = {1: functional.conv_transpose1d, 2: functional.conv_transpose2d, 3: functional.conv_transpose3d}
_NUMBERS = FLOATS | {torch.int32}


def zeros_of(x: torch.Tensor, w: torch.Tensor, shape: Sequence[Any]) -> torch.Tensor:
    """Zeros that have a gradient by both tensors."""
    return (x.reshape(-1)[:0].sum() + w.reshape(-1)[:0].sum()).expand(*shape)


def convolve(
    x: torch.Tensor, w: torch.Tensor, frames: Sequence[Window], groups: int = 1, bias: torch.Tensor | None = None
) -> torch.Tensor:
    """The convolution (cross-correlation) of x [N, C, ...] with w [out, C / groups, ...], plus a bias [out]."""
    sizes = [f.count(x.shape[2 + i]) for i, f in enumerate(frames)]
    if any(isinstance(size, int) and size == 0 for size in (*sizes, w.shape[0])):
        return _plus(zeros_of(x, w, (x.shape[0], w.shape[0], *sizes)), bias)
    if not x.is_floating_point():
        return _plus(_convolve_integers(x, w, frames, groups), bias)
    if any(f.before != f.after for f in frames):
        x = pad(x, [(f.before, f.after) for f in frames])
        padding = [0] * len(frames)
    else:
        padding = [f.before for f in frames]
    n = len(frames)
    if w.shape[0] == 1:
        w = w.contiguous()  # the layout of one output channel is ambiguous, which torch's backward trips over
    strides, dilations = [f.stride for f in frames], [f.dilation for f in frames]
    if n == 1:  # as one row of an image: the kernels for images keep the channels last
        y = functional.conv2d(
            x.unsqueeze(2), w.unsqueeze(2), bias, [1, *strides], [0, *padding], [1, *dilations], groups
        )
        return y.squeeze(2)
    return _CONVOLVE[n](x, w, bias, strides, padding, dilations, groups)


def _plus(y: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    return y if bias is None else y + bias.reshape(-1, *(1,) * (y.ndim - 2))


def _convolve_integers(x: torch.Tensor, w: torch.Tensor, frames: Sequence[Window], groups: int) -> torch.Tensor:
    """A convolution as matrix products, for the dtypes that torch's convolutions lack."""
    x = pad(x, [(f.before, f.after) for f in frames])
    for i, f in enumerate(frames):
        x = x.unfold(2 + i, f.extent, f.stride)
    n = len(frames)
    for i, f in enumerate(frames):
        x = x[(slice(None),) * (2 + n + i) + (slice(None, None, f.dilation),)]
    batch, out = x.shape[0], x.shape[2 : 2 + n]
    x = x.reshape(batch, groups, -1, *x.shape[2:]).movedim(2, 2 + n)
    x = x.reshape(batch, groups, out.numel(), -1).transpose(0, 1).reshape(groups, batch * out.numel(), -1)
    y = torch.bmm(x, w.reshape(groups, w.shape[0] // groups, -1).transpose(1, 2))
    y = y.reshape(groups, batch, *out, -1).movedim(-1, 1).movedim(2, 0)
    return y.reshape(batch, w.shape[0], *out)


def _checked(x: torch.Tensor, w: torch.Tensor, n: int, filled: slice | None = None) -> None:
    """Refuses what no convolution takes; `filled` are the dimensions that the filter must not lack elements in."""
    expect(x, _NUMBERS)
    if w.ndim != n + 2:
        raise Invalid(f"filter must be {n + 2}-dimensional: {dims(w.shape)}")
    if x.ndim < n + 2:
        raise Invalid(f"convolution input must be {n + 2}-dimensional: {dims(x.shape)}")
    if 0 in w.shape[filled or slice(None if n == 3 else -1)]:
        raise Invalid("filter must not have zero elements (i.e. all dimensions must be non-zero)")


def groups_of(channels: int, shape: Sequence[Any]) -> int:
    """How many groups a filter of `shape` [..., in, out] divides `channels` into."""
    inner, outer = shape[-2], shape[-1]
    if channels % inner:
        raise Invalid(f"input depth must be evenly divisible by filter depth: {channels} vs {inner}")
    groups = channels // inner
    if groups and outer % groups:
        raise Invalid(f"output depth must be evenly divisible by number of groups: {outer} vs {groups}")
    return max(groups, 1)


def convolve_channels(
    x: torch.Tensor,
    w: torch.Tensor,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
    n: int,
    bias: torch.Tensor | None = None,
) -> torch.Tensor:
    """The body of them all: x of any batch dimensions, w [..., in, out], bias [out]."""
    _checked(x, w, n)
    first = channels_first(data_format, n)
    steps = spatial(strides, n, first, "strides")
    spread = spatial(dilations, n, first, "dilations")
    pads = padding_of(padding, n, first)
    batch = x.shape[: x.ndim - n - 1]
    flat = x if x.ndim == n + 2 else x.reshape(-1, *x.shape[x.ndim - n - 1 :])
    flat = to_channels_first(flat, first, n)
    groups = groups_of(flat.shape[1], w.shape)
    frames = windows(flat.shape[2:], w.shape[:n], steps, spread, pads)
    nonnegative(flat.shape[2:], frames)
    y = convolve(flat, kernel_first(w, n), frames, groups, bias)
    y = from_channels_first(y, first, n)
    return y if x.ndim == n + 2 else y.reshape(*batch, *y.shape[1:])


@op("Conv2D")
def conv2d(
    input: Alike,
    filters: Alike,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The convolution of images with filters [height, width, in, out] (tf.nn.conv2d).

    input: [..., height, width, channels], or channels first where data_format is "NCHW"; `channels` may be a multiple
    of `in`, for a grouped convolution. strides, dilations: one, two or four numbers. padding: "SAME", "VALID" or four
    (before, after) pairs. InvalidArgumentError or ValueError where they do not fit together.
    """
    return convolve_channels(input, filters, strides, padding, data_format, dilations, 2)


@op("Conv1D")
def conv1d(
    input: Alike,
    filters: Alike,
    stride: Any,
    padding: Any,
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The convolution of sequences with filters [width, in, out] (tf.nn.conv1d).

    input: [..., width, channels], or channels first where data_format is "NCW". stride, dilations: one or three
    numbers. padding: "SAME" or "VALID".
    """
    return convolve_channels(input, filters, stride, named(padding), data_format, dilations, 1)


@op("Conv3D")
def conv3d(
    input: Alike,
    filters: Alike,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The convolution of volumes with filters [depth, height, width, in, out] (tf.nn.conv3d).

    input: [..., depth, height, width, channels], or channels first where data_format is "NCDHW". strides, dilations:
    five numbers. padding: "SAME" or "VALID".
    """
    expect(input, FLOATS)
    steps = every(strides, 5, "strides")
    spread = None if dilations is None else every(dilations, 5, "dilations")
    return convolve_channels(input, filters, steps, named(padding), data_format, spread, 3)


@op("Convolution")
def convolution(
    input: Alike,
    filters: Alike,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The convolution with filters [spatial..., in, out] of one to three spatial dimensions (tf.nn.convolution).

    strides, dilations: one number or one for each spatial dimension; ValueError where both are over 1. data_format:
    None or "N...C" for channels last, "NC..." for channels second.
    """
    return _convolution(input, filters, None, strides, padding, data_format, dilations)


def _convolution(
    x: torch.Tensor,
    w: torch.Tensor,
    bias: torch.Tensor | None,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
) -> torch.Tensor:
    n = w.ndim - 2
    if n not in _CONVOLVE:
        raise ValueError(f"Argument `filters` must have rank 3, 4 or 5, got shape {tuple(w.shape)}.")
    first = channels_first(data_format, n)
    steps, spread = spatial(strides, n, first, "strides"), spatial(dilations, n, first, "dilations")
    if max(steps) > 1 and max(spread) > 1:
        raise ValueError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
            f"strides={np.array(steps)} and dilation_rate={np.array(spread)}"
        )
    return convolve_channels(x, w, steps, padding, data_format, spread, n, bias)


@op("Convolution", differ=ValueError)
def biased_convolution(
    input: Alike,
    filters: Alike,
    bias: Alike | None = None,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """`convolution` plus a bias [out], which torch's kernels add on the way: what Keras's layers compute."""
    return _convolution(input, filters, bias, strides, padding, data_format, dilations)


def _check_rate(rate: Any, padding: Any) -> None:
    rates = rate if isinstance(rate, (list, tuple)) else [rate]
    if any(int(r) < 1 for r in rates):
        raise ValueError(f"`rate` cannot be less than one. Received: rate={rate}")
    if any(int(r) > 1 for r in rates) and isinstance(padding, str) and padding not in ("SAME", "VALID"):
        raise ValueError(f"`padding` must be either 'VALID' or 'SAME'. Received: padding={padding}")


@op("Conv2D")
def atrous_conv2d(value: Alike, filters: Alike, rate: int, padding: Any, name: str | None = None) -> torch.Tensor:
    """A 2-D convolution whose filters have holes: `rate` is the dilation (tf.nn.atrous_conv2d)."""
    _check_rate(rate, padding)
    return convolve_channels(value, filters, 1, padding, "NHWC", rate, 2)


# ---- transposed ----


def fits(dy: torch.Tensor, sizes: Sequence[Any], frames: Sequence[Window]) -> None:
    """InvalidArgumentError where `dy` [N, C, ...] has not the shape of a convolution's result over these `sizes`."""
    for i, f in enumerate(frames):
        actual, computed = dy.shape[2 + i], (sizes[i] + f.before + f.after - f.extent) // f.stride + 1
        if isinstance(computed, int) and isinstance(actual, int) and computed != actual:
            raise Invalid(
                f"Size of out_backprop doesn't match computed: actual = {actual}, computed = {computed} "
                f"spatial_dim: {i + 1} input: {sizes[i]} filter: {f.size} output: {actual} "
                f"stride: {f.stride} dilation: {f.dilation}"
            )


def transpose_convolve(
    dy: torch.Tensor, w: torch.Tensor, sizes: Sequence[Any], frames: Sequence[Window], groups: int = 1
) -> torch.Tensor:
    """The gradient of a convolution by its input of spatial `sizes`: dy [N, out, ...], w [out, in / groups, ...]."""
    strides, dilations = [f.stride for f in frames], [f.dilation for f in frames]
    if 0 in (*dy.shape[1:], groups):
        return zeros_of(dy, w, (dy.shape[0], w.shape[1] * groups, *sizes))
    if w.shape[0] == 1:
        w = w.contiguous()  # see `convolve`
    crops = [
        (f.before, (dy.shape[2 + i] - 1) * f.stride + f.extent - f.before - n)
        for i, (f, n) in enumerate(zip(frames, sizes))
    ]
    if not dy.is_floating_point():
        return pad(_transpose_convolve_integers(dy, w, frames), [(-before, -after) for before, after in crops])
    # torch's kernels crop both sides alike; what is left to crop or to fill with zeros follows.
    both = [max(min(before, after), 0) if isinstance(after, int) else 0 for before, after in crops]
    rest = [(b - before, b - after) for b, (before, after) in zip(both, crops)]
    if len(frames) == 1:  # as one row of an image: see `convolve`
        y = functional.conv_transpose2d(
            dy.unsqueeze(2), w.unsqueeze(2), None, [1, *strides], [0, *both], 0, groups, [1, *dilations]
        ).squeeze(2)
    else:
        y = _TRANSPOSED[len(frames)](dy, w, None, strides, both, 0, groups, dilations)
    return pad(y, rest)


def _transpose_convolve_integers(dy: torch.Tensor, w: torch.Tensor, frames: Sequence[Window]) -> torch.Tensor:
    """A convolution of `dy`, its elements a stride apart and zeros between, with the filter turned round."""
    spatial_sizes = [(n - 1) * f.stride + 1 for n, f in zip(dy.shape[2:], frames)]
    apart = dy.new_zeros((*dy.shape[:2], *spatial_sizes))
    apart[(..., *(slice(None, None, f.stride) for f in frames))] = dy
    whole = [Window(f.size, 1, f.dilation, f.extent - 1, f.extent - 1) for f in frames]
    return _convolve_integers(apart, w.transpose(0, 1).flip(tuple(range(2, w.ndim))), whole, 1)


def _transposed(
    x: torch.Tensor,
    w: torch.Tensor,
    output_shape: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
    n: int,
) -> torch.Tensor:
    """The transposed convolution, w [..., out, in]: what differentiating a convolution does to the gradient."""
    _checked(x, w, n)
    first = channels_first(data_format, n)
    steps, spread = spatial(strides, n, first, "strides"), spatial(dilations, n, first, "dilations")
    pads = padding_of(padding, n, first)
    x = to_channels_first(x, first, n)
    if x.shape[1] != w.shape[-1]:
        raise Invalid(f"filter and out_backprop must have the same out_depth: {w.shape[-1]} vs {x.shape[1]}")
    wanted = _output_sizes(x, w, output_shape, first, n)
    frames = windows(wanted, w.shape[:n], steps, spread, pads)
    fits(x, wanted, frames)
    y = transpose_convolve(x, kernel_first(w, n), wanted, frames)
    return from_channels_first(y, first, n)


def _output_sizes(x: torch.Tensor, w: torch.Tensor, output_shape: Any, first: bool, n: int) -> list[Any]:
    """The spatial sizes of an output shape, which may leave out the batch and the channels."""
    shape = integers(output_shape, "output_shape")
    if len(shape) == n == 2:
        return shape
    if len(shape) != n + 2:
        raise Invalid(f"input_sizes must have {n + 2} elements{', or 2' if n == 2 else ''}, got {shape}")
    sizes, channels = (shape[2:], shape[1]) if first else (shape[1:-1], shape[-1])
    if channels != w.shape[-2]:
        raise Invalid(f"input depth must be evenly divisible by filter depth: {channels} vs {w.shape[-2]}")
    if isinstance(shape[0], int) and isinstance(x.shape[0], int) and shape[0] != x.shape[0]:
        raise Invalid(f"input and out_backprop must have the same batch size: {shape[0]} vs {x.shape[0]}")
    return sizes


@op("Conv2DBackpropInput")
def conv2d_transpose(
    input: Alike,
    filters: Alike,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The transpose of `conv2d`, with filters [height, width, out, in] (tf.nn.conv2d_transpose).

    output_shape: of the result, which a convolution with the same arguments would turn into that of `input`;
    InvalidArgumentError where it would not.
    """
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 2)


@op("Conv1DTranspose")
def conv1d_transpose(
    input: Alike,
    filters: Alike,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The transpose of `conv1d`, with filters [width, out, in] (tf.nn.conv1d_transpose)."""
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 1)


@op("Conv3DBackpropInputV2")
def conv3d_transpose(
    input: Alike,
    filters: Alike,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The transpose of `conv3d`, with filters [depth, height, width, out, in] (tf.nn.conv3d_transpose)."""
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, 3)


@op("ConvTranspose")
def conv_transpose(
    input: Alike,
    filters: Alike,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """The transpose of `convolution`, with filters [spatial..., out, in] (tf.nn.conv_transpose)."""
    n = filters.ndim - 2
    if n not in _TRANSPOSED:
        raise ValueError(f"Argument `filters` must have rank 3, 4 or 5, got shape {tuple(filters.shape)}.")
    return _transposed(input, filters, output_shape, strides, padding, data_format, dilations, n)


@op("Conv2DBackpropInput")
def atrous_conv2d_transpose(
    value: Alike, filters: Alike, output_shape: Any, rate: int, padding: Any, name: str | None = None
) -> torch.Tensor:
    """The transpose of `atrous_conv2d` (tf.nn.atrous_conv2d_transpose)."""
    _check_rate(rate, padding)
    if value.ndim == filters.ndim == 4 and value.shape[3] != filters.shape[3]:
        raise ValueError(
            "`value` channel count must be compatible with `filters` input channel count. Received: "
            f"value.shape={tuple(value.shape)} and filters.shape={tuple(filters.shape)}"
        )
    sizes = integers(output_shape, "output_shape")
    if len(sizes) == filters.ndim == 4 and sizes[3] != filters.shape[2]:
        raise ValueError(
            "`output_shape` channel count must be compatible with `filters` output channel count. Received: "
            f"output_shape={sizes} and filters.shape={tuple(filters.shape)}"
        )
    return _transposed(value, filters, output_shape, 1, padding, "NHWC", rate, 2)


# ---- depthwise ----


def _depthwise(
    x: torch.Tensor, w: torch.Tensor, strides: Any, padding: Any, data_format: str | None, dilations: Any
) -> torch.Tensor:
    """Every channel with filters of its own, w [height, width, in, multiplier]."""
    _checked(expect(x, FLOATS), w, 2, slice(2))
    first = channels_first(data_format, 2)
    numbers = every(strides, 4, "strides")
    if (numbers[0], numbers[1 if first else 3]) != (1, 1):
        raise Invalid("Current implementation does not yet support strides in the batch and depth dimensions.")
    steps = spatial(numbers, 2, first, "strides")
    if steps[0] != steps[1]:
        raise Invalid("Current implementation only supports equal length strides in the row and column dimensions.")
    spread = (1, 1) if dilations is None else tuple(int(d) for d in dilations)
    if len(spread) != 2:
        raise ValueError(f"`dilations` must have two elements, rows and columns. Received: dilations={dilations}")
    for rate in spread:
        if rate < 1:
            raise ValueError(f"`dilations` must be positive. Received: dilations={dilations}")
    pads = padding_of(listed(padding), 2, first)
    if steps[0] > 1 and max(spread) > 1:
        return _convolve_apart(x, w, steps, pads, first, spread)
    return _convolve_each(x, w, steps, pads, first, spread, 2)


def _convolve_apart(
    x: torch.Tensor, w: torch.Tensor, steps: Sequence[int], pads: Any, first: bool, spread: Sequence[int]
) -> torch.Tensor:
    """Depthwise with strides and rates at once: steps count among elements that lie a rate apart, as in TensorFlow."""
    x = to_channels_first(x, first, 2)
    frames = windows(x.shape[2:], w.shape[:2], (1, 1), spread, pads)
    extra = [-(n + f.before + f.after) % rate for n, f, rate in zip(x.shape[2:], frames, spread)]
    x = pad(x, [(f.before, f.after + more) for f, more in zip(frames, extra)])

    def part(i: int, j: int) -> torch.Tensor:
        return _convolve_each(x[:, :, i :: spread[0], j :: spread[1]], w, steps, "VALID", True, (1, 1), 2)

    rows = [torch.stack([part(i, j) for j in range(spread[1])], -1) for i in range(spread[0])]
    y = torch.stack(rows, 3).flatten(4, 5).flatten(2, 3)
    y = y[:, :, : y.shape[2] - extra[0], : y.shape[3] - extra[1]]
    return from_channels_first(y, first, 2)


def _convolve_each(
    x: torch.Tensor,
    w: torch.Tensor,
    steps: Sequence[int],
    pads: Any,
    first: bool,
    spread: Sequence[int],
    n: int,
    bias: torch.Tensor | None = None,
) -> torch.Tensor:
    """The depthwise convolution of n spatial dimensions, plus a bias [in * multiplier]."""
    x = to_channels_first(x, first, n)
    channels, multiplier = w.shape[n:]
    if x.shape[1] != channels:
        raise Invalid(f"input depth must be evenly divisible by filter depth: {x.shape[1]} vs {channels}")
    frames = windows(x.shape[2:], w.shape[:n], steps, spread, pads)
    nonnegative(x.shape[2:], frames)
    kernel = w.permute(n, n + 1, *range(n)).reshape(channels * multiplier, 1, *w.shape[:n])
    return from_channels_first(convolve(x, kernel, frames, channels, bias), first, n)


@op("DepthwiseConv2dNative")
def biased_depthwise_convolution(
    input: Alike,
    filter: Alike,
    bias: Alike | None = None,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """`depthwise_conv2d` plus a bias, for one or two spatial dimensions and any strides: what Keras's layers compute.

    filter: [spatial..., channels, multiplier]. strides, dilations: one number or one for each spatial dimension.
    """
    n = filter.ndim - 2
    _checked(expect(input, FLOATS), filter, n, slice(n))
    first = channels_first(data_format, n)
    steps, spread = spatial(strides, n, first, "strides"), spatial(dilations, n, first, "dilations")
    return _convolve_each(input, filter, steps, padding_of(padding, n, first), first, spread, n, bias)


@op("DepthwiseConv2dNative")
def depthwise_conv2d(
    input: Alike,
    filter: Alike,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """Each channel convolved with `multiplier` filters of its own (tf.nn.depthwise_conv2d).

    filter: [height, width, channels, multiplier]. strides: four numbers, dilations: two. Returns channels * multiplier
    channels, those of one input channel next to each other.
    """
    return _depthwise(input, filter, strides, padding, data_format, dilations)


@op("SeparableConv2d")
def separable_conv2d(
    input: Alike,
    depthwise_filter: Alike,
    pointwise_filter: Alike,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """A `depthwise_conv2d` whose channels a 1x1 convolution then mixes (tf.nn.separable_conv2d).

    pointwise_filter: [1, 1, channels * multiplier, out]. ValueError for another window.
    """
    if pointwise_filter.ndim != 4:
        raise ValueError(f"Shape {tuple(pointwise_filter.shape)} must have rank 4")
    if tuple(pointwise_filter.shape[:2]) != (1, 1):
        size = next(n for n in pointwise_filter.shape[:2] if n != 1)
        raise ValueError(f"Dimensions {size} and 1 are not compatible")
    deep = _depthwise(input, depthwise_filter, strides, padding, data_format, dilations)
    return convolve_channels(deep, pointwise_filter, 1, "VALID", data_format or "NHWC", None, 2)
