"""Branches and loops of a captured function: tf.cond, tf.case, tf.switch_case and tf.while_loop on symbolic tensors.

A branch or a loop's body is captured as a graph of its own; choosing and repeating is a node of the outer graph that
runs them (`opaque`). What they read from outside, variables included, are inputs of the node, and variables that they
assign are results of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core import errors, structure
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import wrap
from tfcompat._core.shapes import TensorShape
from tfcompat._core.structure_paths import flatten_up_to
from tfcompat._core.tensor import Tensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat._function import inline, opaque, reverse, sources
from tfcompat._function.capture import Part
from tfcompat._function.graph import FuncGraph
from tfcompat._function.recorder import NotCapturable, is_fake
from tfcompat._function.sources import Input, Source
from tfcompat._function.strings import lifted
from tfcompat._function.symbolic import SymbolicTensor, static_shape
from tfcompat._function.trace import returned


class Branch:
    """A function captured as a graph within another graph.

    values: what holds its results: torch tensors, with None for None. outside: the tensors from outside, then the
    variables, that it reads.
    """

    def __init__(self, outer: FuncGraph, function: Callable[..., Any], name: str, likes: Sequence[Any] = ()) -> None:
        self.graph = FuncGraph(name, outer, may_create=False, within=True)
        with self.graph.as_default():
            symbols = [self.graph.argument(like, "Placeholder") for like in likes]
            self.result = function(*symbols)

    def close(self, written: Sequence[Any]) -> Part:
        """The graph as a part, whose results are followed by the values of the variables `written`."""
        graph = self.graph
        with graph.as_default():
            slots = [graph.slot(v) for v in written]
            leaves = structure.flatten(self.result, expand_composites=True)
            values = [_held(graph, t) for t in leaves if t is not None]
            results = [*values, *(s.value for s in slots)]
            graph.settle()
        inputs = [[a] for a in graph.arguments] + [[t] for _, t in graph.captures.values()]
        inputs += [s.leaves for s in graph.slots.values()]
        return Part(graph, inputs, results, graph.name)

    @property
    def tensors(self) -> list[Tensor]:
        """The tensors from outside that the branch reads."""
        return [tensor for tensor, _ in self.graph.captures.values()]

    @property
    def variables(self) -> list[Any]:
        """The variables that the branch reads or assigns."""
        return [s.variable for s in self.graph.slots.values()]

    @property
    def written(self) -> list[Any]:
        """The variables that the branch assigns."""
        return [s.variable for s in self.graph.slots.values() if s.written]


def _held(graph: FuncGraph, leaf: Any) -> Any:
    held = graph.captured(leaf)
    return held if isinstance(held, torch.Tensor) else lifted(graph, held)


def _outside(outer: FuncGraph, branch: Branch) -> list[Any]:
    """What holds, in the outer graph, what a branch reads from there."""
    return [*map(outer.captured, branch.tensors), *map(outer.read, branch.variables)]


def _union(branches: Sequence[Branch]) -> list[Any]:
    return list({id(v._storage): v for b in branches for v in b.written}.values())


# ---- choosing ----


def choose(
    outer: FuncGraph,
    selector: Any,
    pick: Callable[[torch.Tensor], int],
    functions: Sequence[Callable[[], Any]],
    what: str,
) -> Any:
    """What the function of number `pick(selector)` returns, where the selector has no value yet."""
    arrays: dict[int, TensorArray] = {}
    label = outer.scope_of(what)
    try:
        branches = [Branch(outer, _converted(f, arrays, {}), label) for f in functions]
    except _BareArray:
        shapes: dict[int, Any] = {}
        with outer.trying():
            for f in functions:
                Branch(outer, _looked_at(f, shapes), label)
        branches = [Branch(outer, _converted(f, arrays, shapes), label) for f in functions]
    first = branches[0].result
    for branch in branches[1:]:
        _check_alike(first, branch.result, what)
    written = _union(branches)
    parts = [b.close(written) for b in branches]
    inputs = [_outside(outer, b) for b in branches]
    starts = [sum(map(len, inputs[:i])) for i in range(len(inputs) + 1)]

    likes = [_like(outer, [p.outputs[k] for p in parts]) for k in range(len(parts[0].outputs))]
    effect = any(_has_effect(p) for p in parts)
    node = reverse.Choice(parts, starts, pick, likes, effect)
    truth = len(functions) == 2 and what in ("cond", "if")
    node.writer = lambda parts: inline.choice(parts, starts, pick, truth)
    node.inline = node.writer(parts)
    results = opaque.record(outer, node, [to_storage(selector), *(x for each in inputs for x in each)])
    return _with_arrays(
        _deliver(outer, first, results, written, what, "If" if effect or written else "StatelessIf"), arrays
    )


def picker(kind: str, count: int) -> Callable[[torch.Tensor], int]:
    """How a branch tells its number from its selector: "truth" of a scalar, "index", or the "first" that is true."""

    def truth(t: torch.Tensor) -> int:
        return 0 if bool(t) else 1

    def index(t: torch.Tensor) -> int:
        n = int(t)
        return n if 0 <= n < count - 1 else count - 1

    def first(t: torch.Tensor) -> int:
        return next((i for i, v in enumerate(t.tolist()) if v), count - 1)

    found = {"truth": truth, "index": index, "first": first}[kind]
    found.description = kind  # type: ignore[attr-defined]
    return found


class _BareArray(Exception):
    """A branch gives a TensorArray of which nothing tells the shape of the elements."""


def _looked_at(function: Callable[[], Any], shapes: dict[int, Any]) -> Callable[[], None]:
    """Calls `function`; notes in `shapes` those of the elements of the TensorArrays that it gives."""

    def call() -> None:
        for i, leaf in enumerate(structure.flatten(function(), expand_composites=True)):
            if isinstance(leaf, TensorArray):
                shapes.setdefault(i, ())
                if not _is_bare(leaf):
                    shapes[i] = tuple(leaf._buffer().shape[1:])

    return call


def _converted(
    function: Callable[..., Any], arrays: dict[int, TensorArray], shapes: dict[int, Any]
) -> Callable[..., Any]:
    """`function` giving tensors; notes in `arrays` which of them hold the elements of a TensorArray.

    shapes: those of the elements of arrays that have none yet.
    """

    def call(*args: Any) -> Any:
        result = function(*args)
        leaves = structure.flatten(result, expand_composites=True)
        for i, leaf in enumerate(leaves):
            if isinstance(leaf, TensorArray):
                if _is_bare(leaf) and i not in shapes:
                    raise _BareArray
                arrays[i], leaves[i] = leaf, wrap(leaf._buffer(shapes.get(i)))
        if arrays:
            result = structure.pack_sequence_as(result, leaves, expand_composites=True)
        return returned(result, function)

    return call


def _with_arrays(result: Any, arrays: dict[int, TensorArray]) -> Any:
    """`result` with TensorArrays like `arrays` in the place of their elements."""
    if not arrays:
        return result
    leaves = structure.flatten(result, expand_composites=True)
    leaves = [arrays[i].held_by(x._t) if i in arrays else x for i, x in enumerate(leaves)]
    return structure.pack_sequence_as(result, leaves, expand_composites=True)


def _check_alike(first: Any, other: Any, what: str) -> None:
    try:
        structure.assert_same_structure(first, other, expand_composites=True)
    except (TypeError, ValueError) as e:
        raise TypeError(
            f"true_fn and false_fn arguments to tf.{what} must have the same number, type, and overall structure of "
            f"return values.\n\ntrue_fn output:  {first}\nfalse_fn output: {other}\n\nError details:\n{e}"
        ) from None
    pairs = zip(structure.flatten(first, expand_composites=True), structure.flatten(other, expand_composites=True))
    for a, b in pairs:
        if (a is None) != (b is None) or (a is not None and a.dtype is not b.dtype):
            kinds = [None if x is None else x.dtype.name for x in (a, b)]
            raise TypeError(
                f"true_fn and false_fn arguments to tf.{what} must return values of the same dtypes, got {kinds[0]} "
                f"and {kinds[1]}."
            )


def _like(outer: FuncGraph, values: Sequence[torch.Tensor]) -> torch.Tensor:
    """A fake tensor for one result of several branches: where their sizes differ it is not known."""
    ranks = {v.ndim for v in values}
    if len(ranks) > 1:
        raise NotCapturable("the branches on a tensor's value give tensors of different ranks")
    sizes = [d[0] if len({str(n) for n in d}) == 1 else None for d in zip(*(v.shape for v in values))]
    return outer.recorder.empty_of(sizes, values[0].dtype, values[0].device)


def _has_effect(part: Part) -> bool:
    return any(node.meta.get("effect") for node in part.nodes)


def _deliver(outer: FuncGraph, like: Any, results: Sequence[Any], written: Sequence[Any], name: str, kind: str) -> Any:
    """The results as symbolic tensors in the structure of `like`; assigns the variables."""
    flat = structure.flatten(like, expand_composites=True)
    count = len([x for x in flat if x is not None])
    for variable, value in zip(written, results[count:], strict=True):
        outer.write(variable, value)
    wrapped = outer.named(list(results[:count]), name, kind)
    if kind.endswith("If"):
        wrapped = [_identity(outer, t) for t in wrapped]
    given = iter(wrapped)
    return structure.pack_sequence_as(like, [None if x is None else next(given) for x in flat], expand_composites=True)


def _identity(outer: FuncGraph, t: SymbolicTensor) -> SymbolicTensor:
    """The result of a branch, under the name that TensorFlow gives it."""
    op = outer.add_operation(outer.unique_name(f"{t.op.name}/Identity"), "Identity", [t])
    return SymbolicTensor(t._held, op)


# ---- repeating ----


class Loop:
    """A tf.while_loop in the making: what goes round, as tensors."""

    def __init__(self, outer: FuncGraph, body: Callable[..., Any], loop_vars: Any, invariants: Any, name: str) -> None:
        self.outer, self.name = outer, outer.scope_of(name)
        self.like = structure.map_structure(_as_tensor, loop_vars, expand_composites=True)
        leaves = structure.flatten(self.like, expand_composites=True)
        self.arrays = {i: x.copied() for i, x in enumerate(leaves) if isinstance(x, TensorArray)}
        shapes = self._element_shapes(body) if any(_is_bare(a) for a in self.arrays.values()) else {}
        self.flat = [
            self.arrays[i]._buffer(shapes.get(i)) if i in self.arrays else to_storage(x) for i, x in enumerate(leaves)
        ]
        self.flat = [t if isinstance(t, torch.Tensor) else lifted(outer, t) for t in self.flat]
        self.likes = self._inside(invariants)
        for i, array in self.arrays.items():
            if array.dynamic_size:
                t = self.flat[i]
                self.likes[i] = outer.recorder.empty_of([None, *t.shape[1:]], t.dtype, t.device)

    def _element_shapes(self, body: Callable[..., Any]) -> dict[int, Any]:
        """The shapes of the elements that one round writes to the TensorArrays which have none yet."""
        found: dict[int, Any] = {}

        def once() -> None:
            leaves = structure.flatten(self.like, expand_composites=True)
            fresh = [self.arrays[i].copied() if i in self.arrays else x for i, x in enumerate(leaves)]
            result = body(*structure.pack_sequence_as(self.like, fresh, expand_composites=True))
            result = result if isinstance(result, (list, tuple)) else [result]
            for i, x in enumerate(structure.flatten(list(result), expand_composites=True)):
                if i in self.arrays:
                    bare = not isinstance(x, TensorArray) or _is_bare(x)
                    found[i] = () if bare else tuple(x._buffer().shape[1:])

        with self.outer.trying():
            Branch(self.outer, once, self.name)
        return found

    def _inside(self, invariants: Any) -> list[torch.Tensor]:
        """Fake tensors like those that go round, with the dimensions unknown that the invariants leave open."""
        if invariants is None:
            return [t if is_fake(t) else self.outer.recorder.empty_of(t.shape, t.dtype, t.device) for t in self.flat]
        shapes = [
            s if isinstance(s, TensorShape) else s.shape if hasattr(s, "shape") else TensorShape(s)
            for s in flatten_up_to(self.like, invariants)
        ]
        likes = []
        for t, shape in zip(self.flat, shapes, strict=True):
            if not shape.is_compatible_with(static_shape(t)):
                raise ValueError(
                    "The shape invariant specified for a loop variable is not compatible with the initial shape of "
                    f"the loop variable. It enters the loop with shape {static_shape(t)}, but the specified shape "
                    f"invariant is {shape}."
                )
            sizes = (
                [None if s is None else d for s, d in zip(shape.as_list(), t.shape)] if shape.rank is not None else None
            )
            if sizes is None:
                raise NotCapturable("a loop's shape invariant has an unknown rank")
            likes.append(self.outer.recorder.empty_of(sizes, t.dtype, t.device))
        return likes

    def packed(self, symbols: Sequence[Any]) -> Any:
        """What goes round, made of its tensors."""
        packed = structure.pack_sequence_as(self.like, list(symbols), expand_composites=True)
        return _with_arrays(packed, self.arrays)

    def condition(self, cond: Callable[..., Any]) -> Branch:
        """The condition's graph."""
        return Branch(self.outer, lambda *s: convert_to_tensor(cond(*self.packed(s))), self.name, self.likes)

    def body(self, body: Callable[..., Any]) -> Branch:
        """The body's graph, which gives what goes on to the next round."""

        def once(*symbols: Any) -> Any:
            result = body(*self.packed(symbols))
            if len(self.like) == 1 and not structure.is_nested(result):
                result = [result]
            result = type(self.like)(result) if isinstance(result, (list, tuple)) else result
            structure.assert_same_structure(list(self.like), list(result), expand_composites=True)
            return self._checked(returned(structure.map_structure(_as_buffer, result), body))

        return Branch(self.outer, once, self.name, self.likes)

    def _checked(self, result: Any) -> Any:
        """What a round gives; ValueError where a shape is not the one it came in with, TypeError for a dtype."""
        flat = structure.flatten(result, expand_composites=True)
        for like, x in zip(self.likes, flat, strict=True):
            before, after = static_shape(like), x.shape
            if x.dtype is not BY_STORAGE[like.dtype]:
                raise TypeError(
                    f"A loop variable enters tf.while_loop with dtype {BY_STORAGE[like.dtype].name} but has dtype "
                    f"{x.dtype.name} after one iteration."
                )
            if not after.is_subtype_of(before):
                raise ValueError(
                    f"A loop variable enters the loop with shape {before}, but has shape {after} after one iteration. "
                    "To allow the shape to vary across iterations, use the `shape_invariants` argument of "
                    "tf.while_loop to specify a less-specific shape."
                )
        return result


