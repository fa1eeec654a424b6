"""The order of uint64 numbers."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

import tfcompat as tf
from tfcompat._core.unsigned import by_order, ordered

NUMBERS = st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=8)


@given(NUMBERS)
def test_order(numbers: list[int]) -> None:
    x = torch.tensor(numbers, dtype=torch.uint64)
    assert ordered(x).argsort(stable=True).tolist() == sorted(range(len(numbers)), key=numbers.__getitem__)
    assert by_order(lambda t: t.sort().values, x).tolist() == sorted(numbers)


def test_other_dtypes_stay() -> None:
    x = torch.tensor([3, -1])
    assert ordered(x) is x


def test_quotients_and_remainders_are_those_of_unsigned_numbers() -> None:
    rng = np.random.default_rng(0)
    ends = np.array([2**64 - 1, 2**63, 2**63 - 1, 5, 0], np.uint64)
    x = np.concatenate([rng.integers(0, 2**64 - 1, 500, np.uint64), rng.integers(0, 50, 200, np.uint64), ends])
    y = np.concatenate(
        [rng.integers(1, 2**64 - 1, 350, np.uint64), rng.integers(1, 50, 350, np.uint64), ends[:4], ends[3:4]]
    )
    assert (tf.constant(x) // tf.constant(y)).numpy().tolist() == (x // y).tolist()
    assert (tf.constant(x) % tf.constant(y)).numpy().tolist() == (x % y).tolist()
    assert tf.truncatediv(tf.constant(x), 7).numpy().tolist() == (x // np.uint64(7)).tolist()
    assert (tf.constant(x)[:, None] // tf.constant(y)[:9]).numpy().tolist() == (x[:, None] // y[:9]).tolist()


def test_large_numbers_are_not_negative_to_activations() -> None:
    x = tf.constant(np.array([2**64 - 2, 7, 3], np.uint64))
    assert tf.nn.relu(x).numpy().tolist() == [2**64 - 2, 7, 3]
    assert tf.nn.relu6(x).numpy().tolist() == [6, 6, 3]


def test_large_numbers_are_the_largest_to_reductions_searches_and_clipping() -> None:
    x = tf.constant(np.array([[3, 2**64 - 2], [2**64 - 1, 3]], np.uint64))
    assert tf.reduce_max(x).numpy() == 2**64 - 1
    assert tf.reduce_min(x, 0).numpy().tolist() == [3, 3]
    assert tf.argmax(x, 0).numpy().tolist() == [1, 0]
    assert tf.argmin(x, 0).numpy().tolist() == [0, 1]
    assert tf.clip_by_value(x, np.uint64(4), np.uint64(9)).numpy().tolist() == [[4, 9], [9, 4]]
    assert tf.searchsorted(x[0], tf.constant([5], tf.uint64)).numpy().tolist() == [1]
    assert tf.reduce_max(x[:0], 0).numpy().tolist() == [0, 0]
    assert tf.reduce_min(x[:0], 0).numpy().tolist() == [2**64 - 1] * 2
