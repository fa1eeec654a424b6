"""tf.math's reductions, as TensorFlow computes and differentiates them."""

import pytest

from tests.facts import Facts

NUMERIC = "reduce_sum reduce_mean reduce_max reduce_min reduce_prod reduce_euclidean_norm".split()
FLOATING = [*NUMERIC, "reduce_logsumexp", "reduce_std", "reduce_variance"]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.{name}(f(2, 3, 4))" for name in FLOATING]
        + [f"tf.math.{name}(f(2, 3, 4), axis=1)" for name in FLOATING]
        + [f"tf.math.{name}(f(2, 3, 4), axis=[0, -1])" for name in FLOATING]
        + [f"tf.math.{name}(f(2, 3, 4), axis=(0, 2), keepdims=True)" for name in FLOATING]
        + [f"tf.math.{name}(f(2, 3), axis=tf.constant([0, 1]))" for name in FLOATING]
        + [f"tf.math.{name}(f(2, 3), np.array(1), True)" for name in FLOATING]
        + [f"tf.math.{name}(f(2, 3), axis=[])" for name in FLOATING]
        + [f"tf.math.{name}(f(0, 3))" for name in FLOATING]
        + [f"tf.math.{name}(f(0, 3), axis=0)" for name in FLOATING]
        + [f"tf.math.{name}(f())" for name in FLOATING]
        + [f"tf.math.{name}(f(3, dtype='float64'))" for name in FLOATING]
        + [f"tf.math.{name}(f(3, dtype='float16'))" for name in FLOATING]
        + [f"tf.math.{name}(x([nan, 1.0, inf]))" for name in NUMERIC if name != "reduce_prod"]
        + [f"tf.math.{name}(i(2, 3, low=-5, high=5))" for name in FLOATING]
        + [f"tf.math.{name}(i(2, 3, low=-5, high=5), axis=0)" for name in NUMERIC]
        + [f"tf.math.{name}(i(5, dtype='uint8', high=255))" for name in NUMERIC]
        + [f"tf.math.{name}(i(0))" for name in NUMERIC]
        + [f"tf.math.{name}(c(2, 3), axis=1)" for name in FLOATING]
        + [f"tf.math.{name}([True, False])" for name in [*FLOATING, "reduce_all", "reduce_any"]]
        + [f"tf.math.{name}(['a', 'b'])" for name in [*FLOATING, "reduce_all"]]
        + [f"tf.math.{name}(f(2, 3), axis={axis})" for name in ("reduce_sum", "reduce_max") for axis in (2, -3, 1.0)]
        + [
            "tf.math.reduce_sum(f(2, 3), axis=[0, 0])",
            "tf.math.reduce_sum(f(2, 3), axis=[0, -2])",
            "tf.math.reduce_sum(f(2, 3), axis=True)",
            "tf.math.reduce_sum(f(2, 3), keepdims=None)",
            "tf.math.reduce_sum(input_tensor=f(2, 3), axis=0, keepdims=True, name='total')",
            "tf.math.reduce_max(x([1.0, 3.0, 3.0, 2.0]))",
            "tf.math.reduce_min(x([[1.0, 1.0], [1.0, 2.0]]), axis=1)",
            "tf.math.reduce_prod(x([0.0, 2.0, 3.0]))",
            "tf.math.reduce_prod(x([[0.0, 0.0], [3.0, 2.0]]), axis=[0, 1])",
            "tf.math.reduce_prod(f(2, 3, 4), axis=[0, 2])",
            "tf.math.reduce_euclidean_norm(x([0.0, 0.0]))",
            "tf.math.reduce_std(x([2.0, 2.0]))",
            "tf.math.reduce_logsumexp(x([-inf, -inf]))",
            "tf.math.reduce_logsumexp(x([1000.0, 1000.0]))",
            "tf.math.reduce_logsumexp(x([-inf, 0.0]))",
            "tf.math.reduce_mean(x([-3, 2], 'int32'))",
            "tf.math.reduce_mean(x([2**31 - 1, 2**31 - 1], 'int32'))",
            "tf.math.reduce_mean(x([200, 101], 'uint8'))",
            "tf.math.reduce_all([[True, False], [True, True]], axis=1)",
            "tf.math.reduce_any([[True, False], [False, False]], axis=1, keepdims=True)",
            "tf.math.reduce_all(tf.zeros([0], tf.bool))",
            "tf.math.reduce_any(tf.zeros([0], tf.bool))",
            "tf.math.reduce_all([1, 0])",
            "tf.math.reduce_all(i(2), axis=[0])",
            "tf.math.reduce_any(i(2), axis=0)",
            "tf.math.count_nonzero(x([[0.0, 1.0], [2.0, nan]]))",
            "tf.math.count_nonzero([[0, 1], [2, 0]], axis=0)",
            "tf.math.count_nonzero([[0, 1], [2, 0]], axis=0, keepdims=True, dtype=tf.int32)",
            "tf.math.count_nonzero(['', 'a', 'b'])",
            "tf.math.count_nonzero(['', 'a', 'b'], dtype=tf.float64)",
            "tf.math.count_nonzero([True, False])",
            "tf.math.zero_fraction(x([0.0, 1.0, 0.0, nan]))",
            "tf.math.zero_fraction([0, 1])",
            "tf.math.zero_fraction(f(0))",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
