"""Fourier transforms of real and complex signals in one, two, three or any number of dimensions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.padding import pad
from tfcompat._arrays.sizes import elements, scalar
from tfcompat._core import dtypes
from tfcompat._core.arguments import COMPLEXES, expect
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.tensor import Tensor
from tfcompat.dtypes.casting import cast

_REALS = frozenset({torch.float32, torch.float64})
_COMPLEX_OF = {torch.float32: torch.complex64, torch.float64: torch.complex128}
_REAL_OF = {torch.complex64: torch.float32, torch.complex128: torch.float64}


def _inner(rank: int) -> tuple[int, ...]:
    """The innermost `rank` axes."""
    return tuple(range(-rank, 0))


def _expect_rank(x: torch.Tensor, rank: int) -> None:
    if x.ndim < rank:
        raise Invalid(f"Input must have rank of at least {rank} but got: {_dims(x.shape)}")


# ---- complex to complex ----


def _takes_reals(call: Callable[..., Any]) -> Callable[..., Any]:
    """`call`, an op of a complex tensor, for numpy arrays and real numbers of Python too, which become complex64."""

    @functools.wraps(call)
    def of(input: Any, name: str | None = None) -> Any:
        if isinstance(input, (np.ndarray, np.generic)) or not hasattr(input, "dtype"):
            x = convert_to_tensor(input)
            kept = x.dtype is dtypes.string or (x.dtype.is_complex and not isinstance(input, np.ndarray))
            input = x if kept else cast(x, dtypes.complex64)
        return call(input, name)

    return of


def _transformed(x: torch.Tensor, rank: int, transform: Callable[..., torch.Tensor]) -> torch.Tensor:
    """torch's `transform` over the innermost `rank` axes of complex numbers."""
    expect(x, COMPLEXES)
    _expect_rank(x, rank)
    return transform(x, dim=_inner(rank)) if x.numel() else x.view_as(x)


@_takes_reals
@op("FFT")
def fft(input: Value, name: str | None = None) -> torch.Tensor:
    """The discrete Fourier transform along the last axis of complex numbers (tf.signal.fft).

    Shape and dtype, complex64 or complex128, stay. InvalidArgumentError for other dtypes and for a scalar.
    """
    return _transformed(input, 1, torch.fft.fftn)


@_takes_reals
@op("IFFT")
def ifft(input: Value, name: str | None = None) -> torch.Tensor:
    """The inverse of `fft`, divided by the length (tf.signal.ifft)."""
    return _transformed(input, 1, torch.fft.ifftn)


@_takes_reals
@op("FFT2D")
def fft2d(input: Value, name: str | None = None) -> torch.Tensor:
    """The discrete Fourier transform along the last two axes of complex numbers (tf.signal.fft2d)."""
    return _transformed(input, 2, torch.fft.fftn)


@_takes_reals
@op("IFFT2D")
def ifft2d(input: Value, name: str | None = None) -> torch.Tensor:
    """The inverse of `fft2d` (tf.signal.ifft2d)."""
    return _transformed(input, 2, torch.fft.ifftn)


@_takes_reals
@op("FFT3D")
def fft3d(input: Value, name: str | None = None) -> torch.Tensor:
    """The discrete Fourier transform along the last three axes of complex numbers (tf.signal.fft3d)."""
    return _transformed(input, 3, torch.fft.fftn)


@_takes_reals
@op("IFFT3D")
def ifft3d(input: Value, name: str | None = None) -> torch.Tensor:
    """The inverse of `fft3d` (tf.signal.ifft3d)."""
    return _transformed(input, 3, torch.fft.ifftn)


# ---- real to half of the spectrum, and back ----


def _lengths(fft_length: Any, rank: int) -> list[Any]:
    """The lengths of the signal along the innermost `rank` axes."""
    t = to_storage(fft_length, dtypes.int32)
    if tuple(t.shape) != (rank,):
        raise Invalid(f"fft_length must have shape [{rank}]")
    sizes = elements(t)
    for i, n in enumerate(sizes):
        if isinstance(n, int) and n < 0:
            raise Invalid(f"fft_length[{i}] must >= 0, but got: {n}")
    return sizes


def _half(n: Any) -> Any:
    """How many numbers of the spectrum of `n` real ones say it all: the others are their conjugates."""
    return n // 2 + 1 if not isinstance(n, int) or n else 0


