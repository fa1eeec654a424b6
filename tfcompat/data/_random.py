"""Where datasets' random numbers come from: one generator for each pass over a dataset.

The seeds are those of TensorFlow's rules for a program's and an op's, so that tf.random.set_seed makes datasets that
are made after it repeat themselves. With no seed at all every pass is different.
"""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

import torch

from tfcompat._core import random_state


class Seeds:
    """The seeds of one dataset. each_pass: whether every pass over it draws other numbers."""

    def __init__(self, seed: Any, each_pass: bool = True) -> None:
        self._pair = random_state.get_seed(None if seed is None else int(seed))
        if self._pair[0] is None and not each_pass:  # what repeats itself needs some seed
            self._pair = torch.seed() % 2**31, 1
        self._passes = itertools.count()
        self._each_pass = each_pass

    def generator(self) -> torch.Generator:
        """What the next pass draws from."""
        number = next(self._passes) if self._each_pass else 0
        if self._pair[0] is None:
            generator = torch.Generator()
            generator.seed()
            return generator
        digest = hashlib.blake2b(f"{self._pair[0]},{self._pair[1]},{number}".encode(), digest_size=8).digest()
        return torch.Generator().manual_seed(int.from_bytes(digest, "little"))
