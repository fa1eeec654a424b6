"""tf.signal.frame and tf.signal.overlap_and_add, as TensorFlow computes them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    "\n".join(
        [
            f"tf.signal.frame(f(2, 10), {n}, {step}, {end})"
            for n in (1, 3, 4, 12)
            for step in (1, 3, 5, 11)
            for end in (True, False)
        ]
        + [
            f"tf.signal.frame(i(3, 4, 5), 2, {step}, {end}, 7, {axis})"
            for step in (1, 2)
            for end in (True, False)
            for axis in (0, 1, -1, -3)
        ]
        + [
            "tf.signal.frame(tf.range(10), 0, 3)",
            "tf.signal.frame(tf.range(10), 3, 0)",
            "tf.signal.frame(tf.range(10), -3, 1)",
            "tf.signal.frame(tf.range(10), 3, 2, axis=1)",
            "tf.signal.frame(5, 2, 1)",
            "tf.signal.frame(tf.range(10), [3], 1)",
            "tf.signal.frame(tf.range(10), 3.0, 1)",
            "tf.signal.frame(tf.range(10), tf.constant(3, tf.int64), tf.constant(2, tf.int64))",
            "tf.signal.frame(tf.range(10), 4, 3, pad_end=True, pad_value=1.5)",
            "tf.signal.frame(f(10), 4, 3, pad_end=True, pad_value=1.5)",
            "tf.signal.frame(f(10), 4, 3, pad_end=True, pad_value=[1.5])",
            "tf.signal.frame(c(10), 4, 3, pad_end=True, pad_value=1.5j)",
            "tf.signal.frame(['a', 'b', 'c'], 2, 1)",
            "tf.signal.frame(['a', 'b', 'c'], 2, 2, True, 'd')",
            "tf.signal.frame(['a', 'b', 'c'], 2, 2, pad_end=True)",
            "tf.signal.frame(tf.zeros([0]), 2, 2)",
            "tf.signal.frame(tf.zeros([0]), 2, 2, pad_end=True)",
            "tf.signal.frame(tf.zeros([0, 3]), 2, 2)",
            "tf.signal.frame(tf.zeros([2, 3]), 2, 2, axis=[0])",
            "tf.signal.frame([True, False, True], 2, 1)",
        ]
        + [f"tf.signal.overlap_and_add(f(2, 3, 4), {step})" for step in (1, 2, 3, 4, 5, 0, -1, 1.0, [1])]
        + [
            f"tf.signal.overlap_and_add(i(3, 4, dtype='{dtype}'), 3)"
            for dtype in ("int32", "uint8", "uint32", "float64")
        ]
        + [f"tf.signal.overlap_and_add(tf.zeros({shape}), 2)" for shape in ([0, 4], [1, 4], [2, 0], [4], [0, 2, 3])]
        + [
            "tf.signal.overlap_and_add(c(3, 4), 2)",
            "tf.signal.overlap_and_add([[True]], 2)",
            "tf.signal.overlap_and_add([['a'], ['b']], 2)",
        ]
    ),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 9))
def test_frames_add_up_to_the_signal_times_how_many_hold_each_sample(frames: int, step: int, length: int) -> None:
    x = tf.range(length + step * (frames - 1), dtype=tf.float64)
    count = tf.signal.overlap_and_add(tf.ones([frames, length], tf.float64), step)
    total = tf.signal.overlap_and_add(tf.signal.frame(x, length, step), step)
    np.testing.assert_array_equal(total, x * count)
