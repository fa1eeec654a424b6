"""Datasets of CSV files and of SQL queries: CsvDataset, make_csv_dataset, SqlDataset, make_batched_features_dataset."""

from __future__ import annotations

import collections
import csv
import io
import itertools
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors, structure
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import TensorSpec
from tfcompat._core.tensor import EagerTensor
from tfcompat.data import _structure
from tfcompat.data._mapping import _MapDataset, invalid
from tfcompat.data._records import TFRecordDataset, filenames_dataset, opened, reading
from tfcompat.data.dataset import AUTOTUNE, Dataset
from tfcompat.io import _paths, gfile

_CHUNK = 256
_TYPES = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)
_BY_PERMISSION = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64, dtypes.string)


class CsvDataset(Dataset):
    """The records of CSV files (tf.data.experimental.CsvDataset), as tuples of scalars.

    record_defaults: for each column a dtype, for one that must be there, or a tensor with the value for empty fields.
    header: whether each file's first line is left out. use_quote_delim: whether double quotes hold a field together.
    na_value: another spelling of an empty field. select_cols, exclude_cols: the columns to read, or not to, of which
    only one may be given. InvalidArgumentError for records that do not fit.
    """

    __module__ = "tensorflow.python.data.experimental.ops.readers"

    def __init__(
        self,
        filenames: Any,
        record_defaults: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        header: bool = False,
        field_delim: str = ",",
        use_quote_delim: bool = True,
        na_value: str = "",
        select_cols: Any = None,
        exclude_cols: Any = None,
    ) -> None:
        super().__init__()
        if select_cols is not None and exclude_cols is not None:
            raise errors.InvalidArgumentError(None, None, "Either select_cols or exclude_cols should be empty")
        self._filenames = filenames_dataset(filenames)
        with _structure.on_host():
            self._defaults = [_default(d) for d in record_defaults]
        self._compression, self._buffer_size = compression_type or "", buffer_size
        self._header, self._quotes = bool(header), bool(use_quote_delim)
        self._delimiter, self._missing = field_delim, na_value
        self._columns = None if select_cols is None else [int(c) for c in select_cols]
        self._excluded = None if exclude_cols is None else [int(c) for c in exclude_cols]

    def _inputs(self) -> list[Dataset]:
        return [self._filenames]

    @property
    def element_spec(self) -> Any:
        """A scalar for each column."""
        return tuple(TensorSpec((), d.dtype) for d in self._defaults)

    def _iterate(self) -> Iterator[Any]:
        return itertools.chain.from_iterable(map(self._rows, self._filenames._iterate()))

    def _rows(self, filename: Any) -> Iterator[Any]:
        path = _paths.text(filename.numpy())
        with reading(path), opened(_paths.local(path), self._compression, self._buffer_size) as file:
            records = _records(file, self._quotes)
            if self._header and next(records, None) is None:
                raise invalid("Can't read header of file")
            while chunk := list(itertools.islice(records, _CHUNK)):
                yield from self._decoded(chunk)

    def _decoded(self, records: list[bytes]) -> Iterator[Any]:
        try:
            columns = self._decode(records)
        except errors.OpError as e:
            if len(records) == 1:
                text = re.sub(r" in record 0", " in record", e.message.split("}} ")[-1].split(" [Op:")[0])
                raise invalid(text) from None
            for record in records:  # those before the damaged one are good
                yield from self._decoded([record])
            return
        yield from zip(*map(_structure.unbound, columns), strict=True)

    def _decode(self, records: list[bytes]) -> list[Any]:
        from tfcompat.io.csv import decode_csv

        columns = self._columns
        if self._excluded is not None:
            first = next(csv.reader([records[0].decode(errors="replace")], delimiter=self._delimiter))
            columns = [i for i in range(len(first)) if i not in self._excluded]
        array = np.empty(len(records), dtype=object)
        array[:] = records
        with _structure.on_host():
            return decode_csv(
                EagerTensor(array), self._defaults, self._delimiter, self._quotes, self._missing, select_cols=columns
            )


CsvDataset.__name__ = CsvDataset.__qualname__ = "CsvDatasetV2"


def _default(value: Any) -> Any:
    if isinstance(value, dtypes.DType):
        return convert_to_tensor(np.empty(0, value.as_numpy_dtype), value)
    return convert_to_tensor(value)


