"""Raw ops that make summaries and write them to event files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

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


@raw("TensorSummary")
def tensor_summary(tensor: Value, description: str, labels: list[str], display_name: str) -> Any:
    """A Summary of a tensor, by the name of the op; what the other arguments say is not in it, as in TensorFlow."""

    def make(tensor: Any) -> list[Any]:
        content = with_content(to_numpy(tensor), BY_STORAGE[tensor.dtype])
        return [
            _string(message("Summary")(value=[message("Summary.Value")(node_name="TensorSummary", tensor=content)]))
        ]

    return each_time(make, [tensor], [_STRING])[0]


def _limits() -> np.ndarray:
    """Where the histograms' buckets end: each a tenth wider than the one before, on both sides of 0."""
    sides = [1e-12]
    while sides[-1] * 1.1 < 1e20:
        sides.append(sides[-1] * 1.1)
    positive = np.array([*sides, np.finfo(np.float64).max])
    return np.concatenate([-positive[::-1], [0.0], positive])


def _histogram(values: np.ndarray) -> Any:
    """The HistogramProto of numbers; empty buckets side by side are one."""
    x = values.reshape(-1).astype(np.float64)
    limits = _limits()
    counts = np.bincount(np.minimum(np.searchsorted(limits, x, "right"), len(limits) - 1), minlength=len(limits))
    kept = (counts > 0) | np.append(counts[1:] > 0, True)
    most = np.finfo(np.float64).max
    return message("HistogramProto")(
        min=x.min() if x.size else most,
        max=x.max() if x.size else -most,
        num=x.size,
        sum=x.sum(),
        sum_squares=np.square(x).sum(),
        bucket_limit=limits[kept],
        bucket=counts[kept].astype(np.float64),
    )


@raw("HistogramSummary")
def histogram_summary(tag: Value, values: Value) -> Any:
    """A Summary of how numbers are spread; InvalidArgumentError where one is not finite."""

    def make(tag: Any, values: Any) -> list[Any]:
        name, numbers = tag.item().decode(), to_numpy(values)
        if not np.isfinite(numbers.astype(np.float64)).all():
            raise Invalid(f"Nan in summary histogram for: {name}")
        return [_string(message("Summary")(value=[{"tag": name, "histo": _histogram(numbers)}]))]

    return each_time(make, [tag, values], [_STRING])[0]


def _sounds(tag: str, sound: np.ndarray, rate: float, most: int) -> Any:
    """A Summary of the first sounds of a batch, [batch, frames, channels] or [batch, frames]."""
    from tfcompat._formats import wav
    from tfcompat.audio import _as_samples

    if sound.ndim not in (2, 3):
        raise Invalid(f"Tensor must be 3-D or 2-D, got: {list(sound.shape)}")
    values = []
    for i, each in enumerate(sound.reshape(*sound.shape[:2], -1)[:most]):
        audio = message("Summary.Audio")(
            sample_rate=rate,
            num_channels=each.shape[1],
            length_frames=each.shape[0],
            encoded_audio_string=wav.write(_as_samples(torch.from_numpy(each)), int(rate)),
            content_type="audio/wav",
        )
        name = f"{tag}/audio" if most == 1 else f"{tag}/audio/{i}"
        values.append(message("Summary.Value")(tag=name, audio=audio))
    return message("Summary")(value=values)


@raw("AudioSummaryV2")
def audio_summary(tag: Value, tensor: Value, sample_rate: Value, max_outputs: int) -> Any:
    """A Summary of sounds."""

    def make(tag: Any, tensor: Any, rate: Any) -> list[Any]:
        return [_string(_sounds(tag.item().decode(), to_numpy(tensor), float(rate), max_outputs))]

    return each_time(make, [tag, tensor, sample_rate], [_STRING])[0]


