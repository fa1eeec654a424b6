"""keras.ops: shapes, the order of axes and elements, joining and splitting."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import torch

import tfcompat as tf
from tfcompat._core.arguments import integers
from tfcompat._core.convert import to_storage
from tfcompat._core.ops import wrap
from tfcompat.keras._keras_tensor import KerasTensor
from tfcompat.keras.ops._operation import axes_of, keras_op, one_axis, operation, promoted, storage_of, tensor_op

# ---- shapes ----


@tensor_op("x")
def reshape(x: Any, newshape: Any) -> Any:
    """x in another shape, in which one size may be -1; ValueError for other negative sizes, and two unknown ones."""
    if isinstance(newshape, (tuple, list)):
        numbers = [d for d in newshape if isinstance(d, int)]
        if any(d < -1 for d in numbers) or numbers.count(-1) > 1:
            raise ValueError(f"`newshape` takes sizes, and one -1 at most. Received: newshape={tuple(newshape)}")
    return tf.reshape(x, newshape)


@tensor_op("x")
def ravel(x: Any) -> Any:
    """x as a vector."""
    return tf.reshape(x, [-1])


@keras_op("x", strings=True)
def expand_dims(x: Any, axis: Any) -> Any:
    """x with new axes of size 1."""
    for a in sorted(axes_of(axis, x.ndim + (len(axis) if isinstance(axis, (tuple, list)) else 1))):
        x = x.unsqueeze(a)
    return x


@keras_op("x", strings=True)
def squeeze(x: Any, axis: Any = None) -> Any:
    """x without its axes of size 1; ValueError where an axis that `axis` names is larger."""
    if axis is None:
        return torch.squeeze(x)
    axes = axes_of(axis, x.ndim)
    for a in axes:
        if isinstance(x.shape[a], int) and x.shape[a] != 1:
            raise ValueError(f"Cannot squeeze axis={a}, because the dimension is not 1: shape {tuple(x.shape)}.")
    return torch.squeeze(x, axes)


@tensor_op("x")
def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """x with its axes reversed, or in the order `axes`; ValueError where that is no order of all axes."""
    if axes:
        axes = axes_of(tuple(axes), x.shape.rank)
        if len(set(axes)) != len(axes):
            raise ValueError(f"`axes` must name each axis of x once. Received: axes={axes}, rank {x.shape.rank}")
    return tf.transpose(x, perm=axes or None)


@keras_op("x", strings=True)
def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """x with the axes `source` moved to the places `destination`; ValueError where they are not as many."""
    old, new = axes_of(source, x.ndim), axes_of(destination, x.ndim)
    if len(old) != len(new):
        raise ValueError(
            f"Inconsistent number of `source` and `destination`. Received: source={source}, destination={destination}"
        )
    return torch.movedim(x, old, new)


@keras_op("x", strings=True)
def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """x with two axes in each other's place."""
    return torch.swapaxes(x, one_axis(axis1, x.ndim), one_axis(axis2, x.ndim))


@tensor_op("x")
def broadcast_to(x: Any, shape: Any) -> Any:
    """x repeated to fill `shape`."""
    return tf.broadcast_to(x, shape)


