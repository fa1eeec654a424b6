"""tf.compat.v1.graph_util: parts of GraphDefs, and frozen ones."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow
from tfcompat._internals.convert_to_constants import convert_variables_to_constants_v2

v1 = tf.compat.v1
X = np.array([[1.0, -2.0], [3.0, 4.0]], np.float32)


@pytest.fixture(scope="module")
def frozen() -> tuple:
    """A frozen graph, the names of its nodes before, and what it gives for X."""
    with tf.Graph().as_default() as graph, v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 2], name="x")
        w = v1.get_variable("w", initializer=[[1.0], [10.0]])
        table = v1.get_variable("table", initializer=[[1.0], [2.0], [3.0]])
        y = tf.nn.relu(tf.matmul(x, w), name="y")
        rows = tf.nn.embedding_lookup(table, [2, 0], name="rows")
        tf.while_loop(lambda i, a: i < 2, lambda i, a: (i + 1, a + w[0]), [0, y], name="loop")
        tf.add(y, rows, name="sum")
        session.run(v1.global_variables_initializer())
        definition = graph.as_graph_def()
        found = v1.graph_util.convert_variables_to_constants(session, definition, ["sum", "y"])
        return found, {node.name for node in definition.node}, session.run(["sum:0", "y:0"], {x: X})


def test_variables_become_constants(frozen: tuple) -> None:
    graph_def, before, expected = frozen
    names = {node.name for node in graph_def.node}
    assert names <= before | {f"{name}/axis" for name in before}
    assert not {"VarHandleOp", "ReadVariableOp", "AssignVariableOp"} & {node.op for node in graph_def.node}
    pruned = v1.wrap_function(lambda: tf.import_graph_def(graph_def, name=""), []).prune("x:0", ["sum:0", "y:0"])
    for ours, theirs in zip(pruned(tf.constant(X)), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    x = tf.Variable(X)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(pruned(x)[1])
    assert tape.gradient(total, x).numpy().tolist() == [[0.0, 0.0], [1.0, 10.0]]


@pytest.mark.oracle
def test_tensorflow_runs_a_frozen_graph(frozen: tuple, tmp_path: pathlib.Path) -> None:
    graph_def, _, expected = frozen
    path = tf.io.write_graph(graph_def, str(tmp_path), "frozen.pb", as_text=False)
    run_tensorflow(
        f"graph_def = tf.compat.v1.GraphDef.FromString(open({path!r}, 'rb').read())\n"
        "with tf.Graph().as_default(), tf.compat.v1.Session() as session:\n"
        "    tf.import_graph_def(graph_def, name='')\n"
        f"    found = session.run(['sum:0', 'y:0'], {{'x:0': {X.tolist()}}})\n"
        f"assert [a.tolist() for a in found] == {[a.tolist() for a in expected]}\n"
    )


@pytest.mark.oracle
def test_a_frozen_graph_of_tensorflow_runs(tmp_path: pathlib.Path) -> None:
    """One of TensorFlow 1's kind, with boxes that a loop and a branch pick, as detectors have them."""
    run_tensorflow(
        "v1 = tf.compat.v1\nv1.disable_control_flow_v2()\nv1.disable_resource_variables()\n"
        "with tf.Graph().as_default() as graph, v1.Session() as session:\n"
        "    image = v1.placeholder(tf.uint8, [None, None, None, 3], name='image_tensor')\n"
        "    x = tf.cast(image, tf.float32)\n"
        "    x = tf.map_fn(lambda i: v1.image.resize_images(i, [8, 8]), x)\n"
        "    k = v1.get_variable('k', initializer=tf.reshape(tf.range(24.), [2, 2, 3, 2]) / 24)\n"
        "    h = tf.nn.conv2d(tf.divide(x, 255.0, name='scaled'), k, 2, 'VALID')\n"
        "    boxes = tf.sort(tf.reshape(h, [-1, 4]), axis=1)\n"
        "    scores = tf.reduce_mean(boxes, 1)\n"
        "    picked = tf.image.non_max_suppression(boxes, scores, 3, 0.9)\n"
        "    tf.gather(boxes, picked, name='boxes')\n"
        "    tf.cond(tf.size(picked) > 1, lambda: tf.gather(scores, picked), lambda: scores, name='scores')\n"
        "    session.run(v1.global_variables_initializer())\n"
        "    names = ['boxes', 'scores/Merge']\n"
        "    frozen = v1.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), names)\n"
        "    data = (np.arange(2 * 5 * 6 * 3) * 7 % 256).astype('uint8').reshape(2, 5, 6, 3)\n"
        "    found = session.run(['boxes:0', 'scores/Merge:0'], {image: data})\n"
        f"np.savez({str(tmp_path / 'found')!r}, *found)\n"
        f"tf.io.write_graph(frozen, {str(tmp_path)!r}, 'frozen.pb', as_text=False)\n"
    )
    graph_def = v1.GraphDef.FromString((tmp_path / "frozen.pb").read_bytes())
    data = (np.arange(2 * 5 * 6 * 3) * 7 % 256).astype("uint8").reshape(2, 5, 6, 3)
    with tf.Graph().as_default(), v1.Session() as session:
        tf.import_graph_def(graph_def, name="")
        found = session.run(["boxes:0", "scores/Merge:0"], {"image_tensor:0": data})
        scores = session.graph.get_tensor_by_name("scores/Merge:0")
        total = session.run(tf.reduce_sum(scores) * 2.0, {"image_tensor:0": data})
        slope = tf.gradients(scores, session.graph.get_tensor_by_name("scaled:0"))
        with pytest.raises(NotImplementedError, match="can't be captured"):
            session.run(slope, {"image_tensor:0": data})
    for ours, theirs in zip(found, np.load(tmp_path / "found.npz").values(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    np.testing.assert_allclose(total, 2 * found[1].sum(), rtol=1e-5)


def test_parts_of_graphs() -> None:
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(tf.float32, [2], name="x")
        y = tf.identity(x, name="i")
        tf.add(y, 1.0, name="z")
        tf.multiply(x, 2.0, name="other")
        full = graph.as_graph_def()
        part = v1.graph_util.extract_sub_graph(full, ["z"])
        assert {"x", "i", "z"} <= {node.name for node in part.node}
        assert "other" not in {node.name for node in part.node}
        lean = v1.graph_util.remove_training_nodes(part)
        inputs = {node.name: list(node.input) for node in lean.node}
        assert "i" not in inputs
        assert inputs["z"][0] == "x"
        assert "i" in {node.name for node in v1.graph_util.remove_training_nodes(part, ["i"]).node}
        assert v1.graph_util.tensor_shape_from_node_def_name(graph, "z").as_list() == [2]
    with pytest.raises(AssertionError, match="nobody is not in graph"):
        v1.graph_util.extract_sub_graph(full, ["nobody"])
    with pytest.raises(TypeError, match="iterable of strings"):
        v1.graph_util.extract_sub_graph(full, "z")
    node = v1.NodeDef(name="c", op="Const")
    node.attr["dtype"].type = tf.int32.as_datatype_enum
    assert v1.graph_util.must_run_on_cpu(node)
    assert not v1.graph_util.must_run_on_cpu(v1.NodeDef(op="VariableV2"))
    assert v1.graph_util.must_run_on_cpu(v1.NodeDef(op="VariableV2"), pin_variables_on_cpu=True)


def test_a_concrete_function_becomes_a_frozen_graph() -> None:
    w = tf.Variable([[2.0], [3.0]], name="w")

    @tf.function
    def f(x, y):
        return tf.matmul(x, w) + y, y * 2.0

    specs = tf.TensorSpec([None, 2], tf.float32, "x"), tf.TensorSpec([], tf.float32, "y")
    found = convert_variables_to_constants_v2(f.get_concrete_function(*specs))
    w.assign([[0.0], [0.0]])
    assert [t.name for t in found.inputs] == ["x:0", "y:0"]
    assert [t.name for t in found.outputs] == ["Identity:0", "Identity_1:0"]
    kinds = {node.op for node in found.graph.as_graph_def().node}
    assert kinds == {"Placeholder", "Const", "MatMul", "AddV2", "Mul", "Identity"}
    for given in ([found(X, 1.0)], [found(x=tf.constant(X), y=tf.constant(1.0))]):
        assert given[0][0].numpy().ravel().tolist() == [-3.0, 19.0]
        assert given[0][1].numpy() == 2.0
    with pytest.raises(TypeError, match="no inputs called"):
        found(X, 1.0, z=3)
    assigning = tf.function(lambda: w.assign_add([[1.0], [1.0]])).get_concrete_function()
    with pytest.raises(NotImplementedError, match="assigns to 'w:0'"):
        convert_variables_to_constants_v2(assigning)
    with pytest.raises(TypeError, match="takes a concrete function"):
        convert_variables_to_constants_v2(f)
