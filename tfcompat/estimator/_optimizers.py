"""The optimizers of canned estimators: names, functions that give one, and optimizers as they are."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.keras import _sessions as in_sessions

_NAMES = {"Adagrad": "Adagrad", "Adam": "Adam", "Ftrl": "Ftrl", "RMSProp": "RMSprop", "SGD": "SGD"}
_V1_NAMES = {
    "Adagrad": "AdagradOptimizer",
    "Adam": "AdamOptimizer",
    "Ftrl": "FtrlOptimizer",
    "RMSProp": "RMSPropOptimizer",
    "SGD": "GradientDescentOptimizer",
}


def _refuse_name(name: str) -> None:
    raise ValueError(f"Unsupported optimizer name: {name}. Supported names are: {tuple(sorted(_NAMES))}")


def v1_optimizer(optimizer: Any, learning_rate: float) -> Any:
    """A tf.compat.v1.train.Optimizer; ValueError for other names and objects."""
    if isinstance(optimizer, str):
        if optimizer not in _V1_NAMES:
            _refuse_name(optimizer)
        return getattr(tf.compat.v1.train, _V1_NAMES[optimizer])(learning_rate=learning_rate)
    if callable(optimizer):
        optimizer = optimizer()
    if not isinstance(optimizer, tf.compat.v1.train.Optimizer):
        raise ValueError(f"The given object is not an Optimizer instance. Given: {optimizer}")
    return optimizer


def v2_optimizer(optimizer: Any, learning_rate: float | None = None, counts: bool = True) -> Any:
    """A Keras optimizer of the graph, which counts the global step where it `counts`.

    ValueError for other names and objects.
    """
    if isinstance(optimizer, str):
        if optimizer not in _NAMES:
            _refuse_name(optimizer)
        given = {} if learning_rate is None else {"learning_rate": learning_rate}
        optimizer = getattr(tf.keras.optimizers.legacy, _NAMES[optimizer])(**given)
    elif callable(optimizer):
        optimizer = optimizer()
    if not isinstance(optimizer, tf.keras.optimizers.Optimizer):
        raise ValueError(f"The given object is not a tf.keras.optimizers.Optimizer instance. Given: {optimizer}")
    optimizer = in_sessions.of_graph(optimizer)
    if counts:
        optimizer.iterations = tf.compat.v1.train.get_or_create_global_step()
    return optimizer
