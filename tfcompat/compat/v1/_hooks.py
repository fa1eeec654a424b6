"""Hooks of sessions: what tf.compat.v1.train.MonitoredSession calls around its runs."""

from __future__ import annotations

import collections
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import tfcompat as tf
from tfcompat._core import logging
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.compat.v1._eager import get_global_step

_CHECKPOINT = 3  # SessionLog's status


class SessionRunArgs(collections.namedtuple("SessionRunArgs", ("fetches", "feed_dict", "options"))):
    """What a hook adds to a run: more fetches and feeds (tf.compat.v1.train.SessionRunArgs)."""

    __slots__ = ()

    def __new__(cls, fetches: Any, feed_dict: Any = None, options: Any = None) -> SessionRunArgs:
        return super().__new__(cls, fetches, feed_dict, options)


class SessionRunValues(collections.namedtuple("SessionRunValues", ("results", "options", "run_metadata"))):
    """What a hook gets of a run: the values of its fetches (tf.compat.v1.train.SessionRunValues)."""

    __slots__ = ()


class SessionRunContext:
    """What a hook is told of a run (tf.compat.v1.train.SessionRunContext)."""

    def __init__(self, original_args: Any, session: Any) -> None:
        self._args, self._session, self._stop = original_args, session, False

    @property
    def original_args(self) -> Any:
        """What the program runs: SessionRunArgs."""
        return self._args

    @property
    def session(self) -> Any:
        """The session."""
        return self._session

    @property
    def stop_requested(self) -> bool:
        """Whether a hook asked for the end."""
        return self._stop

    def request_stop(self) -> None:
        """Asks for the end: `should_stop` is true from here on."""
        self._stop = True


