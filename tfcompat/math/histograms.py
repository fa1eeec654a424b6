"""Histograms with bins of one width: tf.histogram_fixed_width and tf.histogram_fixed_width_bins."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import expect
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import BY_STORAGE, Alike, Invalid, Value, is_symbolic, kernel_dtype, op

_COUNTED = frozenset({torch.int32, torch.int64, torch.float32, torch.float64})
_FLOATS = frozenset({torch.float16, torch.bfloat16, torch.float32, torch.float64})


def _count(nbins: Any) -> Any:
    """The number of bins, an int32 scalar."""
    t = to_storage(nbins, dtypes.int32)
    if t.ndim:
        raise Invalid("nbins should be a scalar.")
    n = t.item()
    if isinstance(n, int) and n < 1:
        raise Invalid(f"nbins should be a positive number, but got '{n}'")
    return n


@op("HistogramFixedWidth")
def histogram_fixed_width(
    values: Alike, value_range: Alike, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None
) -> torch.Tensor:
    """How many of the values lie in each of `nbins` bins of one width from value_range[0] to value_range[1].

    Values beyond the range count in the first and the last bin. values: int32, int64, float32 or float64, of any shape.
    Returns [nbins] of `dtype`, int32 or int64. InvalidArgumentError for a range that does not rise, for NaN, and for
    other arguments. (tf.histogram_fixed_width)
    """
    expect(values, _COUNTED)
    kind, n = dtypes.as_dtype(dtype), _count(nbins)
    if kind not in (dtypes.int32, dtypes.int64):
        raise Invalid(
            f"Value for attr 'dtype' of {kernel_dtype(kind)} is not in the list of allowed values: int32, int64"
        )
    if value_range.ndim != 1 or value_range.shape[0] != 2:
        raise Invalid("value_range should be a vector of 2 elements.")
    low, high = value_range.unbind()
    if not is_symbolic(value_range) and not bool(low < high):
        text = f"value_range[0] < value_range[1], but got '[{low.item():g}, {high.item():g}]'"
        raise Invalid(f"value_range should satisfy {text}")
    flat = values.detach().reshape(-1)
    if not is_symbolic(values) and bool((flat != flat).any()):
        raise Invalid("Histogram values must not contain NaN")
    step = (high - low).double() / n
    bins = torch.clamp((torch.maximum(flat, low) - low).double() / step, max=n - 1).long()
    counts = torch.zeros(n, dtype=kind.torch, device=values.device)
    return counts.index_add(0, bins, torch.ones_like(bins, dtype=kind.torch))


@op("HistogramFixedWidthBins")
def histogram_fixed_width_bins(
    values: Value, value_range: Value, nbins: Any = 100, dtype: Any = dtypes.int32, name: str | None = None
) -> torch.Tensor:
    """The number of the bin that each of the values belongs to, as `histogram_fixed_width` counts them.

    values: floats. Returns int32 of the shape of values; as in TensorFlow, `dtype` does not change that.
    InvalidArgumentError for other dtypes and where nbins is not positive. (tf.histogram_fixed_width_bins)
    """
    expect(values, _FLOATS)
    if value_range.dtype != values.dtype:
        want, got = (kernel_dtype(BY_STORAGE[t.dtype]) for t in (values, value_range))
        raise Invalid(f"input #1(zero-based) was expected to be a {want} tensor but is a {got} tensor")
    dtypes.as_dtype(dtype)
    n = _count(nbins)
    if not value_range.ndim or value_range.shape[0] < 2:
        raise Invalid("slice index 1 of dimension 0 out of bounds.")
    low, high = value_range[0], value_range[1]
    at = torch.floor(n * ((values.detach() - low) / (high - low)))
    return torch.clamp(at, 0, n - 1).to(torch.int32)
