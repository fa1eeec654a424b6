"""keras.ops: choosing, looping and mapping functions over slices, and custom gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat.keras import tree
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras._symbolic import compute_output_spec
from tfcompat.keras.ops._operation import operation
from tfcompat.keras.ops.core import convert_to_tensor

__all__ = [
    "associative_scan",
    "cond",
    "custom_gradient",
    "fori_loop",
    "map",
    "scan",
    "switch",
    "vectorized_map",
    "while_loop",
]


def _check_callable(name: str, value: Any) -> None:
    if not callable(value):
        raise TypeError(f"`{name}` should be a callable. Received: {name}={value!r}")


def _specs(structure: Any) -> Any:
    """KerasTensors like the tensors of a structure."""
    return tree.map_structure(_spec, structure)


def _spec(x: Any) -> Any:
    if isinstance(x, KerasTensor):
        return KerasTensor(x.shape, x.dtype)
    tensor = convert_to_tensor(x)
    return KerasTensor(tuple(tensor.shape), tensor.dtype)


# ---- choosing ----


def _cond_spec(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    first, second = compute_output_spec(true_fn), compute_output_spec(false_fn)
    same = tree.flatten(first), tree.flatten(second)
    if len(same[0]) != len(same[1]) or any(
        a is not None and b is not None and (a.dtype, a.shape) != (b.dtype, b.shape) for a, b in zip(*same)
    ):
        raise ValueError(f"`true_fn` and `false_fn` must return the same shapes and dtypes. Got: {first} and {second}")
    return first


@operation("pred", spec=_cond_spec)
def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """What `true_fn()` returns where `pred` holds, else what `false_fn()` returns; tf.cond in a tf.function."""
    if isinstance(pred, (bool, int)):
        return true_fn() if pred else false_fn()
    choice = wrap(to_storage(pred))
    return tf.cond(choice if choice.dtype is tf.bool else tf.cast(choice, tf.bool), true_fn, false_fn)


@operation("index", "operands", spec=lambda index, *operands, branches: compute_output_spec(branches[0], *operands))
def _switch(index: Any, *operands: Any, branches: Sequence[Callable[..., Any]]) -> Any:
    place = tf.clip_by_value(convert_to_tensor(index, "int32"), 0, len(branches) - 1)
    return tf.switch_case(place, [lambda branch=branch: branch(*operands) for branch in branches])


def switch(index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """What branch number `index`, moved to the nearest there is, returns for the operands."""
    return _switch(index, *operands, branches=branches)


# ---- looping ----


@operation("loop_vars", spec=lambda loop_vars, **_: _specs(loop_vars))
def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: int | None = None
) -> Any:
    """`loop_vars` after ``while cond(*loop_vars): loop_vars = body(*loop_vars)``.

    maximum_iterations: after how many rounds it ends at the latest.
    """
    several = isinstance(loop_vars, (tuple, list))

    def round_(*values: Any) -> Any:
        result = body(*values)
        return tuple(result) if several else (result,)

    start = tuple(loop_vars) if several else (loop_vars,)
    found = tf.while_loop(cond, round_, start, maximum_iterations=maximum_iterations)
    return found if several else found[0]


@operation("init_val", spec=lambda init_val, **_: _specs(init_val))
def fori_loop(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """The value after ``for i in range(lower, upper): value = body_fun(i, value)``."""
    body = lambda i, value: (i + 1, body_fun(i, value))  # noqa: E731
    return tf.while_loop(lambda i, _: i < upper, body, (lower, init_val))[1]


def _scan_spec(f: Any, init: Any, xs: Any, length: int | None, reverse: bool, unroll: Any) -> Any:
    count = length if xs is None else tree.flatten(xs)[0].shape[0]
    element = tree.map_structure(lambda x: _spec(x[0]), xs) if xs is not None else None
    carry, ys = compute_output_spec(f, _specs(init), element)
    return carry, tree.map_structure(lambda y: KerasTensor((count, *y.shape), y.dtype), ys)


@operation("init", "xs", spec=lambda init, xs=None, *, f, **rest: _scan_spec(f, init, xs, **rest))
def scan(
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> Any:
    """The last carry of ``carry, y = f(carry, x)`` over the slices x of `xs`, from `init` on, and all y stacked.

    length: how many rounds where `xs` is None. reverse: from the last slice on. unroll: a hint to compilers.
    TypeError where `f` is no callable, ValueError where lengths are missing or differ.
    """
    _check_callable("f", f)
    if not isinstance(unroll, bool) and (not isinstance(unroll, int) or unroll < 1):
        raise ValueError(f"`unroll` must be an positive integer or boolean. Received: unroll={unroll}")
    if xs is None and length is None:
        raise ValueError(f"Got no `xs` to scan over and `length` not provided. Received: xs={xs}, length={length}")
    slices = tree.map_structure(convert_to_tensor, xs) if xs is not None else None
    lengths: set[Any] = {x.shape[0] for x in tree.flatten(slices)} - {None} if slices is not None else set()
    count: Any = int(length) if length is not None else min(lengths, default=None)
    if lengths - {count}:
        raise ValueError(f"`xs` and `length` differ in how many slices there are: {sorted(lengths | {count})}")
    carry = tree.map_structure(convert_to_tensor, init)
    if count is None:
        return _unknown_scan(f, carry, slices, reverse)
    if state.graph is not None and count > 1:
        return _captured_scan(f, carry, slices, count, reverse)
    rows: list[Any] = [None] * count
    for i in reversed(range(count)) if reverse else range(count):
        carry, rows[i] = f(carry, None if slices is None else tree.map_structure(lambda x, i=i: x[i], slices))
    return tree.map_structure(convert_to_tensor, carry), _stacked(rows)


def _stacked(rows: Sequence[Any]) -> Any:
    """The rows' tensors, each stacked; None where the rows are."""
    if not rows or rows[0] is None:
        return None
    return tree.map_structure(lambda *leaves: tf.stack(leaves), *rows)


