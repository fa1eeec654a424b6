"""New values of variables, written straight to their memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core.storage import is_plain
from tfcompat._core.variable import Storage, sole_owner


def refill(storage: Storage, shape: Sequence[int], fill: Callable[[torch.Tensor], Any]) -> None:
    """Has `fill` write a value of `shape` to the CPU's memory: that of the cell, where nobody else can see it."""
    now = storage.t
    plain = now.shape == shape and is_plain(now)
    del now  # `sole_owner` counts who holds it
    target = storage.t if plain and sole_owner(storage) else torch.empty(tuple(shape), dtype=storage.t.dtype)
    fill(target)
    storage.t = target if storage.t.is_cpu else target.to(storage.t.device)
