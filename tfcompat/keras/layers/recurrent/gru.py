"""keras.layers.GRU: gated recurrent units; and their cell."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.layers.recurrent._cell import CellLayer, WeightedCell, is_one_of, product


class GRUCell(WeightedCell):
    """One step of gated recurrent units (tf.keras.layers.GRUCell).

    With gates z and r (by `recurrent_activation`) and a candidate g (by `activation`), each of inputs and state by a
    third of the kernels: the output and new state h = z * h + (1 - z) * g. r scales the state's part of the candidate:
    after the matrix product where `reset_after` (the bias is [2, 3 * units] then), else before.
    implementation: 1 draws dropout masks for each gate, 2 one for all. ValueError for `units` that is no positive int.
    """

    _gates = 3
    _config = (
        *("units", "activation", "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer"),
        *("bias_initializer", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "kernel_constraint"),
        *("recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "reset_after", "seed"),
    )

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        reset_after: bool = True,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        self._check_units(units)
        implementation = kwargs.pop("implementation", 2)
        super().__init__(**kwargs)
        self._take(
            units,
            dropout,
            recurrent_dropout,
            seed,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
        )
        self._use_implementation(implementation)
        self.reset_after = reset_after

    def _bias_shape(self) -> tuple[int, ...]:
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def call(self, inputs: Any, states: Any, training: Any = False) -> tuple[Any, Any]:
        """The output and the new state: a list of it, where `states` is a list."""
        own: Any = self
        nested = isinstance(states, (list, tuple))
        h = to_storage(states[0] if nested else states)
        drop, recurrent_drop = self.drops(inputs, states[0] if nested else states, training)
        kernel, recurrent, bias = self.weights_now()
        inner_bias = None
        if bias is not None and self.reset_after:
            bias, inner_bias = bias.unbind(0)
        xz, xr, xg = _thirds(product(to_storage(inputs), kernel, drop), bias)
        if self.reset_after:
            hz, hr, hg = _thirds(product(h, recurrent, recurrent_drop), inner_bias)
        else:
            first = recurrent_drop[:2] if recurrent_drop else None
            hz, hr = product(h, recurrent[:, : 2 * self.units], first).chunk(2, 1)
        z, r = (to_storage(own.recurrent_activation(wrap(x))) for x in (xz + hz, xr + hr))
        if self.reset_after:
            hg = r * hg
        else:
            hg = product(r * h, recurrent[:, 2 * self.units :], recurrent_drop[2] if recurrent_drop else None)
        output = wrap(z * h + (1 - z) * to_storage(own.activation(wrap(xg + hg))))
        return output, [output] if nested else output

    def kernel_kind(self) -> str | None:
        """Which recurrence of `_kernels` this cell is, but for dropout."""
        own: Any = self
        fits = is_one_of(own.activation, "tanh") and is_one_of(own.recurrent_activation, "sigmoid")
        return "gru" if fits and self.reset_after else None


def _thirds(x: torch.Tensor, bias: Any) -> tuple[torch.Tensor, ...]:
    return (x if bias is None else x + bias).chunk(3, 1)


class GRU(CellLayer):
    """Gated recurrent units over sequences [batch, time, features] (tf.keras.layers.GRU).

    The arguments are those of GRUCell and of RNN. Masked steps leave the state as it is. One kernel runs the whole
    sequence where activation is tanh, recurrent_activation is sigmoid, `reset_after` holds and no recurrent dropout is
    at work. use_cudnn: "auto"; False for step by step; True for a ValueError where there is no kernel.
    """

    _config = (
        *("units", "activation", "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer"),
        *("bias_initializer", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
        *("activity_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout"),
        *("recurrent_dropout", "reset_after", "seed"),
    )

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        cell = GRUCell(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            reset_after=reset_after,
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name="gru_cell",
            seed=seed,
            implementation=kwargs.pop("implementation", 2),
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self._finish(use_cudnn)

    def call(self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False) -> Any:
        """The last output, or those of all steps; followed by the last state where asked for."""
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
