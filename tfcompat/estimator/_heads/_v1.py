"""Heads of TensorFlow 1's estimators: v1 metrics, v1 reductions of losses, v1 optimizers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.estimator._heads import _classes
from tfcompat.estimator._heads._base import REGULARIZATION, SingleHead, spread
from tfcompat.estimator._heads._classes import AT_THRESHOLD, BinaryClassHead, MultiClassHead
from tfcompat.estimator._heads._regression import RegressionHead
from tfcompat.estimator._spec import AVERAGE_LOSS

v1 = tf.compat.v1


class _V1Head(SingleHead):
    """What the heads of TensorFlow 1 have in common."""

    def _check_reduction(self, loss_reduction: str) -> None:
        kinds = v1.losses.Reduction
        if loss_reduction not in kinds.all() or loss_reduction == kinds.NONE:
            raise ValueError(f"Invalid loss_reduction: {loss_reduction}")

    def _reduced(self, losses: Any, weights: Any) -> Any:
        return v1.losses.compute_weighted_loss(losses, weights=weights, reduction=self._loss_reduction)

    def _train_op(self, loss: Any, optimizer: Any, variables: Any, train_op_fn: Any, update_ops: Any) -> Any:
        if optimizer is not None:
            if train_op_fn is not None:
                raise ValueError("train_op_fn and optimizer cannot both be set.")
            train_op = optimizer.minimize(loss, global_step=v1.train.get_global_step())
        elif train_op_fn is not None:
            train_op = train_op_fn(loss)
        else:
            raise ValueError("train_op_fn and optimizer cannot both be None.")
        updates = get_collection(GraphKeys.UPDATE_OPS)
        return tf.group(train_op, *updates) if updates else train_op

    def _summarize(self, parts: Any, regularization_losses: Any) -> None:
        super()._summarize(parts, regularization_losses)
        if self._loss_reduction == v1.losses.Reduction.SUM:
            _, loss, losses, weights, _ = parts
            mean = loss / tf.reduce_sum(weights * tf.ones_like(losses))
            with tf.name_scope(""):
                v1.summary.scalar(self._summary_key(AVERAGE_LOSS), mean)

    def _metric_ops(self, features: Any, logits: Any, labels: Any, regularization_losses: Any, parts: Any) -> Any:
        predictions, _, _, losses, weights, labels = parts
        with v1.name_scope("metrics"):
            found = {AVERAGE_LOSS: v1.metrics.mean(losses, weights=spread(weights, losses), name=AVERAGE_LOSS)}
            found |= self._own(predictions, labels, weights)
            if regularization_losses:
                found[REGULARIZATION] = v1.metrics.mean(tf.add_n(regularization_losses), name=REGULARIZATION)
        return {self._summary_key(name): metric for name, metric in found.items()}

    def _own(self, predictions: dict[str, Any], labels: Any, weights: Any) -> dict[str, Any]:
        """The metrics that only this head has."""
        raise NotImplementedError(f"{type(self).__name__} must implement `_own`.")


def _mean(values: Any, weights: Any, name: str) -> Any:
    values = tf.cast(values, tf.float32)
    return v1.metrics.mean(values, weights=spread(weights, values), name=name)


class V1BinaryClassHead(_V1Head, BinaryClassHead):
    """The head of TensorFlow 1's classifiers of two classes."""

    def _own(self, predictions: dict[str, Any], labels: Any, weights: Any) -> dict[str, Any]:
        names, metrics = _classes, v1.metrics
        ids, logistic, weights = predictions["class_ids"], predictions["logistic"], spread(weights, labels)
        mean = _mean(labels, weights, names.LABEL_MEAN)
        found = {
            names.ACCURACY: metrics.accuracy(labels, ids, weights, name=names.ACCURACY),
            names.PRECISION: metrics.precision(labels, ids, weights, name=names.PRECISION),
            names.RECALL: metrics.recall(labels, ids, weights, name=names.RECALL),
            names.PREDICTION_MEAN: _mean(logistic, weights, names.PREDICTION_MEAN),
            names.LABEL_MEAN: mean,
            names.BASELINE: (tf.maximum(mean[0], 1.0 - mean[0]), tf.maximum(mean[1], 1.0 - mean[1])),
            names.AUC: metrics.auc(labels, logistic, weights, name=names.AUC),
            names.AUC_PR: metrics.auc(labels, logistic, weights, curve="PR", name=names.AUC_PR),
        }
        for limit in self._thresholds:
            found |= _at_threshold(limit, labels, logistic, weights)
        return found


def _at_threshold(limit: float, labels: Any, logistic: Any, weights: Any) -> dict[str, Any]:
    def single(make: Callable[..., Any], name: str) -> Any:
        value, update = make(labels, logistic, [limit], weights=weights, name=name)
        return tf.squeeze(value), tf.squeeze(update)

    accuracy, precision, recall = (AT_THRESHOLD % (name, limit) for name in ("accuracy", "precision", "recall"))
    over = tf.cast(logistic >= limit, tf.float32)
    return {
        accuracy: v1.metrics.accuracy(labels, over, weights, name=accuracy),
        precision: single(v1.metrics.precision_at_thresholds, precision),
        recall: single(v1.metrics.recall_at_thresholds, recall),
    }


class V1MultiClassHead(_V1Head, MultiClassHead):
    """The head of TensorFlow 1's classifiers of more than two classes."""

    def _own(self, predictions: dict[str, Any], labels: Any, weights: Any) -> dict[str, Any]:
        ids, name = predictions["class_ids"], _classes.ACCURACY
        return {name: v1.metrics.accuracy(labels, ids, spread(weights, labels), name=name)}


class V1RegressionHead(_V1Head, RegressionHead):
    """The head of TensorFlow 1's regressors."""

    def _own(self, predictions: dict[str, Any], labels: Any, weights: Any) -> dict[str, Any]:
        return {
            _classes.PREDICTION_MEAN: _mean(predictions["predictions"], weights, _classes.PREDICTION_MEAN),
            _classes.LABEL_MEAN: _mean(labels, weights, _classes.LABEL_MEAN),
        }