@tensor_op("array")
def rot90(array: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """The array turned by k times 90 degrees in the plane of two axes; ValueError where they are the same."""
    if array.shape.rank < 2:
        raise ValueError(f"Input array must have at least 2 dimensions. Received: array.ndim={array.shape.rank}")
    if len(axes) != 2 or axes[0] == axes[1]:
        raise ValueError(f"Invalid axes: {axes}. Axes must be a tuple of two different dimensions.")
    return wrap(torch.rot90(to_storage(array), k, tuple(axes)))


@keras_op("x", strings=True)
def flip(x: Any, axis: Any = None) -> Any:
    """x with the elements along `axis` (all axes where None) in reverse order."""
    return torch.flip(x, axes_of(axis, x.ndim))


@tensor_op("x")
def fliplr(x: Any) -> Any:
    """x with its columns in reverse order."""
    return tf.reverse(x, [1])


@tensor_op("x")
def flipud(x: Any) -> Any:
    """x with its rows in reverse order."""
    return tf.reverse(x, [0])


@tensor_op("x")
def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """x with the elements along `axis` moved by `shift`, round the end; as a flat tensor where `axis` is None."""
    if axis is not None:
        return tf.roll(x, shift=shift, axis=axis)
    return wrap(torch.reshape(to_storage(tf.roll(tf.reshape(x, [-1]), shift, 0)), to_storage(x).shape))


@keras_op("x", strings=True)
def tile(x: Any, repeats: Any) -> Any:
    """x repeated `repeats` times along each axis; the shorter of shape and repeats is filled with ones."""
    return torch.tile(x, tuple(integers(repeats, "repeats")))


def _repeat_spec(x: Any, repeats: Any, axis: int | None) -> KerasTensor:
    shape = [_product(x.shape)] if axis is None else list(x.shape)
    along = 0 if axis is None else one_axis(axis, len(shape))
    counts = repeats if isinstance(repeats, (tuple, list)) else None
    size = shape[along]
    if size is not None:
        each = size * repeats if isinstance(repeats, int) else sum(counts) if counts else None
        shape[along] = size * counts[0] if counts and len(counts) == 1 else each
    return KerasTensor(shape, x.dtype)


@tensor_op("x", spec=_repeat_spec)
def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """x with each element along `axis` (of the flat tensor where None) repeated."""
    return tf.repeat(x, repeats, axis=axis)


@tensor_op("x")
def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    """x with `pad_width` (before, after) elements around each axis: "constant", "reflect" or "symmetric" ones.

    ValueError for `constant_values` in another mode.
    """
    if constant_values is not None and mode != "constant":
        raise ValueError(
            f"Argument `constant_values` can only be provided when `mode == 'constant'`. Received: mode={mode}"
        )
    widths = _pad_widths(pad_width, x.shape.rank)
    return tf.pad(x, widths, mode.upper(), **({} if constant_values is None else {"constant_values": constant_values}))


def _pad_widths(pad_width: Any, rank: int) -> Any:
    """`pad_width` as a pair for each axis: an int or one pair counts for all."""
    if isinstance(pad_width, int):
        return [(pad_width, pad_width)] * rank
    if not isinstance(pad_width, (tuple, list)):
        return pad_width
    if len(pad_width) in (1, 2) and isinstance(pad_width[0], int):
        return [(pad_width[0], pad_width[-1])] * rank
    if len(pad_width) == 1:
        return [tuple(pad_width[0])] * rank
    if len(pad_width) != rank:
        raise ValueError(f"`pad_width` must have one pair for each of x's {rank} axes. Received: pad_width={pad_width}")
    return pad_width


# ---- joining ----


def _alike(xs: Any) -> list[Any]:
    """Values as tensors of one dtype: theirs, where it is one, else that which they give together."""
    tensors = [x if isinstance(x, (int, float)) else storage_of(x) for x in xs]
    kinds = {getattr(t, "dtype", None) for t in tensors}
    return [wrap(t) for t in (tensors if len(kinds) == 1 and None not in kinds else promoted(tensors))]


@operation("xs")
def concatenate(xs: Sequence[Any], axis: int = 0) -> Any:
    """The tensors joined along `axis`."""
    return tf.concat(_alike(xs), axis=axis)


@operation("x")
def stack(x: Sequence[Any], axis: int = 0) -> Any:
    """The tensors joined along a new axis."""
    return tf.stack(_alike(x), axis=axis)


@tensor_op("x1", "x2", promote=True, weak=False)
def append(x1: Any, x2: Any, axis: int | None = None) -> Any:
    """x1 and x2 joined along `axis`, flat where it is None."""
    if axis is None:
        return tf.concat([tf.reshape(x1, [-1]), tf.reshape(x2, [-1])], axis=0)
    return tf.concat([x1, x2], axis=axis)


@operation("xs")
def hstack(xs: Sequence[Any]) -> Any:
    """The tensors joined along the second axis, vectors along the first."""
    tensors = _alike(xs)
    return tf.concat(tensors, axis=0 if tensors[0].shape.rank == 1 else 1)


@operation("xs")
def vstack(xs: Sequence[Any]) -> Any:
    """The tensors joined along the first axis."""
    return tf.concat(_alike(xs), axis=0)


@operation("xs")
def dstack(xs: Sequence[Any]) -> Any:
    """The tensors joined along the third axis; vectors are rows there."""
    return wrap(torch.dstack([to_storage(x) for x in _alike(xs)]))


# ---- splitting ----


def _split(x: Any, indices_or_sections: Any, axis: int) -> Any:
    if isinstance(indices_or_sections, int):
        return tf.split(x, indices_or_sections, axis=axis)
    given = indices_or_sections
    marks = list(given) if isinstance(given, (tuple, list)) else to_storage(given).tolist()
    edges = [0, *(int(m) for m in marks), to_storage(x).shape[axis]]
    return tf.split(x, [b - a for a, b in itertools.pairwise(edges)], axis=axis)


@tensor_op("x")
def split(x: Any, indices_or_sections: Any, axis: int = 0) -> Any:
    """x cut along `axis`, into so many equal parts or at these indices; a list."""
    return _split(x, indices_or_sections, axis)


@tensor_op("x")
def hsplit(x: Any, indices_or_sections: Any) -> Any:
    """x cut along its second axis, a vector along its first; a list."""
    return _split(x, indices_or_sections, 0 if x.shape.rank == 1 else 1)


@tensor_op("x")
def vsplit(x: Any, indices_or_sections: Any) -> Any:
    """x cut along its first axis; a list."""
    return _split(x, indices_or_sections, 0)


@tensor_op("x")
def dsplit(x: Any, indices_or_sections: Any) -> Any:
    """x cut along its third axis; a list. ValueError where x has fewer axes."""
    if x.shape.rank < 3:
        raise ValueError(f"`dsplit` needs at least 3 dimensions. Received: x.shape={x.shape}")
    return _split(x, indices_or_sections, 2)


@tensor_op("x")
def array_split(x: Any, indices_or_sections: int, axis: int = 0) -> Any:
    """x cut along `axis` into parts whose sizes differ by one at most; a list."""
    if not isinstance(indices_or_sections, int) or indices_or_sections < 1:
        raise ValueError(f"Number of sections must be larger than 0. Received: {indices_or_sections}")
    each, left = divmod(x.shape[axis], indices_or_sections)
    return tf.split(x, [each + 1] * left + [each] * (indices_or_sections - left), axis=axis)


# ---- diagonals ----


@tensor_op("x")
def diag(x: Any, k: int = 0) -> Any:
    """The matrix with the vector x on diagonal number k, or that diagonal of the matrix x; ValueError for others."""
    rank = x.shape.rank
    if rank not in (1, 2):
        raise ValueError(f"`x` must be 1d or 2d. Received: x.shape={x.shape}")
    return tf.linalg.diag(x, k=k) if rank == 1 else wrap(torch.diagonal(to_storage(x), k))


@tensor_op("x")
def diagflat(x: Any, k: int = 0) -> Any:
    """The matrix with the elements of x on diagonal number k."""
    return tf.linalg.diag(tf.reshape(x, [-1]), k=k)


def _need_plane(x: torch.Tensor, axis1: int, axis2: int) -> None:
    if x.ndim < 2 or one_axis(axis1, x.ndim) == one_axis(axis2, x.ndim):
        raise ValueError(f"Two different axes are needed. Received: axis1={axis1}, axis2={axis2}, rank {x.ndim}")


@keras_op("x")
def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Diagonal number `offset` of the matrices in the plane of two axes; ValueError where they are the same."""
    _need_plane(x, axis1, axis2)
    return torch.diagonal(x, offset, axis1, axis2)


@tensor_op("x")
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of the diagonal number `offset` of the matrices in the plane of two axes."""
    _need_plane(to_storage(x), axis1, axis2)
    from tfcompat.keras.ops.numpy.reductions import widened

    return tf.reduce_sum(wrap(torch.diagonal(to_storage(widened(x)), offset, axis1, axis2)), axis=-1)


def _triangle(x: Any, k: Any, lower: bool) -> Any:
    t = to_storage(x)
    rows, columns = (torch.arange(n, device=t.device) for n in t.shape[-2:])
    # The comparison, not torch.tril, as k may be a tensor without a value yet.
    reach = columns[None, :] - rows[:, None]
    bound = k if isinstance(k, int) else to_storage(k)
    return wrap(torch.where(reach <= bound if lower else reach >= bound, t, torch.zeros_like(t)))


@tensor_op("x")
def tril(x: Any, k: Any = 0) -> Any:
    """x with zeros above diagonal number k of its last two axes."""
    return _triangle(x, k, True)


@tensor_op("x")
def triu(x: Any, k: Any = 0) -> Any:
    """x with zeros below diagonal number k of its last two axes."""
    return _triangle(x, k, False)


def _need_indexing(indexing: str) -> None:
    if indexing not in ("xy", "ij"):
        raise ValueError(f"Valid values for `indexing` are 'xy' and 'ij'. Received: indexing={indexing!r}")


def _meshgrid_spec(*x: Any, indexing: str = "xy") -> list[KerasTensor]:
    _need_indexing(indexing)
    lengths = [n for each in x for n in ([1] if not each.shape else [_product(each.shape)])]
    shape = [lengths[1], lengths[0], *lengths[2:]] if indexing == "xy" and len(lengths) > 1 else lengths
    return [KerasTensor(shape, each.dtype) for each in x]


def _product(shape: Any) -> int | None:
    total: int | None = 1
    for d in shape:
        total = None if d is None or total is None else total * d
    return total


@operation("x", spec=_meshgrid_spec)
def meshgrid(*x: Any, indexing: str = "xy") -> Any:
    """The coordinates of the grid that vectors span, one tensor for each; "xy" or matrix order, "ij".

    ValueError for any other `indexing`.
    """
    _need_indexing(indexing)
    return tf.meshgrid(*(wrap(to_storage(each)) for each in x), indexing=indexing)
