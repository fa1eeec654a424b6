"""Loss functions: a value for each sample from labels and predictions."""

from __future__ import annotations

import math
import warnings
from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras._state import settings
from tfcompat.keras._version import is_legacy
from tfcompat.keras.layers._call import set_mask
from tfcompat.keras.losses._function import drawn, loss_function, tensors
from tfcompat.keras.ops._operation import float_of

# ---- regression ----


@loss_function()
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of (y_true - y_pred)^2 over the last axis."""
    return (y_pred - y_true).square().mean(-1)


@loss_function()
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of |y_true - y_pred| over the last axis."""
    return (y_pred - y_true).abs().mean(-1)


@loss_function()
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """100 times the mean of |(y_true - y_pred) / y_true| over the last axis."""
    return 100 * ((y_true - y_pred) / y_true.abs().clamp(min=settings.epsilon)).abs().mean(-1)


@loss_function()
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of (log(y_true + 1) - log(y_pred + 1))^2 over the last axis, negative values counting as 0."""
    low = settings.epsilon
    return (torch.log(y_pred.clamp(min=low) + 1) - torch.log(y_true.clamp(min=low) + 1)).square().mean(-1)


@loss_function()
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """The mean over the last axis of the error's square, halved, where it is within `delta`, linear beyond."""
    error = (y_pred - y_true).abs()
    return torch.where(error <= delta, error.square() / 2, delta * error - delta**2 / 2).mean(-1)


@loss_function()
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """The mean of log(cosh(y_pred - y_true)) over the last axis."""
    error = y_pred - y_true
    return (error + F.softplus(-2 * error) - math.log(2)).mean(-1)


@loss_function()
def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """Minus the cosine of the angle between labels and predictions along `axis`: -1 for the same direction."""

    def unit(x: torch.Tensor) -> torch.Tensor:
        return x * torch.rsqrt(x.square().sum(axis, keepdim=True).clamp(min=settings.epsilon**2))

    return -(unit(y_true) * unit(y_pred)).sum(axis)


# ---- hinge ----


def _signs(labels: torch.Tensor) -> torch.Tensor:
    """Labels as -1 and 1, where they are all 0 and 1."""
    binary = ((labels == 0) | (labels == 1)).all()
    return torch.where(binary, 2 * labels - 1, labels)


@loss_function(align=False)
def hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(1 - y_true * y_pred, 0) over the last axis; labels are -1 and 1, or 0 and 1."""
    return (1 - _signs(y_true) * y_pred).clamp(min=0).mean(-1)


@loss_function(align=False)
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of max(1 - y_true * y_pred, 0)^2 over the last axis; labels are -1 and 1, or 0 and 1."""
    return (1 - _signs(y_true) * y_pred).clamp(min=0).square().mean(-1)


@loss_function(align=False)
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """max(neg - pos + 1, 0): pos is the score of the right class, neg the highest of the others."""
    return (((1 - y_true) * y_pred).amax(-1) - (y_true * y_pred).sum(-1) + 1).clamp(min=0)


# ---- probabilistic ----


@loss_function(align=False)
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """The sum of y_true * log(y_true / y_pred) over the last axis."""
    true, pred = y_true.clamp(settings.epsilon, 1), y_pred.clamp(settings.epsilon, 1)
    return (true * (true / pred).log()).sum(-1)


@loss_function(align=False)
def poisson(y_true: Any, y_pred: Any) -> Any:
    """The mean of y_pred - y_true * log(y_pred) over the last axis."""
    return (y_pred - y_true * (y_pred + settings.epsilon).log()).mean(-1)


def _check_axis(axis: Any) -> None:
    if isinstance(axis, bool):
        raise ValueError(f"`axis` must be of type `int`. Received: axis={axis} of type {type(axis)}")


def _warn_single_class(y_pred: Any, function: str) -> None:
    if y_pred.shape[-1] == 1:
        warnings.warn(
            f"In loss {function}, expected y_pred.shape to be (batch_size, num_classes) with num_classes > 1. "
            "Received: "
            f"y_pred.shape={tuple(y_pred.shape)}. Consider using 'binary_crossentropy' if you only have 2 classes.",
            SyntaxWarning,
            stacklevel=4,
        )


