"""Functions that print, check, and read examples, rows and images are saved: they run here and in TensorFlow."""

import io
import pathlib
from typing import Any

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import ask_tensorflow

_S0, _S1 = tf.TensorSpec((), tf.string), tf.TensorSpec((None,), tf.string)
_X = tf.TensorSpec((None, 3), tf.float32)


def _example(i: int) -> bytes:
    values = {
        "a": tf.train.Feature(float_list=tf.train.FloatList(value=[i, 2.0, 3.0])),
        **{name: tf.train.Feature(int64_list=tf.train.Int64List(value=range(i))) for name in "vn"},
    }
    return tf.train.Example(features=tf.train.Features(feature=values)).SerializeToString()


class _Module(tf.Module):
    @tf.function(input_signature=[_X])
    def prints(self, x: Any) -> Any:
        tf.print("{} of", x, {"sum": tf.reduce_sum(x)}, 3, sep="|", end="#\n", output_stream="stdout", summarize=1)
        if tf.reduce_sum(x) > 3.0:
            tf.print("large", output_stream="stdout")
        for i in tf.range(2):
            tf.print("round", i, output_stream="stdout")
        return tf.squeeze(x + 1.0, 0)

    @tf.function(input_signature=[_X])
    def checks(self, x: Any) -> Any:
        tf.debugging.assert_positive(x, message="too small")
        tf.debugging.assert_less(x, 100.0)
        tf.debugging.assert_near(x, x)
        tf.Assert(tf.reduce_all(x < 50.0), ["more than 50:", x])
        with tf.control_dependencies([tf.debugging.assert_equal(tf.shape(x)[0], 1)]):
            x = tf.identity(x)
        return tf.debugging.check_numerics(1.0 / (x - 7.0), "seven")

    @tf.function(input_signature=[_S1])
    def batch(self, s: Any) -> dict[str, Any]:
        parsed = tf.io.parse_example(
            s,
            {
                "a": tf.io.FixedLenFeature([3], tf.float32),
                "missing": tf.io.FixedLenFeature([], tf.string, default_value="none"),
                "v": tf.io.VarLenFeature(tf.int64),
                "rows": tf.io.RaggedFeature(tf.int64, value_key="n"),
                "b": tf.io.FixedLenSequenceFeature([], tf.float32, allow_missing=True, default_value=7.0),
            },
        )
        parsed["v"], parsed["rows"] = tf.sparse.to_dense(parsed["v"], -1), parsed["rows"].to_tensor(5)
        return parsed

    @tf.function(input_signature=[_S0])
    def single(self, s: Any) -> Any:
        return tf.io.parse_single_example(s, {"a": tf.io.FixedLenFeature([3], tf.float32)})["a"] * 2.0

    @tf.function(input_signature=[_S1])
    def rows(self, s: Any) -> Any:
        return tf.io.decode_csv(s, [[0], [0.5], ["x"]], na_value="-"), tf.io.decode_raw(s, tf.uint8)

    @tf.function(input_signature=[_S1])
    def images(self, s: Any) -> Any:
        def one(data: Any) -> Any:
            image = tf.io.decode_image(data, channels=3, expand_animations=False)
            image = tf.image.convert_image_dtype(image, tf.float32)
            found = tf.concat([tf.image.resize(image, [5, 3], m) for m in ("bilinear", "bicubic", "area")], 0)
            return tf.ensure_shape(tf.concat([found, tf.image.resize(image, [5, 3], antialias=True)], 0), [20, 3, 3])

        return tf.map_fn(one, s, fn_output_signature=tf.float32)


