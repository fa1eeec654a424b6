"""Columns of categories: by their hash, a vocabulary or themselves, weighted and crossed."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._core import logging
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.feature_column._columns import (
    CategoricalColumn,
    IdWeightPair,
    need_string_key,
    need_string_or_integer,
    to_sparse,
)


class KeyColumn(CategoricalColumn):
    """A column of the categories in one feature, `key`, of a dtype."""

    key: str
    dtype: Any

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

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The categories' numbers, a SparseTensor; ValueError for strings in place of integers, or the other way."""
        tensor = to_sparse(transformation_cache.get(self.key, state_manager))
        need_string_or_integer(tensor.dtype, f"column_name: {self.key} input_tensor")
        if self.dtype.is_integer != tensor.dtype.is_integer:
            raise ValueError(
                f"Column dtype and SparseTensors dtype must be compatible. key: {self.key}, column dtype: "
                f"{self.dtype}, tensor dtype: {tensor.dtype}"
            )
        return self._numbers(tensor, state_manager)

    def _numbers(self, tensor: SparseTensor, state_manager: Any) -> SparseTensor:
        raise NotImplementedError(f"{type(self).__name__} must define `_numbers`.")


@dataclasses.dataclass(frozen=True)
class HashedCategoricalColumn(KeyColumn):
    """What `categorical_column_with_hash_bucket` makes."""

    key: str
    hash_bucket_size: int
    dtype: Any

    @property
    def num_buckets(self) -> int:
        """The buckets."""
        return self.hash_bucket_size

    def _numbers(self, tensor: SparseTensor, state_manager: Any) -> SparseTensor:
        values = tensor.values if self.dtype == tf.string else tf.strings.as_string(tensor.values)
        hashed = tf.strings.to_hash_bucket_fast(values, self.hash_bucket_size)
        return SparseTensor(tensor.indices, hashed, tensor.dense_shape)


class _TableColumn(KeyColumn):
    """A column whose categories' numbers are looked up in a table, made on first use."""

    num_oov_buckets: int
    default_value: Any

    def _numbers(self, tensor: SparseTensor, state_manager: Any) -> SparseTensor:
        if tensor.dtype.is_integer:
            tensor = tf.cast(tensor, tf.int64)
        return self._table(tensor.dtype, state_manager).lookup(tensor)

    def _table(self, key_dtype: Any, state_manager: Any) -> Any:
        name = f"{self.key}_lookup"
        if state_manager is not None and state_manager.has_resource(self, name):
            return state_manager.get_resource(self, name)
        with tf.init_scope():
            words = self._words(key_dtype)
            if self.num_oov_buckets:
                table: Any = tf.lookup.StaticVocabularyTable(words, self.num_oov_buckets)
            else:
                table = tf.lookup.StaticHashTable(words, self.default_value)
        if state_manager is not None:
            state_manager.add_resource(self, name, table)
        return table

    def _words(self, key_dtype: Any) -> Any:
        """What fills the table."""
        raise NotImplementedError(f"{type(self).__name__} must define `_words`.")


@dataclasses.dataclass(frozen=True)
class VocabularyFileCategoricalColumn(_TableColumn):
    """What `categorical_column_with_vocabulary_file` makes."""

    key: str
    vocabulary_file: str
    vocabulary_size: int
    num_oov_buckets: int
    dtype: Any
    default_value: int
    file_format: str | None = None

    @property
    def num_buckets(self) -> int:
        """The words, and the buckets of others."""
        return self.vocabulary_size + self.num_oov_buckets

    def _words(self, key_dtype: Any) -> Any:
        if self.file_format != "tfrecord_gzip":
            return tf.lookup.TextFileInitializer(
                self.vocabulary_file,
                key_dtype,
                tf.lookup.TextFileIndex.WHOLE_LINE,
                tf.int64,
                tf.lookup.TextFileIndex.LINE_NUMBER,
                vocab_size=self.vocabulary_size,
            )
        records = tf.data.TFRecordDataset(self.vocabulary_file, "GZIP").take(self.vocabulary_size)
        words = tf.constant(list(records.as_numpy_iterator()), tf.string)
        keys = words if key_dtype == tf.string else tf.strings.to_number(words, key_dtype)
        return tf.lookup.KeyValueTensorInitializer(keys, tf.range(tf.size(keys, tf.int64)))


