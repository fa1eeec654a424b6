"""Ragged tensors from and to others, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    rt.merge_dims(1,0)
    rt.merge_dims(0,5)
    rt.merge_dims(-2,-1)
    R.from_tensor([1,2,3])
    R.from_tensor([[1,2,3]], ragged_rank=0)
    R.from_tensor([[1,2,3]], ragged_rank=2)
    R.from_tensor([[1,2,3]], ragged_rank='a')
    R.from_tensor([[1,2,3]], lengths=[1], padding=3)
    R.from_tensor([[1,2,3]], lengths=[4])
    R.from_tensor([[1,2,3]], lengths=[1,2])
    R.from_tensor([[1,2,3]], lengths=[-1])
    R.from_tensor([[1,2,3]], padding=[3,4])
    R.from_tensor([[1,2,3]], row_splits_dtype=tf.int32).row_splits
    R.from_tensor([[1,2,3]]).shape
    R.from_sparse([[1]])
    tf.convert_to_tensor(rt)
    tf.convert_to_tensor([rt,rt])
    tf.constant(rt)
    rt.to_tensor()
    rt.to_tensor(9)
    rt.to_tensor(9.5)
    rt.to_tensor([9,8])
    rt.to_tensor(shape=[None,1])
    rt.to_tensor(shape=[3,-1])
    rt.to_tensor(shape=[3])
    rt.to_tensor(shape=tf.TensorShape([3,None]))
    rt.to_tensor(shape=tf.constant([1,5]))
    r3.to_tensor()
    r3.to_tensor(shape=[2,1,3])
    r3i.to_tensor()
    r3i.to_tensor([7,8])
    r3i.to_tensor([[7,8]])
    r3i.to_tensor(shape=[2,3])
    r3i.to_tensor(shape=[None,None,3])
    rt.bounding_shape(axis=0)
    rt.bounding_shape(axis=1)
    rt.bounding_shape(axis=[0,1])
    r3i.bounding_shape()
    r3.bounding_shape(out_type=tf.int32)
    r3.bounding_shape(axis=5)
    R.from_tensor([[[1,2],[3,4]]],ragged_rank=2)
    R.from_tensor([[[1,2],[3,4]]],ragged_rank=2).nested_row_splits
    R.from_tensor([[0,1,0,0]],padding=0)
    R.from_tensor(tf.zeros([0,3]))
    R.from_tensor([[[0,0],[1,0]]],padding=[0,0])
    R.from_tensor([[[0,0],[1,0]]],padding=0,ragged_rank=2)
    R.from_tensor([[[0,0],[1,0]]],padding=0)
    R.from_tensor([[[1,2],[3,4]]],lengths=([2],[1,2]))
    R.from_tensor([[1,2],[3,4]],lengths=[1.,2.])
    r3.merge_dims(0,1)
    r3i.merge_dims(1,2)
    r3i.merge_dims(0,1)
    r3i.merge_dims(0,2)
    R.from_tensor([[[1,2],[3,4]]],ragged_rank=2).merge_dims(1,2).uniform_row_length
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
