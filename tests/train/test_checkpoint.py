"""tf.train.Checkpoint: what is saved under which name, what is restored when, and what is said where it is not."""

import base64
import gc
import hashlib
import json
import logging
import pathlib
import threading

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow

RECORDED = json.loads((pathlib.Path(__file__).parents[1] / "_formats/test_tensor_bundle.json").read_text())
BOTH = pytest.mark.parametrize("format", ["safetensors", "tf"])


class Net(tf.Module):
    """A module with a variable, a list, a dict and a tuple of variables, and a random generator."""

    def __init__(self, start: float = 0.0) -> None:
        super().__init__()
        self.w = tf.Variable([[start + 1, start + 2]], name="w")
        self.l = [tf.Variable(int(start) + 1), tf.Variable(int(start) + 2)]
        self.d = {"a": tf.Variable(start + 3), "b/c": tf.Variable(start + 4)}
        self.t = (tf.Variable(start + 5),)
        self.g = tf.random.Generator.from_seed(int(start) + 3)

    def values(self) -> list:
        found = [self.w, *self.l, *self.d.values(), *self.t, self.g.state]
        return [variable.numpy().tolist() for variable in found]


def _options(format: str, **kwargs):
    return tf.train.CheckpointOptions(format=format, **kwargs)


def test_names_are_tensorflows(tmp_path: pathlib.Path) -> None:
    path = tf.train.Checkpoint(model=Net(), step=tf.Variable(0, dtype=tf.int64)).save(tmp_path / "ckpt")
    (tmp_path / "real.index").write_bytes(base64.b64decode(RECORDED["obj_ckpt-1.index"]))
    (tmp_path / "real.data-00000-of-00001").write_bytes(base64.b64decode(RECORDED["obj_ckpt-1.data-00000-of-00001"]))
    assert tf.train.list_variables(path) == tf.train.list_variables(tmp_path / "real")
    assert path == str(tmp_path / "ckpt-1")
    graphs = [tf.train.load_checkpoint(p).get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH") for p in (path, tmp_path / "real")]
    assert graphs[0] == graphs[1]


def test_restores_what_tensorflow_saved(tmp_path: pathlib.Path) -> None:
    for suffix in ("index", "data-00000-of-00001"):
        (tmp_path / f"real.{suffix}").write_bytes(base64.b64decode(RECORDED[f"obj_ckpt-1.{suffix}"]))
    net, step = Net(7.0), tf.Variable(9, dtype=tf.int64)
    checkpoint = tf.train.Checkpoint(model=net, step=step)
    checkpoint.restore(tmp_path / "real").assert_consumed()
    assert net.values() == Net().values()
    assert step.numpy() == 0
    assert checkpoint.save_counter.numpy() == 1


@BOTH
def test_round_trip(tmp_path: pathlib.Path, format: str) -> None:
    net = Net()
    path = tf.train.Checkpoint(net=net).save(tmp_path / "c", options=_options(format))
    other = Net(10.0)
    status = tf.train.Checkpoint(net=other).restore(path)
    status.assert_consumed().assert_existing_objects_matched()
    status.assert_nontrivial_match()
    assert other.values() == net.values()
    suffixes = {p.suffix for p in tmp_path.iterdir()}
    assert (".safetensors" in suffixes) == (format == "safetensors")


def test_the_setting_chooses_the_format(tmp_path: pathlib.Path) -> None:
    assert tf.config.get_checkpoint_format() == "safetensors"
    tf.config.set_checkpoint_format("tf")
    try:
        tf.train.Checkpoint(v=tf.Variable(1.0)).write(tmp_path / "c")
    finally:
        tf.config.set_checkpoint_format("safetensors")
    assert (tmp_path / "c.index").exists()
    with pytest.raises(ValueError, match="`format`.*Received: format='zip'"):
        tf.config.set_checkpoint_format("zip")
    with pytest.raises(ValueError, match="`format`.*Received: format='zip'"):
        tf.train.CheckpointOptions(format="zip")


def test_one_format_replaces_the_other(tmp_path: pathlib.Path) -> None:
    v = tf.Variable(1.0)
    checkpoint = tf.train.Checkpoint(v=v)
    for value, format in enumerate(["tf", "safetensors", "tf"]):
        v.assign(value)
        checkpoint.write(tmp_path / "c", _options(format))
        assert tf.train.load_variable(tmp_path / "c", "v/.ATTRIBUTES/VARIABLE_VALUE") == value
        assert any(tmp_path.glob("*.safetensors")) != (format == "tf")


@BOTH
def test_every_dtype(tmp_path: pathlib.Path, format: str) -> None:
    values = {
        d: tf.cast(tf.constant([0, 1, 2]), d) for d in "float16 bfloat16 float64 int8 uint16 bool complex128".split()
    }
    values["string"] = tf.constant(["", "é", "long" * 100])
    old = {name: tf.Variable(value) for name, value in values.items()}
    new = {name: tf.Variable(tf.zeros_like(value)) for name, value in values.items()}
    path = tf.train.Checkpoint(**old).write(tmp_path / "c", _options(format))
    tf.train.Checkpoint(**new).read(path).assert_consumed()
    for name, value in values.items():
        assert new[name].numpy().tolist() == value.numpy().tolist(), name


def test_values_are_restored_when_their_objects_appear(tmp_path: pathlib.Path) -> None:
    path = tf.train.Checkpoint(net=Net()).write(tmp_path / "c")
    late = tf.Module()
    status = tf.train.Checkpoint(net=late).read(path)
    late.w = tf.Variable([[0.0, 0.0]])
    assert late.w.numpy().tolist() == [[1.0, 2.0]]
    late.l = []
    late.l.append(tf.Variable(0))
    late.d = {}
    late.d["b/c"] = tf.Variable(0.0)
    assert (late.l[0].numpy(), late.d["b/c"].numpy()) == (1, 4.0)
    with pytest.raises(AssertionError, match=r"Unresolved object in checkpoint \(root\)\.net\.l\.1: attributes"):
        status.assert_consumed()
    late.g = tf.random.Generator.from_seed(0)
    late.t = (tf.Variable(0.0),)
    late.l.append(tf.Variable(0))
    late.d["a"] = tf.Variable(0.0)
    status.assert_consumed()
    assert late.l[1].numpy() == 2


def test_a_root(tmp_path: pathlib.Path) -> None:
    path = tf.train.Checkpoint(Net()).save(tmp_path / "c")
    assert "w/.ATTRIBUTES/VARIABLE_VALUE" in dict(tf.train.list_variables(path))
    net = Net(5.0)
    tf.train.Checkpoint(root=net).restore(path).assert_consumed()
    assert net.w.numpy().tolist() == [[1.0, 2.0]]
    v = tf.Variable(2.0)
    path = tf.train.Checkpoint(v).write(tmp_path / "v")
    v.assign(0.0)
    tf.train.Checkpoint(v).read(path).assert_consumed()
    assert v.numpy() == 2.0


def test_tensorflows_files_of_a_root_and_more(tmp_path: pathlib.Path) -> None:
    """The MD5 sums are of what TensorFlow 2.21 wrote for the same objects."""
    root = tf.Module()
    root.a, root.b = tf.Variable([1.0, 2.0]), tf.Module()
    root.b.c = tf.Variable(3)
    options = tf.train.CheckpointOptions(format="tf")
    tf.train.Checkpoint(root).write(tmp_path / "one", options)
    tf.train.Checkpoint(root, zeta=tf.Variable(1.0), alpha=tf.Variable(2.0)).save(tmp_path / "three", options)
    sums = {path.name: hashlib.md5(path.read_bytes()).hexdigest() for path in sorted(tmp_path.glob("*.data*"))}
    assert sums == {
        "one.data-00000-of-00001": "ec55bfac00d46f8456f65fc239818c53",
        "three-1.data-00000-of-00001": "5ee3ce6f306e54f5328e2d5ed2f52474",
    }


def test_later_values_do_not_change_what_was_read(tmp_path: pathlib.Path) -> None:
    v = tf.Variable([1.0, 2.0])
    path = tf.train.Checkpoint(v=v).write(tmp_path / "c")
    before = v.read_value()
    v.assign([3.0, 4.0])
    now = v.read_value()
    tf.train.Checkpoint(v=v).read(path)
    assert before.numpy().tolist() == v.numpy().tolist() == [1.0, 2.0]
    assert now.numpy().tolist() == [3.0, 4.0]


@BOTH
def test_restoring_writes_to_the_variables_memory_where_nobody_else_sees_it(
    tmp_path: pathlib.Path, format: str
) -> None:
    large, seen = tf.Variable(tf.range(3_000_000)), tf.Variable([1.0, 2.0])
    checkpoint = tf.train.Checkpoint(large=large, seen=seen)
    path = checkpoint.write(str(tmp_path / "c"), _options(format))
    large.assign(tf.zeros_like(large))
    seen.assign([3.0, 4.0])
    before, place = seen.read_value(), tf.to_torch(large).data_ptr()
    checkpoint.read(path).assert_consumed()
    assert tf.to_torch(large).data_ptr() == place
    assert np.array_equal(large.numpy(), np.arange(3_000_000))
    assert [before.numpy().tolist(), seen.numpy().tolist()] == [[3.0, 4.0], [1.0, 2.0]]


def test_a_damaged_tensor_leaves_its_variable_alone(tmp_path: pathlib.Path) -> None:
    large = tf.Variable(tf.range(3_000_000))
    checkpoint = tf.train.Checkpoint(large=large)
    path = checkpoint.write(str(tmp_path / "c"), _options("tf"))
    with open(f"{path}.data-00000-of-00001", "r+b") as file:
        file.seek(11_000_000)
        file.write(b"damage")
    large.assign(tf.zeros_like(large))
    with pytest.raises(tf.errors.DataLossError, match="Checksum does not match"):
        checkpoint.read(path)
    assert not large.numpy().any()


def test_parts_are_named_in_the_order_of_their_names(tmp_path: pathlib.Path) -> None:
    """Of one variable's two paths the first is its name, as with an optimizer that holds those of a model."""
    shared = tf.Variable(1.0)
    path = tf.train.Checkpoint(z=[shared], a=[shared]).write(tmp_path / "c")
    assert [name.partition("/.")[0] for name, _ in tf.train.list_variables(path)][1:] == ["a/0"]


def test_asserting(tmp_path: pathlib.Path) -> None:
    path = tf.train.Checkpoint(a=tf.Variable(1.0), b=tf.Variable(2.0)).write(tmp_path / "c")
    less = tf.train.Checkpoint(a=tf.Variable(0.0)).read(path)
    less.assert_existing_objects_matched()
    with pytest.raises(AssertionError, match=r"Unresolved object in checkpoint \(root\)\.b: attributes"):
        less.expect_partial().assert_consumed()
    more = tf.train.Checkpoint(a=tf.Variable(0.0), b=tf.Variable(0.0), z=tf.Variable(9.0)).read(path)
    for insist in (more.assert_consumed, more.assert_existing_objects_matched):
        with pytest.raises(AssertionError, match="Found 1 Python objects that were not bound.*numpy=9.0"):
            insist()
    other = tf.train.Checkpoint(z=tf.Variable(9.0)).read(path).expect_partial()
    with pytest.raises(AssertionError, match="Nothing except the root object matched"):
        other.assert_nontrivial_match()
    with pytest.raises(AssertionError, match="Nothing to load"):
        tf.train.Checkpoint().read(path).expect_partial().assert_nontrivial_match()


def test_restoring_none(tmp_path: pathlib.Path) -> None:
    status = tf.train.Checkpoint(a=tf.Variable(1.0)).restore(None)
    status.expect_partial()
    with pytest.raises(AssertionError, match="No checkpoint specified"):
        status.assert_consumed()


def test_what_does_not_fit(tmp_path: pathlib.Path) -> None:
    path = tf.train.Checkpoint(a=tf.Variable([1.0, 2.0])).write(tmp_path / "c")
    with pytest.raises(ValueError, match=r"incompatible tensor with shape \(2,\).*shape \(1,\) and name Variable:0"):
        tf.train.Checkpoint(a=tf.Variable([1.0])).read(path)
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="expected dtype int32 does not equal original dtype float"
    ):
        tf.train.Checkpoint(a=tf.Variable([1, 2])).read(path)
    with pytest.raises(tf.errors.NotFoundError, match="Error when restoring.*Failed to find any matching files"):
        tf.train.Checkpoint().restore(tmp_path / "none")
    for bad in (3, object()):
        with pytest.raises(ValueError, match="expecting a to be a trackable object"):
            tf.train.Checkpoint(a=bad)
    module = tf.Module()
    module.d = {1: tf.Variable(1.0)}
    with pytest.raises(ValueError, match="no string"):
        tf.train.Checkpoint(m=module).write(tmp_path / "d")


