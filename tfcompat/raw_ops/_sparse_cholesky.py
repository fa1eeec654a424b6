"""The Cholesky factor of sparse matrices, with a place for each value that elimination may bring in."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._csr import SparseMatrix, _check_rank, _matrix
from tfcompat.raw_ops._registry import raw


def _pattern(places: torch.Tensor, size: int) -> torch.Tensor:
    """Where the factor of a symmetric matrix may have values, by rows, from the places below its diagonal."""
    below: list[set[int]] = [set() for _ in range(size)]
    for row, column in places.tolist():
        if row > column:
            below[column].add(row)
    for rows in below:
        if rows:
            parent = min(rows)  # elimination of the column joins all its rows, so its parent's column has them too
            below[parent] |= rows - {parent}
    found = [(row, column) for column, rows in enumerate(below) for row in (column, *rows)]
    return torch.tensor(sorted(found), dtype=torch.int64).reshape(-1, 2)


def _factor(matrix: torch.Tensor, places: torch.Tensor, order: torch.Tensor, batch: int) -> tuple[Any, Any]:
    """The places and values of the factor of one matrix, of which only the lower triangle counts."""
    size = len(order)
    if sorted(order.tolist()) != list(range(size)):
        raise Invalid(f"permutation must have each of 0 to {size - 1} once, got {order.tolist()}")
    lower = torch.tril(matrix)
    whole = lower + torch.tril(lower, -1).mH
    turned = whole[order][:, order]
    factor, info = torch.linalg.cholesky_ex(turned)
    if int(info):
        text = f"Sparse Cholesky factorization failed for batch index {batch}. The input might not be valid."
        raise Invalid(text)
    rank = torch.empty_like(order)
    rank[order] = torch.arange(size)
    places = places[places[:, 0] >= places[:, 1]]
    moved = rank[places]
    pattern = _pattern(torch.stack([moved.amax(1), moved.amin(1)], 1), size)
    return pattern, factor[pattern[:, 0], pattern[:, 1]]


@raw("SparseMatrixSparseCholesky")
def sparse_cholesky(input: Any, permutation: Value, type: dtypes.DType) -> SparseMatrix:
    """The lower factor of P A P', for a matrix or a batch, P being the permutation (of each): row i is A's row p[i]."""
    held = _matrix(input, type)
    rank, sizes = len(held.sizes), held.sizes
    _check_rank(rank, "sparse matrix")
    if sizes[-1] != sizes[-2]:
        raise Invalid(f"sparse matrix must be square; got: {sizes[-2]} != {sizes[-1]}")
    if tuple(permutation.shape) != sizes[:-1]:
        raise Invalid(f"permutation must have shape {list(sizes[:-1])}, got {list(permutation.shape)}")
    orders = permutation.long().reshape(-1, sizes[-1])
    dense = held.dense().reshape(-1, *sizes[-2:])
    places, values = [], []
    for batch, (matrix, order) in enumerate(zip(dense, orders, strict=True)):
        own = held.indices if rank == 2 else held.indices[held.indices[:, 0] == batch][:, 1:]
        pattern, found = _factor(matrix, own, order, batch)
        lead = torch.full((len(pattern), rank - 2), batch, dtype=torch.int64)
        places.append(torch.cat([lead, pattern], 1))
        values.append(found)
    return SparseMatrix(torch.cat(places), torch.cat(values), sizes)
