"""Raw ops that compute with quantized integers: products, sums, convolutions and pooling, as TensorFlow's kernels do.

An integer q of a dtype whose integers go from `least` to `most` stands for a float of a range (low, high): `least` for
`low`, `most` for `high`, and 0 for an integer in between, which is what convolutions pad with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value
from tfcompat._core.storage import plain_integers, quantized_storage
from tfcompat.raw_ops._registry import raw

_F = np.float32


class _Kind:
    """The integers of a quantized dtype."""

    def __init__(self, dtype: dtypes.DType) -> None:
        info = np.iinfo(dtype.as_numpy_dtype[0])
        self.dtype, self.least, self.most = dtype, int(info.min), int(info.max)

    @property
    def steps(self) -> int:
        """How many there are, less one."""
        return self.most - self.least

    def level(self, low: Any, high: Any) -> np.float32:
        """What float one integer more is."""
        return _F((_F(high) - _F(low)) / _F(self.steps))

    def of_float(self, x: float, low: Any, high: Any) -> int:
        """The integer of a float, which may lie beyond all."""
        if low == high:
            return self.least
        scale = self.steps / float(_F(high) - _F(low))
        return _half_away(x * scale) - _half_away(float(low) * scale) + self.least

    def to_float(self, q: int, low: Any, high: Any) -> float:
        """The float of an integer."""
        if low == high:
            return float(low)
        scale = float(_F(high) - _F(low)) / self.steps
        start = _half_away(float(_F(low) / _F(scale))) * float(_F(scale))
        return float(_F(start + (q - self.least) * scale))


def _half_away(x: float) -> int:
    return int(math.copysign(math.floor(abs(x) + 0.5), x))


def _kind(t: Any) -> _Kind:
    return _Kind(BY_STORAGE[t.dtype])


def _ints(t: Any) -> torch.Tensor:
    return torch.as_tensor(plain_integers(t)).to(torch.int64)


def _made(q: torch.Tensor, kind: _Kind) -> np.ndarray:
    """Integers as a tensor of their dtype; what is beyond int32 wraps around, as sums in int32 do."""
    return quantized_storage(q.to(torch.int32), kind.dtype)


def _scalar(t: Any, name: str) -> np.float32:
    if t.numel() != 1:
        raise Invalid(f"{name} must have 1 element, got shape {list(t.shape)}")
    return _F(t.item())


def _ends(low: Any, high: Any) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(float(low)), torch.tensor(float(high))


def _product_range(a: _Kind, a_ends: Any, b: _Kind, b_ends: Any, c: _Kind) -> tuple[torch.Tensor, torch.Tensor]:
    """The range of sums of products."""
    level = _F(a.level(*a_ends) * b.level(*b_ends))
    return _ends(_F(level * _F(c.least)), _F(level * _F(c.most)))


def _centered(t: Any, low: Any, high: Any) -> torch.Tensor:
    """Integers less the one that stands for 0."""
    return _ints(t) - _kind(t).of_float(0.0, low, high)


# ---- products ----


@raw("QuantizedMatMul")
def quantized_mat_mul(
    a: Value,
    b: Value,
    min_a: Value,
    max_a: Value,
    min_b: Value,
    max_b: Value,
    Toutput: dtypes.DType,
    transpose_a: bool,
    transpose_b: bool,
    Tactivation: dtypes.DType,
) -> tuple[Any, ...]:
    """The product of two matrices, and its range."""
    first, second = (
        (_scalar(min_a, "min_a"), _scalar(max_a, "max_a")),
        (_scalar(min_b, "min_b"), _scalar(max_b, "max_b")),
    )
    if len(a.shape) != 2 or len(b.shape) != 2:
        raise Invalid(f"a and b must be matrices, got shapes {list(a.shape)} and {list(b.shape)}")
    x, y = _centered(a, *first), _centered(b, *second)
    x, y = (x.t() if transpose_a else x), (y.t() if transpose_b else y)
    if x.shape[1] != y.shape[0]:
        raise Invalid(f"Matrix size-incompatible: In[0]: {list(x.shape)}, In[1]: {list(y.shape)}")
    kind = _Kind(Toutput)
    return _made(x @ y, kind), *_product_range(_kind(a), first, _kind(b), second, kind)


@raw("QuantizedMul")
def quantized_mul(
    x: Value, y: Value, min_x: Value, max_x: Value, min_y: Value, max_y: Value, Toutput: dtypes.DType
) -> tuple[Any, ...]:
    """The products of the elements of two tensors, and their range."""
    first, second = (
        (_scalar(min_x, "min_x"), _scalar(max_x, "max_x")),
        (_scalar(min_y, "min_y"), _scalar(max_y, "max_y")),
    )
    kind = _Kind(Toutput)
    product = _centered(x, *first) * _centered(y, *second)
    return _made(product, kind), *_product_range(_kind(x), first, _kind(y), second, kind)


@raw("QuantizedConv2D")
def quantized_conv2d(
    input: Value,
    filter: Value,
    min_input: Value,
    max_input: Value,
    min_filter: Value,
    max_filter: Value,
    strides: list[int],
    padding: str,
    out_type: dtypes.DType,
    dilations: list[int],
) -> tuple[Any, ...]:
    """A convolution of images by a filter, and its range."""
    first = _scalar(min_input, "min_input"), _scalar(max_input, "max_input")
    second = _scalar(min_filter, "min_filter"), _scalar(max_filter, "max_filter")
    if len(strides) != 4 or strides[0] != 1 or strides[3] != 1 or strides[1] != strides[2]:
        raise Invalid(f"strides must be [1, n, n, 1], got {strides}")
    if dilations != [1, 1, 1, 1]:
        raise Invalid(f"dilations must be [1, 1, 1, 1], got {dilations}")
    x, w = _centered(input, *first), _centered(filter, *second)
    if x.ndim != 4 or w.ndim != 4 or x.shape[3] != w.shape[2]:
        raise Invalid(f"input and filter must fit each other, got shapes {list(x.shape)} and {list(w.shape)}")
    cells, places = _cells(x, list(w.shape[:2]), strides[1:3], padding)
    found = (cells.reshape(*places, -1) @ w.reshape(-1, w.shape[3])).reshape(*places, w.shape[3])
    kind = _Kind(out_type)
    return _made(found, kind), *_product_range(_kind(input), first, _kind(filter), second, kind)


def _cells(
    x: torch.Tensor, window: Sequence[int], strides: Sequence[int], padding: str, fill: int = 0
) -> tuple[torch.Tensor, list[int]]:
    """The elements of each window, [batch, rows, columns, height, width, channels], and the first three sizes."""
    pads = []
    for size, n, step in zip(x.shape[1:3], window, strides, strict=True):
        count = -(-size // step) if padding == "SAME" else (size - n) // step + 1
        whole = max((count - 1) * step + n - size, 0) if padding == "SAME" else 0
        pads.append((whole // 2, whole - whole // 2))
    (top, bottom), (left, right) = pads
    wide = torch.nn.functional.pad(x, (0, 0, left, right, top, bottom), value=fill)
    cells = wide.unfold(1, window[0], strides[0]).unfold(2, window[1], strides[1]).movedim(3, -1)
    return cells, list(cells.shape[:3])


# ---- one tensor to another range ----


def _requantized(q: torch.Tensor, kind: _Kind, ends: Any, to: _Kind, new: Any) -> torch.Tensor:
    """Integers of one range as those of another; int32 to uint8 with TensorFlow's fixed-point numbers."""
    low, high = (_F(x) for x in ends)
    first, last = (_F(x) for x in new)
    if kind.dtype is dtypes.qint32 and to.dtype is dtypes.quint8:
        span, room = _F(high - low), _F(last - first)
        if room == 0:
            return torch.zeros_like(q)
        scale = int(255.0 * 65536 * float(span) / float(room))
        middle = int(float(_F(_F(low + high) / 2)) * float(_F(255.0 / float(room))) * 65536)
        start = int(65536 * (float(first) * 255.0) / float(room))
        return ((((q * scale) >> 32) + (middle - start + 32768)) >> 16).clamp(0, 255)
    step = _F(float(_F(high - low)) / kind.steps)
    begin = low if low == high else _F(_half_away(float(_F(low / step))) * step)
    floats = (float(_F(begin - _F(kind.least) * step)) + q.to(torch.float32) * float(step)).to(torch.float32)
    return _quantized(floats, to, new)


