"""Branches and loops as lines of the program around them, instead of calls of programs of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import fx

from tfcompat._function import numbers
from tfcompat._function.capture import Part
from tfcompat._function.program import Program
from tfcompat._function.writer import nodes_in

aten = torch.ops.aten

# Takes the writer, the name of the result and the arguments; tells which results are Python numbers, by which names.
Write = Callable[[Any, str, Sequence[Any]], dict[int, str]]


def _lines(writer: Any, part: Part, inputs: Sequence[Any], as_numbers: frozenset[int] | None) -> list[str]:
    return writer.inlined(part.program(), part.graph.recorder.tracer.root, inputs, as_numbers)


def _named(writer: Any, x: Any) -> tuple[str | None, str | None]:
    """The name of an argument, and that of the number that stands for it."""
    number = writer.number(x)
    return (writer.names.get(x) if number is not None else writer.value(x)), number


def _numbers_in(writer: Any, part: Part, inputs: Sequence[Any]) -> frozenset[int]:
    """Which outputs of a part are numbers, for these inputs."""
    trial = writer.trial()
    program = part.program()
    trial.inlined(program, part.graph.recorder.tracer.root, inputs, None)
    outputs = enumerate(zip(map(program.resolve, program.outputs), part.outputs, strict=True))
    return frozenset(i for i, (o, like) in outputs if numbers.is_number(like) and trial.number(o) is not None)


def choice(parts: Sequence[Part], starts: Sequence[int], pick: Callable[[torch.Tensor], int], plain: bool) -> Write:
    """``if``, for a node whose arguments are a selector and the inputs of all parts, which begin at `starts`.

    pick: tells the part's number from the selector; plain: it is the truth of a scalar.
    """

    def write(writer: Any, name: str, arguments: Sequence[Any]) -> dict[int, str]:
        chosen = writer.number(arguments[0]) if plain else None
        chosen = chosen or writer.value(arguments[0])
        if not plain:
            picked = writer.fresh("k")
            writer.emit(f"{picked} = {writer.bind(pick, ('pick', id(pick)))}({chosen})")
            chosen = picked
        inputs = [_named(writer, x) for x in arguments[1:]]
        given = [inputs[starts[i] : starts[i + 1]] for i in range(len(parts))]
        counted = frozenset.intersection(*(_numbers_in(writer, p, g) for p, g in zip(parts, given, strict=True)))
        results = [writer.fresh("r") for _ in parts[0].outputs]
        for i, part in enumerate(parts):
            last = i == len(parts) - 1
            test = chosen if plain else f"{chosen} == {i}"
            writer.emit("else:" if last and i else f"{'elif' if i else 'if'} {'True' if last else test}:")
            with writer.indented():
                found = _lines(writer, part, given[i], counted)
                for result, value in zip(results, found, strict=True):
                    writer.emit(f"{result} = {value}")
                writer.emit("pass")
        writer.emit(f"{name} = ({''.join(f'{r}, ' for r in results)})")
        return {i: results[i] for i in counted}

    return write


# Ops that can't fail for values, and cost little: they are computed once for all rounds, even where there is none.
_CHEAP = frozenset(
    (
        aten.mm.default, aten.addmm.default, aten.t.default, aten.transpose.int, aten.permute.default,
        aten.view.default, aten._unsafe_view.default, aten.expand.default, aten.unsqueeze.default,
        aten._to_copy.default, aten.detach.default,
    )
)  # fmt: skip


def invariant(program: Program, moving: Sequence[Any]) -> frozenset[Any]:
    """The nodes of a round's program that give the same in all rounds. moving: those of its inputs that do not."""
    still = {n for n in program.inputs if n not in set(moving)}
    known = set()
    for node in program.nodes:
        args, kwargs = program.arguments(node)
        used = nodes_in((args, kwargs))
        if node.op == "get_attr":
            still.add(node)
        elif node.target in _CHEAP and still.issuperset(used) and program.written.isdisjoint((node, *used)):
            still.add(node)
            known.add(node)
    return frozenset(known)


def ahead(writer: Any, program: Program, part: Part, names: Sequence[Any], moving: Sequence[Any]) -> list[Any]:
    """Writes what is the same in all rounds; the nodes of it that rounds use."""
    known = invariant(program, moving)
    used = {n for node in program.nodes if node not in known for n in nodes_in(program.arguments(node))}
    used.update(n for n in map(program.resolve, program.outputs) if isinstance(n, fx.Node))
    found = [n for n in program.nodes if n in known and n in used]
    if found:
        root = part.graph.recorder.tracer.root
        names = writer.inlined(program.rest((), found, effects=False), root, names, frozenset())
        writer.names.update(zip(found, names))
    return found


