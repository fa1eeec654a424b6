"""Head, and what those of one vector of logits have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.estimator._heads import _checks
from tfcompat.estimator._outputs import CLASSIFY, PREDICT, REGRESS, SERVING, PredictOutput, RegressionOutput
from tfcompat.estimator._spec import AVERAGE_LOSS, LOSS, EstimatorSpec, ModeKeys
from tfcompat.keras._sessions import minimize

v1 = tf.compat.v1
REGULARIZATION = "regularization_loss"


class Head:
    """What a model does with its logits (tf.estimator.Head).

    Subclasses tell `name`, `logits_dimension` and `loss_reduction`, and compute `loss`, `predictions`, `metrics` and
    `update_metrics`; `create_estimator_spec` puts them together for a mode.
    """

    @property
    def name(self) -> str | None:
        """The name, which is added to those of metrics and summaries; None for none."""
        raise NotImplementedError("Calling an abstract method.")

    @property
    def logits_dimension(self) -> Any:
        """The size of the logits' last dimension."""
        raise NotImplementedError("Calling an abstract method.")

    @property
    def loss_reduction(self) -> str:
        """How the loss is made of the examples' losses, one of tf.losses.Reduction's."""
        raise NotImplementedError("Calling an abstract method.")

    def loss(
        self, labels: Any, logits: Any, features: Any = None, mode: Any = None, regularization_losses: Any = None
    ) -> Any:
        """The loss, a scalar, with the regularization losses."""
        raise NotImplementedError("Calling an abstract method.")

    def predictions(self, logits: Any, keys: Any = None) -> dict[str, Any]:
        """The predictions by their names, all or those of `keys`."""
        raise NotImplementedError("Calling an abstract method.")

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """New Keras metrics by their names."""
        raise NotImplementedError("Calling an abstract method.")

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
        raise NotImplementedError("Calling an abstract method.")

    def _summary_key(self, key: str) -> str:
        return f"{key}/{self.name}" if self.name else key

    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        trainable_variables: Any = None,
        train_op_fn: Callable[[Any], Any] | None = None,
        update_ops: Any = None,
        regularization_losses: Any = None,
    ) -> EstimatorSpec:
        """The EstimatorSpec of a mode.

        optimizer: a Keras optimizer, which updates `trainable_variables`; or train_op_fn: what makes the operation
        that trains of the loss. update_ops: operations that run with it. ValueError for both or neither.
        """
        raise NotImplementedError(
            "Subclasses of Head must implement `create_estimator_spec()` or _create_tpu_estimator_spec()."
        )


