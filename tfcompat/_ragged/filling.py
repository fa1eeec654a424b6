"""Rows without values filled: tf.ragged_fill_empty_rows, and its gradient as an op."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import torch

from tfcompat._core.arguments import integer
from tfcompat._core.gathering import dims
from tfcompat._core.ops import Alike, Invalid, Value, op
from tfcompat._sparse.filling import filled_rows

_Filled = namedtuple(
    "RaggedFillEmptyRows", ["output_value_rowids", "output_values", "empty_row_indicator", "reverse_index_map"]
)
_Gradient = namedtuple("RaggedFillEmptyRowsGrad", ["d_values", "d_default_value"])


@op("RaggedFillEmptyRows", strings=True)
def ragged_fill_empty_rows(
    value_rowids: Value, values: Alike, nrows: Any, default_value: Alike, name: str | None = None
) -> Any:
    """Values in rows, with `default_value` in each row that had none (tf.ragged_fill_empty_rows).

    value_rowids: int64, the row of each value. nrows: how many rows there are. Returns the row ids and the values,
    which rows were empty, and where each of the given values has gone. InvalidArgumentError for rows that are not
    there, and where values and rows are not vectors of one length.
    """
    for argument, t in (("value_rowids", value_rowids), ("values", values)):
        if t.ndim != 1:
            raise Invalid(f"{argument} must be a vector, saw: {dims(t.shape)}")
    if values.shape[0] != value_rowids.shape[0]:
        raise Invalid(
            f"The length of `values` ({values.shape[0]}) must match the first dimension of `value_rowids` "
            f"({value_rowids.shape[0]})."
        )
    if default_value.ndim:
        raise Invalid(f"default_value must be a scalar, saw: {dims(default_value.shape)}")
    return _Filled(*filled_rows(value_rowids, values, integer(nrows, "nrows"), default_value))


@op("RaggedFillEmptyRowsGrad")
def ragged_fill_empty_rows_grad(reverse_index_map: Value, grad_values: Value, name: str | None = None) -> Any:
    """The gradients of the values and of the default value of `ragged_fill_empty_rows`.

    reverse_index_map: where each value went. grad_values: the gradients of the values that came out.
    InvalidArgumentError for an index that is not there. (tf.ragged_fill_empty_rows_grad)
    """
    return _Gradient(*_gradients(reverse_index_map, grad_values))


def _gradients(reverse_index_map: torch.Tensor, grad_values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    given = grad_values[reverse_index_map]
    return given, grad_values.index_fill(0, reverse_index_map, 0).sum(dtype=grad_values.dtype)
