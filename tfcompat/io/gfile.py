"""tf.io.gfile: files and directories by TensorFlow's paths, on this machine's file system."""

from __future__ import annotations

import builtins
import fnmatch
import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

from tfcompat import _names
from tfcompat._core import errors
from tfcompat._formats.files import replacing
from tfcompat.io import _paths
from tfcompat.io._gfile import GFile

__all__ = [
    "GFile",
    "copy",
    "exists",
    "get_registered_schemes",
    "glob",
    "isdir",
    "join",
    "listdir",
    "makedirs",
    "mkdir",
    "remove",
    "rename",
    "rmtree",
    "stat",
    "walk",
]

_MAGIC = re.compile(r"[*?\[\\]")
_SCHEME = re.compile(r"[a-zA-Z][0-9a-zA-Z.]*://")


def exists(path: Any) -> bool:
    """Whether there is a file or directory at `path` (tf.io.gfile.exists)."""
    return os.path.exists(_paths.local(path))


def isdir(path: Any) -> bool:
    """Whether there is a directory at `path` (tf.io.gfile.isdir)."""
    return os.path.isdir(_paths.local(path))


def listdir(path: Any) -> list[str]:
    """The names in a directory, in no order, without "." and ".." (tf.io.gfile.listdir); NotFoundError without one."""
    where = _paths.local(path)
    if not os.path.isdir(where):
        raise errors.NotFoundError(None, None, f"Could not find directory {_paths.text(path)}")
    with _paths.translated(_paths.text(path)):
        return os.listdir(where)


def mkdir(path: Any) -> None:
    """Makes a directory in one that exists (tf.io.gfile.mkdir); does nothing where there is something at `path`.

    NotFoundError where its parent does not exist.
    """
    where = _paths.local(path)
    if not os.path.exists(where):
        with _paths.translated(_paths.text(path)):
            os.mkdir(where)


def makedirs(path: Any) -> None:
    """Makes a directory and those it is in (tf.io.gfile.makedirs); does nothing where it exists.

    FailedPreconditionError where a file is in the way.
    """
    where = _paths.local(path)
    blocked = where
    while blocked and not os.path.lexists(blocked):
        blocked = os.path.dirname(blocked)
    if blocked and not os.path.isdir(blocked):
        raise errors.FailedPreconditionError(None, None, f"{blocked} is not a directory")
    with _paths.translated(_paths.text(path)):
        os.makedirs(where, exist_ok=True)


def remove(path: Any) -> None:
    """Deletes a file (tf.io.gfile.remove); NotFoundError without one, FailedPreconditionError for a directory."""
    where = _paths.local(path)
    with _paths.translated(_paths.text(path)):
        if os.path.isdir(where) and not os.path.islink(where):
            raise IsADirectoryError(21, os.strerror(21), where)
        os.remove(where)


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Moves a file or directory (tf.io.gfile.rename); AlreadyExistsError where `dst` exists, unless `overwrite`."""
    source, target = _paths.local(src), _paths.local(dst)
    _refuse_existing(target, overwrite)
    with _paths.translated(_paths.text(src)):
        os.replace(source, target)


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copies a file (tf.io.gfile.copy), to a whole file or none.

    AlreadyExistsError where `dst` exists, unless `overwrite`; NotFoundError without `src` or the directory of `dst`.
    """
    source, target = _paths.local(src), _paths.local(dst)
    _refuse_existing(target, overwrite)
    with _paths.translated(_paths.text(src)):
        if os.path.isdir(source):
            raise IsADirectoryError(21, os.strerror(21), source)
        os.stat(source)
    with _paths.translated(_paths.text(dst)):
        if os.path.isdir(target):
            raise IsADirectoryError(21, os.strerror(21), target)
        os.stat(os.path.dirname(os.path.abspath(target)))
        with replacing(target) as temporary:
            shutil.copyfile(source, temporary)


