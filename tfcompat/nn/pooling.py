"""tf.nn's pooling: the largest or the mean of each window, in one to three dimensions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from tfcompat._core import dtypes, errors
from tfcompat._core.arguments import FLOATS, HALVES, REALS, expect
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.unsigned import ordered, restored
from tfcompat.nn._windows import (
    Window,
    channels_first,
    from_channels_first,
    named,
    nonnegative,
    pad,
    padding_of,
    remembered,
    spatial,
    to_channels_first,
    windows,
)

_MAX_2D = REALS - {torch.uint32, torch.uint64}
_MAX_3D = HALVES | {torch.float32}
_MAX = {2: functional.max_pool2d, 3: functional.max_pool3d}
_AVERAGE = {2: functional.avg_pool2d, 3: functional.avg_pool3d}


def _lowest(dtype: torch.dtype) -> Any:
    return float("-inf") if dtype.is_floating_point else torch.iinfo(dtype).min


def _one_sided(frames: Sequence[Window]) -> tuple[list[Any], list[tuple[int, int]], bool]:
    """How torch's kernels, which pad both sides alike, pad one more element behind than before.

    Returns the padding, what of the result to crop, and whether the kernel shall round the number of windows up: with
    a stride over 1 that gives the last window, without it padding more in front and dropping the first window does.
    """
    padding, crops, ceil = [], [], False
    for f in frames:
        if f.before == f.after:
            padding.append(f.before)
            crops.append((0, 0))
        elif f.stride > 1:
            padding.append(f.before)
            crops.append((0, 0))
            ceil = True
        else:
            padding.append(f.after)
            crops.append((f.before - f.after, 0))
    return padding, crops, ceil


class _EveryLargest(torch.autograd.Function):
    """Max pooling of padded volumes whose gradient goes to each of equal elements, as TensorFlow's does there."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, frames: Sequence[Window]) -> torch.Tensor:  # type: ignore[override]
        """The largest elements."""
        size, stride, dilation = ([getattr(f, a) for f in frames] for a in ("size", "stride", "dilation"))
        y = functional.max_pool3d(x, size, stride, 0, dilation)
        ctx.frames = frames
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> Any:  # type: ignore[override]
        """The gradient by the input: one step for each place in a window."""
        x, y = ctx.saved_tensors
        dx = torch.zeros_like(x)
        for place in itertools.product(*(range(f.size) for f in ctx.frames)):
            starts = [i * f.dilation for i, f in zip(place, ctx.frames)]
            steps = zip(starts, y.shape[2:], ctx.frames)
            there = (..., *(slice(start, start + (n - 1) * f.stride + 1, f.stride) for start, n, f in steps))
            dx[there].add_(torch.where(x[there] == y, dy, 0))
        return dx, None


def _max_pool(x: torch.Tensor, frames: Sequence[Window], same: bool) -> torch.Tensor:
    if len(frames) == 1:
        return _max_pool(x.unsqueeze(2), [Window(1, 1, 1, 0, 0), *frames], same).squeeze(2)
    if len(frames) == 3 and x.requires_grad:
        padded = pad(x, [(f.before, f.after) for f in frames], _lowest(x.dtype))
        return _EveryLargest.apply(padded, frames)
    size, stride, dilation = ([getattr(f, a) for f in frames] for a in ("size", "stride", "dilation"))
    if same:
        padding, crops, ceil = _one_sided(frames)
    else:
        x = pad(x, [(f.before, f.after) for f in frames], _lowest(x.dtype))
        padding, crops, ceil = [0] * len(frames), [(0, 0)] * len(frames), False
    wide = x if x.dtype in FLOATS or x.dtype in (torch.int64, torch.int32, torch.uint8) else x.to(torch.int64)
    y = _MAX[len(frames)](wide, size, stride, padding, dilation, ceil)
    return pad(y, crops).to(x.dtype)


def _average_pool(x: torch.Tensor, frames: Sequence[Window], same: bool) -> torch.Tensor:
    if len(frames) == 1:
        return _average_pool(x.unsqueeze(2), [Window(1, 1, 1, 0, 0), *frames], same).squeeze(2)
    if any(f.dilation > 1 for f in frames):
        return _dilated_average(x, frames)
    size, stride = ([getattr(f, a) for f in frames] for a in ("size", "stride"))
    padding, crops, ceil = _one_sided(frames) if same else ([0] * len(frames), [(0, 0)] * len(frames), False)
    wide = x.to(torch.float32) if len(frames) == 3 and x.dtype in HALVES else x  # torch has no kernel for these
    return pad(_AVERAGE[len(frames)](wide, size, stride, padding, ceil, False), crops).to(x.dtype)


