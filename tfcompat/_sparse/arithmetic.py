"""Elementwise arithmetic of a sparse tensor's values with a dense tensor that broadcasts to its shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tfcompat._core import operators
from tfcompat._core.arguments import COMPLEXES, REALS, expect
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.ops import Alike, Invalid, Value, is_symbolic, op
from tfcompat._sparse.indices import check_bounds, dims, sizes
from tfcompat._sparse.tensor import SparseTensor


def _at_values(
    indices: torch.Tensor, values: torch.Tensor, shape: torch.Tensor, dense: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The values, and the elements of `dense` that stand in the same places once it is broadcast to the shape."""
    wanted = sizes(shape)
    if dense.ndim > len(wanted) or any(
        type(n) is int and type(m) is int and m not in (1, n) for n, m in zip(reversed(wanted), reversed(dense.shape))
    ):
        raise Invalid(
            "SparseDenseBinaryOpShared broadcasts dense to sparse only; got incompatible shapes: "
            f"{dims(wanted)} vs. {dims(dense.shape)}"
        )
    check_bounds(indices, wanted)
    columns = indices.unbind(1)[len(wanted) - dense.ndim :]
    places = tuple(torch.zeros_like(c) if n == 1 else c for c, n in zip(columns, dense.shape))
    return expect(values, REALS, COMPLEXES), dense[places] if places else dense


@op("SparseDenseCwiseMul")
def cwise_mul(
    sp_indices: Value, sp_values: Alike, sp_shape: Value, dense: Alike, name: str | None = None
) -> torch.Tensor:
    """The values times the elements of `dense` in the same places."""
    return torch.mul(*_at_values(sp_indices, sp_values, sp_shape, dense))


@op("SparseDenseCwiseDiv")
def cwise_div(
    sp_indices: Value, sp_values: Alike, sp_shape: Value, dense: Alike, name: str | None = None
) -> torch.Tensor:
    """The values over the elements of `dense` in the same places; integers are cut off towards 0."""
    x, y = _at_values(sp_indices, sp_values, sp_shape, dense)
    if not is_symbolic(y) and not bool(y.all()):
        raise Invalid("SparseDenseCwiseDiv cannot divide by zero,but input dense tensor contains zero ")
    return x / y if x.is_floating_point() or x.is_complex() else torch.div(x, y, rounding_mode="trunc")


@op("SparseDenseCwiseAdd")
def cwise_add(
    sp_indices: Value, sp_values: Alike, sp_shape: Value, dense: Alike, name: str | None = None
) -> torch.Tensor:
    """The values and the elements of `dense` in the same places added up."""
    return torch.add(*_at_values(sp_indices, sp_values, sp_shape, dense))


def _operator(x: SparseTensor, y: Any, function: Callable[..., Any]) -> SparseTensor:
    indices, values, shape = x._parts()
    return x._with_values(function(indices, values, shape, convert_to_tensor(y, x.dtype)))


def multiplied(x: SparseTensor, y: Any) -> SparseTensor:
    """x * y for a dense y that broadcasts to x; ValueError or TypeError for a y of another dtype."""
    return _operator(x, y, cwise_mul)


def divided(x: SparseTensor, y: Any) -> SparseTensor:
    """x / y for a dense y that broadcasts to x; integers are divided as tf.truediv divides them."""

    def divide(indices: Any, values: Any, shape: Any, dense: Any) -> Any:
        one = operators.truediv(values[:0], values[:0]).dtype
        if one is not values.dtype:
            from tfcompat.dtypes.casting import cast

            values, dense = cast(values, one), cast(dense, one)
        return cwise_div(indices, values, shape, dense)

    return _operator(x, y, divide)
