"""tf.linalg.LinearOperatorTridiag."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import (
    as_parameter,
    assert_real,
    broadcast_dynamic,
    broadcast_static,
    conjugate,
    given,
    oriented,
)

_FORMATS = ("compact", "matrix", "sequence")


@composite("linear_operator_tridiag")
class LinearOperatorTridiag(LinearOperator):
    """Square matrices with elements on and next to the main diagonal only (tf.linalg.LinearOperatorTridiag).

    diagonals, diagonals_format: "compact" [..., 3, N], the diagonals above, on and below the main one, whose last and
    first elements are not read; "sequence", the three as a list; "matrix" [..., N, N]. ValueError for other formats.
    """

    def __init__(
        self,
        diagonals: Any,
        diagonals_format: str = "compact",
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorTridiag",
    ) -> None:
        parameters = given(locals())
        if diagonals_format not in _FORMATS:
            raise ValueError(f"Argument `diagonals_format` must be one of {_FORMATS}. Received: {diagonals_format}.")
        if diagonals_format == "sequence":
            self._diagonals: Any = [as_parameter(d) for d in diagonals]
        else:
            self._diagonals = as_parameter(diagonals)
        self._diagonals_format = diagonals_format
        super().__init__(
            dtype=self._diagonals[0].dtype if diagonals_format == "sequence" else self._diagonals.dtype,
            parameters=parameters,
            name=name,
            **hints.asked(parameters),
        )

    @property
    def diagonals(self) -> Any:
        """The diagonals, in the format that they were given in."""
        return self._diagonals

    @property
    def diagonals_format(self) -> str:
        """ "compact", "matrix" or "sequence"."""
        return self._diagonals_format

    def _bands(self) -> list[Any]:
        """The diagonals above, on and below the main one, of formats other than "matrix"."""
        if self.diagonals_format == "sequence":
            return [tf.convert_to_tensor(d) for d in self.diagonals]
        return tf.unstack(self.diagonals, num=3, axis=-2)

    def _shape(self) -> Any:
        if self.diagonals_format == "matrix":
            return self.diagonals.shape
        if self.diagonals_format == "compact":
            shape = self.diagonals.shape
            return shape[:-2].concatenate([shape[-1], shape[-1]])
        size = self.diagonals[1].shape[-1]
        return broadcast_static(d.shape[:-1] for d in self.diagonals).concatenate([size, size])

    def _shape_tensor(self) -> Any:
        if self.diagonals_format == "matrix":
            return tf.shape(self.diagonals)
        bands = self._bands()
        size = tf.shape(bands[1])[-1:]
        return tf.concat([broadcast_dynamic(tf.shape(d)[:-1] for d in bands), size, size], 0)

    def _oriented_diagonals(self, adjoint: bool) -> Any:
        """The diagonals, or those of the adjoint, in the format that they were given in."""
        if not adjoint:
            return self.diagonals
        if self.diagonals_format == "matrix":
            return tf.linalg.adjoint(self.diagonals)
        above, main, below = (conjugate(band) for band in self._bands())
        bands = [tf.roll(below, -1, axis=-1), main, tf.roll(above, 1, axis=-1)]
        return bands if self.diagonals_format == "sequence" else tf.stack(bands, -2)

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        diagonals = self._oriented_diagonals(adjoint)
        return tf.linalg.tridiagonal_matmul(diagonals, oriented(x, adjoint_arg), self.diagonals_format)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        rhs = oriented(rhs, adjoint_arg)
        batch = broadcast_dynamic([self.batch_shape_tensor(), tf.shape(rhs)[:-2]])
        diagonals = self._oriented_diagonals(adjoint)
        rank = 1 if self.diagonals_format == "sequence" else 2
        diagonals = tf.nest.map_structure(lambda d: _with_batch(d, batch, rank), diagonals)
        return tf.linalg.tridiagonal_solve(diagonals, _with_batch(rhs, batch, 2), self.diagonals_format)

    def _to_dense(self) -> Any:
        if self.diagonals_format == "matrix":
            return self.diagonals
        if self.diagonals_format == "compact":
            return tf.linalg.diag(self.diagonals, k=(-1, 1), align="LEFT_RIGHT")
        shape = self.shape_tensor()[:-1]
        bands = [tf.broadcast_to(band, shape) for band in self._bands()]
        return tf.linalg.diag(tf.stack(bands, -2), k=(-1, 1), align="LEFT_RIGHT")

    def _diag_part(self) -> Any:
        if self.diagonals_format == "matrix":
            return tf.linalg.diag_part(self.diagonals)
        if self.diagonals_format == "compact":
            return self.diagonals[..., 1, :]
        return tf.broadcast_to(self.diagonals[1], self.shape_tensor()[:-1])

    def _assert_self_adjoint(self) -> None:
        if self.diagonals_format == "matrix":
            message = "Matrix was not equal to its adjoint."
            return tf.debugging.assert_equal(self.diagonals, tf.linalg.adjoint(self.diagonals), message=message)
        above, main, below = self._bands()
        assert_real(main, "This tridiagonal operator contained non-zero imaginary values on the diagonal.")
        message = "This tridiagonal operator has non-conjugate subdiagonal and superdiagonal."
        return tf.debugging.assert_equal(conjugate(below)[..., 1:], above[..., :-1], message=message)

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("diagonals", "diagonals_format")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, Any]:
        return {"diagonals": [1, 1, 1] if self.diagonals_format == "sequence" else 2}


def _with_batch(x: Any, batch: Any, rank: int) -> Any:
    return tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-rank:]], 0))
