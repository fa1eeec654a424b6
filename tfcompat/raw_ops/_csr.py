"""Raw ops on sparse matrices in rows (CSR), one or a batch of them, which variant tensors hold.

torch's own sparse tensors do the arithmetic: what is held is a coalesced sparse tensor of one matrix or a batch.
"""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Variant


class SparseMatrix(Variant):
    """A sparse matrix, or a batch of them: the places of its values, by rows, and the values, some of them 0."""

    def __init__(self, indices: torch.Tensor, values: torch.Tensor, sizes: Any) -> None:
        self.indices, self.values, self.sizes = indices, values, tuple(int(n) for n in sizes)

    @property
    def kind(self) -> dtypes.DType:
        """The dtype of the values."""
        return BY_STORAGE[self.values.dtype]

    def sparse(self) -> torch.Tensor:
        """The matrix as torch has it."""
        return torch.sparse_coo_tensor(self.indices.t(), self.values, self.sizes, check_invariants=False).coalesce()

    def dense(self) -> torch.Tensor:
        """The matrix with its zeros."""
        return self.sparse().to_dense()


def _matrix(value: Any, kind: dtypes.DType | None = None) -> SparseMatrix:
    if not isinstance(value, SparseMatrix):
        raise Invalid("The variant holds no CSRSparseMatrix")
    if kind is not None and value.kind is not kind:
        raise Invalid(f"dtype of the matrix is not the expected {kind.name}: {value.kind.name}")
    return value


def _of_sparse(t: torch.Tensor) -> SparseMatrix:
    t = t.coalesce()
    return SparseMatrix(t.indices().t(), t.values(), t.shape)


def _check_rank(rank: int, what: str) -> None:
    if rank not in (2, 3):
        raise Invalid(f"{what} must have rank 2 or 3; but saw rank {rank}")


@raw("SparseTensorToCSRSparseMatrix")
def from_sparse(indices: Value, values: Value, dense_shape: Value) -> SparseMatrix:
    """The matrix of the parts of a sparse tensor, in the order of its places."""
    _check_rank(dense_shape.numel(), "SparseTensor")
    return SparseMatrix(indices, values, dense_shape.tolist())


@raw("DenseToCSRSparseMatrix")
def from_dense(dense_input: Value, indices: Value) -> SparseMatrix:
    """The matrix of the elements of a dense one at some places."""
    _check_rank(dense_input.ndim, "dense_input")
    if indices.ndim != 2 or indices.shape[1] != dense_input.ndim:
        raise Invalid(f"indices must be a matrix of {dense_input.ndim} columns, got shape {list(indices.shape)}")
    return SparseMatrix(indices, dense_input[tuple(indices.t())], dense_input.shape)


@raw("SparseMatrixZeros")
def zeros(dense_shape: Value, type: dtypes.DType) -> SparseMatrix:
    """A matrix without values."""
    rank = dense_shape.numel()
    _check_rank(rank, "dense_shape")
    empty = torch.zeros((0, rank), dtype=torch.int64)
    return SparseMatrix(empty, torch.zeros(0, dtype=type.torch), dense_shape.tolist())


@raw("CSRSparseMatrixToDense")
def to_dense(sparse_input: Any, type: dtypes.DType) -> torch.Tensor:
    """The matrix with its zeros."""
    return _matrix(sparse_input, type).dense()


@raw("CSRSparseMatrixToSparseTensor")
def to_sparse(sparse_matrix: Any, type: dtypes.DType) -> tuple[torch.Tensor, ...]:
    """(indices, values, shape) of the matrix."""
    found = _matrix(sparse_matrix, type)
    return found.indices.clone(), found.values.clone(), torch.tensor(found.sizes, dtype=torch.int64)


@raw("CSRSparseMatrixComponents")
def components(csr_sparse_matrix: Any, index: Value, type: dtypes.DType) -> tuple[torch.Tensor, ...]:
    """(where each row begins, columns, values) of one matrix of a batch."""
    found = _matrix(csr_sparse_matrix, type)
    at, count = int(index), 1 if len(found.sizes) == 2 else found.sizes[0]
    if not 0 <= at < count:
        raise Invalid(f"index ({at}) not in [0, {count})")
    own = torch.ones(len(found.values), dtype=torch.bool) if len(found.sizes) == 2 else found.indices[:, 0] == at
    rows, columns = found.indices[own][:, -2], found.indices[own][:, -1]
    starts = torch.searchsorted(rows.contiguous(), torch.arange(found.sizes[-2] + 1))
    return starts.to(torch.int32), columns.to(torch.int32), found.values[own]


@raw("SparseMatrixNNZ")
def count(sparse_matrix: Any) -> torch.Tensor:
    """How many values there are, in each matrix of a batch."""
    found = _matrix(sparse_matrix)
    if len(found.sizes) == 2:
        return torch.tensor(len(found.values), dtype=torch.int32)
    return torch.bincount(found.indices[:, 0], minlength=found.sizes[0]).to(torch.int32)