def _captured_scan(f: Any, carry: Any, slices: Any, count: int, reverse: bool) -> Any:
    """The scan in a function's graph: one round, to learn what f returns, and a captured loop for the others."""
    first = count - 1 if reverse else 0
    carry, y = f(carry, _slice(slices, first))
    carry, ys = tree.map_structure(convert_to_tensor, carry), tree.flatten(y) if y is not None else []
    arrays = [tf.TensorArray(v.dtype, size=count, element_shape=v.shape).write(first, v) for v in ys]
    return _looped_scan(f, carry, slices, y, arrays, count - 2 if reverse else 1, -1 if reverse else count)


def _unknown_scan(f: Any, carry: Any, slices: Any, reverse: bool) -> Any:
    """The scan in a graph that does not know how many slices there are, none perhaps: a symbolic round tells what f
    returns."""
    leaves = tree.flatten(slices)
    element = tree.map_structure(lambda x: KerasTensor(tuple(x.shape[1:]), x.dtype.name), slices)
    _, y = compute_output_spec(f, _specs(carry), element)
    count = tf.shape(leaves[0])[0]
    ys = tree.flatten(y) if y is not None else []
    arrays = [tf.TensorArray(v.dtype, size=count, element_shape=v.shape) for v in ys]
    return _looped_scan(f, carry, slices, y, arrays, *((count - 1, -1) if reverse else (0, count)))


def _slice(slices: Any, i: Any) -> Any:
    return None if slices is None else tree.map_structure(lambda x: tf.gather(x, i), slices)


def _looped_scan(f: Any, carry: Any, slices: Any, y: Any, arrays: list[Any], start: Any, stop: Any) -> Any:
    """The rounds of a scan from `start` on until `stop`, backwards where that is -1, as a captured loop.

    y: a structure like what f returns. arrays: a TensorArray for each of its tensors.
    """
    step = -1 if isinstance(stop, int) and stop < 0 else 1

    def body(i: Any, carry: Any, arrays: Any) -> Any:
        carry, y = f(carry, _slice(slices, i))
        values = tree.flatten(y) if y is not None else []
        return i + step, carry, [a.write(i, v) for a, v in zip(arrays, values)]

    more = (lambda i, *_: i > stop) if step < 0 else (lambda i, *_: i < stop)
    _, carry, arrays = tf.while_loop(more, body, (tf.convert_to_tensor(start), carry, arrays))
    return carry, tree.pack_sequence_as(y, [a.stack() for a in arrays]) if arrays else None


