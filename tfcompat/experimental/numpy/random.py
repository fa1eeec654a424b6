"""tf.experimental.numpy.random: numbers drawn from tf.random's one source, under the program's seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat import _names
from tfcompat._core.random_state import set_seed
from tfcompat.experimental.numpy._arrays import asarray, common_shape, dims
from tfcompat.experimental.numpy._promotion import result_type
from tfcompat.experimental.numpy.shaping import isscalar
from tfcompat.random import distributions


def seed(s: Any) -> None:
    """Sets the program's seed, as tf.random.set_seed does (numpy.random.seed); ValueError for what is no integer."""
    try:
        set_seed(int(s))
    except TypeError:
        raise ValueError(f"Argument `s` got an invalid value {s}. Only integers are supported.") from None


def randn(*args: Any) -> Any:
    """float64 numbers from the standard normal distribution, of shape `args` (numpy.random.randn)."""
    return standard_normal(size=args)


def standard_normal(size: Any = None) -> Any:
    """float64 numbers from the standard normal distribution; `size` is the shape (numpy.random.standard_normal)."""
    return distributions.normal(_shape(size), dtype=result_type(float))


def uniform(low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
    """float64 numbers from [low, high), of shape `size` or what the bounds broadcast to (numpy.random.uniform)."""
    dtype = result_type(float)
    low, high = asarray(low, dtype), asarray(high, dtype)
    shape = common_shape(dims(low), dims(high)) if size is None else size
    return distributions.uniform(shape, low, high, dtype)


def random(size: Any = None) -> Any:
    """float64 numbers from [0, 1), of shape `size` (numpy.random.random)."""
    return uniform(0.0, 1.0, size)


def rand(*size: Any) -> Any:
    """float64 numbers from [0, 1), of shape `size` (numpy.random.rand)."""
    return uniform(0.0, 1.0, size)


def poisson(lam: Any = 1.0, size: Any = None) -> Any:
    """int64 numbers from the Poisson distribution of rate `lam`, `size` for each rate (numpy.random.poisson)."""
    return distributions.poisson(_shape(size), lam, dtype=np.int_)


def randint(low: Any, high: Any = None, size: Any = None, dtype: Any = np.int64) -> Any:
    """Integers from [low, high), or from [0, low) where `high` is not given (numpy.random.randint).

    dtype: int32 or int64, else ValueError.
    """
    low, high = (0, int(low)) if high is None else (int(low), high)
    wanted = result_type(dtype)
    if wanted.name not in ("int32", "int64"):
        raise ValueError(
            f"Argument `dtype` got an invalid value {dtype}. Only those convertible to int32 and int64 are supported."
        )
    return distributions.uniform((size,) if isinstance(size, int) else size or (), low, high, wanted)


def _shape(size: Any) -> Any:
    return () if size is None else (size,) if isscalar(size) else size


__getattr__ = _names.module_getattr("tf.experimental.numpy.random", globals())
