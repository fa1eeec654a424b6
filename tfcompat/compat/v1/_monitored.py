"""Sessions that begin, stop and save by themselves: tf.compat.v1.train.MonitoredTrainingSession and relatives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core import errors, logging
from tfcompat._function.session import Session
from tfcompat.compat.v1 import _hooks
from tfcompat.compat.v1._collections import GraphKeys, get_collection, get_collection_ref
from tfcompat.compat.v1._eager import global_variables_initializer, local_variables_initializer, tables_initializer
from tfcompat.compat.v1._queue_runners import start_queue_runners
from tfcompat.compat.v1.saver import Saver
from tfcompat.train.checkpoint_state import latest_checkpoint
from tfcompat.train.coordinator import Coordinator

_UNSET: Any = object()


def _in_collection(key: str, make: Callable[[], Any]) -> Any:
    """What the collection has, made and added where it has nothing."""
    found = get_collection_ref(key)
    if not found:
        made = make()
        if made is None:
            return None
        found.append(made)
    return found[0]


class Scaffold:
    """What a session needs to begin and to save (tf.compat.v1.train.Scaffold); what is None is made by `finalize`.

    init_op, with `init_feed_dict` and then ``init_fn(scaffold, session)``, where there is no checkpoint;
    local_init_op, always. ready_op and ready_for_local_init_op give the names of what is not ready.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Any = None,
        init_fn: Callable[..., Any] | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Any = None,
        copy_from_scaffold: Any = None,
        local_init_feed_dict: Any = None,
    ) -> None:
        other = copy_from_scaffold
        if other is not None and not isinstance(other, Scaffold):
            raise TypeError(f"copy_from_scaffold is not a Scaffold instance: {other}")

        def first(value: Any, name: str) -> Any:
            return getattr(other, name) if value is None and other is not None else value

        self._init_op, self._init_feeds = first(init_op, "init_op"), first(init_feed_dict, "init_feed_dict")
        self._init_fn = (lambda sess: init_fn(self, sess)) if init_fn else first(None, "init_fn")
        self._ready_op, self._ready_local = first(ready_op, "ready_op"), ready_for_local_init_op
        self._local_op, self._local_feeds = first(local_init_op, "local_init_op"), local_init_feed_dict
        self._summary_op, self._saver = first(summary_op, "summary_op"), first(saver, "saver")

    init_op: Any = property(lambda self: self._init_op, doc="What makes the initial values.")
    init_feed_dict: Any = property(lambda self: self._init_feeds, doc="What it is fed.")
    init_fn: Any = property(lambda self: self._init_fn, doc="What is called after it, with the session.")
    ready_op: Any = property(lambda self: self._ready_op, doc="What gives the names of what is not ready.")
    ready_for_local_init_op: Any = property(lambda self: self._ready_local, doc="The same, before local_init_op.")
    local_init_op: Any = property(lambda self: self._local_op, doc="What makes local variables' initial values.")
    local_init_feed_dict: Any = property(lambda self: self._local_feeds, doc="What it is fed.")
    summary_op: Any = property(lambda self: self._summary_op, doc="What gives the summaries, or None.")
    saver: Any = property(lambda self: self._saver, doc="What saves the variables.")

    @staticmethod
    def default_local_init_op() -> Any:
        """The operation that makes local variables' and tables' initial values."""
        return tf.group(local_variables_initializer(), tables_initializer(), *get_collection("iterators_to_begin"))

    def finalize(self) -> Scaffold:
        """Makes what is missing, and keeps the graph as it is from then on."""
        if self._init_op is None:
            self._init_op = _in_collection(GraphKeys.INIT_OP, global_variables_initializer)
        if self._local_op is None:
            self._local_op = _in_collection(GraphKeys.LOCAL_INIT_OP, self.default_local_init_op)
        if self._summary_op is None:
            self._summary_op = _in_collection(GraphKeys.SUMMARY_OP, tf.compat.v1.summary.merge_all)
        if self._saver is None:
            self._saver = _in_collection(GraphKeys.SAVERS, lambda: Saver(allow_empty=True))
        if isinstance(self._saver, Saver):
            self._saver.build()
        tf.compat.v1.get_default_graph().finalize()
        logging.get_logger().info("Graph was finalized.")
        return self


