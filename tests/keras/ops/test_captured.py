"""keras.ops in functions that are captured with sizes that are not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import tfcompat as tf
from tfcompat import keras
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


def test_a_softmax_of_one_class_tells_the_shape_as_it_is_known() -> None:
    text = r"softmax over axis -1 of a tensor of shape \(None, 1\)"
    with pytest.warns(UserWarning, match=text) as told:
        keras.Model(x := keras.Input((1,)), ops.softmax(x))
    assert {str(w.message)[:90] for w in told} == {str(told[0].message)[:90]}
    with pytest.warns(UserWarning, match=text):
        tf.function(ops.softmax, input_signature=[tf.TensorSpec([None, 1])])(tf.ones([5, 1]))


def test_padding_in_capitals() -> None:
    images = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    patches = ops.image.extract_patches(images, 2, padding="VALID")
    assert (patches.numpy() == ops.image.extract_patches(images, 2, padding="valid").numpy()).all()
