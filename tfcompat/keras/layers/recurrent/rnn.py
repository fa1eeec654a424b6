"""keras.layers.RNN: a cell along time; and StackedRNNCells, several cells as one."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.shapes import TensorShape
from tfcompat.keras import _naming, _version, ops, tree
from tfcompat.keras._naming import name_scope
from tfcompat.keras._variable import Variable
from tfcompat.keras.layers.base import Layer
from tfcompat.keras.layers.input_spec import InputSpec
from tfcompat.keras.layers.recurrent._loop import rnn
from tfcompat.keras.ops._operation import torch_dtype


def _check_cell(cell: Any, what: str) -> None:
    for name, needs in (("call", "method"), ("state_size", "attribute")):
        if name not in dir(cell):
            raise ValueError(f"{what} must have a `{name}` {needs}. Received: cell={cell}")


def _has_training(cell: Any) -> bool:
    return isinstance(cell, Layer) and cell._call_has_training_arg


def _is_single(size: Any) -> bool:
    """Whether a cell's `state_size` is that of one state: an int, in Keras 2 also a TensorShape."""
    return isinstance(size, int) or (_version.is_legacy() and isinstance(size, TensorShape))


def _may_note(cell: Any) -> bool:
    """Whether calls of the cell may leave traces: it is none of Keras's own."""
    cells = cell.cells if isinstance(cell, StackedRNNCells) else [cell]
    return not all(type(c).__module__.startswith("tfcompat.keras.") for c in cells)


def _output_size(cell: Any) -> Any:
    size = getattr(cell, "output_size", None)
    if size is not None:
        return size
    return cell.state_size if _is_single(cell.state_size) else cell.state_size[0]


def _dims(size: Any) -> tuple[int, ...]:
    return (size,) if isinstance(size, int) else tuple(size)


def _with_batch(batch: Any, size: Any) -> Any:
    """The shapes of a batch of states or outputs of these sizes; Keras 2 nests sizes, and has TensorShapes there."""
    if not _version.is_legacy():
        return (batch, *_dims(size)) if isinstance(size, int) else [(batch, *_dims(part)) for part in size]
    return tree.map_structure(lambda one: TensorShape((batch, *_dims(one))), size)


def _initial(cell: Any, batch_size: Any, dtype: Any) -> Any:
    """What a cell starts from: what its `get_initial_state` gives, else zeros."""
    make = getattr(cell, "get_initial_state", None)
    if make is not None:
        known = {"batch_size": batch_size, **({"inputs": None, "dtype": dtype} if _version.is_legacy() else {})}
        return make(**{name: value for name, value in known.items() if _takes(make, name)})
    size = cell.state_size
    if _version.is_legacy():
        return tree.map_structure(lambda one: ops.zeros((batch_size, *_dims(one)), dtype=dtype), size)
    parts = [ops.zeros((batch_size, *_dims(part)), dtype=dtype) for part in ([size] if _is_single(size) else size)]
    return parts[0] if _is_single(size) else parts


def _takes(function: Any, name: str) -> bool:
    parameters = inspect.signature(function).parameters
    return name in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _cast(x: Any, dtype: str) -> Any:
    t, wanted = to_storage(x), torch_dtype(dtype)
    return wrap(t if t.dtype is wanted else t.to(wanted))


def several(outputs: tuple[Any, ...]) -> Any:
    """What a layer with several outputs gives, or their shapes: a list in Keras 2, a tuple in Keras 3."""
    return list(outputs) if _version.is_legacy() else outputs


