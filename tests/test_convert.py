"""The conversion command: every format to every other, renaming, selecting, casting, sharding, torch's layouts."""

import collections
import json
import pathlib
import zipfile

import h5py
import ml_dtypes
import numpy as np
import pytest
import torch

from tests.oracle import ask_tensorflow
from tfcompat import convert
from tfcompat._formats import safetensors
from tfcompat._formats.tensor_bundle import BundleWriter
from tfcompat._formats.weights import layouts, sources
from tfcompat._formats.weights.sources import Tensor

RECORDED = json.loads((pathlib.Path(__file__).parent / "_formats/test_tensor_bundle.json").read_text())
VALUES = {
    "enc/w": np.arange(6, dtype=np.float32).reshape(2, 3),
    "enc/n": np.array([1, 2], np.int64),
    "s": np.float64(2.5).reshape(()),
    "empty": np.zeros((0, 3), np.float32),
}


@pytest.fixture
def checkpoint(tmp_path: pathlib.Path) -> str:
    with BundleWriter(tmp_path / "src") as writer:
        for name, value in VALUES.items():
            writer.add(name, value)
    return str(tmp_path / "src")


def _read(path) -> dict[str, np.ndarray]:
    with sources.opened(path) as source:
        return {name: tensor.read() for name, tensor in source.tensors.items()}


def _run(*arguments) -> int:
    return convert.main([str(argument) for argument in arguments])


def _check(found: dict[str, np.ndarray]) -> None:
    assert found.keys() == VALUES.keys()
    for name, value in VALUES.items():
        assert found[name].dtype == value.dtype, name
        np.testing.assert_array_equal(found[name], value)


@pytest.mark.parametrize("first", ["a.safetensors", "a.npz", "a.h5", "a.pt", "a", "a.ckpt-1.5"])
@pytest.mark.parametrize("second", ["b.safetensors", "b.npz", "b.hdf5", "b.bin", "b.index"])
def test_every_format_to_every_other(checkpoint: str, tmp_path: pathlib.Path, first: str, second: str) -> None:
    assert _run(checkpoint, tmp_path / first, "--verify", "--quiet") == 0
    assert _run(tmp_path / first, tmp_path / second, "--verify", "--quiet") == 0
    _check(_read(tmp_path / second))
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".") or "staged" in p.name]


def test_options(checkpoint: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "o.safetensors"
    assert _run(checkpoint, out, "--rename", "enc/=encoder.", "--rename", "w$=weight", "--include", "enc", "--dtype",
                "bfloat16", "--verify") == 0  # fmt: skip
    found = _read(out)
    assert sorted(found) == ["encoder.n", "encoder.weight"]
    assert found["encoder.weight"].dtype == ml_dtypes.bfloat16
    assert found["encoder.n"].dtype == np.int64
    assert "2 tensors, 28.00 B" in capsys.readouterr().out
    assert _run(checkpoint, tmp_path / "p.npz", "--exclude", "enc", "--exclude", "empty", "--dry-run") == 0
    assert not (tmp_path / "p.npz").exists()
    assert "numpy archive: 1 tensors, 8.00 B" in capsys.readouterr().out
    assert _run("--list", checkpoint) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["enc/n", "[2]", "int64", "16.00", "B"]


def test_shards(checkpoint: str, tmp_path: pathlib.Path) -> None:
    assert _run(checkpoint, tmp_path / "m.safetensors", "--shard-size", "40", "--verify", "--quiet") == 0
    index = tmp_path / "m.safetensors.index.json"
    files = sorted(p.name for p in tmp_path.glob("m-*.safetensors"))
    assert files == [f"m-0000{i}-of-00002.safetensors" for i in (1, 2)]
    assert json.loads(index.read_text())["metadata"]["total_size"] == 48
    _check(_read(index))
    (tmp_path / "folder").mkdir()
    for path in (index, *(tmp_path / name for name in files)):
        path.rename(tmp_path / "folder" / path.name)
    _check(_read(tmp_path / "folder"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["SRC"], 2),
        (["SRC", "o.npz", "--dtype", "int32"], 2),
        (["SRC", "o.npz", "--include", "("], 2),
        (["SRC", "o.npz", "--rename", "x"], 2),
        (["SRC", "o.npz", "--shard-size", "big"], 2),
        (["SRC", "o.zip"], 1),
        (["SRC", "o.npz", "--shard-size", "1GB"], 1),
        (["SRC", "o.npz", "--rename", ".*=x"], 1),
        (["SRC", "o.npz", "--include", "nothing"], 1),
        (["nowhere", "o.npz"], 1),
    ],
)
def test_exit_codes(checkpoint: str, tmp_path: pathlib.Path, monkeypatch, capsys, arguments: list, code: int) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = [checkpoint if argument == "SRC" else argument for argument in arguments]
    if code == 2:
        with pytest.raises(SystemExit) as caught:
            convert.main(arguments)
        assert caught.value.code == 2
    else:
        assert convert.main(arguments) == code
    assert "error" in capsys.readouterr().err
    assert not (tmp_path / "o.npz").exists()


