"""tf.experimental.numpy's arrays put together and taken apart."""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._arrays import joining
from tfcompat._core.tensor import Tensor
from tfcompat.experimental.numpy._arrays import asarray, dims, promoted
from tfcompat.experimental.numpy.shaping import atleast_1d, atleast_2d, atleast_3d, ravel, swapaxes

# ---- together ----


def concatenate(arys: Any, axis: Any = 0) -> Any:
    """Arrays one after the other along `axis` (numpy.concatenate), of the dtype they meet in; ValueError for none."""
    arys = arys if isinstance(arys, (list, tuple)) else [arys]
    if not arys:
        raise ValueError(f"Need at least one array to concatenate. Received empty input: arys={arys}")
    return joining.concat(promoted(*arys), axis)


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    """`values` after `arr` along `axis` (numpy.append); None appends all elements in a row."""
    if axis is None:
        arr, values = ravel(arr), ravel(values)
    return concatenate([arr, values], axis=axis or 0)


def stack(arrays: Any, axis: Any = 0) -> Any:
    """Arrays of one shape along a new dimension `axis` (numpy.stack), of the dtype they meet in.

    An array is taken for the stack of its rows: its first two axes are exchanged.
    """
    if isinstance(arrays, Tensor):
        return arrays if axis == 0 else swapaxes(arrays, 0, axis)
    return joining.stack(promoted(*arrays), axis)


def hstack(tup: Any) -> Any:
    """Arrays side by side: along the second dimension, vectors along their only one (numpy.hstack)."""
    arrays = promoted(*_all_at_least(atleast_1d, tup))
    return joining.concat(arrays, axis=0 if len(dims(arrays[0])) == 1 else 1)


def vstack(tup: Any) -> Any:
    """Arrays one under the other: along the first dimension, vectors as rows (numpy.vstack)."""
    return joining.concat(promoted(*_all_at_least(atleast_2d, tup)), axis=0)


def dstack(tup: Any) -> Any:
    """Arrays one behind the other: along the third dimension (numpy.dstack)."""
    return joining.concat(promoted(*_all_at_least(atleast_3d, tup)), axis=2)


def _all_at_least(rank: Callable[..., Any], arrays: Any) -> list[Any]:
    return [rank(a) for a in arrays]


# ---- apart ----


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """The parts of an array along `axis` (numpy.split): a list.

    indices_or_sections: how many equal parts, or where each but the first starts. ValueError for places that fall.
    """
    ary = asarray(ary)
    if isinstance(indices_or_sections, int):
        return joining.split(ary, indices_or_sections, axis=axis)
    return joining.split(ary, _sizes(dims(ary), indices_or_sections, axis), axis=axis)


def _sizes(shape: list[Any], starts: Sequence[int], axis: int) -> list[Any]:
    """The sizes of the parts that start at 0 and at each of `starts`, which may lie beyond the end."""
    if axis >= len(shape):
        raise ValueError(f"axis {axis} is out of bound for shape {shape}")
    bounds = [0, *starts]
    for i, (before, start) in enumerate(zip(bounds, starts, strict=False)):
        if start < before:
            raise ValueError(f"The {i}-th boundary {start} is smaller than the previous boundary {before}")
    ends = [builtins.min(bound, shape[axis]) for bound in bounds] + [shape[axis]]
    return [end - start for start, end in itertools.pairwise(ends)]


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    """The parts of an array along its first dimension (numpy.vsplit): see `split`."""
    return _split_at(ary, indices_or_sections, 0)


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    """The parts of an array along its second dimension, of a vector along its only one (numpy.hsplit): see `split`."""
    return _split_at(ary, indices_or_sections, 0 if len(dims(asarray(ary))) == 1 else 1)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    """The parts of an array along its third dimension (numpy.dsplit): see `split`."""
    return _split_at(ary, indices_or_sections, 2)


def _split_at(ary: Any, indices_or_sections: Any, axis: int) -> Any:
    ary = asarray(ary)
    if isinstance(indices_or_sections, int) and dims(ary)[axis] % indices_or_sections:
        raise ValueError("array split does not result in an equal division")
    return split(ary, indices_or_sections, axis=axis)
