"""EinsumDense: a dense layer over any axes, told by an einsum equation."""

from __future__ import annotations

import math
import re
import string
from typing import Any, NamedTuple

from tfcompat._core.ops import wrap
from tfcompat.keras import activations, ops
from tfcompat.keras.initializers.randoms import VarianceScaling
from tfcompat.keras.layers._quantized import QuantizableKernel
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.ops._operation import promoted
from tfcompat.linalg.products import einsum

_FORM = re.compile(r"(?P<left>\.\.\.)?([a-zA-Z]+)(?P<right>\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


class _Shapes(NamedTuple):
    """What an equation makes of an input's shape; the kernel's axes that are summed over and that are kept."""

    kernel: list[Any]
    bias: list[Any] | None
    output: list[Any]
    input_axes: list[int]
    output_axes: list[int]


def _letters(equation: str) -> tuple[str, str, str, bool, bool]:
    """The letters of the inputs, of the kernel and of the outputs, and whether "..." stands left or right of them."""
    match = _FORM.match(equation)
    if match:
        left, inputs, right, kernel, left_out, outputs, right_out = match.groups()
        if bool(left) == bool(left_out) and bool(right) == bool(right_out) and not (left and right):
            return inputs, kernel, outputs, bool(left), bool(right)
    raise ValueError(
        f"Invalid einsum equation '{equation}'. Equations must be in the form [X],[Y]->[Z], ...[X],[Y]->...[Z], or "
        "[X]...,[Y]->[Z]...."
    )


def shapes_of(equation: str, bias_axes: str | None, input_shape: Any, partial_output_shape: Any) -> _Shapes:
    """The shapes of the weights and of the outputs; ValueError where equation and shapes do not fit together."""
    inputs, kernel, outputs, left, _ = _letters(equation)
    elided = len(input_shape) - len(inputs)
    output_shape = [input_shape[0], *partial_output_shape]
    if left:
        output_shape[1:1] = input_shape[1:elided]
        input_sizes = dict(zip(inputs, input_shape[elided:]))
        output_sizes = dict(zip(outputs, output_shape[elided:]))
    else:
        output_shape += input_shape[len(inputs) :]
        input_sizes, output_sizes = dict(zip(inputs, input_shape)), dict(zip(outputs, output_shape))
    for letter in inputs:
        a, b = input_sizes[letter], output_sizes.get(letter)
        if b is not None and a != b:
            raise ValueError(
                f"Input shape and output shape do not match at shared dimension '{letter}'. Input shape is {a}, and "
                f"output shape is {b}."
            )
    for letter in outputs:
        if letter not in inputs and letter not in kernel:
            raise ValueError(
                f"Dimension '{letter}' was specified in the output '{outputs}' but has no corresponding dim in the "
                f"input spec '{inputs}' or weight spec '{kernel}'"
            )
    for letter in kernel:
        if letter not in output_sizes and letter not in input_sizes:
            raise ValueError(
                f"Weight dimension '{letter}' did not have a match in either the input spec '{inputs}' or the output "
                f"spec '{outputs}'. For this layer, the weight must be fully specified."
            )
    return _Shapes(
        [output_sizes.get(letter, input_sizes.get(letter)) for letter in kernel],
        _bias_shape(bias_axes, outputs, output_sizes, 0 if left else elided),
        output_shape,
        [i for i, letter in enumerate(kernel) if letter not in output_sizes],
        [i for i, letter in enumerate(kernel) if letter in output_sizes],
    )


def _letters_of_rank(equation: str, rank: int) -> tuple[str, str, str]:
    """The letters of the inputs, of the kernel and of the outputs, with new ones in place of "..."."""
    inputs, kernel, outputs, left, _ = _letters(equation)
    free = [a for a in string.ascii_letters if a not in inputs + kernel + outputs]
    elided = "".join(free[: rank - len(inputs)])
    return (elided + inputs, kernel, elided + outputs) if left else (inputs + elided, kernel, outputs + elided)


def _attention_sizes(shape: tuple[int, ...]) -> tuple[int, int]:
    """A kernel as a matrix: of three sizes the largest is that of the model, the other two are heads and their size."""
    if len(shape) == 2:
        return shape  # type: ignore[return-value]
    if len(shape) != 3:
        raise ValueError(f"Only kernels of two or three dimensions can be calibrated, got the shape {shape}")
    first = shape.index(max(shape)) == 0
    return (shape[0], shape[1] * shape[2]) if first else (shape[0] * shape[1], shape[2])


def _bias_shape(axes: str | None, outputs: str, sizes: dict[str, Any], behind: int) -> list[Any] | None:
    """The bias's shape: from its first axis on, of size 1 along the axes that are none of its."""
    if axes is None:
        return None
    for letter in axes:
        if letter not in outputs:
            raise ValueError(f"Bias dimension '{letter}' was requested, but is not part of the output spec '{outputs}'")
    first = min(outputs.find(letter) for letter in axes)
    return [sizes[letter] if letter in axes else 1 for letter in outputs[first:]] + [1] * behind


class EinsumDense(QuantizableKernel):
    """activation(einsum(equation, inputs, kernel) + bias) (tf.keras.layers.EinsumDense).

    equation: such as "abc,cd->abd", or with "..." for axes that are kept. output_shape: of the outputs, without the
    batch and the axes of "..."; None for sizes not known. bias_axes: the letters of the outputs' axes along which the
    bias has elements, None for no bias. quantization_config, gptq_unpacked_column_size: what a quantized `dtype` is
    built with. ValueError for equations that do not fit.
    """

    kernel_initializer: Any
    _zero_name = "zero_point"
    _axes: tuple[str, str, str]

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        gptq_unpacked_column_size: int | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        given = dict(locals())
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.bias_axes = bias_axes
        self._take(given)
        self._take_lora(lora_rank, lora_alpha)
        self.quantization_config = quantization_config
        self.gptq_unpacked_column_size = gptq_unpacked_column_size

    def _shapes(self, input_shape: Any) -> _Shapes:
        return shapes_of(self.equation, self.bias_axes, tuple(input_shape), self.partial_output_shape)

    def _scaled_initializer(self, shapes: _Shapes) -> Any:
        """The kernel's initializer, told which axes are summed over where that decides its scale."""
        initializer = self.kernel_initializer
        if not isinstance(initializer, VarianceScaling):
            return initializer
        config = initializer.get_config()
        if config.get("input_axes") is not None and config.get("output_axes") is not None:
            return initializer
        axes = {"input_axes": shapes.input_axes, "output_axes": shapes.output_axes}
        return type(initializer).from_config({**config, "seed": initializer.seed, **axes})

    def build(self, input_shape: Any) -> None:
        """Makes the kernel and the bias, of the shapes that the equation tells."""
        shapes = self._shapes(input_shape)
        self.input_spec = InputSpec(ndim=len(input_shape))
        self._axes = _letters_of_rank(self.equation, len(input_shape))
        mode, kernel_shape = self.quantization_mode, tuple(shapes.kernel)
        if mode is not None:
            self.quantized_build(kernel_shape, mode, self.quantization_config)
        if mode in (None, "float8"):
            self._kernel = self._add("kernel", kernel_shape, initializer=self._scaled_initializer(shapes))
        self.bias = None if shapes.bias is None else self._add("bias", tuple(shapes.bias))
        if self.lora_rank:
            self.enable_lora(self.lora_rank, lora_alpha=self.lora_alpha)

    def call(self, inputs: Any, training: Any = None) -> Any:
        """The outputs."""
        if not inputs.dtype.is_floating:
            inputs = wrap(promoted([inputs, self.kernel])[0])
        outputs = einsum(self.equation, inputs, self.kernel)
        outputs = outputs if self.bias is None else ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def quantize(self, mode: str | None = None, type_check: bool = True, config: Any = None) -> None:
        """Holds the kernel in few bits, as `mode` or a QuantizationConfig tell: "int8", "int4" or "float8".

        NotImplementedError for a subclass where `type_check`. ValueError for a layer that is not built, or is
        quantized already.
        """
        if type_check and type(self) is not EinsumDense:
            raise self._lacks("quantize")
        self._quantize(mode, config)  # type: ignore[arg-type]

    def _multiplied(self, inputs: Any, kernel: Any) -> Any:
        return ops.einsum(self.equation, inputs, kernel)

    def _multiplied_back(self, upstream: Any, kernel: Any) -> Any:
        inputs, letters, outputs = self._axes
        return ops.einsum(f"{outputs},{letters}->{inputs}", upstream, kernel)

    def _summed_axes(self) -> tuple[Any, Any]:
        inputs, kernel, outputs = self._axes
        return tuple(tuple(i for i, a in enumerate(letters) if a not in outputs) for letters in (inputs, kernel))  # type: ignore[return-value]

    def _to_outputs(self, scale: Any, of_kernel: bool) -> Any:
        letters, outputs = self._axes[1 if of_kernel else 0], self._axes[2]
        scale = ops.squeeze(scale, self._summed_axes()[1 if of_kernel else 0])
        kept = [a for a in letters if a in outputs]
        scale = ops.transpose(scale, [kept.index(a) for a in outputs if a in kept])
        return ops.expand_dims(scale, [i for i, a in enumerate(outputs) if a not in kept])

    def _to_kernel(self, scale: Any) -> Any:
        _, kernel, outputs = self._axes
        scale = ops.squeeze(scale, [i for i, a in enumerate(outputs) if a not in kernel])
        kept = [a for a in outputs if a in kernel]
        scale = ops.transpose(scale, [kept.index(a) for a in kernel if a in kept])
        return ops.expand_dims(scale, [i for i, a in enumerate(kernel) if a not in kept])

    def _scale_shape(self, kernel_shape: tuple[int, ...]) -> tuple[int, ...]:
        sizes = dict(zip(self._axes[1], kernel_shape))
        return tuple(sizes.get(a, 1) for a in self._axes[2])

    def _gptq_build(self, kernel_shape: tuple[int, ...], config: Any) -> None:
        super()._gptq_build(kernel_shape, config)
        self.gptq_unpacked_column_size = self._columns

    def _matrix_sizes(self, kernel_shape: tuple[int, ...], calibrated: bool) -> tuple[int, int]:
        if calibrated:
            return _attention_sizes(kernel_shape)
        rows = math.prod(kernel_shape[i] for i in self._summed_axes()[1])
        return rows, math.prod(kernel_shape) // rows

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """The outputs' shape, as the equation tells."""
        return tuple(self._shapes(input_shape).output)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {
            **super().get_config(),
            "output_shape": self.partial_output_shape,
            "equation": self.equation,
            "activation": activations.serialize(self.activation),
            "bias_axes": self.bias_axes,
            **self._parts_config(),
            **self._quantization_config(),
            **self._lora_config(),
            **({"gptq_unpacked_column_size": columns} if (columns := self.gptq_unpacked_column_size) else {}),
        }
