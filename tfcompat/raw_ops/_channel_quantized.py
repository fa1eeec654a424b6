"""Raw ops on quantized integers with a range for each channel, and sums of quantized tensors."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._quantized_arithmetic import _ends, _ints, _Kind, _made, _scalar, _sum
from tfcompat.raw_ops._registry import raw


@raw("QuantizedAdd")
def quantized_add(
    x: Value, y: Value, min_x: Value, max_x: Value, min_y: Value, max_y: Value, Toutput: dtypes.DType
) -> tuple[Any, ...]:
    """The sums of the elements of two tensors, and their range."""
    first = _scalar(min_x, "min_x"), _scalar(max_x, "max_x")
    second = _scalar(min_y, "min_y"), _scalar(max_y, "max_y")
    return _sum(x, first, y, second, _Kind(Toutput), room=14)


def _steps(input: Any, low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
    """What float one integer more is, for each channel, the last dimension."""
    if len(input.shape) != 4:
        raise Invalid(f"input must be in NHWC format, got shape {list(input.shape)}")
    channels = input.shape[-1]
    for name, t in (("input_min", low), ("input_max", high)):
        if t.numel() != channels:
            raise Invalid(f"{name} has incorrect size, expected {channels} was {t.numel()}")
    return torch.maximum(low.abs(), high.abs()).reshape(-1).to(torch.float64) / (1 << 31)


@raw("RequantizationRangePerChannel")
def requantization_range_per_channel(
    input: Value, input_min: Value, input_max: Value, clip_value_max: float
) -> tuple[torch.Tensor, torch.Tensor]:
    """The range that the integers of all channels take, at most to clip_value_max."""
    steps, q = _steps(input, input_min, input_max), _ints(input)
    rows = q.reshape(-1, q.shape[-1])
    if not len(rows):
        raise Invalid(f"input must not be empty, got shape {list(q.shape)}")
    least, most = rows.amin(0), rows.amax(0)
    widest = min(float((torch.maximum(least.abs(), most.abs()) * steps).max()), clip_value_max)
    return _ends(0.0 if bool((least >= 0).all()) else -widest, widest)


@raw("RequantizePerChannel")
def requantize_per_channel(
    input: Value,
    input_min: Value,
    input_max: Value,
    requested_output_min: Value,
    requested_output_max: Value,
    out_type: dtypes.DType,
) -> tuple[Any, ...]:
    """Integers of one range for all channels."""
    ends = _scalar(requested_output_min, "requested_output_min"), _scalar(requested_output_max, "requested_output_max")
    kind = _Kind(out_type)
    step = max(abs(float(ends[0])), abs(float(ends[1]))) / kind.most
    scaled = _ints(input) * (_steps(input, input_min, input_max) / step)
    return _made(torch.round(scaled).clamp(kind.least, kind.most), kind), *_ends(*ends)
