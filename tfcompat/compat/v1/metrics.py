"""tf.compat.v1.metrics: pairs of a metric's value and the operation that updates it, in graphs.

They keep their sums in local variables, which local_variables_initializer sets to zero. All take `weights`, of the
values' rank or a scalar, lists of collections for the value and for the update, and the `name` of their scope.
RuntimeError where ops run when they are called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat import _names
from tfcompat.compat.v1._metric_values import added, after, done, ratio, refuse_eager, scope, spread, squeezed, total


def _mean(values: Any, weights: Any, name: str | None, default: str, metrics: Any, updates: Any) -> tuple[Any, Any]:
    refuse_eager(default)
    with scope(name, default):
        values = tf.cast(values, tf.float32)
        sums, count = total("total"), total("count")
        if weights is None:
            number: Any = tf.cast(tf.size(values), tf.float32)
        else:
            values, _, weights = squeezed(values, None, weights)
            weights = spread(weights, values)
            values, number = values * weights, tf.reduce_sum(weights)
        changes = [added(sums, tf.reduce_sum(values)), added(count, number)]
        value = tf.math.divide_no_nan(sums.read_value(), tf.maximum(count.read_value(), 0), name="value")
        update = after(changes, lambda: tf.math.divide_no_nan(sums.read_value(), tf.maximum(count.read_value(), 0)))
        return done(value, update, metrics, updates)


def mean(
    values: Any, weights: Any = None, metrics_collections: Any = None, updates_collections: Any = None, name: Any = None
) -> tuple[Any, Any]:
    """The weighted mean of all values (tf.compat.v1.metrics.mean)."""
    return _mean(values, weights, name, "mean", metrics_collections, updates_collections)


def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """How often predictions are the labels (tf.compat.v1.metrics.accuracy)."""
    refuse_eager("accuracy")
    predictions, labels, weights = squeezed(predictions, labels, weights)
    if labels.dtype != predictions.dtype:
        predictions = tf.cast(predictions, labels.dtype)
    right = tf.cast(tf.equal(predictions, labels), tf.float32)
    return _mean(right, weights, name, "accuracy", metrics_collections, updates_collections)


def _error(compute: Callable[[Any, Any], Any], default: str) -> Callable[..., tuple[Any, Any]]:
    def metric(
        labels: Any,
        predictions: Any,
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: str | None = None,
    ) -> tuple[Any, Any]:
        refuse_eager(default)
        predictions, labels, weights = squeezed(tf.cast(predictions, tf.float32), tf.cast(labels, tf.float32), weights)
        found = compute(predictions, labels)
        return _mean(found, weights, name, default, metrics_collections, updates_collections)

    metric.__name__ = metric.__qualname__ = default
    return metric


mean_absolute_error = _error(lambda p, y: tf.abs(p - y), "mean_absolute_error")
mean_absolute_error.__doc__ = "The mean of the sizes of the differences (tf.compat.v1.metrics.mean_absolute_error)."
mean_squared_error = _error(lambda p, y: tf.square(y - p), "mean_squared_error")
mean_squared_error.__doc__ = "The mean of the squares of the differences (tf.compat.v1.metrics.mean_squared_error)."


def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The root of the mean squared error (tf.compat.v1.metrics.root_mean_squared_error)."""
    refuse_eager("root_mean_squared_error")
    value, update = mean_squared_error(labels, predictions, weights, None, None, name or "root_mean_squared_error")
    return done(tf.sqrt(value), tf.sqrt(update), metrics_collections, updates_collections)


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The mean of the differences' sizes as shares of `normalizer`, 0 where that is 0."""
    refuse_eager("mean_relative_error")
    predictions, labels, weights = squeezed(predictions, labels, weights)
    predictions, normalizer = squeezed(predictions, normalizer, None)[:2]
    shares = tf.math.divide_no_nan(tf.abs(labels - predictions), tf.cast(normalizer, labels.dtype))
    return _mean(shares, weights, name, "mean_relative_error", metrics_collections, updates_collections)


