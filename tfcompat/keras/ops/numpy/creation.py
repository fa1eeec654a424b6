"""keras.ops: new tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import result_type, standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import operation, tensor_op
from tfcompat.keras.ops.core import convert_to_tensor


def _dtype(dtype: Any) -> str:
    return standardize_dtype(dtype) if dtype is not None else settings.floatx


def zeros(shape: Any, dtype: Any = None) -> Any:
    """A tensor of zeros."""
    return tf.zeros(shape, dtype=_dtype(dtype))


def ones(shape: Any, dtype: Any = None) -> Any:
    """A tensor of ones."""
    return tf.ones(shape, dtype=_dtype(dtype))


def empty(shape: Any, dtype: Any = None) -> Any:
    """A tensor of this shape; its values, zeros, are not meant to be used."""
    return tf.zeros(shape, dtype=_dtype(dtype))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """A tensor filled with `fill_value`."""
    return tf.broadcast_to(convert_to_tensor(fill_value, _dtype(dtype)), shape)


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """An N by M matrix with ones on diagonal number `k`; TypeError where a number is a float."""
    if any(isinstance(number, float) for number in (N, M, k)):
        raise TypeError(f"`eye` takes integers. Received: N={N}, M={M}, k={k}")
    columns = N if M is None else M
    reach = tf.range(columns)[tf.newaxis, :] - tf.range(N)[:, tf.newaxis]
    return tf.cast(tf.equal(reach, k), _dtype(dtype))


def identity(n: int, dtype: Any = None) -> Any:
    """The identity matrix of n rows."""
    return eye(n, n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """An N by M matrix with ones on diagonal number `k` and below."""
    columns = N if M is None else M
    reach = tf.range(columns)[tf.newaxis, :] - tf.range(N)[:, tf.newaxis]
    return tf.cast(tf.less_equal(reach, k), _dtype(dtype))


def array(x: Any, dtype: Any = None) -> Any:
    """The tensor of `x`."""
    return convert_to_tensor(x, dtype=dtype)


def _like(x: Any, dtype: Any) -> str:
    return standardize_dtype(x.dtype if dtype is None else dtype)


@tensor_op("x")
def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Zeros in the shape of x."""
    return tf.zeros_like(x, dtype=_like(x, dtype))


@tensor_op("x")
def ones_like(x: Any, dtype: Any = None) -> Any:
    """Ones in the shape of x."""
    return tf.ones_like(x, dtype=_like(x, dtype))


@tensor_op("x")
def empty_like(x: Any, dtype: Any = None) -> Any:
    """A tensor in the shape of x; its values, zeros, are not meant to be used."""
    return tf.zeros_like(x, dtype=_like(x, dtype))


@tensor_op("x", "fill_value")
def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """`fill_value` in the shape of x."""
    value = to_storage(convert_to_tensor(fill_value, result_type(dtype or x.dtype)))
    return wrap(torch.broadcast_to(value, to_storage(x).shape))


# ---- ranges ----


def _kind(x: Any) -> Any:
    return getattr(x, "dtype", type(x))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """The numbers from `start` (0 where only one bound is given) to below `stop`, `step` apart."""
    if dtype is None:
        dtype = result_type(*(_kind(x) for x in (start, stop, step) if x is not None))
    kind = standardize_dtype(dtype)
    if kind in ("int32", "int64", "float32", "float64"):
        return tf.range(start, stop, delta=1 if step is None else step, dtype=kind)
    return tf.cast(tf.range(start, stop, delta=1 if step is None else step, dtype="float32"), kind)


@operation("start", "stop")
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, which is among them where `endpoint`.

    retstep: whether their distance is returned too. ValueError for a negative `num`.
    """
    if num < 0:
        raise ValueError(f"`num` must be a non-negative integer. Received: num={num}")
    kind = result_type(_kind(start), _kind(stop), float) if dtype is None else standardize_dtype(dtype)
    low, high = convert_to_tensor(start, kind), convert_to_tensor(stop, kind)
    steps = num - 1 if endpoint else num
    step = (high - low) / tf.cast(steps, kind) if steps > 0 else tf.constant(np.nan)
    if not endpoint and num > 1:
        low, high = tf.cast(low, step.dtype), tf.cast(high, step.dtype) - step
    result = tf.linspace(low, high, num, axis=axis)
    if "int" in kind:
        result = tf.cast(tf.floor(result) if result.dtype.is_floating else result, kind)
    else:
        result = tf.cast(result, kind)
    return (result, step) if retstep else result


@operation("start", "stop")
def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` numbers from base^start to base^stop, each the same multiple of the one before."""
    exponents = linspace(start, stop, num=num, endpoint=endpoint, dtype=dtype, axis=axis)
    return tf.pow(tf.cast(base, exponents.dtype), exponents)


@operation("start", "stop")
def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """`num` numbers from `start` to `stop`, of the same sign, each the same multiple of the one before."""
    kind = _dtype(dtype)
    first = convert_to_tensor(start)
    low, high = (tf.math.log(tf.cast(tf.abs(x), kind)) for x in (first, convert_to_tensor(stop)))
    ten = tf.math.log(tf.constant(10.0, low.dtype))
    result = logspace(low / ten, high / ten, num=num, endpoint=endpoint, base=10, dtype=dtype, axis=axis)
    return result * tf.cast(tf.sign(tf.cast(first, low.dtype)), result.dtype)


# ---- windows ----


@operation("x")
def bartlett(x: Any) -> Any:
    """The triangular window of x points."""
    return _window(x, lambda n, last: 1 - tf.abs(2.0 * n / last - 1.0))


@operation("x")
def blackman(x: Any) -> Any:
    """The Blackman window of x points."""

    def shape(n: Any, last: Any) -> Any:
        turn = 2 * np.pi * n / last
        return 0.42 - 0.5 * tf.cos(turn) + 0.08 * tf.cos(2 * turn)

    return _window(x, shape)


def _window(x: Any, shape: Any) -> Any:
    kind = settings.floatx
    count = x if isinstance(x, int) else int(convert_to_tensor(x))
    n = tf.range(count, dtype=kind)
    return tf.ones([count], kind) if count == 1 else shape(n, tf.cast(count - 1, kind))


@operation("x")
def hamming(x: Any) -> Any:
    """The Hamming window of x points."""
    return tf.signal.hamming_window(convert_to_tensor(x, "int32"), periodic=False)


@operation("x")
def hanning(x: Any) -> Any:
    """The Hann window of x points."""
    return tf.signal.hann_window(convert_to_tensor(x, "int32"), periodic=False)


@operation("x")
def kaiser(x: Any, beta: Any) -> Any:
    """The Kaiser window of x points, the narrower the larger `beta`."""
    return tf.signal.kaiser_window(convert_to_tensor(x, "int32"), beta=beta)


@tensor_op("x")
def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The matrix whose columns are the powers of x from N - 1 (its length - 1) down to 0, or up where `increasing`."""
    count = x.shape[0] if N is None else N
    powers = tf.range(count) if increasing else tf.range(count - 1, -1, -1)
    kind = result_type(x.dtype, "float32")
    return tf.cast(tf.pow(tf.cast(x[..., tf.newaxis], kind), tf.cast(powers, kind)), result_type(x.dtype))