def _pixels(image: np.ndarray, bad_color: Sequence[int]) -> np.ndarray:
    """An image of floats as uint8: 0 stays black, or middle gray where there are negative ones."""
    if image.dtype == np.uint8:
        return image
    x = image.astype(np.float32)
    finite = np.all(np.isfinite(x), axis=-1, keepdims=True)
    kept = x[finite[..., 0]]
    low, high = (float(kept.min()), float(kept.max())) if kept.size else (0.0, 0.0)
    largest, steps, start = (max(-low, high), 127.0, 128.0) if low < 0 else (high, 255.0, 0.0)
    scale = 0.0 if largest < 1e-6 else np.float32(steps / largest)
    scaled = np.where(finite, x * scale + np.float32(start), 0).astype(np.uint8)
    return np.where(finite, scaled, np.array(bad_color[: x.shape[-1]], np.uint8))


_RED = (255, 0, 0, 255)


def _images(tag: str, images: Any, bad_color: Sequence[int], most: int) -> Any:
    """A Summary of the first images of a batch, [batch, height, width, channels]."""
    from tfcompat.image.codecs import encode_png

    array = to_numpy(images)
    if array.ndim != 4 or array.shape[3] not in (1, 3, 4):
        raise Invalid(f"Tensor must be 4-D with last dim 1, 3, or 4, not {list(array.shape)}")
    if len(bad_color) < array.shape[3]:
        raise Invalid(f"expected bad_color of {array.shape[3]} values, got {list(bad_color)}")
    values = []
    for i, image in enumerate(array[:most]):
        picture = message("Summary.Image")(
            height=image.shape[0],
            width=image.shape[1],
            colorspace=image.shape[2],
            encoded_image_string=encode_png(_pixels(image, bad_color)).numpy(),
        )
        name = f"{tag}/image" if most == 1 else f"{tag}/image/{i}"
        values.append(message("Summary.Value")(tag=name, image=picture))
    return message("Summary")(value=values)


@raw("ImageSummary")
def image_summary(tag: Value, tensor: Value, max_images: int, bad_color: Any) -> Any:
    """A Summary of images; bad_color: a TensorProto of what stands for pixels that are not finite, red where None."""
    from tfcompat._formats.tensor_proto import make_ndarray

    color = _RED if bad_color is None else make_ndarray(bad_color).reshape(-1).tolist()

    def make(tag: Any, tensor: Any) -> list[Any]:
        return [_string(_images(tag.item().decode(), tensor, color, max_images))]

    return each_time(make, [tag, tensor], [_STRING])[0]


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


@raw("WriteHistogramSummary")
def write_histogram_summary(writer: _Writer, step: Value, tag: Value, values: Value) -> None:
    """Writes how numbers are spread."""

    def make(tag: Any, values: Any) -> Any:
        return message("Summary")(value=[{"tag": tag.item().decode(), "histo": _histogram(to_numpy(values))}])

    _write(writer, step, make, tag, values)


@raw("WriteAudioSummary")
def write_audio_summary(
    writer: _Writer, step: Value, tag: Value, tensor: Value, sample_rate: Value, max_outputs: int
) -> None:
    """Writes sounds."""

    def make(tag: Any, tensor: Any, rate: Any) -> Any:
        return _sounds(tag.item().decode(), to_numpy(tensor), float(rate), max_outputs)

    _write(writer, step, make, tag, tensor, sample_rate)


@raw("WriteImageSummary")
def write_image_summary(
    writer: _Writer, step: Value, tag: Value, tensor: Value, bad_color: Value, max_images: int
) -> None:
    """Writes images."""

    def make(tag: Any, tensor: Any, color: Any) -> Any:
        return _images(tag.item().decode(), tensor, color.reshape(-1).tolist(), max_images)

    _write(writer, step, make, tag, tensor, bad_color)


@raw("WriteGraphSummary")
def write_graph_summary(writer: _Writer, step: Value, tensor: Value) -> None:
    """Writes a serialized GraphDef."""

    def write(step: Any, graph: Any) -> None:
        writer.open().add_event(step=int(step), graph_def=graph.item())

    each_time(write, [step, tensor], None)


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
