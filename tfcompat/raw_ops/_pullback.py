"""Gradient kernels by autograd: what TensorFlow has a kernel of its own for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


def pullback(function: Callable[..., torch.Tensor], dy: torch.Tensor, *xs: torch.Tensor) -> Any:
    """The gradients by `xs` of `function(*xs)`, whose gradient is `dy`; one of them alone where there is one.

    They are differentiable by `dy`, `xs` and what the function holds.
    """
    again = torch.is_grad_enabled()
    with torch.enable_grad():
        leaves = [x if x.requires_grad else x.detach().requires_grad_() for x in xs]
        y = function(*leaves)
    grads = torch.autograd.grad(y, leaves, dy, create_graph=again)
    return grads[0] if len(xs) == 1 else grads
