"""Some elements of sparse tensors, and rows of others: tf.sparse.retain, mask and fill_empty_rows."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Alike, Invalid, Value, op
from tfcompat._sparse.filling import filled_rows
from tfcompat._sparse.indices import sizes, take
from tfcompat._sparse.tensor import SparseTensor, to_sparse


def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which `to_retain`, a bool vector as long as the values, is true (tf.sparse.retain).

    TypeError for what is not sparse, ValueError for a mask of another shape.
    """
    sparse = to_sparse(sp_input)
    mask = convert_to_tensor(to_retain)
    mask.shape.assert_has_rank(1)
    sparse.values.shape.dims[0].assert_is_compatible_with(mask.shape.dims[0])
    indices, values, shape = sparse._parts()
    indices, values = _retained(indices, values, mask)
    return SparseTensor._of(indices, values, shape, sparse.shape)


@op("SparseRetain", strings=True)
def _retained(indices: Value, values: Value, mask: Value) -> tuple[torch.Tensor, torch.Tensor]:
    rows = torch.nonzero(mask).reshape(-1)
    return indices[rows], take(values, rows)


def mask(a: Any, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """The rows of tf.IndexedSlices whose indices are not among `mask_indices` (tf.sparse.mask)."""
    with op_name_scope(name, "sparse_mask"):
        values, indices = _unmasked(a.values, a.indices, mask_indices)
        return IndexedSlices(values, indices, a.dense_shape)


@op("SparseMask", strings=True)
def _unmasked(values: Value, indices: Alike, masked: Alike) -> tuple[torch.Tensor, torch.Tensor]:
    rows = torch.nonzero(~torch.isin(indices, masked)).reshape(-1)
    return take(values, rows), indices[rows]


@op("SparseFillEmptyRows", strings=True)
def _fill_empty_rows(
    indices: Value, values: Alike, dense_shape: Value, default_value: Alike, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    if default_value.ndim:
        raise Invalid(f"default_value must be a scalar, saw: [{','.join(map(str, default_value.shape))}]")
    if not dense_shape.shape[0]:
        raise Invalid("Dense shape cannot be empty.")
    rows, filled, empty, places = filled_rows(indices[:, 0], values, sizes(dense_shape[:1])[0], default_value)
    inner = indices.new_zeros((rows.shape[0], indices.shape[1] - 1)).index_copy(0, places, indices[:, 1:])
    return torch.cat([rows[:, None], inner], 1), filled, empty, places


def fill_empty_rows(sp_input: Any, default_value: Any, name: str | None = None) -> tuple[SparseTensor, Any]:
    """With `default_value` at the beginning of every row that has no element (tf.sparse.fill_empty_rows).

    Returns the sparse tensor, in the order of its rows, and a bool vector that tells which rows were empty.
    """
    sparse = to_sparse(sp_input)
    with op_name_scope(name, "SparseFillEmptyRows"):
        indices, values, shape = sparse._parts()
        default = convert_to_tensor(default_value, sparse.dtype)
        new, filled, empty, _ = _fill_empty_rows(indices, values, shape, default)
        return SparseTensor._of(new, filled, shape, sparse.shape), empty
