"""Sparse tensors in tf.function, under GradientTape and in tf.print."""

import numpy as np
import pytest

import tfcompat as tf

INDICES = [[0, 0], [0, 2], [2, 1]]


def sparse(values=(1.0, 2.0, 3.0), shape=(3, 4)):
    return tf.SparseTensor(INDICES, tf.constant(values), shape)


def dense(x):
    return tf.sparse.to_dense(x).numpy() if isinstance(x, tf.SparseTensor) else np.asarray(x)


FUNCTIONS = {
    "to_dense": lambda s: tf.sparse.to_dense(s, 0.5),
    "reorder": tf.sparse.reorder,
    "reshape": lambda s: tf.sparse.reshape(s, [2, -1]),
    "transpose": tf.sparse.transpose,
    "expand_dims": lambda s: tf.sparse.expand_dims(s, 1),
    "reset_shape": tf.sparse.reset_shape,
    "concat": lambda s: tf.sparse.concat(1, [s, s * 2.0]),
    "split": lambda s: tf.sparse.split(s, 2, 1)[1],
    "slice": lambda s: tf.sparse.slice(s, [0, 1], [3, 2]),
    "retain": lambda s: tf.sparse.retain(s, s.values > 1.5),
    "fill_empty_rows": lambda s: tf.sparse.fill_empty_rows(s, 7.0)[0],
    "reduce_sum": lambda s: tf.sparse.reduce_sum(s, 1),
    "reduce_max": lambda s: tf.sparse.reduce_max(s, 0, keepdims=True),
    "reduce_sum_sparse": lambda s: tf.sparse.reduce_sum(s, 1, output_is_sparse=True),
    "matmul": lambda s: tf.sparse.sparse_dense_matmul(s, tf.reshape(tf.range(8.0), [4, 2])),
    "adjoint": lambda s: tf.sparse.sparse_dense_matmul(s, tf.reshape(tf.range(6.0), [3, 2]), adjoint_a=True),
    "softmax": tf.sparse.softmax,
    "add": lambda s: tf.sparse.add(s, s),
    "add_dense": lambda s: tf.sparse.add(s, tf.ones([3, 4])),
    "maximum": lambda s: tf.sparse.maximum(s, s * -1.0),
    "multiply": lambda s: s * tf.range(4.0),
    "divide": lambda s: s / 2.0,
    "reflected": lambda s: tf.range(4.0) * s,
    "map_values": lambda s: tf.sparse.map_values(tf.exp, s),
    "square": tf.square,
    "cast": lambda s: tf.cast(s, tf.float64),
    "shape": tf.shape,
    "size": tf.size,
    "bincount": lambda s: tf.math.bincount(tf.cast(s, tf.int32), axis=-1),
    "sparse_bincount": lambda s: tf.sparse.bincount(tf.cast(s, tf.int32), axis=-1),
    "indicator": lambda s: tf.sparse.to_indicator(tf.cast(s, tf.int32), 5),
    "union": lambda s: tf.sets.union(tf.cast(s, tf.int32), [[5], [6], [3]]),
    "set_size": lambda s: tf.sets.size(tf.cast(s, tf.int32)),
    "edit_distance": lambda s: tf.edit_distance(s, s * 2.0),
    "segments": lambda s: tf.sparse.segment_mean(tf.sparse.to_dense(s), [0, 2], [0, 0]),
    "embedding": lambda s: tf.nn.safe_embedding_lookup_sparse(tf.eye(5), tf.cast(s, tf.int32)),
    "from_dense": lambda s: tf.sparse.from_dense(tf.sparse.to_dense(s)),
    "while_loop": lambda s: tf.while_loop(lambda i, x: i < 2, lambda i, x: (i + 1, x * 2.0), (0, s))[1],
    "cond": lambda s: tf.cond(tf.reduce_sum(s.values) > 0.0, lambda: s * 2.0, lambda: s),
    "ragged": lambda s: tf.RaggedTensor.from_sparse(tf.sparse.slice(s, [0, 0], [3, 1])).to_sparse(),
}