def _refuse_existing(target: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(target):
        raise errors.AlreadyExistsError(None, None, "file already exists")


def rmtree(path: Any) -> None:
    """Deletes a directory with all that is in it, or a file (tf.io.gfile.rmtree); NotFoundError without either."""
    where = _paths.local(path)
    if not os.path.lexists(where):
        raise errors.NotFoundError(None, None, f"{_paths.text(path)} not found")
    with _paths.translated(_paths.text(path)):
        if os.path.isdir(where) and not os.path.islink(where):
            shutil.rmtree(where)
        else:
            os.remove(where)


class FileStatistics:
    """What tf.io.gfile.stat tells: the length in bytes, the time of the last change in ns, whether a directory."""

    __slots__ = ("is_directory", "length", "mtime_nsec")

    def __init__(self, length: int, mtime_nsec: int, is_directory: bool) -> None:
        self.length, self.mtime_nsec, self.is_directory = length, mtime_nsec, is_directory

    def __repr__(self) -> str:
        return f"FileStatistics(length={self.length}, mtime_nsec={self.mtime_nsec}, is_directory={self.is_directory})"


def stat(path: Any) -> FileStatistics:
    """Length, time of last change and kind of a file or directory (tf.io.gfile.stat); NotFoundError without one."""
    where = _paths.local(path)
    with _paths.translated(_paths.text(path)):
        found = os.stat(where)
        return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(where))


def walk(
    top: Any, topdown: bool = True, onerror: Callable[[errors.OpError], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yields (directory, its directories' names, its other names) for `top` and below (tf.io.gfile.walk).

    topdown: a directory before those in it, or after. onerror: called with the error where a directory can't be listed,
    which is passed over otherwise.
    """
    place = _paths.text(top)
    try:
        names = listdir(place)
    except errors.NotFoundError as e:
        if onerror is not None:
            onerror(e)
        return
    directories = [n for n in names if isdir(os.path.join(place, n))]
    here = place, directories, [n for n in names if n not in directories]
    if topdown:
        yield here
    for directory in directories:
        yield from walk(join(place, directory), topdown, onerror)
    if not topdown:
        yield here


def glob(pattern: Any) -> list[str]:
    """The paths that match a pattern, or any of several (tf.io.gfile.glob).

    `*` and `?` match within a directory's name, `[abc]`, `[a-z]` and `[^a]` one character, a backslash takes the next
    one literally.
    """
    if isinstance(pattern, (str, os.PathLike)):
        return _glob(_paths.text(pattern))
    return [path for one in pattern for path in _glob(_paths.text(one))]


def _glob(pattern: str) -> list[str]:
    prefix = pattern[: len(pattern) - len(_paths.local(pattern))]
    parts = pattern[len(prefix) :].split("/")
    if parts[-1] == "" and _MAGIC.search(pattern):
        parts.pop()
    found = ["/"] if parts[0] == "" and len(parts) > 1 else [""]
    for part in parts[len(found[0]) :]:
        found = [path for base in found for path in _children(base, part)]
    return [prefix + path for path in found if path]


def _children(base: str, part: str) -> list[str]:
    """The paths in directory `base` whose names match `part`."""
    if not _MAGIC.search(part):
        path = os.path.join(base, part)
        return [path] if os.path.lexists(path) else []
    try:
        names = os.listdir(base or ".")
    except OSError:
        return []
    matches = re.compile(_expression(part)).match
    return [os.path.join(base or ".", n) for n in names if matches(n)]


def _expression(pattern: str) -> str:
    """A regular expression for one directory's name."""
    unescaped = re.sub(r"\\(.)", lambda m: f"[{m[1]}]" if m[1] != "^" else "^", pattern)
    return fnmatch.translate(re.sub(r"\[\^", "[!", unescaped))


def join(path: Any, *paths: Any) -> Any:
    """Paths joined by slashes (tf.io.gfile.join); bytes where the first is bytes, and after a scheme such as "gs://".

    TypeError for str and bytes among each other.
    """
    first = os.fspath(path)
    if isinstance(first, str) and _SCHEME.match(first):
        scheme = first[: first.index("://") + 3]
        return scheme + os.path.join(first[len(scheme) :], *map(os.fspath, paths))
    return os.path.join(first, *map(os.fspath, paths))


def get_registered_schemes() -> builtins.list[str]:
    """The schemes that paths may have (tf.io.gfile.get_registered_schemes)."""
    return ["", "file"]


__getattr__ = _names.module_getattr("tf.io.gfile", globals())