class SessionRunHook:
    """What is called around a monitored session's runs; subclasses say what happens (SessionRunHook)."""

    def begin(self) -> None:
        """Once, before the session is made; may add to the graph."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """When the session is made; the graph is final."""

    def before_run(self, run_context: SessionRunContext) -> Any:
        """Before each run; may give SessionRunArgs."""

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """After each run."""

    def end(self, session: Any) -> None:
        """At the end, unless by an exception."""


class SecondOrStepTimer:
    """Tells when so many steps or seconds have gone by (tf.compat.v1.train.SecondOrStepTimer); ValueError for both."""

    def __init__(self, every_secs: float | None = None, every_steps: int | None = None) -> None:
        if every_secs is None and every_steps is None:
            raise ValueError("Either every_secs or every_steps should be provided.")
        if every_secs is not None and every_steps is not None:
            raise ValueError("Can not provide both every_secs and every_steps.")
        self._every_secs, self._every_steps = every_secs, every_steps
        self.reset()

    def reset(self) -> None:
        """Begins anew."""
        self._last_step: int | None = None
        self._last_time = 0.0

    def should_trigger_for_step(self, step: int) -> bool:
        """Whether it is time at this step."""
        if self._last_step is None:
            return True
        if self._last_step == step:
            return False
        if self._every_secs is not None:
            return time.time() >= self._last_time + self._every_secs
        return step >= self._last_step + (self._every_steps or 0)

    def update_last_triggered_step(self, step: int) -> tuple[float | None, int | None]:
        """Notes that it was; gives the seconds and steps since the last time, None at the first."""
        now = time.time()
        found = (None, None) if self._last_step is None else (now - self._last_time, step - self._last_step)
        self._last_step, self._last_time = step, now
        return found

    def last_triggered_step(self) -> int | None:
        """The step that was noted last."""
        return self._last_step


def _steps(hook: str) -> Any:
    step = get_global_step()
    if step is None:
        raise RuntimeError(f"Global step should be created to use {hook}.")
    return step


class StopAtStepHook(SessionRunHook):
    """Asks for the end at a step, or after so many steps (tf.compat.v1.train.StopAtStepHook)."""

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if num_steps is None and last_step is None:
            raise ValueError("One of num_steps or last_step must be specified.")
        if num_steps is not None and last_step is not None:
            raise ValueError("Only one of num_steps or last_step can be specified.")
        self._count, self._last = num_steps, last_step

    def begin(self) -> None:
        self._step = _steps("StopAtStepHook")

    def after_create_session(self, session: Any, coord: Any) -> None:
        if self._last is None:
            self._last = int(session.run(self._step)) + (self._count or 0)

    def before_run(self, run_context: SessionRunContext) -> Any:
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if int(run_values.results) + 1 >= self._last:  # type: ignore[operator]
            step = int(run_context.session.run(self._step))
            if step >= self._last:  # type: ignore[operator]
                run_context.request_stop()


class LoggingTensorHook(SessionRunHook):
    """Logs tensors' values every so many runs or seconds (tf.compat.v1.train.LoggingTensorHook).

    tensors: a list of tensors or names, or {label: tensor}. at_end: only at the end, unless others are given.
    formatter: makes the line of {label: value}. ValueError unless just one of the numbers is given, or at_end.
    """

    def __init__(
        self,
        tensors: Any,
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[Any], str] | None = None,
    ) -> None:
        only_at_end = at_end and every_n_iter is None and every_n_secs is None
        if not only_at_end and (every_n_iter is None) == (every_n_secs is None):
            raise ValueError("either at_end and/or exactly one of every_n_iter and every_n_secs must be provided.")
        if every_n_iter is not None and every_n_iter <= 0:
            raise ValueError(f"invalid every_n_iter={every_n_iter}.")
        if isinstance(tensors, dict):
            self._labels = {k: tensors[k] for k in sorted(tensors)}
        else:
            self._labels = {getattr(t, "name", t): t for t in tensors}
        self._timer = None if only_at_end else SecondOrStepTimer(every_n_secs, every_n_iter)
        self._at_end, self._formatter, self._count, self._wanted = at_end, formatter, 0, False

    def begin(self) -> None:
        self._count = 0
        if self._timer is not None:
            self._timer.reset()
        graph = tf.compat.v1.get_default_graph()
        self._fetches = {k: graph.as_graph_element(t) if isinstance(t, str) else t for k, t in self._labels.items()}

    def before_run(self, run_context: SessionRunContext) -> Any:
        self._wanted = self._timer is not None and self._timer.should_trigger_for_step(self._count)
        return SessionRunArgs(self._fetches) if self._wanted else None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if self._wanted:
            self._log(run_values.results)
        self._count += 1

    def end(self, session: Any) -> None:
        if self._at_end:
            self._log(session.run(self._fetches))

    def _log(self, values: Any) -> None:
        seconds = None if self._timer is None else self._timer.update_last_triggered_step(self._count)[0]
        if self._formatter is not None:
            text = self._formatter(values)
        else:
            text = ", ".join(f"{k} = {values[k]!s}" for k in self._labels)
            text += "" if seconds is None else f" ({seconds:.3f} sec)"
        logging.get_logger().info("%s", text)


class NanLossDuringTrainingError(RuntimeError):
    """The loss is not a number (tf.compat.v1.train.NanLossDuringTrainingError)."""

    def __str__(self) -> str:
        return "NaN loss during training."


class NanTensorHook(SessionRunHook):
    """Ends the training where a loss is not a number: NanLossDuringTrainingError, or a request to stop."""

    def __init__(self, loss_tensor: Any, fail_on_nan_loss: bool = True) -> None:
        self._loss, self._fails = loss_tensor, fail_on_nan_loss

    def before_run(self, run_context: SessionRunContext) -> Any:
        return SessionRunArgs(self._loss)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if not np.isnan(run_values.results):
            return
        if self._fails:
            logging.get_logger().error("Model diverged with loss = NaN.")
            raise NanLossDuringTrainingError
        logging.get_logger().warning("Model diverged with loss = NaN.")
        run_context.request_stop()


class CheckpointSaverListener:
    """What is called around a CheckpointSaverHook's saving (tf.compat.v1.train.CheckpointSaverListener)."""

    def begin(self) -> None:
        """Once, before the session is made."""

    def before_save(self, session: Any, global_step_value: int) -> None:
        """Before a checkpoint is written."""

    def after_save(self, session: Any, global_step_value: int) -> Any:
        """After a checkpoint is written; True asks for the end."""

    def end(self, session: Any, global_step_value: int) -> None:
        """At the end."""


