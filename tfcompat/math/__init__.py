"""tf.math: elementwise functions, reductions, ranking and what else computes with numbers."""

from __future__ import annotations

from tfcompat import _names
from tfcompat._core.operators import (
    abs,
    add,
    equal,
    floordiv,
    floormod,
    greater,
    greater_equal,
    less,
    less_equal,
    multiply,
    negative,
    not_equal,
    pow,
    subtract,
    truediv,
)
from tfcompat.math.arithmetic import (
    accumulate_n,
    add_n,
    divide_no_nan,
    logical_and,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    multiply_no_nan,
    reciprocal_no_nan,
    scalar_mul,
    squared_difference,
)
from tfcompat.math.elementwise import (
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    ceil,
    cos,
    cosh,
    exp,
    expm1,
    floor,
    is_finite,
    is_inf,
    is_nan,
    log,
    log1p,
    log_sigmoid,
    logical_not,
    reciprocal,
    rint,
    round,
    rsqrt,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    softsign,
    sqrt,
    square,
    tan,
    tanh,
)
from tfcompat.math.ranking import argmax, argmin
from tfcompat.math.reductions import (
    count_nonzero,
    reduce_all,
    reduce_any,
    reduce_euclidean_norm,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_std,
    reduce_sum,
    reduce_variance,
    zero_fraction,
)
from tfcompat.nn.activations import log_softmax, softmax
from tfcompat.nn.normalization import l2_normalize

divide = truediv
mod = floormod

__getattr__ = _names.module_getattr("tf.math", globals())
