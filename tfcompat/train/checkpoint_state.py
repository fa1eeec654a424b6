"""The file "checkpoint" of a directory, which tells its latest checkpoint, and waiting for new ones."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tfcompat._core import logging
from tfcompat._formats import checkpoints
from tfcompat._formats.files import Replacing
from tfcompat._formats.protos import message
from tfcompat.io._paths import local

_FILE = "checkpoint"


def get_checkpoint_state(checkpoint_dir: Any, latest_filename: str | None = None) -> Any:
    """The CheckpointState of a directory, with its paths made whole; None where there is none to be read."""
    from google.protobuf import text_format

    directory = local(checkpoint_dir)
    path = os.path.join(directory, latest_filename or _FILE)
    try:
        with open(path, encoding="utf8") as file:
            text = file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    state = message("CheckpointState")()
    try:
        text_format.Merge(text, state)
    except (text_format.ParseError, UnicodeDecodeError) as error:
        logging.get_logger().warning(f"{error}\n{path}: Checkpoint ignored")
        return None
    if not state.model_checkpoint_path:
        raise ValueError(f"Invalid checkpoint state loaded from {directory}")
    state.model_checkpoint_path = os.path.join(directory, state.model_checkpoint_path)
    for i, each in enumerate(state.all_model_checkpoint_paths):
        state.all_model_checkpoint_paths[i] = os.path.join(directory, each)
    return state


def update_checkpoint_state(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
    save_relative_paths: bool = False,
) -> None:
    """Writes the file that tells a directory's latest checkpoint; paths in it are relative to it where they can be."""
    from google.protobuf import text_format

    paths = list(all_model_checkpoint_paths or [])
    if model_checkpoint_path not in paths:
        paths.append(model_checkpoint_path)
    times = list(all_model_checkpoint_timestamps or [])
    if times and len(times) != len(paths):
        raise ValueError(f"There are {len(paths)} checkpoints and {len(times)} timestamps of them.")

    def written(path: str) -> str:
        relative = not os.path.isabs(save_dir) or save_relative_paths
        return os.path.relpath(path, save_dir or ".") if relative else path

    state = message("CheckpointState")(model_checkpoint_path=written(model_checkpoint_path))
    state.all_model_checkpoint_paths.extend(map(written, paths))
    state.all_model_checkpoint_timestamps.extend(times)
    if last_preserved_timestamp is not None:
        state.last_preserved_timestamp = last_preserved_timestamp
    with Replacing(os.path.join(save_dir, latest_filename or _FILE)) as new:
        new.file.write(text_format.MessageToString(state).encode("utf8"))


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The prefix of a directory's latest checkpoint, None where there is none (tf.train.latest_checkpoint)."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    if checkpoints.exists(state.model_checkpoint_path):
        return state.model_checkpoint_path
    logging.get_logger().error(f"Couldn't match files for checkpoint {state.model_checkpoint_path}")
    return None


def checkpoints_iterator(
    checkpoint_dir: Any,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], bool] | None = None,
) -> Iterator[str]:
    """The latest checkpoints of a directory, as they appear (tf.train.checkpoints_iterator).

    min_interval_secs: the least time between two of them. timeout: how long to wait for one; then, if `timeout_fn` is
    not given or returns True, it ends.
    """
    before = None
    while True:
        found = _wait_for_new(checkpoint_dir, before, timeout)
        if found is None:
            if timeout_fn is None or timeout_fn():
                return
            continue
        start, before = time.time(), found
        yield found
        time.sleep(max(0.0, start + min_interval_secs - time.time()))


def _wait_for_new(directory: Any, last: str | None, timeout: float | None, pause: float = 1.0) -> str | None:
    stop = None if timeout is None else time.time() + timeout
    while True:
        found = latest_checkpoint(directory)
        if found is not None and found != last:
            return found
        if stop is not None and time.time() + min(pause, timeout or 0) > stop:
            return None
        time.sleep(pause if timeout is None else min(pause, timeout))