def _with_logits(y_pred: Any) -> Any:
    """`y_pred` as a tensor that still knows its logits."""
    return y_pred if hasattr(y_pred, "_t") else ops.convert_to_tensor(y_pred)


@drawn
def categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """The cross-entropy of predictions with one-hot labels along `axis`.

    from_logits: whether predictions are scores rather than probabilities. label_smoothing: the share of each label
    that is spread over all classes.
    """
    _check_axis(axis)
    true, pred = tensors(y_true, y_pred)
    _warn_single_class(pred, "categorical_crossentropy")
    if label_smoothing:
        true = true * (1 - label_smoothing) + label_smoothing / true.shape[-1]
    return ops.categorical_crossentropy(wrap(true), _with_logits(y_pred), from_logits=from_logits, axis=axis)


@drawn
def sparse_categorical_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, ignore_class: int | None = None, axis: int = -1
) -> Any:
    """The cross-entropy of predictions with class numbers; `ignore_class` is a number that counts as masked."""
    pred = _with_logits(y_pred)
    labels = to_storage(y_true)
    if labels.ndim == len(pred.shape) and labels.shape[axis] == 1:
        labels = labels.squeeze(axis)
    elif is_legacy() and labels.ndim < len(pred.shape) - 1 and labels.numel() == math.prod(pred.shape[:-1]):
        labels = labels.reshape(tuple(pred.shape[:-1]))  # Keras 2 takes both as rows
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(wrap(labels), pred, from_logits=from_logits, axis=axis)
    valid = labels != ignore_class
    labels = torch.where(valid, labels, torch.zeros_like(labels))
    found = to_storage(ops.sparse_categorical_crossentropy(wrap(labels), pred, from_logits=from_logits, axis=axis))
    result = wrap(torch.where(valid, found, torch.zeros_like(found)))
    set_mask(result, wrap(valid))
    return result


sparse_categorical_crossentropy.takes_class_numbers = True  # type: ignore[attr-defined]


@drawn
def binary_crossentropy(
    y_true: Any, y_pred: Any, from_logits: bool = False, label_smoothing: float = 0.0, axis: int = -1
) -> Any:
    """The mean over `axis` of the cross-entropy of predictions with labels 0 and 1."""
    true, _ = tensors(y_true, y_pred)
    if label_smoothing:
        true = true * (1 - label_smoothing) + label_smoothing / 2
    return ops.mean(ops.binary_crossentropy(wrap(true), _with_logits(y_pred), from_logits=from_logits), axis=axis)


@drawn
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Binary cross-entropy with what is predicted well already counting less, by the power `gamma`.

    apply_class_balancing: weighs class 1 with `alpha` and class 0 with 1 - alpha.
    """
    true, pred = tensors(y_true, y_pred)
    if label_smoothing:
        true = true * (1 - label_smoothing) + label_smoothing / 2
    p = torch.sigmoid(pred) if from_logits else pred
    clipped = p.clamp(settings.epsilon, 1 - settings.epsilon)
    entropy = -(true * clipped.log() + (1 - true) * (1 - clipped).log())
    right = true * p + (1 - true) * (1 - p)
    focal = (1 - right).pow(gamma) * entropy
    if apply_class_balancing:
        focal = focal * (true * alpha + (1 - true) * (1 - alpha))
    return wrap(focal.mean(axis))


@drawn
def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Categorical cross-entropy with what is predicted well already counting less, by the power `gamma`.

    alpha: the weight of all classes, or one for each.
    """
    _check_axis(axis)
    true, pred = tensors(y_true, y_pred)
    _warn_single_class(pred, "categorical_focal_crossentropy")
    if label_smoothing:
        true = true * (1 - label_smoothing) + label_smoothing / true.shape[-1]
    p = torch.softmax(pred, axis) if from_logits else pred
    p = (p / p.sum(axis, keepdim=True)).clamp(settings.epsilon, 1 - settings.epsilon)
    weight = torch.as_tensor(to_storage(alpha)).to(p.device, p.dtype)
    return wrap(((1 - p).pow(gamma) * weight * -true * p.log()).sum(axis))


