"""Floats rounded to the few values that a quantized model has for them, for training one."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, kernel_dtype, op
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat.quantization._rounding import followed, half_away

_Tensors = tuple[torch.Tensor, ...]


class FakeQuantWithMinMaxVarsGradient(NamedTuple):
    """What `fake_quant_with_min_max_vars_gradient` returns."""

    backprops_wrt_input: Any
    backprop_wrt_min: Any
    backprop_wrt_max: Any


class FakeQuantWithMinMaxVarsPerChannelGradient(NamedTuple):
    """What `fake_quant_with_min_max_vars_per_channel_gradient` returns."""

    backprops_wrt_input: Any
    backprop_wrt_min: Any
    backprop_wrt_max: Any


def _floats(value: Any, *bounds: Any) -> Any:
    """`value` as a float32 tensor; for a tensor of another dtype InvalidArgumentError, in a graph TypeError.

    Bounds that are no floats keep TensorFlow from asking the kernel: it then raises the ValueError of conversions.
    """
    asks = state.graph is not None or all(isinstance(bound, float) for bound in bounds)
    if isinstance(value, (Tensor, Variable)) and value.dtype is not dtypes.float32 and asks:
        text = f"cannot compute, as a float tensor was expected but got a {kernel_dtype(value.dtype)} tensor"
        if state.graph is not None:
            raise TypeError(text)
        raise errors.InvalidArgumentError(None, None, text)
    return convert_to_tensor(value, dtypes.float32)


def _float32(value: Any) -> Any:
    """As `_floats`, but a tensor of another dtype stays to be refused by the op."""
    return value if isinstance(value, Tensor) else _floats(value)


def _bounds(value: Any, argument: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"Expected float for argument '{argument}' not {value!r}.")
    return float(value)


def _expect_float32(*tensors: torch.Tensor) -> None:
    for number, t in enumerate(tensors):
        if t.dtype != torch.float32:
            got = kernel_dtype(BY_STORAGE[t.dtype])
            raise Invalid(f"input #{number}(zero-based) was expected to be a float tensor but is a {got} tensor")


def _limits(num_bits: int, narrow_range: bool) -> tuple[int, int]:
    """The smallest and the largest quantized value."""
    if not 2 <= num_bits <= 16:
        raise Invalid("num_bits must be between 2 and 16, inclusive")
    return int(narrow_range), 2**num_bits - 1


def _nudged(low: torch.Tensor, high: torch.Tensor, limits: tuple[int, int]) -> _Tensors:
    """The range moved so that 0 is one of its values, and the step between them: (low, high, scale)."""
    least, most = limits
    scale = (high - low) / (most - least)
    zero = half_away(torch.clamp(least - low / scale, least, most))
    return (least - zero) * scale, (most - zero) * scale, scale


def _masks(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, limits: tuple[int, int]) -> _Tensors:
    """Where numbers lie within, below and above the range; one from 0 to 0 holds all of them."""
    first, last, _ = _nudged(low, high, limits)
    nothing = (low == 0) & (high == 0)
    return ((x >= first) & (x <= last)) | nothing, (x < first) & ~nothing, (x > last) & ~nothing


def _fake(
    x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, limits: tuple[int, int], divides: bool
) -> torch.Tensor:
    """`x` with its elements rounded to the values of the range; low and high broadcast against it.

    divides: by the scale; else the numbers are multiplied by the steps of a unit. The kernels of TensorFlow differ so,
    which tells where a number lies halfway.
    """
    first, last, scale = (t.detach() for t in _nudged(low, high, limits))

    def steps(t: torch.Tensor) -> torch.Tensor:
        return t / scale if divides else t * ((limits[1] - limits[0]) / (high - low))

    shifted = torch.clamp(x.detach(), max=last).clamp(min=first) - first
    value = torch.floor(steps(shifted) - torch.floor(steps(-first) + 0.5) + 0.5) * scale
    value = torch.where((low == 0) & (high == 0), 0.0, value)
    if not (x.requires_grad or low.requires_grad or high.requires_grad):
        return value
    within, below, above = _masks(x, low, high, limits)
    return followed(value, torch.where(within, x, 0) + torch.where(below, low, 0) + torch.where(above, high, 0))


def _expect_size(gradients: torch.Tensor, x: torch.Tensor) -> None:
    if tuple(gradients.shape) != tuple(x.shape):
        raise Invalid(f"gradient and input must be the same size: {_dims(gradients.shape)} and {_dims(x.shape)}")


# ---- with a range of numbers ----


def _fixed(x: torch.Tensor, low: float, high: float) -> tuple[torch.Tensor, torch.Tensor]:
    """A range of numbers as tensors."""
    if low >= high:
        raise Invalid(f"min has to be smaller than max, was: {low:g} >= {high:g}")
    return x.new_tensor(low), x.new_tensor(high)


@op("FakeQuantWithMinMaxArgs")
def _fake_args(
    inputs: Value, min: float, max: float, num_bits: int, narrow_range: bool, name: str | None = None
) -> torch.Tensor:
    limits = _limits(num_bits, narrow_range)
    low, high = _fixed(inputs, min, max)
    return _fake(inputs, low, high, limits, divides=False)


def fake_quant_with_min_max_args(
    inputs: Any, min: float = -6, max: float = 6, num_bits: int = 8, narrow_range: bool = False, name: str | None = None
) -> Any:
    """float32 numbers set into [min, max] and rounded to 2**num_bits values there, of which 0 is one.

    The range is moved a little for that. num_bits: 2 to 16. narrow_range: one value less. The gradient is 1 within the
    range and 0 outside. InvalidArgumentError for other num_bits, where min >= max and for tensors of other
    dtypes. (tf.quantization.fake_quant_with_min_max_args)
    """
    return _fake_args(_floats(inputs, min, max), _bounds(min, "min"), _bounds(max, "max"), num_bits, narrow_range, name)


@op("FakeQuantWithMinMaxArgsGradient")
def _fake_args_gradient(
    gradients: Value, inputs: Value, min: float, max: float, num_bits: int, narrow_range: bool, name: Any = None
) -> torch.Tensor:
    limits = _limits(num_bits, narrow_range)
    _expect_size(gradients, inputs)
    low, high = _fixed(inputs, min, max)
    return (gradients * _masks(inputs, low, high, limits)[0]).detach()


def fake_quant_with_min_max_args_gradient(
    gradients: Any,
    inputs: Any,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Any:
    """The gradient of `fake_quant_with_min_max_args`, with the same arguments: `gradients` within the range, else 0.

    InvalidArgumentError where gradients and inputs differ in shape.
    (tf.quantization.fake_quant_with_min_max_args_gradient)
    """
    options = _bounds(min, "min"), _bounds(max, "max"), num_bits, narrow_range
    return _fake_args_gradient(_floats(gradients, min, max), _floats(inputs, min, max), *options, name)


# ---- with a range of tensors ----


def _expect_one(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> None:
    for argument, t in (("min", low), ("max", high)):
        if t.ndim:
            raise Invalid(f"`{argument}` must be rank 0 but is rank {t.ndim}")


def _expect_channels(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> None:
    for argument, t in (("min", low), ("max", high)):
        if t.ndim != 1:
            raise Invalid(f"`{argument}` must be rank 1 but is rank {t.ndim}")
        if not x.ndim or t.shape[0] != x.shape[-1]:
            expected = x.shape[-1] if x.ndim else "a channel"
            raise Invalid(f"{argument} has incorrect size, expected {expected} was {t.shape[0]}")


def _fake_within(
    x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, num_bits: int, narrow_range: bool, channels: bool
) -> torch.Tensor:
    """`_fake` with checks; channels: each has a range of its own, else there is one."""
    limits = _limits(num_bits, narrow_range)
    _expect_float32(x, low, high)
    (_expect_channels if channels else _expect_one)(x, low, high)
    return _fake(x, low, high, limits, divides=not channels)


def _gradients(
    gradients: torch.Tensor,
    x: torch.Tensor,
    low: torch.Tensor,
    high: torch.Tensor,
    num_bits: int,
    narrow_range: bool,
    channels: bool,
) -> _Tensors:
    """The gradients of `_fake_within` by x, low and high."""
    limits = _limits(num_bits, narrow_range)
    _expect_size(gradients, x)
    _expect_float32(gradients, x, low, high)
    (_expect_channels if channels else _expect_one)(x, low, high)
    axes = tuple(range(x.ndim - channels))
    within, *outside = (gradients.detach() * mask for mask in _masks(x, low, high, limits))
    return within, *(g.sum(axes) if axes else g for g in outside)


@op("FakeQuantWithMinMaxVars")
def _fake_vars(
    inputs: Value, min: Value, max: Value, num_bits: int, narrow_range: bool, name: str | None = None
) -> torch.Tensor:
    return _fake_within(inputs, min, max, num_bits, narrow_range, channels=False)


def fake_quant_with_min_max_vars(
    inputs: Any, min: Any, max: Any, num_bits: int = 8, narrow_range: bool = False, name: str | None = None
) -> Any:
    """As `fake_quant_with_min_max_args`, with a range that is learned: min and max are float32 scalars.

    The gradient of inputs goes to min for the numbers below the range and to max for those above. A range from 0 to 0
    gives 0 and passes the gradient on. InvalidArgumentError for other shapes of min and max.
    (tf.quantization.fake_quant_with_min_max_vars)
    """
    return _fake_vars(_float32(inputs), _float32(min), _float32(max), num_bits, narrow_range, name)


@op("FakeQuantWithMinMaxVarsGradient")
def _fake_vars_gradient(
    gradients: Value, inputs: Value, min: Value, max: Value, num_bits: int, narrow_range: bool, name: Any = None
) -> FakeQuantWithMinMaxVarsGradient:
    parts = _gradients(gradients, inputs, min, max, num_bits, narrow_range, channels=False)
    return FakeQuantWithMinMaxVarsGradient(*parts)


def fake_quant_with_min_max_vars_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Any:
    """The gradients of `fake_quant_with_min_max_vars`, with the same arguments: for inputs, min and max.

    (tf.quantization.fake_quant_with_min_max_vars_gradient)
    """
    tensors = (_float32(t) for t in (gradients, inputs, min, max))
    return _fake_vars_gradient(*tensors, num_bits, narrow_range, name)


@op("FakeQuantWithMinMaxVarsPerChannel")
def _fake_channels(
    inputs: Value, min: Value, max: Value, num_bits: int, narrow_range: bool, name: str | None = None
) -> torch.Tensor:
    return _fake_within(inputs, min, max, num_bits, narrow_range, channels=True)


def fake_quant_with_min_max_vars_per_channel(
    inputs: Any, min: Any, max: Any, num_bits: int = 8, narrow_range: bool = False, name: str | None = None
) -> Any:
    """As `fake_quant_with_min_max_vars`, with a range for each channel: min and max are vectors.

    inputs: [..., channels]. InvalidArgumentError where the sizes differ.
    (tf.quantization.fake_quant_with_min_max_vars_per_channel)
    """
    return _fake_channels(_float32(inputs), _float32(min), _float32(max), num_bits, narrow_range, name)


@op("FakeQuantWithMinMaxVarsPerChannelGradient")
def _fake_channels_gradient(
    gradients: Value, inputs: Value, min: Value, max: Value, num_bits: int, narrow_range: bool, name: Any = None
) -> FakeQuantWithMinMaxVarsPerChannelGradient:
    parts = _gradients(gradients, inputs, min, max, num_bits, narrow_range, channels=True)
    return FakeQuantWithMinMaxVarsPerChannelGradient(*parts)


def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Any:
    """The gradients of `fake_quant_with_min_max_vars_per_channel`, with the same arguments: for inputs, min and max.

    (tf.quantization.fake_quant_with_min_max_vars_per_channel_gradient)
    """
    tensors = (_float32(t) for t in (gradients, inputs, min, max))
    return _fake_channels_gradient(*tensors, num_bits, narrow_range, name)
