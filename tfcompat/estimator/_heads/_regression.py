"""Heads of regressors: of squared errors, of counts, and of a share between 0 and 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.estimator._heads import _checks
from tfcompat.estimator._heads._base import SingleHead, served_value, with_weights_like
from tfcompat.estimator._outputs import REGRESS, SERVING

v1 = tf.compat.v1
LABEL_MEAN, PREDICTION_MEAN = "label/mean", "prediction/mean"


class RegressionHead(SingleHead):
    """The head of a regressor, of squared errors (tf.estimator.RegressionHead).

    label_dimension: how many numbers a label has. weight_column: the name or numeric column of the examples' weights.
    loss_fn: ``f(labels, logits, [features], [loss_reduction])`` that gives [batch, label_dimension], in place of the
    squares. inverse_link_fn: what makes predictions of the logits. ValueError for arguments out of range.
    """

    _per_logit_weights = True

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Any = None,
        inverse_link_fn: Callable[[Any], Any] | None = None,
        name: str | None = None,
    ) -> None:
        if label_dimension < 1:
            raise ValueError(f"Invalid label_dimension {label_dimension}.")
        super().__init__(weight_column, loss_reduction, loss_fn, name)
        self._dimension = self._loss_dimension = label_dimension
        self._inverse_link_fn = inverse_link_fn

    @property
    def logits_dimension(self) -> int:
        """How many numbers a label has."""
        return self._dimension

    def _processed_labels(self, logits: Any, labels: Any) -> Any:
        return tf.cast(_checks.labels_like_logits(labels, logits, self._dimension), tf.float32)

    def _losses(self, labels: Any, logits: Any) -> Any:
        return tf.math.squared_difference(logits, labels)

    def predictions(self, logits: Any, keys: Any = None) -> dict[str, Any]:
        """{"predictions": the values}, and the logits where a function makes the values of them."""
        logits = _checks.logits_of(logits, self._dimension)
        with v1.name_scope("predictions"):
            if self._inverse_link_fn is None:
                return {"predictions": logits}
            return {"predictions": self._inverse_link_fn(logits), "logits": logits}

    def _served(self, predictions: dict[str, Any]) -> dict[str, Any]:
        output = served_value(predictions["predictions"])[REGRESS]
        return {SERVING: output, REGRESS: output}

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """New Keras metrics by their names."""
        with v1.name_scope("metrics"):
            return self._means(regularization_losses, PREDICTION_MEAN, LABEL_MEAN)

    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        mode: Any = None,
        regularization_losses: Any = None,
    ) -> dict[str, Any]:
        """Takes a batch into the metrics, and gives them back."""
        predicted = self.predictions(logits)["predictions"]
        logits = _checks.logits_of(logits, self._dimension)
        labels = self._processed_labels(logits, labels)
        losses, weights = self._unweighted_loss_and_weights(logits, labels, features)
        self._update_losses(eval_metrics, losses, weights, regularization_losses)
        with_weights_like(eval_metrics[self._summary_key(LABEL_MEAN)], labels, weights)
        with_weights_like(eval_metrics[self._summary_key(PREDICTION_MEAN)], predicted, weights)
        return eval_metrics


class PoissonRegressionHead(RegressionHead):
    """The head of a regressor of counts, whose logits are logarithms (tf.estimator.PoissonRegressionHead).

    compute_full_loss: with Stirling's term, see tf.nn.log_poisson_loss. The rest as RegressionHead takes it.
    """

    def __init__(
        self,
        label_dimension: int = 1,
        weight_column: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        compute_full_loss: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(label_dimension, weight_column, loss_reduction, None, tf.exp, name)
        self._full = compute_full_loss

    def _losses(self, labels: Any, logits: Any) -> Any:
        return tf.nn.log_poisson_loss(targets=labels, log_input=logits, compute_full_loss=self._full)


class LogisticRegressionHead(RegressionHead):
    """The head of a regressor of a share between 0 and 1, by cross entropy (tf.estimator.LogisticRegressionHead).

    The arguments are RegressionHead's.
    """

    def __init__(
        self, weight_column: Any = None, loss_reduction: str = "sum_over_batch_size", name: str | None = None
    ) -> None:
        super().__init__(1, weight_column, loss_reduction, None, tf.sigmoid, name)

    def _losses(self, labels: Any, logits: Any) -> Any:
        labels = _checks.labels_in_range(labels, 2, "Labels must be in range [0, 1]")
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
