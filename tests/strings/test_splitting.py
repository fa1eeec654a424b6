"""Strings cut into pieces."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.strings.bytes_split('abc')
    tf.strings.ngrams(['a','b','c'],2)
    tf.strings.ngrams(['a','b','c'],(1,2),separator='+')
    tf.strings.ngrams(['a','b'],3,pad_values=('<','>'))
    tf.strings.ngrams(['a','b'],3,pad_values='_',padding_width=1)
    tf.strings.ngrams(['a'],2,preserve_short_sequences=True)
    tf.strings.split('a b  c')
    tf.strings.split('a,b,,c',sep=',')
    tf.strings.split('a,b,c',sep=',',maxsplit=1)
    tf.strings.split(['a b', '', ' c d e ']).flat_values
    tf.strings.split(['a b', '', ' c d e ']).row_splits
    tf.strings.split([['a b'], ['c']]).flat_values
    tf.strings.split([['a b'], ['c']]).nested_row_splits
    tf.strings.split(['a,b', 'c'], sep=',').row_lengths()
    tf.strings.bytes_split(['ab', '', 'c']).row_splits
    tf.strings.ngrams([['a', 'b', 'c'], ['d', 'e', 'f']], 2)
    tf.strings.ngrams(tf.ragged.constant([['a'], ['b', 'c', 'd']]), (1, 2), pad_values='#').flat_values
    tf.strings.ngrams(tf.ragged.constant([['a'], ['b', 'c', 'd']]), 3, preserve_short_sequences=True).flat_values
    tf.strings.ngrams(['a', 'b'], 0)
    tf.strings.ngrams(['a', 'b'], 2, padding_width=1)
    tf.strings.ngrams('a', 2)
    tf.strings.split('a', sep=['a'])
    tf.strings.split(['a b c', '  a b', '', ' a'], maxsplit=0)
    tf.strings.split(['a b c', '  a b', '', ' a  b  c '], maxsplit=2)
    tf.strings.split(['', 'aXb'], sep='X', maxsplit=0)
    tf.strings.split(tf.zeros([2, 0], tf.string))
    tf.strings.split(tf.constant([1.0]))
    tf.strings.split(tf.constant(['a']), sep=tf.constant([1]))
    tf.strings.bytes_split(tf.zeros([0, 3], tf.string))
    tf.strings.bytes_split(tf.constant([1.0]))
    tf.strings.ngrams(tf.constant([1.0]), 2)
    tf.strings.ngrams(['a', 'b', 'c'], [1, 2], pad_values=['z', 'y'])
    tf.strings.ngrams(['a', 'b', 'c'], tf.constant(2))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
