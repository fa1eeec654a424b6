"""tf.compat.v1.train.Supervisor, TensorFlow 1's older way to begin, save and stop, and what helps with steps."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tfcompat as tf
from tfcompat._core import logging
from tfcompat._formats import checkpoints
from tfcompat._formats.protos import message
from tfcompat._formats.tfrecord import read_records
from tfcompat.compat.v1._collections import GraphKeys, get_collection
from tfcompat.compat.v1._eager import get_global_step, global_variables_initializer
from tfcompat.compat.v1._monitored import Scaffold, SessionManager
from tfcompat.compat.v1._queue_runners import LooperThread, start_queue_runners
from tfcompat.compat.v1.saver import Saver
from tfcompat.train.coordinator import Coordinator


class Supervisor:
    """Begins a session, writes checkpoints and summaries in threads, and stops (tf.compat.v1.train.Supervisor).

    What is `USE_DEFAULT` is made; None leaves it out. logdir: of checkpoints and summaries. save_model_secs,
    save_summaries_secs: how often, 0 for never. NotImplementedError unless `is_chief`: there is one process.
    """

    USE_DEFAULT = 0

    def __init__(
        self,
        graph: Any = None,
        ready_op: Any = USE_DEFAULT,
        ready_for_local_init_op: Any = USE_DEFAULT,
        is_chief: bool = True,
        init_op: Any = USE_DEFAULT,
        init_feed_dict: Any = None,
        local_init_op: Any = USE_DEFAULT,
        logdir: str | None = None,
        summary_op: Any = USE_DEFAULT,
        saver: Any = USE_DEFAULT,
        global_step: Any = USE_DEFAULT,
        save_summaries_secs: float = 120,
        save_model_secs: float = 600,
        recovery_wait_secs: float = 30,
        stop_grace_secs: float = 120,
        checkpoint_basename: str = "model.ckpt",
        session_manager: Any = None,
        summary_writer: Any = USE_DEFAULT,
        init_fn: Callable[[Any], Any] | None = None,
        local_init_run_options: Any = None,
    ) -> None:
        if not is_chief:
            raise NotImplementedError("tf.compat.v1.train.Supervisor: is_chief must be True in tfcompat.")
        self._graph = graph or tf.compat.v1.get_default_graph()
        self._logdir, self._grace, self._init_fn, self._init_feeds = logdir, stop_grace_secs, init_fn, init_feed_dict
        self._save_secs, self._summary_secs = save_model_secs, save_summaries_secs
        with self._graph.as_default():
            self.init_op = global_variables_initializer() if self._is_default(init_op) else init_op
            local = Scaffold.default_local_init_op() if self._is_default(local_init_op) else local_init_op
            self.local_init_op = local
            self.ready_op = None if self._is_default(ready_op) else ready_op
            self.summary_op = tf.compat.v1.summary.merge_all() if self._is_default(summary_op) else summary_op
            has_variables = bool(get_collection(GraphKeys.GLOBAL_VARIABLES))
            self.saver: Any = (Saver() if has_variables else None) if self._is_default(saver) else saver
            self.global_step = get_global_step() if self._is_default(global_step) else global_step
            if self._is_default(summary_writer):
                summary_writer = tf.compat.v1.summary.FileWriter(logdir) if logdir else None
        self.summary_writer = summary_writer
        self.save_path = os.path.join(logdir, checkpoint_basename) if logdir else None
        self.session_manager = session_manager or SessionManager(
            self.local_init_op, self.ready_op, graph=self._graph, recovery_wait_secs=recovery_wait_secs
        )
        self.coord = Coordinator()
        self._written = False
        self._graph.finalize()

    @staticmethod
    def _is_default(value: Any) -> bool:
        return isinstance(value, int) and value == Supervisor.USE_DEFAULT

    @property
    def is_chief(self) -> bool:
        """True: there is one process."""
        return True

    @property
    def session(self) -> Any:
        """The session that was prepared last, None before."""
        return self.__dict__.get("_session")

    def prepare_or_wait_for_session(
        self,
        master: str = "",
        config: Any = None,
        wait_for_checkpoint: bool = False,
        max_wait_secs: float = 7200,
        start_standard_services: bool = True,
    ) -> Any:
        """A session with a checkpoint's values or initial ones, and the threads that save and fill queues started."""
        self.coord.clear_stop()
        session = self.session_manager.prepare_session(
            master,
            self.init_op,
            self.saver,
            self._logdir,
            wait_for_checkpoint=wait_for_checkpoint,
            max_wait_secs=max_wait_secs,
            config=config,
            init_feed_dict=self._init_feeds,
            init_fn=self._init_fn,
        )
        self._session = session
        if start_standard_services:
            self.start_standard_services(session)
        self.start_queue_runners(session)
        return session

    PrepareSession = prepare_or_wait_for_session

    def start_standard_services(self, sess: Any) -> list[Any]:
        """The threads that write summaries and checkpoints, where there is a logdir."""
        if not self._logdir:
            logging.warning("Standard services need a 'logdir' passed to the SessionManager")
            return []
        threads = []
        if self.summary_writer is not None and not self._written:
            self.summary_writer.add_graph(self._graph)
            self._written = True
        if self.summary_op is not None and self.summary_writer is not None and self._summary_secs:
            threads.append(LooperThread(self.coord, self._summary_secs, target=self._summarize, args=(sess,)))
        if self.saver is not None and self._save_secs:
            threads.append(LooperThread(self.coord, self._save_secs, target=self._save, args=(sess,)))
        for thread in threads:
            thread.start()
        return threads

    def _step(self, session: Any) -> int | None:
        return None if self.global_step is None else int(session.run(self.global_step))

    def _summarize(self, session: Any) -> None:
        self.summary_writer.add_summary(session.run(self.summary_op), self._step(session))

    def _save(self, session: Any) -> None:
        os.makedirs(self._logdir, exist_ok=True)  # type: ignore[arg-type]
        self.saver.save(session, self.save_path, global_step=self._step(session))

    def start_queue_runners(self, sess: Any, queue_runners: Sequence[Any] | None = None) -> list[Any]:
        """The threads of the runners, the graph's where None."""
        if queue_runners is None:
            return start_queue_runners(sess, self.coord)
        return [t for q in queue_runners for t in q.create_threads(sess, coord=self.coord, daemon=True, start=True)]

    def loop(self, timer_interval_secs: float | None, target: Any, args: Any = None, kwargs: Any = None) -> Any:
        """A thread that calls `target` again and again, each so many seconds."""
        thread = LooperThread(self.coord, timer_interval_secs, target=target, args=args, kwargs=kwargs)
        thread.start()
        return thread

    Loop = loop

    def summary_computed(self, sess: Any, summary: Any, global_step: int | None = None) -> None:
        """Writes a summary that the program computed; RuntimeError without a writer."""
        if self.summary_writer is None:
            raise RuntimeError("Writing a summary requires a summary writer.")
        if global_step is None and self.global_step is not None:
            global_step = self._step(sess)
        self.summary_writer.add_summary(summary, global_step)

    SummaryComputed = summary_computed

    def should_stop(self) -> bool:
        """Whether somebody asked for the end."""
        return self.coord.should_stop()

    ShouldStop = should_stop

    def request_stop(self, ex: Any = None) -> None:
        """Asks for the end."""
        self.coord.request_stop(ex)

    RequestStop = request_stop

    def stop_on_exception(self) -> Any:
        """A context whose exceptions ask for the end."""
        return self.coord.stop_on_exception()

    def wait_for_stop(self) -> None:
        """Waits until somebody asks for the end."""
        self.coord.wait_for_stop()

    def stop(self, threads: Any = None, close_summary_writer: bool = True, ignore_live_threads: bool = False) -> None:
        """Stops the threads, and closes the writer."""
        self.coord.request_stop()
        try:
            self.coord.join(threads, stop_grace_period_secs=self._grace, ignore_live_threads=ignore_live_threads)
        finally:
            if close_summary_writer and self.summary_writer is not None:
                self.summary_writer.close()

    Stop = stop

    @contextlib.contextmanager
    def managed_session(
        self,
        master: str = "",
        config: Any = None,
        start_standard_services: bool = True,
        close_summary_writer: bool = True,
    ) -> Iterator[Any]:
        """A context with a session that is ready, and with its end all stops; the session's values are saved then."""
        session = None
        try:
            session = self.prepare_or_wait_for_session(master, config, start_standard_services=start_standard_services)
            with session.as_default(), self._graph.as_default():
                yield session
        except Exception as e:
            self.request_stop(e)
        finally:
            try:
                self.coord.request_stop()
                if session is not None:
                    session.close()
                self.stop(close_summary_writer=close_summary_writer, ignore_live_threads=True)
            finally:
                if session is not None:
                    session.close()


