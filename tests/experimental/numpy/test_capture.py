"""tf.experimental.numpy within tf.function: one graph for all sizes gives what eager execution gives."""

import logging
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.experimental.numpy.facts import enabled
from tfcompat.experimental import numpy as tnp

FUNCTIONS = {
    "concatenate": lambda x: tnp.concatenate([x, tnp.ones_like(x)]),
    "tile": lambda x: tnp.tile(x, (2, 1)),
    "atleast_3d": lambda x: tnp.atleast_3d(x),
    "sum": lambda x: tnp.sum(x, axis=0),
    "take": lambda x: tnp.take(x, [0, 9], axis=0),
    "kron": lambda x: tnp.kron(x, tnp.eye(2, dtype=tnp.float32)),
    "flip": lambda x: tnp.flip(x),
    "moveaxis": lambda x: tnp.moveaxis(x, 0, -1),
    "take_along_axis": lambda x: tnp.take_along_axis(x, tnp.argsort(x, 0), 0),
    "broadcast_to": lambda x: tnp.broadcast_to(x[0], tf.shape(x)),
    "roll": lambda x: tnp.roll(x, 1),
    "size": lambda x: tnp.size(x),
    "var": lambda x: tnp.var(x, ddof=1, dtype="float32"),
    "diag": lambda x: tnp.diag(x[:, 0]),
    "split": lambda x: tnp.split(x, 3, axis=1),
    "average": lambda x: tnp.average(x, axis=0, weights=x[:, 0], returned=True),
    "full_like": lambda x: tnp.full_like(x, 3),
    "repeat": lambda x: tnp.repeat(x, 2, axis=0),
    "where": lambda x: tnp.where(x > 0, x, 0.0),
    "pad": lambda x: tnp.pad(x, [[1, 1], [0, 0]], "constant"),
    "vander": lambda x: tnp.vander(x[:, 0], 3),
    "cross": lambda x: tnp.cross(x, x[::-1]),
    "hstack": lambda x: tnp.hstack([x, x]),
    "compress": lambda x: tnp.compress([True, False, True], x, axis=1),
    "linspace": lambda x: tnp.linspace(x[0], x[1], 3),
    "diff": lambda x: tnp.diff(x, axis=0),
    "rot90": lambda x: tnp.rot90(x),
    "nonzero": lambda x: tnp.nonzero(x),
    "outer": lambda x: tnp.outer(x[:, 0], x[:, 1]),
    "trace": lambda x: tnp.trace(x),
    "triu": lambda x: tnp.triu(x),
    "dot": lambda x: tnp.dot(x, tf.transpose(x)),
    "meshgrid": lambda x: tnp.meshgrid(x[:, 0], x[:, 1]),
    "cumsum": lambda x: tnp.cumsum(x, axis=-1),
    "indexing": lambda x: (x[[0, 1]], x[:, [2, 0]], x[[0, 1], [1, 2]], x[x[:, 0] > 0]),
    "operators": lambda x: x + tnp.arange(3) * 2.5,
}


def all_of_them(x: tf.Tensor) -> dict[str, Any]:
    return {name: function(x) for name, function in FUNCTIONS.items()}


def test_one_graph_serves_all_sizes(caplog: pytest.LogCaptureFixture) -> None:
    with enabled():
        captured = tf.function(all_of_them, input_signature=[tf.TensorSpec([None, 3])])
        for rows in (3, 5):
            x = tf.constant(np.random.randn(rows, 3).astype("float32"))
            found, wanted = captured(x), all_of_them(x)
            for name in FUNCTIONS:
                for a, b in zip(tf.nest.flatten(found[name]), tf.nest.flatten(wanted[name]), strict=True):
                    np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6, err_msg=name)
    assert captured.experimental_get_tracing_count() == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]  # none ran eagerly


def test_gradients_flow_through_a_captured_function() -> None:
    @tf.function
    def loss(w: tf.Tensor) -> tf.Tensor:
        return tnp.sum(tnp.square(tnp.matmul(w, tnp.transpose(w))))

    w = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = loss(w)
    gram = w.numpy() @ w.numpy().T
    np.testing.assert_allclose(tape.gradient(y, w), 4 * gram @ w.numpy(), rtol=1e-6)


def test_variables_of_keras_are_operands() -> None:
    w = tf.keras.Variable([[1.0, 2.0], [3.0, 4.0]])
    x = tf.ones([3, 2])
    assert tnp.matmul(x, w).numpy().tolist() == [[4.0, 6.0]] * 3
    assert tnp.maximum(w, 2.5).dtype is tf.float32
    assert tnp.add(np.array([1, 2], np.int16), tf.keras.Variable([1, 2], dtype="int32")).dtype is tf.int32
