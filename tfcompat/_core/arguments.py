"""Arguments that say how an op works, axes, sizes and counts, which may come as numbers, lists or tensors."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import to_storage
from tfcompat._core.dispatch import CompositeArgument
from tfcompat._core.ops import BY_STORAGE, Invalid, is_symbolic, kernel_dtype
from tfcompat._core.shapes import Dimension, TensorShape
from tfcompat._core.tensor import Tensor

HALVES = frozenset({torch.bfloat16, torch.float16})
FLOATS = HALVES | {torch.float32, torch.float64}
COMPLEXES = frozenset({torch.complex64, torch.complex128})
INEXACT = FLOATS | COMPLEXES
INTEGERS = frozenset(
    {*(torch.int8, torch.int16, torch.int32, torch.int64), *(torch.uint8, torch.uint16, torch.uint32, torch.uint64)}
)
UNSIGNED = frozenset({torch.uint8, torch.uint16, torch.uint32, torch.uint64})
REALS = FLOATS | INTEGERS
NUMBERS = REALS | COMPLEXES
BOOLEAN = frozenset({torch.bool})


def expect(
    x: torch.Tensor, allowed: frozenset[torch.dtype], without_kernel: frozenset[torch.dtype] = frozenset()
) -> torch.Tensor:
    """`x`, where its dtype is one of `allowed`; InvalidArgumentError where it is not.

    NotFoundError for a dtype in `without_kernel`: TensorFlow's op has it, none of its kernels does.
    """
    if x.dtype in allowed:
        return x
    if x.dtype in without_kernel:
        got = kernel_dtype(BY_STORAGE[x.dtype])
        raise Invalid(f"Could not find device for node: no kernel takes {got}", errors.NotFoundError)
    raise unsupported(x, allowed)


def unsupported(x: torch.Tensor, allowed: frozenset[torch.dtype]) -> Exception:
    """TensorFlow's error for a dtype outside of `allowed`: it tells an op that is defined for bool only differently."""
    got = kernel_dtype(BY_STORAGE[x.dtype])
    if allowed is BOOLEAN:
        return Invalid(f"input #0(zero-based) was expected to be a bool tensor but is a {got} tensor")
    names = ", ".join(kernel_dtype(d) for d in sorted((BY_STORAGE[t] for t in allowed), key=int))
    return Invalid(f"Value for attr 'T' of {got} is not in the list of allowed values: {names}")


def truth(value: Any) -> Any:
    """`value` for an op of bool tensors: what has a dtype as it is, Python values as bool; TypeError for other ones."""
    return value if hasattr(value, "dtype") or hasattr(type(value), "__tf_tensor__") else to_storage(value, dtypes.bool)


def integer(value: Any, argument: str) -> Any:
    """`value`, a number or a scalar tensor, as an int (a torch.SymInt where a capture does not know it yet)."""
    if type(value) is int:
        return value
    if isinstance(value, torch.SymInt):
        return value
    try:
        if isinstance(value, (int, np.integer)):
            return operator.index(value)
        t = to_storage(value, None if hasattr(value, "dtype") else dtypes.int32)
    except CompositeArgument:
        raise
    except (TypeError, ValueError) as e:
        raise type(e)(
            f"Argument `{argument}` takes an integer or a scalar integer tensor, got {value!r}: {e}"
        ) from None
    if isinstance(t, np.ndarray) or t.dtype not in INTEGERS or t.numel() != 1:
        raise ValueError(f"Argument `{argument}` takes an integer or a scalar integer tensor, got {value!r}.")
    return t.item()


