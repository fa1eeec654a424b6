"""tf.compat.v1.nn.rnn_cell: one step of a recurrent network, with variables by get_variable."""

from __future__ import annotations

import collections
from collections.abc import Callable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat import _names
from tfcompat.compat.v1._initializers import Constant, Zeros
from tfcompat.compat.v1._layer import Layer
from tfcompat.compat.v1._variable_scope import get_variable_scope, variable_scope


class LSTMStateTuple(collections.namedtuple("LSTMStateTuple", ("c", "h"))):
    """An LSTM's state: `c`, what it remembers, and `h`, what it gave last."""

    __slots__ = ()

    @property
    def dtype(self) -> Any:
        """The dtype of both; TypeError where they differ."""
        if self.c.dtype != self.h.dtype:
            raise TypeError(f"Inconsistent internal state: {self.c.dtype} vs {self.h.dtype}")
        return self.c.dtype


def zeros_of(size: Any, batch: Any, dtype: Any) -> Any:
    """Zeros for a state of the size `size`, a nest of integers and shapes, for `batch` examples."""

    def one(s: Any) -> Any:
        sizes = [s] if isinstance(s, int) else tf.TensorShape(s).as_list()
        zeros = tf.zeros(tf.stack([batch, *sizes]) if isinstance(batch, tf.Tensor) else [batch, *sizes], dtype)
        zeros.set_shape([None if isinstance(batch, tf.Tensor) else batch, *sizes])
        return zeros

    if isinstance(size, tf.TensorShape):
        return one(size)
    return tf.nest.map_structure(one, size)


