"""Products with narrow matrices, as those of a classifier's last layer, in the order that libraries are quick at.

With a matrix of 2 to 15 columns a library of linear algebra takes up to five times as long on the CPU as with one of
16, or with the transpose of a matrix of a few; both are small to make.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import fx
from torch.nn import functional

if TYPE_CHECKING:
    from tfcompat._function.program import Program

aten = torch.ops.aten

_NARROW, _WIDE = range(2, 16), 16
_LEAST = 1 << 14  # elements of the other matrix, from which on it pays


def _affine(bias: torch.Tensor, x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return _padded(x, w) + bias if 2 * w.shape[1] > _WIDE else functional.linear(x, w.t().contiguous(), bias)


def _product(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return _padded(x, w).contiguous() if 2 * w.shape[1] > _WIDE else functional.linear(x, w.t().contiguous())


def _padded(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    """A product of which 16 columns are computed."""
    wide = w.new_zeros(w.shape[0], _WIDE)
    wide.narrow(1, 0, w.shape[1]).copy_(w)
    return torch.mm(x, wide).narrow(1, 0, w.shape[1])


def _product_of_transposed(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return torch.mm(w.t(), x.t()).t().contiguous()


def narrow_product(program: Program, node: fx.Node) -> Callable[..., torch.Tensor] | None:
    """What computes a product with a narrow matrix quicker than the node's kernel, of the same arguments; or None."""
    if node.target not in (aten.mm.default, aten.addmm.default):
        return None
    args, kwargs = program.arguments(node)
    x, w = map(_plain, args[-2:])
    if kwargs or x is None or w is None or w.shape[1] not in _NARROW or x.numel() < _LEAST or not w.is_contiguous():
        return None
    if node.target is aten.addmm.default:
        bias = _plain(args[0])
        fits = bias is not None and bias.shape == w.shape[1:]
        return _affine if x.is_contiguous() and fits else None
    if x.is_contiguous():
        return _product
    return _product_of_transposed if x.stride() == (1, x.shape[0]) else None


def _plain(x: Any) -> torch.Tensor | None:
    """What stands for a node's value, where that is of float32 on the CPU and of a known layout."""
    t = x.meta.get("val") if isinstance(x, fx.Node) else None
    if not isinstance(t, torch.Tensor) or any(type(n) is not int for n in (*t.shape, *t.stride())):
        return None
    return t if t.device.type == "cpu" and t.dtype is torch.float32 else None
