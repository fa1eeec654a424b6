"""The recording that is under way, if there is one, and names for stretches of what it records."""

from __future__ import annotations

import os
import platform
import threading
import time
from typing import Any, NamedTuple

from tfcompat._core import errors
from tfcompat._core.state import state

_lock = threading.Lock()


class ProfilerOptions(NamedTuple):
    """What is recorded (tf.profiler.experimental.ProfilerOptions).

    host_tracer_level: 0 leaves out what runs on the CPU. python_tracer_level: 1 records Python's call stacks.
    device_tracer_level: 0 leaves out what runs on the GPU. delay_ms is for several hosts that start at one time; it
    changes nothing here.
    """

    host_tracer_level: int = 2
    python_tracer_level: int = 0
    device_tracer_level: int = 1
    delay_ms: int | None = None


class _Session(NamedTuple):
    profiler: Any  # torch's
    directory: str


_current: _Session | None = None


def start(logdir: Any, options: Any = None) -> None:
    """Starts to record what runs in this process, for TensorBoard (tf.profiler.experimental.start).

    logdir: where `stop` writes it. options: a ProfilerOptions, or a dict of its fields. AlreadyExistsError where a
    recording is under way, ValueError for options that do not exist.
    """
    global _current
    how = _options(options)
    with _lock:
        if _current is not None:
            raise errors.AlreadyExistsError(None, None, "Another profiler is running.")
        _current = _Session(_started(how), os.fspath(logdir))


def _options(given: Any) -> ProfilerOptions:
    if given is None:
        return ProfilerOptions()
    if isinstance(given, dict):
        unknown = sorted(set(given) - set(ProfilerOptions._fields))
        if unknown:
            raise ValueError(f"`options` takes the keys {list(ProfilerOptions._fields)}, got {unknown}")
        return ProfilerOptions(**given)
    return given


def _started(options: ProfilerOptions) -> Any:
    import torch
    from torch import profiler

    kinds = []
    if options.host_tracer_level > 0:
        kinds.append(profiler.ProfilerActivity.CPU)
    if options.device_tracer_level > 0 and torch.cuda.is_available():
        kinds.append(profiler.ProfilerActivity.CUDA)
    if not kinds:
        kinds.append(profiler.ProfilerActivity.CPU)
    made = profiler.profile(activities=kinds, with_stack=options.python_tracer_level > 0, acc_events=True)
    try:
        made.start()
    except RuntimeError as e:  # torch's profiler is in use, by tf.summary.trace_on or by the program itself
        raise errors.AlreadyExistsError(None, None, f"Another profiler is running: {e}") from None
    return made


def stop(save: bool = True) -> None:
    """Ends the recording and, with `save`, writes it for TensorBoard (tf.profiler.experimental.stop).

    The file is a Chrome trace, `plugins/profile/<time>/<host>.trace.json.gz` in the directory that `start` was told.
    UnavailableError where nothing is recorded.
    """
    global _current
    with _lock:
        session, _current = _current, None
    if session is None:
        raise errors.UnavailableError(None, None, "Cannot export profiling results. No profiler is running.")
    session.profiler.stop()
    if save:
        folder = os.path.join(session.directory, "plugins", "profile", time.strftime("%Y_%m_%d_%H_%M_%S"))
        os.makedirs(folder, exist_ok=True)
        session.profiler.export_chrome_trace(os.path.join(folder, f"{platform.node() or 'host'}.trace.json.gz"))


class Profile:
    """Records what runs in a with block (tf.profiler.experimental.Profile); arguments as those of `start`."""

    def __init__(self, logdir: Any, options: Any = None) -> None:
        self._logdir, self._options = logdir, options

    def __enter__(self) -> None:
        start(self._logdir, self._options)

    def __exit__(self, *error: object) -> None:
        stop()


class Trace:
    """Names what runs in a with block, in a recording that is under way (tf.profiler.experimental.Trace).

    The keyword arguments are told with the name: `Trace("train", step_num=3, _r=1)` is a step of training.
    """

    def __init__(self, name: str, **kwargs: Any) -> None:
        self._name, self._metadata, self._block = name, kwargs, None

    def __enter__(self) -> Trace:
        if _current is not None and state.graph is None:
            from torch import profiler

            text = ",".join(f"{key}={value}" for key, value in self._metadata.items())
            block: Any = profiler.record_function(f"{self._name}#{text}#" if text else self._name)
            block.__enter__()
            self._block = block
        return self

    def set_metadata(self, **kwargs: Any) -> None:
        """Adds keyword arguments, of which a block that has begun keeps nothing: torch takes them at its beginning."""
        self._metadata = {**self._metadata, **kwargs}

    def __exit__(self, *error: Any) -> None:
        block, self._block = self._block, None
        if block is not None:
            block.__exit__(*error)
