"""tf.train.CheckpointManager: numbered checkpoints in a directory, of which the newest are kept."""

from __future__ import annotations

import collections
import copy
import os
import time
from collections.abc import Callable
from typing import Any

from tfcompat._formats import checkpoints as files
from tfcompat.io._paths import local
from tfcompat.train.checkpoint import Checkpoint
from tfcompat.train.checkpoint_options import CheckpointOptions
from tfcompat.train.checkpoint_state import get_checkpoint_state, update_checkpoint_state


class CheckpointManager:
    """Saves a Checkpoint into a directory and removes old ones (tf.train.CheckpointManager).

    max_to_keep: how many are kept, None for all. keep_checkpoint_every_n_hours: one of those that would go stays when
    so much time has passed since the last that stayed. checkpoint_name: what files start with. step_counter and
    checkpoint_interval: `save` does nothing until the counter has grown by the interval. init_fn: called by
    `restore_or_initialize` where there is nothing to restore. ValueError for a `max_to_keep` below 1, or an interval
    without a counter.
    """

    __module__ = "tensorflow.python.checkpoint.checkpoint_management"

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
        last_checkpoint_step: int | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}.")
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`step_counter` should be passed if `checkpoint_interval` is not None.")
        self._checkpoint = checkpoint
        self._directory = local(directory)
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._max_to_keep = max_to_keep
        self._keep_every = keep_checkpoint_every_n_hours
        self._step_counter, self._interval, self._init_fn = step_counter, checkpoint_interval, init_fn
        self._last_step = last_checkpoint_step
        self._kept: collections.OrderedDict[str, float] = collections.OrderedDict()
        self._latest: str | None = None
        self._last_preserved = 0.0
        self._take_up()

    def _take_up(self) -> None:
        """Goes on from what the directory tells of earlier runs."""
        state = get_checkpoint_state(self._directory)
        now = time.time()
        if state is None:
            self._last_preserved = now
            return
        paths = list(state.all_model_checkpoint_paths)
        times = list(state.all_model_checkpoint_timestamps)
        self._last_preserved = state.last_preserved_timestamp
        if len(times) != len(paths):  # `Checkpoint.save` notes no times
            times = [now] * len(paths)
        if not times or self._last_preserved == 0.0:
            self._last_preserved = now
        found = [(path, at) for path, at in zip(paths, times) if files.exists(path)]
        self._kept.update(found)
        self._latest = state.model_checkpoint_path if files.exists(state.model_checkpoint_path) else None
        if self._latest is None and found:
            self._latest = found[-1][0]

    @property
    def directory(self) -> str:
        """Where the checkpoints are."""
        return self._directory

    @property
    def checkpoint_interval(self) -> int | None:
        """By how much the step counter grows from one checkpoint to the next."""
        return self._interval

    @property
    def checkpoint(self) -> Checkpoint:
        """The Checkpoint that is saved."""
        return self._checkpoint

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the newest checkpoint, for `Checkpoint.restore`; None where there is none."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that are kept, oldest first."""
        return list(self._kept)

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: CheckpointOptions | None = None
    ) -> str | None:
        """Writes a checkpoint and removes those that are too many; its prefix, or None where it is not due.

        checkpoint_number: its number, by default how often the Checkpoint was saved. check_interval: whether it waits
        for `checkpoint_interval`.
        """
        if not self._is_due(check_interval):
            return None
        counter = self._checkpoint.save_counter
        counter.assign_add(1)
        number = int(counter if checkpoint_number is None else checkpoint_number)
        prefix = f"{self._prefix}-{number}"
        options = copy.copy(options) if options is not None else CheckpointOptions()
        callbacks = list(options.experimental_write_callbacks or [])
        options.experimental_write_callbacks = [*callbacks, self._written]
        return self._checkpoint._write(prefix, options, [])

    def _is_due(self, check_interval: bool) -> bool:
        if self._interval is None:
            return True
        step, last = int(self._step_counter), self._last_step
        if last is not None and (step == last or (check_interval and step < last + self._interval)):
            return False
        self._last_step = step
        return True

    def _written(self, prefix: str) -> None:
        self._kept.pop(prefix, None)
        self._kept[prefix] = time.time()
        self._latest = prefix
        extra = []
        while self._max_to_keep and len(self._kept) > self._max_to_keep:
            path, at = self._kept.popitem(last=False)
            if self._keep_every and at - self._keep_every * 3600.0 >= self._last_preserved:
                self._last_preserved = at
            else:
                extra.append(path)
        # What the directory tells of is there at any moment: old files go when it no longer does.
        update_checkpoint_state(
            self._directory,
            prefix,
            list(self._kept),
            all_model_checkpoint_timestamps=list(self._kept.values()),
            last_preserved_timestamp=self._last_preserved,
            save_relative_paths=True,
        )
        for path in extra:
            files.delete(path)

    def restore_or_initialize(self) -> str | None:
        """Restores the latest checkpoint and returns its prefix; calls `init_fn` and returns None where none is."""
        if self._latest is not None:
            self._checkpoint.restore(self._latest)
            if self._interval is not None:
                self._last_step = int(self._step_counter)
            return self._latest
        if self._init_fn is not None:
            self._init_fn()
        return None

    def sync(self) -> None:
        """Waits for a checkpoint that is being written in the background."""
        self._checkpoint.sync()
