"""install() and uninstall(): every spelling of `import tensorflow` and `import keras`, in processes of their own."""

import pathlib

import pytest

from tests.programs import run_source

OURS = """
    import sys
    import tfcompat

    def fails(statement):
        try:
            exec(statement, {})
        except ImportError as failure:
            return str(failure)
        raise AssertionError(f"{statement!r} worked")
"""


@pytest.fixture
def real(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with packages named tensorflow and keras, as an installation of the real ones would be found."""
    for name, version in (("tensorflow", "9.9"), ("keras", "8.8")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"__version__ = {version!r}\n")
        (tmp_path / name / "layers.py").write_text("Dense = 'real'\n")
    return tmp_path


def test_every_spelling_is_the_same_object() -> None:
    run_source(
        OURS
        + """
    tfcompat.install()
    tfcompat.install()
    import tensorflow
    import tensorflow as tf
    assert tf is tensorflow is tfcompat
    import tensorflow.keras as keras
    assert keras is tfcompat.keras
    from tensorflow.keras.layers import Dense
    from tensorflow.keras import layers
    assert layers.Dense is Dense
    from tensorflow import keras as again
    import keras as alone
    import tensorflow.compat.v2.keras as v2_keras
    import tensorflow.python.keras as internal
    from tensorflow.python import keras as internal_too
    import keras.api._v2.keras as api
    import tensorflow._api.v2.v2 as tf_api
    assert again is alone is v2_keras is internal is internal_too is api is keras
    assert tf_api is tf
    import tensorflow.compat.v2 as tf2
    assert tf2 is tf
    from keras.layers import Dense as a
    from keras.layers.core import Dense as b
    from keras.engine.topology import Dense as c
    from tensorflow.python.keras.layers import Dense as d
    from keras.src.layers import Dense as e
    assert a is b is c is d is e is Dense
    import tensorflow.nest, tensorflow.initializers
    assert tensorflow.nest is tfcompat.nest
    assert tensorflow.initializers is tf.keras.initializers
    assert tfcompat.__spec__.name == "tfcompat"
    assert tfcompat.nest.__spec__.name == "tfcompat.nest"
    """
    )


def test_internals_have_the_public_names() -> None:
    out = run_source(
        OURS
        + """
    tfcompat.install()
    import tensorflow as tf
    from tensorflow.python.framework import ops, dtypes, tensor_shape, tensor_util
    from tensorflow.python.ops import array_ops, math_ops
    from tensorflow.python.util import nest, deprecation
    from tensorflow.python.util.tf_export import keras_export
    from tensorflow.python.eager import context
    from tensorflow.python.client import device_lib
    import tensorflow.python.platform
    import tensorflow.python.ops.resource_variable_ops as variables
    assert ops.Tensor is tf.Tensor
    assert ops.convert_to_tensor_v2 is tf.convert_to_tensor
    assert dtypes.float32 is tf.float32
    assert tensor_shape.TensorShape is tf.TensorShape
    assert math_ops.cast is tf.cast and array_ops.zeros is tf.zeros
    assert nest.flatten is tf.nest.flatten and nest.is_sequence is tf.nest.is_nested
    assert variables.ResourceVariable is type(tf.Variable(1.0))
    assert context.executing_eagerly()
    assert [d.device_type for d in device_lib.list_local_devices()][:1] == ["CPU"]

    @keras_export("keras.Thing", v1=[])
    class Thing:
        pass
    assert Thing._tf_api_names == ("keras.Thing",) and Thing._tf_api_names_v1 == ()

    @deprecation.deprecated("2030-01-01", "use g")
    def f():
        return 5
    with deprecation.silence():
        assert f() == 5
    for statement in (
        "import tensorflow.python.ops.no_such_ops",
        "from tensorflow.python.ops import no_such_ops",
        "from tensorflow.python.ops.math_ops import no_such_op",
        "from tensorflow.python.keras.engine import no_such_thing",
        "import tensorflow.compiler.xla",
    ):
        assert "internal to TensorFlow and tfcompat does not provide it" in fails(statement), statement
    try:
        math_ops.no_such_op
    except AttributeError as failure:
        print(failure)
    """
    )
    assert out.startswith("tensorflow.python.ops.math_ops.no_such_op is internal to TensorFlow")


def test_missing_modules_and_names_say_so() -> None:
    run_source(
        OURS
        + """
    tfcompat.install()
    missing = "TensorFlow 2.21 has tf.lite, tfcompat does not"
    for statement in ("import tensorflow.lite", "from tensorflow import lite", "import tensorflow.lite.experimental"):
        assert missing in fails(statement), fails(statement)
    assert "No module named 'tensorflow.contrib'" in fails("from tensorflow.contrib import slim")
    assert "No module named 'tensorflow._core'" in fails("import tensorflow._core.tensor")
    assert "Did you mean tf.keras.layers.Dense?" in fails("from keras.layers import Dens")
    assert not [name for name in sys.modules if name.startswith("tensorflow._core")]
    """
    )


def test_without_install_the_real_ones_are_found_and_come_back(real: pathlib.Path) -> None:
    run_source(
        OURS
        + """
    sys.path.insert(0, ".")
    from importlib.util import find_spec
    assert find_spec("tensorflow").origin.endswith("tensorflow/__init__.py")
    tfcompat.install()
    import tensorflow, keras, keras.layers
    assert tensorflow is tfcompat and keras.layers.Dense != "real"
    tfcompat.uninstall()
    tfcompat.uninstall()
    assert not [name for name in sys.modules if name.partition(".")[0] in ("tensorflow", "keras")]
    import tensorflow, keras.layers
    assert (tensorflow.__version__, keras.__version__, keras.layers.Dense) == ("9.9", "8.8", "real")
    """,
        cwd=real,
    )


def test_a_real_one_that_is_imported_already_is_an_error(real: pathlib.Path) -> None:
    run_source(
        OURS
        + """
    sys.path.insert(0, ".")

    def refused(name):
        try:
            tfcompat.install()
        except RuntimeError as failure:
            assert f"{name} is already imported, from" in str(failure), failure
        else:
            raise AssertionError("installed over a real one")
        assert not any(type(finder).__module__.startswith("tfcompat") for finder in sys.meta_path)

    import tensorflow
    refused("tensorflow 9.9")
    assert sys.modules["tensorflow"].__version__ == "9.9"
    del sys.modules["tensorflow"]
    import keras
    refused("keras 8.8")
    tfcompat.install(keras=False)  # leaves keras to the installed package
    import tensorflow, keras.layers, tensorflow.keras
    assert tensorflow is tfcompat and keras.layers.Dense == "real"
    assert tensorflow.keras is tfcompat.keras
    tfcompat.uninstall()
    assert sys.modules["keras"] is keras
    """,
        cwd=real,
    )


def test_while_installed_classes_of_keras_tell_its_modules() -> None:
    run_source(
        OURS
        + """
    import pickle, re
    assert tfcompat.keras.layers.Dense.__module__.startswith("tfcompat.keras.layers.")
    own = tfcompat.keras.callbacks.History.__module__
    tfcompat.install()
    import keras
    history = keras.callbacks.History()
    assert re.sub("0x.*>", "0x>", repr(history)) == "<keras.src.callbacks.history.History object at 0x>"
    assert str(type(keras.layers.TextVectorization())) == (
        "<class 'keras.src.layers.preprocessing.text_vectorization.TextVectorization'>"
    )
    for value in (keras.regularizers.L2(0.5), keras.initializers.Ones(), keras.losses.Huber(), history):
        assert type(pickle.loads(pickle.dumps(value))) is type(value)
    dense = keras.layers.Dense(2)
    assert keras.saving.serialize_keras_object(dense)["module"] == "keras.layers"
    tfcompat.uninstall()
    assert tfcompat.keras.callbacks.History.__module__ == own
    tfcompat.install(keras=False)
    assert tfcompat.keras.callbacks.History.__module__ == own
"""
    )


def test_without_a_real_one_there_is_none_before_install_and_after_uninstall() -> None:
    run_source(
        OURS
        + """
    class Absent:  # hides what this machine may have installed
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name in ("tensorflow", "keras"):
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    sys.meta_path.insert(0, Absent)
    fails("import tensorflow"), fails("import keras")
    tfcompat.install()
    import tensorflow, keras
    tfcompat.uninstall()
    fails("import tensorflow"), fails("import keras")
    """
    )


def test_ipython_extension() -> None:
    run_source(
        OURS
        + """
    tfcompat.load_ipython_extension(None)
    import tensorflow
    assert tensorflow is tfcompat
    tfcompat.unload_ipython_extension(None)
    assert "tensorflow" not in sys.modules
    """
    )


def test_metadata_tells_the_versions_of_what_it_is_found_as() -> None:
    run_source(
        OURS
        + """
    import importlib.metadata as metadata, importlib.util, os
    tfcompat.install()
    assert metadata.version("tensorflow") == tfcompat.__version__
    assert importlib.util.find_spec("tf_keras") and "tfcompat.keras" not in sys.modules
    assert metadata.version("keras") == "3.15.1"
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    assert metadata.version("tf-keras") == "2.21.0" and "tfcompat.keras" not in sys.modules
    assert "tensorflow" in metadata.packages_distributions()["tensorflow"]
    tfcompat.uninstall()
    """
    )
