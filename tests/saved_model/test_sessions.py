"""SavedModels that TensorFlow wrote: with tables, files and random numbers, and graphs of its first version."""

import pathlib
import pickle

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow
from tfcompat._formats.protos import message
from tfcompat.saved_model import _sessions

_WRITE = """
import pickle
v1 = tf.compat.v1
answers = {}
class Tables(tf.Module):
    def __init__(self):
        text, pairs = tf.lookup.TextFileInitializer, tf.lookup.KeyValueTensorInitializer
        with open(folder + "/words.txt", "w") as file:
            file.write("a\\nb\\nc\\n")
        whole, number = tf.lookup.TextFileIndex.WHOLE_LINE, tf.lookup.TextFileIndex.LINE_NUMBER
        self.static = tf.lookup.StaticHashTable(pairs(tf.constant(["x", "y"]), tf.constant([1, 2], tf.int64)), -1)
        self.file = tf.lookup.StaticHashTable(text(folder + "/words.txt", tf.string, whole, tf.int64, number), 9)
        self.words = tf.lookup.StaticVocabularyTable(pairs(["x", "y"], tf.constant([0, 1], tf.int64)), 3)
        self.open = tf.lookup.experimental.MutableHashTable(tf.string, tf.float32, 0.5)
        self.open.insert(tf.constant(["p", "q"]), tf.constant([1.5, 2.5]))
        self.generator = tf.random.Generator.from_seed(3)
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def __call__(self, x):
        return {n: t.lookup(x) for n, t in (("s", self.static), ("f", self.file), ("w", self.words), ("o", self.open))}
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def add(self, x):
        self.open.insert(x, tf.fill(tf.shape(x), 7.0))
        return self.open.size()
    @tf.function(input_signature=[])
    def draw(self):
        return self.generator.normal([3]), tf.random.stateless_uniform([2], [1, 2])
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def parse(self, examples):
        features = {
            "a": tf.io.FixedLenFeature([2], tf.float32),
            "b": tf.io.VarLenFeature(tf.int64),
            "s": tf.io.FixedLenFeature([], tf.string, default_value="none"),
            "r": tf.io.RaggedFeature(tf.int64),
        }
        p = tf.io.parse_example(examples, features)
        return p["a"] * 2.0, tf.sparse.to_dense(p["b"]), tf.strings.upper(p["s"]), p["r"].to_tensor()
m = Tables()
tf.saved_model.save(m, folder + "/tables", signatures={"serving_default": m.__call__})
x = tf.constant(["x", "a", "q", "zz"])
numbers = lambda nest: tf.nest.map_structure(lambda t: t.numpy(), nest)
answers["tables"] = [numbers(m(x)), numbers(m.add(tf.constant(["zz"]))), numbers(m(x)), numbers(m.draw())]
F, T = tf.train.Feature, tf.train
examples = [
    {"a": F(float_list=T.FloatList(value=[1, 2])), "b": F(int64_list=T.Int64List(value=[3, 4]))},
    {"a": F(float_list=T.FloatList(value=[3, 4])), "s": F(bytes_list=T.BytesList(value=[b"hey"]))},
]
examples = [T.Example(features=T.Features(feature=f)).SerializeToString() for f in examples]
answers["parse"] = [examples, numbers(m.parse(tf.constant(examples)))]
with tf.Graph().as_default(), v1.Session() as s:
    v1.disable_control_flow_v2()
    x, k = v1.placeholder(tf.float32, [None, 3], name="x"), v1.placeholder(tf.string, [None], name="k")
    w = v1.get_variable("w", [3, 2], initializer=tf.constant_initializer(0.5), use_resource=False)
    b = v1.get_variable("b", initializer=tf.constant([1.0, 2.0]), use_resource=True)
    y = tf.nn.relu(tf.matmul(x, w) + b, name="y")
    def inner(i, a):
        _, a = tf.while_loop(lambda j, a: j < i, lambda j, a: (j + 1, a + 1.0), [tf.constant(0), a])
        return i + 1, a * 2.0 + tf.reduce_sum(w)
    _, total = tf.while_loop(lambda i, a: i < 3, inner, [tf.constant(0), y])
    z = tf.cond(tf.reduce_sum(total) > 100.0, lambda: total - 1.0, lambda: total * 10.0)
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2]), 0)
    n = table.lookup(tf.strings.lower(k))
    s.run([v1.global_variables_initializer(), v1.tables_initializer()])
    s.run(w.assign(w + 0.25))
    outputs = {"y": y, "z": z, "n": n}
    inputs = {"x": x, "k": k}
    v1.saved_model.simple_save(s, folder + "/first", inputs, outputs, legacy_init_op=v1.tables_initializer())
    data = np.arange(6, dtype="float32").reshape(2, 3)
    answers["first"] = [s.run(outputs, {x: sign * data, k: [b"B", b"c"]}) for sign in (1, -1)]
with open(folder + "/answers", "wb") as file:
    pickle.dump(answers, file)
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, dict]:
    """A folder of SavedModels that TensorFlow wrote, and what their functions gave."""
    folder = tmp_path_factory.mktemp("models")
    run_tensorflow(f"folder = {str(folder)!r}\n" + _WRITE)
    (folder / "words.txt").unlink()
    return folder, pickle.loads((folder / "answers").read_bytes())


def _same(found, answer) -> None:
    for ours, theirs in zip(tf.nest.flatten(found), tf.nest.flatten(answer), strict=True):
        if np.asarray(theirs).dtype.kind == "f":
            np.testing.assert_allclose(ours.numpy(), theirs, atol=1e-5)
        else:
            np.testing.assert_array_equal(ours.numpy(), theirs)


@pytest.mark.oracle
def test_tables_and_files(written) -> None:
    folder, answers = written
    loaded, (before, size, after, _) = tf.saved_model.load(folder / "tables"), answers["tables"]
    x = tf.constant(["x", "a", "q", "zz"])
    _same(loaded(x), before)
    _same(loaded.add(tf.constant(["zz"])), size)
    _same(loaded.signatures["serving_default"](x=x), after)


@pytest.mark.oracle
def test_random_numbers_and_examples(written) -> None:
    folder, answers = written
    loaded = tf.saved_model.load(folder / "tables")
    _same(loaded.draw(), answers["tables"][3])
    examples, parsed = answers["parse"]
    _same(loaded.parse(tf.constant(examples)), parsed)


@pytest.mark.oracle
def test_graphs_of_tensorflow_1(written) -> None:
    folder, answers = written
    loaded = tf.saved_model.load(folder / "first")
    assert sorted(v.name for v in loaded.variables) == ["b:0", "w:0"]
    data = np.arange(6, dtype="float32").reshape(2, 3)
    for sign, answer in zip((1, -1), answers["first"]):
        found = loaded.signatures["serving_default"](x=tf.constant(sign * data), k=tf.constant(["B", "c"]))
        assert sorted(found) == sorted(answer)
        _same([found[key] for key in answer], list(answer.values()))
    pruned = loaded.prune("x:0", {"y": "y:0"})
    _same(pruned(tf.constant(data))["y"], answers["first"][0]["y"])
    with pytest.raises(ValueError, match="has no node 'nothing'"):
        loaded.prune("x:0", "nothing:0")


def _graph(*nodes: tuple) -> _sessions.Session:
    graph = message("GraphDef")()
    for name, op, *inputs in nodes:
        node = graph.node.add(name=name, op=op)
        node.input.extend(inputs)
        if op == "Enter":
            node.attr["frame_name"].s = b"loop"
    return _sessions.Session(graph, {}, "g")


def test_a_branch_and_a_loop_by_hand() -> None:
    branch = _graph(
        *(("x", "Placeholder"), ("p", "Placeholder"), ("s", "Switch", "x", "p")),
        *(("n", "Neg", "s"), ("q", "Square", "s:1"), ("m", "Merge", "n", "q")),
    )  # fmt: skip
    for truth, wanted in ((True, [9.0, 1]), (False, [-3.0, 0])):
        feeds = {"x": tf.constant(3.0), "p": tf.constant(truth)}
        assert [float(t) for t in branch.run(["m:0", "m:1"], feeds)] == wanted
    with pytest.raises(ValueError, match="in a branch that was not taken"):
        branch.run(["q:0"], feeds)
    with pytest.raises(ValueError, match="must feed a value for placeholder tensor 'p'"):
        branch.run(["m:0"], {"x": tf.constant(3.0)})
    loop = _graph(
        *(("x", "Placeholder"), ("limit", "Placeholder"), ("e", "Enter", "x"), ("l", "Enter", "limit")),
        *(("m", "Merge", "e", "next"), ("less", "Less", "m", "l"), ("c", "LoopCond", "less")),
        *(("s", "Switch", "m", "c"), ("double", "AddV2", "s:1", "s:1"), ("next", "NextIteration", "double")),
        ("out", "Exit", "s"),
    )  # fmt: skip
    assert float(loop.run(["out"], {"x": tf.constant(1.0), "limit": tf.constant(1e30)})[0]) == 2.0**100
    assert float(loop.run(["out"], {"x": tf.constant(5.0), "limit": tf.constant(2.0)})[0]) == 5.0


def test_missing_ops_are_listed_at_once() -> None:
    session = _graph(("x", "Placeholder"), ("a", "NewOp", "x"), ("b", "OtherOp", "a"), ("c", "UnusedOp", "a"))
    with pytest.raises(NotImplementedError, match="uses ops that tfcompat lacks: NewOp, OtherOp."):
        session.check(["b:0"], ["x:0"])
    session.check(["b:0"], ["b:0"])
