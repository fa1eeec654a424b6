"""Recurrent layers of Keras 2, and cells of tf.nn's wrappers within Keras's layers."""

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

X = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")


@pytest.mark.parametrize(("old", "new"), [("CuDNNLSTM", "LSTM"), ("CuDNNGRU", "GRU")])
def test_cudnn_layers_are_the_plain_ones(old: str, new: str) -> None:
    first = getattr(tf.compat.v1.keras.layers, old)(4, return_sequences=True, kernel_regularizer="l2")
    second = getattr(tf.keras.layers, new)(4, return_sequences=True)
    first(X), second(X)
    second.set_weights(first.get_weights())
    np.testing.assert_allclose(first(X), second(X))
    again = type(first).from_config(first.get_config())
    assert again.get_config() == first.get_config()
    with pytest.raises(TypeError, match="reset_after" if new == "GRU" else "activation"):
        type(first)(4, **{"reset_after" if new == "GRU" else "activation": "tanh"})


class Sum(tf.keras.layers.AbstractRNNCell):
    state_size = 3
    output_size = 3

    def call(self, inputs: Any, states: Any) -> Any:
        total = inputs + states[0]
        return total, [total]


def test_abstract_cell() -> None:
    np.testing.assert_allclose(tf.keras.layers.RNN(Sum())(X), X.sum(1), rtol=1e-5)
    assert [s.shape for s in Sum().get_initial_state(tf.zeros([7, 3]))] == [(7, 3)]
    with pytest.raises(NotImplementedError, match="state_size"):
        tf.keras.layers.AbstractRNNCell().state_size  # noqa: B018 - raises


def test_wrapped_cells_in_layers() -> None:
    cell = tf.keras.layers.LSTMCell(3)
    residual = tf.keras.layers.RNN(tf.nn.RNNCellResidualWrapper(cell), return_sequences=True)
    plain = tf.keras.layers.RNN(cell, return_sequences=True)
    np.testing.assert_allclose(residual(X), X + np.asarray(plain(X)), rtol=1e-5, atol=1e-6)
    dropped = tf.keras.layers.RNN(tf.nn.RNNCellDropoutWrapper(cell, output_keep_prob=0.5), return_sequences=True)
    assert (np.asarray(dropped(X)) == 0).any()
    stacked = tf.keras.layers.RNN([tf.nn.RNNCellResidualWrapper(tf.keras.layers.GRUCell(3)), cell])
    assert stacked(X).shape == (2, 3)


def test_weights_of_bidirectional() -> None:
    source = tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(2))
    want = source(X)
    got = tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(2), weights=source.get_weights())(X)
    np.testing.assert_allclose(got, want)
