"""Tensors in few bits: scaled to integers or float8 and back, and two 4 bit integers in a byte."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import torch

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras.ops._operation import operation, torch_dtype


def abs_max_quantize(
    inputs: Any,
    axis: Any,
    value_range: tuple[float, float] = (-127, 127),
    dtype: Any = "int8",
    epsilon: float = 1e-07,
    to_numpy: bool = False,
) -> tuple[Any, Any]:
    """`inputs` as integers, scaled so that the largest absolute value over `axis` is the range's end; and the scale.

    to_numpy: whether it is done on the host; the result is the same.
    """
    x = ops.convert_to_tensor(inputs)
    scale = ops.divide(value_range[1], ops.add(ops.max(ops.abs(x), axis=axis, keepdims=True), epsilon))
    scale = ops.cast(scale, standardize_dtype(x.dtype))
    return ops.cast(ops.clip(ops.round(ops.multiply(x, scale)), *value_range), dtype), scale


def abs_max_quantize_grouped_with_zero_point(
    inputs: Any,
    block_size: int,
    value_range: tuple[int, int] = (-8, 7),
    dtype: Any = "int8",
    epsilon: float = 1e-07,
    to_numpy: bool = False,
) -> tuple[Any, Any, Any]:
    """A matrix as integers, each block of rows in a column with its own scale and zero; (values, scales, zeros).

    value / scale + zero, rounded, spans the range in each block. to_numpy: whether it is done on the host.
    """
    x = to_storage(inputs)
    rows, columns = x.shape
    blocks = -(-rows // block_size)
    low, high = value_range
    padded = torch.nn.functional.pad(x, (0, 0, 0, blocks * block_size - rows))
    grouped = padded.reshape(blocks, block_size, columns)
    seen = x.unsqueeze(0) if blocks == 1 and not to_numpy else grouped  # a lone block is not filled up with zeros
    least, most = seen.amin(1, keepdim=True), seen.amax(1, keepdim=True)
    if not to_numpy:
        same = least == most
        least, most = torch.where(same, least - 1, least), torch.where(same, most + 1, most)
    scale = (most - least + epsilon) / (high - low)
    zero = (torch.round(-least / scale) + low).clamp(low, high)
    found = (torch.round(grouped / scale) + zero).clamp(low, high)
    found = found.reshape(blocks * block_size, columns)[:rows]
    return wrap(found.to(torch_dtype(dtype))), wrap(scale.squeeze(1)), wrap(zero.squeeze(1).to(torch.int8))


@operation("inputs", "min_vals", "max_vals", name="FakeQuantWithMinMaxVars")
def fake_quant_with_min_max_vars(
    inputs: Any, min_vals: Any, max_vals: Any, num_bits: int = 8, narrow_range: bool = False, axis: int | None = None
) -> Any:
    """`inputs` rounded to the 2^num_bits steps between a minimum and a maximum, one for each place along `axis`.

    narrow_range: whether the lowest step is left out. Gradients flow to what lies between, and to the bounds.
    """
    x = wrap(to_storage(inputs))
    low, high = (tf.cast(wrap(to_storage(v)), tf.float32) for v in (min_vals, max_vals))
    options = {"num_bits": int(num_bits), "narrow_range": narrow_range}
    values = tf.cast(x, tf.float32)
    if axis is None:
        low, high = tf.reshape(low, ()), tf.reshape(high, ())
        return tf.cast(tf.quantization.fake_quant_with_min_max_vars(values, low, high, **options), x.dtype)
    values = ops.swapaxes(values, axis, -1)
    found = tf.quantization.fake_quant_with_min_max_vars_per_channel(values, low, high, **options)
    return ops.swapaxes(tf.cast(found, x.dtype), -1, axis)


def dequantized(values: Any, scale: Any, zero: Any, g_idx: Any, group_axis: int = -1) -> Any:
    """(values - zero) * scale, with the scales and zeros of the groups along `group_axis` that `g_idx` tells."""
    groups = ops.cast(g_idx, "int32")
    scales = ops.take(scale, groups, axis=group_axis)
    zeros = ops.cast(ops.take(zero, groups, axis=group_axis), scales.dtype)
    return ops.multiply(ops.subtract(values, zeros), scales)


def affine_parameters(
    matrix: torch.Tensor, bits: int, symmetric: bool, per_channel: bool, group_size: int = -1
) -> tuple[torch.Tensor, torch.Tensor]:
    """The scales and zeros, [outputs, groups], with which a matrix [outputs, inputs] spans the integers below 2^bits.

    group_size: how many inputs share them, -1 for all. per_channel: whether outputs have their own. symmetric: whether
    the middle of the integers stands for 0. The zeros are uint8, as tf.cast makes it of what does not fit.
    """
    outputs, inputs = matrix.shape
    if per_channel and 0 < group_size < inputs:
        short = -inputs % group_size
        matrix = torch.nn.functional.pad(matrix, (0, short)).reshape(outputs, -1, group_size)
    elif per_channel:
        matrix = matrix.reshape(outputs, 1, inputs)
    else:
        matrix = matrix.reshape(1, 1, -1).expand(outputs, -1, -1)
    least, most = matrix.amin(2), matrix.amax(2)
    if symmetric:
        most = torch.maximum(least.abs(), most)
        least = torch.where(least < 0, -most, least)
    same = least == most
    least, most = torch.where(same, least - 1, least), torch.where(same, most + 1, most)
    scale = (most - least) / (2**bits - 1)
    zero = torch.full_like(scale, 2 ** (bits - 1)) if symmetric else torch.round(-least / scale)
    return scale, to_storage(tf.cast(wrap(zero), tf.uint8))


def affine_integers(x: torch.Tensor, scale: torch.Tensor, zero: torch.Tensor, bits: int) -> torch.Tensor:
    """x / scale + zero, rounded to the integers below 2^bits, as floats."""
    return torch.round(x / scale + zero).clamp(0, 2**bits - 1)


# ---- float8 ----


def compute_float8_scale(amax: Any, scale: Any, dtype_max: float, margin: int = 0) -> Any:
    """The scale with which values up to `amax` reach `dtype_max`, 2^margin below; `scale` where `amax` tells none."""
    known = ops.reciprocal(scale)
    factor = ops.divide(ops.divide(dtype_max, amax), 2**margin)
    factor = ops.where(ops.greater(amax, 0.0), factor, known)
    return ops.reciprocal(ops.where(ops.isfinite(amax), factor, known))


def compute_float8_amax_history(x: Any, amax_history: Any) -> Any:
    """The history of largest absolute values, with that of x first and the oldest dropped."""
    newest = ops.cast(ops.max(ops.abs(x)), amax_history.dtype)
    return ops.scatter_update(ops.roll(amax_history, shift=-1), [[0]], ops.reshape(newest, [1]))


def quantize_and_dequantize(inputs: Any, scale: Any, quantized_dtype: Any, compute_dtype: Any) -> Any:
    """`inputs` as they are after a trip through a narrow float dtype, divided by `scale` there."""
    factor = ops.cast(scale, compute_dtype)
    largest = ops.cast(float(ml_dtypes.finfo(quantized_dtype).max), compute_dtype)
    x = ops.clip(ops.divide(inputs, factor), -largest, largest)
    return ops.multiply(ops.cast(_through(x, quantized_dtype), compute_dtype), factor)


def _through(x: Any, dtype: Any) -> Any:
    """x with the precision of a narrow dtype."""
    t = to_storage(x)
    return wrap(t.to(getattr(torch, standardize_dtype(dtype))).to(t.dtype))


# ---- two integers in a byte ----


def _need_bytes(dtype: str) -> None:
    if dtype not in ("int8", "uint8"):
        raise ValueError(f"Expected dtype to be 'int8' or 'uint8', but got '{dtype}'.")


def pack_int4(arr: Any, axis: int = 0, dtype: str = "int8") -> tuple[Any, tuple[int, ...], int]:
    """4 bit integers, two along `axis` in a byte; (bytes, their shape, the size along `axis` before).

    ValueError for a `dtype` that is no byte, TypeError where `arr` has another.
    """
    _need_bytes(dtype)
    t = to_storage(arr)
    if wrap(t).dtype.name != dtype:
        raise TypeError(f"Expected {dtype} tensor for packing, got {wrap(t).dtype.name}.")
    rows = t.movedim(axis, 0)
    count = rows.shape[0]
    if count % 2:
        rows = torch.cat([rows, torch.zeros_like(rows[:1])])
    bits = rows.view(torch.uint8) & 15
    packed = (bits[::2] | (bits[1::2] << 4)).view(t.dtype).movedim(0, axis).contiguous()
    return wrap(packed), tuple(packed.shape), count


def unpack_int4(packed: Any, orig_len: int, axis: int = 0, dtype: str = "int8") -> Any:
    """The `orig_len` integers along `axis` that `pack_int4` put in bytes; signed ones where `dtype` is "int8"."""
    _need_bytes(dtype)
    t = to_storage(packed)
    if t.dtype not in (torch.int8, torch.uint8):
        raise TypeError(f"Expected int8 or uint8 tensor for unpacking, got {wrap(t).dtype.name}")
    rows = t.view(torch.uint8).movedim(axis, 0)
    both = torch.stack([rows & 15, rows >> 4], 1).flatten(0, 1)[:orig_len]
    if dtype == "int8":
        both = ((both ^ 8).to(torch.int8)) - 8
    return wrap(both.movedim(0, axis).contiguous())
