"""A linear model over one input, or over several that are added up."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import activations, initializers, ops, regularizers, tree
from tfcompat.keras.layers import Dense
from tfcompat.keras.models import Model


class LinearModel(Model):
    """y = activation(sum of the inputs' kernels times them + bias) (tf.keras.experimental.LinearModel, Keras 2).

    Inputs are a tensor, a list or a dict of them, each with a kernel of its own. units: how many outputs. The other
    arguments are those of Dense.
    """

    def __init__(
        self,
        units: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "zeros",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.units, self.use_bias = units, use_bias
        self.activation = activations.get(activation)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias: Any = None

    def build(self, input_shape: Any) -> None:
        """Makes a layer for each input, named after it where they are a dict."""
        named = isinstance(input_shape, dict)
        shapes: list[Any] = []
        if named:
            names = sorted(input_shape)
            shapes = [input_shape[name] for name in names]
        else:
            tree.map_shape_structure(shapes.append, input_shape)
            names = [None] * len(shapes)
        self.input_names = names if named else None
        self.dense_layers = [self._layer(name) for name in names]
        for layer, shape in zip(self.dense_layers, shapes):
            layer.build(shape)
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias", shape=(self.units,), initializer=self.bias_initializer, regularizer=self.bias_regularizer
            )
        self.built = True

    def _layer(self, name: str | None) -> Dense:
        return Dense(
            self.units,
            use_bias=False,
            kernel_initializer=self.kernel_initializer,
            kernel_regularizer=self.kernel_regularizer,
            name=name,
        )

    def call(self, inputs: Any) -> Any:
        """The outputs; ValueError for inputs without those that the model was built with."""
        if isinstance(inputs, dict):
            missing = [name for name in self.input_names or [] if name not in inputs]
            if self.input_names is None or missing:
                raise ValueError(
                    "Missing keys in inputs. LinearModel was originally built with input keys: "
                    f"{self.input_names}, received: {sorted(inputs)}"
                )
            values = [inputs[name] for name in self.input_names]
        else:
            values = tree.flatten(inputs)
        result = None
        for layer, value in zip(self.dense_layers, values):
            output = layer(value)
            result = output if result is None else result + output
        if self.bias is not None:
            result = ops.add(result, self.bias)
        return result if self.activation is None else self.activation(result)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            "name": self.name,
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The model that `get_config` described."""
        return cls(**config)
