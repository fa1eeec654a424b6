"""Datasets, iterators and queues in TensorFlow 1's graphs; the facts are what TensorFlow 2.21 gave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tfcompat as tf

v1 = tf.compat.v1


def test_a_one_shot_iterator_begins_anew_in_each_session() -> None:
    values = np.arange(10, dtype="f")
    with tf.Graph().as_default() as graph:
        dataset = v1.data.Dataset.from_tensor_slices((values, values * 2)).map(lambda a, b: (a + 1, b)).batch(4)
        assert dataset.output_types == (tf.float32, tf.float32)
        assert str(dataset.output_shapes) == "(TensorShape([None]), TensorShape([None]))"
        x, y = dataset.repeat(2).make_one_shot_iterator().get_next()
        total = x + y
    with v1.Session(graph=graph) as sess:
        assert sess.run(total).tolist() == [1.0, 4.0, 7.0, 10.0]
        assert sess.run([x, y])[1].tolist() == [8.0, 10.0, 12.0, 14.0]
        for _ in range(4):
            sess.run(x)
        with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
            sess.run(x)
    with v1.Session(graph=graph) as sess:
        assert sess.run(x).tolist() == [1.0, 2.0, 3.0, 4.0]


def test_a_dataset_of_placeholders_begins_with_what_is_fed() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        rows, size = v1.placeholder(tf.float32, [None, 2]), v1.placeholder(tf.int64, [])
        dataset = v1.data.Dataset.from_tensor_slices(rows).batch(size)
        iterator = v1.data.make_initializable_iterator(dataset)
        batch = iterator.get_next()
        with pytest.raises(tf.errors.FailedPreconditionError, match="has not been initialized"):
            sess.run(batch)
        for count in (3, 2):
            sess.run(iterator.initializer, {rows: np.arange(6).reshape(3, 2), size: count})
            assert sess.run(batch).shape == (count, 2)
        with pytest.raises(ValueError, match="does not support datasets that capture"):
            dataset.make_one_shot_iterator()


def test_iterators_take_other_datasets() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        small, large = v1.data.Dataset.range(3), v1.data.Dataset.range(10, 12)
        shared = v1.data.Iterator.from_structure(small.output_types, small.output_shapes)
        number = shared.get_next()
        for dataset, first in ((small, 0), (large, 10)):
            sess.run(shared.make_initializer(dataset))
            assert sess.run(number) == first
        handle = v1.placeholder(tf.string, [])
        fed = v1.data.Iterator.from_string_handle(handle, small.output_types, small.output_shapes).get_next()
        handles = sess.run([d.make_one_shot_iterator().string_handle() for d in (small, large)])
        assert [sess.run(fed, {handle: handles[i]}) for i in (0, 1, 0)] == [0, 10, 1]


def test_queues_in_a_graph() -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        queue = v1.FIFOQueue(10, [tf.float32], shapes=[[]])
        one, many, taken = queue.enqueue([3.0]), queue.enqueue_many([[1.0, 2.0]]), queue.dequeue_many(2)
        for op in (one, many):
            sess.run(op)
        assert sess.run(taken).tolist() == [3.0, 1.0]
        assert sess.run(queue.size()) == 1


def test_print_tells_of_its_tensors(capsys: Any) -> None:
    with tf.Graph().as_default(), v1.Session() as sess:
        x = v1.placeholder(tf.float32, [None])
        shown = v1.Print(x, [x, tf.reduce_sum(x)], "seen: ", first_n=1)
        for _ in range(2):
            assert sess.run(shown, {x: [1.0, 2.0, 3.0, 4.5]}).shape == (4,)
    assert capsys.readouterr().err == "seen: [1 2 3...][10.5]\n"
