"""tf.norm and tf.linalg.normalize."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tfcompat._core.arguments import INEXACT, INTEGERS, UNSIGNED, axes, expect
from tfcompat._core.ops import Value, op

_SIGNED = INTEGERS - UNSIGNED
_VECTOR = ("euclidean", 1, 2, np.inf)
_MATRIX = ("euclidean", "fro", 1, 2, np.inf)


def _norm(x: torch.Tensor, order: Any, axis: Any, keepdims: bool) -> torch.Tensor:
    """The norm over all axes (None), one, or the matrices of two."""
    matrix = isinstance(axis, (list, tuple)) and len(axis) == 2
    _check(order, axis, matrix)
    if x.dtype is torch.bool and order in ("euclidean", "fro"):
        raise TypeError("A norm takes numbers, got a tensor of booleans.")
    is_number = order not in ("euclidean", "fro")
    if not matrix and is_number and order not in (1, 2, np.inf) and x.dtype in _SIGNED:
        raise TypeError(f"The norm of order {order} takes a floating or complex dtype, got {x.dtype}.")
    expect(x, INEXACT | _SIGNED if is_number and order in (1, np.inf) else INEXACT)
    dims = axes(axis, x.ndim)
    if matrix and order == 2 and not isinstance(order, str):
        moved = x.movedim(dims, (-2, -1))
        values = torch.linalg.svdvals(moved).amax(-1)
        return values.reshape([1 if i in dims else n for i, n in enumerate(x.shape)]) if keepdims else values
    if order in ("fro", "euclidean", 2):
        # As TensorFlow computes it: its gradient at 0 is NaN.
        squares = x * x.conj() if x.is_complex() else x * x
        return torch.sqrt(torch.sum(squares, dims, keepdims) if dims else squares)
    size = torch.abs(x)
    if matrix:
        summed, largest = (dims[0], dims[1]) if order == 1 else (dims[1], dims[0])
        value = _largest(torch.sum(size, summed, True, dtype=size.dtype), (largest,), True)
        return value if keepdims else value.reshape([n for i, n in enumerate(x.shape) if i not in dims])
    if order == 1:
        return torch.sum(size, dims, keepdims, dtype=size.dtype) if dims else size
    if order == np.inf:
        return _largest(size, dims, keepdims) if dims else size
    return torch.pow(torch.sum(torch.pow(size, order), dims, keepdims) if dims else torch.pow(size, order), 1.0 / order)


def _largest(size: torch.Tensor, dims: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    """The maximum over `dims`, -inf where there are no elements."""
    if size.numel() or not size.is_floating_point():
        return torch.amax(size, dims, keepdims)
    return torch.sum(size, dims, keepdims) - float("inf")


def _check(order: Any, axis: Any, matrix: bool) -> None:
    if matrix:
        if any(not isinstance(a, (int, np.integer)) for a in axis) or axis[0] == axis[1]:
            raise ValueError(f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}")
        if order not in _MATRIX:
            raise ValueError(f"'ord' must be a supported matrix norm in {list(_MATRIX)}, got {order}")
        return
    if axis is not None and not isinstance(axis, (int, np.integer)):
        raise ValueError(f"'axis' must be None, an integer, or a tuple of 2 unique integers, got {axis}")
    if (isinstance(order, str) and order not in _VECTOR) or (
        not isinstance(order, str) and not (np.isreal(order) and order > 0)
    ):
        raise ValueError(f"'ord' must be a supported vector norm, got {order}")


@op("Norm")
def norm(
    tensor: Value, ord: Any = "euclidean", axis: Any = None, keepdims: Any = None, name: str | None = None
) -> torch.Tensor:
    """The norm of vectors or matrices (tf.norm, tf.linalg.norm).

    axis: None for all elements as one vector, a number for vectors along it, two for matrices. ord: "euclidean", 1, 2,
    np.inf or any positive number for vectors; "euclidean" or "fro", 1, 2 (the largest singular value) or np.inf for
    matrices; ValueError for others. The euclidean norm of complex tensors is complex, with no imaginary part.
    """
    return _norm(tensor, ord, axis, bool(keepdims))


@op("Normalize")
def normalize(
    tensor: Value, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """The tensor divided by its `norm` along `axis`, and that norm, its axes kept with size 1 (tf.linalg.normalize)."""
    value = _norm(tensor, ord, axis, True).to(tensor.dtype)
    return tensor / value, value
