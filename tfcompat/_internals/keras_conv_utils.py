"""keras.utils.conv_utils and np_utils of Keras 2: the arguments and sizes of convolutions."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.ops._window_shapes import padding_of, tuple_of

__all__ = [
    "conv_input_length",
    "conv_kernel_mask",
    "conv_output_length",
    "conv_output_shape",
    "convert_data_format",
    "convert_kernel",
    "deconv_length",
    "deconv_output_length",
    "normalize_data_format",
    "normalize_padding",
    "normalize_tuple",
]

_LETTERS = {3: "W", 4: "HW", 5: "DHW"}


def convert_data_format(data_format: str, ndim: int) -> str:
    """TensorFlow's name of a data format, such as "NHWC"; ValueError for other formats, and ranks but 3 to 5."""
    if ndim not in _LETTERS:
        raise ValueError(f"Input rank not supported: {ndim}. Expected values are [3, 4, 5]")
    places = _LETTERS[ndim]
    return f"N{places}C" if standardize_data_format(data_format) == "channels_last" else f"NC{places}"


def normalize_tuple(value: Any, n: int, name: str, allow_zero: bool = False) -> tuple[int, ...]:
    """`value` as `n` positive integers, one standing for all; ValueError, which names the argument, for others."""
    return tuple_of(value, n, name, allow_zero)


def normalize_data_format(value: Any) -> str:
    """ "channels_first" or "channels_last", by default that of the configuration; ValueError for others."""
    return standardize_data_format(value.lower() if isinstance(value, str) else value)


def normalize_padding(value: Any) -> Any:
    """ "valid", "same" or "causal" in lower case; lists as they are; ValueError for others."""
    return padding_of(value, causal=True)


def _check_padding(padding: str, known: tuple[str, ...]) -> None:
    if padding not in known:
        raise ValueError(f"The `padding` argument must be one of {known}. Received: padding={padding!r}")


def _dilated(filter_size: int, dilation: int) -> int:
    return filter_size + (filter_size - 1) * (dilation - 1)


def conv_output_length(
    input_length: int | None, filter_size: int, padding: str, stride: int, dilation: int = 1
) -> int | None:
    """How long a convolution's output is; None for None. padding: "same", "valid", "full" or "causal"."""
    _check_padding(padding, ("same", "valid", "full", "causal"))
    if input_length is None:
        return None
    more = {"valid": 1 - _dilated(filter_size, dilation), "full": _dilated(filter_size, dilation) - 1}
    return -(-(input_length + more.get(padding, 0)) // stride)


def conv_input_length(output_length: int | None, filter_size: int, padding: str, stride: int) -> int | None:
    """How long the input of a convolution was; None for None. padding: "same", "valid" or "full"."""
    _check_padding(padding, ("same", "valid", "full"))
    if output_length is None:
        return None
    pad = {"same": filter_size // 2, "valid": 0, "full": filter_size - 1}[padding]
    return (output_length - 1) * stride - 2 * pad + filter_size


def deconv_output_length(
    input_length: int | None,
    filter_size: int,
    padding: str,
    output_padding: int | None = None,
    stride: int = 0,
    dilation: int = 1,
) -> int | None:
    """How long a transposed convolution's output is; None for None. padding: "same", "valid" or "full"."""
    _check_padding(padding, ("same", "valid", "full"))
    if input_length is None:
        return None
    size = _dilated(filter_size, dilation)
    if output_padding is not None:
        pad = {"same": size // 2, "valid": 0, "full": size - 1}[padding]
        return (input_length - 1) * stride + size - 2 * pad + output_padding
    more = {"same": 0, "valid": max(size - stride, 0), "full": 2 - stride - size}[padding]
    return input_length * stride + more


def deconv_length(
    dim_size: int | None, stride_size: int, kernel_size: int, padding: str, output_padding: int | None = None
) -> int | None:
    """`deconv_output_length` under its older name and arguments."""
    return deconv_output_length(dim_size, kernel_size, padding, output_padding, stride_size)


def conv_output_shape(input_shape: Any, kernel_shape: Any, strides: Any, padding: str) -> tuple[int, ...]:
    """The spatial sizes of a convolution's output; 0 where the input's is."""
    sizes = zip(input_shape, kernel_shape, strides)
    return tuple(0 if n == 0 else conv_output_length(n, k, padding, s) for n, k, s in sizes)  # type: ignore[misc]


def conv_kernel_mask(input_shape: Any, kernel_shape: Any, strides: Any, padding: str) -> np.ndarray:
    """Which inputs each output of a convolution sees, [*input_shape, *output_shape] of bool.

    NotImplementedError for paddings but "same" and "valid"; ValueError where the numbers of dimensions differ.
    """
    if padding not in ("same", "valid"):
        raise NotImplementedError(f'Padding type {padding} not supported. Only "valid" and "same" are implemented.')
    rank = len(input_shape)
    kernels, steps = (((v,) * rank if isinstance(v, int) else tuple(v)) for v in (kernel_shape, strides))
    if len(kernels) != rank or len(steps) != rank:
        raise ValueError(
            "Number of strides, input and kernel dimensions must all match. Received: "
            f"stride_dims={len(steps)}, in_dims={rank}, kernel_dims={len(kernels)}"
        )
    mask = np.ones((), bool)
    for size, count, kernel, step in zip(
        input_shape, conv_output_shape(input_shape, kernels, steps, padding), kernels, steps
    ):
        starts = np.arange(count) * step - (kernel // 2 if padding == "same" else 0)
        offsets = np.arange(size)[:, None] - starts
        mask = np.multiply.outer(mask, (offsets >= 0) & (offsets < kernel))
    return mask.transpose([2 * d for d in range(rank)] + [2 * d + 1 for d in range(rank)])


def convert_kernel(kernel: Any) -> np.ndarray:
    """A convolution's kernel with its window turned around, from Theano's to TensorFlow's or back.

    ValueError for kernels of less than 3 or more than 5 dimensions.
    """
    kernel = np.asarray(kernel)
    if not 3 <= kernel.ndim <= 5:
        raise ValueError("Invalid kernel shape:", kernel.shape)
    return np.flip(kernel, tuple(range(kernel.ndim - 2))).copy()
