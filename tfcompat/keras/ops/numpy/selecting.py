"""keras.ops: picking elements, by index, by condition and by order; counting them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

import tfcompat as tf
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._dtypes import result_type, standardize_dtype
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.ops._operation import keras_op, one_axis, operation, promoted, tensor_op

# ---- by index ----


@operation("x", "key")
def get_item(x: Any, key: Any) -> Any:
    """x[key]."""
    return wrap(to_storage(x))[key]


@operation("x", "indices")
def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The elements of x at `indices` along `axis` (of the flat tensor where None); negative ones count from the end."""
    x = wrap(to_storage(x))
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    if isinstance(indices, tf.RaggedTensor):
        return tf.gather(x, indices.with_values(_from_front(indices.values, x, axis)), axis=axis)
    return tf.gather(x, _from_front(wrap(to_storage(indices)), x, axis), axis=axis)


def _from_front(indices: Any, x: Any, axis: int) -> Any:
    return tf.where(indices < 0, indices + tf.cast(tf.shape(x)[axis], indices.dtype), indices)


@keras_op("x", "indices", strings=True)
def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """The elements of x at `indices` along `axis`, other axes in step; ValueError for matrices where `axis` is None."""
    if axis is None:
        if indices.ndim != 1:
            raise ValueError(f"`indices` must be 1D if axis=None. Received: indices.shape={tuple(indices.shape)}")
        x, axis = x.reshape(-1), 0
    axis = one_axis(axis, x.ndim)
    length = x.shape[axis]
    around = torch.broadcast_shapes(
        *(tuple(1 if i == axis else d for i, d in enumerate(t.shape)) for t in (x, indices))
    )
    x, indices = (t.broadcast_to(*around[:axis], t.shape[axis], *around[axis + 1 :]) for t in (x, indices))
    indices = indices.long()
    return torch.gather(x, axis, torch.where(indices < 0, indices + length, indices))


@tensor_op("indices")
def unravel_index(indices: Any, shape: Sequence[int]) -> Any:
    """The coordinates in a tensor of `shape` of indices into the flat one, a tuple; ValueError for unknown sizes."""
    if None in shape:
        raise ValueError(f"`shape` argument cannot contain `None`. Received: shape={shape}")
    found, rest = [], indices
    for size in reversed(shape):
        found.append(tf.cast(rest % size, indices.dtype))
        rest = rest // size
    return tuple(reversed(found))


# ---- by condition ----


def _nonzero_spec(x: Any) -> tuple[KerasTensor, ...]:
    return tuple(KerasTensor((None,), dtype="int32") for _ in x.shape)


@tensor_op("x", spec=_nonzero_spec)
def nonzero(x: Any) -> Any:
    """The indices where x is not 0, a list of one int32 vector an axis."""
    return tf.unstack(tf.cast(tf.where(tf.cast(x, tf.bool)), tf.int32), x.shape.rank, axis=1)


@operation("condition", "x1", "x2")
def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """x1 where `condition` holds, else x2; the indices where it holds, as `nonzero`, where both are None.

    ValueError where just one of them is None.
    """
    mask = tf.cast(wrap(to_storage(condition)), tf.bool)
    if x1 is None and x2 is None:
        return nonzero(mask)
    if x1 is None or x2 is None:
        raise ValueError("`x1` and `x2` either both should be `None` or both should have non-None value.")
    a, b = promoted([x1, x2])
    return tf.where(mask, wrap(a), wrap(b))


@operation("condlist", "choicelist", "default")
def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Where the first of the conditions holds, the first of the choices, and so on; else `default`.

    ValueError where there are not as many choices as conditions.
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"condlist and choicelist must have the same length. Received: {len(condlist)} and {len(choicelist)}"
        )
    if not condlist:
        raise ValueError("condlist is empty.")
    *choices, result = promoted([*choicelist, default])
    for condition, choice in zip(reversed(condlist), reversed(choices)):
        result = torch.where(to_storage(condition).bool(), choice, result)
    return wrap(result)


@tensor_op("x1", "x2", promote=True, weak=False, name="IsIn")
def isin(x1: Any, x2: Any, assume_unique: bool = False, invert: bool = False) -> Any:
    """Whether each element of x1 is among those of x2, or is not where `invert`."""
    a, b = to_storage(x1), to_storage(x2)
    if a.dtype is torch.bool:
        a, b = a.to(torch.uint8), b.to(torch.uint8)
    return wrap(torch.isin(a, b, assume_unique=assume_unique, invert=invert))


