"""tf.quantization.quantize_and_dequantize: floats with the error that quantization would give them."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.arguments import FLOATS, expect
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Alike, Invalid, op
from tfcompat.quantization._rounding import followed
from tfcompat.strings.elements import choice


def _positive_axis(axis: int | None, x: Any) -> int:
    """The axis counted from the start, -1 where the whole tensor has one range."""
    if axis is None:
        return -1
    if axis >= 0:
        return axis
    if x.shape.rank is None:
        raise ValueError("input should have known rank to use negative axis.")
    return axis % x.shape.rank


def along(values: torch.Tensor, axis: int, ndim: int) -> torch.Tensor:
    """A vector of a number for each index of `axis`, so that it broadcasts against a tensor; a scalar as it is."""
    return values.reshape([-1 if d == axis else 1 for d in range(ndim)]) if axis >= 0 and values.ndim else values


def _expect_range(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, axis: int) -> None:
    for argument, t in (("input_min", low), ("input_max", high)):
        if axis < 0 and t.ndim:
            raise Invalid(f"{argument} must be a scalar.")
        if axis >= 0 and tuple(t.shape) != (x.shape[axis],):
            raise Invalid(f"{argument} must be a vector of {x.shape[axis]} numbers where axis is {axis}")
    wrong = low > high
    if bool(wrong.any()):
        first, last = low[wrong].reshape(-1)[0], high[wrong].reshape(-1)[0]
        raise Invalid(f"Invalid range: input_min {first.item():g} > input_max {last.item():g}")


def _scale(low: torch.Tensor, high: torch.Tensor, least: int, most: int) -> tuple[torch.Tensor, ...]:
    """Steps per unit, the size of a step, and the range that the integers least to most cover with them."""
    top = torch.finfo(low.dtype).max
    from_low = torch.where(least * low > 0, least / low, top)
    from_high = torch.where(most * high > 0, most / high, top)
    by_low = from_low < from_high
    step = torch.where(by_low, low / least if least else 0.0, high / most if most else 0.0)
    return (
        torch.where(by_low, from_low, from_high),
        step,
        torch.where(by_low, low, least * step),
        torch.where(by_low, most * step, high),
    )


def _rounded(x: torch.Tensor, mode: str) -> torch.Tensor:
    return torch.round(x) if mode == "HALF_TO_EVEN" else torch.floor(x + 0.5)


def _simulated(
    x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, options: tuple[bool, int, bool, str, bool], axis: int
) -> torch.Tensor:
    signed, bits, given, mode, narrow = options
    expect(x, FLOATS)
    choice(mode, "round_mode", ("HALF_TO_EVEN", "HALF_UP"))
    if not 0 < bits < (62 if signed else 63):
        raise Invalid(f"num_bits is out of range: {bits} with signed_input_ {int(signed)}")
    if axis >= x.ndim:
        raise Invalid(f"Shape must be at least rank {axis + 1} but is rank {x.ndim}")
    if not x.numel():
        return x.view_as(x)
    if given:
        _expect_range(x, low, high, axis)
        low, high = along(low, axis, x.ndim), along(high, axis, x.ndim)
    else:
        others = [d for d in range(x.ndim) if d != axis]
        low, high = (x.amin(others, keepdim=True), x.amax(others, keepdim=True)) if others else (x, x)
    least, most = (-(2 ** (bits - 1)) + narrow, 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    scale, step, first, last = _scale(low, high, least, most)
    if given:
        x = torch.clamp(x, max=last).clamp(min=first)
    return _rounded(x * scale, mode) * step


@op("QuantizeAndDequantizeV2")
def _version_2(
    input: Alike, input_min: Alike, input_max: Alike, options: Any, axis: int, name: str | None = None
) -> torch.Tensor:
    value = _simulated(input.detach(), input_min.detach(), input_max.detach(), options, axis)
    return followed(value, input)


@op("QuantizeAndDequantizeV4")
def _version_4(
    input: Alike, input_min: Alike, input_max: Alike, options: Any, axis: int, name: str | None = None
) -> torch.Tensor:
    value = _simulated(input.detach(), input_min.detach(), input_max.detach(), options, axis)
    low, high = (along(t, axis, input.ndim) for t in (input_min, input_max))
    within = (input >= low) & (input <= high)
    # The bounds have a gradient, of zeros.
    return followed(value, torch.where(within, input, 0) + 0 * (low + high))


def _called(
    call: Any, input: Any, low: Any, high: Any, options: tuple[bool, int, bool, str, bool], axis: int | None, name: Any
) -> Any:
    x = convert_to_tensor(input)
    bounds = [t if hasattr(t, "dtype") else convert_to_tensor(t, x.dtype) for t in (low, high)]
    return call(x, *bounds, options, _positive_axis(axis, x), name)


def quantize_and_dequantize_v2(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Any:
    """Floats rounded as if they were quantized to `num_bits` and back, symmetrically around 0.

    The range is that of the input, or input_min to input_max if `range_given`. signed_input: whether there are negative
    values, with narrow_range as many as positive ones. round_mode: "HALF_TO_EVEN" or "HALF_UP". axis: each slice along
    it has a range of its own, the bounds are vectors. The gradient is 1 between input_min and input_max, which must be
    scalars (vectors with `axis`), and 0 outside and for them. InvalidArgumentError for other arguments.
    (tf.quantization.quantize_and_dequantize_v2)
    """
    options = bool(signed_input), num_bits, bool(range_given), round_mode, bool(narrow_range)
    return _called(_version_4, input, input_min, input_max, options, axis, name)


def quantize_and_dequantize(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
    axis: int | None = None,
) -> Any:
    """As `quantize_and_dequantize_v2`, with a gradient of 1 everywhere (tf.quantization.quantize_and_dequantize)."""
    options = bool(signed_input), num_bits, bool(range_given), round_mode, bool(narrow_range)
    return _called(_version_2, input, input_min, input_max, options, axis, name)
