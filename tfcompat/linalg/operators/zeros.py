"""tf.linalg.LinearOperatorZeros."""

from __future__ import annotations

from typing import Any

import torch

import tfcompat as tf
from tfcompat._core import errors
from tfcompat._core.arguments import integer
from tfcompat._core.ops import Value, op
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator, refuse_non_square
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import (
    as_batch_shape,
    as_size,
    check_rows,
    given,
    oriented,
    refuse_reference,
    shape_tensor,
    with_batch_shape,
)


@op("ZerosMatMul")
def _zeros(x: Value, rows: Any, name: str | None = None) -> torch.Tensor:
    """Zeros in the shape of `x`, [..., N, R], with another number of rows."""
    return x.new_zeros((*x.shape[:-2], integer(rows, "rows"), x.shape[-1]))


@composite("linear_operator_zeros")
class LinearOperatorZeros(LinearOperator):
    """Matrices of zeros (tf.linalg.LinearOperatorZeros).

    num_rows, num_columns: their size, as many columns as rows where None; is_square: False where they may differ.
    batch_shape, dtype, assert_proper_shapes and errors: as for LinearOperatorIdentity.
    """

    def __init__(
        self,
        num_rows: Any,
        num_columns: Any = None,
        batch_shape: Any = None,
        dtype: Any = None,
        is_non_singular: bool | None = False,
        is_self_adjoint: bool | None = True,
        is_positive_definite: bool | None = False,
        is_square: bool | None = True,
        assert_proper_shapes: bool = False,
        name: str = "LinearOperatorZeros",
    ) -> None:
        parameters = given(locals())
        if is_square:
            hints.always(bool(is_self_adjoint), "A zero operator is always self adjoint.")
        hints.never(is_non_singular, "A zero operator is always singular.")
        hints.never(is_positive_definite, "A zero operator is always not positive-definite.")
        super().__init__(dtype=dtype or tf.float32, parameters=parameters, name=name, **hints.asked(parameters))
        self._assert_proper_shapes = assert_proper_shapes
        for argument, value in (("num_rows", num_rows), ("num_columns", num_columns), ("batch_shape", batch_shape)):
            refuse_reference(value, argument)
        self._num_rows, self._num_rows_static = as_size(num_rows, "num_rows", assert_proper_shapes)
        num_columns = num_rows if num_columns is None else num_columns
        self._num_columns, self._num_columns_static = as_size(num_columns, "num_columns", assert_proper_shapes)
        sizes = {self._num_rows_static, self._num_columns_static}
        if is_square and len(sizes) == 2 and None not in sizes:
            raise ValueError(
                f"LinearOperatorZeros has is_square=True, but num_rows is {self._num_rows_static} and num_columns "
                f"{self._num_columns_static}."
            )
        self._batch_shape_arg: Any = None
        if batch_shape is not None:
            self._batch_shape_arg, self._batch_shape_static = as_batch_shape(batch_shape, assert_proper_shapes)

    def _shape(self) -> Any:
        matrix = tf.TensorShape([self._num_rows_static, self._num_columns_static])
        return matrix if self._batch_shape_arg is None else self._batch_shape_static.concatenate(matrix)

    def _shape_tensor(self) -> Any:
        matrix = tf.stack([self._num_rows, self._num_columns])
        return matrix if self._batch_shape_arg is None else tf.concat([shape_tensor(self._batch_shape_arg), matrix], 0)

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> Any:
        refuse_non_square(left_operator, right_operator)
        return left_operator

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        x = oriented(x, adjoint_arg)
        if self._assert_proper_shapes:
            check_rows(self, x)
        return with_batch_shape(_zeros(x, self._num_columns if adjoint else self._num_rows), self._batch_shape_arg)

    def _zeros_diag(self) -> Any:
        shape = self.shape_tensor()
        return tf.zeros(tf.concat([shape[:-2], [tf.minimum(shape[-2], shape[-1])]], 0), self.dtype)

    def _diag_part(self) -> Any:
        return self._zeros_diag()

    def _eigvals(self) -> Any:
        return self._zeros_diag()

    def _determinant(self) -> Any:
        return tf.zeros(self.batch_shape_tensor(), self.dtype)

    def _trace(self) -> Any:
        return tf.zeros(self.batch_shape_tensor(), self.dtype)

    def add_to_tensor(self, mat: Any, name: str = "add_to_tensor") -> Any:
        """`mat`, with the batch shape of both."""
        return with_batch_shape(mat, self._batch_shape_arg)

    def _assert_non_singular(self) -> None:
        raise errors.InvalidArgumentError(None, None, "Zero operators are always non-invertible.")

    def _assert_positive_definite(self) -> None:
        raise errors.InvalidArgumentError(None, None, "Zero operators are always non-positive definite.")

    def _assert_self_adjoint(self) -> None:
        return tf.no_op()

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("num_rows", "num_columns", "batch_shape", "dtype", "assert_proper_shapes")

    @property
    def _composite_tensor_prefer_static_fields(self) -> tuple[str, ...]:
        return ("num_rows", "num_columns", "batch_shape")

    def __getitem__(self, slices: Any) -> Any:
        batch = tf.shape(tf.ones(self.batch_shape_tensor())[slices])
        return LinearOperatorZeros(**{**self.parameters, "batch_shape": batch})
