"""Sorting, searching and distinct elements, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.unravel_index([22,41,37],(7,6))
    tf.unravel_index(1621,(6,7,8,9))
    tf.unravel_index([50],(7,6))
    tf.unravel_index(tf.constant([3],tf.int64),tf.constant([2,2],tf.int64))
    tf.unravel_index([-9,-1],(7,8))
    tf.searchsorted([1,3,5],[0,3,6])
    tf.searchsorted([1,3,5],[0,3,6],side='right')
    tf.searchsorted([[1,3],[2,4]],[[2],[2]])
    tf.searchsorted([1.,3.],[2.],out_type=tf.int64)
    tf.searchsorted([1,3],[2],side='foo')
    tf.searchsorted([[1,3]],[2])
    tf.searchsorted([[1,3]],[[2],[1]])
    tf.searchsorted([1,3],5)
    tf.searchsorted(1,[2])
    tf.searchsorted([1,3],[[2,4],[0,1]])
    tf.searchsorted([],[1.])
    tf.unique([1,1,2,4,4])
    tf.unique(['b','a','b'])
    tf.unique([1,2],out_idx=tf.int64)
    tf.unique([[1,2]])
    tf.unique([3,1,3,2])
    tf.unique([])
    tf.unique_with_counts([3,1,3,2])
    tf.unique_with_counts(['b','a','b'],tf.int64)
    tf.unique(5)
    tf.unique([float('nan'),1.,float('nan')])
    tf.unique([True,False,True])
    tf.unique([1,2],out_idx=tf.float32)
    tf.sort([3,1,2])
    tf.sort([3,1,2],direction='DESCENDING')
    tf.sort([[3,1],[2,4]],axis=0)
    tf.sort([3,1],direction='foo')
    tf.sort(3)
    tf.sort([3,1],axis=3)
    tf.sort([3.,float('nan'),1.])
    tf.sort(['b','a'])
    tf.argsort([3,1,2])
    tf.argsort([3,1,2],direction='DESCENDING')
    tf.argsort([1,1,0],stable=True)
    tf.argsort([1,1,0,1],direction='DESCENDING')
    tf.argsort([[3,1],[2,4]],axis=0)
    tf.argsort(['b','a'])
    tf.sort([True,False])
    tf.sort(tf.constant([3,1],tf.uint8),direction='DESCENDING')
    tf.sort(tf.constant([3,1],tf.int8))
    tf.argsort(tf.constant([3,1],tf.uint8))
    tf.argsort(tf.constant([1,2,2],tf.uint8),direction='DESCENDING')
    tf.sort([1+1j])
    tf.argsort([1.,float('nan'),0.])
    tf.sort([[3,1]],axis=-1,name='q')
    tf.sort([3,1],axis=tf.constant(0))
    tf.sort([])
    tf.sort(f(3, 4))
    tf.sort(f(3, 4), axis=0, direction='DESCENDING')
    tf.argsort(f(3, 4))
    tf.argsort(i(3, 6, high=3), stable=True)
    tf.searchsorted(tf.sort(f(2, 5)), f(2, 3))
    tf.unique(i(12, high=4))
    tf.unique_with_counts(i(12, high=4, dtype='int64'))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
