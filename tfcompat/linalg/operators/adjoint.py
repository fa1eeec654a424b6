"""tf.linalg.LinearOperatorAdjoint."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat._core.names import op_name_scope
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import conjugate, given


@composite("linear_operator_adjoint")
class LinearOperatorAdjoint(LinearOperator):
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
        self._operator = operator
        asked = {
            "is_square": is_square,
            "is_non_singular": is_non_singular,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
        }
        known = hints.shared(operator, asked, "adjoint")
        name = f"{operator.name}_adjoint" if name is None else name
        with op_name_scope(name):
            super().__init__(dtype=operator.dtype, parameters=parameters, name=name, **known)

    @property
    def operator(self) -> Any:
        """The operator whose adjoint this is."""
        return self._operator

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

    def _cond(self) -> Any:
        return self.operator.cond()

    def _assert_non_singular(self) -> None:
        self.operator.assert_non_singular()

    def _assert_positive_definite(self) -> None:
        self.operator.assert_positive_definite()

    def _assert_self_adjoint(self) -> None:
        self.operator.assert_self_adjoint()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("operator",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"operator": 0}
