"""Floats as quantized integers and back: tf.quantization.quantize, dequantize and quantized_concat.

Three modes say which float an integer q of a range is. MIN_COMBINED: the least integer is the low end of the range, the
greatest the high end. MIN_FIRST: the same, but 0 is an integer. SCALED: q times a step, so that 0 is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import BY_STORAGE, DType
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import Invalid, Value, kernel_dtype, op
from tfcompat._core.storage import plain_integers, quantized_storage
from tfcompat.quantization._rounding import half_away
from tfcompat.quantization.simulated import along
from tfcompat.strings.elements import choice

_MODES = ("MIN_COMBINED", "MIN_FIRST", "SCALED")
_ROUNDINGS = ("HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN")
_KINDS = (dtypes.qint8, dtypes.quint8, dtypes.qint32, dtypes.qint16, dtypes.quint16)


class QuantizeV2(NamedTuple):
    """What `quantize` returns."""

    output: Any
    output_min: Any
    output_max: Any


class QuantizedConcat(NamedTuple):
    """What `quantized_concat` returns."""

    output: Any
    output_min: Any
    output_max: Any


class _Integers(NamedTuple):
    """The integers of a quantized dtype."""

    least: int
    most: int

    @property
    def steps(self) -> int:
        """How many there are."""
        return self.most - self.least + 1

    @property
    def half(self) -> float:
        """How far they lie below those of the unsigned dtype."""
        return self.steps / 2 if self.least else 0.0


def _integers(kind: DType) -> _Integers:
    info = np.iinfo(kind.as_numpy_dtype[0])
    return _Integers(int(info.min), int(info.max))


def _expect_kind(kind: DType, attribute: str = "T") -> None:
    if kind not in _KINDS:
        names = ", ".join(k.name for k in _KINDS)
        text = f"Value for attr '{attribute}' of {kernel_dtype(kind)} is not in the list of allowed values: {names}"
        raise Invalid(text)


def _expect_ranges(low: torch.Tensor, high: torch.Tensor, shape: Sequence[int], axis: int) -> None:
    if axis >= len(shape):
        raise Invalid(f"axis must be less than the number of dimensions, got {axis} for {_dims(shape)}")
    count = shape[axis] if axis >= 0 else 1
    for argument, t in (("min_range", low), ("max_range", high)):
        if t.numel() != count or (axis >= 0 and t.ndim != 1):
            what = f"a vector of {count} numbers where axis is {axis}" if axis >= 0 else "one number"
            raise Invalid(f"{argument} must be {what}, got {_dims(t.shape)}")


def _clamped(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
    return torch.clamp(torch.clamp(x, max=high), min=low)


# ---- floats to integers ----


def _min_first(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, of: _Integers) -> torch.Tensor:
    scale = torch.where(high == low, 0.0, (of.steps - 1) / (high - low).double()).float()
    q = half_away(x * scale) - (half_away(low * scale) - of.least)
    # The greatest float that is not beyond the integers.
    most = of.most if of.most < 2**24 else 2**31 - 128
    return torch.clamp(q, float(of.least), float(most))


def _scaled(
    low: torch.Tensor, high: torch.Tensor, least: int, most: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The steps per unit, and the range that least to most are with them."""
    top = torch.finfo(torch.float32).max
    from_low = torch.where(least * low > 0, least / low, top)
    from_high = torch.where(most * high > 0, most / high, top)
    scale = torch.minimum(from_low, from_high)
    return scale, least / scale, most / scale


def _as_integers(x: torch.Tensor, kind: DType) -> np.ndarray:
    return quantized_storage(x.to(torch.int32), kind)


