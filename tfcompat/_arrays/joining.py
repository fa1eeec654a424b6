"""Several tensors made one, and one made several: tf.concat, tf.stack, tf.split, tf.slice and the like."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import torch

from tfcompat._arrays.sizes import elements, index_tensor, scalar, vector
from tfcompat._core import errors
from tfcompat._core.convert import convert_to_tensor, to_storage
from tfcompat._core.dimension import Dimension
from tfcompat._core.gathering import dims as _dims
from tfcompat._core.joining import concat_tensors, stack_tensors
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.slicing import assign_slice, take
from tfcompat._core.state import state
from tfcompat._core.tensor import Tensor


def concat(values: Any, axis: Any, name: str | None = "concat") -> Any:
    """The tensors joined along `axis` (tf.concat); their other dimensions and dtypes are the same.

    values: a sequence of tensors, or one tensor, which is returned. InvalidArgumentError where the shapes do not fit.
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if not values:
        raise errors.InvalidArgumentError(None, None, "Argument `values` of tf.concat takes tensors, got none.")
    if isinstance(axis, float):
        text = "Value for attr 'Tidx' of float is not in the list of allowed values: int32, int64"
        raise errors.InvalidArgumentError(None, None, f"{text} [Op:ConcatV2] name: ")
    return concat_tensors(values, axis, name)


def stack(values: Any, axis: Any = 0, name: str | None = "stack") -> Any:
    """Tensors of one shape and dtype stacked along a new `axis` (tf.stack).

    Raises InvalidArgumentError where the shapes differ, ValueError for an axis outside of [-rank - 1, rank] and
    TypeError for one that is no integer.
    """
    try:
        where = scalar(axis)
    except Invalid:
        raise TypeError(f"Argument `axis` must be an integer. Received: axis={axis!r}") from None
    if where == 0 and not (isinstance(values, (list, tuple)) and any(isinstance(v, Tensor) for v in values)):
        try:
            return convert_to_tensor(values)
        except (TypeError, ValueError):
            pass  # told better below
    return stack_tensors(values if isinstance(values, (list, tuple)) else list(values), where, name)


@op("Unpack", strings=True)
def unstack(value: Value, num: Any = None, axis: Any = 0, name: str | None = "unstack") -> list[torch.Tensor]:
    """The slices of a tensor along `axis`, a list (tf.unstack). `num`: how many there are, for checking.

    Raises ValueError where they are not `num`, or where `axis` is out of range.
    """
    where = scalar(axis)
    if not -value.ndim <= where < value.ndim:
        raise ValueError(f"Argument `axis` = {where} not in range [{-value.ndim}, {value.ndim})")
    if num is not None and value.shape[where] != num:
        raise Invalid(f"Input shape axis {where} must equal {num}, got shape {_dims(value.shape)}")
    return list(value.unbind(where))


