"""The losses of tf.compat.v1.losses: elementwise losses, weighted, reduced and collected."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys
from tfcompat.compat.v1._reductions import one_of

_BY_NONZERO = "weighted_sum_by_nonzero_weights"


class Reduction:
    """How weighted losses become one number, or stay (tf.compat.v1.losses.Reduction)."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_BY_NONZERO_WEIGHTS = _BY_NONZERO
    SUM_OVER_NONZERO_WEIGHTS = _BY_NONZERO

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return (cls.NONE, cls.SUM, cls.MEAN, cls.SUM_OVER_BATCH_SIZE, cls.SUM_BY_NONZERO_WEIGHTS)

    @classmethod
    def validate(cls, key: str) -> None:
        """ValueError for what is none of them."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key {key}.")


def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """`losses` times `weights`, reduced, and added to a collection (tf.compat.v1.losses.compute_weighted_loss).

    weights: of the losses' rank, or a scalar. ValueError for an unknown reduction.
    """
    from tfcompat.compat.v1.losses import add_loss

    Reduction.validate(reduction)
    with tf.name_scope(scope or "weighted_loss"):
        losses = tf.convert_to_tensor(losses)
        kind = losses.dtype
        values, w = tf.cast(losses, tf.float32), tf.cast(weights, tf.float32)
        weighted = values * w
        total = tf.reduce_sum(weighted)
        if reduction == Reduction.NONE:
            loss = weighted
        elif reduction == Reduction.SUM:
            loss = total
        else:
            spread = tf.broadcast_to(w, tf.shape(values))
            if reduction == Reduction.MEAN:
                count = tf.reduce_sum(spread)
            elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
                count = tf.cast(tf.size(values), tf.float32)
            else:
                count = tf.reduce_sum(tf.cast(tf.not_equal(spread, 0.0), tf.float32))
            loss = tf.math.divide_no_nan(total, count)
        loss = tf.cast(loss, kind)
        add_loss(loss, loss_collection)
        return loss


def _alike(first: Any, second: Any) -> tuple[Any, Any]:
    first, second = tf.cast(first, tf.float32), tf.cast(second, tf.float32)
    first.shape.assert_is_compatible_with(second.shape)
    return first, second


def _present(**given: Any) -> None:
    for name, value in given.items():
        if value is None:
            raise ValueError(f"Argument `{name}` must not be None.")


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """The squares of the differences (tf.compat.v1.losses.mean_squared_error)."""
    _present(labels=labels, predictions=predictions)
    x, y = _alike(predictions, labels)
    return compute_weighted_loss(
        tf.math.squared_difference(x, y), weights, scope or "mean_squared_error", loss_collection, reduction
    )


def absolute_difference(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """The sizes of the differences (tf.compat.v1.losses.absolute_difference)."""
    _present(labels=labels, predictions=predictions)
    x, y = _alike(predictions, labels)
    return compute_weighted_loss(tf.abs(x - y), weights, scope or "absolute_difference", loss_collection, reduction)


def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
    dim: int | None = None,
) -> Any:
    """1 less the products along `axis`, of what has unit length along it (tf.compat.v1.losses.cosine_distance).

    dim: the old name of `axis`, which must be given: ValueError.
    """
    axis = one_of("cosine_distance", "axis", axis, "dim", dim)
    if axis is None:
        raise ValueError("You must specify argument `axis`.")
    _present(labels=labels, predictions=predictions)
    x, y = _alike(predictions, labels)
    losses = 1 - tf.reduce_sum(x * y, axis=(axis,), keepdims=True)
    return compute_weighted_loss(losses, weights, scope or "cosine_distance_loss", loss_collection, reduction)


def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """Half the squares of differences up to `delta`, linear from there (tf.compat.v1.losses.huber_loss)."""
    _present(labels=labels, predictions=predictions)
    x, y = _alike(predictions, labels)
    size = tf.abs(x - y)
    near = tf.minimum(size, delta)
    return compute_weighted_loss(
        0.5 * near * near + delta * (size - near), weights, scope or "huber_loss", loss_collection, reduction
    )


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """The cross entropy of labels and predicted probabilities (tf.compat.v1.losses.log_loss)."""
    _present(labels=labels, predictions=predictions)
    p, y = _alike(predictions, labels)
    losses = -y * tf.math.log(p + epsilon) - (1 - y) * tf.math.log(1 - p + epsilon)
    return compute_weighted_loss(losses, weights, scope or "log_loss", loss_collection, reduction)


def hinge_loss(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """What logits lack to be 1 on the side that labels 0 and 1 tell (tf.compat.v1.losses.hinge_loss)."""
    _present(labels=labels, logits=logits)
    x, y = _alike(logits, labels)
    return compute_weighted_loss(
        tf.nn.relu(1 - (2 * y - 1) * x), weights, scope or "hinge_loss", loss_collection, reduction
    )


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """The cross entropy of labels and logits, of each class by itself (tf.compat.v1.losses.sigmoid_cross_entropy)."""
    _present(multi_class_labels=multi_class_labels, logits=logits)
    x = tf.convert_to_tensor(logits)
    y = tf.cast(multi_class_labels, x.dtype)
    if label_smoothing > 0:
        y = y * (1 - label_smoothing) + 0.5 * label_smoothing
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)
    return compute_weighted_loss(losses, weights, scope or "sigmoid_cross_entropy_loss", loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """The cross entropy of one-hot labels and logits (tf.compat.v1.losses.softmax_cross_entropy)."""
    _present(onehot_labels=onehot_labels, logits=logits)
    x = tf.convert_to_tensor(logits)
    y = tf.cast(onehot_labels, x.dtype)
    if label_smoothing > 0:
        y = y * (1 - label_smoothing) + label_smoothing / tf.cast(tf.shape(y)[-1], x.dtype)
    losses = tf.nn.softmax_cross_entropy_with_logits(labels=tf.stop_gradient(y), logits=x)
    return compute_weighted_loss(losses, weights, scope or "softmax_cross_entropy_loss", loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = _BY_NONZERO,
) -> Any:
    """The cross entropy of class numbers and logits (tf.compat.v1.losses.sparse_softmax_cross_entropy)."""
    _present(labels=labels, logits=logits)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return compute_weighted_loss(
        losses, weights, scope or "sparse_softmax_cross_entropy_loss", loss_collection, reduction
    )


def mean_pairwise_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
) -> Any:
    """The mean over pairs of an example's elements of how their differences differ, squared, summed over the batch.

    weights: a scalar, or one for each example. (tf.compat.v1.losses.mean_pairwise_squared_error)
    """
    from tfcompat.compat.v1.losses import add_loss

    _present(labels=labels, predictions=predictions, weights=weights)
    with tf.name_scope(scope or "mean_pairwise_squared_error"):
        labels, predictions = _alike(labels, predictions)
        w, off = tf.cast(weights, tf.float32), predictions - labels
        axes = list(range(1, off.shape.rank))
        present = tf.cast(tf.not_equal(tf.broadcast_to(w, tf.shape(off)), 0), tf.float32)
        count = tf.reduce_sum(present, axes, keepdims=True)
        squares = 2.0 * tf.math.divide_no_nan(tf.reduce_sum(tf.square(off), axes, keepdims=True), count - 1)
        total = tf.reduce_sum(off, axes, keepdims=True)
        products = 2.0 * tf.math.divide_no_nan(tf.square(total), count * (count - 1))
        loss = tf.reduce_sum((squares - products) * w)
        loss = tf.where(tf.reduce_sum(count) > 0, loss, tf.zeros_like(loss))
    add_loss(loss, loss_collection)
    return loss
