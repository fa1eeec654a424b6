"""Branches and loops: their parts become functions of the library, which If, Case and While call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._core import dtypes
from tfcompat._function import reverse
from tfcompat.saved_model._translation.body import Body, Ref, shaped
from tfcompat.saved_model._translation.registry import NotTranslatable

# Writes a part of a captured function into a body, for these inputs.
Translate = Callable[[Body, Any, Sequence[Ref]], list[Any]]


def _kept(body: Body, inputs: Sequence[Any]) -> tuple[list[Ref], list[int | None]]:
    """Inputs of functions as tensors, and for each where it is among these; None where it is None."""
    refs: list[Ref] = []
    places: list[int | None] = []
    known: dict[str, int] = {}  # each once: TensorFlow's gradients of branches tell inputs by the tensors
    for x in inputs:
        ref = x if x is None or isinstance(x, Ref) else body.tensor(x, _dtype(x))
        places.append(None if ref is None else known.setdefault(ref.name, len(refs)))
        if ref is not None and known[ref.name] == len(refs):
            refs.append(ref)
    return refs, places


def _dtype(x: Any) -> dtypes.DType:
    if isinstance(x, (bool, int, float)):
        return dtypes.int32 if type(x) is int else dtypes.as_dtype(type(x))
    raise NotTranslatable(f"a branch or loop that takes {x!r}")


def _shape(kind: tuple[Any, ...]) -> list[int | None]:
    return [n if type(n) is int else None for n in kind[0]]


def _results(node: Any) -> tuple[list[dtypes.DType], list[list[int | None]]]:
    return [dtypes.BY_STORAGE[kind[1]] for kind in node.kinds], [_shape(kind) for kind in node.kinds]


def choice(g: Body, node: reverse.Choice, args: Sequence[Any], translate: Translate) -> list[Ref]:
    """The results of the part that a selector tells."""
    selector, starts = args[0], node.starts
    inputs, places = _kept(g, args[1:])
    kinds, shapes = _results(node)

    def written(i: int) -> str:
        def write(body: Body, given: list[Ref]) -> list[Ref]:
            own = [None if p is None else given[p] for p in places[starts[i] : starts[i + 1]]]
            found = translate(body, node.parts[i], own)  # type: ignore[arg-type]
            return [_of(body, ref, dtype) for ref, dtype in zip(found, kinds, strict=True)]

        return g.function(f"branch{i}", inputs, write)

    names = [written(i) for i in range(len(node.parts))]
    pick = getattr(node.pick, "description", None)
    if pick == "truth":
        found = g.call("If", [g.tensor(selector, dtypes.bool), inputs], names, Tout=kinds, then_branch=names[0],
                       else_branch=names[1], output_shapes=shapes)  # fmt: skip
    elif pick in ("index", "first"):
        number = g.cast(selector, dtypes.int32)
        if pick == "first":  # the last branch is for no truth at all
            count = len(names) - 1
            numbers = g.op("SelectV2", selector, g.int32(list(range(count))), g.int32(count))
            number = shaped(g.op("Min", numbers, g.int32([0])), [])
        found = g.call("Case", [number, inputs], names, Tout=kinds, branches=names, output_shapes=shapes)
    else:
        raise NotTranslatable("a choice that checks its conditions")
    return [shaped(ref, shape) for ref, shape in zip(found, shapes)]


def _of(body: Body, ref: Any, dtype: dtypes.DType) -> Ref:
    """A result of a branch, of which None is written as 0."""
    if ref is None:
        return body.const(0, dtype)
    return ref if isinstance(ref, Ref) else body.tensor(ref, dtype)


def loop(g: Body, node: reverse.Loop, args: Sequence[Any], translate: Translate) -> list[Ref]:
    """What goes round, after the last round: see `reverse.Rounds`."""
    most, given = args[0], list(args[1:])
    carried, split, places = node.carried, node.split, node.places
    kinds, shapes = _results(node)
    test_args, step_args = given[:split], [*given[:carried], *given[split:]]
    going = [*given[:carried], *(step_args[p] for p in places[1] if p is not None)]
    if len(going) != len(kinds):
        raise NotTranslatable("a loop that assigns a variable which it does not read")
    going = [shaped(g.op("Identity", _of(g, x, dtype)), s) for x, dtype, s in zip(going, kinds, shapes)]
    fixed, at = _kept(g, [most, *test_args[carried:], *step_args[carried:]])
    tests = len(test_args) - carried

    def arguments(body: Body, held: Sequence[Ref], going: Sequence[Ref], which: int) -> list[Any]:
        first, last = (1, 1 + tests) if which == 0 else (1 + tests, len(at))
        rest = [None if p is None else held[p] for p in at[first:last]]
        for place, value in zip(places[which], going[carried:], strict=True):
            if place is not None:
                rest[place - carried] = value
        return [*going[:carried], *rest]

    def more(body: Body, state: Sequence[Ref], held: Sequence[Ref]) -> Ref:
        (found,) = translate(body, node.test, arguments(body, held, state[1:], 0))
        found = body.op("Reshape", body.cast(found, dtypes.bool), body.int32([]))
        if at[0] is None:
            return found
        return body.op("LogicalAnd", found, body.op("Less", state[0], body.cast(held[at[0]], dtypes.int32)))

    def step(body: Body, state: Sequence[Ref], held: Sequence[Ref]) -> list[Ref]:
        found = translate(body, node.step, arguments(body, held, state[1:], 1))
        after = [_of(body, ref, dtype) for ref, dtype in zip(found, kinds, strict=True)]
        return [body.op("AddV2", state[0], body.int32(1)), *after]

    return repeated(g, "round", more, step, [g.int32(0), *going], fixed)[1:]


def repeated(
    g: Body, name: str, more: Callable[..., Ref], step: Callable[..., list[Ref]], going: Sequence[Ref],
    fixed: Sequence[Ref],
) -> list[Ref]:  # fmt: skip
    """What goes round, after the last round. more, step: take a body, what goes round and what does not.

    The first that goes round counts the rounds. As TensorFlow's loops do, they take next how many there may be.
    """
    count = len(going)
    given = [going[0], g.int32(-1), *going[1:], *fixed]

    def split(refs: Sequence[Ref]) -> tuple[list[Ref], list[Ref]]:
        return [refs[0], *refs[2 : count + 1]], list(refs[count + 1 :])

    def again(body: Body, refs: Sequence[Ref]) -> list[Ref]:
        after = step(body, *split(refs))
        return [after[0], refs[1], *after[1:], *refs[count + 1 :]]

    test = g.function(f"{name}_test", given, lambda body, refs: [more(body, *split(refs))])
    turn = g.function(name, given, again)
    shapes = [ref.shape for ref in given]
    found = g.call("While", [given], [test, turn], cond=test, body=turn, output_shapes=shapes)
    return [shaped(ref, start.shape) for ref, start in zip([found[0], *found[2 : count + 1]], going)]
