"""tf.nn's normalization: moments, batch normalization and what else brings activations to one scale."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.arguments import COMPLEXES, FLOATS, HALVES, INEXACT, NUMBERS, axes, expect, like
from tfcompat._core.convert import to_storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.operators import incompatible_shapes
from tfcompat._core.ops import Alike, Invalid, Value, kernel_dtype, op
from tfcompat.math.arithmetic import SQUARED
from tfcompat.math.reductions import mean_over, reduced_shape


@op("Moments")
def moments(
    x: Value, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean and the population variance of `x` over `axes` (tf.nn.moments).

    keepdims: keeps the axes with size 1. shift is taken as in TensorFlow 2, where it has no effect. Half precision is
    computed in float32.
    """
    dims = _axes(axes, x)
    wide = x.to(torch.float32) if x.dtype in HALVES else expect(x, SQUARED)
    if not dims:  # as TensorFlow, which leaves out all dimensions of size 1 where no axis says which
        mean = x.view_as(x) if keepdims else x.squeeze()
        return mean, torch.square(mean - mean.detach())
    # TensorFlow's variance takes the mean for a constant, which second derivatives tell.
    if wide.dtype in FLOATS and not wide.requires_grad and not any(x.shape[d] == 0 for d in dims):
        variance, mean = torch.var_mean(wide, dims, correction=0, keepdim=bool(keepdims))
        return mean.to(x.dtype), variance.to(x.dtype)
    mean = mean_over(wide, dims, True)
    apart = wide - mean.detach()
    variance = mean_over(apart * apart.conj() if x.dtype in COMPLEXES else apart * apart, dims, bool(keepdims))
    mean = mean if keepdims else mean.reshape(reduced_shape(wide, dims, False))
    return mean.to(x.dtype), variance.to(x.dtype)


def _axes(value: Any, x: torch.Tensor) -> tuple[int, ...]:
    return axes(value, x.ndim, "axes")


