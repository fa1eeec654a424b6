"""Borders and blocks, as TensorFlow has them and differentiates them."""

import pytest

from tests.facts import Facts

facts = Facts(
    __file__,
    r"""
    tf.pad([[1,2],[3,4]],[[1,1],[2,0]])
    tf.pad([1,2],[[1,1]],constant_values=9)
    tf.pad(c(2, 3), [[1, 1], [0, 2]])
    tf.pad(c(3), [[1, 1]], constant_values=2j)
    tf.pad([1,2,3],[[2,2]],'REFLECT')
    tf.pad([1,2,3],[[2,2]],'SYMMETRIC')
    tf.pad([1,2,3],[[3,0]],'REFLECT')
    tf.pad([1,2,3],[[4,0]],'SYMMETRIC')
    tf.pad([1,2],[[1,1]],'foo')
    tf.pad([1,2],[[1,1]],mode='reflect')
    tf.pad([1,2],[[-1,1]])
    tf.pad([1,2],[[1,1],[0,0]])
    tf.pad([1,2],[1,1])
    tf.pad(tf.constant([['a', 'b'], ['c', 'd']]),[[0,1],[0,0]])
    tf.pad(tf.constant([['a', 'b'], ['c', 'd']]),[[0,1],[0,0]],constant_values='z')
    tf.pad([1.,2.],[[1,1]],constant_values=1)
    tf.pad([1,2],[[1,1]],constant_values=1.5)
    tf.pad([[1,2,3],[4,5,6]],[[1,1],[2,2]],'SYMMETRIC')
    tf.pad([[1,2,3],[4,5,6]],[[1,1],[2,2]],'REFLECT')
    tf.pad([1,2],tf.constant([[1,0]]))
    tf.pad([1,2],[[1.,0.]])
    tf.pad([True],[[1,0]])
    tf.pad(tf.zeros([2,2,2,2,2]),[[1,1]]*5,'REFLECT')
    tf.pad(tf.constant([['a', 'b'], ['c', 'd']]),[[1,1],[0,1]],'SYMMETRIC')
    tf.pad(1,tf.zeros([0,2],tf.int32))
    tf.pad([[1,2]],paddings=[[0,0],[0,0]])
    tf.space_to_batch([[[[1],[2]],[[3],[4]]]],[2,2],[[0,0],[0,0]])
    tf.space_to_batch_nd([[[[1],[2]],[[3],[4]]]],[2,2],[[0,0],[0,0]])
    tf.space_to_batch(tf.zeros([1,3,3,1]),[2,2],[[0,0],[0,0]])
    tf.space_to_batch(tf.zeros([1,3,3,1]),[2,2],[[1,0],[0,1]])
    tf.batch_to_space([[[[1]]],[[[2]]],[[[3]]],[[[4]]]],[2,2],[[0,0],[0,0]])
    tf.batch_to_space(tf.zeros([4,2,2,1]),[2,2],[[1,0],[0,1]])
    tf.batch_to_space(tf.zeros([3,2,2,1]),[2,2],[[0,0],[0,0]])
    tf.batch_to_space(tf.range(8)[:,None,None],[2],[[0,1]])
    tf.batch_to_space(tf.zeros([4,2,2,1]),[2,2],[[3,2],[0,0]])
    tf.batch_to_space(tf.zeros([4,2,2,1]),2,[[0,0],[0,0]])
    tf.space_to_batch(tf.reshape(tf.range(16),[2,2,4,1]),[2,2],[[0,0],[2,0]])[:,0,:,0]
    tf.space_to_batch(tf.zeros([1,2,2,1]),[0,2],[[0,0],[0,0]])
    tf.required_space_to_batch_paddings([5,3],[2,2])
    tf.required_space_to_batch_paddings([5,3],[2,2],[[1,0],[0,0]])
    tf.extract_volume_patches(tf.reshape(tf.range(27.),[1,3,3,3,1]),[1,2,2,2,1],[1,1,1,1,1],'VALID')
    tf.extract_volume_patches(tf.reshape(tf.range(27.),[1,3,3,3,1]),[1,2,2,2,1],[1,2,2,2,1],'SAME')[0,0,0]
    tf.extract_volume_patches(tf.reshape(tf.range(8.),[1,2,2,2,1]),[1,2,2,2,1],[1,1,1,1,1],'VALID')
    tf.pad(f(2, 3), [[1, 0], [2, 1]])
    tf.pad(f(2, 3), [[1, 0], [2, 1]], constant_values=7.0)
    tf.pad(f(2, 3), [[1, 0], [2, 1]], 'REFLECT')
    tf.pad(f(2, 3), [[1, 0], [2, 1]], 'SYMMETRIC')
    tf.pad(f(1, 3, 3, 2), [[0, 0], [1, 1], [2, 2], [0, 0]], 'REFLECT')
    tf.space_to_batch(f(1, 4, 4, 1), [2, 2], [[0, 0], [0, 0]])
    tf.space_to_batch(f(2, 3, 4), [2], [[1, 0]])
    tf.batch_to_space(f(4, 2, 2, 1), [2, 2], [[0, 1], [1, 0]])
    tf.extract_volume_patches(f(1, 3, 3, 3, 2), [1, 2, 2, 2, 1], [1, 1, 1, 1, 1], 'VALID')
    tf.extract_volume_patches(f(1, 3, 4, 3, 1), [1, 2, 3, 2, 1], [1, 2, 1, 2, 1], 'SAME')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()
