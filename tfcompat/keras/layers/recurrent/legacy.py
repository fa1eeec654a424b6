"""Recurrent layers that Keras 2 had and Keras 3 has not: AbstractRNNCell, CuDNNLSTM and CuDNNGRU."""

from __future__ import annotations

from typing import Any

from tfcompat.keras import ops
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.recurrent.gru import GRU
from tfcompat.keras.layers.recurrent.lstm import LSTM


class AbstractRNNCell(Layer):
    """What a cell of one's own may derive from (Keras 2's tf.keras.layers.AbstractRNNCell).

    Subclasses give `state_size` and `output_size` and compute in `call(inputs, states)`. NotImplementedError for what
    they leave out.
    """

    def _missing(self, name: str) -> NotImplementedError:
        return NotImplementedError(f"{type(self).__name__}, a subclass of AbstractRNNCell, must define `{name}`.")

    @property
    def state_size(self) -> Any:
        """The size of the state, or a list of the states' sizes."""
        raise self._missing("state_size")

    @property
    def output_size(self) -> Any:
        """The size of the output."""
        raise self._missing("output_size")

    def call(self, inputs: Any, states: Any) -> tuple[Any, Any]:
        """(output, new states) of one step."""
        raise self._missing("call")

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> list[Any]:
        """Zeros for each state; the batch size and dtype of `inputs` count where they are given."""
        if inputs is not None:
            batch_size, dtype = ops.shape(inputs)[0], inputs.dtype
        sizes = self.state_size if isinstance(self.state_size, (list, tuple)) else [self.state_size]
        return [ops.zeros((batch_size, size), dtype=dtype or self.compute_dtype) for size in sizes]


class CuDNNLSTM(LSTM):
    """LSTM under the name that Keras 2 gave it on cuDNN (tf.compat.v1.keras.layers.CuDNNLSTM).

    The arguments of LSTM but for the activations, the dropout and `use_bias`, which are fixed.
    """

    def __init__(
        self,
        units: int,
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
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("self", "kwargs", "__class__")}
        super().__init__(**given, **_allowed(type(self).__name__, kwargs))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return _without(super().get_config())


class CuDNNGRU(GRU):
    """GRU under the name that Keras 2 gave it on cuDNN (tf.compat.v1.keras.layers.CuDNNGRU).

    The arguments of GRU but for the activations, the dropout, `use_bias` and `reset_after`, which are fixed.
    """

    def __init__(
        self,
        units: int,
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
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        given = {name: value for name, value in locals().items() if name not in ("self", "kwargs", "__class__")}
        super().__init__(**given, **_allowed(type(self).__name__, kwargs))

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return _without(super().get_config())


_FIXED = (
    *("activation", "recurrent_activation", "use_bias", "dropout", "recurrent_dropout", "seed", "unroll"),
    *("reset_after", "zero_output_for_mask", "implementation", "use_cudnn"),
)


def _allowed(name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
    """`kwargs`; TypeError for arguments that are fixed."""
    wrong = [key for key in kwargs if key in _FIXED]
    if wrong:
        raise TypeError(f"{name} takes no {', '.join(wrong)}: cuDNN's kernel fixes it. Received: {kwargs}")
    return kwargs


def _without(config: dict[str, Any]) -> dict[str, Any]:
    """A config without the arguments that are fixed."""
    return {key: value for key, value in config.items() if key not in _FIXED}