def each(
    writer: Any, program: Program, part: Part, names: Sequence[Any], known: Sequence[Any], counted: frozenset[int]
) -> list[str]:
    """Writes a round; the expressions of its outputs. known: what `ahead` wrote."""
    names = [*names, *((writer.names[n], None) for n in known)]
    return writer.inlined(program.rest(known, program.outputs), part.graph.recorder.tracer.root, names, counted)


def loop(
    test: Part, step: Part, carried: int, split: int, places: Sequence[Sequence[int | None]], kept: Any = None
) -> Write:
    """``while``, for a node whose arguments are the most rounds, what goes round, and what the two parts need besides.

    carried: how much goes round besides variables; split: where what `step` needs begins; places: where the variables
    that go round are among the inputs of `test` and of `step`. kept: what rounds leave for a gradient (`rounds.Kept`),
    for which the names `fixed` and `rounds` are then used.
    """
    program = step.program() if kept is None else kept.forward
    moving = [*range(carried), *(p for p in places[1] if p is not None)]

    def write(writer: Any, name: str, arguments: Sequence[Any]) -> dict[int, str]:
        most, values = arguments[0], list(arguments[1:])
        first, rest = values[:split], [*values[:carried], *values[split:]]
        start = [*values[:carried], *(rest[p] for p in places[1] if p is not None)]
        state = [writer.fresh("s") for _ in start]
        fixed = [_named(writer, x) for x in first], [_named(writer, x) for x in rest]
        counted = _counted(writer, step, state, start, fixed[1], carried, places[1])
        for i, (s, x) in enumerate(zip(state, start, strict=True)):
            number = writer.number(x) if i in counted else None
            writer.emit(f"{s} = {number or writer.value(x) + ('.item()' if i in counted else '')}")
        going = [(None, s) if i in counted else (s, None) for i, s in enumerate(state)]
        names = _filled(fixed[1], going, carried, places[1])
        known = ahead(writer, program, step, names, [step.input_nodes[i] for i in moving])
        if kept is not None:
            writer.emit(f"fixed, rounds = ({''.join(f'{writer.value(program.resolve(n))}, ' for n in kept.fixed)}), []")
        count = writer.fresh("m")
        if most is not None:
            writer.emit(f"{count} = int({writer.number(most) or writer.value(most)})")
        writer.emit("while True:" if most is None else f"while {count} > 0:")
        with writer.indented():
            (goes_on, *_) = _lines(writer, test, _filled(fixed[0], going, carried, places[0]), None)
            writer.emit(f"if not {goes_on}: break")
            results = each(writer, program, step, names, known, counted)
            if kept is not None:
                values = [
                    writer.value(program.resolve(n))
                    for n in (*(step.input_nodes[i] for i in kept.inputs), *kept.computed)
                ]
                writer.emit(f"rounds.append(({''.join(f'{v}, ' for v in values)}))")
                del results[len(state) :]
            if state:
                writer.emit(f"{', '.join(state)}, = {', '.join(results)},")
            if most is not None:
                writer.emit(f"{count} -= 1")
        writer.emit(f"{name} = ({''.join(f'{s}, ' for s in state)})")
        return {i: state[i] for i in counted}

    return write


def _counted(
    writer: Any, step: Part, state: Sequence[str], start: Sequence[Any], fixed: Sequence[Any], carried: int, places: Any
) -> frozenset[int]:
    """Which of what goes round are numbers: those that a round makes numbers of, if they come in as such."""
    likes = [step.leaves[i][0] for i in range(carried)] + [step.leaves[p][0] for p in places if p is not None]
    counted = frozenset(i for i, like in enumerate(likes) if numbers.is_number(like))
    while True:
        going = [(None, s) if i in counted else (s, None) for i, s in enumerate(state)]
        still = counted & _numbers_in(writer, step, _filled(fixed, going, carried, places))
        if still == counted:
            return counted
        counted = still


def _filled(names: Sequence[Any], going: Sequence[Any], carried: int, places: Sequence[int | None]) -> list[Any]:
    """The inputs of a part in a round: what goes round in its places, else as at the start."""
    filled = [*going[:carried], *names[carried:]]
    for place, name in zip(places, going[carried:], strict=True):
        if place is not None:
            filled[place] = name
    return filled
