"""keras.ops in functions that are captured with sizes that are not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tfcompat as tf
from tfcompat.keras import ops


def captured(function: Callable[[Any], Any]) -> Any:
    """`function` of [?, 3], as a graph of TensorFlow."""
    return tf.function(function, input_signature=[tf.TensorSpec([None, 3])])


def test_tile_by_a_tensor(caplog: pytest.LogCaptureFixture) -> None:
    f = captured(lambda x: ops.tile(x, (ops.minimum(4, ops.shape(x)[0]), 2)))
    assert f(tf.ones([2, 3])).shape == [4, 6]
    assert f(tf.ones([5, 3])).shape == [20, 6]
    assert "runs eagerly" not in caplog.text


@pytest.mark.parametrize("reverse", [False, True])
def test_scan_over_a_number_of_slices_not_known(reverse: bool) -> None:
    f = captured(lambda x: ops.scan(lambda c, e: (c + e, c), ops.zeros(3), x, reverse=reverse))
    x = tf.reshape(tf.range(6.0), [2, 3])
    carry, before = f(x)
    assert carry.numpy().tolist() == [3.0, 5.0, 7.0]
    assert before.numpy().tolist() == ([[3.0, 4.0, 5.0], [0.0] * 3] if reverse else [[0.0] * 3, [0.0, 1.0, 2.0]])
    carry, before = f(x[:0])
    assert carry.numpy().tolist() == [0.0] * 3
    assert before.shape == [0, 3]


def test_map_over_a_number_of_slices_not_known() -> None:
    f = captured(lambda x: ops.map(lambda row: ops.sum(row[0]) + row[1], (x, x[:, 0])))
    x = tf.reshape(tf.range(6.0), [2, 3])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    assert y.numpy().tolist() == [3.0, 15.0]
    assert tape.gradient(y, x).numpy().tolist() == [[2.0, 1.0, 1.0]] * 2
