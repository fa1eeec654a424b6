"""tensorflow.python.ops.linalg.sparse.sparse: sparse matrices, or batches of them, and their products."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat._internals import csr_matrices
from tfcompat._sparse import SparseTensor
from tfcompat.sparse import from_dense, to_dense

__all__ = ["CSRSparseMatrix", "matmul"]


class CSRSparseMatrix:
    """A sparse matrix, or a batch of them: of a SparseTensor, or of a dense tensor's values that are not zero.

    indices: which elements of a dense tensor to take instead, [n, rank]. InvalidArgumentError for other ranks than 2
    and 3.
    """

    def __init__(self, value: Any, indices: Any = None, name: str | None = None) -> None:
        if not isinstance(value, SparseTensor):
            dense = convert_to_tensor(value)
            if indices is None:
                value = from_dense(dense)
            else:
                places = to_storage(indices).long()
                value = SparseTensor(wrap(places), wrap(to_storage(dense)[tuple(places.t())]), dense.shape)
        if value.shape.rank not in (2, 3):
            raise InvalidArgumentError(None, None, f"SparseTensor must have rank 2 or 3; got shape {value.shape}")
        self._value = value

    @property
    def dtype(self) -> Any:
        """The dtype of the elements."""
        return self._value.dtype

    @property
    def shape(self) -> Any:
        """The shape: [rows, columns] or [batch, rows, columns]."""
        return self._value.shape

    def to_sparse_tensor(self) -> SparseTensor:
        """The matrix as a SparseTensor."""
        return self._value

    def to_dense(self) -> Any:
        """The matrix as a dense tensor."""
        return to_dense(self._value)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> Any:
    """The product of two matrices or batches, of which one at least is a CSRSparseMatrix: dense where one is dense.

    InvalidArgumentError for what is to be both transposed and adjoint.
    """
    sparse_a, sparse_b = isinstance(a, CSRSparseMatrix), isinstance(b, CSRSparseMatrix)
    if sparse_a and sparse_b:
        left, right = (
            csr_matrices.sparse_tensor_to_csr_sparse_matrix(x._value.indices, x._value.values, x._value.dense_shape)
            for x in (a, b)
        )
        found = csr_matrices.sparse_matrix_sparse_mat_mul(
            left, right, a.dtype, transpose_a, transpose_b, adjoint_a, adjoint_b
        )
        return CSRSparseMatrix(csr_matrices.csr_sparse_matrix_to_sparse_tensor(found, a.dtype))
    if sparse_a:
        return wrap(_product(a._value, transpose_a, adjoint_a, _turned(to_storage(b), transpose_b, adjoint_b)))
    if not sparse_b:
        raise TypeError(f"matmul() takes a CSRSparseMatrix for a or b; got {type(a).__name__} and {type(b).__name__}")
    flipped = _turned(to_storage(a), transpose_a, adjoint_a).transpose(-2, -1)
    return wrap(_product(b._value, not (transpose_b or adjoint_b), False, flipped, adjoint_b).transpose(-2, -1))


def _turned(t: torch.Tensor, transpose: bool, adjoint: bool) -> torch.Tensor:
    if transpose and adjoint:
        raise InvalidArgumentError(None, None, "Only one of adjoint and transpose can be true.")
    t = t.conj() if adjoint else t
    return t.transpose(-2, -1) if transpose or adjoint else t


def _product(
    sparse: SparseTensor, transpose: bool, adjoint: bool, dense: torch.Tensor, conjugate: bool = False
) -> torch.Tensor:
    """The sparse matrix times the dense one: each element takes a row of the dense one to a row of the product."""
    if transpose and adjoint:
        raise InvalidArgumentError(None, None, "Only one of adjoint and transpose can be true.")
    places, values = to_storage(sparse.indices).long(), to_storage(sparse.values)
    values = values.conj() if adjoint or conjugate else values
    rows, columns = places[:, -2], places[:, -1]
    shape = [int(n) for n in to_storage(sparse.dense_shape).tolist()]
    height, width = shape[-2:]
    if transpose or adjoint:
        rows, columns, height, width = columns, rows, width, height
    if dense.shape[-2] != width:
        raise InvalidArgumentError(
            None, None, f"The inner dimensions of a and b must be the same; got {width} and {dense.shape[-2]}"
        )
    if len(shape) == 3:
        rows, columns = rows + places[:, 0] * height, columns + places[:, 0] * width
    taken = values[:, None] * dense.reshape(-1, dense.shape[-1]).index_select(0, columns)
    batch = shape[:-2]
    made = taken.new_zeros((*batch, height, dense.shape[-1])).reshape(-1, dense.shape[-1])
    return made.index_add(0, rows, taken).reshape(*batch, height, dense.shape[-1])
