"""tf.summary: scalars, images, histograms, sound, texts and graphs in event files, for TensorBoard."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.summary import experimental
from tfcompat.summary._plugins import audio, histogram, image, scalar, text
from tfcompat.summary._state import record_if, should_record_summaries
from tfcompat.summary._traces import trace_export, trace_off, trace_on
from tfcompat.summary._writers import SummaryWriter, create_file_writer, create_noop_writer, flush
from tfcompat.summary._writing import graph, write

__getattr__ = _names.module_getattr("tf.summary", globals())