def _dilated_average(x: torch.Tensor, frames: Sequence[Window]) -> torch.Tensor:
    n = len(frames)
    for i, f in enumerate(frames):
        x = x.unfold(2 + i, f.extent, f.stride)
    for i, f in enumerate(frames):
        x = x[(slice(None),) * (2 + n + i) + (slice(None, None, f.dilation),)]
    return x.mean(tuple(range(2 + n, 2 + 2 * n)))


def _over_channels(ksize: Any, strides: Any, first: bool, x: torch.Tensor) -> int:
    """The window over the channels of a depthwise max pooling; 1 for the usual one."""
    if isinstance(ksize, int):
        return 1
    k, s = (np.ravel(np.asarray(v)) for v in (ksize, strides))
    if len(k) != x.ndim:
        return 1
    if k[0] != 1 or (len(s) == x.ndim and s[0] != 1):
        raise Invalid("Pooling is not yet supported on the batch dimension.", errors.UnimplementedError)
    depth = int(k[1] if first else k[-1])
    if depth == 1:
        return 1
    if any(v != 1 for v in (k[2:] if first else k[1:-1])):
        text = "MaxPooling supports exactly one of pooling across depth or pooling across width/height."
        raise Invalid(text, errors.UnimplementedError)
    if x.shape[1 if first else -1] % depth:
        text = "Depthwise max pooling requires the depth window to evenly divide the input depth"
        raise Invalid(text, errors.UnimplementedError)
    if len(s) != x.ndim or int(s[1] if first else s[-1]) != depth:
        text = "Depthwise max pooling requires the depth window to equal the depth stride"
        raise Invalid(text, errors.UnimplementedError)
    return depth


@remembered
def _frames(
    sizes: Sequence[Any], ksize: Any, strides: Any, dilations: Any, padding: Any, first: bool, n: int
) -> list[Window]:
    for v in np.ravel(np.asarray(ksize)):
        if int(v) < 1:
            raise Invalid(f"Sliding window ksize must be positive. The specified or inferred ksize is: {ksize}")
    size = spatial(ksize, n, first, "ksize")
    steps = spatial(strides, n, first, "strides")
    frames = windows(sizes, size, steps, spatial(dilations, n, first, "dilations"), padding)
    for f in frames:
        if isinstance(padding, (list, tuple)):
            for side, amount in (("Top", f.before), ("Bottom", f.after)):
                if amount >= f.size:
                    raise Invalid(f"{side} padding {amount} needs to be smaller than the window size {f.size}")
    nonnegative(sizes, frames)
    return frames


def _is_empty(x: torch.Tensor, frames: Sequence[Window]) -> bool:
    """Whether no window, or no channel, has anything in it: torch's kernels refuse that."""
    sizes = [x.shape[1], *(f.count(x.shape[2 + i]) for i, f in enumerate(frames))]
    return any(isinstance(size, int) and size == 0 for size in sizes)


def _pool(
    x: torch.Tensor,
    kind: str,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    n: int,
    dilations: Any = None,
) -> torch.Tensor:
    """The body of them all."""
    if n == 1 and data_format not in (None, "NWC", "NCW"):
        raise Invalid(f'Value for attr \'data_format\' of "{data_format}" is not in the list: "NWC", "NCW"')
    first = channels_first(data_format, n)
    if x.ndim != n + 2:
        raise Invalid(f"tensor_in must be {n + 2}-dimensional, got shape {list(x.shape)}")
    expect(x, FLOATS if kind == "AVG" else _MAX_3D if n == 3 else _MAX_2D)
    pads = padding_of(padding, n, first)
    if kind == "MAX" and (depth := _over_channels(ksize, strides, first, x)) > 1:
        return x.unflatten(1 if first else -1, (-1, depth)).max(2 if first else -1).values
    x = to_channels_first(x, first, n)
    frames = _frames(x.shape[2:], ksize, strides, dilations, pads, first, n)
    if _is_empty(x, frames):
        sizes = [f.count(x.shape[2 + i]) for i, f in enumerate(frames)]
        y = x.reshape(-1)[:0].sum(dtype=x.dtype).expand(*x.shape[:2], *sizes)
    else:
        y = (_max_pool if kind == "MAX" else _average_pool)(x, frames, pads == "SAME")
    return from_channels_first(y, first, n)


