"""What is saved here runs in TensorFlow: functions, signatures, state, sessions, TFSMLayer and TFLite."""

import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow
from tfcompat.saved_model.load import read_model

keras = tf.keras
layers = keras.layers
_RNG = np.random.default_rng(11)


def _sequential(shape: tuple[int | None, ...], *parts: Any, dtype: str = "float32") -> Any:
    return keras.Sequential([keras.Input(shape, dtype=dtype), *parts])


def _mlp() -> Any:
    return _sequential(
        (4,), layers.Dense(8, "relu"), layers.Dropout(0.5), layers.BatchNormalization(), layers.Dense(3, "softmax")
    )


def _cnn() -> Any:
    return _sequential(
        (16, 16, 3), layers.Conv2D(8, 3, 2, "same"), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(),
        layers.DepthwiseConv2D(3, padding="same"), layers.SeparableConv2D(6, 3),
        layers.Conv2DTranspose(4, 3, 2, "same"), layers.AveragePooling2D(3, padding="same"),
        layers.GlobalAveragePooling2D(), layers.Dense(2),
    )  # fmt: skip


def _recurrent() -> Any:
    return _sequential(
        (None, 5), layers.Bidirectional(layers.LSTM(4, return_sequences=True)), layers.GRU(3, return_sequences=True),
        layers.SimpleRNN(3), layers.Dense(2),
    )  # fmt: skip


def _masked() -> Any:
    return _sequential(
        (7,), layers.Embedding(10, 4, mask_zero=True), layers.LSTM(3), layers.Dense(1, "sigmoid"), dtype="int32"
    )


def _transformer() -> Any:
    tokens = keras.Input((6,), dtype="int32")
    x = layers.Embedding(20, 8)(tokens) + layers.Embedding(6, 8)(keras.ops.arange(6))
    for causal in (False, True):
        x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=causal))
        x = layers.LayerNormalization()(x + layers.Dense(8)(layers.Dense(16, "gelu")(x)))
    return keras.Model(tokens, layers.Dense(2)(layers.GlobalMaxPooling1D()(x)))


def _functional() -> Any:
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    joined = layers.Concatenate()([a, layers.Multiply()([a, b]), layers.Dot(1)([a, b])])
    return keras.Model({"a": a, "b": b}, {"x": layers.Dense(2)(joined), "y": layers.UnitNormalization()(b)})


def _text() -> Any:
    words = layers.TextVectorization(vocabulary=["the", "cat", "sat"], output_sequence_length=5)
    return _sequential((1,), words, layers.Embedding(6, 3), layers.Flatten(), layers.Dense(1), dtype="string")


def _lookup() -> Any:
    words, numbers = keras.Input((3,), dtype="string"), keras.Input((3,), dtype="int32")
    found = [layers.StringLookup(vocabulary=["the", "cat"])(words), layers.Hashing(5)(numbers)]
    return keras.Model([words, numbers], [*found, layers.IntegerLookup(vocabulary=[3, 1])(numbers)])


_MODELS = {f.__name__[1:]: f for f in (_mlp, _cnn, _recurrent, _masked, _transformer, _functional, _text, _lookup)}


