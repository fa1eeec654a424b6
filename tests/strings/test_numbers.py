"""Strings to numbers and numbers to strings."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.strings.to_number('3')
    tf.strings.to_number(['1.5','2e3',' 4 '])
    tf.strings.to_number('3',tf.int32)
    tf.strings.to_number('3.5',tf.int32)
    tf.strings.to_number('x')
    tf.strings.as_string([5, -5], width=-1, fill='+')
    tf.strings.as_string([True, False], width=7)
    tf.strings.as_string([0.75, -0.5], precision=3, fill=' ')
    tf.strings.to_number('')
    tf.strings.to_number('3',tf.float64)
    tf.strings.to_number('9999999999',tf.int64)
    tf.strings.to_number('9999999999',tf.int32)
    tf.strings.to_number('inf')
    tf.strings.to_number('nan')
    tf.strings.to_number('3',tf.string)
    tf.strings.to_number('-7',out_type=tf.int64)
    tf.strings.to_number('0x10')
    tf.strings.to_number('1e400')
    tf.strings.to_number(['1','z'])
    tf.strings.to_number('3',tf.uint8)
    tf.strings.to_number('+3',tf.int32)
    tf.reshape(tf.strings.as_string(3), [-1])
    tf.strings.as_string([1.5,2.25])
    tf.reshape(tf.strings.as_string(3.14159,precision=2), [-1])
    tf.reshape(tf.strings.as_string(1e10), [-1])
    tf.reshape(tf.strings.as_string(1e10,scientific=True), [-1])
    tf.reshape(tf.strings.as_string(1e10,shortest=True), [-1])
    tf.reshape(tf.strings.as_string(3,width=5), [-1])
    tf.reshape(tf.strings.as_string(3,width=5,fill='0'), [-1])
    tf.reshape(tf.strings.as_string(True), [-1])
    tf.strings.as_string([True,False])
    tf.reshape(tf.strings.as_string(1+2j), [-1])
    tf.reshape(tf.strings.as_string('a'), [-1])
    tf.reshape(tf.strings.as_string(float('nan')), [-1])
    tf.reshape(tf.strings.as_string(float('inf')), [-1])
    tf.reshape(tf.strings.as_string(tf.constant(5,tf.uint8)), [-1])
    tf.reshape(tf.strings.as_string(-3,width=6,fill=' '), [-1])
    tf.reshape(tf.strings.as_string(3.,width=10,fill='-',precision=1), [-1])
    tf.strings.as_string(3,precision=2)
    tf.reshape(tf.strings.as_string(0.1), [-1])
    tf.reshape(tf.strings.as_string(tf.constant(0.1,tf.float64)), [-1])
    tf.reshape(tf.strings.as_string(123456789.,shortest=True), [-1])
    tf.reshape(tf.strings.as_string(tf.constant(1/3,tf.float16)), [-1])
    tf.strings.as_string(1.,scientific=True,shortest=True)
    tf.strings.as_string(3,fill='ab')
    tf.reshape(tf.strings.as_string(2,fill='0'), [-1])
    tf.reshape(tf.strings.as_string(1.5,precision=0), [-1])
    tf.reshape(tf.strings.as_string(-3,width=6,fill='0'), [-1])
    tf.reshape(tf.strings.as_string('a',width=3), [-1])
    tf.reshape(tf.strings.as_string(3,width=5,fill='+'), [-1])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
