"""tf.debugging: assertions on tensors, and finding where infinities and NaNs come from."""

from __future__ import annotations

from tfcompat import _names
from tfcompat._core.device import get_log_device_placement, set_log_device_placement
from tfcompat.debugging import experimental
from tfcompat.debugging.comparisons import (
    Assert,
    assert_equal,
    assert_greater,
    assert_greater_equal,
    assert_less,
    assert_less_equal,
    assert_near,
    assert_negative,
    assert_non_negative,
    assert_non_positive,
    assert_none_equal,
    assert_positive,
)
from tfcompat.debugging.kinds import (
    assert_integer,
    assert_proper_iterable,
    assert_same_float_dtype,
    assert_type,
    is_numeric_tensor,
)
from tfcompat.debugging.numerics import (
    assert_all_finite,
    check_numerics,
    disable_check_numerics,
    enable_check_numerics,
)
from tfcompat.debugging.shapes import (
    assert_rank,
    assert_rank_at_least,
    assert_rank_in,
    assert_scalar,
    assert_shapes,
)
from tfcompat.debugging.tracebacks import (
    disable_traceback_filtering,
    enable_traceback_filtering,
    is_traceback_filtering_enabled,
)

__getattr__ = _names.module_getattr("tf.debugging", globals())
