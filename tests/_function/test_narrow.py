"""Products with narrow matrices in functions: the values and gradients of any other product."""

import numpy as np
import pytest

import tfcompat as tf
from tfcompat._function import narrow

rng = np.random.default_rng(0)


@pytest.fixture
def turned(monkeypatch):
    """The names of what products were turned into."""
    found = []

    def noting(program, node, turn=narrow.narrow_product):
        made = turn(program, node)
        if made is not None:
            found.append(made.__name__)
        return made

    monkeypatch.setattr("tfcompat._function.program.narrow_product", noting)
    return found


@pytest.mark.parametrize("columns", [2, 8, 9, 10, 15])
def test_values_and_gradients_are_those_of_wide_products(columns, turned):
    x = rng.normal(size=(256, 128)).astype(np.float32)
    w, b = tf.Variable(rng.normal(size=(128, columns)).astype(np.float32)), tf.Variable(tf.ones([columns]))

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.matmul(x, w)
            z = tf.nn.bias_add(tf.matmul(x, w), b)
            loss = tf.reduce_sum(tf.square(z))
        return y, z, *tape.gradient(loss, [x, w, b])

    y, z, dx, dw, db = (t.numpy() for t in step(tf.constant(x)))
    wide, kernel = x.astype(np.float64), w.numpy().astype(np.float64)
    want = wide @ kernel + 1
    for got, known in (
        (y, want - 1),
        (z, want),
        (dx, 2 * want @ kernel.T),
        (dw, wide.T @ (2 * want)),
        (db, 2 * want.sum(0)),
    ):
        np.testing.assert_allclose(got, known, rtol=2e-4, atol=2e-4 * np.abs(known).max())
        assert got.flags.c_contiguous
    assert "_product" in turned
    assert "_product_of_transposed" in turned


@pytest.mark.parametrize("shape", [(8, 16, 10), (256, 128, 1), (256, 128, 16), (256, 128, 64)])
def test_other_products_stay_as_they_are(shape, turned):
    rows, inner, columns = shape
    x, w = tf.ones([rows, inner]), tf.ones([inner, columns])
    assert tf.function(tf.matmul)(x, w).numpy()[0, 0] == inner
    assert turned == []


def test_layers_train_with_them(turned):
    model = tf.keras.Sequential([tf.keras.Input([64]), tf.keras.layers.Dense(64), tf.keras.layers.Dense(10)])
    x, y = rng.normal(size=(512, 64)).astype(np.float32), rng.integers(0, 10, 512)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    start = [w.copy() for w in model.get_weights()]
    found = []
    for eagerly in (True, False):
        model.set_weights(start)
        model.compile(tf.keras.optimizers.SGD(0.1), loss, run_eagerly=eagerly)
        model.fit(x, y, batch_size=256, epochs=2, shuffle=False, verbose=0)
        found.append(model.get_weights())
    for eager, graph in zip(*found, strict=True):
        np.testing.assert_allclose(eager, graph, rtol=1e-4, atol=1e-5)
    assert set(turned) == {"_affine", "_product_of_transposed"}
