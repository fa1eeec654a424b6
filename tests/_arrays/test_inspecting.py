"""What values are, where ops run, and what TensorFlow has for graphs only."""

import time

import numpy as np
import pytest

import tfcompat as tf


def test_what_is_a_tensor() -> None:
    assert all(map(tf.is_tensor, (tf.constant(1), tf.Variable(1), tf.IndexedSlices([1.0], [0]))))
    assert not any(map(tf.is_tensor, (1, np.array(1), [1], "a", None)))
    assert not tf.is_symbolic_tensor(tf.constant(1))


def test_static_values() -> None:
    assert tf.get_static_value(tf.constant([1, 2])).tolist() == [1, 2]
    assert tf.get_static_value(5) == 5
    assert tf.get_static_value(tf.Variable(1)) is None


def test_static_values_in_functions() -> None:
    seen = []

    @tf.function
    def f(x):
        seen.extend([tf.get_static_value(x), tf.get_static_value(tf.constant(3))])
        return x

    f(tf.constant(1.0))
    assert seen == [None, 3]


def test_eager_only_and_graph_only() -> None:
    assert tf.executing_eagerly()
    assert not tf.inside_function()
    with pytest.raises(RuntimeError, match="Use tf.GradientTape instead"):
        tf.gradients(tf.constant(1.0), tf.constant(1.0))
    with pytest.raises(RuntimeError, match="Use tf.GradientTape instead"):
        tf.hessians(tf.constant(1.0), tf.constant(1.0))
    with pytest.raises(RuntimeError, match="not compatible with eager execution"):
        tf.parallel_stack([1, 2])


def test_order_is_program_order() -> None:
    called = []
    with tf.control_dependencies([tf.constant(1)]):
        assert tf.no_op() is None
    with tf.control_dependencies(lambda: called.append(1)):
        pass
    assert called == [1]
    assert tf.group(tf.constant(1), [tf.constant(2)]) is None
    with pytest.raises(ValueError, match="Unknown keyword arguments"):
        tf.group(other=1)
    first, none = tf.tuple([tf.constant(1), None])
    assert (first.numpy(), none) == (1, None)


def test_timestamp() -> None:
    before = time.time()
    assert before <= float(tf.timestamp()) <= time.time()
    assert tf.timestamp().dtype is tf.float64


def test_broadcast_static_shape() -> None:
    shape = tf.TensorShape
    assert tf.broadcast_static_shape(shape([2, 1]), shape([3])) == shape([2, 3])
    assert tf.broadcast_static_shape(shape([2, None]), shape([3])).as_list() == [2, 3]
    assert tf.broadcast_static_shape(shape([None]), shape([1])).as_list() == [None]
    assert tf.broadcast_static_shape(shape(None), shape([3])).rank is None
    with pytest.raises(ValueError, match="Incompatible shapes for broadcasting"):
        tf.broadcast_static_shape(shape([2]), shape([3]))


def test_python_functions_in_errors_and_as_decorators() -> None:
    with pytest.raises(tf.errors.UnknownError, match="ZeroDivisionError: division by zero"):
        tf.py_function(lambda x: 1 / 0, [1], tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="ValueError: no"):
        tf.py_function(_refuse, [1], tf.int32)
    with pytest.raises(ZeroDivisionError):
        tf.numpy_function(lambda x: 1 / 0, [1], tf.int32)

    @tf.numpy_function(Tout=tf.float32)
    def doubled(x):
        assert isinstance(x, np.ndarray)
        return x * 2

    assert doubled(tf.constant([1.0, 2.0])).numpy().tolist() == [2.0, 4.0]


def _refuse(x: object) -> None:
    raise ValueError("no")


def test_a_loop_of_another_structure_is_refused() -> None:
    with pytest.raises(ValueError, match="same nested structure"):
        tf.while_loop(lambda i: i < 3, lambda i: (i + 1, i), [tf.constant(0)])
    with pytest.raises(TypeError, match="'body' must be callable"):
        tf.while_loop(lambda i: i < 3, 5, [tf.constant(0)])


def test_a_ragged_map() -> None:
    rows = tf.ragged.constant([[1, 2], [], [3]])
    assert tf.map_fn(tf.reduce_sum, rows, fn_output_signature=tf.int32).numpy().tolist() == [3, 0, 3]
    ranges = tf.map_fn(tf.range, tf.constant([2, 0, 3]), fn_output_signature=tf.RaggedTensorSpec([None], tf.int32))
    assert ranges.to_list() == [[0, 1], [], [0, 1, 2]]


def test_vectorized_map_falls_back_to_a_loop() -> None:
    x = tf.constant([1, 2, 3])
    fn = lambda v: tf.cond(v > 1, lambda: v * 10, lambda: -v)  # noqa: E731
    assert tf.vectorized_map(fn, x, warn=False).numpy().tolist() == [-1, 20, 30]
    with pytest.raises(ValueError, match="could not run `fn` on all slices at once"):
        tf.vectorized_map(fn, x, fallback_to_while_loop=False)


def test_memory_that_is_not_pinned():
    with pytest.raises(tf.errors.FailedPreconditionError, match="pinned"):
        tf.check_pinned(tf.constant([1.0]))
