"""Metrics by class and by rank: mean_iou, precision_at_k and relatives (see `metrics`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._metric_values import added, after, done, ratio, refuse_eager, scope, spread, total


def _confused(
    default: str,
    compute: Callable[[Any], Any],
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any,
    name: str | None,
) -> tuple[Any, Any]:
    refuse_eager(default)
    with scope(name, default):
        matrix = total("total_confusion_matrix", [num_classes, num_classes], tf.float64)
        flat = [tf.reshape(tf.cast(t, tf.int64), [-1]) for t in (labels, predictions)]
        if weights is not None:
            weights = tf.reshape(spread(weights, tf.convert_to_tensor(predictions)), [-1])
        new = tf.math.confusion_matrix(*flat, num_classes=num_classes, weights=weights, dtype=tf.float64)
        update = added(matrix, new)
        return compute(matrix.read_value()), tf.identity(update)


def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The mean over classes of intersection over union; the update is the confusion matrix."""

    def compute(matrix: Any) -> Any:
        matrix = tf.cast(matrix, tf.float32)
        hit = tf.linalg.diag_part(matrix)
        union = tf.reduce_sum(matrix, 0) + tf.reduce_sum(matrix, 1) - hit
        valid = tf.reduce_sum(tf.cast(tf.not_equal(union, 0), tf.float32))
        return tf.where(valid > 0, tf.reduce_sum(tf.math.divide_no_nan(hit, union)) / tf.maximum(valid, 1), 0.0)

    found = _confused("mean_iou", compute, labels, predictions, num_classes, weights, name)
    return done(*found, metrics_collections, updates_collections)


def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The mean over classes of the share of right predictions; the update is that of each class."""
    default = "mean_accuracy"
    refuse_eager("mean_per_class_accuracy")
    with scope(name, default):
        flat = [tf.reshape(tf.cast(t, tf.int64), [-1]) for t in (labels, predictions)]
        sums, counts = total("total", [num_classes]), total("count", [num_classes])
        ones, right = tf.ones_like(flat[0], tf.float32), tf.cast(tf.equal(*flat), tf.float32)
        if weights is not None:
            w = tf.reshape(spread(weights, tf.convert_to_tensor(predictions)), [-1])
            ones, right = ones * w, right * w
        each = [tf.math.unsorted_segment_sum(x, flat[0], num_classes) for x in (ones, right)]
        changes = [added(sums, each[0]), added(counts, each[1])]
        value = tf.reduce_mean(ratio(counts.read_value(), sums.read_value()))
        update = after(changes, lambda: ratio(counts.read_value(), sums.read_value()))
        return done(value, update, metrics_collections, updates_collections)


def _as_labels(labels: Any, rank: int) -> Any:
    """Labels with a last dimension of the classes of each example, -1 where there are fewer."""
    if isinstance(labels, tf.SparseTensor):
        return tf.sparse.to_dense(tf.cast(labels, tf.int64), default_value=-1)
    labels = tf.cast(labels, tf.int64)
    return tf.expand_dims(labels, -1) if labels.shape.rank == rank - 1 else labels


def _hits(labels: Any, top: Any, class_id: Any) -> tuple[Any, Any, Any]:
    """Which of the top classes are labels; which labels are, and which of both count where only one class does."""
    same = tf.equal(tf.expand_dims(top, -1), tf.expand_dims(labels, -2))
    hit = tf.reduce_any(same, -1)
    found = tf.reduce_any(same, -2)
    counted, wanted = tf.ones_like(hit), labels >= 0
    if class_id is not None:
        counted, wanted = tf.equal(top, class_id), tf.equal(labels, class_id)
        hit, found = hit & counted, found & wanted
    return hit, counted, (found, wanted)  # type: ignore[return-value]


def _number(truths: Any, weights: Any) -> Any:
    each = tf.reduce_sum(tf.cast(truths, tf.float64), -1)
    if weights is not None:
        weights = tf.cast(weights, tf.float64)
        if weights.shape.rank and weights.shape.rank == (each.shape.rank or 0) + 1:
            weights = tf.squeeze(weights, [-1])
        each = each * weights
    return tf.reduce_sum(each)


def _at_top(
    what: str, labels: Any, top: Any, class_id: Any, weights: Any, metrics: Any, updates: Any, name: str | None, k: Any
) -> tuple[Any, Any]:
    default = f"{what}_at_{k}" + ("" if class_id is None else f"_class{class_id}")
    refuse_eager(f"{what}_at_top_k")
    with scope(name, default):
        top = tf.cast(top, tf.int64)
        hit, counted, (found, wanted) = _hits(_as_labels(labels, top.shape.rank), top, class_id)
        right = total(f"true_positive_at_{k}", (), tf.float64)
        second = "false_positive" if what == "precision" else "false_negative"
        wrong = total(f"{second}_at_{k}", (), tf.float64)
        if what == "precision":
            parts = hit, counted & ~hit
        else:
            parts = found & wanted, wanted & ~found
        changes = [added(v, _number(p, weights)) for v, p in zip((right, wrong), parts)]

        def value() -> Any:
            a, b = right.read_value(), wrong.read_value()
            return tf.divide(a, a + b)

        return done(value(), after(changes, value), metrics, updates)


def precision_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: int | None = None,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of the top classes, [..., k] indices, that are labels (tf.compat.v1.metrics.precision_at_top_k).

    class_id: counts only that class.
    """
    return _at_top(
        "precision",
        labels,
        predictions_idx,
        class_id,
        weights,
        metrics_collections,
        updates_collections,
        name,
        k or predictions_idx.shape.as_list()[-1],
    )