_PNG = tf.io.encode_png(np.arange(8 * 6 * 3, dtype=np.uint8).reshape(8, 6, 3)).numpy()
_CALLS = {
    "prints": [[1.0, 2.0, 3.0]],
    "checks": [[1.0, 2.0, 3.0]],
    "batch": [_example(1), _example(2)],
    "single": _example(4),
    "rows": [b"1,-,a", b"4,5.,"],
    "images": [_PNG, _PNG],
}
_WRONG = [[[-1.0, 1.0, 1.0]], [[1.0, 1.0, 200.0]], [[60.0, 1.0, 1.0]], [[1.0] * 3] * 2, [[7.0, 1.0, 1.0]]]
_TOLD = ["too small", "x < y did not hold", "more than 50:", "x == y did not hold", "seven"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("serving")
    module = _Module()
    signatures = {name: getattr(module, name) for name in ("batch", "single", "images")}
    tf.saved_model.save(module, path, signatures=signatures)
    return path


def test_loaded_functions_give_the_same(folder: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    module, loaded = _Module(), tf.saved_model.load(folder)
    for name, given in _CALLS.items():
        wanted = tf.nest.flatten(getattr(module, name)(tf.constant(given)))
        printed = capsys.readouterr().out
        for found, value in zip(tf.nest.flatten(getattr(loaded, name)(tf.constant(given))), wanted, strict=True):
            np.testing.assert_array_equal(found, value)
        assert capsys.readouterr().out == printed
        assert printed == ("{} of|[[1 ... 3]]|{'sum': 6}|3#\nlarge\nround 0\nround 1\n" if name == "prints" else "")
    signature = loaded.signatures["batch"](tf.constant(_CALLS["batch"]))
    assert sorted(signature) == ["a", "b", "missing", "rows", "v"]
    for given, told in zip(_WRONG, _TOLD, strict=True):
        with pytest.raises(tf.errors.InvalidArgumentError, match=told):
            loaded.checks(tf.constant(given))


@pytest.mark.oracle
def test_they_run_in_tensorflow(folder: pathlib.Path) -> None:
    found, printed, errors = ask_tensorflow(
        f"""
        import io, os, sys, tempfile
        loaded = tf.saved_model.load({str(folder)!r})
        calls = {_CALLS!r}
        found, errors = {{}}, []
        with tempfile.TemporaryFile() as out:  # what kernels print goes past Python
            before = os.dup(1)
            os.dup2(out.fileno(), 1)
            loaded.prints(tf.constant(calls["prints"]))
            os.dup2(before, 1)
            out.seek(0)
            printed = out.read().decode()
        for name, given in calls.items():
            if name != "prints":
                found[name] = [t.numpy().tolist() for t in tf.nest.flatten(getattr(loaded, name)(tf.constant(given)))]
        for given in {_WRONG!r}:
            try:
                loaded.checks(tf.constant(given))
                errors.append("nothing")
            except tf.errors.InvalidArgumentError as error:
                errors.append(error.message)
        signature = loaded.signatures["single"](s=tf.constant(calls["single"]))
        answer([found, printed, errors + [signature["output_0"].numpy().tolist()]])
        """
    )
    module = _Module()
    for name, results in found.items():
        wanted = tf.nest.flatten(getattr(module, name)(tf.constant(_CALLS[name])))
        for result, value in zip(results, wanted, strict=True):
            if value.dtype == tf.string:
                assert np.array(result, object).tolist() == [each.decode() for each in value.numpy()]
            else:
                np.testing.assert_allclose(result, value, rtol=1e-5, atol=1e-5, err_msg=name)
    assert printed == "{} of|[[1 ... 3]]|{'sum': 6}|3#\nlarge\nround 0\nround 1\n"
    *messages, signature = errors
    assert all(told in message for told, message in zip(_TOLD, messages, strict=True)), messages
    assert signature == [8.0, 4.0, 6.0]


def test_python_functions_and_streams_are_refused(tmp_path: pathlib.Path) -> None:
    """What only this program has can't be saved, and the error says what it is."""
    module = tf.Module()

    @tf.function(input_signature=[_X])
    def python(x: Any) -> Any:
        return tf.ensure_shape(tf.numpy_function(lambda a: a + 1, [x], tf.TensorSpec((1, 3), tf.float32)), (1, 3))

    stream = io.StringIO()

    @tf.function(input_signature=[_X])
    def printing(x: Any) -> Any:
        tf.print(x, output_stream=stream)
        return x

    for function in (python, printing):
        module.function = function
        with pytest.raises(NotImplementedError, match=r"can't be saved: .*a Python function .*tf.py_function"):
            tf.saved_model.save(module, tmp_path)
