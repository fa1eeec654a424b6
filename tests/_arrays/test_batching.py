"""tf.nondifferentiable_batch_function: calls from several threads, computed together."""

import threading

import numpy as np
import pytest

import tfcompat as tf


def _doubled(seen, *options, **more):
    @tf.nondifferentiable_batch_function(*options, **more)
    def double(x, y=None):
        tf.py_function(lambda v: seen.append(int(v.shape[0])), [x], [])
        return {"twice": 2 * x, "sum": (x if y is None else x + y)}

    return double


def _call_from_threads(function, values):
    results = {}

    def call(value):
        results[value] = function(tf.fill([1, 2], float(value)))["twice"].numpy()

    threads = [threading.Thread(target=call, args=[v]) for v in values]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    return results


def test_one_call_is_computed_when_its_time_is_up():
    seen = []
    x = tf.constant([[1.0], [2.0]])
    result = _doubled(seen, 1, 4, 1000)(x, x)
    np.testing.assert_array_equal(result["twice"], [[2.0], [4.0]])
    np.testing.assert_array_equal(result["sum"], [[2.0], [4.0]])
    assert seen == [2]


def test_calls_are_computed_together_and_each_gets_its_own():
    seen = []
    results = _call_from_threads(_doubled(seen, 1, 4, 30_000_000), range(4))
    assert seen == [4]
    for value, result in results.items():
        np.testing.assert_array_equal(result, np.full([1, 2], 2.0 * value))


def test_a_batch_is_filled_up_to_an_allowed_size_and_divided_where_it_is_larger():
    seen = []
    fill = _doubled(seen, 1, 4, 1000, [2, 4])
    np.testing.assert_array_equal(fill(tf.ones([3, 1]))["twice"], np.full([3, 1], 2.0))
    divide = _doubled(seen, 1, 4, 1000, [1, 2])
    np.testing.assert_array_equal(divide(tf.ones([4, 1]))["twice"], np.full([4, 1], 2.0))
    assert seen == [4, 2, 2]


def test_within_a_function():
    double = _doubled([], 1, 4, 1000)
    np.testing.assert_array_equal(tf.function(lambda x: double(x)["twice"])(tf.ones([2, 1])), [[2.0], [2.0]])


def test_an_error_reaches_the_caller_and_the_next_call_works():
    @tf.nondifferentiable_batch_function(1, 4, 1000)
    def total(x):
        return tf.reduce_sum(x) if x.shape[1] == 1 else x

    with pytest.raises(tf.errors.FailedPreconditionError, match="0 dimensions"):
        total(tf.ones([2, 1]))
    assert total(tf.ones([2, 3])).shape == (2, 3)


X = tf.ones([2, 1])


@pytest.mark.parametrize(
    ("options", "args", "error", "match"),
    [
        ((1, 4, 1000), (X, tf.ones([1, 1])), tf.errors.InvalidArgumentError, "equal 0th-dimension"),
        ((1, 4, 1000), (tf.constant(1.0),), tf.errors.InvalidArgumentError, "at least one dimension"),
        ((1, 1, 1000), (X,), tf.errors.InvalidArgumentError, "Task size 2"),
        ((1, 4, 1000, [3, 2]), (X,), tf.errors.InvalidArgumentError, "monotonically"),
        ((1, 4, 1000, [2, 8]), (X,), tf.errors.InvalidArgumentError, "allowed_batch_sizes"),
        ((1, 4, 1000, [2], 10, True, False), (X,), tf.errors.InvalidArgumentError, "final entry"),
        ((0, 4, 1000), (X,), tf.errors.InvalidArgumentError, "num_batch_threads"),
        ((1, 4, 1000), ([[1.0]],), ValueError, "supposed to be Tensors"),
    ],
)
def test_what_does_not_fit_raises(options, args, error, match):
    with pytest.raises(error, match=match):
        _doubled([], *options)(*args)
