"""The class, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    R(rt.values, rt._row_partition)
    R.from_row_splits(v,[0,4,4,7,8,9])
    R.from_row_splits(v,[1,4,8])
    R.from_row_splits(v,[0,5,4,8])
    R.from_row_splits(v,[])
    R.from_row_splits(v,[[0,8]])
    R.from_row_splits(v,[0.,8.])
    R.from_row_splits(v,0)
    R.from_row_splits(5,[0,1])
    R.from_row_splits(v,[0,8],validate=1)
    R.from_row_splits("abc",[0,8])
    R.from_row_splits(v,tf.constant([0,8],tf.int16))
    R.from_row_lengths(v,[4,0,3])
    R.from_row_lengths(v,[4,-1,5])
    R.from_row_starts(v,[1,4])
    R.from_row_starts(v,[0,9])
    R.from_row_starts(v,[0,4,2])
    R.from_row_limits(v,[4,4,7])
    R.from_row_limits(v,[4,3,8])
    R.from_row_limits(v,[-1,8])
    R.from_value_rowids(v,[0,0,0,0,2,2,2])
    R.from_value_rowids(v,[0,0,0,0,2,2,2,1])
    R.from_value_rowids(v,[-1,0,0,0,2,2,2,3])
    R.from_value_rowids(v,[0,0,0,0,2,2,2,3],nrows=3)
    R.from_value_rowids(v,[0,0,0,0,2,2,2,3],nrows=-3)
    R.from_value_rowids(v,[0,0,0,0,2,2,2,3],nrows=[3])
    R.from_value_rowids(v,[0,0,0,0,2,2,2,3])
    R.from_uniform_row_length(v,3)
    R.from_uniform_row_length(v,-3)
    R.from_uniform_row_length(v,0)
    R.from_uniform_row_length([],0)
    R.from_uniform_row_length([],0,nrows=3)
    R.from_uniform_row_length(v,2,nrows=3)
    R.from_uniform_row_length(v,2,nrows=4)
    R.from_uniform_row_length(v,2).shape
    R.from_nested_row_splits(v,5)
    R.from_nested_row_splits(v,tf.constant([[0,8]]))
    R.from_nested_row_splits(v,[])
    R.from_nested_value_rowids(v,[[0,0,1],[0,0,0,0,2,2,2,2]],nested_nrows=[2])
    R.from_nested_value_rowids(v,[[0,0,1],[0,0,0,0,2,2,2,2]],nested_nrows=[2,3])
    R.from_nested_row_lengths(v,[[2,1],[4,0,4]])
    rt.with_values([1,2])
    rt.with_values([1.,2.,4.])
    rt.with_flat_values([1.,2.,4.])
    rt.with_row_splits_dtype(tf.int32).row_splits
    rt.with_row_splits_dtype(tf.float32).row_splits
    rt.numpy()
    rt.consumers()
    rt.get_shape()
    len(rt)
    list(rt)
    bool(rt)
    R.from_row_splits([1,2],tf.constant([0,2],tf.int32))+R.from_row_splits([1,2],[0,2])
    R.from_row_splits(R.from_row_splits([1,2],[0,2]),tf.constant([0,1],tf.int32))
    R.from_row_splits(tf.zeros([0,3]),[0,0,0])
    R.from_row_splits(tf.ones([3,2]),[0,2,3])
    R.from_row_splits(tf.ones([4,2]),[0,2,4])
    R.from_row_splits(tf.ones([0]),[0])
    r3.row_lengths(0)
    r3.row_lengths(1)
    r3.row_lengths(2)
    r3.row_lengths(3)
    r3i.row_lengths(2)
    r3i.row_lengths(-1)
    r3.nested_row_lengths()
    r3.nrows(tf.int32)
    r3.nrows('float32')
    rt.with_values(r3.values)
    rt.with_values([[1],[2],[3]])
    rt.uniform_row_length
    u.uniform_row_length
    u.shape
    rt.dtype
    str(rt)
    rt.ragged_rank
    r3.flat_values
    r3.nested_value_rowids()
    r3.nested_row_splits
    r3.value_rowids()
    r3.row_starts()
    r3.row_limits()
    u.nested_row_splits
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
