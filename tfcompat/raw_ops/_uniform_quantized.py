"""Raw ops on integers with scales and zero points: sums, products and other scales, as TensorFlow's kernels do.

An integer q stands for (q - zero point) * scale; one scale for all, or one for each slice along an axis.
"""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._quantized_arithmetic import _along, _check_scales, _ints, _Kind, _kind, _made
from tfcompat.raw_ops._registry import raw


def _scaled(q: torch.Tensor, factor: torch.Tensor) -> torch.Tensor:
    """Integers times a factor, which 31 bits and a shift hold; the halves go up."""
    fraction, exponent = torch.frexp(factor.to(torch.float64))
    multiplier = torch.floor(fraction * (1 << 31) + 0.5).to(torch.int64)
    whole = multiplier == 1 << 31
    multiplier, exponent = torch.where(whole, multiplier // 2, multiplier), exponent + whole
    shift = 31 - exponent.to(torch.int64)
    return (q * multiplier + (1 << (shift - 1))) >> shift


def _requantized(q: torch.Tensor, factor: Any, zero: Any, limits: tuple[int, int], kind: Any) -> Any:
    return _made((_scaled(q, factor) + zero).clamp(*limits), kind)


def _asymmetric(rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """(rows of floats as integers of 8 bits, less their zero points; their scales)."""
    low, high = rows.amin(1, keepdim=True).clamp(max=0), rows.amax(1, keepdim=True).clamp(min=0)
    scale = (high - low) / 255
    scale = torch.where(scale > 0, scale, 1)
    zero = torch.round(-128 - low / scale).clamp(-128, 127)
    return (torch.round(rows / scale) + zero).clamp(-128, 127) - zero, scale


@raw("UniformRequantize")
def uniform_requantize(
    input: Value,
    input_scales: Value,
    input_zero_points: Value,
    output_scales: Value,
    output_zero_points: Value,
    Tout: dtypes.DType,
    input_quantization_min_val: int,
    input_quantization_max_val: int,
    output_quantization_min_val: int,
    output_quantization_max_val: int,
    input_quantization_axis: int,
    output_quantization_axis: int,
) -> Any:
    """Integers of other scales and zero points."""
    _check_scales(input_scales, input_zero_points, input.shape, input_quantization_axis)
    _check_scales(output_scales, output_zero_points, input.shape, output_quantization_axis)
    if len({input_quantization_axis, output_quantization_axis, -1}) == 3:
        raise Invalid("If input and output is both per-axis quantized, the quantization axis must be same.")
    rank = len(input.shape)
    own = [_along(t, input_quantization_axis, rank) for t in (input_scales, input_zero_points)]
    new = [_along(t, output_quantization_axis, rank) for t in (output_scales, output_zero_points)]
    limits = output_quantization_min_val, output_quantization_max_val
    factor = own[0].to(torch.float64) / new[0].to(torch.float64)
    return _requantized(_ints(input) - own[1], factor, new[1], limits, _Kind(Tout))


@raw("UniformQuantizedAdd")
def uniform_quantized_add(
    lhs: Value,
    rhs: Value,
    lhs_scales: Value,
    lhs_zero_points: Value,
    rhs_scales: Value,
    rhs_zero_points: Value,
    output_scales: Value,
    output_zero_points: Value,
    lhs_quantization_min_val: int,
    lhs_quantization_max_val: int,
    rhs_quantization_min_val: int,
    rhs_quantization_max_val: int,
    output_quantization_min_val: int,
    output_quantization_max_val: int,
    lhs_quantization_axis: int,
    rhs_quantization_axis: int,
    output_quantization_axis: int,
) -> Any:
    """Sums, with broadcasting, each part brought to the result's scale first."""
    shape = torch.broadcast_shapes(tuple(lhs.shape), tuple(rhs.shape))
    _check_scales(lhs_scales, lhs_zero_points, lhs.shape, lhs_quantization_axis)
    _check_scales(rhs_scales, rhs_zero_points, rhs.shape, rhs_quantization_axis)
    _check_scales(output_scales, output_zero_points, shape, output_quantization_axis)
    out = [_along(t, output_quantization_axis, len(shape)) for t in (output_scales, output_zero_points)]
    total = -out[1]
    for t, scales, zeros, axis in (
        (lhs, lhs_scales, lhs_zero_points, lhs_quantization_axis),
        (rhs, rhs_scales, rhs_zero_points, rhs_quantization_axis),
    ):
        q, rank = _ints(t), len(t.shape)
        factor = _along(scales, axis, rank).to(torch.float64) / out[0].to(torch.float64)
        total = total + _scaled(q - _along(zeros, axis, rank), factor) + out[1]
    return _made(total.clamp(output_quantization_min_val, output_quantization_max_val), _kind(lhs))


@raw("UniformQuantizedDot")
def uniform_quantized_dot(
    lhs: Value,
    rhs: Value,
    lhs_scales: Value,
    lhs_zero_points: Value,
    rhs_scales: Value,
    rhs_zero_points: Value,
    output_scales: Value,
    output_zero_points: Value,
    Tout: dtypes.DType,
    lhs_quantization_min_val: int,
    lhs_quantization_max_val: int,
    rhs_quantization_min_val: int,
    rhs_quantization_max_val: int,
    output_quantization_min_val: int,
    output_quantization_max_val: int,
    lhs_quantization_axis: int,
    rhs_quantization_axis: int,
    output_quantization_axis: int,
) -> Any:
    """A product of matrices."""
    if len(lhs.shape) != 2 or len(rhs.shape) != 2 or lhs.shape[1] != rhs.shape[0]:
        raise Invalid(f"lhs and rhs must be matrices that fit, got {list(lhs.shape)} and {list(rhs.shape)}")
    if lhs_quantization_axis != -1:
        raise Invalid("lhs_quantization_axis must be -1.")
    columns = [lhs.shape[0], rhs.shape[1]]
    _check_scales(lhs_scales, lhs_zero_points, lhs.shape, -1)
    _check_scales(rhs_scales, rhs_zero_points, rhs.shape, rhs_quantization_axis)
    _check_scales(output_scales, output_zero_points, columns, output_quantization_axis)
    product = (_ints(lhs) - lhs_zero_points) @ (_ints(rhs) - rhs_zero_points)
    factor = lhs_scales.double() * rhs_scales.double() / output_scales.double()
    limits = output_quantization_min_val, output_quantization_max_val
    return _requantized(product, factor, output_zero_points, limits, _Kind(Tout))


@raw("UniformQuantizedDotHybrid")
def uniform_quantized_dot_hybrid(
    lhs: Value,
    rhs: Value,
    rhs_scales: Value,
    rhs_zero_points: Value,
    Tout: dtypes.DType,
    rhs_quantization_min_val: int,
    rhs_quantization_max_val: int,
    rhs_quantization_axis: int,
) -> torch.Tensor:
    """A product of a matrix of floats, whose rows are made integers of 8 bits first, and one of integers."""
    if lhs.ndim != 2 or len(rhs.shape) != 2 or lhs.shape[1] != rhs.shape[0]:
        raise Invalid(f"lhs and rhs must be matrices that fit, got {list(lhs.shape)} and {list(rhs.shape)}")
    _check_scales(rhs_scales, rhs_zero_points, rhs.shape, rhs_quantization_axis)
    q, scale = _asymmetric(lhs)
    product = q.to(torch.int64) @ (_ints(rhs) - rhs_zero_points)
    return product.to(torch.float32) * scale * rhs_scales
