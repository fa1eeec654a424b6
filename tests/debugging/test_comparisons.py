"""Assertions on the elements of tensors: which hold, and what those that do not hold say."""

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.debugging.assert_equal([1,2],[1,2])
    tf.debugging.assert_equal([1,2],[1,3])
    tf.debugging.assert_equal([1,2],[1,3],message='msg')
    tf.debugging.assert_equal([1,2],[1,3],summarize=1)
    tf.debugging.assert_equal(1,2)
    tf.debugging.assert_equal([1,2],1)
    tf.debugging.assert_equal([1,2,3,4,5,6],[1,2,3,4,5,7])
    tf.debugging.assert_equal([1,2],[1,2,3])
    tf.debugging.assert_equal(1.,tf.constant(2))
    tf.debugging.assert_equal(tf.constant([1,2]),tf.constant([1,3]),name='q')
    tf.debugging.assert_none_equal([1,2],[1,3])
    tf.debugging.assert_none_equal([1,2],[2,1])
    tf.debugging.assert_none_equal([1,2],[1,1],message='m')
    tf.debugging.assert_greater([2,3],[1,2])
    tf.debugging.assert_greater([2,3],[2,2])
    tf.debugging.assert_greater(1.,2.)
    tf.debugging.assert_greater_equal([2,3],[2,4])
    tf.debugging.assert_less([1,2],[2,2])
    tf.debugging.assert_less(1,2)
    tf.debugging.assert_less(tf.constant(3),2,message='hi')
    tf.debugging.assert_less_equal([1,3],[1,2])
    tf.debugging.assert_positive([1,2])
    tf.debugging.assert_positive([0,2])
    tf.debugging.assert_positive([0,2],message='m',summarize=1)
    tf.debugging.assert_negative([-1,2])
    tf.debugging.assert_non_negative([-1,2])
    tf.debugging.assert_non_positive([-1,2])
    tf.debugging.assert_non_negative([1,2])
    tf.debugging.assert_near([1.,2.],[1.,2.])
    tf.debugging.assert_near([1.,2.],[1.,2.1])
    tf.debugging.assert_near([1.,2.],[1.,2.1],rtol=0.1)
    tf.debugging.assert_near([1.,2.],[1.,2.1],atol=1.,message='m')
    tf.debugging.assert_near([1.,2.],[1.,5.],message='m')
    tf.debugging.assert_near([1,2],[1,2])
    tf.debugging.assert_near(1.,nan)
    tf.debugging.assert_near(tf.constant(1.),tf.constant(1.,tf.float64))
    tf.debugging.Assert(True,[1])
    tf.debugging.Assert(False,[1])
    tf.debugging.Assert(tf.constant(False),[tf.constant([1,2,3,4,5]),'x',2.5])
    tf.debugging.Assert(False,[tf.constant([1,2,3,4,5])],summarize=5)
    tf.debugging.Assert(False,[tf.constant([1,2,3,4,5])],summarize=-1)
    tf.debugging.Assert(False,1)
    tf.debugging.Assert(False,[tf.constant('a'),tf.constant(['b','c'])])
    tf.debugging.Assert(False,[tf.constant(True)])
    tf.Assert(False,[tf.constant([[1,2],[3,4]])])
    tf.assert_equal(1,2)
    tf.assert_greater(1,2)
    tf.assert_less(2,1)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


def test_constants_are_checked_as_the_function_is_captured() -> None:
    @tf.function
    def f(x: tf.Tensor, low: int) -> tf.Tensor:
        tf.debugging.assert_non_negative(low)
        tf.debugging.assert_equal(tf.constant([low]), [1])
        return x + low

    assert f(tf.constant(1), 1) == 2
    for bad in (-1, 2):
        with pytest.raises(tf.errors.InvalidArgumentError, match="did not hold"):
            f(tf.constant(1), bad)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_what_is_told_of_scalars_and_of_tolerances() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as told:
        tf.debugging.assert_positive(tf.constant(-1.0))
    assert str(told.value) == "\nCondition x > 0 did not hold element-wise:\nx (shape=() dtype=float32) = \n-1.0"
    with pytest.raises(tf.errors.InvalidArgumentError) as told:
        tf.debugging.assert_near(1.0, 2.0, rtol=0.1)
    assert str(told.value) == (
        "Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: b''\n"
        "b'x and y not equal to tolerance rtol = tf.Tensor(0.1, shape=(), dtype=float32), "
        "atol = tf.Tensor(1.1920929e-06, shape=(), dtype=float32)'\n"
        "b'x (shape=() dtype=float32) = '\n1.0\nb'y (shape=() dtype=float32) = '\n2.0"
    )
