"""Ops called with composite tensors ask the class of the value."""

import pytest

import tfcompat as tf
from tfcompat._core import dispatch
from tfcompat._core.composite import CompositeTensor


class Pair(CompositeTensor):
    """Two tensors; adding one to it adds to both, and nothing else is defined."""

    asked: list = []

    def __init__(self, a, b):
        self.a, self.b = tf.constant(a), tf.constant(b)

    @classmethod
    def _dispatch_op(cls, name, function, args):
        cls.asked.append((name, args))
        if name != "AddV2":
            return NotImplemented
        x, y, op_name = args
        x, y = (x, y) if isinstance(x, cls) else (y, x)
        return cls(function(x.a, y, op_name), function(x.b, y, op_name))


def test_the_class_answers_for_an_op_with_its_value_anywhere():
    for made in (tf.add(Pair(1, 2), 10), tf.add(10, Pair(1, 2)), tf.constant(10) + Pair(1, 2)):
        assert (int(made.a), int(made.b)) == (11, 12)


@pytest.mark.parametrize(
    "call",
    [
        lambda p: tf.exp(p),
        lambda p: tf.multiply(p, 2),
        lambda p: tf.reduce_sum(p, axis=0),
        lambda p: tf.concat([p, p], 0),
        lambda p: tf.convert_to_tensor(p),
    ],
)
def test_an_op_that_the_class_does_not_know_is_an_error_that_shows_the_value(call):
    with pytest.raises(ValueError, match="Pair"):
        call(Pair(1, 2))


def test_the_class_sees_all_arguments_with_their_defaults():
    Pair.asked.clear()
    with pytest.raises(ValueError, match="Pair"):
        tf.reduce_sum(Pair(1, 2), keepdims=True)
    ((name, args),) = Pair.asked
    assert name == "Sum"
    assert args[1:] == [None, True, None]


def test_a_function_that_is_no_op_may_hand_its_calls_on():
    @dispatch.dispatchable
    def doubled(x, times=2):
        """x * times"""
        return tf.convert_to_tensor(x) * times

    assert int(doubled(3)) == 6
    Pair.asked.clear()
    with pytest.raises(ValueError, match="Pair"):
        doubled(Pair(1, 2))
    ((name, args),) = Pair.asked
    assert name == "doubled"
    assert args[1] == 2


def test_a_composite_without_gradients_is_no_gradient_source():
    pair = Pair(1.0, 2.0)
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
    with pytest.raises(ValueError, match="Pair is not supported as a gradient source"):
        tape.gradient(y, pair)
