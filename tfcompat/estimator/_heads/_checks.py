"""What heads ask of labels, logits, weights and functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._sparse.tensor import convert_to_tensor_or_sparse_tensor
from tfcompat.estimator._spec import fn_args
from tfcompat.feature_column._columns import FeatureTransformationCache
from tfcompat.feature_column._numeric import NumericColumn

v1 = tf.compat.v1
_REDUCTIONS = ("auto", "sum", "sum_over_batch_size")


def _fits(condition: Callable[[], bool], check: Callable[[], Any], message: str, tensor: Any, name: Any = None) -> Any:
    """`tensor`, once the condition holds: at once where ops run when they are called, else whenever it is run."""
    if tf.executing_eagerly():
        if not condition():
            raise ValueError(message)
        return tensor
    with tf.control_dependencies([check()]):
        return tf.identity(tensor, name=name)


def _shape(tensor: Any) -> list[Any]:
    return tensor.shape.as_list()


def labels_like_logits(labels: Any, logits: Any, dimension: int) -> Any:
    """The labels as [..., dimension], where the logits are [..., any]; ValueError for others."""
    if labels is None:
        raise ValueError(
            "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps: Check that your data "
            "contains your label feature. Check that your input_fn properly parses and returns labels."
        )
    with v1.name_scope("labels") as scope:
        labels = convert_to_tensor_or_sparse_tensor(labels)
        if isinstance(labels, tf.SparseTensor):
            raise ValueError(
                "SparseTensor labels are not supported. Labels must be a Tensor of shape [D0, D1, ..., DN, "
                f"{dimension}], e.g. [batch_size, {dimension}].Suggested Fix (1): Check the label feature in your "
                "data. "
                f"Each example must contain {dimension} value(s). If not, your choice of label was probably incorrect. "
                "Suggested Fix (2): In your input_fn, use tf.sparse_tensor_to_dense() to turn labels into a Tensor."
            )
        rank = labels.shape.rank
        if rank is not None and logits.shape.rank is not None and rank == logits.shape.rank - 1:
            labels = tf.expand_dims(labels, -1)
        elif rank is not None and rank < 2:
            raise ValueError(f"labels must have rank at least 2.  Received rank {rank}, shape {labels.shape}")
        last = labels.shape[-1] if labels.shape.rank is not None else None
        if last is not None and last != dimension:
            raise ValueError(
                f"Mismatched label shape. Expected labels dimension={dimension}.  Received {last}. Suggested Fix: If "
                "your classifier expects one-hot encoding label, check your n_classes argument to the estimator and/or "
                "the shape of your label. Otherwise, check the shape of your label."
            )
        message = (
            f"labels shape must be [D0, D1, ... DN, {dimension}]. Suggested Fix: check your n_classes argument to the "
            "head and/or the shape of your label."
        )
        expected = tf.concat([tf.shape(logits)[:-1], [dimension]], axis=0)
        return _fits(
            lambda: _shape(labels)[:-1] == _shape(logits)[:-1],
            lambda: v1.debugging.assert_equal(expected, tf.shape(labels), message=message),
            f"{message}, expected_labels_shape: {(*_shape(logits)[:-1], dimension)}. labels_shape: {labels.shape}.",
            labels,
            scope,
        )


def weights_like_logits(features: Any, weight_column: Any, logits: Any, per_logit: bool = False) -> Any:
    """The examples' weights, float32 [..., 1] (or one for each logit), 1.0 without a column of them."""
    if weight_column is None:
        return 1.0
    with v1.name_scope("weights"):
        if isinstance(weight_column, str):
            weight_column = tf.feature_column.numeric_column(weight_column, shape=(1,))
        if not isinstance(weight_column, NumericColumn):
            raise TypeError(
                f"Weight column must be either a string or NumericColumn. Given type: {type(weight_column)}."
            )
        weights = weight_column.get_dense_tensor(FeatureTransformationCache(features), None)
        if not (weights.dtype.is_floating or weights.dtype.is_integer):
            raise ValueError(f"Weight column should be castable to float. Given dtype: {weights.dtype}")
        weights = tf.cast(weights, tf.float32)
        if None not in (weights.shape.rank, logits.shape.rank) and weights.shape.rank == logits.shape.rank - 1:
            weights = tf.expand_dims(weights, -1)
        more = " or [D0, D1, ... DN, logits_dimension]" if per_logit else ""
        kinds = "[D0, D1, ... DN], [D0, D1, ... DN, 1]" if per_logit else "[D0, D1, ... DN] or [D0, D1, ... DN, 1]"
        message = f"weights shape must be {kinds}{more}"
        sizes = [1, logits.shape[-1]] if per_logit else [1]
        if weights.shape.rank is not None and weights.shape[-1] is not None and weights.shape[-1] not in sizes:
            raise ValueError(f"{message}, logits_shape: {logits.shape}. weights_shape: {weights.shape}.")
        return _fits(
            lambda: _shape(weights)[:-1] == _shape(logits)[:-1],
            lambda: v1.debugging.assert_equal(tf.shape(logits)[:-1], tf.shape(weights)[:-1], message=message),
            f"{message}, logits_shape: {logits.shape}. weights_shape: {weights.shape}.",
            weights,
        )


