"""Writing files so that nobody ever sees half of one."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

_PIECE = 1 << 26
_START = 1 << 26  # bytes after which the system is asked to begin putting them on disk

# What a damaged file does to code that reads it: names that are missing, lengths and kinds that can't be, no text.
_SYMPTOMS = (
    LookupError, TypeError, AttributeError, UnicodeError, ArithmeticError, RuntimeError, SyntaxError, EOFError,
    MemoryError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip


@contextlib.contextmanager
def telling_damage(path: Any, keeping: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Within it, what a damaged file does to those that read it becomes one ValueError, which names the file.

    keeping: classes of errors that keep their class. NotImplementedError is left as it is.
    """
    try:
        yield
    except NotImplementedError:
        raise
    except _SYMPTOMS as error:
        reason = error.args[0] if isinstance(error, KeyError) and error.args else str(error) or type(error).__name__
        kind = next((kind for kind in keeping if isinstance(error, kind)), ValueError)
        raise kind(f"{path!r} is cut short or damaged, or is of another kind: {reason}") from error


class Replacing:
    """A new file that takes its place at `target` when committed, or when the block it opens ends without an error.

    Until then it lies beside the target, under a name of its own; then it is on disk before it is renamed, so that
    a crash at any moment leaves the old file or the new one. Directories that `target` lacks are made, and what is
    written keeps the permissions of the old file, or gets those that a new file would have.
    """

    def __init__(self, target: str | os.PathLike[str]) -> None:
        self.target = os.fspath(target)
        self.directory = os.path.dirname(os.path.abspath(self.target))
        os.makedirs(self.directory, exist_ok=True)
        handle, self.temporary = tempfile.mkstemp(prefix=f".{os.path.basename(self.target)}.", dir=self.directory)
        self.file = open(handle, "w+b", buffering=0)  # noqa: SIM115
        self._done = False
        self._begun = self._written = 0

    def write(self, data: Any) -> None:
        """Writes all of `data`; of much data the first is put on disk while the next is made."""
        write_all(self.file, data)
        self._written += memoryview(data).nbytes
        size = self._written - self._begun
        if size >= _START and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self.file.fileno(), self._begun, size, os.POSIX_FADV_DONTNEED)
            self._begun = self._written

    def commit(self) -> None:
        """Puts the file in its place."""
        try:
            with self.file as file:
                os.fsync(file.fileno())
            os.chmod(self.temporary, _permissions(self.target))
            os.replace(self.temporary, self.target)
            self._done = True
            sync_directory(self.directory)
        finally:
            self.discard()

    def discard(self) -> None:
        """Removes the file, unless it is in its place already."""
        self.file.close()
        if not self._done:
            remove(self.temporary)
        self._done = True

    def __enter__(self) -> Replacing:
        return self

    def __exit__(self, kind: Any, *exception: Any) -> None:
        if kind is None and not self._done:
            self.commit()
        else:
            self.discard()


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[str]:
    """The path of a new file that takes its place at `path` as `Replacing`'s, for libraries that open by name."""
    with Replacing(path) as new:
        yield new.temporary
        if not os.path.samestat(os.stat(new.temporary), os.fstat(new.file.fileno())):
            # Whoever wrote it made a file of its own under the name.
            new.file.close()
            new.file = open(new.temporary, "r+b", buffering=0)  # noqa: SIM115


@contextlib.contextmanager
def replacing_directory(path: str | os.PathLike[str]) -> Iterator[str]:
    """The path of a new directory that takes the place of the one at `path` when the block ends without an error.

    It has all that the old one has, to be replaced file by file. Where the system can exchange two names at once, as
    Linux can, a crash leaves the old directory or the new one; elsewhere the old one may lie beside under a new name.
    """
    target = os.path.realpath(path)
    parent = os.path.dirname(target)
    new = tempfile.mkdtemp(prefix=f".{os.path.basename(target)}.", dir=parent)
    try:
        shutil.copytree(target, new, symlinks=True, copy_function=_link, dirs_exist_ok=True)
        yield new
        if not _exchange(new, target):
            old = tempfile.mkdtemp(prefix=f".{os.path.basename(target)}.", dir=parent)
            os.replace(target, old)
            os.replace(new, target)
            new = old
        sync_directory(parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _link(source: str, target: str) -> None:
    """Another name for a file, or a copy where the system has no such names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _exchange(one: str, other: str) -> bool:
    """Exchanges the names of two directories; False where the system can't."""
    import ctypes

    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2
    return rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0


def write_all(file: Any, data: Any) -> None:
    """Writes all of `data` to a file that has no buffer, which takes a part at a time."""
    view = memoryview(data)
    while view.nbytes:
        view = view[file.write(view[:_PIECE]) :]


class Section(io.RawIOBase):
    """A part of a file, as a file of its own to read; of an archive, zipfile's seeks wrongly in Python 3.13.0."""

    def __init__(self, file: Any, start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves to `offset` from the beginning, from here or from the end."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fills `buffer` with what comes next; the number of bytes."""
        view = memoryview(buffer).cast("B")[: max(0, self._size - self._at)]
        self._file.seek(self._start + self._at)
        count = self._file.readinto(view)
        self._at += count
        return count


def remove(path: str | os.PathLike[str]) -> None:
    """Removes a file, if it is there."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def sync_directory(path: str | os.PathLike[str]) -> None:
    """Has the names in a directory written to disk, where the system can."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:  # Windows opens no directories
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _permissions(target: str) -> int:
    try:
        return os.stat(target).st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def readable_size(count: Any) -> str:
    """A number of bytes as "38.00 KB"."""
    size = float(count)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1024:
            return f"{size:.2f} {unit}"
        size /= 1024
    return f"{size:.2f} PB"
