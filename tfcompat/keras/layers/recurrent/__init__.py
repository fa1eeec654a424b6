"""Recurrent layers, their cells, and the wrappers that run a layer along time."""

from tfcompat.keras.layers.recurrent.bidirectional import Bidirectional
from tfcompat.keras.layers.recurrent.gru import GRU, GRUCell
from tfcompat.keras.layers.recurrent.lstm import LSTM, LSTMCell
from tfcompat.keras.layers.recurrent.rnn import RNN, StackedRNNCells
from tfcompat.keras.layers.recurrent.simple_rnn import SimpleRNN, SimpleRNNCell

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Bidirectional",
    "GRUCell",
    "LSTMCell",
    "SimpleRNN",
    "SimpleRNNCell",
    "StackedRNNCells",
]
