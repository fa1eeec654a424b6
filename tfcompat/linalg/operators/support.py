"""What the operators share: their arguments, their shapes and products of batches."""

from __future__ import annotations

import functools
import operator as python_operator
from collections.abc import Iterable, Sequence
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.arguments import broadcast_shape
from tfcompat._core.module import Module
from tfcompat._core.ops import Alikes, Invalid, op


def given(scope: dict[str, Any]) -> dict[str, Any]:
    """The arguments of an `__init__`, from what `locals()` is at its start."""
    return {name: value for name, value in scope.items() if name not in ("self", "__class__")}


def is_reference(x: Any) -> bool:
    """Whether `x` may change its value: a variable, or a module with a dtype and a shape, which stands for one."""
    return isinstance(x, tf.Variable) or (isinstance(x, Module) and hasattr(x, "dtype") and hasattr(x, "shape"))


def as_parameter(value: Any, dtype: Any = None) -> Any:
    """`value` as an operator keeps it: variables as they are, so that assignments show; all else as a tensor."""
    return value if value is None or is_reference(value) else tf.convert_to_tensor(value, dtype)


def refuse_reference(value: Any, argument: str) -> None:
    """TypeError for a variable where an operator needs a value that stays."""
    if is_reference(value):
        raise TypeError(f"Argument {argument} cannot be reference type. Found: {type(value)}.")


def with_rank(value: Any, rank: int, argument: str) -> Any:
    """`as_parameter(value)`; ValueError where it has less than `rank` dimensions."""
    value = as_parameter(value)
    if value.shape.rank is not None and value.shape.rank < rank:
        raise ValueError(f"Argument {argument} must have at least {rank} dimension(s), got shape {value.shape}.")
    return value


def shape_tensor(shape: Any) -> Any:
    """A shape, or one of its sizes, as an integer tensor: int32 where it was no tensor."""
    empty = isinstance(shape, (list, tuple)) and not shape
    return tf.convert_to_tensor(shape, tf.int32 if empty else None)


def as_size(value: Any, argument: str, check: bool) -> tuple[Any, int | None]:
    """A size as an operator keeps it, a number where it is known and a tensor where not, and the number or None.

    TypeError for what is no integer, ValueError for a negative one and for what is no scalar. check: looks at what a
    captured function knows only when it runs, too.
    """
    size = shape_tensor(value)
    if not size.dtype.is_integer:
        raise TypeError(f"Argument {argument} must be integer type. Found: {size!r}.")
    known = tf.get_static_value(size)
    if known is None:
        if check:
            tf.debugging.assert_rank(size, 0, message=f"Argument {argument} must be a 0-D Tensor.")
            tf.debugging.assert_non_negative(size, message=f"Argument {argument} must be non-negative.")
        return size, None
    if known.ndim:
        raise ValueError(f"Argument {argument} must be a 0-D Tensor. Found: {known}.")
    if known < 0:
        raise ValueError(f"Argument {argument} must be non-negative. Found: {known}.")
    return int(known), int(known)


def as_batch_shape(value: Any, check: bool) -> tuple[Any, Any]:
    """A batch shape as an operator keeps it, a list where it is known and a tensor where not, and its tf.TensorShape.

    Errors and `check` as `as_size`.
    """
    shape = shape_tensor(value)
    if not shape.dtype.is_integer:
        raise TypeError(f"Argument batch_shape must be integer type. Found: {shape!r}.")
    known = tf.get_static_value(shape)
    if known is None:
        if check:
            tf.debugging.assert_rank(shape, 1, message="Argument batch_shape must be a 1-D Tensor.")
            tf.debugging.assert_non_negative(shape, message="Argument batch_shape must be non-negative.")
        rank = shape.shape[0] if shape.shape.rank == 1 else None
        return shape, tf.TensorShape(None if rank is None else [None] * rank)
    if known.ndim != 1:
        raise ValueError(f"Argument batch_shape must be a 1-D Tensor. Found: {known}.")
    if (known < 0).any():
        raise ValueError(f"Argument batch_shape must be non-negative. Found: {known}.")
    return known.tolist(), tf.TensorShape(known)


