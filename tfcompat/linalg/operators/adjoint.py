"""tf.linalg.LinearOperatorAdjoint."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.linalg.operators.of_another import OperatorOfAnother
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import conjugate, given


@composite("linear_operator_adjoint")
class LinearOperatorAdjoint(OperatorOfAnother):
    """The adjoint, the conjugate transpose, of another operator (tf.linalg.LinearOperatorAdjoint).

    Has the hints of `operator`; ValueError for ones that contradict them.
    """

    def __init__(
        self,
        operator: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
    ) -> None:
        parameters = given(locals())
        super().__init__(operator, parameters, "adjoint", "adjoint")

    def _linop_adjoint(self) -> Any:
        return self.operator

    def _shape(self) -> Any:
        shape = self.operator.shape
        if shape.rank is None:
            return shape
        return shape[:-2].concatenate([shape[-1], shape[-2]])

    def _shape_tensor(self) -> Any:
        shape = self.operator.shape_tensor()
        return tf.concat([shape[:-2], shape[-1:], shape[-2:-1]], 0)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x: Any, adjoint: bool = False) -> Any:
        return self.operator.matvec(x, adjoint=not adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solvevec(self, rhs: Any, adjoint: bool = False) -> Any:
        return self.operator.solvevec(rhs, adjoint=not adjoint)

    def _to_dense(self) -> Any:
        dense = self.operator.to_dense()
        return dense if self.is_self_adjoint else tf.linalg.adjoint(dense)

    def _determinant(self) -> Any:
        return conjugate(self.operator.determinant(), not self.is_self_adjoint)

    def _log_abs_determinant(self) -> Any:
        return self.operator.log_abs_determinant()

    def _trace(self) -> Any:
        return conjugate(self.operator.trace(), not self.is_self_adjoint)

    def _eigvals(self) -> Any:
        return conjugate(self.operator.eigvals(), not self.operator.is_self_adjoint)
