"""tf.math's functions of two numbers or more, beside those of Python's operators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch

from tfcompat._core import errors
from tfcompat._core.arguments import BOOLEAN, COMPLEXES, FLOATS, INEXACT, INTEGERS, NUMBERS, REALS, expect, truth
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.derivatives import differentiable
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.dtypes import BY_STORAGE, as_dtype
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.operators import _DIVIDES_AS as DIVIDES_AS
from tfcompat._core.operators import incompatible_shapes, multiply
from tfcompat._core.ops import Alike, Alikes, Invalid, Value, is_symbolic, op
from tfcompat._core.shapes import TensorShape
from tfcompat._core.tensor import Tensor
from tfcompat._core.unsigned import by_order, quotient

SQUARED = INEXACT | {torch.int32, torch.int64}


@op("Maximum", explain=incompatible_shapes)
def maximum(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """The larger of x and y, elementwise with broadcasting; of equal ones x has the gradient (tf.math.maximum)."""
    if expect(x, REALS).dtype is torch.uint64:
        return by_order(torch.maximum, x, y)
    return torch.clamp_min(x, y)  # torch.maximum would share it between them


@op("Minimum", explain=incompatible_shapes)
def minimum(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """The smaller of x and y, elementwise with broadcasting; of equal ones x has the gradient (tf.math.minimum)."""
    if expect(x, REALS).dtype is torch.uint64:
        return by_order(torch.minimum, x, y)
    return torch.clamp_max(x, y)


@op("SquaredDifference", explain=incompatible_shapes)
def squared_difference(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """conj(x - y) * (x - y), elementwise with broadcasting (tf.math.squared_difference)."""
    difference = torch.sub(expect(x, SQUARED), y)
    return difference.conj() * difference if x.dtype in COMPLEXES else difference * difference


@op("RealDiv", explain=incompatible_shapes)
def realdiv(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x / y, elementwise with broadcasting, for floating or complex operands (tf.realdiv)."""
    return torch.div(expect(x, INEXACT, without_kernel=INTEGERS), y)


