"""Linear estimators (tf.estimator.LinearClassifier and relatives)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tfcompat.compat.v1._variable_scope import variable_scope
from tfcompat.estimator._estimator import EstimatorV2
from tfcompat.estimator._heads import Head, RegressionHead, classifier_head
from tfcompat.estimator._networks import linear_logits, need_features
from tfcompat.estimator._optimizers import v1_optimizer, v2_optimizer
from tfcompat.estimator._spec import ModeKeys

RATE = 0.2


def _rate(columns: Any) -> float:
    return min(RATE, 1.0 / math.sqrt(len(columns)))


def model_fn(head: Head, columns: Any, optimizer: Any, combiner: str, version: int = 2) -> Callable[..., Any]:
    """The model_fn of a linear estimator, TensorFlow 1's or 2's."""
    columns = tuple(columns or ())

    def linear_model_fn(features: Any, labels: Any, mode: str, config: Any) -> Any:
        need_features(features)
        trains = mode == ModeKeys.TRAIN
        with variable_scope("linear"):
            part = "part_0" if version == 1 else None
            logits, variables = linear_logits(features, head.logits_dimension, columns, combiner, part, version)
            if version == 1:
                chosen = v1_optimizer(optimizer or "Ftrl", RATE if optimizer else _rate(columns))
                return head.create_estimator_spec(features, mode, logits, labels, chosen)
        rate = RATE if optimizer else _rate(columns)
        chosen = v2_optimizer(optimizer or "Ftrl", rate) if trains else optimizer
        return head.create_estimator_spec(features, mode, logits, labels, chosen, variables)

    return linear_model_fn


class LinearClassifier(EstimatorV2):
    """A linear classifier (tf.estimator.LinearClassifier).

    feature_columns: any of tf.feature_column's. n_classes, weight_column, label_vocabulary, loss_reduction: see
    BinaryClassHead. optimizer: a Keras optimizer, its name ("Adagrad", "Adam", "Ftrl", "RMSProp", "SGD"), or a
    function that gives one. sparse_combiner: how an example's categories are added up. The rest as Estimator
    takes it.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        sparse_combiner: str = "sum",
    ) -> None:
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        function = model_fn(head, feature_columns, optimizer, sparse_combiner)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class LinearRegressor(EstimatorV2):
    """A linear regressor (tf.estimator.LinearRegressor); label_dimension: how many numbers a label has.

    The rest as LinearClassifier takes it.
    """

    def __init__(
        self,
        feature_columns: Any,
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        warm_start_from: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        sparse_combiner: str = "sum",
    ) -> None:
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        function = model_fn(head, feature_columns, optimizer, sparse_combiner)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)


class LinearEstimator(EstimatorV2):
    """A linear model with any head (tf.estimator.LinearEstimator); the rest as LinearClassifier takes it."""

    def __init__(
        self,
        head: Head,
        feature_columns: Any,
        model_dir: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        sparse_combiner: str = "sum",
        warm_start_from: Any = None,
    ) -> None:
        function = model_fn(head, feature_columns, optimizer, sparse_combiner)
        super().__init__(function, model_dir, config, warm_start_from=warm_start_from)
