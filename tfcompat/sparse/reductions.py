"""The sums and largest elements of sparse tensors along axes: tf.sparse.reduce_sum and reduce_max."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core.arguments import NUMBERS, REALS, axis, expect, integers
from tfcompat._core.ops import Value, op
from tfcompat._sparse.indices import check_bounds, linear, product, shape_tensor, sizes, unique_rows
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.math.segments import reduce_rows

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _axes(along: Any, rank: int) -> tuple[int, ...]:
    """The axes to reduce, each once however often it is named; all of them for None."""
    named = range(rank) if along is None else integers(along, "axis")
    return tuple(dict.fromkeys(axis(a, rank) for a in named))


def _shapes(dims: list[Any], reduced: tuple[int, ...], keep_dims: bool) -> tuple[list[int], list[Any]]:
    """The axes that stay, and the shape of the result."""
    kept = [i for i in range(len(dims)) if i not in reduced]
    return kept, [1 if i in reduced else n for i, n in enumerate(dims) if keep_dims or i not in reduced]


def _dense(
    indices: torch.Tensor, values: torch.Tensor, shape: torch.Tensor, along: Any, keep_dims: bool, how: str
) -> torch.Tensor:
    dims = sizes(shape)
    kept, result = _shapes(dims, _axes(along, len(dims)), keep_dims)
    sides = [dims[k] for k in kept]
    check_bounds(indices[:, kept], sides)
    cells = linear(indices[:, kept], sides)
    return reduce_rows(values, cells, product(result), how, 0).reshape(result)


def _sparse(
    indices: torch.Tensor, values: torch.Tensor, shape: torch.Tensor, along: Any, keep_dims: bool, how: str
) -> Parts:
    dims = sizes(shape)
    reduced = _axes(along, len(dims))
    kept, result = _shapes(dims, reduced, keep_dims)
    rows, which = unique_rows(indices[:, kept])
    values = reduce_rows(values, which, rows.shape[0], how, 0)
    if keep_dims:
        full = rows.new_zeros((rows.shape[0], len(dims)))
        full[:, kept] = rows
        rows = full
    return rows, values, shape_tensor(result, shape)


def _kernels(name: str, kinds: frozenset[torch.dtype], how: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The ops of one reduction, with a dense and with a sparse result."""

    @op(f"SparseReduce{name}")
    def dense(
        input_indices: Value,
        input_values: Value,
        input_shape: Value,
        reduction_axes: Any,
        keep_dims: bool = False,
        name: str | None = None,
    ) -> torch.Tensor:
        return _dense(input_indices, expect(input_values, kinds), input_shape, reduction_axes, keep_dims, how)

    @op(f"SparseReduce{name}Sparse")
    def sparse(
        input_indices: Value,
        input_values: Value,
        input_shape: Value,
        reduction_axes: Any,
        keep_dims: bool = False,
        name: str | None = None,
    ) -> Parts:
        values = expect(input_values, kinds)
        if how == "sum":  # which TensorFlow does not differentiate
            values = values.detach()
        return _sparse(input_indices, values, input_shape, reduction_axes, keep_dims, how)

    return dense, sparse


_sum, _sum_sparse = _kernels("Sum", NUMBERS, "sum")
_max, _max_sparse = _kernels("Max", REALS, "amax")


def reduce_sum(
    sp_input: SparseTensor,
    axis: Any = None,
    keepdims: Any = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The sum over `axis`, a number, a list or all axes for None (tf.sparse.reduce_sum).

    keepdims: keeps the axes, with size 1. output_is_sparse: a sparse tensor, with an element for every place that has
    any; else a dense tensor. InvalidArgumentError for axes that are not there.
    """
    if output_is_sparse:
        return SparseTensor._of(*_sum_sparse(*sp_input._parts(), axis, bool(keepdims), name))
    return _sum(*sp_input._parts(), axis, bool(keepdims), name)


def reduce_max(
    sp_input: SparseTensor,
    axis: Any = None,
    keepdims: Any = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The largest element over `axis`, of those that the tensor has; 0 where it has none (tf.sparse.reduce_max).

    keepdims: keeps the axes, with size 1. output_is_sparse: a sparse tensor, with an element for every place that has
    any; else a dense tensor. InvalidArgumentError for axes that are not there.
    """
    if output_is_sparse:
        return SparseTensor._of(*_max_sparse(*sp_input._parts(), axis, bool(keepdims), name))
    return _max(*sp_input._parts(), axis, bool(keepdims), name)
