"""Gather and gather_nd, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    tf.gather(rt,[1,0])
    tf.gather([1,2,3,4],rt)
    tf.gather(rt,rt-1,batch_dims=1)
    tf.gather_nd(rt,[[0,1]])
    tf.gather(r3,[1,0])
    tf.gather(r3,1)
    tf.gather(rt,[[1],[0]])
    tf.gather(rt,tf.ragged.constant([[1],[0,1]]))
    tf.gather(tf.constant([[1,2],[3,4]]),rt-1,axis=0)
    tf.gather(rt,[5])
    tf.gather(rt,[0],axis=1)
    tf.gather(rt,tf.ragged.constant([[0],[0]]),batch_dims=1)
    tf.gather(rt,tf.ragged.constant([[1,0],[0]]),batch_dims=1)
    tf.gather(rt,[[0],[0]],batch_dims=1)
    tf.gather(r3,tf.ragged.constant([[1],[0]]),batch_dims=1)
    tf.gather(rt,[0],axis=-1)
    tf.gather([[1,2],[3,4]],rt-1,axis=1)
    tf.gather(rt,tf.constant([[0,1]]))
    tf.gather(rt,tf.constant(0))
    tf.gather(rt,tf.constant([],tf.int32))
    tf.gather(rt,[-1])
    tf.gather(r3,tf.ragged.constant([[0],[0]]),axis=1,batch_dims=1)
    tf.gather(r3,[[0],[0]],axis=2,batch_dims=1)
    tf.gather(tf.constant([[1,2,3],[4,5,6]]),tf.ragged.constant([[0,1],[2]]),batch_dims=1)
    tf.gather(tf.constant([[1,2,3],[4,5,6]]),tf.ragged.constant([[0,1],[2]]),axis=1,batch_dims=1)
    tf.gather(rt,tf.ragged.constant([[[0],[1]],[[0]]]),batch_dims=1)
    tf.gather(rt,[[0],[1]],batch_dims=1)
    tf.gather(rt,[0,0],batch_dims=1)
    tf.gather(r3,[0],axis=1)
    tf.gather(r3,[0,0],axis=2)
    tf.gather(rt,[0],axis=2)
    tf.gather_nd(r3,[[0,1],[1,0]])
    tf.gather_nd(r3,[[0,1,0],[1,0,0]])
    tf.gather_nd(r3,[[0],[1]])
    tf.gather_nd(rt,[0,1])
    tf.gather_nd(rt,[[2,1]])
    tf.gather_nd(rt,[[1,1]])
    tf.gather_nd(tf.constant([[1,2],[3,4]]),tf.ragged.constant([[[0,0],[1,1]],[[0,1]]],ragged_rank=1))
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
