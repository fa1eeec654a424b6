"""tf.random.Algorithm and what a stateless seed is."""

from __future__ import annotations

import enum
from typing import Any

import torch

from tfcompat._core.ops import BY_STORAGE, Invalid, is_symbolic, kernel_dtype
from tfcompat._core.random_state import Source


class Algorithm(enum.Enum):
    """How a generator makes its numbers (tf.random.Algorithm)."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


_BY_NAME = {"philox": Algorithm.PHILOX, "threefry": Algorithm.THREEFRY, "auto_select": Algorithm.AUTO_SELECT}


def algorithm(alg: Any) -> Algorithm:
    """The algorithm of a name, number or Algorithm; Philox for AUTO_SELECT. ValueError for others."""
    found = None
    if isinstance(alg, Algorithm):
        found = alg
    elif isinstance(alg, str):
        found = _BY_NAME.get(alg)
    elif isinstance(alg, int) and alg in (1, 2, 3):
        found = Algorithm(alg)
    if found is None:
        raise ValueError(
            f"Argument `alg` got unsupported value {alg}. Supported values are philox for the Philox algorithm, "
            "threefry for the ThreeFry algorithm, and auto_select for auto-selection."
        )
    return Algorithm.PHILOX if found is Algorithm.AUTO_SELECT else found


def seeded(seed: torch.Tensor, alg: Any = "auto_select") -> Source:
    """The source of a stateless op: `seed`, two integers. InvalidArgumentError for what is none, and for ThreeFry."""
    if seed.dtype not in (torch.int32, torch.int64):
        got = kernel_dtype(BY_STORAGE[seed.dtype])
        raise Invalid(f"Value for attr 'Tseed' of {got} is not in the list of allowed values: int32, int64")
    if tuple(seed.shape) != (2,):
        raise Invalid(f"seed must have shape [2], not [{','.join(map(str, seed.shape))}]")
    if algorithm(alg) is not Algorithm.PHILOX:
        raise Invalid("Argument `alg`: the ThreeFry algorithm is not supported, take 'philox' or 'auto_select'")
    return Source("", seed.to(torch.int64) if is_symbolic(seed) else seed)
