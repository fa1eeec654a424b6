"""tf.summary: what its files hold is what TensorFlow's hold, to the byte; and how it refuses."""

import json
import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.programs import run_source
from tests.summary import recorded
from tfcompat._formats.protos import message
from tfcompat._formats.tfrecord import read_records

FACTS = json.loads(recorded.RECORD.read_text(encoding="utf-8"))


def written(logdir: pathlib.Path) -> list[Any]:
    """The events in the directory's files but for the first, which tells the version."""
    found = []
    for path in sorted(logdir.glob("events.out.tfevents.*")):
        found += [message("Event").FromString(data) for data in read_records(path)][1:]
    return found


def tags(logdir: pathlib.Path) -> list[tuple[int, str]]:
    return [(event.step, value.tag) for event in written(logdir) for value in event.summary.value]


@pytest.mark.parametrize("program", recorded.PROGRAMS, ids=lambda p: p.__name__)
def test_events_are_those_of_tensorflow(program: Any) -> None:
    pytest.importorskip("PIL")
    assert recorded.events(tf, message("Event"), program) == FACTS[program.__name__]


def test_an_epoch_loop(tmp_path: pathlib.Path) -> None:
    writer = tf.summary.create_file_writer(tmp_path / "train")
    loss = tf.keras.metrics.Mean()
    for epoch in range(3):
        loss(float(epoch))
        with writer.as_default():
            tf.summary.scalar("loss", loss.result(), step=epoch)
        assert tags(tmp_path / "train")[-1] == (epoch, "loss")  # it is there as soon as the context ends


def test_files_are_named_as_tensorflow_names_them(tmp_path: pathlib.Path) -> None:
    tf.summary.create_file_writer(str(tmp_path / "a" / "b"), filename_suffix=".mine")
    (path,) = (tmp_path / "a" / "b").iterdir()
    parts = path.name.split(".")
    assert parts[:3] == ["events", "out", "tfevents"]
    assert parts[3].isdigit()
    assert parts[-1] == "mine"
    (first,) = read_records(path)
    assert message("Event").FromString(first).file_version == "brain.Event:2"


def test_without_a_writer_nothing_is_written() -> None:
    for result in (
        tf.summary.scalar("a", 1.0),
        tf.summary.image("a", "no image"),
        tf.summary.write("a", lambda: 1 / 0),
        tf.summary.experimental.write_raw_pb(b"no summary"),
        tf.summary.graph("no graph"),
        tf.summary.should_record_summaries(),
    ):
        assert result.dtype == tf.bool
        assert not result
    assert tf.summary.flush() is None
    with tf.summary.create_noop_writer().as_default() as writer:
        assert writer is None
        assert not tf.summary.should_record_summaries()


def test_writers_and_steps_nest(tmp_path: pathlib.Path) -> None:
    a, b = (tf.summary.create_file_writer(str(tmp_path / name)) for name in "ab")
    with a.as_default(step=10) as writer:
        assert writer is a
        tf.summary.scalar("x", 1)
        with b.as_default(step=20):
            tf.summary.scalar("y", 1)
            assert tf.summary.experimental.get_step() == 20
        tf.summary.scalar("z", 1)
    assert tf.summary.experimental.get_step() is None
    assert tags(tmp_path / "a") == [(10, "x"), (10, "z")]
    assert tags(tmp_path / "b") == [(20, "y")]


def test_the_queue_is_sent_when_it_is_full(tmp_path: pathlib.Path) -> None:
    writer = tf.summary.create_file_writer(str(tmp_path), max_queue=2)
    with writer.as_default(step=0):
        tf.summary.scalar("a", 1)
        tf.summary.scalar("b", 1)
        assert tags(tmp_path) == []
        tf.summary.scalar("c", 1)
        assert len(tags(tmp_path)) == 3
        tf.summary.scalar("d", 1)
        tf.summary.flush()
        assert len(tags(tmp_path)) == 4


