"""keras.layers.Rescaling."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import ops
from tfcompat.keras._state import settings
from tfcompat.keras.layers.preprocessing.data_layer import DataLayer


class Rescaling(DataLayer):
    """inputs * scale + offset (tf.keras.layers.Rescaling); a scale of 1/255 brings pixels into [0, 1].

    scale, offset: numbers, or one for each channel. Integer inputs become floats of the layer's compute dtype.
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The rescaled inputs."""
        scale, offset = (ops.convert_to_tensor(value, self.compute_dtype) for value in (self.scale, self.offset))
        if len(scale.shape) and settings.image_data_format == "channels_first":
            scale = ops.reshape(scale, (*scale.shape, *(1,) * (3 - len(scale.shape))))
        return ops.add(ops.multiply(ops.cast(inputs, self.compute_dtype), scale), offset)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        own = {"scale": serialize_keras_object(self.scale), "offset": serialize_keras_object(self.offset)}
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The layer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        own = {key: deserialize_keras_object(config[key]) for key in ("scale", "offset")}
        return cls(**{**config, **own})
