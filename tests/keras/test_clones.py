"""clone_model of models with functions in them."""

import numpy as np

import tfcompat as tf


def doubled(x):
    return tf.concat([x, 2 * x], axis=-1)


def test_lambda_layers_are_cloned_with_their_functions():
    inputs = tf.keras.Input((4,))
    x = tf.keras.layers.Lambda(lambda x, by: x * by, arguments={"by": 3.0}, name="times")(inputs)
    x = tf.keras.layers.Lambda(doubled, output_shape=(8,), trainable=False)(x)
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(2)(x))
    data = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    for source in (model, tf.keras.Sequential(model.layers[1:])):
        source(data)
        clone = tf.keras.models.clone_model(source)
        clone(data)
        clone.set_weights(source.get_weights())
        np.testing.assert_allclose(clone(data), source(data), rtol=1e-6)
        first, second = (layer for layer in clone.layers if isinstance(layer, tf.keras.layers.Lambda))
        assert first.name == "times"
        assert first is not source.get_layer("times")
        assert second.function is doubled
        assert not second.trainable
