"""Tensors made of a shape or a few numbers: tf.zeros, tf.fill, tf.eye, tf.range, tf.one_hot and the like."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import torch

from tfcompat._arrays.sizes import scalar, shape_sizes, wrong_dtype
from tfcompat._core import device, dtypes, errors
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dispatch import dispatchable
from tfcompat._core.operators import _DIVIDES_AS as DIVIDES_AS
from tfcompat._core.ops import BY_STORAGE, Alike, Alikes, Invalid, Value, Values, op
from tfcompat._core.state import state
from tfcompat._core.tensor import EagerTensor, Tensor


def _no_layout(layout: Any) -> None:
    if layout is not None:
        raise ValueError(f"Argument `layout` takes None, got {layout!r}: tfcompat has no DTensor, see tf.distribute.")


def _shape(shape: Any) -> tuple[Any, ...]:
    """The sizes of a new tensor; TypeError for Python values that are no integers."""
    if type(shape) is list and all(type(d) is int and d >= 0 for d in shape):
        return tuple(shape)
    kinds = {*map(type, shape)} if isinstance(shape, (list, tuple)) else {type(shape)}
    if kinds & {float, str}:
        raise TypeError(f"Cannot convert {shape!r} to EagerTensor of dtype int32")
    return shape_sizes(shape)


def _full(shape: Sequence[Any], value: Any, dtype: dtypes.DType) -> Any:
    if dtype.torch is not None:
        if not value:
            return torch.zeros(tuple(shape), dtype=dtype.torch, device=device.default())
        return torch.full(tuple(shape), value, dtype=dtype.torch, device=device.default())
    return np.full(tuple(shape), value, dtype=dtype.as_numpy_dtype)


def _zero(dtype: dtypes.DType) -> Any:
    return b"" if dtype is dtypes.string else 0


def _one(dtype: dtypes.DType) -> int:
    if dtype is dtypes.string:
        raise TypeError("Cannot convert 1 to EagerTensor of dtype string")
    return 1


@op("Fill")
def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None) -> Any:
    """A tensor of `shape` full of zeros, "" for tf.string (tf.zeros).

    shape: integers, a tf.TensorShape or an integer tensor; InvalidArgumentError where one is negative. `layout` is of
    DTensor, which tfcompat does not have: ValueError unless it is None.
    """
    _no_layout(layout)
    dtype = dtypes.as_dtype(dtype)
    return _full(_shape(shape), _zero(dtype), dtype)


@op("Fill")
def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None) -> Any:
    """A tensor of `shape` full of ones (tf.ones); arguments and errors as `zeros`, TypeError for tf.string."""
    _no_layout(layout)
    dtype = dtypes.as_dtype(dtype)
    return _full(_shape(shape), _one(dtype), dtype)


def _like(x: Any, dtype: Any, value: Any) -> Any:
    dtype = BY_STORAGE[x.dtype] if dtype is None else dtypes.as_dtype(dtype)
    if isinstance(x, np.ndarray) or dtype.torch is None:
        return _full(x.shape, value(dtype), dtype)
    return torch.full_like(x, value(dtype), dtype=dtype.torch, memory_format=torch.contiguous_format)


@op("ZerosLike")
def zeros_like(input: Value, dtype: Any = None, name: str | None = None, layout: Any = None) -> Any:
    """Zeros in the shape of `input`, of its dtype unless `dtype` is given (tf.zeros_like). For `layout` see `zeros`."""
    _no_layout(layout)
    return _like(input, dtype, _zero)


@op("OnesLike")
def ones_like(input: Value, dtype: Any = None, name: str | None = None, layout: Any = None) -> Any:
    """Ones in the shape of `input`, of its dtype unless `dtype` is given (tf.ones_like). For `layout` see `zeros`."""
    _no_layout(layout)
    if dtype is None and isinstance(input, np.ndarray):
        raise Invalid(f"Value for attr 'T' of {BY_STORAGE[input.dtype].name} is not in the list of allowed values")
    return _like(input, dtype, _one)


@op("Fill")
def fill(dims: Any, value: Value, name: str | None = None, layout: Any = None) -> Any:
    """A tensor of shape `dims` with the scalar `value`, of its dtype, in every element (tf.fill)."""
    _no_layout(layout)
    shape = shape_sizes(dims)
    if value.ndim > 1 or math.prod(value.shape) != 1:
        raise Invalid(f"value must be a scalar, got shape {list(value.shape)}")
    if isinstance(value, np.ndarray):
        text = cast(np.ndarray, value)
        return np.full(shape, text.reshape(())[()], dtype=text.dtype)
    return value.reshape(()).expand(shape).contiguous()


@op("MatrixDiagV3")
def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Any:
    """Identity matrices (tf.eye): shape batch_shape + [num_rows, num_columns], square where num_columns is None.

    Raises TypeError for sizes that are no integers and for strings, InvalidArgumentError for negative sizes.
    """
    columns = num_rows if num_columns is None else num_columns
    for size in (num_rows, columns):
        t = to_storage(size)
        if t.ndim or isinstance(t, np.ndarray) or t.dtype.is_floating_point or t.dtype.is_complex:
            raise TypeError(
                "Arguments `num_rows` and `num_columns` must be positive integer values. Received: "
                f"num_rows={num_rows}, num_columns={columns}"
            )
    batch = () if batch_shape is None else shape_sizes(batch_shape)
    n, m = shape_sizes([scalar(num_rows, what="num_rows"), scalar(columns, what="num_columns")])
    kind = dtypes.as_dtype(dtype)
    if kind.torch is None:
        raise TypeError(f"Cannot convert 1 to EagerTensor of dtype {kind.name}")
    one = torch.eye(n, m, dtype=kind.torch, device=device.default())
    return one.expand(*batch, n, m).contiguous() if batch else one


_RANGES = (torch.int32, torch.int64, torch.float16, torch.bfloat16, torch.float32, torch.float64)
_RANGE_DTYPES = (*_RANGES, torch.int8, torch.int16, torch.uint16, torch.uint32, torch.uint64)


def _scalar(t: torch.Tensor, what: str) -> Any:
    if t.numel() != 1:
        raise Invalid(f"{what} must be a scalar, not shape {list(t.shape)}")
    return t.reshape(()).item()


@op("Range")
def _range(start: Value, limit: Value, delta: Value, dtype: Any, name: str | None = None) -> torch.Tensor:
    first, last, step = _scalar(start, "start"), _scalar(limit, "limit"), _scalar(delta, "delta")
    if isinstance(step, (int, float)):
        if step == 0:
            raise Invalid(f"Requires delta != 0: {step}")
        if isinstance(first, (int, float)) and isinstance(last, (int, float)):
            if step > 0 and first > last:
                raise Invalid(f"Requires start <= limit when delta > 0: {first}/{last}")
            if step < 0 and first < last:
                raise Invalid(f"Requires start >= limit when delta < 0: {first}/{last}")
    if not dtype.is_floating_point:
        return torch.arange(first, last, step, dtype=dtype, device=device.default())
    count = math.ceil(abs((last - first) / step))
    steps = torch.arange(count, device=device.default()).to(torch.promote_types(dtype, torch.float32))
    return (steps * step + first).to(dtype)


@dispatchable
def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = "range") -> Any:
    """The numbers start, start + delta... up to but without `limit`; range(n) begins at 0 (tf.range).

    dtype: the widest of the arguments' where None. Shape: [ceil((limit - start) / delta)]. InvalidArgumentError where
    delta is 0 or leads away from limit.
    """
    if limit is None:
        start, limit = 0, start
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    hint = next((x.dtype for x in (start, limit, delta) if isinstance(x, Tensor)), None) if wanted is None else None
    parts = []
    for x in (start, limit, delta):
        t = to_storage(x, None if hasattr(x, "dtype") else wanted or _hinted(x, hint))
        if isinstance(t, np.ndarray):
            raise TypeError(f"tf.range takes numbers, got {x!r} of dtype {BY_STORAGE[t.dtype].name}.")
        parts.append(t)
    if wanted is not None:
        kind = wanted.torch
        if kind not in _RANGE_DTYPES:
            text = f"Value for attr 'Tidx' of {wanted.name} is not in the list of allowed values"
            raise errors.InvalidArgumentError(None, None, f"{text} [Op:Range] name: ")
    else:
        bad = next((t for t in parts if t.dtype not in _RANGES), None)
        if bad is not None:
            raise AssertionError(f"tf.range takes integers and floats, got dtype {BY_STORAGE[bad.dtype].name}.")
        kind = max((t.dtype for t in parts), key=_RANGES.index)
    parts = [t.to(kind) for t in parts]
    result = _range(*parts, kind, name)
    if state.graph is not None and not isinstance(result, EagerTensor):  # eager while a layer's shapes are found
        result.op.span = tuple(parts)
        if state.graph.deferred:
            state.graph.remember(result, range, start, limit, delta, dtype)
    return result


def _hinted(x: Any, hint: dtypes.DType | None) -> dtypes.DType | None:
    """`hint`, where a Python number fits it."""
    numbers = hint is not None and (hint.is_floating or (hint.is_integer and not isinstance(x, float)))
    return hint if numbers else None


@dispatchable
def linspace(start: Any, stop: Any, num: Any, name: str | None = None, axis: Any = 0) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, both included, along a new `axis` (tf.linspace).

    start and stop broadcast; `start` decides the dtype, integers of up to 16 bits give float32 and larger ones
    float64. ValueError where `stop` has another dtype, TypeError for a `num` that is no integer, InvalidArgumentError
    for a negative one.
    """
    first = convert_to_tensor(start)
    return linspace_op(first, convert_to_tensor(stop, first.dtype), num, name, axis)


