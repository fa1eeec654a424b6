"""Sums of operators, as operators."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.linalg.operators.diag import LinearOperatorDiag
from tfcompat.linalg.operators.full_matrix import LinearOperatorFullMatrix
from tfcompat.linalg.operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from tfcompat.linalg.operators.lower_triangular import LinearOperatorLowerTriangular

_MULTIPLES = (LinearOperatorIdentity, LinearOperatorScaledIdentity)
_DIAGONALS = (*_MULTIPLES, LinearOperatorDiag)
_ADDABLE = (*_DIAGONALS, LinearOperatorLowerTriangular, LinearOperatorFullMatrix)


def as_addable(operator: Any) -> Any:
    """`operator`, as a dense one where it is of a class that has no sums of its own."""
    return operator if isinstance(operator, _ADDABLE) else LinearOperatorFullMatrix(operator.to_dense())


def sum_of(a: Any, b: Any) -> Any:
    """a + b, of the simplest class that holds it."""
    known: dict[str, Any] = {
        "is_self_adjoint": a.is_self_adjoint and b.is_self_adjoint,
        "is_positive_definite": a.is_positive_definite and b.is_positive_definite,
        "name": f"Add/{a.name}__{b.name}/",
    }
    known["is_non_singular"] = True if known["is_positive_definite"] else None
    if isinstance(a, _MULTIPLES) and isinstance(b, _MULTIPLES):
        return LinearOperatorScaledIdentity(a.range_dimension_tensor(), _factor(a) + _factor(b), **known)
    if isinstance(a, _DIAGONALS) and isinstance(b, _DIAGONALS):
        return LinearOperatorDiag(a.diag_part() + b.diag_part(), **known)
    first, second = (a, b) if isinstance(a, _DIAGONALS) else (b, a)
    summed = first.add_to_tensor(second.to_dense())
    if isinstance(first, _DIAGONALS) and isinstance(second, LinearOperatorLowerTriangular):
        return LinearOperatorLowerTriangular(summed, **known)
    if isinstance(a, LinearOperatorLowerTriangular) and isinstance(b, LinearOperatorLowerTriangular):
        return LinearOperatorLowerTriangular(summed, **known)
    return LinearOperatorFullMatrix(summed, **known)


def _factor(operator: Any) -> Any:
    if isinstance(operator, LinearOperatorScaledIdentity):
        return operator.multiplier
    return tf.ones(operator.batch_shape_tensor(), operator.dtype)
