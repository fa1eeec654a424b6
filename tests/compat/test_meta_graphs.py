"""tf.compat.v1.train.export_meta_graph and import_meta_graph: graphs go on, here and in TensorFlow."""

import inspect
import pathlib
import pickle

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow

v1 = tf.compat.v1
X = np.arange(12, dtype=np.float32).reshape(4, 3) / 10
Y = X.sum(1, keepdims=True)
NAMES = ["pred:0", "loss:0", "looped:0", "parts:1"]


def build() -> None:
    x, y = v1.placeholder(tf.float32, [None, 3], name="x"), v1.placeholder(tf.float32, [None, 1], name="y")
    scale = v1.placeholder_with_default(1.0, [], name="scale")
    with v1.variable_scope("layer"):
        w = v1.get_variable("w", [3, 1], initializer=v1.constant_initializer([[0.1], [0.2], [0.3]]))
        b = v1.get_variable("b", [1], initializer=v1.zeros_initializer())
    z = tf.identity(tf.nn.relu(tf.matmul(x, w) + b) * scale, name="pred")
    loss = tf.reduce_mean(tf.square(z - y), name="loss")
    step = v1.train.get_or_create_global_step()
    train = v1.train.AdamOptimizer(0.05).minimize(loss, global_step=step, name="train")
    looped = tf.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * 2.0), [tf.constant(0), z])[1]
    looped = tf.cond(tf.reduce_sum(z) > 1.0, lambda: looped + 1.0, lambda: looped - 1.0)
    tf.identity(looped, name="looped")
    tf.split(x, 3, axis=1, name="parts")
    v1.add_to_collection("train", train)
    v1.add_to_collection("pred", z)
    v1.add_to_collection("rate", 0.5)


def run(session, times: int) -> list:
    for _ in range(times):
        session.run("train", {"x:0": X, "y:0": Y})
    return session.run(NAMES, {"x:0": X, "y:0": Y})


BUILD = f"""import pickle
X, Y, NAMES = np.array({X.tolist()}, "f"), np.array({Y.tolist()}, "f"), {NAMES}
v1 = tf.compat.v1
{inspect.getsource(build)}
{inspect.getsource(run)}
"""


def _go_on(path: str, first: list, later: list) -> None:
    """Imports a graph, restores it, and trains it on."""
    with tf.Graph().as_default() as graph, v1.Session() as session:
        saver = v1.train.import_meta_graph(f"{path}.meta")
        assert [v.name for v in v1.trainable_variables()] == ["layer/w:0", "layer/b:0"]
        assert v1.get_collection("pred") == [graph.get_tensor_by_name("pred:0")]
        assert v1.get_collection("rate") == [0.5]
        saver.restore(session, path)
        for found, expected in ((run(session, 0), first), (run(session, 3), later)):
            for ours, theirs in zip(found, expected, strict=True):
                np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
        assert session.run(v1.train.get_global_step()) == 8
        doubled = tf.reduce_sum(v1.get_collection("pred")[0]) * 2
        np.testing.assert_allclose(session.run(doubled, {"x:0": X}), 2 * later[0].sum(), rtol=1e-5)
        session.run(v1.global_variables_initializer())
        assert session.run("layer/w:0").ravel().tolist() == pytest.approx([0.1, 0.2, 0.3])


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list, list]:
    """A graph that was trained and saved here, with what it gave then and what it gave later."""
    prefix = str(tmp_path_factory.mktemp("ours") / "model")
    with tf.Graph().as_default(), v1.Session() as session:
        build()
        session.run(v1.global_variables_initializer())
        first = run(session, 5)
        path = v1.train.Saver().save(session, prefix, global_step=v1.train.get_global_step())
        return path, first, run(session, 3)


def test_a_graph_goes_on_where_it_was_saved(ours: tuple[str, list, list]) -> None:
    assert ours[0].endswith("model-5")
    _go_on(*ours)


@pytest.mark.oracle
def test_tensorflow_goes_on_with_it(ours: tuple[str, list, list], tmp_path: pathlib.Path) -> None:
    path, first, later = ours
    run_tensorflow(
        f"{BUILD}\n"
        "with tf.Graph().as_default(), v1.Session() as session:\n"
        f"    v1.train.import_meta_graph({path!r} + '.meta').restore(session, {path!r})\n"
        "    assert [v.name for v in v1.trainable_variables()] == ['layer/w:0', 'layer/b:0']\n"
        "    found = run(session, 0), run(session, 3), session.run(v1.train.get_global_step())\n"
        f"    pickle.dump(found, open({str(tmp_path / 'found')!r}, 'wb'))\n"
    )
    *found, step = pickle.loads((tmp_path / "found").read_bytes())
    for values, expected in zip(found, (first, later), strict=True):
        for theirs, ours_ in zip(values, expected, strict=True):
            np.testing.assert_allclose(theirs, ours_, rtol=1e-5, atol=1e-6)
    assert step == 8


