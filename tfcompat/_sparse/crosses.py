"""The combinations of the elements in each row of several columns, joined as strings or hashed together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch

from tfcompat._core.ops import Invalid
from tfcompat.strings.hashing import fingerprint64

DEFAULT_KEY = 0xDECAFCAFFE
_MUL = 0xC6A4A7935BD1E995 - 2**64
_MOST = 2**63 - 1


class Column(NamedTuple):
    """Elements in rows: `splits` say where each row begins in `values`, a tensor of integers or an array of strings."""

    splits: torch.Tensor
    values: Any


def of_dense(x: Any) -> Column:
    """The column of a matrix."""
    if x.ndim != 2:
        raise Invalid(f"Dense inputs should be a matrix but received shape [{','.join(map(str, x.shape))}]")
    where = "cpu" if isinstance(x, np.ndarray) else x.device
    return Column(torch.arange(x.shape[0] + 1, device=where) * x.shape[1], x.reshape(-1))


def of_sparse(indices: torch.Tensor, values: Any, rows: int) -> Column:
    """The column of a sparse matrix of `rows` rows, whose elements are ordered by row."""
    if indices.shape[1] != 2:
        raise Invalid(f"Expected D2 of index to be 2 got {indices.shape[1]}")
    counts = torch.bincount(indices[:, 0], minlength=rows)
    return Column(torch.cat([counts.new_zeros(1), counts.cumsum(0)]), values)


def together(columns: Sequence[Column]) -> list[Column]:
    """The columns on one device: on the CPU, where strings are, if one of them has any."""
    if not any(isinstance(c.values, np.ndarray) for c in columns):
        return list(columns)
    return [Column(c.splits.cpu(), c.values if isinstance(c.values, np.ndarray) else c.values.cpu()) for c in columns]


def combined(columns: Sequence[Column]) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """How many combinations each row has, and for every column which of its elements each combination takes.

    The last column varies fastest. InvalidArgumentError where the numbers of rows differ.
    """
    if not columns:
        return torch.zeros(0, dtype=torch.int64), []
    rows = [c.splits.shape[0] - 1 for c in columns]
    for number in rows[1:]:
        if number != rows[0]:
            raise Invalid(f"Expected batch size {rows[0]} got {number}")
    lengths = [c.splits[1:] - c.splits[:-1] for c in columns]
    counts = torch.stack(lengths).prod(0)
    places = torch.repeat_interleave(counts)
    left = torch.arange(places.shape[0], device=places.device) - (counts.cumsum(0) - counts)[places]
    taken = []
    for column, length in zip(reversed(columns), reversed(lengths)):
        n = length[places]
        taken.append(column.splits[places] + left % n)
        left = torch.div(left, n, rounding_mode="floor")
    return counts, taken[::-1]


def joined(columns: Sequence[Column], taken: Sequence[torch.Tensor], separator: bytes) -> np.ndarray:
    """The combinations as strings with `separator` between their elements."""
    parts = [_texts(c.values)[t.cpu().numpy()] for c, t in zip(columns, taken)]
    result = parts[0] if parts else np.empty(0, dtype=object)
    for part in parts[1:]:
        result = result + separator + part
    return np.asarray(result, dtype=object)


def _texts(values: Any) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    return np.array([b"%d" % n for n in values.tolist()], dtype=object)


def hashed(
    columns: Sequence[Column],
    taken: Sequence[torch.Tensor],
    num_buckets: int,
    key: int | None,
    of_text: Callable[[bytes], int] = fingerprint64,
) -> torch.Tensor:
    """The combinations as numbers below `num_buckets`, or the largest int64 where that is 0.

    key: what the hashes of the elements are mixed into, from the first on; None: each into the one before.
    """
    if num_buckets < 0:
        raise Invalid(f"Value for attr 'num_buckets' of {num_buckets} must be at least minimum 0")
    if not taken:
        return torch.zeros(0, dtype=torch.int64)
    parts = [_numbers(column.values, of_text)[t] for column, t in zip(columns, taken)]
    if key is not None:
        parts.insert(0, torch.full((taken[0].shape[0],), _signed(key), dtype=torch.int64, device=taken[0].device))
    result = parts[0]
    for part in parts[1:]:
        result = _mixed(result, part)
    return _unsigned_remainder(result, num_buckets or _MOST)


def _signed(n: int) -> int:
    """An unsigned 64-bit number as int64 holds it."""
    n &= 2**64 - 1
    return n - 2**64 if n >> 63 else n


def _numbers(values: Any, of_text: Callable[[bytes], int]) -> torch.Tensor:
    if not isinstance(values, np.ndarray):
        return values
    return torch.tensor([_signed(of_text(v)) for v in values], dtype=torch.int64)


def _shift_mix(x: torch.Tensor) -> torch.Tensor:
    return x ^ ((x >> 47) & 0x1FFFF)


def _mixed(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Two FarmHash fingerprints made one, in 64-bit arithmetic that wraps around."""
    x = ((first ^ _MUL) ^ (_shift_mix(second * _MUL) * _MUL)) * _MUL
    return _shift_mix(_shift_mix(x) * _MUL)


def _unsigned_remainder(x: torch.Tensor, n: int) -> torch.Tensor:
    """x modulo n, of int64 that stand for unsigned numbers."""
    half = ((x >> 1) & _MOST) % n
    twice = half - torch.where(half >= n - half, n - half, -half)
    return torch.where(twice == n - 1, torch.where((x & 1) == 1, 0, twice), twice + (x & 1))