def integers(value: Any, argument: str) -> list[Any]:
    """`value`, a number, a sequence (of numbers and scalar tensors) or a tensor, as a list of ints."""
    if isinstance(value, TensorShape):
        return value.as_list()
    if isinstance(value, (list, tuple)):
        return [integer(_cast(v), argument) for v in value]
    if isinstance(value, (int, np.integer, torch.SymInt, Dimension)):
        return [integer(int(value) if isinstance(value, Dimension) else value, argument)]
    try:
        t = to_storage(value, None if hasattr(value, "dtype") else dtypes.int32)
    except CompositeArgument:
        raise
    except (TypeError, ValueError) as e:
        raise type(e)(f"Argument `{argument}` takes integers, got {value!r}: {e}") from None
    if isinstance(t, np.ndarray) or t.dtype not in INTEGERS:
        if isinstance(t, torch.Tensor) and not t.numel():
            return []
        raise TypeError(f"Argument `{argument}` takes integers, got {value!r}.")
    t = t.reshape(-1)
    return [v.item() for v in t.unbind()] if is_symbolic(t) else t.tolist()


def _cast(value: Any) -> Any:
    """An element of a list of integers: TensorFlow packs the list as int32, and casts the tensors in it."""
    kind = getattr(value, "dtype", None)
    if isinstance(kind, dtypes.DType) and not kind.is_integer and kind.torch is not None:
        return to_storage([value], dtypes.int32)[0]
    return value


def sizes(shape: Any, argument: str = "shape") -> tuple[Any, ...]:
    """A shape, given as a TensorShape, numbers, scalar tensors among them, or a tensor, as a tuple of ints.

    Raises ValueError for an unknown dimension and InvalidArgumentError for a negative one.
    """
    if isinstance(shape, TensorShape) and not shape.is_fully_defined():
        raise ValueError(f"Argument `{argument}` takes a fully known shape, got {shape}.")
    if isinstance(shape, (list, tuple)) and None in [d for d in shape if not isinstance(d, Tensor)]:
        raise ValueError(f"Argument `{argument}` takes a fully known shape, got {shape!r}.")
    dims = integers(shape, argument)
    for d in dims:
        if isinstance(d, int) and d < 0:
            raise Invalid(f"Dimension {d} must be >= 0")
    return tuple(dims)


def axis(value: Any, ndim: int, argument: str = "axis") -> int:
    """An axis of a tensor of `ndim` dimensions, counted from the start; InvalidArgumentError where it is not there."""
    a = integer(value, argument)
    if not -ndim <= a < ndim:
        raise Invalid(f"Expected dimension in the range [{-ndim}, {ndim}), but got {a}")
    return a + ndim if a < 0 else a


def axes(value: Any, ndim: int, argument: str = "axis") -> tuple[int, ...]:
    """The axes of a reduction, counted from the start: None means all; a list, a tuple, a tensor or one number."""
    if value is None:
        return tuple(range(ndim))
    found = []
    for a in (value,) if type(value) is int else integers(value, argument):
        if not -ndim <= a < ndim:
            raise Invalid(f"Invalid reduction dimension ({a} for input with {ndim} dimension(s)")
        a = a + ndim if a < 0 else a
        if a in found:
            raise Invalid(f"Invalid reduction arguments: Axes contains duplicate dimension: {a}")
        found.append(a)
    return tuple(found)


def flag(value: Any, argument: str) -> bool:
    """A switch of an op, which TensorFlow takes as a Python bool (or what has its truth)."""
    if isinstance(value, Tensor):
        raise TypeError(f"Argument `{argument}` takes a Python bool, got the tensor {value!r}.")
    return bool(value)


def broadcast_shape(shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """The shape that all `shapes` broadcast to; InvalidArgumentError where they do not."""
    try:
        return tuple(torch.broadcast_shapes(*(tuple(s) for s in shapes)))
    except RuntimeError:
        raise Invalid("Incompatible shapes: " + " vs. ".join(f"[{','.join(map(str, s))}]" for s in shapes)) from None


def like(value: Any, x: torch.Tensor) -> torch.Tensor:
    """`value` as a torch tensor of the dtype and on the device of `x`; InvalidArgumentError for a tensor of another."""
    t = to_storage(value, BY_STORAGE[x.dtype], soft=True)
    if t.dtype != x.dtype:
        want, got = kernel_dtype(BY_STORAGE[x.dtype]), kernel_dtype(BY_STORAGE[t.dtype])
        raise Invalid(f"an input was expected to be a {want} tensor but is a {got} tensor")
    return t.to(x.device)
