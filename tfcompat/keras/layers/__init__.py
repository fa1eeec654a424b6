"""tf.keras.layers: the layers that models are made of."""

from tfcompat import _names
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.core import Activation, Dense, Identity
from tfcompat.keras.layers.input_layer import Input, InputLayer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.layers.preprocessing import LAYERS as _PREPROCESSING
from tfcompat.keras.layers.recurrent import (
    GRU,
    LSTM,
    RNN,
    Bidirectional,
    GRUCell,
    LSTMCell,
    SimpleRNN,
    SimpleRNNCell,
    StackedRNNCells,
)
from tfcompat.keras.layers.regularization import ActivityRegularization, Dropout, GaussianDropout, GaussianNoise
from tfcompat.keras.layers.reshaping import Flatten, Permute, RepeatVector, Reshape

__all__ = [
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "ActivityRegularization",
    "Bidirectional",
    "Dense",
    "Dropout",
    "Flatten",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "LSTMCell",
    "Layer",
    "Permute",
    "RepeatVector",
    "Reshape",
    "SimpleRNN",
    "SimpleRNNCell",
    "StackedRNNCells",
]

__getattr__ = _names.module_getattr("tf.keras.layers", globals(), lazy=_PREPROCESSING)
