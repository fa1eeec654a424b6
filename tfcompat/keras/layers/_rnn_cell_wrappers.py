"""tf.nn.RNNCellDropoutWrapper and its kin: recurrent cells with something around each step."""

from __future__ import annotations

import functools
import hashlib
import warnings
from collections.abc import Callable
from typing import Any

from tfcompat import nest
from tfcompat._core import structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.device import device as device_scope
from tfcompat._core.names import name_scope
from tfcompat._core.shapes import TensorShape, as_shape
from tfcompat._core.tensor import EagerTensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.saving.serialization import deserialize_named
from tfcompat.math import floor
from tfcompat.nn.dropout import dropout
from tfcompat.random import uniform

_MODULE = "tensorflow.python.keras.layers.rnn_cell_wrapper_v2"


def _warn(old: str, new: str) -> None:
    warnings.warn(
        f"`layer.{old}` is deprecated and will be removed in a future version. Please use `layer.{new}` instead.",
        UserWarning,
        stacklevel=3,
    )


class _RNNCellWrapper(Layer):
    """A cell around another one: `wrapped_cell`, whose sizes, states and weights are its own.

    cell: an object with `build(input_shape)`, `call(inputs, states)`, `state_size` and `output_size`.
    """

    def __init__(self, cell: Any, **kwargs: Any) -> None:
        if not callable(getattr(cell, "call", None)):
            raise AttributeError(f"{type(cell).__name__!r} object has no attribute 'call'")
        super().__init__(**kwargs)
        self.cell = cell

    @property
    def wrapped_cell(self) -> Any:
        """The cell within."""
        return self.cell

    @property
    def state_size(self) -> Any:
        """The cell's."""
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        """The cell's."""
        return self.cell.output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The state to start from."""
        return self.cell.zero_state(batch_size, dtype)

    def get_initial_state(self, *args: Any, **kwargs: Any) -> Any:
        """The state to start from, as Keras' cells make it."""
        return self.cell.get_initial_state(*args, **kwargs)

    def build(self, inputs_shape: Any) -> None:
        """Builds the cell."""
        if not getattr(self.cell, "built", False):
            self.cell.build(inputs_shape)
        self.built = True

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> tuple[Any, Any]:
        """The cell's output and new state."""
        return self.cell.call(inputs, state, **kwargs)

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """What calling the cell gives."""
        _warn("apply", "`__call__` method")
        return self(inputs, *args, **kwargs)

    def finalize_state(self) -> None:
        """Ends the making of the state: there is nothing to do."""

    def get_losses_for(self, inputs: Any) -> list[Any]:
        """The losses, whatever the inputs."""
        _warn("get_losses_for", "losses")
        return self.losses

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """The updates, of which there are none."""
        _warn("get_updates_for", "updates")
        return self.updates

    @property
    def input_mask(self) -> Any:
        """The mask of the only call's inputs; AttributeError where there is none, or more than one."""
        if len(self.inbound_nodes) == 1:
            return self.get_input_mask_at(0)
        raise AttributeError(f"Layer {self.name} {self._connected()}, no input to return.")

    @property
    def output_mask(self) -> Any:
        """The mask of the only call's outputs; AttributeError where there is none, or more than one."""
        if len(self.inbound_nodes) == 1:
            return self.get_output_mask_at(0)
        raise AttributeError(f"Layer {self.name} {self._connected()}, no output to return.")

    def _connected(self) -> str:
        return "has multiple inbound nodes" if self.inbound_nodes else "is not connected"

    def name_scope(self) -> str:
        """The name that operations get as a prefix."""
        return self.name

    @classmethod
    def with_name_scope(cls, method: Callable[..., Any]) -> Callable[..., Any]:
        """A method that runs within the name scope of the cell."""

        @functools.wraps(method)
        def scoped(self: Any, *args: Any, **kwargs: Any) -> Any:
            with name_scope(self.name):
                return method(self, *args, **kwargs)

        return scoped

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`; a function among them stands for itself."""
        base = super().get_config()
        cell = {"class_name": type(self.cell).__name__, "config": self.cell.get_config()}
        return {"name": base["name"], "trainable": base["trainable"], "dtype": self.dtype_policy.name, "cell": cell}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The wrapper of a `get_config()`; the cell's class is a Keras layer or among the custom objects."""
        from tfcompat.keras import layers

        config = dict(config)
        cell = deserialize_named(config.pop("cell"), dict(vars(layers)), custom_objects)
        return cls(cell, **config)


def _default_filter(state: Any) -> bool:
    return not isinstance(state, TensorArray)


def _rate(value: Any, argument: str) -> Any:
    """A probability, as a float where its value is known; ValueError where it is not between 0 and 1."""
    t = convert_to_tensor(value)
    if not isinstance(t, EagerTensor):
        return t
    number = float(t)
    if not 0 <= number <= 1:
        raise ValueError(f"Parameter {argument} must be between 0 and 1: {number:g}")
    return number


def _is_dropping(keep_prob: Any) -> bool:
    return not isinstance(keep_prob, float) or keep_prob < 1


class DropoutWrapper(_RNNCellWrapper):
    """A cell with dropout of its inputs, its outputs and its new states (tf.nn.RNNCellDropoutWrapper).

    *_keep_prob: the probability that an element is kept. variational_recurrent: drops the same elements in every step;
    needs `dtype` and, for inputs, their shape without the batch in `input_size`. seed: an int for the same numbers each
    time. dropout_state_filter_visitor: says of a state, and of each of its parts, whether to drop of it; all but
    TensorArrays unless given. Raises ValueError for probabilities out of range and for what is missing.
    """

    __module__ = _MODULE

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError("dropout_state_filter_visitor must be callable")
        self._filter = dropout_state_filter_visitor or _default_filter
        self._keep = {
            "input": _rate(input_keep_prob, "input_keep_prob"),
            "state": _rate(state_keep_prob, "state_keep_prob"),
            "output": _rate(output_keep_prob, "output_keep_prob"),
        }
        self._variational, self._input_size, self._seed = variational_recurrent, input_size, seed
        self._noise: dict[str, Any] = {}
        if variational_recurrent:
            self._draw_noise(dtype)

    def _draw_noise(self, dtype: Any) -> None:
        """The numbers that decide what is dropped in every step, the same for all of a batch."""
        if dtype is None:
            raise ValueError("When variational_recurrent=True, dtype must be provided")
        sizes = {"state": self.cell.state_size, "output": self.cell.output_size}
        if _is_dropping(self._keep["input"]):
            if self._input_size is None:
                raise ValueError(
                    "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be "
                    "provided"
                )
            sizes["input"] = self._input_size
        for kind, size in sizes.items():
            leaves = [size] if isinstance(size, TensorShape) else nest.flatten(size)
            self._noise[kind] = [
                uniform([1, *as_shape(s).as_list()], seed=self._seed_of(kind, i), dtype=dtype)
                for i, s in enumerate(leaves)
            ]

    def _seed_of(self, kind: str, index: int) -> int | None:
        if self._seed is None:
            return None
        digest = hashlib.md5(f"{self._seed}{kind}_{index}".encode(), usedforsecurity=False).hexdigest()
        return int(digest[:8], 16) & 0x7FFFFFFF

    def _drop(self, kind: str, index: int, value: Any) -> Any:
        keep = self._keep[kind]
        if not self._variational:
            return dropout(value, rate=1.0 - keep, seed=self._seed_of(kind, index))
        return value / keep * floor(keep + self._noise[kind][index])

    def _dropped(self, kind: str, value: Any) -> Any:
        """All tensors of `value` with dropout."""
        if not _is_dropping(self._keep[kind]):
            return value
        leaves = [self._drop(kind, i, v) for i, v in enumerate(nest.flatten(value))]
        return nest.pack_sequence_as(value, leaves)

    def _filtered(self, value: Any, count: list[int]) -> Any:
        """`value` with dropout of what the filter wants; `count` numbers the parts."""
        return self._part(value, self._filter(value), count)

    def _part(self, value: Any, wanted: Any, count: list[int]) -> Any:
        if isinstance(wanted, bool) and not (wanted and nest.is_nested(value)):
            count[0] += 1
            return self._drop("state", count[0] - 1, value) if wanted else value
        node = structure.node_of(type(value))
        if node is None:
            raise TypeError(f"dropout_state_filter_visitor must return bools, got {wanted!r} for {value!r}")
        parts = list(node.children(value))
        flags = [None] * len(parts) if wanted is True else list(structure.node_of(type(wanted)).children(wanted))  # type: ignore[union-attr]
        changed = [
            self._filtered(p, count) if flag is None else self._part(p, flag, count)
            for p, flag in zip(parts, flags, strict=True)
        ]
        return node.rebuild(value, changed)

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> tuple[Any, Any]:
        """The cell's output and new state, with dropout."""
        output, new_state = self.cell.call(self._dropped("input", inputs), state, **kwargs)
        if _is_dropping(self._keep["state"]):
            new_state = self._filtered(new_state, [0])
        return self._dropped("output", output), new_state

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        config = {
            **super().get_config(),
            **{f"{kind}_keep_prob": self._keep[kind] for kind in ("input", "output", "state")},
            "variational_recurrent": self._variational,
            "input_size": self._input_size,
            "seed": self._seed,
        }
        if self._filter is not _default_filter:
            config["dropout_state_filter_visitor"] = self._filter
        return config


def _sum(inputs: Any, outputs: Any) -> Any:
    def add(x: Any, y: Any) -> Any:
        x.shape.assert_is_compatible_with(y.shape)
        return x + y

    nest.assert_same_structure(inputs, outputs)
    return nest.map_structure(add, inputs, outputs)


class ResidualWrapper(_RNNCellWrapper):
    """A cell whose inputs are added to its outputs (tf.nn.RNNCellResidualWrapper).

    residual_fn: makes the output of (inputs, outputs) instead. ValueError where their shapes differ.
    """

    __module__ = _MODULE

    def __init__(self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._residual_fn = residual_fn

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> tuple[Any, Any]:
        """The sum of inputs and outputs, and the new state."""
        outputs, new_state = self.cell.call(inputs, state, **kwargs)
        return (self._residual_fn or _sum)(inputs, outputs), new_state

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        own = {} if self._residual_fn is None else {"residual_fn": self._residual_fn}
        return {**super().get_config(), **own}


class DeviceWrapper(_RNNCellWrapper):
    """A cell that runs on `device`, as within a tf.device scope (tf.nn.RNNCellDeviceWrapper)."""

    __module__ = _MODULE

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The state to start from, on the device."""
        with device_scope(self._device):
            return super().zero_state(batch_size, dtype)

    def call(self, inputs: Any, state: Any, **kwargs: Any) -> tuple[Any, Any]:
        """The cell's output and new state, computed on the device."""
        with device_scope(self._device):
            return self.cell.call(inputs, state, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        return {**super().get_config(), "device": self._device}
