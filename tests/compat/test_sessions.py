"""TensorFlow 1's graphs and sessions: programs whose output under the real TensorFlow lies recorded beside them.

Recorded anew by ``TFCOMPAT_ORACLE_PYTHON=... python tests/keras/transcripts.py ../../compat/programs/NAME``.
"""

from __future__ import annotations

import json
import pathlib
import threading
from typing import Any

import numpy as np
import pytest
import torch

import tfcompat as tf
from tests.keras.transcripts import differences, run_program, run_under_tensorflow
from tests.programs import run_source
from tfcompat._function.scopes import outside_of_graphs
from tfcompat._function.session_runs import Bare

PROGRAMS = pathlib.Path(__file__).with_name("programs")
NAMES = [
    *("graphs", "metrics", "monitored", "partitions", "queue_runners", "seeds", "sessions", "training", "updates"),
]
LEGACY = ["keras2/layers", "keras2/recurrent"]
v1 = tf.compat.v1


def recorded(name: str) -> list[dict[str, str]]:
    return json.loads((PROGRAMS / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [*NAMES, *LEGACY])
def test_prints_what_tensorflow_recorded(name: str) -> None:
    output = run_program(PROGRAMS / f"{name}.py", {"tf": tf, "np": np})
    assert sum(len(row["out"]) for row in recorded(name)) > 200
    assert differences(output, recorded(name)) == []


@pytest.mark.oracle
def test_tensorflow_prints_what_is_recorded() -> None:
    for names in (NAMES, LEGACY):
        for name, result in zip(names, run_under_tensorflow(*(str(PROGRAMS / f"{name}.py") for name in names))):
            assert differences(recorded(name), result) == [], name


def test_a_whole_program_in_graph_mode() -> None:
    program = """
        import tfcompat, numpy as np
        tfcompat.install()
        import tensorflow.compat.v1 as tf
        tf.disable_v2_behavior()
        tf.disable_eager_execution()
        X, Y = tf.placeholder("float"), tf.placeholder("float")
        W, b = tf.Variable(0.5), tf.Variable(-0.5)
        cost = tf.reduce_mean(tf.pow(tf.add(tf.multiply(X, W), b) - Y, 2))
        train = tf.train.GradientDescentOptimizer(0.1).minimize(cost)
        config = tf.ConfigProto(allow_soft_placement=True)
        config.gpu_options.allow_growth = True
        with tf.Session(config=config) as sess:
            sess.run(tf.global_variables_initializer())
            for x in [1.0, 2.0, 3.0] * 40:
                sess.run(train, feed_dict={X: x, Y: 2 * x + 1})
            print(sess.run(cost, {X: [1.0, 2.0], Y: [3.0, 5.0]}) < 0.01, W.eval() > 1.8, tf.executing_eagerly())
        first = tf.get_default_graph()
        tf.reset_default_graph()
        print(tf.get_default_graph() is first, tf.global_variables())
    """
    assert run_source(program) == "True True False\nFalse []\n"


def test_loops_take_other_sizes_in_other_runs() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        x = v1.placeholder(tf.float32, [None, None])
        weights = v1.get_variable("w", initializer=tf.constant(2.0))
        n = tf.shape(x)[0]
        rows = tf.TensorArray(tf.float32, size=n).unstack(x)

        def body(i, total, out):
            total = total * weights + rows.read(i)
            return i + 1, total, out.write(i, total)

        start = tf.zeros([tf.shape(x)[1]])
        out = tf.while_loop(lambda i, *_: i < n, body, [0, start, tf.TensorArray(tf.float32, size=n)])[2].stack()
        slope = tf.gradients(tf.reduce_sum(out[-1]), weights)[0]
        sess.run(weights.initializer)
        for rows_, columns in ((2, 1), (4, 3)):
            values = np.ones([rows_, columns], "f")
            found, gradient = sess.run([out, slope], {x: values})
            want = np.cumsum(2.0 ** np.arange(rows_))
            np.testing.assert_allclose(found, np.repeat(want[:, None], columns, 1))
            assert gradient == columns * sum(k * 2.0 ** (k - 1) for k in range(1, rows_))


def test_branches_may_give_operations_and_make_variables() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        on = v1.placeholder(tf.bool, [])
        count = tf.Variable(0)
        done = tf.cond(on, lambda: tf.group(count.assign_add(1)), lambda: tf.no_op())
        made = tf.cond(on, lambda: v1.get_variable("made", initializer=3.0) * 2.0, lambda: tf.constant(0.0))
        assert [v.name for v in v1.global_variables()] == ["Variable:0", "made:0"]
        sess.run(v1.global_variables_initializer())
        assert sess.run(done, {on: True})
        sess.run(done, {on: False})
        assert sess.run([count, made], {on: True}) == [1, 6.0]
        assert sess.run(made, {on: False}) == 0.0


def test_what_an_assignment_gives_runs_it_wherever_it_is_used() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        v = tf.Variable(1.0)
        doubled = v1.assign_add(v, 1.0) * 2.0
        sess.run(v.initializer)
        assert [sess.run(doubled), sess.run(doubled), sess.run(v)] == [4.0, 6.0, 3.0]


def test_tensors_made_of_several_are_fetched_and_fed() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        sparse = tf.sparse.from_dense([[0, 2], [3, 0]])
        found = sess.run(sparse)
        assert isinstance(found, v1.SparseTensorValue)
        assert found.values.tolist() == [2, 3]
        ragged = sess.run(tf.ragged.constant([[1, 2], [3]]))
        assert ragged.to_list() == [[1, 2], [3]]
        fed = v1.sparse_placeholder(tf.int32)
        assert sess.run(fed, {fed: v1.SparseTensorValue([[0, 0]], [7], [2, 2])}).values.tolist() == [7]


def test_a_graph_ends_with_its_block() -> None:
    with tf.Graph().as_default() as graph:
        a = tf.constant(2.0)
        assert not tf.executing_eagerly()
        assert v1.get_default_graph() is graph
        assert {a: 1}[a] == 1
    assert tf.executing_eagerly()
    assert tf.constant(1).numpy() == 1
    assert [op.name for op in graph.get_operations()] == ["Const"]
    assert [n.name for n in graph.as_graph_def().node] == ["Const"]
    with pytest.raises(ValueError, match="No default session"):
        a.eval()


def test_what_the_gradient_depends_on_is_computed_anew() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        x = v1.placeholder(tf.float32)
        w = tf.Variable([3.0])
        y = tf.reduce_sum(w * x * x)
        unrelated = tf.Variable(1.0)
        gradients = tf.gradients(y, [x, w, unrelated])
        assert gradients[2] is None
        sess.run(v1.global_variables_initializer())
        for value in (2.0, [1.0, 2.0, 3.0], [[1.0, 2.0]]):  # of any rank
            dx, dw = sess.run(gradients[:2], {x: value})
            np.testing.assert_allclose(dx, 6 * np.asarray(value))
            np.testing.assert_allclose(dw, [np.sum(np.square(value))])


def test_saver_keeps_and_restores(tmp_path: pathlib.Path) -> None:
    with tf.Graph().as_default():
        v = v1.get_variable("v", initializer=[1.0, 2.0])
        saver = v1.train.Saver(max_to_keep=2)
        with v1.Session() as sess:
            sess.run(v.initializer)
            for step in range(3):
                sess.run(v.assign_add([1.0, 1.0]))
                path = saver.save(sess, tmp_path / "m", global_step=step)
        assert path == f"{tmp_path}/m-2"
        assert len(saver.last_checkpoints) == 2
        assert tf.train.latest_checkpoint(str(tmp_path)) == path
        with v1.Session() as sess:
            with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized"):
                sess.run(v)
            saver.restore(sess, path)
            assert sess.run(v).tolist() == [4.0, 5.0]
            saver.restore(sess, f"{tmp_path}/m-1")
            assert sess.run(v).tolist() == [3.0, 4.0]
            with pytest.raises(ValueError, match="not a valid checkpoint"):
                saver.restore(sess, str(tmp_path / "m-0"))


def test_fetches_that_are_no_part_of_the_graph() -> None:
    with tf.Graph().as_default():
        a = tf.constant(1)
    with tf.Graph().as_default(), v1.Session() as sess:
        tf.constant(1)
        with pytest.raises(ValueError, match="not an element of this graph"):
            sess.run(a)
        with pytest.raises(TypeError, match="invalid type"):
            sess.run(3.5)
        with pytest.raises(TypeError, match="Cannot interpret feed_dict key"):
            sess.run([], {"x": 1, 3: 4})
    with pytest.raises(RuntimeError, match="closed Session"):
        sess.run([])


def test_random_numbers_go_on_over_runs() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        v1.set_random_seed(7)
        x, y = v1.random_normal([4]), v1.random_normal([4])
        first, other = sess.run([x, y])
        second = sess.run(x)
        assert (first != other).all()
        assert (first != second).all()


def test_optimizers_run_eagerly_too() -> None:
    v = tf.Variable([1.0, 2.0])
    optimizer = v1.train.AdamOptimizer(0.5)
    optimizer.minimize(lambda: tf.reduce_sum(tf.square(v)), var_list=[v])
    np.testing.assert_allclose(v.numpy(), [0.5, 1.5], atol=1e-5)  # the first step is the learning rate
    assert optimizer.get_slot(v, "m").shape == (2,)


def test_seeded_numbers_are_tensorflows_in_each_session() -> None:
    with tf.Graph().as_default() as graph:
        v1.set_random_seed(3)
        numbers = tf.random.uniform([2], seed=5)
        start = tf.Variable(tf.random.normal([3], seed=1))
    for _ in range(2):
        with v1.Session(graph=graph) as sess:
            sess.run(start.initializer)
            np.testing.assert_allclose(sess.run(start), [-0.02353588, -0.7080437, 0.7906703])
            np.testing.assert_allclose(sess.run(numbers), [0.3976692, 0.84256816])
            np.testing.assert_allclose(sess.run(numbers), [0.9487264, 0.5227833])
    with tf.Graph().as_default() as other:
        assert other.seed is None


def test_a_number_before_a_tensor_is_of_its_dtype() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        x = v1.placeholder(tf.float32, [])
        assert sess.run([1 + x, 2 * x, 1 - x, 1 + tf.exp(tf.constant(0.0))], {x: 0.5}) == [1.5, 1.0, 0.5, 2.0]
        np.testing.assert_allclose(sess.run(v1.train.cosine_decay(0.1, 5, 10)), 0.05, rtol=1e-6)


def test_matrices_tell_what_a_placeholder_leaves_open() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        x = v1.placeholder(tf.float32, [None, None])
        product = tf.matmul(x, tf.ones([5, 2]))
        assert str(product) == 'Tensor("MatMul:0", shape=(None, 2), dtype=float32)'
        assert sess.run(product, {x: np.ones([3, 5])}).tolist() == [[5.0, 5.0]] * 3
        with pytest.raises(ValueError, match=r"In\[0\]: \[\?,3\], In\[1\]: \[4,5\]"):
            tf.matmul(v1.placeholder(tf.float32, [None, 3]), tf.ones([4, 5]))


def test_a_session_manager_waits_for_a_checkpoint(tmp_path: pathlib.Path) -> None:
    with tf.Graph().as_default():
        v = tf.Variable(1.0, name="v")
        saver = v1.train.Saver()
        manager = v1.train.SessionManager(recovery_wait_secs=0.01)
        kwargs = {"wait_for_checkpoint": True, "checkpoint_dir": str(tmp_path)}
        assert not manager.recover_session("", saver, max_wait_secs=0.03, **kwargs)[1]

        def save() -> None:
            with v1.Session(graph=v.graph) as sess:
                sess.run(v.initializer)
                saver.save(sess, str(tmp_path / "model"), write_meta_graph=False)

        timer = threading.Timer(0.1, save)
        timer.start()
        session, loaded = manager.recover_session("", saver, max_wait_secs=60, **kwargs)
        timer.join()
        assert loaded
        assert session.run(v) == 1.0


def test_sessions_keep_tensors_for_later_runs() -> None:
    # Values and errors as TensorFlow's own session gives them.
    with tf.Graph().as_default(), v1.Session() as sess:
        product = tf.constant(10.0) * tf.constant([5.0, 6.0])
        square = product * product
        kept = v1.get_session_handle(product, name="kept")
        assert (kept.op.type, kept.shape, [x.name for x in kept.op.inputs]) == ("GetSessionHandle", (), ["mul:0"])
        handle = sess.run({"of": [kept, product]})["of"][0]
        assert type(handle).__name__ == "TensorHandle"
        assert handle.handle.startswith("kept;")
        assert handle.eval().tolist() == [50.0, 60.0]
        assert sess.run(square, {product: handle}).tolist() == [2500.0, 3600.0]
        holder, tensor = v1.get_session_tensor(handle.handle, tf.float32)
        more = v1.get_session_handle(tensor + 1.0)
        for _ in range(3):
            handle = sess.run(more, {holder: handle.handle})
        assert handle.eval().tolist() == [53.0, 63.0]
        named, deletion = v1.delete_session_tensor(handle.handle)
        name = handle.get_raw_handle()
        with pytest.raises(TypeError, match="may have already been deleted"):
            handle.eval()
        assert sess.run(tensor, {holder: name}).tolist() == [53.0, 63.0]
        sess.run(deletion, {named: name})
        with pytest.raises(tf.errors.InvalidArgumentError, match="is not in the session store"):
            sess.run(tensor, {holder: name})
        text = sess.run(v1.get_session_handle(tf.constant("a")))
        assert text.eval() == b"a"
        with pytest.raises(TypeError, match="`data` must be of type Tensor"):
            v1.get_session_handle(3.0)
    with pytest.raises(RuntimeError, match="closed Session"):
        text.eval()
    with pytest.raises(tf.errors.FailedPreconditionError, match="null session state"):
        tf.raw_ops.GetSessionHandle(value=1.0)


def test_raw_ops_with_effects_are_operations_of_a_graph(capfd: pytest.CaptureFixture[str]) -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        text = v1.placeholder(tf.string, [])
        printed = tf.raw_ops.PrintV2(input=text, output_stream="stdout")
        assert printed.type == "PrintV2"
        assert capfd.readouterr().out == ""
        sess.run(printed, {text: "now"})
    assert capfd.readouterr().out == "now\n"


@pytest.mark.parametrize("context", [Bare, outside_of_graphs])
def test_kernels_of_a_run_go_past_the_dispatcher_in_python_that_captures_need(context: Any) -> None:
    key = torch._C.DispatchKey.PythonDispatcher
    included = torch._C._dispatch_tls_is_dispatch_key_included
    with tf.Graph().as_default():
        assert included(key)
        with context():
            assert not included(key)
        assert included(key)


def test_an_interactive_session_makes_its_graph_the_default_one() -> None:
    graph = v1.Graph()
    session = v1.InteractiveSession(graph=graph)
    try:
        x = v1.placeholder(tf.float32, [2])
        assert x.graph is graph
        assert v1.get_default_graph() is graph
        assert (x * 2).eval({x: [1.0, 2.0]}).tolist() == [2.0, 4.0]
    finally:
        session.close()
    assert v1.get_default_graph() is not graph


def test_a_batch_of_a_list_of_one_tensor_is_a_tensor() -> None:
    with v1.Graph().as_default():
        example = tf.constant([1.0, 2.0])
        alone, listed = v1.train.batch(example, 2), v1.train.batch([example], 2)
        assert alone.shape == listed.shape == (2, 2)
        assert [t.shape for t in v1.train.shuffle_batch([example, example], 2, 4, 1)] == [(2, 2)] * 2
