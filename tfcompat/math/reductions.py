"""tf.math's reductions over axes: sums, means, extremes, truth, norms and counts.

`axis` is None for all axes, one number, a list or tuple of them or an integer tensor, negative ones counted from the
end; `keepdims` keeps the reduced axes with size 1. Over no axes at all a reduction returns its input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import (
    BOOLEAN,
    COMPLEXES,
    FLOATS,
    INEXACT,
    NUMBERS,
    REALS,
    axes,
    expect,
    truth,
    unsupported,
)
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Value, op
from tfcompat._core.unsigned import by_order


def _reduction(
    x: torch.Tensor, axis: Any, keepdims: Any, reduce: Callable[[torch.Tensor, tuple[int, ...], bool], torch.Tensor]
) -> torch.Tensor:
    """`reduce(x, dims, keepdims)`, where there are dimensions to reduce."""
    dims = axes(axis, x.ndim)
    return reduce(x, dims, bool(keepdims)) if dims else x.view_as(x)  # a result of its own, for the tape


def reduced_shape(x: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> list[int]:
    """The shape of a reduction's result."""
    return [1 if i in dims else n for i, n in enumerate(x.shape) if keepdims or i not in dims]


def _sum(x: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    return torch.sum(x, dims, keepdims, dtype=x.dtype)


def mean_over(x: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    """The mean over dimensions, of at least one; of integers an integer."""
    if x.dtype in INEXACT:
        return torch.mean(x, dims, keepdims)
    count = 1
    for d in dims:
        count *= x.shape[d]
    total = torch.sum(x, dims, keepdims, dtype=torch.int64)
    return torch.div(total, torch.sym_max(count, 1), rounding_mode="trunc").to(x.dtype)


def _prod(x: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    if len(dims) == 1:
        return torch.prod(x, dims[0], keepdims, dtype=x.dtype)
    kept = [d for d in range(x.ndim) if d not in dims]
    flat = x.permute(*kept, *dims).flatten(len(kept)) if kept else x.reshape(-1)
    product = torch.prod(flat, -1, dtype=x.dtype)
    return product.reshape(reduced_shape(x, dims, True)) if keepdims else product


def _extreme(
    torch_op: Callable[..., torch.Tensor], bound: str
) -> Callable[[torch.Tensor, tuple[int, ...], bool], torch.Tensor]:
    def reduce(x: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> torch.Tensor:
        if any(x.shape[d] == 0 for d in dims):
            least = float("-inf") if bound == "min" else float("inf")
            if x.dtype not in FLOATS:
                fill = getattr(torch.iinfo(x.dtype), bound)
                return torch.full(reduced_shape(x, dims, keepdims), fill, dtype=x.dtype, device=x.device)
            return torch.sum(x, dims, keepdims, dtype=x.dtype) + least  # the sum of none is 0, and leads to x
        if x.dtype is torch.uint64:
            return by_order(lambda t: torch_op(t, dims, keepdims), x)
        return torch_op(x, dims, keepdims)

    return reduce


_max, _min = _extreme(torch.amax, "min"), _extreme(torch.amin, "max")


@op("Sum")
def reduce_sum(input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None) -> torch.Tensor:
    """The sum over `axis`, in the dtype of the numbers summed (tf.math.reduce_sum)."""
    return _reduction(expect(input_tensor, NUMBERS), axis, keepdims, _sum)


@op("Mean")
def reduce_mean(input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None) -> torch.Tensor:
    """The mean over `axis`; of integers an integer, rounded towards zero (tf.math.reduce_mean)."""
    return _reduction(expect(input_tensor, NUMBERS), axis, keepdims, mean_over)


@op("Prod")
def reduce_prod(input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None) -> torch.Tensor:
    """The product over `axis`, in the dtype of the numbers multiplied (tf.math.reduce_prod)."""
    return _reduction(expect(input_tensor, NUMBERS), axis, keepdims, _prod)


@op("Max")
def reduce_max(input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None) -> torch.Tensor:
    """The largest element over `axis`, NaN where there is one; equal ones share the gradient (tf.math.reduce_max)."""
    return _reduction(expect(input_tensor, REALS), axis, keepdims, _max)


@op("Min")
def reduce_min(input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None) -> torch.Tensor:
    """The smallest element over `axis`, NaN where there is one; equal ones share the gradient (tf.math.reduce_min)."""
    return _reduction(expect(input_tensor, REALS), axis, keepdims, _min)


@op("All")
def _all(input_tensor: Value, axis: Any, keepdims: Any, name: str | None = None) -> torch.Tensor:
    return _reduction(expect(input_tensor, BOOLEAN), axis, keepdims, torch.all)


@op("Any")
def _any(input_tensor: Value, axis: Any, keepdims: Any, name: str | None = None) -> torch.Tensor:
    return _reduction(expect(input_tensor, BOOLEAN), axis, keepdims, torch.any)


def reduce_all(input_tensor: Any, axis: Any = None, keepdims: Any = False, name: str | None = None) -> Any:
    """Whether all elements over `axis` are True, for bool tensors (tf.math.reduce_all)."""
    return _all(_truth(input_tensor, axis), axis, keepdims, name)


def reduce_any(input_tensor: Any, axis: Any = None, keepdims: Any = False, name: str | None = None) -> Any:
    """Whether any element over `axis` is True, for bool tensors (tf.math.reduce_any)."""
    return _any(_truth(input_tensor, axis), axis, keepdims, name)


def _truth(x: Any, axis: Any) -> Any:
    """`x` as bool. For another dtype TensorFlow raises ValueError where `axis` is a list, else what the op raises."""
    return convert_to_tensor(x, dtypes.bool) if isinstance(axis, (list, tuple)) else truth(x)


@op("LogSumExp")
def reduce_logsumexp(
    input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None
) -> torch.Tensor:
    """log(sum(exp(x))) over `axis`, without overflow, for floating tensors (tf.math.reduce_logsumexp)."""
    expect(input_tensor, FLOATS)
    return _reduction(input_tensor, axis, keepdims, torch.logsumexp)


def _variance(x: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    if any(x.shape[d] == 0 for d in dims):  # torch warns, the result is NaN
        return torch.sum(torch.abs(x), dims, keepdims) * float("nan")
    return torch.var(x, dims, correction=0, keepdim=keepdims)


def _inexact(x: torch.Tensor) -> torch.Tensor:
    if x.dtype not in INEXACT:
        if x.dtype is torch.bool:
            raise unsupported(x, NUMBERS)
        raise TypeError(f"Input must be either real or complex. Received integer type {dtypes.from_torch(x.dtype)}.")
    return x


@op("Variance")
def reduce_variance(
    input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None
) -> torch.Tensor:
    """The population variance over `axis`, real for complex x; TypeError for integers (tf.math.reduce_variance)."""
    x = _inexact(input_tensor)
    if not axes(axis, x.ndim):
        return torch.abs(x) * 0
    return _reduction(x, axis, keepdims, _variance)


@op("Std")
def reduce_std(input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None) -> torch.Tensor:
    """The population standard deviation over `axis`; TypeError for integers (tf.math.reduce_std)."""
    x = _inexact(input_tensor)
    if not axes(axis, x.ndim):
        return torch.sqrt(torch.abs(x) * 0)
    return torch.sqrt(_reduction(x, axis, keepdims, _variance))


@op("EuclideanNorm")
def reduce_euclidean_norm(
    input_tensor: Value, axis: Any = None, keepdims: Any = False, name: str | None = None
) -> torch.Tensor:
    """sqrt(sum(|x|^2)) over `axis`, in the dtype of x (tf.math.reduce_euclidean_norm)."""
    x = expect(input_tensor, NUMBERS)
    squares = (x * x.conj()).real if x.dtype in COMPLEXES else x * x
    total = _reduction(squares, axis, keepdims, _sum)
    return torch.sqrt(total if x.dtype in INEXACT else total.to(torch.float64)).to(x.dtype)


@op("CountNonzero", strings=True)
def count_nonzero(
    input: Value,
    axis: Any = None,
    keepdims: Any = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
) -> torch.Tensor:
    """How many elements over `axis` are not 0, False or the empty string, as `dtype` (tf.math.count_nonzero)."""
    counted = torch.from_numpy(input != b"") if isinstance(input, np.ndarray) else input != 0
    return _reduction(counted.to(torch.int64), axis, keepdims, _sum).to(dtypes.as_dtype(dtype).torch)


@op("ZeroFraction")
def zero_fraction(value: Value, name: str | None = None) -> torch.Tensor:
    """The share of the elements that are 0, a float32 scalar; NaN for an empty tensor (tf.math.zero_fraction)."""
    return torch.mean((value == 0).to(torch.float32))