class StackedRNNCells(Layer):
    """Cells one above the other, as one cell (tf.keras.layers.StackedRNNCells).

    cells: objects with `call(inputs, states)` and `state_size`. The state is a list of the cells' states. ValueError
    for a cell that lacks one of the two.
    """

    def __init__(self, cells: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for cell in cells:
            _check_cell(cell, "All cells")
        self.cells = cells

    @property
    def state_size(self) -> list[Any]:
        """The cells' state sizes."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        """The last cell's output size."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """The cells' initial states."""
        return [_initial(cell, batch_size, self.compute_dtype) for cell in self.cells]

    def build(self, input_shape: Any) -> None:
        """Builds the cells, each for the outputs of the one below."""
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                with _naming.of_part(cell):
                    cell.build(input_shape)
                cell.built = True
            input_shape = (tree.flatten(input_shape)[0], _output_size(cell))

    def call(self, inputs: Any, states: Any, training: Any = False, **kwargs: Any) -> tuple[Any, Any]:
        """The last cell's output, and the new states."""
        new_states = []
        for cell, state in zip(self.cells, states):
            nested = tree.is_nested(state)
            extra = {**kwargs, "training": training} if _has_training(cell) else kwargs
            run: Any = cell if callable(cell) else cell.call
            inputs, new = run(inputs, list(state) if nested else [state], **extra)
            new_states.append(new[0] if len(new) == 1 and not nested else new)
        return inputs, new_states[0] if len(new_states) == 1 else new_states

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {**super().get_config(), "cells": [serialize_keras_object(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The layer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        config = dict(config)
        cells = [deserialize_keras_object(c, custom_objects=custom_objects) for c in config.pop("cells")]
        return cls(cells, **config)


class RNN(Layer):
    """A cell that goes along the time axis of sequences [batch, time, ...] (tf.keras.layers.RNN).

    cell: an object with `call(inputs, states) -> (output, new states)` and `state_size`, an int or a list of them, or
    a list of such cells; it may have `output_size` and `get_initial_state(batch_size)`. return_sequences: the outputs
    of all steps, not of the last alone. return_state: the last states after the output. go_backwards: from the last
    step to the first. stateful: each batch starts from the states that the one before ended with. unroll: the steps
    need a known number. zero_output_for_mask: masked steps give zeros, not the output before. ValueError for objects
    that are no cells. time_major: Keras 2's keyword for inputs and outputs [time, batch, ...].
    """

    states: Any
    _expected_batch_size: int | None
    _untracked = Layer._untracked | {"states"}

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        _check_cell(cell, "Argument `cell`")
        time_major = False
        if _version.is_legacy() or not kwargs.get("time_major"):  # Keras 3's refuses it
            time_major = bool(kwargs.pop("time_major", False))
        super().__init__(**kwargs)
        self.time_major = time_major
        self.cell = cell
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful, self.unroll = go_backwards, stateful, unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        self.states = None
        self._expected_batch_size = None
        size = cell.state_size
        if not isinstance(size, (list, tuple)) and not _is_single(size):
            raise ValueError(
                "`state_size` of the RNN cell must be an integer, or a list or tuple of integers, one for each state. "
                f"Received: state_size={size!r}"
            )
        self.single_state = _is_single(size)
        self.state_size = [size] if self.single_state else list(size)
        self._num_constants = 0

    def build(self, sequences_shape: Any, initial_state_shape: Any = None) -> None:
        """Builds the cell for one step's inputs, and makes the states of a stateful layer."""
        shapes = tree.map_shape_structure(lambda shape: TensorShape(self._batch_first(shape)), sequences_shape)
        sequences_shape = tree.flatten(shapes)[0].as_list()
        step_shape = tree.map_structure(lambda shape: (shape[0], *shape[2:]), shapes)
        if isinstance(self.cell, Layer) and not self.cell.built:
            with self._cell_scope():
                self.cell.build(step_shape)
            self.cell.built = True
        if not self.stateful:
            return
        if self.states is not None:
            self.reset_state()
            return
        if sequences_shape[0] is None:
            raise ValueError(
                "An RNN with `stateful=True` needs a batch size that is known: pass `batch_size` or `batch_shape` to "
                f"its Input. Received: sequences_shape={sequences_shape}"
            )
        with name_scope(self.name, caller=self):
            self.states = tree.map_structure(self._state_variable, self.get_initial_state(sequences_shape[0]))
        self._expected_batch_size = tree.flatten(self.states)[0].shape[0]

    def _cell_scope(self) -> Any:
        return _naming.of_part(self.cell)

    def _batch_first(self, shape: Any) -> Any:
        return (shape[1], shape[0], *shape[2:]) if self.time_major else shape

    def _state_variable(self, value: Any) -> Variable:
        return Variable(value, trainable=False, dtype=self.variable_dtype, name="rnn_state")

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """What the cell starts from: its own initial state, else zeros. Keras 2 takes the sequences, for how many."""
        if _version.is_legacy() and np.ndim(first := tree.flatten(batch_size)[0]):
            batch_size = ops.shape(first)[int(self.time_major)]
        found = _initial(self.cell, batch_size, getattr(self.cell, "compute_dtype", self.compute_dtype))
        return list(found) if tree.is_nested(found) else [found]

    def reset_state(self) -> None:
        """Sets the states of a stateful layer to zero."""
        for variable in tree.flatten(self.states or []):
            variable.assign(ops.zeros_like(variable.value))

    def reset_states(self, states: Any = None) -> None:
        """`reset_state` under its older name, or the states set to the given ones (one, or a list).

        AttributeError where the layer is not stateful; ValueError where there are none yet, or the number or a shape
        differs.
        """
        if states is None:
            self.reset_state()
            return
        if not self.stateful:
            raise AttributeError("Layer must be stateful.")
        own, given = tree.flatten(self.states or []), tree.flatten(states)
        if len(own) != len(given):
            raise ValueError(
                f"Layer {self.name} expects {len(own)} state(s), but it received {len(given)} state value(s)."
            )
        for variable, value in zip(own, given):
            if tuple(variable.shape) != np.shape(value):
                raise ValueError(
                    f"A state of layer {self.name} has shape {tuple(variable.shape)}, not {np.shape(value)}, which the "
                    "given value has."
                )
            variable.assign(value)

    # ---- calling ----

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if _version.is_legacy() and args and isinstance(args[0], list):  # the sequences, then states, then constants
            first, *rest = args[0]
            states = rest[: len(rest) - self._num_constants]
            given = {"initial_state": states, "constants": rest[len(states) :]}
            return super().__call__(first, *args[1:], **{k: v for k, v in given.items() if v}, **kwargs)
        if (constants := kwargs.get("constants")) is not None:
            self._num_constants = len(constants) if isinstance(constants, (list, tuple)) else 1
        return super().__call__(*args, **kwargs)

    def call(
        self, sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = False, **kwargs: Any
    ) -> Any:
        """The last output, or those of all steps; followed by the last states where asked for.

        kwargs: Keras 2's `constants`, tensors that the cell is called with at each step; TypeError for anything else.
        """
        extra = self._checked_constants(**kwargs)
        mask = tree.flatten(mask)[0]
        if self.time_major:
            sequences = tree.map_structure(lambda x: ops.swapaxes(x, 0, 1), sequences)
            mask = None if mask is None else ops.swapaxes(mask, 0, 1)
        self._check_sizes(tree.flatten(sequences)[0])
        if initial_state is None and self.stateful:
            initial_state = self.states
        if initial_state is not None or not self._starts_at_zero():
            initial_state = self._start(sequences, initial_state)
        try:
            self._draw_dropout(sequences, initial_state, training)
            last, outputs, states = self.inner_loop(
                sequences=sequences, initial_state=initial_state, mask=mask, training=training, **extra
            )
        finally:
            self._reset_dropout(self.cell)
        states = tree.map_structure(lambda x: _cast(x, self.compute_dtype), states)
        if self.stateful:
            for variable, value in zip(tree.flatten(self.states), tree.flatten(states)):
                variable.assign(value)
        output = tree.map_structure(lambda x: _cast(x, self.compute_dtype), outputs if self.return_sequences else last)
        if self.time_major and self.return_sequences:
            output = ops.swapaxes(output, 0, 1)
        if not self.return_state:
            return output
        if _version.is_legacy():  # the state of a stacked cell that has but one is no list
            states = [s[0] if isinstance(s, (list, tuple)) and len(s) == 1 else s for s in states]
        return several((output, *states))

    def _checked_constants(self, constants: Any = None, **others: Any) -> dict[str, list[Any]]:
        """The constants as a list, as an argument by its name; ValueError for a cell that takes none."""
        if others or (constants is not None and not _version.is_legacy()):
            raise TypeError(f"got an unexpected keyword argument {next(iter(others), 'constants')!r}")
        if constants is None:
            return {}
        if not _takes(self.cell.call, "constants"):
            raise ValueError(f"RNN cell {self.cell} does not support constants. Received: constants={constants}")
        return {"constants": list(constants) if isinstance(constants, (list, tuple)) else [constants]}

    def _check_sizes(self, sequences: Any) -> None:
        batch, steps = sequences.shape[:2]
        if self.unroll and steps is None:
            raise ValueError(
                "Cannot unroll an RNN whose number of time steps is not known: give it in the `shape` of the Input."
            )
        expected = self._expected_batch_size
        if self.stateful and expected is not None and batch is not None and batch != expected:
            raise ValueError(
                "If an RNN is stateful, the batch size of its inputs must be that of its states.\n"
                f"- Expected batch size: {expected}\n- Received batch size: {batch}"
            )

    def _starts_at_zero(self) -> bool:
        """Whether `inner_loop` may be given None for an initial state of zeros."""
        return False

    def _start(self, sequences: Any, initial_state: Any) -> list[Any]:
        if initial_state is None:
            initial_state = self.get_initial_state(batch_size=ops.shape(tree.flatten(sequences)[0])[0])
        found = list(initial_state) if tree.is_nested(initial_state) else [initial_state]
        if _version.is_legacy():
            self._check_states(found)
        dtype = getattr(self.cell, "compute_dtype", self.compute_dtype)
        return tree.map_structure(lambda x: ops.convert_to_tensor(x, dtype=dtype), found)

    def _check_states(self, states: list[Any]) -> None:
        """ValueError for states that are not of the cell's sizes, as Keras 2 checks them."""
        shapes, sizes = [x.shape for x in tree.flatten(states)], tree.flatten(self.state_size)
        if any(type(n) is int and n < 0 for n in sizes):  # known when the layer is called
            return
        fits = [TensorShape(shape[1:]).is_compatible_with(TensorShape(_dims(n))) for shape, n in zip(shapes, sizes)]
        if len(shapes) != len(sizes) or not all(fits):
            specs = [InputSpec(shape=tuple(shape)) for shape in shapes]
            raise ValueError(
                "An `initial_state` was passed that is not compatible with `cell.state_size`. Received "
                f"`state_spec`=ListWrapper({specs}); however `cell.state_size` is {self.state_size}"
            )

    def inner_loop(
        self, sequences: Any, initial_state: Any, mask: Any, training: Any = False, constants: Any = ()
    ) -> tuple[Any, Any, Any]:
        """(last output, outputs, states): the cell at each step in turn."""
        extra = {"training": training} if _has_training(self.cell) else {}
        run: Any = self.cell if callable(self.cell) else self.cell.call
        count = len(constants)

        def step(inputs: Any, states: Any) -> tuple[Any, Any]:
            if count:
                return run(inputs, states[:-count], constants=states[-count:], **extra)
            return run(inputs, states, **extra)

        if initial_state is None:
            initial_state = self._start(sequences, None)
        return rnn(
            step,
            sequences,
            initial_state if tree.is_nested(initial_state) else [initial_state],
            go_backwards=self.go_backwards,
            mask=mask,
            constants=constants,
            unroll=self.unroll,
            zero_output_for_mask=self.zero_output_for_mask,
            return_all_outputs=self.return_sequences,
            peek=_may_note(self.cell),
        )

    def _draw_dropout(self, sequences: Any, initial_state: Any, training: Any) -> None:
        """Draws the cell's dropout masks: in a fixed order; Keras 3 with a seed whether they are used or not."""
        from tfcompat.keras.layers.recurrent._cell import DropoutRNNCell

        cell = self.cell
        if not isinstance(cell, DropoutRNNCell) or not (cell.dropout or cell.recurrent_dropout):
            return
        if training or not (_version.is_legacy() or cell.seed_generator.is_free):
            state = self._start(sequences, initial_state)[0]
            cell.get_dropout_mask(sequences[:, 0])
            cell.get_recurrent_dropout_mask(state)

    def _reset_dropout(self, cell: Any) -> None:
        if hasattr(cell, "reset_dropout_mask"):
            cell.reset_dropout_mask()
            cell.reset_recurrent_dropout_mask()
        for part in cell.cells if isinstance(cell, StackedRNNCells) else ():
            self._reset_dropout(part)

    # ---- shapes, masks, configs ----

    def compute_output_shape(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        """The output's shape; with `return_state` a tuple with those of the states."""
        while tree.is_nested(sequences_shape[0]):  # Keras 2's sequences may be nested
            sequences_shape = sequences_shape[0]
        batch, length = self._batch_first(sequences_shape)[:2]
        size = getattr(self.cell, "output_size", None)
        size = self.state_size[0] if size is None else size
        if not isinstance(size, int) and not _version.is_legacy():
            raise ValueError(f"`output_size` of the RNN cell must be an integer. Received: output_size={size!r}")

        def output_shape(one: Any) -> Any:
            shape = (batch, length, *_dims(one)) if self.return_sequences else (batch, *_dims(one))
            shape = self._batch_first(shape) if self.return_sequences else shape
            return TensorShape(shape) if _version.is_legacy() else shape

        outputs = tree.map_structure(output_shape, size)
        if not self.return_state:
            return outputs
        states = [_with_batch(batch, s) for s in self.state_size]
        return several((*(outputs if tree.is_nested(size) else [outputs]), *states))

    def compute_mask(self, _: Any, mask: Any) -> Any:
        """The mask of the sequences, for a layer that returns sequences; none of its states."""
        mask = tree.flatten(mask)[0] if self.return_sequences else None
        return [mask, *(None for _ in self.state_size)] if self.return_state else mask

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`."""
        from tfcompat.keras.saving.serialization import serialize_keras_object

        return {
            **super().get_config(),
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
            **({"time_major": True} if self.time_major else {}),
            **({"num_constants": self._num_constants} if self._num_constants else {}),
            "cell": serialize_keras_object(self.cell),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The layer that `get_config` described."""
        from tfcompat.keras.saving.serialization import deserialize_keras_object

        config = dict(config)
        cell = deserialize_keras_object(config.pop("cell"), custom_objects=custom_objects)
        count = config.pop("num_constants", 0)
        layer = cls(cell, **config)
        if count:
            layer._num_constants = count
        return layer
