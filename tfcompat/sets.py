"""tf.sets: sets of integers or strings along the last dimension of tensors, dense or sparse."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat import _names
from tfcompat._core import dtypes
from tfcompat._core.ops import Alike, Invalid, Value, op
from tfcompat._sparse.indices import (
    check_order,
    coordinates,
    dims,
    elements,
    group_ids,
    linear,
    offsets,
    product,
    same_sizes,
    shape_tensor,
    sizes,
    unique_rows,
)
from tfcompat._sparse.tensor import SparseTensor, convert_to_tensor_or_sparse_tensor

__all__ = ["difference", "intersection", "size", "union"]

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
_DTYPES = (dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.uint8, dtypes.uint16, dtypes.string)
_KEEPS = {
    "a-b": lambda in_a, in_b: in_a & ~in_b,
    "b-a": lambda in_a, in_b: in_b & ~in_a,
    "intersection": lambda in_a, in_b: in_a & in_b,
    "union": lambda in_a, in_b: in_a | in_b,
}


def _combined(
    a: tuple[torch.Tensor, torch.Tensor],
    b: tuple[torch.Tensor, torch.Tensor],
    group_shape: list[Any],
    set_operation: str,
) -> Parts:
    """The sets that `set_operation` makes of two lists of elements, each with the rows of its set's index.

    Every element becomes a row, of its set and its value: sorted they stand as they do in the result.
    """
    if set_operation not in _KEEPS:
        raise Invalid(f"Invalid set_operation {set_operation}.")
    rows = torch.cat([torch.cat([where, values.long()[:, None]], 1) for where, values in (a, b)])
    found, which = unique_rows(rows)
    count = a[0].shape[0]
    in_a, in_b = (
        torch.zeros(found.shape[0], dtype=torch.bool, device=rows.device).index_fill(0, part, True)
        for part in (which[:count], which[count:])
    )
    found = found[torch.nonzero(_KEEPS[set_operation](in_a, in_b)).reshape(-1)]
    places = offsets(group_ids(found[:, :-1]))
    largest = torch.cat([places, places.new_full((1,), -1)]).amax() + 1
    shape = torch.cat([shape_tensor(group_shape, rows), largest[None]])
    return torch.cat([found[:, :-1], places[:, None]], 1), found[:, -1].to(a[1].dtype), shape


def _of_dense(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The elements of a dense tensor, and the index of the set that each belongs to."""
    if x.ndim < 2:
        raise Invalid(f"Invalid rank {x.ndim}, expected > 1." if x.ndim else "Shape rank 0 < 2.")
    lead = list(x.shape[:-1])
    sets = torch.arange(product(lead), device=x.device).repeat_interleave(x.shape[-1])
    return coordinates(sets, lead), x.reshape(-1)


