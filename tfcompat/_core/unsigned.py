"""The order of uint64 numbers, which torch compares as if they were signed."""

from __future__ import annotations

from collections.abc import Callable

import torch

_TOP = -(2**63)


def ordered(x: torch.Tensor) -> torch.Tensor:
    """`x` itself; where it is uint64, int64 numbers in the same order."""
    return x.view(torch.int64) ^ _TOP if x.dtype is torch.uint64 else x


def restored(x: torch.Tensor) -> torch.Tensor:
    """The uint64 numbers that `ordered` made `x` of."""
    return (x ^ _TOP).view(torch.uint64)


def by_order(function: Callable[..., torch.Tensor], *tensors: torch.Tensor) -> torch.Tensor:
    """What a function that only picks elements by their order, such as torch.maximum, makes of uint64 tensors."""
    return restored(function(*map(ordered, tensors)))