class SingleHead(Head):
    """A head of one vector of logits."""

    _loss_dimension = 1  # of the examples' losses
    _per_logit_weights = False

    def __init__(self, weight_column: Any, loss_reduction: str, loss_fn: Any, name: str | None) -> None:
        self._check_reduction(loss_reduction)
        if loss_fn:
            _checks.need_loss_fn(loss_fn)
        self._weight_column, self._loss_reduction, self._loss_fn, self._name = (
            weight_column,
            loss_reduction,
            loss_fn,
            name,
        )

    def _check_reduction(self, loss_reduction: str) -> None:
        _checks.need_reduction(loss_reduction)

    @property
    def name(self) -> str | None:
        """The name, which is added to those of metrics and summaries; None for none."""
        return self._name

    @property
    def loss_reduction(self) -> str:
        """How the loss is made of the examples' losses."""
        return self._loss_reduction

    # ---- what subclasses have ----

    def _processed_labels(self, logits: Any, labels: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must implement `_processed_labels`.")

    def _losses(self, labels: Any, logits: Any) -> Any:
        """The examples' losses, [..., 1] or as many as there are logits."""
        raise NotImplementedError(f"{type(self).__name__} must implement `_losses`.")

    def _served(self, predictions: dict[str, Any]) -> dict[str, Any]:
        """{signature: ExportOutput} beside that of all predictions."""
        raise NotImplementedError(f"{type(self).__name__} must implement `_served`.")

    # ---- losses ----

    def _unweighted_loss_and_weights(self, logits: Any, labels: Any, features: Any) -> tuple[Any, Any]:
        if self._loss_fn:
            losses = _checks.loss_by(self._loss_fn, labels, logits, features, self._loss_dimension)
        else:
            losses = self._losses(labels, logits)
        return losses, _checks.weights_like_logits(features, self._weight_column, logits, self._per_logit_weights)

    def _reduced(self, losses: Any, weights: Any) -> Any:
        return _checks.weighted(losses, weights, self._loss_reduction)

    def _computed(self, labels: Any, logits: Any, features: Any, regularization_losses: Any) -> tuple[Any, ...]:
        """The whole loss, that of the examples, their losses and weights, and the labels."""
        with v1.name_scope("losses"):
            logits = _checks.logits_of(logits, self.logits_dimension)
            labels = self._processed_labels(logits, labels)
            losses, weights = self._unweighted_loss_and_weights(logits, labels, features)
            loss = self._reduced(losses, weights)
            whole = loss if not regularization_losses else loss + tf.add_n(regularization_losses)
            return whole, loss, losses, weights, labels

    def loss(
        self, labels: Any, logits: Any, features: Any = None, mode: Any = None, regularization_losses: Any = None
    ) -> Any:
        """The loss, a scalar, with the regularization losses."""
        return self._computed(labels, logits, features, regularization_losses)[0]

    # ---- metrics ----

    def _means(self, regularization_losses: Any, *names: str) -> dict[str, Any]:
        """New metrics of means by their keys."""
        names = (AVERAGE_LOSS, *names, *((REGULARIZATION,) if regularization_losses is not None else ()))
        return {self._summary_key(name): tf.keras.metrics.Mean(name=name) for name in names}

    def _update_losses(self, metrics: dict[str, Any], losses: Any, weights: Any, regularization_losses: Any) -> None:
        metrics[self._summary_key(AVERAGE_LOSS)].update_state(losses, sample_weight=spread(weights, losses))
        if regularization_losses is not None:
            metrics[self._summary_key(REGULARIZATION)].update_state(tf.add_n(regularization_losses))

    def _metric_ops(self, features: Any, logits: Any, labels: Any, regularization_losses: Any, parts: Any) -> Any:
        """The metrics of an evaluation, with the batch taken in."""
        metrics = self.metrics(regularization_losses=regularization_losses)
        return self.update_metrics(
            metrics, features=features, logits=logits, labels=labels, regularization_losses=regularization_losses
        )

    # ---- specs ----

    def create_estimator_spec(
        self,
        features: Any,
        mode: str,
        logits: Any,
        labels: Any = None,
        optimizer: Any = None,
        trainable_variables: Any = None,
        train_op_fn: Callable[[Any], Any] | None = None,
        update_ops: Any = None,
        regularization_losses: Any = None,
    ) -> EstimatorSpec:
        """The EstimatorSpec of a mode; see Head."""
        with v1.name_scope(self._name, "head"):
            predictions = self.predictions(logits)
            if mode == ModeKeys.PREDICT:
                outputs = {**self._served(predictions), PREDICT: PredictOutput(predictions)}
                return EstimatorSpec(mode, predictions, export_outputs=outputs)
            parts = self._computed(labels, logits, features, regularization_losses)
            if mode == ModeKeys.EVAL:
                metrics = self._metric_ops(features, logits, labels, regularization_losses, (predictions, *parts))
                return EstimatorSpec(mode, predictions, parts[0], eval_metric_ops=metrics)
            train_op = self._train_op(parts[0], optimizer, trainable_variables, train_op_fn, update_ops)
        self._summarize(parts, regularization_losses)
        return EstimatorSpec(ModeKeys.TRAIN, predictions, parts[0], train_op)

    def _train_op(self, loss: Any, optimizer: Any, variables: Any, train_op_fn: Any, update_ops: Any) -> Any:
        return training_op(loss, optimizer, variables, train_op_fn, update_ops)

    def _summarize(self, parts: Any, regularization_losses: Any) -> None:
        with tf.name_scope(""):
            v1.summary.scalar(self._summary_key(LOSS), parts[0])
            if regularization_losses:
                v1.summary.scalar(self._summary_key(REGULARIZATION), tf.add_n(regularization_losses))


def training_op(loss: Any, optimizer: Any, variables: Any, train_op_fn: Any, update_ops: Any) -> Any:
    """The operation that trains, by a Keras optimizer or a function; ValueError for both or neither."""
    if update_ops is not None and not isinstance(update_ops, (list, tuple)):
        raise ValueError(f"update_ops should be a list or a tuple. Given type: {type(update_ops)}.")
    with tf.name_scope(""), tf.name_scope("training"):
        if optimizer is not None:
            if train_op_fn is not None:
                raise ValueError("train_op_fn and optimizer cannot both be set.")
            if not isinstance(optimizer, tf.keras.optimizers.Optimizer):
                raise ValueError(
                    "The given optimizer is not a tf.keras.optimizers.Optimizer instance. Received optimizer of type "
                    f"{type(optimizer)}"
                )
            if variables is None:
                raise ValueError(f"trainable_variables cannot be None. Given {variables}")
            if not isinstance(variables, (list, tuple)):
                raise ValueError(f"trainable_variables should be a list or a tuple. Given type: {type(variables)}.")
            train_op = minimize(optimizer, loss, variables)
        elif train_op_fn is not None:
            train_op = train_op_fn(loss)
        else:
            raise ValueError("train_op_fn and optimizer cannot both be None.")
        return train_op if update_ops is None else tf.group(train_op, *update_ops)


def served_classes(output: Any) -> dict[str, Any]:
    """The signatures of a classifier."""
    return {SERVING: output, CLASSIFY: output}


def served_value(value: Any) -> dict[str, Any]:
    """The signature of a value."""
    return {REGRESS: RegressionOutput(value)}


def with_weights_like(metric: Any, values: Any, weights: Any) -> None:
    """Takes values into a metric of means, weights spread over their dimensions."""
    values = tf.cast(values, tf.float32)
    metric.update_state(values, sample_weight=spread(weights, values))


def spread(weights: Any, values: Any) -> Any:
    """Weights of the shape of `values`."""
    return tf.cast(weights, tf.float32) * tf.ones_like(values, tf.float32)