def recall_at_top_k(
    labels: Any,
    predictions_idx: Any,
    k: int | None = None,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of the labels that are among the top classes, [..., k] indices; class_id: counts only that class."""
    return _at_top(
        "recall",
        labels,
        predictions_idx,
        class_id,
        weights,
        metrics_collections,
        updates_collections,
        name,
        k or predictions_idx.shape.as_list()[-1],
    )


def precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of the k classes with the largest predictions, [..., classes], that are labels."""
    top = tf.math.top_k(predictions, k).indices
    return precision_at_top_k(labels, top, k, class_id, weights, metrics_collections, updates_collections, name)


def recall_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of the labels that are among the k classes with the largest predictions, [..., classes]."""
    top = tf.math.top_k(predictions, k).indices
    return recall_at_top_k(labels, top, k, class_id, weights, metrics_collections, updates_collections, name)


def average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The mean over examples of the mean precision at each rank up to k that has a label."""
    default = f"average_precision_at_{k}"
    refuse_eager("average_precision_at_k")
    with scope(name, default):
        top = tf.cast(tf.math.top_k(predictions, k).indices, tf.int64)
        known = _as_labels(labels, top.shape.rank)
        hit = tf.cast(_hits(known, top, None)[0], tf.float64)
        ranks = tf.cast(tf.range(1, k + 1), tf.float64)
        summed = tf.reduce_sum(tf.cumsum(hit, axis=-1) / ranks * hit, -1)
        most = tf.minimum(tf.reduce_sum(tf.cast(known >= 0, tf.float64), -1), tf.cast(k, tf.float64))
        average = tf.math.divide_no_nan(summed, most)
        count: Any = tf.cast(tf.size(average), tf.float64)
        if weights is not None:
            w = tf.cast(spread(weights, average), tf.float64)
            average, count = average * w, tf.reduce_sum(w)
        most_kept, sum_kept = total(f"{default}/max", (), tf.float64), total(f"{default}/total", (), tf.float64)
        changes = [added(sum_kept, tf.reduce_sum(average)), added(most_kept, count)]

        def value() -> Any:
            return tf.math.divide_no_nan(sum_kept.read_value(), most_kept.read_value())

        return done(value(), after(changes, value), metrics_collections, updates_collections)


def sparse_average_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The former name of `average_precision_at_k`."""
    return average_precision_at_k(labels, predictions, k, weights, metrics_collections, updates_collections, name)


def sparse_precision_at_k(
    labels: Any,
    predictions: Any,
    k: int,
    class_id: Any = None,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The former name of `precision_at_k`."""
    return precision_at_k(labels, predictions, k, class_id, weights, metrics_collections, updates_collections, name)
