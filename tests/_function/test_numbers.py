"""Loops on Python's own numbers give what torch's kernels give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tfcompat as tf


def compared(f: Any, *args: Any) -> tuple[str, list[Any]]:
    """A function's program, and what it gives, which the same graph run op by op gives, too."""
    flat = tf.nest.flatten(f(*args))
    found = f.get_concrete_function(*args)._captured[0]
    held = [s.variable._storage.t for s in found.slots]
    by_ops = found.part.whole()(*(a._t for a in args), *(x._t for x in found.closure), *held)
    by_ops = by_ops[: len(flat)]
    for a, b in zip(flat, by_ops, strict=True):
        assert a._t.dtype is b.dtype
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    return found._direct.__source__, [a.numpy().tolist() for a in flat]


@tf.function
def collatz(n: Any) -> Any:
    steps, highest = 0, n
    while n != 1 and steps < 1000:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        highest = tf.maximum(highest, n)
        steps += 1
    return steps, highest, n > 0


@pytest.mark.parametrize(("n", "want"), [(27, [111, 9232, True]), (1, [0, 1, True]), (837799, None)])
def test_integers_and_overflow(n: int, want: Any) -> None:
    source, got = compared(collatz, tf.constant(n))
    assert want is None or got == want
    assert source.count("%") == 1
    assert "scalar_tensor" not in source
    assert compared(collatz, tf.constant(n, tf.int64))[1][:2] == ([524, 2974984576] if n == 837799 else want[:2])


def test_wrapping_around() -> None:
    @tf.function
    def grow(x: Any, n: Any) -> Any:
        y = x
        for _ in tf.range(n):
            y = y * 3 - 7
        return y, -y, tf.abs(y), y // -1, y % 7

    for kind in (tf.int32, tf.int64):
        compared(grow, tf.constant(kind.max - 5, kind), tf.constant(9))
        compared(grow, tf.constant(kind.min, kind), tf.constant(0))


def test_numbers_become_tensors_where_tensors_are_needed() -> None:
    v = tf.Variable(0)

    @tf.function
    def mixed(x: Any, n: Any) -> Any:
        total, flag, i, last = tf.zeros([2]), False, 0, x[0]
        while i < n and not flag:
            last = x[i]
            total += last * tf.cast(i, tf.float32)
            flag = tf.reduce_sum(total) > 6.0
            v.assign_add(i)
            if i > 1 or flag:
                i += 2
            else:
                i += 1
        return total, flag, i, last, v.read_value(), tf.stack([i, n]), tf.fill([2], i)

    x = tf.constant(np.arange(12, dtype=np.float32).reshape(6, 2) / 4)
    for n in (0, 1, 3, 6):
        v.assign(0)
        want = mixed.python_function(x, tf.constant(n))
        v.assign(0)
        got = mixed(x, tf.constant(n))
        for a, b in zip(got, want, strict=True):
            np.testing.assert_array_equal(a, b)


def test_nested_loops_and_arrays() -> None:
    @tf.function
    def table(n: Any) -> Any:
        rows = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
        pairs = 0
        for i in tf.range(n):
            total = 0
            for j in tf.range(i + 1):
                if (i + j) % 3 == 0:
                    continue
                if j > 4:
                    break
                total += i * j
                pairs += 1
            rows = rows.write(i, total)
        return rows.stack(), pairs

    for n in (0, 1, 4, 9):
        compared(table, tf.constant(n))


def test_an_index_that_is_out_of_range_is_an_error() -> None:
    @tf.function
    def past(x: Any, n: Any) -> Any:
        total = 0.0
        for i in tf.range(n):
            total += x[i]
        return total

    assert compared(past, tf.constant([1.0, 2.0]), tf.constant(2))[1] == [3.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="slice index 2 of dimension 0 out of bounds"):
        past(tf.constant([1.0, 2.0]), tf.constant(3))


@tf.function
def arithmetic(a: Any, b: Any) -> Any:
    most = tf.where(a > b, a, b)
    return a + b, a - b, a * b, a / b, a**b, 0.9**a, 3.0 - a, tf.sqrt(a), a**0.5, a * a + 0.1, -a, most, a <= b


@pytest.mark.parametrize("seed", range(3))
def test_float32_is_rounded_as_its_own_arithmetic_rounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    special = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 3e38, 1e-38, 1e-45]
    values = [*special, *rng.normal(size=6), *np.exp(rng.normal(size=6) * 20)]
    for a in values:
        for b in rng.permutation(values)[:6]:
            source, _ = compared(arithmetic, tf.constant(a, tf.float32), tf.constant(b, tf.float32))
    assert source.count("rounded(") > 5


def test_means_and_counters_are_floats() -> None:
    total, steps = tf.Variable(0.0), tf.Variable(0)

    @tf.function
    def mean(x: Any) -> Any:
        total.assign_add(tf.reduce_mean(x))
        steps.assign_add(1)
        ratio = total / tf.cast(steps, tf.float32)
        return ratio, x * ratio, tf.cast(steps, tf.float32) + 0.5

    x = tf.constant([1.0, 2.0, 4.0])
    for i in range(1, 4):
        ratio, scaled, half = mean(x)
        np.testing.assert_allclose(ratio, 7 / 3, rtol=1e-6)
        np.testing.assert_allclose(scaled, x.numpy() * (7 / 3), rtol=1e-6)
        assert half == i + 0.5
    assert total.dtype is tf.float32
    assert total._storage.t.dtype.is_floating_point


def test_branches_on_floats() -> None:
    @tf.function
    def f(x: Any) -> Any:
        mean = tf.reduce_mean(x) * 2.0
        y = tf.constant(0.0)
        if mean > 1.0:
            y = mean * 3.0
        while y > mean:
            y = y / 2.0
        return y + mean

    assert compared(f, tf.constant([1.0, 2.0]))[1] == [3.0 + 2.25]
    assert compared(f, tf.constant([0.1, 0.1]))[1] == [pytest.approx(0.2)]
