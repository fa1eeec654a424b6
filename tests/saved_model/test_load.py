"""SavedModels that TensorFlow wrote: objects, variables, and functions run on tfcompat's ops."""

import base64
import io
import json
import pathlib
import random
import zipfile

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow
from tfcompat._formats.protos import message

RECORDED = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())


@pytest.fixture
def model(tmp_path: pathlib.Path) -> pathlib.Path:
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(RECORDED["zip"]))) as archive:
        archive.extractall(tmp_path / "m")
    return tmp_path / "m"


def test_objects_and_variables(model: pathlib.Path) -> None:
    assert tf.saved_model.contains_saved_model(model)
    loaded = tf.saved_model.load(model)
    assert loaded.w.numpy().tolist() == [[1.0, 2.0]]
    assert loaded.w.name == "w:0"
    assert loaded.w.trainable
    assert [v.numpy() for v in loaded.l] == [3.0]
    assert loaded.d["k"].numpy().tolist() == [1, 2]


def test_functions_run(model: pathlib.Path) -> None:
    loaded = tf.saved_model.load(model)
    np.testing.assert_allclose(loaded(tf.ones([2, 1]) * 3), [[5, 14], [5, 14]])
    assert loaded.n.numpy() == 1.0
    assert loaded.loop(tf.constant(1.5)).numpy() == 4.0
    found = loaded.f(tf.constant([4, 5, 6]))
    assert found["a"].numpy().tolist() == [8, 10, 12]
    assert found["b"][0].numpy().tolist() == [[4, 5, 6]] * 2
    assert found["b"][1].numpy().tolist() == [5.0, 6.0, 7.0]
    assert loaded.f(tf.constant([2.5]), training=True).numpy() == 2.5
    with pytest.raises(ValueError, match="(?s)Could not find matching concrete function.*2 option"):
        loaded.f(tf.constant([[1.0]]))


def test_signatures(model: pathlib.Path) -> None:
    signature = tf.saved_model.load(model).signatures["serving_default"]
    assert signature.structured_input_signature == ((), {"x": tf.TensorSpec([None, 1], tf.float32, name="x")})
    assert list(signature.structured_outputs) == ["output_0"]
    assert signature.inputs[0].shape.as_list() == [None, 1]
    np.testing.assert_allclose(signature(x=tf.ones([1, 1]))["output_0"], [[0, 2]])
    np.testing.assert_allclose(signature(tf.ones([1, 1]))["output_0"], [[0, 2]])
    for arguments in ({}, {"x": tf.ones([1, 1]), "y": 1}):
        with pytest.raises(TypeError, match="argument"):
            signature(**arguments)


def test_gradients_and_captured_calls(model: pathlib.Path) -> None:
    loaded = tf.saved_model.load(model)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(loaded(tf.ones([2, 1]) * 3))
    np.testing.assert_allclose(tape.gradient(loss, loaded.w), [[18, 18]])
    train = tf.function(lambda x: loaded(x) * 2)
    np.testing.assert_allclose(train(tf.ones([1, 1]) * 3), [[10, 28]])
    assert loaded.n.numpy() == 2.0


def test_variables_are_a_checkpoint(model: pathlib.Path) -> None:
    assert ("w/.ATTRIBUTES/VARIABLE_VALUE", [1, 2]) in tf.train.list_variables(model / "variables" / "variables")


def test_options_and_tags(model: pathlib.Path, tmp_path: pathlib.Path) -> None:
    skipped = tf.saved_model.load(model, options=tf.saved_model.LoadOptions(experimental_skip_checkpoint=True))
    assert skipped.w.numpy().tolist() == [[0.0, 0.0]]
    assert tf.saved_model.load(model, tags="serve").l[0].numpy() == 3.0
    with pytest.raises(ValueError, match="incompatible argument to `tags`"):
        tf.saved_model.load(model, tags="train")
    with pytest.raises(OSError, match="SavedModel file does not exist"):
        tf.saved_model.load(tmp_path)
    with pytest.raises(NotImplementedError, match="experimental_load_function_aliases"):
        tf.saved_model.LoadOptions(experimental_load_function_aliases=True)


def _changed(model: pathlib.Path, change) -> None:
    path = model / "saved_model.pb"
    proto = message("SavedModel").FromString(path.read_bytes())
    change(proto.meta_graphs[0])
    path.write_bytes(proto.SerializeToString())


def test_missing_ops_are_listed(model: pathlib.Path) -> None:
    def change(meta) -> None:
        for function in meta.graph_def.library.function:
            for node in function.node_def:
                node.op = {"MatMul": "SomeNewOp", "Relu": "AnotherOp"}.get(node.op, node.op)

    _changed(model, change)
    loaded = tf.saved_model.load(model)
    assert loaded.loop(tf.constant(1.5)).numpy() == 4.0
    with pytest.raises(NotImplementedError, match="uses ops that tfcompat lacks: AnotherOp, SomeNewOp"):
        loaded(tf.ones([1, 1]))


