"""keras.layers.ConvLSTM1D, 2D and 3D: an LSTM whose products with the kernels are convolutions."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras import _version, ops
from tfcompat.keras.backend import standardize_data_format
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.layers.recurrent._cell import CellLayer, DropoutRNNCell, config_of, take
from tfcompat.keras.layers.recurrent._loop import rnn
from tfcompat.keras.layers.recurrent.lstm import ForgetBias
from tfcompat.keras.layers.recurrent.rnn import RNN, several
from tfcompat.keras.ops._window_shapes import convolved, padding_of, tuple_of
from tfcompat.keras.random import SeedGenerator

_CONFIG = (
    *("filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "activation"),
    *("recurrent_activation", "use_bias", "kernel_initializer", "recurrent_initializer", "bias_initializer"),
    *("unit_forget_bias", "kernel_regularizer", "recurrent_regularizer", "bias_regularizer", "kernel_constraint"),
    *("recurrent_constraint", "bias_constraint", "dropout", "recurrent_dropout", "seed"),
)


class _Default(str):
    """A default argument, told apart from the same string given: Keras 2 has another one."""


_GATES = _Default("sigmoid")


class ConvLSTMCell(DropoutRNNCell, Layer):
    """One step of a convolutional LSTM; the gates lie side by side in the kernels' last axis.

    rank: the number of spatial dimensions. The other arguments are those of the ConvLSTM layers.
    """

    kernel: Any
    recurrent_kernel: Any
    bias: Any
    dropout_mask_count = 4

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        parts: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed)
        self.rank, self.filters = rank, filters
        self.kernel_size = tuple_of(kernel_size, rank, "kernel_size")
        self.strides = tuple_of(strides, rank, "strides")
        self.padding = padding_of(padding, False)
        self.data_format = standardize_data_format(data_format)
        self.dilation_rate = tuple_of(dilation_rate, rank, "dilation_rate")
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                "`strides > 1` is not compatible with `dilation_rate > 1`. Received: "
                f"strides={self.strides} and dilation_rate={self.dilation_rate}"
            )
        take(self, **(parts or {}))
        self.dropout, self.recurrent_dropout = (min(1.0, max(0.0, rate)) for rate in (dropout, recurrent_dropout))
        self.input_spec = InputSpec(ndim=rank + 2)
        self.state_size = -1  # states have the outputs' shape

    def build(self, inputs_shape: Any, states_shape: Any = None) -> None:
        """Makes the kernels [window..., channels, 4 * filters] and the bias; ValueError for unknown sizes."""
        shape = tuple(inputs_shape[1:])
        if None in shape:
            raise ValueError(
                "ConvLSTM layers need known sizes of the spatial dimensions and of the channels. Received: "
                f"input_shape={tuple(inputs_shape)}"
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, shape=(None, *shape))
        self._step_shape = shape
        channels = shape[-1 if self.data_format == "channels_last" else 0]
        own: Any = self
        for name, size in (("kernel", channels), ("recurrent_kernel", self.filters)):
            part = name.removesuffix("_kernel")
            variable = self.add_weight(
                shape=(*self.kernel_size, size, 4 * self.filters),
                name=name,
                initializer=getattr(own, f"{part}_initializer"),
                regularizer=getattr(own, f"{part}_regularizer"),
                constraint=getattr(own, f"{part}_constraint"),
            )
            setattr(self, name, variable)
        self.bias = None
        if own.use_bias:
            initializer = own.bias_initializer
            self.bias = self.add_weight(
                shape=(4 * self.filters,),
                name="bias",
                initializer=ForgetBias(initializer, self.filters) if own.unit_forget_bias else initializer,
                regularizer=own.bias_regularizer,
                constraint=own.bias_constraint,
            )

    def call(self, inputs: Any, states: Any, training: Any = False) -> tuple[Any, list[Any]]:
        """The output and the new states [h, c]."""
        drop, recurrent_drop = self.drops(inputs, states[0], training)
        return self.step(self.input_gates(inputs, drop), states, recurrent_drop)

    def input_gates(self, inputs: Any, drop: Any = None) -> Any:
        """What the inputs add to the gates, bias included."""
        gates = self._convolved(inputs, self.kernel, drop, self.strides, self.padding, self.dilation_rate)
        if self.bias is None:
            return gates
        bias = self.bias._read()
        return wrap(gates._t + (bias if self._axis() < 0 else bias.view(-1, *(1,) * self.rank)))

    def step(self, gates: Any, states: Any, drop: Any = None) -> tuple[Any, list[Any]]:
        """The output and the new states, given what the inputs add to the gates."""
        own: Any = self
        h, c = states
        z = to_storage(gates) + self._convolved(h, self.recurrent_kernel, drop, 1, "same", 1)._t
        zi, zf, zg, zo = (wrap(part) for part in z.chunk(4, self._axis()))
        i, f, o = (to_storage(own.recurrent_activation(part)) for part in (zi, zf, zo))
        cell = wrap(f * to_storage(c) + i * to_storage(own.activation(zg)))
        output = wrap(o * to_storage(own.activation(cell)))
        return output, [output, cell]

    def _axis(self) -> int:
        return -1 if self.data_format == "channels_last" else 1

    def _convolved(self, x: Any, kernel: Any, drop: Any, strides: Any, padding: str, dilation: Any) -> Any:
        weight = wrap(kernel._read())
        if drop is None:
            return ops.conv(x, weight, strides, padding, self.data_format, dilation)
        parts = [
            ops.conv(wrap(to_storage(x) * to_storage(mask)), wrap(w), strides, padding, self.data_format, dilation)._t
            for mask, w in zip(drop, weight._t.chunk(4, -1))
        ]
        return wrap(torch.cat(parts, self._axis()))

    def compute_output_shape(self, inputs_shape: Any, states_shape: Any = None) -> Any:
        """The output's shape, and those of the states."""
        window = (self.kernel_size, self.strides, self.padding, self.data_format, self.dilation_rate)
        shape = convolved(inputs_shape, self.filters, *window)
        return shape, [shape, shape]

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """Zeros of the outputs' shape."""
        shape, _ = self.compute_output_shape((1, *self._step_shape))
        return [ops.zeros((batch_size, *shape[1:]), dtype=self.compute_dtype) for _ in range(2)]

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), **config_of(self, _CONFIG)}


