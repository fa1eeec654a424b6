"""How often predictions are right."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._state import settings
from tfcompat.keras._version import is_legacy
from tfcompat.keras.losses.base import squeeze_or_expand
from tfcompat.keras.metrics.reductions import NamedMean
from tfcompat.keras.ops._operation import torch_dtype


def _hits(matches: torch.Tensor) -> Any:
    return wrap(matches.to(torch_dtype(settings.floatx)))


def accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where a prediction equals its label, else 0."""
    pred = to_storage(y_pred)
    true, pred = squeeze_or_expand(to_storage(y_true).to(pred.device, pred.dtype), pred)
    return _hits(true == pred)


def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """1 where a prediction is on its label's side of `threshold`, else 0."""
    true, pred = squeeze_or_expand(to_storage(y_true), to_storage(y_pred))
    hits = _hits(true.to(pred.device) == (pred > threshold).to(true.dtype))
    if is_legacy() and pred.ndim:  # Keras 2's function gives one number a sample
        return wrap(to_storage(hits).mean(-1))
    return hits


def _classes(one_hot: Any) -> torch.Tensor:
    """Where the ones of one-hot labels are; they may be bools."""
    t = to_storage(one_hot)
    return (t.to(torch.uint8) if t.dtype is torch.bool else t).argmax(-1)


def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the highest prediction is at the one-hot label's place, else 0."""
    pred = to_storage(y_pred)
    return _hits(_classes(y_true).to(pred.device) == pred.argmax(-1))


def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """1 where the highest prediction is at the label's number, else 0."""
    true, pred = to_storage(y_true), to_storage(y_pred)
    if true.ndim == pred.ndim and true.shape[-1] == 1:
        true = true.squeeze(-1)
    matches = true.to(pred.device).long() == pred.argmax(-1)
    return _hits(matches.squeeze(-1) if matches.ndim > 1 and matches.shape[-1] == 1 else matches)


def _in_top_k(labels: torch.Tensor, scores: torch.Tensor, k: int) -> torch.Tensor:
    """Whether fewer than k classes score above the label's; never where its score is not finite."""
    own = scores.gather(-1, labels.long().clamp(0, scores.shape[-1] - 1).unsqueeze(-1))
    ahead = (scores > own).sum(-1)
    known = (labels >= 0) & (labels < scores.shape[-1])
    return (ahead < k) & known & torch.isfinite(own.squeeze(-1))


def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """1 where the one-hot label's place is among the k highest predictions, else 0."""
    pred = to_storage(y_pred)
    return _hits(_in_top_k(_classes(y_true).to(pred.device), pred, k))


def sparse_top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False) -> Any:
    """1 where the label's number is among the k highest predictions, else 0.

    from_sorted_ids: whether predictions are class numbers, best first, instead of scores.
    """
    true, pred = to_storage(y_true), to_storage(y_pred)
    true = true.to(pred.device)
    true = true.squeeze(-1) if true.ndim == pred.ndim and true.shape[-1] == 1 else true
    if from_sorted_ids:
        return _hits((true.to(pred.dtype).unsqueeze(-1) == pred[..., :k]).any(-1))
    return _hits(_in_top_k(true, pred, k))


class Accuracy(NamedMean):
    """How often predictions equal labels (tf.keras.metrics.Accuracy)."""

    _function = staticmethod(accuracy)

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        self._setup(name, dtype)
        self._direction = "up"


class BinaryAccuracy(NamedMean):
    """How often predictions are on the labels' side of `threshold` (tf.keras.metrics.BinaryAccuracy)."""

    _function = staticmethod(binary_accuracy)
    _arguments = ("threshold",)

    def __init__(self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        self._setup(name, dtype, threshold=threshold)
        self._direction = "up"


class CategoricalAccuracy(NamedMean):
    """How often the highest prediction is the one-hot label's (tf.keras.metrics.CategoricalAccuracy)."""

    _function = staticmethod(categorical_accuracy)

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        self._setup(name, dtype)
        self._direction = "up"


class SparseCategoricalAccuracy(NamedMean):
    """How often the highest prediction is at the label's number (tf.keras.metrics.SparseCategoricalAccuracy)."""

    _function = staticmethod(sparse_categorical_accuracy)

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        self._setup(name, dtype)
        self._direction = "up"


class TopKCategoricalAccuracy(NamedMean):
    """How often one-hot labels are among the k highest predictions (tf.keras.metrics.TopKCategoricalAccuracy)."""

    _function = staticmethod(top_k_categorical_accuracy)
    _arguments = ("k",)

    def __init__(self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None) -> None:
        self._setup(name, dtype, k=k)
        self._direction = "up"


class SparseTopKCategoricalAccuracy(NamedMean):
    """How often labels are among the k highest predictions (tf.keras.metrics.SparseTopKCategoricalAccuracy)."""

    _function = staticmethod(sparse_top_k_categorical_accuracy)

    def __init__(
        self,
        k: int = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        self._setup(name, dtype, k=k, from_sorted_ids=from_sorted_ids)
        self.k, self.from_sorted_ids = k, from_sorted_ids
        self._direction = "up"

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = {**super().get_config(), "k": self.k}
        return {**config, "from_sorted_ids": True} if self.from_sorted_ids else config
