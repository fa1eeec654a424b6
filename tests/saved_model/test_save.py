"""tf.saved_model.save and load: modules come back with their variables and functions, without their Python."""

import pathlib
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow
from tests.programs import run_source
from tfcompat.saved_model import _checksums


class Model(tf.Module):
    """A module with two functions."""

    def __init__(self) -> None:
        super().__init__()
        self.w = tf.Variable([[1.0, 2.0]], name="w")
        self.n = tf.Variable(0.0, trainable=False)
        self.l = [tf.Variable(3.0)]
        self.inner = tf.Module()
        self.inner.table = {"a": tf.Variable([1, 2])}

    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32, name="x")])
    def __call__(self, x):
        self.n.assign_add(1.0)
        return tf.matmul(x, self.w) * self.l[0]

    @tf.function
    def f(self, x, k=2, training=False):
        return x if training else {"a": x * k, "b": (x, tf.constant([1.5]) + self.n)}


@pytest.fixture
def saved(tmp_path: pathlib.Path) -> str:
    model = Model()
    model(tf.ones([2, 1]))
    model.f(tf.constant([1, 2, 3]))
    model.f(tf.constant(1.0), training=True)
    tf.saved_model.save(model, tmp_path / "m")
    return str(tmp_path / "m")


def test_functions_and_variables(saved: str) -> None:
    loaded = tf.saved_model.load(saved)
    np.testing.assert_array_equal(loaded(tf.ones([3, 1])), [[3, 6]] * 3)
    assert loaded.n.numpy() == 2.0
    assert not loaded.n.trainable
    assert loaded.l[0].numpy() == 3.0
    assert loaded.inner.table["a"].numpy().tolist() == [1, 2]
    found = loaded.f(tf.constant([4, 5, 6]))
    assert found["a"].numpy().tolist() == [8, 10, 12]
    assert found["b"][1].numpy().tolist() == [3.5]
    assert loaded.f(tf.constant(2.0), training=True).numpy() == 2.0
    np.testing.assert_array_equal(loaded(np.ones((1, 1), np.float64)), [[3, 6]])
    with pytest.raises(ValueError, match="Could not find matching concrete function"):
        loaded.f(tf.constant([1.0, 2.0]))


def test_without_the_python(saved: str) -> None:
    run_source(
        textwrap.dedent(
            f"""
            import tfcompat as tf
            loaded = tf.saved_model.load({saved!r})
            assert loaded(tf.ones([1, 1])).numpy().tolist() == [[3.0, 6.0]]
            loaded.w.assign([[2.0, 2.0]])
            assert loaded(tf.ones([1, 1])).numpy().tolist() == [[6.0, 6.0]]
            """
        )
    )


def test_gradients_and_captured_calls(saved: str) -> None:
    loaded = tf.saved_model.load(saved)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(loaded(tf.ones([3, 1])))
    np.testing.assert_array_equal(tape.gradient(y, loaded.w), [[9, 9]])
    again = tf.function(lambda x: loaded(x) + 1.0)
    np.testing.assert_array_equal(again(tf.ones([1, 1])), [[4, 7]])
    assert loaded.n.numpy() == 3.0


def test_saving_again(saved: str, tmp_path: pathlib.Path) -> None:
    loaded = tf.saved_model.load(saved)
    module = tf.Module()
    module.w = loaded.w
    module.call = tf.function(lambda x: loaded.w * x, input_signature=[tf.TensorSpec([], tf.float32)])
    tf.saved_model.save(module, tmp_path / "again")
    found = tf.saved_model.load(tmp_path / "again")
    np.testing.assert_array_equal(found.call(tf.constant(2.0)), [[2, 4]])


def test_signatures(saved: str, tmp_path: pathlib.Path) -> None:
    default = tf.saved_model.load(saved).signatures["serving_default"]
    np.testing.assert_array_equal(default(x=tf.ones([1, 1]))["output_0"], [[3, 6]])
    model = Model()
    double = tf.function(lambda a, b: {"sum": a + b}).get_concrete_function(
        tf.TensorSpec([None], tf.float32, name="a"), tf.TensorSpec([], tf.float32, name="b")
    )
    tf.saved_model.save(model, tmp_path / "s", signatures={"call": model.__call__, "double": double})
    signatures = tf.saved_model.load(tmp_path / "s").signatures
    assert sorted(signatures) == ["call", "double"]
    assert signatures["double"].structured_input_signature[1] == {
        "a": tf.TensorSpec([None], tf.float32, name="a"),
        "b": tf.TensorSpec([], tf.float32, name="b"),
    }
    np.testing.assert_array_equal(signatures["double"](b=tf.constant(1.0), a=tf.ones([2]))["sum"], [2, 2])