def _expect_sizes(x: torch.Tensor, wanted: Sequence[Any]) -> None:
    """InvalidArgumentError where `x` is smaller than `wanted` along one of its innermost axes."""
    _expect_rank(x, len(wanted))
    first = x.ndim - len(wanted)
    for i, n in enumerate(wanted):
        size = x.shape[first + i]
        if isinstance(size, int) and isinstance(n, int) and 0 < size < n:
            raise Invalid(f"Input dimension {first + i} must have length of at least {n} but got: {size}")


def analysed(x: torch.Tensor, fft_length: Any, rank: int) -> torch.Tensor:
    """The half spectrum of the innermost `rank` axes of real numbers."""
    expect(x, _REALS)
    sizes = _lengths(fft_length, rank)
    _expect_sizes(x, sizes)
    if 0 in sizes or not x.numel():
        shape = (*x.shape[: x.ndim - rank], *sizes[:-1], _half(sizes[-1]))
        return x.new_zeros(shape, dtype=_COMPLEX_OF[x.dtype]) + x.sum()  # which is 0 or added to nothing: for gradients
    return torch.fft.rfftn(x, sizes, dim=_inner(rank))


def synthesized(x: torch.Tensor, fft_length: Any, rank: int) -> torch.Tensor:
    """The real numbers of which the innermost `rank` axes are half of the spectrum."""
    expect(x, COMPLEXES)
    sizes = _lengths(fft_length, rank)
    _expect_sizes(x, [*sizes[:-1], _half(sizes[-1])])
    if 0 in sizes or not x.numel():
        return x.new_zeros((*x.shape[: x.ndim - rank], *sizes), dtype=_REAL_OF[x.dtype]) + x.sum().real
    return torch.fft.irfftn(x, sizes, dim=_inner(rank))


@op("RFFT")
def _rfft(input: Value, fft_length: Any, name: str | None = None) -> torch.Tensor:
    return analysed(input, fft_length, 1)


@op("RFFT2D")
def _rfft2d(input: Value, fft_length: Any, name: str | None = None) -> torch.Tensor:
    return analysed(input, fft_length, 2)


@op("RFFT3D")
def _rfft3d(input: Value, fft_length: Any, name: str | None = None) -> torch.Tensor:
    return analysed(input, fft_length, 3)


@op("IRFFT")
def _irfft(input: Value, fft_length: Any, name: str | None = None) -> torch.Tensor:
    return synthesized(input, fft_length, 1)


@op("IRFFT2D")
def _irfft2d(input: Value, fft_length: Any, name: str | None = None) -> torch.Tensor:
    return synthesized(input, fft_length, 2)


@op("IRFFT3D")
def _irfft3d(input: Value, fft_length: Any, name: str | None = None) -> torch.Tensor:
    return synthesized(input, fft_length, 3)


def _argument(value: Any, hint: dtypes.DType, rank: int) -> Tensor:
    """The tensor of an `input_tensor`, of float32 or float64 or their complex dtypes; ValueError for others."""
    x = convert_to_tensor(value, dtype_hint=hint)
    x.shape.with_rank_at_least(rank)
    kind = "IRFFT" if hint.is_complex else "RFFT"
    allowed = [dtypes.complex64, dtypes.complex128] if hint.is_complex else [dtypes.float32, dtypes.float64]
    if x.dtype not in allowed:
        names = " or ".join(f"tf.{d.name}" for d in allowed)
        raise ValueError(f"{kind} requires {names} inputs, got: {x!s}")
    return x


def _sizes(fft_length: Any) -> list[Any]:
    """`fft_length` as numbers, each of them a symbolic one where a capture does not know it."""
    t = to_storage(fft_length, dtypes.int32)
    if t.ndim != 1:
        raise TypeError(f"Argument `fft_length` takes a vector of integers, got {fft_length!r}.")
    return elements(t)


def _inverse_sizes(shape: Sequence[Any]) -> list[Any]:
    """The lengths of the real signal that a half spectrum of `shape` has, where nobody tells: the last one is even."""
    last = 2 * (shape[-1] - 1)
    return [*shape[:-1], max(0, last) if isinstance(last, int) else last]


