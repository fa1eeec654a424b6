"""Branches, loops, printing and Python functions in captured functions: results, gradients, side effects."""

from __future__ import annotations

import numpy as np
import pytest

import tfcompat as tf
from tfcompat._arrays.calling import numpy_function, py_function
from tfcompat._arrays.control import case, cond, switch_case, while_loop
from tfcompat._arrays.printing import print as tf_print


def second_order(f, x, v):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        first = inner.gradient(y, [x, v])
    return [y, *first, *outer.gradient(first[0], [x, v])]


def agree(f, x, v):
    captured = second_order(tf.function(f), x, v)
    for a, b in zip(captured, second_order(f, x, v), strict=True):
        expected = np.zeros(a.shape if a is not None else ()) if b is None else b.numpy()
        np.testing.assert_allclose(0.0 if a is None else a.numpy(), expected, rtol=1e-5, atol=1e-6)


def test_cond_runs_one_branch():
    v = tf.Variable(1.0)
    calls = []

    @tf.function
    def f(x):
        calls.append(1)
        return cond(tf.reduce_sum(x) > 0, lambda: x * 2 * v, lambda: v.assign_add(1.0) * x)

    assert f(tf.constant([1.0, 2.0])).numpy().tolist() == [2.0, 4.0]
    assert v.numpy() == 1.0
    assert f(tf.constant([-1.0, -2.0])).numpy().tolist() == [-2.0, -4.0]
    assert v.numpy() == 2.0
    assert len(calls) == 1


@pytest.mark.parametrize("x", [[1.0, 2.0], [-1.0, -2.0]])
def test_gradients_through_cond(x):
    v = tf.Variable(1.5)
    agree(lambda x: cond(tf.reduce_sum(x) > 0, lambda: x * x * x * v * v, lambda: tf.sin(x) * x * v), tf.constant(x), v)


def test_nested_conds():
    @tf.function
    def f(x):
        return cond(x > 0, lambda: cond(x > 10, lambda: x * 100, lambda: x * 10), lambda: -x)

    assert [int(f(tf.constant(i))) for i in (11, 2, -3)] == [1100, 20, 3]


def test_branches_of_different_structure_are_refused():
    f = tf.function(lambda x: cond(x > 0, lambda: (x, x), lambda: x))
    with pytest.raises(TypeError, match="must have the same number, type, and overall structure of return values"):
        f(tf.constant(1.0))
    g = tf.function(lambda x: cond(x > 0, lambda: x, lambda: 1))
    with pytest.raises(TypeError, match="float32 and int32"):
        g(tf.constant(1.0))


def test_case_and_switch_case():
    @tf.function
    def f(i, x):
        a = switch_case(i, [lambda: x, lambda: x * 10.0, lambda: x * 100.0], lambda: -x)
        b = case([(x > 1.0, lambda: x), (x > 0.0, lambda: x + 1.0)], default=lambda: x * 0.0)
        return a, b

    found = [tuple(map(float, f(tf.constant(i), tf.constant(x)))) for i, x in [(1, 2.0), (7, 0.5), (0, -1.0)]]
    assert found == [(20.0, 2.0), (-0.5, 1.5), (-1.0, 0.0)]