def test_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        convert.main(["--help"])
    assert caught.value.code == 0
    assert "Exit codes" in capsys.readouterr().out


def test_a_failed_conversion_leaves_the_old_file(checkpoint: str, tmp_path: pathlib.Path) -> None:
    out = tmp_path / "o.safetensors"
    out.write_bytes(b"old")
    with open(f"{checkpoint}.data-00000-of-00001", "r+b") as file:
        file.write(b"\xff\xff")
    assert _run(checkpoint, out) == 1
    assert out.read_bytes() == b"old"


def test_hostile_files(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "pickle.npz", x=np.array([{}], object))
    index = {"metadata": {}, "weight_map": {"w": "../other.safetensors"}}
    (tmp_path / "m.safetensors.index.json").write_text(json.dumps(index))
    (tmp_path / "text").write_text("nothing of the kind")
    (tmp_path / "short.safetensors").write_bytes((1 << 40).to_bytes(8, "little") + b"{}")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    torch.save({"f": print}, tmp_path / "code.pt")
    with h5py.File(tmp_path / "link.h5", "w") as file:
        file["x"] = h5py.ExternalLink("/etc/passwd", "/")
    for name, told in {
        "pickle.npz": "Python objects", "m.safetensors.index.json": "another directory", "text": "is none of",
        "short.safetensors": "damaged", "z.zip": "no .keras", "code.pt": "plain tensors", "link.h5": "Refusing",
    }.items():  # fmt: skip
        assert _run(tmp_path / name, tmp_path / "o.npz") == 1
        assert told in capsys.readouterr().err, name


# ---- torch's layouts ----


def _tensors(**shapes: tuple[int, ...]) -> dict[str, Tensor]:
    from tfcompat._core import dtypes

    rng = np.random.default_rng(0)
    made = {}
    for name, shape in shapes.items():
        value = rng.normal(size=shape).astype(np.float32)
        made[name.replace("__", "/")] = Tensor(dtypes.float32, shape, lambda value=value: value)
    return made


def test_names_and_rules() -> None:
    tensors = _tensors(d__kernel=(3, 2), d__bias=(2,), bn__gamma=(2,), bn__moving_variance=(2,), optimizer__m=(2,),
                       q__depthwise_kernel=(3, 3, 4, 2), attention__query__kernel=(4, 2, 3))  # fmt: skip
    found = layouts.convert(tensors)
    names = {name: [(p.name, p.shape) for p in parameters] for (name,), parameters in found.items()}
    assert names == {
        "d/kernel": [("d.weight", (2, 3))], "d/bias": [("d.bias", (2,))], "bn/gamma": [("bn.weight", (2,))],
        "bn/moving_variance": [("bn.running_var", (2,))], "optimizer/m": [],
        "q/depthwise_kernel": [("q.weight", (8, 1, 3, 3))],
        "attention/query/kernel": [("attention.query.kernel", (4, 2, 3))],
    }  # fmt: skip


