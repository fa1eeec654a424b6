"""Whole files as strings: tf.io.read_file, tf.io.write_file, tf.io.matching_files."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from tfcompat._core.convert import to_storage
from tfcompat._core.dtypes import string
from tfcompat._core.ops import Value, op
from tfcompat._formats.files import replacing
from tfcompat.io import _paths, gfile


def strings(value: Any) -> Any:
    """The bytes objects of a string tensor; TypeError for anything that makes no such tensor."""
    array = value if isinstance(value, np.ndarray) and value.dtype == object else to_storage(value, string)
    return np.asarray(array, dtype=object)


def _scalar(value: Any, kernel: str, what: str) -> Any:
    array = strings(value)
    if array.ndim:
        raise _paths.failure(kernel, f"{what} tensor must be scalar, but had shape: {list(array.shape)}")
    return array[()]


def scalar_string(value: bytes) -> np.ndarray:
    """What holds one string."""
    array = np.empty((), dtype=object)
    array[()] = value
    return array


@op("ReadFile")
def _read_file(filename: Value, name: str | None = None) -> Any:
    path = os.fsdecode(_scalar(filename, "ReadFile", "Input filename"))
    with _paths.translated(path, "ReadFile"), open(_paths.local(path), "rb") as file:
        return scalar_string(file.read())


def read_file(filename: Any, name: str | None = None) -> Any:
    """The contents of a file, a scalar string tensor (tf.io.read_file).

    filename: a scalar string. NotFoundError where there is no such file, FailedPreconditionError for a directory.
    """
    return _read_file(to_string_tensor(filename), name)


@op("WriteFile")
def _write_file(filename: Value, contents: Value, name: str | None = None) -> None:
    path = os.fsdecode(_scalar(filename, "WriteFile", "Input filename"))
    data = _scalar(contents, "WriteFile", "Contents")
    with _paths.translated(path, "WriteFile"):
        where = _paths.local(path)
        if os.path.isdir(where):
            raise IsADirectoryError(21, os.strerror(21), where)
        with replacing(where) as temporary, open(temporary, "wb") as file:
            file.write(data)


def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Writes a string to a file (tf.io.write_file), which is replaced as a whole; its directories are made.

    filename, contents: scalar strings. FailedPreconditionError where the file is a directory.
    """
    _write_file(to_string_tensor(filename), to_string_tensor(contents), name)


@op("MatchingFiles")
def _matching_files(pattern: Value, name: str | None = None) -> Any:
    patterns = strings(pattern)
    if patterns.ndim > 1:
        raise _paths.failure(
            "MatchingFiles", f"Input patterns tensor must be scalar or vector, but had shape: {list(patterns.shape)}"
        )
    found = sorted(os.fsencode(path) for p in patterns.ravel() for path in gfile.glob(os.fsdecode(p)))
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array


def matching_files(pattern: Any, name: str | None = None) -> Any:
    """The files whose paths match a pattern, or one of a vector of them, sorted (tf.io.matching_files).

    `*` and `?` match within a directory's name, `[...]` one of a set of characters. A vector of strings, empty where
    nothing matches.
    """
    return _matching_files(to_string_tensor(pattern), name)


def match_filenames_once(pattern: Any, name: str | None = None) -> Any:
    """The files that match a pattern now, as a tf.Variable (tf.io.match_filenames_once)."""
    from tfcompat._core.variable import Variable

    return Variable(lambda: matching_files(pattern), name=name, trainable=False, validate_shape=False)


def write_graph(graph_or_graph_def: Any, logdir: Any, name: str, as_text: bool = True) -> str:
    """Writes a GraphDef, or the graph's that has `as_graph_def`, to logdir/name; the path (tf.io.write_graph).

    as_text: whether as text, else in binary.
    """
    from google.protobuf import text_format

    graph = graph_or_graph_def
    proto = graph.as_graph_def() if hasattr(graph, "as_graph_def") else graph
    path = os.path.join(_paths.text(logdir), name)
    data = text_format.MessageToString(proto).encode() if as_text else proto.SerializeToString()
    with _paths.translated(path), replacing(_paths.local(path)) as temporary, open(temporary, "wb") as file:
        file.write(data)
    return path


def to_string_tensor(value: Any) -> Any:
    """`value` as a string tensor; TypeError where it is made of anything but strings."""
    from tfcompat._core.convert import convert_to_tensor

    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    return value if getattr(value, "dtype", None) is string else convert_to_tensor(value, string)
