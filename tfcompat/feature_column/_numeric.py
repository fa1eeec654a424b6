"""Columns of numbers, and of the buckets that numbers fall in."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._core.shapes import TensorShape
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.feature_column._columns import CategoricalColumn, DenseColumn, IdWeightPair, need_string_key


@dataclasses.dataclass(frozen=True)
class NumericColumn(DenseColumn):
    """What `numeric_column` makes."""

    key: str
    shape: tuple[int, ...]
    default_value: Any
    dtype: Any
    normalizer_fn: Callable[[Any], Any] | None

    @property
    def name(self) -> str:
        """The feature's name."""
        return self.key

    @property
    def parents(self) -> list[Any]:
        """The feature's name."""
        return [self.key]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """A tensor of the column's shape and dtype."""
        return {self.key: tf.io.FixedLenFeature(self.shape, self.dtype, self.default_value)}

    @property
    def variable_shape(self) -> TensorShape:
        """The column's shape."""
        return TensorShape(self.shape)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The feature, normalized, as float32; ValueError for a SparseTensor."""
        tensor = transformation_cache.get(self.key, state_manager)
        if isinstance(tensor, SparseTensor):
            raise ValueError(
                "The corresponding Tensor of numerical column must be a Tensor. SparseTensor is not supported. key: "
                f"{self.key}"
            )
        return tf.cast(tensor if self.normalizer_fn is None else self.normalizer_fn(tensor), tf.float32)

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The numbers."""
        return transformation_cache.get(self, state_manager)


@dataclasses.dataclass(frozen=True)
class BucketizedColumn(DenseColumn, CategoricalColumn):
    """What `bucketized_column` makes: dense it is one-hot, as categories it is the bucket's number."""

    source_column: NumericColumn
    boundaries: tuple[float, ...]

    @property
    def name(self) -> str:
        """The source's name, with what was done."""
        return f"{self.source_column.name}_bucketized"

    @property
    def parents(self) -> list[Any]:
        """The source."""
        return [self.source_column]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """The source's."""
        return self.source_column.parse_example_spec

    @property
    def variable_shape(self) -> TensorShape:
        """The source's shape, and the buckets."""
        return TensorShape((*self.source_column.shape, len(self.boundaries) + 1))

    @property
    def num_buckets(self) -> int:
        """The buckets of all the source's elements."""
        return (len(self.boundaries) + 1) * self.source_column.shape[0]

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The number of the bucket, from 0, of each element."""
        source = transformation_cache.get(self.source_column, state_manager)
        return tf.raw_ops.Bucketize(input=source, boundaries=list(self.boundaries))

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The buckets, one-hot."""
        numbers = tf.cast(transformation_cache.get(self, state_manager), tf.int64)
        return tf.one_hot(numbers, len(self.boundaries) + 1, on_value=1.0, off_value=0.0)

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """The buckets' numbers; each element of the source has numbers of its own."""
        numbers = transformation_cache.get(self, state_manager)
        size = self.source_column.shape[0]
        batch = tf.shape(numbers)[0]
        rows, columns = tf.repeat(tf.range(batch), size), tf.tile(tf.range(size), [batch])
        ids = tf.reshape(numbers, [-1]) + (len(self.boundaries) + 1) * columns
        indices = tf.cast(tf.stack([rows, columns], 1), tf.int64)
        return IdWeightPair(SparseTensor(indices, ids, tf.cast(tf.stack([batch, size]), tf.int64)), None)


def numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: Any = None,
    dtype: Any = tf.float32,
    normalizer_fn: Callable[[Any], Any] | None = None,
) -> NumericColumn:
    """A column of the numbers in a feature, as float32 (tf.feature_column.numeric_column).

    shape: an integer or several, those of one example. default_value: for examples without the feature when they are
    parsed, a number or a nested list of the shape. normalizer_fn: applied to the tensor.
    """
    shape = standard_shape(shape, key)
    need_number(dtype, key)
    default_value = _default(shape, default_value, dtype, key)
    need_callable(normalizer_fn)
    need_string_key(key)
    return NumericColumn(key, shape, default_value, dtype, normalizer_fn)


def bucketized_column(source_column: Any, boundaries: Any) -> BucketizedColumn:
    """A column of the buckets of numbers: below boundaries[0] is 0, and so on (tf.feature_column.bucketized_column).

    source_column: a `numeric_column` with one dimension. ValueError for another, and for boundaries not in order.
    """
    if not isinstance(source_column, NumericColumn):
        raise ValueError(f"source_column must be a column generated with numeric_column(). Given: {source_column}")
    if len(source_column.shape) > 1:
        raise ValueError(f"source_column must be one-dimensional column. Given: {source_column}")
    if not boundaries:
        raise ValueError("boundaries must not be empty.")
    ordered = isinstance(boundaries, (list, tuple)) and all(a < b for a, b in itertools.pairwise(boundaries))
    if not ordered:
        raise ValueError("boundaries must be a sorted list.")
    return BucketizedColumn(source_column, tuple(boundaries))


# ---- arguments ----


def standard_shape(shape: Any, key: str) -> tuple[int, ...]:
    """`shape` as a tuple; TypeError and ValueError where it is not made of positive integers."""
    if shape is None:
        raise TypeError(f"shape must be an integer or integers, got None, key: {key}")
    sizes = tuple(shape) if tf.nest.is_nested(shape) or isinstance(shape, TensorShape) else (shape,)
    for size in sizes:
        if not isinstance(size, int):
            raise TypeError(f"shape dimensions must be integer. shape: {sizes}, key: {key}")
        if size < 1:
            raise ValueError(f"shape dimensions must be greater than 0. shape: {sizes}, key: {key}")
    return sizes


def need_number(dtype: Any, key: str) -> None:
    """ValueError for a dtype that is no number's."""
    if not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype must be convertible to float. dtype: {dtype}, key: {key}")


def need_callable(normalizer_fn: Any) -> None:
    """TypeError for what can't be called, but None."""
    if normalizer_fn is not None and not callable(normalizer_fn):
        raise TypeError(f"normalizer_fn must be a callable. Given: {normalizer_fn}")


def _default(shape: tuple[int, ...], value: Any, dtype: Any, key: str) -> Any:
    """A default value as nested tuples of the shape."""
    if value is None:
        return None
    if isinstance(value, (int, float)):
        nested: Any = np.full(shape, value).tolist()
    else:
        nested = value.tolist() if hasattr(value, "tolist") else value
        if tf.nest.is_nested(nested) and _lengths(nested) != shape:
            raise ValueError(
                "The shape of default_value must be equal to given shape. default_value: "
                f"{nested}, shape: {shape}, key: {key}"
            )
    leaves = tf.nest.flatten(nested)
    whole = all(isinstance(v, int) for v in leaves)
    floats = any(isinstance(v, float) for v in leaves) and dtype.is_floating
    if not ((whole or floats) and tf.nest.is_nested(nested)):
        raise TypeError(
            f"default_value must be compatible with dtype. default_value: {value}, dtype: {dtype}, key: {key}"
        )
    return _tuples(nested)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if tf.nest.is_nested(value) else value


def _lengths(value: Any) -> tuple[int, ...] | None:
    """The sizes of nested lists, None where they differ."""
    if not tf.nest.is_nested(value):
        return ()
    below = {_lengths(v) for v in value}
    return (len(value), *below.pop()) if len(below) == 1 and None not in below else None  # type: ignore[misc]