def _quantized(floats: torch.Tensor, to: _Kind, ends: Any) -> torch.Tensor:
    """The integers of float32 numbers."""
    first, last = (_F(x) for x in ends)
    factor = _F(0.0) if first == last else _F(to.steps / float(_F(last - first)))
    scaled = floats * float(factor)
    rounded = torch.sign(scaled) * torch.floor(scaled.abs() + 0.5)
    least = _F(_half_away(float(_F(first * factor)))) - _F(to.least)
    return (rounded - float(least)).clamp(max(to.least, -(2**31)), min(to.most, 2147483520)).to(torch.int64)


def _seen(t: Any, low: Any, high: Any) -> tuple[np.float32, np.float32]:
    """The range that the integers there are take."""
    q, kind = _ints(t), _kind(t)
    if not q.numel():
        return _F(0), _F(0)
    found = kind.to_float(int(q.min()), low, high), kind.to_float(int(q.max()), low, high)
    return _F(min(0.0, found[0])), _F(found[1])


@raw("RequantizationRange")
def requantization_range(input: Value, input_min: Value, input_max: Value) -> tuple[torch.Tensor, torch.Tensor]:
    """The range that the integers there are take."""
    return _ends(*_seen(input, _scalar(input_min, "input_min"), _scalar(input_max, "input_max")))


