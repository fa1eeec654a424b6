"""Products with sparse matrices: tf.sparse.sparse_dense_matmul and sampled_addmm."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import BOOLEAN, COMPLEXES, FLOATS, NUMBERS, expect, flag
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Alike, Invalid, Value, is_symbolic, op
from tfcompat._sparse.indices import dims, sizes
from tfcompat._sparse.product import product
from tfcompat._sparse.tensor import is_sparse, to_sparse
from tfcompat.linalg import matrix_transpose

_MULTIPLIED = FLOATS | COMPLEXES | {torch.int32}


@op("SparseTensorDenseMatMul")
def _matmul(
    a_indices: Value,
    a_values: Alike,
    a_shape: Value,
    b: Alike,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> torch.Tensor:
    if b.ndim != 2:
        raise Invalid("Tensor 'b' is not a matrix")
    if a_shape.shape[0] != 2:
        raise Invalid("Tensor 'a_shape' must have 2 elements")
    expect(b, _MULTIPLIED, NUMBERS - _MULTIPLIED | BOOLEAN)
    if adjoint_b:
        b = b.mH
    size = sizes(a_shape)
    rows, columns = a_indices.unbind(1)
    if adjoint_a:
        a_values, size, rows, columns = a_values.conj(), size[::-1], columns, rows
    if type(size[1]) is int and type(b.shape[0]) is int and size[1] != b.shape[0]:
        raise Invalid(
            f"Cannot multiply A and B because inner dimension does not match: {size[1]} vs. {b.shape[0]}.  Did you "
            f"forget a transpose?  Dimensions of A: [{size[0]}, {size[1]}).  Dimensions of B: {dims(b.shape)}"
        )
    if not is_symbolic(a_indices) and len(rows):
        for place, (letter, index, limit) in enumerate((("m", rows, size[0]), ("k", columns, size[1]))):
            bad = torch.nonzero((index < 0) | (index >= limit)).reshape(-1)
            if len(bad):
                at = int(bad[0])
                column = 1 - place if adjoint_a else place
                raise Invalid(f"{letter} ({int(index[at])}) from index[{at},{column}] out of bounds (>={limit})")
    return product(rows, columns, a_values, b, size[0])


def sparse_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Any:
    """The matrix product of a sparse and a dense matrix, or a dense and a sparse one (tf.sparse.sparse_dense_matmul).

    adjoint_a, adjoint_b: multiply with the conjugate transpose of either. Both have one dtype. InvalidArgumentError for
    sizes or dtypes that do not fit, or indices out of bounds; TypeError where neither is sparse.
    """
    first, second = flag(adjoint_a, "adjoint_a"), flag(adjoint_b, "adjoint_b")
    if is_sparse(b):
        # a b is the adjoint of b* a*; what TensorFlow makes of it transposes without conjugating.
        same = first == second
        return matrix_transpose(sparse_dense_matmul(b, sp_a, first ^ same, second ^ same))
    sparse = to_sparse(sp_a)
    with op_name_scope(name, "SparseTensorDenseMatMul"):
        return _matmul(*sparse._parts(), convert_to_tensor(b), first, second)


@op("SparseSampledAddmm")
def _sampled(indices: Value, values: Value, mat1: Value, mat2: Value, beta: Any, alpha: Any) -> torch.Tensor:
    batch = tuple(mat1.shape[:-2])
    rows, columns = indices[..., -2].long(), indices[..., -1].long()
    if batch:
        grid = torch.meshgrid(*(torch.arange(n, device=mat1.device) for n in batch), indexing="ij")
        where = tuple(g[..., None] for g in grid)
        left, right = mat1[(*where, rows)], mat2.mT[(*where, columns)]
    else:
        left, right = mat1[rows], mat2.mT[columns]
    return (left * right).sum(-1) * alpha + values * beta


def sampled_addmm(
    indices: Any,
    values: Any,
    dense_shape: Any,
    mat1: Any,
    mat2: Any,
    beta: Any = 1.0,
    alpha: Any = 1.0,
    output_type: Any = dtypes.float32,
) -> tuple[Any, Any, Any]:
    """alpha * (mat1 @ mat2) at some places only, plus beta * values (tf.sparse.sampled_addmm).

    indices: the places, [..., n, 2]. values: [..., n]. dense_shape: the product's last two sizes, ValueError where it
    has others. mat1, mat2: matrices, or batches of them, of dtype `output_type`. Returns the indices, the values and
    the shape.
    """
    indices, values = convert_to_tensor(indices), convert_to_tensor(values, output_type)
    dense_shape = convert_to_tensor(dense_shape, dtypes.int32)
    mat1, mat2 = convert_to_tensor(mat1, output_type), convert_to_tensor(mat2, output_type)
    wanted, given = sizes(dense_shape._t), [mat1.shape[-2], mat2.shape[-1]]
    if list(wanted) != given:
        raise ValueError(f"Dense shape: {dense_shape} does not match output shape: {convert_to_tensor(given)}")
    return indices, _sampled(indices, values, mat1, mat2, beta, alpha), dense_shape
