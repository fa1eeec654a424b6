"""check_numerics of one tensor and of every op."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.debugging.assert_all_finite([1.,2.],'m')
    tf.debugging.assert_all_finite([1.,nan],'msg')
    tf.debugging.assert_all_finite([1.,inf],'msg')
    tf.debugging.assert_all_finite([-inf,inf,nan],'msg')
    tf.debugging.assert_all_finite(tf.constant(1),'m')
    tf.debugging.check_numerics([1.,2.],'m')
    tf.debugging.check_numerics([1.,nan],'msg')
    tf.debugging.check_numerics([1.,inf],'msg')
    tf.debugging.check_numerics([nan,inf],'msg')
    tf.debugging.check_numerics(tf.constant([1]),'msg')
    tf.debugging.check_numerics(tf.constant(nan,tf.float64),message='msg',name='q')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
