"""What layers whose outputs have the shape of their inputs share."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.layers.base import Layer


class SameShape(Layer):
    """A layer whose outputs have the inputs' shape, and which passes masks on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape


class Normalizing(SameShape):
    """A layer that normalizes along an axis, an int, or axes, a list, which its inputs must have."""

    axis: Any

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape; ValueError where they have no such axis."""
        for axis in [self.axis] if isinstance(self.axis, int) else self.axis:
            if not -len(input_shape) <= axis < len(input_shape):
                raise ValueError(
                    f"Axis {axis} is out of bounds for input shape {input_shape}. Received: axis={self.axis}"
                )
        return input_shape