def captured(function, *args):
    """What the function returns as a graph; fails where it runs eagerly instead."""
    concrete = tf.function(function).get_concrete_function(*args)
    assert concrete._eager is None, "it is not captured"
    return concrete(*args)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_captured_function_takes_and_gives_sparse_tensors(name):
    s = sparse()
    wanted, got = FUNCTIONS[name](s), captured(FUNCTIONS[name], s)
    assert type(got) is type(wanted)
    assert got.dtype is wanted.dtype
    np.testing.assert_allclose(dense(got), dense(wanted), rtol=1e-6)


@pytest.mark.parametrize("name", ["to_dense", "reorder", "matmul", "softmax", "multiply", "retain", "transpose"])
def test_a_signature_may_leave_the_shape_open(name):
    function = tf.function(FUNCTIONS[name], input_signature=[tf.SparseTensorSpec([None, 4], tf.float32)])
    for s in (sparse(), sparse(shape=(5, 4)), tf.SparseTensor([[1, 3]], [4.0], [2, 4])):
        np.testing.assert_allclose(dense(function(s)), dense(FUNCTIONS[name](s)), rtol=1e-6)
    assert function.experimental_get_tracing_count() == 1


def test_a_function_knows_what_its_signature_says_of_the_shape():
    seen = []
    tf.function(lambda s: seen.append((s.shape.as_list(), s.indices.shape.as_list())))(sparse())
    spec = tf.SparseTensorSpec([None, 4], tf.float32)
    tf.function(lambda s: seen.append((s.shape.as_list(), s.indices.shape.as_list()))).get_concrete_function(spec)
    assert seen == [([3, 4], [None, 2]), ([None, 4], [None, 2])]


def test_a_function_is_captured_once_for_tensors_with_more_or_less_values():
    count = []

    @tf.function
    def total(s):
        count.append(1)
        return tf.sparse.reduce_sum(s)

    assert total(sparse()).numpy() == 6.0
    assert total(tf.SparseTensor([[1, 1]], [4.0], [3, 4])).numpy() == 4.0
    assert total(tf.SparseTensor(np.zeros([0, 2]), [], [3, 4])).numpy() == 0.0
    assert len(count) == 1


def test_a_function_uses_a_sparse_tensor_from_around_it():
    s, w = sparse(), tf.Variable(tf.ones([4, 2]))
    step = tf.function(lambda: tf.sparse.sparse_dense_matmul(s, w))
    np.testing.assert_allclose(step(), [[3, 3], [0, 0], [3, 3]])


def test_gradients_reach_the_values_and_the_dense_operand():
    values, b = tf.constant([1.0, 2.0, 3.0]), tf.reshape(tf.range(8.0), [4, 2])
    for run in (lambda f: f, tf.function):

        @run
        def gradients(values, b):
            with tf.GradientTape() as tape:
                tape.watch([values, b])
                y = tf.sparse.sparse_dense_matmul(tf.SparseTensor(INDICES, values, [3, 4]), b)
                loss = tf.reduce_sum(y * y)
            return tape.gradient(loss, [values, b])

        dv, db = gradients(values, b)
        a = np.zeros([3, 4], np.float32)
        a[tuple(np.transpose(INDICES))] = [1, 2, 3]
        dy = 2 * a @ b.numpy()
        np.testing.assert_allclose(dv, (dy @ b.numpy().T)[tuple(np.transpose(INDICES))], rtol=1e-6)
        np.testing.assert_allclose(db, a.T @ dy, rtol=1e-6)