@op("LinSpace")
def linspace_op(start: Value, stop: Value, num: Any, name: str | None = None, axis: Any = 0) -> torch.Tensor:
    count = _count(num)
    wide = DIVIDES_AS.get(start.dtype, start.dtype)
    start, stop = start.to(wide), stop.to(wide)
    first, last = torch.broadcast_tensors(start, stop)
    where = scalar(axis)
    if not -first.ndim - 1 <= where <= first.ndim:
        raise Invalid(f"Tried to expand dim index {where} for tensor with {first.ndim} dimensions.")
    first, last = first.unsqueeze(where), last.unsqueeze(where)
    if count <= 1:
        if last.requires_grad:  # its gradient is 0 rather than none
            first = first + torch.where(torch.isfinite(last), last, torch.zeros_like(last)) * 0
        return first.narrow(where, 0, count)
    delta = (last - first) / (count - 1)
    steps = torch.arange(1, count - 1, device=first.device).to(first.dtype)
    shape = [1] * first.ndim
    shape[where] = count - 2
    return torch.cat([first, first + delta * steps.reshape(shape), last], where)


def _count(num: Any) -> int:
    t = to_storage(num)
    if isinstance(t, np.ndarray) or t.dtype.is_floating_point or t.dtype.is_complex:
        raise TypeError(
            f"Argument `tensor` (name: num) must be of type integer. Received `tensor` = {num} of dtype: "
            f"{BY_STORAGE[t.dtype]!r}"
        )
    count = scalar(num, what="num")
    if isinstance(count, int) and count < 0:
        raise Invalid(f"Requires num >= 0: {count}")
    return count


