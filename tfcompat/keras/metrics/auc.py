"""The area under a curve of two rates."""

from __future__ import annotations

import enum
from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import ops
from tfcompat.keras._state import settings
from tfcompat.keras.losses.base import divide_no_nan
from tfcompat.keras.metrics._confusion import COUNTS, is_even, spread_thresholds, update_counts
from tfcompat.keras.metrics.confusion import _Counting
from tfcompat.keras.ops._operation import torch_dtype


class AUCCurve(enum.Enum):
    """Which curve: recall over false positives, precision over recall, or the gains of the two."""

    ROC = "ROC"
    PR = "PR"
    PRGAIN = "PRGAIN"


class AUCSummationMethod(enum.Enum):
    """How a curve's height between two thresholds is told: their mean, the greater or the smaller."""

    INTERPOLATION = "interpolation"
    MAJORING = "majoring"
    MINORING = "minoring"


def _choice(kind: Any, value: Any, what: str) -> Any:
    if isinstance(value, kind):
        return value
    for member in kind:
        if value in (member.value, member.value.lower(), member.value.capitalize()):
            return member
    raise ValueError(f'Invalid AUC {what} value: "{value}". Expected values are {[m.value for m in kind]}')


class AUC(_Counting):
    """The area under the ROC, PR or PR gain curve, as a sum over thresholds (tf.keras.metrics.AUC).

    num_thresholds: how many, evenly spread; or `thresholds` in [0, 1] themselves. curve: "ROC", "PR" or "PRGAIN".
    summation_method: "interpolation", "majoring" or "minoring". multi_label: whether each of the `num_labels` columns
    has an area of its own, averaged by `label_weights`. from_logits: whether predictions are scores.
    """

    _counts = COUNTS

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: Any = "ROC",
        summation_method: Any = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._direction = "up"
        self._init_from_thresholds = thresholds is not None
        if thresholds is not None:
            inner = sorted(thresholds)
            self._evenly = is_even([0.0, *inner, 1.0])
        else:
            if num_thresholds <= 1:
                raise ValueError(
                    f"Argument `num_thresholds` must be an integer > 1. Received: num_thresholds={num_thresholds}"
                )
            inner, self._evenly = spread_thresholds(num_thresholds), True
        self.num_thresholds = len(inner) + 2
        self._thresholds = np.array([0.0 - settings.epsilon, *inner, 1.0 + settings.epsilon])
        self.curve = _choice(AUCCurve, curve, "curve")
        self.summation_method = _choice(AUCSummationMethod, summation_method, "summation method")
        self.multi_label, self.num_labels, self._from_logits = multi_label, num_labels, from_logits
        self.label_weights = None if label_weights is None else ops.convert_to_tensor(label_weights, dtype=self.dtype)
        self._built = False
        if not multi_label:
            if num_labels:
                raise ValueError("`num_labels` is needed only when `multi_label` is True.")
            self._build(None)
        elif num_labels:
            self._build((None, num_labels))

    @property
    def thresholds(self) -> list[float]:  # type: ignore[override]
        """The thresholds, the ends included."""
        return list(self._thresholds)

    def _build(self, shape: Any) -> None:
        if self.multi_label and len(shape) != 2:
            raise ValueError(
                f"`y_pred` must have rank 2 when `multi_label=True`. Found rank {len(shape)}. Full shape received for "
                f"`y_pred`: {shape}"
            )
        count = self.num_thresholds
        self._add_counts((count, int(shape[1])) if self.multi_label else (count,))
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts a batch, weighted."""
        pred = to_storage(y_pred).detach()
        if not self._built:
            self._build(tuple(pred.shape))
        update_counts(
            self._variables_by_name(),
            y_true,
            torch.sigmoid(pred.to(torch_dtype(self.dtype))) if self._from_logits else pred,
            self._thresholds.tolist(),
            self._evenly,
            sample_weight,
            multi_label=self.multi_label,
            label_weights=None if self.multi_label else self.label_weights,
        )

    def interpolate_pr_auc(self) -> Any:
        """The area under the PR curve, with true positives taken to rise linearly between thresholds."""
        tp, fp, fn = (self._count(name) for name in ("true_positives", "false_positives", "false_negatives"))
        positive = tp + fp
        rise = tp[:-1] - tp[1:]
        slope = divide_no_nan(rise, (positive[:-1] - positive[1:]).clamp(min=0))
        intercept = tp[1:] - slope * positive[1:]
        usable = (positive[:-1] > 0) & (positive[1:] > 0)
        ratio = divide_no_nan(positive[:-1], positive[1:].clamp(min=0))
        ratio = torch.where(usable, ratio, torch.ones_like(ratio))
        parts = divide_no_nan(slope * (rise + intercept * ratio.log()), (tp[1:] + fn[1:]).clamp(min=0))
        return wrap(self._total(parts))

    def _total(self, parts: torch.Tensor) -> torch.Tensor:
        """The sum over thresholds, averaged over labels where each has an area of its own."""
        if not self.multi_label:
            return parts.sum()
        areas = parts.sum(0)
        if self.label_weights is None:
            return areas.mean()
        weights = to_storage(self.label_weights)
        return divide_no_nan((areas * weights).sum(), weights.sum())

    def _points(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The curve's x and y at the thresholds."""
        recall = self._rate("true_positives", "false_negatives")
        if self.curve is AUCCurve.ROC:
            return self._rate("false_positives", "true_negatives"), recall
        if self.curve is AUCCurve.PR:
            return recall, self._rate("true_positives", "false_positives")
        tp, fp, tn, fn = (self._count(name) for name in COUNTS)
        scale = divide_no_nan(tp + fn, tn + fp)
        x = torch.where(tp == 0, torch.zeros_like(tp), 1.0 - scale * divide_no_nan(fn, tp))
        y = torch.where(tp == 0, torch.ones_like(tp), 1.0 - scale * divide_no_nan(fp, tp))
        return x.clamp(min=0), y

    def result(self) -> Any:
        """The area."""
        if self.curve is AUCCurve.PR and self.summation_method is AUCSummationMethod.INTERPOLATION:
            return self.interpolate_pr_auc()
        x, y = self._points()
        if self.summation_method is AUCSummationMethod.INTERPOLATION:
            heights = (y[:-1] + y[1:]) / 2
        elif self.summation_method is AUCSummationMethod.MINORING:
            heights = torch.minimum(y[:-1], y[1:])
        else:
            heights = torch.maximum(y[:-1], y[1:])
        return wrap(self._total((x[:-1] - x[1:]) * heights))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve.value,
            "summation_method": self.summation_method.value,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self._from_logits,
        }
        return {**config, "thresholds": self.thresholds[1:-1]} if self._init_from_thresholds else config
