"""Choosing and looping, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.cond(True, lambda: f(2) * 2, lambda: f(2))
    tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v * v), (0, f(2)))
    tf.while_loop(lambda v: tf.reduce_sum(v) < 100.0, lambda v: [v * 2.0], [x([1.0, 2.0])])
    tf.while_loop(lambda i, v: True, lambda i, v: (i + 1, v * 2.0), (0, f(2)), maximum_iterations=4)
    tf.switch_case(tf.constant(1), [lambda: f(2), lambda: f(2) * 3.0])
    tf.case([(tf.constant(False), lambda: f(2))], default=lambda: f(2) * 3.0)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
