"""tf.compat.v1.feature_column: what TensorFlow 1 did with feature columns, in get_variable's variables."""

from __future__ import annotations

from typing import Any, NoReturn

import tfcompat as tf
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.compat.v1._fallback import module_getattr
from tfcompat.compat.v1._initializers import Zeros
from tfcompat.compat.v1._variable_scope import get_variable, variable_scope
from tfcompat.feature_column import _categorical
from tfcompat.feature_column._columns import (
    CategoricalColumn,
    DenseColumn,
    FeatureTransformationCache,
    StateManager,
    normalized,
)


class _Weights:
    """Where columns' variables are made: by `get_variable`, in the variable scope at hand."""

    def __init__(self, collections: Any) -> None:
        self._collections = (
            None if collections is None else {GraphKeys.GLOBAL_VARIABLES: 0} | dict.fromkeys(collections)
        )

    def add_weight(self, name: str, shape: Any, dtype: Any, initializer: Any, trainable: bool) -> Any:
        """A variable; `initializer` as tf.compat.v1's or as any function of a shape and a dtype."""
        collections = None if self._collections is None else list(self._collections)
        return get_variable(name, shape, dtype, initializer, trainable=trainable, collections=collections)


def _note(cols_to_vars: dict[Any, Any] | None, column: Any, scope: Any) -> None:
    if cols_to_vars is not None:
        cols_to_vars[column] = get_collection(GraphKeys.GLOBAL_VARIABLES, scope=scope.name)


def input_layer(
    features: Any,
    feature_columns: Any,
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, Any] | None = None,
    cols_to_output_tensors: dict[Any, Any] | None = None,
) -> Any:
    """The dense columns of a dict of features, as [batch, size] (tf.compat.v1.feature_column.input_layer).

    weight_collections: of the variables. The dicts `cols_to_vars` and `cols_to_output_tensors` are filled with each
    column's variables and part of the result. ValueError for columns of categories, and for none.
    """
    columns: list[Any] = normalized(feature_columns)
    for column in columns:
        if not isinstance(column, DenseColumn):
            raise ValueError(
                "Items of feature_columns must be a _DenseColumn. You can wrap a categorical column with an "
                f"embedding_column or indicator_column. Given: {column}"
            )
    state = StateManager(_Weights(weight_collections), trainable)
    cache, parts = FeatureTransformationCache(features), []
    with variable_scope(None, default_name="input_layer"):
        for column in columns:
            with variable_scope(None, default_name=column.name) as scope:
                column.create_state(state)
                tensor = column.get_dense_tensor(cache, state)
                parts.append(tf.reshape(tensor, (tf.shape(tensor)[0], column.variable_shape.num_elements())))
                _note(cols_to_vars, column, scope)
            if cols_to_output_tensors is not None:
                cols_to_output_tensors[column] = parts[-1]
    return tf.concat(parts, 1)


def linear_model(
    features: Any,
    feature_columns: Any,
    units: int = 1,
    sparse_combiner: str = "sum",
    weight_collections: Any = None,
    trainable: bool = True,
    cols_to_vars: dict[Any, Any] | None = None,
) -> Any:
    """A linear function of columns, [batch, units], that begins as zero (tf.compat.v1.feature_column.linear_model).

    sparse_combiner: how an example's categories are added up: "sum", "mean" or "sqrtn". weight_collections: of the
    variables. cols_to_vars: a dict to fill with each column's variables, and the bias's. ValueError for no columns.
    """
    columns: list[Any] = normalized(feature_columns)
    weights, cache = _Weights(weight_collections), FeatureTransformationCache(features)
    state = StateManager(weights, trainable)
    total: Any = None
    with variable_scope(None, default_name="linear_model"):
        for column in columns:
            with variable_scope(None, default_name=column.name) as scope:
                part = _weighted_sum(column, cache, state, weights, units, sparse_combiner, trainable)
                total = part if total is None else total + part
                _note(cols_to_vars, column, scope)
        bias = weights.add_weight("bias_weights", [units], tf.float32, Zeros(), trainable)
    if cols_to_vars is not None:
        cols_to_vars["bias"] = [bias]
    return tf.nn.bias_add(total, bias)


def _weighted_sum(
    column: Any, cache: Any, state: Any, weights: _Weights, units: int, combiner: str, train: bool
) -> Any:
    column.create_state(state)
    categorical = isinstance(column, CategoricalColumn)
    size = column.num_buckets if categorical else column.variable_shape.num_elements()
    kernel = weights.add_weight("weights", [size, units], tf.float32, Zeros(), train)
    if not categorical:
        tensor = column.get_dense_tensor(cache, state)
        return tf.matmul(tf.reshape(tensor, (tf.shape(tensor)[0], size)), kernel)
    pair = [
        t if t is None or t.shape.rank == 2 else tf.sparse.reshape(t, [tf.shape(t)[0], -1])
        for t in column.get_sparse_tensors(cache, state)
    ]
    return tf.nn.safe_embedding_lookup_sparse(tf.convert_to_tensor(kernel), *pair, combiner=combiner)


def categorical_column_with_vocabulary_file(
    key: str,
    vocabulary_file: str,
    vocabulary_size: int | None = None,
    num_oov_buckets: int = 0,
    default_value: int | None = None,
    dtype: Any = tf.string,
) -> _categorical.VocabularyFileCategoricalColumn:
    """tf.feature_column.categorical_column_with_vocabulary_file, with its arguments in another order."""
    return _categorical.categorical_column_with_vocabulary_file(
        key, vocabulary_file, vocabulary_size, dtype, default_value, num_oov_buckets
    )


def shared_embedding_columns(
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
) -> NoReturn:
    """Not for eager TensorFlow, which is all there is: RuntimeError, as TensorFlow raises there."""
    raise RuntimeError("shared_embedding_columns are not supported when eager execution is enabled.")


__getattr__ = module_getattr("tf.compat.v1.feature_column", globals(), {})
