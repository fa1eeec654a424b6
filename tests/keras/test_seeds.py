"""Seeds, and with which of them Keras's random numbers are those of Keras on TensorFlow."""

from __future__ import annotations

import random

import numpy as np
import pytest

import tfcompat as tf
from tfcompat import keras


@pytest.fixture(autouse=True)
def unseeded() -> object:
    yield
    tf.random.set_seed(None)


def test_python_s_and_tensorflow_s_seeds_are_keras_s() -> None:
    """Recorded from Keras 3.15: a Dense layer's kernel, normal numbers and a dropout, after these two seeds."""
    random.seed(3)
    tf.random.set_seed(3)
    dense = keras.layers.Dense(3)
    dense.build((None, 4))
    kernel = [[-0.00383013, -0.89632934, 0.59122336], [-0.75766087, 0.7445526, -0.27341938]]
    assert np.asarray(dense.kernel)[:2] == pytest.approx(np.array(kernel), abs=1e-6)


def test_a_cleared_session_leaves_the_seed() -> None:
    """Recorded from Keras 3.15."""
    keras.utils.set_random_seed(5)
    keras.backend.clear_session()
    assert keras.initializers.GlorotUniform()((2,)).numpy() == pytest.approx(np.array([0.590649, 0.5160302]), abs=1e-6)


def test_no_seed_gives_other_numbers_each_time() -> None:
    first, second = (keras.random.normal((8,)).numpy() for _ in range(2))
    assert (first != second).any()