class CheckpointSaverHook(SessionRunHook):
    """Writes checkpoints every so many steps or seconds, and at the end (tf.compat.v1.train.CheckpointSaverHook).

    saver: what writes them, the scaffold's where None. listeners: are told. save_graph_def has no effect: the graph's
    description is not written. ValueError for saver and scaffold both.
    """

    def __init__(
        self,
        checkpoint_dir: str,
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Any = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Any = None,
        listeners: Any = None,
        save_graph_def: bool = True,
    ) -> None:
        logging.get_logger().info("Create CheckpointSaverHook.")
        if saver is not None and scaffold is not None:
            raise ValueError("You cannot provide both saver and scaffold.")
        self._saver, self._scaffold, self._directory = saver, scaffold, checkpoint_dir
        self._path = os.path.join(checkpoint_dir, checkpoint_basename)
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._listeners = [] if listeners is None else listeners
        self._writer: Any = None

    def begin(self) -> None:
        self._step = _steps("CheckpointSaverHook")
        self._writer = tf.compat.v1.summary.FileWriterCache.get(self._directory)
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Any, coord: Any) -> None:
        step = int(session.run(self._step))
        self._save(session, step)
        self._timer.update_last_triggered_step(step)

    def before_run(self, run_context: SessionRunContext) -> Any:
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if not self._timer.should_trigger_for_step(int(run_values.results) + 1):
            return
        step = int(run_context.session.run(self._step))
        if self._timer.should_trigger_for_step(step):
            self._timer.update_last_triggered_step(step)
            if self._save(run_context.session, step):
                run_context.request_stop()

    def end(self, session: Any) -> None:
        step = int(session.run(self._step))
        if step != self._timer.last_triggered_step():
            self._save(session, step)
        for listener in self._listeners:
            listener.end(session, step)

    def _save(self, session: Any, step: int) -> bool:
        log = logging.get_logger()
        log.info("Calling checkpoint listeners before saving checkpoint %d...", step)
        for listener in self._listeners:
            listener.before_save(session, step)
        log.info("Saving checkpoints for %d into %s.", step, self._path)
        os.makedirs(self._directory, exist_ok=True)
        saver = self._saver or getattr(self._scaffold, "saver", None) or (get_collection(GraphKeys.SAVERS) or [None])[0]
        if saver is None:
            raise RuntimeError("No items in collection SAVERS. Please add a saver to the collection or give one.")
        saver.save(session, self._path, global_step=step, write_meta_graph=False)
        if self._writer is not None:
            entry = tf.compat.v1.SessionLog(status=_CHECKPOINT, checkpoint_path=self._path)
            self._writer.add_session_log(entry, step)
        log.info("Calling checkpoint listeners after saving checkpoint %d...", step)
        stops = False
        for listener in self._listeners:
            if listener.after_save(session, step):
                log.info(f"A CheckpointSaverListener requested that training be stopped. listener: {listener}")
                stops = True
        return stops