def test_one_variable_in_two_places_is_saved_once(tmp_path: pathlib.Path) -> None:
    v = tf.Variable(1.0)
    path = tf.train.Checkpoint(a=v, b=v).write(tmp_path / "c")
    assert [name for name, _ in tf.train.list_variables(path)][1:] == ["a/.ATTRIBUTES/VARIABLE_VALUE"]
    w = tf.Variable(0.0)
    tf.train.Checkpoint(a=w, b=w).read(path).assert_consumed()
    assert w.numpy() == 1.0


class Counter(tf.train.experimental.PythonState):
    """State in Python."""

    count = 0

    def serialize(self) -> str:
        return str(self.count)

    def deserialize(self, string_value: bytes) -> None:
        self.count = int(string_value)


@BOTH
def test_python_state(tmp_path: pathlib.Path, format: str) -> None:
    counter = Counter()
    counter.count = 5
    path = tf.train.Checkpoint(c=counter).write(tmp_path / "c", _options(format))
    assert ("c/.ATTRIBUTES/py_state", []) in tf.train.list_variables(path)
    counter.count = 0
    tf.train.Checkpoint(c=counter).read(path).assert_consumed()
    assert counter.count == 5


def test_unrestored_values_are_warned_of(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tf.train.Checkpoint(a=tf.Variable(1.0), b=tf.Variable(2.0)).write(tmp_path / "c")
    for silent in (False, True):
        with caplog.at_level(logging.WARNING, "tensorflow"):
            tf.get_logger().addHandler(caplog.handler)
            caplog.clear()
            checkpoint = tf.train.Checkpoint(a=tf.Variable(0.0))
            status = checkpoint.read(path)
            if silent:
                status.expect_partial()
            del checkpoint, status
            gc.collect()
            tf.get_logger().removeHandler(caplog.handler)
        assert any("restored object: (root).b" in r.getMessage() for r in caplog.records) != silent


def test_writing_in_the_background(tmp_path: pathlib.Path) -> None:
    seen: list = []
    gate = threading.Event()

    def told(path: str) -> None:
        gate.wait(10)
        seen.append((path, threading.current_thread() is threading.main_thread()))

    v = tf.Variable(1.0)
    checkpoint = tf.train.Checkpoint(v=v)
    options = tf.train.CheckpointOptions(enable_async=True, experimental_write_callbacks=[told])
    path = checkpoint.write(tmp_path / "c", options)
    v.assign(2.0)
    gate.set()
    checkpoint.sync()
    assert seen == [(path, False)]
    assert tf.train.load_variable(path, "v/.ATTRIBUTES/VARIABLE_VALUE") == 1.0

    def fails() -> None:
        raise OSError("no room")

    checkpoint.write(
        tmp_path / "c", tf.train.CheckpointOptions(enable_async=True, experimental_write_callbacks=[fails])
    )
    with pytest.raises(OSError, match="no room"):
        checkpoint.sync()


def test_name_based_checkpoints(tmp_path: pathlib.Path) -> None:
    from tfcompat._formats.tensor_bundle import BundleWriter

    with BundleWriter(tmp_path / "old") as writer:
        writer.add("v", np.float32(9.0).reshape(()))
    v, w = tf.Variable(5.0, name="v"), tf.Variable(6.0, name="w")
    tf.train.Checkpoint(v=v).restore(tmp_path / "old").assert_consumed()
    assert v.numpy() == 9.0
    status = tf.train.Checkpoint(v=v, w=w).restore(tmp_path / "old")
    with pytest.raises(AssertionError, match="Some objects had attributes which were not restored"):
        status.assert_consumed()


def test_reading_by_name(tmp_path: pathlib.Path) -> None:
    path = tf.train.Checkpoint(a=tf.Variable([1.0, 2.0]), s=tf.Variable("x")).save(tmp_path / "c")
    reader = tf.train.load_checkpoint(tmp_path)
    name = "a/.ATTRIBUTES/VARIABLE_VALUE"
    assert reader.has_tensor(name)
    assert not reader.has_tensor("a")
    assert reader.get_variable_to_shape_map()[name] == [2]
    assert reader.get_variable_to_dtype_map()[name] is tf.float32
    assert reader.get_tensor("s/.ATTRIBUTES/VARIABLE_VALUE") == b"x"
    assert f"{name} (DT_FLOAT) [2]\n" in reader.debug_string().decode()
    with pytest.raises(tf.errors.NotFoundError, match="Key zz not found in checkpoint"):
        tf.train.load_variable(path, "zz")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="Couldn't find 'checkpoint' file"):
        tf.train.list_variables(tmp_path / "empty")


