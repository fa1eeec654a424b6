"""Exported functions: what runs from the description alone is what the function gives."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tfcompat._function.export import Loaded, exported


def round_trip(concrete: Any, variables: dict[str, Any]) -> Loaded:
    names = {id(v._storage): name for name, v in variables.items()}
    description, constants = exported(concrete, lambda v: names[id(v._storage)])
    fresh = {name: tf.Variable(v) for name, v in variables.items()}
    loaded = Loaded(json.loads(json.dumps(description)), constants, fresh)
    loaded.variables = fresh  # type: ignore[attr-defined]
    return loaded


def test_ops_variables_and_nests() -> None:
    w, count = tf.Variable([[1.0, 2.0], [3.0, 4.0]]), tf.Variable(0, trainable=False)
    k = tf.constant([0.5, -0.5])

    @tf.function(input_signature=[tf.TensorSpec([None, 2], name="x")])
    def f(x: Any) -> Any:
        count.assign_add(tf.shape(x)[0])
        y = tf.nn.softmax(x @ w + k)
        return {"y": y, "parts": (tf.reduce_sum(y, 0), None, [tf.cast(count, tf.float64) * float("inf")])}

    loaded = round_trip(f.get_concrete_function(), {"w": w, "count": count})
    for n in (1, 3, 4):
        x = tf.random.normal([n, 2])
        want, got = f(x), loaded(x)
        np.testing.assert_allclose(got["y"], want["y"], rtol=1e-6)
        np.testing.assert_allclose(got["parts"][0], want["parts"][0], rtol=1e-6)
        assert isinstance(got["parts"], tuple)
        assert got["parts"][1] is None
        assert np.isinf(got["parts"][2][0].numpy())
    assert loaded.variables["count"].numpy() == count.numpy() == 8
    assert loaded.inputs[0][0] == "x"
    with pytest.raises(tf.errors.InvalidArgumentError, match="takes 'x' of shape"):
        loaded(tf.ones([2, 3]))


def test_branches_loops_and_gradients() -> None:
    w = tf.Variable(0.5)

    @tf.function
    def f(x: Any, n: Any) -> Any:
        total = tf.zeros_like(x)
        for i in tf.range(n):
            if i % 2 == 0:
                total = total * w + x
            else:
                total = tf.sin(total) + tf.stop_gradient(x) * 2.0
        return tf.reduce_sum(tf.switch_case(n % 3, [lambda: total, lambda: total * 2.0, lambda: total - 1.0]))

    x = tf.constant([1.0, -2.0])
    loaded = round_trip(f.get_concrete_function(x, tf.constant(3)), {"w": w})
    for n in (0, 1, 4, 5):
        results = []
        for run, variable in ((f, w), (loaded, loaded.variables["w"])):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = run(x, tf.constant(n))
            gradients = tape.gradient(y, [x, variable], unconnected_gradients="zero")
            results.append([y.numpy(), *(g.numpy() for g in gradients)])
        for want, got in zip(*results, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def test_what_cannot_be_exported_is_refused() -> None:
    @tf.function
    def text(x: Any) -> Any:
        return tf.strings.length(x)

    @tf.function
    def prints(x: Any) -> Any:
        tf.print(x)
        return x

    for f, x in ((text, tf.constant("a")), (prints, tf.constant(1))):
        with pytest.raises(NotImplementedError, match="can't be exported: it calls Python"):
            exported(f.get_concrete_function(x), str)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"graph": {"inputs": 1, "nodes": [{"op": "os::system.", "args": []}], "outputs": []}},
        {"graph": {"inputs": 1, "nodes": [{"function": "builtins.eval", "args": []}], "outputs": []}},
        {"graph": {"inputs": 1, "nodes": [], "outputs": [{"node": 7}]}},
        {"graph": {"inputs": 1, "nodes": [{"op": "aten::relu.", "args": [{"load": "x"}]}], "outputs": []}},
        {"assigned": ["missing"]},
        {"inputs": 3},
    ],
)
def test_damaged_descriptions_are_refused(change: dict[str, Any]) -> None:
    @tf.function
    def f(x: Any) -> Any:
        return x + 1.0

    description, constants = exported(f.get_concrete_function(tf.constant(1.0)), str)
    with pytest.raises(ValueError, match=r"damaged|no exported function"):
        Loaded({**description, **change}, constants, {})