@op("MaxPool")
def max_pool2d(
    input: Value, ksize: Any, strides: Any, padding: Any, data_format: str = "NHWC", name: str | None = None
) -> torch.Tensor:
    """The largest element of each window of images (tf.nn.max_pool2d).

    ksize, strides: one, two or four numbers. padding: "SAME", "VALID" or four (before, after) pairs. data_format:
    "NHWC" or "NCHW". The gradient goes to the first of equal elements.
    """
    return _pool(input, "MAX", ksize, strides, padding, data_format, 2)


@op("MaxPool1D")
def max_pool1d(
    input: Value, ksize: Any, strides: Any, padding: Any, data_format: str = "NWC", name: str | None = None
) -> torch.Tensor:
    """The largest element of each window of sequences; arguments as `max_pool2d`'s (tf.nn.max_pool1d)."""
    return _pool(input, "MAX", ksize, strides, padding, data_format, 1)


@op("MaxPool3D")
def max_pool3d(
    input: Value, ksize: Any, strides: Any, padding: Any, data_format: str = "NDHWC", name: str | None = None
) -> torch.Tensor:
    """The largest element of each window of volumes (tf.nn.max_pool3d).

    Arguments as `max_pool2d`'s, without explicit padding. The gradient goes to each of equal elements.
    """
    return _pool(input, "MAX", ksize, strides, named(padding), data_format, 3)


@op("AvgPool")
def avg_pool2d(
    input: Value, ksize: Any, strides: Any, padding: str, data_format: str = "NHWC", name: str | None = None
) -> torch.Tensor:
    """The mean of each window of images, of what of it lies within them (tf.nn.avg_pool2d).

    ksize, strides: one, two or four numbers. padding: "SAME" or "VALID". data_format: "NHWC" or "NCHW".
    """
    return _pool(input, "AVG", ksize, strides, named(padding), data_format, 2)


@op("AvgPool1D")
def avg_pool1d(
    input: Value, ksize: Any, strides: Any, padding: str, data_format: str = "NWC", name: str | None = None
) -> torch.Tensor:
    """The mean of each window of sequences; arguments as `avg_pool2d`'s (tf.nn.avg_pool1d)."""
    return _pool(input, "AVG", ksize, strides, named(padding), data_format, 1)


@op("AvgPool3D")
def avg_pool3d(
    input: Value, ksize: Any, strides: Any, padding: str, data_format: str = "NDHWC", name: str | None = None
) -> torch.Tensor:
    """The mean of each window of volumes; arguments as `avg_pool2d`'s (tf.nn.avg_pool3d)."""
    return _pool(input, "AVG", ksize, strides, named(padding), data_format, 3)


def _spatial_rank(x: torch.Tensor) -> int:
    if x.ndim not in (3, 4, 5):
        shape = tuple(x.shape)
        raise ValueError(f"`input.shape.rank` must be 3, 4 or 5. Received: input.shape={shape} of rank {x.ndim}.")
    return x.ndim - 2


@op("MaxPool")
def max_pool(
    input: Value, ksize: Any, strides: Any, padding: Any, data_format: str | None = None, name: str | None = None
) -> torch.Tensor:
    """The largest element of each window, for 1 to 3 spatial dimensions; see `max_pool2d` (tf.nn.max_pool)."""
    return _pool(input, "MAX", ksize, strides, padding, data_format, _spatial_rank(input))


@op("AvgPool")
def avg_pool(
    input: Value, ksize: Any, strides: Any, padding: str, data_format: str | None = None, name: str | None = None
) -> torch.Tensor:
    """The mean of each window, for 1 to 3 spatial dimensions; see `avg_pool2d` (tf.nn.avg_pool)."""
    return _pool(input, "AVG", ksize, strides, named(padding), data_format, _spatial_rank(input))


