"""Python functions as ops, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.py_function(lambda v: v * v, [f(3)], tf.float32)
    tf.py_function(lambda v, w: (v * w, v + w), [f(3), f(3)], [tf.float32, tf.float32])
    tf.numpy_function(lambda v: np.sin(v), [f(3)], tf.float32)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
