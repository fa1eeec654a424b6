"""Embeddings held in few bits, one way and both ways."""

from __future__ import annotations

import math
from typing import Any

from tfcompat.keras import ops, quantizers
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras.layers._quantized import INT4, Quantizable
from tfcompat.keras.quantizers.numbers import dequantized


def _quantized_vectors(value: Any, block: int | None, int4: bool, config: Any, axis: int) -> tuple[Any, Any, Any]:
    """(integers, scales, zeros or None) of vectors that lie along `axis`; int4 integers are packed."""
    if block is None:
        default = quantizers.AbsMaxQuantizer(axis=axis, **(INT4 if int4 else {}))
        quantizer = quantizers.QuantizationConfig.weight_quantizer_or_default(config, default)
        small, scale = quantizer(value, to_numpy=True)
        scale, zero = ops.squeeze(scale, axis), None
    else:
        columns = value if axis == 0 else ops.transpose(value)
        found = quantizers.abs_max_quantize_grouped_with_zero_point(columns, block, to_numpy=True)
        small, scale, zero = found if axis == 0 else map(ops.transpose, found)
    return (quantizers.pack_int4(small, axis=axis)[0] if int4 else small), scale, zero


class QuantizableEmbeddings(Quantizable):
    """Embeddings that can be held in few bits, with a scale for each vector, or for each block of one."""

    _modes = ("int8", "int4")
    _parts = ("embeddings",)
    _adapters = "lora_embeddings"
    embeddings_zero: Any = None
    g_idx: Any = None
    input_dim: int
    output_dim: int

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The names of the weights that are saved, in their order, by quantization mode."""
        return {
            None: ["embeddings"],
            "int8": ["embeddings", "embeddings_scale"],
            "int4": ["embeddings", "embeddings_scale", "embeddings_zero", "g_idx"],
        }

    def _quantized_values(self, mode: str, block: int | None, config: Any, value: Any = None) -> dict[str, Any]:
        value = self._kernel if value is None else value
        small, scale, zero = _quantized_vectors(value, block, mode == "int4", config, axis=-1)
        zeros = {} if zero is None else {"embeddings_zero": zero}
        return {"_kernel": small, "embeddings_scale": scale, **zeros}

    def _int8_build(self, shape: tuple[int, ...], config: Any) -> None:
        self._kernel = self._frozen("embeddings", shape, dtype="int8")
        self.embeddings_scale = self._frozen("embeddings_scale", shape[:1], "ones")

    def _int4_build(self, shape: tuple[int, ...], config: Any) -> None:
        count, size = shape
        self._kernel = self._frozen("embeddings", (count, (size + 1) // 2), dtype="int8")
        block = self._block_size = self._block_of(config)
        scales = (count,) if block is None else (count, math.ceil(size / block))
        self.embeddings_scale = self._frozen("embeddings_scale", scales, "ones")
        if block is not None:
            self.embeddings_zero = self._frozen("embeddings_zero", scales, dtype="int8")
            self.g_idx = self._frozen("g_idx", (size,), dtype="float32")
            self.g_idx.assign(self._groups(size))

    def _held_kernel(self) -> Any:
        if self.quantization_mode == "int4":
            return quantizers.unpack_int4(self._kernel, self.output_dim, axis=-1)
        return self._kernel

    def _scaled(self, values: Any, scale: Any, zero: Any) -> Any:
        """Vectors of integers as the floats that they stand for."""
        values = ops.cast(values, self.compute_dtype)
        if self._block_size is None:
            return ops.divide(values, ops.expand_dims(scale, -1))
        return dequantized(values, scale, zero, self.g_idx)

    def _float_kernel(self) -> Any:
        return self._scaled(self._held_kernel(), self.embeddings_scale, self.embeddings_zero)

    def _int8_call(self, inputs: Any, training: Any = None) -> Any:
        if standardize_dtype(inputs.dtype) not in ("int32", "int64"):
            inputs = ops.cast(inputs, "int32")
        zero = None if self.embeddings_zero is None else ops.take(self.embeddings_zero, inputs, axis=0)
        vectors, scale = (ops.take(x, inputs, axis=0) for x in (self._held_kernel(), self.embeddings_scale))
        outputs = self._scaled(vectors, scale, zero)
        if self.lora_enabled:
            a, b = self.lora_embeddings_a, self.lora_embeddings_b  # type: ignore[attr-defined]
            change = ops.matmul(ops.take(a, inputs, axis=0), b)
            outputs = ops.add(outputs, ops.multiply(self.lora_alpha / self.lora_rank, change))  # type: ignore[operator]
            outputs = ops.cast(outputs, self.compute_dtype)
        return outputs

    _int4_call = _int8_call


class QuantizableBothWays(QuantizableEmbeddings):
    """Embeddings whose way back, from vectors to scores, can be held in few bits too."""

    tie_weights: bool
    logit_soft_cap: float | None
    reverse_embeddings: Any
    reverse_embeddings_zero: Any = None

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The names of the weights that are saved, in their order, by quantization mode."""
        names = super().variable_serialization_spec
        if not self.tie_weights:
            for mode, extra in ((None, ""), ("int8", " _scale"), ("int4", " _scale _zero")):
                names[mode] += [f"reverse_embeddings{end}" for end in extra.split(" ")]
        return names

    def _quantized_values(self, mode: str, block: int | None, config: Any, value: Any = None) -> dict[str, Any]:
        values = super()._quantized_values(mode, block, config, value)
        if value is None and not self.tie_weights:
            small, scale, zero = _quantized_vectors(self.reverse_embeddings, block, mode == "int4", config, axis=0)
            values |= {"reverse_embeddings": small, "reverse_embeddings_scale": scale}
            values |= {} if zero is None else {"reverse_embeddings_zero": zero}
        return values

    def _drop(self) -> None:
        super()._drop()
        if not self.tie_weights:
            del self.reverse_embeddings

    def _take_inputs_quantizer(self, config: Any) -> None:
        default = quantizers.AbsMaxQuantizer(axis=-1)
        self.inputs_quantizer = quantizers.QuantizationConfig.activation_quantizer_or_default(config, default)

    def _int8_build(self, shape: tuple[int, ...], config: Any) -> None:
        super()._int8_build(shape, config)
        self._take_inputs_quantizer(config)
        if not self.tie_weights:
            self.reverse_embeddings = self._frozen("reverse_embeddings", shape[::-1], dtype="int8")
            self.reverse_embeddings_scale = self._frozen("reverse_embeddings_scale", shape[:1], "ones")

    def _int4_build(self, shape: tuple[int, ...], config: Any) -> None:
        super()._int4_build(shape, config)
        self._take_inputs_quantizer(config)
        if self.tie_weights:
            return
        count, size = shape
        block = self._block_size
        scales = (count,) if block is None else (math.ceil(size / block), count)
        self.reverse_embeddings = self._frozen("reverse_embeddings", ((size + 1) // 2, count), dtype="int8")
        self.reverse_embeddings_scale = self._frozen("reverse_embeddings_scale", scales, "ones")
        if block is not None:
            self.reverse_embeddings_zero = self._frozen("reverse_embeddings_zero", scales)

    def _int8_call(self, inputs: Any, reverse: bool = False) -> Any:  # type: ignore[override]
        if not reverse:
            return super()._int8_call(inputs)
        if self.tie_weights:
            kernel, scale, zero = self._kernel, self.embeddings_scale, self.embeddings_zero
            kernel, scale = ops.transpose(kernel), ops.transpose(scale)
            zero = None if zero is None else ops.transpose(zero)
        else:
            kernel, scale = self.reverse_embeddings, self.reverse_embeddings_scale
            zero = self.reverse_embeddings_zero
        if self.quantization_mode == "int4":
            kernel = quantizers.unpack_int4(kernel, self.output_dim, axis=0)
        own = ops.ones((1,), dtype=self.compute_dtype)
        if self.inputs_quantizer:
            inputs, own = self.inputs_quantizer(inputs)
        if self._block_size is None:
            outputs = ops.cast(ops.matmul(inputs, kernel), self.compute_dtype)
            outputs = ops.divide(outputs, ops.multiply(own, scale))
        else:
            kernel = dequantized(ops.cast(kernel, self.compute_dtype), scale, zero, self.g_idx, group_axis=0)
            outputs = ops.divide(ops.matmul(inputs, kernel), own)
        return self._capped(outputs)

    _int4_call = _int8_call

    def _capped(self, logits: Any) -> Any:
        """The scores, below `logit_soft_cap`."""
        if self.logit_soft_cap is None:
            return logits
        return ops.multiply(ops.tanh(ops.divide(logits, self.logit_soft_cap)), self.logit_soft_cap)