# ---- by order ----


@tensor_op("x")
def sort(x: Any, axis: int | None = -1) -> Any:
    """x in ascending order along `axis`, flat where it is None."""
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    return tf.cast(tf.sort(tf.cast(x, tf.int8), axis=axis), tf.bool) if x.dtype is tf.bool else tf.sort(x, axis=axis)


@tensor_op("x")
def argsort(x: Any, axis: int | None = -1) -> Any:
    """The indices that sort x along `axis` (the flat tensor where None), as int32."""
    x = tf.cast(x, tf.uint8) if x.dtype is tf.bool else x
    if not x.shape.rank:
        return tf.constant([0], tf.int32)
    return tf.argsort(tf.reshape(x, [-1]), axis=0) if axis is None else tf.argsort(x, axis=axis)


@tensor_op("x")
def argpartition(x: Any, kth: int, axis: int | None = -1) -> Any:
    """Indices that put the kth smallest element in its place along `axis`, smaller ones before it, as int32."""
    if not isinstance(kth, int):
        raise ValueError(f"`kth` must be an integer. Received: kth={kth}")
    t = to_storage(x).to(torch.int32)
    if axis is None:
        t, axis = t.reshape(-1), 0
    return wrap(torch.argsort(t, dim=axis, stable=True).to(torch.int32))


@tensor_op("sorted_sequence", "values", name="SearchSorted")
def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Where values would go into a sorted vector, before equal ones ("left") or after ("right"), as int32.

    ValueError where the sequence is no vector.
    """
    if sorted_sequence.shape.rank != 1:
        raise ValueError(
            "`searchsorted` only supports 1-D sorted sequences. Use `keras.ops.vectorized_map` for others. "
            f"Received: sorted_sequence.shape={sorted_sequence.shape}"
        )
    return tf.searchsorted(sorted_sequence, values, side=side, out_type=tf.int32)


@tensor_op("x")
def digitize(x: Any, bins: Any) -> Any:
    """The number of the bin, between ascending borders, that each element is in, as int32; a border is in the upper."""
    t = to_storage(x)
    borders = torch.as_tensor(np.asarray(bins, np.float32), device=t.device)
    t = t.double() if t.dtype in (torch.float64, torch.int64) else t.float()
    return wrap(torch.bucketize(t, borders.to(t.dtype), right=True).to(torch.int32))


# ---- sets and counts ----


def _unique_spec(
    x: Any, sorted: bool, return_index: bool, return_inverse: bool, return_counts: bool, axis: Any, size: Any, **_: Any
) -> Any:
    shape = [size] if axis is None else [size if i == axis % len(x.shape) else d for i, d in enumerate(x.shape)]
    found = [KerasTensor(shape, x.dtype)]
    if return_index:
        found.append(KerasTensor((size,), "int32"))
    if return_inverse:
        found.append(KerasTensor(x.shape if axis is None else (x.shape[axis],), "int32"))
    if return_counts:
        found.append(KerasTensor((size,), "int32"))
    return tuple(found) if len(found) > 1 else found[0]


@tensor_op("x", spec=_unique_spec)
def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The different elements of x, or its different slices along `axis`; in order, or as they come in x.

    return_index: with where each comes first. return_inverse: with which of them each element is. return_counts: with
    how often each comes. size: how many are returned, the missing ones being `fill_value` (0). int32 indices.
    """
    t = to_storage(x)
    along = 0 if axis is None else one_axis(axis, t.ndim)
    flat = t.reshape(-1) if axis is None else t
    values, inverse, counts = torch.unique(flat, return_inverse=True, return_counts=True, dim=along)
    inverse = inverse.long()  # torch 2.11 captures it as a tensor of floats
    places = torch.arange(flat.shape[along], device=t.device)
    first = torch.full_like(counts, flat.shape[along]).scatter_reduce(0, inverse, places, "amin")
    if not sorted:
        order = torch.argsort(first)
        values, first, counts = values.index_select(along, order), first[order], counts[order]
        inverse = torch.argsort(order)[inverse]
    if size is not None:
        values = _sized(values, along, size, 0 if fill_value is None else fill_value)
        first, counts = _sized(first, 0, size, 1), _sized(counts, 0, size, 0)
    inverse = inverse.reshape(t.shape) if axis is None else inverse
    extra = [(return_index, first), (return_inverse, inverse), (return_counts, counts)]
    found = [values, *(index.to(torch.int32) for wanted, index in extra if wanted)]
    return wrap(tuple(found) if len(found) > 1 else values)


