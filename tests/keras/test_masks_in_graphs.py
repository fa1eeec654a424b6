"""Masks as parts of functional models' graphs, as Keras 3.15 has them: where no argument of a call was converted."""

from __future__ import annotations

import numpy as np

from tfcompat import keras

WORDS = np.array([[1, 2, 0, 0, 0], [3, 4, 5, 0, 0]])


def test_a_layer_that_takes_a_mask_has_its_operation_as_input() -> None:
    words = keras.Input((5,), dtype="int32")
    x = keras.layers.LSTM(3)(keras.layers.Embedding(10, 4, mask_zero=True)(words))
    model = keras.Model(words, x)
    assert [type(layer).__name__ for layer in model.operations] == ["InputLayer", "Embedding", "NotEqual", "LSTM"]
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    found = model.predict(WORDS, verbose=0)
    np.testing.assert_array_equal(again.predict(WORDS, verbose=0), found)
    shorter = keras.layers.LSTM(3)
    shorter.build((None, 2, 4))
    shorter.set_weights(model.layers[-1].get_weights())
    vectors = model.layers[1](WORDS[:1, :2])
    np.testing.assert_allclose(shorter(vectors).numpy(), found[:1], rtol=1e-6)


def test_masks_of_lists_are_not_in_the_graph() -> None:
    words = keras.Input((5,), dtype="int32")
    embeddings = [keras.layers.Embedding(10, 4, mask_zero=True)(words) for _ in range(2)]
    model = keras.Model(words, keras.layers.Add()(embeddings))
    assert "NotEqual" not in [type(layer).__name__ for layer in model.operations]
