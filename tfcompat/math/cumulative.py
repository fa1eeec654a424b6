"""tf.math's running totals along an axis.

exclusive: leaves each element itself out of its total. reverse: runs from the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core import arguments
from tfcompat._core.arguments import FLOATS, NUMBERS, expect, integers
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.tensor import Tensor


def _running(
    x: torch.Tensor,
    axis: Any,
    exclusive: Any,
    reverse: Any,
    scan: Callable[[torch.Tensor, int], torch.Tensor],
    start: Any,
) -> torch.Tensor:
    """`scan(x, dim)` along the axis; an exclusive one begins with `start`."""
    if isinstance(axis, (list, tuple)) or (isinstance(axis, Tensor) and axis.ndim):
        raise Invalid(f"ScanOp: axis must be a scalar, not [{len(integers(axis, 'axis'))}]")
    a = arguments.integer(axis, "axis")
    if not -x.ndim <= a < x.ndim:
        raise Invalid(f"ScanOp: Expected scan axis in the range [{-x.ndim}, {x.ndim}), but got {a}")
    dim = a % x.ndim
    if reverse:
        x = x.flip(dim)
    if exclusive and x.shape[dim] != 0:
        size = x.shape[dim]
        first = torch.full_like(x.narrow(dim, 0, 1), start)
        total = torch.cat([first, scan(x.narrow(dim, 0, size - 1), dim)], dim)
    else:
        total = scan(x, dim)
    return total.flip(dim) if reverse else total


@op("Cumsum")
def cumsum(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> torch.Tensor:
    """The running sum along `axis`, in the dtype of x (tf.math.cumsum)."""
    return _running(expect(x, NUMBERS), axis, exclusive, reverse, lambda t, d: torch.cumsum(t, d, dtype=t.dtype), 0)


@op("Cumprod")
def cumprod(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> torch.Tensor:
    """The running product along `axis`, in the dtype of x (tf.math.cumprod)."""
    if expect(x, NUMBERS).requires_grad:
        x = torch.where(x == 0, x.detach(), x)  # TensorFlow gives a 0 the gradient 0
    return _running(x, axis, exclusive, reverse, lambda t, d: torch.cumprod(t, d, dtype=t.dtype), 1)


@op("CumulativeLogsumexp")
def cumulative_logsumexp(
    x: Value, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None
) -> torch.Tensor:
    """log(cumsum(exp(x))) along `axis`, without overflow, for floats (tf.math.cumulative_logsumexp)."""
    return _running(expect(x, FLOATS), axis, exclusive, reverse, torch.logcumsumexp, float("-inf"))
