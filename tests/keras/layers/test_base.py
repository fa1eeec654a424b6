"""How layers are built: once, outside of whatever is being captured."""

import pytest

import tfcompat as tf


def test_a_function_that_builds_layers_is_traced_twice() -> None:
    """As TensorFlow 2.21 traces: a first time with the variables that it makes, then without."""
    layer = tf.keras.layers.Dense(2)
    traces = []

    @tf.function
    def f(x: tf.Tensor) -> tf.Tensor:
        traces.append(x)
        return layer(x)

    f(tf.ones([1, 3]))
    assert (len(traces), f.experimental_get_tracing_count()) == (2, 2)
    with pytest.raises(ValueError, match="created outside tf.function"):
        tf.function(lambda x: tf.keras.layers.Dense(2)(x))(tf.ones([1, 3]))


def test_what_build_computes_outlives_the_capture() -> None:
    class Scaled(tf.keras.layers.Layer):
        def build(self, input_shape: tuple) -> None:
            self.kernel = self.add_weight(shape=(input_shape[-1], 1), name="kernel")
            self.scale = tf.range(float(input_shape[-1])) + 1.0

        def call(self, x: tf.Tensor) -> tf.Tensor:
            return (x * self.scale) @ self.kernel

    model = tf.keras.Sequential([Scaled()])
    model.compile("sgd", "mse")
    model.fit(tf.ones([4, 3]), tf.ones([4, 1]), verbose=0)
    assert model.layers[0].scale.numpy().tolist() == [1.0, 2.0, 3.0]
    assert model.predict(tf.ones([4, 3]), verbose=0).shape == (4, 1)


def test_shapes_are_found_of_layers_that_take_no_more_than_some_length() -> None:
    class Positions(tf.keras.layers.Layer):
        def build(self, input_shape: tuple) -> None:
            self.table = self.add_weight(shape=(8, input_shape[-1]), name="table")

        def call(self, x: tf.Tensor) -> tf.Tensor:
            length = x.shape[1] or tf.shape(x)[1]
            return x + tf.reshape(self.table[:length], [1, length, x.shape[2]])

    inputs = tf.keras.Input((None, 4))
    outputs = Positions()(inputs)
    assert outputs.shape == (None, None, 4)
    assert tf.keras.Model(inputs, outputs)(tf.zeros([2, 6, 4])).shape == (2, 6, 4)
