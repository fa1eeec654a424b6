"""Sparse tensors from dense ones and back: tf.sparse.from_dense, to_dense, to_indicator, eye."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core import device, dtypes
from tfcompat._core.arguments import integer
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Alike, Invalid, Value, is_symbolic, op
from tfcompat._core.tensor import Tensor
from tfcompat._sparse.indices import check_bounds, check_order, dims, filled, shape_tensor, sizes
from tfcompat._sparse.tensor import SparseTensor, to_sparse
from tfcompat.dtypes.casting import cast_storage


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements of a dense tensor that are not zero, or empty strings, in row-major order (tf.sparse.from_dense).

    InvalidArgumentError for a scalar.
    """
    with op_name_scope(name, "dense_to_sparse"):
        dense = convert_to_tensor(tensor)
        return SparseTensor._of(*_from_dense(dense), static=dense.shape)


@op("DenseToSparse", strings=True)
def _from_dense(tensor: Value) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    if not tensor.ndim:
        raise Invalid("params must be at least a vector")
    # The id of the empty string, which comes before all others, is 0.
    where = torch.nonzero(tensor)
    return where, tensor[tuple(where.unbind(1))], shape_tensor(tensor.shape, where)


@op("SparseToDense", strings=True)
def sparse_to_dense(
    sparse_indices: Value,
    output_shape: Value,
    sparse_values: Alike,
    default_value: Alike = 0,  # type: ignore[assignment]
    validate_indices: bool = True,
    name: str | None = None,
) -> torch.Tensor:
    """The values at their indices in a dense tensor of `output_shape`, `default_value` elsewhere.

    sparse_indices: [n, rank], [n] for a vector or a scalar for one element. sparse_values: [n], or a scalar for all.
    """
    wanted = sizes(output_shape)
    indices = sparse_indices.long().reshape(-1, 1) if sparse_indices.ndim < 2 else sparse_indices.long()
    if indices.ndim > 2 or output_shape.ndim != 1:
        raise Invalid(
            f"sparse_indices should be a scalar, vector, or matrix, and output_shape a vector, got shapes "
            f"{dims(sparse_indices.shape)} and {dims(output_shape.shape)}"
        )
    if indices.shape[1] != len(wanted):
        raise Invalid(f"output_shape has incorrect number of elements: {len(wanted)} should be: {indices.shape[1]}")
    if sparse_values.ndim and not is_symbolic(indices) and tuple(sparse_values.shape) != (indices.shape[0],):
        raise Invalid(
            f"sparse_values has incorrect shape {dims(sparse_values.shape)}, should be [] or [{indices.shape[0]}]"
        )
    if default_value.ndim:
        raise Invalid("default_value should be a scalar.")
    if validate_indices:
        check_order(indices, wanted)
    else:
        check_bounds(indices, wanted, f"Indices are not valid (out of bounds).  Shape: {dims(wanted)}")
    dense = filled(default_value, wanted)
    if not wanted:
        return sparse_values.reshape(-1)[-1] if indices.shape[0] else dense
    return dense.index_put(tuple(indices.unbind(1)), sparse_values)


def to_dense(sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None) -> Any:
    """The dense tensor of a sparse one, `default_value` (0 where None) where it has nothing (tf.sparse.to_dense).

    validate_indices: InvalidArgumentError for indices that are out of order or repeated; those out of bounds always
    raise it. TypeError for what is not sparse.
    """
    sparse = to_sparse(sp_input)
    if default_value is None:
        default_value = b"" if sparse.dtype is dtypes.string else False if sparse.dtype is dtypes.bool else 0
    indices, values, shape = sparse._parts()
    return sparse_to_dense(indices, shape, values, default_value, validate_indices, name)


def to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Any:
    """A bool tensor, true at [..., value] for every value of a sparse tensor of integers (tf.sparse.to_indicator).

    Its shape is that of `sp_input` with the last size replaced by `vocab_size`, which all values must be below, and not
    be negative: InvalidArgumentError. TypeError for what is not sparse, or a `vocab_size` that is no integer.
    """
    sparse = to_sparse(sp_input)
    if not isinstance(vocab_size, (Tensor, int, np.integer)) or isinstance(vocab_size, bool):
        raise TypeError(f"vocab_size has to be a Tensor or Python int. Found {type(vocab_size)}")
    return _indicator(*sparse._parts(), vocab_size, name)


@op("SparseToIndicator")
def _indicator(indices: Value, values: Value, shape: Value, vocab_size: Any, name: str | None = None) -> torch.Tensor:
    wanted = [*sizes(shape)[:-1], integer(vocab_size, "vocab_size")]
    places = torch.cat([indices[:, :-1], values.long()[:, None]], 1)
    check_bounds(places, wanted, f"Indices are not valid (out of bounds).  Shape: {dims(wanted)}")
    dense = torch.zeros(wanted, dtype=torch.bool, device=indices.device)
    return dense.index_put(tuple(places.unbind(1)), torch.ones_like(values, dtype=torch.bool))


def eye(num_rows: Any, num_columns: Any = None, dtype: Any = dtypes.float32, name: str | None = None) -> SparseTensor:
    """A sparse matrix with ones on its diagonal (tf.sparse.eye).

    num_columns: as many as rows where None. TypeError for a size that is neither an integer nor a tensor, and for
    tf.string.
    """
    with op_name_scope(name, "eye"):
        kind = dtypes.as_dtype(dtype)
        if kind is dtypes.string:
            raise TypeError("Cannot convert 1 to EagerTensor of dtype string")
        rows = _size(num_rows, "num_rows")
        columns = rows if num_columns is None else _size(num_columns, "num_columns")
        return SparseTensor._of(*_eye(rows, columns, kind))


def _size(value: Any, name: str) -> Any:
    if not isinstance(value, (int, np.integer, Tensor)):
        raise TypeError(f"{name} must be an integer value")
    return value


@op("SparseEye")
def _eye(rows: Any, columns: Any, dtype: dtypes.DType) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    shape = [integer(rows, "num_rows"), integer(columns, "num_columns")]
    if isinstance(shape[0], int) and isinstance(shape[1], int) and min(shape) < 0:
        raise Invalid(f"Dimension {min(shape)} must be >= 0")
    diagonal = torch.arange(min(shape), device=device.default())
    ones = cast_storage(torch.ones_like(diagonal), dtype)
    return torch.stack([diagonal, diagonal], 1), ones, shape_tensor(shape, diagonal)
