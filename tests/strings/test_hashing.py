"""Strings to hash buckets, with TensorFlow's hashes."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.strings.to_hash_bucket_fast(['a','b','hello'],100)
    tf.strings.to_hash_bucket_fast('',1000000007)
    tf.strings.to_hash_bucket_fast('a'*20,1000000007)
    tf.strings.to_hash_bucket_fast('b'*40,1000000007)
    tf.strings.to_hash_bucket_fast('c'*100,1000000007)
    tf.strings.to_hash_bucket_fast('d'*300,1000000007)
    tf.strings.to_hash_bucket_fast(['a'],0)
    tf.strings.to_hash_bucket_fast([1],10)
    tf.strings.to_hash_bucket(['a','b','hello world'],1000)
    tf.strings.to_hash_bucket(['','x'*50],1000000007)
    tf.strings.to_hash_bucket_strong(['a','hello'],1000000007,[1,2])
    tf.strings.to_hash_bucket_strong(['a'*30],1000,[123,456])
    tf.strings.to_hash_bucket_strong(['a'],10,[1])
    tf.strings.to_hash_bucket(5,10)
    tf.strings.to_hash_bucket_fast(['%s' % ('x' * n) for n in range(0, 140)], 2**31 - 1)
    tf.strings.to_hash_bucket(['%s' % ('y' * n) for n in range(0, 40)], 2**31 - 1)
    tf.strings.to_hash_bucket_strong(['%s' % ('z' * n) for n in range(0, 40)], 2**31 - 1, [7, 2**40 + 3])
    tf.fingerprint(['a', 'bc'])
    tf.fingerprint([[1, 2], [3, 4]])
    tf.fingerprint([['a', 'b'], ['c', 'd']])
    tf.fingerprint([1.5, 2.5])
    tf.fingerprint(['a'], method='other')
    tf.fingerprint('a')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
