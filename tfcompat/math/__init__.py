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
from tfcompat.math import special
from tfcompat.math.arithmetic import (
    accumulate_n,
    add_n,
    atan2,
    divide_no_nan,
    logical_and,
    logical_or,
    logical_xor,
    maximum,
    minimum,
    multiply_no_nan,
    nextafter,
    reciprocal_no_nan,
    scalar_mul,
    squared_difference,
    xdivy,
    xlog1py,
    xlogy,
)
from tfcompat.math.complex_numbers import angle, conj, imag, real
from tfcompat.math.counting import bincount, confusion_matrix
from tfcompat.math.cumulative import cumprod, cumsum, cumulative_logsumexp
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
from tfcompat.math.gamma import (
    betainc,
    digamma,
    erf,
    erfc,
    erfcinv,
    erfinv,
    igamma,
    igammac,
    lbeta,
    lgamma,
    ndtri,
    polygamma,
    zeta,
)
from tfcompat.math.ranking import approx_max_k, approx_min_k, argmax, argmin, in_top_k, top_k
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
from tfcompat.math.segments import (
    segment_max,
    segment_mean,
    segment_min,
    segment_prod,
    segment_sum,
    unsorted_segment_max,
    unsorted_segment_mean,
    unsorted_segment_min,
    unsorted_segment_prod,
    unsorted_segment_sqrt_n,
    unsorted_segment_sum,
)
from tfcompat.math.sequences import (
    invert_permutation,
    is_non_decreasing,
    is_strictly_increasing,
    polyval,
    sobol_sample,
)
from tfcompat.math.special import bessel_i0, bessel_i0e, bessel_i1, bessel_i1e

_LAZY = {name: f"tfcompat.nn:{name}" for name in ("l2_normalize", "log_softmax", "softmax")}

divide = truediv
mod = floormod

__getattr__ = _names.module_getattr("tf.math", globals(), lazy=_LAZY)
