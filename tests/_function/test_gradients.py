"""Gradients through captured functions, to the third order, equal those of the same functions run eagerly."""

from __future__ import annotations

import numpy as np
import pytest

import tfcompat as tf

X = tf.constant([0.5, -1.0, 2.0])


def close(captured, eager):
    for a, b in zip(tf.nest.flatten(captured), tf.nest.flatten(eager), strict=True):
        if b is None:
            assert a is None or not np.any(a.numpy())
        else:
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=2e-5, atol=1e-6)


def derivatives(f, v, order):
    """f(X) and its derivatives along ones by X and v, up to `order`."""
    if order == 0:
        return [f(X)]
    with tf.GradientTape() as tape:
        tape.watch(X)
        inner = derivatives(f, v, order - 1)
    dx, dv = tape.gradient(inner[0] if order == 1 else inner[-2], [X, v])
    return [*inner, dx, dv]


def polynomial(v):
    return lambda x: x * x * x * v + v * v * x


def smooth(v):
    return lambda x: tf.tanh(x * v) * tf.exp(-x) + tf.sigmoid(x) / (1.0 + v * v)


def reduced(v):
    return lambda x: tf.reduce_sum(tf.square(tf.reshape(x, [3, 1]) @ tf.reshape(v * x, [1, 3])))


def several(v):
    def f(x):
        a, b = tf.split(tf.concat([x, x * v, x], 0), [3, 6])
        return tf.reduce_mean(a * a) + tf.reduce_max(b) * tf.reduce_sum(tf.sqrt(tf.abs(b)))

    return f


@pytest.mark.parametrize("make", [polynomial, smooth, reduced, several])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_derivatives_equal_eager_ones(make, order):
    v = tf.Variable([1.5, 0.5, -0.7])
    f = make(v)
    g = tf.function(f)
    for _ in range(2):
        close(derivatives(g, v, order), derivatives(f, v, order))


@pytest.mark.parametrize("make", [polynomial, smooth])
def test_a_tape_within_is_differentiated_from_outside(make):
    v = tf.Variable([1.5, 0.5, -0.7])

    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = make(v)(x)
        return tape.gradient(y, x)

    close(derivatives(tf.function(slope), v, 1), derivatives(slope, v, 1))
    close(derivatives(tf.function(slope), v, 2), derivatives(slope, v, 2))


def test_a_function_within_a_function_under_tapes():
    v = tf.Variable([1.5, 0.5, -0.7])
    inner = tf.function(smooth(v))

    @tf.function
    def outer(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = inner(x) + inner(x * 2.0)
        return y + tape.gradient(y, x)

    def plain(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = smooth(v)(x) + smooth(v)(x * 2.0)
        return y + tape.gradient(y, x)

    close(derivatives(outer, v, 2), derivatives(plain, v, 2))


def test_closures_are_inputs_by_identity():
    c = tf.constant(3.0)
    f = tf.function(lambda: c * c)
    for _ in range(2):
        with tf.GradientTape() as tape:
            tape.watch(c)
            y = f()
        assert float(tape.gradient(y, c)) == 6.0

    @tf.function
    def within():
        with tf.GradientTape() as tape:
            tape.watch(c)
            y = c * c * c
        return tape.gradient(y, c)

    assert float(within()) == 27.0


def test_reading_after_assigning():
    # TensorFlow 2.21: 16 and the gradients 8 and 4, none through the assigned value.
    x, v = tf.constant(2.0), tf.Variable(2.0)

    @tf.function
    def f(x):
        a = v * x
        v.assign(x * 3.0)
        return a + v * x

    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    dx, dv = tape.gradient(y, [x, v])
    assert (float(y), float(dx), float(dv)) == (16.0, 8.0, 4.0)
    assert v.numpy() == 6.0


def test_variables_are_assigned_once_under_a_tape():
    v = tf.Variable(1.0)

    @tf.function
    def f(x):
        v.assign_add(1.0)
        return x * v

    for expected in (2.0, 3.0):
        with tf.GradientTape() as tape:
            y = f(tf.constant(5.0))
        assert float(tape.gradient(y, v)) == 5.0
        assert v.numpy() == expected


def test_unconnected_outputs():
    x, z = tf.constant(2.0), tf.constant(3.0)
    f = tf.function(lambda x, z: (x * 2.0, z * 3.0))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, z])
        a, b = f(x, z)
    # As in TensorFlow, a call is one operation: what does not depend on x has the gradient 0, not None.
    assert float(tape.gradient(b, x)) == 0.0
    assert [float(g) for g in tape.gradient([a, b], [x, z])] == [2.0, 3.0]


