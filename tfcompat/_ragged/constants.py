"""tf.ragged.constant: nested lists as ragged tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.convert import constant as dense_constant
from tfcompat._core.names import op_name_scope
from tfcompat._ragged.checks import index_dtype
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.tensor import RaggedTensor


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = dtypes.int64,
) -> Any:
    """A ragged tensor of a nested list, tuple or array whose numbers all stand equally deep (tf.ragged.constant).

    ragged_rank: how many dimensions are ragged, all but the outermost where None and no `inner_shape` is given;
    inner_shape: the shape of the innermost values. A tensor where no dimension is ragged. ValueError where the depths
    differ or do not fit.
    """
    if isinstance(pylist, RaggedTensor):
        raise TypeError("pylist may not be a RaggedTensor or RaggedTensorValue.")
    splits_dtype = index_dtype(row_splits_dtype)
    with op_name_scope(name, "RaggedConstant"):
        nested, values, inner = constant_parts(pylist, ragged_rank, inner_shape)
        if not nested:
            return dense_constant(pylist, dtype, () if not _is_nested(pylist) else inner)
        result = dense_constant(values, dtype, (len(values), *(inner or ())))
        for splits in reversed(nested):
            result = RaggedTensor._of(result, RowPartition(dense_constant(splits.tolist(), splits_dtype)))
        return result


def constant_parts(
    pylist: Any, ragged_rank: int | None, inner_shape: Any
) -> tuple[list[np.ndarray[Any, Any]], Any, tuple[int, ...] | None]:
    """(row splits, outermost first; values; inner shape) of what `constant` takes; the last is None without splits."""
    inner = None if inner_shape is None else tuple(inner_shape)
    rank = _ragged_rank(pylist, ragged_rank, inner)
    if rank == 0:
        return [], pylist, inner
    if inner is None:
        inner = () if ragged_rank is None else _inner_shape(pylist, ragged_rank)
    nested, values = [], pylist
    for _ in range(rank):
        nested.append(np.cumsum([0, *map(len, values)]))
        values = [item for row in values for item in row]
    return nested, values, inner


def _is_nested(item: Any) -> bool:
    return isinstance(item, (list, tuple)) or np.ndim(item) != 0


def _ragged_rank(pylist: Any, ragged_rank: int | None, inner: tuple[int, ...] | None) -> int:
    """How many dimensions are ragged; ValueError where the arguments do not fit the list."""
    if not _is_nested(pylist):
        if ragged_rank:
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank}")
        if inner:
            raise ValueError(f"Invalid pylist={pylist!r}: incompatible with dim(inner_shape)={len(inner)}")
        return 0
    if ragged_rank is not None and ragged_rank < 0:
        raise ValueError(f"Invalid ragged_rank={ragged_rank!r}: must be nonnegative")
    number_depth, depth = _depths(pylist)
    if number_depth is not None:
        if depth > number_depth:
            raise ValueError(f"Invalid pylist={pylist!r}: empty list nesting is greater than scalar value nesting")
        if ragged_rank is not None and depth < ragged_rank:
            raise ValueError(f"Invalid pylist={pylist}, max depth smaller than ragged_rank={ragged_rank}")
    if inner is not None and ragged_rank is not None:
        expected = ragged_rank + len(inner) + 1
        if expected < depth if number_depth is None else expected != number_depth:
            raise ValueError(
                f"Invalid pylist={pylist!r}: incompatible with ragged_rank={ragged_rank} and "
                f"dim(inner_shape)={len(inner)}"
            )
    if ragged_rank is not None:
        return ragged_rank
    uniform = 0 if inner is None else len(inner)
    if depth < 2 or (inner is not None and depth - uniform < 2):
        return 0
    return max(1, depth - 1 if number_depth is None else number_depth - 1 - uniform)


def _depths(item: Any) -> tuple[int | None, int]:
    """How deep the numbers stand, None where there are none, and how deep the lists go."""
    if not _is_nested(item):
        return 0, 0
    numbers, depth = None, 1
    for child in item:
        found, deepest = _depths(child)
        if found is not None:
            if numbers is not None and numbers != found + 1:
                raise ValueError("all scalar values must have the same nesting depth")
            numbers = found + 1
        depth = max(depth, deepest + 1)
    return numbers, depth


def _inner_shape(pylist: Any, ragged_rank: int) -> tuple[int, ...]:
    """The shape of the values below `ragged_rank` ragged dimensions, which has to be the same for all."""
    values = list(pylist)
    for depth in range(1, ragged_rank + 1):
        if not all(map(_is_nested, values)):
            raise ValueError(
                f"pylist has scalar values depth {depth}, but ragged_rank={ragged_rank} requires scalar value depth "
                f"greater than {ragged_rank}"
            )
        values = [item for row in values for item in row]
    shape = _shape_of_first(values)
    _check_shape(values, shape)
    return shape[1:]


def _shape_of_first(item: Any) -> tuple[int, ...]:
    if not _is_nested(item):
        return ()
    return (len(item), *_shape_of_first(item[0])) if len(item) else (0,)


def _check_shape(item: Any, shape: tuple[int, ...]) -> None:
    if _is_nested(item) != bool(shape) or (shape and len(item) != shape[0]):
        raise ValueError("inner values have inconsistent shape")
    if shape:
        for child in item:
            _check_shape(child, shape[1:])
