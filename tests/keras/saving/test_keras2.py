"""Files of Keras 2 (tf_keras): what it wrote is read here, and what is written here it reads, bit for bit."""

import json
import os
import pathlib
import subprocess
import zipfile

import h5py
import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow
from tfcompat.keras import _version
from tfcompat.keras.saving import keras2, optimizer_state

# Models of Keras 2, in the words that both Keras have, and what their files are compared by.
_BUILD = """
def images(keras, L):
    i = keras.Input((8, 8, 3), name="image")
    j = keras.Input((10, 3), name="line")
    k = keras.Input((3, 4, 4, 2), name="volume")
    x = L.BatchNormalization()(L.Conv2D(4, 3, padding="same", activation="relu")(i))
    x = L.Conv2DTranspose(3, 2, strides=2)(L.SeparableConv2D(5, 2)(L.DepthwiseConv2D(3, depth_multiplier=2)(x)))
    x = L.MaxPooling2D()(L.PReLU(shared_axes=[1, 2])(L.ZeroPadding2D(1)(x)))
    x = L.LeakyReLU()(L.Cropping2D(1)(L.UpSampling2D(2)(x)))
    x = L.GlobalAveragePooling2D()(L.Activation("swish")(L.GroupNormalization(3)(x)))
    y = L.SeparableConv1D(4, 2)(L.Conv1D(4, 2, padding="causal", activation="hard_sigmoid")(j))
    y = L.GlobalMaxPooling1D()(L.Conv1DTranspose(2, 2)(L.DepthwiseConv1D(2)(y)))
    z = L.GlobalAveragePooling3D()(L.Conv3DTranspose(2, 2)(L.Conv3D(2, 2)(k)))
    inner = keras.Sequential([keras.Input((7,)), L.Dense(4, name="one"), L.ELU(), L.Dense(3, name="two")], name="inner")
    out = inner(L.Concatenate(name="joined")([x, y, z]))
    shared = L.SpectralNormalization(L.Dense(3))
    out = L.Add()([shared(out), L.Multiply()([shared(out), out]), L.Dot(1)([out, out])])
    model = keras.Model({"image": i, "line": j, "volume": k}, [L.ReLU(6.0)(out), L.Dense(2, name="second")(out)])
    return model, {n: rng(4, *t.shape[1:]) for n, t in {"image": i, "line": j, "volume": k}.items()}, (3, 2)

def sequences(keras, L):
    i = keras.Input((6,), name="words")
    j = keras.Input((2, 3, 3, 2), name="film")
    x = L.Embedding(10, 4)(i)
    a = L.MultiHeadAttention(2, 2)(x, x)
    a = L.Add()([L.LayerNormalization()(a), x])
    a = L.AdditiveAttention()([L.Attention(use_scale=True)([a, x]), x])
    y = L.LSTM(5, return_sequences=True)(L.EinsumDense("abc,cd->abd", output_shape=(None, 3), bias_axes="d")(a))
    y = L.Bidirectional(L.GRU(3, return_sequences=True, reset_after=False))(y)
    y = L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_sequences=True)(L.SimpleRNN(4, return_sequences=True)(y))
    y, h, c = L.LSTM(3, return_state=True)(L.TimeDistributed(L.Dense(4))(y))
    y = L.GRU(3, name="decoder")(x, initial_state=h)
    z = L.Flatten()(L.ConvLSTM2D(2, 2, recurrent_activation="hard_sigmoid")(j))
    model = keras.Model([i, j], L.Dense(2)(L.Concatenate()([y, z, c])))
    return model, [np.floor(10 * rng(4, 6)), rng(4, 2, 3, 3, 2)], (2,)

def features(keras, L):
    i, b, c = keras.Input((4, 4, 3)), keras.Input((1,), dtype="int64"), keras.Input((1,))
    n = L.Normalization()
    n.adapt(np.arange(48, dtype="float32").reshape(1, 4, 4, 3))
    x = L.Flatten()(L.CenterCrop(3, 3)(L.Rescaling(0.5, offset=-1.0)(L.Resizing(5, 5)(n(i)))))
    y = L.IntegerLookup(vocabulary=[3, 5, 7], output_mode="one_hot")(b)
    z = L.CategoryEncoding(4, "one_hot")(L.Discretization([0.0, 1.0, 2.0])(c))
    limit = keras.constraints.MaxNorm(2.0)
    model = keras.Model([i, b, c], L.Dense(2, kernel_constraint=limit)(L.Concatenate()([x, y, z])))
    return model, [rng(4, 4, 4, 3), np.array([[3], [5], [9], [7]]), 3 * rng(4, 1)], (2,)

OPTIMIZERS = {
    "images": lambda O: O.AdamW(O.schedules.ExponentialDecay(0.01, 10, 0.9)),
    "sequences": lambda O: O.legacy.Adam(0.01, amsgrad=True, decay=0.1),
    "features": lambda O: O.RMSprop(0.01, momentum=0.5, centered=True),
}
WEIGHTS = ["w.h5", "w.weights.h5", "ckpt"]
RANDOM = np.random.default_rng(0)
def rng(*shape):
    return RANDOM.random(shape).astype("float32")
def made(keras, make):
    keras.utils.set_random_seed(3)
    keras.backend.clear_session()
    global RANDOM
    RANDOM = np.random.default_rng(0)
    model, data, sizes = make(keras, keras.layers)
    targets = [np.full([4, size], 0.5, "float32") for size in sizes]
    model.compile(OPTIMIZERS[make.__name__](keras.optimizers), "mse")
    return model, data, targets if len(targets) > 1 else targets[0]
def losses(model, data, targets):
    found = [np.asarray(model.train_on_batch(data, targets)).reshape(-1)[0] for _ in range(3)]
    return np.array(found, "float64")
def facts(model, data):
    outputs = model.predict(data, verbose=0)
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    # Keras 2 lists the weights of layers around others in another order.
    weights = sorted((w.numpy() for w in model.weights), key=lambda w: (w.shape, w.tobytes()))
    return {**{f"w{i}": w for i, w in enumerate(weights)}, **{f"p{i}": p for i, p in enumerate(outputs)}}
def write(keras, tf, folder, formats):
    for make in (images, sequences, features):
        model, data, targets = made(keras, make)
        model.fit(data, targets, epochs=2, verbose=0, shuffle=False)
        at = f"{folder}/{make.__name__}"
        np.savez(f"{at}.npz", **facts(model, data))
        for name in formats:
            if name in WEIGHTS:
                model.save_weights(f"{at}.{name}")
            else:
                model.save(f"{at}.{name}")
        np.save(f"{at}.losses.npy", losses(model, data, targets))
def check(model, data, targets, path, resumes):
    saved = dict(np.load(f"{path}.npz"))
    for key, value in facts(model, data).items():
        if key[0] == "w":
            np.testing.assert_array_equal(value, saved[key], key)
        else:
            np.testing.assert_allclose(value, saved[key], atol=1e-5)
    if resumes:
        np.testing.assert_allclose(losses(model, data, targets), np.load(f"{path}.losses.npy"), rtol=2e-5)
def check_weights(keras, tf, folder, formats):
    for make in (images, sequences, features):
        for name in formats:
            if (make, name) == (sequences, "w.weights.h5"):
                continue  # Keras 3, whose format it is, has other names for the layers within attention
            model, data, targets = made(keras, make)
            model.load_weights(f"{folder}/{make.__name__}.{name}")
            check(model, data, targets, f"{folder}/{make.__name__}", False)
"""


