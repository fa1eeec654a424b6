"""Initializers whose values are known beforehand."""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.keras import ops
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras.initializers.base import Initializer


class Constant(Initializer):
    """Every element is `value`, a number or something that broadcasts to the shape (tf.keras.initializers.Constant)."""

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor filled with the value."""
        dtype = standardize_dtype(dtype)
        if dtype == "string":
            return tf.constant(self.value, dtype, shape)
        return ops.multiply(ops.convert_to_tensor(self.value, dtype), ops.ones(shape, dtype))

    def get_config(self) -> dict[str, Any]:
        """The value, serialized."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {"value": serialize_keras_object(self.value)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The initializer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        return cls(deserialize_keras_object(config["value"]))


class Zeros(Initializer):
    """Every element is 0 (tf.keras.initializers.Zeros)."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of zeros."""
        return ops.zeros(shape, standardize_dtype(dtype))


class Ones(Initializer):
    """Every element is 1 (tf.keras.initializers.Ones)."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A tensor of ones."""
        return ops.ones(shape, standardize_dtype(dtype))


class Identity(Initializer):
    """The identity matrix times `gain` (tf.keras.initializers.Identity). ValueError for shapes that are no matrix's."""

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """A matrix with `gain` on its diagonal."""
        if len(shape) != 2:
            raise ValueError(f"Identity can only initialize 2D matrices. Received: shape={shape} of rank {len(shape)}.")
        return ops.multiply(self.gain, ops.eye(*shape, dtype=standardize_dtype(dtype)))

    def get_config(self) -> dict[str, Any]:
        """The gain."""
        return {"gain": self.gain}