def _map_spec(xs: Any, f: Any) -> Any:
    count = tree.flatten(xs)[0].shape[0]
    y = compute_output_spec(f, tree.map_structure(lambda x: KerasTensor(x.shape[1:], x.dtype), xs))
    return tree.map_structure(lambda t: KerasTensor((count, *t.shape), t.dtype), y)


@operation("xs", spec=_map_spec)
def map(f: Callable[[Any], Any], xs: Any) -> Any:
    """`f` applied to each slice of `xs` along the first axis, the results stacked."""
    _check_callable("f", f)
    _, ys = scan(lambda _, x: ((), f(x)), (), xs)
    return ys


@operation("elements", spec=lambda elements, function: _map_spec(elements, function))
def vectorized_map(function: Callable[[Any], Any], elements: Any) -> Any:
    """`function` applied to all slices of `elements` along the first axis at once, the results stacked."""
    return tf.vectorized_map(function, tree.map_structure(convert_to_tensor, elements))


# ---- associative scan ----


def _associative_spec(elems: Any, f: Any, reverse: bool, axis: int) -> Any:
    lengths = {x.shape[axis] for x in tree.flatten(elems)}
    if len(lengths) > 1:
        raise ValueError(f"Array inputs to associative_scan must have the same size along `axis`. Got: {lengths}")
    return _specs(elems)


@operation("elems", spec=_associative_spec)
def associative_scan(f: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """All running results of the associative `f` along `axis`, in about log2(size) rounds over whole tensors.

    f: of two tensors (or structures like `elems`) of slices, gives the same. reverse: from the last slice on.
    TypeError where `f` is no callable, ValueError where sizes along `axis` differ.
    """
    _check_callable("f", f)
    flat = [convert_to_tensor(x) for x in tree.flatten(elems)]
    axes = [axis % x.shape.rank for x in flat]
    if len({x.shape[a] for x, a in zip(flat, axes)}) > 1:
        raise ValueError(
            f"Array inputs to associative_scan must have the same size along `axis`. Got: {[x.shape for x in flat]}"
        )

    def combine(a: Any, b: Any) -> list[Any]:
        return tree.flatten(f(tree.pack_sequence_as(elems, a), tree.pack_sequence_as(elems, b)))

    def part(values: Any, start: int | None, stop: int | None, step: int = 1) -> list[Any]:
        return [x[(slice(None),) * a + (slice(start, stop, step),)] for x, a in zip(values, axes)]

    def interleaved(even: Any, odd: Any) -> Any:
        found = []
        for x, y, a in zip(even, odd, axes):
            count = y.shape[a]
            pairs = tf.stack([x[(slice(None),) * a + (slice(0, count),)], y], axis=a + 1)
            joined = tf.reshape(pairs, [*x.shape[:a], 2 * count, *x.shape[a + 1 :]])
            rest = x[(slice(None),) * a + (slice(count, None),)]
            found.append(tf.concat([joined, rest], axis=a) if x.shape[a] > count else joined)
        return found

    def scanned(values: list[Any]) -> list[Any]:
        count = values[0].shape[axes[0]]
        if count < 2:
            return values
        odd = scanned(combine(part(values, 0, count - 1, 2), part(values, 1, None, 2)))
        heads = part(values, 0, 1)
        if count == 2:
            return [tf.concat(pair, axis=a) for *pair, a in zip(heads, odd, axes)]
        before = part(odd, 0, -1) if count % 2 == 0 else odd
        later = combine(before, part(values, 2, None, 2))
        even = [tf.concat(pair, axis=a) for *pair, a in zip(heads, later, axes)]
        return interleaved(even, odd)

    if reverse:
        flat = [tf.reverse(x, [a]) for x, a in zip(flat, axes)]
    found = scanned(flat)
    if reverse:
        found = [tf.reverse(x, [a]) for x, a in zip(found, axes)]
    return tree.pack_sequence_as(elems, found)


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates a function that returns its result and the function of its gradient, which tapes then use."""
    return tf.custom_gradient(f)