@dataclasses.dataclass(frozen=True)
class VocabularyListCategoricalColumn(_TableColumn):
    """What `categorical_column_with_vocabulary_list` makes."""

    key: str
    vocabulary_list: tuple[Any, ...]
    dtype: Any
    default_value: int
    num_oov_buckets: int

    @property
    def num_buckets(self) -> int:
        """The words, and the buckets of others."""
        return len(self.vocabulary_list) + self.num_oov_buckets

    def _words(self, key_dtype: Any) -> Any:
        keys = tf.constant(np.array(self.vocabulary_list).tolist(), key_dtype)
        return tf.lookup.KeyValueTensorInitializer(keys, tf.range(len(self.vocabulary_list), dtype=tf.int64))


@dataclasses.dataclass(frozen=True)
class IdentityCategoricalColumn(KeyColumn):
    """What `categorical_column_with_identity` makes."""

    key: str
    number_buckets: int
    default_value: int | None
    dtype = tf.int64

    @property
    def num_buckets(self) -> int:
        """The buckets."""
        return self.number_buckets

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The numbers, as int64, those out of range replaced where there is a default; ValueError for no integers."""
        tensor = to_sparse(transformation_cache.get(self.key, state_manager))
        if not tensor.dtype.is_integer:
            raise ValueError(f"Invalid input, not integer. key: {self.key} dtype: {tensor.dtype}")
        values = tf.cast(tensor.values, tf.int64)
        if self.default_value is not None:
            outside = (values < 0) | (values >= self.number_buckets)
            values = tf.where(outside, tf.constant(self.default_value, tf.int64), values)
        return SparseTensor(tensor.indices, values, tensor.dense_shape)


@dataclasses.dataclass(frozen=True)
class WeightedCategoricalColumn(CategoricalColumn):
    """What `weighted_categorical_column` makes."""

    categorical_column: Any
    weight_feature_key: str
    dtype: Any

    @property
    def name(self) -> str:
        """The names of the column and of the weights."""
        return f"{self.categorical_column.name}_weighted_by_{self.weight_feature_key}"

    @property
    def parents(self) -> list[Any]:
        """The column, and the name of the weights."""
        return [self.categorical_column, self.weight_feature_key]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """The column's, and the weights; ValueError where the column has a feature of that name."""
        found = self.categorical_column.parse_example_spec
        if self.weight_feature_key in found:
            known = found[self.weight_feature_key]
            raise ValueError(f"Parse config {known} already exists for {self.weight_feature_key}.")
        return {**found, self.weight_feature_key: tf.io.VarLenFeature(self.dtype)}

    @property
    def num_buckets(self) -> int:
        """The column's."""
        return self.categorical_column.num_buckets

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The numbers and their weights, both SparseTensors; ValueError for weights of another dtype."""
        weights = transformation_cache.get(self.weight_feature_key, state_manager)
        if weights.dtype != self.dtype:
            raise ValueError(f"Bad dtype, expected {self.dtype}, but got {weights.dtype}.")
        weights = to_sparse(weights, 0)
        if not weights.dtype.is_floating:
            weights = tf.cast(weights, tf.float32)
        return to_sparse(transformation_cache.get(self.categorical_column, state_manager)), weights

    def get_sparse_tensors(self, transformation_cache: Any, state_manager: Any) -> IdWeightPair:
        """The numbers and their weights."""
        return IdWeightPair(*transformation_cache.get(self, state_manager))


@dataclasses.dataclass(frozen=True)
class CrossedColumn(CategoricalColumn):
    """What `crossed_column` makes."""

    keys: tuple[Any, ...]
    hash_bucket_size: int
    hash_key: int | None

    @property
    def _leaves(self) -> list[Any]:
        """What is crossed: the parts of crossed columns in place of these."""
        return [leaf for key in self.keys for leaf in (key._leaves if isinstance(key, CrossedColumn) else [key])]

    @property
    def name(self) -> str:
        """The names of all that is crossed."""
        return "_X_".join(sorted(leaf if isinstance(leaf, str) else leaf.name for leaf in self._leaves))

    @property
    def parents(self) -> list[Any]:
        """What is crossed."""
        return list(self.keys)

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """Those of the columns, and strings for features."""
        found: dict[str, Any] = {}
        for key in self.keys:
            found |= {key: tf.io.VarLenFeature(tf.string)} if isinstance(key, str) else key.parse_example_spec
        return found

    @property
    def num_buckets(self) -> int:
        """The buckets."""
        return self.hash_bucket_size

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The buckets of the combinations; ValueError for weighted columns."""
        tensors = []
        for leaf in self._leaves:
            if isinstance(leaf, str):
                tensors.append(transformation_cache.get(leaf, state_manager))
                continue
            ids, weights = leaf.get_sparse_tensors(transformation_cache, state_manager)
            if weights is not None:
                raise ValueError(
                    "crossed_column does not support weight_tensor, but the given column populates weight_tensor. "
                    f"Given column: {leaf.name}"
                )
            tensors.append(ids)
        return tf.sparse.cross_hashed(tensors, self.hash_bucket_size, self.hash_key)


