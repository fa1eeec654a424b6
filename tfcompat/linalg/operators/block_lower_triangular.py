"""tf.linalg.LinearOperatorBlockLowerTriangular."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.ops import Alikes, op
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.addition import as_addable, sum_of
from tfcompat.linalg.operators.blocks import BlockOperator
from tfcompat.linalg.operators.identity import LinearOperatorScaledIdentity
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import broadcast_batches, broadcast_dynamic, broadcast_static, given, total


@op("BlockLowerTriangular")
def _block_lower(blocks: Alikes, name: str | None = None) -> torch.Tensor:
    """Matrices of which the batches are the same, row by row on and below the diagonal of one."""
    count = round((2 * len(blocks)) ** 0.5 - 0.5)
    rows = [torch.cat(list(blocks[i * (i + 1) // 2 : (i + 1) * (i + 2) // 2]), -1) for i in range(count)]
    columns = rows[-1].shape[-1]
    return torch.cat([torch.nn.functional.pad(row, (0, columns - row.shape[-1])) for row in rows], -2)


@composite("linear_operator_block_lower_triangular")
class LinearOperatorBlockLowerTriangular(BlockOperator):
    """Blocks on and below the diagonal, zeros above it (tf.linalg.LinearOperatorBlockLowerTriangular).

    operators: a list of rows, the first of one operator, the second of two and so on, of one dtype (else TypeError), of
    which the sizes fit and the batches broadcast; those on the diagonal, the last of each row, are square. What it is
    applied to may be a list with a tensor for each block. ValueError for rows of other lengths and for hints that
    can't hold.
    """

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorBlockLowerTriangular",
    ) -> None:
        parameters = given(locals())
        tf.debugging.assert_proper_iterable(operators)
        for row in operators:
            tf.debugging.assert_proper_iterable(row)
        rows = [list(row) for row in operators]
        if not rows:
            raise ValueError(f"Argument `operators` must be a list of >=1 operators. Received: {rows}.")
        self._operators = rows
        self._diagonal_operators = [row[-1] for row in rows]
        dtype = rows[0][0].dtype
        _check_rows(rows, dtype)
        super().__init__(
            dtype=dtype,
            is_non_singular=self._non_singular(is_non_singular),
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=self._square(is_square),
            parameters=parameters,
            name=name,
        )

    def _non_singular(self, is_non_singular: bool | None) -> bool | None:
        known = [o.is_non_singular for o in self._diagonal_operators]
        what = "A block lower triangular operator is non-singular if and only if the blocks on its diagonal are."
        if all(known):
            return hints.always(is_non_singular, what)
        return hints.never(is_non_singular, what) if False in known else None

    def _square(self, is_square: bool | None) -> bool:
        for i, operator in enumerate(self._diagonal_operators):
            if operator.is_square is False:
                raise ValueError(f"The blocks on the diagonal must be square; `operators[{i}][-1]` is not.")
        return hints.always(is_square, "`LinearOperatorBlockLowerTriangular` must be square.")

    @property
    def operators(self) -> Any:
        """The blocks, a list of rows."""
        return self._operators

    def _shape(self) -> Any:
        batch = broadcast_static(o.batch_shape for row in self.operators for o in row)
        return batch.concatenate([total(self._block_dimensions(rows)) for rows in (True, False)])

    def _shape_tensor(self) -> Any:
        batch = broadcast_dynamic(o.batch_shape_tensor() for row in self.operators for o in row)
        sizes = [tf.reduce_sum(self._block_sizes(rows)) for rows in (True, False)]
        return tf.concat([batch, tf.stack(sizes)], 0)

    def _linop_inverse(self) -> Any:
        if len(self.operators) == 1:
            return LinearOperatorBlockLowerTriangular([[self.operators[0][0].inverse()]], **hints.own(self))
        *upper, bottom = self.operators
        inverse = LinearOperatorBlockLowerTriangular(upper).inverse()
        corner = bottom[-1].inverse()
        minus = LinearOperatorScaledIdentity(corner.domain_dimension_tensor(), tf.cast(-1, self.dtype))
        row = []
        for i in range(len(upper)):
            products = [bottom[j].matmul(inverse.operators[j][i]) for j in range(i, len(upper))]
            summed = functools.reduce(sum_of, map(as_addable, products))
            row.append(minus.matmul(corner.matmul(summed)))
        return LinearOperatorBlockLowerTriangular([*inverse.operators, [*row, corner]], **hints.own(self))

    # ---- tensors ----

    def _matmul_blocks(self, x: list[Any], adjoint: bool) -> list[Any]:
        rows = self.operators
        if adjoint:
            count = range(len(rows))
            return [total(rows[j][i].matmul(x[j], adjoint=True) for j in count[i:]) for i in count]
        return [total(o.matmul(part) for o, part in zip(row, x)) for row in rows]

    def _solve_blocks(self, rhs: list[Any], adjoint: bool) -> list[Any]:
        """By substitution, from the first block on, or for the adjoint from the last."""
        rows, count = self.operators, len(self.operators)
        found: dict[int, Any] = {}
        for i in reversed(range(count)) if adjoint else range(count):
            y = rhs[i]
            for j, x in found.items():
                y = y - (rows[j][i].matmul(x, adjoint=True) if adjoint else rows[i][j].matmul(x))
            found[i] = rows[i][i].solve(y, adjoint=adjoint)
        return [found[i] for i in range(count)]

    def _to_dense(self) -> Any:
        return _block_lower(broadcast_batches([o.to_dense() for row in self.operators for o in row]))

    def _determinant(self) -> Any:
        if all(o.is_positive_definite for o in self._diagonal_operators):
            return tf.exp(self._log_abs_determinant())
        return super()._determinant()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("operators",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, Any]:
        return {"operators": [[0] * len(row) for row in self.operators]}


def _check_rows(rows: Sequence[Sequence[Any]], dtype: Any) -> None:
    """TypeError for operators of different dtypes, ValueError for rows of the wrong lengths and sizes that differ."""
    for i, row in enumerate(rows):
        for operator in row:
            if operator.dtype != dtype:
                raise TypeError(
                    f"Expected all operators to have the same dtype. Found {operator.dtype} in row {i} and {dtype} in "
                    "row 0."
                )
    for i, row in enumerate(rows):
        if len(row) != i + 1:
            raise ValueError(f"Argument `operators[{i}]` must contain `{i + 1}` blocks. Received: {len(row)} blocks.")
    for i, row in enumerate(rows[1:], 1):
        for j, operator in enumerate(row[:-1]):
            above, right = rows[i - 1][j].domain_dimension, row[j + 1].range_dimension
            if operator.domain_dimension != above and None not in (operator.domain_dimension.value, above.value):
                raise ValueError(
                    f"`operators[{i}][{j}]` must have as many columns as `operators[{i - 1}][{j}]`: "
                    f"{operator.domain_dimension} and {above}."
                )
            if operator.range_dimension != right and None not in (operator.range_dimension.value, right.value):
                raise ValueError(
                    f"`operators[{i}][{j}]` must have as many rows as `operators[{i}][{j + 1}]`: "
                    f"{operator.range_dimension} and {right}."
                )