@raw("QuantizeDownAndShrinkRange")
def quantize_down(input: Value, input_min: Value, input_max: Value, out_type: dtypes.DType) -> tuple[Any, ...]:
    """Integers of fewer bits, of the range that those there are take."""
    ends = _scalar(input_min, "input_min"), _scalar(input_max, "input_max")
    new, kind = _seen(input, *ends), _Kind(out_type)
    return _made(_requantized(_ints(input), _kind(input), ends, kind, new), kind), *_ends(*new)


@raw("Requantize")
def requantize(
    input: Value,
    input_min: Value,
    input_max: Value,
    requested_output_min: Value,
    requested_output_max: Value,
    out_type: dtypes.DType,
) -> tuple[Any, ...]:
    """Integers of another range."""
    ends = _scalar(input_min, "input_min"), _scalar(input_max, "input_max")
    new = _scalar(requested_output_min, "requested_output_min"), _scalar(requested_output_max, "requested_output_max")
    if new[0] > 0:
        raise Invalid(f"requested_output_min must be <= 0, but got {new[0]:g}")
    if new[1] < new[0]:
        raise Invalid(f"requested_output_max must be >= requested_output_min, but got {new[1]:g} and {new[0]:g}")
    kind = _Kind(out_type)
    return _made(_requantized(_ints(input), _kind(input), ends, kind, new), kind), *_ends(*new)


# ---- sums ----


def _sum(a: Any, a_ends: Any, b: Any, b_ends: Any, kind: _Kind, room: int = 17) -> tuple[Any, ...]:
    """Sums in a range that is so much wider than theirs, by `room` bits, that none is beyond it."""
    most = _F(max(a_ends[1], -a_ends[0], b_ends[1], -b_ends[0]) * _F(1 << room))
    ends = _F(-most), most
    parts = (_requantized(_ints(t), _kind(t), own, kind, ends) for t, own in ((a, a_ends), (b, b_ends)))
    first, second = parts
    return _made(first + second, kind), *_ends(*ends)