class RNNCell(Layer):
    """The base of cells: ``outputs, state = cell(inputs, state)`` (tf.compat.v1.nn.rnn_cell.RNNCell).

    Subclasses give `state_size`, `output_size` and `call(inputs, state)`, and make variables in `build` or `call`.
    """

    _own_scope: Any = None

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:  # type: ignore[override]
        """The outputs and the next state. scope: for the variables, in place of the cell's own."""
        if scope is not None:
            with variable_scope(scope) as scope:
                self._scope = self._scope or scope
                return super().__call__(inputs, state)
        if self._own_scope is None:
            self._own_scope = variable_scope(get_variable_scope())
        with self._own_scope:
            return super().__call__(inputs, state)

    @property
    def state_size(self) -> Any:
        """The sizes of the state's parts: integers or TensorShapes, in nests."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Any:
        """The size of the outputs."""
        raise NotImplementedError("Abstract method")

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """A state of zeros for `batch_size` examples."""
        with tf.name_scope(f"{type(self).__name__}ZeroState"):
            return zeros_of(self.state_size, batch_size, dtype)

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> Any:
        """The state to begin with: zeros, for as many examples as `inputs` has, or `batch_size`."""
        if inputs is not None:
            first = tf.nest.flatten(inputs)[0]
            batch_size, dtype = tf.shape(first)[0], first.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                "batch_size and dtype cannot be None while constructing initial state: "
                f"batch_size={batch_size}, dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    def _inputs_depth(self, inputs_shape: Any) -> int:
        depth = inputs_shape[-1]
        if depth is None:
            raise ValueError(f"Expected inputs.shape[-1] to be known, received shape: {inputs_shape}")
        return int(depth)


def _joined(inputs: Any, h: Any, kernel: Any, bias: Any) -> Any:
    return tf.nn.bias_add(tf.matmul(tf.concat([inputs, h], 1), kernel), bias)


class _Simple(RNNCell):
    def __init__(self, num_units: int, activation: Any, reuse: Any, name: str | None, dtype: Any, **kwargs: Any):
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        self._num_units = num_units
        self._activation = tf.keras.activations.get(activation) if activation else tf.tanh

    @property
    def state_size(self) -> Any:
        """The number of units."""
        return self._num_units

    @property
    def output_size(self) -> int:
        """The number of units."""
        return self._num_units


class BasicRNNCell(_Simple):
    """``activation(W [inputs, state] + b)`` (tf.compat.v1.nn.rnn_cell.BasicRNNCell)."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype, **kwargs)

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` and `bias`."""
        depth = self._inputs_depth(input_shape)
        self._kernel = self.add_weight("kernel", [depth + self._num_units, self._num_units])
        self._bias = self.add_weight("bias", [self._num_units], initializer=Zeros())

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """The output, twice."""
        output = self._activation(_joined(inputs, state, self._kernel, self._bias))
        return output, output


class GRUCell(_Simple):
    """A gated recurrent unit (Cho et al., 2014; tf.compat.v1.nn.rnn_cell.GRUCell).

    bias_initializer: ones for the gates where None, and zeros for the candidate.
    """

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype, **kwargs)
        self._initializers = kernel_initializer, bias_initializer

    def build(self, input_shape: Any) -> None:
        """Makes `gates/kernel`, `gates/bias`, `candidate/kernel` and `candidate/bias`."""
        depth, n = self._inputs_depth(input_shape), self._num_units
        kernel, bias = self._initializers
        ones, zeros = (bias, bias) if bias is not None else (Constant(1.0), Zeros())
        self._gate_kernel = self.add_weight("gates/kernel", [depth + n, 2 * n], initializer=kernel)
        self._gate_bias = self.add_weight("gates/bias", [2 * n], initializer=ones)
        self._candidate_kernel = self.add_weight("candidate/kernel", [depth + n, n], initializer=kernel)
        self._candidate_bias = self.add_weight("candidate/bias", [n], initializer=zeros)

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """The new state, twice."""
        gates = tf.sigmoid(_joined(inputs, state, self._gate_kernel, self._gate_bias))
        r, u = tf.split(gates, 2, 1)
        c = self._activation(_joined(inputs, r * state, self._candidate_kernel, self._candidate_bias))
        new = u * state + (1 - u) * c
        return new, new


class _LSTM(_Simple):
    _state_is_tuple: bool

    def _parts(self, state: Any) -> Any:
        return state if self._state_is_tuple else tf.split(state, [self._sizes[0], self._sizes[1]], 1)

    def _whole(self, c: Any, h: Any) -> Any:
        return LSTMStateTuple(c, h) if self._state_is_tuple else tf.concat([c, h], 1)

    @property
    def _sizes(self) -> tuple[int, int]:
        return self._num_units, self.output_size

    @property
    def state_size(self) -> Any:
        """The sizes of c and h, or their sum where the state is no tuple."""
        return LSTMStateTuple(*self._sizes) if self._state_is_tuple else sum(self._sizes)


class BasicLSTMCell(_LSTM):
    """An LSTM without peepholes (Zaremba et al., 2014; tf.compat.v1.nn.rnn_cell.BasicLSTMCell).

    forget_bias: is added to the forget gates. state_is_tuple: False joins c and h along the columns.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(num_units, activation, reuse, name, dtype, **kwargs)
        self._forget_bias, self._state_is_tuple = forget_bias, state_is_tuple

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` and `bias`."""
        depth, n = self._inputs_depth(input_shape), self._num_units
        self._kernel = self.add_weight("kernel", [depth + n, 4 * n])
        self._bias = self.add_weight("bias", [4 * n], initializer=Zeros())

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """The output and the new state."""
        c, h = self._parts(state)
        i, j, f, o = tf.split(_joined(inputs, h, self._kernel, self._bias), 4, 1)
        new_c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * tf.sigmoid(o)
        return new_h, self._whole(new_c, new_h)


class LSTMCell(_LSTM):
    """An LSTM with peepholes, a projection and clipping (Sak et al., 2014; tf.compat.v1.nn.rnn_cell.LSTMCell).

    use_peepholes: the gates see c. cell_clip: bounds c. num_proj: the size of the output, projected; proj_clip bounds
    it. NotImplementedError for shards.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        for argument, shards in (("num_unit_shards", num_unit_shards), ("num_proj_shards", num_proj_shards)):
            if shards not in (None, 1):
                raise NotImplementedError(f"tf.compat.v1.nn.rnn_cell.LSTMCell: {argument}={shards} is not in tfcompat.")
        super().__init__(num_units, activation, reuse, name, dtype, **kwargs)
        self._peepholes, self._cell_clip, self._initializer = use_peepholes, cell_clip, initializer
        self._num_proj, self._proj_clip = num_proj, proj_clip
        self._forget_bias, self._state_is_tuple = forget_bias, state_is_tuple

    @property
    def output_size(self) -> int:
        """The number of units, or `num_proj`."""
        return self._num_proj or self._num_units

    def build(self, input_shape: Any) -> None:
        """Makes `kernel`, `bias`, and where asked for `w_f_diag`, `w_i_diag`, `w_o_diag`, `projection/kernel`."""
        depth, n, start = self._inputs_depth(input_shape), self._num_units, self._initializer
        self._kernel = self.add_weight("kernel", [depth + self.output_size, 4 * n], initializer=start)
        self._bias = self.add_weight("bias", [4 * n], initializer=Zeros())
        names = ("w_f_diag", "w_i_diag", "w_o_diag") if self._peepholes else ()
        self._diagonals = [self.add_weight(name, [n], initializer=start) for name in names]
        if self._num_proj is not None:
            self._projection = self.add_weight("projection/kernel", [n, self._num_proj], initializer=start)

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """The output and the new state."""
        c, h = self._parts(state)
        i, j, f, o = tf.split(_joined(inputs, h, self._kernel, self._bias), 4, 1)
        f = f + self._forget_bias
        if self._peepholes:
            f, i = f + self._diagonals[0] * c, i + self._diagonals[1] * c
        new_c = tf.sigmoid(f) * c + tf.sigmoid(i) * self._activation(j)
        if self._cell_clip is not None:
            new_c = tf.clip_by_value(new_c, -self._cell_clip, self._cell_clip)
        if self._peepholes:
            o = o + self._diagonals[2] * new_c
        new_h = tf.sigmoid(o) * self._activation(new_c)
        if self._num_proj is not None:
            new_h = tf.matmul(new_h, self._projection)
            if self._proj_clip is not None:
                new_h = tf.clip_by_value(new_h, -self._proj_clip, self._proj_clip)
        return new_h, self._whole(new_c, new_h)


