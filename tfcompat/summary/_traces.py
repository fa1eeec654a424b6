"""Recording what runs: the graphs of the captured functions, and what torch's profiler sees."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple

import numpy as np

from tfcompat._core import errors
from tfcompat._core.logging import get_logger
from tfcompat._core.state import state
from tfcompat._formats.protos import message
from tfcompat._function import concrete
from tfcompat.summary._state import checked_step, summary_scope
from tfcompat.summary._writing import write_made

_lock = threading.Lock()


class _Trace(NamedTuple):
    graph: bool
    profiler: Any  # torch's, or None
    directory: Any


_current: _Trace | None = None


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Starts to record, in all threads, what runs until `tf.summary.trace_export` or `trace_off` (tf.summary.trace_on).

    graph: the graphs of the tf.functions that are called. profiler: what torch's profiler sees, which the export writes
    to `profiler_outdir` as a torch trace for TensorBoard. Within a captured function, and where a recording is under
    way, it only logs a warning.
    """
    global _current
    if state.graph is not None:
        get_logger().warning("Cannot enable trace inside a tf.function.")
        return
    with _lock:
        if _current is not None:
            get_logger().warning("Trace already enabled")
            return
        _current = _Trace(graph, _started() if profiler else None, profiler_outdir)
        if graph or profiler:
            concrete.called = {}


def _started() -> Any:
    from torch import profiler

    started = profiler.profile(acc_events=True)
    started.start()
    return started


def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Ends the recording and writes its graphs to the default writer under the tag `name` (tf.summary.trace_export).

    step: by default the default step. profiler_outdir: where the profiler's trace goes unless `trace_on` was told.
    ValueError where nothing is recorded, or there is a writer but no step; UnavailableError where no directory is known
    for the profiler's trace.
    """
    if step is not None:
        checked_step(step)
    if state.graph is not None:
        get_logger().warning("Cannot export trace inside a tf.function.")
        return
    trace = _current
    if trace is None:
        raise ValueError("Must enable trace before export through tf.summary.trace_on.")
    plugin = "graph_run_metadata_graph" if trace.graph and trace.profiler is None else "graph_run_metadata"
    metadata = message("SummaryMetadata")(plugin_data={"plugin_name": plugin, "content": b"1"})
    data = np.asarray(_run_metadata().SerializeToString(), object)
    with summary_scope(name, f"{plugin}_summary") as (tag, _):
        write_made(tag, list, lambda: data, step, metadata)
    directory = profiler_outdir if trace.directory is None else trace.directory
    if trace.profiler is not None and directory is None:
        raise errors.UnavailableError(
            None, None, "tf.summary.trace_on(profiler=True) takes a `profiler_outdir`, to which its trace is written."
        )
    trace_off()
    if trace.profiler is not None:
        from torch import profiler

        profiler.tensorboard_trace_handler(str(directory))(trace.profiler)


def trace_off() -> None:
    """Ends the recording, if there is one, and drops what it has (tf.summary.trace_off)."""
    global _current
    with _lock:
        trace, _current, concrete.called = _current, None, None
    if trace is not None and trace.profiler is not None:
        trace.profiler.stop()


def _run_metadata() -> Any:
    """A RunMetadata of the graphs of the functions that were called; those that run eagerly have none."""
    metadata = message("RunMetadata")()
    for function in concrete.called or ():
        try:
            found = function.graph.as_graph_def(add_shapes=True)
        except NotImplementedError:
            continue
        metadata.partition_graphs.add().CopyFrom(found)
        graphs = metadata.function_graphs.add()
        graphs.partition_graphs.add().CopyFrom(found)
        graphs.pre_optimization_graph.CopyFrom(found)
        graphs.post_optimization_graph.CopyFrom(found)
    return metadata
