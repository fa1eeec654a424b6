"""tf.linalg.LinearOperatorPermutation."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core.arguments import broadcast_shape
from tfcompat._core.ops import Value, op
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import column_of, given, oriented, with_rank


@op("PermuteRows")
def _permuted(perm: Value, x: Value, inverse: bool, name: str | None = None) -> torch.Tensor:
    """The rows `perm` of the matrices `x`, or those that put them back; batches broadcast."""
    order = torch.argsort(perm, -1) if inverse else perm.long()
    x = x.expand(*broadcast_shape([x.shape[:-1], order.shape]), x.shape[-1])
    return torch.gather(x, -2, order.unsqueeze(-1).expand(x.shape))


@composite("linear_operator_permutation")
class LinearOperatorPermutation(LinearOperator):
    """Permutations of the elements of a vector (tf.linalg.LinearOperatorPermutation).

    perm: integers [..., N], each from 0 to N - 1 once: element i of the product is element perm[i] of the vector.
    dtype: that of the matrix. TypeError for a `perm` of another dtype, ValueError for one that is no permutation and
    for hints that can't hold.
    """

    def __init__(
        self,
        perm: Any,
        dtype: Any = tf.float32,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorPermutation",
    ) -> None:
        parameters = given(locals())
        self._perm = with_rank(perm, 1, "perm")
        self._check_perm(self._perm)
        hints.always(is_non_singular, "A Permutation operator is always non-singular.")
        square = hints.always(is_square, "A Permutation operator is always square.")
        super().__init__(
            dtype=dtype,
            parameters=parameters,
            name=name,
            **hints.asked(parameters, is_square=square),
        )

    @staticmethod
    def _check_perm(perm: Any) -> None:
        if not perm.dtype.is_integer:
            raise TypeError(f"Argument `perm` must be integer dtype. Received: {perm}.")
        known = tf.get_static_value(perm)
        if known is not None and (np.sort(known, -1) != np.arange(known.shape[-1])).any():
            raise ValueError(f"Argument `perm` must be a vector of unique integers from 0 to {known.shape[-1] - 1}.")

    @property
    def perm(self) -> Any:
        """The permutation [..., N]."""
        return self._perm

    def _shape(self) -> Any:
        return self._perm.shape.concatenate(self._perm.shape[-1:])

    def _shape_tensor(self) -> Any:
        shape = tf.shape(self._perm)
        return tf.concat([shape, shape[-1:]], 0)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return _permuted(self.perm, oriented(x, adjoint_arg), adjoint and not self.is_self_adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, not adjoint, adjoint_arg)

    def _log_abs_determinant(self) -> Any:
        return tf.zeros(self.batch_shape_tensor(), self.dtype)

    def _steps(self, perm: Any) -> Any:
        return tf.range(tf.cast(self.domain_dimension_tensor(), perm.dtype), dtype=perm.dtype)

    def _to_dense(self) -> Any:
        perm = tf.convert_to_tensor(self.perm)
        return tf.cast(tf.equal(self._steps(perm), column_of(perm)), self.dtype)

    def _diag_part(self) -> Any:
        perm = tf.convert_to_tensor(self.perm)
        return tf.cast(tf.equal(self._steps(perm), perm), self.dtype)

    def _cond(self) -> Any:
        return tf.ones(self.batch_shape_tensor(), self.dtype)

    def _assert_non_singular(self) -> None:
        return tf.no_op()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("perm", "dtype")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"perm": 1}
