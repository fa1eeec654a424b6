"""Counting true and false positives and negatives of predictions at thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat.keras._state import settings
from tfcompat.keras.losses.base import squeeze_or_expand, told_shapes
from tfcompat.keras.metrics.reductions import add_to
from tfcompat.keras.ops._operation import torch_dtype

# What stands for "no score" where only the k highest predictions count.
NEG_INF = -1e10
COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")


def parse_thresholds(thresholds: Any, default: float) -> list[float]:
    """Thresholds as a list; ValueError for one outside of [0, 1]."""
    if thresholds is None:
        return [default]
    values = list(thresholds) if isinstance(thresholds, (list, tuple)) else [thresholds]
    invalid = [t for t in values if t is None or t < 0 or t > 1]
    if invalid:
        raise ValueError(f"Threshold values must be in [0, 1]. Received: {invalid}")
    return values


def spread_thresholds(count: int) -> list[float]:
    """`count` thresholds between 0 and 1, without the ends, that with the ends are evenly spread."""
    return [(i + 1) / (count - 1) for i in range(count - 2)]


def is_even(thresholds: Sequence[float]) -> bool:
    """Whether thresholds lie evenly between 0 and 1, so that a prediction's bucket can be computed."""
    count = len(thresholds)
    return count >= 3 and np.allclose(thresholds, np.arange(count) / (count - 1), atol=settings.epsilon)


def keep_top_k(scores: torch.Tensor, k: int) -> torch.Tensor:
    """The k highest scores along the last axis, with NEG_INF for the others."""
    places = scores.topk(k, -1).indices
    kept = torch.zeros_like(scores).scatter(-1, places, 1.0)
    return scores * kept + NEG_INF * (1 - kept)


def _of_class(true: torch.Tensor, pred: torch.Tensor, class_id: int) -> tuple[torch.Tensor, torch.Tensor]:
    if pred.ndim == 1:
        raise ValueError(
            "When class_id is provided, y_pred must be a 2D array with shape (num_samples, num_classes), found shape: "
            f"{tuple(pred.shape)}"
        )
    return true[..., class_id, None], pred[..., class_id, None]


def _reached(values: torch.Tensor, buckets: torch.Tensor, count: int) -> torch.Tensor:
    """How much of `values` [labels, samples] lies above each of `count` thresholds: [labels, count].

    `buckets` are the numbers of the highest thresholds that lie below the predictions, -1 for none.
    """
    totals = torch.zeros((values.shape[0], count + 1), dtype=values.dtype, device=values.device)
    totals = totals.scatter_add(1, buckets + 1, values)[:, 1:]
    return totals.flip(1).cumsum(1).flip(1)


def _above_even(pred: torch.Tensor, parts: Sequence[torch.Tensor], count: int, with_ends: bool) -> list[torch.Tensor]:
    place = torch.ceil(pred.clamp(0, 1) * (count - 1)) - 1
    buckets = (place.clamp(min=0) if with_ends else place).long()
    return [_reached(part, buckets, count) for part in parts]


def _above(pred: torch.Tensor, parts: Sequence[torch.Tensor], thresholds: torch.Tensor) -> list[torch.Tensor]:
    positive = (pred.unsqueeze(1) > thresholds[:, None]).to(pred.dtype)
    return [(positive @ part.unsqueeze(-1)).squeeze(-1) for part in parts]


def update_counts(
    counts: Mapping[str, Any],
    y_true: Any,
    y_pred: Any,
    thresholds: Sequence[float],
    evenly: bool,
    sample_weight: Any = None,
    top_k: int | None = None,
    class_id: int | None = None,
    multi_label: bool = False,
    label_weights: Any = None,
) -> None:
    """Adds a batch's counts to the variables `counts`, named as in COUNTS, of shape [thresholds] or, where
    `multi_label`, [thresholds, labels].

    A prediction is positive above a threshold. Samples count by their weights and, where not `multi_label`, by those
    of their labels.
    """
    kind = torch_dtype(next(iter(counts.values())).dtype)
    pred = to_storage(y_pred).detach().to(kind)
    true = to_storage(y_true).detach().to(pred.device, kind)
    pred, true = squeeze_or_expand(pred, true)
    weight: torch.Tensor | None = None
    if sample_weight is not None:
        weight = to_storage(sample_weight).detach().to(pred.device, kind).unsqueeze(-1)
        _, weight = squeeze_or_expand(true, weight, expand_rank_1=False)
    if top_k is not None:
        pred = keep_top_k(pred, top_k)
    if class_id is not None:
        true, pred = _of_class(true, pred, class_id)
    if label_weights is not None:
        own = to_storage(label_weights).to(pred.device, kind)
        weight = own if weight is None else weight * own
    positive = true.bool().to(kind)
    weights = torch.ones_like(pred) if weight is None else weight.broadcast_to(pred.shape)

    def rows(x: torch.Tensor) -> torch.Tensor:
        return x.T.contiguous() if multi_label else x.reshape(1, -1)

    try:
        trues, falses = rows(positive * weights), rows((1 - positive) * weights)
    except RuntimeError as error:
        raise told_shapes(error, rows(true), rows(pred)) from None
    pred = rows(pred)
    if evenly:
        found = _above_even(pred, (trues, falses), len(thresholds), thresholds[0] < 0 or thresholds[-1] > 1)
    else:
        found = _above(pred, (trues, falses), torch.tensor(list(thresholds), dtype=kind, device=pred.device))
    hits, alarms = found
    each = {
        "true_positives": hits,
        "false_positives": alarms,
        "true_negatives": falses.sum(1, keepdim=True) - alarms,
        "false_negatives": trues.sum(1, keepdim=True) - hits,
    }
    for name, variable in counts.items():
        add_to(variable, each[name].T if multi_label else each[name][0])


def confusion_matrix(
    y_true: torch.Tensor, y_pred: torch.Tensor, num_classes: int, weight: torch.Tensor
) -> torch.Tensor:
    """The weights of samples added up by label (rows) and prediction (columns)."""
    totals = torch.zeros(math.prod((num_classes, num_classes)), dtype=weight.dtype, device=weight.device)
    return totals.index_add(0, y_true.long() * num_classes + y_pred.long(), weight).reshape(num_classes, num_classes)