class MultiRNNCell(RNNCell):
    """Cells one upon another, each the next one's inputs (tf.compat.v1.nn.rnn_cell.MultiRNNCell).

    state_is_tuple: False joins the states along the columns. ValueError for no cells.
    """

    def __init__(self, cells: Sequence[Any], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not isinstance(cells, (list, tuple)):
            raise TypeError(f"cells must be a list or tuple, but saw: {cells}.")
        if not state_is_tuple and any(isinstance(c.state_size, (list, tuple)) for c in cells):
            raise ValueError(
                f"Some cells return tuples of states, but the flag state_is_tuple is not set.  "
                f"State sizes are: {[c.state_size for c in cells]}"
            )
        self._cells, self._state_is_tuple = list(cells), state_is_tuple

    @property
    def state_size(self) -> Any:
        """The cells' sizes, or their sum."""
        sizes = [c.state_size for c in self._cells]
        return tuple(sizes) if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        """The last cell's."""
        return self._cells[-1].output_size

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The states of zeros of all cells."""
        if not self._state_is_tuple:
            return super().zero_state(batch_size, dtype)
        return tuple(c.zero_state(batch_size, dtype) for c in self._cells)

    @property
    def trainable_variables(self) -> list[Any]:
        """The cells' trainable variables."""
        return [v for c in self._cells for v in c.trainable_variables]

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The cells' other variables."""
        return [v for c in self._cells for v in c.non_trainable_variables]

    trainable_weights, non_trainable_weights = trainable_variables, non_trainable_variables

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """The last cell's output, and the new states."""
        if not self._state_is_tuple:
            state = tf.split(state, [c.state_size for c in self._cells], 1)
        states = []
        for i, cell in enumerate(self._cells):
            with variable_scope(f"cell_{i}"):
                inputs, new = cell(inputs, state[i])
            states.append(new)
        return inputs, tuple(states) if self._state_is_tuple else tf.concat(states, 1)


class _Wrapper(RNNCell):
    def __init__(self, cell: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cell = self._cell = cell

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

    @property
    def trainable_variables(self) -> list[Any]:
        """The cell's."""
        return self.cell.trainable_variables

    @property
    def non_trainable_variables(self) -> list[Any]:
        """The cell's."""
        return self.cell.non_trainable_variables

    trainable_weights, non_trainable_weights = trainable_variables, non_trainable_variables

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The cell's."""
        return self.cell.zero_state(batch_size, dtype)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """The outputs and the next state; the variables are the cell's, in its scope."""
        return self._wrapped(inputs, state, lambda x, s: self.cell(x, s, scope=scope) if scope else self.cell(x, s))

    def _wrapped(self, inputs: Any, state: Any, cell: Callable[..., Any]) -> Any:
        raise NotImplementedError("Abstract method")


def _keeps_all(keep: Any) -> bool:
    return isinstance(keep, (int, float)) and float(keep) == 1.0


class DropoutWrapper(_Wrapper):
    """Dropout of a cell's inputs, outputs and state (tf.compat.v1.nn.rnn_cell.DropoutWrapper).

    The shares `..._keep_prob` are kept, an LSTM's c always. variational_recurrent: the same parts at all steps, for
    which `dtype` and, for inputs, `input_size` are needed. seed: of the random numbers.
    """

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
        for name, keep in (
            ("input_keep_prob", input_keep_prob),
            ("state_keep_prob", state_keep_prob),
            ("output_keep_prob", output_keep_prob),
        ):
            if isinstance(keep, (int, float)) and not 0 < keep <= 1:
                raise ValueError(f"Parameter {name} must be between 0 and 1: {float(keep)}")
        self._input_keep, self._output_keep, self._state_keep = input_keep_prob, output_keep_prob, state_keep_prob
        self._seed, self._filter = seed, dropout_state_filter_visitor
        self._variational, self._noise = variational_recurrent, {}
        if variational_recurrent:
            self._make_noise(input_size, dtype)

    def _make_noise(self, input_size: Any, dtype: Any) -> None:
        if dtype is None:
            raise ValueError("When variational_recurrent=True, dtype must be provided")
        sizes = {"output": self.cell.output_size, "state": self.cell.state_size}
        if not _keeps_all(self._input_keep):
            if input_size is None:
                raise ValueError(
                    "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, input_size must be "
                    "provided"
                )
            sizes["input"] = input_size
        for what, size in sizes.items():
            shapes = [[1, *([s] if isinstance(s, int) else tf.TensorShape(s).as_list())] for s in tf.nest.flatten(size)]
            self._noise[what] = [tf.random.uniform(shape, dtype=dtype, seed=self._seed) for shape in shapes]

    def _wrapped(self, inputs: Any, state: Any, cell: Callable[..., Any]) -> Any:
        inputs = self._dropped(inputs, self._input_keep, "input", None)
        output, state = cell(inputs, state)
        chosen = self._filter or (lambda state: _all_but_c(state))
        state = self._dropped(state, self._state_keep, "state", chosen)
        return self._dropped(output, self._output_keep, "output", None), state

    def _dropped(self, values: Any, keep: Any, what: str, chosen: Any) -> Any:
        if _keeps_all(keep):
            return values
        flat = tf.nest.flatten(values)
        wanted = [True] * len(flat) if chosen is None else _flat_choice(chosen(values), values)
        kept = []
        for i, (x, drop) in enumerate(zip(flat, wanted)):
            if not drop:
                kept.append(x)
            elif self._variational:
                mask = tf.floor(tf.cast(keep, x.dtype) + self._noise[what][i])
                kept.append(x / tf.cast(keep, x.dtype) * mask)
            else:
                kept.append(tf.nn.dropout(x, rate=1.0 - keep, seed=self._seed))
        return tf.nest.pack_sequence_as(values, kept)


def _all_but_c(state: Any) -> Any:
    if isinstance(state, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    if isinstance(state, (list, tuple)):
        return [_all_but_c(s) for s in state]
    return True


def _flat_choice(choice: Any, values: Any) -> list[bool]:
    """Which of the tensors of `values` are chosen, where a bool may stand for a whole nest."""
    if isinstance(choice, bool):
        return [choice] * len(tf.nest.flatten(values))
    return [c for part, v in zip(choice, values) for c in _flat_choice(part, v)]


class ResidualWrapper(_Wrapper):
    """Adds a cell's inputs to its outputs (tf.compat.v1.nn.rnn_cell.ResidualWrapper).

    residual_fn: takes inputs and outputs, in place of the sum.
    """

    def __init__(self, cell: Any, residual_fn: Callable[[Any, Any], Any] | None = None, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._residual = residual_fn

    def _wrapped(self, inputs: Any, state: Any, cell: Callable[..., Any]) -> Any:
        outputs, new = cell(inputs, state)
        if self._residual is not None:
            return self._residual(inputs, outputs), new
        tf.nest.assert_same_structure(inputs, outputs)
        for x, y in zip(tf.nest.flatten(inputs), tf.nest.flatten(outputs)):
            x.shape.assert_is_compatible_with(y.shape)
        return tf.nest.map_structure(lambda x, y: x + y, inputs, outputs), new


class DeviceWrapper(_Wrapper):
    """Runs a cell on a device (tf.compat.v1.nn.rnn_cell.DeviceWrapper)."""

    def __init__(self, cell: Any, device: Any, **kwargs: Any) -> None:
        super().__init__(cell, **kwargs)
        self._device = device

    def _wrapped(self, inputs: Any, state: Any, cell: Callable[..., Any]) -> Any:
        with tf.compat.v1.device(self._device):
            return cell(inputs, state)


__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
]

__getattr__ = _names.module_getattr("tf.compat.v1.nn.rnn_cell", globals())