_ONE_HOT = (torch.uint8, torch.int8, torch.int32, torch.int64)


@op("OneHot", strings=True)
def _one_hot(
    indices: Value, depth: Any, on_value: Alike, off_value: Alike, axis: int, name: str | None = None
) -> torch.Tensor:
    indices = _class_numbers(indices)
    size = to_storage(depth, dtypes.int32)
    if size.ndim:
        raise Invalid(f"depth must be a scalar, but got: {list(size.shape)}")
    count = scalar(depth, what="depth")
    if isinstance(count, int) and count < 0:
        raise Invalid(f"depth must be non-negative, got: {count}")
    return torch.where(_hits(indices, count, axis), on_value.detach(), off_value.detach())


@op("OneHot")
def _one_hot_plain(indices: Value, depth: int, axis: int, dtype: Any, name: str | None = None) -> torch.Tensor:
    return _hits(_class_numbers(indices), depth, axis).to(dtype)


def _class_numbers(indices: torch.Tensor) -> torch.Tensor:
    if indices.dtype not in _ONE_HOT:
        if indices.numel():
            raise wrong_dtype(indices, "TI", "uint8, int8, int32, int64")
        indices = indices.long()
    return indices


def _hits(indices: torch.Tensor, count: Any, axis: int) -> torch.Tensor:
    """Whether a position along the new `axis` is the one that the index names."""
    if not -1 <= axis <= indices.ndim:
        raise Invalid(f"Expected axis to be -1 or between [0, {indices.ndim + 1}).  But received: {axis}")
    where = indices.ndim if axis == -1 else axis
    positions = torch.arange(count, device=indices.device).reshape(-1, *[1] * (indices.ndim - where))
    return indices.unsqueeze(where) == positions


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Any:
    """Vectors of length `depth` with `on_value` at the index and `off_value` elsewhere (tf.one_hot).

    The vectors lie along a new `axis`, the last where None; an index outside of [0, depth) gives `off_value` only. No
    gradient flows to the values.
    dtype: of the values, else float32. TypeError where the values' dtypes and `dtype` differ.
    """
    if isinstance(indices, np.ndarray) and indices.dtype.kind in "iuf":  # where a tensor is of few dtypes
        indices = indices.astype(np.int64)
    if on_value is None and off_value is None and type(depth) is int and depth >= 0 and isinstance(indices, Tensor):
        kind = dtypes.float32 if dtype is None else dtypes.as_dtype(dtype)
        if kind.torch is not None and kind is not dtypes.bool:
            return _one_hot_plain(indices, depth, -1 if axis is None else scalar(axis), kind.torch, name)
    given = [None if v is None else to_storage(v, _number_as(v, dtype)) for v in (on_value, off_value)]
    kinds = [None if t is None else BY_STORAGE[t.dtype] for t in given]
    if dtype is not None:
        kind = dtypes.as_dtype(dtype)
        for k, which in zip(kinds, ("on_value", "off_value"), strict=True):
            if k is not None and k is not kind:
                raise TypeError(f"dtype {k!r} of {which} does not match dtype parameter {kind!r}")
    else:
        kind = kinds[0] or kinds[1] or dtypes.float32
    on, off = (t if t is not None else to_storage(v, kind) for t, v in zip(given, (1, 0), strict=True))
    if BY_STORAGE[on.dtype] is not BY_STORAGE[off.dtype]:
        raise TypeError(f"dtype {kinds[0]!r} of on_value does not match dtype {kinds[1]!r} of off_value")
    return _one_hot(indices, depth, on, off, -1 if axis is None else scalar(axis), name)


