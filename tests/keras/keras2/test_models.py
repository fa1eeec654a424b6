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


def test_time_major_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="time_major"):
        tf.keras.layers.GRU(2, time_major=True)
    assert tf.keras.layers.LSTM(2, time_major=False).units == 2


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


def test_registered_objects_come_before_those_of_a_module() -> None:
    from tfcompat.keras.utils import legacy

    class Registered:
        @classmethod
        def from_config(cls, config: dict) -> str:
            return "registered"

    def of_a_module() -> str:
        return "function"

    known = {"of_a_module": of_a_module}
    assert legacy.deserialize_keras_object({"class_name": "of_a_module", "config": {}}, known) == "function"
    with tf.keras.utils.custom_object_scope({"of_a_module": Registered}):
        assert legacy.deserialize_keras_object({"class_name": "of_a_module", "config": {}}, known) == "registered"
        assert legacy.deserialize_keras_object("of_a_module", {}, known) is of_a_module
