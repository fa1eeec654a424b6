"""Blocks between space, channels and batch, as TensorFlow moves them."""

import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.depth_to_space(f(2, 2, 3, 8), 2)
    tf.nn.depth_to_space(f(1, 2, 3, 9), 3)
    tf.nn.depth_to_space(i(1, 2, 2, 4, dtype='uint16'), 2)
    tf.nn.depth_to_space(c(1, 1, 2, 4), 2)
    tf.nn.depth_to_space(tf.constant([[[['a', 'b', 'c', 'd']]]]), 2)
    tf.nn.depth_to_space(f(0, 2, 2, 4), 2)
    tf.nn.depth_to_space(f(1, 2, 2, 3), 2)
    tf.nn.depth_to_space(f(2, 2, 4), 2)
    tf.nn.depth_to_space(f(1, 2, 2, 4), 1)
    tf.nn.depth_to_space(f(1, 2, 2, 4), 2, data_format='CHWN')
    tf.nn.depth_to_space(f(1, 2, 2, 4), 2, data_format='NCHW_VECT_C')
    tf.nn.space_to_depth(f(2, 4, 6, 3), 2)
    tf.nn.space_to_depth(f(1, 3, 6, 1), 3)
    tf.nn.space_to_depth(x([[[[True], [False]], [[False], [True]]]], 'bool'), 2)
    tf.nn.space_to_depth(f(1, 3, 2, 1), 2)
    tf.nn.space_to_depth(f(2, 2, 1), 2)
    tf.nn.space_to_depth(f(1, 2, 2, 1), 0)
    tf.nn.space_to_batch(f(1, 4, 4, 1), [2, 2], [[0, 0], [0, 0]])
    tf.nn.space_to_batch(f(1, 3, 4, 1), [2, 2], [[0, 1], [1, 1]])
    tf.nn.with_space_to_batch(f(1, 6, 6, 2), [2, 2], 'SAME', lambda x, n, p: tf.nn.max_pool(x, 2, 1, p), [2, 2])
    tf.nn.with_space_to_batch(f(1, 6, 7, 2), [2, 3], 'VALID', lambda x, n, p: tf.nn.avg_pool2d(x, 2, 1, p))
    tf.nn.with_space_to_batch(f(1, 6, 7, 2), [1, 1], 'SAME', lambda x, n, p: tf.nn.avg_pool2d(x, 2, 1, p))
    tf.nn.with_space_to_batch(f(1, 3, 4, 2), [2, 2], [[0, 0], [1, 2], [0, 1], [0, 0]], lambda x, n, p: x * x)
    tf.nn.with_space_to_batch(f(1, 2, 6, 6), [2, 2], 'VALID', lambda x, n, p: x * 2, data_format='NCHW')
    tf.nn.with_space_to_batch(f(1, 3, 6, 4, 2), [2, 2], 'VALID', lambda x, n, p: x * 2, spatial_dims=[1, 3])
    tf.nn.with_space_to_batch(f(1, 6, 6, 2), [2, 2], 'SAME', lambda x, n, p: x)
    tf.nn.with_space_to_batch(f(1, 6, 6, 2), [0, 2], 'VALID', lambda x, n, p: x)
    tf.nn.with_space_to_batch(f(1, 6, 6, 2), [2, 2], 'FULL', lambda x, n, p: x)
    tf.nn.with_space_to_batch(f(1, 6, 6, 2), [2, 2], 'VALID', lambda x, n, p: x, spatial_dims=[2, 1])
    tf.nn.with_space_to_batch(f(1, 6), [2, 2], 'VALID', lambda x, n, p: x)
    tf.nn.with_space_to_batch(f(1, 6, 6, 2), [[2]], 'VALID', lambda x, n, p: x)
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("move", [tf.nn.depth_to_space, tf.nn.space_to_depth])
def test_channels_second_moves_the_same(move):
    x = tf.reshape(tf.range(2 * 4 * 6 * 8), [2, 4, 6, 8])
    first = move(tf.transpose(x, [0, 3, 1, 2]), 2, data_format="NCHW")
    tf.debugging.assert_equal(tf.transpose(first, [0, 2, 3, 1]), move(x, 2))


def test_they_undo_each_other():
    x = tf.random.normal([2, 4, 6, 8])
    tf.debugging.assert_equal(tf.nn.space_to_depth(tf.nn.depth_to_space(x, 2), 2), x)


def test_space_to_batch_within_a_function_with_unknown_sizes():
    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 2])])
    def dilated(x):
        return tf.nn.with_space_to_batch(
            x, [2, 2], "SAME", lambda v, n, p: tf.nn.avg_pool2d(v, 3, 1, p), filter_shape=[3, 3]
        )

    x = tf.random.normal([2, 5, 7, 2])
    want = tf.nn.with_space_to_batch(
        x, [2, 2], "SAME", lambda v, n, p: tf.nn.avg_pool2d(v, 3, 1, p), filter_shape=[3, 3]
    )
    tf.debugging.assert_near(dilated(x), want)
