"""Pooling with windows of chance, as TensorFlow computes it where chance has no say."""

import numpy as np
import pytest

import tfcompat as tf
from tests.facts import Facts

facts = Facts(
    __file__,
    """
    tf.nn.fractional_max_pool(f(2, 6, 6, 3), 2.0)
    tf.nn.fractional_max_pool(f(2, 6, 6, 3), 2.0, pseudo_random=True)
    tf.nn.fractional_max_pool(f(2, 6, 6, 3), 1)
    tf.nn.fractional_max_pool(f(2, 6, 6, 3), [1.0, 3.0, 2.0, 1.0], overlapping=True)
    tf.nn.fractional_max_pool(f(1, 7, 5, 2), [1.0, 7.0, 5.0, 1.0], pseudo_random=True)
    tf.nn.fractional_max_pool(x([[[[1.0], [1.0]], [[1.0], [1.0]]]]), 2.0)
    tf.nn.fractional_max_pool(i(1, 6, 6, 1), 2.0)
    tf.nn.fractional_max_pool(i(1, 6, 6, 1, dtype='int64'), 2.0)
    tf.nn.fractional_max_pool(f(1, 6, 6, 1, dtype='float64'), 2.0)
    tf.nn.fractional_max_pool(f(1, 6, 6, 1, dtype='float16'), 2.0)
    tf.nn.fractional_max_pool(f(1, 6, 6, 1), 7.0)
    tf.nn.fractional_max_pool(f(1, 6, 6, 1), 0.5)
    tf.nn.fractional_max_pool(f(1, 6, 6, 1), [1.0, 0.5, 2.0, 1.0])
    tf.nn.fractional_max_pool(f(1, 6, 6, 1), [1.5, 2.0])
    tf.nn.fractional_max_pool(f(1, 6, 6, 1), [1.0, 2.0, 1.0])
    tf.nn.fractional_max_pool(f(1, 6, 6, 1), '2')
    tf.nn.fractional_max_pool(f(6, 6, 1), 2.0)
    tf.nn.fractional_avg_pool(f(2, 6, 6, 3), [1.0, 2.0, 3.0, 1.0])
    tf.nn.fractional_avg_pool(f(2, 6, 6, 3), [1.0, 2.0, 3.0, 1.0], overlapping=True)
    tf.nn.fractional_avg_pool(f(1, 6, 6, 1, dtype='float64'), [1.0, 3.0, 2.0, 1.0], True, True)
    tf.nn.fractional_avg_pool(i(1, 6, 6, 1, low=-9), [1.0, 2.0, 2.0, 1.0], overlapping=True)
    tf.nn.fractional_avg_pool(f(1, 6, 6, 1), 2.0)
    tf.nn.fractional_avg_pool(f(1, 6, 6, 1), [1.0, 0.5, 2.0, 1.0])
    tf.nn.fractional_avg_pool(f(1, 6, 6, 1), [2.0, 2.0, 2.0, 1.0])
    tf.nn.fractional_avg_pool(f(1, 6, 6, 1), [2.0, 2.0])
    tf.nn.fractional_avg_pool(f(1, 6, 6, 1), [1.0, 7.0, 2.0, 1.0])
    """,
)


@pytest.mark.parametrize("case", facts.cases)
def test_as_recorded(case: str) -> None:
    facts.check(case)


@pytest.mark.oracle
def test_as_tensorflow() -> None:
    facts.check_live()


@pytest.mark.parametrize("pseudo_random", [False, True])
@pytest.mark.parametrize("overlapping", [False, True])
@pytest.mark.parametrize(("size", "ratio"), [((11, 9), 1.44), ((13, 8), 1.73), ((6, 6), 1.5), ((17, 23), 2.6)])
def test_windows_of_chance(size, ratio, pseudo_random, overlapping):
    x = np.random.randn(2, *size, 3)
    count = [int(np.floor(np.float32(s) / np.float32(ratio))) for s in size]
    for kind, reduce in (("max", np.max), ("avg", np.mean)):
        pool = getattr(tf.nn, f"fractional_{kind}_pool")
        y, rows, columns = (t.numpy() for t in pool(x, [1.0, ratio, ratio, 1.0], pseudo_random, overlapping))
        for cuts, s, n in ((rows, size[0], count[0]), (columns, size[1], count[1])):
            assert (len(cuts), cuts[0], cuts[-1]) == (n + 1, 0, s)
            assert set(np.diff(cuts)) <= {s // n, s // n + 1}
        for i in range(count[0]):
            for j in range(count[1]):
                cell = x[:, rows[i] : rows[i + 1] + overlapping, columns[j] : columns[j + 1] + overlapping]
                np.testing.assert_allclose(y[:, i, j], reduce(cell, (1, 2)))


@pytest.mark.parametrize("name", ["fractional_max_pool", "fractional_avg_pool"])
def test_with_a_seed_all_calls_have_the_same_windows(name):
    x = tf.random.normal([1, 20, 24, 1])

    def windows(seed):
        return [t.numpy().tolist() for t in getattr(tf.nn, name)(x, [1.0, 1.5, 1.5, 1.0], seed=seed)[1:]]

    assert (
        windows(3)
        == windows(3)
        == [
            t.numpy().tolist() for t in tf.function(lambda: getattr(tf.nn, name)(x, [1.0, 1.5, 1.5, 1.0], seed=3)[1:])()
        ]
    )
    assert windows(3) != windows(4)
    assert windows(0) != windows(0)


def test_rows_and_columns_have_windows_of_their_own():
    _, rows, columns = tf.nn.fractional_max_pool(tf.zeros([1, 40, 40, 1]), 1.5, seed=3)
    assert rows.numpy().tolist() != columns.numpy().tolist()


def test_within_a_function_each_call_has_windows_of_its_own():
    pool = tf.function(lambda x: tf.nn.fractional_avg_pool(x, [1.0, 1.5, 1.5, 1.0])[1])
    x = tf.zeros([1, 30, 30, 1])
    assert len({tuple(pool(x).numpy()) for _ in range(5)}) > 1
