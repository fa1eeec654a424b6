"""The summaries that TensorBoard's plugins show: scalars, histograms, images, sound and text."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor
from tfcompat._formats import events
from tfcompat._formats.protos import message
from tfcompat.dtypes.casting import cast
from tfcompat.summary._state import summary_scope
from tfcompat.summary._writing import write, write_made

_WAV = b"\x10\x0b"  # AudioPluginData whose encoding is WAV


def _metadata(plugin: str, description: str | None, content: bytes = b"") -> Any:
    return message("SummaryMetadata")(
        plugin_data={"plugin_name": plugin, "content": content}, summary_description=description or ""
    )


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> Any:
    """Writes a number, as float32; a bool tensor, whether it was written (tf.summary.scalar).

    name: the summary's tag, after the open name scopes. step: by default the default step. description: Markdown.
    Without a default writer nothing is written. ValueError where `data` is no scalar, or there is a writer but no step.
    """
    from tfcompat.debugging import assert_scalar

    metadata = _metadata("scalars", description)
    with summary_scope(name, "scalar_summary", values=[data, step]) as (tag, _):
        assert_scalar(data)
        return write(tag, cast(data, dtypes.float32), step, metadata)


def histogram(name: str, data: Any, step: Any = None, buckets: Any = None, description: str | None = None) -> Any:
    """Writes how many elements of `data` lie in each of `buckets` equally wide ranges (tf.summary.histogram).

    data: numbers of any shape. buckets: a Python int or an int32 scalar, by default 30; no rows are written where it
    is not positive. step, description and the result: as for `tf.summary.scalar`.
    """
    metadata = _metadata("histograms", description)
    data = convert_to_tensor(data)
    with summary_scope(name, "histogram_summary", values=[data, buckets, step]) as (tag, _):

        def values() -> list[Any]:
            from tfcompat.debugging import assert_scalar, assert_type

            count = convert_to_tensor(30 if buckets is None else buckets)
            assert_scalar(count)
            assert_type(count, dtypes.int32)
            return [cast(data, dtypes.float64), count]

        def make(data: Any, count: Any) -> np.ndarray:
            return events.histogram_buckets(data.numpy(), int(count))

        return write_made(tag, values, make, step, metadata)


def image(name: str, data: Any, step: Any = None, max_outputs: Any = 3, description: str | None = None) -> Any:
    """Writes the first `max_outputs` of a batch of images, as PNG files (tf.summary.image).

    data: [count, height, width, 1 to 4 channels], of floats in [0, 1] or of integers; uint8 stays as it is. step,
    description and the result: as for `tf.summary.scalar`. ValueError for another rank; InvalidArgumentError for
    another number of channels or where `max_outputs` is negative.
    """
    metadata = _metadata("images", description)
    with summary_scope(name, "image_summary", values=[data, max_outputs, step]) as (tag, _):

        def values() -> list[Any]:
            from tfcompat.debugging import assert_non_negative, assert_rank
            from tfcompat.image import convert_image_dtype

            images = convert_to_tensor(data)
            assert_rank(images, 4)
            assert_non_negative(max_outputs)
            return [convert_image_dtype(images, dtypes.uint8, saturate=True), max_outputs]

        return write_made(tag, values, _png_files, step, metadata)


def _png_files(images: Any, count: Any) -> np.ndarray:
    _, height, width, channels = images.shape
    if not 1 <= channels <= 4:
        raise errors.InvalidArgumentError(None, None, f"image must have 1, 2, 3, or 4 channels, got {channels}")
    files = [events.encode_png(pixels) for pixels in images[: int(count)].numpy()]
    return np.array([b"%d" % width, b"%d" % height, *files], object)


def audio(
    name: str,
    data: Any,
    sample_rate: Any,
    step: Any = None,
    max_outputs: Any = 3,
    encoding: str | None = None,
    description: str | None = None,
) -> Any:
    """Writes the first `max_outputs` of a batch of clips, as WAV files (tf.summary.audio).

    data: float32 [count, samples, channels], in [-1, 1]. sample_rate: in samples a second. encoding: "wav", or None for
    the same. step, description and the result: as for `tf.summary.scalar`. ValueError for another rank or encoding;
    InvalidArgumentError where `max_outputs` is negative.
    """
    if (encoding or "wav") != "wav":
        raise ValueError(f"Unknown encoding: {encoding!r}")
    metadata = _metadata("audio", description, _WAV)
    with summary_scope(name, "audio_summary", values=[data, sample_rate, max_outputs, step]) as (tag, _):

        def values() -> list[Any]:
            from tfcompat.debugging import assert_non_negative, assert_rank

            clips = convert_to_tensor(data)
            assert_rank(clips, 3)
            assert_non_negative(max_outputs)
            return [clips, sample_rate, max_outputs]

        return write_made(tag, values, _wav_files, step, metadata)


def _wav_files(clips: Any, sample_rate: Any, count: Any) -> np.ndarray:
    """The files, each with an empty label: [count, 2]."""
    from tfcompat.audio import encode_wav

    clips = clips[: int(count)]
    rows = np.full((clips.shape[0], 2), b"", object)
    for row, clip in zip(rows, clips, strict=True):
        row[0] = encode_wav(clip, sample_rate).numpy()
    return rows


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> Any:
    """Writes strings, which TensorBoard shows as Markdown, those of a matrix as a table (tf.summary.text).

    data: a string tensor. step, description and the result: as for `tf.summary.scalar`. TypeError for other dtypes.
    """
    from tfcompat.debugging import assert_type

    metadata = _metadata("text", description)
    with summary_scope(name, "text_summary", values=[data, step]) as (tag, _):
        data = convert_to_tensor(data)
        assert_type(data, dtypes.string)
        return write(tag, data, step, metadata)
