"""The order and the quotients of uint64 numbers, which torch takes as if they were signed."""

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


def quotient(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """x / y rounded down, of uint64 tensors that broadcast; y without zeros (Warren, Hacker's Delight, 9-3)."""
    a, b = x.view(torch.int64), y.view(torch.int64)
    half = (a >> 1) & ~_TOP  # not negative, as b where it is below 2**63
    guess = torch.div(half, torch.where(b < 0, 1, b), rounding_mode="trunc") << 1
    found = torch.where(b < 0, 0, guess)
    left = a - found * b  # less than 2 b
    return (found + ((left ^ _TOP) >= (b ^ _TOP))).view(torch.uint64)


def remainder(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """What is left of x / y, as for `quotient`."""
    whole = quotient(x, y).view(torch.int64)
    return (x.view(torch.int64) - whole * y.view(torch.int64)).view(torch.uint64)
