"""Tf.ragged.stack_dynamic_partitions, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    tf.ragged.stack_dynamic_partitions([1,2,3],[0,5,1],2)
    tf.ragged.stack_dynamic_partitions([[1,2],[3,4]],[[0,1],[1,0]],2)
    tf.ragged.stack_dynamic_partitions(rt,tf.ragged.constant([[0,1],[0]]),2)
    tf.ragged.stack_dynamic_partitions(rt,[1,0],2)
    tf.ragged.stack_dynamic_partitions([1,2,3],[0,-1,1],2)
    tf.ragged.stack_dynamic_partitions([1,2,3],[0,1,1],[2])
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
