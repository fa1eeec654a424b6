"""Layers that change shapes: Flatten, Reshape, Permute, RepeatVector."""

from __future__ import annotations

import math
from typing import Any

from tfcompat.keras import ops
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec


class Flatten(Layer):
    """[batch, ...] as [batch, product of the rest] (tf.keras.layers.Flatten).

    data_format: "channels_first" moves channels to the end before flattening, so that both formats order alike.
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)
        self._channels_first = self.data_format == "channels_first"

    def call(self, inputs: Any) -> Any:
        """The flat inputs."""
        shape = ops.shape(inputs)
        rank = len(shape)
        if self._channels_first and rank > 1:
            inputs = ops.transpose(inputs, (0, *range(2, rank), 1))
        return ops.reshape(inputs, (shape[0], math.prod(shape[1:])))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """(batch, product of the other sizes); None where one is not known."""
        rest = input_shape[1:]
        return (input_shape[0], None if None in rest else math.prod(rest))

    def compute_output_spec(self, inputs: Any) -> Any:
        """A KerasTensor of the flat shape."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=inputs.dtype, sparse=inputs.sparse)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "data_format": self.data_format}


class Reshape(Layer):
    """[batch, ...] as [batch, *target_shape] (tf.keras.layers.Reshape); one size of it may be -1."""

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)
        if self.target_shape.count(-1) > 1:
            raise ValueError(f"The `target_shape` argument can hold one -1. Received: target_shape={self.target_shape}")
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The reshaped inputs."""
        batch, *rest = ops.shape(inputs)
        known = all(isinstance(size, int) for size in rest)
        return ops.reshape(inputs, self.compute_output_shape((batch, *rest)) if known else (batch, *self.target_shape))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """(batch, *target_shape), with the size that -1 stands for."""
        rest = tuple(input_shape[1:])
        size = None if None in rest else math.prod(rest)
        if -1 not in self.target_shape:
            if size is not None and size != math.prod(self.target_shape):
                raise ValueError(
                    "The total size of the tensor must be unchanged. Received: "
                    f"input_shape={rest}, target_shape={self.target_shape}"
                )
            return (input_shape[0], *self.target_shape)
        known = -math.prod(self.target_shape)
        if size is not None and (not known or size % known):
            raise ValueError(f"Cannot reshape {rest} to `target_shape`={self.target_shape}: the sizes don't divide.")
        filled = None if size is None else size // known
        return (input_shape[0], *(filled if d == -1 else d for d in self.target_shape))

    def compute_output_spec(self, inputs: Any) -> Any:
        """A KerasTensor of the target shape."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=inputs.dtype, sparse=inputs.sparse)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "target_shape": self.target_shape}


class Permute(Layer):
    """The axes but the batch in the order `dims`, which count from 1 (tf.keras.layers.Permute)."""

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` must be "
                f"consecutive and start from 1. Received dims={dims}"
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Any) -> Any:
        """The inputs with their axes permuted."""
        return ops.transpose(inputs, (0, *self.dims))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The permuted shape."""
        return (input_shape[0], *(input_shape[d] for d in self.dims))

    def compute_output_spec(self, inputs: Any) -> Any:
        """A KerasTensor of the permuted shape."""
        return KerasTensor(self.compute_output_shape(inputs.shape), dtype=inputs.dtype, sparse=inputs.sparse)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "dims": self.dims}


class RepeatVector(Layer):
    """[batch, features] as [batch, n, features] (tf.keras.layers.RepeatVector); ValueError for n below 1."""

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int):
            raise TypeError(f"Expected an integer value for `n`, got {type(n)}.")
        if n <= 0:
            raise ValueError(f"Argument `n` should be a positive integer. Received: n={n}")
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        """The inputs, repeated."""
        batch, size = ops.shape(inputs)
        return ops.broadcast_to(ops.expand_dims(inputs, 1), (batch, self.n, size))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """(batch, n, features)."""
        return (input_shape[0], self.n, input_shape[1])

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "n": self.n}
