"""What TensorFlow's runtime alone can do, and the registry of its gradients."""

import pytest

import tfcompat as tf


def test_files_that_are_not_there(tmp_path) -> None:
    missing = str(tmp_path / "missing.so")
    with pytest.raises(FileNotFoundError, match=r"missing\.so"):
        tf.load_library(missing)
    with pytest.raises(tf.errors.NotFoundError, match="cannot open shared object file"):
        tf.load_op_library(missing)
    with pytest.raises(FileNotFoundError, match="file system plugin"):
        tf.experimental.register_filesystem_plugin(missing)
    with pytest.raises(TypeError, match="library_filename"):
        tf.load_op_library(3)


@pytest.mark.parametrize(
    "load", [tf.load_library, tf.load_op_library, tf.experimental.register_filesystem_plugin], ids=lambda f: f.__name__
)
def test_plugins_are_refused_by_name(load, tmp_path) -> None:
    path = tmp_path / "plugin.so"
    path.write_bytes(b"")
    with pytest.raises(NotImplementedError, match=rf"tf\..*{load.__name__}.*plugin\.so.*torch"):
        load(str(path))


def test_gradients_are_registered_once_and_for_new_names_only() -> None:
    assert tf.RegisterGradient("PluginsOwnOp")(len) is len
    with pytest.raises(KeyError, match="PluginsOwnOp"):
        tf.RegisterGradient("PluginsOwnOp")(len)
    with pytest.raises(KeyError, match="Registering two gradient with name 'Add'"):
        tf.RegisterGradient("Add")(len)
    assert tf.no_gradient("PluginsOtherOp") is None
    with pytest.raises(KeyError):
        tf.no_gradient("PluginsOtherOp")
    with pytest.raises(TypeError, match="op_type must be a string"):
        tf.no_gradient(3)
    with pytest.raises(TypeError, match="op_type must be a string"):
        tf.RegisterGradient(3)


def test_aggregation_methods_are_numbered_as_tensorflows() -> None:
    kinds = tf.AggregationMethod
    assert (kinds.ADD_N, kinds.DEFAULT, kinds.EXPERIMENTAL_TREE, kinds.EXPERIMENTAL_ACCUMULATE_N) == (0, 0, 1, 2)


def test_scopes_of_execution_run_what_is_in_them() -> None:
    with tf.experimental.async_scope():
        x = tf.constant(1) + 1
    tf.experimental.async_clear_error()
    with tf.experimental.function_executor_type("SINGLE_THREADED_EXECUTOR"):
        assert int(x) == 2
    with pytest.raises(ValueError, match="executor_type"), tf.experimental.function_executor_type("FAST"):
        pass


def test_strict_mode_makes_deprecated_names_errors(monkeypatch) -> None:
    from tfcompat._core.flags import flags

    monkeypatch.setattr(flags, "strict", False)
    tf.experimental.enable_strict_mode()
    with pytest.raises(RuntimeError, match="deprecated"):
        tf.config.experimental_functions_run_eagerly()


def test_dlpack_shares_memory() -> None:
    import torch

    x = tf.constant([1.0, 2.0])
    shared = torch.from_dlpack(tf.experimental.dlpack.to_dlpack(x))
    assert shared.data_ptr() == tf.to_torch(x).data_ptr()
    assert tf.experimental.dlpack.from_dlpack(shared.__dlpack__()).numpy().tolist() == [1.0, 2.0]
    with pytest.raises(TypeError, match="to_dlpack"):
        tf.experimental.dlpack.to_dlpack([1.0])
