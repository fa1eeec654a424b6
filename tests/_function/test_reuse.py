"""Results in the memory of arguments that nothing reads any more: the same values, and nothing else changes."""

import numpy as np
import pytest
import torch

import tfcompat as tf
from tfcompat._function import reuse

aten = torch.ops.aten
rng = np.random.default_rng(0)
KNOWN = {"alpha": 0.5, "scale": 1.5, "input_scale": 1.0, "negative_slope": 0.1, "is_result": False}
KNOWN["self_is_result"] = False


@pytest.fixture
def found(monkeypatch):
    """The ops that were computed in the memory of an argument."""
    names = []

    def noting(program, apart, find=reuse.reused):
        nodes = find(program, apart)
        names.extend(node.target._schema.name.split("::")[1] for node in nodes)
        return nodes

    monkeypatch.setattr("tfcompat._function.program.reused", noting)
    return names


def arguments(target):
    """Arguments that an op takes."""
    made = []
    for a in target._schema.arguments:
        kind = str(a.type)
        if a.name == "mask":
            made.append(torch.arange(96).reshape(8, 12) % 3 == 0)
        elif kind == "Tensor":
            made.append(torch.rand(8, 12) + 0.25)
        elif a.name in KNOWN and not (a.name == "alpha" and a.kwarg_only):
            made.append(KNOWN[a.name])
        elif not a.kwarg_only and kind in ("number", "Optional[number]"):
            made.append({"min": 0.5, "max": 0.75}.get(a.name, 2.0))
    if target in (aten.add.Scalar, aten.sub.Scalar):
        made = made[:2]
    return made, {"rounding_mode": "floor"} if target._overloadname.endswith("_mode") else {}


@pytest.mark.parametrize("target", dict.fromkeys((*reuse._METHODS, *reuse._OUT)), ids=str)
def test_values_are_those_of_fresh_memory(target):
    tensors = [i for i, a in enumerate(arguments(target)[0]) if isinstance(a, torch.Tensor)]
    for place in tensors if target in reuse._OUT else [0]:
        args, kwargs = arguments(target)
        want = target(*args, **kwargs)
        run = reuse._in_memory_of(target, place)
        got = run(*args, **kwargs)
        assert got.data_ptr() == args[place].data_ptr()
        assert torch.equal(got, want)


def test_what_is_dead_is_reused(found):
    w = tf.Variable(rng.normal(size=(8, 16)).astype(np.float32))

    @tf.function
    def run(x):
        y = tf.nn.relu(tf.matmul(x, w) + 1.0)
        return tf.tanh(y * y) - 1.0

    x = rng.normal(size=(32, 8)).astype(np.float32)
    for _ in range(2):
        y = np.maximum(x @ w.numpy() + 1, 0)
        np.testing.assert_allclose(run(tf.constant(x)), np.tanh(y * y) - 1, rtol=2e-5, atol=1e-6)
    assert found == ["add", "relu", "mul", "tanh"]  # what is returned has memory of its own


def test_what_is_read_later_returned_given_or_a_variables_stays(found):
    v, c = tf.Variable(tf.ones([16, 16])), tf.constant(rng.normal(size=(16, 16)).astype(np.float32))

    @tf.function
    def run(x):
        a = tf.nn.relu(x)  # an argument
        b = tf.matmul(x, x)
        later = tf.exp(b)
        rows = tf.transpose(later)  # another view of it is read later
        r = tf.sigmoid(later) + 0.5
        d = tf.nn.relu(c) + tf.nn.relu(v)
        v.assign_add(x)
        return a, b, tf.abs(b) + 1.0, r + tf.matmul(rows, rows), d + 0.0

    x = rng.normal(size=(16, 16)).astype(np.float32)
    given, before = tf.constant(x), v.value()
    a, b, size, r, d = (t.numpy() for t in run(given))
    e = np.exp(x @ x)
    assert np.array_equal(given, x)
    assert np.array_equal(before, np.ones([16, 16]))
    assert np.array_equal(v, 1 + x)
    np.testing.assert_allclose(a, np.maximum(x, 0))
    np.testing.assert_allclose(b, x @ x, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(size, np.abs(x @ x) + 1, rtol=1e-5)
    np.testing.assert_allclose(r, 1 / (1 + np.exp(-e)) + 0.5 + e.T @ e.T, rtol=2e-4)
    np.testing.assert_allclose(d, np.maximum(c, 0) + 1)
    assert "exp" not in found
    assert "sigmoid" not in found


def test_other_shapes_layouts_and_dtypes_take_memory_of_their_own(found):
    @tf.function
    def run(x):
        wide = tf.matmul(x, x)
        row = tf.reduce_sum(wide, 0)
        part = tf.nn.relu(tf.matmul(x, x)[2:])
        cast = tf.cast(tf.matmul(x, x) > 0, tf.float32)
        return tf.reduce_sum(row + wide) + tf.reduce_sum(part) + tf.reduce_sum(cast)

    x = rng.normal(size=(16, 16)).astype(np.float32)
    p = x @ x
    want = (p.sum(0) + p).sum() + np.maximum(p[2:], 0).sum() + (p > 0).sum()
    np.testing.assert_allclose(run(tf.constant(x)), want, rtol=1e-4)
    assert found == ["add"]  # the wide matrix, not the row that it is added to


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu", "elu", "tanh", "sigmoid", "leaky_relu"])
def test_layers_train_the_same(activation, found):
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input([8, 8, 3]),
            layers.Conv2D(8, 3, activation=activation),
            layers.BatchNormalization(),
            layers.Activation(activation),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(24, activation=activation),
            layers.LayerNormalization(),
            layers.Dense(4),
        ]
    )
    x, y = rng.normal(size=(32, 8, 8, 3)).astype(np.float32), rng.integers(0, 4, 32)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    start, results = [w.copy() for w in model.get_weights()], []
    for eagerly in (True, False):
        model.set_weights(start)
        model.compile(tf.keras.optimizers.SGD(0.05), loss, run_eagerly=eagerly)
        model.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0)
        results.append([*model.get_weights(), model.predict(x, verbose=0)])
    for eager, graph in zip(*results, strict=True):
        np.testing.assert_allclose(eager, graph, rtol=1e-4, atol=1e-5)
    assert found


def test_an_open_size_of_what_a_value_views_stays_open():
    @tf.function(input_signature=[tf.TensorSpec([None, None, 3])])
    def prepared(image):
        least = tf.reduce_min(tf.shape(image)[:2])
        cut = (tf.shape(image)[0] - least) // 2
        resized = tf.image.resize(image[cut : cut + least, :least], [32, 32])
        return resized / 127.5 - 1.0

    for size in ((40, 50), (64, 33)):
        image = rng.uniform(0, 255, (*size, 3)).astype(np.float32)
        least = min(size)
        cut = (size[0] - least) // 2
        want = tf.image.resize(image[cut : cut + least, :least], [32, 32]) / 127.5 - 1.0
        np.testing.assert_allclose(prepared(image), want, rtol=1e-5, atol=1e-5)
