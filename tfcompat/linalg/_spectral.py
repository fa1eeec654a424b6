"""Eigenvectors and singular vectors with TensorFlow's gradients, which are finite where values coincide."""

from __future__ import annotations

from typing import Any

import torch


def _gaps(values: torch.Tensor) -> torch.Tensor:
    """1 / (values[j] - values[i]), and 0 where they are equal."""
    away = values.unsqueeze(-2) - values.unsqueeze(-1)
    one = torch.eye(values.shape[-1], dtype=values.dtype, device=values.device)
    return _reciprocal(away + one) * (1 - one)  # no gradient flows through the diagonal, where the slope is huge


def _reciprocal(x: torch.Tensor) -> torch.Tensor:
    return x / (x * x + 1e-20)


class _Eigh(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x: torch.Tensor) -> Any:
        return tuple(torch.linalg.eigh(x))

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(*output)

    @staticmethod
    def backward(ctx: Any, by_values: torch.Tensor, by_vectors: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        values, vectors = ctx.saved_tensors
        inner = torch.diag_embed(by_values).to(vectors.dtype) + _gaps(values) * (vectors.mH @ by_vectors)
        return vectors @ inner @ vectors.mH


class _Svd(torch.autograd.Function):
    generate_vmap_rule = True

    @staticmethod
    def forward(x: torch.Tensor, full_matrices: bool) -> Any:
        u, s, vh = torch.linalg.svd(x, full_matrices=full_matrices)
        return s, u, vh.mH.contiguous()

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(*output)

    @staticmethod
    def backward(ctx: Any, gs: torch.Tensor, gu: torch.Tensor, gv: torch.Tensor) -> Any:  # type: ignore[override]
        s, u, v = ctx.saved_tensors
        if u.shape[-2] > v.shape[-2]:
            return _svd_gradient(s, v, u, gs, gv, gu).mH, None
        return _svd_gradient(s, u, v, gs, gu, gv), None


def _svd_gradient(
    s: torch.Tensor, u: torch.Tensor, v: torch.Tensor, gs: torch.Tensor, gu: torch.Tensor, gv: torch.Tensor
) -> torch.Tensor:
    """The gradient of matrices u diag(s) v^H that have no more rows than columns, which may have square v."""
    rows, columns = u.shape[-2], v.shape[-2]
    full = v.shape[-1] > rows
    if full and columns - rows > 1:
        raise NotImplementedError(
            "tf.linalg.svd has no gradient where full_matrices is True and the matrix is not within one row or column "
            f"of a square one: its sides are {rows} and {columns}."
        )
    first, of_first = v[..., :rows], gv[..., :rows]
    gaps, scale, shrink = _gaps(s * s), s.unsqueeze(-2), _reciprocal(s).unsqueeze(-2)
    by_u, by_v = u.mH @ gu, first.mH @ of_first
    turn_u, turn_v = gaps * by_u, gaps * by_v
    inner = torch.diag_embed(gs).to(u.dtype) + (turn_u + turn_u.mH) * scale + scale.mT * (turn_v + turn_v.mH)
    if u.is_complex():  # the phases of a pair of vectors, which are free
        phases = torch.diag_embed(torch.diagonal(by_v, dim1=-2, dim2=-1))
        inner = inner + 0.5 * shrink.mT * (phases.mH - phases)
    gradient = u @ inner @ first.mH
    if rows == columns:
        return gradient
    outside = of_first.mH - (of_first.mH @ first) @ first.mH
    if full:
        outside = outside - (first.mH @ gv[..., rows:]) @ v[..., rows:].mH
    return gradient + (u * shrink) @ outside


def eigh(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The eigenvalues and eigenvectors of self-adjoint matrices."""
    return _Eigh.apply(x) if x.requires_grad else tuple(torch.linalg.eigh(x))  # type: ignore[return-value]


def svd(x: torch.Tensor, full_matrices: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(s, u, v) with u diag(s) v^H the matrix."""
    if x.requires_grad:
        return _Svd.apply(x, full_matrices)  # type: ignore[return-value]
    u, s, vh = torch.linalg.svd(x, full_matrices=full_matrices)
    return s, u, vh.mH
