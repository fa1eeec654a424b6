"""keras.ops: slices of tensors read and replaced at places that may be tensors, scattering, and rearrange."""

from __future__ import annotations

import re
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.ops._operation import operation

__all__ = ["rearrange", "scatter", "scatter_update", "slice", "slice_update"]


def _slice_spec(inputs: Any, start_indices: Any, shape: Any) -> KerasTensor:
    rank = len(inputs.shape)
    known = isinstance(start_indices, (tuple, list))
    if len(shape) != rank or (known and len(start_indices) != rank):
        name = "shape" if len(shape) != rank else "start_indices"
        raise ValueError(
            f"`{name}` must have an element for each of the dimensions of `inputs`. Received: "
            f"inputs.shape={inputs.shape}, start_indices={start_indices}, shape={shape}"
        )
    found: list[Any] = []
    for i, (d, size) in enumerate(zip(inputs.shape, shape)):
        rest = d - start_indices[i] if known and d is not None and isinstance(start_indices[i], int) else None
        found.append(size if size != -1 else rest)
    return KerasTensor(found, inputs.dtype)


@operation("inputs", "start_indices", spec=_slice_spec)
def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """The part of `inputs` of a given shape that begins at `start_indices`; -1 means all that is left."""
    return tf.slice(wrap(to_storage(inputs)), start_indices, shape)


@operation("inputs", "start_indices", "updates", spec=lambda inputs, start_indices, updates: _same(inputs))
def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """`inputs` with the part that begins at `start_indices` replaced by `updates`, moved in if it sticks out."""
    t, new = to_storage(inputs), to_storage(updates)
    if t.dtype is not new.dtype:
        raise InvalidArgumentError(
            None, None, f"slice_update: `inputs` is {wrap(t).dtype.name}, `updates` {wrap(new).dtype.name}."
        )
    if t.ndim != new.ndim:
        raise ValueError(f"`updates` must have the rank of `inputs`. Received: {tuple(new.shape)}, {tuple(t.shape)}")
    starts = to_storage(start_indices)
    at = []
    for axis, (size, length) in enumerate(zip(new.shape, t.shape)):
        # Positions, not torch's slicing, as the start may be a tensor without a value yet.
        first = torch.clamp(starts[axis].long(), 0, length - size).to(t.device)
        line = first + torch.arange(size, device=t.device)
        at.append(line.reshape([-1 if i == axis else 1 for i in range(t.ndim)]))
    return wrap(t.index_put(tuple(at), new) if at else new)


def _same(x: Any) -> KerasTensor:
    return KerasTensor(x.shape, x.dtype)


@operation("indices", "values", spec=lambda indices, values, shape: KerasTensor(shape, values.dtype))
def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Zeros of a given shape with `values` added at `indices`, whose last axis is a position."""
    return tf.scatter_nd(wrap(to_storage(indices)), wrap(to_storage(values)), shape)


_REDUCTIONS = {
    None: "tensor_scatter_nd_update",
    "add": "tensor_scatter_nd_add",
    "max": "tensor_scatter_nd_max",
    "min": "tensor_scatter_nd_min",
}


@operation("inputs", "indices", "updates", spec=lambda inputs, indices, updates, reduction=None: _same(inputs))
def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    """`inputs` with `updates` at `indices`, whose last axis is a position.

    reduction: how an update meets what is there: None (replaces it), "add", "max", "min" or "mul", else ValueError.
    """
    x, index, new = (wrap(to_storage(v)) for v in (inputs, indices, updates))
    new = new if tf.is_tensor(updates) else tf.cast(new, x.dtype)
    if reduction == "mul":
        return _multiplied(x, index, new)
    if reduction not in _REDUCTIONS:
        raise ValueError(f"Unsupported reduction: {reduction}. It must be None, 'add', 'max', 'min' or 'mul'.")
    return getattr(tf, _REDUCTIONS[reduction])(x, index, new)


def _multiplied(x: Any, index: Any, new: Any) -> Any:
    t, positions, factors = to_storage(x), to_storage(index).long(), to_storage(new).to(to_storage(x).dtype)
    depth = positions.shape[-1]
    row = torch.zeros(positions.shape[:-1], dtype=torch.long, device=t.device)
    for axis in range(depth):
        row = row * t.shape[axis] + positions[..., axis]
    rows = t.reshape(-1, *t.shape[depth:])
    factors = factors.reshape(-1, *t.shape[depth:])
    at = row.reshape([-1] + [1] * (factors.ndim - 1)).expand(factors.shape)
    return wrap(rows.scatter_reduce(0, at, factors, "prod").reshape(t.shape))


# ---- rearrange ----


def _groups(side: str) -> list[list[str]]:
    """The axes of one side of a pattern, those in parentheses together."""
    return [re.findall(r"\w+", part) for part in re.findall(r"\w+|\(.*?\)", side)]


@operation("tensor")
def rearrange(tensor: Any, pattern: str, **axes_lengths: int) -> Any:
    """The tensor with its axes taken apart, reordered and joined as einops' pattern says: "b (h p) c -> b h (p c)".

    axes_lengths: sizes of axes that the pattern takes apart. ValueError where the pattern does not fit the tensor.
    """
    x = to_storage(tensor)
    if pattern.count("->") != 1:
        raise ValueError(f"`pattern` must be 'axes -> axes'. Received: pattern={pattern!r}")
    before, after = (_groups(side) for side in pattern.split("->"))
    if len(before) != x.ndim:
        raise ValueError(f"`pattern` {pattern!r} has {len(before)} axes, the tensor's shape is {tuple(x.shape)}.")
    sizes: dict[str, Any] = {}
    for group, size in zip(before, x.shape):
        unknown = [name for name in group if name not in axes_lengths]
        known = 1
        for name in group:
            sizes[name] = axes_lengths.get(name)
            known *= axes_lengths.get(name, 1)
        if len(unknown) > 1 or (not unknown and known != size) or (unknown and size % known):
            raise ValueError(
                f"The axes ({' '.join(group)}) of `pattern` can't be told from the size {size} and the lengths "
                f"{axes_lengths}."
            )
        for name in unknown:
            sizes[name] = size // known
    order = [name for group in before for name in group]
    wanted = [name for group in after for name in group]
    if sorted(order) != sorted(wanted):
        raise ValueError(f"Both sides of `pattern` must have the same axes. Received: pattern={pattern!r}")
    apart = x.reshape([sizes[name] for name in order]).permute([order.index(name) for name in wanted])
    shape = []
    for group in after:
        total = 1
        for name in group:
            total *= sizes[name]
        shape.append(total)
    return wrap(apart.reshape(shape))
