"""Raw ops between floats and quantized integers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import scalar
from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value
from tfcompat.quantization import affine, simulated
from tfcompat.raw_ops._registry import body, raw, same

same(affine._dequantize, narrow_range="narrow")


@raw("QuantizeV2")
def quantize(
    input: Value,
    min_range: Value,
    max_range: Value,
    T: dtypes.DType,
    mode: str,
    round_mode: str,
    narrow_range: bool,
    axis: int,
    ensure_minimum_range: float,
) -> tuple[Any, ...]:
    """Floats as integers of `T`, and the range that they spread over."""
    options = (mode, round_mode, int(narrow_range), ensure_minimum_range)
    return body(affine._quantize)(input, min_range, max_range, T, options, axis)


@raw("QuantizedConcat")
def quantized_concat(
    concat_dim: Any, values: Sequence[Any], input_mins: Sequence[Any], input_maxes: Sequence[Any]
) -> tuple[Any, ...]:
    """Quantized tensors joined to one with a range that holds all of theirs."""
    lows, highs = (torch.stack([torch.as_tensor(t) for t in ts]) for ts in (input_mins, input_maxes))
    dim = scalar(concat_dim, what="concat_dim")
    return body(affine._quantized_concat)(values, lows, highs, dim, BY_STORAGE[values[0].dtype])


def _register(version: int, function: Callable[..., Any], gradient: str) -> None:
    @raw(f"QuantizeAndDequantizeV{version}")
    def simulate(
        input: Value,
        input_min: Value,
        input_max: Value,
        signed_input: bool,
        num_bits: int,
        range_given: bool,
        round_mode: str,
        narrow_range: bool,
        axis: int,
    ) -> torch.Tensor:
        options = (signed_input, num_bits, range_given, round_mode, narrow_range)
        return body(function)(input, input_min, input_max, options, axis)

    simulate.__doc__ = f"Floats rounded as if they were quantized and back; the gradient is 1 {gradient}."


_register(2, simulated._version_2, "everywhere")
_register(4, simulated._version_4, "within the range, else 0")


@raw("QuantizeAndDequantizeV3")
def quantize_and_dequantize_v3(
    input: Value,
    input_min: Value,
    input_max: Value,
    num_bits: Any,
    signed_input: bool,
    range_given: bool,
    narrow_range: bool,
    axis: int,
) -> torch.Tensor:
    """As QuantizeAndDequantizeV2, with a number of bits that a tensor gives."""
    options = (signed_input, scalar(num_bits, what="num_bits"), range_given, "HALF_TO_EVEN", narrow_range)
    return body(simulated._version_2)(input, input_min, input_max, options, axis)


@raw("QuantizeAndDequantizeV4Grad")
def quantize_and_dequantize_v4_grad(
    gradients: Value, input: Value, input_min: Value, input_max: Value, axis: int
) -> tuple[torch.Tensor, ...]:
    """By the floats, where they are within the range, and by the range, for which it is 0."""
    if gradients.shape != input.shape:
        raise Invalid(f"gradient and input must have one shape: {list(gradients.shape)}, {list(input.shape)}")
    if axis < -1 or axis >= input.ndim:
        raise Invalid(f"Axis should be at least -1 and below {input.ndim}, got {axis}")
    if axis >= 0 and (input_min.shape != input_max.shape or tuple(input_min.shape) != (input.shape[axis],)):
        raise Invalid(f"input_min and input_max must have shape [{input.shape[axis]}]")
    sizes = [-1 if d == axis else 1 for d in range(input.ndim)]
    low, high = (t if axis < 0 else t.reshape(sizes) for t in (input_min, input_max))
    inside = (input >= low) & (input <= high)
    return torch.where(inside, gradients, 0), torch.zeros_like(input_min), torch.zeros_like(input_max)
