"""How well predictions follow labels: the R^2 score and correlations."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat.keras._state import settings
from tfcompat.keras._version import by_version
from tfcompat.keras.losses._function import loss_function
from tfcompat.keras.losses.base import squeeze_or_expand
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.reductions import NamedMean, add_to, clear
from tfcompat.keras.ops._operation import torch_dtype


@loss_function()
def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """The correlation of labels and predictions along `axis`, between -1 and 1."""

    def standard(x: torch.Tensor) -> torch.Tensor:
        x = x - x.mean(axis, keepdim=True)
        return x / x.std(axis, correction=0, keepdim=True)

    return (standard(y_true) * standard(y_pred)).mean(axis)


@loss_function()
def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """How close labels and predictions are to being equal along `axis`: 1 where they are, down to -1."""
    true, pred = y_true.mean(axis, keepdim=True), y_pred.mean(axis, keepdim=True)
    spread = y_true.var(axis, correction=0, keepdim=True) + y_pred.var(axis, correction=0, keepdim=True)
    spread = spread + (true - pred).square() + settings.epsilon
    return (2 * (y_true - pred) * (y_pred - pred) / spread).mean(axis)


class PearsonCorrelation(NamedMean):
    """The mean correlation of labels and predictions along `axis` (tf.keras.metrics.PearsonCorrelation)."""

    _function = staticmethod(pearson_correlation)
    _arguments = ("axis",)

    def __init__(self, name: str = "pearson_correlation", dtype: Any = None, axis: int = -1) -> None:
        self._setup(name, dtype, axis=axis)
        self._direction = "up"


class ConcordanceCorrelation(NamedMean):
    """The mean concordance of labels and predictions along `axis` (tf.keras.metrics.ConcordanceCorrelation)."""

    _function = staticmethod(concordance_correlation)
    _arguments = ("axis",)

    def __init__(self, name: str = "concordance_correlation", dtype: Any = None, axis: int = -1) -> None:
        self._setup(name, dtype, axis=axis)
        self._direction = "up"


class R2Score(Metric):
    """1 - the squared error's share of the labels' variance (tf.keras.metrics.R2Score).

    class_aggregation: "uniform_average" or "variance_weighted_average" of the outputs' scores, None for a score of
    each. num_regressors: how many variables the predictions come from, for the adjusted score; 0 for the plain one.
    Labels and predictions are (batch, outputs).
    """

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._direction = "up"
        known = (None, "uniform_average", "variance_weighted_average")
        if class_aggregation not in known:
            raise ValueError(
                f"Invalid value for argument `class_aggregation`. Expected one of {known}. Received: "
                f"class_aggregation={class_aggregation}"
            )
        if num_regressors < 0:
            raise ValueError(
                "Invalid value for argument `num_regressors`. Expected a value >= 0. Received: "
                f"num_regressors={num_regressors}"
            )
        self.class_aggregation, self.num_regressors = class_aggregation, num_regressors
        kind = by_version(None, "int32")
        self.num_samples = self.add_variable(shape=(), dtype=kind, name="num_samples")
        self._built = False

    def _build(self, y_true: torch.Tensor, y_pred: torch.Tensor) -> None:
        if y_pred.ndim != 2 or y_true.ndim != 2:
            raise ValueError(
                "R2Score expects 2D inputs with shape (batch_size, output_dim). Received input shapes: "
                f"y_pred.shape={tuple(y_pred.shape)} and y_true.shape={tuple(y_true.shape)}."
            )
        shape = (int(y_pred.shape[-1]),)
        self.squared_sum = self.add_variable(name="squared_sum", shape=shape)
        self.sum = self.add_variable(name="sum", shape=shape)
        self.total_mse = self.add_variable(name="residual", shape=shape)
        self.count = self.add_variable(name="count", shape=shape)
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes in a batch, weighted."""
        kind = torch_dtype(self.dtype)
        pred = to_storage(y_pred).detach().to(kind)
        true = to_storage(y_true).detach().to(pred.device, kind)
        true, pred = squeeze_or_expand(true, pred)
        if not self._built:
            self._build(true, pred)
        weight = torch.ones_like(true)
        if sample_weight is not None:
            given = to_storage(sample_weight).to(true.device, kind)
            weight = (given.unsqueeze(1) if given.ndim == 1 else given).broadcast_to(true.shape)
        weighted = true * weight
        add_to(self.sum, weighted.sum(0))
        add_to(self.squared_sum, (true * weighted).sum(0))
        add_to(self.total_mse, ((true - pred).square() * weight).sum(0))
        add_to(self.count, weight.sum(0))
        add_to(self.num_samples, true.numel())

    def result(self) -> Any:
        """The score: a scalar, or one for each output where `class_aggregation` is None."""
        total = to_storage(self.sum)
        spread = to_storage(self.squared_sum) - total * (total / to_storage(self.count))
        scores = 1 - to_storage(self.total_mse) / spread
        scores = torch.where(torch.isinf(scores), torch.zeros_like(scores), scores)
        if self.class_aggregation == "uniform_average":
            scores = scores.mean()
        elif self.class_aggregation == "variance_weighted_average":
            scores = (spread * scores).sum() / spread.sum()
        return wrap(self._adjusted(scores) if self.num_regressors else scores)

    def _adjusted(self, scores: torch.Tensor) -> torch.Tensor:
        samples = to_storage(self.num_samples).to(scores.dtype)
        rest = samples - self.num_regressors - 1
        if state.graph is None and float(rest) <= 0:
            problem = "Division by zero in Adjusted" if float(rest) == 0 else "More independent predictors than"
            problem += " R2 score" if float(rest) == 0 else " datapoints in adjusted R2 score"
            warnings.warn(f"{problem}. Falling back to standard R2 score.", stacklevel=3)
        return torch.where(rest > 0, 1.0 - (1.0 - scores) * (samples - 1.0) / rest, scores)

    def reset_state(self) -> None:
        """Starts again from nothing."""
        for variable in self.variables:
            clear(variable)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {"class_aggregation": self.class_aggregation, "num_regressors": self.num_regressors}
        return {**super().get_config(), **own}
