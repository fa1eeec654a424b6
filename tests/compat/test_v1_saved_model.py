"""tf.compat.v1.saved_model: graphs of sessions become SavedModels, which are loaded into sessions again."""

import pathlib

import numpy as np
import pytest

import tfcompat as tf
from tests.oracle import run_tensorflow

v1 = tf.compat.v1
SM = v1.saved_model
X = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> str:
    """A SavedModel with two graphs, a signature and a file."""
    (tmp_path / "words.txt").write_text("a\nb\n")
    path = str(tmp_path / "model")
    builder = SM.Builder(path)
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 2], name="x")
        w = v1.get_variable("w", initializer=[[1.0], [10.0]])
        count = v1.get_local_variable("count", initializer=5)
        y = tf.matmul(x, w, name="y")
        words = tf.constant(str(tmp_path / "words.txt"), name="words")
        session.run(v1.global_variables_initializer())
        session.run(w.assign(w * 2.0))
        builder.add_meta_graph_and_variables(
            session,
            [SM.tag_constants.SERVING],
            {"serving_default": SM.predict_signature_def({"x": x}, {"y": y})},
            assets_collection=[words],
            main_op=tf.group(count.initializer),
        )
    with tf.Graph().as_default(), v1.Session():
        x = v1.placeholder(tf.float32, [None, 2], name="x")
        tf.matmul(x, v1.get_variable("w", [2, 1]) * 3.0, name="y")
        builder.add_meta_graph(["train"])
    assert builder.save() == f"{path}/saved_model.pb".encode()
    return path


def test_a_session_loads_what_a_session_saved(folder: str) -> None:
    assert SM.loader.maybe_saved_model_directory(folder)
    with tf.Graph().as_default(), v1.Session() as session:
        meta = SM.loader.load(session, ["serve"], folder)
        signature = meta.signature_def["serving_default"]
        fed = {signature.inputs["x"].name: X}
        assert session.run(signature.outputs["y"].name, fed).ravel().tolist() == [42.0, 86.0]
        assert session.run("count:0") == 5
        where = session.run("words:0", {meta.asset_file_def[0].tensor_info.name: b"here"})
        assert where == b"here"
        assert SM.utils.get_tensor_from_tensor_info(signature.outputs["y"]).name == "y:0"
    assert (pathlib.Path(folder) / "assets" / "words.txt").read_text() == "a\nb\n"
    with tf.Graph().as_default(), v1.Session() as session:
        SM.load(session, {"train"}, folder, import_scope="again")
        assert session.run("again/y:0", {"again/x:0": X}).ravel().tolist() == [126.0, 258.0]
    loaded = tf.saved_model.load(folder, tags=["serve"])
    assert loaded.signatures["serving_default"](x=tf.constant(X))["y"].numpy().ravel().tolist() == [42.0, 86.0]
    with tf.Graph().as_default(), v1.Session() as session, pytest.raises(RuntimeError, match="could not be found"):
        SM.load(session, ["gpu"], folder)


@pytest.mark.oracle
def test_tensorflow_loads_it(folder: str) -> None:
    run_tensorflow(
        "v1 = tf.compat.v1\n"
        "with tf.Graph().as_default(), v1.Session() as session:\n"
        f"    v1.saved_model.load(session, ['serve'], {folder!r})\n"
        f"    assert session.run('y:0', {{'x:0': {X.tolist()}}}).ravel().tolist() == [42.0, 86.0]\n"
        "    assert session.run('count/Read/ReadVariableOp:0') == 5\n"
        f"loaded = tf.saved_model.load({folder!r}, tags=['serve']).signatures['serving_default']\n"
        f"assert loaded(x=tf.constant({X.tolist()}))['y'].numpy().ravel().tolist() == [42.0, 86.0]\n"
    )


