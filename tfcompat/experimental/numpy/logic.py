"""tf.experimental.numpy's comparisons and logic: arrays of bool from two arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat import math
from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._arrays import dims, is_kind, made, pair, promoted
from tfcompat.experimental.numpy.reductions import all

# ---- comparisons ----


def _ordered(compare: Callable[..., Any], x1: Any, x2: Any) -> Any:
    x1, x2 = promoted(x1, x2)
    if x1.dtype.is_bool:
        x1, x2 = cast(x1, dtypes.int32), cast(x2, dtypes.int32)
    return compare(x1, x2)


def equal(x1: Any, x2: Any) -> Any:
    """x1 == x2, with broadcasting (numpy.equal)."""
    return math.equal(*promoted(x1, x2))


def not_equal(x1: Any, x2: Any) -> Any:
    """x1 != x2, with broadcasting (numpy.not_equal)."""
    return math.not_equal(*promoted(x1, x2))


def greater(x1: Any, x2: Any) -> Any:
    """x1 > x2, with broadcasting (numpy.greater); False is below True."""
    return _ordered(math.greater, x1, x2)


def greater_equal(x1: Any, x2: Any) -> Any:
    """x1 >= x2, with broadcasting (numpy.greater_equal); False is below True."""
    return _ordered(math.greater_equal, x1, x2)


def less(x1: Any, x2: Any) -> Any:
    """x1 < x2, with broadcasting (numpy.less); False is below True."""
    return _ordered(math.less, x1, x2)


def less_equal(x1: Any, x2: Any) -> Any:
    """x1 <= x2, with broadcasting (numpy.less_equal); False is below True."""
    return _ordered(math.less_equal, x1, x2)


def array_equal(a1: Any, a2: Any) -> Any:
    """Whether two arrays have one shape and equal elements (numpy.array_equal): a bool scalar."""
    a1, a2 = promoted(a1, a2)
    if dims(a1) != dims(a2):
        return convert_to_tensor(False)
    return math.reduce_all(math.equal(a1, a2))


def isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    """|a - b| <= atol + rtol * |b|, with broadcasting (numpy.isclose); equality for integers and bools.

    equal_nan: NaN is close to NaN. Infinities are close to nothing, as in TensorFlow.
    """
    a, b = pair(a, b)
    if not is_kind(a, np.inexact):
        return math.equal(a, b)
    rtol, atol = (convert_to_tensor(t, a.dtype.real_dtype) for t in (rtol, atol))
    near = math.less_equal(math.abs(math.subtract(a, b)), math.add(atol, math.multiply(rtol, math.abs(b))))
    return math.logical_or(near, math.logical_and(math.is_nan(a), math.is_nan(b))) if equal_nan else near


def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    """Whether all elements of a and b are close, see `isclose` (numpy.allclose): a bool scalar."""
    return all(isclose(a, b, rtol=rtol, atol=atol, equal_nan=equal_nan))


# ---- logic ----


def _truth(x: Any) -> Any:
    return made(x, dtypes.bool)


def logical_and(x1: Any, x2: Any) -> Any:
    """x1 and x2, with broadcasting; numbers other than 0 are true (numpy.logical_and)."""
    return math.logical_and(_truth(x1), _truth(x2))


def logical_or(x1: Any, x2: Any) -> Any:
    """x1 or x2, with broadcasting; numbers other than 0 are true (numpy.logical_or)."""
    return math.logical_or(_truth(x1), _truth(x2))


def logical_xor(x1: Any, x2: Any) -> Any:
    """Whether just one of x1 and x2 is true, with broadcasting; numbers other than 0 are (numpy.logical_xor)."""
    return math.logical_xor(_truth(x1), _truth(x2))


def logical_not(x: Any) -> Any:
    """not x; numbers other than 0 are true (numpy.logical_not)."""
    return math.logical_not(_truth(x))
