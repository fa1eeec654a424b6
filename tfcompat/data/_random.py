"""Where datasets' random numbers come from: a stream of 32-bit words for each pass over a dataset.

The seeds are those of TensorFlow's rules for a program's and an op's, and with them the words are TensorFlow's, too: so
datasets are shuffled as they are there. With no seed at all every pass is different.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfcompat._core import random_state
from tfcompat._core.philox import Philox

_BLOCKS = 1024
_chance: list[np.random.SeedSequence] = []  # where what no seed decides comes from, if not from the machine


def take_chance_from(entropy: int) -> None:
    """Has what no seed decides come from a number: processes that are given the same one draw the same, in turn."""
    _chance[:] = [np.random.SeedSequence(entropy)]


def _unseeded() -> np.random.Generator:
    return np.random.default_rng(_chance[0].spawn(1)[0] if _chance else None)


class Seeds:
    """The seeds of one dataset. each_pass: whether every pass over it draws other numbers."""

    def __init__(self, seed: Any, each_pass: bool = True) -> None:
        self._start(random_state.get_seed(None if seed is None else int(seed)), each_pass)

    @staticmethod
    def of_pair(seed: int, seed2: int, each_pass: bool) -> Seeds:
        """The seeds that kernels take: by chance where both are 0."""
        made = Seeds.__new__(Seeds)
        made._start((seed, seed2) if seed or seed2 else (None, None), each_pass)
        return made

    def _start(self, pair: Any, each_pass: bool) -> None:
        if pair[0] is None and not each_pass:  # what repeats itself needs some seed
            pair = tuple(int(n) for n in _unseeded().integers(1, 2**31, 2))
        self._pair: Any = pair
        self._each_pass = each_pass
        self._seeds = _words(*pair) if each_pass and pair[0] is not None else None

    @property
    def by_chance(self) -> bool:
        """Whether no seed decides."""
        return self._pair[0] is None

    def anew(self) -> Seeds:
        """The same seeds, of which no pass has drawn."""
        made = Seeds.__new__(Seeds)
        made._start(self._pair, self._each_pass)
        return made

    def skip(self) -> None:
        """Leaves out what the next pass would draw."""
        if self._seeds is not None:
            next(self._seeds)
            next(self._seeds)

    def three(self) -> list[int]:
        """Three words that decide the order of the next pass."""
        if self._seeds is None and not self.by_chance:
            return [*self._pair, self._pair[0]]
        return list(itertools.islice(self._seeds or _any_words(), 4))[:3]

    def words(self) -> Iterator[int]:
        """What the next pass draws."""
        if self.by_chance:
            return _any_words()
        return _words(*self._pair) if self._seeds is None else _words(next(self._seeds), next(self._seeds))


def _words(seed: int, seed2: int) -> Iterator[int]:
    philox = Philox.of_seeds(seed, seed2)
    count = 1
    while True:
        yield from philox.words(4 * count).tolist()
        philox = philox.skip(count)
        count = min(4 * count, _BLOCKS)


def _any_words() -> Iterator[int]:
    generator = _unseeded()
    while True:
        yield from generator.integers(0, 2**32, 4 * _BLOCKS).tolist()