def categorical_column_with_hash_bucket(
    key: str, hash_bucket_size: int, dtype: Any = tf.string
) -> HashedCategoricalColumn:
    """A column of strings or integers by their hash, below `hash_bucket_size`.

    ValueError for a size that is not positive, and for another dtype.
    """
    if hash_bucket_size is None:
        raise ValueError(f"hash_bucket_size must be set. key: {key}")
    if hash_bucket_size < 1:
        raise ValueError(f"hash_bucket_size must be at least 1. hash_bucket_size: {hash_bucket_size}, key: {key}")
    need_string_key(key)
    need_string_or_integer(dtype, f"column_name: {key}")
    return HashedCategoricalColumn(key, hash_bucket_size, dtype)


def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    dtype: Any = tf.string,
    default_value: int | None = None,
    num_oov_buckets: int = 0,
    file_format: str | None = None,
) -> VocabularyFileCategoricalColumn:
    """A column of strings or integers by the line that they have in a file.

    vocabulary_size: how many lines count, by default all. Others are `default_value` (-1), or hashed to
    `num_oov_buckets` numbers above. file_format: "tfrecord_gzip" for records in place of lines.
    """
    if not vocabulary_file:
        raise ValueError(f"Missing vocabulary_file in {key}.")
    if file_format is None and vocabulary_file.endswith("tfrecord.gz"):
        file_format = "tfrecord_gzip"
    if vocabulary_size is None:
        vocabulary_size = _count(key, vocabulary_file, file_format)
        logging.get_logger().info(
            "vocabulary_size = %d in %s is inferred from the number of elements in the vocabulary_file %s.",
            *(vocabulary_size, key, vocabulary_file),
        )
    if vocabulary_size < 1:
        raise ValueError(f"Invalid vocabulary_size in {key}.")
    _check_others(key, num_oov_buckets, default_value, None)
    need_string_or_integer(dtype, f"column_name: {key}")
    need_string_key(key)
    return VocabularyFileCategoricalColumn(
        key=key,
        vocabulary_file=vocabulary_file,
        vocabulary_size=vocabulary_size,
        num_oov_buckets=num_oov_buckets or 0,
        dtype=dtype,
        default_value=-1 if default_value is None else default_value,
        file_format=file_format,
    )


def _count(key: str, vocabulary_file: str, file_format: str | None) -> int:
    if not tf.io.gfile.exists(vocabulary_file):
        raise ValueError(f"vocabulary_file in {key} does not exist.")
    if file_format == "tfrecord_gzip":
        return sum(1 for _ in tf.data.TFRecordDataset(vocabulary_file, "GZIP"))
    with tf.io.gfile.GFile(vocabulary_file, "rb") as lines:
        return sum(1 for _ in lines)


