"""Array functions on ragged tensors, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    tf.size(rt)
    tf.rank(rt)
    tf.reshape(rt,[3])
    tf.where(rt>1)
    tf.where(rt>1,rt,0)
    tf.where(rt>1,rt,rt)
    tf.expand_dims(rt,0)
    tf.expand_dims(rt,1)
    tf.expand_dims(rt,2)
    tf.one_hot(rt,4)
    tf.tile(rt,[1,2])
    tf.reverse(rt,[1])
    tf.boolean_mask(rt,[True,False])
    tf.squeeze(rt)
    tf.add_n([rt,rt])
    tf.transpose(rt)
    tf.unstack(rt)
    tf.split(rt,2)
    tf.dynamic_partition(rt,[0,1],2)
    tf.size(r3i)
    tf.size(rt,tf.int64)
    tf.rank(r3i)
    tf.expand_dims(r3,-1)
    tf.expand_dims(rt,5)
    tf.expand_dims(rt,-3)
    tf.squeeze(tf.ragged.constant([[[1],[2]],[[3]]],ragged_rank=1),2)
    tf.squeeze(R.from_row_splits([1,2],[0,2]),0)
    tf.tile(r3,[2,1,2])
    tf.tile(rt,[2,2])
    tf.reverse(r3,[0,2])
    tf.split(rt,[1,1])
    tf.split(rt,2,axis=1)
    tf.split(tf.ragged.constant([[1,2,3],[4,5,6]]),3,axis=1)
    tf.where([True,False],rt,rt+10)
    tf.where(rt>1,rt,-1)
    tf.where(tf.constant([[True],[False]]),rt,rt*10)
    tf.where(rt>1,10,tf.constant([[1],[2]]))
    tf.where(r3>2)
    tf.one_hot(rt,3,axis=1)
    tf.searchsorted(rt,rt)
    tf.argsort(rt)
    tf.sort(rt)
    tf.unique(rt)
    tf.reshape(rt,[3,1])
    tf.broadcast_to(rt,[2,2])
    tf.tile(rt,[1,0])
    tf.tile(rt,[0,1])
    tf.tile(r3i,[1,2,3])
    tf.tile(u,[2,2])
    tf.reverse(rt,[0])
    tf.reverse(rt,[-1,0])
    tf.reverse(r3i,[2])
    tf.reverse(rt,1)
    tf.reverse(rt,[5])
    tf.split(rt,[1,-1])
    tf.split(rt,[2,2])
    tf.split(rt,3)
    tf.split(r3i,2,axis=2)
    tf.split(rt,2,axis=-2)
    tf.one_hot(rt,3,on_value=5,off_value=2)
    tf.one_hot(r3,2,axis=-1)
    tf.one_hot(rt,3,axis=2)
    tf.squeeze(u[:, :1],1)
    tf.squeeze(rt,1)
    tf.squeeze(r3,[0])
    tf.squeeze(R.from_row_splits([[[1]],[[2]]],[0,2]),[0,2])
    tf.squeeze(R.from_row_splits([[[1]],[[2]]],[0,1,2]),[2])
    tf.squeeze(R.from_row_splits([[[1]],[[2]]],[0,1,2]),[2,3])
    tf.dynamic_partition([1,2,3],tf.ragged.constant([[0,1],[0]]),2)
    tf.dynamic_partition(rt,tf.ragged.constant([[0,1],[0]]),2)
    tf.where([True,False],rt,rt)
    tf.where(tf.constant(True),rt,rt+5)
    tf.where(rt>1,tf.constant(5),rt)
    tf.reshape(rt,[1,3])
    tf.reshape(rt,[-1])
    tf.reshape(rt,[2,2])
    tf.reshape(r3i,[6])
    tf.size(r3,out_type=tf.int64)
    tf.add_n([rt,rt,rt])
    tf.expand_dims(r3i,3)
    tf.expand_dims(r3i,2).shape
    tf.expand_dims(rt,0).shape
    tf.expand_dims(rt,1).shape
    tf.expand_dims(rt,2).shape
    tf.boolean_mask([[1,2],[3,4]],tf.ragged.constant([[True,False],[True,False]]))
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