@op("QuantizeV2")
def _quantize(
    input: Value, min_range: Value, max_range: Value, T: DType, options: Any, axis: int, name: str | None = None
) -> QuantizeV2:
    mode, rounding, narrow, ensured = options
    _expect_kind(T)
    choice(mode, "mode", _MODES)
    if choice(rounding, "round_mode", _ROUNDINGS) == "HALF_TO_EVEN" and mode != "SCALED":
        raise Invalid(f"Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED', but mode is '{mode}'.")
    _expect_ranges(min_range, max_range, input.shape, axis)
    if axis >= 0 and mode == "MIN_FIRST":
        raise Invalid("MIN_FIRST mode is not implemented for Quantize with axis != -1.", errors.UnimplementedError)
    if bool((min_range > max_range).any()):
        raise Invalid("input_max_range must be larger than input_min_range.")
    least_extent = torch.clamp(torch.maximum(min_range.abs(), max_range.abs()), min=1.0) * ensured
    low = torch.clamp(min_range, max=0.0)
    high = torch.clamp(torch.maximum(max_range, low + least_extent), min=0.0)
    if axis < 0:
        low, high = low.reshape(()), high.reshape(())
    of = _integers(T)
    first, last = along(low, axis, input.ndim), along(high, axis, input.ndim)
    if mode == "SCALED":
        scale, first, last = _scaled(first, last, of.least + narrow, of.most)
        low, high = first.reshape(low.shape), last.reshape(high.shape)
        q = _clamped(input, first, last) * scale
        q = torch.round(q) if rounding == "HALF_TO_EVEN" else half_away(q)
    elif mode == "MIN_FIRST":
        q = _min_first(input, first, last, of)
    else:
        q = (_clamped(input, first, last) - first) * ((of.steps - 1) / (last - first))
        q = half_away(q - of.half) if of.least else torch.floor(q + 0.5)
    q = torch.where(first == last, 0.0, q)
    return QuantizeV2(_as_integers(q, T), low, high)


def quantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,
    mode: str = "MIN_COMBINED",
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    name: str | None = None,
    narrow_range: bool = False,
    axis: int | None = None,
    ensure_minimum_range: float = 0.01,
) -> Any:
    """float32 numbers as integers of the quantized dtype `T`, which spread over a range (tf.quantization.quantize).

    The range is min_range to max_range, widened to hold 0 and to be no narrower than `ensure_minimum_range`; numbers
    beyond it are set to its ends. mode: "MIN_COMBINED", "MIN_FIRST" or "SCALED" (see this module), with round_mode
    "HALF_AWAY_FROM_ZERO" or, for SCALED, "HALF_TO_EVEN". narrow_range: leaves the least integer out. axis: each slice
    along it has a range of its own, min_range and max_range are vectors. Returns (output, output_min, output_max), the
    range as it was used. InvalidArgumentError for other arguments.
    """
    tensors = (_floats(t) for t in (input, min_range, max_range))
    options = mode, round_mode, int(bool(narrow_range)), ensure_minimum_range
    kind = dtypes.as_dtype(T)
    return _quantize(*tensors, kind, options, _positive(axis, input), name)


def _floats(value: Any) -> Any:
    """Python and numpy values as float32; other tensors of floats stay to be refused by the op."""
    if hasattr(value, "dtype") and not isinstance(value, (np.ndarray, np.generic)):
        t = to_storage(value)
        if t.dtype != torch.float32:
            got = kernel_dtype(BY_STORAGE[t.dtype])
            raise errors.InvalidArgumentError(
                None, None, f"an input was expected to be a float tensor but is a {got} tensor"
            )
        return value
    return convert_to_tensor(value, dtypes.float32)


def _positive(axis: int | None, x: Any) -> int:
    if axis is None:
        return -1
    return axis % convert_to_tensor(x).ndim if axis < 0 else axis


# ---- integers to floats ----


def _from_min_first(q: torch.Tensor, low: torch.Tensor, high: torch.Tensor, of: _Integers) -> torch.Tensor:
    step = ((high - low).double() / (of.steps - 1)).float()
    start = torch.where(high == low, low, half_away(low / step) * step)
    return (start - of.least * step) + q.float() * step


@op("Dequantize")
def _dequantize(
    input: Value, min_range: Value, max_range: Value, mode: str, narrow: int, axis: int, dtype: DType, name: Any = None
) -> torch.Tensor:
    kind = BY_STORAGE[input.dtype]
    _expect_kind(kind)
    choice(mode, "mode", _MODES)
    if dtype not in (dtypes.float32, dtypes.bfloat16):
        got = kernel_dtype(dtype)
        raise Invalid(f"Value for attr 'dtype' of {got} is not in the list of allowed values: bfloat16, float")
    if dtype is dtypes.bfloat16 and mode != "MIN_COMBINED":
        raise Invalid(f"When output type is bfloat16, Mode string must be 'MIN_COMBINED', is '{mode}'")
    if axis >= 0 and mode == "MIN_FIRST":
        raise Invalid("MIN_FIRST mode is not implemented for Dequantize with axis != -1.", errors.UnimplementedError)
    _expect_ranges(min_range, max_range, input.shape, axis)
    of = _integers(kind)
    q = plain_integers(cast(Any, input)).to(min_range.device)
    low, high = (along(t, axis, q.ndim) if axis >= 0 else t.reshape(()) for t in (min_range, max_range))
    if mode == "MIN_FIRST":
        x = _from_min_first(q, low, high, of)
    elif mode == "MIN_COMBINED":
        x = (q.float() + of.half) * ((high - low) / float(of.steps - 1)) + low
    else:
        least = of.least + narrow
        x = q.float() * (torch.maximum(low / least, high / of.most) if of.least else high / of.most)
    return x.to(dtype.torch)  # type: ignore[arg-type]


def dequantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    axis: int | None = None,
    narrow_range: bool = False,
    dtype: Any = dtypes.float32,
) -> Any:
    """The floats that `quantize`, with the same arguments, made the integers `input` of (tf.quantization.dequantize).

    min_range, max_range: the range that it returned. dtype: float32, or bfloat16 in mode "MIN_COMBINED".
    InvalidArgumentError for an input of another than a quantized dtype, and for other arguments.
    """
    options = mode, int(bool(narrow_range)), _positive(axis, input), dtypes.as_dtype(dtype)
    return _dequantize(input, _floats(min_range), _floats(max_range), *options, name)


# ---- concatenation ----


def _common_range(lows: torch.Tensor, highs: torch.Tensor, kind: DType) -> tuple[torch.Tensor, torch.Tensor]:
    low, high = torch.clamp(lows.min(), max=0.0), highs.max()
    if kind is dtypes.qint32:  # whose ranges are symmetric
        high = torch.maximum(high, -low)
        low = -high
    return low, high


@op("QuantizedConcat")
def _quantized_concat(
    values: Any, lows: Value, highs: Value, dim: int, kind: DType, name: str | None = None
) -> QuantizedConcat:
    shapes = [v.shape for v in values]
    first = shapes[0]
    if not 0 <= dim < len(first):
        raise Invalid(f"ConcatOp : Expected concatenating dimensions in the range [0, {len(first)}), but got {dim}")
    for i, shape in enumerate(shapes):
        if len(shape) != len(first):
            kinds = f"shape[0] = {_dims(first)} vs. shape[{i}] = {_dims(shape)}"
            raise Invalid(f"ConcatOp : Ranks of all input tensors should match: {kinds}")
        if any(a != b for d, (a, b) in enumerate(zip(first, shape, strict=True)) if d != dim):
            kinds = f"shape[0] = {_dims(first)} vs. shape[{i}] = {_dims(shape)}"
            raise Invalid(f"ConcatOp : Dimensions of inputs should match: {kinds}")
    of = _integers(kind)
    low, high = _common_range(lows, highs, kind)
    parts = []
    for value, mine, yours in zip(values, lows, highs, strict=True):
        q = plain_integers(value)
        if mine != low or yours != high:
            q = _min_first(_from_min_first(q, mine, yours, of), low, high, of).to(torch.int32)
        parts.append(q.to(torch.int32))
    return QuantizedConcat(quantized_storage(torch.cat(parts, dim), kind), low, high)


def quantized_concat(concat_dim: Any, values: Any, input_mins: Any, input_maxes: Any, name: str | None = None) -> Any:
    """Quantized tensors, each with a range, joined along an axis to one with a range that holds all of theirs.

    values: at least two, of quint8 or qint32, quantized in mode MIN_FIRST; input_mins, input_maxes: a number for each.
    Returns (output, output_min, output_max). InvalidArgumentError for other numbers of them and shapes that do not fit,
    NotFoundError for other dtypes. (tf.quantization.quantized_concat)
    """
    tensors = [convert_to_tensor(v) for v in values]
    ends = [[_floats(t) for t in group] for group in (input_mins, input_maxes)]
    if len(tensors) < 2 or any(len(group) != len(tensors) for group in ends):
        text = f"{len(tensors)} values (at least 2) need as many ranges, got {len(ends[0])} and {len(ends[1])}"
        raise errors.InvalidArgumentError(None, None, f"{text} [Op:QuantizedConcat] name: ")
    kind = tensors[0].dtype
    if any(t.dtype is not kind for t in tensors):
        text = "all values were expected to be of one dtype"
        raise errors.InvalidArgumentError(None, None, f"{text} [Op:QuantizedConcat] name: ")
    if kind not in (dtypes.quint8, dtypes.qint32):
        text = f"Could not find device for node: QuantizedConcat takes quint8 and qint32, got {kind.name}"
        raise errors.NotFoundError(None, None, f"{text} [Op:QuantizedConcat] name: ")
    lows, highs = (convert_to_tensor(group) for group in ends)
    held = [to_storage(t) for t in tensors]
    return _quantized_concat(held, lows, highs, integer(concat_dim, "concat_dim"), kind, name)