def test_views(tmp_path: pathlib.Path) -> None:
    checkpoint = tf.train.Checkpoint(a=tf.Variable(1.0), net=Net())
    path = checkpoint.save(tmp_path / "c")
    view = tf.train.CheckpointView(path)
    assert view.children(0) == {"a": 1, "net": 2, "save_counter": 3}
    assert view.descendants() == list(range(len(tf.train.TrackableView(checkpoint).descendants())))
    assert list(tf.train.TrackableView.children(checkpoint)) == ["a", "net", "save_counter"]
    other = tf.train.Checkpoint(a=tf.Variable(2.0), zz=tf.Variable(1))
    assert view.match(other) == {0: other, 1: other.a}
    matched, missing, extra = view.diff(other)
    assert (len(matched), missing[:2], len(extra)) == (2, [2, 3], 1)


def test_keras_models_and_optimizers(tmp_path: pathlib.Path) -> None:
    keras = tf.keras

    def made() -> tuple:
        model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2), keras.layers.Dense(1)])
        return model, keras.optimizers.Adam(0.1)

    def step(model, optimizer) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(tf.ones([2, 3])) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))

    model, optimizer = made()
    step(model, optimizer)
    path = tf.train.Checkpoint(model=model, optimizer=optimizer).save(tmp_path / "c")
    names = [name for name, _ in tf.train.list_variables(path)]
    assert "optimizer/_trainable_variables/0/.ATTRIBUTES/VARIABLE_VALUE" in names
    assert "optimizer/_variables/2/.ATTRIBUTES/VARIABLE_VALUE" in names
    step(model, optimizer)
    expected = [v.numpy() for v in model.weights + optimizer.variables]
    model, optimizer = made()
    status = tf.train.Checkpoint(model=model, optimizer=optimizer).restore(path)
    step(model, optimizer)  # its slots are made, and restored, here
    status.assert_consumed()
    for value, variable in zip(expected, model.weights + optimizer.variables, strict=True):
        np.testing.assert_array_equal(value, variable.numpy())


