"""Assertions on dtypes and Python types: which hold and which do not."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.debugging.assert_type(tf.constant(1),tf.int32)
    tf.debugging.assert_type(tf.constant(1),tf.float32)
    tf.debugging.assert_type(1,tf.float32,message='m')
    tf.debugging.assert_type([1.],'float32')
    tf.debugging.assert_integer(tf.constant(1))
    tf.debugging.assert_integer(tf.constant(1.))
    tf.debugging.assert_integer(1.,message='m')
    tf.debugging.assert_proper_iterable([1])
    tf.debugging.assert_proper_iterable(1)
    tf.debugging.assert_proper_iterable('a')
    tf.debugging.assert_proper_iterable(tf.constant([1]))
    tf.debugging.assert_proper_iterable(np.array([1]))
    tf.debugging.assert_proper_iterable({'a':1})
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
