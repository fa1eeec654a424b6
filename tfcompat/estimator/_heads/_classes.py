"""Heads of classifiers, of two classes and of more."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.estimator._heads import _checks
from tfcompat.estimator._heads._base import SingleHead, served_classes, served_value, spread, with_weights_like
from tfcompat.estimator._outputs import ClassificationOutput

v1 = tf.compat.v1
_NAMES = "logits logistic probabilities class_ids classes all_class_ids all_classes".split()
ACCURACY, PRECISION, RECALL, BASELINE = "accuracy", "precision", "recall", "accuracy_baseline"
AUC, AUC_PR, LABEL_MEAN, PREDICTION_MEAN = "auc", "auc_precision_recall", "label/mean", "prediction/mean"
AT_THRESHOLD = "%s/positive_threshold_%g"


def rows(values: Any, logits: Any) -> Any:
    """The same row for each example."""
    return tf.tile(tf.expand_dims(values, 0), [tf.shape(logits)[0], 1])


def class_names(logits: Any, n_classes: int, label_vocabulary: Any) -> Any:
    """The names of all classes, strings [batch, classes]."""
    names = list(label_vocabulary) if label_vocabulary else [str(i) for i in range(n_classes)]
    return tf.gather(tf.constant(names), rows(tf.range(n_classes), logits))


class _ClassHead(SingleHead):
    """A head whose examples are each of one class."""

    _n_classes: int
    _label_vocabulary: Any

    def _ids_by_name(self, labels: Any) -> Any:
        table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(
                tf.constant(list(self._label_vocabulary)), tf.range(len(self._label_vocabulary), dtype=tf.int64)
            ),
            default_value=-1,
        )
        return table.lookup(labels)

    def _classes(self, class_ids: Any) -> Any:
        """The names of classes of these numbers."""
        if self._label_vocabulary is not None:
            return tf.gather(tf.constant(list(self._label_vocabulary)), class_ids)
        return tf.strings.as_string(class_ids, name="str_classes")

    def _predicted(self, logits: Any, scores: Any, keys: Any) -> dict[str, Any]:
        """The predictions that both kinds have, of the logits and of a score for each class."""
        found: dict[str, Any] = {}
        if "probabilities" in keys:
            found["probabilities"] = tf.nn.softmax(scores, name="probabilities")
        if "class_ids" in keys or "classes" in keys:
            class_ids = tf.expand_dims(tf.argmax(scores, axis=-1, name="class_ids"), -1)
            if "class_ids" in keys:
                found["class_ids"] = class_ids
            if "classes" in keys:
                found["classes"] = self._classes(class_ids)
        if "all_class_ids" in keys:
            found["all_class_ids"] = rows(tf.range(self._n_classes), logits)
        if "all_classes" in keys:
            found["all_classes"] = class_names(logits, self._n_classes, self._label_vocabulary)
        return found

    def _served(self, predictions: dict[str, Any]) -> dict[str, Any]:
        scores = predictions["probabilities"]
        names = class_names(scores, self._n_classes, self._label_vocabulary)
        return served_classes(ClassificationOutput(scores=scores, classes=names))


class _Baseline(tf.keras.metrics.Mean):
    """The accuracy of always telling the class that is more frequent."""

    def result(self) -> Any:
        """The greater share."""
        share = super().result()
        return tf.maximum(share, 1.0 - share)


class BinaryClassHead(_ClassHead):
    """The head of a classifier of two classes, with one logit (tf.estimator.BinaryClassHead).

    weight_column: the name or numeric column of the examples' weights. thresholds: of the probability, for which the
    accuracy, precision and recall are told, too. label_vocabulary: the classes' names, where labels are strings.
    loss_fn: ``f(labels, logits, [features], [loss_reduction])`` that gives [batch, 1], in place of the cross entropy.
    """

    _n_classes = 2

    def __init__(
        self,
        weight_column: Any = None,
        thresholds: Any = None,
        label_vocabulary: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Any = None,
        name: str | None = None,
    ) -> None:
        _checks.need_vocabulary(label_vocabulary)
        self._label_vocabulary, self._thresholds = label_vocabulary, _checks.need_thresholds(thresholds)
        super().__init__(weight_column, loss_reduction, loss_fn, name)

    @property
    def logits_dimension(self) -> int:
        """1."""
        return 1

    def _processed_labels(self, logits: Any, labels: Any) -> Any:
        labels = _checks.labels_like_logits(labels, logits, 1)
        if self._label_vocabulary is not None:
            labels = self._ids_by_name(labels)
        return _checks.labels_in_range(tf.cast(labels, tf.float32), 2)

    def _losses(self, labels: Any, logits: Any) -> Any:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    def predictions(self, logits: Any, keys: Any = None) -> dict[str, Any]:
        """The predictions by their names: see tf.estimator's PredictionKeys; ValueError for other keys."""
        keys = keys or _NAMES
        _checks.need_keys(keys, _NAMES)
        logits = _checks.logits_of(logits, 1)
        with v1.name_scope("predictions"):
            found: dict[str, Any] = {"logits": logits} if "logits" in keys else {}
            if "logistic" in keys:
                found["logistic"] = tf.sigmoid(logits, name="logistic")
            both = tf.concat([tf.zeros_like(logits), logits], axis=-1, name="two_class_logits")
            return {**found, **self._predicted(logits, both, keys)}

    def _served(self, predictions: dict[str, Any]) -> dict[str, Any]:
        return {**super()._served(predictions), **served_value(predictions["logistic"])}

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """New Keras metrics by their names."""
        keras, key = tf.keras.metrics, self._summary_key
        with v1.name_scope("metrics"):
            found = self._means(regularization_losses, PREDICTION_MEAN, LABEL_MEAN)
            found[key(BASELINE)] = _Baseline(name=BASELINE)
            found[key(ACCURACY)] = keras.Accuracy(name=ACCURACY)
            found[key(PRECISION)] = keras.Precision(name=PRECISION)
            found[key(RECALL)] = keras.Recall(name=RECALL)
            found[key(AUC)] = keras.AUC(name=AUC)
            found[key(AUC_PR)] = keras.AUC(curve="PR", name=AUC_PR)
            for limit in self._thresholds:
                names = [key(AT_THRESHOLD % (name, limit)) for name in (ACCURACY, PRECISION, RECALL)]
                found[names[0]] = keras.BinaryAccuracy(name=names[0], threshold=limit)
                found[names[1]] = keras.Precision(name=names[1], thresholds=limit)
                found[names[2]] = keras.Recall(name=names[2], thresholds=limit)
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
        """Takes a batch into the metrics, and gives them back."""
        key = self._summary_key
        found = self.predictions(logits, ["class_ids", "logistic"])
        logits = _checks.logits_of(logits, 1)
        labels = self._processed_labels(logits, labels)
        losses, weights = self._unweighted_loss_and_weights(logits, labels, features)
        self._update_losses(eval_metrics, losses, weights, regularization_losses)
        weights = spread(weights, labels)
        for name in (ACCURACY, PRECISION, RECALL):
            eval_metrics[key(name)].update_state(labels, found["class_ids"], sample_weight=weights)
        logistic = found["logistic"]
        with_weights_like(eval_metrics[key(PREDICTION_MEAN)], logistic, weights)
        with_weights_like(eval_metrics[key(LABEL_MEAN)], labels, weights)
        with_weights_like(eval_metrics[key(BASELINE)], labels, weights)
        names = [key(AT_THRESHOLD % (n, limit)) for limit in self._thresholds for n in (ACCURACY, PRECISION, RECALL)]
        for name in (key(AUC), key(AUC_PR), *names):
            eval_metrics[name].update_state(labels, logistic, sample_weight=weights)
        return eval_metrics