def _of_sparse(
    indices: torch.Tensor, values: torch.Tensor, shape: torch.Tensor, validate_indices: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    if shape.shape[0] < 2:
        raise Invalid(f"Invalid rank {shape.shape[0]}, expected > 1.")
    if validate_indices:
        check_order(indices, elements(shape))
    return indices[:, :-1], values


def _same_groups(first: list[Any], second: list[Any]) -> list[Any]:
    if not same_sizes(first, second):
        raise Invalid(f"Mismatched group shapes {dims(first)} vs {dims(second)}")
    return first


@op("DenseToDenseSetOperation", strings=True)
def _dense_dense(
    set1: Alike, set2: Alike, set_operation: str, validate_indices: bool = True, name: str | None = None
) -> Parts:
    a, b = _of_dense(set1), _of_dense(set2)
    return _combined(a, b, _same_groups(list(set1.shape[:-1]), list(set2.shape[:-1])), set_operation)


@op("DenseToSparseSetOperation", strings=True)
def _dense_sparse(
    set1: Alike,
    set2_indices: Value,
    set2_values: Alike,
    set2_shape: Value,
    set_operation: str,
    validate_indices: bool = True,
    name: str | None = None,
) -> Parts:
    a, b = _of_dense(set1), _of_sparse(set2_indices, set2_values, set2_shape, validate_indices)
    return _combined(a, b, _same_groups(list(set1.shape[:-1]), elements(set2_shape)[:-1]), set_operation)


@op("SparseToSparseSetOperation", strings=True)
def _sparse_sparse(
    set1_indices: Value,
    set1_values: Alike,
    set1_shape: Value,
    set2_indices: Value,
    set2_values: Alike,
    set2_shape: Value,
    set_operation: str,
    validate_indices: bool = True,
    name: str | None = None,
) -> Parts:
    a = _of_sparse(set1_indices, set1_values, set1_shape, validate_indices)
    b = _of_sparse(set2_indices, set2_values, set2_shape, validate_indices)
    return _combined(a, b, _same_groups(sizes(set1_shape)[:-1], elements(set2_shape)[:-1]), set_operation)


@op("SetSize", strings=True)
def _size(
    set_indices: Value, set_values: Value, set_shape: Value, validate_indices: bool = True, name: str | None = None
) -> torch.Tensor:
    where, values = _of_sparse(set_indices, set_values, set_shape, validate_indices)
    lead = sizes(set_shape)[:-1]
    sets = linear(where, lead)
    found, _ = unique_rows(torch.stack([sets, values.long()], 1))
    ones = torch.ones(found.shape[0], dtype=torch.int32, device=found.device)
    counts = torch.zeros(product(lead), dtype=torch.int32, device=found.device)
    return counts.index_add(0, found[:, 0], ones).reshape(lead)


def size(a: Any, validate_indices: bool = True) -> Any:
    """The number of different elements in each row of the last dimension of a sparse tensor, int32 (tf.sets.size).

    validate_indices: InvalidArgumentError for indices that are out of order or out of bounds. TypeError for what is not
    sparse, and for dtypes that are neither integers of up to 64 bits nor strings.
    """
    a = convert_to_tensor_or_sparse_tensor(a)
    if not isinstance(a, SparseTensor):
        raise TypeError(f"Expected `SparseTensor`, got {a}.")
    if a.dtype not in _DTYPES:
        raise TypeError(f"Invalid dtype `{a.dtype!r}` not in supported dtypes: `{_DTYPES}`.")
    return _size(*a._parts(), bool(validate_indices))


def _operation(a: Any, b: Any, set_operation: str, validate_indices: bool) -> SparseTensor:
    a = convert_to_tensor_or_sparse_tensor(a)
    if a.dtype not in _DTYPES:
        raise TypeError(f"'a' has invalid dtype `{a.dtype!r}` not in supported dtypes: `{_DTYPES}`.")
    b = convert_to_tensor_or_sparse_tensor(b)
    if b.dtype is not a.dtype:
        raise TypeError(f"Types don't match, {a.dtype!r} vs. {b.dtype!r}.")
    check = bool(validate_indices)
    if isinstance(a, SparseTensor) and not isinstance(b, SparseTensor):
        a, b, set_operation = b, a, _FLIPPED.get(set_operation, set_operation)
    if isinstance(a, SparseTensor):
        found = _sparse_sparse(*a._parts(), *b._parts(), set_operation, check)
    elif isinstance(b, SparseTensor):
        found = _dense_sparse(a, *b._parts(), set_operation, check)
    else:
        found = _dense_dense(a, b, set_operation, check)
    return SparseTensor._of(*found)


_FLIPPED = {"a-b": "b-a", "b-a": "a-b"}


def intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The elements that both `a` and `b` have in a row of the last dimension (tf.sets.intersection).

    a, b: tensors or sparse tensors of one rank and dtype (integers or strings), whose shapes are the same but for the
    last size. Returns a sparse tensor with the elements of each set in ascending order. TypeError for dtypes that
    differ or are others, InvalidArgumentError for shapes that do not fit.
    """
    return _operation(a, b, "intersection", validate_indices)


def difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """The elements that `a` has and `b` does not, in each row; or the other way round (tf.sets.difference).

    aminusb: False for what `b` has and `a` does not. Else as `intersection`.
    """
    return _operation(a, b, "a-b" if aminusb else "b-a", validate_indices)


def union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The elements that `a` or `b` have, in each row of the last dimension; else as `intersection` (tf.sets.union)."""
    return _operation(a, b, "union", validate_indices)


__getattr__ = _names.module_getattr("tf.sets", globals())
