"""Columns of sequences, for SequenceFeatures."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import tfcompat as tf
from tfcompat._core.shapes import TensorShape
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.feature_column import _categorical
from tfcompat.feature_column._columns import (
    CategoricalColumn,
    IdWeightPair,
    SequenceDenseColumn,
    TensorSequenceLengthPair,
)
from tfcompat.feature_column._numeric import need_callable, need_number, standard_shape


def sequence_length(sparse: SparseTensor, num_elements: int = 1) -> Any:
    """How many steps of `num_elements` each row of a SparseTensor has, as int64."""
    rows, columns = sparse.indices[:, 0], sparse.indices[:, 1]
    found = tf.math.segment_max(columns + 1, rows)
    found = tf.cast(tf.math.ceil(found / num_elements), tf.int64)
    padding = tf.zeros(tf.shape(sparse)[:1] - tf.shape(found, tf.shape(sparse).dtype)[:1], tf.int64)
    return tf.concat([found, padding], 0)


@dataclasses.dataclass(frozen=True)
class SequenceCategoricalColumn(CategoricalColumn):
    """What the sequence_categorical_column functions make, each around the column of the same name."""

    categorical_column: Any

    @property
    def name(self) -> str:
        """The column's."""
        return self.categorical_column.name

    @property
    def parents(self) -> list[Any]:
        """The column."""
        return [self.categorical_column]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """The column's."""
        return self.categorical_column.parse_example_spec

    @property
    def num_buckets(self) -> int:
        """The column's."""
        return self.categorical_column.num_buckets

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The column's."""
        return self.categorical_column.transform_feature(transformation_cache, state_manager)

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """The numbers, and their weights, [batch, time, categories of a step]."""
        pair = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        shape = tf.shape(pair.id_tensor)
        wanted = tf.stack([shape[0], shape[1], tf.reduce_prod(shape[2:])])
        return IdWeightPair(*(None if t is None else tf.sparse.reshape(t, wanted) for t in pair))


@dataclasses.dataclass(frozen=True)
class SequenceNumericColumn(SequenceDenseColumn):
    """What `sequence_numeric_column` makes."""

    key: str
    shape: tuple[int, ...]
    default_value: float
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
        """Any number of values of the dtype."""
        return {self.key: tf.io.VarLenFeature(self.dtype)}

    @property
    def variable_shape(self) -> TensorShape:
        """The shape of one step."""
        return TensorShape(self.shape)

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The feature, normalized, a SparseTensor."""
        tensor = transformation_cache.get(self.key, state_manager)
        return tensor if self.normalizer_fn is None else self.normalizer_fn(tensor)

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        """The steps, padded with the default, and the sequences' lengths."""
        sparse = transformation_cache.get(self, state_manager)
        dense = tf.sparse.to_dense(sparse, default_value=self.default_value)
        dense = tf.reshape(dense, tf.concat([tf.shape(dense)[:1], [-1], self.shape], 0))
        elements = math.prod(self.shape) if sparse.shape.rank == 2 else 1
        return TensorSequenceLengthPair(dense, sequence_length(sparse, elements))


def sequence_numeric_column(
    key: str,
    shape: Any = (1,),
    default_value: float = 0.0,
    dtype: Any = tf.float32,
    normalizer_fn: Callable[[Any], Any] | None = None,
) -> SequenceNumericColumn:
    """A column of sequences of numbers (tf.feature_column.sequence_numeric_column), from a SparseTensor.

    shape: of one step. default_value: what shorter sequences are padded with. normalizer_fn: applied to the tensor.
    """
    shape = standard_shape(shape, key)
    need_number(dtype, key)
    need_callable(normalizer_fn)
    return SequenceNumericColumn(key, shape, default_value, dtype, normalizer_fn)


def sequence_categorical_column_with_identity(
    key: str, num_buckets: int, default_value: int | None = None
) -> SequenceCategoricalColumn:
    """`categorical_column_with_identity` for sequences."""
    return SequenceCategoricalColumn(_categorical.categorical_column_with_identity(key, num_buckets, default_value))


def sequence_categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: Any = tf.string
) -> SequenceCategoricalColumn:
    """`categorical_column_with_hash_bucket` for sequences."""
    return SequenceCategoricalColumn(_categorical.categorical_column_with_hash_bucket(key, hash_bucket_size, dtype))


def sequence_categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: Any = tf.string,
) -> SequenceCategoricalColumn:
    """`categorical_column_with_vocabulary_file` for sequences."""
    return SequenceCategoricalColumn(
        _categorical.categorical_column_with_vocabulary_file(
            key, vocabulary_file, vocabulary_size, dtype, default_value, num_oov_buckets
        )
    )


def sequence_categorical_column_with_vocabulary_list(
    key: str, vocabulary_list: Any, dtype: Any = None, default_value: int = -1, num_oov_buckets: int = 0
) -> SequenceCategoricalColumn:
    """`categorical_column_with_vocabulary_list` for sequences."""
    return SequenceCategoricalColumn(
        _categorical.categorical_column_with_vocabulary_list(
            key, vocabulary_list, dtype, default_value, num_oov_buckets
        )
    )