def _total(x: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    """The sum over `dims`; over none of them, `x`, where torch's sum is that of all elements."""
    return torch.sum(x, dims, keepdims, dtype=x.dtype) if dims else x.view_as(x)


@op("SufficientStatistics")
def sufficient_statistics(
    x: Value, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor | None]:
    """The count, the sum and the sum of squares of `x - shift` over `axes`, and the shift.

    Follows tf.nn.sufficient_statistics. shift: a number near the mean, for precision, or None.
    """
    dims = _axes(axes, x)
    count = 1
    for d in dims:
        count *= x.shape[d]
    given = None if shift is None else to_storage(shift).clone()
    if given is not None and given.dtype != x.dtype:
        kinds = (kernel_dtype(BY_STORAGE[t.dtype]) for t in (x, given))
        raise Invalid("`shift` was expected to be a {} tensor but is a {} tensor".format(*kinds))
    moved = expect(x, NUMBERS) if given is None else x - given
    sums = [_total(t, dims, bool(keepdims)) for t in (moved, moved * moved)]
    return torch.scalar_tensor(count, dtype=x.dtype, device=x.device), sums[0], sums[1], given


@op("NormalizeMoments")
def _normalize_moments(
    counts: Alike, mean_ss: Alike, variance_ss: Alike, shift: Alike | None = None, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    mean = mean_ss / counts
    variance = variance_ss / counts - mean * mean
    return mean if shift is None else mean + shift, variance


def normalize_moments(counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None) -> Any:
    """The mean and variance of what `sufficient_statistics` gave: counts, sums, sums of squares and a shift or None.

    Follows tf.nn.normalize_moments.
    """
    return _normalize_moments(counts, mean_ss, variance_ss, shift, name)


@op("WeightedMoments", explain=lambda x, axes, weights, *_: incompatible_shapes(x, weights))
def weighted_moments(
    x: Alike, axes: Any, frequency_weights: Value, keepdims: bool = False, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean and variance of `x` over `axes`, each element counted as often as its weight says.

    frequency_weights: nonnegative, broadcasts to `x`. Half precision is computed in float32. Follows
    tf.nn.weighted_moments.
    """
    dims = _axes(axes, x)
    wide = x.to(torch.float32) if x.dtype in HALVES else expect(x, INEXACT)
    weights = frequency_weights.to(wide.dtype)
    total = _total(weights + torch.zeros_like(wide), dims, True)
    none = total == 0
    total = torch.where(none, 1, total)
    mean = torch.where(none, 0, _total(weights * wide, dims, True) / total)
    apart = wide - mean
    variance = torch.where(none, 0, _total(weights * apart * apart, dims, True) / total)
    if not keepdims:
        left = reduced_shape(wide, dims, False) if dims else wide.squeeze().shape
        mean, variance = (t.reshape(left) for t in (mean, variance))
    return mean.to(x.dtype), variance.to(x.dtype)


def normalized(
    x: torch.Tensor,
    mean: torch.Tensor,
    variance: torch.Tensor,
    offset: torch.Tensor | None,
    scale: torch.Tensor | None,
    epsilon: Any,
) -> torch.Tensor:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset, the factors gathered first."""
    epsilon = epsilon if isinstance(epsilon, (int, float)) else like(epsilon, variance)
    factor = torch.rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * scale
    moved = -mean * factor if offset is None else offset - mean * factor
    return x * factor.to(x.dtype) + moved.to(x.dtype)


def _refuse_mixture(mean: torch.Tensor, variance: torch.Tensor) -> None:
    if mean.dtype != variance.dtype:
        raise Invalid(f"mean and variance must have one dtype, got {kernel_name(mean)} and {kernel_name(variance)}")
    expect(variance, INEXACT)


@op("BatchNormalization", explain=incompatible_shapes)
def _batch_normalization(
    x: Value,
    mean: Value,
    variance: Alike,
    offset: Alike | None = None,
    scale: Alike | None = None,
    variance_epsilon: Any = None,
    name: str | None = None,
) -> torch.Tensor:
    _refuse_mixture(mean, variance)
    return normalized(x, mean, variance, offset, scale, variance_epsilon)


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: Any, name: str | None = None
) -> Any:
    """scale * (x - mean) / sqrt(variance + variance_epsilon) + offset, all broadcast (tf.nn.batch_normalization).

    offset and scale may be None.
    """
    return _batch_normalization(x, mean, variance, offset, scale, variance_epsilon, name)


@op("BatchNormWithGlobalNormalization", explain=incompatible_shapes)
def batch_norm_with_global_normalization(
    input: Value,
    mean: Value,
    variance: Alike,
    beta: Alike,
    gamma: Alike,
    variance_epsilon: Any,
    scale_after_normalization: bool,
    name: str | None = None,
) -> torch.Tensor:
    """`batch_normalization` with offset beta and, if scale_after_normalization, scale gamma.

    Follows tf.nn.batch_norm_with_global_normalization.
    """
    _refuse_mixture(mean, variance)
    return normalized(input, mean, variance, beta, gamma if scale_after_normalization else None, variance_epsilon)


@op("L2Normalize")
def _l2_normalize(x: Value, axis: Any, epsilon: Any, name: str | None = None) -> torch.Tensor:
    dims = axes(axis, x.ndim)
    if x.dtype in COMPLEXES:
        squares = (x * x.conj()).real
    elif x.dtype in FLOATS:
        squares = x * x
    else:
        raise TypeError(f"Argument `x` takes floating or complex numbers, got dtype {kernel_name(x)}.")
    total = torch.sum(squares, dims, True) if dims else squares
    return x * torch.rsqrt(torch.clamp_min(total, epsilon if type(epsilon) is float else like(epsilon, total)))


def kernel_name(x: torch.Tensor) -> str:
    """The dtype's name, for messages."""
    return str(x.dtype).removeprefix("torch.")


def l2_normalize(x: Any, axis: Any = None, epsilon: Any = 1e-12, name: str | None = None, dim: Any = None) -> Any:
    """x / sqrt(max(sum(|x|^2), epsilon)), the sum over `axis` (None: all) (tf.math.l2_normalize).

    dim: the old name of axis; ValueError for both. TypeError for integers.
    """
    if dim is not None:
        if axis is not None:
            raise ValueError("Cannot specify both 'dim' and 'axis'.")
        axis = dim
    return _l2_normalize(x, axis, epsilon, name)


@op("LRN")
def local_response_normalization(
    input: Value,
    depth_radius: int = 5,
    bias: float = 1,
    alpha: float = 1,
    beta: float = 0.5,
    name: str | None = None,
) -> torch.Tensor:
    """input / (bias + alpha * sum of squares) ** beta, summed over 2 * depth_radius + 1 neighbouring channels.

    input: [batch, height, width, channels], floating. Follows tf.nn.local_response_normalization, tf.nn.lrn.
    """
    if expect(input, FLOATS - {torch.float64}).ndim != 4:
        raise Invalid("in must be 4-dimensional")
    if isinstance(count := input.numel(), int) and not count:
        return input.clone()
    squares = torch.nn.functional.pad(input * input, (depth_radius, depth_radius))
    total = squares.unfold(-1, 2 * depth_radius + 1, 1).sum(-1)
    return input * torch.pow(bias + alpha * total, -beta)


lrn = local_response_normalization


@op("BiasAdd")
def bias_add(value: Alike, bias: Alike, data_format: str | None = None, name: str | None = None) -> torch.Tensor:
    """value + bias, a vector with an element for each channel (tf.nn.bias_add).

    data_format: "N...C" or None for channels last, "NC..." for channels second; ValueError for others.
    """
    if (
        data_format is not None
        and not data_format.startswith("NC")
        and not (data_format.startswith("N") and data_format.endswith("C"))
    ):
        raise ValueError(f"`data_format` must be of the form `N...C` or `NC...`. Received: data_format={data_format}")
    first = data_format is not None and data_format.startswith("NC")
    if value.ndim < 2:
        raise Invalid(f"Input tensor must be at least 2D: {_dims(value.shape)}")
    if bias.ndim != 1:
        raise Invalid(f"Biases must be 1D: {_dims(bias.shape)}")
    if bias.shape[0] != value.shape[1 if first else -1]:
        where = "channel dimension" if first else "last dimension"
        raise Invalid(
            f"Must provide as many biases as the {where} of the input tensor: "
            f"{_dims(bias.shape)} vs. {_dims(value.shape)}"
        )
    return value + (bias.reshape(-1, *(1,) * (value.ndim - 2)) if first else bias)
