"""Functions that run eagerly though TensorFlow has a graph for them: their ops draw what the graph's draw.

The numbers are TensorFlow 2.21's, of the same functions after tf.random.set_seed(3).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

FROM_A_LOOP = [[-1.7374, 0.7781], [0.435, 0.257], [0.4776, 0.5984]]
FROM_BRANCHES = [[-0.1057, 0.7781], [1.9161, 0.257], [5.2348, 0.5984]]
FROM_A_DATASET = [[-0.0235, 0.851], [1.1423, 0.3933], [2.2136, 0.7018], [4.5215, 0.4992]]


def through_python(x: Any, factor: float = 1.0) -> Any:
    """The number, from a Python function, of which a capture knows no shape."""
    y = tf.numpy_function(lambda v: np.float32(v * factor), [x], tf.float32)
    y.set_shape([])
    return y


def test_a_loop_and_what_is_around_it() -> None:
    tf.random.set_seed(3)

    @tf.function
    def f(n: Any) -> Any:
        a = tf.random.uniform([])
        for _ in tf.range(n):
            b = tf.random.normal([])
            a += through_python(b)
        return a, tf.random.uniform([])

    found = [[v.numpy() for v in f(tf.constant(1))] for _ in range(3)]
    assert found == [pytest.approx(r, abs=1e-4) for r in FROM_A_LOOP]


def test_branches_in_a_loop() -> None:
    tf.random.set_seed(3)

    @tf.function
    def f(n: Any) -> Any:
        a = tf.random.uniform([])
        for _ in tf.range(n):
            b = tf.random.normal([])
            c = tf.random.uniform([], seed=4)
            x = through_python(b, 2.0)
            if x > 0.0:
                a += tf.random.uniform([])
            else:
                a -= tf.random.normal([])
            a += x + c
        return a, tf.random.uniform([])

    assert [[v.numpy() for v in f(tf.constant(3))] for _ in range(3)] == [
        pytest.approx(r, abs=1e-4) for r in FROM_BRANCHES
    ]


def test_each_pass_through_a_dataset() -> None:
    tf.random.set_seed(3)

    def f(x: Any) -> Any:
        y = through_python(x)
        if tf.random.uniform([]) > 0.5:
            y = y + 1.0
        return y + tf.random.normal([]), tf.random.uniform([])

    dataset = tf.data.Dataset.range(4).map(lambda i: tf.cast(i, tf.float32)).map(f)
    for _ in range(2):
        assert [[v.numpy() for v in e] for e in dataset] == [pytest.approx(r, abs=1e-4) for r in FROM_A_DATASET]
