"""MultiHead: several heads of one model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.estimator._heads._base import REGULARIZATION, Head, training_op
from tfcompat.estimator._outputs import PREDICT, SERVING, PredictOutput
from tfcompat.estimator._spec import LOSS, EstimatorSpec, ModeKeys

v1 = tf.compat.v1


class MultiHead(Head):
    """Several heads of one model (tf.estimator.MultiHead).

    heads: heads with names. head_weights: of their losses in the sum. Logits are {name: logits}, or one tensor with
    those of all heads side by side; labels {name: labels}. ValueError for none, for heads without names, and for
    another number of weights.
    """

    def __init__(self, heads: Any, head_weights: Any = None) -> None:
        if not heads:
            raise ValueError(f"Must specify heads. Given: {heads}")
        if head_weights and len(head_weights) != len(heads):
            raise ValueError(
                f"heads and head_weights must have the same size. Given len(heads): {len(heads)}. Given "
                f"len(head_weights): {len(head_weights)}."
            )
        for head in heads:
            if head.name is None:
                raise ValueError(f"All given heads must have name specified. Given: {head}")
        self._heads, self._head_weights = tuple(heads), tuple(head_weights or ())

    @property
    def name(self) -> str:
        """The names of the heads."""
        return "_".join(head.name for head in self._heads)

    @property
    def logits_dimension(self) -> int:
        """The sum of the heads' dimensions."""
        return sum(head.logits_dimension for head in self._heads)

    @property
    def loss_reduction(self) -> str:
        """That of the heads; ValueError where they differ."""
        found = [head.loss_reduction for head in self._heads]
        if len(set(found)) > 1:
            raise ValueError(f"The loss_reduction must be the same for different heads. Given: {found}")
        return found[0]

    def _apart(self, logits: Any, labels: Any = None) -> dict[str, Any]:
        """The logits of each head by its name; ValueError where there are none for one."""
        for what, given in (("logits", logits), ("labels", labels)):
            if what == "labels" and given is not None and not isinstance(given, dict):
                raise ValueError(f"labels must be a dict. Given: {given}")
            missing = [h.name for h in self._heads if h.name not in given] if isinstance(given, dict) else []
            if missing:
                raise ValueError(f"{what} has missing values for head(s): {missing}")
        if isinstance(logits, dict):
            return logits
        logits, sizes = tf.convert_to_tensor(logits), [head.logits_dimension for head in self._heads]
        last = logits.shape[-1]
        if last is not None and last != sum(sizes):
            raise ValueError(
                f"Could not split logits of shape {logits.shape.as_list()} among the heads with individual logits "
                f"dimensions: {sizes}. The last dimension of the logits tensor should equal {sum(sizes)} but is {last}."
            )
        return dict(zip((head.name for head in self._heads), tf.split(logits, sizes, axis=-1), strict=True))

    def loss(
        self, labels: Any, logits: Any, features: Any = None, mode: Any = None, regularization_losses: Any = None
    ) -> Any:
        """The sum of the heads' losses, times their weights."""
        own = self._apart(logits, labels)
        losses = [
            head.loss(logits=own[head.name], labels=labels[head.name], features=features, mode=mode)
            for head in self._heads
        ]
        if self._head_weights:
            losses = [loss * weight for loss, weight in zip(losses, self._head_weights, strict=True)]
        return tf.add_n([*losses, *(regularization_losses or ())])

    def predictions(self, logits: Any, keys: Any = None) -> dict[Any, Any]:
        """{(head, name): prediction}."""
        own = self._apart(logits)
        return {(head.name, k): v for head in self._heads for k, v in head.predictions(own[head.name]).items()}

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """New Keras metrics of the heads' losses; `update_metrics` adds their own."""
        names = [f"{LOSS}/{head.name}" for head in self._heads]
        found = {name: tf.keras.metrics.Mean(name=name) for name in names}
        if regularization_losses is not None:
            found[self._summary_key(REGULARIZATION)] = tf.keras.metrics.Mean(name=REGULARIZATION)
        return found

    def update_metrics(
        self,
        eval_metrics: dict[str, Any],
        features: Any,
        logits: Any,
        labels: Any,
        mode: Any = None,
        regularization_losses: Any = None,
    ) -> dict[str, Any]:
        """Takes a batch into the metrics and into those of the heads, and gives them all back."""
        own = self._apart(logits, labels)
        if regularization_losses is not None:
            eval_metrics[self._summary_key(REGULARIZATION)].update_state(tf.add_n(regularization_losses))
        for head in self._heads:
            mine, told = own[head.name], labels[head.name]
            eval_metrics[f"{LOSS}/{head.name}"].update_state(head.loss(logits=mine, labels=told, features=features))
            eval_metrics.update(head.update_metrics(head.metrics(), features, mine, told) or {})
        return eval_metrics

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
        """The EstimatorSpec of a mode; see Head. ValueError for another mode."""
        if mode not in (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT):
            raise ValueError(f"mode={mode} unrecognized")
        with v1.name_scope(self.name, "multi_head"):
            predictions = self.predictions(logits)
            if mode == ModeKeys.PREDICT:
                return EstimatorSpec(mode, predictions, export_outputs=self._served(features, logits))
            own = self._apart(logits, labels)
            loss = self.loss(labels, logits, features, mode, regularization_losses)
            if mode == ModeKeys.EVAL:
                metrics = self.metrics(regularization_losses=regularization_losses)
                metrics = self.update_metrics(
                    metrics, features, logits, labels, regularization_losses=regularization_losses
                )
                return EstimatorSpec(mode, predictions, loss, eval_metric_ops=metrics)
            for head in self._heads:  # whose summaries are written, too
                told = labels[head.name] if labels else None
                head.create_estimator_spec(
                    features=features, mode=mode, logits=own[head.name], labels=told, train_op_fn=lambda _: tf.no_op()
                )
            train_op = training_op(loss, optimizer, trainable_variables, train_op_fn, update_ops)
            with tf.name_scope(""):
                v1.summary.scalar(LOSS, loss)
                if regularization_losses:
                    v1.summary.scalar(REGULARIZATION, tf.add_n(regularization_losses))
            return EstimatorSpec(mode, predictions, loss, train_op)

    def _served(self, features: Any, logits: Any) -> dict[str, Any]:
        """The signatures of all heads, the first head's default one as the default one."""
        own, found, merged = self._apart(logits), {}, {}
        for i, head in enumerate(self._heads):
            spec = head.create_estimator_spec(features=features, mode=ModeKeys.PREDICT, logits=own[head.name])
            outputs: Any = spec.export_outputs
            if i == 0:
                found[SERVING] = outputs[SERVING]
            for key, output in outputs.items():
                found[head.name if key == SERVING else f"{head.name}/{key}"] = output
                if key == PREDICT and isinstance(output, PredictOutput):
                    merged |= {f"{head.name}/{name}": value for name, value in output.outputs.items()}
        return {**found, PREDICT: PredictOutput(merged)}
