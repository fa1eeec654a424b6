"""What the preprocessing layers that run on tensors alone share."""

from __future__ import annotations

from typing import Any

from tfcompat.keras.layers.base import Layer


class DataLayer(Layer):
    """A layer for data pipelines: it takes arrays and lists where other layers take tensors."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._allow_non_tensor_positional_args = True

    def convert_weight(self, weight: Any) -> Any:
        """The weight as it is: data pipelines and models run on the same tensors."""
        return weight