def test_simple_save(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "simple")
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None])
        y = x * v1.get_variable("scale", initializer=4.0)
        session.run(v1.global_variables_initializer())
        SM.simple_save(session, path, {"x": x}, {"y": y})
        with pytest.raises(AssertionError, match="already exists, and isn't empty"):
            SM.simple_save(session, path, {"x": x}, {"y": y})
    assert tf.saved_model.load(path).signatures["serving_default"](tf.constant([2.0]))["y"].numpy().tolist() == [8.0]
    updater = SM.signature_def_utils.MethodNameUpdater(path)
    updater.replace_method_name("serving_default", "tensorflow/serving/regress", ["serve"])
    updater.save(tmp_path / "updated")
    changed = SM.signature_def_utils.MethodNameUpdater(tmp_path / "updated")
    with pytest.raises(ValueError, match="does not have a signature_def with key: 'other'"):
        changed.replace_method_name("other", "m")
    with pytest.raises(ValueError, match="tags invalid could not be found"):
        changed.replace_method_name("serving_default", "m", "invalid")
    with tf.Graph().as_default(), v1.Session() as session:
        updated = SM.load(session, ["serve"], path)
        assert updated.signature_def["serving_default"].method_name == SM.PREDICT_METHOD_NAME


def test_signatures() -> None:
    with tf.Graph().as_default():
        text, number = v1.placeholder(tf.string, [None]), v1.placeholder(tf.float32, [None, 3])
        sparse = v1.sparse_placeholder(tf.float32, [2, 3])
        regress = SM.regression_signature_def(text, number)
        classify = SM.classification_signature_def(text, text, number)
        assert (regress.method_name, sorted(regress.inputs)) == ("tensorflow/serving/regress", ["inputs"])
        assert sorted(classify.outputs) == ["classes", "scores"]
        predict = SM.predict_signature_def({"s": sparse}, {"n": number})
        assert all(map(SM.is_valid_signature, (regress, classify, predict)))
        assert not SM.is_valid_signature(SM.build_signature_def())
        back = SM.get_tensor_from_tensor_info(predict.inputs["s"])
        assert back.values.name == sparse.values.name
        info = SM.build_tensor_info(number)
        assert (info.name, info.dtype, [d.size for d in info.tensor_shape.dim]) == (number.name, 1, [-1, 3])
        with pytest.raises(ValueError, match="input tensors must be of type string"):
            SM.regression_signature_def(number, number)
        with pytest.raises(ValueError, match="cannot both be None"):
            SM.classification_signature_def(text, None, None)
        with pytest.raises(ValueError, match="`outputs` cannot be None or empty"):
            SM.predict_signature_def({"n": number}, {})
        with pytest.raises(ValueError, match="Invalid TensorInfo.encoding"):
            SM.get_tensor_from_tensor_info(v1.TensorInfo())
    with pytest.raises(RuntimeError, match="not supported in eager execution"):
        SM.build_tensor_info(tf.constant(1))


def test_what_a_builder_refuses(tmp_path: pathlib.Path) -> None:
    builder = SM.builder.SavedModelBuilder(tmp_path / "m")
    with tf.Graph().as_default(), v1.Session() as session:
        v1.get_variable("v", initializer=1.0)
        session.run(v1.global_variables_initializer())
        with pytest.raises(AssertionError, match="has not been saved yet"):
            builder.add_meta_graph(["serve"])
        with pytest.raises(TypeError, match="to be an Operation"):
            builder.add_meta_graph_and_variables(session, ["serve"], main_op="init")
        with pytest.raises(KeyError, match="reserved for initialization"):
            builder.add_meta_graph_and_variables(session, [], {"__saved_model_init_op": SM.build_signature_def()})
        bad = SM.build_signature_def({"x": v1.TensorInfo()})
        with pytest.raises(AssertionError, match="'encoding' fields"):
            builder.add_meta_graph_and_variables(session, [], {"x": bad})
        builder.add_meta_graph_and_variables(session, ["serve"], main_op=SM.main_op.main_op())
        with pytest.raises(AssertionError, match=r"Please invoke `add_meta_graph\(\)`"):
            builder.add_meta_graph_and_variables(session, ["serve"])


def test_names_of_every_part() -> None:
    assert SM.constants.MAIN_OP_KEY == SM.MAIN_OP_KEY == "saved_model_main_op"
    assert SM.LEGACY_INIT_OP_KEY == "legacy_init_op"
    assert SM.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY == "serving_default"
    assert (SM.tag_constants.SERVING, SM.tag_constants.TRAINING) == ("serve", "train")
    assert SM.load_v2 is tf.saved_model.load