def test_what_can_not_be_saved(tmp_path: pathlib.Path) -> None:
    module = tf.Module()
    outside = tf.Variable(1.0, name="outside")
    module.f = tf.function(lambda x: x * outside, input_signature=[tf.TensorSpec([], tf.float32)])
    with pytest.raises(AssertionError, match="(?s)'untracked' resource.*outside"):
        tf.saved_model.save(module, tmp_path / "m")
    module.f = tf.function(
        lambda x: tf.py_function(lambda y: y, [x], tf.TensorSpec([], tf.float32)),
        input_signature=[tf.TensorSpec([], tf.float32)],
    )
    with pytest.raises(NotImplementedError, match="can't be saved: its graph has a Python function"):
        tf.saved_model.save(module, tmp_path / "m")
    with pytest.raises(ValueError, match="Expected an object of type `Trackable`"):
        tf.saved_model.save(3, tmp_path / "m")
    with pytest.raises(ValueError, match="Expected a TensorFlow function"):
        tf.saved_model.save(tf.Module(), tmp_path / "m", signatures=lambda x: x)
    assert not tf.saved_model.contains_saved_model(tmp_path / "m")
    with pytest.raises(NotImplementedError, match="experimental_image_format"):
        tf.saved_model.SaveOptions(experimental_image_format=True)


def test_programs_can_not_call_anything_else(saved: str) -> None:
    path = pathlib.Path(saved) / "assets.extra" / "tfcompat_programs.json"
    for name in ("os.system", "aten.nothing.default", "operator.attrgetter", "aten.__class__.x"):
        path.write_text(path.read_text().replace("aten.mm.default", name))
        _checksums.write(saved)
        with pytest.raises(ValueError, match=r"no kernel|damaged"):
            tf.saved_model.load(saved)(tf.ones([1, 1]))
        path.write_text(path.read_text().replace(name, "aten.mm.default"))
    path.write_text("{")
    _checksums.write(saved)
    with pytest.raises(ValueError, match="can't be read"):
        tf.saved_model.load(saved)


def test_files_that_are_not_as_they_were_written(saved: str) -> None:
    path = pathlib.Path(saved) / "assets.extra" / "tfcompat_programs.json"
    written = path.read_text()
    path.write_text(f"{written} ")
    with pytest.raises(ValueError, match=r"damaged: assets.extra/tfcompat_programs.json is not as it was written"):
        tf.saved_model.load(saved)
    path.write_text(written)
    path.with_name("tfcompat_checksums.json").write_text("[")
    with pytest.raises(ValueError, match=r"tfcompat_checksums.json' is damaged"):
        tf.saved_model.load(saved)
    path.with_name("tfcompat_checksums.json").unlink()
    tf.saved_model.load(saved)


def test_gradients_that_are_not_saved_are_told(tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture) -> None:
    @tf.custom_gradient
    def halved(x):
        return x, lambda dy: dy / 2

    module = tf.Module()
    module.f = tf.function(lambda x: halved(x), input_signature=[tf.TensorSpec([], tf.float32)])
    tf.saved_model.save(module, tmp_path / "m")
    assert "saved without the gradients that halved in it say themselves" in caplog.text


@pytest.mark.oracle
def test_tensorflow_reads_variables_and_signatures(saved: str) -> None:
    names, inputs, outputs = ask_tensorflow(
        f"""
        from tensorflow.python.saved_model import loader_impl
        meta = loader_impl.parse_saved_model({saved!r}).meta_graphs[0]
        signature = meta.signature_def["serving_default"]
        answer([tf.train.list_variables({saved!r} + "/variables/variables"),
                [[k, v.dtype, [d.size for d in v.tensor_shape.dim]] for k, v in signature.inputs.items()],
                [[k, v.dtype, [d.size for d in v.tensor_shape.dim]] for k, v in signature.outputs.items()]])
        """
    )
    assert ["inner/table/a/.ATTRIBUTES/VARIABLE_VALUE", [2]] in names
    assert (inputs, outputs) == ([["x", 1, [-1, 1]]], [["output_0", 1, [-1, 2]]])


