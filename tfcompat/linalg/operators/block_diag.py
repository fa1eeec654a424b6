"""tf.linalg.LinearOperatorBlockDiag."""

from __future__ import annotations

from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Alikes, op
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.blocks import BlockOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import (
    broadcast_batches,
    broadcast_dynamic,
    broadcast_static,
    given,
    same_dtype,
    total,
)


@op("BlockDiag")
def _block_diagonal(blocks: Alikes, name: str | None = None) -> torch.Tensor:
    """Matrices of which the batches are the same, down the diagonal of one."""
    columns = sum(b.shape[-1] for b in blocks)
    rows, before = [], 0
    for block in blocks:
        after = columns - before - block.shape[-1]
        rows.append(torch.nn.functional.pad(block, (before, after)))
        before = before + block.shape[-1]
    return torch.cat(rows, -2)


@composite("linear_operator_block_diag")
class LinearOperatorBlockDiag(BlockOperator):
    """Operators down the diagonal of a matrix, zeros elsewhere (tf.linalg.LinearOperatorBlockDiag).

    operators: one or more, of one dtype (else TypeError), of which the batches broadcast. What it is applied to may be
    a list with a tensor for each block. Hints that all of the operators have it has, too: ValueError for ones that
    contradict that.
    """

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str | None = None,
    ) -> None:
        parameters = given(locals())
        operators, dtype = same_dtype(operators)
        self._operators = operators
        self._diagonal_operators = operators
        known = hints.of_all(operators, parameters, "direct sum")
        name = "_ds_".join(o.name for o in operators) if name is None else name
        with op_name_scope(name):
            super().__init__(dtype=dtype, parameters=parameters, name=name, **known)

    @property
    def operators(self) -> Any:
        """The blocks."""
        return self._operators

    def _shape(self) -> Any:
        sizes = [total(self._block_dimensions(rows)) for rows in (True, False)]
        return broadcast_static(o.batch_shape for o in self.operators).concatenate(sizes)

    def _shape_tensor(self) -> Any:
        sizes = [tf.reduce_sum(self._block_sizes(rows)) for rows in (True, False)]
        batch = broadcast_dynamic(o.batch_shape_tensor() for o in self.operators)
        return tf.concat([batch, tf.stack(sizes)], 0)

    # ---- operators ----

    def _linop_adjoint(self) -> Any:
        return LinearOperatorBlockDiag([o.adjoint() for o in self.operators], **hints.own(self))

    def _linop_inverse(self) -> Any:
        return LinearOperatorBlockDiag([o.inverse() for o in self.operators], **hints.own(self))

    def _linop_cholesky(self) -> Any:
        return LinearOperatorBlockDiag([o.cholesky() for o in self.operators], is_non_singular=True)

    def _pair(self, other: Any, adjoint: bool, adjoint_arg: bool) -> Any:
        pair: tuple[Any, Any] = super()._pair(other, adjoint, adjoint_arg)
        left, right = pair
        if isinstance(left, LinearOperatorBlockDiag) and isinstance(right, LinearOperatorBlockDiag):
            if len(left.operators) != len(right.operators):
                raise ValueError(
                    "Can not efficiently multiply or solve with two `LinearOperatorBlockDiag`s when the number of "
                    f"blocks differs: {len(left.operators)} and {len(right.operators)}."
                )
            for a, b in zip(left.operators, right.operators, strict=True):
                if a.domain_dimension != b.range_dimension:
                    raise ValueError(f"Blocks are incompatible: {a.domain_dimension} and {b.range_dimension}.")
        return left, right

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> Any:
        if not isinstance(right_operator, LinearOperatorBlockDiag):
            return super()._linop_matmul(left_operator, right_operator)
        blocks = [a.matmul(b) for a, b in zip(left_operator.operators, right_operator.operators, strict=True)]
        return LinearOperatorBlockDiag(blocks, is_non_singular=hints.non_singular(left_operator, right_operator))

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> Any:
        if not isinstance(right_operator, LinearOperatorBlockDiag):
            return super()._linop_solve(left_operator, right_operator)
        blocks = [a.solve(b) for a, b in zip(left_operator.operators, right_operator.operators, strict=True)]
        return LinearOperatorBlockDiag(blocks, is_non_singular=hints.non_singular(left_operator, right_operator))

    # ---- tensors ----

    def _matmul_blocks(self, x: list[Any], adjoint: bool) -> list[Any]:
        return [o.matmul(part, adjoint=adjoint) for o, part in zip(self.operators, x, strict=True)]

    def _solve_blocks(self, rhs: list[Any], adjoint: bool) -> list[Any]:
        return [o.solve(part, adjoint=adjoint) for o, part in zip(self.operators, rhs, strict=True)]

    def _to_dense(self) -> Any:
        return _block_diagonal(broadcast_batches([o.to_dense() for o in self.operators]))

    # ---- assertions ----

    def _assert_self_adjoint(self) -> None:
        for operator in self.operators:
            operator.assert_self_adjoint()

    def _assert_positive_definite(self) -> None:
        for operator in self.operators:
            operator.assert_positive_definite()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("operators",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, list[int]]:
        return {"operators": [0] * len(self.operators)}