def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """1 less the mean of the products along `dim` of vectors of length 1."""
    refuse_eager("mean_cosine_distance")
    predictions, labels, weights = squeezed(predictions, labels, weights)
    products = tf.reduce_sum(predictions * labels, axis=[dim], keepdims=True)
    value, update = _mean(products, weights, name, "mean_cosine_distance", None, None)
    return done(1 - value, 1 - update, metrics_collections, updates_collections)


def percentage_below(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of the values that are below `threshold` (tf.compat.v1.metrics.percentage_below)."""
    refuse_eager("percentage_below")
    below = tf.cast(tf.less(values, threshold), tf.float32)
    return _mean(below, weights, name, "percentage_below", metrics_collections, updates_collections)


def mean_tensor(
    values: Any, weights: Any = None, metrics_collections: Any = None, updates_collections: Any = None, name: Any = None
) -> tuple[Any, Any]:
    """The weighted mean of tensors of one shape, element by element (tf.compat.v1.metrics.mean_tensor)."""
    refuse_eager("mean_tensor")
    with scope(name, "mean"):
        values = tf.cast(values, tf.float32)
        sums, count = total("total_tensor", values.shape), total("count_tensor", values.shape)
        number = tf.ones_like(values)
        if weights is not None:
            values, _, weights = squeezed(values, None, weights)
            number = spread(weights, values)
            values = values * number
        changes = [added(sums, values), added(count, number)]
        value = ratio(sums.read_value(), count.read_value())
        update = after(changes, lambda: ratio(sums.read_value(), count.read_value()))
        return done(value, update, metrics_collections, updates_collections)


# ---- counts of right and wrong ----


def _four(
    labels: Any, predictions: Any, thresholds: Any, weights: Any, wanted: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sums of weights by threshold: "tp", "fn", "tn" and "fp", those `wanted`, as values and as updates."""
    predictions, labels, weights = squeezed(tf.cast(predictions, tf.float32), tf.cast(labels, tf.bool), weights)
    over = tf.reshape(predictions, [1, -1]) > tf.reshape(tf.cast(thresholds, tf.float32), [-1, 1])
    true = tf.reshape(labels, [1, -1])
    w = None if weights is None else tf.reshape(spread(weights, predictions), [1, -1])
    count = len(thresholds)
    names = {"tp": "true_positives", "fn": "false_negatives", "tn": "true_negatives", "fp": "false_positives"}
    hits = {"tp": (over, true), "fn": (~over, true), "tn": (~over, ~true), "fp": (over, ~true)}
    values, changes = {}, {}
    for key in wanted.split():
        hit = tf.cast(tf.logical_and(*hits[key]), tf.float32)
        kept = total(names[key], [count])
        changes[key] = added(kept, tf.reduce_sum(hit if w is None else hit * w, 1))
        values[key] = kept
    return values, changes


def _at_thresholds(
    default: str,
    wanted: str,
    compute: Callable[..., Any],
    labels: Any,
    predictions: Any,
    thresholds: Any,
    weights: Any,
    name: str | None,
    metrics: Any,
    updates: Any,
) -> tuple[Any, Any]:
    refuse_eager(default)
    with scope(name, default):
        kept, changes = _four(labels, predictions, thresholds, weights, wanted)
        order = wanted.split()
        value = compute(*(kept[k].read_value() for k in order))
        update = after(list(changes.values()), lambda: compute(*(kept[k].read_value() for k in order)))
        return done(value, update, metrics, updates)


def _single(default: str, wanted: str, compute: Callable[..., Any], doc: str) -> Callable[..., tuple[Any, Any]]:
    def metric(
        labels: Any,
        predictions: Any,
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: str | None = None,
    ) -> tuple[Any, Any]:
        truths = tf.cast(tf.cast(predictions, tf.bool), tf.float32)
        return _at_thresholds(
            default,
            wanted,
            lambda *counts: compute(*(c[0] for c in counts)),
            labels,
            truths,
            [0.5],
            weights,
            name,
            metrics_collections,
            updates_collections,
        )

    metric.__name__ = metric.__qualname__ = default
    metric.__doc__ = f"{doc} (tf.compat.v1.metrics.{default}); labels and predictions are taken as bools."
    return metric


def _several(default: str, wanted: str, compute: Callable[..., Any], doc: str) -> Callable[..., tuple[Any, Any]]:
    def metric(
        labels: Any,
        predictions: Any,
        thresholds: Any,
        weights: Any = None,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: str | None = None,
    ) -> tuple[Any, Any]:
        return _at_thresholds(
            default,
            wanted,
            compute,
            labels,
            predictions,
            thresholds,
            weights,
            name,
            metrics_collections,
            updates_collections,
        )

    metric.__name__ = metric.__qualname__ = default
    metric.__doc__ = f"{doc} (tf.compat.v1.metrics.{default}), for each of `thresholds`."
    return metric


def _same(count: Any) -> Any:
    return count


def _precision(tp: Any, fp: Any) -> Any:
    return ratio(tp, tp + fp)


def _share(tp: Any, fp: Any) -> Any:
    return tp / (1e-7 + tp + fp)


true_positives = _single("true_positives", "tp", _same, "How many true labels are predicted")
false_negatives = _single("false_negatives", "fn", _same, "How many true labels are not predicted")
true_negatives = _single("true_negatives", "tn", _same, "How many false labels are not predicted")
false_positives = _single("false_positives", "fp", _same, "How many false labels are predicted")
precision = _single("precision", "tp fp", _precision, "The share of what is predicted that is true")
recall = _single("recall", "tp fn", _precision, "The share of what is true that is predicted")
true_positives_at_thresholds = _several("true_positives_at_thresholds", "tp", _same, "How many true labels are over it")
false_negatives_at_thresholds = _several("false_negatives_at_thresholds", "fn", _same, "How many true labels are not")
true_negatives_at_thresholds = _several("true_negatives_at_thresholds", "tn", _same, "How many false labels are not")
false_positives_at_thresholds = _several("false_positives_at_thresholds", "fp", _same, "How many false labels are over")
precision_at_thresholds = _several("precision_at_thresholds", "tp fp", _share, "The share of the true ones over it")
recall_at_thresholds = _several("recall_at_thresholds", "tp fn", _share, "The share over it of the true ones")


def _spaced(count: int) -> list[float]:
    return [-1e-7, *((i + 1) / (count - 1) for i in range(count - 2)), 1.0 + 1e-7]


def auc(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
    thresholds: Any = None,
) -> tuple[Any, Any]:
    """The area under a curve, "ROC" or "PR", by Riemann sums (tf.compat.v1.metrics.auc).

    num_thresholds: how many points the curve has, or `thresholds` between 0 and 1. summation_method: "trapezoidal",
    "careful_interpolation" (for "PR"), "minoring" or "majoring". ValueError for another curve or method.
    """
    refuse_eager("auc")
    if curve not in ("ROC", "PR"):
        raise ValueError(f"curve must be either ROC or PR, {curve} unknown")
    methods = ("trapezoidal", "careful_interpolation", "minoring", "majoring")
    if summation_method not in methods:
        raise ValueError(f"Invalid summation_method: {summation_method}")
    if curve == "ROC" and summation_method == "careful_interpolation":
        summation_method = "trapezoidal"
    if thresholds is not None:
        points = [-1e-7, *sorted(thresholds), 1.0 + 1e-7]
    else:
        points = _spaced(num_thresholds)

    def area(tp: Any, fn: Any, tn: Any, fp: Any) -> Any:
        small = 1e-6
        if curve == "PR" and summation_method == "careful_interpolation":
            return _interpolated(tp, fp, fn)
        recalls = (tp + small) / (tp + fn + small)
        if curve == "ROC":
            x, y = fp / (fp + tn + small), recalls
        else:
            x, y = recalls, (tp + small) / (tp + fp + small)
        steps = x[:-1] - x[1:]
        heights = {
            "trapezoidal": lambda: (y[:-1] + y[1:]) / 2.0,
            "careful_interpolation": lambda: (y[:-1] + y[1:]) / 2.0,
            "minoring": lambda: tf.minimum(y[:-1], y[1:]),
            "majoring": lambda: tf.maximum(y[:-1], y[1:]),
        }[summation_method]()
        return tf.reduce_sum(steps * heights)

    wanted = "tp fn tn fp"
    return _at_thresholds(
        "auc", wanted, area, labels, predictions, points, weights, name, metrics_collections, updates_collections
    )


def _interpolated(tp: Any, fp: Any, fn: Any) -> Any:
    """The area under precision and recall, between whose points the counts are interpolated (Davis, Goadrich 2006)."""
    dtp = tp[:-1] - tp[1:]
    p = tp + fp
    slope = tf.math.divide_no_nan(dtp, tf.maximum(p[:-1] - p[1:], 0))
    intercept = tp[1:] - slope * p[1:]
    safe = tf.logical_and(p[:-1] > 0, p[1:] > 0)
    grown = tf.where(safe, tf.math.divide_no_nan(p[:-1], tf.maximum(p[1:], 0)), tf.ones_like(p[1:]))
    parts = slope * (dtp + intercept * tf.math.log(grown))
    return tf.reduce_sum(tf.math.divide_no_nan(parts, tf.maximum(tp[1:] + fn[1:], 0)))


def _at_best(default: str, doc: str) -> Callable[..., tuple[Any, Any]]:
    """The sensitivity at a specificity, or the other way."""
    by_specificity = default.startswith("sensitivity")

    def find(target: Any, tp: Any, fn: Any, tn: Any, fp: Any) -> Any:
        small = 1e-7
        sensitivity, specificity = tp / (tp + fn + small), tn / (tn + fp + small)
        if by_specificity:
            return sensitivity[tf.argmin(tf.abs(specificity - target))]
        goal = tf.reduce_min(tf.abs(sensitivity - target))
        near = tf.cast(tf.equal(tf.abs(sensitivity - target), goal), tf.float32)
        return specificity[tf.argmax(near * tf.cast(tf.range(1, tf.size(near) + 1), tf.float32))]

    def metric(
        labels: Any,
        predictions: Any,
        target: Any,
        weights: Any = None,
        num_thresholds: int = 200,
        metrics_collections: Any = None,
        updates_collections: Any = None,
        name: str | None = None,
    ) -> tuple[Any, Any]:
        if not 0 <= target <= 1:
            given = "specificity" if by_specificity else "sensitivity"
            raise ValueError(f"`{given}` must be in the range [0, 1]. Currently, `{given}` is {target}.")
        return _at_thresholds(
            default,
            "tp fn tn fp",
            lambda *counts: find(target, *counts),
            labels,
            predictions,
            _spaced(num_thresholds),
            weights,
            name,
            metrics_collections,
            updates_collections,
        )

    metric.__doc__ = doc
    return metric


_sensitivity = _at_best("sensitivity_at_specificity", "")
_specificity = _at_best("specificity_at_sensitivity", "")


def sensitivity_at_specificity(
    labels: Any,
    predictions: Any,
    specificity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of true labels over the threshold at which so many false ones are not over it."""
    return _sensitivity(
        labels, predictions, specificity, weights, num_thresholds, metrics_collections, updates_collections, name
    )


def specificity_at_sensitivity(
    labels: Any,
    predictions: Any,
    sensitivity: float,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The share of false labels not over the threshold that so many true ones are over."""
    return _specificity(
        labels, predictions, sensitivity, weights, num_thresholds, metrics_collections, updates_collections, name
    )


_CONFUSION = "mean_iou mean_per_class_accuracy"
_RANKED = (
    "average_precision_at_k precision_at_k precision_at_top_k recall_at_k recall_at_top_k "
    "sparse_average_precision_at_k sparse_precision_at_k"
)

__getattr__ = _names.module_getattr(
    "tf.compat.v1.metrics",
    globals(),
    {name: f"tfcompat.compat.v1._ranked_metrics:{name}" for name in (*_CONFUSION.split(), *_RANKED.split())},
)
