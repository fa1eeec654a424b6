"""keras.ops: segments, ranking, Fourier transforms and special functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import is_float_dtype, standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.ops._operation import keras_op, operation, tensor_op

__all__ = [
    "cdist",
    "erf",
    "erfc",
    "erfinv",
    "extract_sequences",
    "fft",
    "fft2",
    "ifft2",
    "in_top_k",
    "irfft",
    "istft",
    "logdet",
    "logsumexp",
    "rfft",
    "rsqrt",
    "segment_max",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "stft",
    "top_k",
    "view_as_complex",
    "view_as_real",
]

# ---- segments ----


def _segment_spec(data: Any, segment_ids: Any, num_segments: int | None, sorted: bool) -> KerasTensor:
    return KerasTensor((num_segments, *data.shape[1:]), data.dtype)


def _segments(kind: str, data: Any, segment_ids: Any, num_segments: Any, sorted: bool) -> Any:
    if segment_ids.shape.rank != 1:
        raise ValueError(f"Argument `segment_ids` should be a 1-D vector. Received: shape {segment_ids.shape}")
    known = segment_ids.shape[0], data.shape[0]
    if None not in known and known[0] != known[1]:
        raise ValueError(
            f"`segment_ids` and `data` should have the same leading dimension. Received: {known[0]} and {known[1]}"
        )
    if sorted:
        if num_segments is not None:
            raise ValueError(f"`num_segments` cannot be set when `sorted` is True. Received: {num_segments}")
        return getattr(tf.math, f"segment_{kind}")(data, segment_ids)
    if num_segments is None:
        if kind == "sum":
            num_segments = tf.shape(tf.unique(segment_ids)[0])[0]
        else:
            num_segments = tf.cast(tf.reduce_max(segment_ids) + 1, tf.int32)
    return getattr(tf.math, f"unsorted_segment_{kind}")(data, segment_ids, num_segments)


@tensor_op("data", "segment_ids", spec=_segment_spec)
def segment_sum(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The sums of the rows of `data` that have the same number in `segment_ids`.

    num_segments: how many sums there are, as many as different numbers where None. sorted: whether the numbers ascend.
    ValueError for ids that are no vector as long as the data.
    """
    return _segments("sum", data, segment_ids, num_segments, sorted)


