"""EinsumDense: a dense layer over any axes, told by an einsum equation."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from tfcompat.keras import activations, ops
from tfcompat.keras.initializers.randoms import VarianceScaling
from tfcompat.keras.layers._weighted import Adapted, refuse_quantization
from tfcompat.keras.layers.input_spec import InputSpec
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


def _bias_shape(axes: str | None, outputs: str, sizes: dict[str, Any], behind: int) -> list[Any] | None:
    """The bias's shape: from its first axis on, of size 1 along the axes that are none of its."""
    if axes is None:
        return None
    for letter in axes:
        if letter not in outputs:
            raise ValueError(f"Bias dimension '{letter}' was requested, but is not part of the output spec '{outputs}'")
    first = min(outputs.find(letter) for letter in axes)
    return [sizes[letter] if letter in axes else 1 for letter in outputs[first:]] + [1] * behind


class EinsumDense(Adapted):
    """activation(einsum(equation, inputs, kernel) + bias) (tf.keras.layers.EinsumDense).

    equation: such as "abc,cd->abd", or with "..." for axes that are kept. output_shape: of the outputs, without the
    batch and the axes of "..."; None for sizes not known. bias_axes: the letters of the outputs' axes along which the
    bias has elements, None for no bias. ValueError for equations that do not fit. `quantization_config` and
    `gptq_unpacked_column_size` must be None.
    """

    kernel_initializer: Any

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
        refuse_quantization("EinsumDense", quantization_config)
        if gptq_unpacked_column_size is not None:
            raise NotImplementedError(
                "EinsumDense(gptq_unpacked_column_size=...) is not in tfcompat: its layers do not quantize. Received: "
                f"gptq_unpacked_column_size={gptq_unpacked_column_size!r}"
            )
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        self.bias_axes = bias_axes
        self._take(given)
        self._take_lora(lora_rank, lora_alpha)

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
        self._kernel = self._add("kernel", tuple(shapes.kernel), initializer=self._scaled_initializer(shapes))
        self.bias = None if shapes.bias is None else self._add("bias", tuple(shapes.bias))
        if self.lora_rank:
            self.enable_lora(self.lora_rank, lora_alpha=self.lora_alpha)

    def call(self, inputs: Any, training: Any = None) -> Any:
        """The outputs."""
        outputs = einsum(self.equation, inputs, self.kernel)
        outputs = outputs if self.bias is None else ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

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
            "quantization_config": None,
            **self._lora_config(),
        }
