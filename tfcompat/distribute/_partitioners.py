"""How variables are cut into parts: tf.distribute.experimental.partitioners."""

from __future__ import annotations

import math
from typing import Any

from tfcompat._core.dtypes import as_dtype
from tfcompat._core.shapes import TensorShape


def _positive(**arguments: Any) -> None:
    for name, value in arguments.items():
        if value is not None and value < 1:
            raise ValueError(f"Argument `{name}` must be positive. Received: {value}")


def _sizes(shape: Any) -> list[int]:
    sizes = TensorShape(shape).as_list()
    if None in sizes:
        raise ValueError(f"shape is not fully defined but must be {shape}")
    return [int(n) for n in sizes if n is not None]


class Partitioner:
    """Says into how many parts each dimension of a variable is cut: `partitioner(shape, dtype, axis)`."""

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> list[int]:
        """The number of parts of each dimension."""
        raise NotImplementedError


class _ByBytes(Partitioner):
    """Partitioners that go by the bytes of a part."""

    _bytes_per_string = 16

    def _bytes(self, dtype: Any) -> int:
        kind = as_dtype(dtype)
        return self._bytes_per_string if kind.name == "string" else int(kind.size or 0)

    def _cut(self, shape: Any, axis: int, parts: int) -> list[int]:
        sizes = _sizes(shape)
        return [max(1, min(parts, n)) if i == axis else 1 for i, n in enumerate(sizes)]


class FixedShardsPartitioner(Partitioner):
    """Cuts an axis into `num_shards` parts, or as many as it has elements."""

    def __init__(self, num_shards: int) -> None:
        self._num_shards = num_shards

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> list[int]:
        """The number of parts of each dimension."""
        sizes = _sizes(shape)
        return [min(self._num_shards, n) if i == axis else 1 for i, n in enumerate(sizes)]


class MinSizePartitioner(_ByBytes):
    """Cuts into as many parts, at most `max_shards`, as have `min_shard_bytes` bytes each."""

    def __init__(self, min_shard_bytes: int = 256 << 10, max_shards: int = 1, bytes_per_string: int = 16) -> None:
        _positive(min_shard_bytes=min_shard_bytes, max_shards=max_shards, bytes_per_string=bytes_per_string)
        self._least, self._most, self._bytes_per_string = min_shard_bytes, max_shards, bytes_per_string

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> list[int]:
        """The number of parts of each dimension."""
        total = math.prod(_sizes(shape)) * self._bytes(dtype)
        return self._cut(shape, axis, min(self._most, max(1, math.ceil(total / self._least))))


class MaxSizePartitioner(_ByBytes):
    """Cuts into as few parts as have at most `max_shard_bytes` bytes each, but into at most `max_shards`."""

    def __init__(self, max_shard_bytes: int, max_shards: int | None = None, bytes_per_string: int = 16) -> None:
        _positive(max_shard_bytes=max_shard_bytes, max_shards=max_shards, bytes_per_string=bytes_per_string)
        self._limit, self._most, self._bytes_per_string = max_shard_bytes, max_shards, bytes_per_string

    def __call__(self, shape: Any, dtype: Any, axis: int = 0) -> list[int]:
        """The number of parts of each dimension."""
        sizes = _sizes(shape)
        row = math.prod(n for i, n in enumerate(sizes) if i != axis) * self._bytes(dtype)
        rows = max(1, self._limit // max(row, 1))
        parts = math.ceil(sizes[axis] / rows)
        return self._cut(shape, axis, parts if self._most is None else min(parts, self._most))