def _sized(t: torch.Tensor, axis: int, size: int, fill: Any) -> torch.Tensor:
    kept = t.narrow(axis, 0, min(size, t.shape[axis]))
    missing = [size - kept.shape[axis] if i == axis else d for i, d in enumerate(t.shape)]
    return torch.cat([kept, torch.full(missing, fill, dtype=t.dtype, device=t.device)], axis)


def _bincount_spec(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> KerasTensor:
    kind = "int32" if weights is None else result_type(x.dtype, weights.dtype)
    return KerasTensor((*x.shape[:-1], None), kind, sparse=sparse)


@tensor_op("x", "weights", spec=_bincount_spec)
def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    """How often each number from 0 on occurs, or the sum of its `weights`, in a vector or in each row of a matrix.

    minlength: how many numbers are counted at least. sparse: whether the result is a tf.SparseTensor.
    """
    kind = "int32" if weights is None else result_type(x.dtype, weights.dtype)
    x = x if x.dtype in (tf.int32, tf.int64) else tf.cast(x, tf.int32)
    if weights is not None and standardize_dtype(weights.dtype) not in ("int32", "int64", "float32", "float64"):
        weights = tf.cast(weights, tf.int32 if "int" in standardize_dtype(weights.dtype) else tf.float32)
    if sparse:
        found = tf.sparse.bincount(x, weights=weights, minlength=minlength, axis=-1)
        return tf.cast(found, kind)
    return tf.cast(tf.math.bincount(x, weights=weights, minlength=minlength, axis=-1), kind)


def _histogram_spec(x: Any, bins: int = 10, range: Any = None) -> tuple[KerasTensor, KerasTensor]:
    return KerasTensor((bins,), x.dtype), KerasTensor((bins + 1,), x.dtype)


@tensor_op("x", spec=_histogram_spec)
def histogram(x: Any, bins: int = 10, range: Any = None) -> Any:
    """How many elements lie in each of `bins` equal bins between the smallest and the largest, or in `range`.

    Returns the counts and the bins' borders. ValueError for `bins` that is no positive integer or a wrong `range`.
    """
    if not isinstance(bins, int) or bins < 1:
        raise ValueError(f"Argument `bins` should be a non-negative integer. Received: bins={bins}")
    if range is not None and (len(range) != 2 or range[1] < range[0]):
        raise ValueError(f"Argument `range` must be a tuple of two elements, the lower first. Received: range={range}")
    t = to_storage(x)
    if t.ndim > 1:
        raise ValueError(f"Input tensor must be 1-dimensional. Received: input.shape={tuple(t.shape)}")
    low, high = (t.min(), t.max()) if range is None else (torch.as_tensor(b, device=t.device) for b in range)
    inside = (t >= low) & (t <= high)
    first, last = (tf.cast(wrap(b), tf.float64) for b in (low, high))
    edges = tf.cast(tf.linspace(first, last, bins + 1), x.dtype)
    found = torch.bucketize(t, to_storage(edges)[1:-1].contiguous(), right=True)
    counts = torch.zeros(bins, dtype=t.dtype, device=t.device).index_add(
        0, found.reshape(-1), inside.to(t.dtype).reshape(-1)
    )
    return wrap(counts), edges


# ---- functions of single elements ----


def vectorize(pyfunc: Callable[..., Any], *, excluded: Any = None, signature: str | None = None) -> Callable[..., Any]:
    """A function that applies `pyfunc` over the leading axes of its arguments, as numpy.vectorize does.

    excluded: positions or names of arguments that are passed whole. signature: the axes that `pyfunc` itself works on,
    such as "(d),(d)->()". ValueError for a signature that is none.
    """
    from tfcompat.keras.ops._vectorize import vectorized

    return vectorized(pyfunc, excluded, signature)
