"""Rows without elements filled with a default value."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Invalid, is_symbolic
from tfcompat._sparse.indices import filled


def filled_rows(
    rows: torch.Tensor, values: torch.Tensor, count: Any, default: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Values in rows, sorted by them, with `default` in each of `count` rows that had none.

    Returns the rows, the values, which rows were empty, and where each of the given values has gone.
    """
    if not is_symbolic(rows) and len(rows) and type(count) is int:
        if not count:
            raise Invalid(f"Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = {len(rows)}")
        bad = torch.nonzero((rows < 0) | (rows >= count)).reshape(-1)
        if len(bad):
            at = int(bad[0])
            raise Invalid(f"indices({at}, 0) is invalid: {int(rows[at])} >= {count}")
    used = torch.zeros(count, dtype=torch.bool, device=rows.device).index_fill(0, rows, True)
    missing = torch.nonzero(~used).reshape(-1)
    joined = torch.cat([rows, missing])
    order = torch.argsort(joined, stable=True)
    found = torch.cat([values, filled(default, missing.shape)])[order]
    steps = torch.arange(order.shape[0], device=order.device)
    places = torch.zeros_like(order).index_copy(0, order, steps)
    return joined[order], found, ~used, places[: rows.shape[0]]
