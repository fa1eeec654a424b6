"""Metrics of true and false positives and negatives: counts, precision, recall, and what is best of the one given the
other.
"""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._version import by_version
from tfcompat.keras.losses.base import divide_no_nan
from tfcompat.keras.metrics._confusion import (
    COUNTS,
    NEG_INF,
    is_even,
    parse_thresholds,
    spread_thresholds,
    update_counts,
)
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.reductions import clear

_KERAS2_ORDER = ("true_positives", "true_negatives", "false_positives", "false_negatives")


class _Counting(Metric):
    """What metrics over counts at thresholds share: a variable of one number a threshold for each of `_counts`."""

    _counts: tuple[str, ...] = ()
    thresholds: list[float]
    _evenly: bool

    def _add_counts(self, shape: Any) -> None:
        for name in by_version(self._counts, [name for name in _KERAS2_ORDER if name in self._counts]):
            setattr(self, name, self.add_variable(shape=shape, name=name))

    def _variables_by_name(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._counts}

    def _count(self, name: str) -> torch.Tensor:
        return to_storage(getattr(self, name))

    def _rate(self, part: str, rest: str) -> torch.Tensor:
        """The share that `part` has of both counts, 0 where there are none."""
        a = self._count(part)
        return divide_no_nan(a, a + self._count(rest))

    def reset_state(self) -> None:
        """Starts again from 0."""
        for variable in self.variables:
            clear(variable)


class _SingleCount(_Counting):
    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.thresholds = parse_thresholds(thresholds, 0.5)
        self._evenly = is_even(self.thresholds)
        self.accumulator = self.add_variable(shape=(len(self.thresholds),), name="accumulator")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts a batch, weighted."""
        counts = {self._counts[0]: self.accumulator}
        update_counts(counts, y_true, y_pred, self.thresholds, self._evenly, sample_weight)

    def result(self) -> Any:
        """The count: a scalar for one threshold, else one number for each."""
        t = to_storage(self.accumulator) + 0
        return wrap(t[0] if len(self.thresholds) == 1 else t)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "thresholds": self.init_thresholds}


class TruePositives(_SingleCount):
    """How many positive labels are predicted as positive (tf.keras.metrics.TruePositives).

    thresholds: a number in [0, 1] above which predictions are positive (0.5 where None), or a list of them.
    """

    _counts = ("true_positives",)


class FalsePositives(_SingleCount):
    """How many negative labels are predicted as positive (tf.keras.metrics.FalsePositives).

    thresholds: a number in [0, 1] above which predictions are positive (0.5 where None), or a list of them.
    """

    _counts = ("false_positives",)


class TrueNegatives(_SingleCount):
    """How many negative labels are predicted as negative (tf.keras.metrics.TrueNegatives).

    thresholds: a number in [0, 1] above which predictions are positive (0.5 where None), or a list of them.
    """

    _counts = ("true_negatives",)


class FalseNegatives(_SingleCount):
    """How many positive labels are predicted as negative (tf.keras.metrics.FalseNegatives).

    thresholds: a number in [0, 1] above which predictions are positive (0.5 where None), or a list of them.
    """

    _counts = ("false_negatives",)


class _TruePositiveShare(_Counting):
    """The share of true positives among them and the second of `_counts`."""

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._direction = "up"
        self.init_thresholds, self.top_k, self.class_id = thresholds, top_k, class_id
        self.thresholds = parse_thresholds(thresholds, 0.5 if top_k is None else NEG_INF)
        self._evenly = is_even(self.thresholds)
        self._add_counts((len(self.thresholds),))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts a batch, weighted."""
        update_counts(
            self._variables_by_name(),
            y_true,
            y_pred,
            self.thresholds,
            self._evenly,
            sample_weight,
            top_k=self.top_k,
            class_id=self.class_id,
        )

    def result(self) -> Any:
        """The share: a scalar for one threshold, else one number for each."""
        share = self._rate(*self._counts)
        return wrap(share[0] if len(self.thresholds) == 1 else share)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {"thresholds": self.init_thresholds, "top_k": self.top_k, "class_id": self.class_id}
        return {**super().get_config(), **own}