def _check_others(key: str, num_oov_buckets: int, default_value: Any, unset: Any) -> None:
    """ValueError where values outside of a vocabulary have two meanings."""
    if num_oov_buckets and default_value != unset:
        raise ValueError(f"Can't specify both num_oov_buckets and default_value in {key}.")
    if num_oov_buckets and num_oov_buckets < 0:
        raise ValueError(f"Invalid num_oov_buckets {num_oov_buckets} in {key}.")


def categorical_column_with_vocabulary_list(
    key: str, vocabulary_list: Any, dtype: Any = None, default_value: int = -1, num_oov_buckets: int = 0
) -> VocabularyListCategoricalColumn:
    """A column of strings or integers by their place in a list.

    Others are `default_value`, or hashed to `num_oov_buckets` numbers above. ValueError for an empty list, one that
    says something twice, and one of another kind than `dtype`.
    """
    if vocabulary_list is None or len(vocabulary_list) < 1:
        raise ValueError(f"vocabulary_list {vocabulary_list} must be non-empty, column_name: {key}")
    if len(set(vocabulary_list)) != len(vocabulary_list):
        raise ValueError(f"Duplicate keys in vocabulary_list {vocabulary_list}, column_name: {key}")
    found = tf.as_dtype(np.array(vocabulary_list).dtype)
    _check_others(key, num_oov_buckets, default_value, -1)
    need_string_or_integer(found, f"column_name: {key} vocabulary")
    if dtype is None:
        dtype = found
    elif dtype.is_integer != found.is_integer:
        raise ValueError(f"dtype {dtype} and vocabulary dtype {found} do not match, column_name: {key}")
    need_string_or_integer(dtype, f"column_name: {key}")
    need_string_key(key)
    return VocabularyListCategoricalColumn(key, tuple(vocabulary_list), dtype, default_value, num_oov_buckets)


def categorical_column_with_identity(
    key: str, num_buckets: int, default_value: int | None = None
) -> IdentityCategoricalColumn:
    """A column of integers below `num_buckets`; those outside are `default_value`, an error where it is None.

    ValueError for a number of buckets that is not positive, and for a default out of range.
    """
    if num_buckets < 1:
        raise ValueError(f"num_buckets {num_buckets} < 1, column_name {key}")
    if default_value is not None and not 0 <= default_value < num_buckets:
        raise ValueError(f"default_value {default_value} not in range [0, {num_buckets}), column_name {key}")
    need_string_key(key)
    return IdentityCategoricalColumn(key, num_buckets, default_value)


def weighted_categorical_column(
    categorical_column: Any, weight_feature_key: str, dtype: Any = tf.float32
) -> WeightedCategoricalColumn:
    """Categories with weights from another feature, of the same shape; ValueError for a dtype that is no number's."""
    if dtype is None or not (dtype.is_integer or dtype.is_floating):
        raise ValueError(f"dtype {dtype} is not convertible to float.")
    return WeightedCategoricalColumn(categorical_column, weight_feature_key, dtype)


def crossed_column(keys: Any, hash_bucket_size: int, hash_key: int | None = None) -> CrossedColumn:
    """A column of the combinations of two or more features or categorical columns, by their hash.

    ValueError for fewer, for a size that is not positive, and for columns that are hashed already.
    """
    if not hash_bucket_size or hash_bucket_size < 1:
        raise ValueError(f"hash_bucket_size must be > 1. hash_bucket_size: {hash_bucket_size}")
    if not keys or len(keys) < 2:
        raise ValueError(f"keys must be a list with length > 1. Given: {keys}")
    for key in keys:
        if not isinstance(key, (str, CategoricalColumn)):
            raise ValueError(
                "Unsupported key type. All keys must be either string, or categorical column except "
                f"HashedCategoricalColumn. Given: {key}"
            )
        if isinstance(key, HashedCategoricalColumn):
            raise ValueError(
                "categorical_column_with_hash_bucket is not supported for crossing. Hashing before crossing will "
                f"increase probability of collision. Instead, use the feature name as a string. Given: {key}"
            )
    return CrossedColumn(tuple(keys), hash_bucket_size, hash_key)