def same_dtype(operators: Any) -> tuple[list[Any], Any]:
    """The argument `operators` as a list, and the dtype of all; ValueError where it is empty, TypeError for several."""
    tf.debugging.assert_proper_iterable(operators)
    operators = list(operators)
    if not operators:
        raise ValueError(f"Expected a non-empty list of operators. Found: {operators}")
    if any(o.dtype != operators[0].dtype for o in operators):
        found = "   ".join(f"{o.name}: {o.dtype.name}" for o in operators)
        raise TypeError(f"Expected all operators to have the same dtype. Found {found}.")
    return operators, operators[0].dtype


def product(values: Iterable[Any]) -> Any:
    """The product of one or more tensors, which broadcast."""
    return functools.reduce(python_operator.mul, values)


def total(values: Iterable[Any]) -> Any:
    """The sum of one or more tensors, which broadcast."""
    return functools.reduce(python_operator.add, values)


def check_rows(operator: Any, x: Any) -> None:
    """What `assert_proper_shapes` asks of what an operator is applied to."""
    message = "Dimensions are not compatible: the operand must have as many rows as the operator has columns."
    tf.debugging.assert_equal(tf.shape(x)[-2], operator.domain_dimension_tensor(), message=message)


def with_batch_shape(x: Any, batch: Any) -> Any:
    """The matrices `x`, broadcast to a batch shape given as a tensor; as they are where it is None."""
    if batch is None:
        return x
    shape = tf.shape(x)
    return tf.broadcast_to(x, tf.concat([tf.broadcast_dynamic_shape(shape[:-2], shape_tensor(batch)), shape[-2:]], 0))


def broadcast_static(shapes: Iterable[Any]) -> Any:
    """The tf.TensorShape that all `shapes` broadcast to; ValueError where they do not."""
    first, *others = shapes
    for other in others:
        first = tf.broadcast_static_shape(first, other)
    return first


def broadcast_dynamic(shapes: Iterable[Any]) -> Any:
    """`broadcast_static` of shapes that are tensors."""
    first, *others = shapes
    for other in others:
        first = tf.broadcast_dynamic_shape(first, other)
    return first


@op("BroadcastMatrixBatchDims")
def broadcast_batches(matrices: Alikes, name: str | None = None) -> list[torch.Tensor]:
    """The matrices, all with the batch shape that theirs broadcast to; ValueError where these do not fit."""
    if any(m.ndim < 2 for m in matrices):
        raise ValueError(f"Expected matrices, got the shapes {[list(m.shape) for m in matrices]}.")
    try:
        batch = broadcast_shape([m.shape[:-2] for m in matrices])
    except Invalid as e:
        raise ValueError(str(e)) from None
    return [m.expand(*batch, *m.shape[-2:]) for m in matrices]


def solve(matrix: Any, rhs: Any, adjoint: bool = False) -> Any:
    """tf.linalg.solve with batches that broadcast."""
    matrix, rhs = broadcast_batches([matrix, rhs])
    return tf.linalg.solve(matrix, rhs, adjoint=adjoint)


def oriented(x: Any, adjoint: bool) -> Any:
    """`x`, or its adjoint."""
    return tf.linalg.adjoint(x) if adjoint else x


def conjugate(x: Any, wanted: bool = True) -> Any:
    """The tensor `x`, conjugated where that is `wanted` and makes a difference."""
    return tf.math.conj(x) if wanted and x.dtype.is_complex else x


def column_of(x: Any) -> Any:
    """Vectors [..., n] as matrices [..., n, 1]."""
    return tf.expand_dims(x, -1)


def joined(parts: Sequence[Any]) -> Any:
    """Vectors of which the batches broadcast, one behind the other."""
    return tf.squeeze(tf.concat(broadcast_batches([column_of(p) for p in parts]), -2), -1)


def assert_no_zeros(x: Any, message: str) -> None:
    """InvalidArgumentError where an element of `x` is 0."""
    tf.debugging.assert_less(tf.zeros([], x.dtype.real_dtype), tf.abs(x), message=message)


def assert_real(x: Any, message: str) -> None:
    """InvalidArgumentError where an element of `x` has an imaginary part."""
    if x.dtype.is_complex:
        tf.debugging.assert_equal(tf.zeros([], x.dtype.real_dtype), tf.math.imag(x), message=message)