def test_a_dense_model(tmp_path: pathlib.Path) -> None:
    import tfcompat as tf

    keras = tf.keras
    model = keras.Sequential(
        [keras.layers.Input((3,)), keras.layers.Dense(4, name="a"), keras.layers.Dense(2, name="b")]
    )
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    expected = model(x).numpy()
    tf.train.Checkpoint(model).write(tmp_path / "c")
    model.save(tmp_path / "m.keras")
    model.save(tmp_path / "m.h5")
    model.save_weights(tmp_path / "m.weights.h5")
    for name in ("c", "c.safetensors", "m.keras", "m.h5", "m.weights.h5"):
        assert _run(tmp_path / name, tmp_path / "o.pt", "--to-torch", "--quiet", "--exclude", "optimizer") == 0
        state = list(torch.load(tmp_path / "o.pt", weights_only=True).items())
        assert [tuple(v.shape) for _, v in sorted(state, key=lambda item: item[0])] in ([(4,), (4, 3), (2,), (2, 4)],)
        net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2))
        order = sorted(state, key=lambda item: item[0])
        ready = dict(zip(("0.bias", "0.weight", "1.bias", "1.weight"), (v for _, v in order), strict=True))
        net.load_state_dict(ready)
        with torch.no_grad():
            np.testing.assert_allclose(net(torch.from_numpy(x)), expected, atol=1e-5)


_ORACLE = """
import h5py, os
keras = tf.keras
keras.utils.set_random_seed(1)
L = keras.layers
def randomise(model):
    rng = np.random.default_rng(3)
    model.set_weights([rng.uniform(0.1, 1, w.shape).astype("float32") * 0.5 for w in model.get_weights()])
    return model
i = keras.Input((8, 8, 3))
y = L.Conv2D(4, 3, name="conv")(i)
y = L.BatchNormalization(name="bn")(y)
y = L.DepthwiseConv2D(2, depth_multiplier=2, name="dw")(y)
y = L.SeparableConv2D(5, 2, name="sep")(y)
y = L.Conv2DTranspose(3, 2, name="up")(y)
y = L.Flatten()(y)
image = randomise(keras.Model(i, L.Dense(2, name="out")(y)))
i = keras.Input((6,), dtype="int32")
y = L.Embedding(10, 4, name="emb")(i)
y = L.Conv1D(4, 2, name="c1")(y)
y = L.LSTM(5, return_sequences=True, name="lstm")(y)
y = L.Bidirectional(L.LSTM(3, return_sequences=True), name="bi")(y)
y = L.GRU(4, return_sequences=True, name="gru")(y)
y = L.LayerNormalization(name="ln")(y)
text = randomise(keras.Model(i, L.SimpleRNN(3, name="rnn")(y)))
pictures = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
words = np.random.default_rng(0).integers(0, 10, (2, 6))
image.save(DIR + "/image.keras"); text.save(DIR + "/text.h5"); text.save(DIR + "/text.keras")
tf.train.Checkpoint(image).write(DIR + "/image")
answer([pictures, image(pictures), words, text(words)])
"""


