"""Tf.ragged.constant, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    tf.ragged.constant([[1,2]])+rt
    tf.ragged.constant([[7]])+rt
    tf.ragged.constant([[7],[8],[9]])+rt
    tf.ragged.constant(5)
    tf.ragged.constant([])
    tf.ragged.constant([[]])
    tf.ragged.constant([[],[]])
    tf.ragged.constant([[[]],[]])
    tf.ragged.constant([1,2])
    tf.ragged.constant([[1],2])
    tf.ragged.constant([[1,[2]]])
    tf.ragged.constant([[[],1]])
    tf.ragged.constant([[1,2],[3.5]])
    tf.ragged.constant([[1,2],['a']])
    tf.ragged.constant([[True],[]])
    tf.ragged.constant([[1,2],[3,4]],ragged_rank=0)
    tf.ragged.constant([[1,2],[3]],ragged_rank=0)
    tf.ragged.constant([[1,2],[3]],ragged_rank=2)
    tf.ragged.constant([[1,2],[3]],ragged_rank=-1)
    tf.ragged.constant([[[1,2]],[[3,4]]],ragged_rank=1)
    tf.ragged.constant([[[1,2]],[[3]]],ragged_rank=1)
    tf.ragged.constant([[[1,2]],[[3,4]]],inner_shape=(2,))
    tf.ragged.constant([[[1,2]],[[3,4]]],inner_shape=(3,))
    tf.ragged.constant([[[1,2]],[[3,4]]],ragged_rank=1,inner_shape=(2,))
    tf.ragged.constant([[[1,2]],[[3,4]]],ragged_rank=2,inner_shape=(2,))
    tf.ragged.constant([],ragged_rank=2)
    tf.ragged.constant([],ragged_rank=1,inner_shape=(2,))
    tf.ragged.constant(5,ragged_rank=1)
    tf.ragged.constant(5,inner_shape=(2,))
    tf.ragged.constant(rt)
    tf.ragged.constant(np.array([[1,2],[3,4]]))
    tf.ragged.constant([np.array([1,2]),np.array([3])])
    tf.ragged.constant([[1,2]],dtype='float32',row_splits_dtype='int32').row_splits
    tf.ragged.constant([["a"],["b","c"]])
    tf.ragged.constant([[1,2],[3]],dtype=tf.string)
    tf.ragged.constant([list(range(100)),[3],list(range(30))])
    tf.ragged.constant([[1+2j],[]])
    tf.ragged.constant([['a'],['b','c']]).to_tensor()
    tf.ragged.constant([['a'],['b','c']]).to_tensor('z')
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
