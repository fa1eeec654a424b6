"""Functions of one number that torch cannot differentiate, made so by telling their derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

_Function = Callable[[torch.Tensor], torch.Tensor]


def differentiable(function: _Function, derivative: _Function) -> _Function:
    """`function` with `derivative` as its derivative, to any order and in both modes if `derivative` is itself so."""

    class Differentiable(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x: torch.Tensor) -> torch.Tensor:
            return function(x)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(inputs[0])
            ctx.save_for_forward(inputs[0])

        @staticmethod
        def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
            return gradient * derivative(ctx.saved_tensors[0])

        @staticmethod
        def jvp(ctx: Any, tangent: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
            return tangent * derivative(ctx.saved_tensors[0])

    def apply(x: torch.Tensor) -> torch.Tensor:
        return Differentiable.apply(x) if x.requires_grad else function(x)  # type: ignore[return-value]

    return apply


def widened(function: _Function) -> _Function:
    """`function` computed in float64, for numbers of any precision."""

    def apply(x: torch.Tensor) -> torch.Tensor:
        return function(x.to(torch.float64)).to(x.dtype)

    return apply
