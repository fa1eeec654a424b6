"""Core layers: Dense, Identity, Activation."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat.keras import activations, constraints, initializers, regularizers
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._operation import promoted, told


class Dense(Layer):
    """activation(inputs @ kernel + bias), over the last axis (tf.keras.layers.Dense).

    units: the size of the last axis of the outputs. kernel: [inputs, units], bias: [units], left out where `use_bias`
    is False. ValueError for `units` that is no positive int. `lora_rank` and `quantization_config` must be None.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(units, int) or units <= 0:
            raise ValueError(f"`units` of Dense must be a positive integer. Received: units={units!r}")
        for name, value in (("lora_rank", lora_rank), ("quantization_config", quantization_config)):
            if value is not None:
                raise NotImplementedError(f"Dense({name}=...) is not in tfcompat. Received: {name}={value!r}")
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.lora_alpha = lora_alpha
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Makes the kernel and the bias."""
        size = input_shape[-1]
        if size is None:
            raise ValueError(
                f"The last axis of the inputs to Dense must have a known size. Received: shape={input_shape}"
            )
        self._kernel = self.add_weight(
            name="kernel",
            shape=(size, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})

    @property
    def kernel(self) -> Any:
        """The weight matrix; AttributeError before the layer is built."""
        if not self.built:
            raise AttributeError("You must build the layer before accessing `kernel`.")
        return self._kernel

    @kernel.setter
    def kernel(self, value: Any) -> None:
        self._kernel = value

    def call(self, inputs: Any, training: Any = None) -> Any:
        """The outputs, of the inputs' shape but for the last axis."""
        x, kernel = to_storage(inputs), self._kernel._read()
        if x.dtype is not kernel.dtype:
            x, kernel = promoted([wrap(x), wrap(kernel)])
        bias = None if self.bias is None else self.bias._read()
        try:
            if bias is not None and x.ndim == 2 and bias.dtype is x.dtype:
                outputs = torch.addmm(bias, x, kernel)
            else:
                outputs = torch.matmul(x, kernel)
                outputs = outputs if bias is None else outputs + bias
        except RuntimeError as error:
            if x.ndim and x.shape[-1] == kernel.shape[0]:
                raise told(error) from None
            sizes = (f"[{','.join(map(str, t.shape))}]" for t in (x, kernel))
            message = "Matrix size-incompatible: In[0]: {}, In[1]: {}".format(*sizes)
            raise InvalidArgumentError(None, None, message) from None
        outputs = wrap(outputs)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The inputs' shape with `units` as its last size."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
            "quantization_config": None,
        }


class Identity(Layer):
    """The inputs themselves (tf.keras.layers.Identity)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def compute_output_spec(self, inputs: Any) -> Any:
        """KerasTensors like the inputs."""
        from tfcompat.keras import tree

        return tree.map_structure(lambda x: KerasTensor(x.shape, dtype=x.dtype, sparse=x.sparse), inputs)


class Activation(Layer):
    """An activation function as a layer (tf.keras.layers.Activation)."""

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.activation = activations.get(activation)
        self._build_at_init()

    def call(self, inputs: Any) -> Any:
        """activation(inputs)."""
        return self.activation(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
