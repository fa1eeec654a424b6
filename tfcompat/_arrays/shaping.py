"""Ops on shapes: what a tensor's shape is, and the same elements in another one (tf.shape, tf.reshape, tf.transpose...)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from tfcompat._core import dtypes
from tfcompat._core.arguments import integer, integers
from tfcompat._core.convert import to_storage
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import Invalid, Value, Values, op
from tfcompat._core.shapes import TensorShape


def _size_tensor(sizes: Sequence[Any], out_type: Any) -> torch.Tensor:
    """Sizes as a tensor; it stays symbolic in a capture that does not know them. On the CPU, as TensorFlow's are."""
    dtype = dtypes.int32 if out_type is None else dtypes.as_dtype(out_type)
    if dtype.torch not in (torch.int32, torch.int64):
        raise Invalid(f"Value for attr 'out_type' of {dtype.name} is not in the list of allowed values: int32, int64")
    if all(type(d) is int for d in sizes):
        return torch.tensor(list(sizes), dtype=dtype.torch)
    return torch.stack([torch.scalar_tensor(d, dtype=dtype.torch) for d in sizes])


@op("Shape")
def shape(input: Value, out_type: Any = None, name: str | None = None) -> torch.Tensor:
    """The sizes of the dimensions of `input`, a vector of `out_type`, int32 or int64 (tf.shape)."""
    return _size_tensor(tuple(input.shape), out_type)


@op("ShapeN")
def shape_n(input: Values, out_type: Any = dtypes.int32, name: str | None = None) -> list[torch.Tensor]:
    """The shapes of several tensors, a list of vectors of `out_type` (tf.shape_n)."""
    return [_size_tensor(tuple(x.shape), out_type) for x in input]


@op("Size")
def size(input: Value, out_type: Any = None, name: str | None = None) -> torch.Tensor:
    """The number of elements of `input`, a scalar of `out_type`, int32 or int64 (tf.size)."""
    return _size_tensor([math.prod(input.shape)], out_type).reshape(())


@op("Rank")
def rank(input: Value, name: str | None = None) -> torch.Tensor:
    """The number of dimensions of `input`, an int32 scalar (tf.rank)."""
    return torch.tensor(input.ndim, dtype=torch.int32)


# ---- reshape and its relatives ----


def _reshape_problem(tensor: Any, sizes: Sequence[Any], count: int) -> str | None:
    unknown = [i for i, d in enumerate(sizes) if isinstance(d, int) and d == -1]
    negative = next((i for i, d in enumerate(sizes) if isinstance(d, int) and d < -1), None)
    if negative is not None:
        return f"Size {negative} must be non-negative, not {sizes[negative]}"
    if len(unknown) > 1:
        return f"Only one input size may be -1, not both {unknown[0]} and {unknown[1]}"
    known = math.prod(d for d in sizes if not (isinstance(d, int) and d == -1))
    if not unknown:
        return f"Input to reshape is a tensor with {count} values, but the requested shape has {known}"
    if known == 0:
        return "reshape cannot infer the missing input size for an empty tensor unless all specified input sizes are non-zero"
    return f"Input to reshape is a tensor with {count} values, but the requested shape requires a multiple of {known}"


@op("Reshape")
def reshape(tensor: Value, shape: Any, name: str | None = None) -> Any:
    """The same elements, in order, in another `shape`, in which one size may be -1: what is left (tf.reshape).

    Raises InvalidArgumentError where the number of elements does not fit.
    """
    sizes = tuple(_shape_argument(shape, "Tshape"))
    try:
        return tensor.reshape(sizes)
    except (RuntimeError, ValueError):
        count = tensor.size if isinstance(tensor, np.ndarray) else tensor.numel()
        text = _reshape_problem(tensor, sizes, count)
        if text is None:
            raise
        raise Invalid(text) from None


def _shape_argument(shape: Any, attribute: str) -> list[Any]:
    """A shape given as a tensor or a list as ints; InvalidArgumentError where it is no vector of integers."""
    if isinstance(shape, TensorShape):
        return [-1 if d is None else d for d in shape.as_list()]
    if isinstance(shape, (list, tuple)) and all(type(d) is int for d in shape):
        return list(shape)
    try:
        found = integers(shape, "shape")
    except TypeError as e:
        raise TypeError(str(e)) from None
    if not isinstance(shape, (list, tuple)) and to_storage(shape).ndim > 1:
        raise Invalid(f"sizes input must be 1-D, not {_dims(to_storage(shape).shape)}")
    return found


@op("Transpose", strings=True)
def transpose(
    a: Value, perm: Any = None, conjugate: Any = False, name: str | None = "transpose"
) -> torch.Tensor:
    """The tensor with its dimensions in the order `perm`, reversed where None (tf.transpose).

    conjugate: complex elements are conjugated too. InvalidArgumentError where `perm` is no permutation.
    """
    if perm is None:
        order = list(reversed(range(a.ndim)))
    else:
        order = integers(perm, "perm")
        if len(order) != a.ndim:
            raise Invalid(f"transpose expects a vector of size {a.ndim}. But input(1) is a vector of size {len(order)}")
        for d in order:
            if not -a.ndim <= d < a.ndim:
                raise Invalid(f"{d} is out of range [0 .. {a.ndim})")
        if len({d % a.ndim for d in order}) != len(order):
            missing = next(d for d in range(a.ndim) if d not in [o % a.ndim for o in order])
            raise Invalid(f"{missing} is missing from {_dims(order)}")
    r = a.permute(order)
    return r.conj().resolve_conj() if conjugate and a.is_complex() else r


