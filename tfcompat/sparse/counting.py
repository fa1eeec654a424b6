"""How often numbers occur: tf.sparse.bincount, and tf.math.bincount of sparse tensors."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import INTEGERS, expect, integer
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Invalid, Value, is_symbolic, op
from tfcompat._ragged import RaggedTensor
from tfcompat._ragged.kernels import row_numbers
from tfcompat._sparse.indices import dims, linear, product, shape_tensor, sizes, unique_rows
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.dtypes.casting import cast
from tfcompat.math.counting import bincount as dense_bincount
from tfcompat.math.segments import reduce_rows
from tfcompat.sparse.elementwise import require_same

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _counts(
    rows: torch.Tensor,
    values: torch.Tensor,
    weights: torch.Tensor | None,
    binary: bool,
    least: int,
    most: int,
    shape: list[Any],
) -> Parts:
    """The counts of the values of each row, as the parts of a sparse tensor of `shape` and one more dimension."""
    numbers = expect(values, INTEGERS).long()
    if not is_symbolic(numbers) and bool((numbers < 0).any()):
        raise Invalid("Input values must all be non-negative")
    weighted = weights is not None and (weights.shape[0] if weights.ndim else 0) != 0
    places = torch.cat([rows, numbers[:, None]], 1)
    if most >= 0:
        inside = torch.nonzero(numbers < most).reshape(-1)
        places = places[inside]
        weights = weights[inside] if weighted else weights  # type: ignore[index]
    kind = torch.int64 if weights is None else weights.dtype
    amounts = weights if weighted and not binary else torch.ones(places.shape[0], dtype=kind, device=values.device)
    found, which = unique_rows(places)
    counts = reduce_rows(amounts, which, found.shape[0], "amax" if binary else "sum", 0)  # type: ignore[arg-type]
    if most >= 0:
        size = torch.full((1,), most, dtype=torch.int64, device=found.device)
    else:
        size = torch.cat([numbers, numbers.new_zeros(1)]).amax().reshape(1).add(1).clamp(min=least)
    return found, counts, torch.cat([shape_tensor(shape, found), size]) if shape else size


@op("SparseCountSparseOutput")
def _sparse_counts(
    indices: Value,
    values: Value,
    dense_shape: Value,
    weights: Value,
    binary_output: bool,
    minlength: int = -1,
    maxlength: int = -1,
    name: str | None = None,
) -> Parts:
    rows = sizes(dense_shape)[:1] if dense_shape.shape[0] > 1 else []
    return _counts(indices[:, : len(rows)], values, weights, binary_output, minlength, maxlength, rows)


@op("RaggedCountSparseOutput")
def _ragged_counts(
    splits: Value,
    values: Value,
    weights: Value,
    binary_output: bool,
    minlength: int = -1,
    maxlength: int = -1,
    name: str | None = None,
) -> Parts:
    rows = row_numbers(splits, values.shape[0])[:, None]
    return _counts(rows, values, weights, binary_output, minlength, maxlength, [splits.shape[0] - 1])


@op("DenseCountSparseOutput")
def _dense_counts(
    values: Value,
    weights: Value,
    binary_output: bool,
    minlength: int = -1,
    maxlength: int = -1,
    name: str | None = None,
) -> Parts:
    if values.ndim not in (1, 2):
        raise Invalid(f"Input must be a 1 or 2-dimensional tensor. Got: {dims(values.shape)}")
    if weights.numel() and tuple(weights.shape) != tuple(values.shape):
        raise Invalid(
            f"Weights and values must have the same shape. Weight shape: {dims(weights.shape)}; values shape: "
            f"{dims(values.shape)}"
        )
    lead = list(values.shape[:-1])
    rows = torch.arange(product(lead), device=values.device).repeat_interleave(values.shape[-1])
    rows = rows[:, None] if lead else rows.new_zeros((values.shape[0], 0))
    return _counts(rows, values.reshape(-1), weights.reshape(-1), binary_output, minlength, maxlength, lead)


def _axis(axis: Any) -> int:
    if axis not in (None, 0, -1):
        raise ValueError(f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported.")
    return axis or 0


def _flat_values(x: Any) -> Any:
    """The elements of a sparse or ragged tensor."""
    return x.values if isinstance(x, SparseTensor) else x.flat_values


def _matching_weights(values: Any, weights: Any) -> Any:
    """The values of `weights`, a sparse or ragged tensor whose indices or rows are those of `values`."""
    kind = type(values)
    if type(weights) is not kind:
        raise ValueError(
            f"Argument `weights` must be a {kind.__name__} if `values` is a {kind.__name__}. Received weights="
            f"{weights} of type: {type(weights).__name__}"
        )
    if isinstance(values, RaggedTensor):
        for ours, theirs in zip(values.nested_row_splits, weights.nested_row_splits, strict=True):
            require_same(ours, theirs, "'weights' and 'values' must have the same row splits.")
        return weights.flat_values
    message = "'weights' and 'values' must have the same {}."
    require_same(weights.dense_shape, values.dense_shape, message.format("dense shape"))
    require_same(weights.indices, values.indices, message.format("indices"))
    return weights.values


def bincount(
    values: Any,
    weights: Any = None,
    axis: Any = 0,
    minlength: Any = None,
    maxlength: Any = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """How often each number occurs in `values`, as a sparse tensor of those that do (tf.sparse.bincount).

    values: non-negative integers, dense, sparse or ragged. weights: of the same kind, shape and indices; sums of them
    take the place of counts. axis: 0 counts over the whole tensor, -1 over each row of a matrix. minlength: the least
    size of the last dimension. maxlength: its size; numbers beyond it are left out. binary_output: 1 in the place of
    every count. ValueError for another axis, or for both weights and binary_output.
    """
    with op_name_scope(name, "count"):
        values = values if isinstance(values, CompositeTensor) else convert_to_tensor(values)
        if weights is not None and binary_output:
            raise ValueError("Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one.")
        whole = _axis(axis) == 0
        limits = [
            -1 if n is None else integer(n, what) for n, what in ((minlength, "minlength"), (maxlength, "maxlength"))
        ]
        if isinstance(values, (SparseTensor, RaggedTensor)):
            amounts = _none(values.dtype) if weights is None else _matching_weights(values, weights)
            if not whole:
                if isinstance(values, SparseTensor):
                    return SparseTensor._of(*_sparse_counts(*values._parts(), amounts, binary_output, *limits))
                parts = values.row_splits, values.values
                return SparseTensor._of(*_ragged_counts(*parts, amounts, binary_output, *limits))
            values = _flat_values(values)
        else:
            amounts = None if weights is None else _dense_weights(weights)
            if whole:
                values, amounts = _flat(values), None if amounts is None else _flat(amounts)
        amounts = _none(values.dtype) if amounts is None else amounts
        return SparseTensor._of(*_dense_counts(values, amounts, binary_output, *limits))


def _none(dtype: dtypes.DType) -> Any:
    """No weights: every element counts as 1, of this dtype."""
    return convert_to_tensor([], dtype)


def _dense_weights(weights: Any) -> Any:
    if isinstance(weights, CompositeTensor):
        raise ValueError(
            f"Argument `weights` must be a tf.Tensor if `values` is a tf.Tensor. Received weights={weights} of type: "
            f"{type(weights).__name__}"
        )
    return convert_to_tensor(weights)


@op("Flattened")
def _flat(x: Value) -> torch.Tensor:
    return x.reshape(-1)


# ---- tf.math.bincount ----


def _histograms(
    rows: torch.Tensor, lead: list[Any], values: torch.Tensor, size: Any, weights: torch.Tensor, binary: bool
) -> torch.Tensor:
    """How often each number below `size` occurs in each row, of shape `lead` and one more dimension."""
    length, numbers = sizes(to_storage(size, dtypes.int64, soft=True).reshape(1))[0], values.long()
    if not is_symbolic(numbers) and bool((numbers < 0).any()):
        raise Invalid("Input must be non-negative")
    # One more cell takes what is not counted.
    total = product(lead) * length
    cells = torch.where(numbers < length, rows * length + numbers, total)
    amounts = weights if weights.shape[0] else torch.ones(numbers.shape, dtype=weights.dtype, device=values.device)
    how = "amax" if binary else "sum"
    return reduce_rows(amounts, cells, total + 1, how, 0)[:-1].reshape(*lead, length)


@op("SparseBincount")
def _sparse_bincount(
    indices: Value,
    values: Value,
    dense_shape: Value,
    size: Any,
    weights: Value,
    binary_output: bool = False,
    name: str | None = None,
) -> torch.Tensor:
    lead = sizes(dense_shape)[:-1]
    return _histograms(linear(indices[:, :-1], lead), lead, values, size, weights, binary_output)


@op("RaggedBincount")
def _ragged_bincount(
    splits: Value, values: Value, size: Any, weights: Value, binary_output: bool = False, name: str | None = None
) -> torch.Tensor:
    rows = row_numbers(splits, values.shape[0])
    return _histograms(rows, [splits.shape[0] - 1], values, size, weights, binary_output)


def dense_counts(
    values: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    axis: Any = None,
    binary_output: bool = False,
) -> Any:
    """What tf.math.bincount makes of a sparse or ragged tensor: counts of all its values, or of each row's, dense."""
    if weights is not None and binary_output:
        raise ValueError("Arguments `binary_output` and `weights` are mutually exclusive. Please specify only one.")
    if not values.dtype.is_integer:
        values = cast(values, dtypes.int32)
    whole = _axis(axis) == 0
    amounts = None if weights is None else _matching_weights(values, weights)
    flat = _flat_values(values)
    if whole:
        return dense_bincount(flat, amounts, minlength, maxlength, dtype, name, None, binary_output)
    amounts = _none(dtypes.as_dtype(dtype)) if amounts is None else amounts
    size = _length(flat, minlength, maxlength)
    if isinstance(values, SparseTensor):
        return _sparse_bincount(*values._parts(), size, amounts, binary_output, name)
    return _ragged_bincount(values.row_splits, flat, size, amounts, binary_output, name)


@op("BincountSize")
def _length(values: Value, minlength: Any, maxlength: Any) -> torch.Tensor:
    """One more than the largest number, within the limits that are given."""
    size = torch.cat([values.long(), torch.full((1,), -1, device=values.device)]).amax() + 1
    if minlength is not None:
        size = size.clamp(min=integer(minlength, "minlength"))
    return size if maxlength is None else size.clamp(max=integer(maxlength, "maxlength"))