@pytest.mark.oracle
def test_outputs_are_tensorflows(tmp_path: pathlib.Path) -> None:
    pictures, image, words, text = ask_tensorflow(_ORACLE.replace("DIR", repr(str(tmp_path))))
    x = torch.tensor(pictures).permute(0, 3, 1, 2)
    nn = torch.nn
    for name in ("image.keras", "image"):
        assert _run(tmp_path / name, tmp_path / "i.safetensors", "--to-torch", "--quiet") == 0
        state = _named(safetensors.load(tmp_path / "i.safetensors")[0], {"conv", "bn", "dw", "sep", "up", "out"}, name)
        net = nn.ModuleDict(
            {"conv": nn.Conv2d(3, 4, 3), "bn": nn.BatchNorm2d(4, eps=1e-3), "dw": nn.Conv2d(4, 8, 2, groups=4),
             "sep": nn.ModuleDict({"depthwise": nn.Conv2d(8, 8, 2, groups=8, bias=False),
                                   "pointwise": nn.Conv2d(8, 5, 1)}),
             "up": nn.ConvTranspose2d(5, 3, 2), "out": nn.Linear(75, 2)}
        ).eval()  # fmt: skip
        missing = net.load_state_dict(state, strict=False)
        assert set(missing.missing_keys) <= {"bn.num_batches_tracked"}
        assert not missing.unexpected_keys
        with torch.no_grad():
            y = net["dw"](net["bn"](net["conv"](x)))
            y = net["up"](net["sep"]["pointwise"](net["sep"]["depthwise"](y)))
            y = net["out"](y.permute(0, 2, 3, 1).flatten(1))
        np.testing.assert_allclose(y, image, rtol=1e-5)
    for name in ("text.h5", "text.keras"):
        assert _run(tmp_path / name, tmp_path / "t.safetensors", "--to-torch", "--quiet") == 0
        state = _named(
            safetensors.load(tmp_path / "t.safetensors")[0], {"emb", "c1", "lstm", "bi", "gru", "ln", "rnn"}, name
        )
        net = nn.ModuleDict(
            {"emb": nn.Embedding(10, 4), "c1": nn.Conv1d(4, 4, 2), "lstm": nn.LSTM(4, 5, batch_first=True),
             "bi": nn.LSTM(5, 3, batch_first=True, bidirectional=True), "gru": nn.GRU(6, 4, batch_first=True),
             "ln": nn.LayerNorm(4, eps=1e-3), "rnn": nn.RNN(4, 3, batch_first=True)}
        )  # fmt: skip
        net.load_state_dict(state)
        with torch.no_grad():
            y = net["c1"](net["emb"](torch.tensor(words)).transpose(1, 2)).transpose(1, 2)
            y = net["gru"](net["bi"](net["lstm"](y)[0])[0])[0]
            y = net["rnn"](net["ln"](y))[0][:, -1]
        np.testing.assert_allclose(y, text, atol=1e-5)


_EACH = """
keras = tf.keras
keras.utils.set_random_seed(1)
L = keras.layers
rng = np.random.default_rng(3)
sequence, grid = (6, 4), (5, 6, 7, 4)
layers = {
    "conv3d": (L.Conv3D(6, 2), grid), "conv1d_transpose": (L.Conv1DTranspose(6, 2, strides=2), sequence),
    "conv3d_transpose": (L.Conv3DTranspose(6, 2), grid), "separable_conv1d": (L.SeparableConv1D(6, 2), sequence),
    "depthwise_conv1d": (L.DepthwiseConv1D(2, 1, "valid", 2), sequence),
    "bidirectional": (L.Bidirectional(L.GRU(3, return_sequences=True)), sequence),
    "bidirectional_1": (L.Bidirectional(L.SimpleRNN(3, return_sequences=True)), sequence),
    "group_normalization": (L.GroupNormalization(2), sequence), "rms_normalization": (L.RMSNormalization(), sequence),
    "p_re_lu": (L.PReLU(shared_axes=[1]), sequence),
}
answers = {}
for name, (layer, shape) in layers.items():
    i = keras.Input(shape)
    model = keras.Model(i, layer(i))
    model.set_weights([rng.uniform(0.1, 1, w.shape).astype("float32") for w in model.get_weights()])
    x = rng.normal(size=(2, *shape)).astype("float32")
    model.save_weights(DIR + f"/{name}.weights.h5")
    model.save(DIR + f"/{name}.keras")
    answers[name] = [x, model(x)]
q, k, v = (rng.normal(size=(2, n, width)).astype("float32") for n, width in ((5, 6), (4, 3), (4, 2)))
for name, inputs in {"self": (q, q), "cross": (q, v, k)}.items():
    i = [keras.Input(each.shape[1:]) for each in inputs]
    model = keras.Model(i, L.MultiHeadAttention(2, 3, name="mha")(*i))
    model.set_weights([rng.uniform(-1, 1, w.shape).astype("float32") for w in model.get_weights()])
    tf.train.Checkpoint(model).write(DIR + f"/{name}")
    model.save_weights(DIR + f"/{name}.weights.h5")
    model.save(DIR + f"/{name}.keras")
    model.save(DIR + f"/{name}.h5")
    answers[name] = [*inputs, model(list(inputs))]
answer(answers)
"""


