"""How examples are read: tf.io.FixedLenFeature, VarLenFeature, SparseFeature, RaggedFeature and their like."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.shapes import TensorShape


class VarLenFeature(collections.namedtuple("VarLenFeature", ["dtype"])):
    """A feature of any number of values, read as a sparse tensor (tf.io.VarLenFeature)."""

    __slots__ = ()


class FixedLenFeature(collections.namedtuple("FixedLenFeature", ["shape", "dtype", "default_value"])):
    """A feature of a known shape, read as a dense tensor (tf.io.FixedLenFeature).

    default_value: what examples without it have, of dtype and shape; without one, they are an error.
    """

    __slots__ = ()

    def __new__(cls, shape: Any, dtype: Any, default_value: Any = None) -> FixedLenFeature:
        return super().__new__(cls, shape, dtype, default_value)


class FixedLenSequenceFeature(
    collections.namedtuple("FixedLenSequenceFeature", ["shape", "dtype", "allow_missing", "default_value"])
):
    """A feature of any number of entries of a known shape, read as a padded tensor (tf.io.FixedLenSequenceFeature).

    allow_missing: whether examples may lack it. default_value: a scalar, what shorter examples are filled up with.
    """

    __slots__ = ()

    def __new__(
        cls, shape: Any, dtype: Any, allow_missing: bool = False, default_value: Any = None
    ) -> FixedLenSequenceFeature:
        return super().__new__(cls, shape, dtype, allow_missing, default_value)


class SparseFeature(
    collections.namedtuple("SparseFeature", ["index_key", "value_key", "dtype", "size", "already_sorted"])
):
    """Two features, indices and values, read as a sparse tensor (tf.io.SparseFeature).

    index_key: the feature of the indices, or a list of them, one for each dimension. size: the dense size, or a list.
    """

    __slots__ = ()

    def __new__(
        cls, index_key: Any, value_key: str, dtype: Any, size: Any, already_sorted: bool = False
    ) -> SparseFeature:
        return super().__new__(cls, index_key, value_key, dtype, size, already_sorted)


class RaggedFeature(
    collections.namedtuple("RaggedFeature", ["dtype", "value_key", "partitions", "row_splits_dtype", "validate"])
):
    """A feature of any number of values, read as a ragged tensor (tf.io.RaggedFeature).

    value_key: the feature, by default that under whose name this stands. partitions: how its values are divided, from
    the outermost dimension to the innermost: `RowSplits`, `RowLengths`, `RowStarts`, `RowLimits` and `ValueRowIds` name
    the feature that says so, `UniformRowLength` a number. row_splits_dtype: tf.int32 or tf.int64. validate: whether
    partitions that do not fit are an error (here they are always).
    """

    __slots__ = ()

    RowSplits = collections.namedtuple("RowSplits", ["key"])
    RowLengths = collections.namedtuple("RowLengths", ["key"])
    RowStarts = collections.namedtuple("RowStarts", ["key"])
    RowLimits = collections.namedtuple("RowLimits", ["key"])
    ValueRowIds = collections.namedtuple("ValueRowIds", ["key"])
    UniformRowLength = collections.namedtuple("UniformRowLength", ["length"])

    def __new__(
        cls,
        dtype: Any,
        value_key: str | None = None,
        partitions: Sequence[Any] = (),
        row_splits_dtype: Any = dtypes.int32,
        validate: bool = False,
    ) -> RaggedFeature:
        if value_key is not None and not isinstance(value_key, str):
            raise ValueError(f"Argument `value_key` must be a string; got {value_key!r}")
        known = (cls.RowSplits, cls.RowLengths, cls.RowStarts, cls.RowLimits, cls.ValueRowIds, cls.UniformRowLength)
        for partition in partitions:
            if not isinstance(partition, known):
                raise TypeError(
                    f"Argument `partitions` must be a list of partition objects {known}; got {partitions!r}"
                )
        return super().__new__(
            cls,
            dtypes.as_dtype(dtype),
            value_key,
            tuple(partitions),
            dtypes.as_dtype(row_splits_dtype),
            bool(validate),
        )


_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        VarLenFeature, FixedLenFeature, FixedLenSequenceFeature, SparseFeature, RaggedFeature, RaggedFeature.RowSplits,
        RaggedFeature.RowLengths, RaggedFeature.RowStarts, RaggedFeature.RowLimits, RaggedFeature.ValueRowIds,
        RaggedFeature.UniformRowLength,
    )
}  # fmt: skip


def written(feature: Any) -> Any:
    """A feature as lists and plain values: its kind, and what it was made of."""
    if _KINDS.get(type(feature).__name__) is type(feature):
        return [type(feature).__name__, *map(written, feature)]
    if isinstance(feature, (list, tuple)):
        return ["", *map(written, feature)]
    if isinstance(feature, (type, np.dtype)):
        return dtypes.as_dtype(feature)
    if isinstance(feature, TensorShape):
        return written(feature.as_list())
    if hasattr(feature, "numpy"):
        feature = feature.numpy()
    return written(feature.tolist()) if isinstance(feature, (np.ndarray, np.generic)) else feature


def unwritten(value: Any) -> Any:
    """The feature that `written` gave the value for."""
    if not isinstance(value, (list, tuple)):
        return value
    kind, *parts = value
    return _KINDS[kind](*map(unwritten, parts)) if kind else list(map(unwritten, parts))
