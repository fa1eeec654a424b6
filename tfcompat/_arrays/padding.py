"""Borders and blocks: tf.pad, tf.space_to_batch, tf.batch_to_space and tf.extract_volume_patches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.sizes import elements, index_tensor, vector_or_scalar
from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import BY_STORAGE, Alike, Invalid, Value, is_symbolic, op, wrap
from tfcompat._core.tensor import Tensor


def _paddings(paddings: Any, ndim: int) -> list[tuple[Any, Any]]:
    """How many elements to add before and after each dimension."""
    if isinstance(paddings, (list, tuple)) and len(paddings) == ndim and all(map(_is_pair, paddings)):
        return [tuple(pair) for pair in paddings]
    t = index_tensor(paddings, "Tpaddings")
    if t.ndim != 2 or t.shape[1] != 2:
        raise Invalid(f"paddings must be a matrix with 2 columns: {_dims(t.shape)}")
    if t.shape[0] != ndim:
        raise Invalid(f"The first dimension of paddings must be the rank of inputs{_dims(t.shape)} [{ndim}]")
    flat = elements(t)
    pairs = list(zip(flat[::2], flat[1::2]))
    for before, after in pairs:
        if (isinstance(before, int) and before < 0) or (isinstance(after, int) and after < 0):
            raise Invalid(f"Paddings must be non-negative: {before} {after}")
    return pairs


def _is_pair(pair: Any) -> bool:
    """Whether `pair` is the usual padding of a dimension: a list or tuple of two Python integers."""
    kind = type(pair)
    return (kind is list or kind is tuple) and len(pair) == 2 and all(type(n) is int and n >= 0 for n in pair)


@op("Pad")
def _pad_zeros(tensor: Value, paddings: Any, name: str | None = None) -> torch.Tensor:
    return torch.nn.functional.pad(tensor, [n for pair in reversed(_paddings(paddings, tensor.ndim)) for n in pair])


@op("Pad", strings=True)
def _pad_constant(tensor: Alike, constant_values: Alike, paddings: Any, name: str | None = None) -> torch.Tensor:
    pairs = _paddings(paddings, tensor.ndim)
    if constant_values.numel() != 1:
        raise Invalid(f"constant_values must be a scalar. Found: {_dims(constant_values.shape)}")
    flat = [n for pair in reversed(pairs) for n in pair]
    if is_symbolic(constant_values) or tensor.is_complex():  # torch pads with real numbers only
        inside = torch.nn.functional.pad(torch.ones(tensor.shape, dtype=torch.bool, device=tensor.device), flat)
        return torch.where(inside, torch.nn.functional.pad(tensor, flat), constant_values.detach().reshape(()))
    return torch.nn.functional.pad(tensor, flat, value=constant_values.detach().reshape(()).item())


@op("MirrorPad", strings=True)
def _pad_mirror(tensor: Value, paddings: Any, edge: int, name: str | None = None) -> torch.Tensor:
    """edge: how many elements at the border are not repeated: 1 for REFLECT, 0 for SYMMETRIC."""
    tensor = tensor.view_as(tensor)
    for d, (before, after) in enumerate(_paddings(paddings, tensor.ndim)):
        size = tensor.shape[d]
        if isinstance(before, int) and isinstance(after, int):
            if not before and not after:
                continue
            if max(before, after) > size - edge:
                kind = ("no greater", "greater") if not edge else ("less", "not less")
                raise Invalid(
                    f"paddings must be {kind[0]} than the dimension size: {before}, {after} {kind[1]} than {size}"
                )
        middle = torch.arange(size, device=tensor.device)
        start = (edge + torch.arange(before, device=tensor.device)).flip(0)
        end = size - 1 - edge - torch.arange(after, device=tensor.device)
        tensor = tensor.index_select(d, torch.cat([start, middle, end]))
    return tensor


@dispatchable
def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0, name: str | None = None) -> Any:
    """The tensor with `paddings[d] = [before, after]` elements added around each dimension d (tf.pad).

    mode: "CONSTANT" adds the scalar `constant_values` ("" to strings where it is 0); "REFLECT" mirrors what lies within
    the border and "SYMMETRIC" the border too. InvalidArgumentError for paddings that do not fit, ValueError for another
    mode.
    """
    kind = mode.upper()
    if kind == "REFLECT":
        return _pad_mirror(tensor, paddings, 1, name)
    if kind == "SYMMETRIC":
        return _pad_mirror(tensor, paddings, 0, name)
    if kind != "CONSTANT":
        raise ValueError(
            'Value of argument `mode` expected to be one of "CONSTANT", "REFLECT", or "SYMMETRIC". '
            f"Received `mode` = {kind}"
        )
    if type(constant_values) is int and constant_values == 0 and isinstance(tensor, Tensor) and tensor.dtype.torch:
        return _pad_zeros(tensor, paddings, name)
    if not isinstance(constant_values, Tensor):
        held = to_storage(tensor)
        dtype = BY_STORAGE[held.dtype]
        zero = not isinstance(constant_values, (str, bytes, np.ndarray)) and constant_values == 0
        if zero:
            constant_values = "" if dtype is dtypes.string else np.zeros((), dtype=dtype.as_numpy_dtype)
        constant_values = wrap(to_storage(constant_values, dtype))
        tensor = tensor if hasattr(tensor, "dtype") else wrap(held)
    return _pad_constant(tensor, constant_values, paddings, name)


# ---- blocks ----


def _block(block_shape: Any, pairs: Any, what: str) -> tuple[list[Any], list[tuple[Any, Any]]]:
    block = vector_or_scalar(block_shape, "Tblock_shape", "block_shape")
    t = index_tensor(pairs, f"T{what}")
    if t.ndim != 2 or tuple(t.shape) != (len(block), 2):
        raise Invalid(f"{what} should have shape [{len(block)}, 2] instead of {_dims(t.shape)}")
    for i, b in enumerate(block):
        if isinstance(b, int) and b < 1:
            raise Invalid(f"All values in block_shape must be positive, got value, {b} at index {i}.")
    flat = elements(t)
    return block, list(zip(flat[::2], flat[1::2]))


@op("SpaceToBatchND", strings=True)
def space_to_batch_nd(input: Value, block_shape: Any, paddings: Any, name: str | None = None) -> torch.Tensor:
    """Blocks of the spatial dimensions moved into the batch, after zero padding (tf.space_to_batch_nd).

    input: [batch, spatial..., ...]. Element j of the blocks becomes batch j * batch + b, a spatial dimension divided by
    its block size. InvalidArgumentError where a padded dimension is not divisible.
    """
    block, pads = _block(block_shape, paddings, "paddings")
    n = len(block)
    if input.ndim < 1 + n:
        raise Invalid(f"input rank should be >= {1 + n} instead of {input.ndim}")
    flat = [0, 0] * (input.ndim - 1 - n) + [v for pair in reversed(pads) for v in pair]
    x = torch.nn.functional.pad(input, flat) if any(flat) else input
    batch, spatial, rest = x.shape[0], x.shape[1 : n + 1], x.shape[n + 1 :]
    for i, (d, b) in enumerate(zip(spatial, block)):
        if d % b:
            raise Invalid(f"padded_shape[{i}]={d} is not divisible by block_shape[{i}]={b}")
    split = [v for d, b in zip(spatial, block) for v in (d // b, b)]
    x = x.reshape(batch, *split, *rest)
    order = [*range(2, 2 * n + 1, 2), 0, *range(1, 2 * n, 2), *range(2 * n + 1, x.ndim)]
    return x.permute(order).reshape(batch * math.prod(block), *(d // b for d, b in zip(spatial, block)), *rest)


def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Any:
    """As `space_to_batch_nd` (tf.space_to_batch)."""
    return space_to_batch_nd(input, block_shape, paddings, name)


@op("BatchToSpaceND", strings=True)
def batch_to_space(input: Value, block_shape: Any, crops: Any, name: str | None = None) -> torch.Tensor:
    """The batch moved back into blocks of the spatial dimensions, then cropped: undoes `space_to_batch`.

    block_shape: the blocks' sizes; one number means two dimensions of that size. InvalidArgumentError where the batch
    is not divisible by the blocks' size or the crops are too large. (tf.batch_to_space)
    """
    block, cuts = _block([block_shape] * 2 if isinstance(block_shape, int) else block_shape, crops, "crops")
    n, count = len(block), math.prod(block)
    if input.ndim < 1 + n:
        raise Invalid(f"input rank should be >= {1 + n} instead of {input.ndim}")
    if input.shape[0] % count:
        raise Invalid(f"Input batch dimension ({input.shape[0]}) is not divisible by product of block sizes ({count})")
    batch, spatial, rest = input.shape[0] // count, input.shape[1 : n + 1], input.shape[n + 1 :]
    x = input.reshape((*block, batch, *spatial, *rest))
    order = [n, *(v for i in range(n) for v in (n + 1 + i, i)), *range(2 * n + 1, x.ndim)]
    sizes = [d * b for d, b in zip(spatial, block)]
    x = x.permute(order).reshape(batch, *sizes, *rest)
    for i, ((start, end), size) in enumerate(zip(cuts, sizes)):
        if start < 0 or end < 0:
            raise Invalid(f"Crops must be non-negative, got [{start}, {end}] for dimension {i}")
        if size - start - end < 0:
            raise Invalid(f"cropped_shape[{i}]={size - start - end} must be non-negative")
        x = x.narrow(i + 1, start, size - start - end)
    return x


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """The paddings and crops that make `input_shape` divisible by `block_shape`, two [N, 2] int32 tensors.

    base_paddings: the least to pad, zeros where None; what is added comes after. The crops remove it again.
    (tf.required_space_to_batch_paddings)
    """
    sizes, block = (to_storage(convert_to_tensor(s, dtypes.int32)).reshape(-1) for s in (input_shape, block_shape))
    base = torch.zeros((len(block), 2), dtype=torch.int32) if base_paddings is None else to_storage(base_paddings)
    if tuple(base.shape) != (len(block), 2) or len(sizes) != len(block):
        raise ValueError(
            f"Shapes must be [{len(block)}] and [{len(block)}, 2], got {_dims(sizes.shape)} and {_dims(base.shape)}"
        )
    start, end = base[:, 0], base[:, 1]
    extra = (block - (sizes + start + end) % block) % block
    pads = torch.stack([start, end + extra], 1)
    return wrap(pads), wrap(torch.stack([torch.zeros_like(extra), extra], 1))


def _same(size: int, window: int, stride: int) -> tuple[int, int]:
    total = max((math.ceil(size / stride) - 1) * stride + window - size, 0)
    return total // 2, total - total // 2


@op("ExtractVolumePatches")
def extract_volume_patches(
    input: Value, ksizes: Sequence[int], strides: Sequence[int], padding: str, name: str | None = None
) -> torch.Tensor:
    """Patches of a [batch, depth, rows, columns, channels] tensor, each laid out in the last dimension.

    ksizes, strides: five integers, the first and last 1. padding: "VALID" or "SAME" (with zeros). Shape: [batch,
    planes, rows, columns, ksizes' product * channels]. ValueError for other arguments. (tf.extract_volume_patches)
    """
    windows, steps = list(ksizes), list(strides)
    for what, five in (("ksizes", windows), ("strides", steps)):
        if len(five) != 5 or five[0] != 1 or five[4] != 1:
            raise ValueError(f"Argument `{what}` takes five integers of which the first and last are 1, got {five}.")
    if padding not in ("VALID", "SAME"):
        raise ValueError(f"Argument `padding` takes 'VALID' or 'SAME', got {padding!r}.")
    x = input
    if padding == "SAME":
        pads = [_same(x.shape[d], windows[d], steps[d]) for d in (3, 2, 1)]
        x = torch.nn.functional.pad(x, [0, 0, *(v for pair in pads for v in pair)])
    for d in (1, 2, 3):
        x = x.unfold(d, windows[d], steps[d])
    return x.permute(0, 1, 2, 3, 5, 6, 7, 4).flatten(4)
