"""tf.fftnd, tf.ifftnd, tf.rfftnd and tf.irfftnd: the transforms over axes as TensorFlow's ops have them.

Every argument is given; tf.signal's functions of the same names fill them in.
"""

from __future__ import annotations

from typing import Any

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor
from tfcompat.signal import fourier


def _expect_kind(found: dtypes.DType, given: Any, argument: str) -> None:
    if dtypes.as_dtype(given) is not found:
        text = f"Argument `{argument}` must be {found.name}, that of the input's precision, got {given!r}"
        raise errors.InvalidArgumentError(None, None, text)


def fftnd(input: Any, fft_length: Any, axes: Any, name: str | None = None) -> Any:
    """The discrete Fourier transform of complex numbers along `axes`, cut or filled up to `fft_length` (tf.fftnd).

    InvalidArgumentError for other dtypes and for axes out of range.
    """
    return fourier.fftnd(input, fft_length, axes, name=name)


def ifftnd(input: Any, fft_length: Any, axes: Any, name: str | None = None) -> Any:
    """The inverse of `fftnd`, divided by the number of elements (tf.ifftnd)."""
    return fourier.ifftnd(input, fft_length, axes, name=name)


def rfftnd(input: Any, fft_length: Any, axes: Any, Tcomplex: Any = dtypes.complex64, name: str | None = None) -> Any:
    """As `fftnd`, of real numbers: half of the spectrum along the last of `axes` (tf.rfftnd).

    Tcomplex: the dtype of the result, complex64 for float32 and complex128 for float64, else InvalidArgumentError.
    """
    result = fourier.rfftnd(convert_to_tensor(input), fft_length, axes, name=name)
    _expect_kind(result.dtype, Tcomplex, "Tcomplex")
    return result


def irfftnd(input: Any, fft_length: Any, axes: Any, Treal: Any = dtypes.float32, name: str | None = None) -> Any:
    """The inverse of `rfftnd` (tf.irfftnd).

    Treal: the dtype of the result, float32 for complex64 and float64 for complex128, else InvalidArgumentError.
    """
    result = fourier.irfftnd(convert_to_tensor(input), fft_length, axes, name=name)
    _expect_kind(result.dtype, Treal, "Treal")
    return result
