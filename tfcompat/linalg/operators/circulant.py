"""tf.linalg's circulant operators, of one, two and three levels of blocks, which a Fourier transform diagonalizes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core.ops import Value, op
from tfcompat.dtypes.casting import cast_storage
from tfcompat.linalg.operators import hints
from tfcompat.linalg.operators.base import LinearOperator
from tfcompat.linalg.operators.spec import composite
from tfcompat.linalg.operators.support import (
    assert_no_zeros,
    assert_real,
    conjugate,
    given,
    oriented,
    product,
    with_rank,
)


def to_complex(x: torch.Tensor) -> torch.Tensor:
    """`x` in the complex dtype of its precision: complex128 for float64, else complex64."""
    return x if x.is_complex() else x.to(torch.complex128 if x.dtype == torch.float64 else torch.complex64)


@op("CirculantMatMul")
def _applied(
    spectrum: Value, x: Value, depth: int, adjoint: bool, inverse: bool, dtype: Any, name: str | None = None
) -> torch.Tensor:
    """The product of circulant operators, or of their inverses, and the columns of `x`; batches broadcast."""
    spectrum = to_complex(spectrum)
    spectrum = spectrum.conj() if adjoint else spectrum
    blocks, dims = spectrum.shape[-depth:], tuple(range(-depth, 0))
    # A product is computed in the dtype of the spectrum, a solution in that of the right-hand side.
    columns = to_complex(x) if inverse else x.to(spectrum.dtype)
    transformed = torch.fft.fftn(columns.mT.unflatten(-1, blocks), dim=dims)
    spectrum = spectrum.unsqueeze(-depth - 1)
    result = torch.fft.ifftn(transformed / spectrum if inverse else transformed * spectrum, dim=dims)
    return cast_storage(result.flatten(-depth).mT, dtype)


@op("CirculantKernel")
def _kernel(spectrum: Value, depth: int, dtype: Any, name: str | None = None) -> torch.Tensor:
    return cast_storage(torch.fft.ifftn(to_complex(spectrum), dim=tuple(range(-depth, 0))), dtype)


class _BaseLinearOperatorCirculant(LinearOperator):
    """What the circulant operators share; their blocks are nested `_depth` deep."""

    _depth = 1

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any,
        is_non_singular: bool | None,
        is_self_adjoint: bool | None,
        is_positive_definite: bool | None,
        is_square: bool | None,
        parameters: dict[str, Any],
        name: str,
    ) -> None:
        self._spectrum = with_rank(spectrum, self._depth, "spectrum")
        super().__init__(
            dtype=tf.as_dtype(input_output_dtype),
            is_non_singular=is_non_singular,
            is_self_adjoint=hints.always_if(
                not self._spectrum.dtype.is_complex,
                is_self_adjoint,
                "A real spectrum always corresponds to a self-adjoint operator.",
            ),
            is_positive_definite=is_positive_definite,
            is_square=hints.always(is_square, "A circulant operator is always square."),
            parameters=parameters,
            name=name,
        )

    @property
    def spectrum(self) -> Any:
        """The eigenvalues, in the order of the Fourier transform."""
        return self._spectrum

    @property
    def block_depth(self) -> int:
        """How deep blocks are nested: 1, 2 or 3."""
        return self._depth

    @property
    def block_shape(self) -> Any:
        """The sizes of the nested blocks, the last dimensions of the spectrum."""
        return self.spectrum.shape[-self._depth :]

    def block_shape_tensor(self) -> Any:
        """The block shape as an int32 tensor."""
        return tf.shape(self.spectrum)[-self._depth :]

    def _shape(self) -> Any:
        shape, blocks = self._spectrum.shape, self.block_shape
        size = math.prod(blocks.as_list()) if blocks.is_fully_defined() else None
        return shape[: -self._depth].concatenate([size, size])

    def _shape_tensor(self) -> Any:
        shape = tf.shape(self.spectrum)
        size = product(shape[i] for i in self._axes())
        return tf.concat([shape[: -self._depth], tf.stack([size, size])], 0)

    # ---- operators ----

    def _linop_adjoint(self) -> Any:
        return type(self)(conjugate(self.spectrum), **hints.own(self))

    def _linop_inverse(self) -> Any:
        return type(self)(1 / self.spectrum, input_output_dtype=self.dtype, **hints.own(self))

    def _linop_matmul(self, left_operator: Any, right_operator: Any) -> Any:
        if type(left_operator) is not type(right_operator):
            return super()._linop_matmul(left_operator, right_operator)
        known = hints.of_commuting_product(left_operator, right_operator)
        return type(self)(left_operator.spectrum * right_operator.spectrum, **known)

    def _linop_solve(self, left_operator: Any, right_operator: Any) -> Any:
        if type(left_operator) is not type(right_operator):
            return super()._linop_solve(left_operator, right_operator)
        known = hints.of_commuting_product(left_operator, right_operator)
        return type(self)(right_operator.spectrum / left_operator.spectrum, **known)

    # ---- tensors ----

    def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return _applied(self.spectrum, oriented(x, adjoint_arg), self._depth, adjoint, False, self.dtype)

    def _solve(self, rhs: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
        return _applied(self.spectrum, oriented(rhs, adjoint_arg), self._depth, adjoint, True, self.dtype)

    def convolution_kernel(self, name: str = "convolution_kernel") -> Any:
        """What the operator convolves a vector with, in the shape of the spectrum: its inverse Fourier transform."""
        with self._name_scope(name):
            return _kernel(self.spectrum, self._depth, self.dtype)

    def _axes(self) -> list[int]:
        return list(range(-self._depth, 0))

    def _eigvals(self) -> Any:
        return tf.reshape(self.spectrum, self.shape_tensor()[:-1])

    def _cond(self) -> Any:
        sizes = tf.abs(self.spectrum)
        return tf.reduce_max(sizes, self._axes()) / tf.reduce_min(sizes, self._axes())

    def _determinant(self) -> Any:
        return tf.cast(tf.reduce_prod(self.spectrum, self._axes()), self.dtype)

    def _log_abs_determinant(self) -> Any:
        return tf.cast(tf.reduce_sum(tf.math.log(tf.abs(self.spectrum)), self._axes()), self.dtype)

    def _trace(self) -> Any:
        spectrum = tf.convert_to_tensor(self.spectrum)
        real = not self.dtype.is_complex or self.is_self_adjoint
        return tf.cast(tf.reduce_sum(tf.math.real(spectrum) if real else spectrum, self._axes()), self.dtype)

    def _diag_part(self) -> Any:
        each = self.trace() / tf.cast(self.domain_dimension_tensor(), self.dtype)
        return tf.expand_dims(each, -1) * tf.ones(self.shape_tensor()[:-1], self.dtype)

    # ---- assertions ----

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> None:
        """InvalidArgumentError where the spectrum is not Hermitian, that of a real convolution kernel."""
        kind = self.dtype.real_dtype
        with self._name_scope(name):
            most = np.finfo(kind.as_numpy_dtype).eps * tf.cast(self.domain_dimension_tensor(), kind)
            imaginary = tf.abs(tf.math.imag(self.convolution_kernel()))
            return tf.debugging.assert_less(imaginary, most, message="Spectrum was not Hermitian")

    def _assert_non_singular(self) -> None:
        assert_no_zeros(self.spectrum, "Singular operator:  Spectrum contained zero values.")

    def _assert_positive_definite(self) -> None:
        message = "Not positive definite:  Real part of spectrum was not all positive."
        tf.debugging.assert_positive(tf.math.real(self.spectrum), message=message)

    def _assert_self_adjoint(self) -> None:
        assert_real(self.spectrum, "Not self-adjoint:  The spectrum contained non-zero imaginary part.")

    @property
    def _composite_tensor_fields(self) -> tuple[str, ...]:
        return ("spectrum", "input_output_dtype")

    @property
    def _experimental_parameter_ndims_to_matrix_ndims(self) -> dict[str, int]:
        return {"spectrum": self._depth}


@composite("linear_operator_circulant")
class LinearOperatorCirculant(_BaseLinearOperatorCirculant):
    """Circulant matrices, whose every column is the one before it turned by one (tf.linalg.LinearOperatorCirculant).

    spectrum: [..., N], the Fourier transform of the first column; real for a self-adjoint operator.
    input_output_dtype: the dtype of what it is applied to, and of the results, of which a real one drops the imaginary
    part. ValueError for hints that can't hold.
    """

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = tf.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant",
    ) -> None:
        super().__init__(**given(locals()), parameters=given(locals()))


@composite("linear_operator_circulant")
class LinearOperatorCirculant2D(_BaseLinearOperatorCirculant):
    """Block circulant matrices with circulant blocks (tf.linalg.LinearOperatorCirculant2D).

    spectrum: [..., N0, N1], the Fourier transform of the first column as N0 rows; the matrix has N0 N1 rows. The other
    arguments are those of LinearOperatorCirculant.
    """

    _depth = 2

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = tf.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant2D",
    ) -> None:
        super().__init__(**given(locals()), parameters=given(locals()))


@composite("linear_operator_circulant")
class LinearOperatorCirculant3D(_BaseLinearOperatorCirculant):
    """Nested block circulant matrices with circulant blocks (tf.linalg.LinearOperatorCirculant3D).

    spectrum: [..., N0, N1, N2]; the matrix has N0 N1 N2 rows. The other arguments are those of LinearOperatorCirculant.
    """

    _depth = 3

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = tf.complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant3D",
    ) -> None:
        super().__init__(**given(locals()), parameters=given(locals()))