@raw("SparseMatrixTranspose")
def transpose(input: Any, conjugate: bool, type: dtypes.DType) -> SparseMatrix:
    """Each matrix transposed."""
    turned = _matrix(input, type).sparse().transpose(-1, -2)
    return _of_sparse(turned.conj().resolve_conj() if conjugate else turned)


@raw("SparseMatrixAdd")
def add(a: Any, b: Any, alpha: Value, beta: Value) -> SparseMatrix:
    """alpha times one matrix and beta times another."""
    kind = BY_STORAGE[alpha.dtype]
    first, second = _matrix(a, kind), _matrix(b, kind)
    if first.sizes != second.sizes:
        raise Invalid(f"Inputs' shapes do not match: {list(first.sizes)} vs. {list(second.sizes)}")
    return _of_sparse(first.sparse() * alpha + second.sparse() * beta)


@raw("SparseMatrixMul")
def multiply(a: Any, b: Value) -> SparseMatrix:
    """The values times a scalar, or times one number for each matrix of a batch, [batch, 1, 1]."""
    found = _matrix(a, BY_STORAGE[b.dtype])
    if not b.ndim:
        return SparseMatrix(found.indices, found.values * b, found.sizes)
    if len(found.sizes) != 3 or tuple(b.shape) != (found.sizes[0], 1, 1):
        raise Invalid(f"b must be a scalar, or [batch, 1, 1] for a batch, got shape {list(b.shape)}")
    return SparseMatrix(found.indices, found.values * b.reshape(-1)[found.indices[:, 0]], found.sizes)


def _turned(t: torch.Tensor, transpose: bool, adjoint: bool) -> torch.Tensor:
    if transpose and adjoint:
        raise Invalid("Only one of adjoint and transpose can be true.")
    t = t.transpose(-1, -2) if transpose or adjoint else t
    return t.conj().resolve_conj() if adjoint and t.is_complex() else t


@raw("SparseMatrixMatMul")
def mat_mul(
    a: Any,
    b: Value,
    transpose_a: bool,
    transpose_b: bool,
    adjoint_a: bool,
    adjoint_b: bool,
    transpose_output: bool,
    conjugate_output: bool,
) -> torch.Tensor:
    """The product of a sparse matrix and a dense one, or of batches of them."""
    found = _matrix(a, BY_STORAGE[b.dtype])
    if b.ndim != len(found.sizes):
        raise Invalid(f"Ranks of a and b must match, saw: {len(found.sizes)} vs. {b.ndim}")
    x, y = _turned(found.sparse(), transpose_a, adjoint_a), _turned(b, transpose_b, adjoint_b)
    if x.shape[-1] != y.shape[-2] or x.shape[:-2] != y.shape[:-2]:
        raise Invalid(f"Inner dimensions of a and b must agree: {list(x.shape)} vs. {list(y.shape)}")
    product = torch.sparse.mm(x, y) if b.ndim == 2 else torch.bmm(x.coalesce(), y)
    product = product.transpose(-1, -2).contiguous() if transpose_output else product
    return product.conj().resolve_conj() if conjugate_output else product


@raw("SparseMatrixSparseMatMul")
def sparse_mat_mul(
    a: Any, b: Any, type: dtypes.DType, transpose_a: bool, transpose_b: bool, adjoint_a: bool, adjoint_b: bool
) -> SparseMatrix:
    """The product of two sparse matrices, or of batches of them."""
    x, y = _matrix(a, type), _matrix(b, type)
    first, second = _turned(x.sparse(), transpose_a, adjoint_a), _turned(y.sparse(), transpose_b, adjoint_b)
    if first.shape[-1] != second.shape[-2] or first.shape[:-2] != second.shape[:-2]:
        raise Invalid(f"Inner dimensions of a and b must agree: {list(first.shape)} vs. {list(second.shape)}")
    if len(x.sizes) == 2:
        return _of_sparse(torch.sparse.mm(first, second))
    pairs = zip(first.coalesce().unbind(0), second.coalesce().unbind(0), strict=True)
    return _of_sparse(torch.stack([torch.sparse.mm(p, q) for p, q in pairs]))


@raw("SparseMatrixSoftmax")
def softmax(logits: Any, type: dtypes.DType) -> SparseMatrix:
    """The softmax of the values of each row."""
    found = _matrix(logits, type)
    return _of_sparse(torch.sparse.softmax(found.sparse(), len(found.sizes) - 1))


@raw("SparseMatrixSoftmaxGrad")
def softmax_grad(softmax: Any, grad_softmax: Any, type: dtypes.DType) -> SparseMatrix:
    """The gradient of SparseMatrixSoftmax, at its places."""
    y, dy = _matrix(softmax, type), _matrix(grad_softmax, type)
    at = tuple(y.indices.t())
    along = dy.dense()[at]
    sums = torch.zeros(y.sizes[:-1], dtype=y.values.dtype)
    rows = tuple(y.indices[:, :-1].t())
    sums = sums.index_put(rows, along * y.values, accumulate=True)
    return SparseMatrix(y.indices, (along - sums[rows]) * y.values, y.sizes)
