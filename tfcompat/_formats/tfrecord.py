"""TFRecord files: byte strings one after the other, each with its length and the checksums of both.

A record is its length (8 bytes), the length's masked CRC-32C (4), the data and the data's masked CRC-32C (4), all
little-endian; the file as a whole may be compressed with GZIP or ZLIB.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from typing import IO, Any, Protocol

from tfcompat._core import errors
from tfcompat._formats.crc32c import masked_crc32c
from tfcompat._formats.snappy import SnappyError, decompress, literal

COMPRESSIONS = ("", "ZLIB", "GZIP")
_WINDOW_BITS = {"ZLIB": zlib.MAX_WBITS, "GZIP": zlib.MAX_WBITS + 16}
_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_LENGTH = struct.Struct(">I")
_PIECE = 1 << 18


def read_records(
    path: str | os.PathLike[str], compression: str | None = None, buffer_size: int | None = None
) -> Iterator[bytes]:
    """The records of the file at `path`, in order.

    compression: None or "", "GZIP" or "ZLIB"; ValueError for another. buffer_size: how many bytes are read at once, by
    default 256 KiB. OSError where the file can't be read; DataLossError, with the offset, where it is damaged.
    """
    kind = checked_compression(compression)
    size = buffer_size if buffer_size and buffer_size > 1 else _PIECE
    with open(path, "rb", buffering=size) as file:
        yield from _records(_Inflated(file, kind, size) if kind else _Plain(file))


def read_snappy_records(path: str | os.PathLike[str]) -> Iterator[bytes]:
    """The records of a file in Snappy blocks, as snapshots have them; errors as of `read_records`."""
    with open(path, "rb") as file:
        yield from _records(_Blocks(file))


def checked_compression(compression: str | None) -> str:
    """`compression` in TensorFlow's words, "" for None; ValueError for one that there is not."""
    if (compression or "") not in COMPRESSIONS:
        raise ValueError(f'Not a valid compression_type: "{compression}"')
    return compression or ""


class _Source(Protocol):
    """Bytes from the front; fewer than asked for at the end of the file alone."""

    at_end: str  # what TensorFlow says of an early end

    def read(self, count: int) -> bytes: ...


def _records(source: _Source) -> Iterator[bytes]:
    offset = 0
    while True:
        header = source.read(_HEADER.size)
        if len(header) < _HEADER.size:
            if header and not isinstance(source, _Plain):
                raise _truncated(offset, source)
            return  # TensorFlow takes a file that ends within a header as one that is still being written
        length, check = _HEADER.unpack(header)
        if masked_crc32c(header[:8]) != check:
            hint = "" if offset else " (Is this even a TFRecord file?)"
            raise errors.DataLossError(None, None, f"corrupted record at {offset}{hint}")
        data = source.read(length + _FOOTER.size)
        if len(data) < length + _FOOTER.size:
            raise _truncated(offset, source)
        record = data[:length]
        if _FOOTER.pack(masked_crc32c(record)) != data[length:]:
            raise errors.DataLossError(None, None, f"corrupted record at {offset + _HEADER.size}")
        yield record
        offset += _HEADER.size + len(data)


def _truncated(offset: int, source: _Source) -> errors.DataLossError:
    return errors.DataLossError(None, None, f"truncated record at {offset}' failed with {source.at_end}")


class _Plain:
    at_end = "Read less bytes than requested"

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._size = file, os.fstat(file.fileno()).st_size

    def read(self, count: int) -> bytes:
        # A length may lie: no more memory is asked for than the file has bytes, unless it is no regular file.
        return self._file.read(min(count, self._size) if self._size else count)


class _Inflated:
    at_end = "EOF reached"

    def __init__(self, file: IO[bytes], compression: str, piece: int) -> None:
        self._file, self._bits, self._piece = file, _WINDOW_BITS[compression], piece
        self._stream = zlib.decompressobj(self._bits)
        self._ready = bytearray()

    def read(self, count: int) -> bytes:
        while len(self._ready) < count and self._more():
            pass
        taken = bytes(self._ready[:count])
        del self._ready[:count]
        return taken

    def _more(self) -> bool:
        """Inflates one more piece; False at the end of the file. Streams may follow one another."""
        waiting = self._stream.unconsumed_tail or self._stream.unused_data or self._file.read(self._piece)
        if not waiting:
            return False
        if self._stream.eof:
            self._stream = zlib.decompressobj(self._bits)
        try:
            self._ready += self._stream.decompress(waiting, self._piece)
        except zlib.error as error:
            # zlib says "Error -3 while decompressing data: incorrect header check".
            reason = str(error).rpartition(": ")[2]
            raise errors.DataLossError(None, None, f"inflate() failed with error -3: {reason}") from None
        return True


