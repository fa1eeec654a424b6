"""tf.nn.isotonic_regression: the nearest sequence that never rises, or never falls."""

from __future__ import annotations

from typing import Any, NamedTuple

import torch

from tfcompat._core.arguments import HALVES, REALS, UNSIGNED, expect
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.value_ops import value_op

_RESULT = {torch.int8: torch.float32, torch.int16: torch.float32}
_KEPT = HALVES | {torch.float32}


@value_op("(Tensor x) -> Tensor", lambda x: torch.empty(x.shape, dtype=torch.int64, device=x.device))
def isotonic_blocks(x: torch.Tensor) -> torch.Tensor:
    """For each element of the rows of `x` the number of the block it shares its solution with, counted over all rows.

    Pools adjacent violators: all neighbouring blocks of which the later one has the larger mean become one, again and
    again until there are none.
    """
    rows, n = x.shape
    row = torch.arange(rows, device=x.device).repeat_interleave(n)
    block = torch.arange(rows * n, device=x.device)
    total = x.detach().reshape(-1).to(torch.float64)
    count = torch.ones_like(total)
    while True:
        mean = total / count
        joins = (mean[1:] > mean[:-1]) & (row[1:] == row[:-1])
        if not bool(joins.any()):
            return block.reshape(rows, n)
        starts = torch.nn.functional.pad(~joins, (1, 0), value=True)
        label = torch.cumsum(starts, 0) - 1
        row = row[starts]
        total, count = (
            torch.zeros(len(row), dtype=t.dtype, device=t.device).index_add(0, label, t) for t in (total, count)
        )
        block = label[block]


class IsotonicRegression(NamedTuple):
    """What `isotonic_regression` returns of sequences that never rise."""

    output: Any
    segments: Any


@op("IsotonicRegression")
def isotonic_regression(inputs: Value, decreasing: bool = True, axis: Any = -1) -> tuple[torch.Tensor, torch.Tensor]:
    """The sequences along `axis` that never rise and are nearest to `inputs` in the sum of squares.

    decreasing: where false, sequences that never fall. Returns the solution, in which neighbours that share a value
    make a segment, and the int32 number of each element's segment, as a named tuple where decreasing, else as a tuple.
    int8 and int16 become float32, other integers float64. Differentiable. Follows tf.nn.isotonic_regression.
    """
    kind = expect(inputs, REALS if decreasing else REALS - UNSIGNED).dtype  # the others are negated
    kind = kind if kind in _KEPT else _RESULT.get(kind, torch.float64)
    ndim = inputs.ndim
    if not -max(ndim, 1) <= axis < max(ndim, 1):
        raise Invalid(
            f"`dim` must be in the range [{-ndim}, {ndim}) where {ndim} is the number of dimensions in the input. "
            f"Received: dim={axis}"
        )
    wide = inputs.to(torch.float32 if kind in HALVES else kind)
    moved = (wide.unsqueeze(0) if not ndim else wide).movedim(axis, -1)
    x = moved.reshape(-1, moved.shape[-1]) if moved.numel() else moved.reshape(0, moved.shape[-1])
    block = isotonic_blocks(x if decreasing else -x)
    flat = block.reshape(-1)
    total, count = (torch.zeros_like(t).index_add(0, flat, t) for t in (x.reshape(-1), torch.ones_like(x.reshape(-1))))
    solution = (total / count)[block].to(kind)
    segments = (block - block[:, :1]).to(torch.int32)
    found = (t.reshape(moved.shape).movedim(-1, axis).reshape(inputs.shape) for t in (solution, segments))
    return IsotonicRegression(*found) if decreasing else tuple(found)  # type: ignore[return-value]
