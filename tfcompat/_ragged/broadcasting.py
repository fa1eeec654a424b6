"""Elementwise functions of ragged tensors: what they are broadcast to, and how.

Dimensions of size 1 are repeated as in numpy where they are uniform; ragged dimensions have to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat._core.convert import to_storage
from tfcompat._core.ops import Value, op
from tfcompat._ragged import kernels
from tfcompat._ragged.checks import INDEX_DTYPES, invalid
from tfcompat._ragged.conversion import merged
from tfcompat._ragged.row_partition import RowPartition
from tfcompat._ragged.selecting import take_rows
from tfcompat._ragged.tensor import RaggedTensor, match_row_splits_dtypes, outer_size, same_splits


def map_flat(function: Callable[..., Any], *operands: Any) -> Any:
    """`function` of the flat values of ragged tensors and tensors, broadcast to a common ragged shape."""
    match_row_splits_dtypes(*operands)
    flat, partitions = align(operands)
    return _rows_of(function(*flat), partitions)


def _rows_of(values: Any, partitions: Sequence[RowPartition]) -> Any:
    """`values` in rows; a result that is no tensor, as `==` gives for what can't be compared, as it is."""
    if isinstance(values, bool):
        return values
    for partition in reversed(partitions):
        values = RaggedTensor._of(values, partition)
    return values


def align(operands: Sequence[Any]) -> tuple[list[Any], list[RowPartition]]:
    """The flat values of the operands, brought into one order, and the partitions of the result, outermost first.

    Inner uniform dimensions are left for the function to broadcast. InvalidArgumentError where shapes don't fit.
    """
    first = next(v for v in operands if isinstance(v, RaggedTensor))
    if _need_nothing(first, operands):
        return [v.flat_values if isinstance(v, RaggedTensor) else v for v in operands], first._partitions()
    rank: int = max(len(v.shape) for v in operands)
    ragged: list[Any] = [v for v in operands if isinstance(v, RaggedTensor)]
    depth = max(rank - v.shape.rank + v.ragged_rank for v in ragged)
    dtype = first.row_splits.dtype
    layers = [_Layers(v, rank, depth, dtype) for v in operands]
    partitions = _common(layers, depth)
    return [layer.values() for layer in layers], partitions


def _need_nothing(first: RaggedTensor, operands: Sequence[Any]) -> bool:
    """Whether the flat values can be combined as they are: the same rows, and tensors that fit within each of these."""
    splits, inner = first.nested_row_splits, first.flat_values.shape.rank
    for v in operands:
        if isinstance(v, RaggedTensor):
            own = v.nested_row_splits
            if len(own) != len(splits) or any(a is not b for a, b in zip(own, splits)):
                return False
        elif v.shape.rank >= inner:
            return False
    return True


class _Layers:
    """One operand while its dimensions are aligned with the others', from the outermost inwards.

    rows: which of the operand's rows stand for the result's rows so far; None where they are the same.
    """

    def __init__(self, value: Any, rank: int, depth: int, dtype: Any) -> None:
        self.scalar = not isinstance(value, RaggedTensor) and value.shape.rank < rank - depth
        self.order = (value.shape.rank, value.ragged_rank if isinstance(value, RaggedTensor) else 0)
        self.dtype, self.rows = dtype, None
        self.flat, self.partitions = value, []
        self.count: Any = None
        if self.scalar:
            return
        missing = rank - len(value.shape)
        for _ in range(missing):
            value = _one_row(value, dtype)
        self.count = outer_size(value)
        while isinstance(value, RaggedTensor):
            self.partitions.append(value._row_partition)
            value = value.values
        while len(self.partitions) < depth:
            rows, length = to_storage(value).shape[:2]
            splits = kernels.splits_of_uniform(rows, length, dtype)
            self.partitions.append(RowPartition(splits, length if isinstance(length, int) else None))
            value = merged(value, 0, 1)
        self.flat = value

    def repeats(self, layer: int) -> bool:
        """Whether this dimension has size 1, and so can be repeated."""
        return self.partitions[layer].uniform_row_length == 1

    def lengths(self, layer: int) -> Any:
        """The length, by this operand, of each of the result's rows."""
        lengths = self.partitions[layer].row_lengths()
        return lengths if self.rows is None else take_rows(lengths, self.rows)

    def descend(self, layer: int, lengths: Any) -> None:
        """Goes on to the values of the rows; `lengths`: how often the one value of each row is repeated, or None."""
        if lengths is not None:
            starts = self.partitions[layer].row_splits[:-1]
            starts = starts if self.rows is None else take_rows(starts, self.rows)
            self.rows = kernels.repeated(starts, lengths)
        elif self.rows is not None:
            starts = take_rows(self.partitions[layer].row_splits[:-1], self.rows)
            self.rows = kernels.ranges_of(starts, self.lengths(layer))

    def values(self) -> Any:
        """The operand's flat values in the order of the result's."""
        return self.flat if self.rows is None else take_rows(self.flat, self.rows)


def _one_row(value: Any, dtype: Any) -> RaggedTensor:
    """`value` as the only row of a ragged tensor."""
    count = outer_size(value) if value.shape.rank else 1
    if not value.shape.rank:
        value = _as_vector(value)
    splits = kernels.splits_of_uniform(1, count, dtype)
    return RaggedTensor._of(value, RowPartition(splits, count if isinstance(count, int) else None))


@op("Reshape", strings=True)
def _as_vector(value: Value) -> torch.Tensor:
    return value.reshape(1)


def _common(operands: Sequence[_Layers], depth: int) -> list[RowPartition]:
    """Aligns the operands, and returns the partitions of the result."""
    taking_part = sorted((v for v in operands if not v.scalar), key=lambda v: v.order)
    counts = {v.count for v in taking_part if v.count != 1} or {1}
    if len(counts) > 1:
        raise invalid(f"Unable to broadcast: the outermost dimensions have sizes {sorted(counts)}.")
    count = counts.pop()
    for v in taking_part:
        if v.count != count:
            v.rows = _zeros(count, INDEX_DTYPES[1])
    return [_align_layer(taking_part, layer) for layer in range(depth)]


@op("ZerosLike")
def _zeros(count: Any, dtype: Any) -> torch.Tensor:
    return torch.zeros(count, dtype=dtype.torch)


def _align_layer(operands: Sequence[_Layers], layer: int) -> RowPartition:
    leading = [v for v in operands if not v.repeats(layer)]
    following = [v for v in operands if v.repeats(layer)] if leading else []
    leader = leading[0] if leading else operands[0]
    partition = leader.partitions[layer]
    if leader.rows is not None:
        splits = kernels.splits_of_lengths(leader.lengths(layer))
        partition = RowPartition(splits, partition.uniform_row_length)
    for other in leading[1:]:
        own = other.partitions[layer].row_splits
        if other.rows is not None:
            own = kernels.splits_of_lengths(other.lengths(layer))
        same_splits(partition.row_splits, own)
        if partition.uniform_row_length is None:
            partition = RowPartition(partition.row_splits, other.partitions[layer].uniform_row_length)
    lengths = partition.row_lengths() if following else None
    for v in operands:
        v.descend(layer, lengths if v in following else None)
    return partition