def _number_as(value: Any, dtype: Any) -> dtypes.DType | None:
    """The dtype that a Python number takes on: `dtype` where it fits."""
    if dtype is None or not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    wanted = dtypes.as_dtype(dtype)
    return wanted if wanted.is_floating or wanted.is_complex or (isinstance(value, int) and wanted.is_integer) else None


@op("SequenceMask")
def sequence_mask(
    lengths: Value, maxlen: Any = None, dtype: Any = dtypes.bool, name: str | None = None
) -> torch.Tensor:
    """Which positions lie within sequences of the given `lengths` (tf.sequence_mask).

    maxlen: the size of the new last dimension, the longest length where None. Shape: lengths.shape + [maxlen].
    ValueError for a `maxlen` that is no scalar.
    """
    if lengths.dtype is torch.bool:
        raise Invalid("Value for attr 'T' of bool is not in the list of allowed values")
    if maxlen is None:
        count = lengths.max().clamp(min=0).item() if lengths.numel() else 0
    else:
        t = to_storage(maxlen)
        if t.ndim:
            raise ValueError(
                f"Argument `maxlen` must be scalar for sequence_mask, received `maxlen` = {maxlen} with shape "
                f"'{tuple(t.shape)}' instead"
            )
        count, lengths = t.item(), lengths.to(t.dtype)
    positions = torch.arange(count, device=lengths.device)
    mask = positions < lengths.unsqueeze(-1)
    wanted = dtypes.as_dtype(dtype).torch
    return mask if wanted is torch.bool else mask.to(wanted)


@op("Meshgrid", strings=True)
def _meshgrid(args: Alikes, indexing: str, name: str | None = None) -> list[torch.Tensor]:
    return list(torch.meshgrid(*(x.reshape(-1) for x in args), indexing=indexing))


@dispatchable
def meshgrid(*args: Any, **kwargs: Any) -> Any:
    """The coordinates of every point of a grid, a tensor for each of the N vectors that span it (tf.meshgrid).

    indexing: "xy" (the default: the first two dimensions are swapped) or "ij". name: of the op. ValueError for other
    indexings, TypeError for other keyword arguments.
    """
    indexing, name = kwargs.pop("indexing", "xy"), kwargs.pop("name", "meshgrid")
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Argument `indexing` parameter must be either 'xy' or 'ij', got '{indexing}'")
    if not args:
        return []
    return _meshgrid([convert_to_tensor(x) for x in args], indexing if len(args) > 1 else "ij", name)


@op("Identity")
def identity(input: Value, name: str | None = None) -> Any:
    """The same value as a new tensor (tf.identity)."""
    return input.view_as(input) if isinstance(input, torch.Tensor) else input


@op("StopGradient")
def stop_gradient(input: Value, name: str | None = None) -> Any:
    """The same value, through which no gradient flows (tf.stop_gradient)."""
    return input.detach() if isinstance(input, torch.Tensor) else input


@op("IdentityN")
def identity_n(input: Values, name: str | None = None) -> list[Any]:
    """The same values as new tensors, a list (tf.identity_n); InvalidArgumentError where there are none."""
    if not input:
        raise Invalid("Length for attr 'T' of 0 must be at least minimum 1")
    return [x.view_as(x) if isinstance(x, torch.Tensor) else x for x in input]


@op("GuaranteeConst")
def guarantee_const(input: Value, name: str | None = None) -> Any:
    """The same value, which TensorFlow's graphs may take for a constant (tf.guarantee_const)."""
    return input.view_as(input) if isinstance(input, torch.Tensor) else input


@op("Timestamp")
def timestamp(name: str | None = None) -> Any:
    """The seconds since the epoch, a float64 scalar (tf.timestamp)."""
    return torch.tensor(time.time(), dtype=torch.float64)