def test_a_file_ends_whole_with_the_process(tmp_path: pathlib.Path) -> None:
    run_source(
        f"""
        import tfcompat as tf
        tf.summary.create_file_writer({str(tmp_path)!r}).set_as_default(step=1)
        tf.summary.scalar("x", 1.0)
        """
    )
    assert tags(tmp_path) == [(1, "x")]


def test_a_function_writes_at_each_run_and_is_captured(tmp_path: pathlib.Path) -> None:
    writer = tf.summary.create_file_writer(str(tmp_path))
    traces = []

    @tf.function
    def f(x: Any, step: Any) -> Any:
        traces.append(1)
        with writer.as_default(), tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
            tf.summary.scalar("y", y, step=step)
        return tape.gradient(y, x)

    for i in range(3):
        assert f(tf.constant(float(i)), tf.constant(i, tf.int64)) == 2 * i
    assert len(traces) == 1
    assert f.get_concrete_function(tf.constant(1.0), tf.constant(1, tf.int64)).graph is not None
    values = [np.frombuffer(e.summary.value[0].tensor.tensor_content, np.float32)[0] for e in written(tmp_path)]
    assert values == [0, 1, 4]
    assert [step for step, _ in tags(tmp_path)] == [0, 1, 2]


def test_a_condition_that_only_the_run_knows(tmp_path: pathlib.Path) -> None:
    writer = tf.summary.create_file_writer(str(tmp_path))

    @tf.function
    def f(wanted: Any) -> Any:
        with writer.as_default(step=1), tf.summary.record_if(wanted):
            return tf.summary.histogram("h", [1.0, 2.0]), tf.summary.should_record_summaries()

    for wanted in (True, False, True):
        assert [bool(x) for x in f(tf.constant(wanted))] == [wanted, wanted]
    assert len(tags(tmp_path)) == 2


def test_a_writer_made_in_a_function(tmp_path: pathlib.Path) -> None:
    @tf.function
    def f(x: Any) -> Any:
        writer = tf.summary.create_file_writer(str(tmp_path))
        with writer.as_default(step=7):
            tf.summary.scalar("a", x)
        writer.close()

    f(tf.constant(1.0))
    assert tags(tmp_path) == [(7, "a")]

    @tf.function
    def g(name: Any) -> Any:
        tf.summary.create_file_writer(name)

    with pytest.raises(ValueError, match="Invalid graph Tensor argument 'logdir="):
        g(tf.constant(str(tmp_path)))


