"""tf.linalg.LinearOperatorLowerTriangular."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import assert_no_zeros, given, oriented, with_rank


@composite("linear_operator_lower_triangular")
class LinearOperatorLowerTriangular(LinearOperator):
    """Square lower triangular matrices (tf.linalg.LinearOperatorLowerTriangular).

    tril: [..., N, N], of which what lies above the diagonal is not read. ValueError for less than two dimensions.
    """

    def __init__(
        self,
        tril: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowerTriangular",
    ) -> None:
        parameters = given(locals())
        square = hints.always(is_square, "Only square lower triangular operators supported at this time.")
        self._tril = with_rank(tril, 2, "tril")
        super().__init__(
            dtype=self._tril.dtype, parameters=parameters, name=name, **hints.asked(parameters, is_square=square)
        )

    @property
    def tril(self) -> Any:
        """The matrices [..., N, N], as they were given."""
        return self._tril

    def _shape(self) -> Any:
        return self._tril.shape

    def _shape_tensor(self) -> Any:
        return tf.shape(self._tril)

    def _get_tril(self) -> Any:
        return tf.linalg.band_part(self._tril, -1, 0)

    def _diag_part(self) -> Any:
        return tf.linalg.diag_part(self._tril)

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        from tfcompat.linalg.operators.diag import LinearOperatorDiag

        if not isinstance(right_operator, LinearOperatorDiag):
            return super()._linop_matmul(left_operator, right_operator)
        scaled = left_operator.to_dense() * tf.expand_dims(right_operator.diag, -2)
        known = hints.of_commuting_product(right_operator, left_operator)
        return LinearOperatorLowerTriangular(scaled, **{**known, "is_positive_definite": None})

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return tf.linalg.matmul(self._get_tril(), x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return tf.linalg.triangular_solve(self._get_tril(), oriented(rhs, adjoint_arg), lower=True, adjoint=adjoint)

    def _to_dense(self) -> Any:
        return self._get_tril()

    def _determinant(self) -> Any:
        return tf.reduce_prod(self._diag_part(), -1)

    def _log_abs_determinant(self) -> Any:
        return tf.reduce_sum(tf.math.log(tf.abs(self._diag_part())), -1)

    def _eigvals(self) -> Any:
        return self._diag_part()

    def _assert_non_singular(self) -> None:
        assert_no_zeros(self._diag_part(), "Singular operator:  Diagonal contained zero values.")

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("tril",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"tril": 2}
