"""tf.experimental.numpy's choices: elements by index or condition, sorted, the largest and the differing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat import math
from tfcompat._arrays import selecting, sorting
from tfcompat._arrays.creation import zeros
from tfcompat._arrays.joining import concat, unstack
from tfcompat._arrays.shaping import broadcast_to
from tfcompat._clipping import clip_by_value
from tfcompat._core import dtypes
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.gathering import gather
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._arrays import (
    array,
    asarray,
    common_shape,
    dims,
    from_start,
    made,
    promoted,
    size_at,
    weakly,
)
from tfcompat.experimental.numpy._behavior import behavior
from tfcompat.experimental.numpy.shaping import atleast_1d, moveaxis, ravel

# ---- by index ----


def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "clip") -> Any:
    """The elements or slices of `a` at `indices` along `axis`; None takes from all elements in a row (numpy.take).

    mode: what becomes of indices beyond the end, "clip" (negative ones mean 0) or "wrap"; ValueError for "raise" and
    for `out`, which TensorFlow does not have.
    """
    if out is not None:
        raise ValueError("out argument is not supported in take.")
    if mode not in ("clip", "wrap"):
        raise ValueError(f"Invalid mode '{mode}' for take: 'clip' and 'wrap' are supported.")
    a, indices = asarray(a), asarray(indices)
    if axis is None:
        a, axis = ravel(a), 0
    size = cast(size_at(a, axis), indices.dtype)
    if mode == "wrap":
        indices = math.floormod(indices, size)
    else:
        indices = clip_by_value(indices, zeros([], indices.dtype), math.subtract(size, cast(1, indices.dtype)))
    return gather(a, indices, axis=axis)


def take_along_axis(arr: Any, indices: Any, axis: Any) -> Any:
    """The elements of `arr` at `indices` along `axis`, one lookup for each place of the others (numpy.take_along_axis).

    indices: integers, negative ones count from the end; of the rank of `arr`, broadcast with it but for `axis`, which
    may be None: the lookup is in all elements in a row.
    """
    arr, indices = asarray(arr), asarray(indices)
    if axis is None:
        arr, axis = ravel(arr), 0
    arr, indices = (moveaxis(x, axis, -1) for x in (arr, indices))
    (*outer, size), (*places, count) = dims(arr), dims(indices)
    batch = common_shape(outer, places)
    arr, indices = broadcast_to(arr, [*batch, size]), broadcast_to(indices, [*batch, count])
    counted = math.add(indices, cast(size, indices.dtype))
    indices = selecting.where(math.less(indices, zeros([], indices.dtype)), counted, indices)
    return moveaxis(gather(arr, indices, axis=len(batch), batch_dims=len(batch)), -1, axis)


# ---- by condition ----


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """x where the condition is true and y elsewhere, broadcast (numpy.where); with neither: `nonzero(condition)`.

    ValueError where only one of x and y is given.
    """
    condition = asarray(condition, bool)
    if x is None and y is None:
        return nonzero(condition)
    if x is None or y is None:
        raise ValueError("Both x and y must be ndarrays, or both must be None.")
    return selecting.where(condition, *promoted(x, y))


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """For each place the choice whose condition is the first true one, `default` where none is (numpy.select).

    ValueError for no conditions, or other than one choice for each.
    """
    if len(condlist) != len(choicelist):
        raise ValueError(f"condlist must have length equal to choicelist ({len(condlist)} vs {len(choicelist)})")
    if not condlist:
        raise ValueError("condlist must be non-empty")
    chosen, *choices = promoted(default, *choicelist)
    for condition, choice in zip(reversed(condlist), reversed(choices), strict=True):
        chosen = where(condition, choice, chosen)
    return chosen


def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    """The slices of `a` along `axis` for which the condition, a vector, is true (numpy.compress).

    axis: None takes from all elements in a row. The condition may be short. ValueError where it is no vector.
    """
    condition, a = asarray(condition, bool), asarray(a)
    if len(dims(condition)) != 1:
        raise ValueError(f"condition must be a 1-d array, got shape {condition.shape}")
    if axis is None or not dims(a):
        a, axis = ravel(a), axis or 0
    axis = from_start(axis, len(dims(a)))
    assert 0 <= axis < len(dims(a)), f"axis {axis} is out of bounds for an array of shape {a.shape}"
    missing = dims(a)[axis] - dims(condition)[0]
    if missing > 0:
        condition = concat([condition, zeros([missing], dtypes.bool)], axis=0)
    return selecting.boolean_mask(a, condition, axis=axis)


def nonzero(a: Any) -> Any:
    """Where elements are not 0 (numpy.nonzero): a list of int64 vectors, one for each dimension."""
    a = atleast_1d(a)
    return unstack(selecting.where(cast(a, dtypes.bool)), len(dims(a)), axis=1)


# ---- in order ----


def _checked(kind: str, kinds: Sequence[str], order: Any) -> None:
    if kind not in kinds:
        allowed = " and ".join(f'kind="{k}"' for k in kinds)
        are = "are" if len(kinds) > 1 else "is"
        raise ValueError(f"Invalid value for argument `kind`. Only {allowed} {are} supported. Received: kind={kind}")
    if order is not None:
        raise ValueError(f"The `order` argument is not supported. Pass order=None, got {order!r}")


@weakly()
def sort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """The elements in rising order along `axis`; None sorts all elements in a row (numpy.sort).

    ValueError for another `kind` or `order` than the default.
    """
    _checked(kind, ("quicksort",), order)
    a = array(a)
    return sorting.sort(ravel(a), 0) if axis is None else sorting.sort(a, axis)


def argsort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Any:
    """The int64 indices that sort the elements along `axis`; None sorts all elements in a row (numpy.argsort).

    kind: "quicksort" or "stable", equal elements keep their order in both. ValueError for others and for an `order`,
    TypeError for complex numbers.
    """
    _checked(kind, ("quicksort", "stable"), order)
    a = array(a)
    if a.dtype.is_complex:
        raise TypeError(f"argsort does not support complex64/complex128 dtypes. Received dtype: {a.dtype}")
    if not dims(a):
        found = convert_to_tensor([0])
    else:
        a, axis = (ravel(a), 0) if axis is None else (a, axis)
        found = sorting.argsort(a, axis, stable=kind == "stable")
    return made(found, dtypes.int32 if behavior.weak else dtypes.int64)


def argmax(a: Any, axis: Any = None) -> Any:
    """The int64 index of the first largest element along `axis`, of all in a row by default (numpy.argmax)."""
    return _argument(math.argmax, a, axis)


def argmin(a: Any, axis: Any = None) -> Any:
    """The int64 index of the first smallest element along `axis`, of all in a row by default (numpy.argmin)."""
    return _argument(math.argmin, a, axis)


def _argument(function: Callable[..., Any], a: Any, axis: Any) -> Any:
    a = array(a)
    return function(ravel(a) if axis is None else atleast_1d(a), axis=axis)


@weakly()
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """The differences of neighbours along `axis`, taken `n` times; whether they differ for bools (numpy.diff).

    ValueError for an axis that is not there and for a negative `n`.
    """
    a = asarray(a)
    rank = len(dims(a))
    if from_start(axis, rank) >= rank:
        raise ValueError(f"Argument `axis` (received axis={axis}) is out of bounds for input {a} of rank {rank}.")
    if n < 0:
        raise ValueError(f"Argument `order` must be a non-negative integer. Received: axis={n}")
    after, before = [slice(None)] * rank, [slice(None)] * rank
    after[axis], before[axis] = slice(1, None), slice(None, -1)
    apart = math.not_equal if a.dtype.is_bool else math.subtract
    for _ in range(n):
        a = apart(a[tuple(after)], a[tuple(before)])
    return a