class MultiClassHead(_ClassHead):
    """The head of a classifier of more than two classes (tf.estimator.MultiClassHead).

    n_classes: how many, ValueError below 3; label_vocabulary: their names, where labels are strings. The rest as
    BinaryClassHead takes it.
    """

    def __init__(
        self,
        n_classes: int,
        weight_column: Any = None,
        label_vocabulary: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Any = None,
        name: str | None = None,
    ) -> None:
        if n_classes is None:
            raise ValueError("n_classes cannot be None")
        _checks.need_vocabulary(label_vocabulary)
        if label_vocabulary is not None and len(label_vocabulary) != n_classes:
            raise ValueError(
                f'"label_vocabulary" does not have "n_classes" items. len(label_vocabulary)={len(label_vocabulary)}, '
                f"n_classes={n_classes}, label_vocabulary={label_vocabulary}"
            )
        super().__init__(weight_column, loss_reduction, loss_fn, name)
        if n_classes <= 2:
            raise ValueError(f"n_classes must be > 2: {n_classes}.")
        self._n_classes, self._label_vocabulary = n_classes, label_vocabulary

    @property
    def logits_dimension(self) -> int:
        """How many classes there are."""
        return self._n_classes

    def _processed_labels(self, logits: Any, labels: Any) -> Any:
        labels = _checks.labels_like_logits(labels, logits, 1)
        if self._label_vocabulary is None:
            if not labels.dtype.is_integer:
                raise ValueError(f"Labels dtype should be integer. Instead got {labels.dtype}.")
        else:
            if labels.dtype != tf.string:
                raise ValueError(f"Labels dtype should be string if there is a vocabulary. Instead got {labels.dtype}")
            labels = self._ids_by_name(labels)
        return _checks.labels_in_range(labels, self._n_classes)

    def _losses(self, labels: Any, logits: Any) -> Any:
        ids = tf.squeeze(labels, [-1])
        return tf.expand_dims(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=ids, logits=logits), -1)

    def predictions(self, logits: Any, keys: Any = None) -> dict[str, Any]:
        """The predictions by their names: see tf.estimator's PredictionKeys; ValueError for other keys."""
        valid = [name for name in _NAMES if name != "logistic"]
        keys = keys or valid
        _checks.need_keys(keys, valid)
        logits = _checks.logits_of(logits, self._n_classes)
        with v1.name_scope("predictions"):
            found: dict[str, Any] = {"logits": logits} if "logits" in keys else {}
            return {**found, **self._predicted(logits, logits, keys)}

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """New Keras metrics by their names."""
        with v1.name_scope("metrics"):
            found = self._means(regularization_losses)
            return {**found, self._summary_key(ACCURACY): tf.keras.metrics.Accuracy(name=ACCURACY)}

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
        class_ids = self.predictions(logits, ["class_ids"])["class_ids"]
        logits = _checks.logits_of(logits, self._n_classes)
        labels = self._processed_labels(logits, labels)
        losses, weights = self._unweighted_loss_and_weights(logits, labels, features)
        self._update_losses(eval_metrics, losses, weights, regularization_losses)
        weights = spread(weights, labels)
        eval_metrics[self._summary_key(ACCURACY)].update_state(labels, class_ids, sample_weight=weights)
        return eval_metrics
