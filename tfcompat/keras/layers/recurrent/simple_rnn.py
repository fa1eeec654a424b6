"""keras.layers.SimpleRNN: a fully connected recurrence; and its cell."""

from __future__ import annotations

from typing import Any

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras.layers.recurrent._cell import CellLayer, WeightedCell, is_one_of, product


class SimpleRNNCell(WeightedCell):
    """activation(inputs @ kernel + state @ recurrent_kernel + bias), which is the new state too
    (tf.keras.layers.SimpleRNNCell).

    units: the size of outputs and state. dropout, recurrent_dropout: the share of the inputs and of the state that is
    dropped in training, the same in all steps. ValueError for `units` that is no positive int.
    """

    _config = (
        *("units", "activation", "use_bias", "kernel_initializer", "recurrent_initializer", "bias_initializer"),
        *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "kernel_constraint"),
        *("recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "seed"),
    )
    _rate_of_none = 2.0
    _draws_first = True
    activation: Any

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
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
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        self._check_units(units)
        super().__init__(**kwargs)
        self._take(
            units,
            dropout,
            recurrent_dropout,
            seed,
            activation=activation,
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

    def call(self, sequence: Any, states: Any, training: Any = False) -> tuple[Any, Any]:
        """The output and the new state: a list of it, where `states` is a list."""
        nested = isinstance(states, (list, tuple))
        state = states[0] if nested else states
        drop, recurrent_drop = self.drops(sequence, state, training)
        kernel, recurrent, bias = self.weights_now()
        z = product(to_storage(sequence), kernel, drop) + product(to_storage(state), recurrent, recurrent_drop)
        output = self.activation(wrap(z if bias is None else z + bias))
        return output, [output] if nested else output

    def kernel_kind(self) -> str | None:
        """Which recurrence of `_kernels` this cell is, but for dropout."""
        for kind in ("tanh", "relu"):
            if is_one_of(self.activation, kind):
                return kind
        return None


class SimpleRNN(CellLayer):
    """A fully connected recurrence over sequences [batch, time, features] (tf.keras.layers.SimpleRNN).

    The arguments are those of SimpleRNNCell and of RNN. Masked steps leave the state as it is. As in Keras 3,
    `activity_regularizer` is taken and not applied.
    """

    _config = (
        *("units", "activation", "use_bias", "kernel_initializer", "recurrent_initializer", "bias_initializer"),
        *("kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "activity_regularizer"),
        *("kernel_constraint", "recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout"),
    )

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
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
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        cell = SimpleRNNCell(
            units,
            activation=activation,
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
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name="simple_rnn_cell",
            seed=seed,
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            unroll=unroll,
            **kwargs,
        )
        self._finish()

    def call(self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False) -> Any:
        """The last output, or those of all steps; followed by the last state where asked for."""
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
