"""Reductions of ragged tensors: of a ragged dimension, each row or each column is reduced by itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat import math
from tfcompat._arrays.creation import ones_like, stop_gradient
from tfcompat._arrays.shaping import expand_dims, reshape
from tfcompat._core import dtypes
from tfcompat._core.tensor import Tensor
from tfcompat._ragged import segments
from tfcompat._ragged.checks import number, numbers
from tfcompat._ragged.dispatch import Handler, handler
from tfcompat._ragged.kernels import offsets
from tfcompat._ragged.tensor import RaggedTensor, checked_axis, outer_size
from tfcompat.dtypes.casting import cast


def _axes(axis: Any) -> Any:
    """The axis argument as None, an integer or a list of integers."""
    if isinstance(axis, Tensor):
        return numbers(axis) if axis.shape.rank else number(axis)
    if isinstance(axis, np.ndarray):
        return axis.tolist()
    return list(axis) if isinstance(axis, (list, tuple)) else axis


def reduced(dense: Handler, over: segments.Segments, value: Any, axis: Any, keepdims: bool) -> Any:
    """`value` reduced over `axis`: by the op `dense` where it is a tensor, else by segments, innermost axis first."""
    if not isinstance(value, RaggedTensor):
        return dense(value, axis, keepdims)
    axis = _axes(axis)
    if axis is None:
        if not keepdims:
            return dense(value.flat_values, None, False)
        axis = list(range(len(value.shape)))
    if isinstance(axis, list):
        if not axis:
            return value
        ordered = sorted(checked_axis(a, value.shape.rank) for a in axis)
        for a in reversed(ordered):
            value = reduced(dense, over, value, a, keepdims)
        return value
    axis = checked_axis(axis, value.shape.rank)
    if axis > 1:
        return value.with_values(reduced(dense, over, value.values, axis - 1, keepdims))
    if axis == 1:
        result = segments.aggregate(over, value.values, value.value_rowids(), outer_size(value))
    else:
        columns = offsets(value.row_splits, outer_size(value.values))
        longest = number(value.bounding_shape()[1])
        result = segments.aggregate(over, value.values, columns, longest)
    return expand_dims(result, axis) if keepdims else result


def _register(kernel: str, over: segments.Segments) -> None:
    @handler(kernel)
    def reduce(function: Handler, value: Any, axis: Any, keepdims: Any, name: Any = None) -> Any:
        return reduced(function, over, value, axis, bool(keepdims))


for _kernel, _over in (
    ("Sum", segments.segment_sum),
    ("Prod", segments.segment_prod),
    ("Max", segments.segment_max),
    ("Min", segments.segment_min),
):
    _register(_kernel, _over)


def _truth(kernel: str, over: segments.Segments) -> None:
    @handler(kernel)
    def reduce(function: Handler, value: Any, axis: Any, keepdims: Any, name: Any = None) -> Any:
        numbers = cast(cast(value, dtypes.bool), dtypes.int32)
        dense = math.reduce_max if over is segments.segment_sum else math.reduce_min
        return cast(reduced(dense, over, numbers, axis, bool(keepdims)), dtypes.bool)


_truth("Any", segments.segment_sum)
_truth("All", segments.segment_prod)


def _mean(value: RaggedTensor, axis: Any, keepdims: bool) -> Any:
    ones = value.with_flat_values(ones_like(value.flat_values))
    total, count = (reduced(math.reduce_sum, segments.segment_sum, v, axis, keepdims) for v in (value, ones))
    return math.truediv(total, count)


def _variance(value: RaggedTensor, axis: Any, keepdims: bool) -> Any:
    if value.dtype.is_complex:
        raise ValueError("reduce_variance is not supported for RaggedTensors with complex dtypes.")
    mean = _mean(value, axis, keepdims)
    return math.maximum(_mean(math.square(value), axis, keepdims) - math.square(mean), 0)


@handler("Mean")
def _reduce_mean(function: Handler, value: Any, axis: Any, keepdims: Any, name: Any = None) -> Any:
    return _mean(value, axis, bool(keepdims))


@handler("Variance")
def _reduce_variance(function: Handler, value: Any, axis: Any, keepdims: Any, name: Any = None) -> Any:
    return _variance(value, axis, bool(keepdims))


@handler("Std")
def _reduce_std(function: Handler, value: Any, axis: Any, keepdims: Any, name: Any = None) -> Any:
    return math.sqrt(_variance(value, axis, bool(keepdims)))


def _shifted_exp(value: RaggedTensor, axis: Any) -> tuple[Any, Any]:
    """exp(value - its largest) over `axis`, and that largest value, with its dimension kept."""
    largest = stop_gradient(reduced(math.reduce_max, segments.segment_max, value, axis, True))
    return math.exp(value - largest), largest


@handler("LogSumExp")
def _reduce_logsumexp(function: Handler, value: Any, axis: Any, keepdims: Any, name: Any = None) -> Any:
    if axis is None:
        return function(value.flat_values, None, False) if not keepdims else _keep_all(function, value)
    exps, largest = _shifted_exp(value, axis)
    total = math.log(reduced(math.reduce_sum, segments.segment_sum, exps, axis, True)) + largest
    return total if keepdims else reduced(math.reduce_sum, segments.segment_sum, total, axis, False)


def _keep_all(function: Handler, value: RaggedTensor) -> Any:
    return reshape(function(value.flat_values, None, False), [1] * len(value.shape))


@handler("Softmax")
def _softmax(function: Handler, logits: Any, axis: Any = None, name: Any = None) -> Any:
    axis = -1 if axis is None else axis
    exps, _ = _shifted_exp(logits, axis)
    return exps / reduced(math.reduce_sum, segments.segment_sum, exps, axis, True)


@handler("ReduceJoin")
def _reduce_join(function: Handler, value: Any, axis: Any, keepdims: Any, separator: bytes, name: Any = None) -> Any:
    from tfcompat.strings import unsorted_segment_join

    def joined(strings: Any, along: Any, kept: bool) -> Any:
        return function(strings, along, kept, separator, None)

    def by_segment(strings: Any, ids: Any, count: Any) -> Any:
        return unsorted_segment_join(strings, ids, count, separator)

    return reduced(joined, by_segment, value, axis, bool(keepdims))
