"""The metrics that only Keras 2 has: MeanTensor and MeanRelativeError; they count the same under Keras 3."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.shapes import TensorShape
from tfcompat.keras.losses.base import divide_no_nan, squeeze_or_expand
from tfcompat.keras.metrics._keras2 import updated
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.metrics.reductions import Mean, add_to
from tfcompat.keras.ops._operation import torch_dtype


class MeanTensor(Metric):
    """The weighted mean of tensors of one shape, element by element (tf.keras.metrics.MeanTensor).

    shape: the tensors'; that of the first one where None. ValueError for a tensor of another shape, and for a result
    before there is a shape.
    """

    def __init__(self, name: str | None = "mean_tensor", dtype: Any = None, shape: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self._shape: Any = None
        self._total: Any = None
        self._count: Any = None
        self._built = False
        if shape is not None:
            self._build(shape)

    def _build(self, shape: Any) -> None:
        self._shape = TensorShape(shape)
        self._total = self.add_variable(shape=shape, dtype=self.dtype, name="total")
        self._count = self.add_variable(shape=shape, dtype=self.dtype, name="count")
        self._built = True

    total = property(lambda self: self._total, doc="The weighted sum so far; None where there is no shape yet.")
    count = property(lambda self: self._count, doc="The sum of the weights; None where there is no shape yet.")

    def update_state(self, values: Any, sample_weight: Any = None) -> Any:
        """Takes in a tensor, each element times its weight."""
        kind = torch_dtype(self.dtype)
        t = to_storage(values).detach().to(kind)
        if not self._built:
            self._build(tuple(t.shape))
        elif tuple(t.shape) != tuple(self._shape):
            raise ValueError(
                "MeanTensor input values must always have the same shape. Expected shape (set during the first call): "
                f"{self._shape}. Got: {TensorShape(t.shape)}."
            )
        number = torch.ones_like(t)
        if sample_weight is not None:
            weight = to_storage(sample_weight).detach().to(t.device, kind)
            t, weight = squeeze_or_expand(t, weight)
            lower = t.ndim - weight.ndim
            if weight.ndim and lower > 0 and weight.shape == t.shape[: weight.ndim]:
                weight = weight.reshape(*weight.shape, *(1 for _ in range(lower)))
            number, t = number * weight, t * weight
        add_to(self._total, t)
        add_to(self._count, number)
        return updated(self._count)

    def result(self) -> Any:
        """The mean of each element; 0 where nothing was taken in."""
        if not self._built:
            raise ValueError(
                "MeanTensor does not have any value yet. Please call the MeanTensor instance or use "
                "`.update_state(value)` before retrieving the result."
            )
        return wrap(divide_no_nan(to_storage(self._total).detach(), to_storage(self._count).detach()))


class MeanRelativeError(Mean):
    """The mean of absolute errors over `normalizer`, 0 where that is (tf.keras.metrics.MeanRelativeError).

    normalizer: numbers that broadcast to the predictions.
    """

    def __init__(self, normalizer: Any, name: str | None = None, dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)  # type: ignore[arg-type]
        self.normalizer = wrap(to_storage(normalizer).to(torch_dtype(self.dtype)))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:  # type: ignore[override]
        """Takes in a batch."""
        kind = torch_dtype(self.dtype)
        pred = to_storage(y_pred).detach().to(kind)
        true, pred = squeeze_or_expand(to_storage(y_true).detach().to(pred.device, kind), pred)
        if true.shape != pred.shape:
            raise ValueError(f"Shapes {tuple(pred.shape)} and {tuple(true.shape)} are incompatible")
        scale = to_storage(self.normalizer).to(pred.device)
        pred, scale = squeeze_or_expand(pred, scale)
        errors = divide_no_nan((true.reshape(pred.shape) - pred).abs(), scale)
        return super().update_state(wrap(errors), sample_weight=sample_weight)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; the normalizer as a numpy array."""
        return {**super().get_config(), "normalizer": self.normalizer.numpy()}