def test_functions_of_ragged_and_sparse_tensors(tmp_path: pathlib.Path) -> None:
    """Their specs are the signature, as in TensorFlow, whose loader reads them."""

    class Module(tf.Module):
        @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.int32), tf.SparseTensorSpec([None, 2])])
        def both(self, rows, sparse):
            return {"next": rows + 1, "dense": tf.sparse.to_dense(sparse)}

    tf.saved_model.save(Module(), str(tmp_path))
    both = tf.saved_model.load(str(tmp_path)).both
    result = both(tf.ragged.constant([[1, 2], [3]]), tf.sparse.from_dense([[1.0, 0.0]]))
    assert result["next"].to_list() == [[2, 3], [4]]
    assert result["dense"].numpy().tolist() == [[1.0, 0.0]]
    specs = both.concrete_functions[0].structured_input_signature[0]
    assert specs == (tf.RaggedTensorSpec([None, None], tf.int32, 1, tf.int64), tf.SparseTensorSpec([None, 2]))


def test_arguments_that_no_graph_takes_are_listed(tmp_path: pathlib.Path) -> None:
    """The text of TensorFlow 2.21's error."""
    module: Any = tf.Module()
    module.f = tf.function(lambda x, n=3: x)
    module.f(tf.constant(1.0))
    tf.saved_model.save(module, str(tmp_path))
    with pytest.raises(ValueError, match="Could not find matching concrete function") as raised:
        tf.saved_model.load(str(tmp_path)).f("a")
    assert str(raised.value).splitlines() == [
        "Could not find matching concrete function to call loaded from the SavedModel. Got:",
        "  Positional arguments (2 total):",
        "    * 'a'",
        "    * 3",
        "  Keyword arguments: {}",
        "",
        " Expected these arguments to match one of the following 1 option(s):",
        "",
        "Option 1:",
        "  Positional arguments (2 total):",
        "    * TensorSpec(shape=(), dtype=tf.float32, name='x')",
        "    * 3",
        "  Keyword arguments: {}",
    ]


class _Control(tf.Module):
    """Functions with loops and branches on tensors, on variables, TensorArrays and rows."""

    def __init__(self) -> None:
        super().__init__()
        self.v = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def loop(self, x):
        total, i = tf.zeros_like(x), tf.constant(0)
        while tf.reduce_sum(total) < 20.0:
            total += x * self.v
            i += 1
            if i > 2:
                total = total * 2.0
        return total, i

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def branch(self, n):
        if n > 3:
            self.v.assign(self.v * 3.0)
        return tf.switch_case(n, [lambda: self.v + 0.0, lambda: self.v * 10.0, lambda: -self.v])

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def rows(self, x):
        array = tf.TensorArray(tf.float32, size=tf.shape(x)[0])
        for i in tf.range(tf.shape(x)[0]):
            array = array.write(i, x[i] * tf.cast(i, tf.float32))
        return array.stack(), tf.map_fn(lambda r: tf.reduce_sum(r) * self.v, x)


def test_loops_and_branches(tmp_path: pathlib.Path) -> None:
    tf.saved_model.save(_Control(), tmp_path / "m")
    loaded = tf.saved_model.load(tmp_path / "m")
    total, rounds = loaded.loop(tf.constant([1.0, 2.0]))
    assert (total.numpy().tolist(), int(rounds)) == ([12, 24], 3)  # 2, 4, then 6 doubled
    array, mapped = loaded.rows(tf.ones([3, 2]))
    assert array.numpy().tolist() == [[0, 0], [1, 1], [2, 2]]
    assert mapped.numpy().tolist() == [4, 4, 4]
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(loaded.loop(x)[0])
    gradients = tape.gradient(y, [x, loaded.v])
    assert [g.numpy().tolist() for g in gradients] == [[12, 12], 18]
    assert [float(loaded.branch(tf.constant(n))) for n in (0, 1, 2, 5)] == [2, 20, -2, -6]
    assert float(loaded.v) == 6.0


