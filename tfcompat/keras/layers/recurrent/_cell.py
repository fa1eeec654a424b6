"""What the recurrent cells and the layers around them share: weights, dropout, configs, the way to a kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _version, activations, constraints, initializers, ops, random, regularizers, tree
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.layers.recurrent import _kernels
from tfcompat.keras.layers.recurrent.rnn import RNN
from tfcompat.keras.random import SeedGenerator

_SERIALIZERS: dict[str, Callable[[Any], Any]] = {
    "activation": activations.serialize,
    "initializer": initializers.serialize,
    "regularizer": regularizers.serialize,
    "constraint": constraints.serialize,
}
_GETTERS: dict[str, Callable[[Any], Any]] = {
    "activation": activations.get,
    "initializer": initializers.get,
    "regularizer": regularizers.get,
    "constraint": constraints.get,
}


def config_of(obj: Any, names: Sequence[str]) -> dict[str, Any]:
    """The attributes `names` of a cell or layer, as its config has them."""
    return {name: _SERIALIZERS.get(name.rpartition("_")[2], lambda v: v)(getattr(obj, name)) for name in names}


def take(obj: Any, **arguments: Any) -> None:
    """Sets attributes; names of activations, initializers, regularizers and constraints become what they name."""
    for name, value in arguments.items():
        setattr(obj, name, _GETTERS.get(name.rpartition("_")[2], lambda v: v)(value))


def product(x: torch.Tensor, weight: torch.Tensor, drop: Any) -> torch.Tensor:
    """x @ weight with dropout of x: `drop` is None, a mask, or a list of one for each gate. Integers become floats."""
    x = x if x.is_floating_point() else x.to(weight.dtype)
    if not isinstance(drop, list):
        return (x if drop is None else x * to_storage(drop)) @ weight
    return torch.cat([(x * to_storage(m)) @ w for m, w in zip(drop, weight.chunk(len(drop), 1))], 1)


def is_one_of(function: Any, name: str) -> bool:
    """Whether an activation is the function `name` of keras.activations or of tf.nn."""
    if function is getattr(activations, name):
        return True
    from tfcompat import nn

    return function is getattr(nn, name)


class DropoutRNNCell:
    """Dropout of a cell: the masks are drawn at a sequence's first step, and reset by the layer after its last.

    dropout, recurrent_dropout: rates. dropout_mask_count: how many masks each has; None for one that is no list.
    """

    dropout: float
    recurrent_dropout: float
    seed_generator: SeedGenerator
    dropout_mask_count: int | None = None
    _gates = 1
    _rate_of_none = 1.0  # a rate from which on nothing is dropped
    _drop: Any = None
    _recurrent_drop: Any = None

    def _drawn(self, like: Any, rate: float) -> Any:
        ones = ops.ones_like(like)
        count = self.dropout_mask_count or (self._gates if _version.is_legacy() else 1)  # Keras 2 draws one for each
        drawn = [random.dropout(ones, rate, seed=self.seed_generator) for _ in range(count)]
        return drawn[0] if self.dropout_mask_count is None else drawn

    def kernel_kind(self) -> str | None:
        """Which recurrence of `_kernels` this cell is, but for dropout; None for none."""
        return None

    def drop_of_sequences(self, sequences: Any, training: Any) -> torch.Tensor | None:
        """What whole sequences [batch, time, inputs] are multiplied with, time first: the same at all steps.

        In Keras 2, whose LSTM and GRU drop before their kernels, the steps differ.
        """
        if _version.is_legacy() and self._gates > 1:
            drawn = self._drawn(sequences, self.dropout) if training and self.dropout else None
            return None if drawn is None else to_storage(drawn).transpose(0, 1)
        drop, _ = self.drops(sequences[:, 0, :], None, training) if self.dropout else (None, None)
        return None if drop is None else to_storage(drop)

    def get_dropout_mask(self, step_input: Any) -> Any:
        """What the inputs are multiplied with in this sequence; None where there is no dropout."""
        if self._drop is None and self.dropout > 0:
            object.__setattr__(self, "_drop", self._drawn(step_input, self.dropout))
        return self._drop

    def get_recurrent_dropout_mask(self, step_input: Any) -> Any:
        """What the states are multiplied with in this sequence; None where there is no dropout."""
        if self._recurrent_drop is None and self.recurrent_dropout > 0:
            object.__setattr__(self, "_recurrent_drop", self._drawn(step_input, self.recurrent_dropout))
        return self._recurrent_drop

    def reset_dropout_mask(self) -> None:
        """Lets the next step draw a new mask for the inputs."""
        object.__setattr__(self, "_drop", None)

    def reset_recurrent_dropout_mask(self) -> None:
        """Lets the next step draw a new mask for the states."""
        object.__setattr__(self, "_recurrent_drop", None)

    def drops(self, inputs: Any, states: Any, training: Any) -> tuple[Any, Any]:
        """The masks to apply to a step's inputs and states."""
        if not training:
            return None, None
        drop = self.get_dropout_mask(inputs) if 0.0 < self.dropout < self._rate_of_none else None
        recurrent = 0.0 < self.recurrent_dropout < self._rate_of_none
        return drop, self.get_recurrent_dropout_mask(states) if recurrent else None


