"""The helpers of Keras 2's internals, as Keras 2 (tf_keras on TensorFlow 2.21) answers.

test_keras_utils.json has, for each expression of theirs, what `repr` printed there, or the class of the exception.
"""

import importlib
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

import tfcompat as tf
from tests.programs import run_source
from tfcompat._internals import (
    keras_conv_utils,
    keras_hdf5,
    keras_layers,
    keras_losses_utils,
    keras_tf_utils,
    keras_utils,
)

FACTS = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def takes_a(a: object, **kwargs: object) -> None:
    return None


SCOPE = {
    "conv_utils": keras_conv_utils,
    "f": takes_a,
    "generic_utils": keras_utils,
    "losses_utils": keras_losses_utils,
    "np": np,
    "tf": tf,
    "tf_utils": keras_tf_utils,
}


@pytest.mark.parametrize("case", FACTS)
def test_as_recorded(case: str) -> None:
    try:
        found = eval(case, dict(SCOPE))
    except Exception as error:
        found = type(error).__name__
    assert repr(found) == FACTS[case]


@pytest.mark.oracle
def test_as_keras_2() -> None:
    source = (
        "import json, sys, numpy as np, tensorflow as tf\n"
        "from tf_keras.src.utils import conv_utils, generic_utils, losses_utils, tf_utils\n"
        "def f(a, **kwargs): return None\n"
        "def answer(case):\n"
        "    try: return repr(eval(case))\n"
        "    except Exception as error: return repr(type(error).__name__)\n"
        "print(json.dumps({case: answer(case) for case in json.loads(sys.argv[1])}))\n"
    )
    done = subprocess.run(
        [os.environ["TFCOMPAT_ORACLE_PYTHON"], "-c", source, json.dumps(list(FACTS))],
        env={**os.environ, "PYTHONPATH": "", "TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout.strip().splitlines()[-1]) == FACTS


def test_weights_in_groups(tmp_path: pathlib.Path) -> None:
    h5py = importlib.import_module("h5py")
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((3,)), layers.Dense(2, name="a"), layers.Dense(1, name="b")])
    twin = tf.keras.models.clone_model(model)
    with h5py.File(tmp_path / "w.h5", "w") as file:
        keras_hdf5.save_weights_to_hdf5_group(file, model)
        assert keras_hdf5.load_attributes_from_hdf5_group(file, "layer_names") == ["a", "b"]
        keras_hdf5.load_weights_from_hdf5_group_by_name(file, twin.layers[:1])
        np.testing.assert_array_equal(twin.get_weights()[0], model.get_weights()[0])
        assert not np.array_equal(twin.get_weights()[2], model.get_weights()[2])
        keras_hdf5.load_weights_from_hdf5_group(file, twin)
        np.testing.assert_array_equal(twin.get_weights()[2], model.get_weights()[2])
        keras_hdf5.save_attributes_to_hdf5_group(file, "names", [b"x", b"y"])
        assert keras_hdf5.load_attributes_from_hdf5_group(file, "names") == ["x", "y"]
    with pytest.raises(NotImplementedError, match="original_backend=theano"):
        keras_hdf5.preprocess_weights_for_loading(model, [], "2", "theano")


def test_a_convolution_of_any_rank() -> None:
    class Halved(keras_layers.Conv):
        def __init__(self, filters: int, **kwargs: object) -> None:
            super().__init__(rank=2, filters=filters, kernel_size=3, **kwargs)

        def call(self, inputs: object) -> object:
            return super().call(inputs) / 2

    layer = Halved(4, padding="same", name="h")
    x = tf.ones((1, 5, 5, 2))
    whole = tf.keras.layers.Conv2D(4, 3, padding="same")
    whole.build(x.shape)
    layer.build(x.shape)
    layer.set_weights(whole.get_weights())
    np.testing.assert_allclose(layer(x), whole(x) / 2, rtol=1e-5)
    assert layer.kernel_size == (3, 3)
    with pytest.raises(ValueError, match="rank=4"):
        keras_layers.Conv(4, 2, 3)


def test_a_dense_layer_takes_the_other_data_format() -> None:
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    layer = tf.keras.layers.Dense(2)
    before = layer(x.reshape(1, -1)).numpy()
    keras_utils.convert_dense_weights_data_format(layer, (2, 3, 4), "channels_first")
    np.testing.assert_allclose(layer(np.moveaxis(x, 3, 1).reshape(1, -1)), before, rtol=1e-5)


def test_paths_of_keras_2_and_3() -> None:
    run_source(
        """
        import tfcompat
        tfcompat.install()
        from keras.utils import conv_utils, layer_utils, np_utils, tf_utils
        from keras.utils.conv_utils import normalize_tuple
        from tensorflow.python.keras.utils.layer_utils import count_params
        from tensorflow.keras.mixed_precision.experimental import Policy, set_policy
        from keras.mixed_precision import loss_scale_optimizer, policy
        from keras.optimizers.legacy.adam import Adam
        from keras.layers.rnn.lstm import LSTM
        from keras.src.layers.core.dense import Dense
        from keras.src.ops.operation import Operation
        from keras.saving.legacy.hdf5_format import load_weights_from_hdf5_group
        from keras.applications.imagenet_utils import obtain_input_shape
        from tensorflow.python.feature_column.feature_column_v2 import DenseColumn, NumericColumn
        from tensorflow.python.keras.feature_column.dense_features_v2 import DenseFeatures
        import tensorflow as tf
        assert LSTM is tf.keras.layers.LSTM and Dense is tf.keras.layers.Dense
        assert Policy is tf.keras.mixed_precision.Policy
        assert policy.Policy is Policy and loss_scale_optimizer.LossScaleOptimizer
        assert count_params(tf.keras.Sequential([tf.keras.layers.Input((2,)), Dense(3)]).weights) == 9
        assert obtain_input_shape(None, 224, 32, "channels_last", True) == (224, 224, 3)
        assert isinstance(tf.feature_column.numeric_column("a"), (DenseColumn, NumericColumn))
        """
    )


def test_base_logger_has_means() -> None:
    logger = tf.keras.callbacks.BaseLogger(stateful_metrics=["last"])
    logger.on_epoch_begin(0)
    logger.on_batch_end(0, {"size": 3, "loss": 1.0, "last": 5.0})
    logger.on_batch_end(1, {"size": 1, "loss": 5.0, "last": 7.0})
    logs: dict = {"loss": None, "last": None}
    logger.on_epoch_end(0, logs)
    assert logs == {"loss": 2.0, "last": 7.0}
