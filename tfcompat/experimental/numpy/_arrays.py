"""What every tf.experimental.numpy function does with its arguments: arrays of them, of one dtype where they meet."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import torch

from tfcompat._arrays.creation import identity
from tfcompat._arrays.shaping import broadcast_to, reshape
from tfcompat._core import dtypes, logging
from tfcompat._core.composite import CompositeTensor
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dtypes import DType
from tfcompat._core.errors import InvalidArgumentError
from tfcompat._core.tensor import Tensor
from tfcompat._core.variable import Variable
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy._promotion import (
    numpy_result_type,
    result_type,
    result_type_of,
    weak_result_type,
)
from tfcompat.experimental.numpy._weak_tensor import WeakTensor

F = TypeVar("F", bound=Callable[..., Any])


# ---- weak results ----


def weakly(argument: str = "") -> Callable[[F], F]:
    """In the modes "safe" and "all", makes the result weak where the argument (the first one) is: a Python number."""

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        name = argument or next(iter(signature.parameters))

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if not behavior.weak:
                return function(*args, **kwargs)
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
            if isinstance(given[name], Tensor) or given.get("dtype") is not None:
                return function(*bound.args, **bound.kwargs)
            try:
                dtype, weak = weak_result_type(given[name])
            except NotImplementedError:
                warn_of_old_semantics(function.__name__, given[name])
                return function(*bound.args, **bound.kwargs)
            given[name] = converted(given[name], dtype)
            result = function(*bound.args, **bound.kwargs)
            return weak_or_plain(result, weak)

        return call  # type: ignore[return-value]

    return decorate


def warn_of_old_semantics(name: str, *values: Any) -> None:
    """Warns that the rules of weak tensors have no place for `values`."""
    kinds = ", ".join(str(type(v)) for v in values)
    logging.warning(f"The new dtype semantics do not support {name}({kinds}). Falling back to old semantics.")


def converted(value: Any, dtype: DType) -> Any:
    """`value` as a plain tensor of `dtype`: tensors are cast, everything else is made one of it."""
    if isinstance(value, WeakTensor):
        value = value.tensor
    if isinstance(value, (Tensor, Variable, CompositeTensor)):
        return cast(value, dtype)
    return convert_to_tensor(value, dtype)


def weak_or_plain(result: Any, weak: bool) -> Any:
    """`result`, a tensor, as a weak one or as a plain one."""
    if weak:
        return WeakTensor.from_tensor(result)
    return result.tensor if isinstance(result, WeakTensor) else result


# ---- arrays ----


def made(value: Any, dtype: DType | None = None) -> Any:
    """The tensor of any value, of `dtype` or else of the dtype that numpy (or a weak mode) gives such a value."""
    if isinstance(value, Tensor):
        return value if dtype is None else cast(value, dtype)
    wanted = dtype or result_type_of(value)
    if isinstance(value, WeakTensor):
        return cast(value.tensor, wanted)
    if isinstance(value, int) and value >= 2**63:
        return cast(convert_to_tensor(value, dtypes.uint64), wanted)
    return cast(convert_to_tensor(value, dtype_hint=wanted), wanted)


@weakly()
def array(val: Any, dtype: Any = None, copy: bool = True, ndmin: int = 0) -> Any:
    """A tensor of `val` (numpy.array): Python ints as int64, floats as float64, unless `dtype` says otherwise.

    copy: tensors are immutable, so a copy is only made of what is no tensor. ndmin: dimensions of size 1 come first
    until there are so many; ValueError above 32.
    """
    tensor = made(val, None if dtype is None else result_type(dtype))
    if copy:
        tensor = identity(tensor)
    if ndmin > 32:
        raise ValueError("ndmin bigger than allowable number of dimensions: 32.")
    return with_rank(tensor, ndmin)


@weakly()
def asarray(a: Any, dtype: Any = None) -> Any:
    """`a` as a tensor (numpy.asarray); a tensor that has `dtype` already is returned as it is."""
    wanted = None if dtype is None else result_type(dtype)
    if isinstance(a, Tensor) and (wanted is None or wanted is a.dtype):
        return a
    return made(a, wanted)


@weakly()
def asanyarray(a: Any, dtype: Any = None) -> Any:
    """`a` as a tensor (numpy.asanyarray): `asarray`."""
    return asarray(a, dtype)


@weakly()
def ascontiguousarray(a: Any, dtype: Any = None) -> Any:
    """`a` as a tensor of at least one dimension (numpy.ascontiguousarray)."""
    return array(a, dtype, ndmin=1)


@weakly()
def copy(a: Any) -> Any:
    """A tensor of `a` (numpy.copy)."""
    return array(a, copy=True)


# ---- several of them ----


def promoted(*arrays: Any) -> list[Any]:
    """The arguments as tensors of the dtype that they meet in."""
    dtype = result_type(*arrays)
    return [made(a, dtype) for a in arrays]


def pair(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Two operands as tensors of the dtype that they meet in, by numpy's rules in every mode."""
    if isinstance(x1, Tensor) and isinstance(x2, Tensor) and x1.dtype is x2.dtype:
        return x1, x2
    sequences = isinstance(x1, (list, tuple)) or isinstance(x2, (list, tuple))
    dtype = (result_type if sequences else numpy_result_type)(x1, x2)
    return made(x1, dtype), made(x2, dtype)


def to_inexact(x: Any) -> Any:
    """The argument as a tensor that is floating or complex: what is neither becomes float64."""
    x = asarray(x)
    return x if is_inexact(x) else cast(x, result_type(float))


def is_inexact(x: Any) -> bool:
    """Whether an array is floating or complex, for numpy: bfloat16 is neither."""
    return is_kind(x, np.inexact)


def is_kind(x: Any, kind: type[np.generic]) -> bool:
    """Whether the dtype of an array is one of numpy's `kind`."""
    return np.issubdtype(x.dtype.as_numpy_dtype, kind)


# ---- shapes ----


def dims(x: Any) -> list[Any]:
    """The sizes of an array: ints, torch.SymInts where a capture does not know them yet."""
    return list(to_storage(x).shape)


def with_rank(x: Any, rank: int) -> Any:
    """`x` with dimensions of size 1 put first until there are `rank`."""
    missing = rank - len(dims(x))
    return reshape(x, [1] * missing + dims(x)) if missing > 0 else x


def from_start(axis: Any, rank: int) -> Any:
    """An axis counted from the start."""
    return axis + rank if axis < 0 else axis


def broadcast(*arrays: Any) -> list[Any]:
    """The arrays at the shape that they all broadcast to."""
    shape = common_shape(*map(dims, arrays))
    return [broadcast_to(a, shape) for a in arrays]


def common_shape(*shapes: list[Any]) -> list[Any]:
    """The shape that all `shapes` broadcast to; InvalidArgumentError where they do not."""
    try:
        return list(torch.broadcast_shapes(*shapes))
    except RuntimeError:
        told = " vs. ".join(str(shape) for shape in shapes)
        raise InvalidArgumentError(None, None, f"Incompatible shapes: {told}") from None


def size_at(x: Any, axis: int) -> Any:
    """The size along an axis; InvalidArgumentError for one that is not there."""
    sizes = dims(x)
    if not -len(sizes) <= axis < len(sizes):
        raise InvalidArgumentError(None, None, f"Expected an axis in [{-len(sizes)}, {len(sizes)}), but got {axis}")
    return sizes[axis]