def _has_keras2() -> bool:
    python = os.environ.get("TFCOMPAT_ORACLE_PYTHON", "")
    command = "import importlib.util, sys; sys.exit(importlib.util.find_spec('tf_keras') is None)"
    return bool(python) and not subprocess.run([python, "-c", command]).returncode


needs_keras2 = pytest.mark.skipif(not _has_keras2(), reason="the TensorFlow to compare with has no tf_keras")


def _run_keras2(call: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TF_USE_LEGACY_KERAS", "1")
        run_tensorflow(_BUILD + call, timeout=400)


def _program() -> dict:
    made: dict = {"np": np}
    exec(_BUILD, made)
    return made


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder of files that Keras 2 wrote."""
    folder = tmp_path_factory.mktemp("keras2")
    formats = "WEIGHTS + ['h5', 'keras', 'folder']"
    _run_keras2(f"write(tf.keras, tf, {str(folder)!r}, {formats})")
    return folder


_NAMES = ("images", "sequences", "features")


@pytest.mark.oracle
@needs_keras2
@pytest.mark.parametrize("kind", ["h5", "keras", "folder"])
@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")
def test_whole_models_are_read(written: pathlib.Path, name: str, kind: str) -> None:
    program = _program()
    _, data, targets = program["made"](tf.keras, program[name])
    model = tf.keras.models.load_model(written / f"{name}.{kind}")
    # Keras 2 leaves what its first optimizers keep out of .keras files.
    resumes = (name, kind) != ("sequences", "keras")
    program["check"](model, data, targets, f"{written}/{name}", resumes)


@pytest.mark.oracle
@needs_keras2
@pytest.mark.filterwarnings("ignore:Skipping variable loading for optimizer")
def test_weights_are_read(written: pathlib.Path) -> None:
    program = _program()
    # Keras 2's hard sigmoid is told by its configurations alone, so the models here are made of those.
    for name in _NAMES:
        _, data, targets = program["made"](tf.keras, program[name])
        for kind in program["WEIGHTS"]:
            model = tf.keras.models.load_model(written / f"{name}.h5")
            model.set_weights([np.zeros_like(w) for w in model.get_weights()])
            status = model.load_weights(written / f"{name}.{kind}")
            if status is not None:
                status.expect_partial()
            for layer in model._flatten_layers():
                if isinstance(layer, tf.keras.layers.Normalization):
                    layer.finalize_state()
            program["check"](model, data, targets, f"{written}/{name}", kind == "ckpt")


@pytest.mark.oracle
@needs_keras2
def test_functions_of_its_savedmodels_run(written: pathlib.Path) -> None:
    program = _program()
    for name in _NAMES:
        _, data, _ = program["made"](tf.keras, program[name])
        loaded = tf.saved_model.load(str(written / f"{name}.folder"))
        found = loaded(data)
        saved = np.load(written / f"{name}.npz")
        for i, value in enumerate(found if isinstance(found, list) else [found]):
            np.testing.assert_allclose(value.numpy(), saved[f"p{i}"], atol=1e-5)


@pytest.mark.oracle
@needs_keras2
def test_keras2_reads_ours(written: pathlib.Path, tmp_path: pathlib.Path) -> None:
    program = _program()
    tf.config.set_checkpoint_format("tf")
    try:
        for name in _NAMES:
            model = tf.keras.models.load_model(written / f"{name}.h5")
            for kind in program["WEIGHTS"]:
                model.save_weights(f"{tmp_path}/{name}.{kind}")
            (tmp_path / f"{name}.npz").write_bytes((written / f"{name}.npz").read_bytes())
    finally:
        tf.config.set_checkpoint_format("safetensors")
    _run_keras2(f"check_weights(tf.keras, tf, {str(tmp_path)!r}, WEIGHTS)")


def test_descriptions_of_keras2_become_those_of_keras3() -> None:
    dense = {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "hard_sigmoid"}}
    layers = [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 5, 3], "ragged": False, "name": "i"}},
        {"class_name": "Bidirectional", "config": {"layer": {"class_name": "LSTM", "config": {
            "units": 2, "time_major": False, "implementation": 2, "return_sequences": True}}}},
        {"class_name": "LeakyReLU", "config": {"alpha": 0.25}},
        dense,
    ]  # fmt: skip
    text = json.dumps({"class_name": "Sequential", "config": {"name": "s", "layers": layers}, "keras_version": "2.9.0"})
    model = tf.keras.models.model_from_json(text)
    assert model.input_shape == (None, 5, 3)
    assert model.layers[1].negative_slope == 0.25
    # 0.2 x + 0.5, where Keras 3 has x / 6 + 0.5
    np.testing.assert_allclose(model.layers[2].activation(tf.constant([-9.0, 1.0, 9.0])), [0, 0.7, 1])
    again = tf.keras.models.model_from_json(model.to_json())
    np.testing.assert_allclose(again.layers[2].activation(tf.constant([1.0])), [0.7])
    text = text.replace('"time_major": false', '"time_major": true')
    with pytest.raises((NotImplementedError, TypeError, ValueError), match="time_major"):
        tf.keras.models.model_from_json(text)
    assert [keras2.wrote(version) for version in ("1.2", "2.21.0", "3.0", None)] == [True, True, False, False]


def test_what_keras2s_optimizers_kept() -> None:
    variables = [tf.Variable([1.0, 2.0]), tf.Variable([[3.0]])]
    optimizer = tf.keras.optimizers.Nadam(0.1)
    optimizer.build(variables)
    slots = [np.full(v.shape, i + 1.0, "float32") for i, v in enumerate(v for v in variables for _ in range(2))]
    optimizer_state.assign(optimizer, [np.int64(3), *slots])
    assert optimizer.iterations.numpy() == 3
    assert optimizer.variables[2].numpy().tolist() == [1, 1]
    product = np.prod([0.9 * (1 - 0.5 * 0.96**t) for t in (1, 2, 3)])
    np.testing.assert_allclose(optimizer._u_product.numpy(), product, rtol=1e-6)
    plain = tf.keras.optimizers.SGD(0.1)
    plain.build(variables)
    optimizer_state.assign(plain, [np.int64(2), *(np.zeros(v.shape) for v in variables)])  # momenta without momentum
    assert plain.iterations.numpy() == 2
    momentum = tf.keras.optimizers.SGD(0.1, momentum=0.9)
    momentum.build(variables)
    with pytest.raises(ValueError, match="4 variables. Received: 9 values"):
        optimizer_state.assign(momentum, [np.zeros(1)] * 9)


def test_files_call_functions_that_only_compute() -> None:
    layer = {"class_name": "TFOpLambda", "config": {"name": "f", "function": "io.write_file"}, "name": "f"}
    layer["inbound_nodes"] = [["_CONSTANT_VALUE", -1, "name", {"contents": "text"}]]
    config = {"name": "m", "layers": [layer], "input_layers": [], "output_layers": [["f", 0, 0]]}
    text = json.dumps({"class_name": "Functional", "config": config, "keras_version": "2.9.0"})
    with pytest.raises((ValueError, TypeError), match="Only functions that compute tensors from tensors"):
        tf.keras.models.model_from_json(text)


def test_a_folder_of_another_class_says_what_it_is(tmp_path: pathlib.Path) -> None:
    from tfcompat._formats.protos import message

    told = message("KerasSavedMetadata")()
    told.nodes.add(node_path="root", identifier="_tf_keras_model", metadata=json.dumps({"class_name": "Mine"}))
    (tmp_path / "keras_metadata.pb").write_bytes(told.SerializeToString())
    with pytest.raises(ValueError, match="of the class 'Mine'.*TFSMLayer"):
        tf.keras.models.load_model(tmp_path)
    (tmp_path / "keras_metadata.pb").write_bytes(b"\xff\xff\xff")
    with pytest.raises(ValueError, match="damaged"):
        tf.keras.models.load_model(tmp_path)


def test_versions_of_archives(tmp_path: pathlib.Path) -> None:
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    model.save(tmp_path / "m.keras")
    with zipfile.ZipFile(tmp_path / "m.keras") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members.pop("metadata.json")
    with zipfile.ZipFile(tmp_path / "n.keras", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    read = tf.keras.models.load_model(tmp_path / "n.keras")  # one that does not tell is taken for Keras 3's
    np.testing.assert_array_equal(read.get_weights()[0], model.get_weights()[0])


SUMMARY = np.array([[0.5, 2.0, 4.0, 7.5, 9.0], [10.0, 10.0, 10.0, 10.0, 10.0]], "float32")


def test_boundaries_are_made_of_the_summary_that_keras_2s_files_hold(tmp_path) -> None:
    """In .h5 files the summary is a weight of the layer, in checkpoints a variable of it."""
    keras = tf.keras
    adapted = keras.layers.Discretization(num_bins=2)
    adapted.load_own_variables({"0": SUMMARY})
    assert adapted.bin_boundaries == pytest.approx([3.0])  # half of the examples lie below, by interpolation

    with h5py.File(tmp_path / "weights.h5", "w") as file:
        file.attrs.update(layer_names=[b"discretization"], backend="tensorflow", keras_version="2.21.0")
        group = file.create_group("discretization")
        group.attrs["weight_names"] = [b"summary:0"]
        group["summary:0"] = SUMMARY
    model = keras.Sequential([keras.Input((1,)), keras.layers.Discretization(num_bins=2)])
    model.load_weights(tmp_path / "weights.h5")
    assert model.predict(np.array([[1.0], [3.5], [8.0]]), verbose=0).tolist() == [[0], [1], [1]]

    written = tf.Module()
    written.summary = tf.Variable(SUMMARY, shape=[2, None])
    path = tf.train.Checkpoint(layer=written).write(str(tmp_path / "checkpoint"))
    layer = keras.layers.Discretization(num_bins=2)
    tf.train.Checkpoint(layer=layer).read(path).assert_consumed()
    assert layer.bin_boundaries == pytest.approx([3.0])


def test_hard_sigmoid_is_keras_2s_and_the_gates_default_where_this_is_keras_2(monkeypatch) -> None:
    """Values from tf_keras 2.21: 0.2 x + 0.5, and in ConvLSTM layers unless another is given."""
    x = np.array([-3.0, -1.0, 0.0, 1.0, 2.0], "float32")
    image = np.ones((1, 1, 1, 1, 1), "float32")
    ones = {"kernel_initializer": "ones", "bias_initializer": "ones", "unit_forget_bias": False}

    def outputs() -> list:
        layers = [
            tf.keras.layers.ConvLSTM1D(1, 1, **ones, **more) for more in ({}, {"recurrent_activation": "sigmoid"})
        ]
        return [layer(image[0]).numpy().item() for layer in layers]

    sigmoid = 1 / (1 + np.exp(-2))
    assert outputs() == pytest.approx([sigmoid * np.tanh(sigmoid * np.tanh(2))] * 2, rel=1e-5)
    monkeypatch.setattr(_version, "_asked_for", lambda: True)
    assert outputs() == pytest.approx(
        [0.9 * np.tanh(0.9 * np.tanh(2)), sigmoid * np.tanh(sigmoid * np.tanh(2))], rel=1e-5
    )
    layer = tf.keras.layers.Activation("hard_sigmoid")
    np.testing.assert_allclose(layer(x), [0.0, 0.3, 0.5, 0.7, 0.9], rtol=1e-6)
    assert layer.get_config()["activation"] == "hard_sigmoid"
    again = tf.keras.layers.Activation.from_config(layer.get_config())
    np.testing.assert_array_equal(again(x), layer(x))
