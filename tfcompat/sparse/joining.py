"""Sparse tensors put together and taken apart: tf.sparse.concat, split and slice."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Alikes, Invalid, Value, Values, op
from tfcompat._core.tensor import Tensor
from tfcompat._sparse.indices import dims, elements, order, sizes, take
from tfcompat._sparse.tensor import SparseTensor, to_sparse

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


@op("SparseConcat", strings=True)
def _concat(indices: Values, values: Alikes, shapes: Values, concat_dim: Any, name: str | None = None) -> Parts:
    first = elements(shapes[0])
    rank = len(first)
    axis = integer(concat_dim, "concat_dim")
    if not -rank <= axis < rank:
        raise Invalid(f"Concat dimension must be in range [{-rank}, {rank}), got {axis}")
    axis %= rank
    for i, shape in enumerate(shapes[1:], 1):
        other = elements(shape)
        if len(other) != rank:
            raise Invalid(
                f"Ranks of all input tensors must match: expected {rank} but got {len(other)} at position {i}"
            )
        for d, (n, m) in enumerate(zip(first, other)):
            if d != axis and type(n) is int and type(m) is int and n != m:
                raise Invalid(f"Input shapes must match: expected {n} for dimension {d} but got {m} at position {i}")
    sums = torch.stack([s[axis] for s in shapes]).cumsum(0)
    starts = [torch.zeros_like(sums[0]), *sums[:-1].unbind()]
    moved = [torch.cat([t[:, :axis], t[:, axis : axis + 1] + s, t[:, axis + 1 :]], 1) for t, s in zip(indices, starts)]
    joined = torch.cat(moved)
    rows = order(joined)
    shape = torch.cat([shapes[0][:axis], sums[-1:], shapes[0][axis + 1 :]])
    return joined[rows], torch.cat(list(values)).detach()[rows], shape


def _all_sparse(values: Any) -> list[SparseTensor]:
    if not isinstance(values, (list, tuple)):
        raise TypeError("Inputs must be a list or tuple.")
    return [to_sparse(v) for v in values]


def concat(axis: Any, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: str | None = None) -> SparseTensor:
    """Sparse tensors of one rank side by side along `axis`, in row-major order (tf.sparse.concat).

    expand_nonconcat_dims: the other dimensions may differ, and become the largest of each; else they must be equal,
    InvalidArgumentError. Has no gradient, as in TensorFlow. TypeError for what is no list of sparse tensors.
    """
    inputs = _all_sparse(sp_inputs)
    if len(inputs) == 1:
        return inputs[0]
    if not inputs:
        raise InvalidArgumentError(None, None, "tf.sparse.concat takes at least one sparse tensor, got none.")
    indices, values, shapes = zip(*(s._parts() for s in inputs))
    if expand_nonconcat_dims:
        shapes = _expanded(list(shapes), axis)
    return SparseTensor._of(*_concat(list(indices), list(values), list(shapes), axis, name))


@op("SparseLargestShape")
def _expanded(shapes: Values, axis: Any) -> list[torch.Tensor]:
    """The shapes with every size but that of `axis` raised to the largest."""
    at = integer(axis, "axis")
    if not -len(shapes[0]) <= at < len(shapes[0]):
        raise Invalid(f"Concat dimension must be in range [{-len(shapes[0])}, {len(shapes[0])}), got {at}")
    at %= len(shapes[0])
    largest = torch.stack(list(shapes)).amax(0)
    return [torch.cat([largest[:at], s[at : at + 1], largest[at + 1 :]]) for s in shapes]


def _window(
    indices: torch.Tensor, values: torch.Tensor, start: torch.Tensor, size: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The elements within a window of a sparse tensor, their indices counted from its start."""
    inside = ((indices >= start) & (indices < start + size)).all(1)
    rows = torch.nonzero(inside).reshape(-1)
    return indices[rows] - start, take(values, rows)


@op("SparseSplit", strings=True)
def _split(
    split_dim: Any, indices: Value, values: Value, shape: Value, num_split: int, name: str | None = None
) -> tuple[list[torch.Tensor], list[torch.Tensor], list[torch.Tensor]]:
    rank = shape.shape[0]
    if isinstance(split_dim, Tensor) and split_dim.dtype is not dtypes.int64:
        got = split_dim.dtype.name
        raise Invalid(f"input #0(zero-based) was expected to be a int64 tensor but is a {got} tensor")
    axis = integer(split_dim, "split_dim")
    if not -rank <= axis < rank:
        raise Invalid(f"Input axis should be in range [{-rank}, {rank}), got {axis}")
    axis %= rank
    length = sizes(shape)[axis]
    if num_split < 1 or (type(length) is int and num_split > length):
        raise Invalid(
            f"Input num_split should be between 1 and the splitting dimension size ({length}), got {num_split}"
        )
    found, start = [], 0
    for i in range(num_split):
        # The first pieces take what does not divide evenly.
        extent = length // num_split + (i < length % num_split)
        low, high = torch.zeros_like(shape), shape.clone()
        low[axis], high[axis] = start, extent
        found.append((*_window(indices, values, low, high), high))
        start = start + extent
    pieces = [list(column) for column in zip(*found)]
    return pieces[0], pieces[1], pieces[2]


def split(sp_input: Any = None, num_split: Any = None, axis: Any = None, name: str | None = None) -> list[SparseTensor]:
    """`num_split` pieces along `axis`, the first of which are one larger where it does not divide (tf.sparse.split).

    ValueError where an argument is missing, InvalidArgumentError for more pieces than the size of the dimension.
    """
    for argument, value in (("sp_input", sp_input), ("num_split", num_split), ("axis", axis)):
        if value is None:
            raise ValueError(f"{argument} is required")
    sparse = to_sparse(sp_input)
    found = _split(axis, *sparse._parts(), num_split, name)
    return [SparseTensor._of(*parts) for parts in zip(*found)]


@op("SparseSlice", strings=True)
def _slice(indices: Value, values: Value, shape: Value, start: Value, size: Value, name: str | None = None) -> Parts:
    for t, what in ((start, "start"), (size, "size")):
        if t.ndim != 1 or t.shape[0] != shape.shape[0]:
            raise Invalid(
                f"Input {what} should be a vector of length {shape.shape[0]} but received shape {dims(t.shape)}"
            )
    if any(type(n) is int and n < 0 for n in elements(size)):
        bad = next(n for n in elements(size) if n < 0)
        raise Invalid(f"Expected a non-negative size, got {bad}")
    extent = torch.minimum(size, shape - start).clamp(min=0)
    return *_window(indices, values, start, size), extent


def slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part of a sparse tensor that begins at `start`, of shape `size`, cut off at its end (tf.sparse.slice).

    start, size: integers, one for each dimension. InvalidArgumentError for others. TypeError for what is not sparse.
    """
    sparse = to_sparse(sp_input)
    start, size = convert_to_tensor(start, dtypes.int64), convert_to_tensor(size, dtypes.int64)
    with op_name_scope(name, "SparseSlice"):
        return SparseTensor._of(*_slice(*sparse._parts(), start, size, name))
