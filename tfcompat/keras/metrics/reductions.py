"""Metrics that are sums and means of values: Sum, Mean, and functions of (y_true, y_pred) as metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.variable import writable
from tfcompat.dtypes.casting import cast
from tfcompat.keras import _version
from tfcompat.keras._replicas import is_spread
from tfcompat.keras._state import thread
from tfcompat.keras.layers._call import get_mask
from tfcompat.keras.losses.base import divide_no_nan, mask_weights, squeeze_or_expand, told_shapes
from tfcompat.keras.metrics._keras2 import updated
from tfcompat.keras.metrics.base import Metric
from tfcompat.keras.ops._operation import torch_dtype


def add_to(variable: Any, delta: Any, size: bool = False) -> None:
    """Adds numbers to a metric's variable, in place where no function is being captured.

    size: whether these are a number of samples, which no step knows before it has them.
    """
    if isinstance(delta, torch.Tensor):
        delta = delta.detach()
    if thread.stateless is not None:
        variable.assign_add(wrap(delta))
    elif state.graph is not None:  # a captured function computes new values
        own = variable._value._component
        if size:
            state.graph.sized.add(id(own))
        state.graph.write(own, state.graph.value(own) + delta)
    elif is_spread(variable._value):
        variable._value.assign_add(wrap(delta) if isinstance(delta, torch.Tensor) else delta)
    else:
        writable(variable._value).add_(delta)


def clear(variable: Any) -> None:
    """Sets a metric's variable to 0, in place."""
    if thread.stateless is not None or is_spread(variable._value):
        variable.assign(torch.zeros(tuple(variable.shape)))
    else:
        writable(variable._value).zero_()


def samplewise(
    values: Any, sample_weight: Any, dtype: Any, total: bool = False
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Values and weights with one number for each sample: the mean (or `total`) over the other axes."""
    kind = torch_dtype(dtype)
    mask = get_mask(values)
    t = to_storage(values).detach().to(kind)
    if _version.is_legacy():
        return _elementwise(t, sample_weight, total)

    def reduce(x: torch.Tensor, start: int) -> torch.Tensor:
        dims = tuple(range(start, x.ndim))
        if not dims:
            return x
        return x.sum(dims) if total else x.mean(dims)

    weight = None
    if sample_weight is not None:
        weight = to_storage(sample_weight).detach().to(t.device, kind)
        weight = mask_weights(weight, None if mask is None else to_storage(mask), "sum")
        t, weight = squeeze_or_expand(t, weight)
        rank = weight.ndim
        t = reduce(t, rank)
        weight = weight.broadcast_to(t.shape)
        t = t * weight
        weight = reduce(weight, 1) if rank > 1 else weight
    return reduce(t, 1) if t.ndim > 1 else t, weight


def _elementwise(t: torch.Tensor, sample_weight: Any, total: bool) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Values and weights as Keras 2 counts them: each element, times the weight that is broadcast to it."""
    if sample_weight is None:
        return t, None
    weight = to_storage(sample_weight).detach().to(t.device, t.dtype)
    if weight.ndim == t.ndim + 1:
        weight = weight.squeeze(-1)
    elif weight.ndim and weight.ndim == t.ndim - 1:
        weight = weight.unsqueeze(-1)
    if weight.ndim == 0 or (weight.ndim == t.ndim and all(m in (1, n) for m, n in zip(weight.shape, t.shape))):
        weight = weight.broadcast_to(t.shape)
    elif weight.ndim < t.ndim:
        dims = tuple(range(weight.ndim, t.ndim))
        t = t.sum(dims) if total else t.mean(dims)
    try:
        return t * weight, weight
    except RuntimeError as error:
        raise told_shapes(error, t, weight) from None


class Sum(Metric):
    """The weighted sum of values (tf.keras.metrics.Sum)."""

    def __init__(self, name: str = "sum", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable(shape=(), dtype=self.dtype, name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> Any:
        """Adds values, each times its weight."""
        t, _ = samplewise(values, sample_weight, self.dtype, total=True)
        add_to(self.total, t.sum())
        return updated(self.total)

    def reset_state(self) -> None:
        """Starts again from 0."""
        clear(self.total)

    def result(self) -> Any:
        """The sum."""
        return wrap(to_storage(self.total) + 0)


class Mean(Metric):
    """The weighted mean of values (tf.keras.metrics.Mean)."""

    def __init__(self, name: str = "mean", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable(shape=(), dtype=self.dtype, name="total")
        self.count = self.add_variable(shape=(), dtype=self.dtype, name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> Any:
        """Takes in values, with weights where they do not count alike."""
        t, weight = samplewise(values, sample_weight, self.dtype)
        add_to(self.total, t.sum() if t.ndim else t)
        if weight is not None:
            add_to(self.count, weight.sum() if weight.ndim else weight)
        else:
            number = t.shape[0] if t.ndim else 1
            add_to(self.count, _version.by_version(number, t.numel()), size=t.ndim > 0)
        return updated(self.count)

    def _take_batch_mean(self, mean: Any, size: Any) -> None:
        """Takes in the mean of a batch of `size` samples."""
        t = to_storage(mean).detach()
        add_to(self.total, t.to(torch_dtype(self.dtype)) * size)
        add_to(self.count, size, size=True)

    def reset_state(self) -> None:
        """Starts again from nothing."""
        clear(self.total)
        clear(self.count)

    def result(self) -> Any:
        """The mean; 0 where nothing was taken in."""
        return wrap(divide_no_nan(to_storage(self.total).detach(), to_storage(self.count).detach()))


class MeanMetricWrapper(Mean):
    """The mean of a function of (y_true, y_pred, **kwargs) (tf.keras.metrics.MeanMetricWrapper)."""

    def __init__(self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any) -> None:
        super().__init__(name=name, dtype=dtype)  # type: ignore[arg-type]
        self._fn = fn
        self._fn_kwargs = kwargs

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """Takes in the function's values for a batch."""
        mask = get_mask(y_pred)
        if _version.is_legacy():
            y_true, y_pred = cast(y_true, self.dtype), cast(y_pred, self.dtype)
        values = self._fn(y_true, y_pred, **self._fn_kwargs)
        if _version.is_legacy():
            mask = get_mask(values)
        if mask is not None:
            kind = torch_dtype(self.dtype)
            weight = None if sample_weight is None else to_storage(sample_weight).to(kind)
            sample_weight = wrap(mask_weights(weight, to_storage(mask).to(kind), "sum"))
        return super().update_state(values, sample_weight=sample_weight)

    def get_config(self) -> dict[str, Any]:
        """The function and its arguments, serialized."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        config = super().get_config()
        return {**config, "fn": serialize_keras_object(self._fn), **serialize_keras_object(dict(self._fn_kwargs))}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The metric that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        return cls(**(deserialize_keras_object(config) if "fn" in config else config))


class NamedMean(MeanMetricWrapper):
    """A function's mean as a class of its own: `_arguments` are what the config keeps of the function's arguments."""

    _function: Any
    _arguments: tuple[str, ...] = ()

    def _setup(self, name: Any, dtype: Any, **kwargs: Any) -> None:
        super().__init__(type(self)._function, name=name, dtype=dtype, **kwargs)
        for key in self._arguments:
            setattr(self, key, kwargs[key])

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**Metric.get_config(self), **{key: getattr(self, key) for key in self._arguments}}
