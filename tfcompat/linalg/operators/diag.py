"""tf.linalg.LinearOperatorDiag."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.lower_triangular import LinearOperatorLowerTriangular
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import (
    assert_no_zeros,
    assert_real,
    column_of,
    conjugate,
    given,
    oriented,
    with_rank,
)


@composite("linear_operator_diag")
class LinearOperatorDiag(LinearOperator):
    """Square diagonal matrices (tf.linalg.LinearOperatorDiag).

    diag: [..., N]. Real ones are self-adjoint. ValueError for a scalar and for hints that can't hold.
    """

    def __init__(
        self,
        diag: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorDiag",
    ) -> None:
        parameters = given(locals())
        self._diag = with_rank(diag, 1, "diag")
        is_self_adjoint = hints.always_if(
            not self._diag.dtype.is_complex, is_self_adjoint, "A real diagonal operator is always self adjoint."
        )
        super().__init__(
            dtype=self._diag.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=hints.always(is_square, "Only square diagonal operators currently supported."),
            parameters=parameters,
            name=name,
        )

    @property
    def diag(self) -> Any:
        """The diagonal [..., N]."""
        return self._diag

    def _shape(self) -> Any:
        return self._diag.shape.concatenate(self._diag.shape[-1:])

    def _shape_tensor(self) -> Any:
        shape = tf.shape(self._diag)
        return tf.concat([shape, shape[-1:]], 0)

    # ---- operators ----

    def _linop_adjoint(self) -> LinearOperator:
        return LinearOperatorDiag(conjugate(self.diag), **hints.own(self))

    def _linop_inverse(self) -> LinearOperator:
        return LinearOperatorDiag(1 / self.diag, **hints.own(self))

    def _linop_cholesky(self) -> LinearOperator:
        return LinearOperatorDiag(
            tf.sqrt(self.diag), is_non_singular=True, is_self_adjoint=True, is_positive_definite=True, is_square=True
        )

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        known = hints.of_commuting_product(left_operator, right_operator)
        if isinstance(right_operator, LinearOperatorDiag):
            return LinearOperatorDiag(left_operator.diag * right_operator.diag, **known)
        if hasattr(right_operator, "_ones_diag") and hasattr(right_operator, "multiplier"):
            return LinearOperatorDiag(left_operator.diag * column_of(right_operator.multiplier), **known)
        if isinstance(right_operator, LinearOperatorLowerTriangular):
            scaled = column_of(left_operator.diag) * right_operator.to_dense()
            return LinearOperatorLowerTriangular(scaled, **{**known, "is_positive_definite": None})
        return super()._linop_matmul(left_operator, right_operator)

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> LinearOperator:
        known = hints.of_commuting_product(left_operator, right_operator)
        if isinstance(right_operator, LinearOperatorDiag):
            return LinearOperatorDiag(right_operator.diag / left_operator.diag, **known)
        if hasattr(right_operator, "_ones_diag") and hasattr(right_operator, "multiplier"):
            return LinearOperatorDiag(column_of(right_operator.multiplier) / left_operator.diag, **known)
        if isinstance(right_operator, LinearOperatorLowerTriangular):
            scaled = right_operator.to_dense() / column_of(left_operator.diag)
            return LinearOperatorLowerTriangular(scaled, **{**known, "is_positive_definite": None})
        return super()._linop_solve(left_operator, right_operator)

    # ---- tensors ----

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return column_of(conjugate(self._diag, adjoint)) * oriented(x, adjoint_arg)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return conjugate(self._diag, adjoint) * x

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return oriented(rhs, adjoint_arg) * column_of(1 / conjugate(self._diag, adjoint))

    def _to_dense(self) -> Any:
        return tf.linalg.diag(self._diag)

    def _diag_part(self) -> Any:
        return self.diag

    def _add_to_tensor(self, x: Any) -> Any:
        return tf.linalg.set_diag(x, self._diag + tf.linalg.diag_part(x))

    def _determinant(self) -> Any:
        return tf.reduce_prod(self._diag, -1)

    def _log_abs_determinant(self) -> Any:
        return tf.cast(tf.reduce_sum(tf.math.log(tf.abs(self._diag)), -1), self.dtype)

    def _eigvals(self) -> Any:
        return tf.convert_to_tensor(self.diag)

    def _cond(self) -> Any:
        sizes = tf.abs(self.diag)
        return tf.reduce_max(sizes, -1) / tf.reduce_min(sizes, -1)

    # ---- assertions ----

    def _assert_non_singular(self) -> None:
        assert_no_zeros(self._diag, "Singular operator:  Diagonal contained zero values.")

    def _assert_positive_definite(self) -> None:
        part = "diagonal entries with non-positive real part" if self.dtype.is_complex else "non-positive entries"
        message = f"The diagonal contained {part}, thus was not positive definite."
        tf.debugging.assert_positive(tf.math.real(self._diag), message=message)

    def _assert_self_adjoint(self) -> None:
        assert_real(self._diag, "The diagonal contained non-zero imaginary values, thus was not self-adjoint.")

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("diag",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"diag": 1}
