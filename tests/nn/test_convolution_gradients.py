"""Gradients of convolutions as ops, and tf.conv, as TensorFlow computes them."""

import pytest

import tfcompat as tf
from tests.facts import Facts

ONES, PAIRS = "[1, 1, 1, 1]", "[[0, 0], [1, 0], [0, 1], [0, 0]]"

facts = Facts(
    __file__,
    """
    tf.nn.depthwise_conv2d_backprop_input([2, 5, 6, 3], f(3, 2, 3, 2), f(2, 3, 5, 6), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_input([2, 5, 6, 3], f(3, 2, 3, 2), f(2, 3, 3, 6), [1, 2, 2, 1], 'SAME')
    tf.nn.depthwise_conv2d_backprop_input([1, 3, 3, 1], f(2, 2, 1, 1), f(1, 3, 3, 1), ONES, PAIRS)
    tf.nn.depthwise_conv2d_backprop_input([1, 2, 2, 2], *[f(1, 2, 2, 1, dtype='float64')] * 2, ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_filter(f(4, 5, 5, 0), [2, 2, 0, 1], f(4, 4, 4, 0), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_input([2, 5, 5, 0], f(2, 2, 0, 1), f(2, 4, 4, 0), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_input([1, 3, 3, 1], f(2, 2, 1, 1), f(1, 3, 2, 1), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_input([1, 3, 3, 2], f(2, 2, 1, 1), f(1, 2, 2, 1), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_input([3, 3, 1], f(2, 2, 1, 1), f(1, 2, 2, 1), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_input([1, 3, 3, 1], f(2, 2, 1, 1), f(1, 2, 2, 1), ONES, 'EXPLICIT')
    tf.nn.depthwise_conv2d_backprop_input([1, 3, 3, 1], i(2, 2, 1, 1), i(1, 2, 2, 1), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_filter(f(2, 5, 6, 3), [3, 2, 3, 2], f(2, 3, 5, 6), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_filter(f(2, 5, 6, 3), [3, 2, 3, 2], f(2, 3, 3, 6), [1, 2, 2, 1], 'SAME')
    tf.nn.depthwise_conv2d_backprop_filter(f(1, 3, 3, 1), [2, 2, 1, 1], f(1, 3, 3, 1), ONES, PAIRS)
    tf.nn.depthwise_conv2d_backprop_filter(f(1, 3, 3, 2), [2, 2, 2, 2], f(1, 2, 2, 3), ONES, 'VALID')
    tf.nn.depthwise_conv2d_backprop_filter(f(1, 3, 3, 1), [2, 2, 1, 1], f(2, 2, 2, 1), ONES, 'VALID')
    tf.conv(f(2, 5, 6, 3), f(3, 2, 3, 4), ONES, 'VALID')
    tf.conv(f(2, 5, 6, 3), f(3, 2, 3, 4), [1, 2, 1, 1], 'SAME')
    tf.conv(f(2, 5, 6, 3), f(3, 2, 3, 4), ONES, 'SAME', dilations=[1, 1, 2, 1])
    tf.conv(f(1, 3, 3, 1), f(2, 2, 1, 1), ONES, 'EXPLICIT', explicit_paddings=[0, 0, 1, 0, 0, 1, 0, 0])
    tf.conv(f(2, 2, 3, 3, 1), f(2, 2, 1, 1), ONES, 'VALID', batch_dims=2)
    tf.conv(f(3, 3, 1), f(2, 2, 1, 1), ONES, 'VALID', batch_dims=0)
    tf.conv(f(1, 3, 4, 3, 2), f(2, 2, 2, 2, 1), [1, 1, 1, 1, 1], 'VALID')
    tf.conv(i(1, 3, 3, 1), i(2, 2, 1, 1), ONES, 'VALID')
    tf.conv(f(1, 3, 3, 1), f(2, 2, 1, 1), [1, 1], 'VALID')
    tf.conv(f(1, 3, 3, 1), f(2, 2, 1, 1), ONES, 'EXPLICIT')
    tf.conv(f(1, 3, 3, 1), f(2, 2, 1, 1), ONES, 'SAME', dilations=[1, 2])
    tf.conv(f(1, 3, 3, 1), f(2, 2, 1, 1), ONES, 'SAME', data_format='NHWC')
    tf.conv(f(1, 3, 3, 2), f(2, 2, 1, 2), ONES, 'VALID')
    """.replace("ONES", ONES).replace("PAIRS", PAIRS),
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


GEOMETRIES = [
    ((5, 6), (3, 2), 1, "VALID", 1),
    ((5, 6), (3, 2), 2, "SAME", 1),
    ((7, 6), (2, 3), 1, "SAME", 2),
    ((5, 5), (2, 2), 2, [[0, 0], [1, 0], [0, 2], [0, 0]], 1),
]


@pytest.mark.parametrize(("size", "window", "stride", "padding", "dilation"), GEOMETRIES)
@pytest.mark.parametrize("groups", [1, 2])
def test_they_are_the_gradients_of_conv2d(size, window, stride, padding, dilation, groups):
    x, w = tf.random.normal([2, *size, 4]), tf.random.normal([*window, 4 // groups, 6])
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = tf.nn.conv2d(x, w, stride, padding, dilations=dilation)
        dy = tf.random.normal(y.shape)
    want = tape.gradient(y, [x, w], dy)
    explicit = [] if isinstance(padding, str) else [p for pair in padding for p in pair]
    kind = padding if isinstance(padding, str) else "EXPLICIT"
    options = ([1, stride, stride, 1], kind, True, explicit, "NHWC", [1, dilation, dilation, 1])
    tf.debugging.assert_near(tf.conv2d_backprop_input_v2(x, w, dy, *options), want[0], atol=1e-4)
    tf.debugging.assert_near(tf.conv2d_backprop_filter_v2(x, w, dy, *options), want[1], atol=1e-4)


@pytest.mark.parametrize(("size", "window", "stride", "padding", "dilation"), GEOMETRIES)
def test_they_are_the_gradients_of_depthwise_conv2d(size, window, stride, padding, dilation):
    x, w = tf.random.normal([2, *size, 3]), tf.random.normal([*window, 3, 2])
    strides, dilations = [1, stride, stride, 1], [1, dilation, dilation, 1]
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = tf.nn.depthwise_conv2d(x, w, strides, padding, dilations=[dilation, dilation])
        dy = tf.random.normal(y.shape)
    want = tape.gradient(y, [x, w], dy)
    by_input = tf.nn.depthwise_conv2d_backprop_input(x.shape, w, dy, strides, padding, dilations=dilations)
    by_filter = tf.nn.depthwise_conv2d_backprop_filter(x, w.shape, dy, strides, padding, dilations=dilations)
    tf.debugging.assert_near(by_input, want[0], atol=1e-4)
    tf.debugging.assert_near(by_filter, want[1], atol=1e-4)


def test_conv_in_groups_and_with_channels_first():
    x, w = tf.random.normal([2, 5, 6, 4]), tf.random.normal([2, 2, 2, 6])
    want = tf.nn.conv2d(x, w, 1, "SAME")
    got = tf.conv(x, w, [1, 1, 1, 1], "SAME", groups=2)
    tf.debugging.assert_near(got, want)
    first = tf.conv(tf.transpose(x, [0, 3, 1, 2]), w, [1, 1, 1, 1], "SAME", data_format="CHANNELS_FIRST", groups=2)
    tf.debugging.assert_near(tf.transpose(first, [0, 2, 3, 1]), want, atol=1e-5)


def test_conv_over_sequences():
    x, w = tf.random.normal([2, 7, 3]), tf.random.normal([3, 3, 4])
    tf.debugging.assert_near(tf.conv(x, w, [1, 2, 1], "SAME"), tf.nn.conv1d(x, w, 2, "SAME"))
