"""A step function along the time axis of a sequence, with masks: what recurrent layers and keras.backend.rnn are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat.keras import tree
from tfcompat.keras._state import thread

# Captured loops that are longer than this stay loops: a graph of all their steps takes too long to make.
_MOST_STEPS = 250


class _Sequence(NamedTuple):
    """What the loop goes over: time-major tensors (in the nest `like`), their number of steps, the mask or None."""

    flat: list[torch.Tensor]
    like: Any
    length: Any
    mask: torch.Tensor | None

    def step(self, parts: Sequence[torch.Tensor]) -> Any:
        return tree.pack_sequence_as(self.like, [wrap(t) for t in parts])


def rnn(
    step_function: Callable[[Any, Any], tuple[Any, Any]],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: Any = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
    peek: bool = False,
) -> tuple[Any, Any, Any]:
    """(last output, outputs, last states) of `step_function(input, states + constants)` at each time step in turn.

    inputs: [batch, time, ...], a tensor or a nest of them; [time, batch, ...] where `time_major`, as are the outputs.
    mask: [batch, time] or [batch, time, 1]: where it is False the states stay, and the output is the one before (zero
    at first, and wherever `zero_output_for_mask`). input_length: the number of steps to take, or one for each sample.
    outputs: of all steps; where not `return_all_outputs`, of the last one. go_backwards: from the last step to the
    first. unroll: ValueError where the number of steps is not known. peek: whether the function is called for the
    first step once more, as Keras does to see what it gives, where `unroll` is not set. Tensors in the last states come
    as initial_states nest them.
    """
    given = _sequence(inputs, mask, input_length, time_major, go_backwards)
    fixed = type(given.length) is int
    if unroll and not (fixed and given.length):
        raise ValueError("Unrolling requires a fixed number of timesteps.")
    extra = tuple(constants or ())

    def step(x: Any, states: Any) -> tuple[Any, Any]:
        return step_function(x, tuple(states) + extra)

    captured = state.graph is not None and not thread.symbolic
    if fixed and given.length and (unroll or not captured or given.length <= _MOST_STEPS):
        if peek and not unroll and not thread.symbolic:
            step(given.step([t[0] for t in given.flat]), initial_states)
        found = _steps(step, given, initial_states, zero_output_for_mask, return_all_outputs)
    else:
        found = _loop(step, given, initial_states, zero_output_for_mask, return_all_outputs)
    last, outputs, states = found
    if not time_major:
        outputs = tree.map_structure(lambda y: wrap(to_storage(y).transpose(0, 1)), outputs)
    return last, outputs, states


def _sequence(inputs: Any, mask: Any, input_length: Any, time_major: bool, backwards: bool) -> _Sequence:
    flat = [to_storage(x) for x in tree.flatten(inputs)]
    for t in flat:
        if t.ndim < 3:
            raise ValueError(f"`inputs` must have at least 3 dimensions. Received: shape={tuple(t.shape)}")
    if not time_major:
        flat = [t.transpose(0, 1) for t in flat]
    length = flat[0].shape[0]
    valid = None if mask is None else to_storage(mask).to(torch.bool)
    if valid is not None:
        valid = valid.unsqueeze(-1) if valid.ndim == 2 else valid
        valid = valid if time_major else valid.transpose(0, 1)
    if isinstance(input_length, int):
        if type(length) is int and input_length < length:
            flat, length = [t[:input_length] for t in flat], input_length
            valid = None if valid is None else valid[:input_length]
    elif input_length is not None and valid is None:
        sizes = to_storage(input_length)
        valid = (torch.arange(length, device=sizes.device).unsqueeze(-1) < sizes).unsqueeze(-1)
    if backwards:
        flat = [t.flip(0) for t in flat]
        valid = None if valid is None else valid.flip(0)
    return _Sequence(flat, inputs, length, valid)


def _chosen(mask: torch.Tensor, new: Any, old: Any) -> Any:
    """Leaf by leaf, `new` where the mask of a step holds, else `old`; in the nest of `new`."""

    def choose(a: Any, b: Any) -> Any:
        a = to_storage(a)
        m = mask.reshape(*mask.shape[: min(mask.ndim, a.ndim)], *(1,) * max(a.ndim - mask.ndim, 0))
        return wrap(torch.where(m, a, to_storage(b)))

    return tree.pack_sequence_as(new, map(choose, tree.flatten(new), tree.flatten(old)))


def _zeros(output: Any) -> Any:
    return tree.map_structure(lambda y: wrap(torch.zeros_like(to_storage(y))), output)


def _stacked(outputs: Sequence[Any]) -> Any:
    return tree.map_structure(lambda *ys: wrap(torch.stack([to_storage(y) for y in ys])), *outputs)


def _steps(
    step: Callable[[Any, Any], tuple[Any, Any]], given: _Sequence, states: Any, zero: bool, every: bool
) -> tuple[Any, Any, Any]:
    """The loop as Python's."""
    times = list(zip(*(t.unbind(0) for t in given.flat)))
    masks = [None] * len(times) if given.mask is None else given.mask.unbind(0)
    outputs: list[Any] = []
    output: Any = None
    for parts, mask in zip(times, masks):
        new, after = step(given.step(parts), states)
        if mask is not None:
            before = _zeros(new) if zero or output is None else output
            new, after = _chosen(mask, new, before), _chosen(mask, after, states)
        output, states = new, tree.pack_sequence_as(states, tree.flatten(after))
        if thread.symbolic:  # only shapes are asked for: the other steps give the same
            outputs = [output] * len(times)
            break
        if every:
            outputs.append(output)
    return output, _stacked(outputs if every else [output]), states


