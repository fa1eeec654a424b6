"""tf.io.decode_csv: records of comma-separated values as tensors, one for each column."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._core.convert import from_numpy, to_storage
from tfcompat._core.ops import Value, kernel_dtype, op
from tfcompat.io._paths import failure
from tfcompat.io.files import strings, to_string_tensor

_ALLOWED = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


def decode_csv(
    records: Any,
    record_defaults: Sequence[Any],
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
    name: str | None = None,
) -> list[Any]:
    """The columns of CSV records, a list of tensors of the records' shape (tf.io.decode_csv).

    record_defaults: for each column a scalar, whose dtype is the column's (float32, float64, int32, int64 or string)
    and whose value stands for empty fields and for `na_value`; an empty vector makes the column required.
    use_quote_delim: whether double quotes hold a field together. select_cols: the columns to read, ascending; all where
    None. InvalidArgumentError for records that do not fit.
    """
    columns = None if select_cols is None else [int(c) for c in select_cols]
    if columns is not None and any(b <= a for a, b in itertools.pairwise(columns)):
        raise ValueError("select_cols is not strictly increasing.")
    if columns is not None and any(c < 0 for c in columns):
        raise ValueError("select_cols contains negative values.")
    if columns is not None and len(columns) != len(record_defaults):
        raise ValueError("Length of select_cols and record_defaults do not match.")
    defaults = [to_storage(d) for d in record_defaults]
    return _decode_csv(
        to_string_tensor(records), defaults, field_delim, bool(use_quote_delim), na_value.encode(), columns, name
    )


@op("DecodeCSV")
def _decode_csv(
    records: Value,
    defaults: Any,
    delimiter: str,
    quotes: bool,
    missing: bytes,
    columns: list[int] | None,
    name: str | None = None,
) -> list[Any]:
    kinds = [dtypes.BY_STORAGE[d.dtype] for d in defaults]
    for i, (kind, default) in enumerate(zip(kinds, defaults)):
        if kind not in _ALLOWED:
            allowed = ", ".join(kernel_dtype(d) for d in _ALLOWED)
            raise failure("DecodeCSV", f"Value for attr 'OUT_TYPE' of {kind.name} is not in the list {allowed}")
        if len(default.reshape(-1)) > 1:
            raise failure(
                "DecodeCSV", f"There should only be 1 default per field but field {i} has {len(default.reshape(-1))}"
            )
    if len(delimiter.encode()) != 1:
        raise failure("DecodeCSV", "field_delim should be only 1 char")
    array = strings(records)
    rows = []
    for i, record in enumerate(array.ravel()):
        fields = list(_fields(record, delimiter.encode(), quotes))
        wanted = range(len(kinds)) if columns is None else columns
        if (columns is None and len(fields) != len(kinds)) or (columns and len(fields) <= columns[-1]):
            raise failure("DecodeCSV", f"Expect {len(kinds)} fields but have {len(fields)} in record {i}")
        rows.append([_value(fields[c], kinds[f], defaults[f], missing, f, i) for f, c in enumerate(wanted)])
    return [_column([row[f] for row in rows], kind, array.shape) for f, kind in enumerate(kinds)]


def _fields(record: bytes, delimiter: bytes, quotes: bool) -> Iterator[bytes]:
    """The fields of a record; none where it is empty."""
    at = 0
    while at < len(record) or (at and at == len(record) and record.endswith(delimiter)):
        if quotes and record[at : at + 1] == b'"':
            field, at = _quoted(record, at + 1, delimiter)
        else:
            end = record.find(delimiter, at)
            end = len(record) if end < 0 else end
            field = record[at:end]
            if quotes and any(c in field for c in b'"\r\n'):
                raise failure("DecodeCSV", "Unquoted fields cannot have quotes/CRLFs inside")
            at = end
        yield field
        at += 1  # past the delimiter
        if at > len(record):
            return


def _quoted(record: bytes, at: int, delimiter: bytes) -> tuple[bytes, int]:
    """A quoted field, whose text begins at `at`, and where it ends."""
    parts = []
    while True:
        end = record.find(b'"', at)
        if end < 0 or (record[end + 1 : end + 2] not in (b'"', delimiter, b"")):
            raise failure("DecodeCSV", "Quoted field has to end with quote followed by delim or end")
        parts.append(record[at:end])
        if record[end + 1 : end + 2] != b'"':
            return b'"'.join(parts), end + 1
        at = end + 2


def _value(field: bytes, kind: dtypes.DType, default: Any, missing: bytes, column: int, record: int) -> Any:
    if not field or field == missing:
        if not len(default.reshape(-1)):
            raise failure("DecodeCSV", f"Field {column} is required but missing in record {record}!")
        return default.reshape(-1)[0] if kind is dtypes.string else default.reshape(-1)[0].item()
    if kind is dtypes.string:
        return field
    value = _number(field, kind)
    if value is None:
        text = field.decode(errors="replace")
        raise failure("DecodeCSV", f"Field {column} in record {record} is not a valid {kernel_dtype(kind)}: {text}")
    return value


def _number(field: bytes, kind: dtypes.DType) -> Any:
    """The number that a field spells, or None."""
    parse: Callable[[bytes], Any] = int if kind.is_integer else float
    try:
        value = parse(field)
    except ValueError:
        return None
    if b"_" in field or (kind.is_integer and not kind.min <= value <= kind.max):
        return None  # Python reads 1_000 as a number, TensorFlow does not
    return value


def _column(values: list[Any], kind: dtypes.DType, shape: tuple[int, ...]) -> Any:
    if kind is dtypes.string:
        array = np.empty(len(values), dtype=object)
        array[:] = values
        return array.reshape(shape)
    with np.errstate(over="ignore"):
        return from_numpy(np.array(values, dtype=kind.as_numpy_dtype).reshape(shape))