class SessionManager:
    """Makes sessions that are ready: from a checkpoint, or by an init_op (tf.compat.v1.train.SessionManager)."""

    def __init__(
        self,
        local_init_op: Any = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        graph: Any = None,
        recovery_wait_secs: float = 30,
        local_init_run_options: Any = None,
        local_init_feed_dict: Any = None,
    ) -> None:
        self._local, self._local_feeds, self._ready = local_init_op, local_init_feed_dict, ready_op
        if ready_for_local_init_op is not None:
            raise NotImplementedError(
                "tf.compat.v1.train.SessionManager: ready_for_local_init_op is not in tfcompat, where local_init_op "
                "always runs; leave it out."
            )
        self._graph, self._pause = graph, recovery_wait_secs

    def prepare_session(
        self,
        master: str,
        init_op: Any = None,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
        init_feed_dict: Any = None,
        init_fn: Callable[[Any], Any] | None = None,
    ) -> Session:
        """A session with the values of the newest checkpoint, or with initial ones; then local_init_op is run.

        RuntimeError where there is neither a checkpoint nor an init_op or init_fn.
        """
        wait = max_wait_secs if wait_for_checkpoint else 0
        session, loaded = self._recovered(master, saver, checkpoint_dir, checkpoint_filename_with_path, config, wait)
        if not loaded:
            if init_op is None and not init_fn and self._local is None:
                raise RuntimeError("Model is not initialized and no init_op or init_fn or local_init_op was given")
            if init_op is not None:
                session.run(init_op, feed_dict=init_feed_dict)
            if init_fn:
                init_fn(session)
        self._run_local(session)
        return session

    def _run_local(self, session: Session) -> None:
        if self._local is not None:
            logging.get_logger().info("Running local_init_op.")
            session.run(self._local, feed_dict=self._local_feeds)
            logging.get_logger().info("Done running local_init_op.")

    def recover_session(
        self,
        master: str,
        saver: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        config: Any = None,
    ) -> tuple[Session, bool]:
        """A session, and whether it has a checkpoint's values."""
        wait = max_wait_secs if wait_for_checkpoint else 0
        session, loaded = self._recovered(master, saver, checkpoint_dir, checkpoint_filename_with_path, config, wait)
        if loaded:
            self._run_local(session)
        return session, loaded

    def wait_for_session(self, master: str, config: Any = None, max_wait_secs: float = float("inf")) -> Session:
        """A session; with one process there is nobody to wait for."""
        return Session(master, self._graph, config)

    def _recovered(
        self, master: str, saver: Any, directory: str | None, path: str | None, config: Any, wait: float
    ) -> tuple[Session, bool]:
        """As `recover_session`; looks for a checkpoint for up to `wait` seconds, every recovery_wait_secs."""
        if directory and path:
            raise ValueError("Can not provide both checkpoint_dir and checkpoint_filename_with_path.")
        session = Session(master, self._graph, config)
        if saver is None:
            return session, False
        end = time.monotonic() + wait
        while not path:
            path = latest_checkpoint(directory) if directory else None
            left = end - time.monotonic()
            if not path and (not directory or left <= 0):
                return session, False
            if not path:
                time.sleep(min(self._pause, left))
        saver.restore(session, path)
        saver.recover_last_checkpoints([path])
        return session, True


class SessionCreator:
    """What makes a monitored session's session (tf.compat.v1.train.SessionCreator)."""

    def create_session(self) -> Any:
        """A session that is ready."""
        raise NotImplementedError("create_session is not implemented for SessionCreator.")


