"""Gradients of loops in captured functions, for any number of rounds, against those of the same rounds written out."""

import re

import numpy as np
import pytest

import tfcompat as tf


def _values():
    rng = np.random.default_rng(0)
    return [tf.Variable(rng.normal(size=s).astype("float32") * 0.5) for s in ((3, 3), (3, 3), (2, 3))]


def _cell(x, h, w, u, b):
    return tf.tanh(tf.matmul(x, w) + tf.matmul(h, u) + b)  # b has the shape of the sum: its gradient is the sum's own


def _two_states(x, h, w, u, b):
    return tf.sin(tf.matmul(h, w)) * u[0] - tf.reduce_sum(b) * x


def _constant(x, h, w, u, b):
    return x * 2.0 + 0.0 * h


@pytest.mark.parametrize("rounds", [0, 1, 2, 5])
@pytest.mark.parametrize("step", [_cell, _two_states, _constant])
def test_gradients_are_those_of_the_rounds_written_out(step, rounds):
    """Of what is the same in all rounds, of what goes round, and of what has no part in it; twice by the same tape."""
    w, u, b = _values()
    x, start = tf.constant([[1.0, -1.0, 0.5], [0.0, 2.0, 1.0]]), tf.Variable(tf.ones([2, 3]))

    def total(repeat):
        h = repeat(lambda h: step(x, h, w, u, b), start + 0.0)
        return tf.reduce_sum(h * h)

    @tf.function
    def looped(n):
        def repeat(once, h):
            for _ in tf.range(n):
                h = once(h)
            return h

        with tf.GradientTape(persistent=True) as tape:
            y = total(repeat)
        return y, *(tape.gradient(y, [w, u, b, start], unconnected_gradients="zero") for _ in range(2))

    def unrolled(once, h):
        for _ in range(rounds):
            h = once(h)
        return h

    with tf.GradientTape() as tape:
        expected = total(unrolled)
    grads = tape.gradient(expected, [w, u, b, start], unconnected_gradients="zero")
    y, first, second = looped(tf.constant(rounds))
    np.testing.assert_allclose(y, expected, rtol=1e-5)
    for found in (first, second):
        for a, e in zip(found, grads, strict=True):
            np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-6)


def test_a_variable_that_rounds_assign_goes_round():
    """Its gradient is that of what it was before the loop; the counter beside it has none."""
    v = tf.Variable([0.5, 2.0])

    @tf.function
    def f(n):
        with tf.GradientTape() as tape:
            y, before = v * 1.0, v * 3.0
            for i in tf.range(n):
                y = y * before + tf.cast(i, tf.float32)
                v.assign(v * 2.0)
            loss = tf.reduce_sum(y)
        return loss, tape.gradient(loss, v)

    loss, grad = f(tf.constant(2))
    x = np.array([0.5, 2.0])
    np.testing.assert_allclose(loss, np.sum(9 * x**3 + 1.0))
    np.testing.assert_allclose(grad, 27 * x**2)
    np.testing.assert_allclose(v, 4 * x)


def test_what_is_the_same_in_all_rounds_is_computed_once():
    """A product of matrices that no round changes stands before the loop."""
    w, u, b = _values()
    x = tf.ones([2, 3])

    @tf.function
    def f(n):
        h = tf.zeros([2, 3])
        for _ in tf.range(n):
            h = _cell(x, h, w, u, b)
        return h

    f(tf.constant(3))
    (concrete,) = f._list_all_concrete_functions()
    before, _, within = concrete._captured[0]._direct.__source__.partition("while")
    (product,) = re.findall(r"v\d+ = (c\d+)\([ac]\d+, [ac]\d+\)", before)
    assert within.count(f"{product}(") == 1


def test_a_gradient_of_a_gradient_of_a_loop():
    """The rounds run again, followed by autograd."""
    x = tf.Variable(1.5)

    @tf.function
    def f(n):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = x * 1.0
                for _ in tf.range(n):
                    y = y * x
            first = inner.gradient(y, x)
        return first, outer.gradient(first, x)

    first, second = f(tf.constant(3))
    np.testing.assert_allclose([first, second], [4 * 1.5**3, 12 * 1.5**2], rtol=1e-6)
