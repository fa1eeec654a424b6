"""Reading bytes from anywhere in a file, straight to where they are wanted; many of them by several threads at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numpy as np

from tfcompat._formats.crc32c import Stream, combined

T = TypeVar("T")

_PIECE = 1 << 20
_PART = 8 * _PIECE  # bytes that are worth a thread
_preadv: Any = getattr(os, "preadv", None)  # not every system has it
_THREADS = min(4, os.cpu_count() or 1)


class RandomAccessFile:
    """A file that is open for reading, by any number of threads; FileNotFoundError where there is none."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._file = open(path, "rb", buffering=0)  # noqa: SIM115
        self._handle = self._file.fileno()
        self._lock = threading.Lock()

    def size(self) -> int:
        """The bytes that it has now."""
        return os.fstat(self._handle).st_size

    def read_into(self, offset: int, target: np.ndarray) -> None:
        """Fills `target`, contiguous bytes (uint8), with those from `offset` on; EOFError where the file ends sooner.

        Nothing is written then, unless it is cut short meanwhile.
        """
        if offset + target.size > self.size():
            raise EOFError(f"bytes {offset} to {offset + target.size} of {self.size()}")
        if target.size < 2 * _PART:
            self._fill(offset, target)
        else:
            self._each_part(target.size, lambda at, end: self._fill(offset + at, target[at:end]))

    def crc32c(self, offset: int, size: int) -> int:
        """The checksum of the bytes there, of which a few at a time are held; EOFError as `read_into`'s."""

        def summed(at: int, end: int) -> tuple[int, int]:
            stream, buffer = Stream(), np.empty(min(end - at, _PIECE), np.uint8)
            for start in range(at, end, _PIECE):
                piece = buffer[: end - start]
                self._fill(offset + start, piece)
                stream.update(piece)
            return stream.value(), end - at

        (crc, _), *others = self._each_part(size, summed) or [(0, 0)]
        for other, length in others:
            crc = combined(crc, other, length)
        return crc

    def _each_part(self, size: int, act: Callable[[int, int], T]) -> list[T]:
        parts = list(_parts(size))
        if len(parts) < 2:
            return [act(*part) for part in parts]
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, "reading")
        return list(self._threads.map(act, *zip(*parts)))

    def _fill(self, offset: int, target: np.ndarray) -> None:
        done = 0
        while done < target.size:
            count = self._read_at(offset + done, target[done:] if done else target)
            if not count:
                raise EOFError(f"the file was cut short at byte {offset + done}")
            done += count

    def _read_at(self, offset: int, target: np.ndarray) -> int:
        if _preadv is not None:
            return _preadv(self._handle, [target], offset)
        with self._lock:
            self._file.seek(offset)
            return self._file.readinto(cast(Any, target))

    def close(self) -> None:
        """Closes it."""
        if self._threads is not None:
            self._threads.shutdown()
        self._file.close()

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            self.close()


def _parts(size: int) -> Iterator[tuple[int, int]]:
    """Where the parts of `size` bytes begin and end, one for each thread."""
    count = max(1, min(_THREADS, size // _PART))
    length = -(-size // count // 8) * 8 or 1
    for at in range(0, size, length):
        yield at, min(at + length, size)
