"""What tf.keras.activations.relu computes, and its place in a model's graph."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import ops
from tfcompat.keras._graph import Operation
from tfcompat.keras._keras_tensor import KerasTensor


def rectified(x: Any, negative_slope: float, max_value: float | None, threshold: float) -> Any:
    """The function of a tensor."""
    if not negative_slope and max_value is None and not threshold:
        return ops.relu(x)
    above = ops.where(ops.greater(x, threshold), x, 0) if threshold else ops.relu(x)
    if max_value is not None:
        above = ops.clip(above, 0.0, max_value)
    if not negative_slope:
        return above
    below = ops.relu(ops.subtract(threshold, x))
    return ops.subtract(above, ops.multiply(negative_slope, below))


class ReLU(Operation):
    """tf.keras.activations.relu at one place of a model's graph."""

    _api_name = "keras.src.activations.activations.ReLU"
    _is_pure = True

    def __init__(
        self,
        negative_slope: float = 0.0,
        max_value: float | None = None,
        threshold: float = 0.0,
        name: str | None = None,
    ) -> None:
        super().__init__(name=name)
        self.negative_slope, self.max_value, self.threshold = negative_slope, max_value, threshold

    def call(self, x: Any) -> Any:
        """The function of x."""
        return rectified(x, self.negative_slope, self.max_value, self.threshold)

    def compute_output_spec(self, x: Any) -> Any:
        """A KerasTensor like x."""
        return KerasTensor(x.shape, x.dtype)
