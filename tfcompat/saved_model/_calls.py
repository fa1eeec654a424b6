"""Loops, branches and ops of a loaded function: run on values, or made part of a function that is being captured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core.ops import wrap
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor
from tfcompat._function import reverse
from tfcompat._function.recorder import NotCapturable

Program = Callable[..., Sequence[Any]]


def _symbols(args: Sequence[Any]) -> list[Any]:
    """Tensors of the graph that is being captured, for what stands for values in it; None stays."""
    return [x if x is None else wrap(x) for x in args]


def _held(symbols: Sequence[Any]) -> list[Any]:
    """What stands for tensors in the graph that is being captured, which may be a part of theirs."""
    return [x._t if isinstance(x, Tensor) else x for x in symbols]


def choice(runs: Sequence[Program], starts: Sequence[int], pick: Callable[[torch.Tensor], int]) -> Program:
    """Takes a selector and the inputs of all programs, which begin at `starts`; gives what the picked one gives."""

    def choose(selector: Any, *args: Any) -> Sequence[Any]:
        if state.graph is None:
            i = pick(selector)
            return runs[i](*args[starts[i] : starts[i + 1]])
        from tfcompat._function.control import choose as captured

        symbols = _symbols(args)

        def branch(i: int) -> Callable[[], list[Any]]:
            return lambda: _symbols(runs[i](*_held(symbols[starts[i] : starts[i + 1]])))

        return _held(captured(state.graph, wrap(selector), pick, [branch(i) for i in range(len(runs))], "cond"))

    return choose


def loop(test: Program, step: Program, carried: int, split: int, places: Sequence[Any]) -> Program:
    """Takes the arguments of `reverse.Rounds.run`; gives what is left after the last round."""
    rounds = reverse.Rounds(test, step, carried, split, places)
    moving = [p for p in places[1] if p is not None]

    def repeat(most: Any, *args: Any) -> Sequence[Any]:
        if state.graph is None:
            return rounds.run(most, *args)
        from tfcompat._function.control import while_loop

        symbols = _symbols(args)
        first, rest = symbols[:split], [*symbols[:carried], *symbols[split:]]
        going = [*symbols[:carried], *(rest[p] for p in moving)]

        def on(program: Program, given: list[Any], which: int, state_: Sequence[Any]) -> list[Any]:
            given = list(given)
            reverse.fill(given, state_, carried, places[which])
            return _symbols(program(*_held(given)))

        try:
            left = while_loop(
                state.graph,
                lambda *s: on(test, first, 0, s)[0],
                lambda *s: on(step, rest, 1, s),
                going,
                None,
                None if most is None else wrap(most),
                "while",
            )
        except ValueError as e:
            raise NotCapturable(f"a loop of a loaded function is called within it: {e}") from e
        return _held(left)

    return repeat


def op(function: Callable[..., Sequence[Any]]) -> Program:
    """Calls an op that needs its arguments' values."""

    def call(*args: Any) -> Sequence[Any]:
        if state.graph is None:
            return function(*args)
        from tfcompat._function.nodes import record

        return record(state.graph, function, args)

    return call
