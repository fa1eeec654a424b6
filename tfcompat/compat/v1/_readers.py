"""Readers of the files whose names are in a queue: tf.compat.v1.WholeFileReader and relatives.

A record is read whenever a session runs the tensors that `read` gave. RuntimeError where ops run when they are called,
as in TensorFlow: tf.data is for that.
"""

from __future__ import annotations

from typing import Any

import tfcompat as tf
from tfcompat.raw_ops._queues import handle_of


class ReaderBase:
    """What readers have in common (tf.compat.v1.ReaderBase): keys and records of files, one file after the other.

    reader_ref: the reader itself, as tf.raw_ops makes it. supports_serialize: whether its state can be had.
    """

    def __init__(self, reader_ref: Any, supports_serialize: bool = False) -> None:
        if tf.executing_eagerly():
            raise RuntimeError(
                "Readers are not supported when eager execution is enabled. Instead, please use tf.data to get data "
                "into your model."
            )
        self._reader_ref, self._supports_serialize = reader_ref, supports_serialize

    @property
    def reader_ref(self) -> Any:
        """The reader itself."""
        return self._reader_ref

    @property
    def supports_serialize(self) -> bool:
        """Whether `serialize_state` and `restore_state` work."""
        return self._supports_serialize

    def read(self, queue: Any, name: str | None = None) -> Any:
        """The next key and record, two strings, of the files that `queue` names; OutOfRangeError at its end."""
        found = tf.raw_ops.ReaderReadV2(reader_handle=self._reader_ref, queue_handle=handle_of(queue))
        return type(found)(*(_shaped(t, ()) for t in found))

    def read_up_to(self, queue: Any, num_records: Any, name: str | None = None) -> Any:
        """The next keys and records of one file, at most `num_records`, two vectors of strings."""
        found = tf.raw_ops.ReaderReadUpToV2(
            reader_handle=self._reader_ref,
            queue_handle=handle_of(queue),
            num_records=tf.convert_to_tensor(num_records, tf.int64),
        )
        return type(found)(*(_shaped(t, (None,)) for t in found))

    def num_records_produced(self, name: str | None = None) -> Any:
        """How many records were read, an int64 scalar."""
        return _shaped(tf.raw_ops.ReaderNumRecordsProducedV2(reader_handle=self._reader_ref), ())

    def num_work_units_completed(self, name: str | None = None) -> Any:
        """How many files were read to their ends, an int64 scalar."""
        return _shaped(tf.raw_ops.ReaderNumWorkUnitsCompletedV2(reader_handle=self._reader_ref), ())

    def serialize_state(self, name: str | None = None) -> Any:
        """How far the reader is, a string."""
        return tf.raw_ops.ReaderSerializeStateV2(reader_handle=self._reader_ref)

    def restore_state(self, state: Any, name: str | None = None) -> Any:
        """Takes the reader to where it was when `serialize_state` gave `state`."""
        return tf.raw_ops.ReaderRestoreStateV2(reader_handle=self._reader_ref, state=state)

    def reset(self, name: str | None = None) -> Any:
        """Takes the reader to where it was made."""
        return tf.raw_ops.ReaderResetV2(reader_handle=self._reader_ref)


def _shaped(tensor: Any, shape: Any) -> Any:
    tensor.set_shape(shape)
    return tensor


class WholeFileReader(ReaderBase):
    """Files as a whole, under their names (tf.compat.v1.WholeFileReader)."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(tf.raw_ops.WholeFileReaderV2(name=name), supports_serialize=True)


class TextLineReader(ReaderBase):
    """Lines, without the first `skip_header_lines` of each file (tf.compat.v1.TextLineReader)."""

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(tf.raw_ops.TextLineReaderV2(skip_header_lines=skip_header_lines or 0, name=name))


class FixedLengthRecordReader(ReaderBase):
    """Records of one length (tf.compat.v1.FixedLengthRecordReader).

    header_bytes, footer_bytes: left out at a file's ends. hop_bytes: from one record to the next, their length where 0.
    encoding: "ZLIB" for compressed files.
    """

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        hop_bytes: int | None = None,
        name: str | None = None,
        encoding: str | None = None,
    ) -> None:
        reader = tf.raw_ops.FixedLengthRecordReaderV2(
            record_bytes=record_bytes,
            header_bytes=header_bytes or 0,
            footer_bytes=footer_bytes or 0,
            hop_bytes=hop_bytes or 0,
            encoding=encoding or "",
            name=name,
        )
        super().__init__(reader)


class TFRecordReader(ReaderBase):
    """The records of TFRecord files (tf.compat.v1.TFRecordReader); options: a TFRecordOptions that tells how they
    are compressed.
    """

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        kind = tf.io.TFRecordOptions.get_compression_type_string(options)
        super().__init__(tf.raw_ops.TFRecordReaderV2(compression_type=kind, name=name))


class LMDBReader(ReaderBase):
    """Records of LMDB files, which tfcompat does not read: NotImplementedError (tf.compat.v1.LMDBReader)."""

    def __init__(self, name: str | None = None, options: Any = None) -> None:
        raise NotImplementedError("tf.compat.v1.LMDBReader: tfcompat does not read LMDB files.")


class IdentityReader(ReaderBase):
    """The names in the queue themselves, as keys and as records (tf.compat.v1.IdentityReader)."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(tf.raw_ops.IdentityReaderV2(name=name), supports_serialize=True)