def test_what_was_loaded_is_saved_again(tmp_path: pathlib.Path) -> None:
    class Scaled(tf.Module):
        def __init__(self) -> None:
            self.w, self.parts = tf.Variable([1.0, 2.0]), {"b": tf.Variable(3.0)}

        @tf.function
        def __call__(self, x, training=False, *, scale=2.0):
            y = x * self.w
            if training:
                y = y + self.parts["b"]
            for _ in tf.range(2):
                y = y * scale
            return {"y": y}

        @tf.function(input_signature=[tf.TensorSpec([None])])
        def f(self, x):
            return x * self.parts["b"]

    model = Scaled()
    for options in ({}, {"training": True}, {"scale": 3.0}):
        model(tf.ones([2]), **options)
    tf.saved_model.save(model, tmp_path / "first", signatures={"threefold": model.f})
    loaded = tf.saved_model.load(tmp_path / "first")
    loaded.w.assign([5.0, 6.0])
    tf.saved_model.save(loaded, tmp_path / "second")
    again = tf.saved_model.load(tmp_path / "second")
    assert again(tf.ones([2]))["y"].numpy().tolist() == [20.0, 24.0]
    assert again(tf.ones([2]), training=True)["y"].numpy().tolist() == [32.0, 36.0]
    assert again(tf.ones([2]), scale=3.0)["y"].numpy().tolist() == [45.0, 54.0]
    assert again.signatures["threefold"](x=tf.constant([2.0]))["output_0"].numpy().tolist() == [6.0]
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(again(tf.ones([2]), True)["y"])
    assert tape.gradient(y, [again.w, again.parts["b"]])[1].numpy() == 8.0
    with pytest.raises(ValueError, match="Could not find matching concrete function"):
        again(tf.ones([3]))


def test_texts_and_tables_with_other_words(tmp_path: pathlib.Path) -> None:
    class Words(tf.Module):
        def __init__(self) -> None:
            pairs = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64))
            self.table = tf.lookup.StaticVocabularyTable(pairs, 5)

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def numbers(self, x):
            return self.table.lookup(x)

        @tf.function(input_signature=[])
        def text(self):
            return tf.constant(["always", "this"]), tf.constant(1)

    words = Words()
    tf.saved_model.save(words, tmp_path / "words")
    loaded = tf.saved_model.load(tmp_path / "words")
    given = tf.constant(["b", "x", "yy", "a"])
    assert loaded.numbers(given).numpy().tolist() == words.numbers(given).numpy().tolist()
    assert loaded.text()[0].numpy().tolist() == [b"always", b"this"]


def test_other_sizes_than_a_graph_was_captured_for_are_refused(tmp_path: pathlib.Path) -> None:
    module = tf.Module()
    module.half = tf.function(
        lambda x: tf.image.central_crop(x, 0.5), input_signature=[tf.TensorSpec([None, None, 3], tf.float32)]
    )
    tf.saved_model.save(module, tmp_path / "half")
    loaded = tf.saved_model.load(tmp_path / "half")
    for n in (2, 8):
        x = tf.random.uniform([n, n, 3])
        try:
            found = loaded.half(x)
        except tf.errors.UnimplementedError as error:
            assert "was captured for sizes where" in str(error)  # noqa: PT017
        else:
            np.testing.assert_array_equal(found, tf.image.central_crop(x, 0.5))


def test_functions_are_traced_again_for_a_file(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As in TensorFlow: once for each signature, however often it is saved, apart from the traces of calls."""

    class Told(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None])])
        def f(self, x: Any) -> Any:
            print("f")
            return x * 2

        @tf.function
        def g(self, x: Any, n: int = 2) -> Any:
            print("g", x, n)
            return x * n

    def printed(act: Callable[[], object]) -> str:
        act()
        return capsys.readouterr().out

    told = Told()
    save = lambda: tf.saved_model.save(told, str(tmp_path))  # noqa: E731
    assert printed(save) == "f\n"
    assert printed(lambda: told.f([1.0])) == "f\n"
    assert printed(lambda: told.g(tf.constant(1.0), n=3)) == 'g Tensor("x:0", shape=(), dtype=float32) 3\n'
    assert printed(save) == 'g Tensor("x:0", shape=(), dtype=float32) 3\n'
    assert printed(save) == ""
