"""tf.linalg.LinearOperatorToeplitz."""

from __future__ import annotations

from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.arguments import broadcast_shape
from tfcompat._core.ops import Value, op
from tfcompat.dtypes.casting import cast_storage
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.circulant import to_complex
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import broadcast_dynamic, given, oriented, with_rank


def _expanded(col: torch.Tensor, row: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    shape = broadcast_shape([col.shape, row.shape])
    return col.expand(shape), row.expand(shape)


@op("ToeplitzMatMul")
def _applied(col: Value, row: Value, x: Value, adjoint: bool, dtype: Any, name: str | None = None) -> torch.Tensor:
    """The product with `x`, by that of a circulant matrix of twice the size whose upper left quarter is this one."""
    col, row = _expanded(col, row)
    size = col.shape[-1]
    column = torch.cat([col, torch.zeros_like(col[..., :1]), row[..., 1:].flip(-1)], -1)
    spectrum = torch.fft.fft(to_complex(column)).unsqueeze(-1)
    transformed = torch.fft.fft(to_complex(x), n=2 * size, dim=-2)
    result = torch.fft.ifft((spectrum.conj() if adjoint else spectrum) * transformed, dim=-2)
    return cast_storage(result[..., :size, :], dtype)


@op("ToeplitzDense")
def _dense(col: Value, row: Value, name: str | None = None) -> torch.Tensor:
    col, row = _expanded(col, row)
    size = col.shape[-1]
    elements = torch.cat([col.flip(-1), row[..., 1:]], -1)  # from the lower left corner to the upper right one
    steps = torch.arange(size, device=col.device)
    return elements[..., steps - steps.unsqueeze(-1) + (size - 1)]


@composite("linear_operator_toeplitz")
class LinearOperatorToeplitz(LinearOperator):
    """Square matrices with the same element all along each diagonal (tf.linalg.LinearOperatorToeplitz).

    col, row: [..., N], the first column and row, whose first element is that of the column. ValueError for sizes that
    differ and for hints that can't hold.
    """

    def __init__(
        self,
        col: Any,
        row: Any,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorToeplitz",
    ) -> None:
        parameters = given(locals())
        self._row, self._col = with_rank(row, 1, "row"), with_rank(col, 1, "col")
        rows, columns = self._row.shape[-1:], self._col.shape[-1:]
        if not rows.is_compatible_with(columns):
            raise ValueError(f"Expected a square matrix, got {columns} rows and {rows} columns.")
        square = hints.always(is_square, "Only square Toeplitz operators currently supported.")
        super().__init__(
            dtype=self._row.dtype,
            parameters=parameters,
            name=name,
            **hints.asked(parameters, is_square=square),
        )

    @property
    def col(self) -> Any:
        """The first column [..., N]."""
        return self._col

    @property
    def row(self) -> Any:
        """The first row [..., N]."""
        return self._row

    def _shape(self) -> Any:
        shape = tf.broadcast_static_shape(self.row.shape, self.col.shape)
        return shape.concatenate(shape[-1:])

    def _shape_tensor(self) -> Any:
        shape = broadcast_dynamic([tf.shape(self.row), tf.shape(self.col)])
        return tf.concat([shape, shape[-1:]], 0)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return _applied(self.col, self.row, oriented(x, adjoint_arg), adjoint, self.dtype)

    def _to_dense(self) -> Any:
        return _dense(self.col, self.row)

    def _diag_part(self) -> Any:
        return self.col[..., :1] * tf.ones([self.domain_dimension_tensor()], self.dtype)

    def _trace(self) -> Any:
        return tf.cast(self.domain_dimension_tensor(), self.dtype) * self.col[..., 0]

    def _assert_self_adjoint(self) -> None:
        message = "row and col are not the same, and so this operator is not self-adjoint."
        tf.debugging.assert_equal(self.row, self.col, message=message)

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("col", "row")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"col": 1, "row": 1}
