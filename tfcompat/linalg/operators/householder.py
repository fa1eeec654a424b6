"""tf.linalg.LinearOperatorHouseholder."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat._core import errors
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import column_of, given, oriented, with_rank


@composite("linear_operator_householder")
class LinearOperatorHouseholder(LinearOperator):
    """The reflections I - 2 v v^H, for v of length 1 (tf.linalg.LinearOperatorHouseholder).

    reflection_axis: [..., N], v before it is brought to that length. Self-adjoint, its own inverse, and not positive
    definite: ValueError for hints that say otherwise.
    """

    def __init__(
        self,
        reflection_axis: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorHouseholder",
    ) -> None:
        parameters = given(locals())
        self._reflection_axis = with_rank(reflection_axis, 1, "reflection_axis")
        super().__init__(
            dtype=self._reflection_axis.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=hints.always(is_self_adjoint, "A Householder operator is always self adjoint."),
            is_positive_definite=hints.never(
                is_positive_definite, "A Householder operator is always non-positive definite."
            ),
            is_square=hints.always(is_square, "A Householder operator is always square."),
            parameters=parameters,
            name=name,
        )

    @property
    def reflection_axis(self) -> Any:
        """What is normal to the plane of the reflection [..., N], as it was given."""
        return self._reflection_axis

    def _normal(self) -> Any:
        return column_of(tf.math.l2_normalize(tf.convert_to_tensor(self.reflection_axis), axis=-1))

    def _shape(self) -> Any:
        return self._reflection_axis.shape.concatenate(self._reflection_axis.shape[-1:])

    def _shape_tensor(self) -> Any:
        shape = tf.shape(self._reflection_axis)
        return tf.concat([shape, shape[-1:]], 0)

    def _linop_adjoint(self) -> LinearOperator:
        return self

    def _linop_inverse(self) -> LinearOperator:
        return self

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x, normal = oriented(x, adjoint_arg), self._normal()
        return x - 2 * normal * tf.linalg.matmul(normal, x, adjoint_a=True)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint, adjoint_arg)

    def _to_dense(self) -> Any:
        normal = self._normal()
        matrix = -2 * tf.linalg.matmul(normal, normal, adjoint_b=True)
        return tf.linalg.set_diag(matrix, 1 + tf.linalg.diag_part(matrix))

    def _diag_part(self) -> Any:
        normal = tf.squeeze(self._normal(), -1)
        return 1 - 2 * normal * tf.math.conj(normal)

    def _trace(self) -> Any:
        return tf.cast(self.domain_dimension_tensor() - 2, self.dtype) * tf.ones(self.batch_shape_tensor(), self.dtype)

    def _determinant(self) -> Any:
        return -tf.ones(self.batch_shape_tensor(), self.dtype)

    def _log_abs_determinant(self) -> Any:
        return tf.zeros(self.batch_shape_tensor(), self.dtype)

    def _eigvals(self) -> Any:
        ones = tf.ones_like(tf.convert_to_tensor(self.reflection_axis))
        return tf.concat([-ones[..., :1], ones[..., 1:]], -1)

    def _cond(self) -> Any:
        return tf.ones(self.batch_shape_tensor(), self.dtype)

    def _assert_non_singular(self) -> None:
        return tf.no_op()

    def _assert_positive_definite(self) -> None:
        raise errors.InvalidArgumentError(None, None, "Householder operators are always non-positive definite.")

    def _assert_self_adjoint(self) -> None:
        return tf.no_op()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("reflection_axis",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"reflection_axis": 1}
