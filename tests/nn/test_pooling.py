"""tf.nn's pooling, as TensorFlow computes and differentiates it."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.max_pool2d(f(2, 5, 6, 3), 2, 2, 'SAME')
    tf.nn.max_pool2d(x(np.array([[[[1], [2**64 - 1]], [[2**63], [0]]]], np.uint64), 'uint64'), 2, 1, 'VALID')
    tf.nn.max_pool_with_argmax(x(np.array([[[[1], [2**64 - 1]], [[2**63], [0]]]], np.uint64), 'uint64'), 2, 1, 'VALID')
    tf.nn.max_pool2d(f(2, 5, 6, 3), 2, 1, 'SAME')
    tf.nn.max_pool2d(f(2, 5, 6, 3), 3, 1, 'SAME')
    tf.nn.max_pool2d(f(2, 5, 6, 3), 4, 1, 'SAME')
    tf.nn.max_pool2d(f(2, 5, 6, 3), [3, 2], [2, 1], 'SAME')
    tf.nn.max_pool2d(f(2, 5, 6, 3), [3, 2], [2, 1], 'VALID')
    tf.nn.max_pool2d(f(2, 5, 6, 3), [1, 2, 2, 1], [1, 2, 3, 1], 'SAME')
    tf.nn.max_pool2d(f(2, 5, 6, 3), 1, 2, 'SAME')
    tf.nn.max_pool2d(f(2, 5, 6, 3), 2, 3, 'SAME')
    tf.nn.max_pool2d(f(2, 4, 4, 3), 2, 2, [[0, 0], [1, 1], [0, 1], [0, 0]])
    tf.nn.max_pool2d(x([[[[1.0], [1.0]], [[1.0], [1.0]]]]), 2, 2, 'VALID')
    tf.nn.max_pool2d(i(2, 5, 6, 3, low=-9), 2, 2, 'SAME')
    tf.nn.max_pool2d(i(1, 4, 4, 2, dtype='uint8'), 2, 2, 'VALID')
    tf.nn.max_pool2d(f(1, 4, 4, 2, dtype='float64'), 2, 2, 'VALID')
    tf.nn.max_pool2d(f(1, 4, 4, 6), [1, 1, 1, 3], [1, 1, 1, 3], 'VALID')
    tf.nn.max_pool2d(f(1, 4, 4, 3), [1, 1, 1, 2], [1, 1, 1, 2], 'SAME')
    tf.nn.max_pool2d(f(1, 4, 4, 3), [2, 1, 1, 1], 1, 'SAME')
    tf.nn.max_pool2d(f(1, 4, 4, 2), 2, 2, [[0, 0], [2, 1], [1, 1], [0, 0]])
    tf.nn.max_pool2d(f(1, 4, 4, 2), 0, 2, 'SAME')
    tf.nn.max_pool2d(f(1, 4, 4, 2), 2, 0, 'SAME')
    tf.nn.max_pool2d(f(1, 4, 4, 2), 2, [1, 2, 3], 'SAME')
    tf.nn.max_pool2d(f(1, 4, 4, 2), 2, 2, 'same')
    tf.nn.max_pool1d(f(2, 7, 3), 2, 2, 'SAME')
    tf.nn.max_pool1d(f(2, 7, 3), [3], [1], 'VALID')
    tf.nn.max_pool3d(f(1, 5, 4, 3, 2), 2, 2, 'SAME')
    tf.nn.max_pool3d(f(1, 5, 4, 3, 2), 2, 1, 'SAME')
    tf.nn.max_pool3d(f(1, 5, 4, 3, 2), [2, 2, 1], [1, 2, 1], 'VALID')
    tf.nn.max_pool3d(f(1, 3, 3, 3, 2, low=1, high=1), 2, 1, 'SAME')
    tf.nn.max_pool3d(f(1, 3, 3, 3, 2, low=1, high=1), 3, 2, 'SAME')
    tf.nn.max_pool3d(f(1, 3, 3, 3, 2, dtype='bfloat16'), 2, 2, 'SAME')
    tf.nn.max_pool3d(f(1, 3, 3, 3, 2, dtype='float64'), 2, 2, 'SAME')
    tf.nn.max_pool3d(f(1, 3, 3, 3, 2), 2, 2, [[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]])
    tf.nn.max_pool2d(f(2, 4, 4, 0), 2, 2, 'SAME')
    tf.nn.max_pool2d(f(2, 0, 4, 2), 2, 2, 'SAME')
    tf.nn.avg_pool2d(f(2, 0, 4, 2), 2, 2, 'SAME')
    tf.nn.avg_pool2d(f(1, 4, 4, 2), 5, 1, 'VALID')
    tf.nn.avg_pool2d(f(1, 4, 4, 2), 6, 1, 'VALID')
    tf.nn.avg_pool3d(f(1, 3, 4, 3, 2, dtype='bfloat16'), 2, 1, 'VALID')
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'MAX', strides=[3, 2])
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'MAX', strides=2)
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'MAX', strides=[1])
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'MAX', dilations=[0, 1])
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'MAX', padding='SAME', dilations=[2, 2])
    tf.nn.max_pool_with_argmax(f(2, 5, 6, 3), 2, 2, 'SAME', output_dtype=tf.float32)
    tf.nn.max_pool_with_argmax(f(5, 6, 3), 2, 2, 'SAME')
    tf.nn.max_pool(f(2, 5, 6, 3), 2, 2, 'SAME')
    tf.nn.max_pool(f(2, 5, 3), 2, 2, 'SAME')
    tf.nn.max_pool(f(1, 5, 4, 3, 2), 2, 2, 'SAME')
    tf.nn.max_pool(f(5, 3), 2, 2, 'SAME')
    tf.nn.avg_pool2d(f(2, 5, 6, 3), 2, 2, 'SAME')
    tf.nn.avg_pool2d(f(2, 5, 6, 3), 2, 1, 'SAME')
    tf.nn.avg_pool2d(f(2, 5, 6, 3), 3, 1, 'SAME')
    tf.nn.avg_pool2d(f(2, 5, 6, 3), 4, 1, 'SAME')
    tf.nn.avg_pool2d(f(2, 5, 6, 3), [3, 2], [2, 1], 'SAME')
    tf.nn.avg_pool2d(f(2, 5, 6, 3), [3, 2], [2, 1], 'VALID')
    tf.nn.avg_pool2d(f(2, 5, 6, 3), 2, 2, [[0, 0], [1, 1], [1, 1], [0, 0]])
    tf.nn.avg_pool2d(i(1, 4, 4, 2), 2, 2, 'SAME')
    tf.nn.avg_pool1d(f(2, 7, 3), 2, 2, 'SAME')
    tf.nn.avg_pool1d(f(2, 7, 3), 4, 3, 'SAME')
    tf.nn.avg_pool3d(f(1, 5, 4, 3, 2), 2, 2, 'SAME')
    tf.nn.avg_pool3d(f(1, 5, 4, 3, 2), 2, 1, 'VALID')
    tf.nn.avg_pool(f(2, 5, 6, 3), 2, 2, 'SAME')
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'MAX')
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'AVG', strides=[2, 2], padding='SAME')
    tf.nn.pool(f(2, 6, 6, 3), [2, 2], 'MAX', dilations=[2, 2])
    tf.nn.pool(f(2, 6, 6, 3), [2, 2], 'AVG', dilations=[2, 3])
    tf.nn.pool(f(2, 6, 3), [2], 'MAX')
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'FOO')
    tf.nn.pool(f(2, 5, 6, 3), [2], 'MAX')
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'MAX', strides=[2, 2], dilations=[2, 2])
    tf.nn.pool(f(2, 5, 6, 3), [2, 2], 'AVG', padding='SAME', dilations=[2, 2])
    tf.nn.max_pool_with_argmax(f(2, 5, 6, 3), 2, 2, 'SAME')
    tf.nn.max_pool_with_argmax(f(2, 5, 6, 3), 3, 1, 'SAME', include_batch_in_index=True)
    tf.nn.max_pool_with_argmax(f(2, 5, 6, 3), [2, 3], [1, 2], 'VALID', output_dtype=tf.int32)
    tf.nn.max_pool_with_argmax(f(2, 5, 6, 3), 2, 2, 'SAME', data_format='NCHW')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("pool", [tf.nn.max_pool2d, tf.nn.avg_pool2d])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1), (2, 1), (3, 2)])
def test_channels_first_computes_the_same(pool, padding, size, stride):
    x = np.random.randn(2, 7, 6, 3).astype(np.float32)
    first = pool(np.moveaxis(x, -1, 1), size, stride, padding, data_format="NCHW")
    np.testing.assert_allclose(np.moveaxis(first.numpy(), 1, -1), pool(x, size, stride, padding).numpy(), rtol=1e-6)


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("n", [1, 3])
def test_channels_first_in_other_dimensions(n, padding, kind):
    x = np.random.randn(2, *[5, 6, 7][:n], 3).astype(np.float32)
    data_format = {1: "NCW", 3: "NCDHW"}[n]
    for pool in (getattr(tf.nn, f"{kind}_pool{n}d"), getattr(tf.nn, f"{kind}_pool")):
        first = pool(np.moveaxis(x, -1, 1), 2, 2, padding, data_format=data_format)
        np.testing.assert_allclose(np.moveaxis(first.numpy(), 1, -1), pool(x, 2, 2, padding).numpy(), rtol=1e-6)


def test_window_beyond_the_input():
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative"):
        tf.nn.max_pool2d(tf.zeros([1, 4, 4, 1]), 6, 1, "VALID")
