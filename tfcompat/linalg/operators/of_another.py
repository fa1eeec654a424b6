"""What the adjoint and the inverse of an operator share."""

from __future__ import annotations

from typing import Any

from tfcompat._core.names import op_name_scope
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator


class OperatorOfAnother(LinearOperator):
    """An operator that another one decides and that has its hints.

    parameters: the arguments that it was made with. relation: what it is of the other one, for errors. suffix: what its
    name adds to the other one's.
    """

    def __init__(self, operator: Any, parameters: dict[str, Any], relation: str, suffix: str) -> None:
        self._operator = operator
        known = hints.shared(operator, parameters, relation)
        name = parameters["name"]
        name = f"{operator.name}_{suffix}" if name is None else name
        with op_name_scope(name):
            super().__init__(dtype=operator.dtype, parameters=parameters, name=name, **known)

    @property
    def operator(self) -> Any:
        """The operator that this one is made of."""
        return self._operator

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
