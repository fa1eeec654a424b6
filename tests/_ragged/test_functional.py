"""Tf.ragged's functions, against facts recorded from TensorFlow."""

import pytest

import tfcompat as tf
from tests import reprs

CASES = reprs.cases(
    """
    tf.ragged.boolean_mask(rt,[True,False])
    tf.ragged.boolean_mask([1,2,3],[True,False,True])
    tf.ragged.boolean_mask(rt,True)
    tf.ragged.boolean_mask(rt,[[True,False],[True,True]])
    tf.ragged.boolean_mask(rt,[1,0])
    tf.ragged.boolean_mask(r3,tf.ragged.constant([[True,False],[True]]))
    tf.ragged.boolean_mask([[1,2],[3,4]],[True])
    tf.ragged.boolean_mask([[1,2],[3,4]],tf.ragged.constant([[True],[True,False]]))
    tf.ragged.map_flat_values(tf.add,rt,r3)
    tf.ragged.map_flat_values(tf.add,1,2)
    tf.ragged.map_flat_values(lambda x:[1,2],rt)
    tf.ragged.map_flat_values(lambda x,y:x+y[0],rt,y=[rt])
    tf.ragged.map_flat_values(tf.reduce_sum,rt)
    tf.ragged.range(3)
    tf.ragged.range([1,2],[3,4],0)
    tf.ragged.range([0.,1.],[2.,3.],.5)
    tf.ragged.range([3,0],[0,3],-1)
    tf.ragged.range([3,0],[0,3,4])
    tf.ragged.range([3,0],row_splits_dtype=tf.int32).row_splits
    tf.ragged.range([3,0],dtype=tf.float32)
    tf.ragged.range([[3]])
    tf.ragged.row_splits_to_segment_ids([0,3,2])
    tf.ragged.row_splits_to_segment_ids([0,3],out_type=tf.int32)
    tf.ragged.row_splits_to_segment_ids([0.,3.])
    tf.ragged.row_splits_to_segment_ids([])
    tf.ragged.row_splits_to_segment_ids([[0,1]])
    tf.ragged.segment_ids_to_row_splits([])
    tf.ragged.segment_ids_to_row_splits([0,0,2],5)
    tf.ragged.segment_ids_to_row_splits([0,0,2],1)
    tf.ragged.segment_ids_to_row_splits([0,0,2],out_type=tf.int32)
    tf.ragged.segment_ids_to_row_splits([2,0,2])
    tf.ragged.segment_ids_to_row_splits([[2]])
    tf.ragged.map_flat_values(tf.ones_like, rt)
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)


def test_flat_values_whose_number_is_not_known():
    """In a function the numbers of values are compared where they are known alone."""
    spec = tf.RaggedTensorSpec([None, None], tf.int64)
    squares = tf.function(lambda x: tf.ragged.map_flat_values(tf.square, x), input_signature=[spec])
    assert squares(tf.ragged.constant([[1, 2], [], [3]], dtype=tf.int64)).to_list() == [[1, 4], [], [9]]