class _Blocks:
    """Snappy blocks, each with its length before it, four bytes from the highest."""

    at_end = "EOF reached"

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._ready = file, bytearray()
        self._left = os.fstat(file.fileno()).st_size

    def read(self, count: int) -> bytes:
        while len(self._ready) < count and self._more():
            pass
        taken = bytes(self._ready[:count])
        del self._ready[:count]
        return taken

    def _more(self) -> bool:
        """Unpacks one more block; False at the end of the file."""
        header = self._file.read(_LENGTH.size)
        if not header:
            return False
        self._left -= _LENGTH.size
        length = _LENGTH.unpack(header)[0] if len(header) == _LENGTH.size else self._left + 1
        if length > self._left:
            raise errors.DataLossError(None, None, "Failed to read the length or the bytes of a Snappy block.")
        self._left -= length
        try:
            self._ready += decompress(self._file.read(length))
        except SnappyError as error:
            raise errors.DataLossError(None, None, f"Snappy decompression failed: {error}") from None
        return True


class RecordWriter:
    """Writes records to a file, which is emptied first; a context manager.

    compression: None or "", "GZIP" or "ZLIB". The other arguments are zlib's; None is its default. As the file may be
    read while it is written, what `flush` has written is there under its own name.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        compression: str | None = None,
        level: int | None = None,
        window_bits: int | None = None,
        mem_level: int | None = None,
        strategy: int | None = None,
        flush_mode: int | None = None,
    ) -> None:
        kind = checked_compression(compression)
        self._stream: Any = None
        self._flush_mode = zlib.Z_SYNC_FLUSH if flush_mode is None else flush_mode
        if kind:
            bits = _WINDOW_BITS[kind] if window_bits is None else window_bits + (16 if kind == "GZIP" else 0)
            self._stream = zlib.compressobj(
                zlib.Z_DEFAULT_COMPRESSION if level is None else level,
                zlib.DEFLATED,
                bits,
                zlib.DEF_MEM_LEVEL if mem_level is None else mem_level,
                zlib.Z_DEFAULT_STRATEGY if strategy is None else strategy,
            )
        self._file: IO[bytes] | None = open(path, "wb", buffering=_PIECE)  # noqa: SIM115

    def write(self, record: bytes) -> None:
        """Adds one record."""
        header = struct.pack("<Q", len(record))
        self._put(header + _FOOTER.pack(masked_crc32c(header)) + record + _FOOTER.pack(masked_crc32c(record)))

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        file = self._open_file()
        if self._stream and self._flush_mode != zlib.Z_NO_FLUSH:
            file.write(self._stream.flush(self._flush_mode))
        file.flush()

    def close(self) -> None:
        """Ends the file; calling it again does nothing."""
        if self._file is None:
            return
        with self._file as file:
            self._file = None
            if self._stream:
                file.write(self._stream.flush(zlib.Z_FINISH))

    def _put(self, data: bytes) -> None:
        file = self._open_file()
        file.write(self._stream.compress(data) if self._stream else data)

    def _open_file(self) -> IO[bytes]:
        if self._file is None:
            raise errors.FailedPreconditionError(None, None, "Writer is closed.")
        return self._file

    def __enter__(self) -> RecordWriter:
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()


class SnappyRecordWriter(RecordWriter):
    """Writes records in Snappy blocks, of which none is made smaller: `read_snappy_records` reads them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self._stream = _BlockStream()


class _BlockStream:
    """Makes blocks of bytes, as zlib's streams make compressed bytes of them."""

    def __init__(self) -> None:
        self._ready = bytearray()

    def compress(self, data: bytes) -> bytes:
        self._ready += data
        return self.flush() if len(self._ready) >= _PIECE else b""

    def flush(self, mode: int = zlib.Z_FINISH) -> bytes:
        made = []
        for start in range(0, len(self._ready), _PIECE):
            block = literal(memoryview(self._ready)[start : start + _PIECE])
            made += [_LENGTH.pack(len(block)), block]
        self._ready = bytearray()
        return b"".join(made)
