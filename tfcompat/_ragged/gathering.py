"""tf.gather and tf.gather_nd of ragged tensors, and by ragged indices."""

from __future__ import annotations

from typing import Any

from tfcompat._arrays.creation import zeros
from tfcompat._arrays.joining import concat
from tfcompat._arrays.shaping import broadcast_to, expand_dims, reshape
from tfcompat._core import gathering as dense
from tfcompat._core import operators
from tfcompat._core.convert import to_storage
from tfcompat._ragged.checks import INDEX_DTYPES, invalid
from tfcompat._ragged.dispatch import Handler, handler
from tfcompat._ragged.selecting import take_rows
from tfcompat._ragged.tensor import RaggedTensor, checked_axis, outer_size, to_tensor_or_ragged
from tfcompat.dtypes.casting import cast


@handler("GatherV2")
def _gather(
    function: Handler, params: Any, indices: Any, validate: Any, axis: Any, batch_dims: Any, name: Any = None
) -> Any:
    params, indices = to_tensor_or_ragged(params), to_tensor_or_ragged(indices)
    if indices.dtype not in INDEX_DTYPES:
        raise invalid(f"indices must be of dtype int32 or int64, got {indices.dtype.name}")
    rank = indices.shape.rank
    if not -rank <= batch_dims <= rank:
        raise ValueError(f"batch_dims={batch_dims} out of bounds: expected {-rank}<=batch_dims<={rank}")
    batch = batch_dims % rank if batch_dims < 0 else batch_dims
    axis = batch if axis is None else checked_axis(axis, params.shape.rank)
    if axis < batch:
        raise ValueError(f"batch_dims must be less than or equal to axis. Got batch_dims={batch} and axis={axis}.")
    return gather(params, indices, axis, batch)


@handler("ResourceGather")
def _gather_variable(function: Handler, params: Any, indices: Any, name: Any = None) -> Any:
    return indices.with_flat_values(function(params, indices.flat_values))


def gather(params: Any, indices: Any, axis: int, batch: int) -> Any:
    """The slices of `params` at `indices` along `axis`, the first `batch` dimensions being common to both."""
    if not isinstance(params, RaggedTensor) and not isinstance(indices, RaggedTensor):
        return dense.gather(params, indices, axis=axis, batch_dims=batch)
    if batch > 1:
        params, indices = _ragged(params), _ragged(indices)
        return params.with_values(gather(params.values, indices.values, axis - 1, batch - 1))
    if axis == 0:
        return _gather_rows(params, indices)
    if batch == 0:
        params = _ragged(params)
        if axis > 1:
            return params.with_values(gather(params.values, indices, axis - 1, 0))
        return gather(params, _for_every_row(indices, outer_size(params)), 1, 1)
    params = _ragged(params)
    if axis > 1:
        return params.with_values(gather(params.values, take_rows(indices, params.value_rowids()), axis - 1, 1))
    starts = reshape(params.row_splits[:-1], [-1, *(1 for _ in indices.shape[1:])])
    return gather(params.values, operators.add(cast(indices, starts.dtype), starts), 0, 0)


def _ragged(value: Any) -> RaggedTensor:
    return value if isinstance(value, RaggedTensor) else RaggedTensor.from_tensor(value)


def _for_every_row(indices: Any, rows: Any) -> Any:
    """The same indices once for each row."""
    if isinstance(indices, RaggedTensor):
        return take_rows(expand_dims(indices, 0), zeros([rows], indices.row_splits.dtype))
    return broadcast_to(indices, [rows, *to_storage(indices).shape])


def _gather_rows(params: Any, indices: Any) -> Any:
    """The rows of `params`, in the structure of `indices`."""
    if isinstance(indices, RaggedTensor):
        return indices.with_values(_gather_rows(params, indices.values))
    if not isinstance(params, RaggedTensor):
        return dense.gather(params, indices)
    rank = indices.shape.rank
    if rank == 0:
        return take_rows(params, reshape(indices, [1])).values
    if rank == 1:
        return take_rows(params, indices)
    return _gather_rows(params, RaggedTensor.from_tensor(indices, row_splits_dtype=params.row_splits.dtype))


@handler("GatherNd")
def _gather_nd(
    function: Handler, params: Any, indices: Any, batch_dims: Any, ignore: Any = False, name: Any = None
) -> Any:
    if batch_dims:
        raise ValueError(f"batch_dims={batch_dims} is not supported for RaggedTensor params or indices, only 0")
    if ignore:
        raise ValueError("bad_indices_policy 'IGNORE' is not supported for RaggedTensor params or indices.")
    return _vectors(to_tensor_or_ragged(params), to_tensor_or_ragged(indices))


def _vectors(params: Any, indices: Any) -> Any:
    """The elements or slices of `params` that the vectors in the last dimension of `indices` name."""
    if isinstance(indices, RaggedTensor):
        return indices.with_values(_vectors(params, indices.values))
    if not isinstance(params, RaggedTensor):
        return dense.gather_nd(params, indices)
    if indices.shape.rank > 2:
        rows = RaggedTensor.from_tensor(indices, row_splits_dtype=params.row_splits.dtype)
        return rows.with_values(_vectors(params, rows.values))
    if indices.shape.rank == 1:
        return _vectors(params, expand_dims(indices, 0))[0]
    return _by_columns(params, cast(indices, params.row_splits.dtype))


def _by_columns(params: Any, indices: Any) -> Any:
    width = indices.shape[-1]
    if width == 0:
        raise ValueError("The last dimension of `indices` must be greater than 0 for RaggedTensor params.")
    rows = indices[:, 0]
    for column in range(1, width):
        if not isinstance(params, RaggedTensor):
            return dense.gather_nd(params, concat([expand_dims(rows, 1), indices[:, column:]], 1))
        rows = dense.gather(params.row_splits, rows) + indices[:, column]
        params = params.values
    return take_rows(params, rows) if isinstance(params, RaggedTensor) else dense.gather(params, rows)
