"""Tables of TensorFlow 1's graphs, ragged values in numpy, and constants that their last number fills."""

import numpy as np
import pytest

import tfcompat as tf

v1 = tf.compat.v1
lookup = v1.lookup


def test_tables_of_known_entries_tell_an_initializer() -> None:
    with tf.Graph().as_default(), v1.Session() as session:
        entries = lookup.KeyValueTensorInitializer(tf.constant(["a", "b"]), tf.constant([1.0, 2.0]))
        table = lookup.StaticHashTable(entries, -1.0)
        assert v1.get_collection(v1.GraphKeys.TABLE_INITIALIZERS) == [table.initializer]
        session.run([table.initializer, v1.tables_initializer()])
        x = v1.placeholder(tf.string, [None])
        np.testing.assert_array_equal(session.run(table.lookup(x), {x: ["b", "?", "a"]}), [2.0, -1.0, 1.0])
    assert lookup.StaticHashTable(lookup.KeyValueTensorInitializer([1], [2]), 0).initializer is None


def test_tables_of_computed_entries_have_them_after_their_initializer() -> None:
    with tf.Graph().as_default(), v1.Session() as session:
        words = v1.placeholder(tf.string, [2])
        table = lookup.StaticHashTable(lookup.KeyValueTensorInitializer(words, tf.constant([1.0, 2.0])), -1.0)
        numbers = tf.constant([0, 1], tf.int64)
        entries = lookup.KeyValueTensorInitializer(tf.strings.join([words, "!"]), numbers)
        vocabulary = lookup.StaticVocabularyTable(entries, 3)
        session.run(v1.tables_initializer(), {words: ["x", "y"]})
        found, number = session.run(
            [table.lookup(tf.constant(["y", "?"])), vocabulary.lookup(tf.constant(["y!", "y"]))]
        )
        np.testing.assert_array_equal(found, [2.0, -1.0])
        assert number[0] == 1
        assert 2 <= number[1] <= 4


def test_a_function_makes_a_table_of_constants() -> None:
    @tf.function
    def found(x: tf.Tensor) -> tf.Tensor:
        entries = tf.lookup.KeyValueTensorInitializer(tf.constant(["a", "b"]), tf.constant([1.0, 2.0]))
        return tf.lookup.StaticHashTable(entries, -1.0).lookup(x)

    np.testing.assert_array_equal(found(tf.constant(["a", "?"])), [1.0, -1.0])
    np.testing.assert_array_equal(found(tf.constant(["?", "b"])), [-1.0, 2.0])


def test_ragged_values_are_in_numpy() -> None:  # what TensorFlow 2.21 gives
    value = v1.ragged.constant_value([[1, 2], [3], [4, 5, 6]])
    assert isinstance(value, v1.ragged.RaggedTensorValue)
    np.testing.assert_array_equal(value.values, [1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(value.row_splits, [0, 2, 3, 6])
    assert (value.values.dtype, value.row_splits.dtype) == (np.int64, np.int64)
    value = v1.ragged.constant_value([[1], [2, 3]], dtype="float32", row_splits_dtype="int32")
    assert (value.values.dtype, value.row_splits.dtype) == (np.float32, np.int32)
    assert v1.ragged.constant_value([[[1.0, 2.0]], []], inner_shape=(2,)).to_list() == [[[1.0, 2.0]], []]
    np.testing.assert_array_equal(v1.ragged.constant_value([1, 2]), [1, 2])
    with pytest.raises(ValueError, match="all scalar values must have the same nesting depth"):
        v1.ragged.constant_value([[1], 2])


def test_the_last_number_fills_a_constant_of_a_graph() -> None:  # what TensorFlow 2.21 gives
    with tf.Graph().as_default(), v1.Session() as session:
        np.testing.assert_array_equal(session.run(v1.constant([0, 1, 2], shape=[2, 3])), [[0, 1, 2], [2, 2, 2]])
        assert session.run(v1.constant(["a", "b"], shape=[3])).tolist() == [b"a", b"b", b"b"]
        v = v1.get_variable("v", [2, 2], initializer=v1.constant_initializer([1, 2, 3]))
        session.run(v.initializer)
        np.testing.assert_array_equal(session.run(v), [[1, 2], [3, 3]])
        with pytest.raises(ValueError, match="Too many elements provided. Takes at most 2, but got 3"):
            v1.constant([0, 1, 2], shape=[2])
        with pytest.raises(TypeError, match=r"Expected Tensor's shape: \(2, 3\), but got \(3,\)"):
            v1.constant([0, 1, 2], shape=[2, 3], verify_shape=True)
