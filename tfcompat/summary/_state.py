"""What a thread's summaries go by: the default writer, the default step, and whether to record at all."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._arrays.control import cond
from tfcompat._arrays.inspecting import get_static_value
from tfcompat._core import dtypes
from tfcompat._core.convert import constant, convert_to_tensor, to_storage
from tfcompat._core.names import current_scope, op_name_scope
from tfcompat._core.ops import is_symbolic
from tfcompat._core.state import travels

_NOT_IN_SCOPES = re.compile(r"[^-_/.A-Za-z0-9]")
_NO_STEP = (
    "No step set. Please specify one either through the `step` argument or through tf.summary.experimental.set_step()"
)


class _Summaries(threading.local):
    """One per thread. recording: a bool, a tensor, a callable that gives one, or None, which is True."""

    writer: Any = None
    step: Any = None
    recording: Any = None


summaries = travels(_Summaries())


def get_step() -> Any:
    """The default step as it was set, an int, a tensor or a variable, or None (tf.summary.experimental.get_step)."""
    return summaries.step


def set_step(step: Any) -> None:
    """Sets this thread's default step; None takes it away (tf.summary.experimental.set_step).

    A captured function keeps the number that it found when it was captured; it reads a tf.Variable at each run.
    """
    summaries.step = step


def checked_step(step: Any) -> Any:
    """`step` as an int64 tensor; ValueError where there is none, or more than one number."""
    if step is None:
        raise ValueError(_NO_STEP)
    t = convert_to_tensor(step, dtypes.int64)
    if t.shape.num_elements() != 1:
        raise ValueError(f"Argument `step` must be a scalar. Received step with shape {t.shape}.")
    return t


@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """A context in which summaries are written only where `condition` holds (tf.summary.record_if).

    condition: a bool, a scalar bool tensor, or a callable that gives one, which is asked for each summary; a captured
    function asks it when it is captured, and what it gives there is computed at each run.
    """
    before, summaries.recording = summaries.recording, condition
    try:
        yield
    finally:
        summaries.recording = before


def _condition() -> Any:
    """Whether summaries are written now: a bool, or a symbolic tensor where only the run will tell."""
    if summaries.writer is None:
        return False
    found = summaries.recording() if callable(summaries.recording) else summaries.recording
    if found is None or isinstance(found, bool):
        return found is not False
    t = convert_to_tensor(found, dtypes.bool)
    return t if is_symbolic(to_storage(t)) else bool(get_static_value(t))


def should_record_summaries() -> Any:
    """Whether a summary would be written now, a bool tensor (tf.summary.should_record_summaries).

    False without a writer; with one, it is what `record_if` was given, True without that.
    """
    found = _condition()
    return constant(found) if isinstance(found, bool) else found


def where_recorded(record: Any) -> Any:
    """Calls `record` where summaries are recorded; a bool tensor, whether they are."""
    found = _condition()
    if not isinstance(found, bool):
        return cond(found, lambda: _true(record), lambda: constant(False))
    return _true(record) if found else constant(False)


def _true(record: Any) -> Any:
    record()
    return constant(True)


@contextmanager
def summary_scope(
    name: str | None, default_name: str = "summary", values: Sequence[Any] | None = None
) -> Iterator[tuple[str, Any]]:
    """A name scope for what makes a summary, and its tag: (tag, scope) (tf.summary.experimental.summary_scope).

    The tag is `name`, or `default_name` where it is empty, after the open scopes' names; unlike the scope it may have
    any characters and is not made unique. values: the tensors that the summary is made of.
    """
    name = name or default_name
    outer = current_scope()
    tag = f"{outer}/{name}" if outer else name
    with op_name_scope(_NOT_IN_SCOPES.sub("", name) or None, default_name, values, skip_on_eager=False) as scope:
        yield tag, scope