@op("TruncateDiv", explain=incompatible_shapes)
def truncatediv(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x / y rounded towards zero, elementwise; has no gradient (tf.truncatediv).

    InternalError for integers by 0, as TensorFlow's.
    """
    x, y = expect(x, REALS).detach(), y.detach()
    if x.dtype in INTEGERS:
        _refuse_zero(y, errors.InternalError)
    return quotient(x, y) if x.dtype is torch.uint64 else torch.div(x, y, rounding_mode="trunc")


@op("TruncateMod", explain=incompatible_shapes)
def truncatemod(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """What is left of x / y rounded towards zero, with the sign of x, for floats, int32 and int64 (tf.truncatemod)."""
    if expect(x, FLOATS | {torch.int32, torch.int64}).dtype in INTEGERS:
        _refuse_zero(y)
    return torch.fmod(x, y)


def _refuse_zero(y: torch.Tensor, error: type[errors.OpError] = errors.InvalidArgumentError) -> None:
    if not is_symbolic(y) and bool((y == 0).any()):
        raise Invalid("Integer division by zero", error)


@op("DivNoNan", explain=incompatible_shapes)
def _div_no_nan(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    wide = DIVIDES_AS.get(expect(x, NUMBERS).dtype, x.dtype)
    x, y = x.to(wide), y.to(wide)
    zero = y == 0
    # Dividing by 1 there keeps the gradients finite, which then are 0.
    quotient = torch.div(x, torch.where(zero, torch.ones_like(y), y))
    return torch.where(zero, torch.zeros_like(quotient), quotient)


def divide_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """x / y, and 0 where y is 0, elementwise; integers are divided as floats, as by `truediv` (tf.math.divide_no_nan).

    The gradient is 0 where y is 0. Raises TypeError where the dtypes differ.
    """
    if isinstance(x, Tensor) and isinstance(y, Tensor) and x.dtype is not y.dtype:
        raise TypeError(f"`x` and `y` must have the same dtype, got {x.dtype!r} != {y.dtype!r}.")
    return _div_no_nan(x, y, name)


@op("Reciprocal")
def reciprocal_no_nan(x: Value, name: str | None = None) -> torch.Tensor:
    """1 / x, and 0 where x is 0, elementwise, for floating or complex x (tf.math.reciprocal_no_nan)."""
    if x.dtype not in NUMBERS:
        raise Invalid(f"Argument `x` takes floating or complex numbers, got dtype {BY_STORAGE[x.dtype]!r}.", TypeError)
    zero = expect(x, INEXACT) == 0
    return torch.where(zero, torch.zeros_like(x), torch.reciprocal(torch.where(zero, torch.ones_like(x), x)))


@op("MulNoNan", explain=incompatible_shapes)
def _multiply_no_nan(x: Value, y: Value, name: str | None = None) -> torch.Tensor:
    product = torch.mul(expect(x, INEXACT), y)
    if y.requires_grad:  # where y is 0 it still has the gradient x
        finite = torch.where(torch.isfinite(x.detach()), x.detach(), torch.zeros_like(x))
        return torch.where(y == 0, finite * y, product)
    return torch.where(y == 0, torch.zeros_like(product), product)


@dispatchable
def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """x * y, and 0 where y is 0 even if x is infinite or NaN, elementwise (tf.math.multiply_no_nan).

    Raises ValueError where the dtypes differ.
    """
    x = convert_to_tensor(x)
    return _multiply_no_nan(x, convert_to_tensor(y, x.dtype), name)


@op("LogicalAnd", explain=incompatible_shapes)
def _logical_and(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    return torch.logical_and(expect(x, BOOLEAN), y)


@op("LogicalOr", explain=incompatible_shapes)
def _logical_or(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    return torch.logical_or(expect(x, BOOLEAN), y)


@op("LogicalXor", explain=incompatible_shapes)
def _logical_xor(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    return torch.logical_xor(expect(x, BOOLEAN), y)


def logical_and(x: Any, y: Any, name: str | None = None) -> Any:
    """Whether x and y are True, elementwise with broadcasting, for bool operands (tf.math.logical_and)."""
    return _logical_and(truth(x), truth(y), name)


def logical_or(x: Any, y: Any, name: str | None = None) -> Any:
    """Whether x or y is True, elementwise with broadcasting, for bool operands (tf.math.logical_or)."""
    return _logical_or(truth(x), truth(y), name)


def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Any:
    """Whether just one of x and y is True, elementwise with broadcasting (tf.math.logical_xor)."""
    return _logical_xor(truth(x), truth(y), name)


_ADD_N_INPUTS = "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype and shape."


def _same_shapes(inputs: Sequence[torch.Tensor]) -> None:
    for i, x in enumerate(inputs):
        if x.shape != inputs[0].shape:
            first, other = (f"[{','.join(map(str, t.shape))}]" for t in (inputs[0], x))
            raise Invalid(
                "Inputs to operation AddN of type AddN must have the same size and shape.  "
                f"Input 0: {first} != input {i}: {other}"
            )


@op("AddN")
def _add_n(inputs: Alikes, name: str | None = None) -> torch.Tensor:
    _same_shapes(inputs)
    total = expect(inputs[0], NUMBERS)
    for x in inputs[1:]:
        total = total + x
    return total


@op("AddN")
def _add_rows(inputs: Value, name: str | None = None) -> torch.Tensor:
    if inputs.shape[0] == 0:
        raise ValueError(_ADD_N_INPUTS)
    return torch.sum(expect(inputs, NUMBERS), 0, dtype=inputs.dtype)


@dispatchable
def add_n(inputs: Any, name: str | None = None) -> Any:
    """The sum of a list of tensors of one shape and dtype; tf.IndexedSlices are made dense (tf.math.add_n).

    A tensor counts as the list of its rows. Raises ValueError for an empty list, InvalidArgumentError where shapes or
    dtypes differ.
    """
    if isinstance(inputs, Tensor) and inputs.shape.rank:
        return _add_rows(inputs, name)
    if not isinstance(inputs, Iterable) or not (items := list(inputs)):
        raise ValueError(_ADD_N_INPUTS)
    return _add_n([x if isinstance(x, (IndexedSlices, CompositeTensor)) else convert_to_tensor(x) for x in items], name)


@dispatchable
def accumulate_n(inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> Any:
    """The sum of a list of tensors of one shape and dtype, as `shape` and `tensor_dtype` say (tf.math.accumulate_n).

    Raises ValueError for an empty list, and where a shape or dtype is not the one given.
    """
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(_ADD_N_INPUTS)
    tensors = [convert_to_tensor(x) for x in inputs]
    wanted = TensorShape(None) if shape is None else TensorShape(shape)
    if any(t.dtype is not tensors[0].dtype for t in tensors):
        raise ValueError(_ADD_N_INPUTS)
    for t in tensors:
        wanted = wanted.merge_with(t.shape)
    if tensor_dtype is not None and as_dtype(tensor_dtype) is not tensors[0].dtype:
        raise TypeError(f"tensor_dtype is {as_dtype(tensor_dtype)}, but input is of type {tensors[0].dtype}")
    return _add_n(tensors, name)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """scalar * x, for a scalar and a tensor or tf.IndexedSlices (tf.math.scalar_mul); ValueError for other shapes."""
    factor = convert_to_tensor(scalar, getattr(x, "dtype", None))
    if factor.shape.rank:
        raise ValueError(f"The input scalar must be a 0-D value. Received shape {factor.shape}.")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(multiply(factor, x.values, name), x.indices, x.dense_shape)
    return multiply(factor, x, name)


@op("Atan2", explain=incompatible_shapes)
def atan2(y: Alike, x: Alike, name: str | None = None) -> torch.Tensor:
    """The angle of the point (x, y) in radians, elementwise with broadcasting, for floats (tf.math.atan2)."""
    return torch.atan2(expect(y, FLOATS), x)


@op("Xlogy", explain=incompatible_shapes)
def xlogy(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x * log(y), and 0 where x is 0 whatever y is, elementwise with broadcasting (tf.math.xlogy)."""
    return xlogy_(expect(x, INEXACT), y)


# TensorFlow's derivatives are these for complex numbers too, where they ought to be conjugated.
xlogy_ = differentiable(
    lambda x, y: x * torch.log(torch.where(x == 0, torch.ones_like(y), y)),
    lambda x, y: xlogy_((x != 0).to(x.dtype), y),
    lambda x, y: xdivy_(x, y),
)
xlog1py_ = differentiable(
    lambda x, y: x * torch.log1p(torch.where(x == 0, torch.zeros_like(y), y)),
    lambda x, y: xlog1py_((x != 0).to(x.dtype), y),
    lambda x, y: xdivy_(x, y + 1),
)
xdivy_ = differentiable(
    lambda x, y: torch.where(x == 0, torch.zeros_like(x), x / torch.where(x == 0, torch.ones_like(y), y)),
    lambda x, y: xdivy_((x != 0).to(x.dtype), y),
    lambda x, y: xdivy_(-x, y * y),
)


@op("Xlog1py", explain=incompatible_shapes)
def xlog1py(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x * log(1 + y), and 0 where x is 0 whatever y is, elementwise with broadcasting (tf.math.xlog1py)."""
    return xlog1py_(expect(x, INEXACT), y)


@op("Xdivy", explain=incompatible_shapes)
def xdivy(x: Alike, y: Alike, name: str | None = None) -> torch.Tensor:
    """x / y, and 0 where x is 0 whatever y is, elementwise with broadcasting (tf.math.xdivy)."""
    return xdivy_(expect(x, INEXACT), y)


@op("NextAfter", explain=incompatible_shapes)
def nextafter(x1: Alike, x2: Alike, name: str | None = None) -> torch.Tensor:
    """The float next to x1 in the direction of x2, elementwise with broadcasting (tf.math.nextafter).

    Its gradient is that of x1.
    """
    expect(x1, frozenset({torch.float32, torch.float64}))
    value = torch.nextafter(x1.detach(), x2.detach())
    if x1.requires_grad or x2.requires_grad:
        value = value + (x1 - x1.detach()) + (x2 - x2.detach()) * 0
    return value
