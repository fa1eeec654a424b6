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


class EventWriter:
    """Writes events to a new file "events.out.tfevents..." in `directory`, which is made where it is not there."""

    def __init__(self, directory: str | os.PathLike[str], filename_suffix: str = ".v2") -> None:
        os.makedirs(directory, exist_ok=True)
        name = f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{os.getpid()}.{next(_COUNTER)}"
        self.path = os.path.join(os.fspath(directory), name + filename_suffix)
        self._records = RecordWriter(self.path)
        self.add_event(file_version="brain.Event:2", source_metadata={"writer": "tensorflow.core.util.events_writer"})
        self.flush()

    def add_event(self, **fields: Any) -> None:
        """Adds an Event of these fields, which happens now."""
        self._records.write(message("Event")(wall_time=time.time(), **fields).SerializeToString())

    def add(self, value: Any, step: int) -> None:
        """Adds a Summary.Value, as the functions of this module make them."""
        self.add_event(step=step, summary=message("Summary")(value=[value]))

    def flush(self) -> None:
        """Hands what was written to the operating system, for TensorBoard to read."""
        self._records.flush()

    def close(self) -> None:
        """Ends the file."""
        self._records.close()


def summary_value(tag: str, array: Any, plugin: str, content: bytes = b"", description: str = "") -> Any:
    """A Summary.Value of an array (of bytes, for strings) that a plugin of TensorBoard shows."""
    dtype = dtypes.string if array.dtype == object else dtypes.as_dtype(array.dtype)
    metadata = {
        "plugin_data": {"plugin_name": plugin, "content": content},
        "summary_description": description,
    }
    return message("Summary.Value")(tag=tag, metadata=metadata, tensor=with_content(array, dtype))


def scalar(tag: str, number: Any, description: str = "") -> Any:
    """A number as a Summary.Value."""
    return summary_value(tag, np.asarray(number, np.float32), "scalars", description=description)


def text(tag: str, strings: Any, description: str = "") -> Any:
    """Strings as a Summary.Value."""
    array = np.frompyfunc(lambda s: s.encode() if isinstance(s, str) else s, 1, 1)(np.asarray(strings, object))
    return summary_value(tag, np.asarray(array, object), "text", description=description)


def histogram(tag: str, values: Any, buckets: int = 30, description: str = "") -> Any:
    """How many of the values lie in each of some equally wide buckets, as a Summary.Value."""
    rows = histogram_buckets(np.asarray(values), buckets)
    return summary_value(tag, rows, "histograms", description=description)


def histogram_buckets(values: np.ndarray, buckets: int) -> np.ndarray:
    """Each bucket's left and right edge and how many of the values it has: [buckets, 3]; the last has the greatest.

    Equal values lie in the last bucket, whose edges are both that value. No values are in no bucket.
    """
    flat, buckets = values.astype(np.float64).ravel(), max(buckets, 0)
    if not flat.size or not buckets:
        return np.zeros((buckets, 3))
    low, high = flat.min(), flat.max()
    if low == high:
        rows = np.full((buckets, 3), high)
        rows[:, 2] = 0
        rows[-1, 2] = flat.size
        return rows
    with np.errstate(invalid="ignore", over="ignore"):  # NaN and infinities make edges that are no numbers
        width = (high - low) / buckets
        places = np.floor((flat - low) / width)
        edges = low + width * np.arange(buckets + 1)
    edges[0], edges[-1] = low, high
    places = np.minimum(places[~np.isnan(places)], buckets - 1).astype(np.int64)
    return np.stack([edges[:-1], edges[1:], np.bincount(places, minlength=buckets)], -1)


def image(tag: str, images: Any, max_outputs: int = 3, description: str = "") -> Any:
    """Images [count, height, width, 1 to 4 channels], floats in [0, 1] or uint8, as a Summary.Value."""
    pixels = np.asarray(images)
    if pixels.dtype != np.uint8:
        pixels = np.clip(pixels * 255.5, 0, 255).astype(np.uint8)  # as tf.image.convert_image_dtype
    parts = [b"%d" % pixels.shape[2], b"%d" % pixels.shape[1], *(encode_png(p) for p in pixels[:max_outputs])]
    array = np.empty(len(parts), object)
    array[:] = parts
    return summary_value(tag, array, "images", description=description)


def keras_model(tag: str, json: str) -> Any:
    """A Keras model's JSON as a Summary.Value, which TensorBoard draws."""
    return summary_value(tag, np.asarray(json.encode(), object), "graph_keras_model", content=b"1")


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