def _padded(x: Tensor, wanted: Sequence[Any]) -> Tensor:
    """`x` with zeros at the end of its innermost axes, up to the sizes `wanted`; an empty one as it is."""
    shape = tuple(x._t.shape)
    if any(isinstance(size, int) and not size for size in shape) or len(wanted) > len(shape):
        return x  # a symbolic size is not asked: padding what turns out empty leaves it empty
    outer = len(shape) - len(wanted)
    more = [torch.sym_max(0, n - size) for n, size in zip(wanted, shape[outer:], strict=True)]
    if all(isinstance(n, int) and not n for n in more):
        return x
    return pad(x, [*([0, 0] for _ in range(outer)), *([0, n] for n in more)])


def _real_transform(call: Callable[..., Any], x: Any, fft_length: Any, rank: int, name: str | None) -> Any:
    x = _argument(x, dtypes.float32, rank)
    sizes = tuple(x._t.shape)[-rank:] if fft_length is None else _sizes(fft_length)
    return call(_padded(x, sizes), sizes, name)


def _inverse_transform(call: Callable[..., Any], x: Any, fft_length: Any, rank: int, name: str | None) -> Any:
    x = _argument(x, dtypes.complex64, rank)
    sizes = _inverse_sizes(tuple(x._t.shape)[-rank:]) if fft_length is None else _sizes(fft_length)
    return call(_padded(x, [*sizes[:-1], _half(sizes[-1])]), sizes, name)


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The first half, fft_length // 2 + 1 numbers, of the spectrum of real numbers, on the last axis (tf.signal.rfft).

    fft_length: [n], to which the signal is cut or filled up with zeros; its own length where None. complex64 of
    float32, complex128 of float64; ValueError for other dtypes, InvalidArgumentError for other shapes of fft_length.
    """
    return _real_transform(_rfft, input_tensor, fft_length, 1, name)


def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """As `rfft`, over the last two axes; fft_length has two numbers (tf.signal.rfft2d)."""
    return _real_transform(_rfft2d, input_tensor, fft_length, 2, name)


def rfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """As `rfft`, over the last three axes; fft_length has three numbers (tf.signal.rfft3d)."""
    return _real_transform(_rfft3d, input_tensor, fft_length, 3, name)


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The inverse of `rfft`: real numbers from the first half of their spectrum (tf.signal.irfft).

    fft_length: [n], how many there are; twice the numbers of the spectrum but one where None, so tell it where n is
    odd. ValueError for dtypes other than complex64 and complex128.
    """
    return _inverse_transform(_irfft, input_tensor, fft_length, 1, name)


