"""tf.raw_ops on serialized examples: values of TensorFlow 2.21's ops."""

import tfcompat as tf


def _feature(values):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def test_a_single_sequence_example_is_parsed_by_the_op_for_many():
    """As tf.io.parse_single_sequence_example asks for in graphs; the splits of a vector, and of no batch, mean nothing."""
    context = tf.train.Features(feature={"a": _feature([4]), "r": _feature([7, 8])})
    lists = {"s": [[5], [6]], "n": [[0, 1], [], [0]]}
    features = {name: tf.train.FeatureList(feature=map(_feature, rows)) for name, rows in lists.items()}
    example = tf.train.SequenceExample(context=context, feature_lists=tf.train.FeatureLists(feature_list=features))
    none, kinds = tf.constant([], tf.string), [tf.int64]
    found = tf.raw_ops.ParseSequenceExampleV2(
        serialized=tf.constant(example.SerializeToString()), debug_name=none, context_sparse_keys=none,
        context_dense_keys=["a"], context_ragged_keys=["r"], feature_list_sparse_keys=none,
        feature_list_dense_keys=["s"], feature_list_ragged_keys=["n"],
        feature_list_dense_missing_assumed_empty=[False], context_dense_defaults=[tf.constant([], tf.int64)],
        context_sparse_types=[], context_ragged_value_types=kinds, context_ragged_split_types=kinds,
        context_dense_shapes=[[]], feature_list_sparse_types=[], feature_list_dense_types=kinds,
        feature_list_dense_shapes=[[]], feature_list_ragged_value_types=kinds, feature_list_ragged_split_types=kinds,
        Ncontext_sparse=0, Nfeature_list_sparse=0, Nfeature_list_dense=1,
    )  # fmt: skip
    values = [[tensor.numpy().tolist() for tensor in part] for part in found]
    assert values[3:5] == [[4], [[7, 8]]]
    assert values[9:12] == [[[5, 6]], [2], [[0, 1, 0]]]
    assert values[13] == [[0, 2, 2, 3]]