@pytest.mark.oracle
@pytest.mark.parametrize("modern", [False, True])
def test_a_graph_that_tensorflow_saved_goes_on(tmp_path: pathlib.Path, modern: bool) -> None:
    path = str(tmp_path / "model")
    run_tensorflow(
        f"{BUILD}\n"
        f"if not {modern}:\n"
        "    v1.disable_resource_variables(); v1.disable_control_flow_v2()\n"
        "with tf.Graph().as_default(), v1.Session() as session:\n"
        "    build()\n"
        "    session.run(v1.global_variables_initializer())\n"
        "    first = run(session, 5)\n"
        f"    v1.train.Saver().save(session, {path!r})\n"
        f"    pickle.dump((first, run(session, 3)), open({path!r}, 'wb'))\n"
    )
    _go_on(path, *pickle.loads(pathlib.Path(path).read_bytes()))


def test_an_imported_graph_begins_anew(ours: tuple[str, list, list]) -> None:
    with tf.Graph().as_default(), v1.Session() as session:
        v1.train.import_meta_graph(f"{ours[0]}.meta")
        with pytest.raises(tf.errors.FailedPreconditionError, match="layer/w"):
            session.run("pred:0", {"x:0": X})
        session.run(v1.global_variables_initializer())
        for found, expected in zip(run(session, 5), ours[1], strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_scopes_mapped_inputs_and_devices(ours: tuple[str, list, list], tmp_path: pathlib.Path) -> None:
    path, first, _ = ours
    with tf.Graph().as_default() as graph, v1.Session() as session:
        mine = tf.constant(X) * 1.0
        saver = v1.train.import_meta_graph(f"{path}.meta", True, "old", input_map={"x:0": mine})
        saver.restore(session, path)
        np.testing.assert_allclose(session.run("old/pred:0"), first[0], rtol=1e-5)
        np.testing.assert_allclose(session.run("old/looped:0"), first[2], rtol=1e-5)
        meta = v1.train.export_meta_graph(str(tmp_path / "text"), as_text=True, collection_list=["pred"])
        assert list(meta.collection_def) == ["pred"]
        assert meta.collection_def["pred"].node_list.value == ["old/pred:0"]
        assert graph.get_operation_by_name("old/train").type == "AssignVariableOp"
    with tf.Graph().as_default() as graph:
        assert v1.train.import_meta_graph(str(tmp_path / "text")) is None  # it has no collection of variables
        assert graph.get_tensor_by_name("old/pred:0").shape.as_list() == [4, 1]


def test_an_imported_graph_is_exported_again(ours: tuple[str, list, list], tmp_path: pathlib.Path) -> None:
    path, first, later = ours
    with tf.Graph().as_default(), v1.Session() as session:
        saver = v1.train.import_meta_graph(f"{path}.meta")
        saver.restore(session, path)
        again = saver.save(session, str(tmp_path / "again"), global_step=7)
    _go_on(again, first, later)


def test_what_is_no_graph_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(RuntimeError, match="not supported when eager execution is enabled"):
        v1.train.import_meta_graph("nowhere")
    with pytest.raises(RuntimeError, match="not supported when eager execution is enabled"):
        v1.train.export_meta_graph()
    (tmp_path / "bad").write_bytes(b"no graph")
    with tf.Graph().as_default():
        with pytest.raises(OSError, match="File does not exist"):
            v1.train.import_meta_graph(str(tmp_path / "none"))
        with pytest.raises(OSError, match="Cannot parse file"):
            v1.train.import_meta_graph(str(tmp_path / "bad"))
        with pytest.raises(NotImplementedError, match="save_debug_info"):
            v1.train.export_meta_graph(save_debug_info=True)
        assert v1.train.import_meta_graph(v1.MetaGraphDef()) is None


def test_what_has_no_counterpart_becomes_a_placeholder(caplog: pytest.LogCaptureFixture) -> None:
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [2], name="x")
        called = tf.py_function(lambda t: t * 2, [x], tf.float32, name="called")
        tf.add(x, 1.0, name="plain")
        nodes = {node.name: node.op for node in graph.as_graph_def().node}
    assert nodes[called.op.name] == "Placeholder"
    assert nodes["plain"] == "AddV2"
    assert f"in the place of 1 operations that have no counterpart in a GraphDef: {called.op.name}" in caplog.text


def test_branches_see_the_variables_of_their_time() -> None:
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [])
        for _ in range(3):
            x = tf.cond(x < 10.0, lambda: x * 3.0, lambda: x + 1.0)  # noqa: B023
        assert session.run(x, {session.graph.get_operations()[0].outputs[0]: 2.0}) == 19.0