def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The inverse of `rfft2d` (tf.signal.irfft2d)."""
    return _inverse_transform(_irfft2d, input_tensor, fft_length, 2, name)


def irfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Any:
    """The inverse of `rfft3d` (tf.signal.irfft3d)."""
    return _inverse_transform(_irfft3d, input_tensor, fft_length, 3, name)


# ---- over any axes ----


def _axes(axes: Any, ndim: int) -> list[int]:
    if axes is None:
        return list(range(ndim))
    named = elements(to_storage(axes, dtypes.int32))
    for a in named:
        if not -ndim <= a < ndim:
            raise Invalid(f"Axes must be in the range [{-ndim}, {ndim}), but got: {a}")
    found = [a % ndim for a in named]
    if len(set(found)) != len(found):
        raise Invalid(f"Axes must be unique, but got: {named}")
    return found


def _along(axes: Sequence[int], fft_length: Any, sizes: Sequence[Any]) -> list[Any]:
    """How many elements each of `axes` has, as `fft_length` says, else `sizes`."""
    if fft_length is None:
        return list(sizes)
    given = elements(to_storage(fft_length, dtypes.int32))
    if len(given) != len(axes):
        raise Invalid(f"fft_length must have a number for each of {len(axes)} axes, but got: {given}")
    for n in given:
        if isinstance(n, int) and n < 1:
            raise Invalid(f"fft_length must be positive, but got: {given}")
    return given


def _over_axes(
    x: torch.Tensor, fft_length: Any, axes: Any, norm: str | None, transform: Callable[..., torch.Tensor]
) -> torch.Tensor:
    where = _axes(axes, x.ndim)
    if not where:
        if transform in (torch.fft.rfftn, torch.fft.irfftn):
            raise Invalid("A transform of real numbers takes at least one of axes.")
        return x.view_as(x)
    sizes = [x.shape[a] for a in where]
    if transform is torch.fft.irfftn:
        sizes = _inverse_sizes(sizes)
    return transform(x, _along(where, fft_length, sizes), dim=where, norm=_norm(norm))


def _norm(norm: str | None) -> str:
    if norm not in (None, "backward", "forward", "ortho"):
        raise ValueError(f'Argument `norm` takes None, "backward", "forward" or "ortho", got {norm!r}.')
    return norm or "backward"


@op("FFTND")
def _fftnd(input: Value, fft_length: Any, axes: Any, norm: str | None, name: str | None = None) -> torch.Tensor:
    return _over_axes(expect(input, COMPLEXES), fft_length, axes, norm, torch.fft.fftn)


@op("IFFTND")
def _ifftnd(input: Value, fft_length: Any, axes: Any, norm: str | None, name: str | None = None) -> torch.Tensor:
    return _over_axes(expect(input, COMPLEXES), fft_length, axes, norm, torch.fft.ifftn)


@op("RFFTND")
def _rfftnd(input: Value, fft_length: Any, axes: Any, norm: str | None, name: str | None = None) -> torch.Tensor:
    return _over_axes(expect(input, _REALS), fft_length, axes, norm, torch.fft.rfftn)


@op("IRFFTND")
def _irfftnd(input: Value, fft_length: Any, axes: Any, norm: str | None, name: str | None = None) -> torch.Tensor:
    return _over_axes(expect(input, COMPLEXES), fft_length, axes, norm, torch.fft.irfftn)


def fftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """The discrete Fourier transform along `axes`, all where None (tf.signal.fftnd).

    fft_length: how many elements to take along each of the axes, cut or filled up with zeros. norm: "backward" or None
    leaves the sums, "forward" divides them by the number of elements, "ortho" by its root. InvalidArgumentError for
    dtypes other than complex64 and complex128 and for axes out of range or named twice.
    """
    return _fftnd(convert_to_tensor(input_tensor, dtype_hint=dtypes.complex64), fft_length, axes, norm, name)


def ifftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """The inverse of `fftnd` with the same arguments: "backward" divides, "forward" does not (tf.signal.ifftnd)."""
    return _ifftnd(convert_to_tensor(input_tensor, dtype_hint=dtypes.complex64), fft_length, axes, norm, name)


def rfftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """As `fftnd`, of real numbers: along the last of `axes` the first half of the spectrum (tf.signal.rfftnd).

    ValueError for dtypes other than float32 and float64.
    """
    return _rfftnd(_argument(input_tensor, dtypes.float32, 0), fft_length, axes, norm, name)


def irfftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None, name: str | None = None
) -> Any:
    """The inverse of `rfftnd` with the same arguments (tf.signal.irfftnd).

    ValueError for dtypes other than complex64 and complex128.
    """
    return _irfftnd(_argument(input_tensor, dtypes.complex64, 0), fft_length, axes, norm, name)


# ---- the zero frequency in the middle ----


def _shifted(x: torch.Tensor, axes: Any, direction: int) -> torch.Tensor:
    if axes is None:
        where = list(range(x.ndim))
    elif isinstance(axes, int):
        where = [axes]
    else:
        where = [scalar(a) for a in axes] if isinstance(axes, (list, tuple)) else elements(to_storage(axes))
    if not x.ndim:
        raise Invalid("input must be 1-D or higher")
    for a in where:
        if not -x.ndim <= a < x.ndim:
            raise Invalid(f"axis {a} is out of range")
    return torch.roll(x, [direction * (x.shape[a] // 2) for a in where], where) if where else x.view_as(x)


@op("FFTShift", strings=True)
def fftshift(x: Value, axes: Any = None, name: str | None = None) -> torch.Tensor:
    """The spectrum `x` with the zero frequency moved to the middle of `axes`, one or more, all where None.

    InvalidArgumentError for a scalar and for axes out of range. (tf.signal.fftshift)
    """
    return _shifted(x, axes, 1)


@op("IFFTShift", strings=True)
def ifftshift(x: Value, axes: Any = None, name: str | None = None) -> torch.Tensor:
    """The inverse of `fftshift`; another one where an axis has an odd number of elements (tf.signal.ifftshift)."""
    return _shifted(x, axes, -1)