@raw("QuantizedBiasAdd")
def quantized_bias_add(
    input: Value,
    bias: Value,
    min_input: Value,
    max_input: Value,
    min_bias: Value,
    max_bias: Value,
    out_type: dtypes.DType,
) -> tuple[Any, ...]:
    """A vector added along the last dimension, and the range of the sums."""
    first = _scalar(min_input, "min_input"), _scalar(max_input, "max_input")
    second = _scalar(min_bias, "min_bias"), _scalar(max_bias, "max_bias")
    if len(input.shape) < 2 or len(bias.shape) != 1 or bias.shape[0] != input.shape[-1]:
        raise Invalid(
            f"bias must be a vector as long as input's last dimension: {list(input.shape)}, {list(bias.shape)}"
        )
    return _sum(input, first, bias, second, _Kind(out_type))


# ---- activations and pooling: the range stays ----


Bound = Callable[[_Kind, Any], int]


def _clamped(low_of: Bound, high_of: Bound | None, t: Any, ends: Any) -> tuple[Any, ...]:
    kind = _kind(t)
    low, high = low_of(kind, ends), None if high_of is None else high_of(kind, ends)
    return _made(_ints(t).clamp(min=low, max=high), kind), *_ends(*ends)


def _zero(kind: _Kind, ends: Any) -> int:
    return min(max(kind.of_float(0.0, *ends), kind.least), kind.most)


@raw("QuantizedRelu")
def quantized_relu(features: Value, min_features: Value, max_features: Value, out_type: dtypes.DType) -> Any:
    """What is below 0 becomes 0."""
    ends = _scalar(min_features, "min_features"), _scalar(max_features, "max_features")
    return _clamped(_zero, None, features, ends)


def _at(value: float) -> Bound:
    return lambda kind, ends: min(max(kind.of_float(value, *ends), kind.least), kind.most)


@raw("QuantizedRelu6")
def quantized_relu6(features: Value, min_features: Value, max_features: Value, out_type: dtypes.DType) -> Any:
    """What is below 0 becomes 0, what is above 6 becomes 6."""
    ends = _scalar(min_features, "min_features"), _scalar(max_features, "max_features")
    return _clamped(_zero, _at(6.0), features, ends)


@raw("QuantizedReluX")
def quantized_relu_x(
    features: Value, max_value: Value, min_features: Value, max_features: Value, out_type: dtypes.DType
) -> Any:
    """What is below 0 becomes 0, what is above `max_value` becomes that."""
    ends = _scalar(min_features, "min_features"), _scalar(max_features, "max_features")
    return _clamped(_zero, _at(float(_scalar(max_value, "max_value"))), features, ends)


@raw("QuantizedReshape")
def quantized_reshape(tensor: Any, shape: Any, input_min: Value, input_max: Value) -> tuple[Any, ...]:
    """The same elements in another shape; the range stays."""
    from tfcompat._arrays.sizes import vector

    held = tensor if isinstance(tensor, (torch.Tensor, np.ndarray)) else torch.as_tensor(tensor)
    try:
        made = held.reshape(tuple(vector(shape)))
    except (RuntimeError, ValueError):
        raise Invalid(f"Input of shape {list(held.shape)} cannot be reshaped to {vector(shape)}") from None
    return made, input_min.clone(), input_max.clone()