@op("Split", strings=True)
def _split_evenly(value: Value, count: int, axis: Any, name: str | None = None) -> list[torch.Tensor]:
    where = _split_axis(value, axis)
    size = value.shape[where]
    if count <= 0:
        raise Invalid(f"Number of ways to split should be > 0, but got {count}")
    if size % count:
        raise Invalid(
            f"Number of ways to split should evenly divide the split dimension, but got split_dim {where} "
            f"(size = {size}) and num_split {count}"
        )
    return list(value.split([size // count] * count, where))


@op("SplitV", strings=True)
def _split_sizes(value: Value, splits: Any, num: Any, axis: Any, name: str | None = None) -> list[torch.Tensor]:
    where, sizes = _split_axis(value, axis), vector(splits, "Tlen", "num_or_size_splits")
    if num is not None and num != len(sizes):
        raise Invalid(f"`num_or_size_splits` must have as many elements as `num` says, {num}, got {len(sizes)}")
    size, known = value.shape[where], sum(s for s in sizes if not (isinstance(s, int) and s == -1))
    rest = [i for i, s in enumerate(sizes) if isinstance(s, int) and s == -1]
    if len(rest) > 1:
        raise Invalid("There can only be one -1 in the input.")
    if known > size if rest else known != size:
        raise Invalid(
            "Determined shape must either match input shape along split_dim exactly if fully specified, or be less "
            f"than the size of the input along split_dim if not fully specified.  Got: {known}"
        )
    sizes = [size - known if i in rest else s for i, s in enumerate(sizes)]
    negative = next((i for i, s in enumerate(sizes) if isinstance(s, int) and s < 0), None)
    if negative is not None:
        raise Invalid(f"Split size at index {negative} must be >= 0. Got: {sizes[negative]}")
    return list(value.split(sizes, where))


def _split_axis(value: Any, axis: Any) -> int:
    where = scalar(axis)
    if not -value.ndim <= where < value.ndim:
        raise Invalid(f"-input rank(-{value.ndim}) <= split_dim < input rank ({value.ndim}), but got {where}")
    return where % value.ndim


def split(value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: str | None = "split") -> Any:
    """A tensor cut along `axis` into a list: so many equal parts, or parts of the given sizes (tf.split).

    One of the sizes may be -1: what is left. `num`: how many sizes there are, for checking. InvalidArgumentError where
    the sizes do not fit the dimension.
    """
    if isinstance(num_or_size_splits, (int, np.integer, Dimension)):
        return _split_evenly(value, int(num_or_size_splits), axis, name)
    if not to_storage(num_or_size_splits).ndim:
        raise ValueError(
            "Rank-0 tensors are not supported as the num_or_size_splits argument to split. Argument provided: "
            f"{num_or_size_splits!s}"
        )
    return _split_sizes(value, num_or_size_splits, num, axis, name)


def parallel_stack(values: Any, name: str = "parallel_stack") -> Any:
    """In a captured function `stack`; RuntimeError in eager execution, as in TensorFlow (tf.parallel_stack)."""
    if state.graph is None:
        raise RuntimeError("tf.parallel_stack() is not compatible with eager execution.")
    return stack(values, 0, name)


# ---- slices ----


@op("Slice", strings=True)
def slice(input_: Value, begin: Any, size: Any, name: str | None = None) -> torch.Tensor:
    """The block of a tensor that begins at `begin` and has the sizes `size`; -1 means up to the end (tf.slice).

    Raises InvalidArgumentError where it does not lie within the tensor.
    """
    first, counts = index_tensor(begin, "Index"), index_tensor(size, "Index")
    if isinstance(begin, Tensor) and isinstance(size, Tensor) and begin.dtype is not size.dtype:
        kinds = begin.dtype.name, size.dtype.name
        raise Invalid(f"input #2(zero-based) was expected to be a {kinds[0]} tensor but is a {kinds[1]} tensor")
    if tuple(first.shape) != (input_.ndim,) or tuple(counts.shape) != (input_.ndim,):
        raise Invalid(
            "Expected begin and size arguments to be 1-D tensors of size "
            f"{input_.ndim}, but got shapes {_dims(first.shape)} and {_dims(counts.shape)} instead."
        )
    r = input_.view_as(input_)
    for d, (b, n) in enumerate(zip(elements(first), elements(counts), strict=True)):
        whole = input_.shape[d]
        if isinstance(b, int) and not 0 <= b <= whole:
            raise Invalid(f"Expected begin[{d}] in [0, {whole}], but got {b}")
        if isinstance(n, int) and n == -1:
            n = whole - b
        elif isinstance(n, int) and not 0 <= n <= whole - b:
            raise Invalid(f"Expected size[{d}] in [0, {whole - b}], but got {n}")
        r = r.narrow(d, b, n)
    return r


def _masked_key(
    begin: list[Any], end: list[Any], strides: list[Any], masks: tuple[int, int, int, int, int]
) -> list[Any]:
    """The key of `x[...]` that the vectors and bit masks of a strided slice describe."""
    key: list[Any] = []
    begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask = masks
    for i, (b, e, s) in enumerate(zip(begin, end, strides)):
        bit = 1 << i
        if ellipsis_mask & bit:
            key.append(Ellipsis)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            key.append(b)
        else:
            key.append(builtins.slice(None if begin_mask & bit else b, None if end_mask & bit else e, s))
    return key


@op("StridedSlice")
def _strided_slice(input_: Value, begin: Any, end: Any, strides: Any, masks: Any, name: str | None = None) -> Any:
    first, last = index_tensor(begin, "Index"), index_tensor(end, "Index")
    steps = torch.ones_like(first) if strides is None else index_tensor(strides, "Index")
    if not (first.ndim == 1 and first.shape == last.shape == steps.shape):
        shapes = [_dims(t.shape) for t in (first, last, steps)]
        raise Invalid(
            "Expected begin, end, and strides to be 1D equal size tensors, but got shapes "
            f"{shapes[0]}, {shapes[1]}, and {shapes[2]} instead."
        )
    return take(input_, builtins.tuple(_masked_key(elements(first), elements(last), elements(steps), masks)))


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Any:
    """`input_[begin[0]:end[0]:strides[0], ...]`, with Python's meaning of negative numbers (tf.strided_slice).

    The masks change what the position of a set bit means: no begin, no end, an ellipsis, a new axis, or one index.
    var: a variable to which the result's `assign` writes. InvalidArgumentError where the vectors differ in length.
    """
    masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
    result = _strided_slice(input_, begin, end, strides, masks, name)
    if var is not None:
        steps = [1] * len(to_storage(begin)) if strides is None else vector(strides)
        key = builtins.tuple(_masked_key(vector(begin), vector(end), steps, masks))
        result.assign = lambda value, name=None: assign_slice(var, key, value)
    return result
