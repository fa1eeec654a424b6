"""The part of keras.ops.nn that brings activations to one scale."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F

from tfcompat._core import dtypes
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import result_type
from tfcompat.keras._replicas import synchronized_moments
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import operation, told, torch_dtype
from tfcompat.nn import normalization

__all__ = ["batch_normalization", "layer_normalization", "moments", "rms_normalization"]

_HALF = (torch.float16, torch.bfloat16)


def trailing(axis: int | Sequence[int], ndim: int) -> tuple[int, ...] | None:
    """The axes in order where they are the last ones, which torch's fused kernels normalize; None where not."""
    axes = sorted(a % ndim for a in ((axis,) if isinstance(axis, int) else axis))
    return tuple(axes) if axes == list(range(ndim - len(axes), ndim)) else None


def _wide(x: Any) -> tuple[torch.Tensor, torch.dtype]:
    """The tensor in float32 or, where it has more, its own precision; and its dtype before."""
    t = to_storage(x)
    return t.to(torch_dtype(result_type(dtypes.BY_STORAGE[t.dtype].name, "float32"))), t.dtype


@operation("x")
def moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> tuple[Any, Any]:
    """The mean and the variance over `axes` (tf.keras.ops.moments); half precision is computed in float32.

    synchronized: over all replicas of a distribution strategy; outside of one it changes nothing.
    """
    t = to_storage(x)
    found = synchronized_moments(t.float() if t.dtype in _HALF else t, axes, keepdims) if synchronized else None
    if found is not None:
        mean, variance = map(wrap, found)
    else:
        mean, variance = normalization.moments(wrap(t.float() if t.dtype in _HALF else t), axes, keepdims=keepdims)
    if t.dtype not in _HALF:
        return mean, variance
    limit = torch.finfo(torch.float16).max  # for both, as in Keras
    return tuple(wrap(to_storage(y).clamp(-limit, limit).to(t.dtype)) for y in (mean, variance))  # type: ignore[return-value]


@operation("x", "mean", "variance", "offset", "scale", name="BatchNorm")
def batch_normalization(
    x: Any, mean: Any, variance: Any, axis: int, offset: Any = None, scale: Any = None, epsilon: float = 1e-3
) -> Any:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, vectors along `axis`.

    Follows tf.keras.ops.batch_normalization.
    """
    t = to_storage(x)
    shape = [-1 if i == axis % t.ndim else 1 for i in range(t.ndim)] if axis != -1 else [-1]
    given = (None if v is None else wrap(to_storage(v).reshape(shape)) for v in (mean, variance, offset, scale))
    return normalization.batch_normalization(wrap(t), *given, variance_epsilon=epsilon)


@operation("x", "gamma", "beta", name="LayerNorm")
def layer_normalization(
    x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: float | None = None, **kwargs: Any
) -> Any:
    """x brought to mean 0 and variance 1 over `axis`, times gamma plus beta (tf.keras.ops.layer_normalization).

    gamma, beta: of the sizes along `axis`, or None. rms_scaling=True, deprecated, divides by the deviation alone.
    """
    rms_scaling = kwargs.pop("rms_scaling", False)
    if kwargs:
        raise TypeError(f"layer_normalization() got unexpected keyword arguments: {sorted(kwargs)}")
    if rms_scaling:
        warnings.warn(
            "You passed `rms_scaling=True`, which is deprecated. It scales by the variance, not by the root mean "
            "square: use `keras.ops.rms_normalization` instead.",
            stacklevel=3,
        )
    return wrap(layer_normalized(x, gamma, beta, axis, epsilon, rms_scaling))


def layer_normalized(
    x: Any, gamma: Any, beta: Any, axis: Any, epsilon: float | None, rms_scaling: bool = False
) -> torch.Tensor:
    """The body of `layer_normalization`; InvalidArgumentError for weights of another shape."""
    try:
        return _layer_normalized(x, gamma, beta, axis, epsilon, rms_scaling)
    except RuntimeError as error:
        raise told(error) from None


def _layer_normalized(
    x: Any, gamma: Any, beta: Any, axis: Any, epsilon: float | None, rms_scaling: bool
) -> torch.Tensor:
    epsilon = settings.epsilon if epsilon is None else epsilon
    t, dtype = _wide(x)
    scale, offset = (None if v is None else to_storage(v).to(t.dtype) for v in (gamma, beta))
    last = None if rms_scaling else trailing(axis, t.ndim)
    if last is not None:
        return F.layer_norm(t, [t.shape[a] for a in last], scale, offset, epsilon).to(dtype)
    axes = sorted(a % t.ndim for a in ((axis,) if isinstance(axis, int) else axis))
    shape = [t.shape[d] if d in axes else 1 for d in range(t.ndim)]
    scale, offset = (None if v is None else v.reshape(shape) for v in (scale, offset))
    variance, mean = torch.var_mean(t, axes, correction=0, keepdim=True)
    y = (t if rms_scaling else t - mean) * torch.rsqrt(variance + epsilon)
    y = y if scale is None else y * scale
    return (y if offset is None or rms_scaling else y + offset).to(dtype)


@operation("x", "scale", name="RMSNorm")
def rms_normalization(x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None) -> Any:
    """x divided by its root mean square over `axis`, times scale (tf.keras.ops.rms_normalization)."""
    epsilon = settings.epsilon if epsilon is None else epsilon
    t, dtype = _wide(x)
    t = t.reshape(1) if t.ndim == 0 else t
    weight = None if scale is None else to_storage(scale).to(t.dtype)
    last = trailing(axis, t.ndim)
    if last is not None and (weight is None or tuple(weight.shape) == tuple(t.shape[a] for a in last)):
        return wrap(F.rms_norm(t, [t.shape[a] for a in last], weight, epsilon).to(dtype))
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    y = t * torch.rsqrt(t.square().mean(axes, keepdim=True) + epsilon)
    try:
        return wrap((y if weight is None else y * weight).to(dtype))
    except RuntimeError as error:
        raise told(error) from None
