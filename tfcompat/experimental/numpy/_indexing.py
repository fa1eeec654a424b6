"""`x[...]` by numpy's rules: arrays of integers and of bools among the keys, as well as what TensorFlow takes."""

from __future__ import annotations

import itertools
import numbers
from typing import Any

import numpy as np

from tfcompat import math
from tfcompat._arrays import selecting
from tfcompat._arrays.creation import zeros
from tfcompat._arrays.joining import stack
from tfcompat._arrays.shaping import reshape
from tfcompat._core import dtypes, slicing
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.gathering import gather, gather_nd
from tfcompat._core.shapes import Dimension
from tfcompat._core.tensor import Tensor
from tfcompat.dtypes.casting import cast
from tfcompat.experimental.numpy._arrays import broadcast, dims, made, promoted
from tfcompat.experimental.numpy._weak_tensor import WeakTensor
from tfcompat.experimental.numpy.shaping import moveaxis

_ALLOWED = (
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid "
    "indices"
)
_plain_getitem = slicing._getitem


def getitem(self: Tensor, key: Any) -> Any:
    """`self[key]` (tf.Tensor.__getitem__ where numpy behaviour is enabled).

    Integer arrays broadcast with each other; where they stand next to each other the dimensions of their elements take
    the place of the indexed ones, else they come first. A bool array alone masks the first dimensions; among other
    keys it is a vector. IndexError for keys of other kinds, InvalidArgumentError for indices beyond the end.
    """
    if slicing._is_plain(key, self._t.shape) or _is_mask(key):
        return _plain_getitem(self, key)
    return _advanced(self, key)


def weak_getitem(self: WeakTensor, key: Any) -> Any:
    """`self[key]` of a weak tensor: what arrays take out of it is not weak."""
    if slicing._is_plain(key, self.tensor._t.shape) or _is_mask(key):
        return _plain_getitem(self, key)  # type: ignore[arg-type]
    return _advanced(self.tensor, key)


def _advanced(self: Tensor, key: Any) -> Any:
    keys = key if isinstance(key, tuple) else _keys(key)
    if any(isinstance(k, bool) for k in keys):
        raise TypeError(f"{_ALLOWED}, got a bool among several keys: {key!r}")
    basic: list[Any] = []
    advanced: dict[int, Any] = {}
    dots = next((i for i, k in enumerate(keys) if k is Ellipsis), len(keys))
    for i, k in enumerate(keys):
        if isinstance(k, slice):
            basic.append(slice(*(None if b is None else _index(b, scalar=True) for b in (k.start, k.stop, k.step))))
        elif k is Ellipsis or k is None:
            basic.append(k)
        else:
            index = _index(k)
            if isinstance(index, Tensor) and dims(index):
                advanced[i] = index
                index = slice(None)
            basic.append(index)
    found = _plain_getitem(self, tuple(basic))
    if not advanced:
        return found
    # Where each array's dimension is in what the basic keys left; after an ellipsis, counted from the end.
    gone = [i for i, k in enumerate(basic) if not isinstance(k, slice) and k is not None and k is not Ellipsis]
    places = {}
    for i, index in advanced.items():
        after = i > dots
        place = i - len(keys) + sum(g > i for g in gone) if after else i - sum(g < i for g in gone)
        places[place] = index
    return _at_arrays(found, places)


def _is_mask(key: Any) -> bool:
    return isinstance(key, bool) or (
        isinstance(key, (Tensor, np.ndarray)) and (key.dtype == dtypes.bool or key.dtype == np.bool_)
    )


def _keys(key: Any) -> tuple[Any, ...]:
    """The keys that a list stands for: one array, or one for each element where they are no plain indices."""
    if isinstance(key, list) and any(
        k is None or k is Ellipsis or isinstance(k, (list, tuple, slice)) or getattr(k, "ndim", 0) for k in key
    ):
        return tuple(key)
    return (key,)


def _index(key: Any, scalar: bool = False) -> Any:
    """One index: an int, or a tensor of int32 or int64; IndexError for anything else."""
    if isinstance(key, (numbers.Integral, Dimension)):
        return int(key)
    index = made(key)
    if index.dtype.is_bool:
        if len(dims(index)) != 1:
            raise NotImplementedError(f"Need rank 1 for bool index {key}")
        index = reshape(selecting.where(index), [-1])
    if (scalar and dims(index)) or not index.dtype.is_integer or index.dtype is dtypes.uint64:
        raise IndexError(f"{_ALLOWED}, got {key!r}")
    if index.dtype in (dtypes.int32, dtypes.int64):
        return index
    return cast(index, dtypes.int64 if index.dtype is dtypes.uint32 else dtypes.int32)


def _at_arrays(x: Any, places: dict[int, Any]) -> Any:
    """The elements of `x` at the integer arrays, each of which indexes the dimension that it stands at."""
    order = sorted(places)
    adjacent = all(b - a == 1 for a, b in itertools.pairwise(order)) and not order[0] < 0 <= order[-1]
    rank = len(dims(x))
    axes = [axis + rank if axis < 0 else axis for axis in order]
    sizes = [dims(x)[axis] for axis in axes]
    indices = broadcast(*promoted(*(places[place] for place in order)))
    indices = [_from_start(i, size) for i, size in zip(indices, sizes, strict=True)]
    if len(axes) == 1:
        return gather(x, indices[0], axis=axes[0])
    found = gather_nd(moveaxis(x, axes, list(range(len(axes)))), stack(indices, axis=-1))
    if not adjacent or not axes[0]:
        return found
    batch = range(len(dims(indices[0])))
    return moveaxis(found, list(batch), [axes[0] + i for i in batch])


def _from_start(index: Any, size: Any) -> Any:
    below = math.less(index, zeros([], index.dtype))
    return selecting.where(below, math.add(index, convert_to_tensor(size, index.dtype)), index)
