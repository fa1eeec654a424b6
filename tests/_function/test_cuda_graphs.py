"""Running functions as CUDA graphs: when it may be, and that state is right whatever happens between calls."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode

import tfcompat as tf
from tfcompat._function import cuda_graphs
from tfcompat._function.cuda_graphs import Graphed


def emulated(make: Any) -> Any:
    """A capture on the CPU: replaying computes anew, into the memory of the first results."""
    results = make()

    def replay() -> None:
        for old, new in zip(results, make(), strict=True):
            if isinstance(old, torch.Tensor):
                old.copy_(new)

    return replay, results


def captured(f: Any, *args: Any) -> Any:
    return f.get_concrete_function(*args)._captured[0]


def graphed(f: Any, *args: Any, capture: Any = emulated) -> Graphed:
    """A function on the CPU as it would run on a GPU; its first capture must not change anything, so it is undone."""
    found = captured(f, *args)
    plain = found._wired()
    cells = [s.variable._storage for s in found.slots]
    written = [s.variable._storage for s in found.written]

    def undone(make: Any) -> Any:
        before = [c.t.clone() for c in written]
        replay, results = capture(make)
        for cell, t in zip(written, before, strict=True):
            cell.t.copy_(t)
        return replay, results

    return Graphed(plain, found.part.whole(), found.closure, cells, written, len(found.outputs), undone)


def obstacle(f: Any, *args: Any) -> str | None:
    part = captured(f, *args).part
    return cuda_graphs.obstacle(part, part.program().nodes, kind="cpu")


def test_what_runs_on_several_gpus_is_no_graph() -> None:
    mode = FakeTensorMode()
    gpus = [FakeTensor(mode, torch.empty(2, device="meta"), torch.device(f"cuda:{i}")) for i in range(2)]
    found = [cuda_graphs.obstacle(SimpleNamespace(leaves=[(t,) for t in some]), []) for some in (gpus, gpus[:1])]
    assert found == ["it runs on several GPUs", None]


def test_what_can_be_a_graph() -> None:
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def plain(x: Any) -> Any:
        v.assign_add(x)
        return tf.reduce_sum(v * x)

    @tf.function
    def loop(n: Any) -> Any:
        total = 0
        for i in tf.range(n):
            total += i
        return total

    @tf.function(input_signature=[tf.TensorSpec([None])])
    def any_size(x: Any) -> Any:
        return x + 1.0

    @tf.function
    def data_dependent(x: Any) -> Any:
        return tf.where(x > 0.0)

    @tf.function
    def text(x: Any) -> Any:
        return tf.strings.length(x)

    x = tf.constant([1.0, -1.0])
    assert obstacle(plain, x) is None
    assert obstacle(loop, tf.constant(3)) == "a branch, a loop or a Python function runs on the CPU"
    assert obstacle(any_size) == "a size is only known at the call"
    assert obstacle(data_dependent, x) == "a size is only known when an op has run"
    assert obstacle(text, tf.constant("a")) == "a branch, a loop or a Python function runs on the CPU"
    part = captured(plain, x).part
    assert cuda_graphs.obstacle(part, part.program().nodes) == "an input is not on the GPU"


def test_state_is_current() -> None:
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def step(x: Any) -> Any:
        before = v.read_value()
        v.assign_add(x)
        return before, v * 1.0

    one = tf.constant([1.0, 1.0])
    run = graphed(step, one)
    kept = []
    for i in range(8):
        before, after = run(one._t)
        assert before.tolist() == [1.0 + i, 2.0 + i]
        assert after.tolist() == v.numpy().tolist() == [2.0 + i, 3.0 + i]
        kept.append(after)
    assert run.made == 1
    assert [k.tolist()[0] for k in kept] == [2.0 + i for i in range(8)]


def test_values_read_before_stay() -> None:
    v = tf.Variable([1.0])

    @tf.function
    def step(x: Any) -> Any:
        v.assign_add(x)
        return v + 0.0

    x = tf.constant([1.0])
    run = graphed(step, x)
    for _ in range(4):
        run(x._t)
    read = v.read_value()
    run(x._t)
    assert read.numpy().tolist() == [5.0]
    assert v.numpy().tolist() == [6.0]
    run(x._t)
    assert v.numpy().tolist() == [7.0]
    assert run.made == 2
    v.assign([10.0])
    run(x._t)
    assert v.numpy().tolist() == [11.0]
    assert read.numpy().tolist() == [5.0]


def test_it_gives_up_by_itself() -> None:
    v = tf.Variable([1.0])

    @tf.function
    def step(x: Any) -> Any:
        v.assign_add(x)
        return v + 0.0

    def fails(make: Any) -> Any:
        raise RuntimeError("operation not permitted when stream is capturing")

    x = tf.constant([1.0])
    run = graphed(step, x, capture=fails)
    assert [run(x._t)[0].item() for _ in range(5)] == [2.0, 3.0, 4.0, 5.0, 6.0]
    assert run.failure is not None
    assert "not permitted" in run.failure
    moving = graphed(step, x)
    for i in range(12):
        v._storage.t = v._storage.t.clone()
        assert moving(x._t)[0].item() == 7.0 + i
    assert moving.failure == "its variables move in memory"


@pytest.mark.cuda
def test_on_a_gpu() -> None:
    w = tf.Variable(tf.ones([4, 2]))
    rate = tf.Variable(0.1, trainable=False)

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(x @ w - y))
        w.assign_sub(rate * tape.gradient(loss, w))
        return loss

    rng = np.random.default_rng(0)
    x, y = tf.constant(rng.normal(size=(8, 4)), tf.float32), tf.constant(rng.normal(size=(8, 2)), tf.float32)
    want = np.ones((4, 2))
    for i in range(12):
        error = x.numpy() @ want - y.numpy()
        loss = step(x, y)
        np.testing.assert_allclose(loss.numpy(), np.mean(error**2), rtol=1e-4)
        want = want - rate.numpy() * x.numpy().T @ error * 2 / error.size
        np.testing.assert_allclose(w.numpy(), want, rtol=1e-4, atol=1e-5)
        if i == 6:
            rate.assign(0.05)
        if i == 9:
            w.assign(tf.ones([4, 2]) * 2.0)
            want = np.full((4, 2), 2.0)
    run = captured(step, x, y)._direct
    assert isinstance(run, Graphed)
    assert run.failure is None
    assert run.made >= 1


@pytest.mark.cuda
def test_random_numbers_differ_on_a_gpu() -> None:
    @tf.function
    def draw() -> Any:
        return tf.random.uniform([4])

    seen = {tuple(draw().numpy().tolist()) for _ in range(6)}
    assert len(seen) == 6


@pytest.mark.cuda
def test_a_training_step_on_a_gpu_is_the_eager_one() -> None:
    def trained(eagerly: bool) -> list[Any]:
        tf.keras.utils.set_random_seed(0)
        model = tf.keras.Sequential([tf.keras.layers.Dense(8, "relu"), tf.keras.layers.Dense(1)])
        model.compile("adam", "mse", run_eagerly=eagerly)
        rng = np.random.default_rng(0)
        x = rng.normal(size=(64, 5)).astype("float32")
        model.fit(x, x.sum(1, keepdims=True), batch_size=16, epochs=4, verbose=0, shuffle=False)
        return model.get_weights()

    for a, b in zip(trained(False), trained(True), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
