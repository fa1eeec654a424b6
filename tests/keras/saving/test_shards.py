"""Weights in several files: what save_weights(max_shard_size=...) writes Keras reads, and the other way round."""

import json
import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow

keras = tf.keras
_LIMIT = 8000 / 1024**3


def _model(units: int = 50) -> Any:
    layers = [keras.layers.Dense(n, name=name) for n, name in ((40, "a"), (units, "b"), (1, "c"))]
    model = keras.Sequential([keras.Input((30,)), *layers], name="m")
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    return model


@pytest.mark.filterwarnings("ignore:Skipping variable loading")
def test_files_are_those_of_keras(tmp_path: pathlib.Path) -> None:
    """The files and the map were recorded from Keras 3.15, of the same model."""
    model = _model()
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=_LIMIT)
    assert json.loads((tmp_path / "w.weights.json").read_text()) == {
        "metadata": {"total_size": 40104.0},
        "weight_map": {
            "/layers/dense/vars": ["w_00000.weights.h5"],
            "/layers/dense_1/vars": ["w_00001.weights.h5", "w_00002.weights.h5"],
            "/layers/dense_2/vars": ["w_00002.weights.h5"],
            "/optimizer/vars": [f"w_{i:05}.weights.h5" for i in range(2, 7)],
        },
    }
    assert len(list(tmp_path.iterdir())) == 8
    other = _model()
    other.load_weights(tmp_path / "w.weights.json")
    for one, two in zip([*model.weights, *model.optimizer.variables], [*other.weights, *other.optimizer.variables]):
        np.testing.assert_array_equal(one, two)
    with pytest.raises(ValueError, match="could not be loaded"):
        _model(60).load_weights(tmp_path / "w.weights.json")
    with pytest.warns(UserWarning, match="could not be loaded"):
        _model(60).load_weights(tmp_path / "w.weights.json", skip_mismatch=True)


def test_limits_names_and_damage(tmp_path: pathlib.Path) -> None:
    model = _model()
    with pytest.raises(ValueError, match="The size of 0 is 4.69 KB which exceeds the maximum shard size 1.07 B"):
        model.save_weights(tmp_path / "z.weights.json", max_shard_size=1e-9)
    with pytest.warns(UserWarning, match=r"will be renamed to .*y\.weights\.json"):
        model.save_weights(tmp_path / "y.weights.h5", max_shard_size=1)
    assert sorted(path.name for path in tmp_path.glob("y*")) == ["y.weights.json", "y_00000.weights.h5"]
    with pytest.raises(FileNotFoundError):
        model.load_weights(tmp_path / "missing.weights.json")
    for text, told in (
        ("[", "does not tell where weights are"),
        ('{"weight_map": 3}', "does not tell where weights are"),
        ('{"weight_map": {"/layers/dense/vars": "../y_00000.weights.h5"}}', "which is no file beside it"),
    ):
        (tmp_path / "y.weights.json").write_text(text)
        with pytest.raises(ValueError, match=told):
            model.load_weights(tmp_path / "y.weights.json")


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore:Skipping variable loading")
def test_keras_reads_and_writes_the_same(tmp_path: pathlib.Path) -> None:
    model = _model()
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=_LIMIT)
    x = np.ones((2, 30), np.float32)
    found = ask_tensorflow(
        f"""
        layers = [tf.keras.layers.Dense(n, name=name) for n, name in ((40, "a"), (50, "b"), (1, "c"))]
        model = tf.keras.Sequential([tf.keras.Input((30,)), *layers], name="m")
        model.compile("adam", "mse")
        model.load_weights({str(tmp_path / "w.weights.json")!r})
        before = model(np.ones((2, 30), "float32"))
        model.layers[-1].bias.assign([7.0])
        model.save_weights({str(tmp_path / "k.weights.json")!r}, max_shard_size={_LIMIT})
        answer(before)
        """
    )
    np.testing.assert_allclose(found, model(x), rtol=1e-5, atol=1e-6)
    other = _model()
    other.load_weights(tmp_path / "k.weights.json")
    np.testing.assert_allclose(other(x), np.asarray(found) + 7.0, rtol=1e-5, atol=1e-5)
