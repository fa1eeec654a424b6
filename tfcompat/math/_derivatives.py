"""Functions of one number in a wider precision."""

from __future__ import annotations

from collections.abc import Callable

import torch

_Function = Callable[[torch.Tensor], torch.Tensor]


def widened(function: _Function) -> _Function:
    """`function` computed in float64, for numbers of any precision."""

    def apply(x: torch.Tensor) -> torch.Tensor:
        return function(x.to(torch.float64)).to(x.dtype)

    return apply