def test_layers_that_are_built_after_restoring(tmp_path: pathlib.Path) -> None:
    class Model(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.many = [tf.keras.layers.Dense(2), tf.keras.layers.Dense(1)]
            self.extra = tf.Variable(1.0)

        def call(self, x):
            for layer in self.many:
                x = layer(x)
            return x + self.extra

    x = tf.random.normal([2, 3])
    model = Model()
    expected = model(x)
    path = tf.train.Checkpoint(model).write(tmp_path / "c")
    other = Model()
    status = tf.train.Checkpoint(other).read(path)
    np.testing.assert_array_equal(other(x), expected)
    status.assert_consumed()


@pytest.mark.oracle
def test_tensorflow_restores_ours(tmp_path: pathlib.Path) -> None:
    net = Net(2.0)
    path = tf.train.Checkpoint(net=net, step=tf.Variable(4)).save(tmp_path / "c", _options("tf"))
    values = ask_tensorflow(
        f"""
        class Net(tf.Module):
            def __init__(self):
                super().__init__()
                self.w = tf.Variable([[0.0, 0.0]])
                self.l = [tf.Variable(0), tf.Variable(0)]
                self.d = {{"a": tf.Variable(0.0), "b/c": tf.Variable(0.0)}}
                self.t = (tf.Variable(0.0),)
                self.g = tf.random.Generator.from_seed(1)
        net, step = Net(), tf.Variable(0)
        tf.train.Checkpoint(net=net, step=step).restore({path!r}).assert_consumed()
        answer([net.w, *net.l, *net.d.values(), *net.t, net.g.state])
        """
    )
    assert values == net.values()
