"""tf.compat.v1.gfile: tf.io.gfile's functions under TensorFlow 1's names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tfcompat import _names
from tfcompat.io import gfile as _gfile

GFile = Open = _gfile.GFile


class FastGFile(GFile):
    """tf.io.gfile.GFile (tf.compat.v1.gfile.FastGFile)."""


def Copy(oldpath: Any, newpath: Any, overwrite: bool = False) -> None:
    """tf.io.gfile.copy (tf.compat.v1.gfile.Copy)."""
    _gfile.copy(oldpath, newpath, overwrite)


def DeleteRecursively(dirname: Any) -> None:
    """tf.io.gfile.rmtree (tf.compat.v1.gfile.DeleteRecursively)."""
    _gfile.rmtree(dirname)


def Exists(filename: Any) -> bool:
    """tf.io.gfile.exists (tf.compat.v1.gfile.Exists)."""
    return _gfile.exists(filename)


def Glob(filename: Any) -> list[str]:
    """tf.io.gfile.glob (tf.compat.v1.gfile.Glob)."""
    return _gfile.glob(filename)


def IsDirectory(dirname: Any) -> bool:
    """tf.io.gfile.isdir (tf.compat.v1.gfile.IsDirectory)."""
    return _gfile.isdir(dirname)


def ListDirectory(dirname: Any) -> list[str]:
    """tf.io.gfile.listdir (tf.compat.v1.gfile.ListDirectory)."""
    return _gfile.listdir(dirname)


def MakeDirs(dirname: Any) -> None:
    """tf.io.gfile.makedirs (tf.compat.v1.gfile.MakeDirs)."""
    _gfile.makedirs(dirname)


def MkDir(dirname: Any) -> None:
    """tf.io.gfile.mkdir (tf.compat.v1.gfile.MkDir)."""
    _gfile.mkdir(dirname)


def Remove(filename: Any) -> None:
    """tf.io.gfile.remove (tf.compat.v1.gfile.Remove)."""
    _gfile.remove(filename)


def Rename(oldname: Any, newname: Any, overwrite: bool = False) -> None:
    """tf.io.gfile.rename (tf.compat.v1.gfile.Rename)."""
    _gfile.rename(oldname, newname, overwrite)


def Stat(filename: Any) -> Any:
    """tf.io.gfile.stat (tf.compat.v1.gfile.Stat)."""
    return _gfile.stat(filename)


def Walk(top: Any, in_order: bool = True) -> Iterator[Any]:
    """tf.io.gfile.walk (tf.compat.v1.gfile.Walk); in_order: folders before what is in them."""
    return _gfile.walk(top, in_order)


__getattr__ = _names.module_getattr("tf.compat.v1.gfile", globals())
