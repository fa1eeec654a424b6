"""Sizes to capture a function with where its signature leaves them open and no call tells them yet.

Any size will do for most functions. Where an op refuses the one that was taken, what was asked of the sizes up to there
(is the last one 5? is it a multiple of 784?) tells which would have done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any

import torch

_MOST_VALUES = 24  # of a size that are tried, the largest first


def better(guards: Sequence[Any], shapes: Sequence[Sequence[Any]], sizes: Sequence[Sequence[int]]) -> list[list[int]]:
    """Sizes for which the last of `guards` that can be answered otherwise is; none ([]) where there are no such sizes.

    guards: what was found of the open sizes, as sympy expressions, in their order. shapes: those of the arguments,
    with the open sizes as torch.SymInt. sizes: the same with the numbers that were taken for them.
    """
    places: dict[Any, list[tuple[int, int]]] = {}
    for i, shape in enumerate(shapes):
        for j, d in enumerate(shape):
            if isinstance(d, torch.SymInt) and d.node.expr.is_symbol:
                places.setdefault(d.node.expr, []).append((i, j))
    taken = {symbol: sizes[i][j] for symbol, ((i, j), *_) in places.items()}
    # An op asks for a size and then for 1, which stands for any in broadcasting: 1 is the last thing to try.
    for least in (2, 1):
        for guard in reversed(guards):
            for found in _answers(guard, taken, least):
                changed = [list(shape) for shape in sizes]
                for symbol, n in found.items():
                    for i, j in places[symbol]:
                        changed[i][j] = n
                return changed
    return []


def _answers(guard: Any, taken: dict[Any, int], least: int) -> Iterator[dict[Any, int]]:
    """Values of one symbol of a guard, then of two, for which it does not hold."""
    symbols = sorted((s for s in guard.free_symbols if s in taken), key=list(taken).index, reverse=True)
    if len(symbols) < len(guard.free_symbols):
        return
    numbers = {abs(int(n)) for n in guard.atoms() if n.is_Integer} | {taken[s] for s in symbols}
    values = [n for n in sorted(_divisors(numbers), reverse=True) if n >= least][:_MOST_VALUES]
    changes = [{s: n} for s in symbols for n in values]
    changes += [{symbols[0]: n, symbols[1]: m} for n, m in product(values, values)] if len(symbols) > 1 else []
    for change in changes:
        if guard.subs({**{s: taken[s] for s in symbols}, **change}) == False:  # noqa: E712 - sympy's own false
            yield change


def _divisors(numbers: Iterable[int]) -> set[int]:
    return {d for n in numbers for k in range(1, int(n**0.5) + 1) if n and n % k == 0 for d in (k, n // k)}
