"""tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops: products of sparse matrices, as Keras asks for them."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat._sparse import SparseTensor

__all__ = [
    "csr_sparse_matrix_to_sparse_tensor",
    "sparse_matrix_sparse_mat_mul",
    "sparse_tensor_to_csr_sparse_matrix",
]


class CSRSparseMatrix(NamedTuple):
    """A sparse matrix, or a batch of them, as torch keeps it."""

    coo: torch.Tensor


def sparse_tensor_to_csr_sparse_matrix(
    indices: Any, values: Any, dense_shape: Any, name: str | None = None
) -> CSRSparseMatrix:
    """The matrix of a SparseTensor's parts."""
    parts = to_storage(indices).long().t(), to_storage(values), to_storage(dense_shape).tolist()
    if len(parts[2]) not in (2, 3):
        raise InvalidArgumentError(None, None, f"SparseTensor must have rank 2 or 3; got shape {parts[2]}")
    return CSRSparseMatrix(torch.sparse_coo_tensor(*parts, check_invariants=True).coalesce())


def csr_sparse_matrix_to_sparse_tensor(sparse_matrix: CSRSparseMatrix, type: Any, name: str | None = None) -> Any:
    """The SparseTensor of a matrix."""
    coo = sparse_matrix.coo.coalesce()
    return SparseTensor(wrap(coo.indices().t().contiguous()), wrap(coo.values()), list(coo.shape))


def sparse_matrix_sparse_mat_mul(
    a: CSRSparseMatrix,
    b: CSRSparseMatrix,
    type: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> CSRSparseMatrix:
    """The product of two matrices, or of each two of a batch."""
    left = _turned(a.coo, transpose_a, adjoint_a)
    right = _turned(b.coo, transpose_b, adjoint_b)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta")
        if left.ndim == 2:
            return CSRSparseMatrix(torch.sparse.mm(left, right).coalesce())
        products = [torch.sparse.mm(left[i], right[i]) for i in range(left.shape[0])]
        return CSRSparseMatrix(torch.stack(products).coalesce())


def _turned(t: torch.Tensor, transpose: bool, adjoint: bool) -> torch.Tensor:
    if transpose and adjoint:
        raise InvalidArgumentError(None, None, "Only one of adjoint and transpose can be true.")
    t = t.conj() if adjoint else t
    return t.transpose(-2, -1).coalesce() if transpose or adjoint else t
