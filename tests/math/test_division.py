"""Division of tensors of different dtypes, which TensorFlow refuses before its kernel does."""

from collections.abc import Callable
from typing import Any

import pytest

import tfcompat as tf


@pytest.mark.parametrize("divide", [lambda x, y: x / y, tf.divide, tf.truediv], ids=["/", "divide", "truediv"])
def test_different_dtypes_are_a_type_error(divide: Callable[..., Any]) -> None:
    with pytest.raises(TypeError, match="same dtype, got tf.float32 != tf.float64"):
        divide(tf.constant(1.0), tf.constant(1.0, tf.float64))
    with pytest.raises(TypeError, match="same dtype"):
        tf.function(divide)(tf.constant(1.0), tf.Variable(1))