@op("ExpandDims", strings=True)
def _expand_dims(input: Value, axis: Any, name: str | None = None) -> torch.Tensor:
    where = integer(axis, "axis")
    if not -input.ndim - 1 <= where <= input.ndim:
        raise Invalid(f"Tried to expand dim index {where} for tensor with {input.ndim} dimensions.")
    return input.unsqueeze(where)


def expand_dims(input: Any, axis: Any, name: str | None = None) -> Any:
    """The tensor with a dimension of size 1 put in at `axis`, counted from the end where negative (tf.expand_dims).

    Raises InvalidArgumentError for an axis outside of [-rank - 1, rank].
    """
    return _expand_dims(input, axis, name)


@op("Squeeze", strings=True)
def squeeze(input: Value, axis: Any = None, name: str | None = None) -> torch.Tensor:
    """The tensor without its dimensions of size 1, or without those that `axis` names (tf.squeeze).

    Raises InvalidArgumentError where one of the named dimensions is not 1.
    """
    if axis is None:
        return input.squeeze()
    named = integers(axis, "axis")
    for d in named:
        if not -input.ndim <= d < input.ndim:
            raise Invalid(f"Tried to squeeze dim index {d} for tensor with {input.ndim} dimensions.")
        if input.shape[d] != 1:
            raise Invalid(f"Can not squeeze dim[{d % input.ndim}], expected a dimension of 1, got {input.shape[d]}")
    return input.squeeze(tuple({d % input.ndim for d in named})) if named else input.squeeze()


@op("BroadcastTo", strings=True)
def broadcast_to(input: Value, shape: Any, name: str | None = None) -> torch.Tensor:
    """The tensor repeated to fill `shape` (tf.broadcast_to), a view: nothing is copied.

    Raises InvalidArgumentError where the two do not broadcast.
    """
    sizes = tuple(integers(shape, "shape"))
    if input.ndim > len(sizes):
        raise Invalid(
            f"Rank of input ({input.ndim}) must be no greater than rank of output shape ({len(sizes)})."
        )
    try:
        return input.expand(sizes)
    except RuntimeError:
        raise Invalid(f"Incompatible shapes: {_dims(input.shape)} vs. {_dims(sizes)}") from None


def broadcast_static_shape(shape_x: TensorShape, shape_y: TensorShape) -> TensorShape:
    """The TensorShape that two of them broadcast to, as far as it is known (tf.broadcast_static_shape).

    Raises ValueError where they do not broadcast.
    """
    x, y = (s if isinstance(s, TensorShape) else TensorShape(s) for s in (shape_x, shape_y))
    if x.rank is None or y.rank is None:
        return TensorShape(None)
    pairs = zip(*([None if d is None else d for d in s] for s in _padded(x, y)), strict=True)
    found: list[int | None] = []
    for a, b in pairs:
        if a == 1 or b == 1:
            found.append(b if a == 1 else a)
        elif a is None or b is None:
            found.append(a if b is None else b)
        elif a == b:
            found.append(a)
        else:
            raise ValueError(f"Incompatible shapes for broadcasting. Two shapes must be compatible. Got {x} and {y}.")
    return TensorShape(found)


def _padded(x: TensorShape, y: TensorShape) -> tuple[list[Any], list[Any]]:
    n = max(len(x), len(y))
    return tuple([1] * (n - len(s)) + s.as_list() for s in (x, y))  # type: ignore[return-value]


@op("BroadcastArgs")
def broadcast_dynamic_shape(shape_x: Value, shape_y: Value) -> torch.Tensor:
    """The shape that two shapes, integer vectors, broadcast to, a vector (tf.broadcast_dynamic_shape).

    Raises InvalidArgumentError where they do not broadcast.
    """
    x, y = integers_of(shape_x), integers_of(shape_y)
    kind = torch.promote_types(shape_x.dtype, shape_y.dtype)
    try:
        return torch.tensor(torch.broadcast_shapes(x, y), dtype=kind)
    except RuntimeError:
        raise Invalid("Incompatible shapes for broadcasting: the shapes {} and {}".format(x, y)) from None


def integers_of(t: torch.Tensor) -> tuple[Any, ...]:
    """The elements of an integer vector."""
    return tuple(v.item() for v in t.reshape(-1).unbind()) if t.numel() else ()


@op("EnsureShape")
def ensure_shape(x: Value, shape: Any, name: str | None = None) -> Any:
    """`x`, where its shape is compatible with `shape`, a tf.TensorShape or sizes with None for any (tf.ensure_shape).

    Raises InvalidArgumentError where it is not.
    """
    wanted = shape if isinstance(shape, TensorShape) else TensorShape(shape)
    if not wanted.is_compatible_with(TensorShape(tuple(x.shape))):
        text = str(wanted).replace("(", "[").replace(",)", "]").replace(")", "]").replace("None", "?").replace(" ", "")
        raise Invalid(f"Shape of tensor input {_dims(x.shape)} is not compatible with expected shape {text}.")
    return x


