"""tf.experimental.numpy's functions of two arrays, element by element: both take the dtype they meet in."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat import bitwise, math, nn
from tfcompat._arrays.creation import zeros
from tfcompat._arrays.selecting import where
from tfcompat._clipping import clip_by_value
from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.operators import incompatible_shapes
from tfcompat._core.ops import Alike, op
from tfcompat._core.tensor import Tensor
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._arrays import (
    broadcast,
    is_inexact,
    is_kind,
    pair,
    promoted,
)
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._promotion import result_type
from tfcompat.experimental.numpy.elementwise import abs, exp, exp2, isnan, log1p, over_constant, sqrt, square


def _or_logical(number: Callable[..., Any], truth: Callable[..., Any], x1: Any, x2: Any) -> Any:
    x1, x2 = pair(x1, x2)
    return (truth if x1.dtype.is_bool else number)(x1, x2)


def _counted(x1: Any, x2: Any) -> tuple[Any, Any]:
    """The operands as one dtype, bools as int8."""
    x1, x2 = pair(x1, x2)
    return (cast(x1, dtypes.int8), cast(x2, dtypes.int8)) if x1.dtype.is_bool else (x1, x2)


# ---- arithmetic ----


def add(x1: Any, x2: Any) -> Any:
    """x1 + x2 with broadcasting; `or` on bool (numpy.add)."""
    return _or_logical(math.add, math.logical_or, x1, x2)


def subtract(x1: Any, x2: Any) -> Any:
    """x1 - x2 with broadcasting (numpy.subtract)."""
    return math.subtract(*pair(x1, x2))


def multiply(x1: Any, x2: Any) -> Any:
    """x1 * x2 with broadcasting; `and` on bool (numpy.multiply)."""
    return _or_logical(math.multiply, math.logical_and, x1, x2)


def true_divide(x1: Any, x2: Any) -> Any:
    """x1 / x2 with broadcasting (numpy.true_divide); floating also for integers and bools."""
    x1, x2 = pair(x1, x2)
    if x1.dtype.is_bool:
        wide = result_type(float)
        x1, x2 = cast(x1, wide), cast(x2, wide)
    return math.truediv(x1, x2)


def divide(x1: Any, x2: Any) -> Any:
    """x1 / x2 with broadcasting (numpy.divide); floating also for integers and bools."""
    return true_divide(x1, x2)


def floor_divide(x1: Any, x2: Any) -> Any:
    """x1 / x2 rounded down, with broadcasting; int8 for bools (numpy.floor_divide)."""
    return math.floordiv(*_counted(x1, x2))


def mod(x1: Any, x2: Any) -> Any:
    """What is left of x1 / x2 rounded down, with the sign of x2; int8 for bools (numpy.mod)."""
    return math.floormod(*_counted(x1, x2))


def remainder(x1: Any, x2: Any) -> Any:
    """What is left of x1 / x2 rounded down, with the sign of x2; int8 for bools (numpy.remainder)."""
    return mod(x1, x2)


def divmod(x1: Any, x2: Any) -> Any:
    """(floor_divide(x1, x2), mod(x1, x2)) (numpy.divmod)."""
    return floor_divide(x1, x2), mod(x1, x2)


def power(x1: Any, x2: Any) -> Any:
    """x1 to the power of x2, with broadcasting (numpy.power)."""
    return math.pow(*pair(x1, x2))


def float_power(x1: Any, x2: Any) -> Any:
    """x1 to the power of x2, with broadcasting (numpy.float_power); integers stay integers."""
    return power(x1, x2)


def arctan2(x1: Any, x2: Any) -> Any:
    """The angle of the point (x2, x1), in radians (numpy.arctan2)."""
    return math.atan2(*pair(x1, x2))


def nextafter(x1: Any, x2: Any) -> Any:
    """The next number after x1 towards x2 (numpy.nextafter)."""
    return math.nextafter(*pair(x1, x2))


def heaviside(x1: Any, x2: Any) -> Any:
    """0 where x1 is below 0, 1 where it is above, x2 where it is 0 (numpy.heaviside); integers become float64."""
    x1, x2 = pair(x1, x2)
    zero, one = zeros([], x1.dtype), convert_to_tensor(1, x1.dtype)
    step = where(math.less(x1, zero), zero, where(math.greater(x1, zero), one, x2))
    return step if is_inexact(step) else cast(step, result_type(float))


def hypot(x1: Any, x2: Any) -> Any:
    """sqrt(x1**2 + x2**2) (numpy.hypot)."""
    together = math.add if behavior.weak else add
    return sqrt(together(square(x1), square(x2)))


def logaddexp(x1: Any, x2: Any) -> Any:
    """log(exp(x1) + exp(x2)), exact for large and small arguments (numpy.logaddexp)."""
    return _log_of_sum(x1, x2, lambda apart: log1p(exp(apart)))


def logaddexp2(x1: Any, x2: Any) -> Any:
    """log2(2**x1 + 2**x2), exact for large and small arguments (numpy.logaddexp2)."""
    return _log_of_sum(x1, x2, lambda apart: over_constant(log1p(exp2(apart)), np.log(2)))


def _log_of_sum(x1: Any, x2: Any, log_of_rest: Callable[[Any], Any]) -> Any:
    x1, x2 = pair(x1, x2)
    apart = math.subtract(x1, x2)
    total = math.add(*promoted(maximum(x1, x2), log_of_rest(math.negative(abs(apart)))))
    # NaN and infinities of one sign have no distance.
    return where(isnan(apart), cast(math.add(x1, x2), total.dtype), total)


# ---- bounds ----


def maximum(x1: Any, x2: Any) -> Any:
    """The larger of x1 and x2, with broadcasting; `or` on bool (numpy.maximum).

    Where x2 is the Python number 0 this is tf.nn.relu, whose gradient at 0 is 0.
    """
    number = isinstance(x2, numbers.Real) and not isinstance(x2, bool)
    if number and x2 == 0 and isinstance(x1, Tensor) and not x1.dtype.is_bool:
        return nn.relu(x1)
    return _or_logical(math.maximum, math.logical_or, x1, x2)


def minimum(x1: Any, x2: Any) -> Any:
    """The smaller of x1 and x2, with broadcasting; `and` on bool (numpy.minimum)."""
    return _or_logical(math.minimum, math.logical_and, x1, x2)


def clip(a: Any, a_min: Any, a_max: Any) -> Any:
    """`a` with what is below `a_min` or above `a_max` set to it; one bound may be None (numpy.clip)."""
    if a_min is None and a_max is None:
        raise ValueError("Not more than one of `a_min` and `a_max` may be `None`.")
    if a_min is None:
        return minimum(a, a_max)
    if a_max is None:
        return maximum(a, a_min)
    return clip_by_value(*broadcast(*promoted(a, a_min, a_max)))


# ---- bits and divisors ----


def _of_bits(function: Callable[..., Any], x1: Any, x2: Any) -> Any:
    x1, x2 = pair(x1, x2)
    if not x1.dtype.is_bool:
        return function(x1, x2)
    return cast(function(cast(x1, dtypes.int8), cast(x2, dtypes.int8)), dtypes.bool)


def bitwise_and(x1: Any, x2: Any) -> Any:
    """The bits that are set in both integers; `and` on bool (numpy.bitwise_and)."""
    return _of_bits(bitwise.bitwise_and, x1, x2)


def bitwise_or(x1: Any, x2: Any) -> Any:
    """The bits that are set in either integer; `or` on bool (numpy.bitwise_or)."""
    return _of_bits(bitwise.bitwise_or, x1, x2)


def bitwise_xor(x1: Any, x2: Any) -> Any:
    """The bits that are set in just one of two integers; `xor` on bool (numpy.bitwise_xor)."""
    return _of_bits(bitwise.bitwise_xor, x1, x2)


def gcd(x1: Any, x2: Any) -> Any:
    """The greatest common divisor of integers, with broadcasting (numpy.gcd); ValueError for other dtypes."""
    return _divisor(*_integers(x1, x2, "gcd"))


def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple of integers, with broadcasting (numpy.lcm); ValueError for other dtypes."""
    x1, x2 = _integers(x1, x2, "lcm")
    divisor = _divisor(x1, x2)
    safe = math.maximum(divisor, convert_to_tensor(1, divisor.dtype))
    return math.multiply(math.abs(x1), math.floordiv(math.abs(x2), safe))


def _integers(x1: Any, x2: Any, function: str) -> tuple[Any, Any]:
    x1, x2 = pair(x1, x2)
    if not is_kind(x1, np.integer):
        raise ValueError(f"Arguments to {function} must be integers, got {x1.dtype.name}.")
    return x1, x2


@op("Gcd", explain=incompatible_shapes)
def _divisor(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    return torch.gcd(x, y)
