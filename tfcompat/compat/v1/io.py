"""tf.compat.v1.io: functions of tf.io that took their arguments in another order, and records without tensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tfcompat import io
from tfcompat._core import dtypes
from tfcompat._core import logging as _logging
from tfcompat._formats.tfrecord import read_records as _read_records
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.io import _paths


class TFRecordCompressionType:
    """The numbers that tf.io.TFRecordOptions takes for compressions (tf.compat.v1.io.TFRecordCompressionType)."""

    NONE = 0
    ZLIB = 1
    GZIP = 2


def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """The records of the TFRecord file at `path`, bytes, one after the other (tf.compat.v1.io.tf_record_iterator).

    options: a tf.io.TFRecordOptions that tells the compression. NotFoundError where there is no such file,
    DataLossError where it is damaged.
    """
    _logging.deprecated("tf.compat.v1.io.tf_record_iterator is deprecated, use tf.data.TFRecordDataset(path).")
    how = io.TFRecordOptions.get_compression_type_string(options)
    return _records(_paths.local(path), how)


def _records(path: str, compression: str) -> Iterator[bytes]:
    with _paths.translated(path):
        yield from _read_records(path, compression)


def parse_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """tf.io.parse_example (tf.compat.v1.io.parse_example)."""
    return io.parse_example(serialized, features, example_names, name)


def parse_single_example(
    serialized: Any, features: Mapping[str, Any], name: str | None = None, example_names: Any = None
) -> dict[str, Any]:
    """tf.io.parse_single_example (tf.compat.v1.io.parse_single_example)."""
    return io.parse_single_example(serialized, features, example_names, name)


def serialize_sparse(sp_input: Any, name: str | None = None, out_type: Any = dtypes.string) -> Any:
    """tf.io.serialize_sparse (tf.compat.v1.io.serialize_sparse)."""
    return io.serialize_sparse(sp_input, out_type, name)


def serialize_many_sparse(sp_input: Any, name: str | None = None, out_type: Any = dtypes.string) -> Any:
    """tf.io.serialize_many_sparse (tf.compat.v1.io.serialize_many_sparse)."""
    return io.serialize_many_sparse(sp_input, out_type, name)


__all__ = [
    "TFRecordCompressionType",
    "parse_example",
    "parse_single_example",
    "serialize_many_sparse",
    "serialize_sparse",
    "tf_record_iterator",
]

__getattr__ = _module_getattr("tf.compat.v1.io", globals(), {})
