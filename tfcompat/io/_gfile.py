"""tf.io.gfile.GFile: a file that is read and written as by Python's own, opened when it is first used."""

from __future__ import annotations

import io
import os
from typing import Any

from tfcompat._core import errors
from tfcompat.io import _paths

_MODES = ("r", "w", "a", "r+", "w+", "a+")


class GFile:
    """A file (tf.io.gfile.GFile).

    name: its path. mode: "r", "w", "a", "r+", "w+" or "a+", with "b" for bytes instead of text, which is UTF-8.
    Opened at the first read or write: NotFoundError where it is missing. A context manager, and an iterator over lines.
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        plain = mode.replace("b", "")
        if plain not in _MODES:
            raise errors.InvalidArgumentError(None, None, "mode is not 'r' or 'w' or 'a' or 'r+' or 'w+' or 'a+'")
        self._name, self._mode = name, mode
        self._binary, self._plain = "b" in mode, plain
        self._reader: io.BufferedReader | None = None
        self._writer: io.BufferedWriter | None = None

    @property
    def name(self) -> Any:
        """The path, as it was given."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode, as it was given."""
        return self._mode

    def _path(self) -> str:
        return _paths.text(self._name)

    def _to_read(self) -> io.BufferedReader:
        if self._plain[0] != "r" and "+" not in self._plain:
            raise errors.PermissionDeniedError(None, None, "File isn't open for reading")
        if self._reader is None:
            with _paths.translated(self._path()):
                self._reader = open(_paths.local(self._name), "rb")  # noqa: SIM115
        return self._reader

    def _to_write(self) -> io.BufferedWriter:
        if self._plain == "r":
            raise errors.PermissionDeniedError(None, None, "File isn't open for writing")
        if self._writer is None:
            with _paths.translated(self._path()):
                self._writer = open(_paths.local(self._name), "ab" if self._plain[0] == "a" else "wb")  # noqa: SIM115
        return self._writer

    def _decoded(self, data: bytes) -> Any:
        return data if self._binary else data.decode()

    def size(self) -> int:
        """The length of the file in bytes, without what is not flushed yet."""
        with _paths.translated(self._path()):
            return os.stat(_paths.local(self._name)).st_size

    def write(self, file_content: Any) -> None:
        """Writes a str or bytes; PermissionDeniedError where the mode does not allow it."""
        writer = self._to_write()
        if isinstance(file_content, str):
            file_content = file_content.encode()
        elif not isinstance(file_content, bytes):
            raise TypeError(f"Expected binary or unicode string, got {file_content!r}")
        with _paths.translated(self._path()):
            writer.write(file_content)

    def read(self, n: int = -1) -> Any:
        """The next `n` bytes, or all that are left, decoded unless the mode is binary; empty at the end.

        InvalidArgumentError for other negative numbers, PermissionDeniedError where the mode does not allow reading.
        """
        reader = self._to_read()
        if n < -1:
            raise errors.InvalidArgumentError(None, None, f"Can't read a negative number of bytes: {n}")
        with _paths.translated(self._path()):
            return self._decoded(reader.read(n))

    def seek(self, offset: int | None = None, whence: int = 0, position: int | None = None) -> None:
        """Goes to `offset` from the file's beginning, the position (whence 1) or its end (2). `position` is deprecated.

        OutOfRangeError past the end, InvalidArgumentError before the beginning or for another `whence`.
        """
        reader = self._to_read()
        if offset is None and position is None:
            raise TypeError("seek(): offset argument required")
        if offset is not None and position is not None:
            raise TypeError("seek(): offset and position may not be set simultaneously.")
        start = {0: 0, 1: reader.tell(), 2: self.size()}.get(whence)
        if start is None:
            raise errors.InvalidArgumentError(
                None, None, f"Invalid whence argument: {whence}. Valid values are 0, 1, or 2."
            )
        target = start + ((position or 0) if offset is None else offset)
        if target < 0:
            raise errors.InvalidArgumentError(None, None, f"Seeking to a negative position: {target}")
        if target > self.size():
            reader.seek(0, os.SEEK_END)
            raise errors.OutOfRangeError(None, None, "reached end of file")
        reader.seek(target)

    def seekable(self) -> bool:
        """True: every file can be sought in."""
        return True

    def tell(self) -> int:
        """The position, in bytes: where the next read, or else write, will be."""
        if self._plain[0] == "r" or ("+" in self._plain and self._reader is not None):
            return self._to_read().tell()
        return self._to_write().tell()

    def readline(self) -> Any:
        """The next line, with its end, for which "\\r\\n" is taken as "\\n"; empty at the end of the file."""
        reader = self._to_read()
        with _paths.translated(self._path()):
            line = reader.readline()
        return self._decoded(line[:-2] + b"\n" if line.endswith(b"\r\n") else line)

    def readlines(self) -> list[Any]:
        """All lines that are left."""
        return list(iter(self.readline, b"" if self._binary else ""))

    def __iter__(self) -> GFile:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def next(self) -> Any:
        """The next line; StopIteration at the end of the file."""
        return self.__next__()

    def flush(self) -> None:
        """Writes what is buffered to the file."""
        if self._writer is not None:
            with _paths.translated(self._path()):
                self._writer.flush()

    def close(self) -> None:
        """Closes the file; using it again opens it anew."""
        reader, writer = self._reader, self._writer
        self._reader = self._writer = None
        with _paths.translated(self._path()):
            for file in (reader, writer):
                if file is not None:
                    file.close()

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, *exc: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_writer", None) is not None or getattr(self, "_reader", None) is not None:
            self.close()
