"""Recurrent layers, their cells, and the wrappers that run a layer along time."""

from tfcompat.keras.layers.recurrent.bidirectional import Bidirectional
from tfcompat.keras.layers.recurrent.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from tfcompat.keras.layers.recurrent.gru import GRU, GRUCell
from tfcompat.keras.layers.recurrent.legacy import AbstractRNNCell, CuDNNGRU, CuDNNLSTM
from tfcompat.keras.layers.recurrent.lstm import LSTM, LSTMCell
from tfcompat.keras.layers.recurrent.rnn import RNN, StackedRNNCells
from tfcompat.keras.layers.recurrent.simple_rnn import SimpleRNN, SimpleRNNCell
from tfcompat.keras.layers.recurrent.time_distributed import TimeDistributed

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "AbstractRNNCell",
    "Bidirectional",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "CuDNNGRU",
    "CuDNNLSTM",
    "GRUCell",
    "LSTMCell",
    "SimpleRNN",
    "SimpleRNNCell",
    "StackedRNNCells",
    "TimeDistributed",
]
