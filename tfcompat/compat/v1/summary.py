"""tf.compat.v1.summary: summaries as tensors of a graph, which a FileWriter puts into event files for TensorBoard."""

from __future__ import annotations

import os
import re
import threading
import weakref
from typing import Any

import tfcompat as tf
from tfcompat import raw_ops
from tfcompat._formats.events import EventWriter
from tfcompat._formats.protos import message
from tfcompat.compat.v1._collections import GraphKeys, add_to_collections, get_collection
from tfcompat.compat.v1._fallback import module_getattr

Event, SessionLog, Summary = message("Event"), message("SessionLog"), message("Summary")
TaggedRunMetadata = message("TaggedRunMetadata")


def _tag(name: str, family: str | None) -> tuple[str, str]:
    """The tag of a summary, its name in its scopes, made unique; and the name of its operation."""
    plain = re.sub(r"[^-/\w.]", "_", name).lstrip("/")
    full = plain if family is None else f"{family}/{plain}"
    graph = tf.compat.v1.get_default_graph()
    if tf.executing_eagerly():
        return (full, full)
    scope = graph.unique_name(f"{graph.get_name_scope()}/{full}".lstrip("/"), mark_as_used=False)
    return (scope if family is None else f"{family}/{scope}"), f"{full}"


def _collected(made: Any, collections: Any) -> Any:
    add_to_collections([GraphKeys.SUMMARIES] if collections is None else collections, made)
    return made


def scalar(name: str, tensor: Any, collections: Any = None, family: str | None = None) -> Any:
    """A summary of a number, a string tensor that holds a Summary message (tf.compat.v1.summary.scalar).

    collections: which it joins, GraphKeys.SUMMARIES where None. family: comes before the tag.
    """
    tag, label = _tag(name, family)
    return _collected(raw_ops.ScalarSummary(tags=tag, values=tensor, name=label), collections)


def histogram(name: str, values: Any, collections: Any = None, family: str | None = None) -> Any:
    """A summary of how numbers are spread (tf.compat.v1.summary.histogram; see `scalar`)."""
    tag, label = _tag(name, family)
    return _collected(raw_ops.HistogramSummary(tag=tag, values=values, name=label), collections)


def image(name: str, tensor: Any, max_outputs: int = 3, collections: Any = None, family: str | None = None) -> Any:
    """A summary of images, [batch, height, width, channels] (tf.compat.v1.summary.image; see `scalar`)."""
    tag, label = _tag(name, family)
    found = raw_ops.ImageSummary(tag=tag, tensor=tensor, max_images=max_outputs, name=label)
    return _collected(found, collections)


def audio(
    name: str, tensor: Any, sample_rate: Any, max_outputs: int = 3, collections: Any = None, family: str | None = None
) -> Any:
    """A summary of sounds, [batch, frames] or [batch, frames, channels] (tf.compat.v1.summary.audio)."""
    tag, label = _tag(name, family)
    found = raw_ops.AudioSummaryV2(tag=tag, tensor=tensor, sample_rate=sample_rate, max_outputs=max_outputs, name=label)
    return _collected(found, collections)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: Any = None,
    collections: Any = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Any:
    """A summary of a whole tensor, with what a plugin of TensorBoard is to know (tensor_summary)."""
    metadata = message("SummaryMetadata")() if summary_metadata is None else summary_metadata
    if display_name is not None:
        metadata.display_name = display_name
    if summary_description is not None:
        metadata.summary_description = summary_description
    tag, label = _tag(name, family)
    found = raw_ops.TensorSummaryV2(
        tag=tag, tensor=tensor, serialized_summary_metadata=metadata.SerializeToString(), name=label
    )
    return _collected(found, collections)


def text(name: str, tensor: Any, collections: Any = None) -> Any:
    """A summary of strings (tf.compat.v1.summary.text); ValueError for another dtype."""
    tensor = tf.convert_to_tensor(tensor)
    if tensor.dtype != tf.string:
        raise ValueError(f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype}")
    metadata = message("SummaryMetadata")(plugin_data={"plugin_name": "text"})
    return tensor_summary(name, tensor, summary_metadata=metadata, collections=collections)


def merge(inputs: Any, collections: Any = None, name: str | None = None) -> Any:
    """The summaries as one (tf.compat.v1.summary.merge)."""
    if tf.executing_eagerly():
        raise RuntimeError(
            "Merging tf.summary.* ops is not compatible with eager execution. Use tf.contrib.summary instead."
        )
    with tf.compat.v1.name_scope(name, "Merge", list(inputs)):
        made = raw_ops.MergeSummary(inputs=list(inputs), name=name)
    add_to_collections(collections or [], made)
    return made


def merge_all(key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None) -> Any:
    """All summaries of a collection as one, None where there are none (tf.compat.v1.summary.merge_all)."""
    if tf.executing_eagerly():
        raise RuntimeError(
            "Merging tf.summary.* ops is not compatible with eager execution. Use tf.contrib.summary instead."
        )
    found = get_collection(key, scope)
    return merge(found, name=name) if found else None


