"""tf.experimental.numpy's arrays in other shapes: reshaped, transposed, turned round and repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._arrays import padding, rearranging, shaping
from tfcompat._core import dtypes
from tfcompat._core.arguments import integers
from tfcompat.experimental.numpy._arrays import array, asarray, broadcast, dims, from_start, weakly, with_rank

_NUMBERS: tuple[Any, ...] = (int, float, np.int32, np.int64, np.float32)

# ---- sizes ----


def shape(a: Any) -> Any:
    """The shape, a tf.TensorShape (numpy.shape)."""
    return asarray(a).shape


def ndim(a: Any) -> int:
    """The number of dimensions (numpy.ndim)."""
    return len(dims(asarray(a)))


def size(x: Any, axis: Any = None) -> Any:
    """The number of elements (numpy.size): numpy's int64, or an int32 scalar where a capture does not know it.

    NotImplementedError for an axis, as in TensorFlow.
    """
    if axis is not None:
        raise NotImplementedError(f"tf.experimental.numpy.size does not support an axis, got axis={axis!r}.")
    if isinstance(x, _NUMBERS):
        return 1
    x = asarray(x)
    return np.prod(x.shape.as_list(), dtype=int) if x.shape.is_fully_defined() else shaping.size(x)


def isscalar(num: Any) -> bool:
    """Whether `num` has no dimensions (numpy.isscalar); arrays without any count too."""
    return ndim(num) == 0


# ---- new shapes ----


@weakly()
def reshape(a: Any, newshape: Any, order: str = "C") -> Any:
    """The elements in a new shape, of which one size may be -1 (numpy.reshape).

    order: "C", the last index changes fastest, or "F", the first one does; ValueError for others.
    """
    if order not in ("C", "F"):
        raise ValueError(f"Unsupported order argument {order}")
    a, newshape = asarray(a), [newshape] if isinstance(newshape, int) else newshape
    if order == "C":
        return shaping.reshape(a, newshape)
    return shaping.transpose(shaping.reshape(shaping.transpose(a), newshape[::-1]))


@weakly()
def ravel(a: Any) -> Any:
    """All elements in a row (numpy.ravel)."""
    return shaping.reshape(asarray(a), [-1])


@weakly()
def flatten(a: Any, order: str = "C") -> Any:
    """All elements in a row (numpy.ndarray.flatten).

    order: "C", "A" or "K", the last index changes fastest, or "F", the first one does; ValueError for others.
    """
    if order not in ("C", "A", "K", "F"):
        raise ValueError("order can only be C, A, K (all row major) or F (column major).")
    a = asarray(a)
    return shaping.reshape(shaping.transpose(a) if order == "F" else a, [-1])


@weakly()
def expand_dims(a: Any, axis: Any) -> Any:
    """A dimension of size 1 put in at `axis` (numpy.expand_dims)."""
    return shaping.expand_dims(asarray(a), axis=axis)


@weakly()
def squeeze(a: Any, axis: Any = None) -> Any:
    """Without dimensions of size 1: those of `axis`, all by default (numpy.squeeze)."""
    return shaping.squeeze(asarray(a), axis)


def atleast_1d(*arys: Any) -> Any:
    """The array, scalars as vectors (numpy.atleast_1d); a list of them for several arrays."""
    return _each([with_rank(asarray(a), 1) for a in arys])


def atleast_2d(*arys: Any) -> Any:
    """The array with sizes of 1 put first until it has two dimensions (numpy.atleast_2d); a list of several."""
    return _each([with_rank(asarray(a), 2) for a in arys])


def atleast_3d(*arys: Any) -> Any:
    """The array with at least three dimensions: a vector [n] is [1, n, 1], a matrix [m, n, 1] (numpy.atleast_3d).

    A list of them for several arrays.
    """
    found = []
    for a in map(asarray, arys):
        sizes = dims(a)
        if len(sizes) < 3:
            sizes = [[1, 1, 1], [1, *sizes, 1], [*sizes, 1]][len(sizes)]
            a = reshape(a, sizes)
        found.append(a)
    return _each(found)


def _each(arrays: list[Any]) -> Any:
    return arrays[0] if len(arrays) == 1 else arrays


def broadcast_arrays(*args: Any, **kwargs: Any) -> Any:
    """The arrays at the shape that they all broadcast to (numpy.broadcast_arrays): a list.

    ValueError for subok=True and for other options.
    """
    if kwargs.pop("subok", False):
        raise ValueError("subok=True is not supported.")
    if kwargs:
        raise ValueError(f"Received unsupported arguments {', '.join(kwargs)}")
    arrays = [asarray(a) for a in args]
    return tuple(arrays) if len(arrays) <= 1 else broadcast(*arrays)


# ---- other orders of the dimensions ----


@weakly()
def transpose(a: Any, axes: Any = None) -> Any:
    """The dimensions in the order `axes`, reversed by default (numpy.transpose)."""
    return shaping.transpose(asarray(a), None if axes is None else asarray(axes))


@weakly()
def swapaxes(a: Any, axis1: Any, axis2: Any) -> Any:
    """Two dimensions exchanged (numpy.swapaxes)."""
    a = asarray(a)
    order = list(range(len(dims(a))))
    (first,), (second,) = integers(axis1, "axis1"), integers(axis2, "axis2")
    order[first], order[second] = order[second], order[first]
    return shaping.transpose(a, order)


@weakly()
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """Dimensions moved from `source` to `destination`, the others in their order (numpy.moveaxis).

    Each is an int or several of them; ValueError where they are not equally many, AssertionError for a destination
    beyond the rank.
    """
    a = asarray(a)
    rank = len(dims(a))
    source, destination = integers(source, "source"), integers(destination, "destination")
    if len(source) != len(destination):
        raise ValueError("The lengths of source and destination must equal")
    source = [from_start(axis, rank) for axis in source]
    order = [axis for axis in range(rank) if axis not in source]
    for to, axis in sorted(zip([from_start(axis, rank) for axis in destination], source, strict=True)):
        if to > len(order):
            raise AssertionError(f"Argument `destination` takes axes of an array of rank {rank}, got {destination}.")
        order.insert(to, axis)
    return shaping.transpose(a, order)


# ---- turned round and repeated ----


@weakly()
def flip(m: Any, axis: Any = None) -> Any:
    """The elements in reverse order along one axis, along all by default (numpy.flip)."""
    m = asarray(m)
    rank = len(dims(m))
    return rearranging.reverse(m, list(range(rank)) if axis is None else [from_start(axis, rank)])


@weakly()
def flipud(m: Any) -> Any:
    """The rows in reverse order (numpy.flipud)."""
    return flip(m, 0)


@weakly()
def fliplr(m: Any) -> Any:
    """The columns in reverse order (numpy.fliplr)."""
    return flip(m, 1)


@weakly()
def rot90(m: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Any:
    """Turned `k` times by 90 degrees, from the first of `axes` towards the second (numpy.rot90)."""
    m = asarray(m)
    first, second = (from_start(axis, len(dims(m))) for axis in axes)
    k %= 4
    if k == 0:
        return m
    if k == 2:
        return flip(flip(m, first), second)
    if k == 1:
        return swapaxes(flip(m, second), first, second)
    return flip(swapaxes(m, first, second), second)


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """The elements moved on by `shift`, those beyond the end to the start (numpy.roll).

    axis: along which, one or several; None rolls all elements in a row.
    """
    a = asarray(a)
    if axis is not None:
        return rearranging.roll(a, shift, axis)
    return shaping.reshape(rearranging.roll(shaping.reshape(a, [-1]), shift, 0), dims(a))


@weakly()
def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """Every element, or slice along `axis`, repeated in place (numpy.repeat).

    repeats: how often, one number or one for each. axis: None repeats all elements in a row.
    """
    return rearranging.repeat(asarray(a), asarray(repeats), axis)


def tile(a: Any, reps: Any) -> Any:
    """The array repeated `reps` times along each dimension, the last ones if they are fewer (numpy.tile)."""
    a = array(a)
    counts = integers(reps, "reps")
    counts = [1] * (len(dims(a)) - len(counts)) + counts
    return rearranging.tile(with_rank(a, len(counts)), counts)


def pad(array: Any, pad_width: Any, mode: str, **kwargs: Any) -> Any:
    """`pad_width[i]` elements put before and after along dimension i (numpy.pad).

    mode: "constant" (with `constant_values`, 0 by default), "reflect" or "symmetric"; ValueError for others.
    """
    if mode not in ("constant", "reflect", "symmetric"):
        raise ValueError(f"Unsupported padding mode: {mode}")
    return padding.pad(
        asarray(array),
        asarray(pad_width, dtypes.int32),
        mode=mode.upper(),
        constant_values=kwargs.get("constant_values", 0),
    )
