"""The rows of sparse tensors taken apart and put together, as tf.map_fn does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.ops import Alikes, Invalid, Value, Values, op
from tfcompat._sparse.indices import take
from tfcompat._sparse.spec import SparseTensorSpec
from tfcompat._sparse.tensor import SparseTensor

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def row(x: SparseTensor, i: int) -> SparseTensor:
    """Row number i of a sparse tensor of rank 2 or more; InvalidArgumentError for lower ranks."""
    return SparseTensor._of(*_row(*x._parts(), i))


@op("SparseRow", strings=True)
def _row(indices: Value, values: Value, shape: Value, i: int) -> Parts:
    if shape.shape[0] < 2:
        raise Invalid(f"Rank of input SparseTensor should be > 1, but saw rank: {shape.shape[0]}")
    where = torch.nonzero(indices[:, 0] == i).reshape(-1)
    return indices[where, 1:], take(values, where), shape[1:]


def stack(rows: Sequence[Any], spec: SparseTensorSpec) -> SparseTensor:
    """Sparse tensors of one rank as the rows of another, in whose shape the largest of them fits.

    ValueError for a row that does not fit `spec`.
    """
    for x in rows:
        if not spec.is_compatible_with(x):
            raise ValueError(f"Error in map_fn: Expected `fn` to return a: {spec}, but it returned a: {x!r}")
    indices, values, shapes = zip(*(x._parts() for x in rows))
    return SparseTensor._of(*_stack(list(indices), list(values), list(shapes)))


@op("SparseStack", strings=True)
def _stack(indices: Values, values: Alikes, shapes: Values) -> Parts:
    largest = torch.stack(list(shapes)).amax(0)
    numbered = [torch.cat([torch.full_like(w[:, :1], i), w], 1) for i, w in enumerate(indices)]
    count = largest.new_full((1,), len(shapes))
    return torch.cat(numbered), torch.cat(list(values)), torch.cat([count, largest])
