"""What shape a tensor has, and the same elements in another one: tf.shape, tf.reshape, tf.transpose and the like."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._arrays.sizes import elements, index_tensor, scalar, size_vector, vector, vector_or_scalar
from tfcompat._core import dtypes
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.ops import BY_STORAGE, Alikes, Invalid, Value, op
from tfcompat._core.shapes import TensorShape
from tfcompat._core.state import state


@op("Shape")
def shape(input: Value, out_type: Any = None, name: str | None = None) -> torch.Tensor:
    """The sizes of the dimensions of `input`, a vector of `out_type`, int32 or int64 (tf.shape)."""
    return size_vector(tuple(input.shape), out_type)


@op("ShapeN")
def shape_n(input: Alikes, out_type: Any = dtypes.int32, name: str | None = None) -> list[torch.Tensor]:
    """The shapes of several tensors of one dtype, a list of vectors of `out_type` (tf.shape_n)."""
    return [size_vector(tuple(x.shape), out_type) for x in input]


@op("Size")
def size(input: Value, out_type: Any = None, name: str | None = None) -> torch.Tensor:
    """The number of elements of `input`, a scalar of the numeric dtype `out_type` (tf.size)."""
    kind = None if out_type is None else dtypes.as_dtype(out_type)
    if kind is None or kind.torch is None or kind.is_bool:
        return size_vector([math.prod(input.shape)], out_type).reshape(())
    return size_vector([math.prod(input.shape)], dtypes.int64).reshape(()).to(kind.torch)


@op("Rank")
def rank(input: Value, name: str | None = None) -> torch.Tensor:
    """The number of dimensions of `input`, an int32 scalar (tf.rank)."""
    return torch.tensor(input.ndim, dtype=torch.int32)


# ---- reshape and its relatives ----


def _reshape_problem(sizes: Sequence[Any], count: int) -> str | None:
    unknown = [i for i, d in enumerate(sizes) if isinstance(d, int) and d == -1]
    negative = next((i for i, d in enumerate(sizes) if isinstance(d, int) and d < -1), None)
    if negative is not None:
        return f"Size {negative} must be non-negative, not {sizes[negative]}"
    if len(unknown) > 1:
        return f"Only one input size may be -1, not both {unknown[0]} and {unknown[1]}"
    known = math.prod(d for d in sizes if not (isinstance(d, int) and d == -1))
    if not unknown:
        return f"Input to reshape is a tensor with {count} values, but the requested shape has {known}"
    return f"Input to reshape is a tensor with {count} values, but the requested shape requires a multiple of {known}"


def _resolved(tensor: Any, sizes: list[Any]) -> list[Any]:
    """`sizes` with its -1 found where another one is 0: then the sizes that are not 0 must fit each other."""
    if -1 not in sizes:
        return sizes
    left, given = (math.prod(d for d in ds if d not in (0, -1)) for ds in (tuple(tensor.shape), sizes))
    return [left // given if d == -1 and left % given == 0 else d for d in sizes]


@op("Reshape", strings=True)
def reshape(tensor: Value, shape: Any, name: str | None = None) -> Any:
    """The same elements, in order, in another `shape`, in which one size may be -1: what is left (tf.reshape).

    Raises InvalidArgumentError where the number of elements does not fit.
    """
    kind = type(shape)
    if kind is tuple or kind is list:
        for d in shape:
            if type(d) is not int:
                break
        else:
            try:
                return tensor.reshape(shape)
            except (RuntimeError, ValueError):
                pass  # below it is told what is wrong, or a size found that torch does not
    sizes = vector(shape, "Tshape", "sizes input") if kind is not int else [shape]
    try:
        return tensor.reshape(_resolved(tensor, sizes) if 0 in sizes else sizes)
    except (RuntimeError, ValueError) as e:
        if state.graph is not None and state.graph.needs_values(e):
            raise
        text = _reshape_problem(sizes, math.prod(tensor.shape))
        if text is None:
            raise
        raise Invalid(text) from None


@op("Transpose", strings=True)
def transpose(a: Value, perm: Any = None, conjugate: Any = False, name: str | None = "transpose") -> torch.Tensor:
    """The tensor with its dimensions in the order `perm`, reversed where None (tf.transpose).

    conjugate: complex elements are conjugated too. InvalidArgumentError where `perm` is no permutation.
    """
    if perm is None:
        order = list(reversed(range(a.ndim)))
    else:
        order = vector(perm, "Tperm", "perm")
        if len(order) != a.ndim:
            raise Invalid(f"transpose expects a vector of size {a.ndim}. But input(1) is a vector of size {len(order)}")
        for d in order:
            if not -a.ndim <= d < a.ndim:
                raise Invalid(f"{d} is out of range [0 .. {a.ndim})")
        if len({d % a.ndim for d in order}) != len(order):
            missing = next(d for d in range(a.ndim) if d not in [o % a.ndim for o in order])
            raise Invalid(f"{missing} is missing from {{{','.join(map(str, order))}}}.")
    r = a.permute(order)
    return r.conj().resolve_conj() if conjugate and a.is_complex() else r


@op("ExpandDims", strings=True)
def _expand_dims(input: Value, axis: Any, name: str | None = None) -> torch.Tensor:
    where = scalar(axis, "Tdim", "dim")
    if not -input.ndim - 1 <= where <= input.ndim:
        raise Invalid(f"Tried to expand dim index {where} for tensor with {input.ndim} dimensions.")
    return input.unsqueeze(where)


def expand_dims(input: Any, axis: Any, name: str | None = None) -> Any:
    """The tensor with a dimension of size 1 put in at `axis`, counted from the end where negative (tf.expand_dims).

    Raises InvalidArgumentError for an axis outside of [-rank - 1, rank].
    """
    if isinstance(axis, float):
        raise TypeError(f"Cannot convert {axis} to EagerTensor of dtype int32")
    return _expand_dims(input, axis, name)


@op("Squeeze", strings=True)
def squeeze(input: Value, axis: Any = None, name: str | None = None) -> torch.Tensor:
    """The tensor without its dimensions of size 1, or without those that `axis` names (tf.squeeze).

    Raises InvalidArgumentError where one of the named dimensions is not 1.
    """
    if axis is None:
        return input.squeeze()
    named = vector_or_scalar(axis)
    for d in named:
        if not -input.ndim <= d < input.ndim:
            raise Invalid(f"Tried to squeeze dim index {d} for tensor with {input.ndim} dimensions.")
    dims = sorted({d % input.ndim for d in named}, reverse=True)
    if state.graph is not None and any(_is_open(input.shape[d]) for d in dims):
        # whenever it runs: now it is not known
        state.graph.checked(lambda t: _with_ones(t, dims), input.detach(), lambda t: (squeeze, [t, dims, None], {}))
        for d in dims:
            input = input.select(d, 0)
        return input
    return _with_ones(input, dims).squeeze(tuple(dims) or tuple(range(input.ndim)))


def _is_open(size: Any) -> bool:
    return isinstance(size, torch.SymInt) and not size.node.expr.is_number


def _with_ones(t: Any, dims: Sequence[int]) -> Any:
    """`t`, whose dimensions `dims` must be of size 1."""
    for d in reversed(dims):
        if t.shape[d] != 1:
            raise Invalid(f"Can not squeeze dim[{d}], expected a dimension of 1, got {t.shape[d]}")
    return t


@op("BroadcastTo", strings=True)
def broadcast_to(input: Value, shape: Any, name: str | None = None) -> torch.Tensor:
    """The tensor repeated to fill `shape` (tf.broadcast_to), a view: nothing is copied.

    Raises InvalidArgumentError where the two do not broadcast.
    """
    sizes = tuple(vector_or_scalar(shape, "Tidx", "shape"))
    for d in sizes:
        if isinstance(d, int) and d < 0:
            raise Invalid(f"Dimension {d} must be >= 0")
    if input.ndim > len(sizes):
        raise Invalid(f"Rank of input ({input.ndim}) must be no greater than rank of output shape ({len(sizes)}).")
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
            raise ValueError(
                f"Incompatible shapes for broadcasting: of two sizes that differ one must be 1. Received: {x} and {y}."
            )
    return TensorShape(found)


def _padded(x: TensorShape, y: TensorShape) -> tuple[list[Any], list[Any]]:
    n = max(len(x), len(y))
    return tuple([1] * (n - len(s)) + s.as_list() for s in (x, y))  # type: ignore[return-value]


@op("BroadcastArgs")
def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> torch.Tensor:
    """The shape that two shapes, integer vectors, broadcast to, a vector (tf.broadcast_dynamic_shape).

    Raises InvalidArgumentError where they do not broadcast.
    """
    x, y = index_tensor(shape_x, "T"), index_tensor(shape_y, "T")
    kind = BY_STORAGE[torch.promote_types(x.dtype, y.dtype)]
    for t in (x, y):
        if t.ndim != 1:
            raise Invalid(f"In[0] must be a vector, got shape {_dims(t.shape)}")
    try:
        return size_vector(torch.broadcast_shapes(elements(x), elements(y)), kind)
    except (RuntimeError, ValueError):
        raise Invalid(f"Incompatible shapes: {_dims(elements(x))} vs. {_dims(elements(y))}") from None


@op("EnsureShape")
def ensure_shape(x: Value, shape: Any, name: str | None = None) -> Any:
    """`x`, where its shape is compatible with `shape`, a tf.TensorShape or sizes with None for any (tf.ensure_shape).

    Raises InvalidArgumentError where it is not.
    """
    wanted = shape if isinstance(shape, TensorShape) else TensorShape(shape)
    sizes = None if wanted.rank is None else wanted.as_list()
    known = zip(tuple(x.shape), sizes or ())
    if sizes is not None and (
        len(sizes) != x.ndim or any(n is not None and isinstance(d, int) and d != n for d, n in known)
    ):
        text = ",".join("?" if n is None else str(n) for n in sizes)
        raise Invalid(f"Shape of tensor input {_dims(x.shape)} is not compatible with expected shape [{text}].")
    for d, n in zip(tuple(x.shape), sizes or ()):
        if n is not None and not isinstance(d, int):
            torch._check(d == n)  # a captured function knows it from here on
    return x.view_as(x) if isinstance(x, torch.Tensor) else x
