"""What fills tables: tensors of keys and values, or the lines of a text file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.ops import Invalid, is_symbolic
from tfcompat._core.tensor import Tensor
from tfcompat._function.scopes import init_scope
from tfcompat.lookup import _base


class KeyValueTensorInitializer(_base.TableInitializerBase):
    """The keys and values of a table, tensors of the same shape (tf.lookup.KeyValueTensorInitializer).

    key_dtype, value_dtype: those of Python values. ValueError or TypeError where no such tensors can be made.
    """

    __module__ = "tensorflow.python.ops.lookup_ops"

    def __init__(
        self, keys: Any, values: Any, key_dtype: Any = None, value_dtype: Any = None, name: str | None = None
    ) -> None:
        self._keys = _base.constant(keys, key_dtype, "keys")
        self._values = _base.constant(values, value_dtype, "values")
        self._name = name or "key_value_init"
        super().__init__(self._keys.dtype, self._values.dtype)

    def initialize(self, table: Any) -> Any:
        """Fills `table`, where nothing has filled it before; gives the operation that does, if it is one of a graph.

        TypeError where it has other dtypes, InvalidArgumentError where there are not as many values as keys,
        FailedPreconditionError where a key has several values.
        """
        self._check(table)
        return _base.fill(self._keys, self._values, table.resource_handle.store)


class TextFileIndex:
    """What of a line of a text file is meant, where it is no column (tf.lookup.TextFileIndex)."""

    __module__ = "tensorflow.python.ops.lookup_ops"
    WHOLE_LINE = -2
    LINE_NUMBER = -1


class TextFileInitializer(_base.TableInitializerBase):
    """The keys and values of a table, one of each on every line of a text file (tf.lookup.TextFileInitializer).

    key_index, value_index: the column, from 0, or what `TextFileIndex` names: the line's number, which is int64, or
    the whole line. vocab_size: how many lines count, all where None. delimiter: the character between columns.
    value_index_offset: what is added to lines' numbers. ValueError where these or the dtypes make no sense.
    """

    __module__ = "tensorflow.python.ops.lookup_ops"

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        if not isinstance(filename, Tensor) and not filename:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        kinds = dtypes.as_dtype(key_dtype), dtypes.as_dtype(value_dtype)
        _check_index("key", key_index, kinds[0])
        _check_index("value", value_index, kinds[1])
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}")
        self._filename, self._key_index, self._value_index = filename, key_index, value_index
        self._vocab_size, self._delimiter, self._offset = vocab_size, delimiter, value_index_offset
        self._name = name
        super().__init__(*kinds)

    @property
    def _shared_name(self) -> str:
        parts = [self._filename, self._vocab_size, self._key_index, self._value_index, self._offset or None]
        return "_".join(["hash_table", *(str(p) for p in parts if p is not None)])

    def initialize(self, table: Any) -> None:
        """Fills `table`, where nothing has filled it before.

        TypeError where it has other dtypes, NotFoundError where there is no such file, InvalidArgumentError where its
        lines are not as expected, FailedPreconditionError where a key has several values.
        """
        self._check(table)
        store = table.resource_handle.store
        with init_scope():
            _base.attempt("InitializeTableFromTextFileV2", lambda: store.fill(*self._read()))

    def _path(self) -> str:
        if not isinstance(self._filename, Tensor):
            path = getattr(self._filename, "asset_path", self._filename)
            return path.numpy().decode() if isinstance(path, Tensor) else path
        if is_symbolic(self._filename._t):
            raise NotImplementedError(
                "tf.lookup.TextFileInitializer takes a `filename` whose value is known, got an argument of a "
                "tf.function."
            )
        return self._filename.numpy().decode()

    def _read(self) -> tuple[np.ndarray, np.ndarray]:
        from tfcompat.io.gfile import GFile

        path, size = self._path(), self._vocab_size
        if len(self._delimiter) != 1:
            raise Invalid("delimiter should be only 1 char")
        with GFile(path, "rb") as file:
            content = file.read()
        if not content:
            raise Invalid(f"{path} is empty: read less bytes than requested", errors.OutOfRangeError)
        lines = content.removesuffix(b"\n").replace(b"\r", b"").split(b"\n")
        if size is not None and size > len(lines):
            raise Invalid(f"Invalid vocab_size in {path}: expected {size} but got {len(lines)}")
        lines = lines[:size]
        whole = lines[: lines.index(b"")] if b"" in lines else lines
        split = self._columns(path, whole)
        if len(whole) < len(lines):
            at = sum(len(line) + 1 for line in whole) + 1
            raise Invalid(f"Invalid content in {path}: empty line found at position {at}.")
        return (
            self._field(lines, split, self._key_index, self.key_dtype),
            self._field(lines, split, self._value_index, self.value_dtype),
        )

    def _columns(self, path: str, lines: Sequence[bytes]) -> list[list[bytes]]:
        least = 1 + max(self._key_index, self._value_index)
        if least < 1:
            return []
        split = [line.split(self._delimiter.encode()) for line in lines]
        short = next((i for i, parts in enumerate(split) if len(parts) < least), None)
        if short is not None:
            raise Invalid(
                f"Invalid number of columns in {path} line {short} ({lines[short].decode(errors='replace')}) : "
                f"expected at least {least} got {len(split[short])}"
            )
        return split

    def _field(self, lines: Sequence[bytes], split: list[list[bytes]], index: int, dtype: dtypes.DType) -> np.ndarray:
        if index == TextFileIndex.LINE_NUMBER:
            return np.arange(self._offset, self._offset + len(lines), dtype=np.int64)
        texts = lines if index == TextFileIndex.WHOLE_LINE else [parts[index] for parts in split]
        if dtype is dtypes.string:
            out = np.empty(len(texts), object)
            out[:] = texts
            return out
        if dtype.name not in _READ:
            raise Invalid(f"Data type {dtype.name} not supported.")
        word, read = _READ[dtype.name]
        return np.array([_number(i, t, word, read, dtype) for i, t in enumerate(texts)], dtype.as_numpy_dtype)


_READ: dict[str, tuple[str, Callable[[bytes], Any]]] = {
    "int32": ("int32", int),
    "int64": ("int64", int),
    "float32": ("float", float),
    "float64": ("double", float),
}


def _number(line: int, text: bytes, word: str, read: Callable[[bytes], Any], dtype: dtypes.DType) -> Any:
    try:
        found = read(text)
        fits = read is float or dtype.min <= found <= dtype.max
    except ValueError:
        found, fits = None, False
    if not fits or b"_" in text:
        raise Invalid(f"Field {text.decode(errors='replace')} in line {line} is not a valid {word}.")
    return found


def _check_index(what: str, index: int, dtype: dtypes.DType) -> None:
    if index < TextFileIndex.WHOLE_LINE:
        raise ValueError(f"`{what}_index` should be >= -2, received: {index}.")
    if index == TextFileIndex.LINE_NUMBER and dtype is not dtypes.int64:
        raise ValueError(f"`{what}_dtype` must be int64 if `{what}_index` is {index}, received: {dtype}")
    if index == TextFileIndex.WHOLE_LINE and not dtype.is_integer and dtype is not dtypes.string:
        raise ValueError(
            f"`{what}_dtype` should be either integer or string for `{what}_index` {index}, received: {dtype}"
        )
