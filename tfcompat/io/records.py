"""tf.io.TFRecordWriter and TFRecordOptions: files of strings."""

from __future__ import annotations

import os
from typing import Any

from tfcompat._formats.tfrecord import COMPRESSIONS, RecordWriter
from tfcompat.io import _paths


class TFRecordOptions:
    """How a TFRecord file is compressed (tf.io.TFRecordOptions).

    compression_type: "GZIP", "ZLIB", "" or None for neither (or TensorFlow 1's numbers 2, 1, 0). The others are zlib's:
    flush_mode, window_bits, compression_level, mem_level, compression_strategy, compression_method; the buffer sizes
    are TensorFlow's, and Python's file buffers take their place.
    """

    compression_type_map = {1: "ZLIB", 2: "GZIP", 0: ""}

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.get_compression_type_string(compression_type)  # ValueError for an unknown one
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """The name of the compression that options, a name, a number or None stand for; ValueError for another."""
        if not options:
            return ""
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        if isinstance(options, int) and options in cls.compression_type_map:
            return cls.compression_type_map[options]
        if options in COMPRESSIONS:
            return options
        raise ValueError(f'Not a valid compression_type: "{options}"')


class TFRecordWriter:
    """Writes strings to a TFRecord file; a context manager (tf.io.TFRecordWriter).

    options: a TFRecordOptions or a compression, "GZIP" or "ZLIB". The errors of tf.errors where the file can't be
    written.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(compression_type=options)
        if options.compression_method not in (None, 8):
            raise ValueError(f"zlib has compression_method 8 (deflate) alone, got {options.compression_method}")
        kind = TFRecordOptions.get_compression_type_string(options)
        name = _paths.text(path)
        with _paths.translated(name):
            where = _paths.local(name)
            if os.path.isdir(where):
                raise IsADirectoryError(21, os.strerror(21), where)
            self._writer = RecordWriter(
                where,
                kind,
                options.compression_level,
                None if options.window_bits is None else abs(options.window_bits),
                options.mem_level,
                options.compression_strategy,
                options.flush_mode,
            )

    def write(self, record: Any) -> None:
        """Adds a record, a str or bytes; FailedPreconditionError where the file is closed."""
        if isinstance(record, str):
            record = record.encode("utf8")
        if not isinstance(record, (bytes, bytearray, memoryview)):
            raise TypeError(f"Argument `record` of TFRecordWriter.write takes a str or bytes, got {record!r}")
        self._writer.write(bytes(record))

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        self._writer.flush()

    def close(self) -> None:
        """Ends the file."""
        self._writer.close()

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()