def _as_tensor(x: Any) -> Any:
    return x if isinstance(x, TensorArray) else convert_to_tensor(x)


def _as_buffer(x: Any) -> Any:
    """A TensorArray's elements as one tensor; anything else as it is."""
    return wrap(x._buffer()) if isinstance(x, TensorArray) else x


def _is_bare(array: TensorArray) -> bool:
    """Whether nothing tells yet which shape a TensorArray's elements have."""
    known = array._stacked is not None or array.element_shape.is_fully_defined()
    return not known and all(x is None for x in array._items or ())


def write_row(outer: FuncGraph, buffer: torch.Tensor, i: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
    """`buffer` with row number `i` replaced, and grown with zeros where it has no such row."""
    like = outer.recorder.empty_of([None, *buffer.shape[1:]], buffer.dtype, buffer.device)
    node = opaque.Node(sources.with_row, [like], effect=False)
    node.source = Source(sources.with_row, [Input(n) for n in range(3)])
    return opaque.record(outer, node, [buffer, i, row])[0]


def while_loop(
    outer: FuncGraph,
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    invariants: Any,
    limit: Any,
    name: str,
) -> Any:
    """`loop_vars` after the loop, which runs whenever the graph does."""
    loop = Loop(outer, body, loop_vars, invariants, name)
    test, step = loop.condition(cond), loop.body(body)
    written = step.written
    carried = len(loop.flat)
    test_part, step_part = test.close([]), step.close(written)
    fixed = [_outside(outer, b) for b in (test, step)]
    # Where the variables that the body assigns stand among the inputs of the two graphs.
    places = [[_place(b, v, carried) for v in written] for b in (test, step)]
    split = carried + len(fixed[0])

    likes = [*loop.likes, *(outer.value(v) for v in written)]
    effect = _has_effect(step_part) or _has_effect(test_part)
    node = reverse.Loop(test_part, step_part, carried, places, likes, effect)
    node.writer = lambda parts: inline.loop(parts[0], parts[1], carried, split, places)
    node.inline = node.writer(node.parts)
    most = None if limit is None else to_storage(limit)
    results = opaque.record(outer, node, [most, *loop.flat, *fixed[0], *fixed[1]])
    kind = "While" if effect or written else "StatelessWhile"
    return loop.packed(_deliver(outer, loop.likes, results, written, name, kind))


def _place(branch: Branch, variable: Any, carried: int) -> int | None:
    for i, v in enumerate(branch.variables):
        if v._storage is variable._storage:
            return carried + len(branch.tensors) + i
    return None


def case(outer: FuncGraph, pairs: Sequence[tuple[Any, Callable[[], Any]]], default: Any, exclusive: bool) -> Any:
    """tf.case: the function of the first predicate that holds when the graph runs."""
    preds = torch.stack([to_storage(pred) for pred, _ in pairs])
    count = len(pairs)

    def pick(values: torch.Tensor) -> int:
        held = [i for i, v in enumerate(values.tolist()) if v]
        if (exclusive and len(held) > 1) or (not held and default is None):
            what = "Two or more conditions" if held else "None of conditions"
            raise errors.InvalidArgumentError(None, None, f"Input error: {what} evaluated as True: {values.tolist()}")
        return held[0] if held else count

    functions = [f for _, f in pairs] + ([] if default is None else [default])
    plain = default is not None and not exclusive
    return choose(outer, preds, picker("first", count + 1) if plain else pick, functions, "cond")
