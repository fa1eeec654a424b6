"""keras.ops: numpy's functions, with Keras's dtype promotion (Python numbers adapt to tensors)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from tfcompat import _names
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import standardize_dtype
from tfcompat.keras._state import settings
from tfcompat.keras.ops._operation import float_of, keras_op, operation, promoted, sizes, torch_dtype

_INTS = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint16, torch.uint32, torch.uint64)


def _axes(axis: Any, x: torch.Tensor) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(axis) if isinstance(axis, (tuple, list)) else (int(axis),)


# ---- arithmetic ----


@keras_op("x1", "x2", promote=True)
def add(x1: Any, x2: Any) -> Any:
    """x1 + x2, elementwise, with broadcasting."""
    return torch.logical_or(x1, x2) if x1.dtype is torch.bool else torch.add(x1, x2)


@keras_op("x1", "x2", promote=True)
def subtract(x1: Any, x2: Any) -> Any:
    """x1 - x2, elementwise, with broadcasting."""
    return torch.sub(x1, x2)


@keras_op("x1", "x2", promote=True)
def multiply(x1: Any, x2: Any) -> Any:
    """x1 * x2, elementwise, with broadcasting."""
    return torch.mul(x1, x2)


@keras_op("x1", "x2", promote=True)
def true_divide(x1: Any, x2: Any) -> Any:
    """x1 / x2, elementwise, with broadcasting; integers give floats."""
    return torch.true_divide(float_of(wrap(x1)), float_of(wrap(x2)))


divide = true_divide


@keras_op("x1", "x2", promote=True)
def divide_no_nan(x1: Any, x2: Any) -> Any:
    """x1 / x2, elementwise, 0 where x2 is 0."""
    safe = torch.where(x2 == 0, torch.ones_like(x2), x2)
    return torch.where(x2 == 0, torch.zeros_like(x1 / safe), x1 / safe)


@keras_op("x1", "x2", promote=True)
def floor_divide(x1: Any, x2: Any) -> Any:
    """The largest whole number not above x1 / x2, elementwise."""
    return torch.floor_divide(x1, x2)


@keras_op("x1", "x2", promote=True)
def mod(x1: Any, x2: Any) -> Any:
    """The remainder of the floor division, elementwise."""
    return torch.remainder(x1, x2)


@keras_op("x1", "x2", promote=True)
def power(x1: Any, x2: Any) -> Any:
    """x1 to the power x2, elementwise."""
    return torch.pow(x1, x2)


@keras_op("x1", "x2", promote=True)
def matmul(x1: Any, x2: Any) -> Any:
    """The matrix product, over leading batch dimensions."""
    return torch.matmul(x1, x2)


@keras_op("x1", "x2", promote=True)
def maximum(x1: Any, x2: Any) -> Any:
    """The larger of x1 and x2, elementwise."""
    return torch.maximum(x1, x2)


@keras_op("x1", "x2", promote=True)
def minimum(x1: Any, x2: Any) -> Any:
    """The smaller of x1 and x2, elementwise."""
    return torch.minimum(x1, x2)


# ---- comparison and logic ----


@keras_op("x1", "x2", promote=True)
def equal(x1: Any, x2: Any) -> Any:
    """x1 == x2, elementwise."""
    return torch.eq(x1, x2)


@keras_op("x1", "x2", promote=True)
def not_equal(x1: Any, x2: Any) -> Any:
    """x1 != x2, elementwise."""
    return torch.ne(x1, x2)


@keras_op("x1", "x2", promote=True)
def less(x1: Any, x2: Any) -> Any:
    """x1 < x2, elementwise."""
    return torch.lt(x1, x2)


@keras_op("x1", "x2", promote=True)
def less_equal(x1: Any, x2: Any) -> Any:
    """x1 <= x2, elementwise."""
    return torch.le(x1, x2)


@keras_op("x1", "x2", promote=True)
def greater(x1: Any, x2: Any) -> Any:
    """x1 > x2, elementwise."""
    return torch.gt(x1, x2)


@keras_op("x1", "x2", promote=True)
def greater_equal(x1: Any, x2: Any) -> Any:
    """x1 >= x2, elementwise."""
    return torch.ge(x1, x2)


@keras_op("x1", "x2")
def logical_and(x1: Any, x2: Any) -> Any:
    """x1 and x2, elementwise."""
    return torch.logical_and(x1, x2)


@keras_op("x1", "x2")
def logical_or(x1: Any, x2: Any) -> Any:
    """x1 or x2, elementwise."""
    return torch.logical_or(x1, x2)


@keras_op("x1", "x2")
def logical_xor(x1: Any, x2: Any) -> Any:
    """x1 or x2 but not both, elementwise."""
    return torch.logical_xor(x1, x2)


@keras_op("x")
def logical_not(x: Any) -> Any:
    """not x, elementwise."""
    return torch.logical_not(x)


@keras_op("x")
def isfinite(x: Any) -> Any:
    """Whether each element is neither infinite nor NaN."""
    return torch.isfinite(x)


@keras_op("x")
def isnan(x: Any) -> Any:
    """Whether each element is NaN."""
    return torch.isnan(x)


# ---- one tensor, elementwise ----


@keras_op("x")
def negative(x: Any) -> Any:
    """-x, elementwise."""
    return torch.neg(x)


@keras_op("x")
def absolute(x: Any) -> Any:
    """The absolute value, elementwise."""
    return x if x.dtype is torch.bool else torch.abs(x)


@keras_op("x")
def square(x: Any) -> Any:
    """x * x, elementwise."""
    return torch.square(x.to(torch.int32) if x.dtype is torch.bool else x)


@keras_op("x")
def sign(x: Any) -> Any:
    """-1, 0 or 1, elementwise."""
    return torch.sign(x)


@keras_op("x")
def round(x: Any, decimals: int = 0) -> Any:
    """x rounded to `decimals` decimals, halves to even."""
    return x if x.dtype in _INTS and decimals >= 0 else torch.round(x, decimals=decimals)


@keras_op("x", to_float=True)
def sqrt(x: Any) -> Any:
    """The square root, elementwise."""
    return torch.sqrt(x)


@keras_op("x", to_float=True)
def rsqrt(x: Any) -> Any:
    """1 / sqrt(x), elementwise."""
    return torch.rsqrt(x)


@keras_op("x", to_float=True)
def exp(x: Any) -> Any:
    """e to the power x, elementwise."""
    return torch.exp(x)


@keras_op("x", to_float=True)
def log(x: Any) -> Any:
    """The natural logarithm, elementwise."""
    return torch.log(x)


@keras_op("x", to_float=True)
def sin(x: Any) -> Any:
    """The sine, elementwise."""
    return torch.sin(x)


@keras_op("x", to_float=True)
def cos(x: Any) -> Any:
    """The cosine, elementwise."""
    return torch.cos(x)


@keras_op("x", to_float=True)
def floor(x: Any) -> Any:
    """The largest whole number not above x, elementwise."""
    return torch.floor(x)


@keras_op("x", to_float=True)
def ceil(x: Any) -> Any:
    """The smallest whole number not below x, elementwise."""
    return torch.ceil(x)


@keras_op("x")
def clip(x: Any, x_min: Any, x_max: Any) -> Any:
    """x with what lies outside of [x_min, x_max] moved to its border."""
    low, high = (None if b is None else torch.as_tensor(to_storage(b), dtype=x.dtype) for b in (x_min, x_max))
    return torch.clamp(x, low, high)


# ---- reductions ----


@keras_op("x")
def sum(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum over `axis` (all axes where None). Narrow integers and booleans add up as int32."""
    wide = torch.int32 if x.dtype in (torch.bool, torch.int8, torch.int16, torch.uint8) else x.dtype
    return torch.sum(x, dim=_axes(axis, x), keepdim=keepdims, dtype=wide)