def _records(file: Any, quotes: bool) -> Iterator[bytes]:
    """The records of a CSV file; a line's end within quotes is a part of the record. Empty lines are left out."""
    held = b""
    for line in file:
        held += line
        if quotes and held.count(b'"') % 2:
            continue
        record = held.rstrip(b"\r\n") if held.endswith((b"\n", b"\r")) else held
        held = b""
        if record:
            yield record
    if held:
        raise invalid("Reached end of file without closing quoted field in record")


# ---- make_csv_dataset ----


def make_csv_dataset(
    file_pattern: Any,
    batch_size: Any,
    column_names: Any = None,
    column_defaults: Any = None,
    label_name: str | None = None,
    select_columns: Any = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: Any = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = None,
    num_parallel_reads: Any = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: str | None = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Dataset:
    """A dataset of batches of CSV records, dicts of columns by their names, or pairs of such and of a label column.

    file_pattern: files, or glob patterns. column_names: those of the header where None. column_defaults: dtypes or
    default values, learnt from `num_rows_for_inference` rows (all where None) where None. select_columns: names or
    numbers of the columns to read. num_epochs: how often the records come; for ever where None, and then all batches
    are whole. `sloppy` changes nothing: the order is the same. (tf.data.experimental.make_csv_dataset)
    """
    files = _files(file_pattern, shuffle)
    source = _Source(files, field_delim, use_quote_delim, na_value, header, compression_type, encoding)
    names = source.names() if column_names is None else list(column_names)
    if column_names is None and not header:
        raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
    if len(names) != len(set(names)):
        raise ValueError("Cannot have duplicate column names.")
    selected = None if select_columns is None else _numbers(select_columns, names)
    if column_defaults is not None:
        defaults = [d if isinstance(d, dtypes.DType) else convert_to_tensor(d) for d in column_defaults]
    else:
        defaults = source.inferred(len(names), selected, num_rows_for_inference)
    if selected is not None and len(defaults) != len(selected):
        raise ValueError(
            "If specified, `column_defaults` and `select_columns` must have the same length: `column_defaults` has "
            f"length {len(defaults)}, `select_columns` has length {len(selected)}."
        )
    if selected is not None:
        names = [names[i] for i in selected]
    if label_name is not None and label_name not in names:
        raise ValueError(f"`label_name` provided must be one of the columns: {names}. Received: {label_name}.")

    def of_file(filename: Any) -> Dataset:
        dataset: Dataset = CsvDataset(
            filename, defaults, compression_type, None, header, field_delim, use_quote_delim, na_value, selected
        )
        return dataset.ignore_errors() if ignore_errors else dataset

    def features(*columns: Any) -> Any:
        return collections.OrderedDict(zip(names, columns))

    def labelled(*columns: Any) -> Any:
        named = collections.OrderedDict(zip(names, columns))
        label = named.pop(label_name)
        return named, label

    dataset = Dataset.from_tensor_slices(files)
    if shuffle:
        dataset = dataset.shuffle(len(files), shuffle_seed)
    cycle = 1 if num_parallel_reads is None else num_parallel_reads
    dataset = dataset.interleave(of_file, cycle_length=None if cycle == AUTOTUNE else cycle)
    dataset = _shuffled(dataset, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    dataset = dataset.batch(batch_size, drop_remainder=num_epochs is None)
    dataset = _MapDataset(dataset, features if label_name is None else labelled)
    return dataset.prefetch(prefetch_buffer_size)


def _shuffled(dataset: Dataset, epochs: Any, shuffle: bool, size: int, seed: Any) -> Dataset:
    if shuffle:
        dataset = dataset.shuffle(size, seed)
    return dataset if epochs == 1 else dataset.repeat(epochs)


def _files(file_pattern: Any, shuffle: bool) -> list[str]:
    patterns = list(file_pattern) if isinstance(file_pattern, (list, tuple)) else [file_pattern]
    if not patterns:
        raise ValueError("Argument `file_pattern` should not be empty.")
    files = [f for p in patterns for f in gfile.glob(p)]
    if not files:
        raise ValueError(f"No files match `file_pattern` {file_pattern}.")
    return files if shuffle else sorted(files)


def _numbers(columns: Sequence[Any], names: list[str]) -> list[int]:
    """The numbers, ascending, of columns given by name or number."""
    found = []
    for column in columns:
        if isinstance(column, str):
            if column not in names:
                raise ValueError(
                    f"Column {column} specified in `select_columns` must be of one of the columns: {names}."
                )
            column = names.index(column)
        if not 0 <= column < len(names):
            raise ValueError(f"Column index {column} specified in `select_columns` is out of range.")
        found.append(column)
    if len(found) != len(set(found)):
        raise ValueError("The `select_columns` argument contains duplicate columns.")
    return sorted(found)


class _Source:
    """CSV files, to learn the columns' names and types from."""

    def __init__(
        self,
        files: list[str],
        delimiter: str,
        quotes: bool,
        missing: str,
        header: bool,
        compression: Any,
        encoding: str,
    ) -> None:
        self._files, self._missing, self._header = files, missing, header
        self._style = {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE}
        self._compression, self._encoding = compression or "", encoding

    def _rows(self, path: str) -> Iterator[list[str]]:
        with reading(path), opened(_paths.local(path), self._compression) as file:
            yield from csv.reader(io.TextIOWrapper(file, self._encoding, newline=""), **self._style)  # type: ignore

    def names(self) -> list[str]:
        """The names in the header, which must be the same in all files."""
        headers = [next(self._rows(path), None) for path in self._files]
        if headers[0] is None:
            raise ValueError("Failed when reading the header line of the first file. Is it an empty file?")
        for path, header in zip(self._files, headers, strict=True):
            if header != headers[0]:
                raise ValueError(
                    f"All input CSV files should have the same column names in the header row. {path} does not."
                )
        return headers[0]

    def inferred(self, count: int, selected: list[int] | None, limit: int | None) -> list[Any]:
        """A dtype for each column that is read: the first of int32, int64, float32, float64 and string that takes all
        the values.
        """
        columns = range(count) if selected is None else selected
        found: list[dtypes.DType | None] = [None] * len(columns)
        for row in itertools.islice(self._all_rows(count), limit):
            for i, column in enumerate(columns):
                found[i] = self._type(row[column], found[i])
        return [_filler(kind or dtypes.string) for kind in found]

    def _all_rows(self, count: int) -> Iterator[list[str]]:
        for path in self._files:
            rows = self._rows(path)
            if self._header:
                next(rows, None)
            for row in rows:
                if len(row) != count:
                    raise ValueError(
                        f"Problem inferring types: CSV row {row} has {len(row)} number of fields. Expected: {count}."
                    )
                yield row

    def _type(self, text: str, before: dtypes.DType | None) -> dtypes.DType | None:
        if text in ("", self._missing):
            return before
        least = 0 if before is None else _BY_PERMISSION.index(before)
        return next(kind for kind in _BY_PERMISSION[least:] if _spells(text, kind))


def _filler(kind: dtypes.DType) -> Any:
    """The value of an empty field: 0 or an empty string."""
    return convert_to_tensor([""] if kind is dtypes.string else np.zeros(1, kind.as_numpy_dtype))


def _spells(text: str, kind: dtypes.DType) -> bool:
    """Whether a field can be read as `kind`; a number that float32 can't hold is a float64."""
    if kind is dtypes.string:
        return True
    try:
        if kind.is_integer:
            return kind.min <= int(text) <= kind.max
        value = float(text)
    except ValueError:
        return False
    return not np.isfinite(value) or float(kind.min) <= value <= float(kind.max)


# ---- SQL ----


class SqlDataset(Dataset):
    """The rows that a query gives (tf.data.experimental.SqlDataset), as tuples of scalars.

    driver_name: "sqlite". data_source_name: the database's file. output_types: the dtypes of the columns.
    InvalidArgumentError for another driver, a query that fails, or another number of columns.
    """

    __module__ = "tensorflow.python.data.experimental.ops.readers"

    def __init__(self, driver_name: Any, data_source_name: Any, query: Any, output_types: Any) -> None:
        super().__init__()
        given = (driver_name, data_source_name, query)
        driver, *self._source = (convert_to_tensor(v, dtypes.string).numpy().decode() for v in given)
        if driver != "sqlite":
            raise invalid(
                f"The database type, {driver}, is not supported by SqlDataset. The set of supported databases is: "
                "{'sqlite'}.",
                "SqlDataset",
            )
        self._types = structure.map_structure(dtypes.as_dtype, output_types)

    @property
    def element_spec(self) -> Any:
        """A scalar for each column."""
        return structure.map_structure(lambda kind: TensorSpec((), kind), self._types)

    def _iterate(self) -> Iterator[Any]:
        path, query = self._source
        kinds = structure.flatten(self._types)
        try:
            connection = sqlite3.connect(f"file:{_paths.local(path)}?mode=ro", uri=True)
            try:
                for row in connection.execute(query):
                    if len(row) != len(kinds):
                        raise invalid(
                            f"The number of columns in query ({len(row)}) must match the number of elements in "
                            f"output_types ({len(kinds)})."
                        )
                    leaves = [_sql_value(v, kind) for v, kind in zip(row, kinds, strict=True)]
                    yield structure.pack_sequence_as(self._types, leaves)
            finally:
                connection.close()
        except sqlite3.Error as e:
            raise errors.UnknownError(
                None, None, f"Prepare() failed: {e}: {query} [Op:IteratorGetNext] name: "
            ) from None


SqlDataset.__name__ = SqlDataset.__qualname__ = "SqlDatasetV2"


def _sql_value(value: Any, kind: dtypes.DType) -> Any:
    with _structure.on_host():
        if kind is dtypes.string:
            text = "" if value is None else value
            return convert_to_tensor(text if isinstance(text, (str, bytes)) else str(text), kind)
        return convert_to_tensor(np.asarray(0 if value is None else value).astype(kind.as_numpy_dtype), kind)


# ---- tf.train.Example ----


def make_batched_features_dataset(
    file_pattern: Any,
    batch_size: Any,
    features: dict[str, Any],
    reader: Callable[..., Any] | None = None,
    label_key: str | None = None,
    reader_args: Sequence[Any] | None = None,
    num_epochs: Any = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: Any = None,
    prefetch_buffer_size: Any = None,
    reader_num_threads: Any = None,
    parser_num_threads: Any = None,
    sloppy_ordering: bool = False,
    drop_final_batch: bool = False,
) -> Dataset:
    """A dataset of batches of parsed tf.train.Examples: dicts of features, or pairs of such and of a label.

    features: as tf.io.parse_example takes them. reader: makes the dataset of a file's records, of the file's name and
    `reader_args`; by default tf.data.TFRecordDataset. label_key: the feature that is the label. The other arguments
    are those of make_csv_dataset. (tf.data.experimental.make_batched_features_dataset)
    """
    files = _files(file_pattern, shuffle)
    make = TFRecordDataset if reader is None else reader
    arguments = list(reader_args or ())
    if label_key is not None and label_key not in features:
        raise ValueError(
            f"The `label_key` provided ({label_key!r}) must be one of the `features` keys: {list(features)}."
        )
    dataset = Dataset.from_tensor_slices(files)
    if shuffle:
        dataset = dataset.shuffle(len(files), shuffle_seed)
    dataset = dataset.interleave(lambda name: make(name, *arguments), cycle_length=reader_num_threads or 1)
    spec = dataset._known_spec()
    if isinstance(spec, tuple) and len(spec) == 2:
        dataset = dataset.map(lambda _, record: record)
    dataset = _shuffled(dataset, num_epochs, shuffle, shuffle_buffer_size, shuffle_seed)
    dataset = dataset.batch(batch_size, drop_remainder=drop_final_batch or num_epochs is None)
    dataset = dataset.apply(parse_example_dataset(features, parser_num_threads or 2))
    if label_key is not None:
        dataset = dataset.map(lambda parsed: (parsed, parsed.pop(label_key)))
    return dataset.prefetch(prefetch_buffer_size)


def parse_example_dataset(
    features: dict[str, Any] | None, num_parallel_calls: Any = 1, deterministic: bool | None = None
) -> Callable[[Dataset], Dataset]:
    """For Dataset.apply, of vectors of serialized tf.train.Examples: parses them as tf.io.parse_example does.

    ValueError without features. (tf.data.experimental.parse_example_dataset)
    """
    if features is None:
        raise ValueError("Argument `features` is required, but not specified.")

    def parse(serialized: Any) -> Any:
        import tfcompat

        return tfcompat.io.parse_example(serialized, features)

    def apply(dataset: Dataset) -> Dataset:
        spec = dataset.element_spec
        if not (isinstance(spec, TensorSpec) and spec.is_compatible_with(TensorSpec([None], dtypes.string))):
            raise TypeError(
                "Input dataset should be a dataset of vectors of strings. Instead it is `"
                f"{TensorShape(getattr(spec, 'shape', None))} {getattr(spec, 'dtype', spec)}`."
            )
        return dataset.map(parse, num_parallel_calls=num_parallel_calls, deterministic=deterministic)

    return apply
