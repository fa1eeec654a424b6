"""Functions with derivatives of our own: those that torch cannot differentiate, or does otherwise than TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

_Function = Callable[..., torch.Tensor]


def differentiable(function: _Function, *derivatives: _Function | None) -> _Function:
    """`function` of tensors, with a derivative by each of them; None where it counts as constant.

    A derivative is a function of the same tensors, elementwise with broadcasting, and the gradient is multiplied with
    it (so for complex numbers it is to be the conjugate). Differentiable to any order and in both modes if the
    derivatives are themselves so.
    """

    class Differentiable(torch.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(*x: torch.Tensor) -> torch.Tensor:
            return function(*x)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(*inputs)
            ctx.save_for_forward(*inputs)

        @staticmethod
        def backward(ctx: Any, gradient: torch.Tensor) -> Any:  # type: ignore[override]
            x = ctx.saved_tensors
            slopes = [
                None if d is None or not needed else _summed(gradient * d(*x), t)
                for d, needed, t in zip(derivatives, ctx.needs_input_grad, x, strict=True)
            ]
            return slopes[0] if len(slopes) == 1 else tuple(slopes)

        @staticmethod
        def jvp(ctx: Any, *tangents: torch.Tensor | None) -> torch.Tensor:  # type: ignore[override]
            x = ctx.saved_tensors
            parts = [t * d(*x) for t, d in zip(tangents, derivatives, strict=True) if t is not None and d is not None]
            total = parts[0] if parts else torch.zeros_like(function(*x))
            for part in parts[1:]:
                total = total + part
            return total

    def apply(*x: torch.Tensor) -> torch.Tensor:
        if any(t.requires_grad for t in x):
            return Differentiable.apply(*x)  # type: ignore[return-value]
        return function(*x)

    return apply


def _summed(gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The gradient of a tensor that was broadcast."""
    return gradient if gradient.shape == x.shape else gradient.sum_to_size(x.shape)


class _Without(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x: torch.Tensor, message: str) -> torch.Tensor:
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.message = inputs[1]

    @staticmethod
    def backward(ctx: Any, *dys: torch.Tensor) -> Any:  # type: ignore[override]
        raise LookupError(ctx.message)


def without_gradient(x: torch.Tensor, message: str) -> torch.Tensor:
    """The tensor itself; a gradient through it is a LookupError with `message`."""
    return _Without.apply(x, message) if x.requires_grad else x  # type: ignore[return-value]


def unregistered(x: torch.Tensor, kernel: str) -> torch.Tensor:
    """The result of one of TensorFlow's kernels that have no gradient: asking for one is its LookupError."""
    return without_gradient(x, f"gradient registry has no entry for: {kernel}")
