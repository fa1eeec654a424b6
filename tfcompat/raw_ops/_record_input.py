"""RecordInput: batches of records of TFRecord files in random order, without end."""

from __future__ import annotations

import glob
import itertools
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Invalid
from tfcompat._formats.tfrecord import read_records
from tfcompat.io import _paths
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import each_time


class _How(NamedTuple):
    """What to read and how; calls with the same go on where the last one ended."""

    pattern: str
    seed: int
    shift: float
    room: int
    compression: str


def _files(how: _How, draw: random.Random) -> list[str]:
    """The files of a pass, in random order, the first ones of it at its end."""
    found = [path for part in how.pattern.split(",") for path in sorted(glob.glob(_paths.local(part)))]
    if not found:
        raise errors.NotFoundError(None, None, f"Found no files at {how.pattern}")
    draw.shuffle(found)
    start = int(how.shift * len(found)) if 0 <= how.shift < 1 else 0
    return found[start:] + found[:start]


def _records(how: _How) -> Iterator[bytes]:
    """The records, pass after pass, each a random one of the next `room` ones."""
    draw = random.Random(how.seed)
    while True:
        held: list[bytes] = []
        passed = itertools.chain.from_iterable(read_records(path, how.compression) for path in _files(how, draw))
        none = True
        for record in passed:
            none = False
            held.append(record)
            if len(held) >= max(how.room, 1):
                at = draw.randrange(len(held))
                held[at], held[-1] = held[-1], held[at]
                yield held.pop()
        if none:
            raise errors.OutOfRangeError(None, None, f"The files at {how.pattern} have no records")
        draw.shuffle(held)
        yield from held


_readers: dict[_How, Iterator[bytes]] = {}


@raw("RecordInput")
def record_input(
    file_pattern: str,
    file_random_seed: int,
    file_shuffle_shift_ratio: float,
    file_buffer_size: int,
    file_parallelism: int,
    batch_size: int,
    compression_type: str,
) -> np.ndarray:
    """The next records of the files that patterns (with commas between them) name, a vector of `batch_size` strings.

    file_parallelism: how many files TensorFlow reads at once; here it is one. The order is random, not TensorFlow's.
    """
    if file_parallelism < 0:
        raise Invalid(f"file_parallelism should >= 0, got {file_parallelism}")
    if batch_size < 0:
        raise Invalid(f"batch_size must be non-negative but got {batch_size}")
    how = _How(file_pattern, file_random_seed, file_shuffle_shift_ratio, file_buffer_size, compression_type)

    def read() -> list[Any]:
        reader = _readers.setdefault(how, _records(how))
        try:
            rows = list(itertools.islice(reader, batch_size))
        except BaseException:
            del _readers[how]
            raise
        found = np.empty(batch_size, object)
        found[:] = rows
        return [found]

    return each_time(read, [], [dtypes.string])[0]
