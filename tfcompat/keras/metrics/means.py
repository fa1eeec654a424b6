"""Means of losses as metrics: regression errors, cross-entropies, hinges."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._version import is_legacy
from tfcompat.keras.losses import functions
from tfcompat.keras.losses.base import squeeze_or_expand
from tfcompat.keras.metrics.reductions import Mean, NamedMean
from tfcompat.keras.ops._operation import torch_dtype


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """The cosine of the angle between labels and predictions along `axis`: 1 for the same direction."""
    return wrap(-to_storage(functions.cosine_similarity(y_true, y_pred, axis)))


class _Down(NamedMean):
    """A mean that is better when smaller."""

    def _setup(self, name: Any, dtype: Any, **kwargs: Any) -> None:
        super()._setup(name, dtype, **kwargs)
        self._direction = "down"


class MeanSquaredError(_Down):
    """The mean of squared errors (tf.keras.metrics.MeanSquaredError)."""

    _function = staticmethod(functions.mean_squared_error)

    def __init__(self, name: str = "mean_squared_error", dtype: Any = None) -> None:
        self._setup(name, dtype)


class MeanAbsoluteError(_Down):
    """The mean of absolute errors (tf.keras.metrics.MeanAbsoluteError)."""

    _function = staticmethod(functions.mean_absolute_error)

    def __init__(self, name: str = "mean_absolute_error", dtype: Any = None) -> None:
        self._setup(name, dtype)


class MeanAbsolutePercentageError(_Down):
    """The mean of absolute errors in percent of labels (tf.keras.metrics.MeanAbsolutePercentageError)."""

    _function = staticmethod(functions.mean_absolute_percentage_error)

    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: Any = None) -> None:
        self._setup(name, dtype)


class MeanSquaredLogarithmicError(_Down):
    """The mean of logarithms' squared errors (tf.keras.metrics.MeanSquaredLogarithmicError)."""

    _function = staticmethod(functions.mean_squared_logarithmic_error)

    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: Any = None) -> None:
        self._setup(name, dtype)


class RootMeanSquaredError(Mean):
    """The root of the mean of squared errors (tf.keras.metrics.RootMeanSquaredError)."""

    def __init__(self, name: str = "root_mean_squared_error", dtype: Any = None) -> None:
        super().__init__(name, dtype=dtype)
        self._direction = "down"

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:  # type: ignore[override]
        """Takes in a batch."""
        kind = torch_dtype(self.dtype)
        pred = to_storage(y_pred).to(kind)
        true, pred = squeeze_or_expand(to_storage(y_true).to(pred.device, kind), pred)
        return super().update_state(wrap((pred - true).square()), sample_weight=sample_weight)

    def result(self) -> Any:
        """The root of the mean so far."""
        return wrap(torch.sqrt(to_storage(super().result())))


class CosineSimilarity(NamedMean):
    """The mean cosine between labels and predictions (tf.keras.metrics.CosineSimilarity)."""

    _function = staticmethod(cosine_similarity)

    def __init__(self, name: str = "cosine_similarity", dtype: Any = None, axis: int = -1) -> None:
        if is_legacy():
            self._arguments = ("axis",)  # which Keras 3's configs lack
        self._setup(name, dtype, axis=axis)
        self._direction = "up"


class LogCoshError(_Down):
    """The mean of log(cosh(error)) (tf.keras.metrics.LogCoshError)."""

    _function = staticmethod(functions.log_cosh)

    def __init__(self, name: str = "logcosh", dtype: Any = None) -> None:
        self._setup(name, dtype)


class KLDivergence(NamedMean):
    """The mean Kullback-Leibler divergence (tf.keras.metrics.KLDivergence)."""

    _function = staticmethod(functions.kl_divergence)

    def __init__(self, name: str = "kl_divergence", dtype: Any = None) -> None:
        if name == "kl_divergence" and is_legacy():
            name = "kullback_leibler_divergence"
        self._setup(name, dtype)


class Poisson(NamedMean):
    """The mean Poisson loss (tf.keras.metrics.Poisson)."""

    _function = staticmethod(functions.poisson)

    def __init__(self, name: str = "poisson", dtype: Any = None) -> None:
        self._setup(name, dtype)


class BinaryCrossentropy(_Down):
    """The mean cross-entropy with labels 0 and 1 (tf.keras.metrics.BinaryCrossentropy)."""

    _function = staticmethod(functions.binary_crossentropy)
    _arguments = ("from_logits", "label_smoothing")

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        self._setup(name, dtype, from_logits=from_logits, label_smoothing=label_smoothing)


class CategoricalCrossentropy(_Down):
    """The mean cross-entropy with one-hot labels (tf.keras.metrics.CategoricalCrossentropy)."""

    _function = staticmethod(functions.categorical_crossentropy)
    _arguments = ("from_logits", "label_smoothing", "axis")

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        self._setup(name, dtype, from_logits=from_logits, label_smoothing=label_smoothing, axis=axis)


class SparseCategoricalCrossentropy(_Down):
    """The mean cross-entropy with class numbers (tf.keras.metrics.SparseCategoricalCrossentropy)."""

    _function = staticmethod(functions.sparse_categorical_crossentropy)
    _arguments = ("from_logits", "ignore_class", "axis")

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        self._setup(name, dtype, from_logits=from_logits, ignore_class=ignore_class, axis=axis)


class Hinge(_Down):
    """The mean hinge loss (tf.keras.metrics.Hinge)."""

    _function = staticmethod(functions.hinge)

    def __init__(self, name: str = "hinge", dtype: Any = None) -> None:
        self._setup(name, dtype)


class SquaredHinge(_Down):
    """The mean squared hinge loss (tf.keras.metrics.SquaredHinge)."""

    _function = staticmethod(functions.squared_hinge)

    def __init__(self, name: str = "squared_hinge", dtype: Any = None) -> None:
        self._setup(name, dtype)


class CategoricalHinge(_Down):
    """The mean categorical hinge loss (tf.keras.metrics.CategoricalHinge)."""

    _function = staticmethod(functions.categorical_hinge)

    def __init__(self, name: str = "categorical_hinge", dtype: Any = None) -> None:
        self._setup(name, dtype)
