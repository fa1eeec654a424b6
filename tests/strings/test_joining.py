"""Strings joined elementwise, along dimensions and by segments."""

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.reshape(tf.strings.join(['a','b']), [-1])
    tf.strings.join([['a','b'],'x'],separator='-')
    tf.strings.unsorted_segment_join(['', 'x', '', 'y'], [1, 1, 1, 1], 3, separator='+')
    tf.strings.unsorted_segment_join(['a', 'b'], 0, 4)
    tf.strings.join([['a','b'],['x','y','z']])
    tf.strings.join([tf.constant([['a', 'b'], ['c', 'd']]),tf.constant([['e', 'f'], ['g', 'h']])])
    tf.reshape(tf.strings.join([]), [-1])
    tf.strings.join(['a',1])
    tf.strings.join([tf.constant(['a']),tf.constant([['b']])])
    tf.reshape(tf.strings.join(['a','b'],name='q'), [-1])
    tf.strings.join('ab')
    tf.reshape(tf.strings.reduce_join([['a','b'],['c','d']]), [-1])
    tf.strings.reduce_join([['a','b'],['c','d']],axis=0)
    tf.strings.reduce_join([['a','b'],['c','d']],axis=-1,separator='-')
    tf.strings.reduce_join([['a','b'],['c','d']],axis=0,keepdims=True)
    tf.reshape(tf.strings.reduce_join([['a','b'],['c','d']],axis=[0,1]), [-1])
    tf.reshape(tf.strings.reduce_join([['a','b'],['c','d']],axis=[1,0]), [-1])
    tf.reshape(tf.strings.reduce_join('a'), [-1])
    tf.strings.reduce_join([['a','b']],axis=5)
    tf.strings.reduce_join(tf.constant([['a', 'b'], ['c', 'd']]),keepdims=True)
    tf.reshape(tf.strings.reduce_join(tf.zeros([0],tf.string)), [-1])
    tf.strings.unsorted_segment_join(['a','b','c'],[1,0,1],2)
    tf.strings.unsorted_segment_join(['a','b','c'],[1,0,1],2,separator='-')
    tf.strings.unsorted_segment_join(['a','b','c'],[1,5,1],2)
    tf.strings.unsorted_segment_join([['a','b'],['c','d']],[0,0],1)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_join_of_ragged_tensors() -> None:
    """Recorded from TensorFlow 2.21, whose guide of ragged tensors makes bigrams so."""
    words = tf.ragged.constant([["a"], ["b", "c"]])
    assert tf.strings.join([words, words, "x"], "-").to_list() == [[b"a-a-x"], [b"b-b-x", b"c-c-x"]]