class StepCounterHook(SessionRunHook):
    """Tells how many steps go by in a second (tf.compat.v1.train.StepCounterHook)."""

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
    ) -> None:
        if (every_n_steps is None) == (every_n_secs is None):
            raise ValueError("exactly one of every_n_steps and every_n_secs should be provided.")
        self._timer = SecondOrStepTimer(every_n_secs, every_n_steps)
        self._directory, self._summary_writer = output_dir, summary_writer

    def begin(self) -> None:
        self._step = _steps("StepCounterHook")
        if self._summary_writer is None and self._directory:
            self._summary_writer = tf.compat.v1.summary.FileWriterCache.get(self._directory)

    def before_run(self, run_context: SessionRunContext) -> Any:
        return SessionRunArgs(self._step)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = int(run_values.results) + 1
        if not self._timer.should_trigger_for_step(step):
            return
        seconds, steps = self._timer.update_last_triggered_step(step)
        if seconds:
            self._log_and_record(steps or 0, seconds, step)

    def _log_and_record(self, elapsed_steps: int, elapsed_time: float, global_step: int) -> None:
        """Logs and writes how quick it was; what subclasses replace."""
        self._tell({"global_step/sec": elapsed_steps / elapsed_time}, global_step)

    def _tell(self, rates: dict[str, float], step: int) -> None:
        for tag, rate in rates.items():
            logging.get_logger().info(f"{tag}: %g", rate)
            if self._summary_writer is not None:
                summary = tf.compat.v1.Summary()
                summary.value.add(tag=tag, simple_value=rate)
                self._summary_writer.add_summary(summary, step)


class SummarySaverHook(SessionRunHook):
    """Writes summaries every so many steps or seconds (tf.compat.v1.train.SummarySaverHook).

    summary_op: what gives them, the scaffold's where None. ValueError unless just one of both is given.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str | None = None,
        summary_writer: Any = None,
        scaffold: Any = None,
        summary_op: Any = None,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise ValueError("Exactly one of scaffold or summary_op must be provided.")
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._directory, self._writer = output_dir, summary_writer
        self._scaffold, self._op = scaffold, summary_op

    def begin(self) -> None:
        self._step = _steps("SummarySaverHook")
        if self._writer is None and self._directory:
            self._writer = tf.compat.v1.summary.FileWriterCache.get(self._directory)
        self._next, self._wanted = None, False

    def before_run(self, run_context: SessionRunContext) -> Any:
        op = self._op if self._op is not None else self._scaffold.summary_op
        self._wanted = op is not None and (self._next is None or self._timer.should_trigger_for_step(self._next))
        return SessionRunArgs({"step": self._step, **({"summary": op} if self._wanted else {})})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if self._writer is None:
            return
        step = int(run_values.results["step"]) + 1
        if self._next is None or self._wanted:
            step = int(run_context.session.run(self._step))
        if self._wanted:
            self._timer.update_last_triggered_step(step)
            found = run_values.results["summary"]
            for summary in found if isinstance(found, (list, tuple)) else [found]:
                self._writer.add_summary(summary, step)
        self._next = step + 1

    def end(self, session: Any) -> None:
        if self._writer is not None:
            self._writer.flush()


class GlobalStepWaiterHook(SessionRunHook):
    """Waits until the global step has come to `wait_until_step` (tf.compat.v1.train.GlobalStepWaiterHook)."""

    def __init__(self, wait_until_step: int) -> None:
        self._until, self._done = wait_until_step, wait_until_step <= 0

    def begin(self) -> None:
        self._step = _steps("_GlobalStepWaiterHook")

    def before_run(self, run_context: SessionRunContext) -> Any:
        while not self._done:
            self._done = int(run_context.session.run(self._step)) >= self._until
            if not self._done:
                time.sleep(0.5)


class FinalOpsHook(SessionRunHook):
    """Runs `final_ops` at the end and keeps their values (tf.compat.v1.train.FinalOpsHook)."""

    def __init__(self, final_ops: Any, final_ops_feed_dict: Any = None) -> None:
        self._ops, self._feeds, self._values = final_ops, final_ops_feed_dict, None

    @property
    def final_ops_values(self) -> Any:
        """The values, None before the end."""
        return self._values

    def end(self, session: Any) -> None:
        if self._ops is not None:
            self._values = session.run(self._ops, feed_dict=self._feeds)


class FeedFnHook(SessionRunHook):
    """Feeds every run with what `feed_fn` gives (tf.compat.v1.train.FeedFnHook)."""

    def __init__(self, feed_fn: Callable[[], Any]) -> None:
        self.feed_fn = feed_fn

    def before_run(self, run_context: SessionRunContext) -> Any:
        return SessionRunArgs(None, feed_dict=self.feed_fn())
