"""Recurrent networks over sequences: tf.compat.v1.nn.dynamic_rnn and relatives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat.compat.v1._variable_scope import variable_scope


def _transposed(x: Any) -> Any:
    """Batches of sequences as sequences of batches, and the other way."""
    return tf.transpose(x, [1, 0, *range(2, x.shape.rank)])


def _begin(cell: Any, initial: Any, batch: Any, dtype: Any) -> Any:
    if initial is not None:
        return initial
    if dtype is None:
        raise ValueError("If there is no initial_state, you must give a dtype.")
    if getattr(cell, "get_initial_state", None) is not None:
        return cell.get_initial_state(inputs=None, batch_size=batch, dtype=dtype)
    return cell.zero_state(batch, dtype)


def _only_first(keep: Any, new: Any, old: Any) -> Any:
    """New values for the examples that go on, old ones for the others."""

    def one(n: Any, o: Any) -> Any:
        if not n.shape.rank:
            return n
        return tf.where(tf.reshape(keep, [-1, *[1] * (n.shape.rank - 1)]), n, o)

    return tf.nest.map_structure(one, new, old)


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """The outputs of `cell` over sequences, and the last state (tf.compat.v1.nn.dynamic_rnn).

    inputs: [batch, time, ...], or [time, batch, ...] where `time_major`, or a nest of such; outputs are alike. Beyond
    `sequence_length`, [batch], outputs are zeros and states stay. initial_state: zeros of `dtype` where None.
    parallel_iterations and swap_memory are hints. ValueError for neither initial_state nor dtype.
    """
    with variable_scope(scope or "rnn"):
        flat = [tf.convert_to_tensor(x) for x in tf.nest.flatten(inputs)]
        flat = flat if time_major else [_transposed(x) for x in flat]
        known = flat[0].shape.as_list()
        batch = tf.shape(flat[0])[1] if known[1] is None else known[1]
        steps = tf.shape(flat[0])[0] if known[0] is None else known[0]
        state = _begin(cell, initial_state, batch, dtype)
        lengths = None if sequence_length is None else tf.cast(tf.convert_to_tensor(sequence_length), tf.int32)
        arrays = [tf.TensorArray(x.dtype, size=steps).unstack(x) for x in flat]
        state = tf.nest.map_structure(tf.convert_to_tensor, state)
        wide = tf.nest.flatten(state)[0].dtype if dtype is None else tf.as_dtype(dtype)
        sizes = cell.output_size
        shapes = [([s] if isinstance(s, int) else tf.TensorShape(s).as_list()) for s in _flat_sizes(sizes)]
        given = tf.nest.pack_sequence_as(sizes, list(shapes)) if isinstance(sizes, (list, tuple)) else None
        written = [tf.TensorArray(wide, size=steps, element_shape=[known[1], *s]) for s in shapes]

        def step(time: Any, state: Any, *written: Any) -> Any:
            x = tf.nest.pack_sequence_as(inputs, [_shaped(a.read(time), f.shape[1:]) for a, f in zip(arrays, flat)])
            outputs, new = cell(x, state)
            if lengths is not None:
                on = time < lengths
                new = _only_first(on, new, state)
                outputs = tf.nest.map_structure(lambda o: _only_first(on, o, tf.zeros_like(o)), outputs)
            new = tf.nest.map_structure(lambda n, s: _shaped(n, s.shape), new, state)
            parts = tf.nest.flatten(outputs) if given is not None else [outputs]
            return (time + 1, new, *(a.write(time, o) for a, o in zip(written, parts)))

        loop = tf.while_loop(lambda time, *_: time < steps, step, (tf.constant(0), state, *written))
        results = []
        for array, size in zip(loop[2:], shapes):
            stacked = array.stack()
            stacked.set_shape([known[0], known[1], *size])
            results.append(stacked if time_major else _transposed(stacked))
        return (tf.nest.pack_sequence_as(sizes, results) if given is not None else results[0]), loop[1]


def _flat_sizes(sizes: Any) -> list[Any]:
    return [sizes] if isinstance(sizes, (int, tf.TensorShape)) else tf.nest.flatten(sizes)


def _shaped(x: Any, shape: Any) -> Any:
    x.set_shape(shape)
    return x


def _reversed(x: Any, lengths: Any, time: int) -> Any:
    if lengths is None:
        return tf.reverse(x, [time])
    return tf.reverse_sequence(x, tf.cast(lengths, tf.int32), seq_axis=time, batch_axis=1 - time)


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """Two cells over sequences, one from each end: pairs of outputs and of last states.

    The outputs of both are in the order of the inputs. (tf.compat.v1.nn.bidirectional_dynamic_rnn; see dynamic_rnn)
    """
    rest = {"time_major": time_major, "parallel_iterations": parallel_iterations, "swap_memory": swap_memory}
    time = 0 if time_major else 1
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as forward:
            first = dynamic_rnn(cell_fw, inputs, sequence_length, initial_state_fw, dtype, scope=forward, **rest)
        with variable_scope("bw") as backward:
            turned = tf.nest.map_structure(lambda x: _reversed(x, sequence_length, time), inputs)
            outputs, state = dynamic_rnn(
                cell_bw, turned, sequence_length, initial_state_bw, dtype, scope=backward, **rest
            )
        outputs = tf.nest.map_structure(lambda x: _reversed(x, sequence_length, time), outputs)
        return (first[0], outputs), (first[1], state)


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """The outputs of `cell` for a list of inputs, one for each step, and the last state (tf.compat.v1.nn.static_rnn).

    Beyond `sequence_length`, [batch], outputs are zeros and states stay. TypeError for inputs that are no list,
    ValueError for an empty one, or for neither initial_state nor dtype.
    """
    if not isinstance(inputs, (list, tuple)):
        raise TypeError("inputs must be a sequence")
    if not inputs:
        raise ValueError("inputs must not be empty")
    outputs = []
    with variable_scope(scope or "rnn") as varscope:
        first = tf.nest.flatten(inputs)[0]
        batch = first.shape.as_list()[0]
        state = _begin(cell, initial_state, tf.shape(first)[0] if batch is None else batch, dtype)
        for time, x in enumerate(inputs):
            if time > 0:
                varscope.reuse_variables()
            output, new = cell(x, state)
            if sequence_length is not None:
                on = time < tf.cast(sequence_length, tf.int32)
                output = _only_first(on, output, tf.nest.map_structure(tf.zeros_like, output))
                new = _only_first(on, new, state)
            state = new
            outputs.append(output)
    return outputs, state


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any, Any]:
    """Two cells over a list of inputs, one from each end: outputs joined along the columns, and both last states."""
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as forward:
            outputs, state = static_rnn(cell_fw, inputs, initial_state_fw, dtype, sequence_length, forward)
        with variable_scope("bw") as backward:
            turned = _reversed_list(inputs, sequence_length)
            back, last = static_rnn(cell_bw, turned, initial_state_bw, dtype, sequence_length, backward)
        back = _reversed_list(back, sequence_length)
    return [tf.concat([a, b], 1) for a, b in zip(outputs, back)], state, last


def _reversed_list(inputs: Sequence[Any], lengths: Any) -> list[Any]:
    if lengths is None:
        return list(reversed(inputs))
    return tf.unstack(_reversed(tf.stack(list(inputs)), lengths, 0))


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """A cell in a loop that `loop_fn` steers (tf.compat.v1.nn.raw_rnn).

    ``loop_fn(time, cell_output, cell_state, loop_state)`` gives ``(finished, next input, next state, what to emit,
    next loop_state)``; at the start the cell's output and both states are None, and what it emits tells only of which
    shape that is. Returns a TensorArray of what was emitted, zeros for finished examples; the last state, and the last
    loop_state.
    """
    if not callable(loop_fn):
        raise TypeError("loop_fn must be a callable")
    with variable_scope(scope or "rnn"):
        time = tf.constant(0)
        done, x, state, emits, loop_state = loop_fn(time, None, None, None)
        state = tf.nest.map_structure(tf.convert_to_tensor, state)
        first = tf.nest.flatten(x)[0]
        batch = first.shape.as_list()[0]
        like = zeros_like_size(cell.output_size, state) if emits is None else emits
        arrays = tf.nest.map_structure(
            lambda e: tf.TensorArray(e.dtype, size=0, dynamic_size=True, element_shape=[batch, *e.shape]), like
        )
        keeps = loop_state is not None
        kept = tf.constant(0) if loop_state is None else loop_state

        def step(time: Any, done: Any, x: Any, state: Any, kept: Any, arrays: Any) -> Any:
            output, new = cell(x, state)
            over, next_x, next_state, emitted, next_kept = loop_fn(time + 1, output, new, kept if keeps else None)
            emitted = output if emitted is None and emits is None else emitted
            emitted = _only_first(~done, emitted, tf.nest.map_structure(tf.zeros_like, emitted))
            next_state = _only_first(~done, next_state, state)
            arrays = tf.nest.map_structure(lambda a, e: a.write(time, e), arrays, emitted)
            over = tf.logical_or(done, over)
            return time + 1, over, next_x, next_state, next_kept if keeps else kept, arrays

        loop = tf.while_loop(lambda time, done, *_: ~tf.reduce_all(done), step, (time, done, x, state, kept, arrays))
        return loop[5], loop[3], loop[4] if keeps else None


def zeros_like_size(size: Any, state: Any) -> Any:
    """What tells of which shapes and dtype a cell's outputs are, an example's."""
    dtype = tf.nest.flatten(state)[0].dtype
    return tf.nest.map_structure(lambda s: tf.zeros([s] if isinstance(s, int) else s.as_list(), dtype), size)


def static_state_saving_rnn(
    cell: Any, inputs: Any, state_saver: Any, state_name: Any, sequence_length: Any = None, scope: Any = None
) -> Any:
    """Refused: NotImplementedError. A list of states is kept by the caller of `static_rnn`."""
    raise NotImplementedError(
        "tf.compat.v1.nn.static_state_saving_rnn is not in tfcompat: use tf.compat.v1.nn.static_rnn with initial_state."
    )