class Precision(_TruePositiveShare):
    """The share of positive predictions that are right (tf.keras.metrics.Precision).

    thresholds: a number in [0, 1] above which predictions are positive (0.5 where None), or a list of them. top_k:
    only a sample's k highest predictions count as positive. class_id: the one class to look at.
    """

    _counts = ("true_positives", "false_positives")


class Recall(_TruePositiveShare):
    """The share of positive labels that are found (tf.keras.metrics.Recall).

    thresholds: a number in [0, 1] above which predictions are positive (0.5 where None), or a list of them. top_k:
    only a sample's k highest predictions count as positive. class_id: the one class to look at.
    """

    _counts = ("true_positives", "false_negatives")


_SENSITIVITY = ("true_positives", "false_negatives")
_SPECIFICITY = ("true_negatives", "false_positives")
_PRECISION = ("true_positives", "false_positives")


class _BestAt(_Counting):
    """The best `_wanted` rate over the thresholds at which the `_bound` rate is at least `value`."""

    _counts = COUNTS
    _argument: str
    _bound: tuple[str, str]
    _wanted: tuple[str, str]

    def _setup(self, value: float, num_thresholds: int, class_id: int | None, name: str | None, dtype: Any) -> None:
        if value < 0 or value > 1:
            raise ValueError(
                f"Argument `{self._argument}` must be in the range [0, 1]. Received: {self._argument}={value}"
            )
        super().__init__(name=name, dtype=dtype)
        self._direction = "up"
        if num_thresholds <= 0:
            raise ValueError(
                f"Argument `num_thresholds` must be an integer > 0. Received: num_thresholds={num_thresholds}"
            )
        self.value, self.class_id, self.num_thresholds = value, class_id, num_thresholds
        setattr(self, self._argument, value)
        self._evenly = num_thresholds > 1
        self.thresholds = [0.0, *spread_thresholds(num_thresholds), 1.0] if self._evenly else [0.5]
        self._add_counts((len(self.thresholds),))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts a batch, weighted."""
        counts = self._variables_by_name()
        update_counts(counts, y_true, y_pred, self.thresholds, self._evenly, sample_weight, class_id=self.class_id)

    def result(self) -> Any:
        """The best rate; 0 where no threshold reaches the bound."""
        bound, wanted = self._rate(*self._bound), self._rate(*self._wanted)
        return wrap(torch.where(bound >= self.value, wanted, torch.zeros_like(wanted)).amax())

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {"num_thresholds": self.num_thresholds, self._argument: self.value}
        return {**super().get_config(), "class_id": self.class_id, **own}


class SensitivityAtSpecificity(_BestAt):
    """The best sensitivity (recall) where the specificity is at least the given one, in [0, 1]
    (tf.keras.metrics.SensitivityAtSpecificity).

    num_thresholds: over how many thresholds to look. class_id: the one class to look at.
    """

    _argument, _bound, _wanted = "specificity", _SPECIFICITY, _SENSITIVITY

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self._setup(specificity, num_thresholds, class_id, name, dtype)


class SpecificityAtSensitivity(_BestAt):
    """The best specificity where the sensitivity (recall) is at least the given one, in [0, 1]
    (tf.keras.metrics.SpecificityAtSensitivity).

    num_thresholds: over how many thresholds to look. class_id: the one class to look at.
    """

    _argument, _bound, _wanted = "sensitivity", _SENSITIVITY, _SPECIFICITY

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self._setup(sensitivity, num_thresholds, class_id, name, dtype)


class PrecisionAtRecall(_BestAt):
    """The best precision where the recall is at least the given one, in [0, 1] (tf.keras.metrics.PrecisionAtRecall).

    num_thresholds: over how many thresholds to look. class_id: the one class to look at.
    """

    _argument, _bound, _wanted = "recall", _SENSITIVITY, _PRECISION

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self._setup(recall, num_thresholds, class_id, name, dtype)


class RecallAtPrecision(_BestAt):
    """The best recall where the precision is at least the given one, in [0, 1] (tf.keras.metrics.RecallAtPrecision).

    num_thresholds: over how many thresholds to look. class_id: the one class to look at.
    """

    _argument, _bound, _wanted = "precision", _PRECISION, _SENSITIVITY

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self._setup(precision, num_thresholds, class_id, name, dtype)
