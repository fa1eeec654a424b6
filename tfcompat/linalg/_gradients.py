"""Gradients of complex functions that TensorFlow does not conjugate as it does elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


class _Changed(torch.autograd.Function):
    """A tensor as it is, whose gradient passes through a function of it and the tensor; its tangents do not."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: torch.Tensor, change: Callable[..., torch.Tensor]) -> torch.Tensor:
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(inputs[0])
        ctx.change = inputs[1]

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:  # type: ignore[override]
        return ctx.change(gradient, ctx.saved_tensors[0]), None

    @staticmethod
    def jvp(ctx: Any, tangent: torch.Tensor, _: Any) -> torch.Tensor:  # type: ignore[override]
        return tangent.view_as(tangent)


def _changed(x: torch.Tensor, change: Callable[..., torch.Tensor]) -> torch.Tensor:
    return _Changed.apply(x, change) if x.requires_grad and x.is_complex() else x  # type: ignore[return-value]


def _conjugated(gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return gradient.conj()


def _turned(gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return gradient * torch.sgn(x) ** 2


def unconjugated(x: torch.Tensor) -> torch.Tensor:
    """`x`, with its gradient conjugated.

    Around the inputs and the output of a holomorphic function: its gradient is J^T g, where torch's is J^H g.
    """
    return _changed(x, _conjugated)


def unconjugated_factor(x: torch.Tensor) -> torch.Tensor:
    """`x`, with its gradient times x / conj(x): a factor conj(x) in the gradient of what it was made of becomes x."""
    return _changed(x, _turned)
