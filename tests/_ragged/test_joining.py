"""Concat and stack of ragged tensors, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    tf.concat([rt,rt],0)
    tf.concat([rt,rt],1)
    tf.concat([rt,[[1],[2]]],1)
    tf.stack([rt,rt])
    tf.stack([rt,rt],1)
    tf.concat([r3,r3],2)
    tf.concat([r3,r3],-1)
    tf.concat([r3,rt],0)
    tf.concat([rt],0)
    tf.concat([rt,rt],2)
    tf.concat([rt,rf],0)
    tf.concat([],0)
    tf.concat([rt,tf.constant([[7,8]])],0)
    tf.concat([u,u],1)
    tf.concat([r3i,r3i],1)
    tf.concat([r3i,r3i],2)
    tf.stack([rt,rt],2)
    tf.stack([rt,r3])
    tf.stack([rt])
    tf.stack([tf.constant([1]),rt[0]])
    tf.ragged.stack([[1,2],[3]])
    tf.ragged.stack([1,2])
    tf.ragged.stack([])
    tf.ragged.stack([[1,2],[3]],axis=1)
    tf.ragged.stack([tf.constant([1,2])])
    tf.ragged.stack([rt,rt],axis=2)
    tf.ragged.stack([rt,rt],axis=-1)
    tf.ragged.stack([rt,rt],axis=5)
    tf.concat([tf.constant([[1],[2]]),rt],-1)
    tf.concat([rt,rt[:1]],1)
    tf.stack([rt,rt[:1]],1)
    tf.stack([rt,u])
    tf.concat([u,u],0).shape
    tf.concat([u,u],1).shape
    tf.stack([u,u]).shape
    tf.stack([rt,rt]).shape
    tf.stack([rt,rt],1).shape
    tf.concat([r3,r3i],0)
    tf.concat([r3i,tf.ones([2,1,2],tf.int32)],1)
    tf.concat([rt,rt],tf.constant(0))
    tf.concat([R.from_row_splits([1],tf.constant([0,1],tf.int32)),rt],0)
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
