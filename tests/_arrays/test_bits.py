"""tf.bitcast, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.bitcast(tf.constant(1.),tf.int32)
    tf.bitcast(tf.constant([1.,2.]),tf.uint8)
    tf.bitcast(tf.constant([[0,0,128,63]],tf.uint8),tf.float32)
    tf.bitcast(tf.constant([1,2,3],tf.uint8),tf.float32)
    tf.bitcast(tf.constant([1,2,3],tf.uint8),tf.uint16)
    tf.bitcast(tf.constant(['a']),tf.uint8)
    tf.bitcast(tf.constant([True]),tf.int8)
    tf.bitcast(tf.constant([[1,2]]),tf.int64)
    tf.bitcast(tf.constant([1],tf.int64),tf.int32)
    tf.bitcast(tf.constant([1.]),tf.complex64)
    tf.bitcast(tf.constant(1.),tf.float64)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
