"""Sparse tensors combined element by element: tf.sparse.add, maximum, minimum, softmax and map_values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core import structure
from tfcompat._core.arguments import COMPLEXES, FLOATS, NUMBERS, REALS, expect
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import Alike, Invalid, Value, op
from tfcompat._core.tensor import EagerTensor
from tfcompat._sparse.indices import check_bounds, dims, elements, group_ids, unique_rows
from tfcompat._sparse.tensor import SparseTensor, is_sparse, to_sparse
from tfcompat.math.segments import reduce_rows

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


_ADDED = COMPLEXES | {torch.float32, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64}


def _check_same_shape(a: torch.Tensor, b: torch.Tensor) -> None:
    p, q = elements(a), elements(b)
    if len(p) != len(q):
        raise Invalid(f"Input indices must have the same dimension, got {len(p)} and {len(q)}")
    for i, (n, m) in enumerate(zip(p, q)):
        if type(n) is int and type(m) is int and n != m:
            raise Invalid(f"Operands' shapes do not match: got {n} and {m} for dimension {i}")


# ---- add ----


@op("SparseAdd")
def _add(
    a_indices: Value,
    a_values: Alike,
    a_shape: Value,
    b_indices: Value,
    b_values: Alike,
    b_shape: Value,
    thresh: Value,
    name: str | None = None,
) -> Parts:
    _check_same_shape(a_shape, b_shape)
    rows, which = unique_rows(torch.cat([a_indices, b_indices]))
    values = torch.cat([expect(a_values, _ADDED, NUMBERS - _ADDED), b_values])
    total = reduce_rows(values, which, rows.shape[0], "sum", 0)
    # The threshold is for sums alone: what only one of the two has is kept.
    number = reduce_rows(torch.ones_like(which), which, rows.shape[0], "sum", 0)
    kept = torch.nonzero((total.detach().abs() >= thresh) | (number < 2)).reshape(-1)
    return rows[kept], total[kept], a_shape


@op("SparseTensorDenseAdd")
def _dense_add(a_indices: Value, a_values: Alike, a_shape: Value, b: Alike, name: str | None = None) -> torch.Tensor:
    shape = elements(a_shape)
    if len(shape) != b.ndim:
        raise Invalid(f"Two operands have different ranks; received: {len(shape)} and {b.ndim}")
    for i, (n, m) in enumerate(zip(shape, b.shape)):
        if type(n) is int and type(m) is int and n != m:
            raise Invalid(
                f"Dimension {i} does not equal (no broadcasting is supported): sparse side {n} vs dense side {m}"
            )
    check_bounds(a_indices, shape)
    return b.index_put(tuple(a_indices.unbind(1)), expect(a_values, NUMBERS), accumulate=True)


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """a + b, of which at least one is sparse; the result is sparse if both are (tf.sparse.add).

    Shapes must be equal. threshold: sums of two sparse tensors whose magnitude is below it are left out. TypeError
    where neither is sparse, InvalidArgumentError for different shapes or dtypes.
    """
    if not is_sparse(a) and not is_sparse(b):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if not is_sparse(a):
        a, b = b, a
    a = to_sparse(a)
    if not is_sparse(b):
        return _dense_add(*a._parts(), b)
    b = to_sparse(b)
    least = convert_to_tensor(threshold, a.dtype.real_dtype)
    return SparseTensor._of(*_add(*a._parts(), *b._parts(), least))


# ---- maximum and minimum ----


def _extreme(a: tuple[Any, ...], b: tuple[Any, ...], function: Callable[..., Any]) -> tuple[torch.Tensor, torch.Tensor]:
    """The larger or smaller elements of two sparse tensors, one that is missing counting as 0."""
    _check_same_shape(a[2], b[2])
    rows, which = unique_rows(torch.cat([a[0], b[0]]))
    n = a[0].shape[0]
    x = a[1].new_zeros(rows.shape[0]).index_copy(0, which[:n], a[1])
    y = b[1].new_zeros(rows.shape[0]).index_copy(0, which[n:], b[1])
    return rows, function(x, y)


def _kernel(name: str, function: Callable[..., Any], *kinds: frozenset[torch.dtype]) -> Callable[..., Any]:
    @op(f"SparseSparse{name}")
    def call(
        a_indices: Value,
        a_values: Alike,
        a_shape: Value,
        b_indices: Value,
        b_values: Alike,
        b_shape: Value,
        name: str | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return _extreme((a_indices, expect(a_values, *kinds), a_shape), (b_indices, b_values, b_shape), function)

    return call


_maximum = _kernel("Maximum", torch.maximum, REALS)
_minimum = _kernel("Minimum", torch.minimum, REALS, COMPLEXES)


def maximum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The larger of the elements of two sparse tensors of one shape, missing ones being 0 (tf.sparse.maximum)."""
    indices, values = _maximum(*sp_a._parts(), *sp_b._parts(), name)
    return SparseTensor._of(indices, values, sp_a.dense_shape, sp_a.shape)


