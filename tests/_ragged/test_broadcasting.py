"""Operators and elementwise functions, against facts recorded from TensorFlow."""

import pytest

from tests import reprs

CASES = reprs.cases(
    """
    rt+rt
    rt+1
    1+rt
    rt+tf.constant(1)
    tf.constant(1)+rt
    tf.constant([1,2])+rt
    rt+tf.constant([[1],[2]])
    tf.constant([[1],[2]])+rt
    rt+tf.constant([1])
    rt+tf.constant([1,2])
    rt+[1,2]
    np.array([1])+rt
    np.float32(2)*rf
    rt+rf
    rt+1.5
    rt==3
    rt!=rt
    rt==None
    rt=="a"
    rt<2
    -rt
    abs(rt)
    rt//2
    rt%2
    rt**2
    rt/2
    tf.cast(rt,tf.float32)
    tf.exp(rf)
    tf.ones_like(rt)
    tf.zeros_like(rt)
    tf.nn.relu(rf)
    tf.identity(rt)
    rt+r1
    r1+rt
    rt+re
    re+rt
    rt+r3
    r3+rt
    r3+[[[10]],[[20]]]
    r3+[[10],[20]]
    r3+[10,20]
    r3+tf.constant([[[1],[2]],[[3],[4]]])
    r3+R.from_row_splits([[10]],[0,1])
    r3+tf.ragged.constant([[[1],[2]],[[3]]])
    r3i+[10,20]
    r3i+[[10],[20]]
    r3i+[[[10]],[[20]]]
    r3i+rt
    r3i+tf.ragged.constant([[[1],[2]],[[3]]],ragged_rank=1)
    r3i+tf.constant([[1,2]])
    u+rt
    u+u
    u+[[1],[2]]
    u+[10,20]
    u+[[1,2],[3,4]]
    [[1,2],[3,4]]+u
    tf.clip_by_value(rt,0,2)
    tf.add(rt,1,name='x')
    tf.cast(rt,tf.int32)
    tf.zeros_like(rt,dtype=tf.float32)
    tf.ones_like(r3)
    tf.stop_gradient(rt)
    tf.zeros_like(rt,tf.float32)
    tf.clip_by_value(rf,1.5,2.5)
    tf.maximum(rt,2)
    tf.math.log(rf)
    tf.math.divide_no_nan(rf,0.)
    tf.nn.leaky_relu(rf)
    tf.scalar_mul(2.,rf)
    tf.bitcast(rt,tf.float32)
    tf.equal(rt,[[1,2],[3,4]])
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)
