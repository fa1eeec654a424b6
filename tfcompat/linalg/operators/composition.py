"""tf.linalg.LinearOperatorComposition."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat._core.names import op_name_scope
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.lower_triangular import LinearOperatorLowerTriangular
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import (
    broadcast_dynamic,
    broadcast_static,
    given,
    product,
    same_dtype,
    total,
)


@composite("linear_operator_composition")
class LinearOperatorComposition(LinearOperator):
    """The product of operators, the last one applied first (tf.linalg.LinearOperatorComposition).

    operators: one or more, of one dtype (else TypeError), of which sizes and batches fit. A product A A^H is known to
    be self-adjoint, and positive definite where it is non-singular. ValueError for hints that contradict that.
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
        gram = hints.is_gram(operators)
        is_non_singular = hints.always_if(
            all(o.is_non_singular for o in operators),
            is_non_singular,
            "The composition of non-singular operators is always non-singular.",
        )
        is_self_adjoint = hints.always_if(
            gram or (len(operators) == 1 and operators[0].is_self_adjoint),
            is_self_adjoint,
            "The composition was determined to be self-adjoint but user provided incorrect `False` hint.",
        )
        is_square = hints.always_if(gram, is_square, "A composition A @ A.H is always square.")
        is_positive_definite = hints.always_if(
            gram and is_non_singular,
            is_positive_definite,
            "A non-singular composition A @ A.H is always positive definite.",
        )
        name = "_o_".join(o.name for o in operators) if name is None else name
        with op_name_scope(name):
            super().__init__(
                dtype=dtype,
                is_non_singular=is_non_singular,
                is_self_adjoint=is_self_adjoint,
                is_positive_definite=is_positive_definite,
                is_square=is_square,
                parameters=parameters,
                name=name,
            )

    @property
    def operators(self) -> Any:
        """The factors."""
        return self._operators

    def _shape(self) -> Any:
        for left, right in zip(self.operators, self.operators[1:]):
            left.domain_dimension.assert_is_compatible_with(right.range_dimension)
        batch = broadcast_static(o.batch_shape for o in self.operators)
        return batch.concatenate([self.operators[0].range_dimension, self.operators[-1].domain_dimension])

    def _shape_tensor(self) -> Any:
        sizes = [self.operators[0].range_dimension_tensor(), self.operators[-1].domain_dimension_tensor()]
        batch = broadcast_dynamic(o.batch_shape_tensor() for o in self.operators)
        return tf.concat([batch, tf.stack(sizes)], 0)

    def _linop_cholesky(self) -> Any:
        left = self.operators[0]
        is_factored = len(self.operators) == 2 and hints.is_gram(self.operators)
        if not (is_factored and isinstance(left, LinearOperatorLowerTriangular)):
            return super()._linop_cholesky()
        if left.is_positive_definite:
            return left
        signs = tf.expand_dims(tf.sign(left.diag_part()), -2)
        return LinearOperatorLowerTriangular(
            left.tril / signs, is_non_singular=left.is_non_singular, is_self_adjoint=left.is_self_adjoint
        )

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        first, *others = self.operators if adjoint else reversed(self.operators)
        x = first.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in others:
            x = operator.matmul(x, adjoint=adjoint)
        return x

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        first, *others = reversed(self.operators) if adjoint else self.operators
        x = first.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for operator in others:
            x = operator.solve(x, adjoint=adjoint)
        return x

    def _determinant(self) -> Any:
        return product(o.determinant() for o in self.operators)

    def _log_abs_determinant(self) -> Any:
        return total(o.log_abs_determinant() for o in self.operators)

    def _assert_non_singular(self) -> None:
        if not all(o.is_square for o in self.operators):
            return super()._assert_non_singular()
        for operator in self.operators:
            operator.assert_non_singular()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("operators",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, list[int]]:
        return {"operators": [0] * len(self.operators)}
