"""A signal cut into frames that overlap, and frames put together to a signal."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._arrays.padding import pad
from tfcompat._core import errors
from tfcompat._core.arguments import NUMBERS, expect, integer
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.ops import BY_STORAGE, Invalid, Value, kernel_dtype, op


def size(value: Any, argument: str) -> Any:
    """A length or a step: one integer; ValueError for other ranks, InvalidArgumentError for other dtypes."""
    if type(value) is int:
        return value
    t = to_storage(value)
    if t.ndim:
        raise ValueError(f"Shape {tuple(t.shape)} must have rank 0")
    if t.dtype not in (torch.int32, torch.int64):
        kind = kernel_dtype(BY_STORAGE[t.dtype])
        text = f"Argument `{argument}` was expected to be an int32 or int64 tensor but is a {kind} tensor"
        raise errors.InvalidArgumentError(None, None, text)
    return t.item()


def _axis(value: Any, ndim: int) -> int:
    t = to_storage(value)
    if t.ndim:
        raise ValueError(f"Shape {tuple(t.shape)} must have rank 0")
    a = integer(value, "axis")
    if not -ndim <= a < ndim:
        raise IndexError(f"axis {a} is out of range for a signal of {ndim} dimensions")
    return a % ndim


@op("Frame", strings=True)
def _framed(signal: Value, length: Any, step: Any, axis: int, name: str | None = None) -> torch.Tensor:
    samples = signal.shape[axis]
    if isinstance(length, int) and length < 0:
        raise Invalid(f"Argument `frame_length` must be >= 0, got {length}")
    if isinstance(step, int) and step < 1:
        raise Invalid(f"Argument `frame_step` must be >= 1, got {step}")
    if samples < length:
        none = signal.narrow(axis, 0, 0).unsqueeze(axis + 1)
        return none.expand(*none.shape[: axis + 1], length, *none.shape[axis + 2 :])
    return signal.unfold(axis, length, step).movedim(-1, axis + 1)


@dispatchable
def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: Any = -1,
    name: str | None = None,
) -> Any:
    """The signal cut into frames of `frame_length`, each of which begins `frame_step` after the one before.

    `axis` of the signal becomes two: frames, and samples within them. pad_end: frames that reach beyond the end are
    filled up with `pad_value`; else they are left out. ValueError for a scalar signal, IndexError for an axis out of
    range, InvalidArgumentError for a negative length or a step that is not positive. (tf.signal.frame)
    """
    x = convert_to_tensor(signal)
    x.shape.with_rank_at_least(1)
    where = _axis(axis, x.ndim)
    length, step = size(frame_length, "frame_length"), size(frame_step, "frame_step")
    if pad_end and (not isinstance(step, int) or step > 0):
        samples = tuple(x._t.shape)[where]
        count = -(-samples // step)
        missing = torch.sym_max(0, length + step * (count - 1) - samples)
        fill = convert_to_tensor(pad_value, x.dtype)
        if fill.ndim:
            raise ValueError(f"Shape {fill.shape} must have rank 0")
        x = pad(x, [[0, missing if d == where else 0] for d in range(x.ndim)], constant_values=fill)
    return _framed(x, length, step, where, name)


@op("OverlapAndAdd")
def _overlapped(signal: Value, step: Any, name: str | None = None) -> torch.Tensor:
    expect(signal, NUMBERS)
    if isinstance(step, int) and step < 1:
        raise Invalid(f"Argument `frame_step` must be >= 1, got {step}")
    *outer, frames, length = signal.shape
    # Each frame in segments of `step`: segment s of frame f belongs to row f + s of the result.
    segments = -(-length // step)
    x = torch.nn.functional.pad(signal, (0, segments * step - length))
    x = x.reshape(*outer, frames, segments, step).transpose(-3, -2)
    # A row of zeros more than fit, and each s-th part begins s rows late.
    x = torch.nn.functional.pad(x, (0, 0, 0, segments)).flatten(-3, -2)
    x = x[..., : segments * (frames + segments - 1), :]
    x = x.reshape(*outer, segments, frames + segments - 1, step).sum(-3, dtype=signal.dtype)
    return x.flatten(-2)[..., : length + step * (frames - 1)]


@dispatchable
def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Any:
    """The sum of frames, each of which begins `frame_step` after the one before (tf.signal.overlap_and_add).

    signal: [..., frames, frame_length]. Returns [..., frame_length + frame_step * (frames - 1)]. ValueError for a
    signal of less than two dimensions and a step that is no integer, InvalidArgumentError where it is not positive.
    """
    x = convert_to_tensor(signal)
    x.shape.with_rank_at_least(2)
    step = convert_to_tensor(frame_step)
    if not step.dtype.is_integer:
        raise ValueError(f"frame_step must be an integer. Got {step.dtype}")
    return _overlapped(x, size(frame_step, "frame_step"), name)