def _loop(
    step: Callable[[Any, Any], tuple[Any, Any]], given: _Sequence, states: Any, zero: bool, every: bool
) -> tuple[Any, Any, Any]:
    """The loop as a part of the graph, for a number of steps that is large or not known."""
    import tfcompat as tf

    # The first step tells what outputs are like; where there is none, a step on zeros does.
    first = [torch.zeros_like(t[:1]).sum(0) for t in given.flat]
    example, _ = step(given.step(first), states)
    likes = tree.flatten(example)
    count = len(likes)
    length = wrap(torch.scalar_tensor(given.length, dtype=torch.int32)) if type(given.length) is int else None
    if length is None:
        length = tf.shape(wrap(given.flat[0]))[0]
    sources = [wrap(t) for t in given.flat]
    mask = None if given.mask is None else wrap(given.mask)
    arrays = tuple(tf.TensorArray(y.dtype, size=length if every else 1, element_shape=y.shape) for y in likes)
    carried = tuple(tree.flatten(_zeros(example)))

    def body(i: Any, arrays: Any, outputs: Any, flat_states: Any) -> tuple[Any, ...]:
        before = tree.pack_sequence_as(states, list(flat_states))
        x = tree.pack_sequence_as(given.like, [tf.gather(s, i) for s in sources])
        new, after = step(x, before)
        if mask is not None:
            valid = to_storage(tf.gather(mask, i))
            old = _zeros(new) if zero else tree.pack_sequence_as(new, list(outputs))
            new, after = _chosen(valid, new, old), _chosen(valid, after, before)
        flat = tuple(tree.flatten(new))
        written = tuple(a.write(i if every else 0, y) for a, y in zip(arrays, flat))
        return i + 1, written, flat, tuple(tree.flatten(after))

    start = (tf.constant(0), arrays, carried, tuple(tree.flatten(states)))
    _, arrays, last, after = tf.while_loop(lambda i, *_: i < length, body, start)
    outputs = tree.pack_sequence_as(example, [a.stack() for a in arrays])
    return tree.pack_sequence_as(example, list(last)[:count]), outputs, tree.pack_sequence_as(states, list(after))
