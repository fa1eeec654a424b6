"""Estimators that know the labels alone (tf.estimator.BaselineClassifier and relatives)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._variable_scope import get_variable, variable_scope
from tfcompat.estimator._estimator import EstimatorV2
from tfcompat.estimator._heads import Head, RegressionHead, classifier_head
from tfcompat.estimator._optimizers import v1_optimizer, v2_optimizer
from tfcompat.estimator._spec import ModeKeys
from tfcompat.feature_column._numeric import NumericColumn
from tfcompat.keras._sessions import minimize

v1 = tf.compat.v1
_RATE = 0.3


def _batch_size(features: Any, weight_column: Any) -> Any:
    """The number of examples, which all features are to have."""
    if weight_column is not None and not isinstance(weight_column, (str, NumericColumn)):
        raise TypeError(f"Weight column must be either a string or NumericColumn. Given type: {type(weight_column)}.")
    weights = getattr(weight_column, "key", weight_column)
    sizes = [tf.shape(feature)[0] for name, feature in features.items() if name != weights]
    with tf.control_dependencies([v1.debugging.assert_equal(sizes[0], size) for size in sizes[1:]]):
        return tf.identity(sizes[0])


def model_fn(head: Head, optimizer: Any, weight_column: Any, version: int = 2) -> Callable[..., Any]:
    """The model_fn of a baseline, TensorFlow 1's or 2's."""

    def baseline_model_fn(features: Any, labels: Any, mode: str, config: Any) -> Any:
        size = _batch_size(features, weight_column)
        with variable_scope("baseline"):
            bias = get_variable("bias", [head.logits_dimension], initializer=v1.zeros_initializer())
            logits = bias * tf.ones([size, head.logits_dimension])
        if version == 1:

            def train(loss: Any) -> Any:
                return v1_optimizer(optimizer, _RATE).minimize(loss, global_step=v1.train.get_global_step())
        else:
            chosen = v2_optimizer(optimizer, _RATE) if mode == ModeKeys.TRAIN else optimizer

            def train(loss: Any) -> Any:
                return minimize(chosen, loss, [bias])

        return head.create_estimator_spec(features, mode, logits, labels, train_op_fn=train)

    return baseline_model_fn


class BaselineClassifier(EstimatorV2):
    """Tells how frequent the classes are, whatever the features (tf.estimator.BaselineClassifier).

    The arguments are LinearClassifier's.
    """

    def __init__(
        self,
        model_dir: Any = None,
        n_classes: int = 2,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        loss_reduction: str = "sum_over_batch_size",
    ) -> None:
        head = classifier_head(n_classes, weight_column, label_vocabulary, loss_reduction)
        super().__init__(model_fn(head, optimizer, weight_column), model_dir, config)


class BaselineRegressor(EstimatorV2):
    """Tells the mean of the labels, whatever the features (tf.estimator.BaselineRegressor).

    The arguments are LinearRegressor's.
    """

    def __init__(
        self,
        model_dir: Any = None,
        label_dimension: int = 1,
        weight_column: Any = None,
        optimizer: Any = "Ftrl",
        config: Any = None,
        loss_reduction: str = "sum_over_batch_size",
    ) -> None:
        head = RegressionHead(label_dimension, weight_column, loss_reduction)
        super().__init__(model_fn(head, optimizer, weight_column), model_dir, config)


class BaselineEstimator(EstimatorV2):
    """A bias alone, with any head (tf.estimator.BaselineEstimator)."""

    def __init__(self, head: Head, model_dir: Any = None, optimizer: Any = "Ftrl", config: Any = None) -> None:
        super().__init__(model_fn(head, optimizer, None), model_dir, config)
