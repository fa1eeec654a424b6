"""tf.nn: activations, losses, convolutions, pooling and normalization of neural networks."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.math.elementwise import log_sigmoid, sigmoid, softplus, softsign, tanh
from tfcompat.math.reductions import zero_fraction
from tfcompat.nn.activations import (
    crelu,
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    relu6,
    selu,
    silu,
    softmax,
    swish,
)

__getattr__ = _names.module_getattr("tf.nn", globals())
