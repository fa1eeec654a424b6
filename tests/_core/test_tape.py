"""Gradient tapes: what they release, refuse and keep apart; test_semantics.py compares gradients with TensorFlow."""

import gc
import threading
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

import tfcompat as tf
from tfcompat._core.gradient_checker import compute_gradient
from tfcompat._core.variable import sole_owner


def test_nothing_is_recorded_outside_of_tapes() -> None:
    v = tf.Variable([1.0, 2.0])
    assert not (v * v)._t.requires_grad
    with tf.GradientTape():
        inside = v * v
    assert inside._t.requires_grad
    total = tf.constant([0.0, 0.0])
    for _ in range(3):
        total = total + inside
    assert not total._t.requires_grad
    assert total.numpy().tolist() == [3.0, 12.0]


def test_a_loss_summed_over_steps_holds_no_graph() -> None:
    v = tf.Variable(tf.ones([4]))
    losses = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(v * v)
        tape.gradient(loss, v)
        losses.append(loss + 0.0)
    del loss, tape
    assert not any(x._t.requires_grad for x in losses)
    assert sole_owner(v._storage)


def test_importing_and_recording_leave_torch_as_it_was() -> None:
    with torch.no_grad():
        with tf.GradientTape() as tape:
            v = tf.Variable(3.0)
            y = v * v
        assert not torch.is_grad_enabled()
        assert float(tape.gradient(y, v)) == 6.0
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32


def test_a_tape_records_its_own_thread_only() -> None:
    v = tf.Variable(3.0)
    seen = []
    with tf.GradientTape() as tape:
        thread = threading.Thread(target=lambda: seen.append(v * v))
        thread.start()
        thread.join()
    assert tape.gradient(seen[0], v) is None


def test_exceptions_close_the_tape() -> None:
    v = tf.Variable(2.0)
    with pytest.raises(ZeroDivisionError), tf.GradientTape():
        raise ZeroDivisionError
    assert not (v * v)._t.requires_grad


def test_spent_and_misused_tapes() -> None:
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        with pytest.raises(ValueError, match="still recording"), tape:
            raise AssertionError
    assert float(tape.gradient(y, x)) == 4.0
    with pytest.raises(RuntimeError, match="can only be used to compute one set of gradients"):
        tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="can only be used to compute one set"):
        tape.jacobian(y, x)
    with pytest.raises(RuntimeError, match="not recording"), tape.stop_recording():
        raise AssertionError
    with pytest.raises(ValueError, match="not tf.Tensor or tf.Variable"), tf.GradientTape() as other:
        other.watch([x, "text"])


def test_persistent_tapes_answer_again() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    for _ in range(2):
        assert tape.gradient(z, x).numpy().tolist() == [4.0, 32.0]
        assert tape.gradient(z, y).numpy().tolist() == [2.0, 8.0]
        assert tape.jacobian(y, x).numpy().tolist() == [[2.0, 0.0], [0.0, 4.0]]


def test_gradients_keep_the_structure_of_the_sources() -> None:
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = a * b
    result = tape.gradient(y, {"pair": (a, [b]), "none": tf.Variable(1.0)})
    assert (float(result["pair"][0]), float(result["pair"][1][0]), result["none"]) == (3.0, 2.0, None)
    zeros = tape.gradient(y, tf.Variable([1.0, 1.0]), unconnected_gradients=tf.UnconnectedGradients.ZERO)
    assert zeros.numpy().tolist() == [0.0, 0.0]


def test_training_steps_do_not_grow() -> None:
    v, w = tf.Variable(tf.ones([8, 8])), tf.Variable(tf.ones([8]))
    x = tf.ones([4, 8])

    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ v + w) ** 2.0)
        for variable, gradient in zip([v, w], tape.gradient(loss, [v, w]), strict=True):
            variable.assign_sub(0.01 * gradient)

    def tensors() -> int:
        return sum(type(o) is torch.Tensor for o in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        step()
        before = tensors()
        for _ in range(200):
            step()
        assert tensors() <= before + 5
    finally:
        gc.enable()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from("+-*/^@"), min_size=1, max_size=6), st.integers(0, 1000))