class _ConvLSTM(CellLayer):
    """A convolutional LSTM over [batch, time, spatial dimensions and channels]."""

    _config = (*_CONFIG[:16], "activity_regularizer", *_CONFIG[16:])
    rank: int

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = _GATES,
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
        **kwargs: Any,
    ) -> None:
        if recurrent_activation is _GATES and _version.is_legacy():
            recurrent_activation = "hard_sigmoid"
        given = dict(locals())
        cell = ConvLSTMCell(
            self.rank,
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            dropout,
            recurrent_dropout,
            seed,
            parts={name: given[name] for name in _CONFIG[6:19]},
            name="conv_lstm_cell",
            dtype=kwargs.get("dtype"),
        )
        super().__init__(
            cell,
            return_sequences=return_sequences,
            return_state=return_state,
            go_backwards=go_backwards,
            stateful=stateful,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.input_spec = InputSpec(ndim=self.rank + 3)

    def call(self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False) -> Any:
        """The last output, or those of all steps; followed by the last states h and c where asked for."""
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)

    def inner_loop(self, sequences: Any, initial_state: Any, mask: Any, training: Any = False) -> tuple[Any, Any, Any]:
        """(last output, outputs, states); without dropout the inputs of all steps are convolved at once."""
        cell = self.cell
        if training and (cell.dropout or cell.recurrent_dropout):
            return RNN.inner_loop(self, sequences, initial_state, mask, training)
        t = to_storage(sequences)
        gates = to_storage(cell.input_gates(wrap(t.flatten(0, 1))))
        return rnn(
            cell.step,
            wrap(gates.view(*t.shape[:2], *gates.shape[1:])),
            self._start(sequences, None) if initial_state is None else initial_state,
            go_backwards=self.go_backwards,
            mask=mask,
            unroll=self.unroll,
            zero_output_for_mask=self.zero_output_for_mask,
            return_all_outputs=self.return_sequences,
        )

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """The output's shape; with `return_state` a tuple with those of the states."""
        batch, steps, *rest = self._batch_first(sequences_shape)
        shape = self.cell.compute_output_shape((batch, *rest))[0][1:]
        output = self._batch_first((batch, steps, *shape)) if self.return_sequences else (batch, *shape)
        return several((output, (batch, *shape), (batch, *shape))) if self.return_state else output

    def _cell_scope(self) -> Any:
        return nullcontext()  # in Keras 2 the cell is no part of the weights' names

    def compute_mask(self, _: Any, mask: Any) -> Any:
        """The mask of the sequences, for a layer that returns sequences; none of its states."""
        found = mask[0] if isinstance(mask, (list, tuple)) else mask
        found = found if self.return_sequences else None
        return [found, None, None] if self.return_state else found


class ConvLSTM1D(_ConvLSTM):
    """A convolutional LSTM over [batch, time, length, channels] (tf.keras.layers.ConvLSTM1D).

    filters: the size of outputs and states. kernel_size, strides, padding, data_format, dilation_rate: of the
    convolution of the inputs; the states' has strides of 1 and padding "same". The others are LSTM's. ValueError for
    strides together with a dilation.
    """

    rank = 1


class ConvLSTM2D(_ConvLSTM):
    """A convolutional LSTM over [batch, time, height, width, channels] (tf.keras.layers.ConvLSTM2D).

    The arguments are ConvLSTM1D's, with one number or two for the window's sizes.
    """

    rank = 2


class ConvLSTM3D(_ConvLSTM):
    """A convolutional LSTM over [batch, time, depth, height, width, channels] (tf.keras.layers.ConvLSTM3D).

    The arguments are ConvLSTM1D's, with one number or three for the window's sizes.
    """

    rank = 3
