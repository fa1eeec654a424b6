"""Columns that make vectors of categories: indicators, embeddings and shared embeddings."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import tfcompat as tf
from tfcompat._core.shapes import TensorShape
from tfcompat._sparse.tensor import SparseTensor
from tfcompat.feature_column._categorical import WeightedCategoricalColumn
from tfcompat.feature_column._columns import (
    CategoricalColumn,
    DenseColumn,
    IdWeightPair,
    SequenceDenseColumn,
    TensorSequenceLengthPair,
)
from tfcompat.feature_column._sequence import SequenceCategoricalColumn, sequence_length


class _VectorColumn(DenseColumn, SequenceDenseColumn):
    """A vector for the categories of an example, or of each step of a sequence."""

    categorical_column: Any
    _kind: str

    @property
    def name(self) -> str:
        """The categories' name, with what was done."""
        return f"{self.categorical_column.name}_{self._kind}"

    @property
    def parents(self) -> list[Any]:
        """The categories."""
        return [self.categorical_column]

    @property
    def parse_example_spec(self) -> dict[str, Any]:
        """The categories'."""
        return self.categorical_column.parse_example_spec

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The categories'."""
        return transformation_cache.get(self.categorical_column, state_manager)

    def get_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> Any:
        """The vectors; ValueError for categories of sequences."""
        if isinstance(self.categorical_column, SequenceCategoricalColumn):
            raise ValueError(
                f"In {self._where}: {self.name}. categorical_column must not be of type SequenceCategoricalColumn. "
                "Suggested fix A: If you wish to use DenseFeatures, use a non-sequence categorical_column_with_*. "
                "Suggested fix B: If you wish to create sequence input, use SequenceFeatures instead of DenseFeatures. "
                f"Given (type {type(self.categorical_column)}): {self.categorical_column}"
            )
        return self._vectors(transformation_cache, state_manager)

    def get_sequence_dense_tensor(self, transformation_cache: Any, state_manager: Any) -> TensorSequenceLengthPair:
        """The vectors of the steps, and the sequences' lengths; ValueError for categories that are no sequences'."""
        if not isinstance(self.categorical_column, SequenceCategoricalColumn):
            raise ValueError(
                f"In {self._where}: {self.name}. categorical_column must be of type SequenceCategoricalColumn to use "
                "SequenceFeatures. Suggested fix: Use one of sequence_categorical_column_with_*. Given (type "
                f"{type(self.categorical_column)}): {self.categorical_column}"
            )
        ids = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager).id_tensor
        return TensorSequenceLengthPair(self._vectors(transformation_cache, state_manager), sequence_length(ids))

    @property
    def _where(self) -> str:
        return "indicator_column" if self._kind == "indicator" else "embedding_column"

    def _vectors(self, transformation_cache: Any, state_manager: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define `_vectors`.")


@dataclasses.dataclass(frozen=True)
class IndicatorColumn(_VectorColumn):
    """What `indicator_column` makes."""

    categorical_column: Any
    _kind = "indicator"

    @property
    def variable_shape(self) -> TensorShape:
        """[1, categories]."""
        return TensorShape([1, self.categorical_column.num_buckets])

    def transform_feature(self, transformation_cache: Any, state_manager: Any) -> Any:
        """How often, or with what weight, each category is there."""
        ids, weights = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        size = self.categorical_column.num_buckets
        if weights is None:
            dense = tf.sparse.to_dense(ids, default_value=-1)
            return tf.reduce_sum(tf.one_hot(dense, size, on_value=1.0, off_value=0.0), axis=-2)
        numbers = tf.cast(ids.values, tf.int64)
        known = (numbers >= 0) & (numbers < size)
        places = tf.concat([ids.indices[:, :-1], numbers[:, None]], 1)
        shape = tf.concat([ids.dense_shape[:-1], [size]], 0)
        return tf.scatter_nd(tf.boolean_mask(places, known), tf.boolean_mask(weights.values, known), shape)

    def _vectors(self, transformation_cache: Any, state_manager: Any) -> Any:
        return transformation_cache.get(self, state_manager)


@dataclasses.dataclass(frozen=True)
class EmbeddingColumn(_VectorColumn):
    """What `embedding_column` makes."""

    categorical_column: Any
    dimension: int
    combiner: str
    initializer: Any
    ckpt_to_load_from: str | None
    tensor_name_in_ckpt: str | None
    max_norm: float | None
    trainable: bool
    use_safe_embedding_lookup: bool = True
    _kind = "embedding"

    @property
    def variable_shape(self) -> TensorShape:
        """[dimension]."""
        return TensorShape([self.dimension])

    def create_state(self, state_manager: Any) -> None:
        """Makes the table of vectors, with the checkpoint's values where one was named."""
        table = state_manager.create_variable(
            self,
            name="embedding_weights",
            shape=(self.categorical_column.num_buckets, self.dimension),
            dtype=tf.float32,
            trainable=self.trainable,
            use_resource=True,
            initializer=self.initializer,
        )
        _restore(table, self.ckpt_to_load_from, self.tensor_name_in_ckpt)

    def _vectors(self, transformation_cache: Any, state_manager: Any) -> Any:
        pair = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        return _looked_up(self, state_manager.get_variable(self, name="embedding_weights"), pair)


class SharedEmbeddingColumnCreator:
    """The table of vectors that several columns share; made on first use."""

    def __init__(
        self,
        dimension: int,
        initializer: Any,
        ckpt_to_load_from: str | None,
        tensor_name_in_ckpt: str | None,
        num_buckets: int,
        trainable: bool,
        name: str = "shared_embedding_column_creator",
        use_safe_embedding_lookup: bool = True,
    ) -> None:
        self.dimension, self._shape = dimension, (num_buckets, dimension)
        self._initializer, self._trainable, self._name = initializer, trainable, name
        self._checkpoint = (ckpt_to_load_from, tensor_name_in_ckpt)
        self._use_safe_embedding_lookup = use_safe_embedding_lookup
        self._table: Any = None

    def __call__(self, categorical_column: Any, combiner: str, max_norm: float | None) -> SharedEmbeddingColumn:
        """A column that uses the table."""
        return SharedEmbeddingColumn(categorical_column, self, combiner, max_norm, self._use_safe_embedding_lookup)

    @property
    def embedding_weights(self) -> Any:
        """The table."""
        if self._table is None:
            with tf.init_scope():
                first = self._initializer(self._shape, dtype=tf.float32)
                self._table = tf.Variable(first, trainable=self._trainable, name=self._name)
                _restore(self._table, *self._checkpoint)
        return self._table


@dataclasses.dataclass(frozen=True)
class SharedEmbeddingColumn(_VectorColumn):
    """One of those that `shared_embeddings` makes."""

    categorical_column: Any
    shared_embedding_column_creator: SharedEmbeddingColumnCreator
    combiner: str
    max_norm: float | None
    use_safe_embedding_lookup: bool = True
    _kind = "shared_embedding"

    @property
    def variable_shape(self) -> TensorShape:
        """[dimension]."""
        return TensorShape([self.shared_embedding_column_creator.dimension])

    def _vectors(self, transformation_cache: Any, state_manager: Any) -> Any:
        pair = self.categorical_column.get_sparse_tensors(transformation_cache, state_manager)
        return _looked_up(self, self.shared_embedding_column_creator.embedding_weights, pair)


def _looked_up(column: Any, table: Any, pair: IdWeightPair) -> Any:
    ids: SparseTensor = pair.id_tensor
    plain = not column.use_safe_embedding_lookup and ids.shape.rank is not None and ids.shape.rank <= 2
    look_up = tf.nn.embedding_lookup_sparse if plain else tf.nn.safe_embedding_lookup_sparse
    return look_up(
        tf.convert_to_tensor(table), ids, pair.weight_tensor, combiner=column.combiner, max_norm=column.max_norm
    )


def _restore(table: Any, checkpoint: str | None, name: str | None) -> None:
    if checkpoint is not None and name is not None:
        table.assign(tf.train.load_variable(checkpoint, name))


def indicator_column(categorical_column: Any) -> IndicatorColumn:
    """A vector of how often each category is there (tf.feature_column.indicator_column).

    ValueError for another column than one of categories.
    """
    if not isinstance(categorical_column, CategoricalColumn):
        raise ValueError(f"Unsupported input type. Input must be a CategoricalColumn. Given: {categorical_column}")
    return IndicatorColumn(categorical_column)


def _checked_initializer(
    dimension: Any, initializer: Any, ckpt_to_load_from: Any, tensor_name_in_ckpt: Any, of: str
) -> Any:
    """The initializer, or the default one; ValueError for arguments that do not fit."""
    if dimension is None or dimension < 1:
        raise ValueError(f"Invalid dimension {dimension}.")
    if (ckpt_to_load_from is None) != (tensor_name_in_ckpt is None):
        raise ValueError("Must specify both `ckpt_to_load_from` and `tensor_name_in_ckpt` or none of them.")
    if initializer is not None and not callable(initializer):
        raise ValueError(f"initializer must be callable if specified.{of}")
    if initializer is None:
        return tf.compat.v1.truncated_normal_initializer(mean=0.0, stddev=1 / math.sqrt(dimension))
    return initializer


def embedding_column(
    categorical_column: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
    use_safe_embedding_lookup: bool = True,
) -> EmbeddingColumn:
    """A trained vector for each category, those of an example combined (tf.feature_column.embedding_column).

    combiner: "mean", "sqrtn" or "sum". initializer: of the table, by default a truncated normal one. The checkpoint's
    values replace it, if named. max_norm: vectors are scaled down to it. use_safe_embedding_lookup: whether examples
    without categories are zeros. ValueError for arguments out of range.
    """
    of = f" Embedding of column_name: {getattr(categorical_column, 'name', categorical_column)}"
    initializer = _checked_initializer(dimension, initializer, ckpt_to_load_from, tensor_name_in_ckpt, of)
    return EmbeddingColumn(
        categorical_column=categorical_column,
        dimension=dimension,
        combiner=combiner,
        initializer=initializer,
        ckpt_to_load_from=ckpt_to_load_from,
        tensor_name_in_ckpt=tensor_name_in_ckpt,
        max_norm=max_norm,
        trainable=trainable,
        use_safe_embedding_lookup=use_safe_embedding_lookup,
    )


def shared_embeddings(
    categorical_columns: Any,
    dimension: int,
    combiner: str = "mean",
    initializer: Any = None,
    shared_embedding_collection_name: str | None = None,
    ckpt_to_load_from: str | None = None,
    tensor_name_in_ckpt: str | None = None,
    max_norm: float | None = None,
    trainable: bool = True,
    use_safe_embedding_lookup: bool = True,
) -> list[SharedEmbeddingColumn]:
    """Embeddings of several columns of categories in one table (tf.feature_column.shared_embeddings).

    The arguments are those of `embedding_column`. RuntimeError outside of tf.function, as in TensorFlow; ValueError for
    columns of different kinds or numbers of categories.
    """
    if tf.executing_eagerly():
        raise RuntimeError("shared_embedding_columns are not supported when eager execution is enabled.")
    initializer = _checked_initializer(dimension, initializer, ckpt_to_load_from, tensor_name_in_ckpt, "")
    ordered = sorted(categorical_columns, key=lambda column: column.name)
    first, count = ordered[0], ordered[0].num_buckets
    if not isinstance(first, CategoricalColumn):
        raise ValueError(
            f"All categorical_columns must be subclasses of CategoricalColumn. Given: {first}, of type: {type(first)}"
        )
    first = _inner(first)
    for column in map(_inner, ordered[1:]):
        if not isinstance(column, type(first)):
            raise ValueError(
                "To use shared_embedding_column, all categorical_columns must have the same type, or be "
                f"weighted_categorical_column or sequence column of the same type. Given column: {first} of type: "
                f"{type(first)} does not match given column: {column} of type: {type(column)}"
            )
        if column.num_buckets != count:
            raise ValueError(
                "To use shared_embedding_column, all categorical_columns must have the same number of buckets. Given "
                f"column: {first} with buckets: {count} does not match column: {column} with buckets: "
                f"{column.num_buckets}"
            )
    name = shared_embedding_collection_name or "_".join(column.name for column in ordered) + "_shared_embedding"
    creator = SharedEmbeddingColumnCreator(
        dimension,
        initializer,
        ckpt_to_load_from,
        tensor_name_in_ckpt,
        count,
        trainable,
        name,
        use_safe_embedding_lookup,
    )
    return [creator(column, combiner, max_norm) for column in categorical_columns]


def _inner(column: Any) -> Any:
    """The categories below weights and sequences."""
    while isinstance(column, (WeightedCategoricalColumn, SequenceCategoricalColumn)):
        column = column.categorical_column
    return column
