"""tf.linalg.LinearOperatorKronecker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core import errors
from tfcompat._core.arguments import integer
from tfcompat._core.names import op_name_scope
from tfcompat._core.ops import Value, op
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import broadcast_dynamic, broadcast_static, given, oriented, product, same_dtype


@op("FoldRows")
def _folded(x: Value, size: Any, name: str | None = None) -> torch.Tensor:
    """Matrices [..., M, N] written row by row into columns of `size` elements: [..., size, M N / size]."""
    rows = integer(size, "size")
    return x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1] // rows, rows).mT


@op("KroneckerVector")
def _outer(x: Value, y: Value, name: str | None = None) -> torch.Tensor:
    return (x.unsqueeze(-1) * y.unsqueeze(-2)).flatten(-2)


@op("KroneckerMatrix")
def _kronecker(x: Value, y: Value, name: str | None = None) -> torch.Tensor:
    blocks = x[..., :, None, :, None] * y[..., None, :, None, :]
    return blocks.flatten(-2).flatten(-3, -2)


@composite("linear_operator_kronecker")
class LinearOperatorKronecker(LinearOperator):
    """The Kronecker product of operators (tf.linalg.LinearOperatorKronecker).

    operators: one or more, of one dtype (else TypeError), of which the batches broadcast. Hints that all of them have
    the product has, too: ValueError for ones that contradict that.
    """

    def __init__(
        self,
        operators: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = given(locals())
        operators, dtype = same_dtype(operators)
        self._operators = operators
        known = hints.of_all(operators, parameters, "Kronecker product")
        name = "_x_".join(o.name for o in operators) if name is None else name
        with op_name_scope(name):
            super().__init__(dtype=dtype, parameters=parameters, name=name, **known)

    @property
    def operators(self) -> Any:
        """The factors."""
        return self._operators

    def _shape(self) -> Any:
        rows = product(o.range_dimension for o in self.operators)
        columns = product(o.domain_dimension for o in self.operators)
        return broadcast_static(o.batch_shape for o in self.operators).concatenate([rows, columns])

    def _shape_tensor(self) -> Any:
        rows = product(o.range_dimension_tensor() for o in self.operators)
        columns = product(o.domain_dimension_tensor() for o in self.operators)
        batch = broadcast_dynamic(o.batch_shape_tensor() for o in self.operators)
        return tf.concat([batch, tf.stack([rows, columns])], 0)

    def _of(self, operators: list[Any], known: dict[str, bool | None]) -> Any:
        return LinearOperatorKronecker(operators, **known)

    def _linop_adjoint(self) -> Any:
        return self._of([o.adjoint() for o in self.operators], {**hints.own(self), "is_square": self.is_square})

    def _linop_inverse(self) -> Any:
        return self._of([o.inverse() for o in self.operators], hints.own(self))

    def _linop_cholesky(self) -> Any:
        return self._of([o.cholesky() for o in self.operators], {"is_non_singular": True, "is_square": True})

    # ---- tensors ----

    def _applied(self, x: Any, apply: Callable[[Any, Any], Any], adjoint: bool, inverse: bool) -> Any:
        """What `apply(operator, matrix)` does for each factor, done to the columns of `x`, of one factor's size each.

        Each step takes the last factor's index of the columns, and puts that of the result before all others.
        """
        into_domain = adjoint != inverse
        columns = tf.shape(x)[-1]
        x = tf.linalg.matrix_transpose(x)
        for factor in reversed(self.operators):
            width = factor.range_dimension_tensor() if into_domain else factor.domain_dimension_tensor()
            x = apply(factor, _folded(x, width))
        rows = self.domain_dimension_tensor() if into_domain else self.range_dimension_tensor()
        return tf.reshape(x, tf.concat([tf.shape(x)[:-2], tf.stack([rows, columns])], 0))

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._applied(
            oriented(x, adjoint_arg), lambda factor, y: factor.matmul(y, adjoint=adjoint), adjoint, False
        )

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._applied(
            oriented(rhs, adjoint_arg), lambda factor, y: factor.solve(y, adjoint=adjoint), adjoint, True
        )

    def _powers(self) -> list[Any]:
        """How often each factor counts in the determinant."""
        size = self.domain_dimension_tensor()
        return [tf.cast(size / o.domain_dimension_tensor(), o.dtype) for o in self.operators]

    def _determinant(self) -> Any:
        return product(o.determinant() ** power for o, power in zip(self.operators, self._powers()))

    def _log_abs_determinant(self) -> Any:
        logs = [o.log_abs_determinant() * power for o, power in zip(self.operators, self._powers())]
        return sum(logs[1:], logs[0])

    def _trace(self) -> Any:
        return product(o.trace() for o in self.operators)

    def _diag_part(self) -> Any:
        if not all(o.is_square for o in self.operators):  # the diagonals of the factors do not make up that of all
            return super()._diag_part()
        diagonal = self.operators[0].diag_part()
        for factor in self.operators[1:]:
            diagonal = _outer(diagonal, factor.diag_part())
        return diagonal

    def _eigvals(self) -> Any:
        values = self.operators[0].eigvals()
        for factor in self.operators[1:]:
            values = _outer(values, factor.eigvals())
        return values

    def _to_dense(self) -> Any:
        dense = self.operators[0].to_dense()
        for factor in self.operators[1:]:
            dense = _kronecker(dense, factor.to_dense())
        return dense

    # ---- assertions ----

    def _refuse_non_square_factors(self) -> None:
        if not all(o.is_square for o in self.operators):
            raise errors.InvalidArgumentError(
                None, None, "All Kronecker factors must be square for the product to be invertible or self-adjoint."
            )

    def _assert_non_singular(self) -> None:
        self._refuse_non_square_factors()
        for factor in self.operators:
            factor.assert_non_singular()

    def _assert_self_adjoint(self) -> None:
        self._refuse_non_square_factors()
        for factor in self.operators:
            factor.assert_self_adjoint()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("operators",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, list[int]]:
        return {"operators": [0] * len(self.operators)}
