"""tf.math's reductions of segments, as TensorFlow computes and differentiates them."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

SORTED = ["segment_sum", "segment_prod", "segment_max", "segment_min", "segment_mean"]
UNSORTED = [f"unsorted_{name}" for name in [*SORTED, "segment_sqrt_n"]]

facts = Facts(
    __file__,
    "\n".join(
        [f"tf.math.{name}(f(5, 2), [0, 0, 1, 3, 3])" for name in SORTED]
        + [f"tf.math.{name}(f(3), tf.constant([0, 0, 2], tf.int64))" for name in SORTED]
        + [f"tf.math.{name}(x([2.0, 2.0, 0.0, 0.0]), [0, 0, 1, 1])" for name in SORTED]
        + [f"tf.math.{name}(i(4, low=-9), [0, 0, 0, 1])" for name in SORTED]
        + [f"tf.math.{name}(f(0, 2), tf.zeros([0], tf.int32))" for name in SORTED]
        + [f"tf.math.{name}(f(3), [0, 2, 1])" for name in SORTED]
        + [f"tf.math.{name}(f(3), [-1, 0, 1])" for name in SORTED]
        + [f"tf.math.{name}(f(3), [0, 1])" for name in SORTED]
        + [f"tf.math.{name}(f(2), [[0], [1]])" for name in SORTED]
        + [f"tf.math.{name}(f(2), [0.0, 1.0])" for name in SORTED]
        + [f"tf.math.{name}(f(), 0)" for name in SORTED]
        + [f"tf.math.{name}([True, False], [0, 1])" for name in SORTED]
        + [f"tf.math.{name}(f(5, 2), [3, 0, 1, 3, 3], 5)" for name in UNSORTED]
        + [f"tf.math.{name}(x([2.0, 2.0, 0.0, 0.0]), [1, 1, 0, 0], 2)" for name in UNSORTED]
        + [f"tf.math.{name}(f(3), [1, -1, 0], 2)" for name in UNSORTED]
        + [f"tf.math.{name}(f(2, 2, 3), [[0, 1], [1, 0]], 3)" for name in UNSORTED]
        + [f"tf.math.{name}(i(3, low=-9), [1, 1, 0], 3)" for name in UNSORTED]
        + [f"tf.math.{name}(f(3, dtype='float16'), [1, 1, 0], 3)" for name in UNSORTED]
        + [f"tf.math.{name}(f(3), [1, 2, 0], 2)" for name in UNSORTED]
        + [f"tf.math.{name}(f(3), [1, 0], 2)" for name in UNSORTED]
        + [f"tf.math.{name}(f(2), [1, 0], -1)" for name in UNSORTED]
        + [f"tf.math.{name}(f(2), [1, 0], [2])" for name in UNSORTED]
        + [f"tf.math.{name}(f(2), [1, 0], tf.constant(2, tf.int64))" for name in UNSORTED]
        + [
            "tf.math.segment_sum(c(3), [0, 0, 1])",
            "tf.math.unsorted_segment_max(i(2, dtype='uint8'), [1, 1], 3)",
            "tf.math.unsorted_segment_max(x([2**64 - 1, 3], 'uint64'), [1, 1], 3)",
            "tf.math.segment_min(x([2**64 - 1, 3], 'uint64'), [0, 0])",
            "tf.math.unsorted_segment_max(f(3, 0), [0, 1, 1], 2)",
            "tf.math.unsorted_segment_mean(f(2), tf.constant([0, 0], tf.int16), 1)",
            "tf.math.unsorted_segment_max(f(2), tf.constant([0, 0], tf.int16), 1)",
            "tf.math.unsorted_segment_mean(i(2, dtype='int16'), [0, 0], 1)",
            "tf.math.unsorted_segment_mean(c(2), [0, 0], 1)",
            "tf.math.unsorted_segment_min(i(2, dtype='int64'), [1, 1], 3)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("wrap", [lambda f: f, tf.function])
def test_products_are_differentiated_twice_past_zeros(wrap: Any) -> None:
    x = tf.constant([2.0, 0.0, 3.0, 5.0, 7.0])
    product = wrap(lambda x: tf.math.segment_prod(x, [0, 0, 0, 1, 1]))
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = product(x)
        slopes = tape.gradient(y, x)
    assert y.numpy().tolist() == [0, 35]
    assert slopes.numpy().tolist() == [0, 6, 0, 7, 5]
    assert np.allclose(outer.gradient(slopes, x), [3, 5, 2, 1, 1])