def test_layers_write_as_the_model_trains(tmp_path: pathlib.Path) -> None:
    step = tf.Variable(0, dtype=tf.int64)

    class Layer(tf.keras.layers.Layer):
        def call(self, x: Any) -> Any:
            with tf.summary.record_if(lambda: step < 2):
                tf.summary.scalar("mean", tf.reduce_mean(x), step=step)
            tf.print("x", x, output_stream=f"file://{tmp_path}/printed")
            step.assign_add(1)
            return x

    model = tf.keras.Sequential([Layer(), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        model.fit(np.ones([6, 2], "float32"), np.ones([6, 1], "float32"), batch_size=2, verbose=0)
    assert [number for number, _ in tags(tmp_path)] == [0, 1]
    assert (tmp_path / "printed").read_text().count("x [[1 1]") == 3


def test_graphs(tmp_path: pathlib.Path) -> None:
    f = tf.function(lambda x: x * 2)
    graph = f.get_concrete_function(tf.constant(1.0)).graph
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        assert tf.summary.graph(graph)
        assert tf.summary.graph(graph.as_graph_def())
        with pytest.raises(ValueError, match="'graph_data' is not tf.Graph or tf.compat.v1.GraphDef. Received"):
            tf.summary.graph(3)
        with pytest.raises(ValueError, match="cannot be invoked inside a graph context"):
            tf.function(lambda: tf.summary.graph(graph))()
        with tf.summary.record_if(False):
            assert not tf.summary.graph(graph)
    found = [message("GraphDef").FromString(event.graph_def) for event in written(tmp_path)]
    assert [[node.op for node in g.node] for g in found] == [["Placeholder", "Const", "Mul", "Identity"]] * 2


def test_traces(tmp_path: pathlib.Path) -> None:
    f, g = tf.function(lambda x: x * 2), tf.function(lambda x: x + 1)
    g(tf.constant(1.0))
    tf.summary.trace_on(graph=True)
    f(tf.constant(1.0))
    f(tf.constant(2.0))
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        with pytest.raises(ValueError, match="No step set"):
            tf.summary.trace_export("trace")
        tf.summary.trace_export("trace", step=3)
        with pytest.raises(ValueError, match="Must enable trace before export"):
            tf.summary.trace_export("trace", step=3)
        tf.summary.trace_on(graph=False)
        tf.summary.trace_export("empty", step=4)
        tf.summary.trace_on()
        tf.summary.trace_off()
        tf.summary.trace_off()
    graphs, empty = [event.summary.value[0] for event in written(tmp_path)]
    assert [v.metadata.plugin_data.plugin_name for v in (graphs, empty)] == [
        "graph_run_metadata_graph",
        "graph_run_metadata",
    ]
    assert tags(tmp_path) == [(3, "trace"), (4, "empty")]
    assert graphs.metadata.plugin_data.content == b"1"
    metadata = message("RunMetadata").FromString(graphs.tensor.string_val[0])
    (found,) = metadata.function_graphs
    assert [node.op for node in found.pre_optimization_graph.node] == ["Placeholder", "Const", "Mul", "Identity"]
    assert metadata.partition_graphs[0] == found.post_optimization_graph
    assert empty.tensor.string_val[0] == b""


@pytest.mark.parametrize("late", [False, True])
def test_the_profiler_writes_a_trace(tmp_path: pathlib.Path, late: bool) -> None:
    directory = {"profiler_outdir": str(tmp_path / "profile")}
    tf.summary.trace_on(profiler=True, **({} if late else directory))
    tf.matmul(tf.ones([2, 2]), tf.ones([2, 2]))
    if late:
        with pytest.raises(tf.errors.UnavailableError, match="takes a `profiler_outdir`"):
            tf.summary.trace_export("t", step=0)
    tf.summary.trace_export("t", step=0, **(directory if late else {}))
    (path,) = (tmp_path / "profile").glob("*.pt.trace.json")
    assert "aten::mm" in path.read_text(encoding="utf-8")


REFUSED = [
    ("tf.summary.scalar('a', 1.0)", ValueError, "No step set"),
    ("tf.function(lambda: tf.summary.scalar('a', 1.0))()", ValueError, "No step set"),
    ("tf.summary.experimental.write_raw_pb([b''])", ValueError, "No step set"),
    ("tf.summary.scalar('a', 1.0, step=[1, 2])", ValueError, r"`step` must be a scalar. Received step with shape \(2,"),
    ("tf.summary.scalar('a', 1.0, step=1.5)", TypeError, "Cannot convert 1.5 to EagerTensor of dtype int64"),
    (
        "tf.summary.scalar('a', 1.0, step=tf.constant(3))",
        ValueError,
        "requested dtype int64 for Tensor with dtype int32",
    ),
    ("tf.summary.scalar('a', [1.0, 2.0], step=1)", ValueError, r"Expected scalar shape, saw shape: \(2,\)."),
    ("tf.summary.scalar('a', 'x', step=1)", tf.errors.UnimplementedError, "Cast string to float is not supported"),
    ("tf.summary.scalar(3, 1.0, step=1)", TypeError, "expected string"),
    ("tf.summary.image('a', tf.zeros([2, 2, 1]), step=1)", ValueError, "must have rank 4.  Received rank 3"),
    ("tf.summary.image('a', tf.zeros([1, 2, 2, 5]), step=1)", tf.errors.InvalidArgumentError, "4 channels, got 5"),
    ("tf.summary.image('a', tf.zeros([1, 2, 2, 1]), 1, -1)", tf.errors.InvalidArgumentError, "x >= 0 did not hold"),
    ("tf.summary.audio('a', tf.zeros([2, 2]), 8000, step=1)", ValueError, "must have rank 3.  Received rank 2"),
    ("tf.summary.audio('a', tf.zeros([1, 2, 1]), 8, 1, -1)", tf.errors.InvalidArgumentError, "x >= 0 did not hold"),
    ("tf.summary.audio('a', tf.zeros([1, 2, 1]), 8, encoding='mp3')", ValueError, "Unknown encoding: 'mp3'"),
    ("tf.summary.text('a', 1.0, step=1)", TypeError, "must be of type tf.string; got tf.float32"),
    ("tf.summary.histogram('a', 'x', step=1)", tf.errors.UnimplementedError, "Cast string to double"),
    ("tf.summary.histogram('a', [1.0], step=1, buckets=2.5)", TypeError, "must be of type tf.int32; got tf.float32"),
    ("tf.summary.write(3, 1.0, step=1)", TypeError, "Cannot convert 3 to EagerTensor of dtype string"),
    ("tf.summary.write('a', 1.0, step=1, metadata=3)", TypeError, "Cannot convert 3 to EagerTensor of dtype string"),
    ("tf.summary.experimental.write_raw_pb([b'\\xff'], 1)", tf.errors.DataLossError, "proto tensor string at index 0"),
    ("tf.summary.experimental.write_raw_pb(1, 1)", tf.errors.InvalidArgumentError, "string tensor but is a int32"),
    ("tf.summary.flush(3)", ValueError, r"Invalid argument to flush\(\): 3"),
    ("tf.summary.create_file_writer(None)", ValueError, "Argument `logdir` cannot be None"),
    ("tf.summary.create_file_writer(3)", TypeError, "Cannot convert 3 to EagerTensor of dtype string"),
    ("tf.summary.create_file_writer('x', experimental_mesh=1)", NotImplementedError, "experimental_mesh"),
    ("tf.summary.SummaryWriter().flush()", NotImplementedError, "^$"),
]


@pytest.mark.parametrize(("source", "error", "words"), REFUSED)
def test_what_is_refused(tmp_path: pathlib.Path, source: str, error: type[Exception], words: str) -> None:
    with tf.summary.create_file_writer(str(tmp_path)).as_default(), pytest.raises(error, match=words):
        eval(source, {"tf": tf})
    assert tags(tmp_path) == []


def test_a_closed_writer(tmp_path: pathlib.Path) -> None:
    writer = tf.summary.create_file_writer(str(tmp_path))
    with writer.as_default(step=1):
        tf.summary.scalar("a", 1)
        writer.close()
        with pytest.raises(tf.errors.NotFoundError, match="is closed"):
            tf.summary.scalar("b", 1)
    writer.close()
    writer.flush()
    for method in (writer.as_default, writer.set_as_default, writer.init):
        with pytest.raises(RuntimeError, match="is already closed"):
            method()
    assert tags(tmp_path) == [(1, "a")]


def test_record_if_takes_a_bool(tmp_path: pathlib.Path) -> None:
    with tf.summary.create_file_writer(str(tmp_path)).as_default(step=1):
        with tf.summary.record_if(3), pytest.raises(TypeError, match="Cannot convert 3 to EagerTensor of dtype bool"):
            tf.summary.scalar("a", 1)
        with tf.summary.record_if(tf.Variable(True)):
            assert tf.summary.scalar("a", 1)


def test_the_scope_of_a_summary() -> None:
    scope = tf.summary.experimental.summary_scope
    with scope("a b/é%") as pair:
        assert pair == ("a b/é%", "ab/")
    with scope(None) as pair:
        assert pair == ("summary", "summary/")
    with tf.name_scope("o"), scope("é") as pair:
        assert pair == ("o/é", "o/summary/")
    with tf.name_scope("o"), scope("x", "y"), scope("x", "y") as pair:
        assert pair == ("o/x/x", "o/x/x/")
