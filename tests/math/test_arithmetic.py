"""tf.math's functions of two numbers or more, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

BINARY = (
    "add subtract multiply divide truediv floordiv floormod mod pow maximum minimum squared_difference divide_no_nan "
    "multiply_no_nan atan2 xlogy xlog1py xdivy equal not_equal less less_equal greater greater_equal"
).split()
POSITIVE = ["pow", "xlogy", "xlog1py"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.{name}(f(2, 3{', low=0.1' if name in POSITIVE else ''}), f(2, 3, low=0.1))" for name in BINARY]
        + [f"tf.math.{name}(f(2, 1, 3, low=0.1), f(2, 1, low=0.1))" for name in BINARY]
        + [f"tf.math.{name}(f(3, dtype='float64', low=0.1), 2.0)" for name in BINARY]
        + [f"tf.math.{name}(2.0, f(3, low=0.1))" for name in BINARY]
        + [f"tf.math.{name}(f(2, 3), f(4))" for name in BINARY]
        + [f"tf.math.{name}(f(3), tf.constant([1, 2, 3]))" for name in BINARY if name not in ("divide", "truediv")]
        + [
            f"tf.math.{name}(x([7, -7, 7, -7, 0], 'int32'), x([2, 2, -2, -2, 3], 'int32'))"
            for name in BINARY
            if name != "pow"
        ]
        + [f"tf.math.{name}(f(0, 3), f(3))" for name in BINARY]
        + [f"tf.math.{name}(x([1.0, 2.0, nan]), x([1.0, 2.0, 1.0]))" for name in ("equal", "less", "greater_equal")]
        + [
            "tf.math.maximum(x([1.0, 2.0, 3.0]), x([1.0, 1.0, 4.0]))",
            "tf.math.minimum(x([1.0, 2.0, 3.0]), x([1.0, 1.0, 4.0]))",
            "tf.math.maximum(f(2, 3), f(3))",
            "tf.math.maximum([True], [False])",
            "tf.math.maximum(['a'], ['b'])",
            "tf.math.maximum(c(2), c(2))",
            "tf.math.pow(x([0.0, 2.0, -2.0]), x([2.0, 0.0, 3.0]))",
            "tf.math.pow([2, 3], [3, 2])",
            "tf.math.pow(x([-2.0, -2.0, 0.0, 0.0, 3.0]), x([-1.5, 2.0, 0.0, 0.5, -1.0]))",
            "tf.math.pow(c(3), c(3))",
            "tf.math.pow(x([2], 'uint8'), x([3], 'uint8'))",
            "tf.math.add(2, f(3))",
            "tf.math.add(f(3), 2)",
            "2 + f(3)",
            "tf.math.add(f(3), True)",
            "tf.math.maximum(i(3, dtype='int8'), True)",
            "tf.math.maximum(x([2**64 - 1, 1], 'uint64'), x([2, 2], 'uint64'))",
            "tf.math.minimum(x([2**64 - 1, 1], 'uint64'), x([2, 2], 'uint64'))",
            "tf.math.less(x([2**64 - 1, 1], 'uint64'), x([2, 2], 'uint64'))",
            "tf.math.truediv(f(3), i(3))",
            "tf.math.truediv(i(3), 2.5)",
            "tf.math.xlogy(c(3), c(3))",
            "tf.math.xdivy(c(3), c(3))",
            "tf.math.reciprocal_no_nan(True)",
            "tf.math.pow(2, -1)",
            "tf.math.floordiv(1, 0)",
            "tf.math.floormod(1, 0)",
            "tf.math.floordiv(x([7.5, -7.5, inf]), 2.0)",
            "tf.math.floormod(x([7.5, -7.5, 3.0]), x([2.0, 2.0, -2.0]))",
            "tf.math.divide(1, 2)",
            "tf.math.divide(x([1, 2], 'int64'), x([2, 3], 'int64'))",
            "tf.math.divide(x([1, 2], 'uint8'), x([2, 3], 'uint8'))",
            "tf.math.divide_no_nan(x([1.0, 0.0, 2.0]), x([0.0, 0.0, 4.0]))",
            "tf.math.divide_no_nan(c(2), c(2))",
            "tf.math.divide_no_nan(1, 0)",
            "tf.math.divide_no_nan(tf.constant(1), tf.constant(2.0))",
            "tf.math.multiply_no_nan(x([inf, nan]), [0.0, 0.0])",
            "tf.math.multiply_no_nan(x([1.0, 2.0]), x([0.0, 3.0]))",
            "tf.math.multiply_no_nan(1, 2)",
            "tf.math.reciprocal_no_nan(x([2.0, 0.0, -4.0]))",
            "tf.math.reciprocal_no_nan([1, 0])",
            "tf.math.xlogy(x([0.0, 0.0, 2.0]), x([0.0, nan, 3.0]))",
            "tf.math.xlogy(x([0.0, 1.0]), x([2.0, 3.0]))",
            "tf.math.xlog1py(x([0.0, 0.0, 2.0]), x([-1.0, nan, 3.0]))",
            "tf.math.xdivy(x([0.0, 0.0, 2.0]), x([0.0, nan, 4.0]))",
            "tf.math.squared_difference(c(2), c(2))",
            "tf.math.squared_difference(i(3, dtype='uint8'), i(3, dtype='uint8'))",
            "tf.math.atan2(x([1.0, -1.0, 0.0]), x([0.0, -1.0, -1.0]))",
            "tf.math.nextafter(x([1.0, 1.0]), x([2.0, 0.0]))",
            "tf.math.nextafter(f(2, dtype='float64'), 0)",
            "tf.math.add_n([f(2), f(2), f(2)])",
            "tf.math.add_n(f(3, 2))",
            "tf.math.add_n([f(2), f(3)])",
            "tf.math.add_n([f(2), i(2)])",
            "tf.math.add_n([])",
            "tf.math.add_n([1, 2])",
            "tf.math.accumulate_n([f(2), f(2)])",
            "tf.math.accumulate_n([f(2), f(2)], shape=[2], tensor_dtype=tf.float32)",
            "tf.math.accumulate_n([f(2), f(2)], shape=[3])",
            "tf.math.accumulate_n([f(2), f(2)], tensor_dtype=tf.int32)",
            "tf.math.accumulate_n([])",
            "tf.math.accumulate_n([f(2), i(2)])",
            "tf.math.scalar_mul(2, f(3))",
            "tf.math.scalar_mul(f(), f(3))",
            "tf.math.scalar_mul(f(2), f(2))",
            "tf.math.scalar_mul(2.0, i(3))",
            "tf.realdiv(f(3), f(3, low=0.5))",
            "tf.realdiv(3, 2)",
            "tf.truncatediv(x([7, -7], 'int32'), 2)",
            "tf.truncatediv(x([7.5, -7.5]), 2.0)",
            "tf.truncatediv(1, 0)",
            "tf.truncatemod(x([7, -7], 'int32'), 4)",
            "tf.truncatemod(x([7.5, -7.5]), 2.0)",
            "tf.math.logical_and([True, False], [True, True])",
            "tf.math.logical_or([True, False], [[False], [True]])",
            "tf.math.logical_xor([True, False], [True, True])",
            "tf.math.logical_and([1, 0], [1, 1])",
            "tf.math.logical_xor([1, 0], [1, 1])",
            "tf.clip_by_value(f(2, 3), -1.0, 1.0)",
            "tf.clip_by_value(x([1.0, 2.0, 3.0]), 1.0, 3.0)",
            "tf.clip_by_value(x([1.0, 2.0, 3.0]), 4.0, 2.0)",
            "tf.clip_by_value(f(2, 3), f(3, low=-2.0, high=-1.0), f(2, 1, low=1.0))",
            "tf.clip_by_value(f(2, 3), tf.zeros([2, 2, 3]), 5.0)",
            "tf.clip_by_value(f(2, 3), [0.0, 1.0], 5.0)",
            "tf.clip_by_value(i(3), 1.5, 4)",
            "tf.clip_by_value(i(3), 2, 4)",
            "tf.clip_by_norm(f(2, 3), 1.0)",
            "tf.clip_by_norm(f(2, 3), 100.0)",
            "tf.clip_by_norm(f(2, 3), 1.0, axes=[1])",
            "tf.clip_by_norm(f(2, 3), 1.0, [0, 1])",
            "tf.clip_by_norm(f(2, 3), -1.0)",
            "tf.clip_by_norm(x([0.0, 0.0]), 1.0)",
            "tf.clip_by_norm(i(3), 1.0)",
            "tf.clip_by_global_norm([f(2), None, f(3)], 1.0)",
            "tf.clip_by_global_norm([f(2), f(3)], 100.0)",
            "tf.clip_by_global_norm([x([inf, 1.0])], 1.0)",
            "tf.clip_by_global_norm([f(2)], 1.0, use_norm=tf.constant(4.0))",
            "tf.clip_by_global_norm(f(2), 1.0)",
            "tf.clip_by_global_norm([], 1.0)",
            "tf.linalg.global_norm([f(2), None, f(3)])",
            "tf.linalg.global_norm(3.0)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