def basic_train_loop(
    supervisor: Supervisor, train_step_fn: Callable[..., Any], args: Any = None, kwargs: Any = None, master: str = ""
) -> None:
    """Calls ``train_step_fn(session, *args, **kwargs)`` until the supervisor is to stop (basic_train_loop)."""
    with supervisor.managed_session(master) as session:
        while not supervisor.should_stop():
            train_step_fn(session, *(args or ()), **(kwargs or {}))


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The step's value in a session, an int (tf.compat.v1.train.global_step)."""
    if tf.executing_eagerly():
        return int(global_step_tensor.numpy())
    return int(sess.run(global_step_tensor))


def assert_global_step(global_step_tensor: Any) -> None:
    """TypeError unless it is an integer scalar (tf.compat.v1.train.assert_global_step)."""
    if not (hasattr(global_step_tensor, "dtype") and hasattr(global_step_tensor, "shape")):
        raise TypeError(f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor}.')
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {global_step_tensor.dtype}')
    if global_step_tensor.shape.rank not in (0, None):
        raise TypeError(f'Existing "global_step" is not scalar: {global_step_tensor.shape}')


def summary_iterator(path: Any) -> Iterator[Any]:
    """The Events of an event file (tf.compat.v1.train.summary_iterator)."""
    for record in read_records(path):
        yield message("Event").FromString(record)


def remove_checkpoint(
    checkpoint_prefix: str, checkpoint_format_version: int = 2, meta_graph_suffix: str = "meta"
) -> None:
    """Deletes a checkpoint's files (tf.compat.v1.train.remove_checkpoint)."""
    checkpoints.delete(checkpoint_prefix)
    for path in (f"{checkpoint_prefix}.{meta_graph_suffix}",):
        if os.path.exists(path):
            os.remove(path)


def get_checkpoint_mtimes(checkpoint_prefixes: Sequence[str]) -> list[float]:
    """When checkpoints were written, up to the first that is not there (get_checkpoint_mtimes)."""
    found: list[float] = []
    for prefix in checkpoint_prefixes:
        if not checkpoints.exists(prefix):
            break
        found.append(float(checkpoints.time_of(prefix)))
    return found