class _Module(tf.Module):
    """Functions with state, loops and branches, several signatures, nests, strings and random numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="weight")
        self.count = tf.Variable(0, trainable=False, name="count")
        self.nested = {"list": [tf.Variable(5.0), tf.Variable([True])]}
        self.dense, self.optimizer = layers.Dense(3), keras.optimizers.Adam(0.1)
        self.generator = tf.random.Generator.from_seed(7)
        pairs = tf.lookup.KeyValueTensorInitializer(["the", "cat"], tf.constant([0, 1], tf.int64))
        self.vocabulary, self.table = tf.lookup.StaticVocabularyTable(pairs, 3), tf.lookup.StaticHashTable(pairs, -1)
        self.free = keras.random.SeedGenerator()
        self.free._is_free = True  # as it is where nobody has set a seed
        self.dense.build((None, 2))
        self.optimizer.build(self.dense.trainable_variables)

    @tf.function
    def __call__(self, x, training=False):
        self.count.assign_add(2)
        return x @ self.weight * (2.0 if training else 1.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32, name="row")])
    def control(self, x):
        total, i = tf.zeros_like(x), tf.constant(0)
        while tf.reduce_sum(total) < 20.0:
            total += tf.abs(x) * self.nested["list"][0]
            i += 1
        if i > 2:
            self.weight.assign_add(tf.ones([2, 2]))
            total = -total
        return {"total": total, "rounds": i, "weight": self.weight + 0.0, "count": self.count + 1}

    @tf.function
    def nest(self, d, scale):
        return [{"sum": d["a"] + d["b"][0]}, (d["b"][1] * scale, None)]

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([None, 3], tf.float32)])
    def train(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.nn.softmax(self.dense(tf.nn.relu(x))) - y) ** 2)
        gradients = tape.gradient(loss, self.dense.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.dense.trainable_variables))
        return loss

    @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.float32), tf.TensorSpec([], tf.int32)])
    def rows(self, ragged, n):
        array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        for i in tf.range(n):
            array = array.write(i, tf.cast(i, tf.float32) * 2.0)
        return tf.reduce_sum(ragged, 1), ragged + 1.0, array.stack()

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def noise(self, n):
        dropped = keras.random.dropout(tf.ones([n, 100]), 0.75, seed=self.free)
        return tf.random.uniform([n, 2], seed=3), tf.range(n), dropped

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def words(self, x):
        numbers = self.vocabulary.lookup(tf.strings.lower(x))
        chosen = tf.cond(tf.size(x) > 1, lambda: self.table.lookup(x), lambda: self.table.lookup(x + "!") * 3)
        return numbers, chosen, tf.strings.unicode_decode(x, "UTF-8").to_tensor(), self.generator.normal([2])

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def curve(self, x):
        i, y = tf.constant(0), tf.tanh(x)
        while i < 2:
            y = tf.cond(tf.reduce_sum(y) > 0, lambda: y * tf.sigmoid(x), lambda: y - 1.0)  # noqa: B023
            i += 1
        return tf.image.resize(y[..., tf.newaxis], [6, 3], preserve_aspect_ratio=True)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def only_here(self, x):
        return tf.math.log(tf.linalg.expm(tf.norm(x)[tf.newaxis, tf.newaxis]))[0]


_CALLS = (
    "module(tf.constant(X))",
    "module(tf.constant(X), training=True)",
    "module.control(tf.constant([0.5, -1.0]))",
    *["module.train(tf.constant([[1.0, 2.0], [3.0, -1.0]]), tf.constant([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))"] * 3,
    "module.rows(tf.ragged.constant([[1.0, 2.0], [], [3.0]]), tf.constant(4))",
    "module.words(tf.constant(['The', 'cat', 'sat']))",
    "module.words(tf.constant(['the']))",
    "gradient(module.curve, tf.constant([[0.5, -1.0], [1.0, 2.0]]))",
    "module.nest({'a': tf.constant(1), 'b': (tf.constant(2), tf.constant([3, 4]))}, tf.constant(5))",
)


def _call(module: Any, call: str) -> Any:
    return eval(call, {"module": module, "tf": tf, "X": [[1.0, -1.0]], "gradient": _gradient})


def _gradient(function: Any, x: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, x)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Every model and its input and output, and the module."""
    root = tmp_path_factory.mktemp("models")
    for name, make in _MODELS.items():
        keras.utils.set_random_seed(3)
        model = make()
        for w in model.weights:
            if w.dtype == "float32":
                w.assign(w + 0.2 * _RNG.random(w.shape).astype(np.float32))
        given = tf.nest.map_structure(_input, model.input)
        outputs = tf.nest.flatten(model(tf.nest.map_structure(tf.constant, given), training=False))
        model.export(root / name, verbose=False)
        parts = {f"x{i}": x for i, x in enumerate(tf.nest.flatten(given))}
        np.savez(root / f"{name}.npz", **parts, **{f"y{i}": y.numpy() for i, y in enumerate(outputs)})
    module = _Module()
    for call in _CALLS:
        _call(module, call)
    module.count.assign(0)
    module.weight.assign([[1.0, 2.0], [3.0, 4.0]])
    tf.saved_model.save(module, root / "module", signatures={"call": module.control, "noise": module.noise})
    return root


def _input(tensor: Any) -> np.ndarray:
    if tensor.dtype == "string":
        return np.array([[b"The cat, sat!"], [b""], [b"cat"]], object)[:, [0] * tensor.shape[1]]
    sizes = [3, *(5 if n is None else n for n in tensor.shape[1:])]
    return (
        _RNG.standard_normal(sizes).astype(np.float32)
        if tensor.dtype == "float32"
        else _RNG.integers(0, 5, sizes, np.int32)
    )


@pytest.mark.oracle
def test_keras_models(folder: pathlib.Path) -> None:
    """Endpoints, signatures, TFSMLayer and sessions give what the model gives here."""
    found = ask_tensorflow(
        f"""
        import keras
        found = {{}}
        for name in {list(_MODELS)}:
            path = {str(folder)!r} + "/" + name
            data = np.load(path + ".npz", allow_pickle=True)
            xs, ys = ([data[k] for k in sorted(data.files) if k[0] == c] for c in "xy")
            loaded = tf.saved_model.load(path)
            (spec,), _ = loaded.serve.concrete_functions[0].structured_input_signature
            given = tf.nest.pack_sequence_as(spec, [tf.constant(x) for x in xs])
            signature = loaded.signatures["serving_default"]
            keys = sorted(signature.structured_input_signature[1])
            results = {{
                "endpoint": loaded.serve(given),
                "signature": signature(**dict(zip(keys, map(tf.constant, xs)))),
                "layer": keras.layers.TFSMLayer(path, call_endpoint="serve")(given),
            }}
            with tf.compat.v1.Session(graph=tf.Graph()) as session:
                meta = tf.compat.v1.saved_model.load(session, ["serve"], path).signature_def["serving_default"]
                feed = {{meta.inputs[k].name: x for k, x in zip(keys, xs)}}
                results["session"] = session.run([meta.outputs[k].name for k in sorted(meta.outputs)], feed)
            found[name] = {{
                kind: [float(np.abs(np.asarray(r) - y).max()) for r, y in zip(tf.nest.flatten(result), ys, strict=True)]
                for kind, result in results.items()
            }}
            found[name]["variables"] = len(loaded.variables)
        answer(found)
        """,
        timeout=300,
    )
    for name in _MODELS:
        assert found[name].pop("variables") == len(tf.saved_model.load(folder / name).variables)
        assert found[name].keys() == {"endpoint", "signature", "layer", "session"}
        assert max(max(errors) for errors in found[name].values()) < 1e-5, (name, found[name])


