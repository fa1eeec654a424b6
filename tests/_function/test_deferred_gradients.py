"""tf.gradients in graphs that sessions run: what is tf.IndexedSlices, and what optimizers then change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tfcompat as tf

v1 = tf.compat.v1
START = np.arange(12, dtype="float32").reshape(6, 2) / 7
LOOKUPS: dict[str, Callable[[Any, Any], Any]] = {
    "one": lambda w, ids: tf.nn.embedding_lookup(w, ids),
    "two": lambda w, ids: tf.concat([tf.gather(w, ids), 2.0 * tf.gather(w, [0, 3])], 0),
    "matrix": lambda w, ids: tf.gather(w, ids[None]),
    "identity": lambda w, ids: tf.gather(tf.identity(w), ids),
    "scaled": lambda w, ids: tf.gather(w * 2.0, ids),
    "vectors": lambda w, ids: tf.gather_nd(w, ids[:, None]),
    "tied": lambda w, ids: tf.matmul(tf.gather(w, ids), w, transpose_b=True),
    "columns": lambda w, ids: tf.gather(w, tf.minimum(ids, 1), axis=1),
}


@pytest.mark.parametrize("name", LOOKUPS)
def test_gradients_are_rows_where_rows_are_all_that_is_taken(name: str) -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        w, ids = v1.get_variable("w", initializer=START), v1.placeholder(tf.int32, [None])
        found = LOOKUPS[name](w, ids)
        (gradient,) = tf.gradients(tf.reduce_sum(found * found), [w])
        assert isinstance(gradient, tf.IndexedSlices) == (name not in ("scaled", "tied", "columns"))
        sess.run(w.initializer)
        value = sess.run(gradient, {ids: [1, 3, 1]})
        if name == "two":
            assert value.indices.tolist() == [1, 3, 1, 0, 3]
            assert gradient.values.shape.as_list() == [None, 2]
        elif name in ("one", "matrix", "identity", "vectors"):
            assert value.indices.tolist() == [1, 3, 1]
            np.testing.assert_allclose(value.values, 2 * START[[1, 3, 1]], rtol=1e-6)
            assert value.dense_shape.tolist() == [6, 2]
        dense = sess.run(tf.convert_to_tensor(gradient), {ids: [1, 3, 1]})
    x = tf.Variable(START)
    with tf.GradientTape() as tape:
        found = LOOKUPS[name](x, tf.constant([1, 3, 1]))
        loss = tf.reduce_sum(found * found)
    np.testing.assert_allclose(dense, tf.convert_to_tensor(tape.gradient(loss, x)), rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "row"),
    [
        (lambda: v1.train.MomentumOptimizer(0.1, 0.9), [0.39429, 0.46]),
        (lambda: v1.train.AdamOptimizer(0.1), [0.58075, 0.72343]),
        (lambda: v1.train.RMSPropOptimizer(0.1, momentum=0.5), [0.49756, 0.59955]),
    ],
)
def test_optimizers_change_the_rows_that_tensorflow_changes(make: Callable[[], Any], row: list[float]) -> None:
    # Row 3 after its last lookup, as TensorFlow 2.21 has it: Adam alone goes on changing it.
    with tf.Graph().as_default(), v1.Session() as sess:
        w, ids = v1.get_variable("w", initializer=START), v1.placeholder(tf.int32, [None])
        train = make().minimize(tf.reduce_sum(tf.square(tf.nn.embedding_lookup(w, ids))))
        sess.run(v1.global_variables_initializer())
        for fed in ([1, 3, 1], [4, 3], [1, 1]):
            sess.run(train, {ids: fed})
        found = sess.run(w)
    np.testing.assert_allclose(found[3], row, rtol=1e-4)
    np.testing.assert_array_equal(found[[0, 2, 5]], START[[0, 2, 5]])
