"""How quantization rounds, and the gradient that it has all the same: the one of numbers that were never rounded."""

from __future__ import annotations

from typing import Any

import torch


def half_away(x: torch.Tensor) -> torch.Tensor:
    """The nearest integers, of two the one further from 0."""
    return torch.sign(x) * torch.floor(torch.abs(x) + 0.5)


class _Followed(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(value: torch.Tensor, instead: torch.Tensor) -> torch.Tensor:
        return value.clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:  # type: ignore[override]
        return None, gradient

    @staticmethod
    def jvp(ctx: Any, value: torch.Tensor, instead: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        return instead.clone()


def followed(value: torch.Tensor, instead: torch.Tensor) -> torch.Tensor:
    """`value`, with the gradient of `instead`, a tensor of the same shape."""
    return _Followed.apply(value.detach(), instead) if instead.requires_grad else value  # type: ignore[return-value]
