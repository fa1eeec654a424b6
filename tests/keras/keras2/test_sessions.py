"""Keras where sessions run the graph, as after tf.compat.v1.disable_eager_execution(): as tf_keras 2.21 does there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

K, layers = tf.keras.backend, tf.keras.layers
X = np.random.RandomState(0).rand(32, 6).astype("float32")
Y = (X.sum(1) > 3).astype("float32")


@pytest.fixture(autouse=True)
def graph() -> Iterator[Any]:
    with tf.Graph().as_default() as graph:
        yield graph


def classifier() -> Any:
    model = tf.keras.Sequential(
        [layers.Dense(16, activation="relu", input_dim=6), layers.BatchNormalization(), layers.Dense(1, "sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
def test_training_and_weights(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = classifier()
    first, kernel = model.predict(X), model.get_weights()[0]
    history = model.fit(X, Y, epochs=2, batch_size=8, validation_split=0.25, verbose=0).history
    assert sorted(history) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert np.abs(model.predict(X) - first).max() > 1e-3
    assert 1e-3 < np.abs(model.get_weights()[0] - kernel).max() < 1e-2  # Adam's six steps of 0.001
    assert len(model.evaluate(X, Y, verbose=0)) == len(model.test_on_batch(X, Y)) == 2
    assert model.predict_on_batch(X).shape == (32, 1)
    assert model.train_on_batch(X, Y)[0] > 0
    trained, weights = model.predict(X), model.get_weights()
    model.save_weights(str(tmp_path / "w.h5"))
    model.save(str(tmp_path / "m.h5"))
    model.set_weights([w * 0 for w in weights])
    assert np.ptp(model.predict(X)) == 0
    model.load_weights(str(tmp_path / "w.h5"))
    np.testing.assert_allclose(model.predict(X), trained)
    np.testing.assert_allclose(tf.keras.models.load_model(str(tmp_path / "m.h5")).predict(X), trained, atol=1e-6)
    assert capsys.readouterr().out == ""  # predict() shows no progress there


def test_models_that_begin_without_weights_and_losses_of_graphs() -> None:
    words = tf.keras.Sequential([layers.Embedding(10, 4), layers.LSTM(3), layers.Dense(2, activation="softmax")])
    words.compile("rmsprop", "sparse_categorical_crossentropy")
    words.fit(np.ones((16, 5), "int32"), np.zeros(16, "int32"), verbose=0)
    assert words.predict(np.ones((3, 5), "int32")).shape == (3, 2)

    inputs = tf.keras.Input((6,))
    mean, spread = layers.Dense(2)(inputs), layers.Dense(2)(inputs)
    drawn = layers.Lambda(lambda a: a[0] + K.exp(a[1] / 2) * K.random_normal(K.shape(a[0])))([mean, spread])
    model = tf.keras.Model(inputs, layers.Dense(6, activation="sigmoid")(drawn))
    model.add_loss(K.mean(-0.5 * K.sum(1 + spread - K.square(mean) - K.exp(spread), axis=-1)))
    model.compile("adam", "binary_crossentropy")
    assert len(model.fit(X, X, epochs=2, verbose=0).history["loss"]) == 2
    assert tf.keras.Model(inputs, mean).predict(X).shape == (32, 2)


def test_functions_values_and_sessions(graph: Any) -> None:
    model = classifier()
    (hidden,) = K.function([model.input], [model.layers[0].output])([X])
    kernel = K.get_value(model.layers[0].kernel)
    np.testing.assert_allclose(hidden, np.maximum(X @ kernel, 0), rtol=1e-5)
    K.set_value(model.layers[0].kernel, kernel * 2)
    np.testing.assert_allclose(K.function([model.input], [model.layers[0].output])([X])[0], 2 * hidden, rtol=1e-5)
    session = K.get_session()
    np.testing.assert_allclose(session.run(model.layers[0].kernel), kernel * 2)
    with tf.compat.v1.Session(graph=graph) as other:
        assert K.get_session() is other
    K.set_session(other)
    assert K.get_session() is not session


def test_gradients_of_a_models_tensors() -> None:
    """The values are TensorFlow's."""
    inputs = tf.keras.Input((8, 8, 1))
    seen = layers.Conv2D(4, 3, kernel_initializer="ones")(inputs)
    outputs = layers.Dense(3, kernel_initializer="ones")(layers.Flatten()(layers.MaxPooling2D()(seen)))
    (gradient,) = K.gradients(outputs[:, 1], seen)
    image = np.arange(64).reshape(1, 8, 8, 1).astype("float32") / 64
    pooled, maps = K.function([inputs], [K.mean(gradient, axis=(0, 1, 2)), seen[0]])([image])
    assert pooled.tolist() == [0.25] * 4
    assert maps.shape == (6, 6, 4)
    loss = K.mean(seen[:, :, :, 0])
    value, slope = K.function([inputs], [loss, K.gradients(loss, [inputs])[0]])([image])
    assert value == 4.4296875
    assert slope.sum() == pytest.approx(9.0)
    assert K.gradients(loss, [outputs]) == [None]


def test_sizes_make_shapes_where_functions_are_layers() -> None:
    x = tf.keras.Input([None, 4])
    n, t = tf.shape(x)[0], tf.shape(x)[1]
    mask = tf.linalg.band_part(tf.ones((t, t)), -1, 0)
    shapes = [y.shape.as_list() for y in (mask, tf.zeros([n, 10]), tf.reshape(x, [n, 4 * t]), x[:, : t - 1])]
    assert shapes == [[None, None], [None, 10], [None, None], [None, None, 4]]
