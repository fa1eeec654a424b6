"""tf.nn's normalization, as TensorFlow computes and differentiates it."""

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.moments(f(2, 3), [0])
    tf.nn.batch_normalization(f(3, 4), f(4), f(4, low=0.1), f(4), f(4), tf.constant(1e-3))
    tf.nn.sufficient_statistics(f(3, 4), [])
    tf.nn.weighted_moments(f(3, 4), [], f(3, 4, low=0))
    tf.nn.weighted_moments(f(3, 4), [0], f(5))
    tf.nn.weighted_moments(f(3, 4), [0], tf.zeros([3, 4]))
    tf.nn.dropout(f(3, 4), tf.constant(0))
    tf.nn.dropout(f(3, 4, dtype='float64'), tf.constant(0.0))
    tf.nn.moments(f(2, 3), [0, 1], keepdims=True)
    tf.nn.moments(f(2, 3), 1, shift=2.0)
    tf.nn.moments(f(2, 3), axes=-1)
    tf.nn.moments(i(5), [0])
    tf.nn.moments(f(2, 3, dtype='float16'), [0])
    tf.nn.moments(f(2, 3, dtype='float64'), [0])
    tf.nn.moments(f(2, 3), [])
    tf.nn.moments(f(2, 3), [5])
    tf.nn.moments(f(0, 3), [0])
    tf.nn.weighted_moments(f(2, 3), [0], f(2, 1, low=0.5))
    tf.nn.weighted_moments(f(2, 3), [0, 1], 2.0, keepdims=True)
    tf.nn.weighted_moments(f(2, 3), [1], f(2, 3, low=0.5))
    tf.nn.sufficient_statistics(f(2, 3), [0])
    tf.nn.sufficient_statistics(f(2, 3, dtype='float64'), [0], shift=1.0)
    tf.nn.sufficient_statistics(f(2, 3), [0], shift=1.0, keepdims=True)
    tf.nn.sufficient_statistics(f(2, 3), [0], shift=f(3))
    tf.nn.normalize_moments(2.0, f(3), f(3), None)
    tf.nn.normalize_moments(2.0, f(3), f(3), f(3))
    tf.nn.batch_normalization(f(2, 3), f(3), f(3, low=0.1), None, None, 0.1)
    tf.nn.batch_normalization(f(2, 3), f(3), f(3, low=0.1), f(3), f(3), 0.1)
    tf.nn.batch_normalization(f(2, 3), f(3), f(3, low=0.1), f(3), None, 0.1)
    tf.nn.batch_normalization(f(2, 3), f(2), f(3, low=0.1), None, None, 0.1)
    tf.nn.batch_norm_with_global_normalization(f(1, 2, 2, 3), f(3), f(3, low=0.1), f(3), f(3), 0.1, True)
    tf.nn.batch_norm_with_global_normalization(f(1, 2, 2, 3), f(3), f(3, low=0.1), f(3), f(3), 0.1, False)
    tf.nn.l2_normalize(f(2, 3))
    tf.nn.l2_normalize(f(2, 3), axis=1)
    tf.math.l2_normalize(f(2, 3), axis=[0, 1], epsilon=100.0)
    tf.nn.l2_normalize(f(2, 3), dim=1)
    tf.nn.l2_normalize(f(2, 3), axis=1, dim=1)
    tf.nn.l2_normalize(x([0.0, 0.0]))
    tf.nn.l2_normalize(c(3))
    tf.nn.l2_normalize([1, 2])
    tf.nn.local_response_normalization(f(1, 2, 2, 5))
    tf.nn.lrn(f(1, 2, 2, 5), 1, 1.0, 0.5, 0.75)
    tf.nn.lrn(f(2, 5))
    tf.nn.bias_add(f(2, 3), f(3))
    tf.nn.bias_add(f(2, 3), [1, 2, 3])
    tf.nn.bias_add(f(2, 3), f(2))
    tf.nn.bias_add(f(2, 3), f(1, 3))
    tf.nn.bias_add(f(2, 3, 4), f(3), data_format='NC..')
    tf.nn.bias_add(f(2, 3, 4, 5), f(3), data_format='NCHW')
    tf.nn.bias_add(f(2, 3, 4, 5), f(5), data_format='NHWC')
    tf.nn.bias_add(f(2, 3), f(3), data_format='FOO')
    tf.nn.bias_add(f(3), f(3))
    tf.nn.zero_fraction([0.0, 1.0, 0.0])
    tf.nn.zero_fraction(i(0))
    tf.nn.embedding_lookup(f(4, 3), [1, 0])
    tf.nn.embedding_lookup(f(4, 3), [[1, 0], [1, 3]])
    tf.nn.embedding_lookup(f(4, 3), 2)
    tf.nn.embedding_lookup(f(4, 3), [4])
    tf.nn.embedding_lookup([f(2, 3), f(2, 3)], [0, 1, 2, 3])
    tf.nn.embedding_lookup([f(2, 3), f(1, 3)], [0, 1, 2])
    tf.nn.embedding_lookup(f(4, 3), [1, 0], max_norm=1.0)
    tf.nn.embedding_lookup(None, [1])
    tf.nn.embedding_lookup([], [1])
    tf.nn.dropout(f(2, 3), 0.0)
    tf.nn.dropout(f(2, 3), 1.0)
    tf.nn.dropout(f(2, 3), -0.1)
    tf.nn.dropout(i(3), 0.5)
    tf.nn.dropout(f(2, 3), 'a')
    tf.nn.dropout(f(2, 3), [0.5])
    tf.nn.dropout(f(2, 3), 0.5, noise_shape=[3, 3])
    tf.nn.dropout(f(2, 3), tf.constant(0.0))
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


def test_moments_over_no_axis_leave_out_dimensions_of_size_1():
    x = tf.constant([[1.0, 2.0, 3.0]])
    for axes in ((), tf.constant([], tf.int32)):
        assert [t.shape for t in tf.nn.moments(x, axes)] == [(3,), (3,)]
        assert [t.shape for t in tf.nn.moments(x, axes, keepdims=True)] == [(1, 3), (1, 3)]
        assert [t.shape for t in tf.nn.weighted_moments(x, axes, 1.0)] == [(3,), (3,)]
