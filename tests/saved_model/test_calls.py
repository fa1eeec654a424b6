"""Loaded functions with loops, branches and ops on strings, called within captured functions."""

import numpy as np
import pytest

import tfcompat as tf
from tfcompat._core import logging


class Module(tf.Module):
    """Functions that need their arguments' values."""

    def __init__(self):
        super().__init__()
        self.w = tf.Variable(2.0)
        self.count = tf.Variable(0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.float32)])
    def loop(self, n, x):
        """Multiplies at even numbers, adds at odd ones, and counts the rounds."""
        for i in tf.range(n):
            if i % 2 == 0:
                x = x * self.w
            else:
                x = x + 1.0
            self.count.assign_add(1)
        return x

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def text(self, s):
        """In capitals, with the lengths."""
        return tf.strings.upper(s), tf.strings.length(s)


@pytest.fixture
def loaded(tmp_path, monkeypatch):
    """The module, saved and loaded; whatever is not captured fails."""
    tf.saved_model.save(Module(), str(tmp_path))

    def fail(*args):
        raise AssertionError(args)

    monkeypatch.setattr(logging, "warning", fail)
    return tf.saved_model.load(str(tmp_path))


def test_loops_and_branches_are_part_of_the_function(loaded):
    """Values, variables and gradients; for numbers of rounds that only the call tells."""

    @tf.function
    def f(n, x):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(loaded.loop(n, x))
        return y, tape.gradient(y, loaded.w)

    y, dw = f(tf.constant(3), tf.constant([1.0, 2.0]))
    assert float(y) == 16.0  # of 2 (2 x + 1)
    assert float(dw) == 14.0  # 2 w x + 1, summed
    assert int(loaded.count) == 3
    y, dw = f(tf.constant(0), tf.constant([1.0, 2.0]))
    assert (float(y), float(dw)) == (3.0, 0.0)
    assert int(loaded.count) == 3


def test_ops_on_strings_are_part_of_the_function(loaded):
    """They run whenever the function does."""

    @tf.function
    def f(s):
        capitals, lengths = loaded.text(s)
        return tf.strings.join([capitals, "!"]), tf.reduce_sum(lengths)

    for words in (["a", "bcd"], ["xy", "z"]):
        found, total = f(tf.constant(words))
        np.testing.assert_array_equal(found.numpy(), [f"{w.upper()}!".encode() for w in words])
        assert int(total) == sum(map(len, words))
