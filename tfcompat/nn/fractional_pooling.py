"""tf.nn.fractional_max_pool and fractional_avg_pool: pooling whose windows differ in size, by chance."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core import errors, random_state
from tfcompat._core.arguments import expect
from tfcompat._core.flags import flags
from tfcompat._core.ops import Invalid, Value, op
from tfcompat._core.random_state import Source, get_seed, stream

_NUMBERS = frozenset({torch.float32, torch.float64, torch.int32, torch.int64})

Pooled = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class FractionalMaxPool(NamedTuple):
    """What `fractional_max_pool` returns."""

    output: Any
    row_pooling_sequence: Any
    col_pooling_sequence: Any


class FractionalAvgPool(NamedTuple):
    """What `fractional_avg_pool` returns."""

    output: Any
    row_pooling_sequence: Any
    col_pooling_sequence: Any


def _cuts(size: int, count: int, pseudo_random: bool, where: Source, device: torch.device) -> torch.Tensor:
    """Where `count` windows over `size` elements start, and the end: int64 numbers from 0 to `size`."""
    least, longer = divmod(size, count)
    if not pseudo_random:
        lengths = least + (random_state.permutation(where, count, device) < longer).long()
        return torch.nn.functional.pad(torch.cumsum(lengths, 0), (1, 0))
    # The windows' borders lie at ceil(alpha * (i + u)): u is below what keeps the first and last window short enough.
    alpha = size / count
    highest = min((least + 2) / alpha - 1, (size + 1 - least) / alpha - (count - 1))
    u = random_state.uniform(where, (1,), torch.float64, device) * highest
    inner = torch.ceil(alpha * (torch.arange(1, count, device=device) + u)).long() - 1
    return torch.cat([inner.new_zeros(1), inner, inner.new_full((1,), size)])


def _members(cuts: torch.Tensor, size: int, longest: int, overlapping: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """The elements of each window, [count, longest], and which of them are no repetition of its last one."""
    longest = min(longest + overlapping, size)
    last = torch.clamp_max(cuts[1:] if overlapping else cuts[1:] - 1, size - 1).unsqueeze(1)
    index = cuts[:-1].unsqueeze(1) + torch.arange(longest, device=cuts.device)
    return torch.minimum(index, last), index <= last


def _sources(kind: str, deterministic: bool, seed: int, seed2: int, blocks: int) -> tuple[Source, Source]:
    """Where the windows' sizes come from, by row and by column.

    deterministic: the same each time, so the seeds alone decide, and the columns' come `blocks` after the rows'; else a
    stream, which goes on.
    """
    if deterministic:
        return Source("", torch.tensor([0, seed2, seed])), Source("", torch.tensor([blocks, seed2, seed]))
    going = stream(f"Fractional{kind}Pool", "int64", seed, seed2)
    return going, going


def pooled(
    value: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, longest: list[int], overlapping: Any, kind: str
) -> torch.Tensor:
    """The largest elements ("Max") or the means ("Avg") of windows that start at `rows` and `columns`.

    longest: of how many elements, by row and by column, the longest windows are.
    """
    (row, row_counts), (column, column_counts) = (
        _members(cuts, size, most, bool(overlapping))
        for cuts, size, most in zip((rows, columns), value.shape[1:3], longest)
    )
    cells = value[:, row.reshape(-1, 1), column.reshape(1, -1)]
    cells = cells.reshape(value.shape[0], *row.shape, *column.shape, value.shape[3]).movedim(2, 3).flatten(3, 4)
    if kind == "Max":
        return cells.max(3).values
    inside = (row_counts[:, None, :, None] & column_counts[None, :, None, :]).flatten(2).unsqueeze(-1)
    total = torch.where(inside, cells, 0).sum(3, dtype=value.dtype)
    number = inside.sum(2, dtype=value.dtype)
    return total / number if value.is_floating_point() else total.div(number, rounding_mode="trunc")


def _pool(
    value: torch.Tensor, pooling_ratio: Any, pseudo_random: Any, overlapping: Any, seeds: Any, kind: str
) -> Pooled:
    # TensorFlow's precision decides about the result's size.
    ratios = [float(np.float32(r)) for r in pooling_ratio]
    if len(ratios) < 4:
        raise Invalid(f"Length for attr 'pooling_ratio' of {len(ratios)} must be at least minimum 4")
    for r in ratios:
        if r < 1:
            raise Invalid(f"pooling_ratio cannot be smaller than 1, got: {r:g}")
    if ratios[0] != 1 or ratios[3] != 1:
        word = {"Max": "max", "Avg": "average"}[kind]
        raise Invalid(
            f"Fractional {word} pooling is not yet supported on the batch nor channel dimension.",
            errors.UnimplementedError,
        )
    if expect(value, _NUMBERS).ndim != 4:
        raise Invalid("tensor_in must be 4-dimensional")
    for i, (size, r) in enumerate(zip(value.shape, ratios)):
        if isinstance(size, int) and size < r:
            raise Invalid(
                f"Pooling ratio is higher than input dimension size for dimension {i}. Input dim size: {size} "
                f"pooling ratio: {r:g}"
            )
    sizes = [int(s) for s in value.shape[1:3]]
    counts = [math.floor(s / r) for s, r in zip(sizes, ratios[1:3])]
    deterministic, seed, seed2 = seeds
    sources = _sources(kind, deterministic, seed, seed2, 1 if pseudo_random else -(-counts[0] // 4))
    rows, columns = (
        _cuts(s, n, bool(pseudo_random), where, value.device) for s, n, where in zip(sizes, counts, sources)
    )
    longest = [-(-s // n) for s, n in zip(sizes, counts)]
    return pooled(value, rows, columns, longest, overlapping, kind), rows, columns


def _kernel(kind: str, result: Callable[..., Pooled]) -> Callable[..., Any]:
    @op(f"Fractional{kind}Pool")
    def pool(
        value: Value,
        pooling_ratio: Any,
        pseudo_random: Any,
        overlapping: Any,
        deterministic: bool,
        seed: int,
        seed2: int,
        name: str | None = None,
    ) -> Pooled:
        return result(*_pool(value, pooling_ratio, pseudo_random, overlapping, (deterministic, seed, seed2), kind))

    return pool


_max_pool, _average_pool = _kernel("Max", FractionalMaxPool), _kernel("Avg", FractionalAvgPool)


def _seeds(seed: int) -> tuple[bool, int, int]:
    """(whether the windows are the same each time, two seeds): with a seed they are, 0 is none."""
    first, second = get_seed(seed) if seed else (0, 0)
    return bool(seed), first or 0, second or 0


def _four(pooling_ratio: Any) -> list[float]:
    """The ratios of the four dimensions, of one number, two or four; ValueError for others, and for ones below 1."""
    if not isinstance(pooling_ratio, (list, tuple, int, float)):
        raise ValueError(f"`pooling_ratio` should be an int or a list of ints. Received: pooling_ratio={pooling_ratio}")
    if isinstance(pooling_ratio, (int, float)):
        if pooling_ratio < 1:
            raise ValueError(f"`pooling_ratio` should be >= 1.0. Received: pooling_ratio={pooling_ratio}")
        return [1.0, float(pooling_ratio), float(pooling_ratio), 1.0]
    ratios = [float(r) for r in pooling_ratio]
    if ratios[0] != 1 or ratios[-1] != 1:
        raise ValueError(
            "`pooling_ratio` should have first and last elements with value 1.0. "
            f"Received: pooling_ratio={pooling_ratio}"
        )
    if any(r < 1 for r in ratios):
        raise ValueError(f"`pooling_ratio` elements should be >= 1.0. Received: pooling_ratio={pooling_ratio}")
    if len(ratios) in (1, 2):
        return [1.0, ratios[0], ratios[-1], 1.0]
    if len(ratios) != 4:
        raise ValueError(f"pooling_ratio should be of length 1, 2 or 4. Received: pooling_ratio={pooling_ratio}")
    return ratios


def fractional_max_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    seed: int = 0,
    name: str | None = None,
) -> Any:
    """The largest elements of windows whose sizes vary, so that images shrink by any ratio over 1.

    value: [batch, height, width, channels], float32, float64, int32 or int64. pooling_ratio: one number or four, of
    which the first and last are 1. pseudo_random: window sizes spread evenly. overlapping: a window has the first
    element of the next one too. seed: where it is not 0, all calls have the same windows. Returns the result and where
    the windows start, by row and by column, with the end. ValueError and InvalidArgumentError for ratios out of range.
    Follows tf.nn.fractional_max_pool.
    """
    ratios = _four(pooling_ratio)
    if seed == 0 and flags.op_determinism:
        raise ValueError(
            "tf.nn.fractional_max_pool requires a non-zero seed to be passed in when determinism is enabled, but got "
            f'seed={seed}. Please pass in a non-zero seed, e.g. by passing "seed=1".'
        )
    return _max_pool(value, ratios, pseudo_random, overlapping, *_seeds(seed), name)


def fractional_avg_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    seed: int = 0,
    name: str | None = None,
) -> Any:
    """The means of windows whose sizes vary; as `fractional_max_pool`, but pooling_ratio is a list of four.

    Means of integers are cut off. Follows tf.nn.fractional_avg_pool.
    """
    if not isinstance(pooling_ratio, (list, tuple)):
        raise TypeError(
            f"Expected list for 'pooling_ratio' argument to 'fractional_avg_pool' Op, not {pooling_ratio!r}."
        )
    return _average_pool(value, pooling_ratio, pseudo_random, overlapping, *_seeds(seed), name)
