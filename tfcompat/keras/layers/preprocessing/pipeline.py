"""keras.layers.Pipeline."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import tree
from tfcompat.keras.layers._call import get_mask
from tfcompat.keras.layers.base import Layer


class Pipeline(Layer):
    """Layers applied one after another, as for preprocessing (tf.keras.layers.Pipeline).

    layers: the layers in order; each gets `training` and the mask of what it is given, where its `call` takes them.
    """

    def __init__(self, layers: Any, name: str | None = None) -> None:
        super().__init__(name=name)
        self._pipeline_layers = layers
        self._convert_input_args = False
        self._allow_non_tensor_positional_args = True

    layers = property(lambda self: self._pipeline_layers, doc="The layers in order.")

    def call(self, inputs: Any, training: bool = True, mask: Any = None) -> Any:
        """What the last layer gives."""
        for layer in self._pipeline_layers:
            kwargs: dict[str, Any] = {}
            if layer._call_has_mask_arg:
                kwargs["mask"] = mask
            if layer._call_has_training_arg and training is not None:
                kwargs["training"] = training
            inputs = layer(inputs, **kwargs)
            mask = tree.map_structure(get_mask, inputs)
        return inputs

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Pipeline:
        """The layer that `get_config` described; ValueError where it lists no layers."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        layers = config.get("layers")
        if not isinstance(layers, (list, tuple)):
            raise ValueError(f"A `Pipeline` config must list its layers under `layers`. Received: layers={layers}")
        return cls(**{**config, "layers": [deserialize_keras_object(layer) for layer in layers]})

    def get_config(self) -> dict[str, Any]:
        """The layers and the name."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {"layers": serialize_keras_object(self._pipeline_layers), "name": self.name}
