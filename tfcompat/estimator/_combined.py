"""Wide and deep estimators: a linear model and a network, added up (tf.estimator.DNNLinearCombinedClassifier)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import tfcompat as tf
from tfcompat.compat.v1._variable_scope import variable_scope
from tfcompat.estimator._estimator import EstimatorV2
from tfcompat.estimator._heads import Head, RegressionHead, classifier_head
from tfcompat.estimator._networks import linear_logits, need_features, network_logits, summarize
from tfcompat.estimator._optimizers import v1_optimizer, v2_optimizer
from tfcompat.estimator._spec import ModeKeys
from tfcompat.keras._sessions import minimize

v1 = tf.compat.v1
_DNN_RATE, _LINEAR_RATE = 0.001, 0.005


class Parts(NamedTuple):
    """The arguments of the two models."""

    linear_columns: Any
    linear_optimizer: Any
    dnn_columns: Any
    dnn_optimizer: Any
    hidden_units: Any
    activation_fn: Any
    dropout: float | None
    batch_norm: bool
    combiner: str

    def check(self) -> None:
        """ValueError for no columns at all, and for a network without layers."""
        if not self.linear_columns and not self.dnn_columns:
            raise ValueError("Either linear_feature_columns or dnn_feature_columns must be defined.")
        if self.dnn_columns and not self.hidden_units:
            raise ValueError("dnn_hidden_units must be defined when dnn_feature_columns is specified.")


def _rate(columns: Any) -> float:
    return min(_LINEAR_RATE, 1.0 / math.sqrt(len(columns)))


def _logits(features: Any, mode: str, units: int, parts: Parts, version: int) -> tuple[Any, Any, Any, Any]:
    """The logits of both, the variables of each, and the updates of normalization."""
    found, deep, wide, updates = [], [], [], []
    if parts.dnn_columns:
        with variable_scope("dnn"):
            logits, deep, updates = network_logits(
                *(features, mode, units, parts.hidden_units, parts.dnn_columns),
                *(parts.activation_fn, parts.dropout, parts.batch_norm, None, version),
            )
            found.append(logits)
    if parts.linear_columns:
        with variable_scope("linear") as scope:
            logits, wide = linear_logits(features, units, parts.linear_columns, parts.combiner, None, version)
            summarize(logits, scope.name, version)
            found.append(logits)
    return (found[0] if len(found) == 1 else found[0] + found[1]), deep, wide, updates


def model_fn(head: Head, parts: Parts, version: int = 2) -> Callable[..., Any]:
    """The model_fn of both, TensorFlow 1's or 2's."""

    def combined_model_fn(features: Any, labels: Any, mode: str, config: Any) -> Any:
        need_features(features)
        parts.check()
        logits, deep, wide, updates = _logits(features, mode, head.logits_dimension, parts, version)
        pairs = [(parts.dnn_optimizer, _DNN_RATE, deep)] if parts.dnn_columns else []
        if parts.linear_columns:
            pairs.append((parts.linear_optimizer, _rate(parts.linear_columns), wide))
        train = _v1_training(pairs) if version == 1 else _v2_training(pairs, updates, mode)
        return head.create_estimator_spec(features, mode, logits, labels, train_op_fn=train)

    return combined_model_fn


def _v2_training(pairs: list[Any], updates: Any, mode: str) -> Callable[[Any], Any]:
    """What trains by Keras optimizers, the first of which counts the steps."""
    optimizers = [
        v2_optimizer(o, rate, counts=i == 0) if mode == ModeKeys.TRAIN else o for i, (o, rate, _) in enumerate(pairs)
    ]

    def train(loss: Any) -> Any:
        done = [minimize(o, loss, variables) for o, (_, _, variables) in zip(optimizers, pairs, strict=True)]
        return tf.group(*done, *updates)

    return train


def _v1_training(pairs: list[Any]) -> Callable[[Any], Any]:
    """What trains by TensorFlow 1's optimizers, and then counts the step."""
    optimizers = [v1_optimizer(o, rate) for o, rate, _ in pairs]
    for optimizer in optimizers:
        if isinstance(optimizer, v1.train.SyncReplicasOptimizer):
            raise ValueError(
                "SyncReplicasOptimizer does not support multi optimizers case. Therefore, it is not supported in "
                "DNNLinearCombined model. If you want to use this optimizer, please use either DNN or Linear model."
            )

    def train(loss: Any) -> Any:
        done = [o.minimize(loss, var_list=variables) for o, (_, _, variables) in zip(optimizers, pairs, strict=True)]
        with tf.control_dependencies([tf.group(*done)]):
            return tf.group(v1.assign_add(v1.train.get_global_step(), 1))

    return train


class DNNLinearCombinedClassifier(EstimatorV2):
    """A linear model and a network that classify together (tf.estimator.DNNLinearCombinedClassifier).

    linear_feature_columns and dnn_feature_columns: those of each; dnn_hidden_units: the sizes of the network's layers.
    The rest as LinearClassifier and DNNClassifier take it. ValueError for no columns.
    """

    def __init__(
        self,
        model_dir: Any = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        parts = Parts(
            *(linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units),
            *(dnn_activation_fn, dnn_dropout, batch_norm, linear_sparse_combiner),
        )
        parts._replace(hidden_units=True).check()
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(model_fn(head, parts), model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedRegressor(EstimatorV2):
    """A linear model and a network that give numbers together (tf.estimator.DNNLinearCombinedRegressor).

    label_dimension: how many numbers a label has. The rest as DNNLinearCombinedClassifier takes it.
    """

    def __init__(
        self,
        model_dir: Any = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        parts = Parts(
            *(linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units),
            *(dnn_activation_fn, dnn_dropout, batch_norm, linear_sparse_combiner),
        )
        parts._replace(hidden_units=True).check()
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        super().__init__(model_fn(head, parts), model_dir, config, warm_start_from=warm_start_from)


class DNNLinearCombinedEstimator(EstimatorV2):
    """A linear model and a network with any head (tf.estimator.DNNLinearCombinedEstimator).

    The rest as DNNLinearCombinedClassifier takes it.
    """

    def __init__(
        self,
        head: Head,
        model_dir: Any = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = "Ftrl",
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = "Adagrad",
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        config: Any = None,
        batch_norm: bool = False,
        linear_sparse_combiner: str = "sum",
    ) -> None:
        parts = Parts(
            *(linear_feature_columns, linear_optimizer, dnn_feature_columns, dnn_optimizer, dnn_hidden_units),
            *(dnn_activation_fn, dnn_dropout, batch_norm, linear_sparse_combiner),
        )
        parts._replace(hidden_units=True).check()
        super().__init__(model_fn(head, parts), model_dir, config)
