"""F-scores: means of precision and recall."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._state import settings
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.reductions import add_to, clear
from tfcompat.keras.ops._operation import torch_dtype


class FBetaScore(Metric):
    """(1 + beta^2) precision * recall / (beta^2 precision + recall) (tf.keras.metrics.FBetaScore).

    average: None for a score of each class, "micro" for one over all classes, "macro" for the classes' mean,
    "weighted" for their mean by how many labels they have. threshold: in (0, 1], above which predictions are positive;
    None for the highest. Labels and predictions are (batch, classes).
    """

    true_positives: Any
    false_positives: Any
    false_negatives: Any
    intermediate_weights: Any

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._direction = "up"
        if average not in (None, "micro", "macro", "weighted"):
            raise ValueError(
                "Invalid `average` argument value. Expected one of: {None, 'micro', 'macro', 'weighted'}. Received: "
                f"average={average}"
            )
        _check_float("beta", beta)
        if beta <= 0.0:
            raise ValueError(f"Invalid `beta` argument value. It should be > 0. Received: beta={beta}")
        if threshold is not None:
            _check_float("threshold", threshold)
            if not 0 < threshold <= 1:
                raise ValueError(
                    "Invalid `threshold` argument value. It should verify 0 < threshold <= 1. Received: "
                    f"threshold={threshold}"
                )
        self.average, self.beta, self.threshold = average, beta, threshold
        self.axis = None if average == "micro" else 0
        self._built = False

    def _build(self, y_true: torch.Tensor, y_pred: torch.Tensor) -> None:
        if y_pred.ndim != 2 or y_true.ndim != 2:
            raise ValueError(
                f"{type(self).__name__} expects 2D inputs with shape (batch_size, output_dim). Received input shapes: "
                f"y_pred.shape={tuple(y_pred.shape)} and y_true.shape={tuple(y_true.shape)}."
            )
        shape = () if self.average == "micro" else (int(y_pred.shape[-1]),)
        for name in ("true_positives", "false_positives", "false_negatives", "intermediate_weights"):
            setattr(self, name, self.add_variable(name=name, shape=shape, dtype=self.dtype))
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts a batch, weighted."""
        kind = torch_dtype(self.dtype)
        pred = to_storage(y_pred).detach().to(kind)
        true = to_storage(y_true).detach().to(pred.device, kind)
        if not self._built:
            self._build(true, pred)
        if self.threshold is None:
            positive = (pred >= pred.amax(-1, keepdim=True)) & (pred.abs() > 1e-9)
        else:
            positive = pred > self.threshold
        pred = positive.to(kind)
        weight = None if sample_weight is None else to_storage(sample_weight).to(pred.device, kind).unsqueeze(1)

        def total(x: torch.Tensor) -> torch.Tensor:
            x = x if weight is None else x * weight
            return x.sum() if self.axis is None else x.sum(0)

        add_to(self.true_positives, total(pred * true))
        add_to(self.false_positives, total(pred * (1 - true)))
        add_to(self.false_negatives, total((1 - pred) * true))
        add_to(self.intermediate_weights, total(true))

    def result(self) -> Any:
        """The score: a scalar, or one for each class where `average` is None."""
        epsilon = settings.epsilon
        hits = to_storage(self.true_positives)
        precision = hits / (hits + to_storage(self.false_positives) + epsilon)
        recall = hits / (hits + to_storage(self.false_negatives) + epsilon)
        square = self.beta**2
        score = precision * recall / (square * precision + recall + epsilon) * (1 + square)
        if self.average == "weighted":
            weights = to_storage(self.intermediate_weights)
            return wrap((score * (weights / (weights.sum() + epsilon))).sum())
        return wrap(score if self.average is None else score.mean())

    def reset_state(self) -> None:
        """Starts again from 0."""
        for variable in self.variables:
            clear(variable)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {"average": self.average, "beta": self.beta, "threshold": self.threshold}
        return {**super().get_config(), **own}


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall (tf.keras.metrics.F1Score); FBetaScore with a beta of 1."""

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        del config["beta"]
        return config


def _check_float(name: str, value: Any) -> None:
    if not isinstance(value, float):
        raise ValueError(
            f"Invalid `{name}` argument value. It should be a Python float. Received: {name}={value} of type "
            f"'{type(value)}'"
        )
