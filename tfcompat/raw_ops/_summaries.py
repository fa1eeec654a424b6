"""Raw ops that make summaries and write them to event files."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core.dtypes import BY_STORAGE
from tfcompat._core.ops import Invalid, Value, Values
from tfcompat._core.storage import to_numpy
from tfcompat._formats.events import EventWriter
from tfcompat._formats.protos import message
from tfcompat._formats.tensor_proto import with_content
from tfcompat.raw_ops._registry import raw
from tfcompat.raw_ops._variants import Resource, each_time


def _string(proto: Any) -> np.ndarray:
    return np.array(proto.SerializeToString(deterministic=True), object)


@raw("ScalarSummary")
def scalar_summary(tags: Value, values: Value) -> Any:
    """A Summary of numbers, each with a tag."""
    if tuple(tags.shape) != tuple(values.shape):
        raise Invalid(f"tags and values are not the same shape: {list(tags.shape)} != {list(values.shape)}")

    def make(tags: Any, values: Any) -> list[Any]:
        numbers = to_numpy(values).reshape(-1).astype(np.float32).tolist()
        pairs = zip(tags.reshape(-1).tolist(), numbers, strict=True)
        return [_string(message("Summary")(value=[{"tag": t.decode(), "simple_value": v} for t, v in pairs]))]

    return each_time(make, [tags, values], [_STRING])[0]


@raw("TensorSummaryV2")
def tensor_summary_v2(tag: Value, tensor: Value, serialized_summary_metadata: Value) -> Any:
    """A Summary of a tensor."""

    def make(tag: Any, tensor: Any, metadata: Any) -> list[Any]:
        content = with_content(to_numpy(tensor), BY_STORAGE[tensor.dtype])
        told = message("SummaryMetadata").FromString(metadata.item())
        value = message("Summary.Value")(tag=tag.item().decode(), metadata=told, tensor=content)
        return [_string(message("Summary")(value=[value]))]

    return each_time(make, [tag, tensor, serialized_summary_metadata], [_STRING])[0]


@raw("MergeSummary")
def merge_summary(inputs: Values) -> Any:
    """The values of many Summaries in one; InvalidArgumentError for a tag that comes twice."""

    def merge(*texts: Any) -> list[Any]:
        whole, seen = message("Summary")(), set()
        for text in (t for array in texts for t in array.reshape(-1).tolist()):
            for value in message("Summary").FromString(text).value:
                if value.tag in seen:
                    raise Invalid(f"Duplicate tag {value.tag} found in summary inputs")
                seen.add(value.tag)
                whole.value.append(value)
        return [_string(whole)]

    return each_time(merge, inputs, [_STRING])[0]


_STRING = BY_STORAGE[np.dtype(object)]


class _Writer(Resource):
    """An event file, which the first op on it may make."""

    def __init__(self) -> None:
        self.file: EventWriter | None = None

    def open(self) -> EventWriter:
        """The file; InvalidArgumentError where there is none."""
        if self.file is None:
            raise Invalid("The summary writer has no file: CreateSummaryFileWriter makes it one")
        return self.file


_writers: dict[tuple[str, str], _Writer] = {}


@raw("SummaryWriter")
def summary_writer(shared_name: str, container: str) -> _Writer:
    """A writer without a file; the same one for the same name."""
    return _writers.setdefault((container, shared_name), _Writer()) if shared_name else _Writer()


@raw("CreateSummaryFileWriter")
def create_summary_file_writer(
    writer: _Writer, logdir: Value, max_queue: Value, flush_millis: Value, filename_suffix: Value
) -> None:
    """Gives a writer an event file in a directory, where it has none; events wait in no queue."""

    def create(logdir: Any, suffix: Any) -> None:
        if writer.file is None:
            writer.file = EventWriter(logdir.item().decode(), suffix.item().decode())

    each_time(create, [logdir, filename_suffix], None)


@raw("FlushSummaryWriter")
def flush_summary_writer(writer: _Writer) -> None:
    """Sends what was written to the file."""
    each_time(lambda: writer.open().flush(), [], None)


@raw("CloseSummaryWriter")
def close_summary_writer(writer: _Writer) -> None:
    """Ends the file."""

    def close() -> None:
        file, writer.file = writer.file, None
        if file is not None:
            file.close()

    each_time(close, [], None)


def _write(writer: _Writer, step: Any, make: Any, *tensors: Any) -> None:
    def write(step: Any, *held: Any) -> None:
        writer.open().add_event(step=int(step), summary=make(*held))

    each_time(write, [step, *tensors], None)


@raw("WriteScalarSummary")
def write_scalar_summary(writer: _Writer, step: Value, tag: Value, value: Value) -> None:
    """Writes a number under a tag."""

    def make(tag: Any, value: Any) -> Any:
        return message("Summary")(value=[{"tag": tag.item().decode(), "simple_value": float(value)}])

    _write(writer, step, make, tag, value)


@raw("WriteSummary")
def write_summary(writer: _Writer, step: Value, tensor: Value, tag: Value, summary_metadata: Value) -> None:
    """Writes a tensor under a tag."""

    def make(tensor: Any, tag: Any, metadata: Any) -> Any:
        content = with_content(to_numpy(tensor), BY_STORAGE[tensor.dtype])
        told = message("SummaryMetadata").FromString(metadata.item())
        value = message("Summary.Value")(tag=tag.item().decode(), metadata=told, tensor=content)
        return message("Summary")(value=[value])

    _write(writer, step, make, tensor, tag, summary_metadata)


@raw("WriteRawProtoSummary")
def write_raw_proto_summary(writer: _Writer, step: Value, tensor: Value) -> None:
    """Writes serialized Summaries."""

    def make(tensor: Any) -> Any:
        whole = message("Summary")()
        for text in tensor.reshape(-1).tolist():
            whole.MergeFromString(text)
        return whole

    _write(writer, step, make, tensor)


@raw("ImportEvent")
def import_event(writer: _Writer, event: Value) -> None:
    """Writes a serialized Event."""

    def write(event: Any) -> None:
        writer.open()._records.write(event.item())

    each_time(write, [event], None)
