"""The four common issues with variables of the article that the project began from: what a user sees of each."""

import gc
import weakref

import numpy as np
import pytest

import tfcompat as tf


def test_a_variable_is_never_uninitialized() -> None:
    with pytest.raises(ValueError, match="The `initial_value` arg to `tf.Variable` must be specified"):
        tf.Variable(name="weights", dtype=tf.float32)
    v = tf.Variable(lambda: tf.zeros([2]), name="weights")
    assert bool(v.is_initialized())
    assert (v + 1.0).numpy().tolist() == [1.0, 1.0]


def test_shape_mismatches_are_told_with_both_shapes() -> None:
    weights = tf.Variable(tf.zeros([3, 2]), name="weights")
    with pytest.raises(ValueError, match=r"'? weights:0'.*\(3, 2\).*\(2, 3\).*incompatible"):
        weights.assign(tf.zeros([2, 3]))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"In\[0\]: \[4,2\], In\[1\]: \[3,2\]"):
        tf.matmul(tf.zeros([4, 2]), weights)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Incompatible shapes: \[3,2\] vs. \[3\]"):
        _ = weights + tf.zeros([3])
    with pytest.raises(ValueError, match="not compatible with the explicitly supplied `shape`"):
        tf.Variable(tf.zeros([3]), shape=[2])
    assert weights.shape.as_list() == [3, 2]


def test_variables_made_in_a_loop_are_freed() -> None:
    made, values = [], []
    gc.disable()  # reference counting alone has to do it
    try:
        for i in range(50):
            with tf.name_scope("loop"):
                v = tf.Variable(tf.fill([64], float(i)), name="weights")
            made.append(weakref.ref(v))
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(v * v)
            v.assign_sub(tape.gradient(y, v))
            values.append(y + 0.0)
        del v, y, tape
        assert [ref for ref in made if ref() is not None] == []
    finally:
        gc.enable()
    assert float(values[3]) == 64 * 9.0


def test_placement_is_named_and_chosen_by_device_scopes() -> None:
    with tf.device("/CPU:0"):
        v = tf.Variable([1.0, 2.0])
        x = tf.constant([1.0, 2.0])
    assert v.device == x.device == "/job:localhost/replica:0/task:0/device:CPU:0"
    assert (v * x).numpy().tolist() == [1.0, 4.0]
    with pytest.raises(ValueError, match="device"), tf.device("/nowhere:0"):
        tf.constant(1.0)


@pytest.mark.cuda
def test_placement_on_a_gpu() -> None:
    with tf.device("/GPU:0"):
        v = tf.Variable(np.ones(2, "float32"))
    assert v.device == "/job:localhost/replica:0/task:0/device:GPU:0"
    assert v.numpy().tolist() == [1.0, 1.0]
