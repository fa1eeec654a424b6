"""tf.linalg.LinearOperatorFullMatrix."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import as_parameter, given, with_rank


@composite("linear_operator_full_matrix")
class LinearOperatorFullMatrix(LinearOperator):
    """Matrices that are stored as such (tf.linalg.LinearOperatorFullMatrix).

    matrix: [..., M, N], of a floating (not bfloat16) or complex dtype, else TypeError. ValueError for less than two
    dimensions.
    """

    def __init__(
        self,
        matrix: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorFullMatrix",
    ) -> None:
        parameters = given(locals())
        self._matrix = as_parameter(matrix)
        allowed = [tf.float16, tf.float32, tf.float64, tf.complex64, tf.complex128]
        if self._matrix.dtype not in allowed:
            raise TypeError(f"Argument `matrix` must have dtype in {allowed}. Received: {self._matrix.dtype}.")
        with_rank(self._matrix, 2, "matrix")
        super().__init__(dtype=self._matrix.dtype, parameters=parameters, name=name, **hints.asked(parameters))

    @property
    def matrix(self) -> Any:
        """The matrices [..., M, N]."""
        return self._matrix

    def _shape(self) -> Any:
        return self._matrix.shape

    def _shape_tensor(self) -> Any:
        return tf.shape(self._matrix)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return tf.linalg.matmul(self._matrix, x, adjoint_a=adjoint, adjoint_b=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._dense_solve(rhs, adjoint, adjoint_arg)

    def _to_dense(self) -> Any:
        return self._matrix

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("matrix",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"matrix": 2}
