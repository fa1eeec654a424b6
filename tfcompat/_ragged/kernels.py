"""The integer arithmetic of rows: splits, lengths, row ids and ranges, on torch tensors."""

from __future__ import annotations

from typing import Any

import torch

from tfcompat._core.ops import Value, op


def lengths_to_splits(lengths: torch.Tensor) -> torch.Tensor:
    """Where rows of these lengths begin, and the end of the last: [2, 0, 3] is [0, 2, 2, 5]."""
    return torch.cat([lengths.new_zeros(1), torch.cumsum(lengths, 0, dtype=lengths.dtype)])


def repeat(values: torch.Tensor, counts: torch.Tensor, total: Any = None) -> torch.Tensor:
    """Each of `values` as often as `counts` says; `total` is the sum of the counts, where it is known."""
    return torch.repeat_interleave(values, counts, 0, output_size=total)


def ranges(starts: torch.Tensor, lengths: torch.Tensor, total: Any = None) -> torch.Tensor:
    """The integers start, start + 1, ... of each range, `length` of them, one range after the other."""
    first = lengths_to_splits(lengths)[:-1]
    shifts = repeat(starts - first, lengths, total)
    return shifts + torch.arange(shifts.shape[0], dtype=starts.dtype, device=starts.device)


def row_numbers(splits: torch.Tensor, total: Any = None) -> torch.Tensor:
    """Which row each value is in; `total` is the number of values, where it is known."""
    rows = torch.arange(splits.shape[0] - 1, dtype=splits.dtype, device=splits.device)
    return repeat(rows, (splits[1:] - splits[:-1]).clamp(min=0), total)


@op("RaggedRowLengths")
def row_lengths(splits: Value) -> torch.Tensor:
    """The length of each row."""
    return splits[1:] - splits[:-1]


@op("RaggedLengthsToSplits")
def splits_of_lengths(lengths: Value) -> torch.Tensor:
    """The row splits of rows of these lengths."""
    return lengths_to_splits(lengths)


@op("RaggedStartsToSplits")
def splits_of_starts(starts: Value, count: Any) -> torch.Tensor:
    """The row splits of rows that begin at `starts`, `count` values in all."""
    return torch.cat([starts, torch.full((1,), count, dtype=starts.dtype, device=starts.device)])


@op("RaggedLimitsToSplits")
def splits_of_limits(limits: Value) -> torch.Tensor:
    """The row splits of rows that end at `limits`."""
    return torch.cat([limits.new_zeros(1), limits])


@op("RaggedUniformSplits")
def splits_of_uniform(rows: Any, length: Any, dtype: Any) -> torch.Tensor:
    """The row splits of `rows` rows of `length` values each."""
    return torch.arange(rows + 1, dtype=dtype.torch) * length


@op("RaggedRowIdsToSplits")
def splits_of_rowids(rowids: Value, rows: Any) -> torch.Tensor:
    """The row splits of values that are in these rows, of `rows` rows in all; ids beyond them are dropped."""
    inside = rowids.clamp(max=rows).long()
    counts = rowids.new_zeros(rows + 1).index_add(0, inside, torch.ones_like(rowids))
    return lengths_to_splits(counts[:-1])


@op("RaggedSplitsToRowIds")
def rowids_of_splits(splits: Value, count: Any = None) -> torch.Tensor:
    """Which row each value is in; `count` is the number of values, where it is known."""
    return row_numbers(splits, count)


@op("RaggedRangesOf")
def ranges_of(starts: Value, lengths: Value) -> torch.Tensor:
    """The indices of the values of rows that begin at `starts` and have these lengths."""
    return ranges(starts, lengths)


@op("RaggedOffsets")
def offsets(splits: Value, count: Any = None) -> torch.Tensor:
    """The position of each value within its row."""
    return ranges(torch.zeros_like(splits[1:]), splits[1:] - splits[:-1], count)


@op("RaggedRepeat")
def repeated(values: Value, counts: Value) -> torch.Tensor:
    """Each of `values` as often as `counts` says."""
    return repeat(values, counts)
