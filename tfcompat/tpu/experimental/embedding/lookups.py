"""tf.tpu.experimental.embedding.serving_embedding_lookup: tables looked up by ordinary ops."""

from __future__ import annotations

import math
from typing import Any

import tfcompat as tf
from tfcompat._core.logging import warning
from tfcompat._core.structure_paths import flatten_with_joined_string_paths


def serving_embedding_lookup(inputs: Any, weights: Any, tables: Any, feature_config: Any) -> Any:
    """Looks nested features up in the tables of their configs (tf.tpu.experimental.embedding.serving_embedding_lookup).

    inputs: tensors, SparseTensors or RaggedTensors of ids, each at the place of its FeatureConfig in `feature_config`.
    weights: None, or as the inputs, with None where a feature has none. tables: variables by TableConfig.
    Returns the embeddings, nested as the inputs: [..., dim] of dense ids, one combined row for each row of the others,
    or [rows, max_sequence_length, dim] of sequences. ValueError for features that have no config, weights of dense
    features and of sequences, and inputs of other types.
    """
    features = dict(flatten_with_joined_string_paths(feature_config))
    named = flatten_with_joined_string_paths(inputs)
    if not {path for path, _ in named} <= set(features):
        raise ValueError(
            f"Inputs are not a subset of feature_config. Inputs keys are {[path for path, _ in named]}, but "
            f"feature_config keys are {list(features)}"
        )
    if weights is None:
        flat_weights = [None] * len(named)
    else:
        tf.nest.assert_same_structure(inputs, weights)
        flat_weights = tf.nest.flatten(weights)
    found = [
        _look_up(path, ids, weight, tables[features[path].table], features[path])
        for (path, ids), weight in zip(named, flat_weights, strict=True)
    ]
    return tf.nest.pack_sequence_as(inputs, found)


def _look_up(path: str, ids: Any, weights: Any, table: Any, feature: Any) -> Any:
    dense = not isinstance(ids, (tf.SparseTensor, tf.RaggedTensor)) and tf.is_tensor(ids)
    if weights is not None:
        if dense:
            raise ValueError(f"Weight specified for {path}, but input is dense.")
        if type(weights) is not type(ids):
            raise ValueError(
                f"Weight for {path} is of type {type(weights)} but it does not match type of the input which is "
                f"{type(ids)}."
            )
        if feature.max_sequence_length > 0:
            raise ValueError(f"Weight specified for {path}, but this is a sequence feature.")
    if isinstance(ids, tf.SparseTensor):
        return _look_up_sparse(ids, weights, table, feature)
    if isinstance(ids, tf.RaggedTensor):
        return _look_up_ragged(ids, weights, table, feature)
    if not dense:
        raise ValueError(f"Input {path} is type {type(ids)}. Tensor, SparseTensor or RaggedTensor expected.")
    if feature.max_sequence_length > 0:
        raise ValueError(f"Feature {path} is a sequence feature but a dense tensor was passed.")
    return tf.nn.embedding_lookup(table, ids)


def _look_up_sparse(ids: Any, weights: Any, table: Any, feature: Any) -> Any:
    rank, length, combiner = ids.shape.rank, feature.max_sequence_length, feature.table.combiner
    if not feature.output_shape and length > 0 and rank in (None, 2):
        rows = tf.shape(ids, out_type=tf.int64)[0]
        kept = tf.sparse.slice(ids, [0, 0], tf.stack([rows, length]))
        shape = tf.stack([rows, length, feature.table.dim])
        return tf.scatter_nd(kept.indices, tf.gather(table, kept.values), shape)
    if length > 0:
        warning("max_sequence_length is ignored: the input's rank is %s, not 2.", rank)
    if not feature.validate_weights_and_indices and rank is not None and rank <= 2:
        return tf.nn.embedding_lookup_sparse(table, ids, weights, combiner=combiner)
    return tf.nn.safe_embedding_lookup_sparse(table, ids, weights, combiner=combiner)


def _look_up_ragged(ids: Any, weights: Any, table: Any, feature: Any) -> Any:
    if ids.shape.rank != 2:
        raise ValueError(f"Only rank 2 ragged tensor is supported, but got rank {ids.shape.rank}")
    rows, dim, length = ids.shape[0], feature.table.dim, feature.max_sequence_length
    if not feature.output_shape:
        if length > 0:
            return tf.nn.embedding_lookup(table, ids).to_tensor(shape=[rows, length, dim])
        return _combine_ragged(ids, weights, table, feature.table.combiner)
    shape = feature.output_shape.as_list()
    wanted = math.prod(shape)
    if wanted == rows:
        return tf.reshape(_combine_ragged(ids, weights, table, feature.table.combiner), [*shape, dim])
    if wanted < rows or wanted % rows:
        raise ValueError(
            "Output shape set in the FeatureConfig should be the factor of the input data batch size. But instead got "
            f"output shape {feature.output_shape}, input data batch size {rows}"
        )
    sequences = tf.nn.embedding_lookup(table, ids).to_tensor(shape=[rows, wanted // rows, dim])
    return tf.reshape(sequences, [*shape, dim])


def _combine_ragged(ids: Any, weights: Any, table: Any, combiner: Any) -> Any:
    """The rows' weighted sums, over their weights' sum ("mean") or the root of their squares' sum ("sqrtn")."""
    weights = tf.ones_like(ids, dtype=table.dtype) if weights is None else weights
    weights = tf.expand_dims(weights, axis=2)
    total = tf.reduce_sum(tf.nn.embedding_lookup(table, ids) * weights, axis=1)
    if combiner == "mean":
        return tf.math.divide_no_nan(total, tf.reduce_sum(weights, axis=1))
    if combiner == "sqrtn":
        return tf.math.divide_no_nan(total, tf.sqrt(tf.reduce_sum(weights * weights, axis=1)))
    return total
