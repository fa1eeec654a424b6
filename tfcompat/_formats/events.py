"""TensorBoard's event files: TFRecord files of Event messages, and the summaries that they hold."""

from __future__ import annotations

import itertools
import os
import socket
import struct
import time
import zlib
from typing import Any

import numpy as np

from tfcompat._core import dtypes
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import with_content
from tfcompat._formats.tfrecord import RecordWriter

_COUNTER = itertools.count()
_SCALAR, _TENSOR, _BLOBS = 1, 2, 3  # SummaryMetadata's data classes


class EventWriter:
    """Writes events to a new file "events.out.tfevents..." in `directory`, which is made where it is not there."""

    def __init__(self, directory: str | os.PathLike[str], filename_suffix: str = ".v2") -> None:
        os.makedirs(directory, exist_ok=True)
        name = f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{os.getpid()}.{next(_COUNTER)}"
        self.path = os.path.join(os.fspath(directory), name + filename_suffix)
        self._records = RecordWriter(self.path)
        self._write(file_version="brain.Event:2", source_metadata={"writer": "tensorflow.core.util.events_writer"})
        self.flush()

    def _write(self, **fields: Any) -> None:
        self._records.write(message("Event")(wall_time=time.time(), **fields).SerializeToString())

    def add(self, value: Any, step: int) -> None:
        """Adds a Summary.Value, as the functions of this module make them."""
        self._write(step=step, summary=message("Summary")(value=[value]))

    def flush(self) -> None:
        """Hands what was written to the operating system, for TensorBoard to read."""
        self._records.flush()

    def close(self) -> None:
        """Ends the file."""
        self._records.close()


def summary_value(
    tag: str, array: Any, plugin: str, data_class: int, content: bytes = b"", description: str = ""
) -> Any:
    """A Summary.Value of an array (of bytes, for strings) that a plugin of TensorBoard shows."""
    dtype = dtypes.string if array.dtype == object else dtypes.as_dtype(array.dtype)
    metadata = {
        "plugin_data": {"plugin_name": plugin, "content": content},
        "summary_description": description,
        "data_class": data_class,
    }
    return message("Summary.Value")(tag=tag, metadata=metadata, tensor=with_content(array, dtype))


def scalar(tag: str, number: Any, description: str = "") -> Any:
    """A number as a Summary.Value."""
    return summary_value(tag, np.asarray(number, np.float32), "scalars", _SCALAR, description=description)


def text(tag: str, strings: Any, description: str = "") -> Any:
    """Strings as a Summary.Value."""
    array = np.frompyfunc(lambda s: s.encode() if isinstance(s, str) else s, 1, 1)(np.asarray(strings, object))
    return summary_value(tag, np.asarray(array, object), "text", _TENSOR, description=description)


def histogram(tag: str, values: Any, buckets: int = 30, description: str = "") -> Any:
    """How many of the values lie in each of some equally wide buckets, as a Summary.Value."""
    flat = np.asarray(values, np.float64).ravel()
    if not flat.size or not buckets:
        rows = np.zeros((buckets, 3))
    elif flat.min() == flat.max():
        # One value: it fills the last of buckets that are all of width 1 around it.
        counts = np.zeros(buckets)
        counts[-1] = flat.size
        rows = np.stack([np.full(buckets, flat[0] - 0.5), np.full(buckets, flat[0] + 0.5), counts], -1)
    else:
        counts, edges = np.histogram(flat, buckets)
        rows = np.stack([edges[:-1], edges[1:], counts], -1)
    return summary_value(tag, rows, "histograms", _TENSOR, description=description)


def image(tag: str, images: Any, max_outputs: int = 3, description: str = "") -> Any:
    """Images [count, height, width, 1 to 4 channels], floats in [0, 1] or uint8, as a Summary.Value."""
    pixels = np.asarray(images)
    if pixels.dtype != np.uint8:
        pixels = (np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
    parts = [b"%d" % pixels.shape[2], b"%d" % pixels.shape[1], *(encode_png(p) for p in pixels[:max_outputs])]
    array = np.empty(len(parts), object)
    array[:] = parts
    return summary_value(tag, array, "images", _BLOBS, description=description)


def keras_model(tag: str, json: str) -> Any:
    """A Keras model's JSON as a Summary.Value, which TensorBoard draws."""
    return summary_value(tag, np.asarray(json.encode(), object), "graph_keras_model", 0, content=b"1")


def encode_png(pixels: np.ndarray) -> bytes:
    """A uint8 image [height, width, 1 to 4 channels] as a PNG file; ValueError for another number of channels."""
    height, width, channels = pixels.shape
    if not 1 <= channels <= 4:
        raise ValueError(f"A PNG image has 1 to 4 channels. Received: shape={pixels.shape}")

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each row starts with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows.tobytes())), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