@pytest.fixture(scope="module")
def each_layer(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, dict]:
    """A folder of files that TensorFlow wrote, with one layer each, and the layers' inputs and outputs."""
    folder = tmp_path_factory.mktemp("layers")
    return folder, ask_tensorflow(_EACH.replace("DIR", repr(str(folder))))


@pytest.mark.oracle
@pytest.mark.parametrize("kind", [".keras", ".weights.h5"])
@pytest.mark.parametrize(
    ("name", "module"),
    {
        "conv3d": torch.nn.Conv3d(4, 6, 2), "conv1d_transpose": torch.nn.ConvTranspose1d(4, 6, 2, 2),
        "conv3d_transpose": torch.nn.ConvTranspose3d(4, 6, 2), "depthwise_conv1d": torch.nn.Conv1d(4, 8, 2, groups=4),
        "separable_conv1d": torch.nn.Sequential(collections.OrderedDict(
            depthwise=torch.nn.Conv1d(4, 4, 2, groups=4, bias=False), pointwise=torch.nn.Conv1d(4, 6, 1))),
        "bidirectional": torch.nn.GRU(4, 3, batch_first=True, bidirectional=True),
        "bidirectional_1": torch.nn.RNN(4, 3, batch_first=True, bidirectional=True),
        "group_normalization": torch.nn.GroupNorm(2, 4, eps=1e-3),
        "rms_normalization": torch.nn.RMSNorm(4, eps=1e-6), "p_re_lu": torch.nn.PReLU(4),
    }.items(),
)  # fmt: skip
def test_each_layer_is_tensorflows(each_layer, tmp_path: pathlib.Path, name: str, module, kind: str) -> None:
    folder, answers = each_layer
    x, expected = answers[name]
    assert _run(folder / f"{name}{kind}", tmp_path / "o.safetensors", "--to-torch", "--quiet") == 0
    state = safetensors.load(tmp_path / "o.safetensors")[0]
    module.load_state_dict({key.partition(".")[2]: value for key, value in state.items()})
    last = isinstance(module, (torch.nn.RNNBase, torch.nn.RMSNorm))  # torch has the channels last, too
    x = torch.tensor(x)
    with torch.no_grad():
        y = module(x if last else x.movedim(-1, 1))
    y = y[0] if isinstance(y, tuple) else y
    np.testing.assert_allclose(y if last else y.movedim(1, -1), expected, atol=1e-5)


@pytest.mark.oracle
@pytest.mark.parametrize("file", ["", ".keras", ".weights.h5", ".h5"])
def test_attention_is_tensorflows(each_layer, tmp_path: pathlib.Path, file: str) -> None:
    folder, answers = each_layer
    for name, module in {
        "self": torch.nn.MultiheadAttention(6, 2, batch_first=True),
        "cross": torch.nn.MultiheadAttention(6, 2, kdim=3, vdim=2, batch_first=True),
    }.items():
        q, v, *k, expected = map(torch.tensor, answers[name])
        assert _run(folder / f"{name}{file}", tmp_path / "o.safetensors", "--to-torch", "--quiet") == 0
        state = safetensors.load(tmp_path / "o.safetensors")[0]
        module.load_state_dict({key.partition(".")[2]: value for key, value in state.items()})
        with torch.no_grad():
            y, _ = module(q, *k or [v], v)
        np.testing.assert_allclose(y, expected, atol=1e-5)


