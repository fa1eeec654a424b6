"""tf.linalg.LinearOperatorLowRankUpdate."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.diag import LinearOperatorDiag
from tfcompat.linalg.operators.identity import LinearOperatorIdentity
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import as_parameter, broadcast_dynamic, broadcast_static, given, solve


@composite("linear_operator_low_rank_update")
class LinearOperatorLowRankUpdate(LinearOperator):
    """L + U D V^H, an operator and a product of few columns (tf.linalg.LinearOperatorLowRankUpdate).

    base_operator: L, M x N. u: [..., M, K]; v: [..., N, K], u where None. diag_update: [..., K], the diagonal D, the
    identity where None; is_diag_update_positive: whether D is positive. Solves and takes determinants by the Woodbury
    identity. ValueError for sizes that do not fit and hints that can't hold.
    """

    def __init__(
        self,
        base_operator: Any,
        u: Any,
        diag_update: Any = None,
        v: Any = None,
        is_diag_update_positive: bool | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowRankUpdate",
    ) -> None:
        parameters = given(locals())
        dtype = base_operator.dtype
        if diag_update is None:
            is_diag_update_positive = hints.always(
                is_diag_update_positive, "The default `diag_update` is the identity, which is positive."
            )
        elif is_diag_update_positive and dtype.is_complex:
            logging.warning("is_diag_update_positive says that a complex `diag_update` is real and positive.")
        is_gram = base_operator.is_self_adjoint and v is None
        self._use_cholesky = is_gram and base_operator.is_positive_definite and is_diag_update_positive
        what = "The arguments imply a self-adjoint positive definite operator."
        is_positive_definite = hints.always_if(self._use_cholesky, is_positive_definite, what)
        is_non_singular = hints.always_if(self._use_cholesky, is_non_singular, what)
        implied = self._use_cholesky or (is_gram and not dtype.is_complex)
        is_self_adjoint = hints.always_if(implied, is_self_adjoint, "The arguments imply a self-adjoint operator.")
        self._u = as_parameter(u)
        self._v = self._u if v is None else as_parameter(v)
        self._diag_update = as_parameter(diag_update)
        self._base_operator = base_operator
        super().__init__(
            dtype=dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=is_self_adjoint,
            is_positive_definite=is_positive_definite,
            is_square=is_square,
            parameters=parameters,
            name=name,
        )
        self._is_diag_update_positive = is_diag_update_positive
        self._diag_operator = self._make_diag_operator()
        self._check_shapes()

    def _make_diag_operator(self) -> LinearOperator:
        if self._diag_update is not None:
            return LinearOperatorDiag(self._diag_update, is_positive_definite=self._is_diag_update_positive)
        size = self.u.shape[-1]
        return LinearOperatorIdentity(tf.shape(self.u)[-1] if size is None else size, dtype=self.dtype)

    def _check_shapes(self) -> None:
        columns = tf.broadcast_static_shape(self.u.shape, self.v.shape)
        batch = tf.broadcast_static_shape(self.base_operator.batch_shape, columns[:-2])
        self.base_operator.domain_dimension.assert_is_compatible_with(columns[-2])
        if self._diag_update is not None:
            columns[-1:].assert_is_compatible_with(self._diag_update.shape[-1:])
            tf.broadcast_static_shape(batch, self._diag_update.shape[:-1])

    @property
    def u(self) -> Any:
        """U [..., M, K]."""
        return self._u

    @property
    def v(self) -> Any:
        """V [..., N, K]."""
        return self._v

    @property
    def diag_update(self) -> Any:
        """The diagonal of D [..., K], or None for the identity."""
        return self._diag_update

    @property
    def is_diag_update_positive(self) -> bool | None:
        """Whether D is positive; None where that is not known."""
        return self._is_diag_update_positive

    @property
    def diag_operator(self) -> Any:
        """D."""
        return self._diag_operator

    @property
    def base_operator(self) -> Any:
        """L."""
        return self._base_operator

    def _shape(self) -> Any:
        operators = (self.base_operator.batch_shape, self.diag_operator.batch_shape)
        batch = broadcast_static([*operators, self.u.shape[:-2], self.v.shape[:-2]])
        return batch.concatenate(self.base_operator.shape[-2:])

    def _shape_tensor(self) -> Any:
        operators = (self.base_operator.batch_shape_tensor(), self.diag_operator.batch_shape_tensor())
        batch = broadcast_dynamic([*operators, tf.shape(self.u)[:-2], tf.shape(self.v)[:-2]])
        return tf.concat([batch, self.base_operator.shape_tensor()[-2:]], 0)

    # ---- tensors ----

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        left, right = (self.v, self.u) if adjoint else (self.u, self.v)
        base = self.base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = tf.linalg.matmul(right, x, adjoint_a=True, adjoint_b=adjoint_arg)
        return base + tf.linalg.matmul(left, self.diag_operator.matmul(inner, adjoint=adjoint))

    def _capacitance(self, u: Any, v: Any) -> Any:
        """D^-1 + V^H L^-1 U, which is small."""
        inner = tf.linalg.matmul(v, self.base_operator.solve(u), adjoint_a=True)
        return self.diag_operator.inverse().add_to_tensor(inner)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        base = self.base_operator
        if base.is_non_singular is False:
            raise ValueError("Solve not implemented unless this is a perturbation of a non-singular LinearOperator.")
        # The adjoint's capacitance is the adjoint of this one's.
        capacitance = self._capacitance(self.u, self.v)
        u, v = (self.v, self.u) if adjoint else (self.u, self.v)
        first = base.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = tf.linalg.matmul(v, first, adjoint_a=True)
        if self._use_cholesky:
            inner = tf.linalg.cholesky_solve(tf.linalg.cholesky(capacitance), inner)
        else:
            inner = solve(capacitance, inner, adjoint)
        return first - base.solve(tf.linalg.matmul(u, inner), adjoint=adjoint)

    def _determinant(self) -> Any:
        if self.is_positive_definite:
            return tf.exp(self.log_abs_determinant())
        capacitance = tf.linalg.det(self._capacitance(self.u, self.v))
        return capacitance * self.diag_operator.determinant() * self.base_operator.determinant()

    def _log_abs_determinant(self) -> Any:
        capacitance = self._capacitance(self.u, self.v)
        if self._use_cholesky:
            diagonal = tf.linalg.diag_part(tf.linalg.cholesky(capacitance))
            log = 2 * tf.reduce_sum(tf.math.log(diagonal), -1)
        else:
            log = tf.cast(tf.math.log(tf.abs(tf.linalg.det(capacitance))), self.dtype)
        return log + self.diag_operator.log_abs_determinant() + self.base_operator.log_abs_determinant()

    def _diag_part(self) -> Any:
        products = self.u * tf.math.conj(self.v)
        if self.diag_update is not None:
            products = products * tf.expand_dims(self.diag_update, -2)
        return tf.reduce_sum(products, -1) + self.base_operator.diag_part()

    def _assert_self_adjoint(self) -> None:
        if self.u is self.v and self.diag_update is None:
            return self.base_operator.assert_self_adjoint()
        return super()._assert_self_adjoint()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("base_operator", "u", "diag_update", "v", "is_diag_update_positive")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"base_operator": 0, "u": 2, "diag_update": 1, "v": 2}
