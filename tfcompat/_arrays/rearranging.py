"""The same elements in another order, or repeated: tf.reverse, tf.roll, tf.tile, tf.repeat and the like."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._arrays.sizes import elements, index_tensor, scalar, vector
from tfcompat._core import dtypes
from tfcompat._core.arguments import INTEGERS
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, is_symbolic, op


@op("ReverseV2", strings=True)
def reverse(tensor: Value, axis: Any, name: str | None = None) -> torch.Tensor:
    """The tensor with the order of its elements turned round along each of `axis`, a vector (tf.reverse).

    Raises InvalidArgumentError for axes out of range or named twice.
    """
    if not tensor.ndim or 0 in tensor.shape:
        index_tensor(axis, "Tidx")
        return tensor.view_as(tensor)
    found: list[int] = []
    for i, d in enumerate(vector(axis, "Tidx", "'dims'")):
        if not -tensor.ndim <= d < tensor.ndim:
            raise Invalid(f"'axis'[{i}] = {d} is out of valid range [0, {tensor.ndim - 1}")
        if d % tensor.ndim in found:
            raise Invalid(f"axis {d % tensor.ndim} specified more than once.")
        found.append(d % tensor.ndim)
    return tensor.flip(found)


@op("Roll", strings=True)
def roll(input: Value, shift: Any, axis: Any, name: str | None = None) -> torch.Tensor:
    """The elements moved by `shift` along `axis`, those beyond the end coming in at the start (tf.roll).

    shift, axis: integers, or vectors of one size; shifts along an axis named twice add up. InvalidArgumentError for
    axes out of range.
    """
    if not input.ndim:
        raise Invalid("input must be 1-D or higher")
    by, along = index_tensor(shift, "Tshift"), index_tensor(axis, "Taxis")
    if by.shape != along.shape:
        raise Invalid("shift and axis must have the same size")
    where = elements(along)
    for d in where:
        if not -input.ndim <= d < input.ndim:
            raise Invalid(f"axis {d} is out of range")
    return torch.roll(input, elements(by), where)


@op("Tile", strings=True)
def tile(input: Value, multiples: Any, name: str | None = None) -> torch.Tensor:
    """The tensor laid `multiples[d]` times side by side along each dimension d (tf.tile).

    Raises InvalidArgumentError where `multiples` is no vector with a number for each dimension.
    """
    counts = vector(multiples, "Tmultiples", "multiples")
    if len(counts) != input.ndim:
        raise Invalid(f"Expected multiples argument to be a vector of length {input.ndim} but got length {len(counts)}")
    for d, n in enumerate(counts):
        if isinstance(n, int) and n < 0:
            raise Invalid(f"Expected multiples[{d}] >= 0, but got {n}")
    return torch.tile(input, tuple(counts)) if counts else input.view_as(input)


_REPEATS = (torch.int32, torch.int64)


@op("Repeat", strings=True)
def _repeat(input: Value, repeats: Any, axis: Any, name: str | None = None) -> torch.Tensor:
    x, where = (
        (input.reshape(-1), 0) if axis is None else (input.reshape(-1) if not input.ndim else input, scalar(axis))
    )
    if not -x.ndim <= where < x.ndim:
        raise ValueError(f"axis={where} out of bounds: expected {-x.ndim}<=axis<{x.ndim}")
    counts = convert_to_tensor(repeats, dtype_hint=dtypes.int32)._t
    if isinstance(counts, np.ndarray) or counts.dtype not in INTEGERS:
        raise TypeError(
            "Argument `tensor` (name: repeats) must be of type integer. Received `tensor` = "
            f"{repeats} of dtype: {BY_STORAGE[counts.dtype]!r}"
        )
    if counts.dtype not in _REPEATS:
        counts = counts.to(torch.int64)
    if counts.ndim > 1:
        raise ValueError(f"Shape {tuple(counts.shape)} must have rank at most 1")
    if counts.ndim and counts.shape[0] not in (1, x.shape[where]):
        raise ValueError(f"Dimensions {x.shape[where]} and {counts.shape[0]} are not compatible")
    if not is_symbolic(counts) and bool((counts < 0).any()):
        raise Invalid(f"Expected multiples[1] >= 0, but got {int(counts.min())}")
    if counts.numel() == 1:
        return torch.repeat_interleave(x, counts.reshape(()).item(), where)
    return torch.repeat_interleave(x, counts.to(x.device), where)


def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Any:
    """Each slice along `axis` repeated in place, `repeats` times or as many as `repeats` says for it (tf.repeat).

    axis: where None the tensor is flattened. TypeError for repeats that are no integers, ValueError where they do not
    fit the dimension, InvalidArgumentError for negative ones.
    """
    return _repeat(input, repeats, axis, name)


@op("ReverseSequence", strings=True)
def _reverse_sequence(
    input: Value, seq_lengths: Value, seq_axis: int, batch_axis: int, name: str | None = None
) -> torch.Tensor:
    lengths = index_tensor(seq_lengths, "Tlen").long()
    if not 0 <= seq_axis < input.ndim:
        raise Invalid(f"seq_dim must be < input rank ( {seq_axis} vs. {input.ndim})")
    if not 0 <= batch_axis < input.ndim:
        raise Invalid(f"batch_dim must be < input rank ( {batch_axis} vs. {input.ndim})")
    along, batch = seq_axis, batch_axis
    if along == batch:
        raise Invalid(f"batch_dim == seq_dim == {seq_axis}")
    size = input.shape[along]
    if lengths.ndim != 1 or lengths.shape[0] != input.shape[batch]:
        raise Invalid(f"Length of seq_lengths != input.dims({batch}), ({lengths.numel()} vs. {input.shape[batch]})")
    if not is_symbolic(lengths):
        for i, n in enumerate(lengths.tolist()):
            if n < 0:
                raise Invalid(f"seq_lens({i}) < 0")
            if n > size:
                raise Invalid(f"seq_lens({i}) > input.dims({along})")
    positions = torch.arange(size, device=lengths.device)
    index = torch.where(positions < lengths[:, None], lengths[:, None] - 1 - positions, positions)
    shape = [1] * input.ndim
    shape[batch], shape[along] = index.shape
    index = (index if batch < along else index.T).reshape(shape)
    return input.gather(along, index.to(input.device).expand(input.shape))


def reverse_sequence(
    input: Any, seq_lengths: Any, seq_axis: Any = None, batch_axis: Any = None, name: str | None = None
) -> Any:
    """For each i along `batch_axis`, the first `seq_lengths[i]` slices along `seq_axis` in reverse.

    batch_axis: the first where None. InvalidArgumentError for lengths that do not fit and for negative axes.
    (tf.reverse_sequence)
    """
    if seq_axis is None:
        raise TypeError("Expected int for argument 'seq_axis' not None.")
    return _reverse_sequence(
        input, seq_lengths, scalar(seq_axis), 0 if batch_axis is None else scalar(batch_axis), name
    )