def test_attention_of_other_sizes_stays_as_it_is() -> None:
    shapes = {"query": (4, 2, 3), "key": (4, 2, 3), "value": (4, 2, 3), "attention_output": (2, 3, 4)}
    found = layouts.convert(_tensors(**{f"a__{name}__kernel": shape for name, shape in shapes.items()}))
    assert [p.name for (p,) in found.values()] == [f"a.{name}.kernel" for name in shapes]


def _named(state: dict, layers: set[str], source: str) -> dict:
    """The parameters under the layers' own names, where a file calls them by their class."""
    by_class = {"conv2d": "conv", "batch_normalization": "bn", "depthwise_conv2d": "dw", "separable_conv2d": "sep",
                "conv2d_transpose": "up", "dense": "out", "embedding": "emb", "conv1d": "c1", "bidirectional": "bi",
                "layer_normalization": "ln", "simple_rnn": "rnn", "lstm": "lstm", "gru": "gru"}  # fmt: skip
    found = {}
    for name, value in state.items():
        head, _, rest = name.partition(".")
        found[f"{head if head in layers else by_class[head]}.{rest}"] = value
    return found


def test_checkpoints_of_tensorflow_1(tmp_path: pathlib.Path) -> None:
    """An embedding, an LSTM and a dense layer under TensorFlow 1's names, with Adam's slots, give what they gave."""
    import tfcompat as tf

    v1, prefix = tf.compat.v1, str(tmp_path / "model")
    with tf.Graph().as_default(), v1.Session() as session:
        v1.set_random_seed(2)
        table = v1.get_variable("bert/word_embeddings", [9, 3])
        inputs = tf.gather(table, [[1, 2, 8, 0], [4, 4, 5, 7]])
        with v1.variable_scope("encoder"):
            cell = v1.nn.rnn_cell.LSTMCell(5)
            outputs, _ = v1.nn.dynamic_rnn(cell, inputs, dtype=tf.float32)
        kernel = v1.get_variable("bert/pooler/dense/kernel", [5, 2])
        result = tf.matmul(outputs[:, -1], kernel) + v1.get_variable("bert/pooler/dense/bias", [2])
        train = v1.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(result), v1.train.get_or_create_global_step())
        session.run(v1.global_variables_initializer())
        session.run(train)
        expected = session.run(result)
        v1.train.Saver().save(session, prefix, write_meta_graph=False)
    assert _run(prefix, tmp_path / "model.pt", "--to-torch", "--quiet", "--verify") == 0
    weights = torch.load(tmp_path / "model.pt", weights_only=True)
    assert sorted(weights) == [
        "bert.pooler.dense.bias", "bert.pooler.dense.weight", "bert.word_embeddings.weight",
        *(f"encoder.rnn.{name}_l0" for name in ("bias_hh", "bias_ih", "weight_hh", "weight_ih")),
    ]  # fmt: skip
    lstm = torch.nn.LSTM(3, 5, batch_first=True)
    lstm.load_state_dict({k.removeprefix("encoder.rnn."): v for k, v in weights.items() if k.startswith("encoder")})
    ids = torch.tensor([[1, 2, 8, 0], [4, 4, 5, 7]])
    states, _ = lstm(weights["bert.word_embeddings.weight"][ids])
    found = torch.nn.functional.linear(
        states[:, -1], weights["bert.pooler.dense.weight"], weights["bert.pooler.dense.bias"]
    )
    np.testing.assert_allclose(found.detach(), expected, atol=1e-5)
