"""tf.keras.experimental's linear and wide-and-deep models."""

import numpy as np
import pytest

import tfcompat as tf

keras = tf.keras
X = np.random.RandomState(1).rand(16, 3).astype("float32")


def test_linear_model_adds_its_inputs_up() -> None:
    model = keras.experimental.LinearModel(units=2, kernel_initializer="ones", activation="relu")
    inputs = {"a": X, "b": X[:, :1]}
    wanted = np.repeat(X.sum(1, keepdims=True) + X[:, :1], 2, 1)
    assert np.allclose(model(inputs), wanted, atol=1e-6)
    assert [w.path.partition("/")[2] for w in model.weights] == ["bias", "a/kernel", "b/kernel"]
    with pytest.raises(ValueError, match="Missing keys"):
        model({"a": X})
    again = keras.experimental.LinearModel.from_config(model.get_config())
    assert again.get_config() == model.get_config()


def test_wide_and_deep_models_have_an_optimizer_each() -> None:
    wide = keras.experimental.LinearModel()
    deep = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model = keras.experimental.WideDeepModel(wide, deep)
    model.compile([keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.1)], "mse")
    before = deep.get_weights()[0]
    model.fit([X, X], X.sum(1, keepdims=True), verbose=0)
    assert not any(w.any() for w in wide.get_weights())
    assert not np.allclose(deep.get_weights()[0], before)
    with pytest.raises(ValueError, match="one optimizer"):
        model.compile(["sgd"] * 3, "mse")
