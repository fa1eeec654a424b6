"""Models that Keras 2 wrote: operations in graphs, recurrent layers.

models.json was written by tf_keras 2.21: for each model its to_json(), inputs, and what it predicts with the weights
0.3 * sin(i + n) for the n-th array, rounded to two digits.
"""

import json
import pathlib

import numpy as np
import pytest

import tfcompat as tf

MODELS = json.loads(pathlib.Path(__file__).with_name("models.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("row", MODELS, ids=["operations", "recurrent"])
def test_models_that_keras_2_described(row: dict) -> None:
    model = tf.keras.models.model_from_json(row["model"])
    sizes = [w.shape for w in model.get_weights()]
    model.set_weights([np.round(np.sin(np.arange(np.prod(s)).reshape(s) + i) * 0.3, 2) for i, s in enumerate(sizes)])
    kinds = [x.dtype for x in model.inputs]
    inputs = [np.asarray(x, dtype=kind) for x, kind in zip(row["x"], kinds)]
    assert np.allclose(model(inputs if len(inputs) > 1 else inputs[0]), row["y"], atol=2e-5)


@pytest.mark.parametrize("kind", ["GRU", "LSTM", "SimpleRNN"])
def test_time_comes_first_where_time_major(kind: str) -> None:
    x = tf.random.stateless_normal((3, 5, 2), [1, 2])
    layer = getattr(tf.keras.layers, kind)(2, return_sequences=True)
    other = getattr(tf.keras.layers, kind)(2, return_sequences=True, time_major=True)
    expected = layer(x)
    turned = tf.transpose(x, (1, 0, 2))
    assert other(turned).shape == (5, 3, 2) == other.compute_output_shape((5, 3, 2))
    other.set_weights(layer.get_weights())
    assert np.allclose(tf.transpose(other(turned), (1, 0, 2)), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("keras.engine.topology", "Network"),
        ("keras.backend.tensorflow_backend", "clear_session"),
        ("keras.objectives", "categorical_crossentropy"),
    ],
)
def test_paths_of_early_versions(module: str, name: str) -> None:
    import importlib

    tf.install()
    try:
        assert callable(getattr(importlib.import_module(module), name))
    finally:
        tf.uninstall()