class WeightedCell(DropoutRNNCell, Layer):
    """A cell of `units` with a kernel, a recurrent kernel and a bias, for each of `_gates` gates side by side."""

    _draws_first = False  # whether the seed of its dropout comes before its initializers', from one stream of numbers
    _config: tuple[str, ...] = ()
    state_size: Any
    kernel: Any
    recurrent_kernel: Any
    bias: Any
    units: int

    def _take(self, units: int, dropout: float, recurrent_dropout: float, seed: int | None, **rest: Any) -> None:
        self.units = units = int(units)
        if self._draws_first:
            self.seed_generator = SeedGenerator(seed)
        take(self, **rest)
        self.dropout, self.recurrent_dropout = (min(1.0, max(0.0, rate)) for rate in (dropout, recurrent_dropout))
        self.seed = seed
        if not self._draws_first:
            self.seed_generator = SeedGenerator(seed)
        self.state_size = self.output_size = units

    def _use_implementation(self, implementation: int) -> None:
        """1: each gate has dropout masks of its own, as recurrent dropout needs. 2: one mask for all."""
        self.implementation = 1 if self.recurrent_dropout != 0.0 else implementation
        if self.implementation == 1:
            self.dropout_mask_count = self._gates

    def _check_units(self, units: Any) -> None:
        if units <= 0:
            raise ValueError(
                f"Received an invalid value for argument `units`, expected a positive integer, got {units}."
            )

    def _bias_shape(self) -> tuple[int, ...]:
        return (self._gates * self.units,)

    def _bias_initializer(self) -> Any:
        return self.bias_initializer  # type: ignore[attr-defined]

    def build(self, input_shape: Any) -> None:
        """Makes the kernel [inputs, gates * units], the recurrent kernel and the bias."""
        width = self._gates * self.units
        own: Any = self
        shapes = {"kernel": (input_shape[-1], width), "recurrent_kernel": (self.units, width)}
        for name, shape in shapes.items():
            part = name.removesuffix("_kernel")
            variable = self.add_weight(
                shape=shape,
                name=name,
                initializer=getattr(own, f"{part}_initializer"),
                regularizer=getattr(own, f"{part}_regularizer"),
                constraint=getattr(own, f"{part}_constraint"),
            )
            setattr(self, name, variable)
        self.bias = None
        if own.use_bias:
            self.bias = self.add_weight(
                shape=self._bias_shape(),
                name="bias",
                initializer=self._bias_initializer(),
                regularizer=own.bias_regularizer,
                constraint=own.bias_constraint,
            )

    def weights_now(self) -> tuple[Any, Any, Any]:
        """The kernel, the recurrent kernel and the bias (or None), as torch tensors."""
        bias = None if self.bias is None else self.bias._read()
        return self.kernel._read(), self.recurrent_kernel._read(), bias

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Zeros, [batch_size, units] for each state."""
        sizes = self.state_size if isinstance(self.state_size, (list, tuple)) else [self.state_size]
        return [ops.zeros((batch_size, size), dtype=self.compute_dtype) for size in sizes]

    def compute_output_spec(self, inputs: Any, states: Any, training: Any = False) -> tuple[Any, Any]:
        """A KerasTensor for the output, and as many as there are states, nested like them."""
        batches = [x.shape[0] for x in tree.flatten((inputs, states))]
        shape = (next((n for n in batches if n is not None), None), self.units)
        new = tree.map_structure(lambda _: KerasTensor(shape, dtype=self.compute_dtype), (inputs, states))
        return new[0], new[1]

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), **config_of(self, self._config)}


def _of_cell(name: str) -> property:
    return property(lambda self: getattr(self.cell, name), doc=f"The cell's {name}.")


class CellLayer(RNN):
    """A recurrent layer around a cell of its own, whose arguments are its own too."""

    _config: tuple[str, ...] = ()
    use_cudnn: Any = "auto"

    def _starts_at_zero(self) -> bool:
        return type(self).get_initial_state is RNN.get_initial_state

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in cls._config:
            if name not in ("activity_regularizer", "seed"):
                setattr(cls, name, _of_cell(name))

    def _finish(self, use_cudnn: Any = "auto") -> None:
        self.input_spec = InputSpec(ndim=3)
        if use_cudnn not in ("auto", True, False):
            raise ValueError(
                "Invalid valid received for argument `use_cudnn`. Expected one of {'auto', True, False}. "
                f"Received: use_cudnn={use_cudnn}"
            )
        self.use_cudnn = use_cudnn

    def _kind(self, training: Any) -> str | None:
        cell = self.cell
        drops = cell.recurrent_dropout or (cell.dropout and cell.dropout_mask_count)
        return None if self.use_cudnn is False or (training and drops) else cell.kernel_kind()

    def _draw_dropout(self, sequences: Any, initial_state: Any, training: Any) -> None:
        kernel = _version.is_legacy() and self.cell._gates > 1 and self._kind(training)
        if not kernel:  # which has masks of its own in Keras 2
            super()._draw_dropout(sequences, initial_state, training)

    def inner_loop(self, sequences: Any, initial_state: Any, mask: Any, training: Any = False) -> tuple[Any, Any, Any]:
        """(last output, outputs, states); on a kernel for the whole sequence where there is one."""
        kind = self._kind(training)
        if kind is not None:
            return self._on_kernel(kind, sequences, initial_state, mask, training)
        if self.use_cudnn is True:
            raise ValueError(
                f"use_cudnn=True of {type(self).__name__} needs activation='tanh', recurrent_activation='sigmoid' and "
                "no recurrent dropout (and reset_after=True of a GRU). Pass use_cudnn='auto' to go without."
            )
        return super().inner_loop(sequences, initial_state, mask, training)

    def _on_kernel(
        self, kind: str, sequences: Any, initial_state: Any, mask: Any, training: Any
    ) -> tuple[Any, Any, Any]:
        x = to_storage(sequences).transpose(0, 1)
        valid = None if mask is None else to_storage(mask).to(torch.bool).t()
        drop = self.cell.drop_of_sequences(sequences, training)
        x = x if drop is None else x * drop
        if self.go_backwards:
            x, valid = x.flip(0), None if valid is None else valid.flip(0)
        starts = [None, None] if initial_state is None else [to_storage(s) for s in initial_state]
        h, c = (*starts, None)[:2]
        kernel, recurrent, bias = self.cell.weights_now()
        raw, last, cell = _kernels.recurrence(kind, x, h, c, kernel, recurrent, bias, valid)
        output, outputs = last, raw
        if valid is not None:
            every = self.return_sequences
            output, outputs, last = _kernels.settled(raw, valid, last, h, kind, self.zero_output_for_mask, every)
        outputs = outputs.transpose(0, 1) if self.return_sequences else output.unsqueeze(1)
        states = [wrap(last)] if cell is None else [wrap(last), wrap(cell)]
        return wrap(output), wrap(outputs), states

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = super().get_config()
        del config["cell"]
        own = config_of(self, [name for name in self._config if name != "seed"])
        return {**config, **own, **({"seed": self.cell.seed} if "seed" in self._config else {})}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:  # type: ignore[override]
        """The layer that `get_config` described."""
        return cls(**config)
