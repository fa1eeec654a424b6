"""What captured functions write to in place, compute once, or leave out shows in their speed alone."""

from __future__ import annotations

from typing import Any

import numpy as np

import tfcompat as tf


def source_of(f: Any, *args: Any) -> str:
    """The program that a function has run as for these arguments."""
    return f.get_concrete_function(*args)._captured[0]._direct.__source__


def training() -> tuple[Any, tf.Variable, Any]:
    """A step of Adam, the variable that it changes and its argument."""
    v = tf.Variable(np.arange(6, dtype="float32").reshape(2, 3))
    optimizer = tf.keras.optimizers.Adam(0.1)
    optimizer.build([v])

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(v - x))
        optimizer.apply_gradients([(tape.gradient(loss, v), v)])
        return loss

    return step, v, tf.ones([2, 3])


def test_a_variable_that_nobody_else_sees_is_changed_in_place() -> None:
    step, v, x = training()
    step(x)
    place = v._storage.t.data_ptr()
    for _ in range(3):
        step(x)
    assert v._storage.t.data_ptr() == place


def test_what_was_read_or_viewed_before_a_step_does_not_change() -> None:
    step, v, x = training()
    step(x)
    reads = [lambda: v.read_value(), lambda: v[0], lambda: v.numpy(), lambda: tf.reshape(v, [6]), lambda: v + 0]
    for read in reads:
        held = read()
        before = np.array(held)
        step(x)
        np.testing.assert_array_equal(np.array(held), before)
        assert not np.array_equal(np.array(read()), before)


def test_a_tape_around_a_step_keeps_what_it_has_read() -> None:
    step, v, x = training()
    step(x)
    before = v.numpy().copy()
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v * v * v)
    step(x)
    np.testing.assert_allclose(tape.gradient(y, v), 3 * before**2, rtol=1e-6)


def test_a_step_that_reads_what_it_changes_reads_the_old_value_before_and_the_new_after() -> None:
    v = tf.Variable([1.0, 2.0])
    optimizer = tf.keras.optimizers.SGD(1.0)
    optimizer.build([v])

    @tf.function
    def step() -> Any:
        old = v.read_value()
        optimizer.apply_gradients([(tf.ones([2]), v)])
        return old, v * 1.0, v.read_value()

    for start in (1.0, 0.0):
        old, new, read = step()
        np.testing.assert_array_equal(old, [start, start + 1])
        np.testing.assert_array_equal(new, [start - 1, start])
        np.testing.assert_array_equal(read, [start - 1, start])
    held = step()[2]
    step()
    np.testing.assert_array_equal(held, [-2.0, -1.0])


def test_two_variables_that_change_places_keep_their_values() -> None:
    a, b = tf.Variable([1.0, 2.0]), tf.Variable([3.0, 4.0])

    @tf.function
    def swap() -> None:
        old = a.read_value()
        a.assign(b)
        b.assign(old)

    for _ in range(3):
        swap()
        a.assign_add([10.0, 10.0])
    np.testing.assert_array_equal(a, [23.0, 24.0])
    np.testing.assert_array_equal(b, [11.0, 12.0])


def test_constants_are_computed_once_and_are_nobodys_memory() -> None:
    v = tf.Variable(tf.zeros([3]))

    @tf.function
    def f(x: Any) -> Any:
        ones = tf.ones_like(x) / 4.0
        v.assign(tf.zeros_like(x))
        return x * ones, tf.ones_like(x)

    x = tf.constant([1.0, 2.0, 3.0])
    for _ in range(2):
        product, ones = f(x)
        np.testing.assert_array_equal(product, [0.25, 0.5, 0.75])
        np.testing.assert_array_equal(ones, 1.0)
        np.testing.assert_array_equal(v, 0.0)
        v.assign_add([1.0, 1.0, 1.0])
    assert "div" not in source_of(f, x)
    assert f(x)[1]._t.data_ptr() != f(x)[1]._t.data_ptr()


def test_equal_nodes_are_computed_once_beside_what_is_written() -> None:
    step, v, _ = training()

    @tf.function
    def f(x: Any) -> Any:
        before = tf.exp(x) + tf.exp(x)
        loss = step(x)
        return before + tf.exp(x), loss, tf.exp(v)

    x = tf.ones([2, 3])
    for _ in range(2):
        tripled, _, exp = f(x)
        np.testing.assert_allclose(tripled, 3 * np.exp(np.ones([2, 3])), rtol=1e-6)
        np.testing.assert_allclose(exp, np.exp(v.numpy()), rtol=1e-6)


def test_sums_of_rows_and_counts_of_truths() -> None:
    @tf.function
    def f(x: Any) -> Any:
        columns = tf.reshape(tf.reduce_sum(x, 0, keepdims=True), [4])
        return columns, tf.reduce_sum(tf.cast(x > 2.0, tf.float32)), tf.reduce_sum(x, 1, keepdims=True)

    x = np.arange(12, dtype="float32").reshape(3, 4)
    columns, count, rows = f(tf.constant(x))
    np.testing.assert_array_equal(columns, x.sum(0))
    np.testing.assert_array_equal(rows, x.sum(1, keepdims=True))
    assert count.dtype is tf.float32
    assert count == 9.0
