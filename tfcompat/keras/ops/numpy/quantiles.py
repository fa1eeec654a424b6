"""keras.ops: quantiles, percentiles and medians, also those that pass over NaN."""

from __future__ import annotations

from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import result_type
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import axes_of, tensor_op

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


def _quantile(x: Any, q: Any, axis: Any, method: str, keepdims: bool, skip_nan: bool) -> Any:
    """The quantiles q of x over the axes: q's axes come first."""
    if method not in _METHODS:
        raise ValueError(f"`method` must be one of {_METHODS}. Received: method={method!r}")
    kind = result_type(x.dtype, float)
    t = to_storage(tf.cast(x, kind))
    axes = axes_of(axis, t.ndim)
    kept = [i for i in range(t.ndim) if i not in axes]
    rows = t.permute(*kept, *axes).reshape([t.shape[i] for i in kept] + [-1])
    fraction = to_storage(q).to(torch.float64)
    found = _picked(rows.sort(-1).values, fraction.reshape(-1), method, skip_nan)
    found = found.movedim(-1, 0).reshape([*fraction.shape, *(t.shape[i] for i in kept)])
    if keepdims:
        for a in sorted(axes):
            found = found.unsqueeze(fraction.ndim + a)
    return wrap(found)


def _picked(ordered: torch.Tensor, q: torch.Tensor, method: str, skip_nan: bool) -> torch.Tensor:
    """The quantiles of sorted rows, whose NaN come last: a last axis for q."""
    nan = torch.isnan(ordered)
    length = ordered.shape[-1]
    last = (~nan).sum(-1, keepdim=True).to(q.dtype) - 1 if skip_nan else length - 1
    place = (last * q).expand(*ordered.shape[:-1], q.shape[0])

    def at(index: torch.Tensor) -> torch.Tensor:
        return ordered.gather(-1, index.long().clamp(0, length - 1))

    if method == "linear":
        upper = torch.ceil(place)
        lower = torch.clamp(upper - 1, min=0)
        upper = torch.minimum(lower + 1, torch.as_tensor(last, dtype=q.dtype, device=q.device))
        weight = (upper - place).to(ordered.dtype)
        found = at(upper) * (1 - weight) + at(lower) * weight
    elif method == "midpoint":
        found = 0.5 * (at(torch.floor(place)) + at(torch.ceil(place)))
    else:
        found = at({"lower": torch.floor, "higher": torch.ceil, "nearest": torch.round}[method](place))
    spoiled = nan.all(-1, keepdim=True) if skip_nan else nan.any(-1, keepdim=True)
    return torch.where(spoiled, torch.full_like(found, float("nan")), found)


@tensor_op("x", "q")
def quantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """The values below which the fractions q of the elements over `axis` lie; q's axes come first.

    method: what lies between two elements, "linear", "lower", "higher", "midpoint" or "nearest".
    """
    return _quantile(x, q, axis, method, keepdims, False)


@tensor_op("x", "q")
def percentile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`quantile` with q in percent."""
    return _quantile(x, tf.cast(q, settings.floatx) / 100.0, axis, method, keepdims, False)


@tensor_op("x")
def median(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The middle of the elements over `axis`."""
    return _quantile(x, tf.constant(0.5), axis, "linear", keepdims, False)


@tensor_op("x", "q")
def nanquantile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`quantile` of what is no NaN; NaN where all are."""
    return _quantile(x, q, axis, method, keepdims, True)


@tensor_op("x", "q")
def nanpercentile(x: Any, q: Any, axis: Any = None, method: str = "linear", keepdims: bool = False) -> Any:
    """`percentile` of what is no NaN; NaN where all are."""
    return _quantile(x, tf.cast(q, settings.floatx) / 100.0, axis, method, keepdims, True)


@tensor_op("x")
def nanmedian(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The middle of the elements over `axis` that are no NaN; NaN where all are."""
    if axis in ((), []):
        return x
    return _quantile(x, tf.constant(0.5), axis, "linear", keepdims, True)
