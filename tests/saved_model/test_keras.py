"""Keras models as SavedModels: export, ExportArchive, saving to a directory, TFSMLayer."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf

keras = tf.keras
L = keras.layers


def _model():
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8, 8, 3), name="image")
    x = L.MaxPooling2D()(L.BatchNormalization()(L.Conv2D(4, 3, activation="relu")(inputs)))
    x = L.Dropout(0.5)(L.Flatten()(x))
    return keras.Model(inputs, L.Dense(2, activation="softmax")(x))


@pytest.fixture(scope="module")
def exported(tmp_path_factory) -> tuple:
    model, path = _model(), str(tmp_path_factory.mktemp("export") / "m")
    model.export(path, verbose=False)
    return model, path


def test_export(exported: tuple) -> None:
    model, path = exported
    loaded = tf.saved_model.load(path)
    for batch in (1, 4):
        x = np.random.default_rng(batch).normal(size=(batch, 8, 8, 3)).astype("float32")
        np.testing.assert_allclose(loaded.serve(x), model(x), rtol=1e-6)
        found = loaded.signatures["serving_default"](image=tf.constant(x))
        np.testing.assert_allclose(found["output_0"], model(x), rtol=1e-6)
    assert len(loaded.variables) == len(model.variables)
    assert len(loaded.trainable_variables) == len(model.trainable_variables)


def test_as_a_layer(exported: tuple) -> None:
    model, path = exported
    x = np.ones((2, 8, 8, 3), "float32")
    np.testing.assert_allclose(L.TFSMLayer(path)(x), model(x), rtol=1e-6)
    found = L.TFSMLayer(path, call_endpoint="serving_default")(x)
    np.testing.assert_allclose(found["output_0"] if isinstance(found, dict) else found, model(x), rtol=1e-6)


def test_what_export_prints(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = keras.Sequential([L.Input((3,), name="i"), L.Dense(2, use_bias=False)])
    path = str(tmp_path / "m")
    model.export(path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[:7] == [
        f"Saved artifact at '{path}'. The following endpoints are available:",
        "",
        "* Endpoint 'serve'",
        "  args_0 (POSITIONAL_ONLY): TensorSpec(shape=(None, 3), dtype=tf.float32, name='i')",
        "Output Type:",
        "  TensorSpec(shape=(None, 2), dtype=tf.float32, name=None)",
        "Captures:",
    ]


def test_nests_of_inputs_and_subclasses(tmp_path: pathlib.Path) -> None:
    a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
    x = np.arange(6, dtype="float32").reshape(2, 3)
    many = keras.Model({"a": a, "b": b}, L.Add()([a, b]))
    many.export(str(tmp_path / "dict"), verbose=False)
    np.testing.assert_array_equal(tf.saved_model.load(tmp_path / "dict").serve({"a": x, "b": x}), 2 * x)
    keras.Model([a, b], L.Add()([a, b])).export(str(tmp_path / "list"), verbose=False)
    np.testing.assert_array_equal(tf.saved_model.load(tmp_path / "list").serve([x, x]), 2 * x)

    class Sub(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = [L.Dense(2), L.Dense(1)]

        def call(self, x):
            return self.dense[1](self.dense[0](x))

    sub = Sub()
    expected = sub(x)
    sub.export(str(tmp_path / "sub"), verbose=False)
    np.testing.assert_allclose(tf.saved_model.load(tmp_path / "sub").serve(x[:1]), expected[:1], rtol=1e-5)


def test_archives(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential([L.Input((3,)), L.Dense(2)])
    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(
        "double", lambda x: model(x) * 2, input_signature=[keras.InputSpec(shape=(None, 3), dtype="float32")]
    )
    archive.add_variable_collection("mine", model.weights)
    with pytest.raises(ValueError, match="'double' is already taken"):
        archive.add_endpoint("double", model.call)
    with pytest.raises(ValueError, match="you must provide an `input_signature`"):
        archive.add_endpoint("other", model.call)
    archive.write_out(tmp_path / "m", verbose=False)
    loaded = tf.saved_model.load(tmp_path / "m")
    np.testing.assert_allclose(loaded.double(tf.ones([1, 3])), model(tf.ones([1, 3])) * 2, rtol=1e-6)
    assert [v.shape.as_list() for v in loaded.mine] == [[3, 2], [2]]
    assert sorted(loaded.signatures) == ["double", "serving_default"]


def test_errors(tmp_path: pathlib.Path) -> None:
    with pytest.raises(ValueError, match="No endpoints have been set yet"):
        keras.export.ExportArchive().write_out(tmp_path / "m")
    with pytest.raises(ValueError, match="has not yet been built"):
        keras.Sequential([L.Dense(2)]).export(str(tmp_path / "m"))
    with pytest.raises(ValueError, match="Unrecognized format=foo"):
        _model().export(str(tmp_path / "m"), format="foo")
    with pytest.raises(NotImplementedError, match="format='onnx'"):
        _model().export(str(tmp_path / "m"), format="onnx")


def test_a_directory(tmp_path: pathlib.Path) -> None:
    """Keras 2's `model.save("dir")`: load_model gives the model back, tf.saved_model.load what can be called."""
    model = _model()
    model.compile("adam", "mse", metrics=["mae"])
    x, y = np.ones((4, 8, 8, 3), "float32"), np.ones((4, 2), "float32")
    model.fit(x, y, verbose=0)
    model.save(tmp_path / "m")
    again = keras.models.load_model(tmp_path / "m")
    np.testing.assert_array_equal(again(x), model(x))
    assert again.evaluate(x, y, verbose=0) == model.evaluate(x, y, verbose=0)
    for value, other in zip(again.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(value, other)
    np.testing.assert_allclose(tf.saved_model.load(tmp_path / "m")(x), model(x), rtol=1e-6)
    model.export(str(tmp_path / "e"), verbose=False)
    with pytest.raises(ValueError, match="File format not supported"):
        keras.models.load_model(tmp_path / "e")


def test_saved_model_save_of_a_model(tmp_path: pathlib.Path) -> None:
    model = _model()
    tf.saved_model.save(model, tmp_path / "m")
    loaded = tf.saved_model.load(tmp_path / "m")
    x = np.ones((2, 8, 8, 3), "float32")
    np.testing.assert_allclose(loaded.signatures["serving_default"](tf.constant(x))["output_0"], model(x), rtol=1e-6)


def test_a_saved_models_signature_calls_its_arguments_inputs(tmp_path: pathlib.Path) -> None:
    """The names are TensorFlow 2.21's: `export` keeps the inputs' own, tf.saved_model.save does not."""
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    for inputs, names in (
        (a, ["inputs"]),
        ([a, b], ["inputs", "inputs_1"]),
        ({"a": a, "b": b}, ["inputs", "inputs_1"]),
    ):
        outputs = L.Dense(3)(a if inputs is a else L.concatenate([a, b]))
        tf.saved_model.save(keras.Model(inputs, outputs), str(tmp_path))
        signature = tf.saved_model.load(str(tmp_path)).signatures["serving_default"]
        assert sorted(signature.structured_input_signature[1]) == names
        assert signature.structured_outputs["output_0"].name == "output_0"
        spec = "TensorSpec(shape=(None, 4), dtype=tf.float32, name='inputs')"
        assert repr(signature).startswith(f"<ConcreteFunction (*, inputs: {spec}")
        assert str(signature).startswith(f"ConcreteFunction Input Parameters:\n  inputs (KEYWORD_ONLY): {spec}")