def _each(value: Any, n: int, argument: str) -> list[int]:
    """`n` positive numbers, all 1 for None; TypeError for a number, ValueError for others."""
    if value is None:
        return [1] * n
    if len(value) != n:
        raise ValueError(f"`len({argument})` should be {n}. Received: {argument}={value} of length {len(value)}")
    numbers = [int(v) for v in value]
    if any(v < 1 for v in numbers):
        raise ValueError(f"all values of `{argument}` must be positive. Received: {argument}={value}")
    return numbers


@op("Pool")
def pool(
    input: Value,
    window_shape: Sequence[int],
    pooling_type: str,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    """Pooling of type "MAX" or "AVG" over windows of one to three dimensions (tf.nn.pool).

    window_shape, strides, dilations: a number for each spatial dimension. data_format: None or "N...C", or "NC...".
    ValueError for another type, strides over 1 or SAME padding with dilations, and strides over the window's size.
    """
    n = len(window_shape)
    if n not in (1, 2, 3):
        raise ValueError(f"`num_spatial_dims` must be 1, 2, or 3. Received: num_spatial_dims={n}.")
    if input.ndim != n + 2:
        raise ValueError(f"Shape {tuple(input.shape)} must have rank {n + 2}")
    if pooling_type not in ("MAX", "AVG"):
        raise ValueError(f"{n}-D {pooling_type} pooling is not supported.")
    steps, spread = _each(strides, n, "strides"), _each(dilations, n, "dilations")
    if max(spread) > 1:
        if max(steps) > 1:
            raise ValueError(
                "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
                f"strides={np.array(steps)} and dilation_rate={np.array(spread)}"
            )
        if padding == "SAME":
            raise ValueError(
                "pooling with 'SAME' padding is not implemented for `dilation_rate` > 1. Received: "
                f"padding={padding} and dilation_rate={np.array(spread)}"
            )
    if any(step > size for step, size in zip(steps, window_shape)):
        raise ValueError(
            "`strides` > `window_shape` not supported due to inconsistency between CPU and GPU implementations. "
            f"Received: strides={np.array(steps)} and window_shape={window_shape}"
        )
    pads = named(padding) if pooling_type == "AVG" else padding
    return _pool(input, pooling_type, list(window_shape), steps, pads, data_format, n, spread)


class MaxPoolWithArgmax(NamedTuple):
    """What `max_pool_with_argmax` returns."""

    output: Any
    argmax: Any


@op("MaxPoolWithArgmax")
def max_pool_with_argmax(
    input: Value,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    output_dtype: Any = dtypes.int64,
    include_batch_in_index: bool = False,
    name: str | None = None,
) -> MaxPoolWithArgmax:
    """`max_pool2d` and where each largest element is: (row * width + column) * channels + channel, as `output_dtype`.

    include_batch_in_index: the index counts from the start of the batch, not of its image. ValueError for a
    data_format other than "NHWC" (tf.nn.max_pool_with_argmax).
    """
    if data_format != "NHWC":
        raise ValueError(
            f"`data_format` values other than 'NHWC' are not supported. Received: data_format={data_format}"
        )
    kind = dtypes.as_dtype(output_dtype)
    if kind not in (dtypes.int32, dtypes.int64):
        raise Invalid(f"Value for attr 'Targmax' of {kind.name} is not in the list of allowed values: int32, int64")
    if input.ndim != 4:
        raise Invalid(f"tensor_in must be 4-dimensional, got shape {list(input.shape)}")
    x = to_channels_first(ordered(expect(input, REALS)), False, 2)
    frames = _frames(x.shape[2:], ksize, strides, None, padding_of(named(padding), 2, False), False, 2)
    batch, channels, height, width = x.shape
    padded = pad(x, [(f.before, f.after) for f in frames], _lowest(x.dtype))
    y, places = functional.max_pool2d(padded, [f.size for f in frames], [f.stride for f in frames], return_indices=True)
    full_width = padded.shape[-1]
    row, column = places // full_width - frames[0].before, places % full_width - frames[1].before
    index = (row * width + column) * channels + torch.arange(channels, device=x.device).reshape(1, -1, 1, 1)
    if include_batch_in_index:
        index = index + torch.arange(batch, device=x.device).reshape(-1, 1, 1, 1) * (height * width * channels)
    y = restored(y) if input.dtype is torch.uint64 else y
    return MaxPoolWithArgmax(*(from_channels_first(t, False, 2) for t in (y, index.to(kind.torch))))
