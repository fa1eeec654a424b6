"""Estimators that are networks of dense layers (tf.estimator.DNNClassifier and relatives)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._variable_scope import variable_scope
from tfcompat.estimator._estimator import EstimatorV2
from tfcompat.estimator._heads import Head, RegressionHead, classifier_head
from tfcompat.estimator._networks import need_features, network_logits
from tfcompat.estimator._optimizers import v1_optimizer, v2_optimizer
from tfcompat.estimator._spec import ModeKeys

_RATE = 0.05


def model_fn(
    head: Head,
    hidden_units: Any,
    columns: Any,
    optimizer: Any,
    activation_fn: Any,
    dropout: float | None,
    batch_norm: bool,
    version: int = 2,
) -> Callable[..., Any]:
    """The model_fn of a network, TensorFlow 1's or 2's."""
    columns = tuple(columns or ())

    def dnn_model_fn(features: Any, labels: Any, mode: str, config: Any) -> Any:
        need_features(features)
        part = "t_0" if version == 1 else None
        with variable_scope("dnn"):
            logits, variables, updates = network_logits(
                *(features, mode, head.logits_dimension, hidden_units, columns),
                *(activation_fn, dropout, batch_norm, part, version),
            )
            if version == 1:
                chosen = v1_optimizer(optimizer, _RATE)
                return head.create_estimator_spec(features, mode, logits, labels, chosen)
        chosen = v2_optimizer(optimizer) if mode == ModeKeys.TRAIN else optimizer
        return head.create_estimator_spec(features, mode, logits, labels, chosen, variables, update_ops=updates)

    return dnn_model_fn


class DNNClassifier(EstimatorV2):
    """A network that classifies (tf.estimator.DNNClassifier).

    hidden_units: the sizes of the dense layers. feature_columns: dense ones. activation_fn: of the layers. dropout:
    the share of outputs that are dropped in training. batch_norm: whether layers are normalized. optimizer: a Keras
    optimizer, its name, or a function that gives one. The rest as LinearClassifier takes it.
    """

    def __init__(
        self,
        hidden_units: Any,
        feature_columns: Any,
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
    ) -> None:
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        function = model_fn(head, hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class DNNRegressor(EstimatorV2):
    """A network of dense layers that gives numbers (tf.estimator.DNNRegressor).

    label_dimension: how many numbers a label has. The rest as DNNClassifier takes it.
    """

    def __init__(
        self,
        hidden_units: Any,
        feature_columns: Any,
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        batch_norm: bool = False,
    ) -> None:
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        function = model_fn(head, hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class DNNEstimator(EstimatorV2):
    """A network of dense layers with any head (tf.estimator.DNNEstimator); the rest as DNNClassifier takes it."""

    def __init__(
        self,
        head: Head,
        hidden_units: Any,
        feature_columns: Any,
        model_dir: Any = None,
        optimizer: Any = "Adagrad",
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        config: Any = None,
        warm_start_from: Any = None,
        batch_norm: bool = False,
    ) -> None:
        function = model_fn(head, hidden_units, feature_columns, optimizer, activation_fn, dropout, batch_norm)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)
