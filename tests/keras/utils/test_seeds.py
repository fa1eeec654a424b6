"""Which numbers Keras draws where TensorFlow's and Python's random numbers are seeded each by itself."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

import tfcompat as tf
from tfcompat import keras


@pytest.fixture(autouse=True)
def seeds() -> Iterator[None]:
    """Ends with no seed of TensorFlow's set."""
    yield
    tf.random.set_seed(None)


def test_pythons_and_tensorflows_seeds_fix_weights_and_dropout() -> None:
    """Recorded from Keras 3.15 on TensorFlow 2.21, which seeds initializers by Python's random numbers."""
    random.seed(42)
    tf.random.set_seed(42)
    layer = keras.layers.Embedding(5, 2)
    layer.build(None)
    np.testing.assert_allclose(layer.weights[0].numpy()[0], [0.03581891, 0.01626286], rtol=1e-5)
    dropped = keras.layers.Dropout(0.5)(tf.ones([8]), training=True)
    assert dropped.numpy().tolist() == [2.0, 0.0, 2.0, 2.0, 2.0, 0.0, 2.0, 2.0]
