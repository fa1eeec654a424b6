"""The product of a sparse and a dense matrix, on torch's sparse kernels where these serve."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.arguments import COMPLEXES
from tfcompat._core.state import state

_WITH_KERNEL = COMPLEXES | {torch.float32, torch.float64}


def product(
    rows: torch.Tensor, columns: torch.Tensor, values: torch.Tensor, b: torch.Tensor, count: Any
) -> torch.Tensor:
    """The matrix of `count` rows whose elements at `rows` and `columns` are `values`, times `b`.

    Places that are named twice count twice.
    """
    if state.graph is None and b.dtype in _WITH_KERNEL and not any(map(_is_batched, (values, b))):
        return _Product.apply(rows, columns, values, b, count)
    terms = values[:, None] * b[columns]
    return torch.zeros((count, b.shape[1]), dtype=b.dtype, device=b.device).index_add(0, rows, terms)


def _is_batched(t: torch.Tensor) -> bool:
    """Whether vmap runs several tensors as this one, which torch's sparse kernels do not take."""
    return torch._C._functorch.is_batchedtensor(t)  # pyright: ignore[reportAttributeAccessIssue] - not in the stub


class _Product(torch.autograd.Function):
    """`product` on torch's kernel, whose own gradient is slow: it makes a sparse matrix of the values' gradient."""

    @staticmethod
    def forward(
        rows: torch.Tensor, columns: torch.Tensor, values: torch.Tensor, b: torch.Tensor, count: int
    ) -> torch.Tensor:
        """The product."""
        where, size = torch.stack([rows, columns]), (count, b.shape[0])
        return torch.sparse.mm(torch.sparse_coo_tensor(where, values, size, check_invariants=False), b)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        """Keeps what the gradient needs."""
        ctx.save_for_backward(*inputs[:4])
        ctx.save_for_forward(*inputs[:4])
        ctx.count = inputs[4]

    @staticmethod
    def backward(ctx: Any, dy: torch.Tensor) -> Any:  # type: ignore[override]
        """The gradients of the values, which are sums over rows, and of the dense matrix, a product again."""
        rows, columns, values, b = ctx.saved_tensors
        dv = (dy[rows] * b[columns].conj()).sum(1) if ctx.needs_input_grad[2] else None
        db = product(columns, rows, values.conj(), dy, b.shape[0]) if ctx.needs_input_grad[3] else None
        return None, None, dv, db, None

    @staticmethod
    def jvp(ctx: Any, rows: Any, columns: Any, values: Any, b: Any, count: Any) -> Any:  # type: ignore[override]
        """The tangent of the product, from those of the values and of the dense matrix."""
        where, across, v, m = ctx.saved_tensors
        terms = [
            product(where, across, x, y, ctx.count) for x, y in ((values, m), (v, b)) if x is not None and y is not None
        ]
        return terms[0] if len(terms) == 1 else terms[0] + terms[1]