def minimum(sp_a: SparseTensor, sp_b: SparseTensor, name: str | None = None) -> SparseTensor:
    """The smaller of the elements of two sparse tensors of one shape, missing ones being 0 (tf.sparse.minimum)."""
    indices, values = _minimum(*sp_a._parts(), *sp_b._parts(), name)
    return SparseTensor._of(indices, values, sp_a.dense_shape, sp_a.shape)


# ---- softmax ----


@op("SparseSoftmax")
def _softmax(sp_indices: Value, sp_values: Value, sp_shape: Value, name: str | None = None) -> torch.Tensor:
    if sp_shape.shape[0] < 2:
        raise Invalid(f"Input should have rank >= 2, but received shape: {dims(elements(sp_shape))[1:-1]}")
    x = expect(sp_values, FLOATS)
    ids, count = group_ids(sp_indices[:, :-1]), sp_indices.shape[0]
    top = reduce_rows(x.detach(), ids, count, "amax", 0)
    exponentials = torch.exp(x - top[ids])
    return exponentials / reduce_rows(exponentials, ids, count, "sum", 0)[ids]


def softmax(sp_input: SparseTensor, name: str | None = None) -> SparseTensor:
    """The softmax of the elements in each row of the last dimension, missing ones left out (tf.sparse.softmax).

    Takes floats of rank 2 or more in row-major order; InvalidArgumentError for others.
    """
    return sp_input._with_values(_softmax(*sp_input._parts(), name))


# ---- any function of the values ----


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> SparseTensor:
    """`op` of the arguments with the values in the place of sparse tensors, as a sparse tensor (tf.sparse.map_values).

    The sparse tensors must have equal indices and shapes, InvalidArgumentError; ValueError where there is none.
    """
    found: list[SparseTensor] = []

    def values_of(x: Any) -> Any:
        if not isinstance(x, SparseTensor):
            return x
        found.append(x)
        return x.values

    inner_args, inner_kwargs = (structure.map_structure(values_of, nest) for nest in (args, kwargs))
    if not found:
        raise ValueError("No SparseTensor in argument list of map_values")
    first, *rest = found
    for other in rest:
        require_same(first.dense_shape, other.dense_shape, "Mismatched shapes!")
        require_same(first.indices, other.indices, "Mismatched indices!")
    return SparseTensor(first.indices, op(*inner_args, **inner_kwargs), first.dense_shape)


def require_same(x: Any, y: Any, message: str) -> None:
    """Raises InvalidArgumentError for two tensors that are known to differ."""
    if x is y or not isinstance(x, EagerTensor) or not isinstance(y, EagerTensor):
        return
    if not np.array_equal(x.numpy(), y.numpy()):
        raise InvalidArgumentError(None, None, f"{message}\nCondition x == y did not hold.")
