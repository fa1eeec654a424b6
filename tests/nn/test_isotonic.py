"""Isotonic regression, as TensorFlow solves and differentiates it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.isotonic_regression(f(3, 7))
    tf.nn.isotonic_regression(f(3, 7), decreasing=False)
    tf.nn.isotonic_regression(f(4, 3, 2), axis=0)
    tf.nn.isotonic_regression(f(4, 3, 2), axis=-2)
    tf.nn.isotonic_regression(f(1, 30, dtype='float64'))
    tf.nn.isotonic_regression(f(1, 6, dtype='float16'))
    tf.nn.isotonic_regression(i(3, 7))
    tf.nn.isotonic_regression(i(7, dtype='int8'))
    tf.nn.isotonic_regression(i(7, dtype='int16'), decreasing=False)
    tf.nn.isotonic_regression(i(7, dtype='int64'), decreasing=False)
    tf.nn.isotonic_regression(x([[1.0, 3.0, 2.0], [3.0, 1.0, 2.0]]))
    tf.nn.isotonic_regression(x([[1.0, 1.0, 1.0]]))
    tf.nn.isotonic_regression(x([[1.0, 2.0, 3.0, 4.0]]))
    tf.nn.isotonic_regression(x([[1.0, nan, 3.0, 2.0]]))
    tf.nn.isotonic_regression(x(1.0))
    tf.nn.isotonic_regression(f(0))
    tf.nn.isotonic_regression(f(2, 0))
    tf.nn.isotonic_regression(f(0, 3))
    tf.nn.isotonic_regression(f(3, 2), axis=2)
    tf.nn.isotonic_regression(c(3))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def _pooled(values):
    """The decreasing solution by pooling adjacent violators, one at a time."""
    blocks = []
    for v in values:
        blocks.append([v, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] < blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1] = [blocks[-1][0] + total, blocks[-1][1] + count]
    return [total / count for total, count in blocks for _ in range(count)]


@given(arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 30)), elements=st.floats(-100, 100)))
@settings(deadline=None, max_examples=50)
def test_as_pooling_adjacent_violators(x):
    y, segments = (t.numpy() for t in tf.nn.isotonic_regression(x))
    np.testing.assert_allclose(y, [_pooled(row) for row in x], atol=1e-9)
    assert (np.diff(y, axis=1) <= 1e-9).all()
    assert (np.diff(segments, axis=1) >= 0).all()


def test_within_a_function():
    x = tf.random.normal([3, 20])
    for a, b in zip(tf.function(tf.nn.isotonic_regression)(x), tf.nn.isotonic_regression(x)):
        tf.debugging.assert_equal(a, b)
