"""keras.utils.losses_utils of Keras 2: how losses are weighted and reduced."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.keras.losses.base import squeeze_or_expand

__all__ = [
    "ReductionV2",
    "cast_losses_to_common_dtype",
    "compute_weighted_loss",
    "reduce_weighted_loss",
    "remove_squeezable_dimensions",
    "squeeze_or_expand_dimensions",
]

ReductionV2 = tf.keras.losses.Reduction


def remove_squeezable_dimensions(
    labels: Any, predictions: Any, expected_rank_diff: int = 0, name: str | None = None
) -> tuple[Any, Any]:
    """Both, the last dimension of the one with a rank more than expected squeezed where it is 1."""
    labels, predictions = tf.convert_to_tensor(labels), tf.convert_to_tensor(predictions)
    if labels.shape.rank is None or predictions.shape.rank is None:
        return labels, predictions
    difference = predictions.shape.rank - labels.shape.rank
    if difference == expected_rank_diff + 1 and predictions.shape[-1] in (1, None):
        predictions = tf.squeeze(predictions, [-1])
    elif difference == expected_rank_diff - 1 and labels.shape[-1] in (1, None):
        labels = tf.squeeze(labels, [-1])
    return labels, predictions


def squeeze_or_expand_dimensions(y_pred: Any, y_true: Any = None, sample_weight: Any = None) -> tuple[Any, ...]:
    """(y_pred, y_true), and the weights where there are any, with ranks that fit each other."""
    if y_true is not None:
        y_true, y_pred = remove_squeezable_dimensions(y_true, y_pred)
    if sample_weight is None:
        return y_pred, y_true
    weights = tf.convert_to_tensor(sample_weight)
    if weights.shape.rank:
        weights, _ = squeeze_or_expand(weights, y_pred)
    return y_pred, y_true, weights


def reduce_weighted_loss(weighted_losses: Any, reduction: str = "sum_over_batch_size") -> Any:
    """The losses' sum, their mean, or themselves for "none"."""
    if reduction == "none":
        return weighted_losses
    if reduction == "sum":
        return tf.reduce_sum(weighted_losses)
    count = tf.cast(tf.size(weighted_losses), weighted_losses.dtype)
    return tf.math.divide_no_nan(tf.reduce_sum(weighted_losses), count)


def compute_weighted_loss(
    losses: Any, sample_weight: Any = None, reduction: str = "sum_over_batch_size", name: str | None = None
) -> Any:
    """The losses times the weights, reduced; ValueError for another reduction.

    reduction: "sum", "none", "auto" or "sum_over_batch_size".
    """
    known = ("auto", "none", "sum", "sum_over_batch_size")
    if reduction not in known:
        raise ValueError(f"Invalid Reduction Key: {reduction}. Expected keys are {known}.")
    with tf.name_scope(name or "weighted_loss"):
        found = tf.convert_to_tensor(losses)
        dtype = found.dtype
        values = found if dtype.is_floating else tf.cast(found, tf.float32)
        if sample_weight is not None:
            weights = tf.cast(tf.convert_to_tensor(sample_weight), values.dtype)
            values, _, weights = squeeze_or_expand_dimensions(values, None, weights)
            values = values * weights
        return tf.cast(reduce_weighted_loss(values, reduction), dtype)


def cast_losses_to_common_dtype(losses: Any) -> list[Any]:
    """The losses as the widest of their float dtypes."""
    widths = [loss.dtype for loss in losses if loss.dtype.is_floating]
    if not widths:
        return list(losses)
    widest = max(widths, key=lambda dtype: dtype.size)
    return [tf.cast(loss, widest) for loss in losses]
