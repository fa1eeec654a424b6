"""A linear and a deep model whose outputs are added up, each with an optimizer of its own."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import activations
from tfcompat.keras.models import Model
from tfcompat.keras.optimizers import MultiOptimizer
from tfcompat.keras.optimizers import get as get_optimizer


class WideDeepModel(Model):
    """activation(linear_model(inputs) + dnn_model(inputs)) (tf.keras.experimental.WideDeepModel, Keras 2).

    Inputs are those of both models, or a pair of the linear and the deep model's. `compile(optimizer=[...])` takes one
    optimizer for each of the two models, or one for both.
    """

    def __init__(self, linear_model: Any, dnn_model: Any, activation: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.linear_model, self.dnn_model = linear_model, dnn_model
        self.activation = activations.get(activation)

    def compile(self, optimizer: Any = "rmsprop", *args: Any, **kwargs: Any) -> None:
        """`Model.compile`; ValueError for another number of optimizers than one or two."""
        if isinstance(optimizer, (list, tuple)):
            if len(optimizer) not in (1, 2):
                raise ValueError(
                    f"WideDeepModel takes one optimizer, or one for each of its two models. Received: {optimizer}"
                )
            first, last = get_optimizer(optimizer[0]), get_optimizer(optimizer[-1])

            def chosen(variable: Any) -> Any:
                return first if any(variable is v for v in self.linear_model.trainable_variables) else last

            optimizer = first if len(optimizer) == 1 else MultiOptimizer(chosen)
        super().compile(optimizer, *args, **kwargs)

    def call(self, inputs: Any, training: Any = None) -> Any:
        """The outputs."""
        pair = isinstance(inputs, (tuple, list)) and len(inputs) == 2
        wide, deep = inputs if pair else (inputs, inputs)
        options = {"training": training} if self.dnn_model._call_has_training_arg else {}
        output = self.linear_model(wide) + self.dnn_model(deep, **options)
        return output if self.activation is None else self.activation(output)

    def get_config(self) -> dict[str, Any]:
        """The models and the activation, serialized."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {
            "name": self.name,
            "linear_model": serialize_keras_object(self.linear_model),
            "dnn_model": serialize_keras_object(self.dnn_model),
            "activation": activations.serialize(self.activation),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The model that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        models = {
            key: deserialize_keras_object(config[key], custom_objects=custom_objects)
            for key in ("linear_model", "dnn_model")
        }
        return cls(**{**config, **models})