def test_loops_run_as_often_as_values_say():
    @tf.function
    def collatz(n):
        return while_loop(
            lambda n, k: n > 1, lambda n, k: (cond(n % 2 == 0, lambda: n // 2, lambda: 3 * n + 1), k + 1), (n, 0)
        )[1]

    assert [int(collatz(tf.constant(n))) for n in (1, 2, 6, 27)] == [0, 1, 8, 111]


def test_gradients_through_loops():
    v = tf.Variable(1.5)

    def f(x):
        return while_loop(
            lambda i, a: tf.reduce_sum(a) < 100.0, lambda i, a: (i + 1, a * v + x * x), (tf.constant(0), x)
        )[1]

    agree(f, tf.constant([1.0, 2.0]), v)


def test_variables_in_loops():
    n, total = tf.Variable(0), tf.Variable(0)

    @tf.function
    def f(k):
        def body(i):
            n.assign_add(i)
            total.assign(total * 2 + n)
            return [i + 1]

        while_loop(lambda i: (i < k) & (n < 100), body, [tf.constant(0)])
        return n + 0

    assert int(f(tf.constant(5))) == 10
    assert total.numpy() == sum(s * 2 ** (4 - i) for i, s in enumerate([0, 1, 3, 6, 10]))
    assert int(f(tf.constant(3))) == 13


def test_maximum_iterations():
    f = tf.function(lambda k: while_loop(lambda i: i < 100, lambda i: [i + 1], [tf.constant(0)], maximum_iterations=k))
    assert int(f(tf.constant(7))[0]) == 7


def test_shapes_that_change_need_invariants():
    def grow(x):
        return while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, tf.concat([a, x], 0)), (tf.constant(0), x))[1]

    with pytest.raises(ValueError, match="To allow the shape to vary across iterations, use the `shape_invariants`"):
        tf.function(grow)(tf.constant([1.0]))

    @tf.function
    def f(x):
        return while_loop(
            lambda i, a: i < 3,
            lambda i, a: (i + 1, tf.concat([a, x], 0)),
            (tf.constant(0), x),
            shape_invariants=(tf.TensorShape([]), tf.TensorShape([None])),
        )[1]

    assert f(tf.constant([2.0])).numpy().tolist() == [2.0] * 4


def test_a_cond_in_a_tape_within_a_function():
    v = tf.Variable(3.0)

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            y = cond(x > 0, lambda: v * v * x, lambda: v * x)
        return tape.gradient(y, v)

    assert [float(f(tf.constant(x))) for x in (2.0, -2.0)] == [12.0, -2.0]


def test_print_runs_at_each_call(capsys):
    @tf.function
    def f(x):
        print("python", x.shape)
        tf_print("x is", x, {"a": x}, 7)
        return x + 1

    f(tf.constant([1, 2]))
    f(tf.constant([3, 4]))
    captured = capsys.readouterr()
    assert captured.out == "python (2,)\n"
    assert captured.err == "x is [1 2] {'a': [1 2]} 7\nx is [3 4] {'a': [3 4]} 7\n"


def test_print_under_a_tape_and_within_a_branch(capsys):
    @tf.function
    def f(x):
        return cond(x > 0, lambda: shown(x), lambda: -x)

    def shown(x):
        tf_print("positive", x)
        return x * x

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    assert float(tape.gradient(y, x)) == 6.0
    f(tf.constant(-1.0))
    assert capsys.readouterr().err == "positive 3\n"


def test_python_functions_run_at_each_call():
    seen = []

    def cube(a):
        seen.append(a.numpy().tolist())
        return a * a * a

    spec = tf.TensorSpec([2], tf.float32)
    f = tf.function(lambda x: py_function(cube, [x], spec) + numpy_function(lambda a: a + 1, [x], spec))
    x = tf.constant([1.0, 2.0])
    assert f(x).numpy().tolist() == [3.0, 11.0]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    assert tape.gradient(y, x).numpy().tolist() == [3.0, 12.0]
    assert seen == [[1.0, 2.0], [1.0, 2.0]]


def test_random_numbers_are_drawn_at_each_call():
    f = tf.function(lambda: tf.random.normal([4]))
    first, second = f().numpy(), f().numpy()
    assert not np.array_equal(first, second)
    tf.random.set_seed(3)
    a = [f().numpy() for _ in range(2)]
    tf.random.set_seed(3)
    b = [f().numpy() for _ in range(2)]
    assert not np.array_equal(a[0], a[1])
    assert [x.shape for x in b] == [(4,), (4,)]


def test_random_numbers_stay_the_same_for_the_gradient():
    f = tf.function(lambda x: x * tf.random.uniform([3]))
    x = tf.ones([3])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    np.testing.assert_array_equal(tape.gradient(y, x).numpy(), y.numpy())
