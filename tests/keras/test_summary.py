"""Model.summary() of models within models."""

import numpy as np

import tfcompat as tf


def test_a_functional_model_within_a_subclass_tells_its_outputs():
    # the lines that Keras 3.15 prints
    inputs = tf.keras.Input((4,))
    two = tf.keras.Model(inputs, [tf.keras.layers.Dense(2)(inputs), tf.keras.layers.Dense(3)(inputs)], name="two")
    one = tf.keras.Model(inputs, {"only": tf.keras.layers.Dense(2)(inputs)}, name="one")

    class Whole(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.two, self.one = two, one

        def call(self, x):
            return self.two(x)[0] + self.one(x)["only"]

    model = Whole()
    for _ in range(2):
        lines = []
        model.summary(print_fn=lines.append)
        text = "\n".join(lines)
        assert "│ two (Functional)                │ ((None, 2), (None, 3)) │            25 │" in text
        assert "│ one (Functional)                │ (None, 2)              │            10 │" in text
        model(np.ones((3, 4), np.float32))
