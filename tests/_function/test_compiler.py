"""tf.function(jit_compile=True). One test has Inductor compile, which takes seconds; the others a quicker backend."""

import functools

import numpy as np
import pytest
import torch

import tfcompat as tf
from tfcompat._core import logging


@pytest.fixture
def quick(monkeypatch):
    """torch.compile with a backend that runs the graph as it is; the fixture lists what was compiled."""
    whole, compiled = torch.compile, []

    def compile_(module, **options):
        compiled.append(module)
        return whole(module, backend="eager", **options)

    monkeypatch.setattr(torch, "compile", functools.wraps(whole)(compile_))
    return compiled


@pytest.fixture
def warnings_(monkeypatch):
    """What is warned of."""
    told = []
    monkeypatch.setattr(logging, "warning", lambda text, *args: told.append(text % args if args else text))
    return told


def test_inductor_gives_what_the_graph_gives_and_changes_variables(warnings_):
    """Values, variables, a second call, and a gradient under a tape around the call."""
    w, calls = tf.Variable([[0.5, -1.0], [2.0, 0.25]]), tf.Variable(0)

    @tf.function(jit_compile=True)
    def f(x):
        calls.assign_add(1)
        return tf.tanh(tf.matmul(x, w)) * 2.0

    x = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]], "float32")
    expected = 2.0 * np.tanh(x @ w.numpy())
    for count in (1, 2):
        np.testing.assert_allclose(f(tf.constant(x)), expected, rtol=1e-5)
        assert int(calls) == count
    w.assign(w * 0.0)
    np.testing.assert_array_equal(f(tf.constant(x)), np.zeros([3, 2]))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(f(tf.constant(x)))
    np.testing.assert_allclose(tape.gradient(y, w), 2.0 * x.T @ np.ones([3, 2]), rtol=1e-5)
    assert int(calls) == 4
    assert not warnings_


def test_a_new_shape_is_compiled_anew(quick, warnings_):
    """Once for a signature; several results, in their nest."""
    f = tf.function(lambda x: {"sum": tf.reduce_sum(x), "twice": [x * 2]}, jit_compile=True)
    for shape in ([2], [2], [3, 1]):
        found = f(tf.ones(shape))
        assert float(found["sum"]) == np.prod(shape)
        assert found["twice"][0].shape == shape
    assert len(quick) == f.experimental_get_tracing_count() == 2
    assert not warnings_


def test_a_training_step_is_compiled_whole(quick, warnings_):
    """The tape, the gradient and the optimizer's updates within it; as without jit_compile."""

    def trained(**options):
        w = tf.Variable([[1.0], [2.0]])
        optimizer = tf.keras.optimizers.SGD(0.1)

        @tf.function(**options)
        def step(x):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.0))
            optimizer.apply_gradients([(tape.gradient(loss, w), w)])
            return loss

        losses = [float(step(tf.constant([[1.0, 0.5], [0.0, 1.0]]))) for _ in range(3)]
        return [*losses, *w.numpy().ravel(), int(optimizer.iterations)]

    np.testing.assert_allclose(trained(jit_compile=True), trained(), rtol=1e-6)
    assert len(quick) == 1
    assert not warnings_


def test_what_is_not_compiled_runs_as_a_graph(quick, warnings_):
    """Loops on tensors' values, with a warning, once."""

    @tf.function(jit_compile=True)
    def f(n):
        total = 0
        while total * total < n:
            total += 1
        return total

    assert [int(f(tf.constant(n))) for n in (10, 17)] == [4, 5]
    assert not quick
    assert len(warnings_) == 1
    assert "runs as a graph, not compiled: Inductor compiles no branches" in warnings_[0]


def test_a_failing_compiler_leaves_the_graph(monkeypatch, warnings_):
    """With a warning that tells what the compiler said."""

    def compile_(module, **options):
        def run(*args):
            raise RuntimeError("no C++ compiler found\nand more")

        return run

    monkeypatch.setattr(torch, "compile", compile_)
    v = tf.Variable(1.0)
    f = tf.function(lambda x: v.assign_add(x) * 2.0, jit_compile=True)
    assert [float(f(tf.constant(2.0))) for _ in range(2)] == [6.0, 10.0]
    assert float(v) == 5.0
    assert len(warnings_) == 1
    assert warnings_[0].endswith("not compiled: RuntimeError: no C++ compiler found and more")


def test_there_is_no_code_of_xla():
    """And the old name of the argument is the same."""
    f = tf.function(lambda x: x + 1.0, experimental_compile=True)
    with pytest.raises(NotImplementedError, match="experimental_get_compiler_ir"):
        f.experimental_get_compiler_ir(tf.constant(1.0))
    assert f._jit_compile is True
