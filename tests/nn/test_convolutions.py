"""tf.nn's convolutions, as TensorFlow computes and differentiates them."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.conv2d(f(2, 5, 6, 3), f(3, 2, 3, 4), 1, 'SAME')
    tf.nn.conv2d_transpose(f(1, 2, 2, 0), f(3, 3, 4, 0), [1, 4, 4, 4], 2)
    tf.nn.conv2d_transpose(f(1, 2, 2, 3), f(3, 3, 4, 0), [1, 4, 4, 4], 2)
    tf.nn.conv1d_transpose(f(1, 4, 0), f(3, 4, 0), [1, 4, 4], 2)
    tf.nn.atrous_conv2d_transpose(f(1, 4, 4, 1), f(2, 2, 2, 1), [1, 4, 4, 2], 2, 'SAME')
    tf.nn.atrous_conv2d_transpose(f(1, 4, 4, 1), f(2, 2, 3, 1), [1, 4, 4, 2], 2, 'SAME')
    tf.nn.depthwise_conv2d(f(2, 5, 5, 0), f(2, 2, 0, 1), [1, 1, 1, 1], 'VALID')
    tf.nn.conv2d(f(2, 5, 6, 3), f(3, 2, 3, 4), 1, 'VALID')
    tf.nn.conv2d(f(2, 5, 6, 3), f(3, 3, 3, 2), 2, 'SAME')
    tf.nn.conv2d(f(2, 6, 6, 3), f(3, 3, 3, 2), [1, 2, 2, 1], 'SAME')
    tf.nn.conv2d(f(2, 6, 6, 3), f(2, 4, 3, 2), [2, 3], 'SAME')
    tf.nn.conv2d(f(2, 6, 6, 3), f(3, 3, 3, 2), [2, 1], 'VALID')
    tf.nn.conv2d(f(2, 5, 6, 3), f(2, 2, 3, 2), 1, [[0, 0], [1, 0], [2, 1], [0, 0]])
    tf.nn.conv2d(f(2, 6, 6, 3), f(2, 3, 3, 2), 1, 'SAME', dilations=2)
    tf.nn.conv2d(f(2, 6, 6, 3), f(2, 3, 3, 2), 1, 'VALID', dilations=[1, 2, 1, 1])
    tf.nn.conv2d(f(1, 6, 6, 4), f(3, 3, 2, 6), 1, 'SAME')
    tf.nn.conv2d(f(1, 6, 6, 4), f(1, 1, 4, 6), 2, 'SAME')
    tf.nn.conv2d(f(1, 1, 4, 4, 2), f(3, 3, 2, 1), 1, 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 2, dtype='float64'), f(3, 3, 2, 1, dtype='float64'), 1, 'SAME')
    tf.nn.conv2d(i(1, 5, 5, 2), i(3, 3, 2, 3), 2, 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 2), i(3, 3, 2, 3), 1, 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 2), f(3, 3, 2), 1, 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 3), f(3, 3, 2, 2), 1, 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 4), f(3, 3, 2, 3), 1, 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 2), 0, 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 2), [2, 1, 1, 1], 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 2), [1, 1, 1], 'SAME')
    tf.nn.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 2), 1, 'same')
    tf.nn.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 2), 1, [1, 1])
    tf.nn.conv2d(f(1, 5, 5, 2), f(3, 3, 2, 2), 1, 'SAME', data_format='NWHC')
    tf.nn.conv1d(f(2, 6, 3), f(3, 3, 4), 1, 'SAME')
    tf.nn.conv1d(f(2, 6, 3), f(2, 3, 4), 2, 'SAME')
    tf.nn.conv1d(f(2, 6, 3), f(2, 3, 4), [2], 'VALID')
    tf.nn.conv1d(f(2, 6, 3), f(2, 3, 4), [1, 2, 1], 'VALID')
    tf.nn.conv1d(f(2, 6, 3), f(3, 3, 4), 1, 'SAME', dilations=2)
    tf.nn.conv1d(f(1, 2, 6, 3), f(3, 3, 4), 1, 'SAME')
    tf.nn.conv3d(f(1, 4, 4, 4, 2), f(2, 3, 2, 2, 3), [1, 1, 1, 1, 1], 'SAME')
    tf.nn.conv3d(f(1, 4, 5, 4, 2), f(2, 2, 2, 2, 3), [1, 2, 2, 1, 1], 'VALID')
    tf.nn.conv3d(f(1, 4, 5, 4, 2), f(2, 2, 2, 2, 3), [1, 2, 2, 2, 1], 'SAME')
    tf.nn.conv3d(f(1, 3, 3, 3, 2), f(2, 2, 2, 2, 3), 1, 'SAME')
    tf.nn.conv3d(f(1, 3, 3, 3, 2), f(2, 2, 2, 2, 3), [1, 1, 1], 'SAME')
    tf.nn.conv3d(f(1, 3, 3, 3, 2), f(2, 2, 2, 2, 3), [1, 1, 1, 1, 1], [[0, 0]] * 5)
    tf.nn.conv3d(i(1, 3, 3, 3, 2), i(2, 2, 2, 2, 3), [1, 1, 1, 1, 1], 'SAME')
    tf.nn.conv1d(f(2, 5, 4), f(2, 4, 3), 1, [[0, 0], [1, 2], [0, 0]])
    tf.nn.conv1d(f(5, 4), f(2, 4, 3), 1, 'SAME')
    tf.nn.conv2d(f(2, 5, 5, 2), f(2, 2, 2, 0), 1, 'SAME')
    tf.nn.conv2d(f(1, 1, 5, 2), f(3, 2, 2, 3), 1, 'VALID')
    tf.stop_gradient(tf.nn.conv2d(f(1, 2, 5, 2), f(5, 2, 2, 3), 2, 'VALID'))
    tf.stop_gradient(tf.nn.depthwise_conv2d(f(2, 0, 5, 3), f(2, 2, 3, 1), [1, 1, 1, 1], 'SAME'))
    tf.nn.conv2d_transpose(i(2, 3, 3, 4), i(2, 3, 3, 4), [2, 6, 5, 3], 2)
    tf.nn.conv1d_transpose(f(2, 3, 4), f(2, 3, 4), [6], 2)
    tf.nn.depthwise_conv2d(f(2, 5, 5, 3), f(2, 2, 3, 1), [1, 2, 1, 1], 'SAME')
    tf.nn.depthwise_conv2d(f(2, 5, 5, 3), f(2, 2, 3, 1), [1, 1], 'SAME')
    tf.nn.depthwise_conv2d(f(2, 5, 5, 3), f(2, 2, 3, 1), 1, 'SAME')
    tf.nn.depthwise_conv2d(i(2, 5, 5, 3), i(2, 2, 3, 1), [1, 1, 1, 1], 'SAME')
    tf.nn.depthwise_conv2d(f(2, 5, 5, 3), f(2, 2, 3, 1), [1, 1, 1, 1], 'EXPLICIT')
    tf.nn.atrous_conv2d(f(2, 5, 6, 2), f(3, 2, 2, 3), 0, 'VALID')
    tf.nn.atrous_conv2d(f(2, 5, 6, 2), f(3, 2, 2, 3), 2, 'FULL')
    tf.nn.atrous_conv2d_transpose(f(2, 7, 6, 3), f(3, 2, 2, 4), [2, 7, 6, 2], 2, 'SAME')
    tf.nn.convolution(f(2, 6, 6, 3), f(2, 2, 3, 2))
    tf.nn.convolution(f(2, 6, 6, 3), f(2, 2, 3, 2), strides=2, padding='SAME')
    tf.nn.convolution(f(2, 6, 6, 3), f(2, 2, 3, 2), strides=[2, 1])
    tf.nn.convolution(f(2, 6, 6, 3), f(2, 2, 3, 2), dilations=[2, 1])
    tf.nn.convolution(f(2, 6, 3), f(2, 3, 2), padding='SAME')
    tf.nn.convolution(f(2, 6, 6, 3), f(2, 2, 3, 2), strides=2, dilations=2)
    tf.nn.atrous_conv2d(f(1, 6, 6, 2), f(2, 3, 2, 2), 2, 'SAME')
    tf.nn.atrous_conv2d(f(1, 6, 6, 2), f(2, 3, 2, 2), 2, 'VALID')
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), [2, 6, 8, 2], 2)
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), [2, 5, 7, 2], 2)
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(2, 4, 2, 3), [2, 6, 8, 2], [2, 2])
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), [2, 7, 9, 2], 2, 'VALID')
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), [2, 8, 9, 2], 2, 'VALID')
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), [2, 3, 4, 2], 1)
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), tf.constant([2, 3, 4, 2]), 1)
    tf.nn.conv2d_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), [2, 6, 8, 3], 2)
    tf.nn.conv1d_transpose(f(2, 3, 3), f(3, 2, 3), [2, 6, 2], 2)
    tf.nn.conv1d_transpose(f(2, 3, 3), f(2, 2, 3), [2, 6, 2], 2, 'VALID')
    tf.nn.conv3d_transpose(f(1, 2, 2, 2, 2), f(2, 2, 2, 3, 2), [1, 4, 4, 4, 3], 2)
    tf.nn.conv3d_transpose(f(1, 2, 2, 2, 2), f(3, 3, 3, 3, 2), [1, 3, 4, 4, 3], 2)
    tf.nn.conv_transpose(f(2, 3, 4, 3), f(3, 3, 2, 3), [2, 6, 8, 2], 2)
    tf.nn.conv_transpose(f(2, 3, 3), f(3, 2, 3), [2, 6, 2], [2])
    tf.nn.atrous_conv2d_transpose(f(1, 4, 4, 2), f(2, 2, 3, 2), [1, 4, 4, 3], 2, 'SAME')
    tf.nn.atrous_conv2d_transpose(f(1, 4, 4, 2), f(2, 2, 3, 2), [1, 6, 6, 3], 2, 'VALID')
    tf.nn.depthwise_conv2d(f(1, 5, 5, 2), f(3, 2, 2, 3), [1, 1, 1, 1], 'SAME')
    tf.nn.depthwise_conv2d(f(1, 5, 5, 2), f(3, 2, 2, 3), [1, 2, 2, 1], 'VALID')
    tf.nn.depthwise_conv2d(f(1, 6, 6, 2), f(3, 3, 2, 1), [1, 2, 2, 1], 'SAME')
    tf.nn.depthwise_conv2d(f(1, 6, 7, 2), f(3, 2, 2, 2), [1, 2, 2, 1], 'SAME', dilations=[2, 3])
    tf.nn.depthwise_conv2d(f(1, 6, 7, 2), f(3, 2, 2, 1), [1, 2, 2, 1], [[0, 0], [3, 1], [1, 2], [0, 0]], None, [2, 1])
    tf.nn.depthwise_conv2d(f(1, 6, 6, 2), f(3, 3, 2, 1), [1, 1, 1, 1], 'SAME', dilations=[2, 2])
    tf.nn.depthwise_conv2d(f(1, 4, 4, 2), f(3, 2, 2, 1), [1, 1, 1, 1], [[0, 0], [1, 2], [0, 1], [0, 0]])
    tf.nn.depthwise_conv2d(f(1, 5, 5, 3), f(3, 2, 2, 3), [1, 1, 1, 1], 'SAME')
    tf.nn.separable_conv2d(f(1, 5, 5, 2), f(3, 2, 2, 3), f(1, 1, 6, 4), [1, 1, 1, 1], 'SAME')
    tf.nn.separable_conv2d(f(1, 5, 5, 2), f(3, 2, 2, 3), f(1, 1, 6, 4), [1, 2, 2, 1], 'VALID')
    tf.nn.separable_conv2d(f(1, 5, 5, 2), f(3, 2, 2, 3), f(2, 1, 6, 4), [1, 1, 1, 1], 'SAME')
    tf.nn.separable_conv2d(f(1, 5, 5, 2), f(3, 2, 2, 3), f(1, 1, 5, 4), [1, 1, 1, 1], 'SAME')
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


# TensorFlow's CPU kernels refuse or get wrong what follows; the channels-last form is the reference.
CHANNELS_FIRST = [
    (tf.nn.conv1d, (2, 6, 3), (3, 3, 4), "NCW"),
    (tf.nn.conv2d, (2, 6, 5, 3), (3, 2, 3, 4), "NCHW"),
    (tf.nn.conv2d, (2, 6, 5, 4), (3, 2, 2, 6), "NCHW"),
    (tf.nn.conv3d, (2, 4, 5, 4, 3), (2, 2, 2, 3, 4), "NCDHW"),
]


@pytest.mark.parametrize(("convolve", "shape", "kernel", "data_format"), CHANNELS_FIRST)
@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 2)])
def test_channels_first_computes_the_same(convolve, shape, kernel, data_format, padding, stride, dilation):
    x, w = np.random.randn(*shape).astype(np.float32), np.random.randn(*kernel).astype(np.float32)
    if len(shape) == 5:
        stride, dilation = ([1, n, n, n, 1] for n in (stride, dilation))
    last = convolve(x, w, stride, padding, dilations=dilation)
    if len(shape) == 5:
        stride, dilation = ([1, 1, *numbers[1:4]] for numbers in (stride, dilation))
    first = convolve(np.moveaxis(x, -1, 1), w, stride, padding, data_format=data_format, dilations=dilation)
    np.testing.assert_allclose(np.moveaxis(first.numpy(), 1, -1), last.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_transposed_channels_first_computes_the_same(n, stride, padding):
    transposed = {1: tf.nn.conv1d_transpose, 2: tf.nn.conv2d_transpose, 3: tf.nn.conv3d_transpose}[n]
    x, w = np.random.randn(2, *[3] * n, 4).astype(np.float32), np.random.randn(*[2] * n, 3, 4).astype(np.float32)
    size = 3 * stride + (stride == 1 and padding == "VALID")
    last = transposed(x, w, [2, *[size] * n, 3], stride, padding)
    formats = {1: "NCW", 2: "NCHW", 3: "NCDHW"}
    first = transposed(np.moveaxis(x, -1, 1), w, [2, 3, *[size] * n], stride, padding, formats[n])
    np.testing.assert_allclose(np.moveaxis(first.numpy(), 1, -1), last.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 2)])
def test_depthwise_channels_first_computes_the_same(stride, dilation, padding):
    x, point = np.random.randn(2, 6, 5, 3).astype(np.float32), np.random.randn(1, 1, 6, 4).astype(np.float32)
    w = np.random.randn(2, 3, 3, 2).astype(np.float32)
    rates, moved = [dilation, dilation], np.moveaxis(x, -1, 1)
    for op, filters in ((tf.nn.depthwise_conv2d, [w]), (tf.nn.separable_conv2d, [w, point])):
        last = op(x, *filters, [1, stride, stride, 1], padding, dilations=rates)
        first = op(moved, *filters, [1, 1, stride, stride], padding, "NCHW", rates)
        np.testing.assert_allclose(np.moveaxis(first.numpy(), 1, -1), last.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("dilation", [1, 2])
def test_integers_are_exact(dilation):
    x, w = np.random.randint(-9, 9, (2, 7, 6, 4)), np.random.randint(-9, 9, (3, 2, 2, 6))
    want = tf.nn.conv2d(x.astype(np.float64), w.astype(np.float64), 1, "SAME", dilations=dilation)
    got = tf.nn.conv2d(x.astype(np.int32), w.astype(np.int32), 1, "SAME", dilations=dilation)
    assert got.dtype == tf.int32
    np.testing.assert_array_equal(got.numpy(), want.numpy())


def test_batch_of_none_and_window_beyond_the_input():
    assert tf.nn.conv2d(tf.zeros([0, 8, 8, 3]), tf.zeros([3, 3, 3, 4]), 1, "SAME").shape == [0, 8, 8, 4]
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative"):
        tf.nn.conv2d(tf.zeros([1, 8, 8, 3]), tf.zeros([10, 10, 3, 4]), 1, "VALID")
    assert tf.nn.conv2d(tf.zeros([1, 8, 8, 3]), tf.zeros([9, 9, 3, 4]), 1, "VALID").shape == [1, 0, 0, 4]


def test_layout_is_kept_without_copies():
    x, w = tf.random.normal([2, 8, 8, 16]), tf.random.normal([3, 3, 16, 8])
    y = tf.nn.conv2d(x, w, 1, "SAME")
    assert tf.to_torch(y).is_contiguous()
    assert tf.to_torch(tf.nn.max_pool2d(y, 2, 2, "VALID")).is_contiguous()