@pytest.mark.oracle
def test_functions_with_state(folder: pathlib.Path) -> None:
    """The same calls give the same, one after the other; what TensorFlow can't run is not there."""
    found = ask_tensorflow(
        f"""
        X = [[1.0, -1.0]]
        def gradient(function, x):
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = function(x)
            return tape.gradient(y, x)
        module = tf.saved_model.load({str(folder / "module")!r})
        results = [{", ".join(_CALLS)}]
        n = module.signatures["noise"](n=tf.constant(3))
        answer([[tf.nest.flatten(r, expand_composites=True) for r in results], module.count, module.nested["list"][1],
                hasattr(module, "only_here"), sorted(module.signatures), [n["output_0"].shape.as_list(), n["output_1"]],
                sorted(set(n["output_2"].numpy().ravel().tolist())),
                module.signatures["call"].structured_outputs["rounds"].name, module.nested["list"][0].trainable])
        """
    )
    module = tf.saved_model.load(folder / "module")
    wanted = [tf.nest.flatten(_call(module, call), expand_composites=True) for call in _CALLS]
    results, count, flag, there, signatures, noise, dropped, name, trainable = found
    for call, result, values in zip(_CALLS, results, wanted, strict=True):
        for x, y in zip(result, values, strict=True):
            assert (x is None) == (y is None)
            np.testing.assert_allclose(0 if x is None else x, 0 if y is None else y, rtol=1e-5, err_msg=call)
    assert (count, flag, there) == (4, [True], False)
    assert dropped == [0.0, 4.0]
    assert (signatures, noise, name, trainable) == (["call", "noise"], [[3, 2], [0, 1, 2]], "rounds", True)


@pytest.mark.oracle
def test_tflite(folder: pathlib.Path) -> None:
    """The converter takes what needs no ops but its own."""
    errors = ask_tensorflow(
        f"""
        found = {{}}
        for name in ("mlp", "cnn", "transformer"):
            path = {str(folder)!r} + "/" + name
            data = np.load(path + ".npz")
            interpreter = tf.lite.Interpreter(model_content=tf.lite.TFLiteConverter.from_saved_model(path).convert())
            (given,), (made,) = interpreter.get_input_details(), interpreter.get_output_details()
            interpreter.resize_tensor_input(given["index"], data["x0"].shape)
            interpreter.allocate_tensors()
            interpreter.set_tensor(given["index"], data["x0"])
            interpreter.invoke()
            found[name] = float(np.abs(interpreter.get_tensor(made["index"]) - data["y0"]).max())
        answer(found)
        """,
        timeout=300,
    )
    assert max(errors.values()) < 1e-4, errors


def test_what_tensorflow_can_not_run_is_told(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    """One warning for a function; its signatures, and the objects that only it has, are for tfcompat alone."""
    module = _Module()
    tf.saved_model.save(module, tmp_path, signatures={"here": module.only_here, "noise": module.noise})
    told = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(told) == 1
    assert all(part in told[0] for part in ("'only_here'", "aten.linalg_matrix_exp", "test_in_tensorflow.py"))
    loaded = tf.saved_model.load(tmp_path)
    x = tf.constant([3.0, 4.0])
    np.testing.assert_allclose(loaded.only_here(x), [5.0], atol=1e-5)
    np.testing.assert_allclose(loaded.signatures["here"](x)["output_0"], [5.0], atol=1e-5)
    assert sorted(read_model(str(tmp_path)).signature_def) == ["__saved_model_init_op", "noise"]


def test_files_are_the_same_each_time(tmp_path: pathlib.Path) -> None:
    module = _Module()
    files = []
    for name in ("a", "b"):
        tf.saved_model.save(module, tmp_path / name)
        files.append(
            {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*") if p.is_file()}
        )
    assert files[0] == files[1]


def test_signatures_give_tensors(tmp_path: pathlib.Path) -> None:
    module = _Module()
    module.nest({"a": tf.constant(1), "b": (tf.constant(2), tf.constant([3, 4]))}, tf.constant(5))
    with pytest.raises(ValueError, match="'nested' returns .* as 'output_0', which is no tensor"):
        tf.saved_model.save(module, tmp_path, signatures={"nested": module.nest})