@tensor_op("data", "segment_ids", spec=_segment_spec)
def segment_max(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The maxima of the rows that have the same number in `segment_ids`; see `segment_sum`."""
    return _segments("max", data, segment_ids, num_segments, sorted)


@tensor_op("data", "segment_ids", spec=_segment_spec)
def segment_min(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The minima of the rows that have the same number in `segment_ids`; see `segment_sum`."""
    return _segments("min", data, segment_ids, num_segments, sorted)


@tensor_op("data", "segment_ids", spec=_segment_spec)
def segment_prod(data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False) -> Any:
    """The products of the rows that have the same number in `segment_ids`; see `segment_sum`."""
    return _segments("prod", data, segment_ids, num_segments, sorted)


# ---- ranking ----


@tensor_op("x", name="TopK")
def top_k(x: Any, k: int, sorted: bool = True) -> Any:
    """The k largest elements along the last axis, and their indices as int32."""
    return tf.math.top_k(x, k, sorted=sorted)


@tensor_op("targets", "predictions", spec=lambda targets, predictions, k: _mask_like(targets), name="InTopK")
def in_top_k(targets: Any, predictions: Any, k: int) -> Any:
    """Whether the prediction for each target class is among the k largest of its row."""
    return tf.math.in_top_k(targets, tf.cast(predictions, tf.float32), k)


def _mask_like(x: Any) -> KerasTensor:
    return KerasTensor(x.shape, "bool")


@tensor_op("x", to_float=True)
def logsumexp(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of the exponentials over `axis`, without overflow."""
    return tf.math.reduce_logsumexp(x, axis=axis, keepdims=keepdims)


@tensor_op("x", "y", promote=True, to_float=True, name="CDist")
def cdist(x: Any, y: Any) -> Any:
    """The Euclidean distances of each row of x from each row of y, over leading batch dimensions.

    ValueError for vectors, or rows that differ in length.
    """
    if x.shape.rank < 2 or y.shape.rank < 2:
        raise ValueError(f"`cdist` inputs must have rank >= 2. Received: x.shape={x.shape}, y.shape={y.shape}")
    if x.shape[-1] != y.shape[-1]:
        raise ValueError(
            f"Last dimension of inputs to `cdist` must match. Received: x.shape={x.shape}, y.shape={y.shape}"
        )
    return tf.sqrt(tf.reduce_sum(tf.square(x[..., :, tf.newaxis, :] - y[..., tf.newaxis, :, :]), axis=-1))


# ---- special functions ----


@tensor_op("x", to_float=True)
def erf(x: Any) -> Any:
    """The error function, elementwise."""
    return tf.math.erf(x)


@tensor_op("x", to_float=True)
def erfc(x: Any) -> Any:
    """1 minus the error function, elementwise."""
    return tf.math.erfc(x)


@tensor_op("x", to_float=True)
def erfinv(x: Any) -> Any:
    """The inverse of the error function, elementwise."""
    return tf.math.erfinv(x)


@tensor_op("x", to_float=True)
def rsqrt(x: Any) -> Any:
    """1 / sqrt(x), elementwise."""
    return tf.math.rsqrt(x)


@tensor_op("x", to_float=True)
def logdet(x: Any) -> Any:
    """The logarithm of the determinant of positive definite matrices."""
    return tf.linalg.logdet(x)


# ---- complex numbers ----


@keras_op("x")
def view_as_complex(x: Any) -> Any:
    """The complex numbers whose real and imaginary parts are the last axis of x; ValueError where it is not 2."""
    if not x.ndim or x.shape[-1] != 2:
        raise ValueError(f"Last dimension of input must be size 2 (real and imaginary). Received: {tuple(x.shape)}")
    return torch.complex(x[..., 0].float(), x[..., 1].float())


@keras_op("x")
def view_as_real(x: Any) -> Any:
    """The real and the imaginary parts of x, along a new last axis."""
    return torch.stack([x.real, x.imag if x.is_complex() else torch.zeros_like(x)], -1)


# ---- Fourier transforms: complex numbers are pairs of real tensors ----


def _complex(x: Any, rank: int = 1) -> Any:
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        raise ValueError(f"Input `x` should be a tuple of two tensors - real and imaginary. Received: x={x}")
    real, imaginary = (wrap(to_storage(part)) for part in x)
    if real.shape != imaginary.shape:
        raise ValueError(
            f"The real and imaginary parts of `x` should have the same shape. Received: {real.shape}, {imaginary.shape}"
        )
    if not (is_float_dtype(real.dtype) and is_float_dtype(imaginary.dtype)):
        raise ValueError(f"`x` should hold floats. Received: dtypes {real.dtype} and {imaginary.dtype}")
    _need_rank(real, rank)
    return tf.complex(real, imaginary)


def _need_rank(x: Any, rank: int = 1) -> None:
    if x.shape.rank < rank:
        raise ValueError(f"Input should have rank >= {rank}. Received: input.shape = {x.shape}")


def _pair(x: Any) -> tuple[Any, Any]:
    return tf.math.real(x), tf.math.imag(x)


@operation("x", name="FFT")
def fft(x: Any) -> Any:
    """The Fourier transform along the last axis; x and the result are pairs of real and imaginary parts."""
    return _pair(tf.signal.fft(_complex(x)))


@operation("x", name="FFT2")
def fft2(x: Any) -> Any:
    """The Fourier transform along the last two axes; x and the result are pairs of real and imaginary parts."""
    return _pair(tf.signal.fft2d(_complex(x, 2)))


@operation("x", name="IFFT2")
def ifft2(x: Any) -> Any:
    """The inverse Fourier transform along the last two axes; x and the result are pairs of parts."""
    return _pair(tf.signal.ifft2d(_complex(x, 2)))


@tensor_op("x", name="RFFT")
def rfft(x: Any, fft_length: int | None = None) -> Any:
    """The Fourier transform of real numbers along the last axis, its first half, as a pair of parts.

    fft_length: how many numbers are transformed: x is cut or filled with zeros.
    """
    _need_rank(x)
    return _pair(tf.signal.rfft(x, fft_length=None if fft_length is None else [fft_length]))


@operation("x", name="IRFFT")
def irfft(x: Any, fft_length: int | None = None) -> Any:
    """The inverse of `rfft`: the real numbers of a pair of parts."""
    return tf.signal.irfft(_complex(x), None if fft_length is None else [fft_length])


@tensor_op("x")
def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Any:
    """The windows of `sequence_length` along the last axis, `sequence_stride` apart, as a new last but one axis."""
    _need_rank(x)
    _need_positive(sequence_length=sequence_length, sequence_stride=sequence_stride)
    return tf.signal.frame(x, frame_length=sequence_length, frame_step=sequence_stride, axis=-1, pad_end=False)


_WINDOWS: dict[str, Callable[..., Any]] = {
    "hann": lambda length, dtype: tf.signal.hann_window(length, periodic=True, dtype=dtype),
    "hamming": lambda length, dtype: tf.signal.hamming_window(length, periodic=True, dtype=dtype),
}


def _need_positive(**values: Any) -> None:
    for name, value in values.items():
        if not isinstance(value, int) or value < 1:
            raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value}")


def _window(window: Any, sequence_length: int, sequence_stride: int, fft_length: int, dtype: Any) -> Any:
    """The window, in the middle of `fft_length`; None where there is none. ValueError for lengths that do not fit."""
    _need_positive(sequence_length=sequence_length, sequence_stride=sequence_stride)
    if fft_length < sequence_length:
        raise ValueError(
            f"`fft_length` must equal or larger than `sequence_length`. Received: sequence_length={sequence_length}, "
            f"fft_length={fft_length}"
        )
    if window is None:
        return None
    if isinstance(window, str):
        if window not in _WINDOWS:
            raise ValueError(f"`window` must be one of {sorted(_WINDOWS)}, a tensor or None. Received: {window!r}")
        values = _WINDOWS[window](sequence_length, dtype)
    else:
        values = tf.cast(wrap(to_storage(window)), dtype)
    if values.shape.rank != 1 or values.shape[0] != sequence_length:
        raise ValueError(f"The shape of `window` must be [sequence_length]. Received: window shape={values.shape}")
    before = (fft_length - sequence_length) // 2
    return tf.pad(values, [[before, fft_length - sequence_length - before]])


@tensor_op("x", name="STFT")
def stft(
    x: Any, sequence_length: int, sequence_stride: int, fft_length: int, window: Any = "hann", center: bool = True
) -> Any:
    """The Fourier transforms of windows along the last axis, as a pair of real and imaginary parts.

    window: "hann", "hamming", a tensor or None. center: whether the signal is reflected at its ends, so that windows
    have their middle at multiples of the stride. TypeError where x is no float32 or float64, ValueError for a window
    or lengths that do not fit.
    """
    if standardize_dtype(x.dtype) not in ("float32", "float64"):
        raise TypeError(f"Invalid input type. Expected `float32` or `float64`. Received: input type={x.dtype}")
    values = _window(window, sequence_length, sequence_stride, fft_length, x.dtype)
    if center:
        half = fft_length // 2
        x = tf.pad(x, [(0, 0)] * (x.shape.rank - 1) + [(half, half)], mode="REFLECT")
    found = tf.signal.stft(
        x,
        frame_length=fft_length,
        frame_step=sequence_stride,
        fft_length=fft_length,
        window_fn=None if values is None else lambda *_, **__: values,
    )
    return _pair(found)


@operation("x", name="ISTFT")
def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Any:
    """The signal whose `stft` is the pair of parts x; `length` cuts it. Other arguments as there."""
    spectrum = _complex(x, 2)
    kind = tf.math.real(spectrum).dtype
    values = _window(window, sequence_length, sequence_stride, fft_length, kind)
    inverse = None
    if values is not None:
        inverse = tf.signal.inverse_stft_window_fn(sequence_stride, lambda *_, **__: values)
    signal = tf.signal.inverse_stft(
        spectrum, frame_length=fft_length, frame_step=sequence_stride, fft_length=fft_length, window_fn=inverse
    )
    start = fft_length // 2 if center else 0
    if length is not None:
        return signal[..., start : start + length]
    return signal[..., start:-start] if start else signal