def test_second_derivatives_of_a_sparse_product():
    values = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape() as outer:
        outer.watch(values)
        with tf.GradientTape() as inner:
            inner.watch(values)
            y = tf.reduce_sum(
                tf.sparse.sparse_dense_matmul(tf.SparseTensor(INDICES, values, [3, 4]), tf.ones([4, 1])) ** 3
            )
        first = inner.gradient(y, values)
    np.testing.assert_allclose(first, [27, 27, 27])
    np.testing.assert_allclose(outer.gradient(first, values), [36, 36, 18])


def test_a_tape_watches_the_values_of_a_sparse_tensor():
    s = sparse()
    with tf.GradientTape() as tape:
        tape.watch(s)
        y = tf.sparse.reduce_sum(tf.square(s))
    np.testing.assert_allclose(tape.gradient(y, s.values), [2, 4, 6])


def test_a_sparse_tensor_is_no_source_of_a_gradient():
    s = sparse()
    with tf.GradientTape() as tape:
        tape.watch(s)
        y = tf.sparse.reduce_sum(s)
    with pytest.raises(ValueError, match="SparseTensor is not supported as a gradient source"):
        tape.gradient(y, s)


def test_print(capsys):
    tf.print(tf.SparseTensor([[0, 0], [1, 2]], [1.0, 2.0], [3, 4]))
    tf.print("a", {"b": tf.SparseTensor([[1]], ["x"], [3])})
    tf.function(lambda s: tf.print(s))(tf.SparseTensor([[1]], [2], [3]))
    assert capsys.readouterr().err == (
        "'SparseTensor(indices=[[0 0]\n [1 2]], values=[1 2], shape=[3 4])'\n"
        "a {'b': 'SparseTensor(indices=[[1]], values=[\"x\"], shape=[3])'}\n"
        "'SparseTensor(indices=[[1]], values=[2], shape=[3])'\n"
    )


def test_embedding_gradients_have_the_rows_that_were_looked_up_alone():
    w = tf.Variable(tf.ones([5, 2]))
    ids = tf.SparseTensor([[0, 0], [1, 0], [1, 2]], [1, 2, 1], [3, 4])
    for fast, kind in ((False, tf.IndexedSlices), (True, tf.Tensor)):
        with tf.GradientTape() as tape:
            y = tf.nn.embedding_lookup_sparse(w, ids, None, allow_fast_lookup=fast)
        gradient = tape.gradient(y, w)
        assert isinstance(gradient, kind)
        np.testing.assert_allclose(tf.convert_to_tensor(gradient), [[0, 0], [1.5, 1.5], [0.5, 0.5], [0, 0], [0, 0]])


def test_serialized_sparse_tensors_of_type_variant_are_refused_by_name():
    with pytest.raises(NotImplementedError, match="out_type"):
        tf.io.serialize_sparse(sparse(), tf.variant)


def test_jacobians_and_forward_derivatives_of_a_sparse_product():
    values, b = tf.constant([1.0, 2.0, 3.0]), tf.reshape(tf.range(8.0), [4, 2])

    def product(values, b):
        return tf.sparse.sparse_dense_matmul(tf.SparseTensor(INDICES, values, [3, 4]), b)

    with tf.GradientTape(persistent=True) as tape:
        tape.watch([values, b])
        y = product(values, b)
    by_values, by_b = tape.jacobian(y, values), tape.jacobian(y, b)
    assert by_values.shape == [3, 2, 3]
    np.testing.assert_allclose(by_values[2, :, 2], b[1])
    np.testing.assert_allclose(by_b[0, 1, :, 1], [1, 0, 2, 0])
    with tf.autodiff.ForwardAccumulator([values, b], [tf.ones([3]), tf.zeros([4, 2])]) as forward:
        y = product(values, b)
    np.testing.assert_allclose(forward.jvp(y), tf.reduce_sum(by_values, 2))
    with tf.autodiff.ForwardAccumulator(b, tf.ones([4, 2])) as forward:
        y = product(values, b)
    np.testing.assert_allclose(forward.jvp(y), tf.reduce_sum(by_b, [2, 3]))
