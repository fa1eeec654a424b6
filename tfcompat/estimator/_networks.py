"""What canned estimators compute of feature columns: a linear model, and a network; with their variables."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys, get_collection, get_collection_ref
from tfcompat.compat.v1._variable_scope import variable_scope
from tfcompat.estimator._spec import ModeKeys

v1 = tf.compat.v1


def need_features(features: Any) -> None:
    """ValueError for features that are no dict."""
    if not isinstance(features, dict):
        raise ValueError(f"features should be a dictionary of `Tensor`s. Given type: {type(features)}")


def refuse_partitioner(where: str, **given: Any) -> None:
    """NotImplementedError for what would divide variables."""
    for argument, value in given.items():
        if value is not None:
            raise NotImplementedError(
                f"tf.compat.v1.estimator.{where}: {argument}={value!r} is not in tfcompat, which does not divide "
                "variables; leave it out."
            )


def linear_logits(
    features: Any, units: int, columns: Any, combiner: str, part: str | None = None, version: int = 2
) -> tuple[Any, list[Any]]:
    """A linear function of the columns, and its variables, the bias last; in the scope "linear_model".

    part: what TensorFlow 1 calls the only part of each variable, which the names of optimizers' variables tell.
    """
    by_column: dict[Any, Any] = {}
    logits = v1.feature_column.linear_model(features, columns, units, combiner, cols_to_vars=by_column)
    bias = by_column.pop("bias")
    weights = [variable for variables in by_column.values() for variable in variables]
    name_part([*weights, *bias], part)
    with summaries_of(version):
        if units > 1:
            v1.summary.histogram("bias", bias[0])
        else:
            v1.summary.scalar("bias", bias[0][0])
        v1.summary.scalar("fraction_of_zero_weights", _share_of_zeros(weights))
    return logits, [*weights, *bias]


def name_part(variables: list[Any], part: str | None) -> None:
    """Notes what TensorFlow 1 calls the only part of the variables."""
    for variable in variables if part else ():
        variable.__dict__["_part"] = part


def _share_of_zeros(variables: list[Any]) -> Any:
    with v1.name_scope("zero_fraction"):
        zeros = tf.add_n([tf.reduce_sum(tf.cast(tf.equal(v, 0), tf.float32)) for v in variables])
        return zeros / sum(int(v.shape.num_elements()) for v in variables)


def network_logits(
    features: Any,
    mode: str,
    units: int,
    hidden_units: Any,
    columns: Any,
    activation_fn: Any,
    dropout: float | None,
    batch_norm: bool,
    part: str | None = None,
    version: int = 2,
) -> tuple[Any, list[Any], list[Any]]:
    """Dense layers over the columns: the logits, the trainable variables, and the updates of normalization."""
    if not isinstance(units, int):
        raise ValueError(f"units must be an int.  Given type: {type(units)}")
    trains, before = mode == ModeKeys.TRAIN, len(get_collection_ref(GraphKeys.UPDATE_OPS))
    known = set(map(id, get_collection(GraphKeys.TRAINABLE_VARIABLES)))
    with variable_scope("input_from_feature_columns"):
        net = v1.feature_column.input_layer(features, columns)
    for i, size in enumerate(hidden_units):
        with variable_scope(f"hiddenlayer_{i}") as scope:
            net = _dense(net, size, activation_fn, scope)
            if dropout is not None and trains:
                net = v1.layers.Dropout(rate=dropout)(net, training=True)
            if batch_norm:
                layer = v1.layers.BatchNormalization(momentum=0.999, trainable=True, name=f"batchnorm_{i}")
                net = layer(net, training=trains)
        summarize(net, scope.name, version)
    with variable_scope("logits") as scope:
        logits = _dense(net, units, None, scope)
    summarize(logits, scope.name, version)
    variables = [v for v in get_collection(GraphKeys.TRAINABLE_VARIABLES) if id(v) not in known]
    name_part(variables, part)
    return logits, variables, get_collection_ref(GraphKeys.UPDATE_OPS)[before:]


def _dense(inputs: Any, size: int, activation: Any, scope: Any) -> Any:
    layer = v1.layers.Dense(
        size, activation=activation, kernel_initializer=v1.glorot_uniform_initializer(), name=scope.name, _scope=scope
    )
    return layer(inputs)


def summaries_of(version: int) -> AbstractContextManager[Any]:
    """The scope of summaries: TensorFlow 1's are named by the open one, too."""
    return tf.name_scope("") if version == 2 else nullcontext()


def summarize(values: Any, tag: str, version: int) -> None:
    """Writes how many of a layer's values are 0, and how they are spread."""
    with summaries_of(version):
        v1.summary.scalar(f"{tag}/fraction_of_zero_values", tf.math.zero_fraction(values))
        v1.summary.histogram(f"{tag}/activation", values)


def linear_logit_fn_builder(units: int, feature_columns: Any, sparse_combiner: str = "sum") -> Callable[..., Any]:
    """A function of features that gives a linear model's logits (tf.compat.v1.estimator.experimental)."""

    def linear_logit_fn(features: Any) -> Any:
        return linear_logits(features, units, feature_columns, sparse_combiner)[0]

    return linear_logit_fn


def dnn_logit_fn_builder(
    units: int,
    hidden_units: Any,
    feature_columns: Any,
    activation_fn: Any,
    dropout: float | None,
    input_layer_partitioner: Any,
    batch_norm: bool,
) -> Callable[..., Any]:
    """A function of features and a mode that gives a network's logits (tf.compat.v1.estimator.experimental).

    ValueError for units that are no int, NotImplementedError for an input_layer_partitioner.
    """
    refuse_partitioner("experimental.dnn_logit_fn_builder", input_layer_partitioner=input_layer_partitioner)
    if not isinstance(units, int):
        raise ValueError(f"units must be an int.  Given type: {type(units)}")

    def dnn_logit_fn(features: Any, mode: str) -> Any:
        return network_logits(features, mode, units, hidden_units, feature_columns, activation_fn, dropout, batch_norm)[
            0
        ]

    return dnn_logit_fn
