"""Sparse tensors in other shapes and orders: reorder, reshape, transpose, expand_dims, reset_shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core.arguments import axis as checked_axis
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._core.tensor import Tensor
from tfcompat._sparse.indices import (
    coordinates,
    dims,
    elements,
    linear,
    order,
    product,
    shape_tensor,
    sizes,
    take,
)
from tfcompat._sparse.tensor import SparseTensor, to_sparse
from tfcompat.dtypes.casting import cast


@op("SparseReorder", strings=True)
def _reorder(
    input_indices: Value, input_values: Value, input_shape: Value, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    rows = order(input_indices)
    return input_indices[rows], take(input_values, rows)


def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same elements in row-major order of their indices (tf.sparse.reorder); TypeError for what is not sparse."""
    sparse = to_sparse(sp_input)
    indices, values, shape = sparse._parts()
    indices, values = _reorder(indices, values, shape, name)
    return SparseTensor._of(indices, values, shape, sparse.shape)


@op("SparseReshape")
def _reshape(
    input_indices: Value, input_shape: Value, new_shape: Value, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    if new_shape.ndim != 1:
        raise Invalid(f"Target shape should be a vector but received shape {dims(new_shape.shape)}")
    old, new = sizes(input_shape), list(elements(new_shape))
    if None in new:
        new = sizes(new_shape)
    total, known = product(old), product([n for n in new if n != -1])
    if new.count(-1) > 1:
        raise Invalid(f"only one output dimension may be -1, not both {new.index(-1)} and {_second(new)}")
    if any(isinstance(n, int) and n < -1 for n in new):
        at = next(i for i, n in enumerate(new) if isinstance(n, int) and n < -1)
        raise Invalid(f"size {at} must be non-negative, not {new[at]}")
    if -1 in new:
        if isinstance(known, int) and not known:
            raise Invalid(
                "reshape cannot infer the missing input size for an empty tensor unless all specified input "
                "sizes are non-zero"
            )
        if isinstance(total, int) and isinstance(known, int) and total % known:
            raise Invalid(
                f"Input to reshape is a SparseTensor with {total} dense values, but the requested shape "
                f"requires a multiple of {known}. input_shape={dims(old)} output_shape={dims(new)}"
            )
        new[new.index(-1)] = total // known
    elif isinstance(total, int) and isinstance(known, int) and total != known:
        raise Invalid(
            f"Input to reshape is a tensor with {total} dense values, but the requested shape has {known}. "
            f"input_shape={dims(old)} output_shape={dims(new)}"
        )
    return coordinates(linear(input_indices, old), new), shape_tensor(new, input_indices)


def _second(new: list[Any]) -> int:
    return new.index(-1, new.index(-1) + 1)


def reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same elements, in the same order, in another shape of as many elements (tf.sparse.reshape).

    shape: one size may be -1, and is what is left. TypeError for what is not sparse; InvalidArgumentError for another
    number of elements, or more than one -1.
    """
    sparse = to_sparse(sp_input)
    wanted = cast(shape, "int64")
    with op_name_scope(name, "SparseReshape"):
        indices, values, old = sparse._parts()
        indices, new = _reshape(indices, old, wanted, name)
        return SparseTensor._of(indices, values, new)


def transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """Dimension i is dimension perm[i] of the input, in row-major order again (tf.sparse.transpose).

    perm: the dimensions in reverse where None; InvalidArgumentError for one that is not there, ValueError where they
    are more or fewer.
    """
    with op_name_scope(name, "SparseTranspose"):
        indices, values, shape = sp_input._parts()
        rank = shape.shape[0]
        perm = list(range(rank - 1, -1, -1)) if perm is None else perm
        order = convert_to_tensor(perm)
        indices, shape = _transposed(indices, shape, order)
        if order.shape[0] != rank:
            raise ValueError(f"Argument `perm` takes the {rank} dimensions of the tensor, got {perm!r}.")
        return reorder(SparseTensor._of(indices, values, shape))


@op("SparseTranspose")
def _transposed(indices: Value, shape: Value, perm: Value) -> tuple[torch.Tensor, torch.Tensor]:
    axes = perm.long()
    rank = shape.shape[0]
    if not is_symbolic(axes) and bool(((axes < 0) | (axes >= rank)).any()):
        bad = next(i for i, a in enumerate(axes.tolist()) if not 0 <= a < rank)
        raise Invalid(f"indices[{bad}] = {int(axes[bad])} is not in [0, {rank})")
    return indices[:, axes], shape[axes]


def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """With a dimension of size 1 inserted at `axis`, at the end where None (tf.sparse.expand_dims).

    Negative axes count from the end, -1 being after the last dimension. TypeError for an axis that is no integer,
    InvalidArgumentError for one that is not there.
    """
    if axis is not None and not isinstance(axis, (int, np.integer, Tensor)):
        raise TypeError("axis must be an integer value in range [-rank(sp_input) - 1, rank(sp_input)]")
    with op_name_scope(name, "expand_dims"):
        indices, values, shape = sp_input._parts()
        indices, shape = _expanded(indices, shape, -1 if axis is None else axis)
        return SparseTensor._of(indices, values, shape)


@op("SparseExpandDims")
def _expanded(indices: Value, shape: Value, axis: Any) -> tuple[torch.Tensor, torch.Tensor]:
    at = checked_axis(integer(axis, "axis"), shape.shape[0] + 1)
    column = indices.new_zeros((indices.shape[0], 1))
    return (
        torch.cat([indices[:, :at], column, indices[:, at:]], 1),
        torch.cat([shape[:at], shape.new_ones(1), shape[at:]]),
    )


def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in a larger shape, or in the smallest that holds them (tf.sparse.reset_shape).

    new_shape: of the same rank, no size below the input's, else ValueError; None for the tightest.
    """
    sparse = to_sparse(sp_input)
    indices, values, shape = sparse._parts()
    if new_shape is None:
        return SparseTensor._of(indices, values, _tight(indices))
    wanted = convert_to_tensor(new_shape)
    wanted.shape.assert_has_rank(1)
    wanted.shape.dims[0].assert_is_compatible_with(shape.shape.dims[0])
    wanted = cast(wanted, "int64")
    new, old = elements(wanted._t), sparse.shape.as_list()
    if any(n is not None and type(n) is int and o is not None and n < o for n, o in zip(new, old)):
        if None not in old:
            raise ValueError(
                "Requested new_shape should have dimension sizes >= sp_input.shape.  Found new_shape "
                f"({np.array(old)}), sp_input.shape ({np.array(new)})."
            )
        raise InvalidArgumentError(None, None, "Condition x <= y did not hold.")
    return SparseTensor._of(indices, values, wanted)


@op("SparseTightShape")
def _tight(indices: Value) -> torch.Tensor:
    floor = indices.new_full((1, indices.shape[1]), -1)
    return torch.cat([indices, floor]).amax(0) + 1
