"""Writers of summaries: to event files, or nowhere."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tfcompat._arrays.captures import graph_method
from tfcompat._arrays.inspecting import is_symbolic_tensor
from tfcompat._core import dtypes, errors
from tfcompat._core.convert import convert_to_tensor
from tfcompat._core.state import state
from tfcompat._formats.events import EventWriter
from tfcompat._function import init_scope
from tfcompat.summary._state import summaries


class _Default(AbstractContextManager[Any]):
    """Within it a writer is the thread's default, with the default step `step` unless that is None."""

    def __init__(self, writer: SummaryWriter, step: Any) -> None:
        self._writer, self._step = writer, step
        self._before: list[tuple[Any, Any]] = []

    def __enter__(self) -> SummaryWriter:
        self._before.append((summaries.writer, summaries.step))
        summaries.writer = self._writer
        if self._step is not None:
            summaries.step = self._step
        return self._writer

    def __exit__(self, *error: object) -> bool:
        summaries.writer.flush()
        summaries.writer, step = self._before.pop()
        if self._step is not None:
            summaries.step = step
        return False


class SummaryWriter:
    """What writes summaries (tf.summary.SummaryWriter): see `tf.summary.create_file_writer` for one that does."""

    def set_as_default(self, step: Any = None) -> None:
        """Makes this the thread's default writer, and `step`, unless it is None, its default step."""
        self.as_default(step).__enter__()

    def as_default(self, step: Any = None) -> AbstractContextManager[Any]:
        """A context in which this is the thread's default writer; at its end the writer is flushed.

        step: the default step within it, an int, a tensor or a tf.Variable; None leaves the one there is.
        """
        return _Default(self, step)

    def init(self) -> Any:
        """Makes the writer ready; a subclass says how."""
        raise NotImplementedError

    def flush(self) -> Any:
        """Sends what was written to the file; a subclass says how."""
        raise NotImplementedError

    def close(self) -> Any:
        """Flushes and ends the file; a subclass says how."""
        raise NotImplementedError


class _NoopSummaryWriter(SummaryWriter):
    """A writer that changes nothing: the default writer stays what it was."""

    def set_as_default(self, step: Any = None) -> None:
        """Leaves the default writer as it is."""

    @contextmanager
    def as_default(self, step: Any = None) -> Iterator[None]:
        """A context that changes nothing."""
        yield

    def init(self) -> None:
        """Needs nothing."""

    def flush(self) -> None:
        """Has nothing to send."""

    def close(self) -> None:
        """Has no file."""


class _FileSummaryWriter(SummaryWriter):
    """Writes to one event file: when more than `max_queue` events wait or the oldest is too old, at flush and close."""

    def __init__(self, logdir: str, max_queue: int, flush_millis: int, suffix: str) -> None:
        self._events = EventWriter(logdir, suffix)
        self._max_queue, self._flush_seconds = max_queue, flush_millis / 1000
        self._waiting, self._flushed = 0, time.monotonic()
        self._closed = False
        self._lock = threading.RLock()
        weakref.finalize(self, self._events.close)  # at the end of the process, too

    def _write(self, **fields: Any) -> None:
        """Adds an event, whatever graph this runs for."""
        with self._lock:
            if self._closed:
                raise errors.NotFoundError(None, None, f"The summary writer of {self._events.path} is closed.")
            self._events.add_event(**fields)
            self._waiting += 1
            if self._waiting > self._max_queue or time.monotonic() - self._flushed > self._flush_seconds:
                self._flush()

    def _flush(self) -> None:
        with self._lock:
            if not self._closed:
                self._events.flush()
                self._waiting, self._flushed = 0, time.monotonic()

    def _close(self) -> None:
        with self._lock:
            self._closed = True
            self._events.close()

    def _check_open(self) -> None:
        if self._closed and state.graph is None:
            raise RuntimeError(f"SummaryWriter {self!r} is already closed")

    def as_default(self, step: Any = None) -> AbstractContextManager[Any]:
        """A context in which this is the thread's default writer; RuntimeError where it is closed."""
        self._check_open()
        return super().as_default(step)

    def init(self) -> None:
        """Does nothing more: the file is there from the start. RuntimeError where it is closed."""
        self._check_open()

    def flush(self) -> None:
        """Sends what was written to the file; in a captured function, at each run."""
        emit(self._flush, [])

    def close(self) -> None:
        """Flushes and ends the file, after which nothing can be written; in a captured function, when it runs."""
        emit(self._close, [])


def emit(function: Any, inputs: list[Any]) -> None:
    """Calls `function` with `inputs`, eager tensors: now, or whenever the function that is being captured runs."""
    if state.graph is None:
        function(*inputs)
    else:
        graph_method("call", "tf.summary")(function, inputs)


def create_file_writer(
    logdir: Any,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: Any = None,
    name: str | None = None,
    experimental_trackable: bool = False,
    experimental_mesh: Any = None,
) -> SummaryWriter:
    """A writer to a new event file in the directory `logdir`, made where needed (tf.summary.create_file_writer).

    max_queue: how many events may wait to be sent to the file, by default 10. flush_millis: how long they may, by
    default two minutes. filename_suffix: by default ".v2". Within a tf.function the file is made as that is captured.
    experimental_trackable: any writer may be an attribute of a tf.Module. ValueError where `logdir` is None or an
    argument is a tensor of a graph; NotImplementedError for `experimental_mesh`, as there are no meshes.
    """
    if logdir is None:
        raise ValueError("Argument `logdir` cannot be None")
    if experimental_mesh is not None:
        raise NotImplementedError(
            "tf.summary.create_file_writer(experimental_mesh=...): tfcompat has no meshes of devices."
        )
    given = {
        "logdir": logdir,
        "max_queue": max_queue,
        "flush_millis": flush_millis,
        "filename_suffix": filename_suffix,
    }
    for argument, value in given.items():
        if is_symbolic_tensor(value):
            raise ValueError(
                f"Invalid graph Tensor argument '{argument}={value}' to create_file_writer() inside an @tf.function. "
                "The file is made as the function is captured, when tensors of its graph have no values."
            )
    with init_scope():
        return _FileSummaryWriter(
            _string(os.fspath(logdir) if isinstance(logdir, os.PathLike) else logdir),
            10 if max_queue is None else int(convert_to_tensor(max_queue, dtypes.int32)),
            120_000 if flush_millis is None else int(convert_to_tensor(flush_millis, dtypes.int32)),
            ".v2" if filename_suffix is None else _string(filename_suffix),
        )


def _string(value: Any) -> str:
    return value if isinstance(value, str) else convert_to_tensor(value, dtypes.string).numpy().decode()


def create_noop_writer() -> SummaryWriter:
    """A writer that does nothing, where a program needs one (tf.summary.create_noop_writer)."""
    return _NoopSummaryWriter()


def flush(writer: Any = None, name: str | None = None) -> None:
    """Sends what `writer`, or the default writer, has to its file (tf.summary.flush).

    Without either it does nothing; ValueError where `writer` is no SummaryWriter. In a captured function: at each run.
    """
    writer = summaries.writer if writer is None else writer
    if writer is None:
        return None
    if isinstance(writer, SummaryWriter):
        return writer.flush()
    raise ValueError(f"Invalid argument to flush(): {writer!r}")
