"""Threads that fill queues while a session trains: tf.compat.v1.train.QueueRunner."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from tfcompat._core import errors
from tfcompat._function.session import default_session
from tfcompat.compat.v1._collections import GraphKeys, add_to_collection, get_collection


class QueueRunner:
    """Runs enqueue operations in threads, one each, until the data ends or the coordinator stops (QueueRunner).

    close_op and cancel_op: what closes the queue then. queue_closed_exception_types: what tells that the data ended.
    """

    def __init__(
        self,
        queue: Any = None,
        enqueue_ops: Sequence[Any] | None = None,
        close_op: Any = None,
        cancel_op: Any = None,
        queue_closed_exception_types: tuple[type[Exception], ...] | None = None,
        queue_runner_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if queue_runner_def is not None:
            raise NotImplementedError("tf.compat.v1.train.QueueRunner: queue_runner_def is not in tfcompat.")
        if queue is None or not enqueue_ops:
            raise ValueError("Must provide queue and enqueue_ops.")
        self._queue, self._ops = queue, list(enqueue_ops)
        self._close = queue.close() if close_op is None else close_op
        self._cancel = queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op
        self._ends = tuple(queue_closed_exception_types or (errors.OutOfRangeError,))
        self._raised: list[Any] = []
        self._left = 0

    queue: Any = property(lambda self: self._queue, doc="The queue.")
    enqueue_ops: Any = property(lambda self: self._ops, doc="The operations.")
    close_op: Any = property(lambda self: self._close, doc="What closes the queue.")
    cancel_op: Any = property(lambda self: self._cancel, doc="What closes it at once.")
    queue_closed_exception_types: Any = property(lambda self: self._ends, doc="What tells that the data ended.")
    exceptions_raised: Any = property(lambda self: self._raised, doc="What threads without a coordinator raised.")

    @property
    def name(self) -> str:
        """The queue's name."""
        return self._queue.name

    def create_threads(self, sess: Any, coord: Any = None, daemon: bool = False, start: bool = False) -> list[Any]:
        """A thread for each operation, and one that closes the queue when `coord` stops."""
        self._left = len(self._ops)
        threads = [threading.Thread(target=self._run, args=(sess, op, coord)) for op in self._ops]
        if coord is not None:
            threads.append(threading.Thread(target=self._close_on_stop, args=(sess, coord)))
        for thread in threads:
            if coord is not None:
                coord.register_thread(thread)
            thread.daemon = daemon
            if start:
                thread.start()
        return threads

    def _run(self, session: Any, op: Any, coord: Any) -> None:
        try:
            while coord is None or not coord.should_stop():
                session.run(op)
        except self._ends:
            self._left -= 1
            if not self._left:
                self._quietly(session, self._close)
        except Exception as e:
            if coord is not None:
                coord.request_stop(None if session._closed or isinstance(e, errors.CancelledError) else e)
            else:
                self._raised.append(e)
                raise

    def _close_on_stop(self, session: Any, coord: Any) -> None:
        coord.wait_for_stop()
        self._quietly(session, self._cancel)

    def _quietly(self, session: Any, op: Any) -> None:
        try:
            session.run(op)
        except (RuntimeError, errors.OpError):  # the session is closed, and so is the queue's use
            self._queue._store.close(True)


def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Adds a runner to a collection (tf.compat.v1.train.add_queue_runner)."""
    add_to_collection(collection, qr)


def start_queue_runners(
    sess: Any = None,
    coord: Any = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[Any]:
    """The threads of all runners in a collection, started (tf.compat.v1.train.start_queue_runners).

    sess: the default one where None; ValueError where there is none.
    """
    sess = default_session() if sess is None else sess
    if sess is None:
        raise ValueError("Cannot start queue runners: No default session is registered. Use `with sess.as_default()`.")
    with sess.graph.as_default():
        runners = get_collection(collection)
    return [t for runner in runners for t in runner.create_threads(sess, coord, daemon, start)]


class LooperThread(threading.Thread):
    """A thread that calls a function each so many seconds until a coordinator stops (tf.compat.v1.train.LooperThread).

    timer_interval_secs: None for without a pause. Subclasses may give `run_loop`, `start_loop` and `stop_loop`.
    """

    def __init__(
        self, coord: Any, timer_interval_secs: float | None, target: Any = None, args: Any = None, kwargs: Any = None
    ) -> None:
        if not hasattr(coord, "wait_for_stop"):
            raise ValueError(f"'coord' argument must be a Coordinator: {coord}")
        super().__init__()
        self.daemon = True
        self._coord, self._interval = coord, timer_interval_secs
        self._call, self._given, self._named = target, args or (), kwargs or {}
        coord.register_thread(self)

    @staticmethod
    def loop(
        coord: Any, timer_interval_secs: float | None, target: Any, args: Any = None, kwargs: Any = None
    ) -> LooperThread:
        """A thread like this, started."""
        thread = LooperThread(coord, timer_interval_secs, target, args, kwargs)
        thread.start()
        return thread

    def run(self) -> None:
        """What the thread does."""
        with self._coord.stop_on_exception():
            self.start_loop()
            at = time.time()
            while not (
                self._coord.should_stop()
                if self._interval is None
                else self._coord.wait_for_stop(max(at - time.time(), 0.0))
            ):
                at += self._interval or 0
                self.run_loop()
            self.stop_loop()

    def start_loop(self) -> None:
        """Before the first call."""

    def stop_loop(self) -> None:
        """After the last call."""

    def run_loop(self) -> None:
        """One call."""
        if self._call:
            self._call(*self._given, **self._named)
