"""tf.linalg.LinearOperatorIdentity and LinearOperatorScaledIdentity."""

from __future__ import annotations

from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.diag import LinearOperatorDiag
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import (
    as_batch_shape,
    as_parameter,
    as_size,
    check_rows,
    column_of,
    conjugate,
    given,
    oriented,
    refuse_reference,
    shape_tensor,
    with_batch_shape,
)


class BaseLinearOperatorIdentity(LinearOperator):
    """What the multiples of the identity share: their size."""

    _assert_proper_shapes: bool

    def _set_num_rows(self, num_rows: Any) -> None:
        refuse_reference(num_rows, "num_rows")
        self._num_rows, self._num_rows_static = as_size(num_rows, "num_rows", self._assert_proper_shapes)

    def _operand(self, x: Any, adjoint_arg: bool) -> Any:
        x = oriented(x, adjoint_arg)
        if self._assert_proper_shapes:
            check_rows(self, x)
        return x

    def _ones_diag(self) -> Any:
        return tf.ones(self.shape_tensor()[:-1], self.dtype)

    @property
    def _size(self) -> Any:
        return tf.cast(self._num_rows, self.dtype)


@composite("linear_operator_identity")
class LinearOperatorIdentity(BaseLinearOperatorIdentity):
    """The identity (tf.linalg.LinearOperatorIdentity).

    num_rows: its size; batch_shape: that of a batch of them. dtype: float32 where None. assert_proper_shapes: also
    checks sizes that are known only when a captured function runs. TypeError and ValueError for sizes that are no
    non-negative integers, ValueError for hints that can't hold.
    """

    def __init__(
        self,
        num_rows: Any,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = True,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = True,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorIdentity",
    ) -> None:
        parameters = given(locals())
        for hint, what in (
            (is_self_adjoint, "self adjoint"),
            (is_non_singular, "non-singular"),
            (is_positive_definite, "positive-definite"),
            (is_square, "square"),
        ):
            hints.always(bool(hint), f"An identity operator is always {what}.")
        super().__init__(dtype=dtype or tf.float32, parameters=parameters, name=name, **hints.asked(parameters))
        self._assert_proper_shapes = assert_proper_shapes
        self._set_num_rows(num_rows)
        refuse_reference(batch_shape, "batch_shape")
        self._batch_shape_arg: Any = None
        if batch_shape is not None:
            self._batch_shape_arg, self._batch_shape_static = as_batch_shape(batch_shape, assert_proper_shapes)

    def _shape(self) -> Any:
        matrix = tf.TensorShape([self._num_rows_static] * 2)
        return matrix if self._batch_shape_arg is None else self._batch_shape_static.concatenate(matrix)

    def _shape_tensor(self) -> Any:
        matrix = tf.stack([self._num_rows, self._num_rows])
        return matrix if self._batch_shape_arg is None else tf.concat([shape_tensor(self._batch_shape_arg), matrix], 0)

    # ---- operators ----

    def _linop_adjoint(self) -> Any:
        return self

    def _linop_inverse(self) -> Any:
        return self

    def _linop_cholesky(self) -> Any:
        return LinearOperatorIdentity(self._num_rows, batch_shape=self._batch_shape_arg, dtype=self.dtype)

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> Any:
        return right_operator

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> Any:
        return right_operator

    # ---- tensors ----

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return with_batch_shape(self._operand(x, adjoint_arg), self._batch_shape_arg)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._matmul(rhs, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Any:
        return tf.ones(self.batch_shape_tensor(), self.dtype)

    def _log_abs_determinant(self) -> Any:
        return tf.zeros(self.batch_shape_tensor(), self.dtype)

    def _trace(self) -> Any:
        return self._size * tf.ones(self.batch_shape_tensor(), self.dtype)

    def _diag_part(self) -> Any:
        return self._ones_diag()

    def _eigvals(self) -> Any:
        return self._ones_diag()

    def _cond(self) -> Any:
        return tf.ones(self.batch_shape_tensor(), self.dtype)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """The tensor I + mat."""
        with self._name_scope(name):
            mat = tf.convert_to_tensor(mat)
            return tf.linalg.set_diag(mat, 1 + tf.linalg.diag_part(mat))

    # ---- assertions ----

    def _assert_non_singular(self) -> None:
        return tf.no_op()

    def _assert_positive_definite(self) -> None:
        return tf.no_op()

    def _assert_self_adjoint(self) -> None:
        return tf.no_op()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("num_rows", "batch_shape", "dtype", "assert_proper_shapes")

    @property
    def _composite_tensor_prefer_static_fields(self) -> tuple[str, ...]:
        return ("num_rows", "batch_shape")

    def __getitem__(self, slices: Any) -> Any:
        batch = tf.shape(tf.ones(self.batch_shape_tensor())[slices])
        return LinearOperatorIdentity(**{**self.parameters, "batch_shape": batch})


@composite("linear_operator_identity")
class LinearOperatorScaledIdentity(BaseLinearOperatorIdentity):
    """Multiples of the identity (tf.linalg.LinearOperatorScaledIdentity).

    num_rows: their size. multiplier: [...], the batch of factors; real ones give self-adjoint operators.
    assert_proper_shapes and errors: as for LinearOperatorIdentity.
    """

    def __init__(
        self,
        num_rows: Any,
        multiplier: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorScaledIdentity",
    ) -> None:
        parameters = given(locals())
        self._multiplier = as_parameter(multiplier)
        super().__init__(
            dtype=self._multiplier.dtype,
            is_non_singular=is_non_singular,
            is_self_adjoint=hints.always_if(
                not self._multiplier.dtype.is_complex,
                is_self_adjoint,
                "A real diagonal operator is always self adjoint.",
            ),
            is_positive_definite=is_positive_definite,
            is_square=hints.always(bool(is_square), "A ScaledIdentity operator is always square."),
            parameters=parameters,
            name=name,
        )
        self._assert_proper_shapes = assert_proper_shapes
        self._set_num_rows(num_rows)

    @property
    def multiplier(self) -> Any:
        """The factors [...]."""
        return self._multiplier

    def _shape(self) -> Any:
        return self.multiplier.shape.concatenate([self._num_rows_static] * 2)

    def _shape_tensor(self) -> Any:
        return tf.concat([tf.shape(self.multiplier), tf.stack([self._num_rows, self._num_rows])], 0)

    def _scalar_matrix(self, adjoint: bool) -> Any:
        return conjugate(self.multiplier, adjoint)[..., tf.newaxis, tf.newaxis]

    # ---- operators ----

    def _linop_adjoint(self) -> Any:
        return LinearOperatorScaledIdentity(self._num_rows, conjugate(self.multiplier), **hints.own(self))

    def _linop_cholesky(self) -> Any:
        return LinearOperatorScaledIdentity(
            self._num_rows,
            tf.sqrt(self.multiplier),
            is_non_singular=True,
            is_self_adjoint=True,
            is_positive_definite=True,
        )

    def _linop_inverse(self) -> Any:
        known = {**hints.own(self), "is_self_adjoint": True}
        return LinearOperatorScaledIdentity(self._num_rows, 1 / self.multiplier, **known)

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> Any:
        known = hints.of_commuting_product(left_operator, right_operator)
        factor = left_operator.multiplier
        if isinstance(right_operator, LinearOperatorScaledIdentity):
            size = left_operator.domain_dimension_tensor()
            return LinearOperatorScaledIdentity(size, factor * right_operator.multiplier, **known)
        if isinstance(right_operator, LinearOperatorDiag):
            return LinearOperatorDiag(right_operator.diag * column_of(factor), **known)
        return super()._linop_matmul(left_operator, right_operator)

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> Any:
        known = hints.of_commuting_product(left_operator, right_operator)
        factor = left_operator.multiplier
        if isinstance(right_operator, LinearOperatorScaledIdentity):
            size = left_operator.domain_dimension_tensor()
            return LinearOperatorScaledIdentity(size, right_operator.multiplier / factor, **known)
        if isinstance(right_operator, LinearOperatorDiag):
            return LinearOperatorDiag(right_operator.diag / column_of(factor), **known)
        return super()._linop_solve(left_operator, right_operator)

    # ---- tensors ----

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operand(x, adjoint_arg) * self._scalar_matrix(adjoint)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return self._operand(rhs, adjoint_arg) / self._scalar_matrix(adjoint)

    def _determinant(self) -> Any:
        return self.multiplier**self._size

    def _log_abs_determinant(self) -> Any:
        log = tf.math.log(tf.abs(self.multiplier))
        return tf.cast(self._num_rows, log.dtype) * log

    def _trace(self) -> Any:
        return self.multiplier * self._size

    def _diag_part(self) -> Any:
        return self._ones_diag() * column_of(self.multiplier)

    def _eigvals(self) -> Any:
        return self._diag_part()

    def _cond(self) -> Any:
        is_zero = tf.equal(self._multiplier, tf.zeros([], self.dtype))
        return tf.where(is_zero, tf.cast(np.nan, self.dtype), tf.cast(1.0, self.dtype))

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """The tensor A + mat."""
        with self._name_scope(name):
            mat = tf.convert_to_tensor(mat)
            return tf.linalg.set_diag(mat, column_of(self.multiplier) + tf.linalg.diag_part(mat))

    # ---- assertions ----

    def _assert_non_singular(self) -> None:
        tf.debugging.assert_positive(tf.abs(self.multiplier), message="LinearOperator was singular")

    def _assert_positive_definite(self) -> None:
        real = tf.math.real(self.multiplier)
        tf.debugging.assert_positive(real, message="LinearOperator was not positive definite.")

    def _assert_self_adjoint(self) -> None:
        imaginary = tf.math.imag(self.multiplier)
        zeros = tf.zeros_like(imaginary)
        tf.debugging.assert_equal(zeros, imaginary, message="LinearOperator was not self-adjoint")

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("num_rows", "multiplier", "assert_proper_shapes")

    @property
    def _composite_tensor_prefer_static_fields(self) -> tuple[str, ...]:
        return ("num_rows",)

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"multiplier": 0}