class ChiefSessionCreator(SessionCreator):
    """Makes a session from a checkpoint, or by the scaffold's init_op (tf.compat.v1.train.ChiefSessionCreator)."""

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        self._scaffold, self._master, self._config = scaffold or Scaffold(), master, config
        self._directory, self._path = checkpoint_dir, checkpoint_filename_with_path

    def create_session(self) -> Session:
        """The session."""
        s = self._scaffold.finalize()
        manager = SessionManager(s.local_init_op, s.ready_op, local_init_feed_dict=s.local_init_feed_dict)
        return manager.prepare_session(
            self._master,
            s.init_op,
            s.saver,
            self._directory,
            self._path,
            config=self._config,
            init_feed_dict=s.init_feed_dict,
            init_fn=s.init_fn,
        )


class WorkerSessionCreator(SessionCreator):
    """Makes a session that another process has made ready: refused, for there is one process (NotImplementedError)."""

    def __init__(self, scaffold: Any = None, master: str = "", config: Any = None, max_wait_secs: float = 1800) -> None:
        raise NotImplementedError(
            "tf.compat.v1.train.WorkerSessionCreator is not in tfcompat, which has one process: ChiefSessionCreator."
        )


class MonitoredSession:
    """A session with hooks (tf.compat.v1.train.MonitoredSession), and a context that ends it.

    Making it finalizes the graph, initializes or restores the variables, and starts queue runners. In the context,
    OutOfRangeError ends the block quietly. stop_grace_period_secs: how long threads have to stop.
    """

    StepContext = _hooks.SessionRunContext

    def __init__(
        self,
        session_creator: SessionCreator | None = None,
        hooks: Sequence[Any] | None = None,
        stop_grace_period_secs: float = 120,
    ) -> None:
        self._hooks, self._grace = list(hooks or ()), stop_grace_period_secs
        for hook in self._hooks:
            hook.begin()
        self._coord = Coordinator()
        graph = tf.compat.v1.get_default_graph()
        self._unfinished = None if graph.finalized else graph  # which may grow again when the session is closed
        self._session: Any = (session_creator or ChiefSessionCreator()).create_session()
        self._threads = start_queue_runners(sess=self._session, coord=self._coord) or []
        for hook in self._hooks:
            hook.after_create_session(self._session, self._coord)
        self._stop = False

    @property
    def graph(self) -> Any:
        """The graph, None once the session is closed."""
        return None if self._session is None else self._session.graph

    def should_stop(self) -> bool:
        """Whether a hook or thread asked for the end, or the session is closed."""
        return self._session is None or self._stop or self._coord.should_stop()

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """A run, with what the hooks add; RuntimeError once the session is closed, or for feeds that two give."""
        if self._session is None:
            raise RuntimeError("Run called even after should_stop requested.")
        context = _hooks.SessionRunContext(_hooks.SessionRunArgs(fetches, feed_dict), self._session)
        asked, feeds = {}, dict(feed_dict or {})
        for i, hook in enumerate(self._hooks):
            request = hook.before_run(context)
            if request is None:
                continue
            if request.fetches is not None:
                asked[i] = request.fetches
            for key, value in (request.feed_dict or {}).items():
                if key in feeds:
                    raise RuntimeError("Same tensor is fed by two hooks.")
                feeds[key] = value
        found = self._session.run(
            {"caller": fetches, "hooks": asked} if fetches is not None else {"hooks": asked}, feeds
        )
        for i, hook in enumerate(self._hooks):
            hook.after_run(context, _hooks.SessionRunValues(found["hooks"].get(i), options, run_metadata))
        self._stop = self._stop or context.stop_requested
        self._coord.raise_requested_exception()
        return found.get("caller")

    def run_step_fn(self, step_fn: Callable[..., Any]) -> Any:
        """What ``step_fn(step_context)`` gives, whose `session` runs without hooks and `run_with_hooks` with them."""
        return step_fn(_StepContext(self))

    def __enter__(self) -> MonitoredSession:
        self._context = self._session.as_default()
        self._graph_context = None
        self._context.__enter__()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        quiet = kind is not None and issubclass(kind, (errors.OutOfRangeError, StopIteration))
        self._context.__exit__(None, None, None)
        self._close(ended=kind is None or quiet)
        return quiet

    def close(self) -> None:
        """Calls the hooks' `end`, and closes the session."""
        self._close(ended=True)

    def _close(self, ended: bool) -> None:
        session, self._session = self._session, self._session
        if session is None:
            return
        try:
            if ended:
                for hook in self._hooks:
                    hook.end(session)
            self._coord.request_stop()
            session.close()
            self._coord.join(self._threads, stop_grace_period_secs=self._grace, ignore_live_threads=True)
        finally:
            self._session = None
            if self._unfinished is not None:
                self._unfinished._finalized = False


