"""Models are pickled as the .keras archives that they are saved as, and copied attribute by attribute."""

import copy
import pickle

import numpy as np

import tfcompat as tf


class Scaled(tf.keras.Model):
    """A model without a config."""

    def __init__(self, scale):
        super().__init__()
        self.scale, self.dense = scale, tf.keras.layers.Dense(2)

    def call(self, x):
        return self.dense(x) * self.scale


def test_models_are_pickled_with_weights_and_optimizer():
    x, y = np.ones((4, 3), np.float32), np.zeros((4, 2), np.float32)
    inputs = tf.keras.Input((3,))
    for model in (
        tf.keras.Sequential([inputs, tf.keras.layers.Dense(2)]),
        tf.keras.Model(inputs, tf.keras.layers.Dense(2)(tf.keras.layers.Lambda(lambda x: x * 2)(inputs))),
    ):
        model.compile("adam", "mse")
        model.fit(x, y, epochs=2, verbose=0)
        again = pickle.loads(pickle.dumps(model))
        assert type(again) is type(model)
        np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
        assert int(again.optimizer.iterations) == 2
        first = model.fit(x, y, verbose=0).history["loss"]
        assert again.fit(x, y, verbose=0).history["loss"] == first


def test_copies_of_models_have_all_attributes():
    model, x = Scaled(3.0), np.ones((4, 3), np.float32)
    before = model(x).numpy()
    deep, shallow = copy.deepcopy(model), copy.copy(model)
    assert deep.scale == shallow.scale == 3.0
    assert shallow.dense is model.dense
    model.dense.kernel.assign(model.dense.kernel * 0)
    np.testing.assert_array_equal(deep(x), before)
    assert not np.any(shallow(x) - model.dense.bias * 3)
