"""keras.layers.LSTM: long short-term memory; and its cell."""

from __future__ import annotations

from typing import Any

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import initializers, ops
from tfcompat.keras.layers.recurrent._cell import CellLayer, WeightedCell, is_one_of, product


class LSTMCell(WeightedCell):
    """One step of long short-term memory (tf.keras.layers.LSTMCell).

    With gates i, f and o (by `recurrent_activation`) and a candidate g (by `activation`), each of inputs and state by
    a quarter of the kernels: c = f * c + i * g, and the output h = o * activation(c). States: [h, c].
    unit_forget_bias: f's bias starts at 1. implementation: 1 draws dropout masks for each gate, 2 one for all.
    ValueError for `units` that is no positive int.
    """

    _gates = 4
    _config = (
        *("units", "activation", "recurrent_activation", "use_bias", "unit_forget_bias", "kernel_initializer"),
        *("recurrent_initializer", "bias_initializer", "kernel_regularizer", "recurrent_regularizer"),
        *("bias_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout"),
        *("recurrent_dropout", "seed"),
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
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
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
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
        )
        self._use_implementation(implementation)
        self.state_size = [units, units]

    def _bias_initializer(self) -> Any:
        own: Any = self
        return ForgetBias(own.bias_initializer, self.units) if own.unit_forget_bias else own.bias_initializer

    def call(self, inputs: Any, states: Any, training: Any = False) -> tuple[Any, list[Any]]:
        """The output and the new states [h, c]."""
        own: Any = self
        h, c = states
        drop, recurrent_drop = self.drops(inputs, h, training)
        kernel, recurrent, bias = self.weights_now()
        z = product(to_storage(inputs), kernel, drop) + product(to_storage(h), recurrent, recurrent_drop)
        zi, zf, zg, zo = (wrap(part) for part in (z if bias is None else z + bias).chunk(4, 1))
        i, f, o = (to_storage(own.recurrent_activation(part)) for part in (zi, zf, zo))
        cell = wrap(f * to_storage(c) + i * to_storage(own.activation(zg)))
        h = wrap(o * to_storage(own.activation(cell)))
        return h, [h, cell]

    def kernel_kind(self) -> str | None:
        """Which recurrence of `_kernels` this cell is, but for dropout."""
        own: Any = self
        return "lstm" if is_one_of(own.activation, "tanh") and is_one_of(own.recurrent_activation, "sigmoid") else None


class ForgetBias:
    """A bias by another initializer, but for ones in the forget gate's quarter."""

    def __init__(self, initializer: Any, units: int) -> None:
        self.initializer, self.units = initializer, units

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
        parts = [self.initializer((self.units,), dtype=dtype, **kwargs)]
        parts.append(initializers.Ones()((self.units,), dtype=dtype))
        parts.append(self.initializer((2 * self.units,), dtype=dtype, **kwargs))
        return ops.concatenate(parts)


class LSTM(CellLayer):
    """Long short-term memory over sequences [batch, time, features] (tf.keras.layers.LSTM).

    The arguments are those of LSTMCell and of RNN. Masked steps leave the states as they are. One kernel runs the whole
    sequence where activation is tanh, recurrent_activation is sigmoid and no recurrent dropout is at work.
    use_cudnn: "auto"; False for step by step; True for a ValueError where there is no kernel.
    """

    _config = (
        *("units", "activation", "recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer"),
        *("bias_initializer", "unit_forget_bias", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer"),
        *("activity_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout"),
        *("recurrent_dropout", "seed"),
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
        unit_forget_bias: bool = True,
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
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        cell = LSTMCell(
            units,
            activation=activation,
            recurrent_activation=recurrent_activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            unit_forget_bias=unit_forget_bias,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name="lstm_cell",
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
        """The last output, or those of all steps; followed by the last states h and c where asked for."""
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
