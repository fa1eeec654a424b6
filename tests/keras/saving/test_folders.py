"""Models saved as directories with the files of a ".keras" archive."""

import json
import pathlib

import numpy as np
import pytest

import tfcompat as tf


def test_a_directory_holds_what_an_archive_holds(tmp_path: pathlib.Path) -> None:
    words = tf.keras.layers.StringLookup(name="words")
    words.adapt(["a", "b", "b"])
    x = tf.keras.Input((2,), dtype="string")
    model = tf.keras.Model(x, tf.keras.layers.Embedding(4, 3)(words(x)))
    model.compile("adam", "mse", run_eagerly=True)
    model.fit(np.array([["a", "b"]]), np.ones((1, 2, 3)), verbose=0)
    folder = tmp_path / "model"
    for _ in range(2):  # the second one replaces the first
        model.save(folder, zipped=False)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == ["assets/layers/string_lookup/vocabulary.txt", "config.json", "metadata.json", "model.weights.h5"]
    again = tf.keras.models.load_model(folder)
    assert again.optimizer.iterations == 1
    assert words.get_vocabulary() == again.layers[1].get_vocabulary() == ["[UNK]", "b", "a"]
    np.testing.assert_array_equal(again(np.array([["b", "c"]])), model(np.array([["b", "c"]])))
    assert json.loads((folder / "metadata.json").read_text())["keras_version"] == tf.keras.__version__
    (folder / "model.weights.h5").unlink()
    with pytest.raises(ValueError, match="has no model.weights.h5"):
        tf.keras.models.load_model(folder)


def test_what_no_directory_is_named(tmp_path: pathlib.Path) -> None:
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    with pytest.raises(ValueError, match="should not end in `.keras`"):
        model.save(tmp_path / "model.keras", zipped=False)
    with pytest.raises(ValueError, match="Invalid filepath extension"):
        model.save(tmp_path / "model", zipped=True)
    for act in (model.save, tf.keras.models.load_model):
        with pytest.raises(NotImplementedError, match="snapshot_download"):
            act("hf://someone/model")
