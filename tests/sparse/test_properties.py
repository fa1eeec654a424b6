"""Sparse tensors behave as the dense tensors they stand for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import tfcompat as tf

quick = settings(max_examples=40, deadline=None)
sizes = st.integers(0, 4)
numbers = st.sampled_from([0, 0, 0, 1, -2, 3])


def matrices(*shape):
    return arrays.arrays(np.float32, shape, elements=numbers)


pairs = st.tuples(sizes, sizes).flatmap(lambda shape: st.tuples(matrices(*shape), matrices(*shape)))
tensors = arrays.arrays(np.float32, st.tuples(sizes, sizes, sizes), elements=numbers)


def dense(x):
    return tf.sparse.to_dense(x).numpy()


@quick
@given(tensors)
def test_to_dense_gives_back_what_from_dense_took(x):
    s = tf.sparse.from_dense(x)
    np.testing.assert_array_equal(dense(s), x)
    assert s.values.shape == [np.count_nonzero(x)]


@quick
@given(tensors, st.permutations(range(3)), st.integers(-4, 3))
def test_other_shapes_and_orders(x, perm, axis):
    s = tf.sparse.from_dense(x)
    np.testing.assert_array_equal(dense(tf.sparse.transpose(s, perm)), np.transpose(x, perm))
    np.testing.assert_array_equal(dense(tf.sparse.expand_dims(s, axis)), np.expand_dims(x, axis))
    np.testing.assert_array_equal(dense(tf.sparse.reshape(s, [x.size])), x.reshape(-1))


@quick
@given(tensors, st.randoms(use_true_random=False))
def test_reorder_sorts_what_was_shuffled(x, random):
    s = tf.sparse.from_dense(x)
    order = list(range(s.values.shape[0]))
    random.shuffle(order)
    shuffled = tf.SparseTensor(s.indices.numpy()[order].reshape(-1, 3), s.values.numpy()[order], s.dense_shape)
    np.testing.assert_array_equal(dense(tf.sparse.reorder(shuffled)), x)


@quick
@given(pairs)
def test_elementwise_arithmetic(pair):
    x, y = pair
    a, b = map(tf.sparse.from_dense, pair)
    np.testing.assert_array_equal(dense(tf.sparse.add(a, b)), x + y)
    np.testing.assert_array_equal(tf.sparse.add(a, y), x + y)
    np.testing.assert_array_equal(dense(tf.sparse.maximum(a, b)), np.maximum(x, y))
    np.testing.assert_array_equal(dense(tf.sparse.minimum(a, b)), np.minimum(x, y))
    np.testing.assert_array_equal(dense(a * y), x * y)


@quick
@given(pairs, st.sampled_from([0, 1, -1, -2]))
def test_pieces_and_their_concatenation(pair, axis):
    x = pair[0]
    a, b = map(tf.sparse.from_dense, pair)
    np.testing.assert_array_equal(dense(tf.sparse.concat(axis, [a, b])), np.concatenate(pair, axis))
    if x.shape[axis]:
        count = x.shape[axis] // 2 + 1
        parts = tf.sparse.split(a, count, axis)
        for part, wanted in zip(parts, np.array_split(x, count, axis), strict=True):
            np.testing.assert_array_equal(dense(part), wanted)
    np.testing.assert_array_equal(dense(tf.sparse.slice(a, [1, 1], [2, 3])), x[1:3, 1:4])


@quick
@given(tensors, st.sets(st.integers(0, 2)), st.booleans())
def test_sums(x, axes, keepdims):
    s, axes = tf.sparse.from_dense(x), sorted(axes)
    wanted = x.sum(tuple(axes), keepdims=keepdims)
    np.testing.assert_array_equal(tf.sparse.reduce_sum(s, axes, keepdims), wanted)
    np.testing.assert_array_equal(dense(tf.sparse.reduce_sum(s, axes, keepdims, output_is_sparse=True)), wanted)


@quick
@given(pairs, st.booleans())
def test_products(pair, adjoint):
    x, y = pair
    s = tf.sparse.from_dense(x.T if adjoint else x)
    np.testing.assert_array_equal(tf.sparse.sparse_dense_matmul(s, y.T, adjoint_a=adjoint), x @ y.T)
    np.testing.assert_array_equal(tf.sparse.sparse_dense_matmul(y.T, s, adjoint_b=adjoint), y.T @ x)


@quick
@given(st.lists(st.lists(st.integers(0, 5), max_size=4), min_size=1, max_size=4), st.data())
def test_sets_are_those_of_python(rows, data):
    others = [data.draw(st.lists(st.integers(0, 5), max_size=4)) for _ in rows]
    a, b = (tf.ragged.constant(r, dtype=tf.int32, ragged_rank=1).to_sparse() for r in (rows, others))
    assert tf.sets.size(a).numpy().tolist() == [len(set(r)) for r in rows]
    for function, name in (
        (tf.sets.union, "__or__"),
        (tf.sets.intersection, "__and__"),
        (tf.sets.difference, "__sub__"),
    ):
        found = tf.RaggedTensor.from_sparse(function(a, b)).to_list()
        assert found == [sorted(getattr(set(p), name)(set(q))) for p, q in zip(rows, others, strict=True)]


@pytest.mark.parametrize("normalize", [False, True])
@quick
@given(st.text("ab", max_size=6), st.text("ab", min_size=1, max_size=6))
def test_edit_distance_is_a_metric_on_strings(normalize, first, second):
    def sequence(text):
        places = np.array([[0, i] for i in range(len(text))], np.int64).reshape(-1, 2)
        return tf.SparseTensor(places, tf.constant(list(text), tf.string), [1, 6])

    a, b = sequence(first), sequence(second)
    there = tf.edit_distance(a, b, normalize).numpy().item() * (len(second) if normalize else 1)
    back = tf.edit_distance(b, a, normalize=False).numpy().item()
    assert round(there) == back
    assert (back == 0) == (first == second)
    assert abs(len(first) - len(second)) <= back <= max(len(first), len(second))
