"""keras.random.SeedGenerator: a seed that gives a new one each time it is used."""

from __future__ import annotations

import random as python_random
from typing import Any

import numpy as np

from tfcompat._core import random_state
from tfcompat.keras import _naming, _version
from tfcompat.keras._state import thread


class SeedGenerator:
    """A variable that random functions draw their seeds from, so that each call differs and a run can be repeated.

    seed: an int, None for one of Python's random numbers (which keras.utils.set_random_seed sets). ValueError else.
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        from tfcompat.keras._variable import Variable

        kwargs.pop("backend", None)
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {sorted(kwargs)}")
        self.name = name or _naming.auto_name(type(self).__name__)
        self._initial_seed = self._next_seed = seed
        # Without a seed nobody can tell the numbers, so the random functions may draw them the fast way.
        self._is_free = seed is None and nobody_seeds()
        if seed is None:
            seed = make_default_seed()
        if not isinstance(seed, int):
            raise ValueError(f"Argument `seed` must be an integer. Received: seed={seed}")
        start = seed
        with _naming.name_scope(self.name, caller=self):
            self.state = Variable(
                lambda shape, dtype: np.array([start, 0], dtype="int64"),
                shape=(2,),
                dtype="int64",
                trainable=False,
                name="seed_generator_state",
            )

    def next(self, ordered: bool = True) -> Any:
        """The current seed, two integers as a tensor, after which the state moves on."""
        from tfcompat.keras import ops

        state = self.state
        current = state.value * 1
        following = current + ops.convert_to_tensor([0, 1], "int64") if ordered else (current + 1) * 5387 % 933199
        state.assign(following)
        return current

    @property
    def is_free(self) -> bool:
        """Whether nobody fixed the numbers; in Keras 2 that is told by TensorFlow's seed at the time of drawing."""
        if _version.is_legacy():
            return self._initial_seed is None and not random_state.is_seeded()
        return self._is_free

    def next_op_seed(self) -> int | None:
        """The seed of the next of Keras 2's random ops: one more each time, None without a first one."""
        seed = self._next_seed
        self._next_seed = None if seed is None else seed + 1
        return seed

    def get_config(self) -> dict[str, Any]:
        """The seed it was made with, and the name."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """The generator that `get_config` described."""
        return cls(**config)


def nobody_seeds() -> bool:
    """Whether the program has set no seed, neither Keras's nor TensorFlow's."""
    return thread.random_seed is None and not random_state.is_seeded()


def make_default_seed() -> int:
    """A seed from Python's random numbers; in Keras 2, which draws none there, from others."""
    if _version.is_legacy():
        if thread.other_numbers is None:
            thread.other_numbers = python_random.Random(thread.random_seed)
        return thread.other_numbers.randint(1, _MOST)
    return python_random.randint(1, _MOST)


def make_initializer_seed() -> int:
    """The seed of an initializer without one in Keras 2: from the numbers of `set_random_seed`, else from Python's."""
    return (thread.initializer_numbers or python_random).randint(1, _MOST)


_MOST = int(1e9)


def global_seed_generator() -> SeedGenerator:
    """What random functions without a seed draw from."""
    if thread.seed_generator is None:
        thread.seed_generator = SeedGenerator()
    return thread.seed_generator


def draw_seed(seed: Any) -> Any:
    """Two integers as a tensor: a SeedGenerator's next, (seed, 0) for an int, the global generator's next for None."""
    from tfcompat.keras import ops

    if isinstance(seed, SeedGenerator):
        return seed.next()
    if seed is None:
        return global_seed_generator().next(ordered=False)
    if isinstance(seed, int):
        return ops.convert_to_tensor([seed, 0], "int64")
    raise ValueError(
        "Argument `seed` must be either an integer or an instance of `SeedGenerator`. Received: "
        f"seed={seed} (of type {type(seed)})"
    )
