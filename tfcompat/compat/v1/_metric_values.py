"""What tf.compat.v1.metrics keep: local variables, how they are added to, and the collections of values and updates."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys, add_to_collections
from tfcompat.compat.v1._variable_scope import VariableV1, variable_scope


def refuse_eager(metric: str) -> None:
    """RuntimeError where ops run when they are called, as in TensorFlow."""
    if tf.executing_eagerly():
        raise RuntimeError(f"tf.metrics.{metric} is not supported when eager execution is enabled.")


def scope(name: str | None, default: str) -> AbstractContextManager[Any]:
    """The scope of a metric's variables and operations."""
    return variable_scope(name, default)


def total(name: str, shape: Any = (), dtype: Any = tf.float32) -> Any:
    """A variable of zeros, local and of the metrics."""
    keys = [GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES]
    return VariableV1(lambda: tf.zeros(shape, dtype), trainable=False, collections=keys, name=name)


def added(variable: Any, value: Any) -> Any:
    """The variable's value once `value` is added to it, whenever that runs."""
    return tf.compat.v1.assign_add(variable, value)


def done(value: Any, update: Any, metrics_collections: Any, updates_collections: Any) -> tuple[Any, Any]:
    """The pair, put into the collections."""
    if metrics_collections:
        add_to_collections(metrics_collections, value)
    if updates_collections:
        add_to_collections(updates_collections, update)
    return value, update


def after(updates: Any, compute: Callable[[], Any]) -> Any:
    """What `compute` gives once the updates have run."""
    with tf.control_dependencies(updates):
        return tf.identity(compute(), name="update_op")


def squeezed(*tensors: Any) -> list[Any]:
    """Predictions, labels and weights without a last dimension of 1 that one of them has beyond the others."""
    found: list[Any] = [None if t is None else tf.convert_to_tensor(t) for t in tensors]
    predictions, labels, weights = found
    if labels is not None:
        difference = predictions.shape.rank, labels.shape.rank
        if None not in difference and difference[0] - difference[1] == 1:
            predictions = tf.squeeze(predictions, [-1])
        elif None not in difference and difference[1] - difference[0] == 1:
            labels = tf.squeeze(labels, [-1])
    if weights is not None and weights.shape.rank not in (None, 0) and predictions.shape.rank is not None:
        if weights.shape.rank - predictions.shape.rank == 1:
            weights = tf.squeeze(weights, [-1])
        elif predictions.shape.rank - weights.shape.rank == 1:
            weights = tf.expand_dims(weights, -1)
    return [predictions, labels, weights]


def spread(weights: Any, values: Any) -> Any:
    """Weights of the shape of `values`, float32."""
    weights = tf.cast(weights, tf.float32)
    return weights + tf.zeros_like(values, tf.float32)


def ratio(a: Any, b: Any) -> Any:
    """``a / b``, 0 where `b` is not positive."""
    return tf.where(tf.greater(b, 0), tf.divide(a, tf.where(tf.greater(b, 0), b, tf.ones_like(b))), tf.zeros_like(a))