def _loads(model: pathlib.Path) -> bool:
    try:
        tf.saved_model.load(model)
    except (OSError, ValueError, RuntimeError, NotImplementedError, tf.errors.OpError):
        return False
    return True


def test_damage(model: pathlib.Path) -> None:
    path = model / "saved_model.pb"
    data = path.read_bytes()
    dice = random.Random(0)
    for _ in range(30):
        path.write_bytes(data[: dice.randrange(len(data))])
        assert not _loads(model)
    for _ in range(60):
        at = dice.randrange(len(data))
        path.write_bytes(data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :])
        _loads(model)  # raises nothing else; a byte of a name that nothing uses changes nothing


def test_a_circle_of_nodes_is_an_error(model: pathlib.Path) -> None:
    def change(meta) -> None:
        for function in meta.graph_def.library.function:
            for node in function.node_def:
                if node.op == "Relu":
                    node.input[0] = f"{node.name}:activations:0"

    _changed(model, change)
    with pytest.raises(ValueError, match="goes in a circle"):
        tf.saved_model.load(model)(tf.ones([1, 1]))


@pytest.mark.oracle
def test_keras_models(tmp_path: pathlib.Path) -> None:
    told = ask_tensorflow(
        f"""
        keras = tf.keras
        L = keras.layers
        keras.utils.set_random_seed(0)
        i = keras.Input((8, 8, 3))
        y = L.MaxPooling2D()(L.BatchNormalization()(L.Conv2D(4, 3, activation="relu", padding="same")(i)))
        y = L.LayerNormalization()(L.Dense(5, activation="gelu")(L.Flatten()(y)))
        image = keras.Model(i, L.Dense(2, activation="softmax")(y))
        i = keras.Input((6,))
        text = keras.Model(i, L.GRU(3)(L.LSTM(5, return_sequences=True)(L.Embedding(10, 4)(i))))
        x = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
        w = np.arange(12.0).reshape(2, 6) % 10
        image.export({str(tmp_path / "image")!r}, verbose=False)
        text.export({str(tmp_path / "text")!r}, verbose=False)
        answer([x, image(x), w, text(w)])
        """
    )
    x, image, w, text = (np.array(value, np.float32) for value in told)
    for name, inputs, outputs in (("image", x, image), ("text", w, text)):
        loaded = tf.saved_model.load(tmp_path / name)
        np.testing.assert_allclose(loaded.serve(inputs), outputs, atol=1e-6)
        np.testing.assert_allclose(loaded.signatures["serving_default"](inputs)["output_0"], outputs, atol=1e-6)


_CUSTOM_GRADIENTS = """
@tf.custom_gradient
def clipped(x):
    return tf.identity(x), lambda dy: tf.clip_by_norm(dy, 0.5)
@tf.custom_gradient
def product(x, y):
    return x * y, lambda dy: (10.0 * dy * y, dy * x)
module = tf.Module()
module.w = tf.Variable(3.0)
spec = [tf.TensorSpec([], tf.float32)]
module.f = tf.function(lambda x: clipped(x * x * module.w), input_signature=spec)
module.g = tf.function(lambda x: product(x, module.w) + tf.stop_gradient(x), input_signature=spec)
for kept in (True, False):
    options = tf.saved_model.SaveOptions(experimental_custom_gradients=kept)
    tf.saved_model.save(module, f"DIR/{kept}", options=options)
loaded = tf.saved_model.load("DIR/True")
found = []
for function in (loaded.f, loaded.g):
    with tf.GradientTape() as tape:
        x = tf.constant(2.0)
        tape.watch(x)
        y = function(x)
    found.append([float(value) for value in (y, *tape.gradient(y, [x, loaded.w]))])
answer(found)
"""


@pytest.mark.oracle
def test_gradients_that_functions_say_themselves(tmp_path: pathlib.Path) -> None:
    expected = ask_tensorflow(_CUSTOM_GRADIENTS.replace("DIR", str(tmp_path)))
    assert expected == [[12.0, 6.0, 2.0], [8.0, 30.0, 2.0]]
    loaded = tf.saved_model.load(tmp_path / "True")

    def gradients(function, x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        return [y, *tape.gradient(y, [x, loaded.w])]

    for run in (gradients, tf.function(gradients)):
        for function, values in zip((loaded.f, loaded.g), expected):
            assert [float(value) for value in run(function, tf.constant(2.0))] == values
    loaded = tf.saved_model.load(tmp_path / "False")
    assert float(loaded.f(tf.constant(2.0))) == 12.0
    with pytest.raises(LookupError, match="No gradient defined for operation 'IdentityN'"):
        gradients(loaded.f, tf.constant(2.0))
