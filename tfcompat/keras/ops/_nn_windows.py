"""The part of keras.ops.nn that slides windows over images: convolutions and pooling, in one to three dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch.nn.functional as F

from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.ops._operation import operation
from tfcompat.keras.ops._window_shapes import transposed
from tfcompat.nn import convolutions, pooling

__all__ = [
    "adaptive_average_pool",
    "adaptive_max_pool",
    "average_pool",
    "conv",
    "conv_transpose",
    "depthwise_conv",
    "max_pool",
    "separable_conv",
]

_LAST = {3: "NWC", 4: "NHWC", 5: "NDHWC"}
_FIRST = {3: "NCW", 4: "NCHW", 5: "NCDHW"}


def tf_format(data_format: str, rank: int) -> str:
    """TensorFlow's word for a data format of inputs of this rank; ValueError for a rank other than 3, 4 and 5."""
    if rank not in _LAST:
        raise ValueError(f"Input rank not supported: {rank}. Expected values are [3, 4, 5]")
    return (_LAST if data_format == "channels_last" else _FIRST)[rank]


def _check_channels(inputs: Any, channels: Any, data_format: str) -> None:
    found = inputs.shape[-1 if data_format == "channels_last" else 1]
    if isinstance(found, int) and isinstance(channels, int) and found != channels:
        raise ValueError(
            "The number of input channels must match the kernel's input channels. Received: input channels="
            f"{found}, kernel input channels={channels}, data_format='{data_format}'."
        )


def convolved(
    inputs: Any, kernel: Any, bias: Any, strides: Any, padding: str, data_format: str, dilation_rate: Any
) -> Any:
    """A convolution plus a bias, or None; ValueError where nothing is left of inputs that are not empty."""
    words = tf_format(data_format, len(inputs.shape))
    y = convolutions.biased_convolution(inputs, kernel, bias, strides, padding.upper(), words, dilation_rate)
    if 0 in y._t.shape and 0 not in inputs.shape:
        raise ValueError(
            f"The convolution operation resulted in an empty output. Output shape: {y.shape}. This can happen if the "
            "input is too small for the given kernel size, strides, dilation rate, and padding mode. Please check the "
            "input shape and convolution parameters."
        )
    return y


def depthwise_convolved(
    inputs: Any, kernel: Any, bias: Any, strides: Any, padding: str, data_format: str, dilation_rate: Any
) -> Any:
    """A depthwise convolution plus a bias, or None."""
    if len(inputs.shape) not in (3, 4):
        raise ValueError(f"`inputs` rank must be 3 (1D conv) or 4 (2D conv). Received: {len(inputs.shape)}.")
    _check_channels(inputs, kernel.shape[-2], data_format)
    words = tf_format(data_format, len(inputs.shape))
    return convolutions.biased_depthwise_convolution(
        inputs, kernel, bias, strides, padding.upper(), words, dilation_rate
    )


@operation("inputs", "kernel")
def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The convolution with kernels [spatial..., in / groups, out], in one to three dimensions (tf.keras.ops.conv).

    strides, dilation_rate: one number or one for each spatial dimension; ValueError where both are over 1, and where
    nothing is left. padding: "valid" or "same". data_format: "channels_last" or "channels_first".
    """
    return convolved(inputs, kernel, None, strides, padding, standardize_data_format(data_format), dilation_rate)


@operation("inputs", "kernel")
def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """Each channel convolved with kernels [spatial..., in, multiplier] of its own (tf.keras.ops.depthwise_conv).

    Arguments as `conv`'s, in one or two dimensions. ValueError where the channels differ from the kernel's.
    """
    inputs, kernel = (wrap(to_storage(x)) for x in (inputs, kernel))
    return depthwise_convolved(
        inputs, kernel, None, strides, padding, standardize_data_format(data_format), dilation_rate
    )


@operation("inputs", "depthwise_kernel", "pointwise_kernel")
def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """A `depthwise_conv` whose channels a pointwise convolution then mixes (tf.keras.ops.separable_conv).

    pointwise_kernel: [1, ..., in * multiplier, out].
    """
    deep = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(deep, pointwise_kernel, 1, "valid", data_format)


@operation("inputs", "kernel")
def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The transpose of `conv`, with kernels [spatial..., out, in] (tf.keras.ops.conv_transpose).

    output_padding: how many elements more than the least the result has along each dimension, None for as many as
    make it `strides` times as large as the inputs.
    """
    data_format = standardize_data_format(data_format)
    inputs, kernel = wrap(to_storage(inputs)), wrap(to_storage(kernel))
    _check_channels(inputs, kernel.shape[-1], data_format)
    window, filters = tuple(kernel.shape[:-2]), kernel.shape[-2]
    shape = transposed(
        tuple(inputs._t.shape), filters, window, strides, padding, output_padding, data_format, dilation_rate
    )
    words = tf_format(data_format, len(inputs.shape))
    return convolutions.conv_transpose(inputs, kernel, shape, strides, padding.upper(), words, dilation_rate)


@operation("inputs")
def max_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: str | None = None
) -> Any:
    """The largest element of each window, in one to three dimensions (tf.keras.ops.max_pool).

    pool_size, strides: one number or one for each spatial dimension; the strides are the window's size where None.
    """
    words = tf_format(standardize_data_format(data_format), len(inputs.shape))
    y = pooling.max_pool(inputs, pool_size, pool_size if strides is None else strides, padding.upper(), words)
    if 0 in y._t.shape and 0 not in inputs.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"Max pooling leaves nothing of inputs of shape {tuple(inputs.shape)}: pool_size={pool_size} is too large.",
        )
    return y


@operation("inputs")
def average_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: str | None = None
) -> Any:
    """The mean of each window, of what of it lies within the inputs; arguments as `max_pool`'s.

    Follows tf.keras.ops.average_pool.
    """
    words = tf_format(standardize_data_format(data_format), len(inputs.shape))
    return pooling.avg_pool(inputs, pool_size, pool_size if strides is None else strides, padding.upper(), words)


_ADAPTIVE = {
    "average": (F.adaptive_avg_pool1d, F.adaptive_avg_pool2d, F.adaptive_avg_pool3d),
    "max": (F.adaptive_max_pool1d, F.adaptive_max_pool2d, F.adaptive_max_pool3d),
}


def _adaptive(kind: str, inputs: Any, output_size: int | Sequence[int], data_format: str | None) -> Any:
    x = to_storage(inputs)
    n = x.ndim - 2
    if n not in (1, 2, 3):
        raise ValueError(f"adaptive_{kind}_pool supports 1D, 2D, or 3D inputs only.")
    last = standardize_data_format(data_format) == "channels_last"
    sizes = [output_size] * n if isinstance(output_size, int) else list(output_size)
    y = _ADAPTIVE[kind][n - 1](x.movedim(-1, 1) if last else x, sizes)
    return wrap(y.movedim(1, -1) if last else y)


@operation("inputs")
def adaptive_average_pool(inputs: Any, output_size: Any, data_format: str | None = None) -> Any:
    """The means of windows that cut the inputs into `output_size` parts (tf.keras.ops.adaptive_average_pool)."""
    return _adaptive("average", inputs, output_size, data_format)


@operation("inputs")
def adaptive_max_pool(inputs: Any, output_size: Any, data_format: str | None = None) -> Any:
    """The largest elements of windows that cut the inputs into `output_size` parts (tf.keras.ops.adaptive_max_pool)."""
    return _adaptive("max", inputs, output_size, data_format)
