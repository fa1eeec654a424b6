"""Branches and loops as lines of the program around them, instead of calls of programs of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._function.capture import Part

Write = Callable[[Any, str, list[str]], None]


def _lines(writer: Any, part: Part, inputs: Sequence[str]) -> list[str]:
    return writer.inlined(part.program(), part.graph.recorder.tracer.root, inputs)


def choice(parts: Sequence[Part], starts: Sequence[int], pick: Callable[[torch.Tensor], int], plain: bool) -> Write:
    """``if``, for a node whose arguments are a selector and the inputs of all parts, which begin at `starts`.

    pick: tells the part's number from the selector; plain: it is the truth of a scalar.
    """

    def write(writer: Any, name: str, arguments: list[str]) -> None:
        selector, inputs = arguments[0], arguments[1:]
        chosen = selector
        if not plain:
            chosen = writer.fresh("k")
            writer.emit(f"{chosen} = {writer.bind(pick, ('pick', id(pick)))}({selector})")
        for i, part in enumerate(parts):
            last = i == len(parts) - 1
            test = chosen if plain else f"{chosen} == {i}"
            writer.emit("else:" if last and i else f"{'elif' if i else 'if'} {'True' if last else test}:")
            with writer.indented():
                results = _lines(writer, part, inputs[starts[i] : starts[i + 1]])
                writer.emit(f"{name} = ({''.join(f'{r}, ' for r in results)})")

    return write


def loop(test: Part, step: Part, carried: int, split: int, places: Sequence[Sequence[int | None]]) -> Write:
    """``while``, for a node whose arguments are the most rounds, what goes round, and what the two parts need besides.

    carried: how much goes round besides variables; split: where what `step` needs begins; places: where the variables
    that go round are among the inputs of `test` and of `step`.
    """

    def write(writer: Any, name: str, arguments: list[str]) -> None:
        most, values = arguments[0], arguments[1:]
        first, rest = values[:split], [*values[:carried], *values[split:]]
        start = [*values[:carried], *(rest[p] for p in places[1] if p is not None)]
        state = [writer.fresh("s") for _ in start]
        for s, value in zip(state, start, strict=True):
            writer.emit(f"{s} = {value}")
        count = writer.fresh("n")
        if most != "None":
            writer.emit(f"{count} = int({most})")
        writer.emit("while True:" if most == "None" else f"while {count} > 0:")
        with writer.indented():
            (goes_on, *_) = _lines(writer, test, _filled(first, state, carried, places[0]))
            writer.emit(f"if not {goes_on}: break")
            results = _lines(writer, step, _filled(rest, state, carried, places[1]))
            if state:
                writer.emit(f"{', '.join(state)}, = {', '.join(results)},")
            if most != "None":
                writer.emit(f"{count} -= 1")
        writer.emit(f"{name} = ({''.join(f'{s}, ' for s in state)})")

    return write


def _filled(names: Sequence[str], state: Sequence[str], carried: int, places: Sequence[int | None]) -> list[str]:
    """The inputs of a part in a round: what goes round in its places, else as at the start."""
    filled = [*state[:carried], *names[carried:]]
    for place, name in zip(places, state[carried:], strict=True):
        if place is not None:
            filled[place] = name
    return filled
