"""Core layers: Dense, Identity, Activation."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.ops import wrap
from tfcompat._core.shapes import TensorShape
from tfcompat.keras import _version, activations, ops
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers._composites import is_composite, on_values, product
from tfcompat.keras.layers._quantized import QuantizableKernel
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._operation import promoted, told


class Dense(QuantizableKernel):
    """activation(inputs @ kernel + bias), over the last axis (tf.keras.layers.Dense).

    units: the size of the last axis of the outputs. kernel: [inputs, units], bias: [units], left out where `use_bias`
    is False. lora_rank, lora_alpha: as `enable_lora`'s. quantization_config: what a quantized `dtype` is built with.
    ValueError for `units` that is no positive int.
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
        given = dict(locals())
        least = 1
        if _version.is_legacy():  # which takes anything that is a number
            units, least = int(units), 0
        if not isinstance(units, (int, np.integer)) or units < least:
            raise ValueError(
                f"Received an invalid value for `units`, expected a positive integer. Received: units={units}"
            )
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(units)
        self._take(given)
        self._take_lora(lora_rank, lora_alpha)
        self.quantization_config = quantization_config
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Makes the kernel and the bias."""
        if isinstance(input_shape, int):  # which Keras 2 takes for a shape of one size
            input_shape = (input_shape,)
        size = None if input_shape is None else input_shape[-1]
        if size is None and _version.is_legacy():
            raise ValueError(
                "The last dimension of the inputs to a Dense layer should be defined. Found None. Full input shape "
                f"received: {'<unknown>' if input_shape is None else input_shape}"
            )
        if size is None:
            raise ValueError(
                f"The last axis of the inputs to Dense must have a known size. Received: shape={input_shape}"
            )
        mode = self.quantization_mode
        if mode:
            self.quantized_build((size, self.units), mode, self.quantization_config)
        if mode in (None, "float8"):
            self._kernel = self._add("kernel", (size, self.units))
        self.bias = self._add("bias", (self.units,)) if self.use_bias else None
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})
        if self.lora_rank:
            self.enable_lora(self.lora_rank)

    def call(self, inputs: Any, training: Any = None) -> Any:
        """The outputs, of the inputs' shape but for the last axis."""
        if is_composite(inputs):
            outputs = product(inputs, self.kernel, self._product)
            if is_composite(outputs):
                return on_values(self._completed, outputs)
            return self._completed(outputs)
        x, kernel = to_storage(inputs), to_storage(self.kernel) if self.lora_enabled else self._kernel._read()
        if x.dtype is not kernel.dtype:
            x, kernel = promoted([wrap(x), wrap(kernel)])
        bias = None if self.bias is None else self.bias._read()
        try:
            if bias is not None and x.ndim >= 2 and bias.dtype is x.dtype:
                outputs = torch.addmm(bias, x if x.ndim == 2 else x.flatten(0, -2), kernel)
                outputs = outputs if x.ndim == 2 else outputs.reshape(*x.shape[:-1], kernel.shape[1])
            else:
                outputs = torch.matmul(x, kernel)
                outputs = outputs if bias is None else outputs + bias
        except RuntimeError as error:
            if x.ndim and x.shape[-1] == kernel.shape[0]:
                raise told(error) from None
            sizes = (f"[{','.join(str(n) if isinstance(n, int) else '?' for n in t.shape)}]" for t in (x, kernel))
            message = "Matrix size-incompatible: In[0]: {}, In[1]: {}".format(*sizes)
            raise InvalidArgumentError(None, None, message) from None
        outputs = wrap(outputs)
        return outputs if self.activation is None else self.activation(outputs)

    def quantize(self, mode: str | None = None, type_check: bool = True, config: Any = None) -> None:
        """Holds the kernel in few bits, as `mode` or a QuantizationConfig tell: "int8", "int4" or "float8".

        NotImplementedError for a subclass where `type_check`. ValueError for a layer that is not built, or is
        quantized already.
        """
        if type_check and type(self) is not Dense:
            raise self._lacks("quantize")
        self._quantize(mode, config)  # type: ignore[arg-type]

    def _multiplied(self, inputs: Any, kernel: Any) -> Any:
        return ops.matmul(inputs, kernel)

    def _multiplied_back(self, upstream: Any, kernel: Any) -> Any:
        return ops.matmul(upstream, ops.transpose(kernel))

    def _summed_axes(self) -> tuple[Any, Any]:
        return -1, 0

    def _to_outputs(self, scale: Any, of_kernel: bool) -> Any:
        return ops.squeeze(scale, 0) if of_kernel else scale

    def _to_kernel(self, scale: Any) -> Any:
        return scale

    def _scale_shape(self, kernel_shape: tuple[int, ...]) -> tuple[int, ...]:
        return kernel_shape[1:]

    def _matrix_sizes(self, kernel_shape: tuple[int, ...], calibrated: bool) -> tuple[int, int]:
        return kernel_shape  # type: ignore[return-value]

    def _product(self, x: Any) -> Any:
        return ops.matmul(x, self.kernel)

    def _completed(self, outputs: Any) -> Any:
        return self._activated(outputs if self.bias is None else ops.add(outputs, self.bias))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The inputs' shape with `units` as its last size."""
        if _version.is_legacy():
            input_shape = TensorShape(input_shape).with_rank_at_least(2)
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "units": self.units,
            **self._activation_config(),
            **self._parts_config(activity=False),
            **self._quantization_config(),
            **self._lora_config(),
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
