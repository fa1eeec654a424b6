"""Strings joined: elementwise, along dimensions, or by segments."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tfcompat._arrays.sizes import index_tensor, scalar, vector_or_scalar
from tfcompat._core.errors import OutOfRangeError
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat.strings.elements import array, as_strings, filled, string_op


@string_op("StringJoin")
def _join(inputs: Values, separator: bytes, name: str | None = None) -> Any:
    arrays = [array(x, i) for i, x in enumerate(inputs)]
    shape = next((a.shape for a in arrays if a.ndim), ())
    for a in arrays:
        if a.ndim and a.shape != shape:
            raise Invalid(f"Input shapes do not match: {_dims(shape)} vs. {_dims(a.shape)}")
    flat = [np.broadcast_to(a, shape).reshape(-1) for a in arrays]
    return filled([separator.join(parts) for parts in zip(*flat)] if flat else [b""], shape)


def join(inputs: Any, separator: Any = "", name: str | None = None) -> Any:
    """The strings of several tensors joined, element by element; scalars go with any shape (tf.strings.join).

    Raises InvalidArgumentError where the shapes differ.
    """
    if not isinstance(inputs, (list, tuple)) and not hasattr(inputs, "shape"):
        raise TypeError(f"Expected list for 'inputs' argument to 'string_join' Op, not {inputs!r}.")
    return _join([as_strings(x) for x in inputs], _separator(separator), name)


def _separator(separator: Any) -> bytes:
    return separator.encode() if isinstance(separator, str) else bytes(separator)


@string_op("ReduceJoin")
def _reduce_join(inputs: Value, axis: Any, keepdims: bool, separator: bytes, name: str | None = None) -> Any:
    x = array(inputs)
    named = list(reversed(range(x.ndim))) if axis is None else vector_or_scalar(axis)
    for d in named:
        if not -x.ndim <= d < x.ndim:
            text = f"Invalid reduction dimension {d} for input with {x.ndim} dimension(s)"
            raise OutOfRangeError(None, None, f"{text} [Op:ReduceJoin] name: ")
    named = [d % x.ndim for d in named]
    if len(set(named)) != len(named):
        raise Invalid(f"Duplicate reduction dimension in {named}")
    kept = [d for d in range(x.ndim) if d not in named]
    shape = tuple(x.shape[d] for d in kept)
    rows = x.transpose(kept + named[::-1]).reshape(math.prod(shape), -1 if x.size else 0)
    joined = filled([separator.join(row) for row in rows], shape)
    return joined.reshape([1 if d in named else x.shape[d] for d in range(x.ndim)]) if keepdims else joined


def reduce_join(
    inputs: Any, axis: Any = None, keepdims: bool = False, separator: Any = "", name: str | None = None
) -> Any:
    """The strings along the dimensions `axis`, all where None, joined into one (tf.strings.reduce_join).

    Of several dimensions the first named changes fastest. keepdims: leave them with size 1. OutOfRangeError for a
    dimension that is not there.
    """
    return _reduce_join(as_strings(inputs), axis, keepdims, _separator(separator), name)


@string_op("UnsortedSegmentJoin")
def _segment_join(
    inputs: Value, segment_ids: Value, num_segments: Any, separator: bytes, name: str | None = None
) -> Any:
    x, ids = array(inputs), index_tensor(segment_ids, "Tindices")
    count = scalar(num_segments, "Tnumsegments", "num_segments")
    if not ids.ndim:
        raise Invalid("Segment_id cannot have rank 0")
    if tuple(x.shape[: ids.ndim]) != tuple(ids.shape):
        raise Invalid(
            f"segment_ids must be the same shape as a prefix of data, got {_dims(ids.shape)} and {_dims(x.shape)}"
        )
    flat = ids.reshape(-1)
    if bool(((flat < 0) | (flat >= count)).any()):
        raise Invalid("segment_ids are not allowed to exceed num_segments or to have negative values.")
    rest = x.shape[ids.ndim :]
    rows = x.reshape(flat.numel(), math.prod(rest))
    parts: list[list[list[bytes]]] = [[[] for _ in range(rows.shape[1])] for _ in range(count)]
    for segment, row in zip(flat.tolist(), rows):
        for place, value in zip(parts[segment], row):
            if place or value:  # TensorFlow puts no separator before the first string that is not empty
                place.append(value)
    return filled([separator.join(place) for segment in parts for place in segment], (count, *rest))


def unsorted_segment_join(
    inputs: Any, segment_ids: Any, num_segments: Any, separator: Any = "", name: str | None = None
) -> Any:
    """The strings with the same segment number joined, in order: shape [num_segments, ...].

    segment_ids: integers in [0, num_segments), a prefix of the shape of `inputs`; InvalidArgumentError for others.
    (tf.strings.unsorted_segment_join)
    """
    return _segment_join(as_strings(inputs), segment_ids, num_segments, _separator(separator), name)
