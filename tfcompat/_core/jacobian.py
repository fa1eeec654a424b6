"""The matrices of derivatives of GradientTape.jacobian and batch_jacobian: a backward pass for each row, batched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._core.autograd import sum_gradients, vjp
from tfcompat._core.convert import to_storage
from tfcompat._core.state import state


def jacobian(tape: Any, target: Any, sources: Sequence[Any], batched: bool) -> list[torch.Tensor | None]:
    """d target / d source for each source, of shape target.shape + source.shape; None where unconnected."""
    values = tape._values(target)
    if not values:
        return [None] * len(sources)
    y = values[-1]
    rows = torch.eye(y.numel(), dtype=y.dtype, device=y.device).reshape(y.numel(), *y.shape)
    found = _products(tape, y, sources, rows, batched)
    return [None if g is None else g.reshape(*y.shape, *g.shape[1:]) for g in found]


def batch_jacobian(tape: Any, target: Any, source: Any, batched: bool) -> torch.Tensor:
    """d target[i] / d source[i] for each i, of shape target.shape + source.shape[1:]; zeros where unconnected."""
    wanted, given = tuple(target.shape), tuple(source.shape)
    for shape in (target.shape, source.shape):
        if len(shape) < 2:
            raise ValueError(f"Shape {shape} must have rank at least 2")
    if None not in (wanted[0], given[0]) and wanted[0] != given[0]:
        raise ValueError(
            f"Need first dimension of target shape ({target.shape}) and source shape ({source.shape}) to match."
        )
    values = tape._values(target)
    inner = tuple(to_storage(source).shape[1:])
    if not values:
        y = to_storage(target)
        return torch.zeros((*y.shape, *inner), dtype=y.dtype)
    y = values[-1]
    size = math.prod(y.shape[1:])
    rows = torch.eye(size, dtype=y.dtype, device=y.device).reshape(size, 1, *y.shape[1:]).expand(size, *y.shape)
    found = _products(tape, y, [source], rows, batched)[0]
    if found is None:
        return torch.zeros((*y.shape, *inner), dtype=y.dtype, device=y.device)
    return found.movedim(0, 1).unflatten(1, y.shape[1:])


def _products(
    tape: Any, y: torch.Tensor, sources: Sequence[Any], rows: torch.Tensor, batched: bool
) -> list[torch.Tensor | None]:
    """The gradients of `y` weighted with each of `rows`, stacked, for each source."""
    handles = [tape._handles(s) for s in sources]
    flat = [h for hs in handles for h in hs]
    differentiable = bool(state.tapes) or state.graph is not None

    def one_by_one() -> list[torch.Tensor | None]:
        each = [vjp([y], flat, [row], True, differentiable, tape._graph) for row in rows]
        return [None if gs[0] is None else torch.stack([_dense(g) for g in gs]) for gs in zip(*each, strict=True)]

    if batched and len(rows):
        try:
            found = vjp([y], flat, [rows], True, differentiable, tape._graph, batched=True)
        except RuntimeError:  # an op that torch.vmap cannot batch
            found = one_by_one()
    elif len(rows):
        found = one_by_one()
    else:
        found = [torch.zeros(0, *h.shape, dtype=y.dtype, device=y.device) for h in flat]
    left = iter(found)
    return [sum_gradients([next(left) for _ in hs]) for hs in handles]


def _dense(g: torch.Tensor) -> torch.Tensor:
    return g.to_dense() if g.is_sparse else g