class FileWriter:
    """Writes summaries and graphs to an event file in `logdir` (tf.compat.v1.summary.FileWriter); a context, too.

    graph, or graph_def: is written at once. max_queue and flush_secs: events are written at once, and are for others
    to read after `flush`. filename_suffix: of the file's name. NotImplementedError for a `session`, which is to write
    in TensorFlow's own runtime.
    """

    def __init__(
        self,
        logdir: str,
        graph: Any = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: Any = None,
    ) -> None:
        if session is not None:
            raise NotImplementedError("tf.compat.v1.summary.FileWriter: session is not in tfcompat; leave it out.")
        if tf.executing_eagerly():
            raise RuntimeError(
                "tf.summary.FileWriter is not compatible with eager execution. Use `tf.summary.create_file_writer`, or "
                "a `with v1.Graph().as_default():` context"
            )
        self._logdir, self._suffix, self._lock = os.fspath(logdir), filename_suffix or "", threading.RLock()
        self._seen: set[str] = set()
        self._open()
        if graph is not None:
            self.add_graph(graph)
        elif graph_def is not None:
            self.add_graph(None, graph_def=graph_def)

    def _open(self) -> None:
        self._events: Any = EventWriter(self._logdir, self._suffix)
        weakref.finalize(self, self._events.close)

    def __enter__(self) -> FileWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def get_logdir(self) -> str:
        """The folder of the file."""
        return self._logdir

    def _add(self, step: Any, **fields: Any) -> None:
        if step is not None:
            fields["step"] = int(step)
        with self._lock:
            if self._events is None:
                self._open()
            events: Any = self._events
            events.add_event(**fields)

    def add_summary(self, summary: Any, global_step: Any = None) -> None:
        """Writes a Summary, or its bytes as a session gives them."""
        if isinstance(summary, bytes):
            summary = Summary.FromString(summary)
        for value in summary.value:
            if value.HasField("metadata"):
                if value.tag in self._seen:  # what a plugin is to know is told once
                    value.ClearField("metadata")
                self._seen.add(value.tag)
        self._add(global_step, summary=summary)

    def add_event(self, event: Any) -> None:
        """Writes an Event."""
        with self._lock:
            if self._events is None:
                self._open()
            events: Any = self._events
            events._records.write(event.SerializeToString())

    def add_graph(self, graph: Any = None, global_step: Any = None, graph_def: Any = None) -> None:
        """Writes a graph's description; ValueError for neither, TypeError for what is no graph."""
        if graph is None and graph_def is None:
            raise ValueError("At least one of graph or graph_def must be provided.")
        if graph is not None and not hasattr(graph, "as_graph_def"):
            raise TypeError("The passed graph must be an instance of `Graph` or the deprecated `GraphDef`")
        found = graph.as_graph_def() if graph is not None else graph_def
        self._add(global_step, graph_def=found.SerializeToString())

    def add_session_log(self, session_log: Any, global_step: Any = None) -> None:
        """Writes a SessionLog."""
        self._add(global_step, session_log=session_log)

    def add_run_metadata(self, run_metadata: Any, tag: str, global_step: Any = None) -> None:
        """Writes that a run was traced, of which nothing is known here (see tf.compat.v1.RunMetadata)."""
        self._add(global_step, tagged_run_metadata=TaggedRunMetadata(tag=tag))

    def flush(self) -> None:
        """Hands what was written to the operating system."""
        with self._lock:
            if self._events is not None:
                self._events.flush()

    def close(self) -> None:
        """Ends the file; what is written later goes to another."""
        with self._lock:
            if self._events is not None:
                self._events.close()
                self._events = None

    def reopen(self) -> None:
        """Begins another file."""
        with self._lock:
            if self._events is None:
                self._open()


class FileWriterCache:
    """The writers by their folders (tf.compat.v1.summary.FileWriterCache)."""

    _writers: dict[str, FileWriter] = {}

    @staticmethod
    def clear() -> None:
        """Closes and forgets them."""
        for writer in FileWriterCache._writers.values():
            writer.close()
        FileWriterCache._writers.clear()

    @staticmethod
    def get(logdir: str) -> FileWriter:
        """The writer of a folder, made where there is none."""
        writers = FileWriterCache._writers
        if logdir not in writers:
            writers[logdir] = FileWriter(logdir)
        return writers[logdir]


def all_v2_summary_ops() -> list[Any]:
    """TensorFlow 2's summaries in the graph: there are none (tf.compat.v1.summary.all_v2_summary_ops)."""
    return []


def initialize(graph: Any = None, session: Any = None) -> None:
    """Asks for TensorFlow 2's writers to begin, as they do by themselves (tf.compat.v1.summary.initialize)."""
    if graph is not None:
        raise NotImplementedError(
            "tf.compat.v1.summary.initialize: graph is not in tfcompat; use FileWriter.add_graph."
        )


def get_summary_description(node_def: Any) -> Any:
    """Refused: NotImplementedError; a summary's metadata are in its message."""
    raise NotImplementedError(
        "tf.compat.v1.summary.get_summary_description is not in tfcompat: read Summary.Value.metadata."
    )


__getattr__ = module_getattr("tf.compat.v1.summary", globals(), {})