class _StepContext:
    def __init__(self, monitored: MonitoredSession) -> None:
        self.session, self._monitored = monitored._session, monitored

    def run_with_hooks(self, *args: Any, **kwargs: Any) -> Any:
        """A run with the hooks."""
        return self._monitored.run(*args, **kwargs)

    def request_stop(self) -> None:
        """Asks for the end."""
        self._monitored._stop = True
        raise StopIteration("step_fn has requested the iterations to stop.")


class SingularMonitoredSession(MonitoredSession):
    """A MonitoredSession that shows its session (tf.compat.v1.train.SingularMonitoredSession)."""

    def __init__(
        self,
        hooks: Sequence[Any] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: str | None = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path)
        super().__init__(creator, hooks, stop_grace_period_secs)

    def raw_session(self) -> Any:
        """The session."""
        return self._session


def MonitoredTrainingSession(
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: str | None = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[Any] | None = None,
    chief_only_hooks: Sequence[Any] | None = None,
    save_checkpoint_secs: Any = _UNSET,
    save_summaries_steps: Any = _UNSET,
    save_summaries_secs: Any = _UNSET,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: Any = _UNSET,
    summary_dir: str | None = None,
    save_graph_def: bool = True,
) -> MonitoredSession:
    """A MonitoredSession for training (tf.compat.v1.train.MonitoredTrainingSession).

    With `checkpoint_dir` it begins with the newest checkpoint there, and writes checkpoints, each 600 seconds unless
    said otherwise, and summaries, each 100 steps. NotImplementedError unless `is_chief`: there is one process.
    """
    if not is_chief:
        raise NotImplementedError("tf.compat.v1.train.MonitoredTrainingSession: is_chief must be True in tfcompat.")
    if save_checkpoint_secs is _UNSET and save_checkpoint_steps is _UNSET:
        save_checkpoint_secs, save_checkpoint_steps = 600, None
    if save_summaries_secs is _UNSET and save_summaries_steps is _UNSET:
        save_summaries_secs, save_summaries_steps = None, 100
    secs, steps = (None if x is _UNSET else x for x in (save_checkpoint_secs, save_checkpoint_steps))
    summary_secs, summary_steps = (None if x is _UNSET else x for x in (save_summaries_secs, save_summaries_steps))
    scaffold = scaffold or Scaffold()
    summary_dir = summary_dir or checkpoint_dir
    every: list[Any] = [*(chief_only_hooks or ())]
    if summary_dir:
        if log_step_count_steps and log_step_count_steps > 0:
            every.append(_hooks.StepCounterHook(log_step_count_steps, output_dir=summary_dir))
        if (summary_steps and summary_steps > 0) or (summary_secs and summary_secs > 0):
            every.append(_hooks.SummarySaverHook(summary_steps, summary_secs, summary_dir, scaffold=scaffold))
    if checkpoint_dir and ((secs and secs > 0) or (steps and steps > 0)):
        every.append(
            _hooks.CheckpointSaverHook(checkpoint_dir, secs, steps, scaffold=scaffold, save_graph_def=save_graph_def)
        )
    creator = ChiefSessionCreator(scaffold, master, config, checkpoint_dir)
    return MonitoredSession(creator, [*every, *(hooks or ())], stop_grace_period_secs)