def logits_of(logits: Any, dimension: int) -> Any:
    """The logits as float32 [..., dimension]; ValueError for others."""
    with v1.name_scope("logits"):
        logits = tf.cast(logits, tf.float32)
        rank = logits.shape.rank
        if rank is not None and rank < 2:
            raise ValueError(f"logits must have rank at least 2.  Received rank {rank}, shape {logits.shape}")
        last = logits.shape[-1] if rank is not None else None
        message = "logits shape must be [D0, D1, ... DN, logits_dimension]"
        if last is None:
            check = v1.debugging.assert_equal(dimension, tf.shape(logits)[-1], message=message)
            with tf.control_dependencies([check]):
                return tf.identity(logits)
        if last != dimension:
            raise ValueError(f"{message}, got {logits.shape}.")
        return logits


def labels_in_range(labels: Any, n_classes: int, message: str | None = None) -> Any:
    """The labels, which are to be at least 0 and below n_classes."""
    low, high = message or "Labels must be >= 0", message or "Labels must be <= n_classes - 1"
    with v1.name_scope("check_label_range"):
        if tf.executing_eagerly():
            if not bool(tf.reduce_all(labels <= n_classes - 1)):
                raise ValueError(message or f"Labels must be <= {n_classes} - 1")
            if not bool(tf.reduce_all(labels >= 0)):
                raise ValueError(low)
            return labels
        checks = [
            v1.debugging.assert_less_equal(labels, tf.cast(n_classes - 1, labels.dtype), message=high),
            v1.debugging.assert_non_negative(labels, message=low),
        ]
        with tf.control_dependencies(checks):
            return tf.identity(labels)


def loss_by(loss_fn: Callable[..., Any], labels: Any, logits: Any, features: Any, dimension: int) -> Any:
    """What a program's loss function gives, which is to be [..., dimension]."""
    more = {"features": features} if "features" in fn_args(loss_fn) else {}
    with v1.name_scope("call_loss_fn"):
        loss = loss_fn(labels=labels, logits=logits, **more)
        message = f"loss_fn must return Tensor of shape [D0, D1, ... DN, {dimension}]. "
        expected = tf.concat([tf.shape(logits)[:-1], [dimension]], axis=0)
        return _fits(
            lambda: _shape(loss) == [*_shape(logits)[:-1], dimension],
            lambda: v1.debugging.assert_equal(expected, tf.shape(loss), message=message),
            f"{message}logits_shape: {logits.shape} loss_shape: {loss.shape}",
            loss,
        )


def need_loss_fn(loss_fn: Callable[..., Any]) -> None:
    """ValueError for a loss function with other arguments than labels, logits and features."""
    names = fn_args(loss_fn)
    for wanted in ("labels", "logits"):
        if wanted not in names:
            raise ValueError(f"loss_fn must contain argument: {wanted}. Given arguments: {names}")
    other = set(names) - {"labels", "logits", "features", "loss_reduction"}
    if other:
        raise ValueError(f"loss_fn has unexpected args: {sorted(other)}")


def need_reduction(loss_reduction: str) -> None:
    """ValueError for what is not among tf.losses.Reduction's, or leaves the losses as they are."""
    if loss_reduction not in _REDUCTIONS:
        raise ValueError(f"Invalid loss_reduction: {loss_reduction}. See `tf.losses.Reduction` for valid options.")


def need_thresholds(thresholds: Any) -> tuple[float, ...]:
    """The thresholds as a tuple; ValueError for what is not between 0 and 1."""
    found = tuple(thresholds) if thresholds else ()
    for threshold in found:
        if threshold <= 0.0 or threshold >= 1.0:
            raise ValueError(f"thresholds not in (0, 1): {(found,)}.")
    return found


def need_vocabulary(label_vocabulary: Any) -> None:
    """ValueError for what is no list."""
    if label_vocabulary is not None and not isinstance(label_vocabulary, (list, tuple)):
        raise ValueError(f"label_vocabulary should be a list or a tuple. Given type: {type(label_vocabulary)}")


def need_keys(keys: Any, valid: Any) -> None:
    """ValueError for names of predictions that the head does not have."""
    for key in keys:
        if key not in valid:
            raise ValueError(
                f"Prediction key must be in PredictionKeys, given: {key}.Valid prediction keys include {valid}."
            )


def weighted(losses: Any, weights: Any, reduction: str) -> Any:
    """The losses times their weights as one number, by tf.losses.Reduction."""
    losses = tf.cast(losses, tf.float32)
    total = tf.reduce_sum(losses * weights)
    return total if reduction == "sum" else tf.math.divide_no_nan(total, tf.cast(tf.size(losses), total.dtype))
