"""Layers whose kernel can be held in few bits: Dense and EinsumDense."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import ml_dtypes

import tfcompat as tf
from tfcompat.keras import dtype_policies, ops, quantizers
from tfcompat.keras.dtype_policies.quantized import Int4DTypePolicy, QuantizedFloat8DTypePolicy
from tfcompat.keras.layers._weighted import Adapted
from tfcompat.keras.quantizers.numbers import dequantized

# The arguments of an AbsMaxQuantizer of 4 bits.
INT4: dict[str, Any] = {"value_range": (-8, 7), "output_dtype": "int8"}


class Quantizable(Adapted):
    """A layer whose main weight can be held in few bits, as its `variable_serialization_spec` lists them.

    Subclasses have methods _MODE_build and _MODE_call for each mode, and `_quantized_values`.
    """

    _modes: tuple[str, ...]
    _block_size: int | None = None
    quantization_config: Any = None

    def _quantize(self, mode: str, config: Any) -> None:
        """`quantize`, for a mode and a config that fit together."""
        self.quantization_config = config
        if mode not in self._modes:
            raise self._mode_error(mode)
        shape = tuple(self._kernel.shape)
        block = getattr(config, "block_size", None)
        values = self._quantized_values(mode, None if block == -1 else block, config)
        if mode in ("int8", "int4"):
            self._drop()
        self.quantized_build(shape, mode, config)
        for name, value in values.items():
            getattr(self, name).assign(value)
        if self.dtype_policy.quantization_mode is None:
            told = f"int4/{-1 if block is None else block}" if mode == "int4" else mode
            if mode in ("gptq", "awq"):
                told = config.dtype_policy_string()
            self.dtype_policy = dtype_policies.get(f"{told}_from_{self.dtype_policy.name}")

    def _drop(self) -> None:
        """Forgets the weights that quantized ones take the place of."""
        del self._kernel

    def quantized_build(self, kernel_shape: Any, mode: str, config: Any = None) -> None:  # type: ignore[override]
        """Makes the weights of a mode, for a main weight of a shape; NotImplementedError for another mode."""
        if mode not in self._modes:
            raise self._mode_error(mode)
        object.__setattr__(self, "_is_quantized", True)
        getattr(self, f"_{mode}_build")(tuple(kernel_shape), config)

    def _quantized_values(self, mode: str, block: int | None, config: Any, value: Any = None) -> dict[str, Any]:
        """The values of the quantized weights, by their attributes, for the main weight or for `value`."""
        raise NotImplementedError(f"{type(self).__name__} must define `_quantized_values`.")

    def _block_of(self, config: Any) -> int | None:
        """How many rows of a column share a scale, as the config or the policy tells; None for all."""
        policy = self._own_policy
        source = config if isinstance(config, quantizers.Int4QuantizationConfig) else policy
        known = isinstance(source, (quantizers.Int4QuantizationConfig, Int4DTypePolicy))
        block = source.block_size if known else None
        return None if block == -1 else block

    def _frozen(self, name: str, shape: Any, initializer: Any = "zeros", dtype: Any = None) -> Any:
        return self.add_weight(name=name, shape=shape, initializer=initializer, dtype=dtype, trainable=False)

    def _groups(self, rows: int) -> Any:
        """The group of each row, as floats, which is how they are saved."""
        return ops.floor_divide(ops.arange(rows, dtype="float32"), self._block_size)

    def _mode_error(self, mode: Any) -> NotImplementedError:
        return NotImplementedError(
            f"Invalid quantization mode. Expected one of {self._modes}. Received: quantization_mode={mode}"
        )

    def _merged(self) -> dict[str, Any]:
        """The values to save, by attribute, where they are not the weights themselves: with LoRA's product."""
        if not self.lora_enabled:
            return {}
        if self.quantization_mode in ("int8", "int4"):
            whole = ops.add(self._float_kernel(), self._lora_change())
            values = self._quantized_values(self.quantization_mode, self._block_size, None, whole)
            return {self._parts[0] if name == "_kernel" else name: value for name, value in values.items()}
        return {self._parts[0]: self._adapted_kernel(self._parts[0])}

    def _float_kernel(self) -> Any:
        """The main weight that the quantized ones stand for."""
        raise NotImplementedError(f"{type(self).__name__} must define `_float_kernel`.")

    def _serialized_names(self) -> list[str]:
        specification = self.variable_serialization_spec
        if self.quantization_mode not in specification:
            raise self._mode_error(self.quantization_mode)
        return specification[self.quantization_mode]

    def _stored(self, name: str) -> Any:
        """The weight of a name in `variable_serialization_spec`, None where the layer has none."""
        return self._kernel if name == self._parts[0] else getattr(self, name, None)

    def save_own_variables(self, store: Any) -> None:
        """Puts the weights of the mode into `store`, LoRA's product added to the main one."""
        if not self.built:
            return
        merged = self._merged()
        found = (merged[name] if name in merged else self._stored(name) for name in self._serialized_names())
        for index, value in enumerate(value for value in found if value is not None):
            store[str(index)] = value

    def load_own_variables(self, store: Any) -> None:
        """Takes the weights of the mode from `store`; LoRA's begin anew. ValueError where others are there."""
        if not self.lora_enabled:
            self._check_number_saved(store)
        if not self.built:
            return
        found = (self._stored(name) for name in self._serialized_names())
        for index, variable in enumerate(variable for variable in found if variable is not None):
            variable.assign(store[str(index)])
        self._reset_lora()

    def _quantization_config(self) -> dict[str, Any]:
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {"quantization_config": serialize_keras_object(self.quantization_config)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The layer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        if config.get("quantization_config") is not None:
            config = {**config, "quantization_config": deserialize_keras_object(config["quantization_config"])}
        return super().from_config(config)


class QuantizableKernel(Quantizable):
    """A layer that multiplies its inputs with a kernel, in whatever way; scales are kept as the outputs have axes."""

    _modes = ("int8", "float8", "int4", "gptq", "awq")
    kernel_scale: Any
    kernel_zero: Any = None
    g_idx: Any = None
    inputs_quantizer: Any = None
    _calibrated = False
    _zero_name = "kernel_zero"
    _kernel_shape: tuple[int, ...]

    is_gptq_calibrated = property(
        lambda self: self._calibrated and self.quantization_mode == "gptq", doc="Whether GPTQ took the kernel's place."
    )
    is_awq_calibrated = property(
        lambda self: self._calibrated and self.quantization_mode == "awq", doc="Whether AWQ took the kernel's place."
    )

    # ---- what subclasses tell ----

    def _multiplied(self, inputs: Any, kernel: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define `_multiplied`.")

    def _multiplied_back(self, upstream: Any, kernel: Any) -> Any:
        """The gradient of the inputs."""
        raise NotImplementedError(f"{type(self).__name__} must define `_multiplied_back`.")

    def _summed_axes(self) -> tuple[Any, Any]:
        """The axes of the inputs, and of the kernel, that are summed over."""
        raise NotImplementedError(f"{type(self).__name__} must define `_summed_axes`.")

    def _to_outputs(self, scale: Any, of_kernel: bool) -> Any:
        """A scale of the kernel or the inputs, with size 1 along the axes summed over, as it divides the outputs."""
        raise NotImplementedError(f"{type(self).__name__} must define `_to_outputs`.")

    def _to_kernel(self, scale: Any) -> Any:
        """`kernel_scale` as it divides the kernel."""
        raise NotImplementedError(f"{type(self).__name__} must define `_to_kernel`.")

    def _scale_shape(self, kernel_shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of `kernel_scale`."""
        raise NotImplementedError(f"{type(self).__name__} must define `_scale_shape`.")

    def _matrix_sizes(self, kernel_shape: tuple[int, ...], calibrated: bool) -> tuple[int, int]:
        """(rows, columns) of the kernel as a matrix, for int4 or for the modes that are calibrated."""
        raise NotImplementedError(f"{type(self).__name__} must define `_matrix_sizes`.")

    # ---- quantizing ----

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The names of the weights that are saved, in their order, by quantization mode."""
        sides = ("inputs", "kernel", "outputs_grad")
        calibrated = ["bias", "quantized_kernel", "kernel_scale", "kernel_zero"]
        return {
            None: ["kernel", "bias"],
            "int8": ["kernel", "bias", "kernel_scale"],
            "int4": ["kernel", "bias", "kernel_scale", "kernel_zero", "g_idx"],
            "float8": ["kernel", "bias", *(f"{side}_{what}" for side in sides for what in ("scale", "amax_history"))],
            "gptq": [*calibrated, "g_idx"],
            "awq": [*calibrated, "awq_scales", "g_idx"],
        }

    def _quantized_values(self, mode: str, block: int | None, config: Any, value: Any = None) -> dict[str, Any]:
        value = self._kernel if value is None else value
        chosen = quantizers.QuantizationConfig.weight_quantizer_or_default
        if mode == "int8":
            quantizer = chosen(config, quantizers.AbsMaxQuantizer(axis=self._summed_axes()[1]))
            small, scale = quantizer(value, to_numpy=True)
            return {"_kernel": small, "kernel_scale": self._to_outputs(scale, of_kernel=True)}
        if mode != "int4":
            return {}
        matrix = ops.reshape(value, self._matrix_sizes(tuple(value.shape), calibrated=False))
        if block is None:
            small, scale = chosen(config, quantizers.AbsMaxQuantizer(axis=0, **INT4))(matrix, to_numpy=True)
            values = {"kernel_scale": ops.squeeze(scale, 0)}
        else:
            small, scale, zero = quantizers.abs_max_quantize_grouped_with_zero_point(matrix, block, to_numpy=True)
            values = {"kernel_scale": scale, "kernel_zero": zero}
        return {"_kernel": quantizers.pack_int4(small, axis=-1)[0], **values}

    def _int8_build(self, kernel_shape: tuple[int, ...], config: Any) -> None:
        self._take_inputs_quantizer(config, quantizers.AbsMaxQuantizer())
        self._kernel = self._frozen("kernel", kernel_shape, dtype="int8")
        self.kernel_scale = self._frozen("kernel_scale", self._scale_shape(kernel_shape), "ones")

    def _take_inputs_quantizer(self, config: Any, default: Any) -> None:
        found = quantizers.QuantizationConfig.activation_quantizer_or_default(config, default)
        self.inputs_quantizer = found

    def _int4_build(self, kernel_shape: tuple[int, ...], config: Any) -> None:
        self._take_inputs_quantizer(config, None)
        rows, columns = self._matrix_sizes(kernel_shape, calibrated=False)
        self._kernel_shape, self._columns = kernel_shape, columns
        self._kernel = self._frozen("kernel", (rows, (columns + 1) // 2), dtype="int8")
        self._block_size = self._block_of(config)
        shape = (columns,) if self._block_size is None else (math.ceil(rows / self._block_size), columns)
        self.kernel_scale = self._frozen("kernel_scale", shape, "ones")
        if self._block_size is not None:
            self.kernel_zero = self._frozen("kernel_zero", shape, dtype="int8")
            self.g_idx = self._frozen("g_idx", (rows,), dtype="float32")
            self.g_idx.assign(self._groups(rows))

    def _float8_build(self, kernel_shape: tuple[int, ...], config: Any) -> None:
        length = getattr(
            self._own_policy, "amax_history_length", QuantizedFloat8DTypePolicy.default_amax_history_length
        )
        for side in ("inputs", "kernel", "outputs_grad"):
            for what, shape, initializer in (("scale", (), "ones"), ("amax_history", (length,), "zeros")):
                name = f"{side}_{what}"
                weight = self.add_weight(
                    name=name,
                    shape=shape,
                    initializer=initializer,
                    dtype="float32",
                    autocast=False,
                    overwrite_with_gradient=True,
                )
                setattr(self, name, weight)

    def _calibrated_build(self, kernel_shape: tuple[int, ...], config: Any, bits: int) -> None:
        source = config if config is not None else self._own_policy
        rows, columns = self._matrix_sizes(kernel_shape, calibrated=True)
        self._kernel_shape, self._columns, self._packed = kernel_shape, columns, bits == 4
        size = (columns + 1) // 2 if self._packed else columns
        groups = 1 if source.group_size == -1 else math.ceil(rows / source.group_size)
        self.quantized_kernel = self._frozen("kernel", (size, rows), dtype="uint8")
        self.kernel_scale = self._frozen("kernel_scale", (columns, groups), "ones")
        self.kernel_zero = self._frozen(self._zero_name, (columns, groups), dtype="uint8")

    def _gptq_build(self, kernel_shape: tuple[int, ...], config: Any) -> None:
        self._calibrated_build(kernel_shape, config, (config or self._own_policy).weight_bits)
        self.g_idx = self._frozen("g_idx", self.quantized_kernel.shape[1:], dtype="float32")

    def _awq_build(self, kernel_shape: tuple[int, ...], config: Any) -> None:
        self._calibrated_build(kernel_shape, config, 4)
        self.awq_scales = self._frozen("awq_scales", self.quantized_kernel.shape[1:], "ones")
        self.g_idx = self._frozen("g_idx", self.quantized_kernel.shape[1:], dtype="float32")

    def take_calibrated(self, integers: Any) -> None:
        """Takes `integers` and the other quantized weights in place of the kernel from here on."""
        self._drop()
        self.quantized_kernel.assign(integers)
        self._calibrated = True

    def load_own_variables(self, store: Any) -> None:
        """Takes the weights of the mode from `store`; LoRA's begin anew. ValueError where others are there."""
        super().load_own_variables(store)
        self._calibrated = self.quantization_mode in ("gptq", "awq")

    # ---- computing ----

    def _unpacked(self) -> Any:
        """The integers of int4, or of a calibrated mode, as the matrix that they are held as."""
        if self.quantization_mode == "int4":
            return quantizers.unpack_int4(self._kernel, self._columns, axis=-1)
        if self._packed:
            return quantizers.unpack_int4(self.quantized_kernel, self._columns, axis=0, dtype="uint8")
        return self.quantized_kernel

    def _held_kernel(self) -> Any:
        if self.quantization_mode == "int4":
            return ops.reshape(self._unpacked(), self._kernel_shape)
        return self._unpacked() if self._calibrated else self._kernel

    def _float_kernel(self) -> Any:
        mode = self.quantization_mode
        if mode == "int8":
            return ops.divide(ops.cast(self._kernel, self.compute_dtype), self._to_kernel(self.kernel_scale))
        if mode == "int4" and self._block_size is None:
            matrix = ops.divide(ops.cast(self._unpacked(), self.compute_dtype), self.kernel_scale)
        elif mode == "int4":
            matrix = dequantized(self._unpacked(), self.kernel_scale, self.kernel_zero, self.g_idx, group_axis=0)
            matrix = ops.cast(matrix, self.compute_dtype)
        else:
            matrix = ops.transpose(dequantized(self._unpacked(), self.kernel_scale, self.kernel_zero, self.g_idx))
            if mode == "awq":
                matrix = ops.divide(matrix, ops.expand_dims(self.awq_scales, -1))
        return ops.reshape(matrix, self._kernel_shape)

    def _by_float_gradient(self, inputs: Any, product: Callable[[Any], Any]) -> Any:
        """`product(inputs)`, whose gradient is that of the product with the kernel that is stood for."""

        def multiplied(x: Any) -> Any:
            return product(x), lambda upstream: self._multiplied_back(upstream, self._float_kernel())

        return tf.custom_gradient(multiplied)(inputs)

    def _finished(self, outputs: Any, inputs: Any) -> Any:
        """The outputs with LoRA's part, the bias and the activation."""
        if self.lora_enabled:
            change = ops.matmul(self._multiplied(inputs, self.lora_kernel_a), self.lora_kernel_b)  # type: ignore[attr-defined]
            scale = self.lora_alpha / self.lora_rank  # type: ignore[operator]
            outputs = ops.cast(ops.add(outputs, ops.multiply(scale, change)), self.compute_dtype)
        return self._activated(outputs if self.bias is None else ops.add(outputs, self.bias))

    def _int8_call(self, inputs: Any, training: Any = None) -> Any:
        kernel, scale = ops.convert_to_tensor(self._kernel), ops.convert_to_tensor(self.kernel_scale)

        def product(x: Any) -> Any:
            divisor = scale
            if self.inputs_quantizer:
                x, own = self.inputs_quantizer(x, axis=self._summed_axes()[0])
                divisor = ops.multiply(self._to_outputs(own, of_kernel=False), scale)
            return ops.divide(ops.cast(self._multiplied(x, kernel), self.compute_dtype), divisor)

        return self._finished(self._by_float_gradient(inputs, product), inputs)

    def _int4_call(self, inputs: Any, training: Any = None) -> Any:
        kernel = self._float_kernel()

        def product(x: Any) -> Any:
            if not self.inputs_quantizer or self._block_size is not None:
                return self._multiplied(x, kernel)
            x, own = self.inputs_quantizer(x, axis=self._summed_axes()[0])
            outputs = self._multiplied(ops.cast(x, self.compute_dtype), kernel)
            return ops.divide(outputs, self._to_outputs(own, of_kernel=False))

        return self._finished(self._by_float_gradient(inputs, product), inputs)

    def _float8_call(self, inputs: Any, training: Any = None) -> Any:
        if self.lora_enabled:
            raise NotImplementedError("Currently, `_float8_call` doesn't support LoRA")
        x = self._through_float8(inputs, "inputs", training)
        kernel = self._through_float8(ops.convert_to_tensor(self._kernel), "kernel", training)
        outputs = self._float8_gradient(self._multiplied(x, kernel))
        if self.bias is not None:
            bias: Any = self.bias
            if self.compute_dtype == "float32":
                bias = ops.cast(ops.cast(bias, "bfloat16"), "float32")
            outputs = ops.add(outputs, bias)
        return self._activated(outputs)

    def _float8_state(self, side: str) -> tuple[Any, Any]:
        return tuple(ops.convert_to_tensor(getattr(self, f"{side}_{what}")) for what in ("scale", "amax_history"))  # type: ignore[return-value]

    def _through_float8(self, x: Any, side: str, training: Any) -> Any:
        """x with the precision of float8_e4m3fn; in training its scale's next value takes the gradient's place."""
        return _passed_through(
            x, *self._float8_state(side), "float8_e4m3fn", self.compute_dtype, bool(training), backward=False
        )

    def _float8_gradient(self, outputs: Any) -> Any:
        """The outputs, whose gradients have the precision of float8_e5m2."""
        state = self._float8_state("outputs_grad")
        return _passed_through(outputs, *state, "float8_e5m2", self.compute_dtype, True, backward=True)

    def _gptq_call(self, inputs: Any, training: Any = False) -> Any:
        kernel = self._float_kernel() if self._calibrated else self._kernel
        outputs = self._multiplied(inputs, kernel)
        return self._activated(outputs if self.bias is None else ops.add(outputs, self.bias))

    _awq_call = _gptq_call


def _passed_through(
    x: Any, scale: Any, history: Any, dtype: str, compute_dtype: str, learns: bool, backward: bool
) -> Any:
    """x, or its gradient where `backward`, as it is after a trip through a float8 dtype.

    learns: whether the scale and the history get what they are to be next as their gradients.
    """

    def narrowed(value: Any) -> Any:
        return quantizers.quantize_and_dequantize(value, scale, dtype, compute_dtype)

    def following(value: Any) -> tuple[Any, Any]:
        largest = ops.cast(float(ml_dtypes.finfo(dtype).max), "float32")
        new = quantizers.compute_float8_scale(ops.max(history, axis=0), scale, largest)
        return new, quantizers.compute_float8_amax_history(value, history)

    def trip(value: Any, _scale: Any, _history: Any) -> Any:
        def gradient(upstream: Any) -> tuple[Any, Any, Any]:
            if not learns:
                return upstream, None, None
            next_state = following(upstream if backward else value)
            return (narrowed(upstream) if backward else upstream, *next_state)

        return (tf.identity(value) if backward else narrowed(value)), gradient

    return tf.custom_gradient(trip)(x, scale, history)