def _pooled(kind: str) -> None:
    @raw(f"Quantized{kind}Pool")
    def pool(
        input: Value, min_input: Value, max_input: Value, ksize: list[int], strides: list[int], padding: str
    ) -> tuple[Any, ...]:
        ends, of = (_scalar(min_input, "min_input"), _scalar(max_input, "max_input")), _kind(input)
        if len(ksize) != 4 or len(strides) != 4 or ksize[0] != 1 or ksize[3] != 1:
            raise Invalid(f"ksize and strides must be [1, height, width, 1], got {ksize} and {strides}")
        x = _ints(input)
        if kind == "Max":
            cells, _ = _cells(x, ksize[1:3], strides[1:3], padding, of.least)
            found = cells.amax((3, 4))
        else:
            cells, _ = _cells(x, ksize[1:3], strides[1:3], padding)
            counts, _ = _cells(torch.ones_like(x[:1, :, :, :1]), ksize[1:3], strides[1:3], padding)
            number = counts.sum((3, 4))
            found = torch.div(cells.sum((3, 4)), number, rounding_mode="trunc")
        return _made(found, of), *_ends(*ends)

    pool.__doc__ = f"{'The largest' if kind == 'Max' else 'The mean'} of each window; the range stays."


_pooled("Max")
_pooled("Avg")


# ---- integers with scales and zero points: q stands for (q - zero point) * scale ----


def _along(t: Any, axis: int, rank: int) -> Any:
    """One number, or one for each slice along an axis, as it is broadcast."""
    return t if axis < 0 or not t.ndim else t.reshape([-1 if d == axis else 1 for d in range(rank)])


def _check_scales(scales: Any, zero_points: Any, shape: Sequence[int], axis: int) -> None:
    if scales.shape != zero_points.shape:
        raise Invalid(f"scales and zero_points shape must be same: {list(scales.shape)}, {list(zero_points.shape)}")
    if axis < -1 or axis >= len(shape):
        raise Invalid(f"quantization_axis must be -1 or from [0, {len(shape)}), got {axis}")
    wanted = [] if axis == -1 else [shape[axis]]
    if list(scales.shape) != wanted:
        raise Invalid(f"scales must have shape {wanted}, got {list(scales.shape)}")
    if bool((scales <= 0).any()):
        raise Invalid("scales elements must be all positive.")


@raw("UniformQuantize")
def uniform_quantize(
    input: Value,
    scales: Value,
    zero_points: Value,
    Tout: dtypes.DType,
    quantization_min_val: int,
    quantization_max_val: int,
    quantization_axis: int,
) -> Any:
    """Floats as integers, each slice along an axis, or all, with a scale and a zero point."""
    _check_scales(scales, zero_points, input.shape, quantization_axis)
    scale, zero = (_along(t, quantization_axis, input.ndim) for t in (scales, zero_points))
    scaled = input * (1 / scale)
    q = torch.floor(scaled + 0.5) + zero
    return _made(q.clamp(quantization_min_val, quantization_max_val), _Kind(Tout))


@raw("UniformDequantize")
def uniform_dequantize(
    input: Value,
    scales: Value,
    zero_points: Value,
    Tout: dtypes.DType,
    quantization_min_val: int,
    quantization_max_val: int,
    quantization_axis: int,
) -> torch.Tensor:
    """The floats that integers stand for."""
    _check_scales(scales, zero_points, input.shape, quantization_axis)
    q = _ints(input)
    scale, zero = (_along(t, quantization_axis, q.ndim) for t in (scales, zero_points))
    return (q - zero).to(torch.float32) * scale


@raw("UniformQuantizedClipByValue")
def uniform_quantized_clip_by_value(
    operand: Value,
    min: Value,
    max: Value,
    scales: Value,
    zero_points: Value,
    quantization_min_val: int,
    quantization_max_val: int,
    quantization_axis: int,
) -> Any:
    """Integers, those below `min` or above `max`, integers too, set to these."""
    _check_scales(scales, zero_points, operand.shape, quantization_axis)
    if min.shape != scales.shape or max.shape != scales.shape:
        raise Invalid(f"min and max must have the shape of scales, {list(scales.shape)}")
    q = _ints(operand)
    low, high = (_along(_ints(t), quantization_axis, q.ndim) for t in (min, max))
    return _made(torch.minimum(torch.maximum(q, low), high), _kind(operand))