def test_gradients_equal_finite_differences(operators: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    constants = [tf.constant(rng.uniform(0.5, 1.5, size=(3, 3))) for _ in operators]

    def f(x: Any) -> Any:
        for operator, c in zip(operators, constants, strict=True):
            if operator == "+":
                x = x + c
            elif operator == "-":
                x = c - x * 0.5
            elif operator == "*":
                x = x * c
            elif operator == "/":
                x = c / (x * x + 1.0)
            elif operator == "^":
                x = abs(x) ** 1.5 + 1.0
            else:
                x = x @ c / 3.0
        return x

    exact, numeric = compute_gradient(f, [tf.constant(rng.uniform(0.5, 1.5, size=(3, 3)))])
    np.testing.assert_allclose(exact[0], numeric[0], rtol=1e-5, atol=1e-6)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 4))
def test_derivatives_of_any_order(order: int) -> None:
    x = tf.constant(1.5, tf.float64)
    tapes = [tf.GradientTape() for _ in range(order)]
    for tape in tapes:
        tape.__enter__()
        tape.watch(x)
    y = x**5.0
    for tape in reversed(tapes):
        tape.__exit__(None, None, None)
        y = tape.gradient(y, x)
    expected = np.prod([5.0 - k for k in range(order)]) * 1.5 ** (5 - order)
    assert float(y) == pytest.approx(expected, rel=1e-12)


def test_forward_over_reverse_is_the_hessian_vector_product() -> None:
    x, direction = tf.constant([1.0, 2.0], tf.float64), tf.constant([1.0, -1.0], tf.float64)
    with tf.autodiff.ForwardAccumulator(x, direction) as forward:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x[0] ** 2.0 * x[1] ** 3.0
        gradient = tape.gradient(y, x)
    hessian = np.array([[2 * 8.0, 2 * 1 * 3 * 4.0], [2 * 1 * 3 * 4.0, 6 * 2.0]])
    np.testing.assert_allclose(forward.jvp(gradient).numpy(), hessian @ [1.0, -1.0])


def test_custom_gradients_of_structures_and_variables() -> None:
    v = tf.Variable(3.0)

    @tf.custom_gradient
    def f(pair, scale):
        a, b = pair["a"], pair["b"]

        def grad(d_sum, d_product, variables):
            assert [x is v for x in variables] == [True]
            return ({"a": 10.0 * d_sum, "b": 20.0 * d_product}, None), [d_sum + d_product]

        return (a + b * v, a * b * scale), grad

    a, b = tf.constant(1.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        total, product = f({"a": a, "b": b}, 2.0)
        y = total + 5.0 * product
    assert [float(g) for g in tape.gradient(y, [a, b, v])] == [10.0, 100.0, 6.0]


def test_recompute_grad_computes_again_and_equals() -> None:
    calls = []
    v = tf.Variable([2.0, 3.0])

    def f(x):
        calls.append(1)
        return tf.reduce_sum(x * x * v)

    x = tf.constant([1.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.recompute_grad(f)(x)
    dx, dv = tape.gradient(y, [x, v])
    assert len(calls) == 2
    assert dx.numpy().tolist() == [4.0, 24.0]
    assert dv.numpy().tolist() == [1.0, 16.0]


def test_a_method_with_a_gradient_of_its_own_is_bound_to_its_object():
    class Scale:
        factor = 3.0

        @tf.custom_gradient
        def apply(self, x):
            return x * self.factor, lambda upstream: upstream * 10.0

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = Scale().apply(x)
    assert (y.numpy(), tape.gradient(y, x).numpy()) == (6.0, 10.0)  # as TensorFlow 2.21
