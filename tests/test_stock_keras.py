"""A stock Keras 3 on tfcompat as its TensorFlow backend, after install(keras=False): it prints what it prints there."""

import os
import re
import textwrap

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow
from tests.stock import run_on_tfcompat

PROGRAM = textwrap.dedent("""
    import keras
    keras.utils.set_random_seed(1)
    rng = np.random.default_rng(0)
    x, y = rng.random((40, 8, 8, 1), "float32"), rng.integers(0, 3, 40)
    model = keras.Sequential([
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.BatchNormalization(),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dropout(0.3),
        keras.layers.Dense(3, activation="softmax"),
    ])
    print(keras.backend.backend())
    model.summary()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=1, batch_size=8, verbose=0, validation_split=0.2)
    print({name: [round(v, 3) for v in values] for name, values in history.history.items()})
    print([round(v, 3) for v in model.evaluate(x, y, verbose=0)])
    print(model.predict(x[:2], verbose=0).round(3))
    tokens = keras.Sequential([keras.layers.Embedding(10, 4), keras.layers.LSTM(3), keras.layers.Dense(1)])
    print(tokens(np.arange(6).reshape(2, 3)).numpy().round(3))
    model.save("model.keras")
    print(float(abs(keras.models.load_model("model.keras").predict(x, verbose=0) - model.predict(x, verbose=0)).max()))
""")


@pytest.mark.oracle
def test_stock_keras_prints_what_it_prints_on_tensorflow(tmp_path, monkeypatch) -> None:
    repository = os.getcwd()
    monkeypatch.chdir(tmp_path)
    want = run_tensorflow(PROGRAM)
    monkeypatch.syspath_prepend(repository)
    printed = run_on_tfcompat(PROGRAM, "keras", "install(keras=False)")
    assert re.sub(r"\s+", " ", printed) == re.sub(r"\s+", " ", want)


def test_updates_of_slices_start_where_there_is_room() -> None:
    from tfcompat._internals.xla import dynamic_slice, dynamic_update_slice

    x, updates = np.zeros((4, 5), "float32"), np.arange(1, 7, dtype="float32").reshape(2, 3)
    for starts, (row, column) in {(1, 1): (1, 1), (3, 9): (2, 2), (-4, 0): (0, 0)}.items():
        want = x.copy()
        want[row : row + 2, column : column + 3] = updates
        np.testing.assert_array_equal(dynamic_update_slice(x, updates, list(starts)), want)
        np.testing.assert_array_equal(
            dynamic_slice(x + np.arange(5), list(starts), [2, 3])[0], np.arange(5)[column:][:3]
        )
    with pytest.raises(tf.errors.InvalidArgumentError, match="does not fit"):
        dynamic_update_slice(updates, x, [0, 0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="dimensions of x, 2"):
        dynamic_update_slice(x, updates, [0])


@pytest.mark.parametrize("batch", [(), (2,)])
@pytest.mark.parametrize("flags", [{}, {"transpose_a": True}, {"adjoint_b": True}])
def test_products_of_sparse_matrices(batch, flags) -> None:
    from tfcompat._internals import csr_matrices as csr

    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(*batch, 3, 3)) * (rng.random((*batch, 3, 3)) < 0.5) for _ in range(2))
    matrices = []
    for dense in (a, b):
        sparse = tf.sparse.from_dense(dense)
        matrices.append(csr.sparse_tensor_to_csr_sparse_matrix(sparse.indices, sparse.values, sparse.dense_shape))
    product = csr.sparse_matrix_sparse_mat_mul(*matrices, tf.float64, **flags)
    found = tf.sparse.to_dense(csr.csr_sparse_matrix_to_sparse_tensor(product, tf.float64))
    left = a.swapaxes(-1, -2) if "transpose_a" in flags else a
    right = b.swapaxes(-1, -2) if "adjoint_b" in flags else b
    np.testing.assert_allclose(found, left @ right, atol=1e-12)


def test_internal_names() -> None:
    internal = tf.__internal__
    v = tf.Variable(1.0)
    assert isinstance(tf.constant(1.0), internal.EagerTensor)
    assert isinstance(tf.SparseTensor([[0]], [1.0], [2]), internal.CompositeTensor)
    assert internal.smart_cond.smart_cond(tf.constant(False), lambda: 1, lambda: 2) == 2
    traced = tf.function(lambda p: internal.smart_cond.smart_cond(p, lambda: v + 1, lambda: v - 1))
    assert [float(traced(tf.constant(p))) for p in (True, False)] == [2, 0]
    assert internal.distribute.interim.maybe_merge_call(lambda strategy, a: a + 1, tf.distribute.get_strategy(), 1) == 2
    tracker = internal.tracking.AutoTrackable()
    tracker._track_trackable(v, "v")
    with pytest.raises(ValueError, match="already in use"):
        tracker._track_trackable(tf.Variable(2.0), "v")
    with internal.FuncGraph("scratch").as_default():
        x = tf.compat.v1.placeholder("float32", [None, 3])
        assert tf.matmul(x, tf.ones([3, 2])).shape.as_list() == [None, 2]
    with pytest.raises(AttributeError, match=r"tf\.experimental\.dtensor\.Mesh"):
        tf.experimental.dtensor.Mesh  # noqa: B018