def test_stop_gradient_within():
    x = tf.constant(2.0)
    f = tf.function(lambda x: tf.stop_gradient(x) * x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    assert float(tape.gradient(y, x)) == 2.0


def test_custom_gradients_are_kept():
    @tf.custom_gradient
    def clipped(x):
        return x * x, lambda dy: dy * 100.0

    x = tf.constant(3.0)
    f = tf.function(lambda x: clipped(x) + x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    assert float(tape.gradient(y, x)) == 101.0

    @tf.function
    def within(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = clipped(x)
        return tape.gradient(y, x)

    assert float(within(x)) == 100.0


def test_integers_have_no_gradient():
    x = tf.constant([1.0, 2.0, 3.0])
    f = tf.function(lambda x, i: (tf.gather(x, i), i + 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, j = f(x, tf.constant([2, 2, 0]))
    dx = tf.convert_to_tensor(tape.gradient(y, x))
    assert dx.numpy().tolist() == [1.0, 0.0, 2.0]
    assert j.numpy().tolist() == [3, 3, 1]


def test_jacobians():
    v = tf.Variable([1.5, 0.5, -0.7])

    def matrix(f):
        with tf.GradientTape() as tape:
            tape.watch(X)
            y = f(X)
        return tape.jacobian(y, X)

    @tf.function
    def within(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = smooth(v)(x)
        return tape.jacobian(y, x)

    close(matrix(tf.function(smooth(v))), matrix(smooth(v)))
    close(within(X), matrix(smooth(v)))


def test_persistent_and_forward_accumulators():
    v = tf.Variable([1.5, 0.5, -0.7])
    f = tf.function(smooth(v))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(X)
        y = f(X)
        z = y * y
    with tf.GradientTape() as plain:
        plain.watch(X)
        w = smooth(v)(X)
    close(tape.gradient(y, X), plain.gradient(w, X))
    close(tape.gradient(z, y), 2.0 * y)
    tangent = tf.constant([1.0, -2.0, 0.5])
    with tf.autodiff.ForwardAccumulator(X, tangent) as captured:
        y = f(X)
    with tf.autodiff.ForwardAccumulator(X, tangent) as eager:
        w = smooth(v)(X)
    close(captured.jvp(y), eager.jvp(w))


def test_tf_gradients_of_a_captured_function() -> None:
    """The numbers are those of TensorFlow 2.21."""
    v = tf.Variable(3.0)

    @tf.function
    def f(x):
        y = x * x * v
        z = tf.sin(y)
        first = tf.gradients([y, z], [x, v, y])
        second = tf.gradients(first[0], x)
        stopped = tf.gradients(z, [x], stop_gradients=[y], unconnected_gradients="zero")
        partial = tf.gradients(y + x, [x, y], stop_gradients=[x, y])
        return first + second + stopped + partial + tf.gradients(y, x, grad_ys=[2.0 * x])

    found = [float(t) for t in f(tf.constant(2.0))]
    expected = [22.126247, 7.3754158, 1.84385395, 88.3296204, 0.0, 1.0, 1.0, 48.0]
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_tf_gradients_refuses_what_it_can_not_do() -> None:
    with pytest.raises(RuntimeError, match="not supported when eager execution is enabled"):
        tf.gradients(tf.constant(1.0), tf.constant(1.0))
    assert tf.function(lambda x: tf.gradients(tf.constant(2.0) * 3.0, [x]) == [None])(tf.constant(1.0))
    with pytest.raises(ValueError, match="2 grad_ys for 1 ys"):
        tf.function(lambda x: tf.gradients(x * 3.0, [x], grad_ys=[None, None]))(tf.constant(1.0))
    assert tf.function(lambda x: tf.gradients(tf.stop_gradient(x) * 3.0, [x]) == [None])(tf.constant(1.0))


def test_tf_gradients_of_constants_of_the_function() -> None:
    traces = []

    @tf.function
    def f(a: tf.Tensor) -> list:
        traces.append(a)
        x, ones = tf.constant([1.0, 2.0]), tf.ones([2])
        shifted = ones + 1.0
        return tf.gradients(tf.reduce_sum(x * x * a * shifted), [x, ones, shifted, a, tf.constant(7.0)])

    dx, dones, dshifted, da, none = f(tf.constant(3.0))
    assert dx.numpy().tolist() == [12.0, 24.0]  # 2 x a (ones + 1)
    assert dones.numpy().tolist() == dshifted.numpy().tolist() == [3.0, 12.0]  # x^2 a
    assert da.numpy() == 10.0
    assert none is None
    assert f(tf.constant(1.0))[0].numpy().tolist() == [4.0, 8.0]
    assert len(traces) == 2  # the second time with constants as inputs
    assert f.experimental_get_tracing_count() == 1


def test_gradients_of_gathered_rows_are_slices_in_functions_too() -> None:
    table, weights = tf.Variable(tf.ones([5, 2])), tf.Variable([[1.0], [2.0]])
    kinds = []

    @tf.function
    def step(rows: tf.Tensor) -> tuple:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.matmul(tf.gather(table, rows), weights) ** 2)
        first, second = tape.gradient(loss, [table, weights])
        kinds.append(type(first))
        return first, tf.convert_to_tensor(first), second

    slices, dense, _ = step(tf.constant([1, 3, 1]))
    assert kinds == [tf.IndexedSlices]
    assert slices.indices.numpy().tolist() == [1, 3, 1]
    assert slices.values.numpy().tolist() == [[6, 12]] * 3
    assert dense.numpy().tolist() == [[0, 0], [12, 24], [0, 0], [6, 12], [0, 0]]
