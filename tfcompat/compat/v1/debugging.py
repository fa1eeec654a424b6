"""tf.compat.v1.debugging: assertions with TensorFlow 1's order of arguments, and the rest of tf.debugging."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr

ASSERTIONS = (
    "assert_equal assert_greater assert_greater_equal assert_integer assert_less assert_less_equal assert_near "
    "assert_negative assert_non_negative assert_non_positive assert_none_equal assert_positive assert_rank "
    "assert_rank_at_least assert_rank_in assert_scalar assert_type"
)

__getattr__ = _module_getattr(
    "tf.compat.v1.debugging",
    globals(),
    lazy={name: f"tfcompat.compat.v1._assertions:{name}" for name in (*ASSERTIONS.split(), "assert_all_finite")},
)
