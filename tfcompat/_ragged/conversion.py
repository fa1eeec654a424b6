"""Ragged tensors from dense and sparse ones, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.ops import Alike, Invalid, Value, Values, op
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import invalid, known, numbers
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.tensor import RaggedTensor
from tfcompat._sparse.tensor import SparseTensor, is_sparse
from tfcompat._sparse.tensor import to_sparse as to_sparse_tensor

# ---- from dense tensors ----


def from_tensor(tensor: Any, lengths: Any, padding: Any, ragged_rank: Any, dtype: dtypes.DType) -> Any:
    """The body of RaggedTensor.from_tensor."""
    if lengths is not None and padding is not None:
        raise ValueError("Specify argument `lengths` or `padding`, but not both.")
    if not isinstance(ragged_rank, int):
        raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
    if ragged_rank <= 0:
        raise ValueError(f"Argument `ragged_rank` must be greater than 0. Received {ragged_rank}.")
    tensor = convert_to_tensor(tensor)
    if tensor.shape.rank <= 1:
        raise ValueError(
            "The rank of a RaggedTensor must be greater than 1, i.e., a list of scalars won't have ragged dimensions. "
            f"Received argument `tensor` with rank {tensor.shape.rank}."
        )
    if lengths is not None and _are_nested(lengths):
        if ragged_rank not in (1, len(lengths)):
            raise ValueError(
                "If Argument `lengths` is a tuple of row_lengths, argument `ragged_rank` must be len(lengths): "
                f"{len(lengths)}. Received ragged_rank: {ragged_rank}."
            )
        tensor.shape.with_rank_at_least(len(lengths) + 1)
        rows = from_tensor(tensor, lengths[0], None, 1, dtype)
        return rows.with_values(from_tensor(rows.values, lengths[1:], None, 1, dtype)) if lengths[1:] else rows
    tensor.shape.with_rank_at_least(ragged_rank + 1)
    if ragged_rank > 1:
        return _deep(tensor, lengths, padding, ragged_rank, dtype)
    if padding is not None:
        padding = convert_to_tensor(padding, tensor.dtype)
        padding.shape.assert_is_compatible_with(tensor.shape[2:])
        lengths = _lengths_before(tensor, padding)
    sizes = to_storage(tensor).shape
    if lengths is None:
        partition = RowPartition(kernels.splits_of_uniform(sizes[0], sizes[1], dtype), tensor.shape[1])
        return RaggedTensor._of(merged(tensor, 0, 1), partition)
    lengths = _row_lengths(lengths, tensor, dtype)
    return RaggedTensor._of(_rows_up_to(tensor, lengths), RowPartition(kernels.splits_of_lengths(lengths)))


def _are_nested(lengths: Any) -> bool:
    """Whether these are the lengths of several ragged dimensions: a list of vectors, not of numbers."""
    return isinstance(lengths, (list, tuple)) and bool(lengths) and not any(np.ndim(v) == 0 for v in lengths)


def _deep(tensor: Any, lengths: Any, padding: Any, ragged_rank: int, dtype: dtypes.DType) -> Any:
    """Several ragged dimensions, of which only the innermost is cut: the outer ones are uniform."""
    sizes = to_storage(tensor).shape
    result = from_tensor(merged(tensor, 0, ragged_rank - 1), lengths, padding, 1, dtype)
    for axis in range(ragged_rank - 1, 0, -1):
        rows = math.prod(sizes[:axis])
        partition = RowPartition(kernels.splits_of_uniform(rows, sizes[axis], dtype), tensor.shape[axis])
        result = RaggedTensor._of(result, partition)
    return result


def _row_lengths(lengths: Any, tensor: Any, dtype: dtypes.DType) -> Any:
    from tfcompat.dtypes.casting import cast

    vector = convert_to_tensor(lengths)
    if not vector.dtype.is_integer:
        raise TypeError(
            f"Argument `tensor` (name: lengths) must be of type integer. Received `tensor` = {vector} of dtype: "
            f"{vector.dtype!r}"
        )
    vector.shape.assert_has_rank(1)
    vector.shape.assert_is_compatible_with(tensor.shape[:1])
    return _clipped(cast(vector, dtype), to_storage(tensor).shape[1])


@op("RaggedClipLengths")
def _clipped(lengths: Value, most: Any) -> torch.Tensor:
    return lengths.clamp(0, most)


@op("RaggedLengthsBefore", strings=True)
def _lengths_before(tensor: Alike, padding: Alike) -> torch.Tensor:
    """How many elements of each row stand before the trailing ones that equal `padding`."""
    used = (tensor != padding).flatten(2).any(2) if tensor.ndim > 2 else tensor != padding
    positions = torch.arange(1, used.shape[1] + 1, device=tensor.device)
    if not used.shape[1]:
        return torch.zeros(used.shape[0], dtype=torch.int64, device=tensor.device)
    return (used * positions).amax(1)


@op("RaggedRowsUpTo", strings=True)
def _rows_up_to(tensor: Value, lengths: Value) -> torch.Tensor:
    """The first elements of each row, as many as `lengths` says, one row after the other."""
    return tensor[torch.arange(tensor.shape[1], device=tensor.device) < lengths[:, None]]


@op("Reshape", strings=True)
def merged(values: Value, first: int, last: int) -> torch.Tensor:
    """A dense tensor with its dimensions from `first` to `last` made one."""
    sizes = values.shape
    return values.reshape(*sizes[:first], math.prod(sizes[first : last + 1]), *sizes[last + 1 :])


# ---- to dense tensors ----


def to_tensor(rt: RaggedTensor, default_value: Any, shape: Any) -> Any:
    """The body of RaggedTensor.to_tensor."""
    if default_value is None:
        default_value = b"" if rt.dtype is dtypes.string else False if rt.dtype is dtypes.bool else 0
    default = convert_to_tensor(default_value, rt.dtype)
    return _to_tensor(rt.flat_values, default, rt.nested_row_splits, _wanted_sizes(shape))


def _wanted_sizes(shape: Any) -> list[Any] | None:
    """A shape as a list, None for what is left open; None where nothing is said."""
    if shape is None:
        return None
    if isinstance(shape, Tensor) or (isinstance(shape, (list, tuple)) and any(isinstance(d, Tensor) for d in shape)):
        return [None if d < 0 else d for d in numbers(shape)]
    wanted = TensorShape(shape)
    return None if wanted.rank is None else wanted.as_list()


@op("RaggedTensorToTensor", strings=True)
def _to_tensor(values: Alike, default: Alike, splits: Values, wanted: Any) -> torch.Tensor:
    _check_default(default, values)
    inner = tuple(values.shape[1:])
    if wanted is not None:
        _check_wanted(wanted, len(splits) + 1, inner)
    sizes = [] if wanted is None else list(wanted[: len(splits) + 1])
    if None in sizes or not sizes:
        bounds = [splits[0].shape[0] - 1, *(_longest(s) for s in splits)]
        sizes = [b if s is None else s for s, b in zip(sizes or [None] * len(bounds), bounds)]
    where = coordinates(splits, values.shape[0])
    if wanted is not None:
        inside = _all_of([c < n for c, n in zip(where, sizes)])
        where, values = [c[inside] for c in where], values[inside]
    dense = default.expand(*sizes, *inner).clone()
    return dense.index_put(tuple(c.long() for c in where), values)


def _all_of(masks: Sequence[torch.Tensor]) -> torch.Tensor:
    """Where all masks are true."""
    result = masks[0]
    for mask in masks[1:]:
        result = result & mask
    return result


def _longest(splits: torch.Tensor) -> Any:
    return (splits[1:] - splits[:-1]).max().item() if splits.shape[0] > 1 else 0


def coordinates(splits: Sequence[torch.Tensor], count: Any) -> list[torch.Tensor]:
    """The position of every flat value along each ragged dimension, and first of all its row."""
    coordinates: list[torch.Tensor] = []
    rows = torch.arange(count, device=splits[0].device)
    for s in reversed(splits):
        lengths = s[1:] - s[:-1]
        zeros, ids = torch.zeros_like(lengths), torch.arange(lengths.shape[0], device=s.device)
        coordinates.insert(0, kernels.ranges(zeros, lengths)[rows])
        rows = kernels.repeat(ids, lengths)[rows]
    return [rows, *coordinates]


def _check_default(default: torch.Tensor, values: torch.Tensor) -> None:
    given, needed = _dims(default.shape), _dims(values.shape)
    shapes = f"default_value.shape={given} and rt_input.flat_values.shape={needed} are incompatible: "
    if default.ndim >= values.ndim:
        raise Invalid(
            f"{shapes}default_value.rank = {default.ndim}  must be less than rt_input.flat_values.rank = {values.ndim}"
        )
    for i, (d, n) in enumerate(zip(reversed(default.shape), reversed(values.shape)), 1):
        if d not in (1, n):
            raise Invalid(f"{shapes}default_value.shape[{-i}] = {d} but rt_input.flat_values.shape[{-i}] = {n}")


def _check_wanted(wanted: Sequence[Any], ragged: int, inner: Sequence[Any]) -> None:
    rank = ragged + len(inner)
    text = f"rt_input.shape and shape=[{','.join('?' if d is None else str(d) for d in wanted)}] are incompatible: "
    if len(wanted) != rank:
        raise Invalid(f"{text}rt_input.rank = {rank} but shape.rank = {len(wanted)}")
    for i, (d, n) in enumerate(zip(wanted[ragged:], inner), ragged):
        if d not in (None, n):
            raise Invalid(f"{text}rt_input.shape[{i}] = {n} but shape[{i}] = {d}")


def _dims(shape: Sequence[Any]) -> str:
    return f"[{','.join(map(str, shape))}]"


def bounding_shape(rt: RaggedTensor, axis: Any, dtype: dtypes.DType) -> Any:
    """The body of RaggedTensor.bounding_shape."""
    from tfcompat._core.gathering import gather

    sizes = _bounds(rt.nested_row_splits, rt.flat_values, dtype)
    return sizes if axis is None else gather(sizes, axis)


@op("RaggedBoundingShape")
def _bounds(splits: Values, values: Any, dtype: dtypes.DType) -> torch.Tensor:
    kind = dtype.torch
    longest = [torch.cat([s.new_zeros(1), s[1:] - s[:-1]]).amax() for s in splits]
    sizes = [splits[0].shape[0] - 1, *to_storage(values).shape[1:]]
    sizes = [torch.scalar_tensor(n, dtype=kind, device=splits[0].device) for n in sizes]
    return torch.stack([sizes[0], *(n.to(kind) for n in longest), *sizes[1:]])


# ---- fewer dimensions ----


def merge_dims(value: Any, outer: int, inner: int) -> Any:
    """The dimensions from `outer` to `inner`, counted from the start, of a tensor or ragged tensor made one."""
    while outer == 0 and inner > 0 and isinstance(value, RaggedTensor):
        value, inner = value.values, inner - 1
    if outer == inner:
        return value
    if not isinstance(value, RaggedTensor):
        return merged(value, outer, inner)
    if outer > 1:
        return value.with_values(merge_dims(value.values, outer - 1, inner - 1))
    splits, values = value.row_splits, value.values
    for axis in range(1, inner):
        if isinstance(values, RaggedTensor):
            splits, values = _splits_of_splits(values.row_splits, splits), values.values
        else:
            count = math.prod(to_storage(values).shape[1 : inner - axis + 1])
            splits, values = splits * count, merged(values, 0, inner - axis)
            break
    return RaggedTensor._of(values, RowPartition(splits))


@op("RaggedSplitsOfSplits")
def _splits_of_splits(inner: Value, outer: Value) -> torch.Tensor:
    return inner[outer.long()]


# ---- sparse tensors ----


def from_sparse(st_input: Any, dtype: dtypes.DType) -> Any:
    """The body of RaggedTensor.from_sparse."""
    if not is_sparse(st_input):
        raise TypeError(f"Argument `st_input` must be of type SparseTensor, but is of type {type(st_input).__name__}.")
    indices, values, shape = to_sparse_tensor(st_input)._parts()
    if shape.shape[0] != 2:
        raise ValueError("rank(st_input) must be 2.")
    rowids, array = indices[:, 0], known(indices)
    if array is not None:
        after = np.r_[-1, array[:-1, 1]][: len(array)]
        starts = np.r_[True, array[1:, 0] != array[:-1, 0]][: len(array)]
        if not np.array_equal(array[:, 1], np.where(starts, 0, after + 1)):
            raise invalid("SparseTensor is not right-ragged")
    from tfcompat.dtypes.casting import cast

    partition = RowPartition.from_value_rowids(cast(rowids, dtype), cast(shape[0], dtype), validate=False)
    return RaggedTensor._of(values, partition)


def to_sparse(rt: RaggedTensor) -> Any:
    """The body of RaggedTensor.to_sparse."""
    indices, flat = _sparse_parts(rt.flat_values, rt.nested_row_splits)
    return SparseTensor(indices, flat, bounding_shape(rt, None, dtypes.int64))


@op("RaggedTensorToSparse", strings=True)
def _sparse_parts(values: Value, splits: Values) -> tuple[torch.Tensor, torch.Tensor]:
    inner = tuple(values.shape[1:])
    flat = values.reshape(-1)
    grid = torch.cartesian_prod(*(torch.arange(n) for n in (values.shape[0], *inner)))
    grid = grid.reshape(flat.shape[0], 1 + len(inner)).to(values.device)
    columns = [c.long()[grid[:, 0]] for c in coordinates(splits, values.shape[0])]
    return torch.stack([*columns, *grid[:, 1:].unbind(1)], 1), flat