@loss_function(align=False)
def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Any:
    """(1 - p^q) / q of the probability p of the right class, given by number: robust against wrong labels."""
    p = y_pred.gather(-1, y_true.long().unsqueeze(-1)).squeeze(-1)
    return (1 - p.pow(q)) / q


# ---- segmentation ----


@loss_function(align=False)
def dice(y_true: Any, y_pred: Any, axis: Any = None) -> Any:
    """1 - 2 * overlap / (sum of both), over `axis` or everything."""
    dims = tuple(range(y_pred.ndim)) if axis is None else axis
    overlap = (y_true * y_pred).sum(dims)
    return 1 - 2 * overlap / (y_true.sum(dims) + y_pred.sum(dims) + settings.epsilon)


@loss_function(align=False)
def tversky(y_true: Any, y_pred: Any, alpha: float = 0.5, beta: float = 0.5, axis: Any = None) -> Any:
    """1 - overlap / (overlap + alpha * what was missed + beta * what was predicted too much)."""
    dims = tuple(range(y_pred.ndim)) if axis is None else axis
    overlap = (y_true * y_pred).sum(dims)
    missed, extra = ((1 - y_pred) * y_true).sum(dims), (y_pred * (1 - y_true)).sum(dims)
    return 1 - overlap / (overlap + alpha * missed + beta * extra + settings.epsilon)


# ---- sequences and embeddings ----


@drawn
def ctc(y_true: Any, y_pred: Any) -> Any:
    """-log of the probability that the frames of `y_pred`, scores of shape (batch, frames, classes), say the labels
    `y_true`, numbers of shape (batch, labels); class 0 is the blank and fills the labels up. ValueError else.
    """
    from tfcompat import nn

    labels, scores = to_storage(y_true), float_of(y_pred)
    if labels.ndim != 2:
        raise ValueError(
            "Targets `y_true` are expected to be a tensor of shape `(batch_size, max_length)` in integer format. "
            f"Received: y_true.shape={tuple(labels.shape)}"
        )
    if scores.ndim != 3:
        raise ValueError(
            "Logits `y_pred` are expected to be a tensor of shape `(batch_size, max_length, num_classes)`. Received: "
            f"y_pred.shape={tuple(scores.shape)}"
        )
    frames = torch.ones_like(scores[:, 0, 0], dtype=torch.int32) * scores.shape[1]
    loss = nn.ctc_loss(
        wrap(labels.to(scores.device, torch.int32)),
        wrap(scores if scores.dtype is torch.float32 else scores.float()),
        label_length=wrap((labels != 0).sum(-1, dtype=torch.int32)),
        logit_length=wrap(frames),
        blank_index=0,
        logits_time_major=False,
    )
    return loss if scores.dtype is not torch.float64 else wrap(to_storage(loss).double())


@drawn
def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Any:
    """How much farther embeddings of one label lie apart than those of different labels, for each of a batch.

    y_true: class numbers. y_pred: embeddings of length 1, (batch, size). ref_labels, ref_embeddings: what they are
    compared with, the batch itself where None; `remove_diagonal` then leaves each one's own out. gamma scales,
    `margin` says how far apart is far enough.
    """
    pred = float_of(y_pred)
    labels = to_storage(y_true).to(pred.device).int().reshape(-1, 1)
    others = labels if ref_labels is None else to_storage(ref_labels).to(pred.device).int().reshape(-1, 1)
    references = pred if ref_embeddings is None else to_storage(ref_embeddings).to(pred.device, pred.dtype)
    distance = (1 - pred @ references.T).clamp(min=0)
    same = labels == others.T
    different = ~same
    if remove_diagonal:
        same = same & ~torch.eye(same.shape[0], same.shape[1], dtype=torch.bool, device=same.device)
    none = torch.full_like(distance, -math.inf)
    pull = -gamma * (margin + distance).clamp(min=0) * (margin - distance)
    push = gamma * (1 + margin - distance).clamp(min=0) * (1 - margin - distance)
    total = torch.logsumexp(torch.where(same, pull, none), 1) + torch.logsumexp(torch.where(different, push, none), 1)
    loss = wrap(F.softplus(total))
    set_mask(loss, wrap(to_storage(loss) > 0))
    return loss
