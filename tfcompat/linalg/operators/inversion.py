"""tf.linalg.LinearOperatorInversion."""

from __future__ import annotations

from typing import Any

from tfcompat._core.names import op_name_scope
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import given


@composite("linear_operator_inversion")
class LinearOperatorInversion(LinearOperator):
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
        self._operator = operator
        asked = {
            "is_non_singular": is_non_singular,
            "is_square": is_square,
            "is_self_adjoint": is_self_adjoint,
            "is_positive_definite": is_positive_definite,
        }
        for hint in ("is_non_singular", "is_square"):
            if getattr(operator, hint) is False or asked[hint] is False:
                raise ValueError(
                    f"An operator with an inverse has {hint}=True or None. Found `operator.{hint}`: "
                    f"{getattr(operator, hint)}, `{hint}`: {asked[hint]}."
                )
        known = hints.shared(operator, asked, "inverse")
        name = f"{operator.name}_inv" if name is None else name
        with op_name_scope(name):
            super().__init__(dtype=operator.dtype, parameters=parameters, name=name, **known)

    @property
    def operator(self) -> Any:
        """The operator whose inverse this is."""
        return self._operator

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
