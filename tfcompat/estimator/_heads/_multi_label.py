"""The head of a classifier whose examples may be of several classes."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.estimator._heads import _checks
from tfcompat.estimator._heads._base import SingleHead, served_classes, spread, with_weights_like
from tfcompat.estimator._heads._classes import ACCURACY, AT_THRESHOLD, AUC, AUC_PR, PRECISION, RECALL, class_names
from tfcompat.estimator._outputs import ClassificationOutput

v1 = tf.compat.v1
_NAMES = ["logits", "probabilities", "classes"]
_OF_CLASSES = ("probability_mean", AUC, AUC_PR)


class MultiLabelHead(SingleHead):
    """The head of a classifier whose examples may be of several classes (tf.estimator.MultiLabelHead).

    n_classes: how many there are. Labels are 0s and 1s, [batch, n_classes], or a SparseTensor of the classes' numbers,
    or of their names in label_vocabulary. thresholds: as BinaryClassHead takes them. classes_for_class_based_metrics:
    numbers or names of classes for which the mean probability and AUCs are told, too. ValueError for others.
    """

    def __init__(
        self,
        n_classes: int,
        weight_column: Any = None,
        thresholds: Any = None,
        label_vocabulary: Any = None,
        loss_reduction: str = "sum_over_batch_size",
        loss_fn: Any = None,
        classes_for_class_based_metrics: Any = None,
        name: str | None = None,
    ) -> None:
        if n_classes is None or n_classes < 2:
            raise ValueError(f"n_classes must be > 1 for multi-label classification. Given: {n_classes}")
        self._thresholds = _checks.need_thresholds(thresholds)
        if label_vocabulary is not None:
            if not isinstance(label_vocabulary, (list, tuple)):
                raise ValueError(f"label_vocabulary must be a list or tuple. Given type: {type(label_vocabulary)}")
            if len(label_vocabulary) != n_classes:
                raise ValueError(
                    f"Length of label_vocabulary must be n_classes ({n_classes}). Given: {len(label_vocabulary)}"
                )
        super().__init__(weight_column, loss_reduction, loss_fn, name)
        self._n_classes = n_classes
        self._label_vocabulary: Any = label_vocabulary
        self._told = self._class_ids(tuple(classes_for_class_based_metrics or ()))

    def _class_ids(self, classes: tuple[Any, ...]) -> tuple[int, ...]:
        if classes and isinstance(classes[0], str):
            if not self._label_vocabulary:
                raise ValueError("label_vocabulary must be provided when classes_for_class_based_metrics are strings.")
            return tuple(self._label_vocabulary.index(name) for name in classes)
        for class_id in classes:
            if class_id < 0 or class_id >= self._n_classes:
                raise ValueError(
                    f"All classes_for_class_based_metrics must be in range [0, {self._n_classes - 1}]. Given: "
                    f"{class_id}"
                )
        return classes

    @property
    def logits_dimension(self) -> int:
        """How many classes there are."""
        return self._n_classes

    def _processed_labels(self, logits: Any, labels: Any) -> Any:
        if isinstance(labels, tf.SparseTensor):
            labels = tf.cast(tf.sparse.to_indicator(self._ids(labels), self._n_classes), tf.int64)
        elif labels is not None:
            message = "labels must be an integer indicator Tensor with values in [0, 1]"
            labels = _checks.labels_in_range(labels, 2, message)
        return _checks.labels_like_logits(labels, logits, self._n_classes)

    def _ids(self, labels: Any) -> Any:
        """Numbers of classes in the place of their names."""
        if labels.dtype == tf.string:
            names = tf.constant(list(self._label_vocabulary))
            keys = tf.range(self._n_classes, dtype=tf.int64)
            table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(names, keys), default_value=-1)
            values = table.lookup(labels.values)
        elif labels.dtype.is_integer:
            message = f"labels must be an integer SparseTensor with values in [0, {self._n_classes})"
            values = _checks.labels_in_range(labels.values, self._n_classes, message)
        else:
            raise ValueError(f"Labels dtype should be integer. Instead got {labels.dtype}.")
        return tf.SparseTensor(labels.indices, values, labels.dense_shape)

    def _losses(self, labels: Any, logits: Any) -> Any:
        found = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.cast(labels, logits.dtype), logits=logits)
        return tf.reduce_mean(found, axis=-1, keepdims=True)

    def predictions(self, logits: Any, keys: Any = None) -> dict[str, Any]:
        """The logits, the probabilities and the classes' names; ValueError for other keys."""
        keys = keys or _NAMES
        _checks.need_keys(keys, _NAMES)
        logits = _checks.logits_of(logits, self._n_classes)
        with v1.name_scope("predictions"):
            found: dict[str, Any] = {"logits": logits} if "logits" in keys else {}
            if "probabilities" in keys:
                found["probabilities"] = tf.sigmoid(logits, name="probabilities")
            if "classes" in keys:
                found["classes"] = class_names(logits, self._n_classes, self._label_vocabulary)
            return found

    def _served(self, predictions: dict[str, Any]) -> dict[str, Any]:
        scores = predictions["probabilities"]
        names = class_names(scores, self._n_classes, self._label_vocabulary)
        return served_classes(ClassificationOutput(scores=scores, classes=names))

    def _class_keys(self, class_id: int) -> list[str]:
        named = f"class{class_id}" if self._label_vocabulary is None else self._label_vocabulary[class_id]
        return [self._summary_key(f"{name}/{named}") for name in _OF_CLASSES]

    def metrics(self, regularization_losses: Any = None) -> dict[str, Any]:
        """New Keras metrics by their names."""
        keras, key = tf.keras.metrics, self._summary_key
        with v1.name_scope("metrics"):
            found = self._means(regularization_losses)
            found[key(AUC)], found[key(AUC_PR)] = keras.AUC(name=AUC), keras.AUC(curve="PR", name=AUC_PR)
            for limit in self._thresholds:
                names = [key(AT_THRESHOLD % (name, limit)) for name in (ACCURACY, PRECISION, RECALL)]
                found[names[0]] = keras.BinaryAccuracy(name=names[0], threshold=limit)
                found[names[1]] = keras.Precision(name=names[1], thresholds=limit)
                found[names[2]] = keras.Recall(name=names[2], thresholds=limit)
            for class_id in self._told:
                mean, auc, curve = self._class_keys(class_id)
                found[mean], found[auc] = keras.Mean(name=mean), keras.AUC(name=auc)
                found[curve] = keras.AUC(curve="PR", name=curve)
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
        logits = _checks.logits_of(logits, self._n_classes)
        labels = self._processed_labels(logits, labels)
        losses, weights = self._unweighted_loss_and_weights(logits, labels, features)
        probabilities = self.predictions(logits, ["probabilities"])["probabilities"]
        self._update_losses(eval_metrics, losses, weights, regularization_losses)
        every, each = spread(weights, probabilities), spread(weights, losses)
        names = [key(AT_THRESHOLD % (n, limit)) for limit in self._thresholds for n in (PRECISION, RECALL)]
        for name in (key(AUC), key(AUC_PR), *names):
            eval_metrics[name].update_state(labels, probabilities, sample_weight=every)
        for limit in self._thresholds:
            accuracy = eval_metrics[key(AT_THRESHOLD % (ACCURACY, limit))]
            accuracy.update_state(labels, probabilities, sample_weight=tf.squeeze(each, [-1]))
        for class_id in self._told:
            mean, *areas = self._class_keys(class_id)
            one, told = probabilities[..., class_id : class_id + 1], labels[..., class_id : class_id + 1]
            with_weights_like(eval_metrics[mean], one, weights)
            for name in areas:
                eval_metrics[name].update_state(told, one, sample_weight=each)
        return eval_metrics