@keras_op("x", to_float=True)
def mean(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean over `axis` (all axes where None)."""
    return torch.mean(x, dim=_axes(axis, x), keepdim=keepdims)


@keras_op("x", to_float=True)
def var(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """The variance over `axis` (all axes where None)."""
    return torch.var(x, dim=_axes(axis, x), keepdim=keepdims, correction=0)


@keras_op("x")
def max(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The maximum over `axis` (all axes where None), at least `initial`."""
    top = torch.amax(x, dim=_axes(axis, x), keepdim=keepdims)
    return top if initial is None else torch.clamp(top, min=initial)


@keras_op("x")
def min(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The minimum over `axis` (all axes where None), at most `initial`."""
    low = torch.amin(x, dim=_axes(axis, x), keepdim=keepdims)
    return low if initial is None else torch.clamp(low, max=initial)


@keras_op("x")
def prod(x: Any, axis: Any = None, keepdims: bool = False, dtype: Any = None) -> Any:
    """The product over `axis` (all axes where None)."""
    out = x if dtype is None else x.to(torch_dtype(standardize_dtype(dtype)))
    out = out.to(torch.int32) if out.dtype is torch.bool else out
    for dim in sorted((a % x.ndim for a in _axes(axis, x)), reverse=True):
        out = torch.prod(out, dim=dim, keepdim=keepdims, dtype=out.dtype)
    return out


@keras_op("x")
def any(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether any element over `axis` (all axes where None) is true."""
    return torch.any(x, dim=_axes(axis, x), keepdim=keepdims) if x.ndim else x.bool()


@keras_op("x")
def all(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether all elements over `axis` (all axes where None) are true."""
    return torch.all(x, dim=_axes(axis, x), keepdim=keepdims) if x.ndim else x.bool()


@keras_op("x")
def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the largest element along `axis` (of the flat tensor where None), as int32."""
    return torch.argmax(x, dim=axis, keepdim=keepdims).to(torch.int32)


@keras_op("x")
def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the smallest element along `axis` (of the flat tensor where None), as int32."""
    return torch.argmin(x, dim=axis, keepdim=keepdims).to(torch.int32)


# ---- shapes ----


@keras_op("x")
def reshape(x: Any, newshape: Any) -> Any:
    """x in another shape, in which one size may be -1."""
    return torch.reshape(x, sizes(newshape))


@keras_op("x")
def expand_dims(x: Any, axis: Any) -> Any:
    """x with new axes of size 1."""
    out = x
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    for a in sorted(d % (x.ndim + len(axes)) for d in axes):
        out = out.unsqueeze(a)
    return out


@keras_op("x")
def squeeze(x: Any, axis: Any = None) -> Any:
    """x without its axes of size 1; ValueError where an axis that `axis` names is larger."""
    if axis is None:
        return torch.squeeze(x)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    for a in axes:
        if isinstance(x.shape[a], int) and x.shape[a] != 1:
            raise ValueError(f"Cannot squeeze axis {a} of a tensor of shape {tuple(x.shape)}: its size is not 1.")
    return torch.squeeze(x, tuple(axes))


@keras_op("x")
def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """x with its axes reversed, or in the order `axes`."""
    return torch.permute(x, tuple(range(x.ndim))[::-1] if axes is None else tuple(axes))


@keras_op("x")
def broadcast_to(x: Any, shape: Any) -> Any:
    """x repeated to fill `shape`."""
    return torch.broadcast_to(x, sizes(shape))


@operation("x", "key")
def get_item(x: Any, key: Any) -> Any:
    """x[key]."""
    return wrap(to_storage(x))[key]


@operation("xs")
def concatenate(xs: Sequence[Any], axis: int = -1) -> Any:
    """The tensors joined along `axis`."""
    return wrap(torch.cat(promoted(list(xs)), dim=axis))


@operation("x")
def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """The tensors joined along a new axis."""
    return wrap(torch.stack(promoted(list(x)), dim=axis))


@operation("condition", "x1", "x2")
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """x1 where `condition` holds, else x2; the indices where it holds, one tensor an axis, where both are None."""
    mask = to_storage(condition).bool()
    if x1 is None and x2 is None:
        return wrap(tuple(torch.nonzero(mask, as_tuple=True)))
    a, b = promoted([x1, x2])
    return wrap(torch.where(mask, a, b))


# ---- new tensors ----


def _new(dtype: Any) -> torch.dtype:
    return torch_dtype(standardize_dtype(dtype) if dtype is not None else settings.floatx)


def zeros(shape: Any, dtype: Any = None) -> Any:
    """A tensor of zeros."""
    return wrap(torch.zeros(sizes(shape), dtype=_new(dtype)))


def ones(shape: Any, dtype: Any = None) -> Any:
    """A tensor of ones."""
    return wrap(torch.ones(sizes(shape), dtype=_new(dtype)))


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """A tensor filled with `fill_value`."""
    return wrap(
        torch.full(sizes(shape), 0, dtype=_new(dtype)) + torch.as_tensor(to_storage(fill_value)).to(_new(dtype))
    )


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """An N by M matrix with ones on diagonal number `k`."""
    rows, columns = int(N), int(N if M is None else M)
    grid = torch.arange(columns)[None, :] - torch.arange(rows)[:, None]
    return wrap((grid == k).to(_new(dtype)))


@keras_op("x")
def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Zeros in the shape of x."""
    return torch.zeros_like(x, dtype=None if dtype is None else _new(dtype))


@keras_op("x")
def ones_like(x: Any, dtype: Any = None) -> Any:
    """Ones in the shape of x."""
    return torch.ones_like(x, dtype=None if dtype is None else _new(dtype))


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """The numbers from `start` (0 where only one bound is given) to below `stop`, `step` apart."""
    low, high = (0, start) if stop is None else (start, stop)
    by = 1 if step is None else step
    kind = "int32" if _all_ints(low, high, by) else settings.floatx
    return wrap(torch.arange(low, high, by, dtype=_new(dtype or kind)))


def _all_ints(*numbers: Any) -> bool:
    """Whether all numbers are integers."""
    return not [n for n in numbers if not isinstance(n, int)]


def array(x: Any, dtype: Any = None) -> Any:
    """The tensor of `x`."""
    from tfcompat.keras.ops.core import convert_to_tensor

    return convert_to_tensor(x, dtype=dtype)


abs = absolute
amax = max
amin = min

__all__ = [  # pyright: ignore[reportUnsupportedDunderAll]
    name
    for name, value in list(globals().items())
    if getattr(value, "_is_keras_op", False) or name in ("zeros", "ones", "full", "eye", "arange", "array")
]


__getattr__ = _names.module_getattr("tf.keras.ops.numpy", globals())
