"""tf.linalg.LinearOperatorInversion."""

from __future__ import annotations

from typing import Any

from tfcompat.linalg.operators.of_another import OperatorOfAnother
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import given


@composite("linear_operator_inversion")
class LinearOperatorInversion(OperatorOfAnother):
    """The inverse of another operator (tf.linalg.LinearOperatorInversion).

    Has the hints of `operator`; ValueError for ones that contradict them, and where either says that there is no
    inverse.
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
        for hint in ("is_non_singular", "is_square"):
            if getattr(operator, hint) is False or parameters[hint] is False:
                raise ValueError(
                    f"An operator with an inverse has {hint}=True or None. Found `operator.{hint}`: "
                    f"{getattr(operator, hint)}, `{hint}`: {parameters[hint]}."
                )
        super().__init__(operator, parameters, "inverse", "inv")

    def _linop_inverse(self) -> Any:
        return self.operator

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> Any:
        return left_operator.operator.matmul(right_operator)

    def _shape(self) -> Any:
        return self.operator.shape

    def _shape_tensor(self) -> Any:
        return self.operator.shape_tensor()

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self.operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Any:
        return 1 / self.operator.determinant()

    def _log_abs_determinant(self) -> Any:
        return -self.operator.log_abs_determinant()

    def _eigvals(self) -> Any:
        return 1 / self.operator.eigvals()
