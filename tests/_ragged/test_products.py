"""Products, cumulative sums and sums by segment of ragged tensors, against facts recorded from TensorFlow."""

import numpy as np
import pytest

import tfcompat as tf
from tests import reprs

CASES = reprs.cases(
    """
    tf.cumsum(rt)
    tf.cumsum(rt,axis=1)
    tf.cumsum(rt,axis=-1,exclusive=True)
    tf.cumsum(rt,axis=1,reverse=True)
    tf.cumsum(r3i,axis=2)
    tf.cumsum(r3f,axis=2)
    tf.math.unsorted_segment_sum(rt,[1,0],2)
    tf.math.unsorted_segment_sum(rf,[0,1,0],2)
    tf.math.unsorted_segment_max(rf,[0,1,0],2)
    tf.math.unsorted_segment_mean(rf,[0,1,0],2)
    tf.math.unsorted_segment_prod(rf,[0,1,0],2)
    tf.math.unsorted_segment_sqrt_n(rf,[0,1,0],2)
    tf.math.unsorted_segment_sum(rt,tf.ragged.constant([[0,1],[0]]),2)
    tf.math.unsorted_segment_sum([1,2],tf.ragged.constant([[0,1],[0]]),2)
    tf.matmul(r3i,r3i,transpose_b=True)
    tf.matmul(r3i,r3i,transpose_a=True)
    tf.matmul(r3i,r3i)
    tf.matmul(r3i,[[[1,2],[3,4]],[[5,6],[7,8]]])
    tf.matmul([[[1,2],[3,4]],[[5,6],[7,8]]],r3i,transpose_b=True)
    tf.matmul(r3,r3)
    tf.matmul(u,u)
    tf.matmul(rf,rf)
    tf.matmul(r3i,[[1,2],[3,4]])
    tf.nn.dropout(rf,0.0)
    tf.saturate_cast(rf*200,tf.uint8)
    tf.math.multiply_no_nan(rf,rf)
    tf.image.adjust_brightness(rf,0.5)
    """
)


@pytest.mark.parametrize("source", CASES)
def test_repr(source):
    assert reprs.here([source])[source] == reprs.recorded(__file__)[source]


@pytest.mark.oracle
def test_live():
    assert reprs.live(CASES) == reprs.here(CASES)


def test_products_in_graphs_have_gradients():
    values, right = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), tf.ones([2, 2, 3])

    @tf.function
    def product(values):
        return tf.matmul(tf.RaggedTensor.from_row_lengths(values, [1, 2]), right)

    with tf.GradientTape() as tape:
        tape.watch(values)
        result = product(values)
    assert result.row_lengths().numpy().tolist() == [1, 2]
    assert np.array_equal(result.values, [[3] * 3, [7] * 3, [11] * 3])
    assert np.array_equal(tape.gradient(result.values, values), np.full([3, 2], 3))
